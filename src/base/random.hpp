// Seeded randomness: jitter, ids and simulated people all draw from a Random that somebody passed in, so that
// one seed replays one run. Not for secrets: those come from crypto::random_bytes.
#pragma once
#include <cstdint>
#include <random>
#include <string>

#include "base/time.hpp"

namespace matchday {

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}

  // A generator seeded by the operating system.
  static Random from_system();

  std::uint64_t next() { return engine_(); }

  // Uniform in [low, high], both included.
  std::int64_t between(std::int64_t low, std::int64_t high);
  Duration between(Duration low, Duration high) { return Duration(between(low.count(), high.count())); }

  // Uniform in [0, 1).
  double unit();

  bool chance(double probability) { return unit() < probability; }

  // A child whose draws do not disturb ours: give one to each independent part.
  Random fork() { return Random(next()); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace matchday
