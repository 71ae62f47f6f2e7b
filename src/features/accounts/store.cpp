// The links of accounts: its SQL, and nobody else's.
#include <fmt/format.h>

#include "features/accounts/accounts.hpp"

namespace matchday::accounts {

std::optional<PlayerLink> Accounts::link_of(store::Transaction& tx, OrganizationId organization,
                                            UserId user) {
  const auto rows = tx.run(
      "select discord_id, faceit_id, faceit_nickname, linked_at_ms from player_links"
      " where organization_id = :organization and discord_id = :user",
      {{"organization", organization}, {"user", user}});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return PlayerLink{.discord_id = row.get<UserId>("discord_id"),
                    .faceit_id = row.get<std::string>("faceit_id"),
                    .faceit_nickname = row.get<std::string>("faceit_nickname"),
                    .linked_at = row.get<Time>("linked_at_ms")};
}

std::map<std::string, UserId> Accounts::users_of(store::Transaction& tx, OrganizationId organization,
                                                 const std::vector<std::string>& faceit_ids) {
  std::map<std::string, UserId> out;
  if (faceit_ids.empty()) return out;
  // One statement for the whole roster.
  std::vector<std::string> names;
  std::string list;
  for (std::size_t i = 0; i < faceit_ids.size(); ++i) {
    names.push_back(fmt::format("id{}", i));
    list += fmt::format("{}:{}", i == 0 ? "" : ", ", names.back());
  }
  std::vector<store::Param> params{{"organization", organization}};
  for (std::size_t i = 0; i < faceit_ids.size(); ++i) params.emplace_back(names[i], faceit_ids[i]);
  for (const auto& row : tx.run(
           fmt::format("select faceit_id, discord_id from player_links where organization_id = :organization"
                       " and faceit_id in ({})",
                       list),
           params)) {
    out.emplace(row.get<std::string>("faceit_id"), row.get<UserId>("discord_id"));
  }
  return out;
}

Task<Result<std::optional<PlayerLink>>> Accounts::read_link(OrganizationId organization, UserId user) {
  co_return co_await database_.read(
      [organization, user](store::Transaction& tx) { return link_of(tx, organization, user); });
}

}  // namespace matchday::accounts
