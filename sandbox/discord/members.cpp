// Members and roles: joining, leaving, nicknames, and what a role change tells the gateway.
#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

void announce_role(Parts& parts, const char* event, const Guild& guild, const Role& role) {
  parts.gateway.dispatch({.name = event,
                          .intents = intent::guilds,
                          .guild = guild.id,
                          .data = {{"guild_id", guild.id.text()}, {"role", role_object(role)}}});
}

json::array role_list(const Guild& guild, const std::set<RoleId>& roles, const std::set<RoleId>& without) {
  json::array list;
  for (const RoleId id : roles) {
    if (!without.contains(id)) list.push_back({{"id", id.text()}, {"name", guild.roles.at(id).name}});
  }
  return list;
}

}  // namespace

void announce_member(Parts& parts, const Guild& guild, const Member& member) {
  auto wire = member_object(parts.state, member);
  wire["guild_id"] = guild.id.text();
  // A bot hears of changes to itself without the privileged intent (reference §2.2).
  const bool self = member.user == parts.state.bot;
  parts.gateway.dispatch({.name = "GUILD_MEMBER_UPDATE",
                          .intents = self ? 0 : intent::guild_members,
                          .guild = guild.id,
                          .data = std::move(wire)});
}

void add_member(Parts& parts, Guild& guild, UserId user, std::vector<RoleId> roles) {
  auto& member = guild.members[user];
  member = {.user = user, .roles = {roles.begin(), roles.end()}, .joined_at = parts.state.now};
  auto wire = member_object(parts.state, member);
  wire["guild_id"] = guild.id.text();
  parts.gateway.dispatch({.name = "GUILD_MEMBER_ADD",
                          .intents = intent::guild_members,
                          .guild = guild.id,
                          .data = std::move(wire)});
}

void remove_member(Parts& parts, Guild& guild, UserId user) {
  set_voice_channel(parts, guild, user, std::nullopt);
  guild.members.erase(user);
  parts.gateway.dispatch(
      {.name = "GUILD_MEMBER_REMOVE",
       .intents = intent::guild_members,
       .guild = guild.id,
       .data = {{"guild_id", guild.id.text()}, {"user", user_object(parts.state.user(user))}}});
}

void update_member(Parts& parts, Guild& guild, const Member& after, const Actor& actor) {
  auto& member = guild.members.at(after.user);
  const Member before = std::exchange(member, after);
  if (before.roles != after.roles) {
    json::array changes;
    auto added = role_list(guild, after.roles, before.roles);
    auto removed = role_list(guild, before.roles, after.roles);
    if (!added.empty()) changes.push_back({{"key", "$add"}, {"new_value", std::move(added)}});
    if (!removed.empty()) changes.push_back({{"key", "$remove"}, {"new_value", std::move(removed)}});
    record(parts, guild, actor,
           {.action = audit::member_role_update, .target = after.user.text(), .changes = std::move(changes)});
  }
  auto old_form = member_object(parts.state, before);
  auto new_form = member_object(parts.state, after);
  for (auto* form : {&old_form, &new_form}) form->erase("roles");
  auto changes = changes_between(old_form, new_form);
  if (!changes.empty()) {
    record(parts, guild, actor,
           {.action = audit::member_update, .target = after.user.text(), .changes = std::move(changes)});
  } else if (before.roles == after.roles) {
    return;
  }
  announce_member(parts, guild, member);
  const bool silenced = before.mute != after.mute || before.deaf != after.deaf;
  if (silenced && guild.voice.contains(after.user)) {
    parts.gateway.dispatch({.name = "VOICE_STATE_UPDATE",
                            .intents = intent::guild_voice_states,
                            .guild = guild.id,
                            .data = voice_state_object(parts.state, guild, after.user)});
  }
}

Role& create_role(Parts& parts, Guild& guild, Role draft, const Actor& actor) {
  draft.id = parts.state.new_id<RoleId>();
  auto& role = guild.roles[draft.id] = std::move(draft);
  record(parts, guild, actor,
         {.action = audit::role_create,
          .target = role.id.text(),
          .changes = {change_of("name", nullptr, json::value(role.name))}});
  announce_role(parts, "GUILD_ROLE_CREATE", guild, role);
  return role;
}

void update_role(Parts& parts, Guild& guild, const Role& after, const Actor& actor) {
  auto& role = guild.roles.at(after.id);
  auto changes = changes_between(role_object(role), role_object(after));
  role = after;
  if (changes.empty()) return;
  record(parts, guild, actor,
         {.action = audit::role_update, .target = role.id.text(), .changes = std::move(changes)});
  announce_role(parts, "GUILD_ROLE_UPDATE", guild, role);
}

void remove_role(Parts& parts, Guild& guild, RoleId id, const Actor& actor) {
  const auto name = guild.roles.at(id).name;
  guild.roles.erase(id);
  for (auto& [user, member] : guild.members) member.roles.erase(id);
  for (auto& [channel_id, channel] : guild.channels) {
    std::erase_if(channel.overwrites,
                  [&](const Overwrite& overwrite) { return overwrite.id.value == id.value; });
  }
  record(parts, guild, actor,
         {.action = audit::role_delete,
          .target = id.text(),
          .changes = {json::object{{"key", "name"}, {"old_value", name}}}});
  parts.gateway.dispatch({.name = "GUILD_ROLE_DELETE",
                          .intents = intent::guilds,
                          .guild = guild.id,
                          .data = {{"guild_id", guild.id.text()}, {"role_id", id.text()}}});
}

}  // namespace matchday::sandbox::discord
