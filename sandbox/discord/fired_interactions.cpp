// Interactions as people start them: slash commands, autocomplete, buttons, selects and modals, checked as
// Discord's client checks them, and delivered as INTERACTION_CREATE or over HTTP (reference §1.4, §8.2,
// §8.5).
#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/message_form.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr std::int64_t attachment_size_limit = 10 * 1024 * 1024;
constexpr int string_option = 3, integer_option = 4, boolean_option = 5, user_option = 6, channel_option = 7,
              role_option = 8, number_option = 10;

struct Place {
  Channel* channel = nullptr;
  Guild* guild = nullptr;  // none in a DM
};

Result<Place> place_of(State& state, ChannelId id, UserId user) {
  Channel* channel = state.channel(id);
  if (channel == nullptr) return fail(ErrorKind::not_found, "There is no such channel");
  Guild* guild = state.guild_of(*channel);
  const bool there = guild == nullptr ? channel->recipient == user : guild->members.contains(user);
  if (!there) return fail(ErrorKind::forbidden, "That user is not here");
  if (guild != nullptr && !guild->has_bot)
    return fail(ErrorKind::not_found, "The application is not in this guild");
  return Place{channel, guild};
}

const Command* find_command(const State& state, const Place& place, std::string_view name) {
  const Command* global = nullptr;
  for (const auto& [id, command] : state.commands) {
    if (command.type != 1 || command.name != name) continue;
    if (!command.guild) global = &command;
    if (place.guild != nullptr && command.guild == place.guild->id) return &command;
  }
  return global;
}

Result<> may_use(const State& state, const Place& place, UserId user, const Command& command) {
  if (place.guild == nullptr) return {};
  const auto bits = channel_permissions(*place.guild, *place.channel, user, state.now);
  const auto wanted = Fields(command.definition).string("default_member_permissions");
  const auto needed = wanted ? parse_decimal(*wanted).value_or(0) : 0;
  const bool admins_only = wanted == "0";
  const bool is_admin = bits == permission::all;
  const bool may = is_admin || (!admins_only && (bits & needed) == needed &&
                                (bits & permission::use_application_commands) != 0);
  if (!may) return fail(ErrorKind::forbidden, "Discord does not offer this command to that member");
  return {};
}

bool value_fits(int type, const json::value& value) {
  switch (type) {
    case string_option:
      return value.is_string();
    case integer_option:
      return value.is_int64() || value.is_uint64();
    case boolean_option:
      return value.is_bool();
    case number_option:
      return value.is_number();
    default:
      return value.is_string() && parse_decimal(value.get_string());
  }
}

bool is_offered(const json::object& option, const json::value& value) {
  const auto& choices = Fields(option).array("choices");
  return choices.empty() ||
         std::ranges::any_of(choices, [&](const json::value& choice) { return choice.at("value") == value; });
}

// What Discord sends along for ids among the options.
void resolve(const State& state, const Place& place, int type, const json::value& value,
             json::object& resolved) {
  const auto section = [&resolved](const char* name) -> json::object& {
    auto& part = resolved[name];
    if (!part.is_object()) part = json::object();
    return part.get_object();
  };
  if (type == user_option) {
    const UserId id{*parse_decimal(value.get_string())};
    if (!state.users.contains(id)) return;
    section("users")[id.text()] = user_object(state.user(id));
    if (place.guild == nullptr || !place.guild->members.contains(id)) return;
    auto member = member_object(state, place.guild->members.at(id));
    member.erase("user");
    member["permissions"] = bits_text(guild_permissions(*place.guild, id, state.now));
    section("members")[id.text()] = std::move(member);
  } else if (place.guild != nullptr && type == role_option) {
    const auto role = place.guild->roles.find(RoleId{*parse_decimal(value.get_string())});
    if (role != place.guild->roles.end()) section("roles")[role->first.text()] = role_object(role->second);
  } else if (place.guild != nullptr && type == channel_option) {
    const auto channel = place.guild->channels.find(ChannelId{*parse_decimal(value.get_string())});
    if (channel == place.guild->channels.end()) return;
    const auto bits = channel_permissions(*place.guild, channel->second, state.bot, state.now);
    section("channels")[channel->first.text()] = {{"id", channel->first.text()},
                                                  {"name", channel->second.name},
                                                  {"type", static_cast<int>(channel->second.kind)},
                                                  {"parent_id", id_or_null(channel->second.parent)},
                                                  {"permissions", bits_text(bits)}};
  }
}

