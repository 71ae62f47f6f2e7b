// See me.hpp.
#include "features/accounts/me.hpp"

#include <fmt/format.h>

#include "surfaces/body.hpp"

namespace matchday::accounts {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;
using surfaces::or_null;

namespace {

constexpr std::size_t tokens_max = 50;  // of one person
constexpr surfaces::TextLimits name_limits{.max = 80};

json::object to_json(const TokenInfo& token) {
  json::array scopes;
  for (const auto& scope : token.scopes) scopes.emplace_back(scope);
  return {{"id", token.id.text()},
          {"name", token.name},
          {"hint", token.hint},
          {"scopes", std::move(scopes)},
          {"organization", or_null(token.organization)},
          {"created_at", to_rfc3339(token.created_at)},
          {"expires_at", or_null(token.expires_at)},
          {"used_at", or_null(token.used_at)}};
}

std::vector<std::string> read_scopes(Body& body) {
  auto scopes = body.patch_texts("scopes", surfaces::every_permission().size())
                    .value.value_or(std::vector<std::string>{});
  std::ranges::sort(scopes);
  scopes.erase(std::ranges::unique(scopes).begin(), scopes.end());
  if (scopes.empty()) body.fault("scopes", "must name at least one permission.");
  for (const auto& scope : scopes) {
    if (!surfaces::permission_named(scope))
      body.fault("scopes", fmt::format("names \"{}\", which is no permission.", scope));
  }
  return scopes;
}

}  // namespace

// Also for nobody: a page asks first of all whether somebody is signed in.
MeApi::Answer MeApi::me(Call call) {
  const auto& caller = call.caller;
  if (!caller.signed_in()) co_return ApiAnswer{.body = {{"user", nullptr}}};
  auto avatar = co_await database_.read([user = caller.user](Transaction& tx) {
    const auto rows = tx.run("select avatar from people where discord_id = :user", {{"user", user}});
    return rows.empty() ? std::string() : rows.front().get<std::string>("avatar");
  });
  if (!avatar) co_return std::unexpected(avatar.error());
  ApiAnswer answer{.body = {{"user",
                             {{"id", caller.user.text()},
                              {"name", caller.name},
                              {"avatar", surfaces::null_if_empty(*avatar)},
                              {"operator", caller.is_operator}}},
                            {"csrf_token", surfaces::null_if_empty(caller.csrf_token)}}};
  if (caller.via == surfaces::Principal::Via::session) {
    auto cookie = co_await sessions_.rotate(call.head);
    if (cookie && *cookie) answer.headers.add("Set-Cookie", **cookie);
  }
  co_return answer;
}

MeApi::Answer MeApi::sign_out(Call call) {
  auto answer = co_await database_.transact([this, head = call.head](Transaction& tx) {
    sessions_.end(tx, head);
    return ApiAnswer{.status = 204};
  });
  if (answer) answer->headers.add("Set-Cookie", sessions_.cookie().clear());
  co_return answer;
}

MeApi::Answer MeApi::sessions(Call call) {
  co_return co_await database_.read([user = call.caller.user](Transaction& tx) {
    json::array items;
    for (const auto& session : Sessions::list(tx, user)) {
      items.push_back({{"id", session.id},
                       {"begun_at", to_rfc3339(session.begun_at)},
                       {"seen_at", to_rfc3339(session.seen_at)},
                       {"address", session.address},
                       {"agent", session.agent}});
    }
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

MeApi::Answer MeApi::end_other_sessions(Call call) {
  co_return co_await changes_.make(call, [this, call](Transaction& tx) -> Result<Changed> {
    const int ended = sessions_.end_others(tx, call.caller.user, call.head);
    return Changed{.answer = {.body = {{"ended", ended}}},
                   .note = AuditNote{.action = "session.others_ended",
                                     .subject = call.caller.user.text(),
                                     .after = {{"ended", ended}}}};
  });
}

MeApi::Answer MeApi::tokens(Call call) {
  co_return co_await database_.read([user = call.caller.user](Transaction& tx) {
    json::array items;
    for (const auto& token : Sessions::tokens(tx, user)) items.push_back(to_json(token));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

MeApi::Answer MeApi::create_token(Call call) {
  Body body(call.body);
  Sessions::NewToken wanted{.name = body.text("name", name_limits)};
  wanted.scopes = read_scopes(body);
  wanted.organization = body.patch_id<OrganizationId>("organization").value;
  wanted.expires_at = body.patch_time("expires_at", true).value;
  if (wanted.expires_at && *wanted.expires_at <= call.now) body.fault("expires_at", "must be in the future.");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  // The token is in the answer once: it must not be kept for a repeat.
  call.idempotency_key.clear();
  co_return co_await changes_.make(call, [this, call, wanted](Transaction& tx) -> Result<Changed> {
    if (Sessions::tokens(tx, call.caller.user).size() >= tokens_max)
      return fail(ErrorKind::conflict, "You have 50 API tokens already. Delete those that you do not need.");
    const auto id = ids_.next<TokenId>();
    const auto secret = Sessions::add_token(tx, id, call.caller.user, wanted, call.now);
    for (const auto& token : Sessions::tokens(tx, call.caller.user)) {
      if (token.id != id) continue;
      auto answer = to_json(token);
      answer["token"] = secret;
      return Changed{
          .answer = {.status = 201, .body = std::move(answer)},
          .note = AuditNote{.action = "token.created", .subject = id.text(), .after = to_json(token)}};
    }
    return fail(ErrorKind::internal, "The token that was just stored is not there.");
  });
}

MeApi::Answer MeApi::remove_token(Call call) {
  const auto id = TokenId::parse(call.param("token"));
  co_return co_await changes_.make(call, [call, id](Transaction& tx) -> Result<Changed> {
    if (!id || !Sessions::remove_token(tx, call.caller.user, *id))
      return fail(ErrorKind::not_found, "You have no such API token.");
    return Changed{.answer = {.status = 204},
                   .note = AuditNote{.action = "token.removed", .subject = id->text()}};
  });
}

std::vector<surfaces::ApiRoute> MeApi::routes() {
  using surfaces::person;
  return {{"GET", "/api/me", surfaces::anybody, [this](Call call) { return me(std::move(call)); }},
          {"DELETE", "/api/session", person, [this](Call call) { return sign_out(std::move(call)); }},
          {"GET", "/api/me/sessions", person, [this](Call call) { return sessions(std::move(call)); }},
          {"DELETE", "/api/me/sessions", person,
           [this](Call call) { return end_other_sessions(std::move(call)); }},
          {"GET", "/api/me/tokens", person, [this](Call call) { return tokens(std::move(call)); }},
          {"POST", "/api/me/tokens", person, [this](Call call) { return create_token(std::move(call)); }},
          {"DELETE", "/api/me/tokens/{token}", person,
           [this](Call call) { return remove_token(std::move(call)); }}};
}

}  // namespace matchday::accounts
