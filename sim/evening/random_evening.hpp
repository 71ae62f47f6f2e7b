// A random evening: from one seed, ten to thirty people, several matches that overlap, and everything that
// happens to them: people wander, link and unlink, are substituted, queue again; webhooks get lost, doubled
// and late; requests and answers get lost; the process dies. At the end the weather clears, and the oracles
// look.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "sim/evening/evening.hpp"

namespace matchday::sim {

struct RandomEveningOptions {
  bool faults = true;
  bool crashes = true;
  bool humans =
      false;  // organizers delete and rename rooms (apart, so that seeds stay the evenings they are)
  bool narrate = false;  // prints each happening with its time
};

struct RandomEveningReport {
  std::vector<std::string> wrong;  // what the oracles found
  std::uint64_t trace = 0;
  Duration lasted{0};  // of virtual time
  int matches = 0;
  int happenings = 0;
  int crashes = 0;
  int power_cuts = 0;                           // of the crashes
  std::map<std::string, std::uint64_t> faults;  // by kind
  std::uint64_t requests = 0;
};

RandomEveningReport play_random_evening(std::uint64_t seed, const RandomEveningOptions& options = {});

}  // namespace matchday::sim
