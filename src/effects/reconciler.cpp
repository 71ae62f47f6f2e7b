// See reconciler.hpp. One function for each state; every write is fenced by state and attempt, so that
// whoever comes late changes nothing.
#include "effects/reconciler.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "effects/adoption.hpp"

namespace matchday::effects {

using jobs::Again;
using jobs::Done;
using jobs::Failed;
using store::Transaction;

constexpr Duration worth_another_look = 50ms;  // of waiting for a place at the rate gate

// What a step makes of a row. Fields that are empty keep their value.
struct Reconciler::Change {
  State to;
  std::string note;
  std::string detail = "";
  std::optional<std::string> remote_id = {};
  std::optional<json::value> observed = {};
  std::optional<json::value> applied = {};
  std::optional<int> applied_version = {};
  std::optional<json::value> request = {};
  std::optional<Time> sent_at = {};
  std::optional<Time> verify_at = {};
  std::optional<Error> error = {};
  bool new_attempt = false;
};

Reconciler::Reconciler(Clock& clock, store::Database& database, Ledger& ledger, Metrics& metrics,
                       std::string incarnation, ReconcilerOptions options)
    : clock_(clock),
      database_(database),
      ledger_(ledger),
      metrics_(metrics),
      incarnation_(std::move(incarnation)),
      options_(options) {}

void Reconciler::add(Kind& kind) {
  const bool added = kinds_.emplace(kind.name(), &kind).second;
  CHECK(added);
}

Task<Result<>> Reconciler::recover() {
  co_return co_await database_.transact([this, now = clock_.now()](Transaction& tx) -> Result<> {
    const auto lost = tx.run(
        "update resources set state = 'unknown', updated_at_ms = :now"
        " where state = 'sending' and incarnation <> :incarnation returning id",
        {{"now", now}, {"incarnation", incarnation_}});
    for (const auto& row : lost) {
      ledger_.note(tx, row.get<ResourceId>("id"), "unknown", "the process ended while it was sending", now);
    }
    for (const auto& row :
         tx.run("select id, organization_id from resources where state not in ('gone', 'expired')"
                " and not (state = 'confirmed' and wanted is not null"
                "          and wanted_version = applied_version and verify_at_ms is null)")) {
      ledger_.schedule(tx, row.get<OrganizationId>("organization_id"), row.get<ResourceId>("id"), now);
    }
    return {};
  });
}

Task<jobs::Outcome> Reconciler::converge(jobs::Job job) {
  constexpr int steps_max = 8;  // more than any path through the states; the rest is another job's
  const auto id = ResourceId::parse(job.subject);
  if (!id) co_return Done{};
  for (int i = 0; i < steps_max; ++i) {
    struct Loaded {
      std::optional<Resource> resource;
      bool adopting = false;
    };
    auto loaded = co_await database_.read([id = *id](Transaction& tx) {
      Loaded out;
      const auto rows = tx.run("select * from resources where id = :id", {{"id", id}});
      if (!rows.empty()) out.resource = to_resource(rows.front());
      out.adopting = find_adoption(tx).has_value();
      return out;
    });
    if (!loaded) co_return Failed{loaded.error()};
    if (!loaded->resource) co_return Done{};
    const auto kind = kinds_.find(loaded->resource->kind);
    if (kind == kinds_.end()) co_return Again{options_.refused_again, loaded->resource->kind};
    auto next = co_await step(std::move(*loaded->resource), kind->second, loaded->adopting);
    if (auto* outcome = std::get_if<jobs::Outcome>(&next)) co_return std::move(*outcome);
  }
  co_return Again{Duration{0}, ""};
}

Task<Reconciler::Step> Reconciler::step(Resource resource, Kind* kind, bool adopting) {
  switch (resource.state) {
    case State::planned:
      if (adopting && resource.wanted && !kind->create_is_idempotent()) {
        co_return co_await look_before_making(std::move(resource), kind);
      }
      co_return co_await from_planned(std::move(resource), kind);
    case State::unknown:
      co_return co_await from_unknown(std::move(resource), kind);
    case State::confirmed:
      co_return co_await from_confirmed(std::move(resource), kind);
    case State::removing:
      co_return co_await from_removing(std::move(resource), kind);
    // What was refused is tried as it is: were it planned first, everybody would think the trouble over.
    case State::refused:
      co_return co_await from_planned(std::move(resource), kind);
    case State::gone:
    case State::expired:
      co_return Done{};
    // Only we write this state, and only one job per resource runs: its sender ended without an answer (a
    // deadline).
    case State::sending:
      co_return co_await write_and(
          resource, {.to = State::unknown, .note = "unknown", .detail = "no answer was read"}, Continue{});
  }
  co_return Done{};
}

// This ledger may be older than the world: what it plans may have been made by its own future.
Task<Reconciler::Step> Reconciler::look_before_making(Resource resource, Kind* kind) {
  auto seen = co_await kind->observe(resource);
  if (!seen) co_return co_await later(std::move(resource), kind, seen.error());
  if (std::holds_alternative<Absent>(*seen)) co_return co_await from_planned(std::move(resource), kind);
  co_return co_await take_up(std::move(resource), kind, std::move(*seen));
}

Task<Reconciler::Step> Reconciler::from_planned(Resource resource, Kind* kind) {
  if (!resource.wanted) {
    co_return co_await write_and(resource, {.to = State::gone, .note = "gone", .detail = "never made"},
                                 Done{});
  }
  if (resource.expires_at && clock_.now() >= *resource.expires_at) {
    co_return co_await write_and(
        resource, {.to = State::expired, .note = "expired", .detail = "its time has passed"}, Done{});
  }
  const Time since = clock_.now();
  auto permit = co_await kind->admit(resource);
  if (!permit && permit.error().kind == ErrorKind::limited)
    co_return co_await still_in_line(resource, kind, since, permit.error());
  if (!permit) co_return co_await later(resource, kind, permit.error());
  // Decided after the wait: wishes and the world may have changed meanwhile.
  if (clock_.now() - since > worth_another_look) {
    auto version = co_await database_.read([id = resource.id](Transaction& tx) -> std::optional<int> {
      const auto rows = tx.run("select wanted_version from resources where id = :id", {{"id", id}});
      return rows.empty() ? std::nullopt : std::optional(rows.front().get<int>("wanted_version"));
    });
    if (!version) co_return Failed{version.error()};
    if (!*version) co_return Done{};  // its time to be kept was over meanwhile: the clock jumped
    if (**version != resource.wanted_version) co_return Continue{};
  }
  auto prepared = kind->prepare(resource);
  if (!prepared) {
    if (prepared.error().kind == ErrorKind::refused)
      co_return co_await not_made(resource, kind, prepared.error());
    co_return co_await later(resource, kind, prepared.error());
  }
  if (const auto* obsolete = std::get_if<Obsolete>(&*prepared)) {
    co_return co_await write_and(
        resource, {.to = State::expired, .note = "expired", .detail = obsolete->reason}, Done{});
  }
  if (const auto* already = std::get_if<Already>(&*prepared)) {
    co_return co_await write_and(resource,
                                 {.to = State::confirmed,
                                  .note = "confirmed",
                                  .detail = "it was so already",
                                  .remote_id = already->remote_id,
                                  .applied = resource.wanted,
                                  .applied_version = resource.wanted_version},
                                 Continue{});
  }
  auto& body = std::get<Send>(*prepared).body;
  if (!kind->create_is_idempotent()) {
    const Time now = clock_.now();
    auto marked = co_await write(resource, {.to = State::sending,
                                            .note = "sending",
                                            .detail = to_text(body),
                                            .request = body,
                                            .sent_at = now,
                                            .new_attempt = true});
    if (!marked) co_return Failed{marked.error()};
    if (!*marked) co_return Continue{};  // somebody changed the row; look again
    resource.state = State::sending;
    resource.sent_at = now;
    ++resource.attempt;
  }
  co_return co_await send_create(std::move(resource), kind, std::move(body), std::move(*permit));
}

Task<Reconciler::Step> Reconciler::send_create(Resource resource, Kind* kind, json::value body,
                                               Permit permit) {
  auto made = co_await kind->create(resource, std::move(body), std::move(permit));
  metrics_.count(
      "matchday_effects_total",
      {{"kind", resource.kind}, {"outcome", made ? "made" : std::string(name(made.error().kind))}});
  if (made) {
    Change confirmed{.to = State::confirmed,
                     .note = "confirmed",
                     .detail = made->remote_id,
                     .remote_id = made->remote_id,
                     .observed = made->observed,
                     .applied = resource.wanted,
                     .applied_version = resource.wanted_version};
    // An earlier attempt may still land: look once more when it cannot any longer.
    if (resource.attempt > 1) confirmed.verify_at = clock_.now() + kind->quiet();
    co_return co_await write_and(std::move(resource), std::move(confirmed), Continue{});
  }
  co_return co_await not_made(std::move(resource), kind, made.error());
}

// What a create that failed means for its row.
Task<Reconciler::Step> Reconciler::not_made(Resource resource, Kind* kind, Error error) {
  switch (error.kind) {
    case ErrorKind::ambiguous:
      if (kind->create_is_idempotent()) co_return co_await later(std::move(resource), kind, std::move(error));
      co_return co_await write_and(
          std::move(resource),
          {.to = State::unknown, .note = "unknown", .detail = error.message, .error = error}, Continue{});
    case ErrorKind::limited:
    case ErrorKind::unavailable:
    case ErrorKind::unauthorized:
    case ErrorKind::timeout: {
      const auto after = std::max(pause(resource), error.retry_after.value_or(Duration{0}));
      const Step next = again_after(kind, after);
      co_return co_await write_and(
          std::move(resource),
          {.to = State::planned, .note = "did not happen", .detail = error.message, .error = error}, next);
    }
    case ErrorKind::conflict:
      co_return co_await write_and(
          std::move(resource),
          {.to = State::expired, .note = "expired", .detail = error.message, .error = error}, Done{});
    default: {
      const int version = resource.wanted_version;
      co_return co_await write_and(std::move(resource),
                                   {.to = State::refused,
                                    .note = "refused",
                                    .detail = error.message,
                                    .applied_version = version,
                                    .error = error},
                                   again_after(kind, options_.refused_again));
    }
  }
}

Task<Reconciler::Step> Reconciler::from_unknown(Resource resource, Kind* kind) {
  const Time quiet_until = resource.sent_at.value_or(clock_.now()) + kind->quiet();
  if (clock_.now() < quiet_until) co_return jobs::Outcome(Again{quiet_until - clock_.now(), ""});
  auto seen = co_await kind->observe(resource);
  if (!seen) co_return co_await later(std::move(resource), kind, seen.error());
  if (!std::holds_alternative<Absent>(*seen))
    co_return co_await take_up(std::move(resource), kind, std::move(*seen));
  co_return co_await write_and(
      std::move(resource),
      {.to = State::planned, .note = "not found", .detail = "it did not happen; planned again"}, Continue{});
}

// What was seen of something that may have been made, if it is not plainly absent. Its state stays when
// nobody can tell.
Task<Reconciler::Step> Reconciler::take_up(Resource resource, Kind* kind, Observation seen) {
  if (auto* found = std::get_if<Found>(&seen))
    co_return co_await adopt(std::move(resource), kind, std::move(*found));
  if (const auto* unclear = std::get_if<Unclear>(&seen)) {
    const State state = resource.state;
    co_return co_await write_and(std::move(resource),
                                 {.to = state,
                                  .note = "unclear",
                                  .error = Error{.kind = ErrorKind::ambiguous, .message = unclear->reason}},
                                 again_after(kind, options_.unclear_again));
  }
  co_return co_await write_and(std::move(resource),
                               {.to = State::gone, .note = "gone", .detail = "made, and deleted by a human"},
                               Done{});
}

Task<Reconciler::Step> Reconciler::adopt(Resource resource, Kind* kind, Found found) {
  resource.remote_id = found.remote_id;  // people in a twin are moved over to it
  for (const auto& twin : found.twins) {
    auto removed = co_await kind->remove_twin(resource, twin);
    if (!removed && removed.error().kind != ErrorKind::not_found) {
      co_return co_await later(std::move(resource), kind, removed.error());
    }
  }
  log::info("Adopted what an interrupted request had made", {{"kind", resource.kind},
                                                             {"resource", resource.id},
                                                             {"remote", found.remote_id},
                                                             {"twins", found.twins.size()}});
  // What was applied is what was sent, which may be older than what is wanted now: then a change follows.
  const bool current = resource.request && resource.wanted && *resource.request == *resource.wanted;
  Change change{.to = State::confirmed,
                .note = "adopted",
                .detail = found.remote_id,
                .remote_id = found.remote_id,
                .observed = found.observed,
                .applied = resource.request,
                .applied_version = current ? resource.wanted_version : resource.wanted_version - 1};
  co_return co_await write_and(std::move(resource), std::move(change), Continue{});
}

Task<Reconciler::Step> Reconciler::from_confirmed(Resource resource, Kind* kind) {
  if (!resource.wanted) {
    co_return co_await write_and(std::move(resource), {.to = State::removing, .note = "removing"},
                                 Continue{});
  }
  if (resource.wanted_version != resource.applied_version)
    co_return co_await change_in_place(std::move(resource), kind);
  if (resource.verify_at) {
    if (clock_.now() < *resource.verify_at)
      co_return jobs::Outcome(Again{*resource.verify_at - clock_.now(), ""});
    co_return co_await verify(std::move(resource), kind);
  }
  co_return Done{};
}

Task<Reconciler::Step> Reconciler::verify(Resource resource, Kind* kind) {
  auto seen = co_await kind->observe(resource);
  if (!seen) co_return co_await later(std::move(resource), kind, seen.error());
  if (auto* found = std::get_if<Found>(&*seen)) {
    resource.request = resource.applied;
    co_return co_await adopt(std::move(resource), kind, std::move(*found));
  }
  co_return co_await write_and(std::move(resource), {.to = State::confirmed, .note = "verified"}, Continue{});
}

Task<Reconciler::Step> Reconciler::change_in_place(Resource resource, Kind* kind) {
  auto applied = co_await kind->change(resource);
  if (applied) {
    const int version = resource.wanted_version;
    co_return co_await write_and(std::move(resource),
                                 {.to = State::confirmed,
                                  .note = "changed",
                                  .applied = std::move(*applied),
                                  .applied_version = version},
                                 Continue{});
  }
  const Error error = applied.error();
  if (error.kind == ErrorKind::not_found) {
    co_return co_await write_and(std::move(resource),
                                 {.to = State::gone, .note = "gone", .detail = "deleted on the platform"},
                                 Done{});
  }
  co_return co_await later(std::move(resource), kind, error);
}

Task<Reconciler::Step> Reconciler::from_removing(Resource resource, Kind* kind) {
  auto removed = co_await kind->remove(resource);
  if (!removed && removed.error().kind != ErrorKind::not_found) {
    co_return co_await later(std::move(resource), kind, removed.error());
  }
  metrics_.count("matchday_effects_total", {{"kind", resource.kind}, {"outcome", "removed"}});
  co_return co_await write_and(std::move(resource), {.to = State::gone, .note = "gone", .detail = "removed"},
                               Done{});
}

// Writes one step if the row is still as it was read. False: somebody else changed it.
Task<Result<bool>> Reconciler::write(Resource before, Change change) {
  co_return co_await database_.transact([this, before, change, now = clock_.now()](Transaction& tx) {
    const auto& error = change.error;
    const auto updated = tx.run(
        "update resources set state = :to, updated_at_ms = :now, attempt = attempt + :new_attempt,"
        " remote_id = coalesce(:remote_id, remote_id), observed = coalesce(:observed, observed),"
        " applied = coalesce(:applied, applied), applied_version = coalesce(:applied_version, "
        "applied_version),"
        " request = coalesce(:request, request), sent_at_ms = coalesce(:sent_at, sent_at_ms),"
        " incarnation = :incarnation, verify_at_ms = :verify_at, last_error = :error, last_error_code = :code"
        " where id = :id and state = :from and attempt = :attempt returning *",
        {{"to", name(change.to)},
         {"now", now},
         {"new_attempt", change.new_attempt},
         {"remote_id", change.remote_id},
         {"observed", change.observed},
         {"applied", change.applied},
         {"applied_version", change.applied_version},
         {"request", change.request},
         {"sent_at", change.sent_at},
         {"incarnation", incarnation_},
         {"verify_at", change.verify_at},
         {"error", error ? std::optional(error->message) : std::nullopt},
         {"code", error ? std::optional(error->platform_code) : std::nullopt},
         {"id", before.id},
         {"from", name(before.state)},
         {"attempt", before.attempt}});
    if (updated.empty()) return false;
    ledger_.note(tx, before.id, change.note, change.detail, now);
    // `sending` interests nobody but us; everything else may be what a feature waits for.
    if (change.to != State::sending) ledger_.changed(tx, to_resource(updated.front()), now);
    return true;
  });
}

Task<Reconciler::Step> Reconciler::write_and(Resource before, Change change, Step next) {
  auto written = co_await write(std::move(before), std::move(change));
  if (!written) co_return Failed{written.error()};
  if (!*written) co_return Continue{};
  co_return next;
}

// Nothing was achieved: keep the state, remember why, and come back.
Task<Reconciler::Step> Reconciler::later(Resource resource, Kind* kind, Error error) {
  const bool refused = error.kind == ErrorKind::refused || error.kind == ErrorKind::invalid;
  const auto after =
      refused ? options_.refused_again : std::max(pause(resource), error.retry_after.value_or(Duration{0}));
  // An outage repeats the same words: note them once.
  if (resource.last_error == error.message) co_return again_after(kind, after);
  const auto verify_at = resource.verify_at;
  const State state = resource.state;
  co_return co_await write_and(
      std::move(resource),
      {.to = state, .note = "later", .detail = error.message, .verify_at = verify_at, .error = error},
      again_after(kind, after));
}

// The platform's limit did not let it through yet. The time in line does not count against its expiry: nobody
// has changed their mind, and whether it is still right is decided when its turn comes.
Task<Reconciler::Step> Reconciler::still_in_line(Resource resource, Kind* kind, Time since, Error error) {
  const Duration wait = error.retry_after.value_or(Duration{0});
  const bool back_at_once = wait <= options_.soon;
  if (resource.expires_at) {
    const Time expires = *resource.expires_at + (clock_.now() - since) + (back_at_once ? Duration{0} : wait);
    auto written = co_await database_.transact([id = resource.id, expires](Transaction& tx) -> Result<> {
      tx.run("update resources set expires_at_ms = :expires where id = :id",
             {{"expires", expires}, {"id", id}});
      return {};
    });
    if (!written) co_return Failed{written.error()};
  }
  if (!back_at_once) co_return co_await later(std::move(resource), kind, std::move(error));
  co_return again_after(kind, Duration{0});
}

Reconciler::Step Reconciler::again_after(Kind* kind, Duration after) const {
  return jobs::Outcome(Again{after, std::string(kind->platform())});
}

Duration Reconciler::pause(const Resource& resource) const {
  return std::min<Duration>(options_.retry_first * (1 << std::min(resource.attempt, 10)), options_.retry_max);
}

}  // namespace matchday::effects
