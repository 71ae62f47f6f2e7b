// What somebody's standing in Discord gives them here: who owns or manages a connected server, or has one of
// its roles that an organizer mapped. Rights follow Discord: they are looked at when somebody signs in, with
// every command, and once an hour. A role that somebody gave by hand stands. Private to organizations.
#pragma once
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "features/organizations/members.hpp"
#include "platforms/discord/permissions.hpp"

namespace matchday::organizations {

struct RoleMapping {
  GuildId guild;
  RoleId discord_role;
  Role role = Role::member;
};

std::vector<RoleMapping> mappings_of(store::Transaction& tx, OrganizationId organization);
void put_mapping(store::Transaction& tx, OrganizationId organization, const RoleMapping& mapping);
// False when there is none.
bool remove_mapping(store::Transaction& tx, OrganizationId organization, RoleId discord_role);

// Somebody in one Discord server.
struct Standing {
  GuildId guild;
  bool owns = false;
  discord::Permissions permissions = 0;
  std::vector<RoleId> roles;
  std::string name = {};  // as Discord shows them
};

// The highest role that it gives; nothing: none.
std::optional<Role> role_from(std::span<const RoleMapping> mappings, const Standing& standing);

// Stores what Discord gives somebody, or takes it back when it gives nothing any more. Never touches what was
// given by hand, and leaves an organization its last owner.
struct DiscordRight {
  OrganizationId organization;
  UserId user;
  std::string name;  // empty: as it is known
  std::optional<Role> role;
};
void settle(store::Transaction& tx, IdSource& ids, const DiscordRight& right, Time now);

}  // namespace matchday::organizations
