// Links as rows, and what making or removing one entails for other links and for other features. Every
// function runs in its caller's transaction. Private to accounts.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/accounts/accounts.hpp"

namespace matchday::accounts {

// The organization of proofs: they count in all.
inline constexpr OrganizationId every_organization{0};

struct NewLink {
  UserId user;
  std::string faceit_id;
  std::string nickname;
};

// A claim that a proof removed.
struct Superseded {
  OrganizationId organization;
  UserId user;
};

struct Linking {
  enum class Outcome { linked, has_another, taken };
  Outcome outcome = Outcome::linked;
  std::optional<PlayerLink> in_the_way = {};  // unless `linked`: the user's own link, or the one who has it
  std::vector<Superseded> superseded = {};
};

// A claim by nickname, in one organization.
Linking claim(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization, const NewLink& link,
              Time now);

// A proof. Removes the user's claims, and everybody's claims on that FACEIT account, in every organization.
Linking prove(store::Transaction& tx, jobs::Queue& queue, const NewLink& link, Time now);

// What prove() would say, without doing anything.
Linking look_before_proof(store::Transaction& tx, const NewLink& link);

// The user's proof, or their claim in that organization. Nothing when there is none.
std::optional<PlayerLink> unlink(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                                 UserId user, Time now);

// Exactly that: the claim in that organization, or the proof (every_organization).
std::optional<PlayerLink> unlink_one(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                                     UserId user, Time now);

// The last claim that the user lost to somebody's proof there, until they link again.
struct LostClaim {
  OrganizationId organization;
  std::string faceit_nickname;
  Time at;
};
std::optional<LostClaim> lost_claim(store::Transaction& tx, OrganizationId organization, UserId user);
// In every organization.
std::vector<LostClaim> lost_claims(store::Transaction& tx, UserId user);

// Who is linked in an organization: its claims, and the proofs of its members. The link that holds for each,
// in the order of their ids as texts, from `after` on (exclusive), at most `limit`.
std::vector<PlayerLink> links_in(store::Transaction& tx, OrganizationId organization, UserId after,
                                 int limit);

// Everything about this person's links and logins. Other features hear of the links, as of any unlinking.
void erase_links(store::Transaction& tx, jobs::Queue& queue, UserId user, Time now);

}  // namespace matchday::accounts
