// See limiter.hpp. Only the first in line sleeps for its turn; it wakes the next one when it goes.
#include "platforms/osu/limiter.hpp"

#include <algorithm>
#include <cmath>

#include "base/timeout.hpp"

namespace matchday::osu {
namespace {

constexpr double minute_ms = 60'000;
// What adding up fractions may have lost.
constexpr double rounding = 1e-6;

// How long a line of waiting_max takes at the least; longer waits are useless anyway.
constexpr Duration a_full_line = 60s;

std::unexpected<Error> too_many(Duration wait) {
  auto error = fail(ErrorKind::limited, "Too much is being asked of osu! already.");
  error.error().retry_after = wait;
  return error;
}

}  // namespace

Budget::Budget(int per_minute_max, int at_once, Steady now)
    : per_ms_((per_minute_max - at_once) / minute_ms), at_once_(at_once), left_(at_once), counted_at_(now) {
  CHECK(at_once > 0 && per_minute_max > at_once);
}

double Budget::at(Steady now) const {
  return std::min(at_once_, left_ + static_cast<double>((now - counted_at_).count()) * per_ms_);
}

Duration Budget::until(int cost, Steady now) const {
  const double lacking = std::min<double>(cost, at_once_) - at(now);
  if (lacking <= rounding) return Duration::zero();
  return Duration(static_cast<std::int64_t>(std::ceil((lacking - rounding) / per_ms_)));
}

void Budget::spend(int cost, Steady now) {
  left_ = at(now) - std::min<double>(cost, at_once_);
  counted_at_ = now;
}

Limiter::Limiter(Executor executor, Clock& clock, LimiterOptions options)
    : clock_(clock),
      waiting_max_(options.waiting_max),
      requests_(options.requests_per_minute_max, options.requests_at_once, clock.steady()),
      units_(options.units_per_minute_max, options.units_at_once, clock.steady()),
      held_until_(clock.steady()),
      line_(std::move(executor)) {}

Task<Result<>> Limiter::acquire(int units, Duration patience) {
  if (line_.size() >= waiting_max_) co_return too_many(a_full_line);
  const Steady deadline = clock_.steady() + patience;
  net::WaitingLine::Place place(line_);
  for (;;) {
    const Duration left = deadline - clock_.steady();
    if (!place.is_first()) {
      if (left <= Duration::zero()) co_return too_many(until_start(units));
      (void)co_await completes_within(clock_, left, place.wait());
      continue;
    }
    const Duration wait = until_start(units);
    if (wait > left) co_return too_many(wait);
    if (wait <= Duration::zero()) break;
    co_await clock_.sleep(wait);
  }
  requests_.spend(1, clock_.steady());
  units_.spend(units, clock_.steady());
  co_return Result<>();
}

void Limiter::hold_until(Steady when) {
  held_until_ = std::max(held_until_, when);
}

Duration Limiter::until_start(int units) const {
  const Steady now = clock_.steady();
  return std::max({requests_.until(1, now), units_.until(units, now), Duration(held_until_ - now)});
}

}  // namespace matchday::osu
