// RequestLimit: how many API requests each caller may make. A token bucket for each caller: a burst, then a
// steady rate. In memory of this process: a limit for politeness between tenants, not for money.
#pragma once
#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/time.hpp"

namespace matchday::surfaces {

struct RequestLimitOptions {
  int burst = 240;                   // at once, after a pause
  Duration every = 250ms;            // and then one each so often
  std::size_t callers_max = 20'000;  // remembered; the longest silent one is forgotten
};

class RequestLimit {
 public:
  RequestLimit(Clock& clock, RequestLimitOptions options) : clock_(clock), options_(options) {}

  struct Verdict {
    bool admitted = false;
    int limit = 0;
    int remaining = 0;
    Duration reset_after{0};  // until the whole burst is there again
    Duration retry_after{0};  // if not admitted
  };
  Verdict admit(const std::string& caller);

 private:
  // What has been used, as the instant at which it is all paid back.
  std::unordered_map<std::string, Steady> free_at_;
  Clock& clock_;
  RequestLimitOptions options_;
};

}  // namespace matchday::surfaces
