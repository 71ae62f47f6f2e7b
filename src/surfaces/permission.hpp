// What somebody may do in an organization. One list for pages, API and commands: a route or a command names
// what it needs, and organizations say who has it (features/organizations/roles.hpp). Names are part of the
// API: `x-permission` in api/openapi.yaml, and the scopes of API tokens.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace matchday::surfaces {

enum class Permission : std::uint8_t {
  organization_read,    // its pages, matches and settings
  organization_manage,  // its name, Discord servers and modules
  members_manage,       // roles, invitations, removing people
  audit_read,           // who changed what
  matches_operate,      // close and recreate rooms, move people
  match_voice_manage,   // settings of match voice
  work_manage,          // jobs, dead letters, webhooks
};

// "members.manage".
std::string_view name(Permission permission);
std::optional<Permission> permission_named(std::string_view name);
// All of them, in order.
const std::vector<Permission>& every_permission();

class PermissionSet {
 public:
  constexpr PermissionSet() = default;
  constexpr PermissionSet(std::initializer_list<Permission> permissions) {
    for (const auto permission : permissions) add(permission);
  }
  static PermissionSet all();

  constexpr void add(Permission permission) { bits_ |= bit(permission); }
  constexpr bool has(Permission permission) const { return (bits_ & bit(permission)) != 0; }
  constexpr bool empty() const { return bits_ == 0; }
  constexpr PermissionSet operator&(PermissionSet other) const { return PermissionSet(bits_ & other.bits_); }
  constexpr PermissionSet operator|(PermissionSet other) const { return PermissionSet(bits_ | other.bits_); }
  constexpr bool operator==(const PermissionSet&) const = default;

  // Stored and sent as names, so that the numbers may change.
  std::vector<std::string_view> names() const;

 private:
  constexpr explicit PermissionSet(std::uint32_t bits) : bits_(bits) {}
  static constexpr std::uint32_t bit(Permission permission) {
    return 1U << static_cast<std::uint32_t>(permission);
  }
  std::uint32_t bits_ = 0;
};

}  // namespace matchday::surfaces
