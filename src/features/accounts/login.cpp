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
namespace pages = login_pages;

constexpr std::string_view token_field = "token";

std::string value_of(const std::vector<std::pair<std::string, std::string>>& fields, std::string_view name) {
  const auto found = std::ranges::find(fields, name, &std::pair<std::string, std::string>::first);
  return found == fields.end() ? "" : found->second;
}

// Nobody but a browser's form sends these two; what a browser itself says about where a form came from
// counts. Without Sec-Fetch-Site (old browsers), Origin does, unless our Referrer-Policy made it "null".
bool says_same_origin(const net::RequestHead& head, std::string_view our_origin) {
  if (const auto site = head.headers.get("Sec-Fetch-Site")) return *site == "same-origin";
  const auto origin = head.headers.get("Origin");
  return !origin || *origin == "null" || *origin == our_origin;
}

// Of a row that was begun in a browser: takes it only there, and only as the same person.
constexpr std::string_view only_theirs =
    " and (browser_hash is null or (browser_hash = :browser and discord_id = :signed_in))";

// Why there was nothing to take. One that was begun elsewhere is not used up by whoever passes by.
Page why_not(const store::Rows& known) {
  return known.empty() ? pages::expired() : pages::elsewhere();
}

}  // namespace

Login::Login(LoginDesk desk, Verification verification)
    : desk_(desk),
      oauth_(*verification.client),
      key_(std::move(verification.key)),
      cookie_("link-faceit", desk.secure) {}

// Derived, so that nothing needs to be kept: only who has the state and the server's key can make it.
Secret<std::string> Login::verifier_of(std::string_view state) const {
  return Secret<std::string>(
      crypto::to_base64url(crypto::hmac_sha256(key_.reveal(), fmt::format("faceit pkce {}", state))));
}

Task<Result<std::string>> Login::new_state(Asker asker) {
  const auto state = new_token();
  auto stored = co_await desk_.database.transact(
      [asker = std::move(asker), hash = hash_of(state), now = desk_.clock.now()](Transaction& tx) {
        tx.run("delete from oauth_states where discord_id = :user", {{"user", asker.user}});
        tx.run(
            "insert into oauth_states (state_hash, organization_id, discord_id, discord_name, browser_hash,"
            "  expires_at_ms) values (:hash, :organization, :user, :name, :browser, :expires)",
            {{"hash", hash},
             {"organization", asker.organization},
             {"user", asker.user},
             {"name", asker.name},
             {"browser", asker.browser_hash},
             {"expires", now + state_life}});
      });
  if (!stored) co_return std::unexpected(stored.error());
  co_return state;
}

Task<Result<std::string>> Login::address_for(surfaces::CommandContext context) {
  const auto& interaction = context.interaction;
  auto state = co_await new_state(
      {.organization = context.organization,
       .user = interaction.user,
       .name = interaction.account_name.empty() ? interaction.user_name : interaction.account_name});
  if (!state) co_return std::unexpected(state.error());
  co_return oauth_.authorize_url(*state, faceit::pkce_challenge(verifier_of(*state).reveal()));
}

Task<Result<Departure>> Login::depart(UserId user, std::string name) {
  const auto browser = new_token();
  auto state = co_await new_state({.organization = every_organization,
                                   .user = user,
                                   .name = std::move(name),
                                   .browser_hash = hash_of(browser)});
  if (!state) co_return std::unexpected(state.error());
  co_return Departure{
      .address = oauth_.authorize_url(*state, faceit::pkce_challenge(verifier_of(*state).reveal())),
      .cookie = cookie_.set(browser, state_life + confirmation_life)};
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
  auto browser = co_await look_at(request.head);
  if (!browser) co_return to_response(pages::our_fault(Begun::in_browser));
  co_return to_response(co_await returned(std::move(*browser), value_of(fields, "state"),
                                          value_of(fields, "code"),
                                          error.empty() || description.empty() ? error : description));
}

// Who is signed in matters only where a login was begun in that browser.
Task<Result<Login::Browser>> Login::look_at(net::RequestHead head) {
  Browser browser{.address = head.client_address};
  const auto cookie = cookie_.read(head);
  if (!cookie) co_return browser;
  browser.hash = hash_of(*cookie);
  auto caller = co_await desk_.sessions.authenticate(std::move(head));
  if (!caller && caller.error().kind != ErrorKind::unauthorized) co_return std::unexpected(caller.error());
  if (caller && caller->via == surfaces::Principal::Via::session) browser.user = caller->user;
  co_return browser;
}

