// See api.hpp.
#include "surfaces/api.hpp"

#include <fmt/format.h>

#include "base/number.hpp"

namespace matchday::surfaces {
namespace {

constexpr int page_max = 200;

std::string fingerprint_of(const ApiCall& call) {
  return crypto::to_hex(crypto::sha256(
      fmt::format("{}\n{}?{}\n{}", call.head.method, call.head.path, call.head.query, to_text(call.body))));
}

}  // namespace

Actor ApiCall::actor() const {
  return {.user = caller.user,
          .name = caller.name,
          .via = caller.via == Principal::Via::token ? "token" : "session",
          .address = head.client_address};
}

std::string person_key(UserId user) {
  return "person " + user.text();
}

std::string ApiCall::caller_key() const {
  return caller.signed_in() ? person_key(caller.user) : "address " + head.client_address;
}

Result<> ApiCall::expect_version(std::int64_t version) const {
  const auto wanted = head.headers.get("If-Match");
  if (wanted == "*" || wanted == fmt::format("\"{}\"", version)) return {};
  return fail(ErrorKind::outdated,
              "Somebody has changed this since you read it. Read it again, then repeat your change.");
}

Result<std::optional<ApiAnswer>> Changes::find_answer(store::Transaction& tx, const ApiCall& call) {
  if (call.idempotency_key.empty()) return std::nullopt;
  const auto rows = tx.run(
      "select fingerprint, status, answer, version from idempotency_keys"
      " where caller = :caller and idempotency_key = :key",
      {{"caller", call.caller_key()}, {"key", call.idempotency_key}});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  if (row.get<std::string>("fingerprint") != fingerprint_of(call))
    return fail(ErrorKind::conflict, "This Idempotency-Key was used for another request.");
  auto body = parse_json(row.get<std::string>("answer"));
  ApiAnswer answer{.status = row.get<int>("status"),
                   .body = body ? std::move(*body) : json::value(nullptr),
                   .version = row.get<std::optional<std::int64_t>>("version")};
  answer.headers.set("Idempotency-Replayed", "true");
  return answer;
}

void Changes::finish(store::Transaction& tx, IdSource& ids, const ApiCall& call, const Changed& changed) {
  if (changed.note) record(tx, ids, call.organization, call.actor(), *changed.note, call.now);
  if (call.idempotency_key.empty()) return;
  tx.run(
      "insert into idempotency_keys (caller, idempotency_key, fingerprint, status, answer, version, at_ms)"
      " values (:caller, :key, :fingerprint, :status, :answer, :version, :now)",
      {{"caller", call.caller_key()},
       {"key", call.idempotency_key},
       {"fingerprint", fingerprint_of(call)},
       {"status", changed.answer.status},
       {"answer", to_text(changed.answer.body)},
       {"version", changed.answer.version},
       {"now", call.now}});
}

Result<int> read_limit(const ApiCall& call) {
  constexpr int usual = 50;
  const auto limit = query_param(call.head, "limit");
  if (!limit) return usual;
  const auto number = parse_number<int>(*limit);
  if (!number || *number < 1 || *number > page_max)
    return fail_field("limit", fmt::format("must be a number from 1 to {}.", page_max));
  return *number;
}

}  // namespace matchday::surfaces
