// The crash campaign: a scenario is played once to count its moments, and then once for each of them, with
// the process dying there. In pairs: and once more at each moment of the recovery.
#pragma once
#include <functional>

#include "sim/campaign/scenario.hpp"

namespace matchday::sim {

struct CrashFailure {
  Run run;
  std::vector<std::string> struck;
  std::vector<std::string> wrong;
};

struct CrashReport {
  std::string scenario;
  std::uint64_t moments = 0;                     // K
  std::uint64_t covered = 0;                     // of them, or of the pairs
  std::map<std::string, std::uint64_t> by_kind;  // moments: "before a commit", "just sent POST", …
  std::uint64_t power_cuts = 0;
  Duration longest_convergence{0};
  Duration lasted{0};
  std::vector<CrashFailure> failures;
};

struct CrashPlanOptions {
  std::uint64_t seed = 1;
  Detail detail = Detail::effects;
  std::uint64_t every = 1;  // each so manieth moment only
  Seams seams = {};
  std::function<void(const CrashReport&)> progress = [](const CrashReport&) {};
};

CrashReport crash_everywhere(const Scenario& scenario, const CrashPlanOptions& options);
CrashReport crash_in_pairs(const Scenario& scenario, const CrashPlanOptions& options);

}  // namespace matchday::sim
