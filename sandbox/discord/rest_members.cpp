// Members over REST: reading, nicknames, roles, moving in voice, and voice states (reference §1.9).
#include <algorithm>

#include "sandbox/discord/objects.hpp"
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {
namespace {

std::expected<Member*, ApiResponse> member_in(Call& call, Guild& guild) {
  const auto user = call.id<UserId>("user_id");
  const auto found = guild.members.find(user);
  if (found != guild.members.end()) return &found->second;
  return std::unexpected(error(call.state.users.contains(user) ? 10007 : 10013));
}

ApiResponse get_member(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto member = member_in(call, **guild);
  if (!member) return member.error();
  return ok(member_object(call.state, **member));
}

Refusal check_nick(Call& call, const Guild& guild, UserId target) {
  if (auto refusal = require(call, guild, permission::manage_nicknames)) return refusal;
  if (target != call.state.bot && !outranks(guild, call.state.bot, target)) return error(50013);
  return std::nullopt;
}

// Roles that come or go must each be below the bot's highest, and not belong to an integration.
Refusal check_role_change(const Call& call, const Guild& guild, RoleId id) {
  const auto role = guild.roles.find(id);
  if (role == guild.roles.end()) return error(10011);
  if (id.value == guild.id.value || role->second.managed) return error(50028);
  const bool below =
      guild.owner == call.state.bot || ranks_above(highest_role(guild, call.state.bot), role->second);
  if (!below) return error(50013);
  return std::nullopt;
}

Refusal read_roles(Call& call, Form& form, const Guild& guild, Member& after) {
  if (!form.has("roles")) return std::nullopt;
  if (auto refusal = require(call, guild, permission::manage_roles)) return refusal;
  std::set<RoleId> wanted;
  for (const auto& text : form.strings("roles", 250, 20))
    wanted.insert(RoleId{parse_decimal(text).value_or(0)});
  std::set<RoleId> touched;
  std::ranges::set_symmetric_difference(after.roles, wanted, std::inserter(touched, touched.end()));
  for (const RoleId role : touched) {
    if (auto refusal = check_role_change(call, guild, role)) return refusal;
  }
  after.roles = std::move(wanted);
  return std::nullopt;
}

// What a move or disconnect needs. The moved person's own rights do not matter, nor does the user limit
// (reference §1.9).
Refusal check_move(Call& call, const Guild& guild, UserId target, std::optional<ChannelId> to) {
  if (to) {
    const auto channel = guild.channels.find(*to);
    if (channel == guild.channels.end()) return error(10003);
    if (!channel->second.is_voice()) {
      return invalid_form(
          {{"channel_id",
            {{"_errors", {{{"code", "CHANNEL_INVALID_TYPE"}, {"message", "Not a voice channel"}}}}}}});
    }
    const auto needed = permission::view_channel | permission::connect | permission::move_members;
    if (auto refusal = require(call, channel->second, needed)) return refusal;
  } else if (auto refusal = require(call, guild, permission::move_members)) {
    return refusal;
  }
  const auto sitting = guild.voice.find(target);
  if (sitting == guild.voice.end()) return error(40032);
  return require(call, guild.channels.at(sitting->second.channel), permission::move_members);
}

Refusal check_silence(Call& call, Form& form, const Guild& guild, Member& after) {
  for (const auto& [key, bit] :
       {std::pair{"mute", permission::mute_members}, {"deaf", permission::deafen_members}}) {
    const auto wanted = form.boolean(key);
    if (!wanted) continue;
    if (auto refusal = require(call, guild, bit)) return refusal;
    if (!guild.voice.contains(after.user)) return error(40032);
    (bit == permission::mute_members ? after.mute : after.deaf) = *wanted;
  }
  return std::nullopt;
}

ApiResponse edit_member(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto member = member_in(call, **guild);
  if (!member) return member.error();
  Form form(call.body);
  Member after = **member;
  const auto nick = form.text("nick", {.max = 32});
  const auto to = form.id<ChannelId>("channel_id");
  const bool moves = form.has("channel_id");
  if (auto refusal = form.refusal()) return *refusal;
  if (form.has("nick")) {
    if (auto refusal = check_nick(call, **guild, after.user)) return *refusal;
    after.nick = nick && !nick->empty() ? nick : std::nullopt;
  }
  if (auto refusal = read_roles(call, form, **guild, after)) return *refusal;
  if (auto refusal = check_silence(call, form, **guild, after)) return *refusal;
  if (auto refusal = form.refusal()) return *refusal;
  if (moves) {
    if (auto refusal = check_move(call, **guild, after.user, to)) return *refusal;
    const bool stays = to && (*guild)->voice.at(after.user).channel == *to;
    json::object options{{"count", "1"}};
    if (to) options["channel_id"] = to->text();
    if (!stays) {
      record(call.parts, **guild, call.actor,
             {.action = to ? audit::member_move : audit::member_disconnect, .options = std::move(options)});
    }
    set_voice_channel(call.parts, **guild, after.user, to);
  }
  update_member(call.parts, **guild, after, call.actor);
  return ok(member_object(call.state, **member));
}

ApiResponse edit_own_member(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  if (auto refusal = require(call, **guild, permission::change_nickname)) return *refusal;
  Form form(call.body);
  Member after = (*guild)->members.at(call.state.bot);
  if (form.has("nick")) after.nick = form.text("nick", {.max = 32});
  if (auto refusal = form.refusal()) return *refusal;
  update_member(call.parts, **guild, after, call.actor);
  return ok(member_object(call.state, after));
}

ApiResponse change_role(Call& call, bool give) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto member = member_in(call, **guild);
  if (!member) return member.error();
  if (auto refusal = require(call, **guild, permission::manage_roles)) return *refusal;
  const auto role = call.id<RoleId>("role_id");
  if (auto refusal = check_role_change(call, **guild, role)) return *refusal;
  Member after = **member;
  if (give) {
    after.roles.insert(role);
  } else {
    after.roles.erase(role);
  }
  update_member(call.parts, **guild, after, call.actor);
  return no_content();
}

ApiResponse add_role(Call& call) {
  return change_role(call, true);
}
ApiResponse take_role(Call& call) {
  return change_role(call, false);
}

ApiResponse voice_state_of(Call& call, Guild& guild, UserId user) {
  const auto sitting = guild.voice.find(user);
  if (sitting == guild.voice.end()) return error(10065);
  const auto& channel = guild.channels.at(sitting->second.channel);
  const auto needed = permission::view_channel | permission::connect;
  if (require(call, channel, needed)) return error(50001);
  return ok(voice_state_object(call.state, guild, user));
}

ApiResponse get_voice_state(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  return voice_state_of(call, **guild, call.id<UserId>("user_id"));
}

ApiResponse get_own_voice_state(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  return voice_state_of(call, **guild, call.state.bot);
}

constexpr Route routes[] = {
    {"PATCH", "/guilds/{guild_id}/members/@me", edit_own_member},
    {"GET", "/guilds/{guild_id}/members/{user_id}", get_member},
    {"PATCH", "/guilds/{guild_id}/members/{user_id}", edit_member},
    {"PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", add_role},
    {"DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}", take_role},
    {"GET", "/guilds/{guild_id}/voice-states/@me", get_own_voice_state},
    {"GET", "/guilds/{guild_id}/voice-states/{user_id}", get_voice_state},
};

}  // namespace

std::span<const Route> member_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
