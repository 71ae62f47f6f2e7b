// See login.hpp.
#include "features/accounts/login.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "features/accounts/tokens.hpp"
#include "net/url.hpp"

namespace matchday::accounts {
namespace {

using net::ServerResponse;
using store::Transaction;

constexpr std::string_view token_field = "token";

std::string value_of(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  return found == fields.end() ? "" : found->second;
}

Page expired() {
  return {.status = 400,
          .title = "Invalid or Expired Link",
          .body =
              "<p>This link was used, has expired, or was replaced by a newer one.</p>"
              "<p>Type <code>/whoami</code> in Discord to see what is linked, or <code>/verify</code> to get "
              "a new link.</p>"};
}

Page denied(std::string_view reason) {
  return {.status = 400,
          .title = "Nothing Was Linked",
          .body = fmt::format("<p>FACEIT did not log you in: {}</p>"
                              "<p>Type <code>/verify</code> in Discord to try again.</p>",
                              shown(reason))};
}

Page our_fault() {
  return {.status = 503,
          .title = "Please Try Again",
          .body =
              "<p>Matchday cannot do this right now. Nothing was linked.</p>"
              "<p>Type <code>/verify</code> in Discord in a minute to try again.</p>"};
}

Page faceits_fault(const Error& error) {
  return {
      .status = 502,
      .title = "FACEIT Did Not Answer",
      .body = fmt::format("<p>{} Nothing was linked.</p>"
                          "<p>Type <code>/verify</code> in Discord {} to try again.</p>",
                          error.kind == ErrorKind::unauthorized
                              ? "FACEIT does not accept this server's login settings: its operator has to "
                                "check the FACEIT client id and secret."
                              : "FACEIT could not say who you are.",
                          error.kind == ErrorKind::unauthorized ? "later" : "in a minute")};
}

Page conflict(const Linking& linking, std::string_view nickname) {
  if (linking.outcome == Linking::Outcome::has_another) {
    return {.status = 409,
            .title = "Another Account Is Linked",
            .body = fmt::format("<p>Your Discord account is already verified as <strong>{}</strong>. Nothing "
                                "was changed.</p><p>Type <code>/unregister</code> in Discord first to link "
                                "<strong>{}</strong> instead.</p>",
                                shown(linking.in_the_way->faceit_nickname), shown(nickname))};
  }
  return {.status = 409,
          .title = "Already Linked",
          .body = fmt::format("<p>FACEIT <strong>{}</strong> is already verified by another Discord account. "
                              "Nothing was changed.</p><p>Type <code>/unregister</code> with that Discord "
                              "account first.</p>",
                              shown(nickname))};
}

Page question(std::string_view nickname, std::string_view name, std::string_view token) {
  return {
      .title = fmt::format("Link FACEIT <strong>{}</strong> to Discord <strong>{}</strong>?", shown(nickname),
                           shown(name)),
      .body = fmt::format("<p class=\"careful\">Continue only if this Discord account is yours. If somebody "
                          "sent you here, close this page: nothing is linked then.</p>"
                          "<form method=\"post\" action=\"confirm\"><input type=\"hidden\" name=\"{}\" "
                          "value=\"{}\"><button type=\"submit\">Link accounts</button></form>"
                          "<p class=\"quiet\">This page works for five minutes. Matchday keeps your FACEIT "
                          "id and nickname, nothing else.</p>",
                          token_field, token)};
}

Page linked(std::string_view nickname) {
  return {.title = "Your Account Is Linked",
          .body = fmt::format("<p>You are verified as <strong>{}</strong>, in every community that uses this "
                              "server.</p><p class=\"quiet\">You can close this page and go back to "
                              "Discord.</p>",
                              shown(nickname))};
}

// Nobody but a browser's form sends these two; what a browser itself says about where a form came from
// counts. Without Sec-Fetch-Site (old browsers), Origin does, unless our Referrer-Policy made it "null".
bool says_same_origin(const net::RequestHead& head, std::string_view our_origin) {
  if (const auto site = head.headers.get("Sec-Fetch-Site")) return *site == "same-origin";
  const auto origin = head.headers.get("Origin");
  return !origin || *origin == "null" || *origin == our_origin;
}

}  // namespace

Login::Login(Clock& clock, store::Database& database, jobs::Queue& queue, Verification verification)
    : clock_(clock),
      database_(database),
      queue_(queue),
      oauth_(*verification.client),
      key_(std::move(verification.key)) {}

// Derived, so that nothing needs to be kept: only who has the state and the server's key can make it.
Secret<std::string> Login::verifier_of(std::string_view state) const {
  return Secret<std::string>(
      crypto::to_base64url(crypto::hmac_sha256(key_.reveal(), fmt::format("faceit pkce {}", state))));
}

Task<Result<std::string>> Login::address_for(surfaces::CommandContext context) {
  const auto state = new_token();
  const auto& interaction = context.interaction;
  const auto name = interaction.account_name.empty() ? interaction.user_name : interaction.account_name;
  auto stored =
      co_await database_.transact([organization = context.organization, user = interaction.user, name,
                                   hash = hash_of(state), now = clock_.now()](Transaction& tx) {
        tx.run("delete from oauth_states where discord_id = :user", {{"user", user}});
        tx.run(
            "insert into oauth_states (state_hash, organization_id, discord_id, discord_name, expires_at_ms)"
            " values (:hash, :organization, :user, :name, :expires)",
            {{"hash", hash},
             {"organization", organization},
             {"user", user},
             {"name", name},
             {"expires", now + state_life}});
      });
  if (!stored) co_return std::unexpected(stored.error());
  co_return oauth_.authorize_url(state, faceit::pkce_challenge(verifier_of(state).reveal()));
}

// ---- FACEIT sends the browser back.

Task<ServerResponse> Login::callback(surfaces::RouteRequest request) {
  if (request.head.method == "HEAD") {  // link checkers must not use a state up
    ServerResponse response{.status = 405};
    response.headers.set("Allow", "GET");
    co_return response;
  }
  const auto fields = net::parse_query(request.head.query);
  const auto error = value_of(fields, "error");
  const auto description = value_of(fields, "error_description");
  co_return to_response(co_await returned(value_of(fields, "state"), value_of(fields, "code"),
                                          error.empty() || description.empty() ? error : description));
}

// The state is used up before anything else happens, so that two visits cannot both go on. What an address
// claims that FACEIT said is shown to those alone whom we sent there.
Task<Page> Login::returned(std::string state, std::string code, std::string error) {
  if (state.empty() || (code.empty() && error.empty())) {
    co_return Page{.status = 400,
                   .title = "Invalid Request",
                   .body =
                       "<p>This address works only as the end of a login at FACEIT.</p>"
                       "<p>Type <code>/verify</code> in Discord to begin one.</p>"};
  }
  auto asker = co_await take_state(state);
  if (!asker) co_return our_fault();
  if (!*asker) co_return expired();
  if (!error.empty()) co_return denied(error);
  co_return co_await log_in(std::move(**asker), Secret<std::string>(std::move(code)), verifier_of(state));
}

Task<Result<std::optional<Login::Asker>>> Login::take_state(std::string state) {
  if (state.size() != token_size) co_return std::nullopt;
  co_return co_await database_.transact(
      [hash = hash_of(state), now = clock_.now()](Transaction& tx) -> std::optional<Asker> {
        const auto rows = tx.run(
            "delete from oauth_states where state_hash = :hash"
            " returning organization_id, discord_id, discord_name, expires_at_ms",
            {{"hash", hash}});
        if (rows.empty() || rows.front().get<Time>("expires_at_ms") <= now) return std::nullopt;
        const auto& row = rows.front();
        return Asker{.organization = row.get<OrganizationId>("organization_id"),
                     .user = row.get<UserId>("discord_id"),
                     .name = row.get<std::string>("discord_name")};
      });
}

Task<Page> Login::log_in(Asker asker, Secret<std::string> code, Secret<std::string> verifier) {
  auto token = co_await oauth_.exchange(std::move(code), std::move(verifier));
  Result<faceit::Identity> identity = fail(ErrorKind::internal, "not asked");
  if (token)
    identity = co_await oauth_.userinfo(std::move(*token));  // and with this the token is gone
  else
    identity = std::unexpected(token.error());
  if (identity) co_return co_await ask_to_confirm(std::move(asker), std::move(*identity));
  const auto& error = identity.error();
  log::warning("A login at FACEIT failed",
               {{"organization", asker.organization}, {"user", asker.user}, {"error", error.describe()}});
  co_return error.kind == ErrorKind::invalid ? expired() : faceits_fault(error);
}

Task<Page> Login::ask_to_confirm(Asker asker, faceit::Identity identity) {
  const auto token = new_token();
  const NewLink link{.user = asker.user, .faceit_id = identity.guid, .nickname = identity.nickname};
  auto looked =
      co_await database_.transact([asker, link, hash = hash_of(token), now = clock_.now()](Transaction& tx) {
        auto linking = look_before_proof(tx, link);
        tx.run("delete from link_confirmations where discord_id = :user", {{"user", link.user}});
        if (linking.outcome != Linking::Outcome::linked) return linking;
        tx.run(
            "insert into link_confirmations"
            " (token_hash, organization_id, discord_id, faceit_id, faceit_nickname, expires_at_ms)"
            " values (:hash, :organization, :user, :faceit_id, :nickname, :expires)",
            {{"hash", hash},
             {"organization", asker.organization},
             {"user", link.user},
             {"faceit_id", link.faceit_id},
             {"nickname", link.nickname},
             {"expires", now + confirmation_life}});
        return linking;
      });
  if (!looked) co_return our_fault();
  if (looked->outcome != Linking::Outcome::linked) co_return conflict(*looked, identity.nickname);
  co_return question(identity.nickname, asker.name, token);
}

// ---- The button of that page.

bool Login::from_our_page(const net::RequestHead& head) const {
  const auto address = net::parse_url(oauth_.options().application.redirect_uri);
  return says_same_origin(head, address ? fmt::format("{}://{}", address->scheme, address->authority()) : "");
}

Task<ServerResponse> Login::confirm(surfaces::RouteRequest request) {
  if (!from_our_page(request.head)) {
    co_return to_response({.status = 400,
                           .title = "Invalid Request",
                           .body = "<p>Only the page that Matchday showed you can link accounts.</p>"});
  }
  co_return to_response(co_await link(value_of(net::parse_query(request.body), token_field)));
}

// Taken in a transaction of its own: used up even when linking then fails.
Task<Result<std::optional<Login::Proof>>> Login::take_confirmation(std::string token) {
  if (token.size() != token_size) co_return std::nullopt;
  co_return co_await database_.transact(
      [hash = hash_of(token), now = clock_.now()](Transaction& tx) -> std::optional<Proof> {
        const auto rows = tx.run(
            "delete from link_confirmations where token_hash = :hash"
            " returning organization_id, discord_id, faceit_id, faceit_nickname, expires_at_ms",
            {{"hash", hash}});
        if (rows.empty() || rows.front().get<Time>("expires_at_ms") <= now) return std::nullopt;
        const auto& row = rows.front();
        return Proof{.organization = row.get<OrganizationId>("organization_id"),
                     .link = {.user = row.get<UserId>("discord_id"),
                              .faceit_id = row.get<std::string>("faceit_id"),
                              .nickname = row.get<std::string>("faceit_nickname")}};
      });
}

Task<Page> Login::link(std::string token) {
  auto proof = co_await take_confirmation(std::move(token));
  if (!proof) co_return our_fault();
  if (!*proof) co_return expired();
  const NewLink wanted = (*proof)->link;
  auto linking = co_await database_.transact(
      [this, wanted, now = clock_.now()](Transaction& tx) { return prove(tx, queue_, wanted, now); });
  if (!linking) co_return our_fault();
  if (linking->outcome != Linking::Outcome::linked) co_return conflict(*linking, wanted.nickname);
  log::info("A FACEIT account was linked by login",
            {{"organization", (*proof)->organization}, {"user", wanted.user}, {"faceit", wanted.faceit_id}});
  for (const auto& lost : linking->superseded) {
    log::info("A claim gave way to a login",
              {{"organization", lost.organization}, {"user", lost.user}, {"faceit", wanted.faceit_id}});
  }
  co_return linked(wanted.nickname);
}

std::vector<surfaces::Route> Login::routes() {
  constexpr std::size_t form_bytes_max = 1024;
  return {{.method = "GET",
           .path = "/faceit/callback",
           .handle = [this](surfaces::RouteRequest request) { return callback(std::move(request)); },
           .body_bytes_max = 0},
          {.method = "POST",
           .path = "/faceit/confirm",
           .handle = [this](surfaces::RouteRequest request) { return confirm(std::move(request)); },
           .body_bytes_max = form_bytes_max}};
}

}  // namespace matchday::accounts
