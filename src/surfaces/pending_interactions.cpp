// See pending_interactions.hpp.
#include "surfaces/pending_interactions.hpp"

#include "base/log.hpp"
#include "embedded/matchday_surfaces_schema.hpp"

namespace matchday::surfaces {
namespace {

using store::Transaction;

// What a sealed interaction belongs to.
std::string context_of(std::string_view id) {
  return "interaction:" + std::string(id);
}

struct SealedRow {
  std::string id;
  std::string sealed;
  Time expires;
  int attempts = 0;
};

std::vector<SealedRow> begin_again(Transaction& tx, Time now) {
  std::vector<SealedRow> out;
  tx.run("update interactions set attempts = attempts + 1 where expires_at_ms > :now", {{"now", now}});
  for (const auto& row :
       tx.run("select id, sealed, attempts, expires_at_ms from interactions where expires_at_ms > :now"
              " order by expires_at_ms",
              {{"now", now}})) {
    out.push_back({.id = row.get<std::string>("id"),
                   .sealed = row.get<std::string>("sealed"),
                   .expires = row.get<Time>("expires_at_ms"),
                   .attempts = static_cast<int>(row.get<std::int64_t>("attempts"))});
  }
  return out;
}

}  // namespace

PendingInteractions::PendingInteractions(Clock& clock, store::Database& database, Secret<std::string> key)
    : clock_(clock), database_(database), sealer_(std::move(key)) {}

Task<Result<bool>> PendingInteractions::keep(InteractionId id, std::optional<OrganizationId> organization,
                                             json::value wire, Time expires) {
  auto sealed = crypto::to_base64url(sealer_.seal(to_text(wire), context_of(id.text())));
  co_return co_await database_.transact(
      [id, organization, sealed = std::move(sealed), expires](Transaction& tx) {
        return tx.run(
                     "insert into interactions (id, organization_id, sealed, attempts, expires_at_ms)"
                     " values (:id, :organization, :sealed, 1, :expires) on conflict (id) do nothing",
                     {{"id", id}, {"organization", organization}, {"sealed", sealed}, {"expires", expires}})
                   .affected == 1;
      });
}

Task<Result<bool>> PendingInteractions::holds(InteractionId id) {
  co_return co_await database_.read([id](Transaction& tx) {
    return !tx.run("select id from interactions where id = :id", {{"id", id}}).empty();
  });
}

Task<Result<>> PendingInteractions::forget(InteractionId id) {
  co_return co_await database_.transact([id](Transaction& tx) -> Result<> {
    tx.run("delete from interactions where id = :id", {{"id", id}});
    return {};
  });
}

Task<Result<std::vector<PendingInteractions::Kept>>> PendingInteractions::take_unanswered() {
  auto rows =
      co_await database_.transact([now = clock_.now()](Transaction& tx) { return begin_again(tx, now); });
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<Kept> kept;
  for (const auto& row : *rows) {
    auto plain = sealer_.open(crypto::from_base64url(row.sealed).value_or(""), context_of(row.id));
    auto wire = plain ? parse_json(plain->reveal()) : std::unexpected(plain.error());
    if (!wire) {
      log::warning("An unanswered interaction cannot be read",
                   {{"interaction", row.id}, {"error", wire.error().message}});
      continue;
    }
    kept.push_back({.wire = std::move(*wire), .expires = row.expires, .attempts = row.attempts});
  }
  co_return kept;
}

std::vector<store::Migration> migrations() {
  return store::migrations_of("surfaces", embedded::matchday_surfaces_schema);
}

}  // namespace matchday::surfaces
