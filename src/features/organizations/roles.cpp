// See roles.hpp.
#include "features/organizations/roles.hpp"

#include <array>
#include <utility>

namespace matchday::organizations {
namespace {

using surfaces::Permission;
using surfaces::PermissionSet;

constexpr std::array names{std::pair{Role::member, std::string_view("member")},
                           std::pair{Role::moderator, std::string_view("moderator")},
                           std::pair{Role::tournament_manager, std::string_view("tournament_manager")},
                           std::pair{Role::admin, std::string_view("admin")},
                           std::pair{Role::owner, std::string_view("owner")}};

}  // namespace

std::string_view name(Role role) {
  return names.at(static_cast<std::size_t>(role)).second;
}

std::optional<Role> role_named(std::string_view wanted) {
  for (const auto& [role, text] : names) {
    if (text == wanted) return role;
  }
  return std::nullopt;
}

std::vector<std::string_view> role_names() {
  std::vector<std::string_view> out;
  for (const auto& entry : names) out.push_back(entry.second);
  return out;
}

PermissionSet permissions_of(Role role) {
  switch (role) {
    case Role::member:
      return {Permission::organization_read};
    case Role::moderator:
      return permissions_of(Role::member) | PermissionSet{Permission::matches_operate};
    case Role::tournament_manager:
      return permissions_of(Role::moderator) | PermissionSet{Permission::match_voice_manage};
    case Role::admin:
    case Role::owner:
      return PermissionSet::all();
  }
  return {};
}

bool may_change_role(Role actor, Role before, std::optional<Role> after) {
  if (!permissions_of(actor).has(Permission::members_manage)) return false;
  if (actor == Role::owner) return true;
  return before < Role::owner && after.value_or(Role::member) < Role::owner;
}

}  // namespace matchday::organizations
