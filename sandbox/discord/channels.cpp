// Channels and voice: how they change, and whom that moves.
#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

// Positions are counted per group: categories, voice, and everything else.
int position_group(ChannelKind kind) {
  if (kind == ChannelKind::category) return 0;
  return kind == ChannelKind::voice || kind == ChannelKind::stage ? 1 : 2;
}

int next_position(const Guild& guild, ChannelKind kind) {
  int next = 0;
  for (const auto& [id, channel] : guild.channels) {
    if (position_group(channel.kind) == position_group(kind)) next = std::max(next, channel.position + 1);
  }
  return next;
}

void announce(Parts& parts, const char* event, const Channel& channel) {
  parts.gateway.dispatch({.name = event,
                          .intents = intent::guilds,
                          .guild = channel.guild,
                          .data = guild_channel_object(channel)});
}

void forget_messages(State& state, ChannelId channel) {
  for (const MessageId id : state.messages_of_channel[channel]) state.messages.erase(id);
  state.messages_of_channel.erase(channel);
}

}  // namespace

Channel& create_channel(Parts& parts, Guild& guild, Channel draft, const Actor& actor) {
  auto& state = parts.state;
  draft.id = state.new_id<ChannelId>();
  draft.guild = guild.id;
  draft.created_at = state.now;
  draft.made_by_bot = actor.user == state.bot;
  if (draft.position < 0) draft.position = next_position(guild, draft.kind);
  state.guild_of_channel[draft.id] = guild.id;
  auto& channel = guild.channels[draft.id] = std::move(draft);
  record(parts, guild, actor,
         {.action = audit::channel_create,
          .target = channel.id.text(),
          .changes = {change_of("name", nullptr, json::value(channel.name)),
                      change_of("type", nullptr, static_cast<int>(channel.kind))}});
  announce(parts, "CHANNEL_CREATE", channel);
  return channel;
}

void update_channel(Parts& parts, Guild& guild, const Channel& after, const Actor& actor, int action,
                    std::optional<json::object> options) {
  auto& channel = guild.channels.at(after.id);
  auto changes = changes_between(guild_channel_object(channel), guild_channel_object(after));
  channel = after;
  if (changes.empty()) return;
  record(parts, guild, actor,
         {.action = action,
          .target = channel.id.text(),
          .changes = std::move(changes),
          .options = std::move(options)});
  announce(parts, "CHANNEL_UPDATE", channel);
}

void remove_channel(Parts& parts, Guild& guild, ChannelId id, const Actor& actor) {
  const Channel channel = guild.channels.at(id);
  guild.channels.erase(id);
  parts.state.guild_of_channel.erase(id);
  forget_messages(parts.state, id);
  record(parts, guild, actor,
         {.action = audit::channel_delete,
          .target = id.text(),
          .changes = {json::object{{"key", "name"}, {"old_value", channel.name}}}});
  announce(parts, "CHANNEL_DELETE", channel);
  for (auto& [child_id, child] : guild.channels) {
    if (child.parent != id) continue;
    child.parent.reset();
    announce(parts, "CHANNEL_UPDATE", child);
  }
  std::vector<UserId> stranded;
  for (const auto& [user, sitting] : guild.voice) {
    if (sitting.channel == id) stranded.push_back(user);
  }
  for (const UserId user : stranded) set_voice_channel(parts, guild, user, std::nullopt);
}

std::size_t children_of(const Guild& guild, ChannelId category) {
  return static_cast<std::size_t>(
      std::ranges::count_if(guild.channels, [&](const auto& one) { return one.second.parent == category; }));
}

Channel& dm_channel(Parts& parts, UserId user) {
  auto& state = parts.state;
  if (Channel* existing = state.dm_with(user)) return *existing;
  const auto id = state.new_id<ChannelId>();
  auto& dm = state.dms[id];
  dm = {.id = id, .kind = ChannelKind::dm, .recipient = user, .created_at = state.now, .made_by_bot = true};
  return dm;
}

void set_voice_channel(Parts& parts, Guild& guild, UserId user, std::optional<ChannelId> channel) {
  const auto sitting = guild.voice.find(user);
  json::object wire;
  if (channel) {
    if (sitting == guild.voice.end()) {
      guild.voice[user] = {.user = user, .channel = *channel, .session_id = parts.state.random_hex(32)};
    } else if (sitting->second.channel == *channel) {
      return;
    } else {
      sitting->second.channel = *channel;
    }
    wire = voice_state_object(parts.state, guild, user);
  } else {
    if (sitting == guild.voice.end()) return;
    wire = voice_state_object(parts.state, guild, user);
    wire["channel_id"] = nullptr;
    guild.voice.erase(sitting);
  }
  parts.gateway.dispatch({.name = "VOICE_STATE_UPDATE",
                          .intents = intent::guild_voice_states,
                          .guild = guild.id,
                          .data = std::move(wire)});
}

}  // namespace matchday::sandbox::discord
