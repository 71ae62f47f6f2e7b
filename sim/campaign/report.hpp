// The report: everything that shows the promises, played once and written down between two marks of
// docs/PROMISES.md.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/evening/random_evening.hpp"

namespace matchday::sim {

// What came of many random evenings.
struct EveningsReport {
  std::uint64_t evenings = 0;
  std::vector<std::pair<std::uint64_t, std::string>> wrong;  // by seed
  Duration lasted{0};
  std::uint64_t matches = 0;
  std::uint64_t happenings = 0;
  std::uint64_t crashes = 0;
  std::uint64_t power_cuts = 0;
  std::uint64_t requests = 0;
  std::map<std::string, std::uint64_t> faults;

  void add(std::uint64_t seed, const RandomEveningReport& report);
};
std::string in_words(const EveningsReport& report);

struct ReportOptions {
  std::uint64_t first_seed = 1;
  std::uint64_t last_seed = 100;
  std::uint64_t every = 1;   // each so manieth crash
  std::string other_traces;  // what traces() gave in another build
};

struct Report {
  bool right = false;
  std::string markdown;  // the whole file
};

// Reads docs/PROMISES.md of the source tree and replaces what stands between the marks.
Report make_report(const ReportOptions& options);

// A hash of everything that crossed the network in each scenario, and in one evening; equal in every build of
// the same sources.
std::string traces();

}  // namespace matchday::sim
