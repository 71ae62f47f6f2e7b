// Discord's side of rate limiting, reduced to what a limiter can be tested against: fixed windows that open
// with their first request, buckets shared by routes, a global limit, and a count of every refusal.
#pragma once
#include <fmt/format.h>

#include <map>
#include <string>

#include "base/json.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "platforms/discord/buckets.hpp"

namespace matchday::test {

class BucketServer {
 public:
  struct Rule {
    std::string hash;
    int limit = 5;
    Duration window = 5s;
    bool headers = true;
  };
  struct Answer {
    int status = 200;
    net::Headers headers;
    json::value body;
  };

  std::map<std::string, Rule> rules;  // by route, with its method
  int refused = 0;
  int refused_globally = 0;
  int answered = 0;

  Answer process(const discord::RateKey& key, Time now) {
    ++answered;
    if (count(global_, now, 1s) > 50) {
      ++refused_globally;
      return refusal("global", global_.end - now, {});
    }
    const auto& rule = rules.at(key.route);
    if (!rule.headers) return {};
    auto& window = windows_[rule.hash + key.major];
    const int used = count(window, now, rule.window);
    net::Headers headers{{"X-RateLimit-Bucket", rule.hash},
                         {"X-RateLimit-Limit", std::to_string(rule.limit)},
                         {"X-RateLimit-Remaining", std::to_string(std::max(0, rule.limit - used))},
                         {"X-RateLimit-Reset-After", seconds(window.end - now)}};
    if (used <= rule.limit) return {.headers = std::move(headers)};
    ++refused;
    return refusal("user", window.end - now, std::move(headers));
  }

  // Gives a route another hash. What was used moves along, as when Discord renames a bucket.
  void rename(const std::string& old_hash, const std::string& new_hash) {
    for (auto& [route, rule] : rules) {
      if (rule.hash == old_hash) rule.hash = new_hash;
    }
    std::map<std::string, Window> moved;
    for (const auto& [name, window] : windows_) {
      const bool renamed = name.starts_with(old_hash);
      moved[renamed ? new_hash + name.substr(old_hash.size()) : name] = window;
    }
    windows_ = std::move(moved);
  }

 private:
  struct Window {
    Time end{};
    int used = 0;
  };

  static int count(Window& window, Time now, Duration length) {
    if (now >= window.end) window = {.end = now + length};
    return ++window.used;
  }

  static std::string seconds(Duration duration) {
    return fmt::format("{}.{:03}", duration.count() / 1000, duration.count() % 1000);
  }

  static Answer refusal(std::string scope, Duration wait, net::Headers headers) {
    headers.set("X-RateLimit-Scope", scope);
    headers.set("Retry-After", seconds(wait));
    return {.status = 429,
            .headers = std::move(headers),
            .body = json::object{{"message", "You are being rate limited."},
                                 {"retry_after", static_cast<double>(wait.count()) / 1000},
                                 {"global", scope == "global"}}};
  }

  std::map<std::string, Window> windows_;
  Window global_;
};

}  // namespace matchday::test
