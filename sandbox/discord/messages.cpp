// Messages: posting, editing and removing, who is pinged, and who hears of it.
#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

// The exceptions to MESSAGE_CONTENT: our own messages, DMs, messages that mention us (reference §2.2).
bool content_is_private(const State& state, const Message& message) {
  if (!message.guild || message.author == state.bot || message.interaction) return false;
  if (std::ranges::find(message.mentions, state.bot) != message.mentions.end()) return false;
  const auto* replied = message.replies_to ? &state.messages : nullptr;
  if (replied == nullptr) return true;
  const auto original = replied->find(*message.replies_to);
  return original == replied->end() || original->second.author != state.bot;
}

bool bot_can_see(Parts& parts, const Message& message) {
  if (!message.guild || message.only_for) return true;
  const Guild* guild = parts.state.guild(*message.guild);
  const auto channel = guild->channels.find(message.channel);
  if (channel == guild->channels.end()) return false;
  const auto bits = channel_permissions(*guild, channel->second, parts.state.bot, parts.state.now);
  return (bits & permission::view_channel) != 0;
}

void announce(Parts& parts, const char* event, const Message& message, bool with_nonce) {
  if (!bot_can_see(parts, message)) return;
  auto wire = message_object(parts.state, message);
  if (with_nonce && !message.nonce.is_null()) wire["nonce"] = message.nonce;
  // An ephemeral answer reaches its bot like a DM, without guild and member (reference §2.2).
  const bool as_dm = !message.guild || message.only_for;
  if (!as_dm) {
    wire["guild_id"] = message.guild->text();
    const Guild* guild = parts.state.guild(*message.guild);
    if (const auto member = guild->members.find(message.author); member != guild->members.end()) {
      auto partial = member_object(parts.state, member->second);
      partial.erase("user");
      wire["member"] = std::move(partial);
    }
  }
  parts.gateway.dispatch({.name = event,
                          .intents = as_dm ? intent::direct_messages : intent::guild_messages,
                          .guild = as_dm ? std::nullopt : message.guild,
                          .data = std::move(wire),
                          .content_is_private = content_is_private(parts.state, message)});
}

bool parses(const json::value* allowed, std::string_view kind, bool users_only_by_default) {
  if (allowed == nullptr || !allowed->is_object()) return kind == "users" || !users_only_by_default;
  for (const auto& one : Fields(*allowed).array("parse")) {
    if (one.is_string() && one.get_string() == kind) return true;
  }
  return false;
}

bool listed(const json::value* allowed, std::string_view kind, const std::string& id) {
  if (allowed == nullptr || !allowed->is_object()) return false;
  const auto& list = Fields(*allowed).array(kind);
  return std::ranges::find(list, json::value(id)) != list.end();
}

// Calls `found` with the digits of each <PREFIXdigits> in the text.
template <class Found>
void each_mention(std::string_view content, std::string_view prefix, Found found) {
  for (auto at = content.find(prefix); at != std::string_view::npos; at = content.find(prefix, at + 1)) {
    const auto start = at + prefix.size();
    const auto end = content.find('>', start);
    if (end != std::string_view::npos) found(content.substr(start, end - start));
  }
}

}  // namespace

Mentions mentions_in(const State& state, std::optional<GuildId> guild, std::string_view content,
                     const json::value* allowed, bool users_only_by_default) {
  Mentions mentions;
  each_mention(content, "<@", [&](std::string_view digits) {
    if (digits.starts_with('!')) digits.remove_prefix(1);
    const auto user = UserId::parse(digits);
    if (!user || !state.users.contains(*user)) return;
    const bool pinged =
        parses(allowed, "users", users_only_by_default) || listed(allowed, "users", user->text());
    if (pinged && std::ranges::find(mentions.users, *user) == mentions.users.end())
      mentions.users.push_back(*user);
  });
  if (!guild) return mentions;
  const auto& roles = state.guilds.at(*guild).roles;
  each_mention(content, "<@&", [&](std::string_view digits) {
    const auto role = RoleId::parse(digits);
    if (!role || !roles.contains(*role)) return;
    const bool pinged =
        parses(allowed, "roles", users_only_by_default) || listed(allowed, "roles", role->text());
    if (pinged && std::ranges::find(mentions.roles, *role) == mentions.roles.end())
      mentions.roles.push_back(*role);
  });
  const bool shouted =
      content.find("@everyone") != std::string_view::npos || content.find("@here") != std::string_view::npos;
  mentions.everyone = shouted && parses(allowed, "everyone", users_only_by_default);
  return mentions;
}

Message& post_message(Parts& parts, Message draft) {
  auto& state = parts.state;
  draft.id = state.new_id<MessageId>();
  draft.sent_at = state.now;
  auto& message = state.messages[draft.id] = std::move(draft);
  state.messages_of_channel[message.channel].insert(message.id);
  if (auto* channel = state.channel(message.channel); channel != nullptr && !message.only_for) {
    channel->last_message = message.id;
  }
  announce(parts, "MESSAGE_CREATE", message, true);
  return message;
}

void announce_edit(Parts& parts, const Message& message) {
  announce(parts, "MESSAGE_UPDATE", message, false);
}

void remove_message(Parts& parts, MessageId id) {
  auto& state = parts.state;
  const Message message = state.messages.at(id);
  state.messages.erase(id);
  state.messages_of_channel[message.channel].erase(id);
  if (!bot_can_see(parts, message)) return;
  const bool as_dm = !message.guild || message.only_for;
  json::object wire{{"id", id.text()}, {"channel_id", message.channel.text()}};
  if (!as_dm) wire["guild_id"] = message.guild->text();
  parts.gateway.dispatch({.name = "MESSAGE_DELETE",
                          .intents = as_dm ? intent::direct_messages : intent::guild_messages,
                          .guild = as_dm ? std::nullopt : message.guild,
                          .data = std::move(wire)});
}

}  // namespace matchday::sandbox::discord
