// What we allow ourselves to ask of osu!, all calls together (reference/osu.md §3.2). Two budgets: requests
// (its terms of use: 60 a minute) and cost units (its throttle: 1200 a minute and token, of which we take
// half; a batch of users costs one unit each). Both hold for every minute, wherever it begins: what may be
// spent at once and what comes back within a minute add up to the limit. Whoever waits is served in order.
#pragma once
#include <cstddef>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/waiting_line.hpp"

namespace matchday::osu {

struct LimiterOptions {
  int requests_per_minute_max = 60;  // terms of use
  int requests_at_once = 10;         // so that somebody who links an account need not wait for the sync
  int units_per_minute_max = 600;
  int units_at_once = 150;  // three batches
  std::size_t waiting_max = 200;
};

// The arithmetic of one budget. Pure.
class Budget {
 public:
  Budget(int per_minute_max, int at_once, Steady now);

  // How long until `cost` may be spent; zero: now. More than may be spent at once counts as that much.
  Duration until(int cost, Steady now) const;
  void spend(int cost, Steady now);

 private:
  double at(Steady now) const;

  double per_ms_;
  double at_once_;
  double left_;
  Steady counted_at_;
};

// Lifetime: outlives everybody who waits. Loop thread only.
class Limiter {
 public:
  Limiter(Executor executor, Clock& clock, LimiterOptions options);

  // Waits for leave to send one request that costs `units`, at most `patience`. Error: `limited` with
  // retry_after, when that is too short or too many wait. Cancelling gives up the place.
  Task<Result<>> acquire(int units, Duration patience);

  // Nobody starts before `when`: osu! asked for it. An earlier wish does not shorten a later one.
  void hold_until(Steady when);

 private:
  Duration until_start(int units) const;

  Clock& clock_;
  std::size_t waiting_max_;
  Budget requests_;
  Budget units_;
  Steady held_until_;
  net::WaitingLine line_;
};

}  // namespace matchday::osu
