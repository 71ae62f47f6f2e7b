// See sweep.hpp.
#include "effects/sweep.hpp"

#include "base/log.hpp"
#include "effects/adoption.hpp"

namespace matchday::effects {

using store::Transaction;

Sweep::Sweep(Clock& clock, store::Database& database, Ledger& ledger, Reconciler& reconciler,
             Metrics& metrics, Containers containers, SweepOptions options)
    : clock_(clock),
      database_(database),
      ledger_(ledger),
      reconciler_(reconciler),
      metrics_(metrics),
      containers_(std::move(containers)),
      options_(options) {}

Task<jobs::Outcome> Sweep::run(jobs::Job) {
  auto adoption = co_await database_.read([](Transaction& tx) { return find_adoption(tx); });
  if (!adoption) co_return jobs::Failed{adoption.error()};
  // While adopting, what nothing wants is left alone: a later row may want it.
  int removals_left = *adoption ? 0 : options_.removals_max;
  for (const auto& [kind_name, kind] : reconciler_.kinds()) {
    auto containers = co_await containers_(kind_name);
    if (!containers) co_return jobs::Failed{containers.error()};
    for (const auto& container : *containers) {
      auto swept = co_await sweep(kind, container, &removals_left);
      if (!swept) {
        log::info("A sweep could not look everywhere",
                  {{"kind", kind_name}, {"container", container}, {"error", swept.error().message}});
      }
    }
  }
  co_return jobs::Done{};
}

Task<Result<>> Sweep::sweep(Kind* kind, std::string container, int* removals_left) {
  auto listed = co_await kind->list_marked(container);
  if (!listed) co_return std::unexpected(listed.error());
  for (const auto& marked : *listed) {
    auto verdict = co_await judge(std::string(kind->name()), marked);
    if (!verdict) co_return std::unexpected(verdict.error());
    if (*verdict != Verdict::leftover) continue;
    if (marked.occupied || clock_.now() - marked.created_at < options_.age_min || *removals_left == 0)
      continue;
    --*removals_left;
    log::warning("Removing something of ours that nothing wants",
                 {{"kind", kind->name()}, {"remote", marked.remote_id}, {"marker", marked.marker}});
    metrics_.count("matchday_sweep_removals_total", {{"kind", std::string(kind->name())}});
    Resource leftover{.kind = std::string(kind->name()), .marker = marked.marker, .container = container};
    auto removed = co_await kind->remove_twin(std::move(leftover), marked.remote_id);
    if (!removed && removed.error().kind != ErrorKind::not_found) co_return std::unexpected(removed.error());
  }
  co_return Result<>{};
}

Task<Result<Sweep::Verdict>> Sweep::judge(std::string kind, Marked marked) {
  co_return co_await database_.transact([this, kind, marked, now = clock_.now()](Transaction& tx) -> Verdict {
    const auto rows = tx.run("select * from resources where marker = :marker and kind = :kind",
                             {{"marker", marked.marker}, {"kind", kind}});
    if (rows.empty()) return Verdict::leftover;
    const auto resource = to_resource(rows.front());
    switch (resource.state) {
      case State::confirmed:
      case State::removing:
        if (resource.remote_id == marked.remote_id) return Verdict::fine;
        tx.run("update resources set verify_at_ms = :now where id = :id",
               {{"now", now}, {"id", resource.id}});
        ledger_.touch(tx, resource.id, now);
        return Verdict::look_again;
      case State::planned:
      case State::sending:
      case State::unknown:
      case State::refused:
        ledger_.touch(tx, resource.id, now);
        return Verdict::look_again;
      case State::gone:
      case State::expired:
        return Verdict::leftover;
    }
    return Verdict::fine;
  });
}

}  // namespace matchday::effects