struct Typed {
  json::array options;
  json::object resolved;
};

// The options as they are sent, in the order of the definition. With `focused` (autocomplete), required ones
// may be missing and the focused value is whatever was typed so far.
Result<Typed> typed_options(const State& state, const Place& place, const json::array& defined,
                            const json::object& given, std::optional<std::string_view> focused) {
  Typed typed;
  std::size_t used = 0;
  for (const auto& entry : defined) {
    const auto& option = entry.get_object();
    const auto name = Fields(option).string_or("name", "");
    const auto type = static_cast<int>(Fields(option).integer("type").value_or(0));
    const auto* value = given.if_contains(name);
    const bool has_focus = focused == name;
    if (value == nullptr) {
      if (!focused && Fields(option).boolean("required").value_or(false)) {
        return fail(ErrorKind::invalid, fmt::format("The option {} is required", name));
      }
      continue;
    }
    ++used;
    if (has_focus && !Fields(option).boolean("autocomplete").value_or(false)) {
      return fail(ErrorKind::invalid, fmt::format("The option {} has no autocomplete", name));
    }
    if (!has_focus && (!value_fits(type, *value) || !is_offered(option, *value))) {
      return fail(ErrorKind::invalid,
                  fmt::format("Discord does not accept that value for the option {}", name));
    }
    json::object one{{"name", name}, {"type", type}, {"value", *value}};
    if (has_focus) one["focused"] = true;
    typed.options.push_back(std::move(one));
    if (!has_focus) resolve(state, place, type, *value, typed.resolved);
  }
  if (used != given.size())
    return fail(ErrorKind::invalid, "The command has no option of one of these names");
  return typed;
}

// Wraps the innermost options into group and subcommand: "league show" → {name: show, type: 1, options: …}.
Result<Typed> nested_options(const State& state, const Place& place, const json::array& defined,
                             std::span<const std::string> path, const json::object& given,
                             std::optional<std::string_view> focused) {
  if (path.empty()) {
    if (!defined.empty() && defined[0].at("type").as_int64() <= 2) {
      return fail(ErrorKind::invalid, "A subcommand must be named");
    }
    return typed_options(state, place, defined, given, focused);
  }
  for (const auto& entry : defined) {
    if (entry.at("name").get_string() != path[0] || entry.at("type").as_int64() > 2) continue;
    auto inner =
        nested_options(state, place, Fields(entry).array("options"), path.subspan(1), given, focused);
    if (!inner) return inner;
    json::object one{{"name", path[0]}, {"type", entry.at("type")}, {"options", std::move(inner->options)}};
    return Typed{.options = {std::move(one)}, .resolved = std::move(inner->resolved)};
  }
  return fail(ErrorKind::not_found, fmt::format("There is no subcommand {}", path[0]));
}

std::vector<std::string> words(std::string_view text) {
  std::vector<std::string> list;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) list.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return list;
}

// More than 128 characters, as real ones have (reference §8.2).
std::string make_token(State& state, InteractionId id) {
  return crypto::to_base64url(fmt::format("interaction:{}:{}", id.text(), state.random_hex(96)));
}

