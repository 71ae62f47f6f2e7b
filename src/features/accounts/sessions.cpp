// See sessions.hpp.
#include "features/accounts/sessions.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "features/accounts/tokens.hpp"

namespace matchday::accounts {
namespace {

using store::Transaction;
using surfaces::Principal;

constexpr std::string_view token_prefix = "md_";
constexpr std::size_t hint_size = 7;
constexpr std::size_t agent_max = 200;
constexpr Duration noted_every = 5min;    // when it was last used: no write for every request
constexpr Duration previous_life = 1min;  // of the id before a rotation

// A header may hold any bytes; what browsers say of themselves is ASCII.
std::string ascii_of(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, agent_max)) {
    if (c >= ' ' && c <= '~') out += c;
  }
  return out;
}

std::vector<std::string> read_scopes(const std::string& text) {
  std::vector<std::string> out;
  const auto parsed = parse_json(text);
  if (!parsed || !parsed->is_array()) return out;
  for (const auto& scope : parsed->get_array()) {
    if (const auto* name = scope.if_string()) out.emplace_back(*name);
  }
  return out;
}

surfaces::PermissionSet to_permissions(const std::vector<std::string>& scopes) {
  surfaces::PermissionSet out;
  for (const auto& scope : scopes) {
    if (const auto permission = surfaces::permission_named(scope)) out.add(*permission);
  }
  return out;
}

std::string to_stored(const std::vector<std::string>& scopes) {
  json::array out;
  for (const auto& scope : scopes) out.emplace_back(scope);
  return to_text(out);
}

}  // namespace

Sessions::Sessions(Clock& clock, store::Database& database, Secret<std::string> key, SessionOptions options)
    : clock_(clock),
      database_(database),
      key_(std::move(key)),
      options_(std::move(options)),
      cookie_("session", options_.secure) {}

bool Sessions::is_over(Time begun, Time seen, Time now) const {
  return now >= begun + options_.life_max || now >= seen + options_.idle_max;
}

Task<Result<Principal>> Sessions::authenticate(net::RequestHead head) {
  const auto authorization = head.headers.get("Authorization");
  constexpr std::string_view bearer = "Bearer ";
  // The scheme's name has no case (RFC 9110 §11.1).
  if (authorization && net::equal_ignoring_case(authorization->substr(0, bearer.size()), bearer))
    co_return co_await by_token(std::string(authorization->substr(bearer.size())));
  if (auto id = cookie_.read(head)) co_return co_await by_session(std::move(*id));
  co_return Principal{};
}

Task<Result<Principal>> Sessions::by_token(std::string token) {
  struct Found {
    TokenInfo info;
    UserId user;
    std::string person;
  };
  const auto hash = hash_of(token);
  const auto now = clock_.now();
  auto found = co_await database_.read([hash](Transaction& tx) -> std::optional<Found> {
    const auto rows = tx.run(
        "select t.*, p.name as person from api_tokens t join people p on p.discord_id = t.discord_id"
        " where t.token_hash = :hash",
        {{"hash", hash}});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return Found{.info = {.id = row.get<TokenId>("id"),
                          .name = row.get<std::string>("name"),
                          .scopes = read_scopes(row.get<std::string>("scopes")),
                          .organization = row.get<std::optional<OrganizationId>>("organization_id"),
                          .expires_at = row.get<std::optional<Time>>("expires_at_ms"),
                          .used_at = row.get<std::optional<Time>>("used_at_ms")},
                 .user = row.get<UserId>("discord_id"),
                 .person = row.get<std::string>("person")};
  });
  if (!found) co_return std::unexpected(found.error());
  if (!*found || ((*found)->info.expires_at && *(*found)->info.expires_at <= now))
    co_return fail(ErrorKind::unauthorized, "This API token is not valid (any more).");
  const auto& known = **found;
  if (!known.info.used_at || now >= *known.info.used_at + noted_every) {
    (void)co_await database_.transact([id = known.info.id, now](Transaction& tx) {
      tx.run("update api_tokens set used_at_ms = :now where id = :id", {{"now", now}, {"id", id}});
    });
  }
  co_return Principal{.via = Principal::Via::token,
                      .user = known.user,
                      .name = known.person,
                      .is_operator = options_.operators.contains(known.user),
                      .credential = "token " + known.info.id.text(),
                      .scopes = to_permissions(known.info.scopes),
                      .only_in = known.info.organization};
}

Task<Result<Principal>> Sessions::by_session(std::string id) {
  struct Found {
    UserId user;
    std::string name;
    std::string id_hash;
    Time begun;
    Time seen;
  };
  const auto now = clock_.now();
  auto found = co_await database_.read([hash = hash_of(id), now](Transaction& tx) -> std::optional<Found> {
    const auto rows = tx.run(
        "select s.*, p.name from sessions s join people p on p.discord_id = s.discord_id"
        " where s.id_hash = :hash or (s.previous_hash = :hash and s.rotated_at_ms > :lately)",
        {{"hash", hash}, {"lately", now - previous_life}});
    if (rows.empty()) return std::nullopt;
    const auto& row = rows.front();
    return Found{.user = row.get<UserId>("discord_id"),
                 .name = row.get<std::string>("name"),
                 .id_hash = row.get<std::string>("id_hash"),
                 .begun = row.get<Time>("begun_at_ms"),
                 .seen = row.get<Time>("seen_at_ms")};
  });
  if (!found) co_return std::unexpected(found.error());
  if (!*found || is_over((*found)->begun, (*found)->seen, now)) co_return Principal{};
  const auto& known = **found;
  if (now >= known.seen + noted_every) {
    (void)co_await database_.transact([hash = known.id_hash, now](Transaction& tx) {
      tx.run("update sessions set seen_at_ms = :now where id_hash = :hash", {{"now", now}, {"hash", hash}});
    });
  }
  co_return Principal{.via = Principal::Via::session,
                      .user = known.user,
                      .name = known.name,
                      .is_operator = options_.operators.contains(known.user),
                      .credential = "session " + known.id_hash,
                      .csrf_token = crypto::to_base64url(crypto::hmac_sha256(
                          key_.reveal(), "csrf " + known.user.text() + to_rfc3339(known.begun)))};
}

