// The sweep: lists everything that carries our marker and compares it with the ledger. It finds what no
// request of ours could have told us about: an effect that landed very late, a ledger restored from a backup.
// Its brakes bind only what no row wants: never a place with people in it, never something young, few at a
// time.
#pragma once
#include <functional>

#include "effects/reconciler.hpp"

namespace matchday::effects {

inline constexpr std::string_view sweep_job = "effects.sweep";

struct SweepOptions {
  Duration every = 10min;
  Duration age_min = 10min;  // younger things may belong to a request that is under way
  int removals_max = 5;      // in one sweep; more needs an organizer's word
};

class Sweep {
 public:
  // `containers` names where to look, for each kind.
  using Containers = std::function<Task<Result<std::vector<std::string>>>(std::string kind)>;
  Sweep(Clock& clock, store::Database& database, Ledger& ledger, Reconciler& reconciler, Metrics& metrics,
        Containers containers, SweepOptions options = {});

  // The handler of sweep_job.
  Task<jobs::Outcome> run(jobs::Job job);

 private:
  // What to do about one thing that was found.
  enum class Verdict { fine, look_again, leftover };
  Task<Result<Verdict>> judge(std::string kind, Marked marked);
  Task<Result<>> sweep(Kind* kind, std::string container, int* removals_left);

  Clock& clock_;
  store::Database& database_;
  Ledger& ledger_;
  Reconciler& reconciler_;
  Metrics& metrics_;
  Containers containers_;
  SweepOptions options_;
};

}  // namespace matchday::effects
