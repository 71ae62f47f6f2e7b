// What follows the first answer: @original and follow-ups under /webhooks/{application}/{token} (reference
// §1.4).
#include <algorithm>

#include "sandbox/discord/objects.hpp"
#include "sandbox/discord/replies.hpp"

namespace matchday::sandbox::discord {

Message reply_draft(const State& state, const Interaction& interaction) {
  Message draft{.channel = interaction.channel,
                .guild = interaction.guild,
                .author = state.bot,
                .interaction = interaction.id};
  draft.type = interaction.kind == InteractionKind::command ? 20 : 0;  // CHAT_INPUT_COMMAND
  if (interaction.kind == InteractionKind::component && interaction.source) {
    draft.type = 19;
    draft.replies_to = interaction.source;
  }
  return draft;
}

namespace {

void apply_mentions(const State& state, Form& form, Message& message) {
  auto mentions = mentions_in(state, message.guild, message.content, form.find("allowed_mentions"), true);
  message.mentions = std::move(mentions.users);
  message.mention_roles = std::move(mentions.roles);
  message.mention_everyone = mentions.everyone;
}

// The interaction that the path's token belongs to, while the token lives and has been answered.
std::expected<Interaction*, ApiResponse> interaction_in(Call& call) {
  const auto found = call.state.interaction_of_token.find(call.params.find("webhook_token")->second);
  const bool ours = call.params.find("webhook_id")->second == call.state.application.text();
  if (!ours || found == call.state.interaction_of_token.end()) return std::unexpected(error(10015));
  Interaction& interaction = call.state.interactions.at(found->second);
  const auto age = call.state.now - interaction.created_at;
  if (age > call.state.rules.interaction_token_life) return std::unexpected(error(50027));
  if (!interaction.answered_at) return std::unexpected(error(10015));
  return &interaction;
}

std::expected<Message*, ApiResponse> original_of(Call& call, const Interaction& interaction) {
  Message* message = interaction.original ? call.state.message(*interaction.original) : nullptr;
  if (message == nullptr) return std::unexpected(error(10008));
  return message;
}

ApiResponse get_original(Call& call) {
  const auto interaction = interaction_in(call);
  if (!interaction) return interaction.error();
  const auto message = original_of(call, **interaction);
  if (!message) return message.error();
  return ok(message_object(call.state, **message));
}

ApiResponse edit_original(Call& call) {
  const auto interaction = interaction_in(call);
  if (!interaction) return interaction.error();
  const auto message = original_of(call, **interaction);
  if (!message) return message.error();
  Form form(call.body);
  if (auto refusal = edit_reply(call, form, **message)) return *refusal;
  auto& state = (*interaction)->state;
  if (state == InteractionState::thinking) state = InteractionState::answered;
  if (state == InteractionState::deferred) state = InteractionState::updated;
  return ok(message_object(call.state, **message));
}

ApiResponse delete_original(Call& call) {
  const auto interaction = interaction_in(call);
  if (!interaction) return interaction.error();
  const auto message = original_of(call, **interaction);
  if (!message) return message.error();
  remove_message(call.parts, (*message)->id);
  (*interaction)->original_deleted = true;
  return no_content();
}

// Right after a deferred answer the first follow-up fills it in (deprecated, but so it is).
ApiResponse follow_up(Call& call) {
  const auto interaction = interaction_in(call);
  if (!interaction) return interaction.error();
  if ((*interaction)->state == InteractionState::thinking) return edit_original(call);
  Form form(call.body);
  auto draft = reply_draft(call.state, **interaction);
  if (draft.type == 20) draft.type = 0;
  read_message(call, form, draft, reply_flags);
  if (auto refusal = form.refusal()) return *refusal;
  if (is_empty(draft)) return error(50006);
  const auto& message = post_reply(call, form, **interaction, std::move(draft));
  (*interaction)->follow_ups.push_back(message.id);
  return ok(message_object(call.state, message));
}

// A follow-up, or the original under its own id.
std::expected<Message*, ApiResponse> reply_in(Call& call) {
  const auto interaction = interaction_in(call);
  if (!interaction) return std::unexpected(interaction.error());
  const auto id = call.id<MessageId>("message_id");
  const auto& ids = (*interaction)->follow_ups;
  const bool known = (*interaction)->original == id || std::ranges::find(ids, id) != ids.end();
  Message* message = known ? call.state.message(id) : nullptr;
  if (message == nullptr) return std::unexpected(error(10008));
  return message;
}

ApiResponse get_reply(Call& call) {
  const auto message = reply_in(call);
  if (!message) return message.error();
  return ok(message_object(call.state, **message));
}

ApiResponse patch_reply(Call& call) {
  const auto message = reply_in(call);
  if (!message) return message.error();
  Form form(call.body);
  if (auto refusal = edit_reply(call, form, **message)) return *refusal;
  return ok(message_object(call.state, **message));
}

ApiResponse delete_reply(Call& call) {
  const auto message = reply_in(call);
  if (!message) return message.error();
  remove_message(call.parts, (*message)->id);
  return no_content();
}

constexpr auto by_token = Credential::interaction_token;
constexpr Route routes[] = {
    {"POST", "/webhooks/{webhook_id}/{webhook_token}", follow_up, by_token},
    {"GET", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", get_original, by_token},
    {"PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", edit_original, by_token},
    {"DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/@original", delete_original, by_token},
    {"GET", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", get_reply, by_token},
    {"PATCH", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", patch_reply, by_token},
    {"DELETE", "/webhooks/{webhook_id}/{webhook_token}/messages/{message_id}", delete_reply, by_token},
};

}  // namespace

Message& post_reply(Call& call, Form& form, const Interaction& interaction, Message draft) {
  apply_mentions(call.state, form, draft);
  if ((draft.flags & message_flag::ephemeral) != 0) draft.only_for = interaction.user;
  return post_message(call.parts, std::move(draft));
}

Refusal edit_reply(Call& call, Form& form, Message& message) {
  Message after = message;
  const bool was_loading = (after.flags & message_flag::loading) != 0;
  after.flags &= ~message_flag::loading;
  read_message(call, form, after, message_flag::suppress_embeds | message_flag::components_v2);
  if (auto refusal = form.refusal()) return refusal;
  if (is_empty(after)) return error(50006);
  apply_mentions(call.state, form, after);
  if (!was_loading) after.edited_at = call.state.now;
  message = std::move(after);
  announce_edit(call.parts, message);
  return std::nullopt;
}

std::span<const Route> webhook_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
