// See permissions.hpp. The order of evaluation is Discord's (reference §1.1).
#include "platforms/discord/permissions.hpp"

#include "base/number.hpp"
#include "platforms/discord/guild_cache.hpp"

namespace matchday::discord {
namespace {

struct Named {
  Permission permission;
  std::string_view name;
};

// Lowest bit first.
constexpr Named names[] = {
    {Permission::create_instant_invite, "CREATE_INSTANT_INVITE"},
    {Permission::administrator, "ADMINISTRATOR"},
    {Permission::manage_channels, "MANAGE_CHANNELS"},
    {Permission::manage_guild, "MANAGE_GUILD"},
    {Permission::add_reactions, "ADD_REACTIONS"},
    {Permission::view_audit_log, "VIEW_AUDIT_LOG"},
    {Permission::view_channel, "VIEW_CHANNEL"},
    {Permission::send_messages, "SEND_MESSAGES"},
    {Permission::send_tts_messages, "SEND_TTS_MESSAGES"},
    {Permission::manage_messages, "MANAGE_MESSAGES"},
    {Permission::embed_links, "EMBED_LINKS"},
    {Permission::attach_files, "ATTACH_FILES"},
    {Permission::read_message_history, "READ_MESSAGE_HISTORY"},
    {Permission::mention_everyone, "MENTION_EVERYONE"},
    {Permission::connect, "CONNECT"},
    {Permission::speak, "SPEAK"},
    {Permission::mute_members, "MUTE_MEMBERS"},
    {Permission::deafen_members, "DEAFEN_MEMBERS"},
    {Permission::move_members, "MOVE_MEMBERS"},
    {Permission::change_nickname, "CHANGE_NICKNAME"},
    {Permission::manage_nicknames, "MANAGE_NICKNAMES"},
    {Permission::manage_roles, "MANAGE_ROLES"},
    {Permission::use_application_commands, "USE_APPLICATION_COMMANDS"},
    {Permission::manage_events, "MANAGE_EVENTS"},
    {Permission::manage_threads, "MANAGE_THREADS"},
    {Permission::create_public_threads, "CREATE_PUBLIC_THREADS"},
    {Permission::create_private_threads, "CREATE_PRIVATE_THREADS"},
    {Permission::send_messages_in_threads, "SEND_MESSAGES_IN_THREADS"},
    {Permission::moderate_members, "MODERATE_MEMBERS"},
    {Permission::create_events, "CREATE_EVENTS"},
    {Permission::set_voice_channel_status, "SET_VOICE_CHANNEL_STATUS"},
    {Permission::pin_messages, "PIN_MESSAGES"},
    {Permission::bypass_slowmode, "BYPASS_SLOWMODE"},
};

constexpr Permissions without_send = Permission::mention_everyone | Permission::send_tts_messages |
                                     bits(Permission::attach_files) | bits(Permission::embed_links);
constexpr Permissions without_connect =
    Permission::speak | Permission::mute_members | Permission::deafen_members | Permission::move_members |
    Permission::manage_channels | Permission::manage_roles | Permission::set_voice_channel_status;
constexpr Permissions when_timed_out = Permission::view_channel | Permission::read_message_history;

bool holds(std::span<const RoleId> roles, std::uint64_t id) {
  for (const auto role : roles) {
    if (role.value == id) return true;
  }
  return false;
}

// @everyone has the guild's id.
RoleId everyone(const Guild& guild) {
  return RoleId{guild.id.value};
}

Permissions base_permissions(const Guild& guild, UserId member, std::span<const RoleId> roles) {
  if (member == guild.owner) return all_permissions;
  Permissions out = 0;
  for (const auto& [id, role] : guild.roles) {
    if (id == everyone(guild) || holds(roles, id.value)) out |= role.permissions;
  }
  return has(out, Permission::administrator) ? all_permissions : out;
}

Permissions with_overwrites(Permissions base, const Guild& guild, const Channel& channel, UserId member,
                            std::span<const RoleId> roles) {
  Permissions role_allow = 0;
  Permissions role_deny = 0;
  const Overwrite* for_everyone = nullptr;
  const Overwrite* for_member = nullptr;
  for (const auto& overwrite : channel.overwrites) {
    if (overwrite.member) {
      if (overwrite.id == member.value) for_member = &overwrite;
    } else if (overwrite.id == guild.id.value) {
      for_everyone = &overwrite;
    } else if (holds(roles, overwrite.id)) {
      role_allow |= overwrite.allow;
      role_deny |= overwrite.deny;
    }
  }
  if (for_everyone) base = (base & ~for_everyone->deny) | for_everyone->allow;
  base = (base & ~role_deny) | role_allow;
  if (for_member) base = (base & ~for_member->deny) | for_member->allow;
  return base;
}

}  // namespace

std::string_view name(Permission permission) {
  for (const auto& named : names) {
    if (named.permission == permission) return named.name;
  }
  return "UNKNOWN";
}

std::optional<Permission> permission_named(std::string_view wanted) {
  for (const auto& named : names) {
    if (named.name == wanted) return named.permission;
  }
  return std::nullopt;
}

std::vector<std::string> missing_names(Permissions needed, Permissions have) {
  std::vector<std::string> out;
  if (has(have, Permission::administrator)) return out;
  for (const auto& named : names) {
    if (has(needed, named.permission) && !has(have, named.permission)) out.emplace_back(named.name);
  }
  return out;
}

Permissions parse_permissions(std::string_view decimal) {
  return parse_number<Permissions>(decimal).value_or(0);
}

std::string to_decimal(Permissions permissions) {
  return std::to_string(permissions);
}

Permissions guild_permissions(const Guild& guild, UserId member, std::span<const RoleId> roles,
                              bool timed_out) {
  const auto base = base_permissions(guild, member, roles);
  return timed_out && base != all_permissions ? base & when_timed_out : base;
}

Permissions channel_permissions(const Guild& guild, const Channel& channel, UserId member,
                                std::span<const RoleId> roles, bool timed_out) {
  const auto base = base_permissions(guild, member, roles);
  if (base == all_permissions) return base;
  auto out = with_overwrites(base, guild, channel, member, roles);
  if (!has(out, Permission::view_channel)) return 0;
  if (!has(out, Permission::send_messages)) out &= ~without_send;
  if (channel.is_voice() && !has(out, Permission::connect)) out &= ~without_connect;
  return timed_out ? out & when_timed_out : out;
}

bool ranks_above(const Role& a, const Role& b) {
  return a.position != b.position ? a.position > b.position : a.id < b.id;
}

const Role* highest_role(const Guild& guild, std::span<const RoleId> roles) {
  const Role* highest = nullptr;
  for (const auto id : roles) {
    const auto* role = guild.role(id);
    if (role && role->id != everyone(guild) && (!highest || ranks_above(*role, *highest))) highest = role;
  }
  return highest;
}

}  // namespace matchday::discord
