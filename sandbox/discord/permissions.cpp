// See permissions.hpp.
#include "sandbox/discord/permissions.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr Permissions voice_bits = permission::connect | permission::speak | permission::mute_members |
                                   permission::deafen_members | permission::move_members |
                                   permission::use_voice_activity | permission::manage_channels |
                                   permission::manage_roles | permission::set_voice_channel_status |
                                   permission::create_events | permission::manage_events;
constexpr Permissions sending_bits = permission::mention_everyone | permission::send_tts_messages |
                                     permission::attach_files | permission::embed_links;
constexpr Permissions kept_in_timeout = permission::view_channel | permission::read_message_history;

RoleId everyone_of(const Guild& guild) {
  return RoleId{guild.id.value};
}

void apply(Permissions& bits, const Overwrite& overwrite) {
  bits &= ~overwrite.deny;
  bits |= overwrite.allow;
}

bool timed_out(const Member& member, Time now) {
  return member.timed_out_until && *member.timed_out_until > now;
}

Permissions with_overwrites(Permissions bits, const Guild& guild, const Channel& channel,
                            const Member& member) {
  for (const auto& overwrite : channel.overwrites) {
    if (overwrite.id.value == everyone_of(guild).value) apply(bits, overwrite);
  }
  Overwrite of_roles;
  for (const auto& overwrite : channel.overwrites) {
    if (overwrite.kind != OverwriteKind::role || !member.roles.contains(RoleId{overwrite.id.value})) continue;
    of_roles.allow |= overwrite.allow;
    of_roles.deny |= overwrite.deny;
  }
  apply(bits, of_roles);
  for (const auto& overwrite : channel.overwrites) {
    if (overwrite.kind == OverwriteKind::member && overwrite.id.value == member.user.value)
      apply(bits, overwrite);
  }
  return bits;
}

}  // namespace

Permissions guild_permissions(const Guild& guild, UserId user, Time now) {
  const auto found = guild.members.find(user);
  if (found == guild.members.end()) return 0;
  if (guild.owner == user) return permission::all;
  const Member& member = found->second;
  Permissions bits = guild.roles.at(everyone_of(guild)).permissions;
  for (const RoleId role : member.roles) {
    if (const auto held = guild.roles.find(role); held != guild.roles.end()) bits |= held->second.permissions;
  }
  if ((bits & permission::administrator) != 0) return permission::all;
  return timed_out(member, now) ? bits & kept_in_timeout : bits;
}

Permissions channel_permissions(const Guild& guild, const Channel& channel, UserId user, Time now) {
  Permissions bits = guild_permissions(guild, user, now);
  if (bits == permission::all) return bits;
  const auto found = guild.members.find(user);
  if (found == guild.members.end()) return 0;
  bits = with_overwrites(bits, guild, channel, found->second);
  if (timed_out(found->second, now)) bits &= kept_in_timeout;
  if ((bits & permission::view_channel) == 0) return 0;
  if (channel.is_voice() && (bits & permission::connect) == 0) bits &= ~voice_bits;
  if ((bits & permission::send_messages) == 0) bits &= ~sending_bits;
  return bits;
}

bool ranks_above(const Role& higher, const Role& lower) {
  if (higher.position != lower.position) return higher.position > lower.position;
  return higher.id < lower.id;
}

const Role& highest_role(const Guild& guild, UserId user) {
  const Role* highest = &guild.roles.at(everyone_of(guild));
  if (const auto member = guild.members.find(user); member != guild.members.end()) {
    for (const RoleId id : member->second.roles) {
      const auto role = guild.roles.find(id);
      if (role != guild.roles.end() && ranks_above(role->second, *highest)) highest = &role->second;
    }
  }
  return *highest;
}

bool outranks(const Guild& guild, UserId actor, UserId target) {
  if (guild.owner == target) return false;
  if (guild.owner == actor) return true;
  return ranks_above(highest_role(guild, actor), highest_role(guild, target));
}

}  // namespace matchday::sandbox::discord
