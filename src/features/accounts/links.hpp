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

// The last claim that the user lost to somebody's proof there, until they link again.
struct LostClaim {
  std::string faceit_nickname;
  Time at;
};
std::optional<LostClaim> lost_claim(store::Transaction& tx, OrganizationId organization, UserId user);

}  // namespace matchday::accounts
