// Scenarios: short match days with a right course, stage by stage. Played as they are, with the process
// killed somewhere, or with a product that was broken on purpose; what was wrong is told in sentences, and
// read from the simulated platforms alone.
#pragma once
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "sim/evening/evening.hpp"

namespace matchday::sim {

struct Outcome {
  std::vector<std::string> wrong;
  std::uint64_t trace = 0;
  std::uint64_t moments = 0;        // counted since the last planned crash; without one, all of them
  std::vector<std::string> names;   // of these moments, when none was to strike
  std::vector<std::string> struck;  // where the process died
  bool all_struck = true;           // false: the scenario ended before a planned crash
  Duration longest_convergence{0};  // from the last thing that happened, or the last boot, to what is right
  Duration lasted{0};               // of virtual time
  int power_cuts = 0;               // of the crashes
};

struct Scenario {
  std::string_view name;   // one word
  std::string_view about;  // for people
  EveningOptions options;
  class Course;
  void (*play)(Course& course);
};

const std::vector<Scenario>& scenarios();

// CHECKs that it is there.
const Scenario& scenario(std::string_view name);

struct Run {
  std::uint64_t seed = 1;
  std::deque<std::uint64_t> crash_at = {};  // moments (CrashPlan); none: count them
  Detail detail = Detail::effects;
  Seams seams = {};
  bool narrate = false;  // prints what crosses the network, with its time
};
Outcome play(const Scenario& scenario, const Run& run);

}  // namespace matchday::sim
