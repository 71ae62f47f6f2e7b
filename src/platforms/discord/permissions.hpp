// Discord's permission bits, and what a member may do in a guild and in a channel. Computed here before a
// call is made, so that an organizer reads the missing permission by its name, and 403s do not add up to a
// ban.
#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"

namespace matchday::discord {

struct Channel;
struct Guild;
struct Role;

// Bits of reference §1.1 (Discord's documentation). Names as Discord writes them, in lower case.
enum class Permission : std::uint64_t {
  create_instant_invite = 1ULL << 0,
  administrator = 1ULL << 3,
  manage_channels = 1ULL << 4,
  manage_guild = 1ULL << 5,
  add_reactions = 1ULL << 6,
  view_audit_log = 1ULL << 7,
  view_channel = 1ULL << 10,
  send_messages = 1ULL << 11,
  send_tts_messages = 1ULL << 12,
  manage_messages = 1ULL << 13,
  embed_links = 1ULL << 14,
  attach_files = 1ULL << 15,
  read_message_history = 1ULL << 16,
  mention_everyone = 1ULL << 17,
  connect = 1ULL << 20,
  speak = 1ULL << 21,
  mute_members = 1ULL << 22,
  deafen_members = 1ULL << 23,
  move_members = 1ULL << 24,
  change_nickname = 1ULL << 26,
  manage_nicknames = 1ULL << 27,
  manage_roles = 1ULL << 28,
  use_application_commands = 1ULL << 31,
  manage_events = 1ULL << 33,
  manage_threads = 1ULL << 34,
  create_public_threads = 1ULL << 35,
  create_private_threads = 1ULL << 36,
  send_messages_in_threads = 1ULL << 38,
  moderate_members = 1ULL << 40,
  create_events = 1ULL << 44,
  set_voice_channel_status = 1ULL << 48,
  pin_messages = 1ULL << 51,
  bypass_slowmode = 1ULL << 52,
};

using Permissions = std::uint64_t;
inline constexpr Permissions all_permissions = ~Permissions{0};

constexpr Permissions bits(Permission permission) {
  return static_cast<Permissions>(permission);
}
constexpr Permissions operator|(Permission a, Permission b) {
  return bits(a) | bits(b);
}
constexpr Permissions operator|(Permissions a, Permission b) {
  return a | bits(b);
}
constexpr bool has(Permissions have, Permission needed) {
  return (have & bits(needed)) != 0;
}

// "MANAGE_CHANNELS".
std::string_view name(Permission permission);
std::optional<Permission> permission_named(std::string_view name);

// The names of the bits in `needed` that `have` lacks, lowest bit first.
std::vector<std::string> missing_names(Permissions needed, Permissions have);

// Permission fields travel as decimal strings. Anything else reads as nothing granted.
Permissions parse_permissions(std::string_view decimal);
std::string to_decimal(Permissions permissions);

// What a member with these roles may do in the guild: everything for the owner and administrators, otherwise
// the roles' union with @everyone. `timed_out`: keeps only viewing and reading.
Permissions guild_permissions(const Guild& guild, UserId member, std::span<const RoleId> roles,
                              bool timed_out = false);

// The same in one channel, after its overwrites and Discord's implicit denials.
Permissions channel_permissions(const Guild& guild, const Channel& channel, UserId member,
                                std::span<const RoleId> roles, bool timed_out = false);

// The role hierarchy: a higher position ranks higher; at equal positions the lower (older) id does.
bool ranks_above(const Role& a, const Role& b);

// The highest of these roles in the guild, or nothing when the member has none but @everyone.
const Role* highest_role(const Guild& guild, std::span<const RoleId> roles);

}  // namespace matchday::discord
