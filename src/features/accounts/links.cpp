// See links.hpp. All SQL about player_links is here.
#include "features/accounts/links.hpp"

#include <fmt/format.h>

#include <map>

#include "features/organizations/organizations.hpp"

namespace matchday::accounts {
namespace {

using store::Transaction;

PlayerLink to_link(const store::Row& row) {
  return {.discord_id = row.get<UserId>("discord_id"),
          .faceit_id = row.get<std::string>("faceit_id"),
          .faceit_nickname = row.get<std::string>("faceit_nickname"),
          .linked_at = row.get<Time>("linked_at_ms"),
          .proved = row.get<std::string>("verified_method") == "oauth",
          .organization = row.get<OrganizationId>("organization_id")};
}

// Values of an `in (...)`.
template <class T>
class Listed {
 public:
  explicit Listed(const std::vector<T>& values) : values_(values) {
    for (std::size_t i = 0; i < values.size(); ++i) names_.push_back(fmt::format("id{}", i));
  }
  std::string text() const {
    std::string out;
    for (const auto& name : names_) out += fmt::format("{}:{}", out.empty() ? "" : ", ", name);
    return out;
  }
  // Lifetime: the list outlives them.
  std::vector<store::Param> params() const {
    std::vector<store::Param> out;
    out.reserve(names_.size());
    for (std::size_t i = 0; i < names_.size(); ++i) out.emplace_back(names_[i], values_[i]);
    return out;
  }

