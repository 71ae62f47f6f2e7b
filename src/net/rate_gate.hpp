// RateGate: at most `per_second` starts a second with a burst, and a number in flight. Callers wait in order.
// Not here: limits that the other side teaches us by headers (platforms/discord/rate_limiter.hpp).
#pragma once
#include <cstddef>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/waiting_line.hpp"

namespace matchday::net {

struct RateGateOptions {
  double per_second = 5;
  double burst = 10;
  std::size_t in_flight_max = 8;
  std::size_t waiting_max = 1000;  // beyond that, `unavailable` at once
};

// Lifetime: outlives its permits and everybody who waits. Loop thread only.
class RateGate {
 public:
  // Gives its place back when destroyed.
  class Permit {
   public:
    Permit(Permit&& other) noexcept;
    Permit& operator=(Permit&&) = delete;
    ~Permit();

   private:
    friend class RateGate;
    explicit Permit(RateGate* gate) : gate_(gate) {}
    RateGate* gate_;
  };

  RateGate(Executor executor, Clock& clock, RateGateOptions options);

  // Waits for its turn, at most `patience`. Errors: timeout, unavailable (too many wait). Cancelling gives up
  // the place.
  Task<Result<Permit>> acquire(Duration patience);

  // Nobody starts before `when`: the other side asked for it. An earlier wish does not shorten a later one.
  void hold_until(Steady when);

 private:
  void refill();
  bool may_start();
  Permit start();
  Duration until_next_start() const;

  Clock& clock_;
  RateGateOptions options_;
  double tokens_;
  Steady refilled_at_;
  Steady held_until_;
  std::size_t in_flight_ = 0;
  WaitingLine line_;
};

}  // namespace matchday::net
