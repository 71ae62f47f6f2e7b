// Retry-After (RFC 9110 §10.2.3) as platforms send it: whole seconds. The other form, a date, reads as
// nothing.
#pragma once
#include <algorithm>
#include <optional>

#include "base/number.hpp"
#include "base/time.hpp"
#include "net/http.hpp"

namespace matchday::net {

// At most an hour, whatever is asked for.
inline std::optional<Duration> retry_after(const Headers& headers) {
  constexpr int longest = 3600;
  const auto seconds = parse_number<int>(headers.get("Retry-After").value_or(""));
  return seconds ? std::optional<Duration>(std::chrono::seconds(std::clamp(*seconds, 0, longest)))
                 : std::nullopt;
}

}  // namespace matchday::net
