// See permission.hpp.
#include "surfaces/permission.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace matchday::surfaces {
namespace {

constexpr std::array names_of_permissions{
    std::pair{Permission::organization_read, std::string_view("organization.read")},
    std::pair{Permission::organization_manage, std::string_view("organization.manage")},
    std::pair{Permission::members_manage, std::string_view("members.manage")},
    std::pair{Permission::audit_read, std::string_view("audit.read")},
    std::pair{Permission::matches_operate, std::string_view("matches.operate")},
    std::pair{Permission::match_voice_manage, std::string_view("match_voice.manage")},
    std::pair{Permission::work_manage, std::string_view("work.manage")}};

}  // namespace

std::string_view name(Permission permission) {
  const auto* const found =
      std::ranges::find(names_of_permissions, permission, &std::pair<Permission, std::string_view>::first);
  return found->second;
}

std::optional<Permission> permission_named(std::string_view wanted) {
  for (const auto& [permission, text] : names_of_permissions) {
    if (text == wanted) return permission;
  }
  return std::nullopt;
}

const std::vector<Permission>& every_permission() {
  static const auto all = [] {
    std::vector<Permission> out;
    for (const auto& entry : names_of_permissions) out.push_back(entry.first);
    return out;
  }();
  return all;
}

PermissionSet PermissionSet::all() {
  PermissionSet out;
  for (const auto permission : every_permission()) out.add(permission);
  return out;
}

std::vector<std::string_view> PermissionSet::names() const {
  std::vector<std::string_view> out;
  for (const auto permission : every_permission()) {
    if (has(permission)) out.push_back(name(permission));
  }
  return out;
}

}  // namespace matchday::surfaces
