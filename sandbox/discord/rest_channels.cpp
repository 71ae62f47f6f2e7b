// Channels over REST: reading, creating, editing, ordering, deleting, overwrites and the voice status line.
#include <algorithm>

#include "sandbox/discord/channel_form.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

ApiResponse list_channels(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  json::array channels;  // also those that the bot can't see (reference §1.8)
  for (const auto& [id, channel] : (*guild)->channels) channels.push_back(guild_channel_object(channel));
  return ok(channels);
}

Refusal may_create(const Call& call, const Guild& guild, const Channel& draft, bool sends_overwrites) {
  auto bits = guild_permissions(guild, call.state.bot, call.state.now);
  if (draft.parent && guild.channels.contains(*draft.parent)) {
    bits = channel_permissions(guild, guild.channels.at(*draft.parent), call.state.bot, call.state.now);
  }
  const auto needed = permission::manage_channels | (sends_overwrites ? permission::manage_roles : 0);
  if ((bits & needed) != needed) return error(50013);
  return sends_overwrites ? check_granted_bits(call, guild, draft, {}, draft.overwrites) : std::nullopt;
}

ApiResponse create(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  Form form(call.body);
  const auto kind = form.one_of("type", {0, 2, 4, 5, 13, 15}).value_or(0);
  Channel draft{.kind = static_cast<ChannelKind>(kind), .position = -1};
  read_channel(call, form, **guild, draft, true);
  const bool sends_overwrites = form.is_set("permission_overwrites") && !draft.overwrites.empty();
  if (auto refusal = may_create(call, **guild, draft, sends_overwrites)) return *refusal;
  if (auto refusal = form.refusal()) return *refusal;
  if ((*guild)->channels.size() >= static_cast<std::size_t>(call.state.rules.guild_channels_max))
    return error(30013);
  return ok(guild_channel_object(create_channel(call.parts, **guild, std::move(draft), call.actor)), 201);
}

ApiResponse get(Call& call) {
  const auto channel = channel_in(call);
  if (!channel) return channel.error();
  return ok(channel_object(call.state, **channel));
}

ApiResponse edit(Call& call) {
  const auto found = channel_in(call);
  if (!found) return found.error();
  Channel& channel = **found;
  if (!channel.guild) return error(50024);
  Guild& guild = *call.state.guild_of(channel);
  Form form(call.body);
  Channel after = channel;
  read_channel(call, form, guild, after, false);
  if (auto refusal = require(call, channel, permission::manage_channels)) return *refusal;
  if (form.is_set("permission_overwrites")) {
    if (auto refusal = require(call, channel, permission::manage_roles)) return *refusal;
    if (auto refusal = check_granted_bits(call, guild, channel, channel.overwrites, after.overwrites))
      return *refusal;
  }
  if (auto refusal = form.refusal()) return *refusal;
  if (after.name != channel.name || after.topic != channel.topic) {
    if (auto refusal = call.parts.limits.channel_rename(channel)) return *refusal;
    after.renames = channel.renames;
  }
  update_channel(call.parts, guild, after, call.actor, audit::channel_update);
  return ok(guild_channel_object(channel));
}

ApiResponse remove(Call& call) {
  const auto found = channel_in(call);
  if (!found) return found.error();
  Channel& channel = **found;
  const auto wire = channel_object(call.state, channel);
  if (!channel.guild) return ok(wire);  // closing a DM hides it; it stays
  if (auto refusal = require(call, channel, permission::manage_channels)) return *refusal;
  remove_channel(call.parts, *call.state.guild_of(channel), channel.id, call.actor);
  return ok(wire);
}

// One entry of the ordering request, applied to a copy.
void read_placement(const State& state, Form& one, const Guild& guild, Channel& after) {
  if (const auto position = one.integer("position", {.min = 0})) after.position = static_cast<int>(*position);
  const auto old_parent = after.parent;
  if (one.has("parent_id")) after.parent = one.id<ChannelId>("parent_id");
  check_parent(state, one, guild, after, old_parent);
  const bool lock = one.boolean("lock_permissions").value_or(false);
  if (lock && after.parent && guild.channels.contains(*after.parent)) {
    after.overwrites = guild.channels.at(*after.parent).overwrites;
  }
}

ApiResponse reorder(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  if (auto refusal = require(call, **guild, permission::manage_channels)) return *refusal;
  const json::value wrapped{{"channels", call.body}};
  Form form(wrapped);
  std::vector<Channel> changed;
  int parents_changed = 0;
  for (auto& one : form.objects("channels", static_cast<std::size_t>(call.state.rules.guild_channels_max))) {
    const auto id = one.id<ChannelId>("id", true);
    if (!id) continue;
    if (!(*guild)->channels.contains(*id)) return error(10003);
    Channel after = (*guild)->channels.at(*id);
    const auto old_parent = after.parent;
    read_placement(call.state, one, **guild, after);
    if (after.parent != old_parent) ++parents_changed;
    changed.push_back(std::move(after));
  }
  if (auto refusal = form.refusal()) return *refusal;
  if (parents_changed > 1) return error(40009);
  for (const auto& after : changed)
    update_channel(call.parts, **guild, after, call.actor, audit::channel_update);
  return no_content();
}

