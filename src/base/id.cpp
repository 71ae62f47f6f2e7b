// See id.hpp.
#include "base/id.hpp"

namespace matchday {

std::int64_t IdSource::next_value() {
  constexpr std::int64_t epoch_ms = 1'704'067'200'000;  // 2024-01-01T00:00:00Z
  constexpr int low_bits = 22;
  const std::lock_guard lock(mutex_);
  // The upper half of the low range is left free, so that counting within a millisecond rarely spills into
  // the next.
  const std::int64_t fresh =
      ((to_ms(clock_.now()) - epoch_ms) << low_bits) | random_.between(0, (1 << (low_bits - 1)) - 1);
  last_ = fresh > last_ ? fresh : last_ + 1;
  return last_;
}

}  // namespace matchday
