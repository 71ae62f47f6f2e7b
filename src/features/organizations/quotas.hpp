// Quotas: how much of everything an organization may have, so that one cannot crowd out the others. Operators
// change them for one organization; without their word the usual value holds. Private to organizations, but
// for other features through the facade (Organizations::quota).
#pragma once
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace matchday::organizations {

enum class Quota { servers, members, invites, open_matches };

struct QuotaInfo {
  Quota quota;
  std::string_view name;  // part of the API
  std::int64_t usual;
  std::int64_t highest;  // no operator may allow more
};
const std::vector<QuotaInfo>& every_quota();

// What holds for that organization.
std::int64_t quota_of(store::Transaction& tx, OrganizationId organization, Quota quota);
// What an operator said; nothing: the usual.
std::optional<std::int64_t> own_quota_of(store::Transaction& tx, OrganizationId organization, Quota quota);
void set_quota(store::Transaction& tx, OrganizationId organization, Quota quota,
               std::optional<std::int64_t> value);

// Error `conflict` when `present` of them are there already, in words for people: "There are 10 servers…".
Result<> check_quota(store::Transaction& tx, OrganizationId organization, Quota quota, std::int64_t present);

std::int64_t count_servers(store::Transaction& tx, OrganizationId organization);
std::int64_t count_members(store::Transaction& tx, OrganizationId organization);

}  // namespace matchday::organizations
