// How much may be asked within a minute, as osu-web counts it: a window begins with the first request and
// ends a minute later; what a request costs is charged after its answer (reference/osu.md §3.2). Pure.
#pragma once
#include <map>
#include <string>

#include "base/time.hpp"

namespace matchday::sandbox::osu {

class Throttle {
 public:
  explicit Throttle(int per_minute) : per_minute_(per_minute) {}

  // What is left for `key`; 0 or less: refused.
  int left(const std::string& key, Time now) const {
    const auto found = windows_.find(key);
    return found == windows_.end() || now >= found->second.ends_at ? per_minute_
                                                                   : per_minute_ - found->second.spent;
  }

  void charge(const std::string& key, int cost, Time now) {
    auto& window = windows_[key];
    if (now >= window.ends_at) window = {.ends_at = now + 1min};
    window.spent += cost;
  }

  int per_minute() const { return per_minute_; }

 private:
  struct Window {
    Time ends_at;
    int spent = 0;
  };
  int per_minute_;
  std::map<std::string, Window> windows_;
};

}  // namespace matchday::sandbox::osu