json::object overwrite_options(const Guild& guild, const Overwrite& overwrite) {
  json::object options{{"id", overwrite.id.text()},
                       {"type", overwrite.kind == OverwriteKind::role ? "0" : "1"}};
  const auto role = guild.roles.find(RoleId{overwrite.id.value});
  if (role != guild.roles.end()) options["role_name"] = role->second.name;
  return options;
}

ApiResponse put_overwrite(Call& call) {
  const auto found = channel_in(call);
  if (!found) return found.error();
  Channel& channel = **found;
  if (!channel.guild) return error(50024);
  Guild& guild = *call.state.guild_of(channel);
  if (auto refusal = require(call, channel, permission::manage_roles)) return *refusal;
  Form form(call.body);
  const auto id = call.id<OverwriteId>("overwrite_id");
  const auto kind = form.one_of("type", {0, 1}, true);
  const auto allow = form.permission_bits("allow");
  const auto deny = form.permission_bits("deny");
  if (auto refusal = form.refusal()) return *refusal;
  const bool role_exists = guild.roles.contains(RoleId{id.value});
  if (*kind == 0 ? !role_exists : !call.state.users.contains(UserId{id.value})) return error(10009);
  const Overwrite wanted{.id = id,
                         .kind = static_cast<OverwriteKind>(*kind),
                         .allow = allow.value_or(0),
                         .deny = deny.value_or(0)};
  if (auto refusal = check_granted_bits(call, guild, channel, channel.overwrites, {wanted})) return *refusal;
  Channel after = channel;
  const auto old = std::ranges::find(after.overwrites, id, &Overwrite::id);
  const bool is_new = old == after.overwrites.end();
  if (is_new && after.overwrites.size() >= static_cast<std::size_t>(call.state.rules.overwrites_max)) {
    return error(30060);
  }
  if (is_new) {
    after.overwrites.push_back(wanted);
  } else {
    *old = wanted;
  }
  update_channel(call.parts, guild, after, call.actor,
                 is_new ? audit::overwrite_create : audit::overwrite_update,
                 overwrite_options(guild, wanted));
  return no_content();
}

ApiResponse delete_overwrite(Call& call) {
  const auto found = channel_in(call);
  if (!found) return found.error();
  Channel& channel = **found;
  if (!channel.guild) return error(50024);
  Guild& guild = *call.state.guild_of(channel);
  if (auto refusal = require(call, channel, permission::manage_roles)) return *refusal;
  Channel after = channel;
  const auto old = std::ranges::find(after.overwrites, call.id<OverwriteId>("overwrite_id"), &Overwrite::id);
  if (old == after.overwrites.end()) return error(10009);
  auto options = overwrite_options(guild, *old);
  after.overwrites.erase(old);
  update_channel(call.parts, guild, after, call.actor, audit::overwrite_delete, std::move(options));
  return no_content();
}

ApiResponse put_voice_status(Call& call) {
  const auto found = channel_in(call);
  if (!found) return found.error();
  Channel& channel = **found;
  if (channel.kind != ChannelKind::voice) return error(50024);
  Guild& guild = *call.state.guild_of(channel);
  const auto own_seat = guild.voice.find(call.state.bot);
  const bool connected = own_seat != guild.voice.end() && own_seat->second.channel == channel.id;
  const auto needed = permission::set_voice_channel_status | (connected ? 0 : permission::manage_channels);
  if (auto refusal = require(call, channel, needed)) return *refusal;
  Form form(call.body);
  auto status = form.text("status", {.max = 500});
  if (auto refusal = form.refusal()) return *refusal;
  if (status && status->empty()) status.reset();
  channel.voice_status = status;
  std::optional<json::object> options;
  if (status) options = json::object{{"status", *status}};
  record(call.parts, guild, call.actor,
         {.action = status ? audit::voice_status_update : audit::voice_status_delete,
          .target = channel.id.text(),
          .options = std::move(options)});
  call.parts.gateway.dispatch({.name = "VOICE_CHANNEL_STATUS_UPDATE",
                               .intents = intent::guilds,
                               .guild = guild.id,
                               .data = {{"id", channel.id.text()},
                                        {"guild_id", guild.id.text()},
                                        {"status", status ? json::value(*status) : json::value()}}});
  return no_content();
}

constexpr Route routes[] = {
    {"GET", "/guilds/{guild_id}/channels", list_channels},
    {"POST", "/guilds/{guild_id}/channels", create},
    {"PATCH", "/guilds/{guild_id}/channels", reorder},
    {"GET", "/channels/{channel_id}", get},
    {"PATCH", "/channels/{channel_id}", edit},
    {"DELETE", "/channels/{channel_id}", remove},
    {"PUT", "/channels/{channel_id}/permissions/{overwrite_id}", put_overwrite},
    {"DELETE", "/channels/{channel_id}/permissions/{overwrite_id}", delete_overwrite},
    {"PUT", "/channels/{channel_id}/voice-status", put_voice_status},
};

}  // namespace

std::span<const Route> channel_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
