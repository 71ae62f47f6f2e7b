// The first answer to an interaction: POST /interactions/{id}/{token}/callback, or the response to a posted
// one (reference §1.4, §1.15, §4).
#include <algorithm>

#include "sandbox/discord/message_form.hpp"
#include "sandbox/discord/objects.hpp"
#include "sandbox/discord/replies.hpp"

namespace matchday::sandbox::discord {
namespace {

enum CallbackType : std::int64_t {
  message = 4,
  deferred_message = 5,
  deferred_update = 6,
  update = 7,
  choices = 8,
  modal = 9,
};

Refusal answer_with_message(Call& call, Form& data, Interaction& interaction) {
  auto draft = reply_draft(call.state, interaction);
  read_message(call, data, draft, reply_flags);
  if (auto refusal = data.refusal()) return refusal;
  if (is_empty(draft)) return error(50006);
  interaction.ephemeral = (draft.flags & message_flag::ephemeral) != 0;
  interaction.state = InteractionState::answered;
  interaction.original = post_reply(call, data, interaction, std::move(draft)).id;
  return std::nullopt;
}

Refusal defer_message(Call& call, Form& data, Interaction& interaction) {
  auto draft = reply_draft(call.state, interaction);
  draft.flags = data.integer("flags", {.min = 0}).value_or(0) & message_flag::ephemeral;
  if (auto refusal = data.refusal()) return refusal;
  draft.flags |= message_flag::loading;
  interaction.ephemeral = (draft.flags & message_flag::ephemeral) != 0;
  interaction.state = InteractionState::thinking;
  interaction.original = post_reply(call, data, interaction, std::move(draft)).id;
  return std::nullopt;
}

Refusal answer_with_update(Call& call, Form& data, Interaction& interaction) {
  Message* source = call.state.message(*interaction.source);
  if (source == nullptr) return error(10008);
  if (auto refusal = edit_reply(call, data, *source)) return refusal;
  interaction.state = InteractionState::updated;
  interaction.original = interaction.source;
  return std::nullopt;
}

Refusal answer_with_choices(Form& data, Interaction& interaction) {
  for (auto& choice : data.objects("choices", 25)) {
    choice.text("name", {.min = 1, .max = 100, .required = true});
    const auto* value = choice.find("value");
    if (value == nullptr || (!value->is_string() && !value->is_number())) {
      choice.fault("value", "BASE_TYPE_REQUIRED", "This field is required");
    } else if (value->is_string()) {
      choice.text("value", {.max = 100});
    }
  }
  if (!data.is_set("choices")) data.fault("choices", "BASE_TYPE_REQUIRED", "This field is required");
  if (auto refusal = data.refusal()) return refusal;
  interaction.choices = data.find("choices")->get_array();
  interaction.state = InteractionState::choices;
  return std::nullopt;
}

Refusal answer_with_modal(Call& call, Form& data, Interaction& interaction) {
  const auto custom_id = data.text("custom_id", {.min = 1, .max = 100, .required = true});
  const auto title = data.text("title", {.min = 1, .max = 45, .required = true});
  auto components = read_components(call.state, data, "components", true, true);
  if (auto refusal = data.refusal()) return refusal;
  interaction.modal = {{"custom_id", *custom_id}, {"title", *title}, {"components", std::move(components)}};
  interaction.state = InteractionState::modal;
  return std::nullopt;
}

// Which answers fit which interaction.
bool fits(std::int64_t type, const Interaction& interaction) {
  if (interaction.kind == InteractionKind::autocomplete) return type == choices;
  if (type == choices) return false;
  if (type == modal) return interaction.kind != InteractionKind::modal;
  if (type == deferred_update || type == update) return interaction.source.has_value();
  return true;
}

Refusal apply(Call& call, std::int64_t type, Form& data, Interaction& interaction) {
  switch (type) {
    case message:
      return answer_with_message(call, data, interaction);
    case deferred_message:
      return defer_message(call, data, interaction);
    case update:
      return answer_with_update(call, data, interaction);
    case choices:
      return answer_with_choices(data, interaction);
    case modal:
      return answer_with_modal(call, data, interaction);
    default:
      interaction.state = InteractionState::deferred;
      interaction.original = interaction.source;
      return std::nullopt;
  }
}

json::object callback_object(const State& state, const Interaction& interaction, std::int64_t type) {
  json::object about{{"id", interaction.id.text()},
                     {"type", static_cast<int>(interaction.kind)},
                     {"channel_id", interaction.channel.text()}};
  if (interaction.guild) about["guild_id"] = interaction.guild->text();
  const bool has_message =
      interaction.original && (type == message || type == deferred_message || type == update);
  if (has_message) {
    about["response_message_id"] = interaction.original->text();
    about["response_message_loading"] = type == deferred_message;
    about["response_message_ephemeral"] = interaction.ephemeral;
  }
  json::object wire{{"interaction", std::move(about)}};
  if (type == message || type == update) {
    const auto& shown = state.messages.at(*interaction.original);
    wire["resource"] = {{"type", type}, {"message", message_object(state, shown)}};
  }
  return wire;
}

// What both ways of answering share: the body is read, fits, and takes effect. The kind of answer.
std::expected<std::int64_t, ApiResponse> take_answer(Call& call, Interaction& interaction) {
  Form form(call.body);
  const auto type =
      form.one_of("type", {message, deferred_message, deferred_update, update, choices, modal}, true);
  if (type && !fits(*type, interaction)) {
    form.fault("type", "INTERACTION_RESPONSE_TYPE_INVALID", "This answer does not fit the interaction.");
  }
  static const json::value nothing = json::object();
  const bool needs_data = type && *type != deferred_message && *type != deferred_update;
  auto data = form.object("data", needs_data);
  if (auto refusal = form.refusal()) return std::unexpected(*refusal);
  Form empty(nothing);
  if (auto refusal = apply(call, *type, data ? *data : empty, interaction)) return std::unexpected(*refusal);
  interaction.answered_at = call.state.now;
  call.state.waiting_interactions.erase(interaction.id);
  return *type;
}

ApiResponse callback(Call& call) {
  const auto found = call.state.interactions.find(call.id<InteractionId>("interaction_id"));
  if (found == call.state.interactions.end()) return error(10062);
  Interaction& interaction = found->second;
  if (interaction.token != call.params.find("interaction_token")->second) return error(10062);
  if (interaction.answered_at) return error(40060);
  if (call.state.now - interaction.created_at > call.state.rules.interaction_answer_max) return error(10062);
  if (interaction.state == InteractionState::failed) return error(10062);

  const auto type = take_answer(call, interaction);
  if (!type) return type.error();
  if (!call.asked_flag("with_response")) return no_content();
  return ok(callback_object(call.state, interaction, *type));
}

constexpr Route routes[] = {
    {"POST", "/interactions/{interaction_id}/{interaction_token}/callback", callback,
     Credential::interaction_token},
};

// The user reads at once that the application did not respond.
void give_up(State& state, Interaction& interaction) {
  interaction.state = InteractionState::failed;
  state.waiting_interactions.erase(interaction.id);
  ++state.counters.interactions_failed;
}

}  // namespace

void take_response(Parts& parts, InteractionId id, int status, std::string_view body) {
  auto& interaction = parts.state.interactions.at(id);
  // Answered by a callback meanwhile, or too late for anything.
  if (interaction.answered_at || interaction.state == InteractionState::failed || status == 202) return;
  auto answer = parse_json(body);
  if (status != 200 || !answer) return give_up(parts.state, interaction);
  const ApiRequest request;
  Call call{.parts = parts,
            .state = parts.state,
            .request = request,
            .body = std::move(*answer),
            .actor = {.user = parts.state.bot}};
  if (!take_answer(call, interaction)) give_up(parts.state, interaction);
}

std::span<const Route> interaction_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
