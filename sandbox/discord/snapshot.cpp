// What people and oracles see: the answer on a user's screen, and the whole world as one JSON document.
#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

// Every text in embeds and components, in reading order, a line each.
void collect_text(const json::value& value, std::string& text) {
  static constexpr std::array shown{"title", "description", "name", "value", "text", "content", "label"};
  if (const auto* list = value.if_array()) {
    for (const auto& item : *list) collect_text(item, text);
    return;
  }
  const auto* object = value.if_object();
  if (object == nullptr) return;
  for (const auto* key : shown) {
    const auto* line = object->if_contains(key);
    if (line != nullptr && line->is_string()) text += std::string(line->get_string()) + "\n";
  }
  for (const auto& [key, item] : *object) collect_text(item, text);
}

std::string text_of(const Message& message) {
  std::string text = message.content.empty() ? "" : message.content + "\n";
  collect_text(message.embeds, text);
  collect_text(message.components, text);
  return text;
}

std::string_view name_of(InteractionState state) {
  static constexpr std::array names{"waiting",  "failed",  "thinking", "deferred",
                                    "answered", "updated", "choices",  "modal"};
  return names[static_cast<std::size_t>(state)];
}

json::object channel_snapshot(const Guild& guild, const Channel& channel) {
  auto wire = guild_channel_object(channel);
  json::array sitting;
  for (const auto& [user, seat] : guild.voice) {
    if (seat.channel == channel.id) sitting.push_back(json::value(user.text()));
  }
  wire["sitting"] = std::move(sitting);
  wire["made_by_bot"] = channel.made_by_bot;
  wire["created_at"] = to_rfc3339(channel.created_at);
  wire["voice_status"] = channel.voice_status ? json::value(*channel.voice_status) : json::value();
  return wire;
}

json::object guild_snapshot(const State& state, const Guild& guild) {
  json::array roles;
  for (const auto& [id, role] : guild.roles) roles.push_back(role_object(role));
  json::array members;
  for (const auto& [id, member] : guild.members) members.push_back(member_object(state, member));
  json::array channels;
  for (const auto& [id, channel] : guild.channels) channels.push_back(channel_snapshot(guild, channel));
  json::array events;
  for (const auto& [id, event] : guild.events) events.push_back(scheduled_event_object(state, event));
  json::array entries;
  for (const auto& entry : guild.audit_log) entries.push_back(audit_entry_object(entry));
  return {{"id", guild.id.text()},          {"name", guild.name},
          {"owner_id", guild.owner.text()}, {"unavailable", guild.unavailable},
          {"has_bot", guild.has_bot},       {"roles", std::move(roles)},
          {"members", std::move(members)},  {"channels", std::move(channels)},
          {"events", std::move(events)},    {"audit_log", std::move(entries)}};
}

json::object interaction_snapshot(const Interaction& interaction) {
  json::array follow_ups;
  for (const MessageId id : interaction.follow_ups) follow_ups.push_back(json::value(id.text()));
  return {{"id", interaction.id.text()},
          {"kind", static_cast<int>(interaction.kind)},
          {"state", name_of(interaction.state)},
          {"user_id", interaction.user.text()},
          {"channel_id", interaction.channel.text()},
          {"created_at", to_rfc3339(interaction.created_at)},
          {"answered_at", time_or_null(interaction.answered_at)},
          {"ephemeral", interaction.ephemeral},
          {"original", id_or_null(interaction.original)},
          {"follow_ups", std::move(follow_ups)},
          {"data", interaction.data},
          {"choices", interaction.choices},
          {"modal", interaction.modal}};
}

json::array session_snapshot(const Gateway& gateway) {
  json::array sessions;
  for (const auto& [id, session] : gateway.sessions()) {
    sessions.push_back({{"id", id},
                        {"intents", session.intents},
                        {"shard", session.shard},
                        {"sequence", session.sequence},
                        {"connected", session.connection.has_value()}});
  }
  return sessions;
}

template <class Map>
json::object counts(const Map& map) {
  json::object wire;
  for (const auto& [key, count] : map) {
    if constexpr (std::is_same_v<typename Map::key_type, int>) {
      wire[std::to_string(key)] = count;
    } else {
      wire[key] = count;
    }
  }
  return wire;
}

json::object counters_snapshot(const Counters& counters) {
  return {{"requests_by_route", counts(counters.requests_by_route)},
          {"limited_by_scope", counts(counters.limited_by_scope)},
          {"predictable_429s", counters.predictable_429s},
          {"invalid_requests", counters.invalid_requests},
          {"responses_by_status", counts(counters.responses_by_status)},
          {"identifies", counters.identifies},
          {"resumes", counters.resumes},
          {"gateway_closes_by_code", counts(counters.gateway_closes_by_code)},
          {"dispatches_by_event", counts(counters.dispatches_by_event)},
          {"interactions_failed", counters.interactions_failed},
          {"nonce_repeats", counters.nonce_repeats}};
}

}  // namespace

Result<InteractionView> World::what_user_sees(InteractionId id) const {
  auto& state = parts_->state;
  const auto found = state.interactions.find(id);
  if (found == state.interactions.end()) return fail(ErrorKind::not_found, "There is no such interaction");
  const Interaction& interaction = found->second;
  InteractionView view{
      .state = interaction.state, .ephemeral = interaction.ephemeral, .choices = interaction.choices};
  if (!interaction.modal.empty()) view.modal = interaction.modal;
  const auto shown = interaction.original ? interaction.original : interaction.source;
  if (const Message* message = shown ? state.message(*shown) : nullptr) {
    view.message = message_object(state, *message);
    view.text = text_of(*message);
  }
  for (const MessageId follow_up : interaction.follow_ups) {
    if (const Message* message = state.message(follow_up))
      view.follow_ups.push_back(message_object(state, *message));
  }
  return view;
}

json::value World::snapshot() const {
  const auto& state = parts_->state;
  json::array users;
  for (const auto& [id, user] : state.users) users.push_back(user_object(user));
  json::array guilds;
  for (const auto& [id, guild] : state.guilds) guilds.push_back(guild_snapshot(state, guild));
  json::array dms;
  for (const auto& [id, dm] : state.dms) dms.push_back(dm_object(state, dm));
  json::array messages;
  for (const auto& [id, message] : state.messages) {
    auto wire = message_object(state, message);
    wire["guild_id"] = id_or_null(message.guild);
    wire["only_for"] = id_or_null(message.only_for);
    if (!message.nonce.is_null()) wire["nonce"] = message.nonce;
    messages.push_back(std::move(wire));
  }
  json::array commands;
  for (const auto& [id, command] : state.commands) commands.push_back(command_object(state, command, true));
  json::array interactions;
  for (const auto& [id, interaction] : state.interactions)
    interactions.push_back(interaction_snapshot(interaction));
  return {{"now", to_rfc3339(state.now)},
          {"application_id", state.application.text()},
          {"bot_id", state.bot.text()},
          {"users", std::move(users)},
          {"guilds", std::move(guilds)},
          {"dms", std::move(dms)},
          {"messages", std::move(messages)},
          {"commands", std::move(commands)},
          {"interactions", std::move(interactions)},
          {"sessions", session_snapshot(parts_->gateway)},
          {"counters", counters_snapshot(state.counters)}};
}

}  // namespace matchday::sandbox::discord
