// See sign_in.hpp.
#include "features/accounts/sign_in.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "features/accounts/tokens.hpp"

namespace matchday::accounts {
namespace {

using net::ServerResponse;
using store::Transaction;

constexpr Duration errand_life = 10min;
constexpr std::size_t return_to_max = 500;

// Only within this site: a path that a browser cannot take for another host's.
std::string safe_return(std::string path) {
  const bool inside = path.starts_with('/') && !path.starts_with("//") && path.size() <= return_to_max &&
                      std::ranges::all_of(path, [](char c) { return c > ' ' && c <= '~' && c != '\\'; });
  return inside ? std::move(path) : "/";
}

ServerResponse redirect(std::string to) {
  ServerResponse response{.status = 303};
  response.headers.set("Location", std::move(to));
  response.headers.set("Cache-Control", "no-store");
  response.headers.set("Referrer-Policy", "no-referrer");
  return response;
}

Page expired() {
  return {.status = 400,
          .title = "This Sign-in Is Over",
          .body =
              "<p>It was used already, is older than ten minutes, or began in another browser.</p>"
              "<p><a class=\"button\" href=\"login\">Sign in again</a></p>"};
}

Page our_fault(const Error& error) {
  log::error("A sign-in could not be served", {{"error", error.describe()}});
  return {
      .status = 503,
      .title = "Matchday Cannot Do This Right Now",
      .body =
          "<p>Please try again in a moment.</p><p><a class=\"button\" href=\"login\">Sign in again</a></p>"};
}

Page discords_fault(const Error& error) {
  if (error.kind == ErrorKind::invalid) return expired();
  return {.status = error.kind == ErrorKind::limited ? 503 : 502,
          .title = "Discord Did Not Sign You In",
          .body = fmt::format("<p>{}</p><p><a class=\"button\" href=\"login\">Try again</a></p>",
                              escape_html(error.message))};
}

Page busy() {
  return {.status = 429,
          .title = "One Moment, Please",
          .body = "<p>These were many sign-ins from your address. Please try again in a minute.</p>"};
}

ServerResponse only_get() {
  ServerResponse response{.status = 405};
  response.headers.set("Allow", "GET");
  return response;
}

Page denied() {
  return {.status = 400,
          .title = "You Were Not Signed In",
          .body =
              "<p>Nothing was changed: you cancelled on Discord's page.</p>"
              "<p><a class=\"button\" href=\"login\">Sign in</a></p>"};
}

Page not_linked(int status, std::string_view why) {
  return {.status = status,
          .title = "The Server Was Not Connected",
          .body = fmt::format("<p>{}</p><p><a class=\"button\" href=\"/\">Back</a></p>", escape_html(why))};
}

std::string agent_of(const net::RequestHead& head) {
  return std::string(head.headers.get("User-Agent").value_or(""));
}

}  // namespace

SignInPages::SignInPages(Clock& clock, store::Database& database, discord::SignIn& discord,
                         Sessions& sessions, organizations::Organizations& organizations,
                         discord::Permissions bot_permissions, bool secure)
    : clock_(clock),
      by_address_(clock, {.burst = 20, .every = 3s}),
      exchanges_(clock, {.burst = 10, .every = 2s}),
      database_(database),
      discord_(discord),
      sessions_(sessions),
      organizations_(organizations),
      bot_permissions_(bot_permissions),
      browser_("sign-in", secure) {}

// The browser's cookie is new each time: an address that somebody else began is of no use here.
Task<Result<std::string>> SignInPages::send_away(Errand errand, ServerResponse* response) {
  const auto state = new_token();
  const auto browser = new_token();
  response->headers.add("Set-Cookie", browser_.set(browser, errand_life));
  const bool links = errand.purpose == Purpose::link;
  auto stored =
      co_await database_.transact([errand, links, state_hash = hash_of(state),
                                   browser_hash = hash_of(browser), now = clock_.now()](Transaction& tx) {
        tx.run(
            "insert into sign_ins (state_hash, browser_hash, purpose, return_to, organization_id, guild_id,"
            "  discord_id, expires_at_ms)"
            " values (:state, :browser, :purpose, :return_to, :organization, :guild, :user, :expires)",
            {{"state", state_hash},
             {"browser", browser_hash},
             {"purpose", links ? "link" : "sign_in"},
             {"return_to", errand.return_to},
             {"organization", links ? std::optional(errand.organization) : std::nullopt},
             {"guild", links ? std::optional(errand.guild) : std::nullopt},
             {"user", links ? std::optional(errand.user) : std::nullopt},
             {"expires", now + errand_life}});
      });
  if (!stored) co_return std::unexpected(stored.error());
  co_return state;
}

std::optional<Page> SignInPages::too_many(const net::RequestHead& head) {
  if (by_address_.admit(head.client_address).admitted) return std::nullopt;
  return busy();
}

Task<ServerResponse> SignInPages::login(surfaces::RouteRequest request) {
  if (request.head.method == "HEAD") co_return only_get();
  if (auto page = too_many(request.head)) co_return to_response(*page);
  Errand errand{.return_to = safe_return(surfaces::query_param(request.head, "return_to").value_or("/"))};
  auto response = redirect("");
  auto state = co_await send_away(std::move(errand), &response);
  if (!state) co_return to_response(our_fault(state.error()));
  response.headers.set("Location", discord_.authorize_url(*state));
  co_return response;
}

// Only sends somebody to Discord: what they may do there Discord decides, and what comes back is looked at.
Task<ServerResponse> SignInPages::invite(surfaces::RouteRequest request) {
  if (request.head.method == "HEAD") co_return only_get();
  if (auto page = too_many(request.head)) co_return to_response(*page);
  auto caller = co_await sessions_.authenticate(request.head);
  if (!caller) co_return to_response(our_fault(caller.error()));
  const auto organization =
      OrganizationId::parse(surfaces::query_param(request.head, "organization").value_or(""));
  const auto guild = GuildId::parse(surfaces::query_param(request.head, "guild").value_or(""));
  if (caller->via != surfaces::Principal::Via::session || !organization || !guild)
    co_return to_response(not_linked(400, "This address works only from Matchday's own page, signed in."));
  auto allowed = co_await organizations_.permissions_in(*organization, *caller);
  if (!allowed) co_return to_response(our_fault(allowed.error()));
  if (!*allowed || !(*allowed)->has(surfaces::Permission::organization_manage))
    co_return to_response(not_linked(403, "You may not connect Discord servers to that organization."));
  Errand errand{.purpose = Purpose::link,
                .return_to = safe_return(surfaces::query_param(request.head, "return_to").value_or("/")),
                .organization = *organization,
                .guild = *guild,
                .user = caller->user};
  auto response = redirect("");
  auto state = co_await send_away(std::move(errand), &response);
  if (!state) co_return to_response(our_fault(state.error()));
  response.headers.set("Location", discord_.invite_url(*state, *guild, bot_permissions_));
  co_return response;
}

Task<ServerResponse> SignInPages::callback(surfaces::RouteRequest request) {
  if (request.head.method == "HEAD") co_return only_get();  // link checkers must not use a state up
  if (auto page = too_many(request.head)) co_return to_response(*page);
  const auto state = surfaces::query_param(request.head, "state").value_or("");
  const auto code = surfaces::query_param(request.head, "code").value_or("");
  const auto browser = browser_.read(request.head).value_or("");
  auto errand = co_await take_errand(state, browser);
  if (!errand) co_return to_response(our_fault(errand.error()));
  if (!*errand) co_return to_response(expired());
  if (code.empty()) co_return to_response(denied());
  auto visitor = co_await ask_discord(Secret<std::string>(code));
  if (!visitor) {
    log::warning("A sign-in with Discord failed", {{"error", visitor.error().describe()}});
    co_return to_response(discords_fault(visitor.error()));
  }
  auto response = (*errand)->purpose == Purpose::link
                      ? co_await finish_link(std::move(**errand), std::move(*visitor), request.head)
                      : co_await finish_sign_in(std::move(**errand), std::move(*visitor), request.head);
  response.headers.add("Set-Cookie", browser_.clear());
  co_return response;
}

// Used up before anything else happens, so that two visits cannot both go on.
Task<Result<std::optional<SignInPages::Errand>>> SignInPages::take_errand(std::string state,
                                                                          std::string browser) {
  if (state.empty() || browser.empty()) co_return std::nullopt;
  co_return co_await database_.transact([state_hash = hash_of(state), browser_hash = hash_of(browser),
                                         now = clock_.now()](Transaction& tx) -> std::optional<Errand> {
    const auto rows =
        tx.run("delete from sign_ins where state_hash = :state and browser_hash = :browser returning *",
               {{"state", state_hash}, {"browser", browser_hash}});
    if (rows.empty() || rows.front().get<Time>("expires_at_ms") <= now) return std::nullopt;
    const auto& row = rows.front();
    return Errand{
        .purpose = row.get<std::string>("purpose") == "link" ? Purpose::link : Purpose::sign_in,
        .return_to = row.get<std::string>("return_to"),
        .organization = row.get<std::optional<OrganizationId>>("organization_id").value_or(OrganizationId{}),
        .guild = row.get<std::optional<GuildId>>("guild_id").value_or(GuildId{}),
        .user = row.get<std::optional<UserId>>("discord_id").value_or(UserId{})};
  });
}

Task<Result<SignInPages::Visitor>> SignInPages::ask_discord(Secret<std::string> code) {
  constexpr Duration pause_after_429 = 60s;
  if (clock_.steady() < closed_until_ || !exchanges_.admit("all").admitted)
    co_return fail(ErrorKind::limited, "Too many people sign in at once. Please try again in a minute.");
  auto grant = co_await discord_.exchange(std::move(code));
  if (!grant && grant.error().kind == ErrorKind::limited) {
    closed_until_ = clock_.steady() + std::max(pause_after_429, grant.error().retry_after.value_or(0ms));
    co_return fail(ErrorKind::limited, "Discord takes no sign-ins right now. Please try again in a minute.");
  }
  if (!grant) co_return std::unexpected(grant.error());
  auto identity = co_await discord_.who(grant->token);
  if (!identity) co_return std::unexpected(identity.error());
  auto guilds = co_await discord_.guilds(std::move(grant->token));  // and with this the token is gone
  if (!guilds) co_return std::unexpected(guilds.error());
  co_return Visitor{
      .identity = std::move(*identity), .guilds = std::move(*guilds), .invited_to = grant->invited_to};
}

Task<ServerResponse> SignInPages::finish_sign_in(Errand errand, Visitor visitor, net::RequestHead head) {
  auto cookie = co_await database_.transact([this, visitor, head, now = clock_.now()](Transaction& tx) {
    organizations_.person_came(tx, visitor.identity.id, visitor.identity.name, visitor.guilds, now);
    sessions_.end(tx, head);  // whatever the browser was before
    return sessions_.begin(tx,
                           {.user = visitor.identity.id,
                            .name = visitor.identity.name,
                            .avatar = visitor.identity.avatar,
                            .address = head.client_address,
                            .agent = agent_of(head)},
                           now);
  });
  if (!cookie) co_return to_response(our_fault(cookie.error()));
  log::info("Somebody signed in", {{"user", visitor.identity.id}});
  auto response = redirect(errand.return_to);
  response.headers.add("Set-Cookie", *cookie);
  co_return response;
}

// Who asked must be who agreed on Discord's page; the server is the one that this very grant brought the bot
// into, and they must manage it.
Task<ServerResponse> SignInPages::finish_link(Errand errand, Visitor visitor, net::RequestHead head) {
  if (visitor.identity.id != errand.user)
    co_return to_response(not_linked(
        403, "On Discord you are signed in as somebody else than here. Sign in here as the same."));
  if (visitor.invited_to != errand.guild)
    co_return to_response(not_linked(400, "Discord did not add the bot to the server that you chose here."));
  const auto guild = std::ranges::find(visitor.guilds, errand.guild, &discord::OwnGuild::id);
  if (guild == visitor.guilds.end() || !guild->managed())
    co_return to_response(not_linked(403, "You need Manage Server in that Discord server."));
  surfaces::Actor actor{.user = visitor.identity.id,
                        .name = visitor.identity.name,
                        .via = "session",
                        .address = head.client_address};
  auto linked = co_await organizations_.link_guild(errand.organization, *guild, std::move(actor));
  if (!linked && linked.error().kind == ErrorKind::conflict)
    co_return to_response(not_linked(409, linked.error().message));
  if (!linked) co_return to_response(our_fault(linked.error()));
  co_return redirect(errand.return_to);
}

std::vector<surfaces::Route> SignInPages::routes() {
  const auto get = [](std::string path, auto handle) {
    return surfaces::Route{.method = "GET", .path = std::move(path), .handle = handle, .body_bytes_max = 0};
  };
  return {
      get("/auth/login", [this](surfaces::RouteRequest request) { return login(std::move(request)); }),
      get("/auth/callback", [this](surfaces::RouteRequest request) { return callback(std::move(request)); }),
      get("/auth/invite", [this](surfaces::RouteRequest request) { return invite(std::move(request)); })};
}

}  // namespace matchday::accounts
