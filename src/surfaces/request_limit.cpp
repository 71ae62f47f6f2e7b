// See request_limit.hpp. The generic cell rate algorithm: one instant says how full a bucket is.
#include "surfaces/request_limit.hpp"

#include <algorithm>

namespace matchday::surfaces {

RequestLimit::Verdict RequestLimit::admit(const std::string& caller) {
  const auto now = clock_.steady();
  // Who is paid back needs no entry.
  if (free_at_.size() >= options_.callers_max && !free_at_.contains(caller)) {
    std::erase_if(free_at_, [&](const auto& entry) { return entry.second <= now; });
    if (free_at_.size() >= options_.callers_max)
      free_at_.erase(std::ranges::min_element(free_at_, {}, [](const auto& entry) { return entry.second; }));
  }
  auto& free_at = free_at_.try_emplace(caller, now).first->second;
  free_at = std::max(free_at, now);
  const auto room = options_.every * options_.burst;
  Verdict verdict{.limit = options_.burst};
  const auto after = free_at + options_.every;
  if (after - now > room) {
    verdict.retry_after = after - now - room;
    verdict.reset_after = free_at - now;
    return verdict;
  }
  free_at = after;
  verdict.admitted = true;
  verdict.reset_after = free_at - now;
  verdict.remaining = static_cast<int>((room - verdict.reset_after) / options_.every);
  return verdict;
}

}  // namespace matchday::surfaces
