// Sabotage: the product, broken on purpose, each time in one way that somebody might break it by mistake.
// Every switch sits at a seam of the simulation; the product's code has none. Each must be caught by the same
// scenarios and oracles that a sound product passes.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/campaign/scenario.hpp"

namespace matchday::sim {

struct Sabotage {
  std::string_view name;
  std::string_view what;  // what is broken, for people
  void (*install)(Seams& seams);
  // Where to look for it: a scenario, and at which moments the process is killed (those whose name begins so;
  // none: it is not killed).
  std::string_view scenario;
  std::string_view crash_at = "";
};

const std::vector<Sabotage>& sabotages();

struct Caught {
  std::uint64_t seed = 0;
  std::deque<std::uint64_t> crash_at;
  std::string struck;  // where the process was killed
  std::string by;      // the oracle's first sentence
  int tries = 0;
  std::string in_words() const;
};

// Nothing: nobody noticed.
std::optional<Caught> hunt(const Sabotage& sabotage);

}  // namespace matchday::sim
