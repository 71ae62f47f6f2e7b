// See faceit_accounts.hpp.
#include "features/accounts/faceit_accounts.hpp"

#include "features/accounts/links.hpp"
#include "features/accounts/login.hpp"

namespace matchday::accounts {
namespace {

using store::Transaction;

LinkedAccount to_account(const PlayerLink& link) {
  return {.user = link.discord_id,
          .id = link.faceit_id,
          .name = link.faceit_nickname,
          .proved = link.proved,
          .organization = link.organization,
          .linked_at = link.linked_at};
}

std::vector<LinkedAccount> to_accounts(const std::vector<PlayerLink>& links) {
  std::vector<LinkedAccount> out;
  out.reserve(links.size());
  for (const auto& link : links) out.push_back(to_account(link));
  return out;
}

}  // namespace

bool FaceitAccounts::can_link() const {
  return login_ != nullptr && login_->configured();
}

Task<Result<Departure>> FaceitAccounts::begin(UserId user, std::string person_name) {
  return login_->depart(user, std::move(person_name));
}

std::vector<LinkedAccount> FaceitAccounts::links_of(Transaction& tx, UserId user) const {
  return to_accounts(Accounts::links_of(tx, user));
}

std::vector<LostAccount> FaceitAccounts::lost_by(Transaction& tx, UserId user) const {
  std::vector<LostAccount> out;
  for (const auto& lost : lost_claims(tx, user))
    out.push_back({.organization = lost.organization, .name = lost.faceit_nickname, .at = lost.at});
  return out;
}

std::optional<LinkedAccount> FaceitAccounts::unlink(Transaction& tx, OrganizationId organization, UserId user,
                                                    Time now) {
  const auto link = unlink_one(tx, queue_, organization, user, now);
  return link ? std::optional(to_account(*link)) : std::nullopt;
}

std::vector<LinkedAccount> FaceitAccounts::linked_in(Transaction& tx, OrganizationId organization,
                                                     UserId after, int limit) const {
  return to_accounts(links_in(tx, organization, after, limit));
}

}  // namespace matchday::accounts
