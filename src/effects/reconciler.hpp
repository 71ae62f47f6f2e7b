// The reconciler: makes one resource what it should be now, one durable step after the other. A crash between
// any two steps is answered by the state that the last one left (docs/ARCHITECTURE.md, "The effects
// protocol").
//
// planned ──admit, commit "sending", send──▶ confirmed ──unwanted──▶ removing ──▶ gone
//    ▲                     │ answer lost        │ wanted differs: change in place
//    └──absent── unknown ◀─┘                    └─ a human deleted it ─▶ gone
//                  └──found: adopt──▶ confirmed
// After a restore (adoption.hpp), `planned` too looks first: found, it is adopted.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <variant>

#include "base/metrics.hpp"
#include "effects/kind.hpp"
#include "effects/ledger.hpp"
#include "jobs/runner.hpp"

namespace matchday::effects {

struct ReconcilerOptions {
  Duration retry_first = 1s;  // after `unavailable` and ambiguous idempotent requests; doubles
  Duration retry_max = 15s;
  Duration refused_again = 5min;  // a refusal may have been repaired by a human
  Duration unclear_again = 30s;
  Duration soon = 60s;  // a wait at the rate gate that is known to be longer is slept through, not stood
};

class Reconciler {
 public:
  // `incarnation` names this run of this process: what an earlier one was sending is unknown.
  // Lifetime: everything passed in outlives the reconciler, and kinds outlive its jobs.
  Reconciler(Clock& clock, store::Database& database, Ledger& ledger, Metrics& metrics,
             std::string incarnation, ReconcilerOptions options = {});

  // At composition only.
  void add(Kind& kind);
  const std::map<std::string, Kind*, std::less<>>& kinds() const { return kinds_; }

  // Once at start, before any job runs: `sending` rows of dead incarnations become `unknown`, and everything
  // that is not settled is looked at again.
  Task<Result<>> recover();

  // The handler of converge_job.
  Task<jobs::Outcome> converge(jobs::Job job);

 private:
  struct Continue {};
  using Step = std::variant<Continue, jobs::Outcome>;
  struct Change;

  Task<Step> step(Resource resource, Kind* kind, bool adopting);
  Task<Step> from_planned(Resource resource, Kind* kind);
  Task<Step> look_before_making(Resource resource, Kind* kind);
  Task<Step> send_create(Resource resource, Kind* kind, json::value body, Permit permit);
  Task<Step> not_made(Resource resource, Kind* kind, Error error);
  Task<Step> from_unknown(Resource resource, Kind* kind);
  Task<Step> from_confirmed(Resource resource, Kind* kind);
  Task<Step> verify(Resource resource, Kind* kind);
  Task<Step> change_in_place(Resource resource, Kind* kind);
  Task<Step> from_removing(Resource resource, Kind* kind);
  Task<Step> take_up(Resource resource, Kind* kind, Observation seen);
  Task<Step> adopt(Resource resource, Kind* kind, Found found);

  Task<Result<bool>> write(Resource before, Change change);
  Task<Step> write_and(Resource before, Change change, Step next);
  Task<Step> later(Resource resource, Kind* kind, Error error);
  Task<Step> still_in_line(Resource resource, Kind* kind, Time since, Error error);
  Step again_after(Kind* kind, Duration after) const;
  Duration pause(const Resource& resource) const;

  Clock& clock_;
  store::Database& database_;
  Ledger& ledger_;
  Metrics& metrics_;
  std::string incarnation_;
  ReconcilerOptions options_;
  std::map<std::string, Kind*, std::less<>> kinds_;
};

}  // namespace matchday::effects