std::string Sessions::begin(Transaction& tx, const Begin& who, Time now) const {
  tx.run(
      "insert into people (discord_id, name, avatar, first_signed_in_ms, last_signed_in_ms)"
      " values (:user, :name, :avatar, :now, :now)"
      " on conflict (discord_id) do update set name = excluded.name, avatar = excluded.avatar,"
      "   last_signed_in_ms = excluded.last_signed_in_ms",
      {{"user", who.user}, {"name", who.name}, {"avatar", who.avatar}, {"now", now}});
  const auto id = new_token();
  tx.run(
      "insert into sessions (id_hash, discord_id, begun_at_ms, rotated_at_ms, seen_at_ms, address, agent)"
      " values (:hash, :user, :now, :now, :now, :address, :agent)",
      {{"hash", hash_of(id)},
       {"user", who.user},
       {"now", now},
       {"address", who.address},
       {"agent", ascii_of(who.agent)}});
  return cookie_.set(id, options_.life_max);
}

Task<Result<std::optional<std::string>>> Sessions::rotate(net::RequestHead head) {
  const auto id = cookie_.read(head);
  if (!id) co_return std::nullopt;
  const auto now = clock_.now();
  auto next = new_token();
  auto rotated = co_await database_.transact(
      [hash = hash_of(*id), next_hash = hash_of(next), now, this](Transaction& tx) -> std::optional<Time> {
        const auto rows = tx.run(
            "update sessions set previous_hash = id_hash, id_hash = :next, rotated_at_ms = :now"
            " where id_hash = :hash and rotated_at_ms <= :due returning begun_at_ms",
            {{"next", next_hash}, {"now", now}, {"hash", hash}, {"due", now - options_.rotated_after}});
        return rows.empty() ? std::nullopt : std::optional(rows.front().get<Time>("begun_at_ms"));
      });
  if (!rotated) co_return std::unexpected(rotated.error());
  if (!*rotated) co_return std::nullopt;
  co_return cookie_.set(next, **rotated + options_.life_max - now);
}

std::vector<SessionInfo> Sessions::list(Transaction& tx, UserId user) {
  std::vector<SessionInfo> out;
  for (const auto& row :
       tx.run("select * from sessions where discord_id = :user order by seen_at_ms desc", {{"user", user}})) {
    out.push_back({.id = hash_of(row.get<std::string>("id_hash")).substr(0, 16),
                   .begun_at = row.get<Time>("begun_at_ms"),
                   .seen_at = row.get<Time>("seen_at_ms"),
                   .address = row.get<std::string>("address"),
                   .agent = row.get<std::string>("agent")});
  }
  return out;
}

void Sessions::end(Transaction& tx, const net::RequestHead& head) const {
  const auto hash = hash_of(cookie_.read(head).value_or(""));
  tx.run("delete from sessions where id_hash = :hash or previous_hash = :hash", {{"hash", hash}});
}

int Sessions::end_others(Transaction& tx, UserId user, const net::RequestHead& head) const {
  const auto hash = hash_of(cookie_.read(head).value_or(""));
  return static_cast<int>(tx.run("delete from sessions where discord_id = :user and id_hash <> :hash"
                                 " and coalesce(previous_hash, '') <> :hash",
                                 {{"user", user}, {"hash", hash}})
                              .affected);
}

std::string Sessions::add_token(Transaction& tx, TokenId id, UserId user, const NewToken& token, Time now) {
  auto secret = std::string(token_prefix) + new_token();
  tx.run(
      "insert into api_tokens (id, discord_id, organization_id, name, token_hash, hint, scopes, "
      "created_at_ms,"
      "  expires_at_ms) values (:id, :user, :organization, :name, :hash, :hint, :scopes, :now, :expires)",
      {{"id", id},
       {"user", user},
       {"organization", token.organization},
       {"name", token.name},
       {"hash", hash_of(secret)},
       {"hint", secret.substr(0, hint_size)},
       {"scopes", to_stored(token.scopes)},
       {"now", now},
       {"expires", token.expires_at}});
  return secret;
}

std::vector<TokenInfo> Sessions::tokens(Transaction& tx, UserId user) {
  std::vector<TokenInfo> out;
  for (const auto& row :
       tx.run("select * from api_tokens where discord_id = :user order by id desc", {{"user", user}})) {
    out.push_back({.id = row.get<TokenId>("id"),
                   .name = row.get<std::string>("name"),
                   .hint = row.get<std::string>("hint"),
                   .scopes = read_scopes(row.get<std::string>("scopes")),
                   .organization = row.get<std::optional<OrganizationId>>("organization_id"),
                   .created_at = row.get<Time>("created_at_ms"),
                   .expires_at = row.get<std::optional<Time>>("expires_at_ms"),
                   .used_at = row.get<std::optional<Time>>("used_at_ms")});
  }
  return out;
}

bool Sessions::remove_token(Transaction& tx, UserId user, TokenId id) {
  return tx.run("delete from api_tokens where discord_id = :user and id = :id", {{"user", user}, {"id", id}})
             .affected > 0;
}

}  // namespace matchday::accounts