// The state is used up before anything else happens, so that two visits cannot both go on. What an address
// claims that FACEIT said is shown to those alone whom we sent there.
Task<Page> Login::returned(Browser browser, std::string state, std::string code, std::string error) {
  if (state.empty() || (code.empty() && error.empty())) co_return pages::invalid_request();
  const auto here = browser.hash.empty() ? Begun::in_discord : Begun::in_browser;
  auto taken = co_await take_state(std::move(browser), state);
  if (!taken) co_return pages::our_fault(here);
  if (auto* page = std::get_if<Page>(&*taken)) co_return std::move(*page);
  auto asker = std::get<Asker>(std::move(*taken));
  if (!error.empty()) co_return pages::denied(asker.begun(), error);
  co_return co_await log_in(std::move(asker), Secret<std::string>(std::move(code)), verifier_of(state));
}

Task<Login::Taken<Login::Asker>> Login::take_state(Browser browser, std::string state) {
  if (state.size() != token_size) co_return pages::expired();
  co_return co_await desk_.database.transact([browser, hash = hash_of(state), now = desk_.clock.now()](
                                                 Transaction& tx) -> std::variant<Asker, Page> {
    const auto rows =
        tx.run(fmt::format("delete from oauth_states where state_hash = :hash{} returning organization_id,"
                           "  discord_id, discord_name, browser_hash, expires_at_ms",
                           only_theirs),
               {{"hash", hash}, {"browser", browser.hash}, {"signed_in", browser.user}});
    if (rows.empty())
      return why_not(tx.run("select 1 from oauth_states where state_hash = :hash and expires_at_ms > :now",
                            {{"hash", hash}, {"now", now}}));
    const auto& row = rows.front();
    if (row.get<Time>("expires_at_ms") <= now) return pages::expired();
    return Asker{.organization = row.get<OrganizationId>("organization_id"),
                 .user = row.get<UserId>("discord_id"),
                 .name = row.get<std::string>("discord_name"),
                 .browser_hash = row.get<std::optional<std::string>>("browser_hash")};
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
  co_return error.kind == ErrorKind::invalid ? pages::expired() : pages::faceits_fault(asker.begun(), error);
}

Task<Page> Login::ask_to_confirm(Asker asker, faceit::Identity identity) {
  const auto token = new_token();
  const NewLink link{.user = asker.user, .faceit_id = identity.guid, .nickname = identity.nickname};
  auto looked = co_await desk_.database.transact(
      [asker, link, hash = hash_of(token), now = desk_.clock.now()](Transaction& tx) {
        auto linking = look_before_proof(tx, link);
        tx.run("delete from link_confirmations where discord_id = :user", {{"user", link.user}});
        if (linking.outcome != Linking::Outcome::linked) return linking;
        tx.run(
            "insert into link_confirmations (token_hash, organization_id, discord_id, faceit_id,"
            "  faceit_nickname, browser_hash, discord_name, expires_at_ms)"
            " values (:hash, :organization, :user, :faceit_id, :nickname, :browser, :name, :expires)",
            {{"hash", hash},
             {"organization", asker.organization},
             {"user", link.user},
             {"name", asker.name},
             {"faceit_id", link.faceit_id},
             {"nickname", link.nickname},
             {"browser", asker.browser_hash},
             {"expires", now + confirmation_life}});
        return linking;
      });
  if (!looked) co_return pages::our_fault(asker.begun());
  if (looked->outcome != Linking::Outcome::linked)
    co_return pages::conflict(asker.begun(), *looked, identity.nickname);
  co_return pages::question(identity.nickname, asker.name, token_field, token);
}

// ---- The button of that page.

bool Login::from_our_page(const net::RequestHead& head) const {
  const auto address = net::parse_url(oauth_.options().application.redirect_uri);
  return says_same_origin(head, address ? fmt::format("{}://{}", address->scheme, address->authority()) : "");
}

Task<ServerResponse> Login::confirm(surfaces::RouteRequest request) {
  if (!from_our_page(request.head)) co_return to_response(pages::not_our_form());
  auto browser = co_await look_at(request.head);
  if (!browser) co_return to_response(pages::our_fault(Begun::in_browser));
  co_return co_await link(std::move(*browser), value_of(net::parse_query(request.body), token_field));
}

// Taken in a transaction of its own: used up even when linking then fails.
Task<Login::Taken<Login::Proof>> Login::take_confirmation(Browser browser, std::string token) {
  if (token.size() != token_size) co_return pages::expired();
  co_return co_await desk_.database.transact([browser, hash = hash_of(token), now = desk_.clock.now()](
                                                 Transaction& tx) -> std::variant<Proof, Page> {
    const auto rows = tx.run(
        fmt::format("delete from link_confirmations where token_hash = :hash{} returning organization_id,"
                    "  discord_id, discord_name, faceit_id, faceit_nickname, browser_hash, expires_at_ms",
                    only_theirs),
        {{"hash", hash}, {"browser", browser.hash}, {"signed_in", browser.user}});
    if (rows.empty())
      return why_not(
          tx.run("select 1 from link_confirmations where token_hash = :hash and expires_at_ms > :now",
                 {{"hash", hash}, {"now", now}}));
    const auto& row = rows.front();
    if (row.get<Time>("expires_at_ms") <= now) return pages::expired();
    return Proof{.asker = {.organization = row.get<OrganizationId>("organization_id"),
                           .user = row.get<UserId>("discord_id"),
                           .name = row.get<std::string>("discord_name"),
                           .browser_hash = row.get<std::optional<std::string>>("browser_hash")},
                 .link = {.user = row.get<UserId>("discord_id"),
                          .faceit_id = row.get<std::string>("faceit_id"),
                          .nickname = row.get<std::string>("faceit_nickname")}};
  });
}

// A proof counts in every organization, so its line of the audit log is the installation's.
Task<Result<Linking>> Login::prove_and_record(Proof proof, std::string address) {
  co_return co_await desk_.database.transact(
      [desk = desk_, proof = std::move(proof), address, now = desk_.clock.now()](Transaction& tx) {
        auto linking = prove(tx, desk.queue, proof.link, now);
        if (linking.outcome != Linking::Outcome::linked) return linking;
        const bool browser = proof.asker.begun() == Begun::in_browser;
        surfaces::record(
            tx, desk.ids, every_organization,
            {.user = proof.link.user,
             .name = proof.asker.name,
             .via = browser ? "session" : "discord",
             .address = browser ? address : ""},
            {.action = "account.linked",
             .subject = proof.link.user.text(),
             .after = {{"platform", "faceit"}, {"id", proof.link.faceit_id}, {"name", proof.link.nickname}}},
            now);
        return linking;
      });
}

Task<ServerResponse> Login::link(Browser browser, std::string token) {
  const auto here = browser.hash.empty() ? Begun::in_discord : Begun::in_browser;
  const auto address = browser.address;
  auto taken = co_await take_confirmation(std::move(browser), std::move(token));
  if (!taken) co_return to_response(pages::our_fault(here));
  if (auto* page = std::get_if<Page>(&*taken)) co_return to_response(*page);
  const auto proof = std::get<Proof>(std::move(*taken));
  const auto& wanted = proof.link;
  const auto begun = proof.asker.begun();
  auto linking = co_await prove_and_record(proof, address);
  if (!linking) co_return to_response(pages::our_fault(begun));
  if (linking->outcome != Linking::Outcome::linked)
    co_return to_response(pages::conflict(begun, *linking, wanted.nickname));
  log::info(
      "A FACEIT account was linked by login",
      {{"organization", proof.asker.organization}, {"user", wanted.user}, {"faceit", wanted.faceit_id}});
  for (const auto& lost : linking->superseded) {
    log::info("A claim gave way to a login",
              {{"organization", lost.organization}, {"user", lost.user}, {"faceit", wanted.faceit_id}});
  }
  if (begun == Begun::in_discord) co_return to_response(pages::linked(wanted.nickname));
  auto response = to_response(Page{.status = 303, .title = "Linked", .body = ""});
  response.headers.set("Location", std::string(pages::account_address));
  response.headers.add("Set-Cookie", cookie_.clear());
  co_return response;
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
