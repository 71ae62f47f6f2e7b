// See breaker.hpp.
#include "platforms/osu/breaker.hpp"

#include <algorithm>
#include <utility>

namespace matchday::osu {

Breaker::Pass::Pass(Pass&& other) noexcept
    : breaker_(std::exchange(other.breaker_, nullptr)), probe_(other.probe_) {}

Breaker::Pass::~Pass() {
  if (breaker_ != nullptr && probe_) breaker_->probing_ = false;
}

bool Breaker::Pass::succeeded() {
  auto* const breaker = std::exchange(breaker_, nullptr);
  // An answer to what was asked before the outage does not end it.
  if (breaker->is_open() && !probe_) return false;
  if (probe_) breaker->probing_ = false;
  breaker->failures_ = 0;
  breaker->pause_ = Duration::zero();
  breaker->opens_again_.reset();
  return probe_;
}

void Breaker::Pass::failed(Steady now, bool outright) {
  auto* const breaker = std::exchange(breaker_, nullptr);
  if (probe_) breaker->probing_ = false;
  ++breaker->failures_;
  const bool known = breaker->is_open() && !probe_;
  if (!known && (probe_ || outright || breaker->failures_ >= breaker->options_.failures_max))
    breaker->open(now);
}

std::optional<Duration> Breaker::refuses(Steady now) const {
  if (!opens_again_) return std::nullopt;
  if (now < *opens_again_) return *opens_again_ - now;
  return probing_ ? std::optional(options_.pause) : std::nullopt;
}

Breaker::Pass Breaker::enter(Steady now) {
  CHECK(!refuses(now));
  const bool probe = is_open();
  if (probe) probing_ = true;
  return {this, probe};
}

void Breaker::open(Steady now) {
  pause_ = std::clamp(2 * pause_, options_.pause, options_.pause_max);
  const auto extra = options_.jitter * random_.unit() * static_cast<double>(pause_.count());
  opens_again_ = now + pause_ + Duration(static_cast<std::int64_t>(extra));
}

}  // namespace matchday::osu
