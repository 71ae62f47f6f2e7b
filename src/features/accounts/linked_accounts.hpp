// LinkedPlatform: the frame for accounts that somebody has elsewhere and links to their Discord account.
// FACEIT is one (faceit_accounts.hpp); further platforms are further implementations, and the API about them
// (linked_accounts_api.hpp) is there once. What holds on every platform: one account for a person; a proof,
// by logging in there, counts in every organization; a claim, by name, in one. Not here: how a platform keeps
// them and what else it tells. Private to accounts.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/task.hpp"
#include "store/database.hpp"

namespace matchday::accounts {

struct LinkedAccount {
  UserId user;
  std::string id;    // the platform's
  std::string name;  // as the platform shows it
  bool proved = false;
  OrganizationId organization;  // of a claim; 0: everywhere
  Time linked_at;
};

// A claim that gave way to somebody's proof.
struct LostAccount {
  OrganizationId organization;
  std::string name;
  Time at;
};

// Somebody's browser is sent to the platform.
struct Departure {
  std::string address;
  std::string cookie;  // a value of Set-Cookie: only this browser may come back
};

class LinkedPlatform {
 public:
  virtual ~LinkedPlatform() = default;

  virtual std::string_view name() const = 0;        // "faceit": part of the API
  virtual std::string_view shown_name() const = 0;  // "FACEIT"

  // Whether people can log in there to prove an account; otherwise begin() may not be called.
  virtual bool can_link() const = 0;
  // `person_name`: as the page asks for them.
  virtual Task<Result<Departure>> begin(UserId user, std::string person_name) = 0;

  virtual std::vector<LinkedAccount> links_of(store::Transaction& tx, UserId user) const = 0;
  virtual std::vector<LostAccount> lost_by(store::Transaction& tx, UserId user) const = 0;

  // The claim in that organization; the proof, if it is 0. Nothing when there is none.
  virtual std::optional<LinkedAccount> unlink(store::Transaction& tx, OrganizationId organization,
                                              UserId user, Time now) = 0;

  // Who is linked in an organization: its claims, and proofs of its members. Each person once, in the order
  // of their ids as texts, from `after` on (exclusive), at most `limit`.
  virtual std::vector<LinkedAccount> linked_in(store::Transaction& tx, OrganizationId organization,
                                               UserId after, int limit) const = 0;
};

}  // namespace matchday::accounts
