// See linked_accounts_api.hpp.
#include "features/accounts/linked_accounts_api.hpp"

#include <fmt/format.h>

#include <map>

#include "features/organizations/organizations.hpp"

namespace matchday::accounts {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Changed;

namespace {

constexpr OrganizationId everywhere{0};

json::value place_of(OrganizationId organization) {
  return organization ? json::value(organization.text()) : json::value(nullptr);
}

json::object to_json(const LinkedAccount& account) {
  return {{"id", account.id},
          {"name", account.name},
          {"proved", account.proved},
          {"organization", place_of(account.organization)},
          {"linked_at", to_rfc3339(account.linked_at)}};
}

json::object to_json(Transaction& tx, const LinkedPlatform& platform, UserId user) {
  json::array links;
  for (const auto& account : platform.links_of(tx, user)) links.push_back(to_json(account));
  json::array lost;
  for (const auto& one : platform.lost_by(tx, user))
    lost.push_back(
        {{"name", one.name}, {"organization", one.organization.text()}, {"lost_at", to_rfc3339(one.at)}});
  return {{"platform", platform.name()},
          {"name", platform.shown_name()},
          {"linkable", platform.can_link()},
          {"links", std::move(links)},
          {"lost", std::move(lost)}};
}

// Of somebody who has signed in here at least once.
json::value name_of(Transaction& tx, UserId user) {
  const auto rows = tx.run("select name from people where discord_id = :user", {{"user", user}});
  return rows.empty() ? json::value(nullptr) : json::value(rows.front().get<std::string>("name"));
}

AuditNote unlinked(const LinkedPlatform& platform, std::string_view action, const LinkedAccount& account) {
  return {.action = std::string(action),
          .subject = account.user.text(),
          .before = {{"platform", platform.name()},
                     {"id", account.id},
                     {"name", account.name},
                     {"organization", place_of(account.organization)}}};
}

// The organization of ?organization=; 0 without it. Error `invalid`.
Result<OrganizationId> asked_organization(const surfaces::ApiCall& call) {
  const auto text = surfaces::query_param(call.head, "organization");
  if (!text) return everywhere;
  const auto id = OrganizationId::parse(*text);
  if (!id) return fail_field("organization", "must be an id: a text of digits.");
  return *id;
}

// One person with all their accounts there.
struct Player {
  UserId user;
  json::value name;
  json::array accounts;
};

json::object to_json(const Player& player) {
  return {{"discord_id", player.user.text()}, {"name", player.name}, {"accounts", player.accounts}};
}

std::optional<LinkedAccount> proof_of(Transaction& tx, const LinkedPlatform& platform, UserId user) {
  for (auto& account : platform.links_of(tx, user)) {
    if (account.proved) return std::move(account);
  }
  return std::nullopt;
}

}  // namespace

Result<LinkedPlatform*> LinkedAccountsApi::platform_of(const Call& call) const {
  const auto wanted = call.param("platform");
  for (const auto& platform : platforms_) {
    if (platform->name() == wanted) return platform.get();
  }
  return fail(ErrorKind::not_found, "There is no such platform here.");
}

LinkedAccountsApi::Answer LinkedAccountsApi::list(Call call) {
  co_return co_await database_.read([platforms = &platforms_, user = call.caller.user](Transaction& tx) {
    json::array items;
    for (const auto& platform : *platforms) items.push_back(to_json(tx, *platform, user));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

// Only sends the browser away: what is linked in the end, its own page asks and the audit log keeps.
LinkedAccountsApi::Answer LinkedAccountsApi::link(Call call) {
  const auto platform = platform_of(call);
  if (!platform) co_return std::unexpected(platform.error());
  if (!(*platform)->can_link())
    co_return fail(ErrorKind::conflict,
                   fmt::format("Nobody can log in at {} on this server: its operator has "
                               "not set that up.",
                               (*platform)->shown_name()));
  auto known = co_await database_.read([platform = *platform, user = call.caller.user](Transaction& tx) {
    return proof_of(tx, *platform, user);
  });
  if (!known) co_return std::unexpected(known.error());
  if (*known)
    co_return fail(ErrorKind::conflict,
                   fmt::format("You are linked as {} already. Unlink it first to link another {} account.",
                               (*known)->name, (*platform)->shown_name()));
  auto departure = co_await (*platform)->begin(call.caller.user, call.caller.name);
  if (!departure) co_return std::unexpected(departure.error());
  ApiAnswer answer{.body = {{"url", departure->address}}};
  answer.headers.add("Set-Cookie", std::move(departure->cookie));
  co_return answer;
}

LinkedAccountsApi::Answer LinkedAccountsApi::unlink(Call call) {
  const auto platform = platform_of(call);
  if (!platform) co_return std::unexpected(platform.error());
  const auto organization = asked_organization(call);
  if (!organization) co_return std::unexpected(organization.error());
  co_return co_await changes_.make(
      call, [call, platform = *platform, organization = *organization](Transaction& tx) -> Result<Changed> {
        const auto gone = platform->unlink(tx, organization, call.caller.user, call.now);
        if (!gone)
          return fail(ErrorKind::not_found,
                      organization ? fmt::format("You have no claim on a {} account in that organization.",
                                                 platform->shown_name())
                                   : fmt::format("You have not linked a {} account by logging in there. A "
                                                 "claim by name is removed with ?organization=.",
                                                 platform->shown_name()));
        return Changed{.answer = {.status = 204}, .note = unlinked(*platform, "account.unlinked", *gone)};
      });
}

LinkedAccountsApi::Answer LinkedAccountsApi::players(Call call) {
  const auto paging = surfaces::read_paging<UserId>(call);
  if (!paging) co_return std::unexpected(paging.error());
  co_return co_await database_.read(
      [platforms = &platforms_, organization = call.organization, paging = *paging](Transaction& tx) {
        std::map<std::string, Player> by_id;  // as texts: the order of every platform's page
        for (const auto& platform : *platforms) {
          for (const auto& account :
               platform->linked_in(tx, organization, paging.cursor.value_or(UserId{}), paging.limit)) {
            auto entry = to_json(account);
            entry["platform"] = platform->name();
            auto& player = by_id[account.user.text()];
            player.user = account.user;
            player.accounts.push_back(std::move(entry));
          }
        }
        std::vector<Player> page;
        for (auto& [id, player] : by_id) {
          if (static_cast<int>(page.size()) == paging.limit) break;
          player.name = name_of(tx, player.user);
          page.push_back(std::move(player));
        }
        return ApiAnswer{.body = surfaces::to_page(
                             page, paging.limit, [](const Player& player) { return to_json(player); },
                             [](const Player& player) { return player.user; })};
      });
}

LinkedAccountsApi::Answer LinkedAccountsApi::remove_claim(Call call) {
  const auto platform = platform_of(call);
  if (!platform) co_return std::unexpected(platform.error());
  const auto user = UserId::parse(call.param("player"));
  co_return co_await changes_.make(
      call, [call, platform = *platform, user](Transaction& tx) -> Result<Changed> {
        const auto gone =
            user ? platform->unlink(tx, call.organization, *user, call.now) : std::optional<LinkedAccount>();
        if (gone)
          return Changed{.answer = {.status = 204}, .note = unlinked(*platform, "player.unlinked", *gone)};
        // A proof is told of only where its person belongs.
        if (user && organizations::Organizations::has_member(tx, call.organization, *user) &&
            proof_of(tx, *platform, *user))
          return fail(ErrorKind::conflict,
                      fmt::format("They proved that this {} account is theirs by logging in there: only they "
                                  "can unlink it.",
                                  platform->shown_name()));
        return fail(ErrorKind::not_found,
                    fmt::format("Nobody with that id has claimed a {} account in this organization.",
                                platform->shown_name()));
      });
}

std::vector<surfaces::ApiRoute> LinkedAccountsApi::routes() {
  using surfaces::Permission;
  using surfaces::person;
  const std::string players_path = "/api/organizations/{organization}/players";
  return {{"GET", "/api/me/accounts", person, [this](Call call) { return list(std::move(call)); }},
          {"POST", "/api/me/accounts/{platform}/link", person,
           [this](Call call) { return link(std::move(call)); }},
          {"DELETE", "/api/me/accounts/{platform}", person,
           [this](Call call) { return unlink(std::move(call)); }},
          {"GET", players_path, surfaces::with_permission(Permission::matches_operate),
           [this](Call call) { return players(std::move(call)); }},
          {"DELETE", players_path + "/{player}/accounts/{platform}",
           surfaces::with_permission(Permission::members_manage),
           [this](Call call) { return remove_claim(std::move(call)); }}};
}

}  // namespace matchday::accounts
