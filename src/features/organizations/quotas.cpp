// See quotas.hpp.
#include "features/organizations/quotas.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace matchday::organizations {
namespace {

using store::Transaction;

const QuotaInfo& info_of(Quota quota) {
  return *std::ranges::find(every_quota(), quota, &QuotaInfo::quota);
}

std::string words_of(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '_', ' ');
  return out;
}

}  // namespace

const std::vector<QuotaInfo>& every_quota() {
  static const std::vector<QuotaInfo> all{
      {.quota = Quota::servers, .name = "servers", .usual = 10, .highest = 100},
      {.quota = Quota::members, .name = "members", .usual = 5000, .highest = 100'000},
      {.quota = Quota::invites, .name = "invites", .usual = 100, .highest = 1000},
      // A Discord server has room for 500 channels, so for fewer than 250 matches at once.
      {.quota = Quota::open_matches, .name = "open_matches", .usual = 250, .highest = 5000}};
  return all;
}

std::optional<std::int64_t> own_quota_of(Transaction& tx, OrganizationId organization, Quota quota) {
  const auto rows =
      tx.run("select value from organization_quotas where organization_id = :organization and quota = :quota",
             {{"organization", organization}, {"quota", info_of(quota).name}});
  return rows.empty() ? std::nullopt : std::optional(rows.front().get<std::int64_t>("value"));
}

std::int64_t quota_of(Transaction& tx, OrganizationId organization, Quota quota) {
  return own_quota_of(tx, organization, quota).value_or(info_of(quota).usual);
}

void set_quota(Transaction& tx, OrganizationId organization, Quota quota, std::optional<std::int64_t> value) {
  const auto name = info_of(quota).name;
  if (!value) {
    tx.run("delete from organization_quotas where organization_id = :organization and quota = :quota",
           {{"organization", organization}, {"quota", name}});
    return;
  }
  tx.run(
      "insert into organization_quotas (organization_id, quota, value) values (:organization, :quota, :value)"
      " on conflict (organization_id, quota) do update set value = excluded.value",
      {{"organization", organization}, {"quota", name}, {"value", *value}});
}

Result<> check_quota(Transaction& tx, OrganizationId organization, Quota quota, std::int64_t present) {
  const auto most = quota_of(tx, organization, quota);
  if (present < most) return {};
  return fail(
      ErrorKind::conflict,
      fmt::format("This organization may have {} {}, and has them already. Remove what you do not need, "
                  "or ask the operator of this Matchday for more.",
                  most, words_of(info_of(quota).name)));
}

std::int64_t count_servers(Transaction& tx, OrganizationId organization) {
  return tx
      .run("select count(*) as n from guilds where organization_id = :organization",
           {{"organization", organization}})
      .front()
      .get<std::int64_t>("n");
}

std::int64_t count_members(Transaction& tx, OrganizationId organization) {
  return tx
      .run("select count(*) as n from organization_members where organization_id = :organization",
           {{"organization", organization}})
      .front()
      .get<std::int64_t>("n");
}

}  // namespace matchday::organizations
