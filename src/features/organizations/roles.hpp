// Roles in an organization and what each may do: the one table that pages, API and commands ask.
#pragma once
#include <optional>
#include <string_view>
#include <vector>

#include "surfaces/permission.hpp"

namespace matchday::organizations {

// From the least to the most.
enum class Role { member, moderator, tournament_manager, admin, owner };

std::string_view name(Role role);  // "tournament_manager": stored, and part of the API
std::optional<Role> role_named(std::string_view name);
std::vector<std::string_view> role_names();

surfaces::PermissionSet permissions_of(Role role);

// Whether somebody of role `actor` may make somebody of role `before` one of role `after` (nothing: remove
// them). Nobody gives or takes more than they have; only owners make owners.
bool may_change_role(Role actor, Role before, std::optional<Role> after);

}  // namespace matchday::organizations
