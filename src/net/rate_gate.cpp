// See rate_gate.hpp.
#include "net/rate_gate.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/timeout.hpp"

namespace matchday::net {
namespace {

// A whole token, less what adding up fractions of one may have lost.
constexpr double one_token = 1 - 1e-9;

}  // namespace

RateGate::Permit::Permit(Permit&& other) noexcept : gate_(std::exchange(other.gate_, nullptr)) {}

RateGate::Permit::~Permit() {
  if (gate_ == nullptr) return;
  --gate_->in_flight_;
  gate_->line_.wake_first();
}

RateGate::RateGate(Executor executor, Clock& clock, RateGateOptions options)
    : clock_(clock),
      options_(options),
      tokens_(options.burst),
      refilled_at_(clock.steady()),
      held_until_(refilled_at_),
      line_(std::move(executor)) {
  CHECK(options.per_second > 0 && options.burst >= 1 && options.in_flight_max > 0);
}

Task<Result<RateGate::Permit>> RateGate::acquire(Duration patience) {
  if (line_.empty() && may_start()) co_return start();
  if (line_.size() >= options_.waiting_max)
    co_return fail(ErrorKind::unavailable, "too many requests are waiting already");
  const Steady deadline = clock_.steady() + patience;
  WaitingLine::Place place(line_);
  for (;;) {
    if (place.is_first() && may_start()) co_return start();
    const Duration left = deadline - clock_.steady();
    if (left <= Duration::zero()) co_return fail(ErrorKind::timeout, "the turn did not come in time");
    const Duration wait = place.is_first() ? std::min(left, until_next_start()) : left;
    (void)co_await completes_within(clock_, wait, place.wait());
  }
}

void RateGate::hold_until(Steady when) {
  held_until_ = std::max(held_until_, when);
}

void RateGate::refill() {
  const Steady now = clock_.steady();
  const double seconds = std::chrono::duration<double>(now - refilled_at_).count();
  tokens_ = std::min(options_.burst, tokens_ + seconds * options_.per_second);
  refilled_at_ = now;
}

bool RateGate::may_start() {
  refill();
  return in_flight_ < options_.in_flight_max && tokens_ >= one_token && clock_.steady() >= held_until_;
}

RateGate::Permit RateGate::start() {
  tokens_ -= 1;
  ++in_flight_;
  return Permit(this);
}

// How long the first in line has to sleep; a permit that comes back in between wakes it earlier. At least a
// millisecond, so that a rounding error of the token count cannot turn the wait into a busy loop.
Duration RateGate::until_next_start() const {
  const auto for_token =
      Duration(static_cast<std::int64_t>(std::ceil((1 - tokens_) / options_.per_second * 1000)));
  const Duration for_hold = held_until_ - clock_.steady();
  const Duration wait = std::max({for_token, for_hold, Duration(1)});
  return in_flight_ < options_.in_flight_max ? wait : Duration::max();
}

}  // namespace matchday::net
