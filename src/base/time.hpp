// Instants, durations and the clock that everybody is given. Code never reads a clock by itself: production
// passes SystemClock, the simulator passes its own, and the same code runs on both. Not here: calendars and
// time zones.
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/task.hpp"

namespace matchday {

using Duration = std::chrono::milliseconds;
using Time = std::chrono::sys_time<Duration>;  // UTC; what is stored and shown
using Steady =
    std::chrono::time_point<std::chrono::steady_clock, Duration>;  // never jumps; what deadlines use
using namespace std::chrono_literals;

constexpr std::int64_t to_ms(Time time) {
  return time.time_since_epoch().count();
}
constexpr Time from_ms(std::int64_t ms) {
  return Time(Duration(ms));
}

// "2026-03-14T18:20:41.000Z".
std::string to_rfc3339(Time time);

// Accepts "2026-03-14T18:20:41Z", fractions of a second, and numeric offsets ("+02:00"). Error: invalid.
Result<Time> parse_rfc3339(std::string_view text);

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Time now() const = 0;
  virtual Steady steady() const = 0;

  // Suspends until `when`; returns at once if it has passed. Ends early, with operation_aborted, on
  // cancellation.
  virtual Task<void> wait_until(Steady when) = 0;

  // By value of the duration, so that a caller's temporary never outlives its frame.
  Task<void> sleep(Duration duration) { return wait_until(steady() + duration); }
};

// The operating system's clocks. Lifetime: must outlive every coroutine that waits on it.
class SystemClock final : public Clock {
 public:
  Time now() const override;
  Steady steady() const override;
  Task<void> wait_until(Steady when) override;
};

}  // namespace matchday
