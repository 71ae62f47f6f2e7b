// See random.hpp. The arithmetic is written out, because std::uniform_*_distribution differs between
// libraries and a seed must replay everywhere.
#include "base/random.hpp"

#include "base/error.hpp"

namespace matchday {

Random Random::from_system() {
  std::random_device device;
  return Random((static_cast<std::uint64_t>(device()) << 32) | device());
}

std::int64_t Random::between(std::int64_t low, std::int64_t high) {
  CHECK(low <= high);
  const std::uint64_t span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low) + 1;
  if (span == 0) return static_cast<std::int64_t>(next());  // the whole range
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + next() % span);
}

double Random::unit() {
  return static_cast<double>(next() >> 11) * 0x1.0p-53;
}

}  // namespace matchday