 private:
  const std::vector<T>& values_;
  std::vector<std::string> names_;
};

// In the order of rank: what holds is the first row.
constexpr std::string_view proofs_first = " order by case verified_method when 'oauth' then 0 else 1 end";

std::optional<PlayerLink> first_link(const store::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(to_link(rows.front()));
}

std::optional<PlayerLink> holder_of(Transaction& tx, OrganizationId organization,
                                    const std::string& faceit_id) {
  return first_link(tx.run(
      fmt::format(
          "select organization_id, discord_id, faceit_id, faceit_nickname, linked_at_ms, verified_method"
          " from player_links where organization_id in (:organization, :everywhere)"
          " and faceit_id = :faceit_id{}",
          proofs_first),
      {{"organization", organization}, {"everywhere", every_organization}, {"faceit_id", faceit_id}}));
}

void tell(Transaction& tx, jobs::Queue& queue, OrganizationId organization, UserId user,
          std::string_view faceit_id, Time now) {
  queue.publish(tx, organization, link_changed_topic, user.text(), now);
  queue.publish(tx, organization, faceit_link_changed_topic, faceit_id, now);
}

void tell_everywhere(Transaction& tx, jobs::Queue& queue, UserId user, std::string_view faceit_id, Time now) {
  for (const auto organization : organizations::Organizations::all(tx))
    tell(tx, queue, organization, user, faceit_id, now);
}

// False when a key of 001 says no: two who asked at the same moment.
bool insert(Transaction& tx, OrganizationId organization, const NewLink& link, std::string_view method,
            Time now) {
  return tx.run(
               "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname,"
               " verified_method, linked_at_ms)"
               " values (:organization, :user, :faceit_id, :nickname, :method, :now)"
               " on conflict do nothing",
               {{"organization", organization},
                {"user", link.user},
                {"faceit_id", link.faceit_id},
                {"nickname", link.nickname},
                {"method", method},
                {"now", now}})
             .affected == 1;
}

// Linked again: what was lost before no longer matters. A proof settles it everywhere.
void forget_lost_claims(Transaction& tx, OrganizationId organization, UserId user) {
  tx.run(
      "delete from superseded_claims where discord_id = :user"
      " and (organization_id = :organization or :organization = 0)",
      {{"user", user}, {"organization", organization}});
}

// Claims are tenant data, and a proof outranks them in every organization: the one place that looks across.
std::vector<Superseded> remove_claims(Transaction& tx, jobs::Queue& queue, const NewLink& link, Time now) {
  const auto removed = tx.run(
      "delete from player_links where verified_method <> 'oauth'"
      " and (faceit_id = :faceit_id or discord_id = :user)"
      " returning organization_id, discord_id, faceit_id, faceit_nickname, linked_at_ms, verified_method",
      {{"faceit_id", link.faceit_id}, {"user", link.user}});
  std::vector<Superseded> superseded;
  for (const auto& row : removed) {
    const auto organization = row.get<OrganizationId>("organization_id");
    const auto claim = to_link(row);
    tell(tx, queue, organization, claim.discord_id, claim.faceit_id, now);
    if (claim.discord_id == link.user) continue;
    superseded.push_back({organization, claim.discord_id});
    tx.run(
        "insert into superseded_claims (organization_id, discord_id, faceit_nickname, superseded_at_ms)"
        " values (:organization, :user, :nickname, :now)"
        " on conflict (organization_id, discord_id) do update set"
        "   faceit_nickname = excluded.faceit_nickname, superseded_at_ms = excluded.superseded_at_ms",
        {{"organization", organization},
         {"user", claim.discord_id},
         {"nickname", claim.faceit_nickname},
         {"now", now}});
  }
  return superseded;
}

}  // namespace

Linking claim(Transaction& tx, jobs::Queue& queue, OrganizationId organization, const NewLink& link,
              Time now) {
  using Outcome = Linking::Outcome;
  if (auto own = Accounts::link_of(tx, organization, link.user))
    return {.outcome = Outcome::has_another, .in_the_way = std::move(own)};
  if (auto holder = holder_of(tx, organization, link.faceit_id))
    return {.outcome = Outcome::taken, .in_the_way = std::move(holder)};
  CHECK(insert(tx, organization, link, "nickname", now));
  forget_lost_claims(tx, organization, link.user);
  tell(tx, queue, organization, link.user, link.faceit_id, now);
  return {};
}

Linking look_before_proof(Transaction& tx, const NewLink& link) {
  using Outcome = Linking::Outcome;
  if (auto own = Accounts::link_of(tx, every_organization, link.user);
      own && own->faceit_id != link.faceit_id)
    return {.outcome = Outcome::has_another, .in_the_way = std::move(own)};
  if (auto holder = holder_of(tx, every_organization, link.faceit_id);
      holder && holder->discord_id != link.user) {
    return {.outcome = Outcome::taken, .in_the_way = std::move(holder)};
  }
  return {};
}

Linking prove(Transaction& tx, jobs::Queue& queue, const NewLink& link, Time now) {
  auto linking = look_before_proof(tx, link);
  if (linking.outcome != Linking::Outcome::linked) return linking;
  linking.superseded = remove_claims(tx, queue, link, now);
  // Proved once more: the nickname may have changed since.
  if (!insert(tx, every_organization, link, "oauth", now)) {
    tx.run(
        "update player_links set faceit_nickname = :nickname"
        " where organization_id = :everywhere and discord_id = :user",
        {{"nickname", link.nickname}, {"everywhere", every_organization}, {"user", link.user}});
  }
  forget_lost_claims(tx, every_organization, link.user);
  tell_everywhere(tx, queue, link.user, link.faceit_id, now);
  return linking;
}

std::optional<PlayerLink> unlink_one(Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                                     UserId user, Time now) {
  auto link = first_link(
      tx.run("delete from player_links where organization_id = :organization and discord_id = :user"
             " returning organization_id, discord_id, faceit_id, faceit_nickname, linked_at_ms,"
             "   verified_method",
             {{"organization", organization}, {"user", user}}));
  if (!link) return std::nullopt;
  if (organization == every_organization)
    tell_everywhere(tx, queue, user, link->faceit_id, now);
  else
    tell(tx, queue, organization, user, link->faceit_id, now);
  return link;
}

std::optional<PlayerLink> unlink(Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                                 UserId user, Time now) {
  const auto link = Accounts::link_of(tx, organization, user);
  return link ? unlink_one(tx, queue, link->organization, user, now) : std::nullopt;
}

void erase_links(Transaction& tx, jobs::Queue& queue, UserId user, Time now) {
  for (const auto& link : Accounts::links_of(tx, user)) unlink_one(tx, queue, link.organization, user, now);
  for (const auto* table : {"superseded_claims", "oauth_states", "link_confirmations"})
    tx.run(fmt::format("delete from {} where discord_id = :user", table), {{"user", user}});
}

std::vector<LostClaim> lost_claims(Transaction& tx, UserId user) {
  std::vector<LostClaim> out;
  for (const auto& row : tx.run("select organization_id, faceit_nickname, superseded_at_ms"
                                " from superseded_claims where discord_id = :user order by organization_id",
                                {{"user", user}})) {
    out.push_back({.organization = row.get<OrganizationId>("organization_id"),
                   .faceit_nickname = row.get<std::string>("faceit_nickname"),
                   .at = row.get<Time>("superseded_at_ms")});
  }
  return out;
}

std::optional<LostClaim> lost_claim(Transaction& tx, OrganizationId organization, UserId user) {
  const auto all = lost_claims(tx, user);
  const auto found = std::ranges::find(all, organization, &LostClaim::organization);
  return found == all.end() ? std::nullopt : std::optional(*found);
}

namespace {

// Proofs of the organization's members: whose account is whose elsewhere is no business of its organizers.
std::vector<PlayerLink> proofs_in(Transaction& tx, OrganizationId organization, UserId after, int limit) {
  constexpr int at_once = 200;
  std::vector<PlayerLink> out;
  for (;;) {
    const auto members = organizations::Organizations::members_after(tx, organization, after, at_once);
    if (members.empty()) return out;
    const Listed list(members);
    auto params = list.params();
    params.emplace_back("everywhere", every_organization);
    for (const auto& row : tx.run(fmt::format("select * from player_links where organization_id = :everywhere"
                                              " and discord_id in ({}) order by discord_id",
                                              list.text()),
                                  params)) {
      out.push_back(to_link(row));
    }
    if (static_cast<int>(out.size()) >= limit) return out;
    after = members.back();
  }
}

}  // namespace

std::vector<PlayerLink> links_in(Transaction& tx, OrganizationId organization, UserId after, int limit) {
  std::map<std::string, PlayerLink> by_user;  // as the database orders them
  for (auto& proof : proofs_in(tx, organization, after, limit))
    by_user.emplace(proof.discord_id.text(), std::move(proof));
  for (const auto& row :
       tx.run("select * from player_links where organization_id = :organization and discord_id > :after"
              " order by discord_id limit :limit",
              {{"organization", organization}, {"after", after}, {"limit", limit}})) {
    const auto claim = to_link(row);
    by_user.emplace(claim.discord_id.text(), claim);
  }
  std::vector<PlayerLink> out;
  for (auto& [user, link] : by_user) {
    if (static_cast<int>(out.size()) < limit) out.push_back(std::move(link));
  }
  return out;
}

std::vector<PlayerLink> Accounts::links_of(Transaction& tx, UserId user) {
  std::vector<PlayerLink> out;
  for (const auto& row :
       tx.run("select * from player_links where discord_id = :user order by organization_id",
              {{"user", user}})) {
    out.push_back(to_link(row));
  }
  return out;
}

std::optional<PlayerLink> Accounts::link_of(Transaction& tx, OrganizationId organization, UserId user) {
  return first_link(tx.run(
      fmt::format(
          "select organization_id, discord_id, faceit_id, faceit_nickname, linked_at_ms, verified_method"
          " from player_links where organization_id in (:organization, :everywhere)"
          " and discord_id = :user{}",
          proofs_first),
      {{"organization", organization}, {"everywhere", every_organization}, {"user", user}}));
}

std::map<std::string, LinkedUser> Accounts::linked_users_of(Transaction& tx, OrganizationId organization,
                                                            const std::vector<std::string>& faceit_ids) {
  std::map<std::string, LinkedUser> out;
  if (faceit_ids.empty()) return out;
  // One statement for the whole roster.
  const Listed list(faceit_ids);
  auto params = list.params();
  params.emplace_back("organization", organization);
  params.emplace_back("everywhere", every_organization);
  for (const auto& row : tx.run(
           fmt::format(
               "select organization_id, discord_id, faceit_id, faceit_nickname, linked_at_ms, verified_method"
               " from player_links where organization_id in (:organization, :everywhere)"
               " and faceit_id in ({}){}",
               list.text(), proofs_first),
           params)) {
    const auto link = to_link(row);
    out.emplace(link.faceit_id, LinkedUser{.user = link.discord_id, .proved = link.proved});
  }
  return out;
}

std::map<std::string, UserId> Accounts::users_of(Transaction& tx, OrganizationId organization,
                                                 const std::vector<std::string>& faceit_ids) {
  std::map<std::string, UserId> out;
  for (const auto& [faceit_id, linked] : linked_users_of(tx, organization, faceit_ids))
    out.emplace(faceit_id, linked.user);
  return out;
}

}  // namespace matchday::accounts