json::object interaction_object(const State& state, const Place& place, const Interaction& interaction) {
  const auto& user = state.user(interaction.user);
  json::object owners;
  owners["0"] = place.guild != nullptr ? place.guild->id.text() : "0";
  json::object wire{{"id", interaction.id.text()},
                    {"application_id", state.application.text()},
                    {"type", static_cast<int>(interaction.kind)},
                    {"token", interaction.token},
                    {"version", 1},
                    {"channel_id", interaction.channel.text()},
                    {"channel", channel_object(state, *place.channel)},
                    {"locale", user.locale},
                    {"entitlements", json::array()},
                    {"authorizing_integration_owners", std::move(owners)},
                    {"context", place.guild != nullptr ? 0 : 1},
                    {"attachment_size_limit", attachment_size_limit},
                    {"data", interaction.data}};
  if (place.guild == nullptr) {
    wire["user"] = user_object(user);
    wire["app_permissions"] = bits_text(permission::all);
    return wire;
  }
  const auto bits_of = [&](UserId who) {
    return bits_text(channel_permissions(*place.guild, *place.channel, who, state.now));
  };
  auto member = member_object(state, place.guild->members.at(interaction.user));
  member["permissions"] = bits_of(interaction.user);
  wire["channel"].get_object()["permissions"] = bits_of(interaction.user);
  wire["member"] = std::move(member);
  wire["guild_id"] = place.guild->id.text();
  wire["guild"] = {
      {"id", place.guild->id.text()}, {"locale", place.guild->preferred_locale}, {"features", json::array()}};
  wire["guild_locale"] = place.guild->preferred_locale;
  wire["app_permissions"] = bits_of(state.bot);
  return wire;
}

InteractionId start(Parts& parts, const Place& place, Interaction draft, const Message* source) {
  auto& state = parts.state;
  draft.id = state.new_id<InteractionId>();
  draft.token = make_token(state, draft.id);
  draft.guild = place.channel->guild;
  draft.channel = place.channel->id;
  draft.created_at = state.now;
  state.interaction_of_token[draft.token] = draft.id;
  state.waiting_interactions.insert(draft.id);
  const auto& interaction = state.interactions[draft.id] = std::move(draft);
  auto wire = interaction_object(state, place, interaction);
  if (source != nullptr) wire["message"] = message_object(state, *source);
  // One way or the other, never both (reference §1.15).
  if (parts.http_interactions.accepted())
    parts.http_interactions.deliver(interaction.id, wire);
  else
    parts.gateway.dispatch(
        {.name = "INTERACTION_CREATE", .guild = interaction.guild, .data = std::move(wire)});
  return interaction.id;
}

Result<InteractionId> fire(Parts& parts, const World::CommandCall& call,
                           std::optional<std::string_view> focused) {
  auto& state = parts.state;
  const auto place = place_of(state, call.channel, call.user);
  if (!place) return std::unexpected(place.error());
  const auto path = words(call.name);
  const Command* command = path.empty() ? nullptr : find_command(state, *place, path[0]);
  if (command == nullptr) return fail(ErrorKind::not_found, "There is no such command here");
  if (auto allowed = may_use(state, *place, call.user, *command); !allowed)
    return std::unexpected(allowed.error());
  auto typed = nested_options(state, *place, Fields(command->definition).array("options"),
                              std::span(path).subspan(1), call.options, focused);
  if (!typed) return std::unexpected(typed.error());
  json::object data{{"id", command->id.text()}, {"name", command->name}, {"type", command->type}};
  if (!typed->options.empty()) data["options"] = std::move(typed->options);
  if (!typed->resolved.empty()) data["resolved"] = std::move(typed->resolved);
  if (command->guild) data["guild_id"] = command->guild->text();
  return start(parts, *place,
               {.kind = focused ? InteractionKind::autocomplete : InteractionKind::command,
                .user = call.user,
                .data = std::move(data)},
               nullptr);
}

// The component with this custom_id, here or anywhere below. By list, so that no temporary value is searched.
const json::object* find_component(const json::array& components, std::string_view custom_id) {
  for (const auto& item : components) {
    const auto* component = item.if_object();
    if (component == nullptr) continue;
    const Fields fields(*component);
    if (fields.string("custom_id") == custom_id) return component;
    if (const auto* found = find_component(fields.array("components"), custom_id)) return found;
    for (const auto* key : {"component", "accessory"}) {
      const auto* inner = component->if_contains(key);
      const auto* single = inner != nullptr ? inner->if_object() : nullptr;
      if (single != nullptr && Fields(*single).string("custom_id") == custom_id) return single;
    }
  }
  return nullptr;
}

