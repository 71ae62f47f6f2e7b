// FACEIT as a platform of linked accounts: links.hpp and login.hpp, seen through the frame. Private to
// accounts.
#pragma once
#include "features/accounts/linked_accounts.hpp"
#include "jobs/queue.hpp"

namespace matchday::accounts {

class Login;

class FaceitAccounts final : public LinkedPlatform {
 public:
  // `login` is null when nobody can log in at FACEIT. Lifetime: both outlive it.
  FaceitAccounts(jobs::Queue& queue, Login* login) : queue_(queue), login_(login) {}

  std::string_view name() const override { return "faceit"; }
  std::string_view shown_name() const override { return "FACEIT"; }
  bool can_link() const override;
  Task<Result<Departure>> begin(UserId user, std::string person_name) override;
  std::vector<LinkedAccount> links_of(store::Transaction& tx, UserId user) const override;
  std::vector<LostAccount> lost_by(store::Transaction& tx, UserId user) const override;
  std::optional<LinkedAccount> unlink(store::Transaction& tx, OrganizationId organization, UserId user,
                                      Time now) override;
  std::vector<LinkedAccount> linked_in(store::Transaction& tx, OrganizationId organization, UserId after,
                                       int limit) const override;

 private:
  jobs::Queue& queue_;
  Login* login_;
};

}  // namespace matchday::accounts
