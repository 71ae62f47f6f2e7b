// See my_data.hpp.
#include "features/accounts/my_data.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "features/accounts/links.hpp"
#include "surfaces/body.hpp"

namespace matchday::accounts {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::Body;
using surfaces::Changed;
using surfaces::or_null;

namespace {

json::value person_of(Transaction& tx, UserId user) {
  const auto rows = tx.run("select * from people where discord_id = :user", {{"user", user}});
  if (rows.empty()) return nullptr;
  const auto& row = rows.front();
  return {{"discord_id", user.text()},
          {"name", row.get<std::string>("name")},
          {"avatar", row.get<std::string>("avatar")},
          {"first_signed_in_at", to_rfc3339(row.get<Time>("first_signed_in_ms"))},
          {"last_signed_in_at", to_rfc3339(row.get<Time>("last_signed_in_ms"))}};
}

json::array links_of(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& link : Accounts::links_of(tx, user)) {
    out.push_back(
        {{"platform", "faceit"},
         {"id", link.faceit_id},
         {"name", link.faceit_nickname},
         {"proved", link.proved},
         {"organization", link.organization ? json::value(link.organization.text()) : json::value(nullptr)},
         {"linked_at", to_rfc3339(link.linked_at)}});
  }
  return out;
}

json::array lost_links_of(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& lost : lost_claims(tx, user)) {
    out.push_back({{"platform", "faceit"},
                   {"name", lost.faceit_nickname},
                   {"organization", lost.organization.text()},
                   {"lost_at", to_rfc3339(lost.at)}});
  }
  return out;
}

json::array sessions_of(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& session : Sessions::list(tx, user)) {
    out.push_back({{"begun_at", to_rfc3339(session.begun_at)},
                   {"seen_at", to_rfc3339(session.seen_at)},
                   {"address", session.address},
                   {"agent", session.agent}});
  }
  return out;
}

json::array tokens_of(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& token : Sessions::tokens(tx, user)) {
    json::array scopes;
    for (const auto& scope : token.scopes) scopes.emplace_back(scope);
    out.push_back({{"name", token.name},
                   {"hint", token.hint},
                   {"scopes", std::move(scopes)},
                   {"organization", or_null(token.organization)},
                   {"created_at", to_rfc3339(token.created_at)},
                   {"expires_at", or_null(token.expires_at)},
                   {"used_at", or_null(token.used_at)}});
  }
  return out;
}

}  // namespace

json::object export_person(Transaction& tx, UserId user) {
  return {{"person", person_of(tx, user)},
          {"linked_accounts", links_of(tx, user)},
          {"lost_claims", lost_links_of(tx, user)},
          {"sessions", sessions_of(tx, user)},
          {"api_tokens", tokens_of(tx, user)}};
}

void erase_person(Transaction& tx, jobs::Queue& queue, UserId user, Time now) {
  erase_links(tx, queue, user, now);
  for (const auto* table : {"api_tokens", "sessions", "sign_ins", "people"})
    tx.run(fmt::format("delete from {} where discord_id = :user", table), {{"user", user}});
}

MyDataApi::Answer MyDataApi::export_all(Call call) {
  auto answer = co_await database_.read(
      [data = &personal_data_, user = call.caller.user, now = call.now](Transaction& tx) {
        auto all = data->export_of(tx, user);
        all["exported_at"] = to_rfc3339(now);
        return ApiAnswer{.body = std::move(all)};
      });
  if (answer) answer->headers.set("Content-Disposition", "attachment; filename=\"matchday-my-data.json\"");
  co_return answer;
}

// The name is typed again, so that no single click does it.
MyDataApi::Answer MyDataApi::erase(Call call) {
  Body body(call.body);
  if (body.text("confirm", {.min = 0}) != call.caller.name)
    body.fault("confirm", fmt::format("must be your name as Discord shows it: {}", call.caller.name));
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  // It would be kept under the person's id.
  call.idempotency_key.clear();
  auto answer = co_await changes_.make(
      call,
      [data = &personal_data_, ids = &ids_, user = call.caller.user,
       now = call.now](Transaction& tx) -> Result<Changed> {
        if (auto erased = data->erase(tx, user, now); !erased) return std::unexpected(erased.error());
        // Not as a note: that one would say who it was.
        surfaces::record(
            tx, *ids, OrganizationId{0}, {.name = std::string(surfaces::deleted_person), .via = "session"},
            {.action = "account.deleted", .subject = std::string(surfaces::deleted_person)}, now);
        return Changed{.answer = {.status = 204}};
      });
  if (!answer) co_return answer;
  log::info("Somebody deleted their account");
  answer->headers.add("Set-Cookie", sessions_.cookie().clear());
  co_return answer;
}

std::vector<surfaces::ApiRoute> MyDataApi::routes() {
  using surfaces::person;
  return {{"GET", "/api/me/export", person, [this](Call call) { return export_all(std::move(call)); }},
          {"DELETE", "/api/me", person, [this](Call call) { return erase(std::move(call)); }}};
}

}  // namespace matchday::accounts
