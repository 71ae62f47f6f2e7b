// The REST API as data: a feature declares its routes with what they need; who calls, whether they may,
// limits, forged requests, bodies and errors are handled once (api_frame.hpp). Every route is described in
// api/openapi.yaml, and a test holds the two together.
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "store/database.hpp"
#include "surfaces/audit.hpp"
#include "surfaces/principal.hpp"
#include "surfaces/router.hpp"

namespace matchday::surfaces {

// Who may call a route.
struct Access {
  enum class Kind {
    anybody,
    signed_in,  // in a browser or with a token
    person,     // in a browser: what no token may do
    operators,  // in a browser
    members,
  };
  Kind kind = Kind::signed_in;
  Permission permission = Permission::organization_read;  // of `members`: in the path's {organization}
};
inline constexpr Access anybody{Access::Kind::anybody};
inline constexpr Access signed_in{Access::Kind::signed_in};
inline constexpr Access person{Access::Kind::person};
inline constexpr Access operators_only{Access::Kind::operators};
constexpr Access with_permission(Permission permission) {
  return {Access::Kind::members, permission};
}

struct ApiCall {
  Principal caller;
  OrganizationId organization;  // of a route of `members`
  PermissionSet permissions;    // the caller's there
  net::RequestHead head;
  PathParams params;
  json::value body;             // null without one
  std::string idempotency_key;  // empty: none
  Time now;

  std::string param(std::string_view name) const { return params.find(name)->second; }
  Actor actor() const;
  // The caller as a key of limits and of idempotency.
  std::string caller_key() const;
  // Error `outdated`, unless If-Match names this version. Routes with `versioned` have the header.
  Result<> expect_version(std::int64_t version) const;
};

// The key of a person who is signed in.
std::string person_key(UserId user);

struct ApiAnswer {
  int status = 200;
  json::value body;                          // null: none
  std::optional<std::int64_t> version = {};  // sent as ETag
  net::Headers headers = {};
  // Of an answer that goes on (net::ServerResponse::more).
  std::function<Task<std::optional<std::string>>()> more = {};
};

struct ApiRoute {
  std::string method;
  std::string path;  // "/api/organizations/{organization}/members"
  Access access;
  std::function<Task<Result<ApiAnswer>>(ApiCall)> handle;
  bool versioned = false;  // asks for If-Match, so that nobody overwrites what they have not seen
  std::size_t body_bytes_max = 64 * 1024;
};

// A change and its line of the audit log.
struct Changed {
  ApiAnswer answer;
  std::optional<AuditNote> note;  // nothing: it was so already
};

// How routes change something: in one transaction with the audit log and the Idempotency-Key.
class Changes {
 public:
  Changes(store::Database& database, IdSource& ids) : database_(database), ids_(ids) {}

  // `function` is F(Transaction&) -> Result<Changed>; an error rolls everything back. A repeated
  // Idempotency-Key gives the first answer. Error `conflict`: the key was used for something else.
  template <class F>
  Task<Result<ApiAnswer>> make(ApiCall call, F function) {
    co_return co_await database_.transact(
        [ids = &ids_, call = std::move(call),
         function = std::move(function)](store::Transaction& tx) mutable -> Result<ApiAnswer> {
          auto known = find_answer(tx, call);
          if (!known) return std::unexpected(known.error());
          if (*known) return std::move(**known);
          Result<Changed> changed = function(tx);
          if (!changed) return std::unexpected(changed.error());
          finish(tx, *ids, call, *changed);
          return std::move(changed->answer);
        });
  }

 private:
  static Result<std::optional<ApiAnswer>> find_answer(store::Transaction& tx, const ApiCall& call);
  static void finish(store::Transaction& tx, IdSource& ids, const ApiCall& call, const Changed& changed);

  store::Database& database_;
  IdSource& ids_;
};

// How many entries at most, from ?limit= (50 without it). Error `invalid`.
Result<int> read_limit(const ApiCall& call);

// One page of a list: at most `limit` entries after the one that ?cursor= names, as the page before said.
template <class Cursor>
struct Paging {
  int limit = 0;
  std::optional<Cursor> cursor;
};

// Error `invalid`.
template <class Cursor>
Result<Paging<Cursor>> read_paging(const ApiCall& call) {
  const auto limit = read_limit(call);
  if (!limit) return std::unexpected(limit.error());
  const auto text = query_param(call.head, "cursor").value_or("");
  const auto cursor = Cursor::parse(text);
  if (!text.empty() && !cursor) return fail_field("cursor", "is not one that Matchday gave.");
  return Paging<Cursor>{.limit = *limit, .cursor = cursor};
}

// {items, next_cursor}. `write` makes an entry JSON, `cursor_of` tells where the next page begins.
template <class Entries, class Write, class CursorOf>
json::object to_page(const Entries& entries, int limit, Write write, CursorOf cursor_of) {
  json::array items;
  for (const auto& entry : entries) items.push_back(write(entry));
  const bool more = !entries.empty() && static_cast<int>(entries.size()) == limit;
  return {{"items", std::move(items)},
          {"next_cursor", more ? json::value(cursor_of(entries.back()).text()) : json::value(nullptr)}};
}

// What may be absent, as it is sent: an instant, an id, a number, a text.
inline json::value or_null(const std::optional<Time>& time) {
  return time ? json::value(to_rfc3339(*time)) : json::value(nullptr);
}
inline json::value or_null(const std::optional<std::int64_t>& number) {
  return number ? json::value(*number) : json::value(nullptr);
}
inline json::value or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value(nullptr);
}
inline json::value null_if_empty(std::string_view text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}
template <class TheId>
json::value or_null(const std::optional<TheId>& id)
  requires requires { id->text(); }
{
  return id ? json::value(id->text()) : json::value(nullptr);
}

}  // namespace matchday::surfaces