bool values_fit(const json::object& component, const std::vector<std::string>& values) {
  const Fields fields(component);
  if (fields.integer("type") == 2) return values.empty();
  const auto count = static_cast<std::int64_t>(values.size());
  if (count < fields.integer("min_values").value_or(1) || count > fields.integer("max_values").value_or(1))
    return false;
  const auto& options = fields.array("options");
  return options.empty() || std::ranges::all_of(values, [&](const std::string& value) {
           return std::ranges::any_of(
               options, [&](const json::value& one) { return one.at("value") == json::value(value); });
         });
}

// A modal's components, as submitted: the same tree with the values in it.
json::value filled(const json::value& tree, const json::object& values) {
  if (const auto* list = tree.if_array()) {
    json::array copy;
    for (const auto& item : *list) copy.push_back(filled(item, values));
    return copy;
  }
  const auto* object = tree.if_object();
  if (object == nullptr) return tree;
  const Fields fields(*object);
  json::object copy;
  for (const auto* key : {"type", "id", "custom_id"}) {
    if (const auto* value = object->if_contains(key)) copy[key] = *value;
  }
  for (const auto* key : {"components", "component"}) {
    if (const auto* inner = object->if_contains(key)) copy[key] = filled(*inner, values);
  }
  if (const auto custom_id = fields.string("custom_id")) {
    const bool is_text = fields.integer("type") == 4;
    const auto* value = values.if_contains(*custom_id);
    if (is_text) {
      copy["value"] = value != nullptr ? *value : json::value(fields.string_or("value", ""));
    } else {
      copy["values"] = value != nullptr && value->is_array() ? *value : json::value(json::array());
    }
  }
  return copy;
}

}  // namespace

Result<InteractionId> World::fire_command(const CommandCall& call) {
  return fire(*parts_, call, std::nullopt);
}

Result<InteractionId> World::fire_autocomplete(const CommandCall& call, std::string_view focused) {
  return fire(*parts_, call, focused);
}

Result<InteractionId> World::fire_component(MessageId message_id, UserId user, std::string_view custom_id,
                                            std::vector<std::string> values) {
  auto& state = parts_->state;
  const Message* message = state.message(message_id);
  if (message == nullptr) return fail(ErrorKind::not_found, "There is no such message");
  if (message->only_for && *message->only_for != user)
    return fail(ErrorKind::forbidden, "That user does not see it");
  const auto place = place_of(state, message->channel, user);
  if (!place) return std::unexpected(place.error());
  const auto* component = find_component(message->components, custom_id);
  if (component == nullptr) return fail(ErrorKind::not_found, "The message has no such component");
  if (Fields(*component).boolean("disabled").value_or(false))
    return fail(ErrorKind::refused, "It is disabled");
  if (!values_fit(*component, values)) return fail(ErrorKind::invalid, "These values can't be picked there");
  const auto type = Fields(*component).integer("type").value_or(2);
  json::object data{{"custom_id", custom_id}, {"component_type", type}, {"id", component->at("id")}};
  if (type != 2) data["values"] = json::value_from(values);
  return start(
      *parts_, *place,
      {.kind = InteractionKind::component, .user = user, .source = message_id, .data = std::move(data)},
      message);
}

Result<InteractionId> World::submit_modal(InteractionId shown, const json::object& values) {
  auto& state = parts_->state;
  const auto found = state.interactions.find(shown);
  if (found == state.interactions.end() || found->second.state != InteractionState::modal) {
    return fail(ErrorKind::not_found, "That interaction shows no modal");
  }
  const auto& opened = found->second;
  for (const auto& [key, value] : values) {
    if (find_component(opened.modal.at("components").get_array(), key) == nullptr) {
      return fail(ErrorKind::invalid, fmt::format("The modal has no field {}", std::string_view(key)));
    }
  }
  const auto place = place_of(state, opened.channel, opened.user);
  if (!place) return std::unexpected(place.error());
  json::object data{{"custom_id", opened.modal.at("custom_id")},
                    {"components", filled(opened.modal.at("components"), values)}};
  const Message* source = opened.source ? state.message(*opened.source) : nullptr;
  return start(*parts_, *place,
               {.kind = InteractionKind::modal,
                .user = opened.user,
                .source = source != nullptr ? opened.source : std::nullopt,
                .data = std::move(data)},
               source);
}

}  // namespace matchday::sandbox::discord
