// The arithmetic of Discord's rate limits: state in, decision out. It knows which request may start now, and
// learns from every answer. Nothing here waits, reads a clock or sends; rate_limiter.hpp does the waiting.
//
// Why it is safe: a window of a bucket opens with the first request that Discord sees after the last window's
// end, and lasts a fixed time. We reckon its end from an answer's Reset-After at the answer's arrival, which
// is never too early. After that end one request goes ahead; when its answer has said how many may follow
// (and whether the route has moved to another bucket meanwhile), they follow at once. So nothing is ever sent
// on the strength of an older window's numbers, and it costs no time: the window of those who follow is open
// already. What is in flight stays subtracted, and an unanswered request counts until it cannot arrive any
// more.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

// What the limiter needs to know of a request. Made from one implicitly, so that acquire(request, ...) reads
// well.
struct RateKey {
  RateKey(const RestRequest& request);  // NOLINT: a request is its key, and more

  std::string route;  // method and template: "POST /channels/{channel_id}/messages"
  std::string major;
  std::string sublimit;
  Lane lane;
  int priority;
  bool authorized;
  std::string tenant;
  std::optional<Time> since;
};

// Limits that Discord enforces without announcing them in headers: at most `count` sends within `window`.
struct HiddenLimit {
  std::string sublimit;  // counted for each major parameter on its own
  std::size_t count = 1;
  Duration window{};
};

struct RateLimiterOptions {
  // Added to every announced reset, but never more than a hundredth of the window: the answer's way back is
  // margin already, and 50 ms in every second would cost a twentieth of the speed.
  Duration guard = 50ms;
  std::size_t global_per_second = 45;    // Discord allows 50 a second for each token (reference §3.1)
  std::size_t reserved_for_people = 10;  // of those, never used by orchestration and background
  std::size_t waiting_max = 10'000;
  std::size_t invalid_warn = 1'000;  // 401, 403 and 429 within ten minutes; Cloudflare bans at 10,000
  std::size_t invalid_stop = 8'000;
  Duration unlearn_after = 15min;  // an idle bucket is forgotten, and probed again
  // Channel renames: discord-api-docs#1900. New DMs: no published number; bots were quarantined at 20-50 in a
  // row.
  std::vector<HiddenLimit> hidden = {{"channel_name", 2, 10min}, {"new_dm", 5, 1min}, {"new_dm", 50, 24h}};
};

// The part of an answer that teaches.
struct RateAnswer {
  enum class Scope : std::uint8_t { none, user, shared, global };

  int status = 0;
  int code = 0;  // Discord's JSON error code
  std::string bucket;
  std::optional<int> limit;
  std::optional<int> remaining;
  std::optional<Duration> reset_after;
  std::optional<Duration> retry_after;  // of a 429: the body's value, or else the header's
  Scope scope = Scope::none;
  bool from_edge = false;  // a 429 that is not Discord's JSON: Cloudflare has banned the address
};

RateAnswer read_rate_answer(int status, const net::Headers& headers, const json::value& body);

class Buckets {
 public:
  explicit Buckets(RateLimiterOptions options) : options_(std::move(options)) {}

  using Number = std::uint64_t;
  enum class Block : std::uint8_t {
    none,          // go
    answer,        // until another request is answered
    time,          // until `until`
    unauthorized,  // the bot token was refused: never
    banned,        // until `until`: too many invalid requests, or Cloudflare's ban
  };
  struct Decision {
    Block block = Block::none;
    std::optional<Steady> until;  // when asking again is useful, as far as it is known
    std::string_view reason;      // for the sentence that a caller gets
  };

  Decision decide(const RateKey& key, Steady now);

  // Counts a request that decide() let through. The number names it until it is finished.
  Number start(const RateKey& key, Steady now);
  void finish(Number number, const RateAnswer& answer, Steady now);
  void lost(Number number, Steady now);  // was sent; no answer came
  void not_sent(Number number);

  struct Stats {
    std::uint64_t requests = 0;
    std::uint64_t limited_user = 0;
    std::uint64_t limited_shared = 0;
    std::uint64_t limited_global = 0;
    std::uint64_t limited_by_edge = 0;
    std::size_t waiting = 0;
    std::size_t invalid_recent = 0;
    std::size_t buckets = 0;
    bool unauthorized = false;
  };
  Stats stats() const;

  // The operator put in another token.
  void forget_unauthorized() { unauthorized_ = false; }

  // An earlier process may have used this route up to a moment ago: nothing is sent on it before `until`.
  void hold_route(const std::string& route, Steady until) { held_routes_[route] = until; }

  // Called when a route's window is known for the first time, or is found to be longer. Routes of single
  // interactions are not told of.
  std::function<void(const std::string& route, Duration window)> on_window = [](const std::string&,
                                                                                Duration) {};

 private:
  struct Bucket {
    std::optional<int> limit;  // nothing: never seen in an answer
    int remaining = 0;         // what the current window still allows, in-flight requests not subtracted
    int in_flight = 0;
    std::vector<Steady>
        doubtful;  // sent without an answer that says whether they counted: until when they do
    std::optional<Steady> reset_at;  // nothing: no request of the current window has been answered
    Duration guard{};                // after reset_at
    Number window_from = 0;          // requests from this number on were sent in the current window
    Number asking = 0;               // went ahead, and is in flight
    Steady asking_until{};           // a slow answer does not hold up everybody for longer
    Steady held_until{};             // a refusal said so
    Steady used_at{};
    bool unlimited = false;  // answers carry no limit headers

    int places() const { return remaining - in_flight - static_cast<int>(doubtful.size()); }
  };
  struct Ticket {
    RateKey key;
    std::string bucket;
  };
  struct Route {
    std::string hash;
    Number since = 0;  // requests with a smaller number were sent when another hash was thought to apply
  };
  // What all buckets of one hash have in common.
  struct Kind {
    int limit = 1;
    Duration window{};  // the longest reset_after seen
  };
  // Sends that still count: those in flight, and those answered within the window. Counting from the answer
  // instead of from the send makes the count right wherever in between Discord saw the request.
  struct SlidingLog {
    std::size_t in_flight = 0;
    std::deque<Steady> answered;

    std::size_t count(Steady now, Duration window);
  };

  Decision decide_breakers(const RateKey& key, Steady now);
  Decision decide_parked(const RateKey& key, Steady now) const;
  Decision decide_hidden(const RateKey& key, Steady now);
  Decision decide_held_route(const RateKey& key, Steady now) const;
  Decision decide_bucket(const RateKey& key, Steady now);
  Decision decide_global(const RateKey& key, Steady now);

  std::string bucket_name(const RateKey& key) const;
  static bool is_over(const Bucket& bucket, Steady now);
  void turn_over(Bucket& bucket, Steady now) const;
  std::string hash_of(const std::string& route) const;
  void adopt(const RateKey& key, const std::string& hash, Number answered);
  void inherit(const std::string& old_prefix, const std::string& new_prefix);
  void learn(const std::string& route, Bucket& bucket, const RateAnswer& answer, Number number, Steady now);
  void tell_window(const RateKey& key);
  void learn_refusal(const RateKey& key, Bucket& bucket, const RateAnswer& answer, Steady now);
  void count_one(const std::string& route, Bucket& bucket, Steady now) const;
  void count_invalid(const RateKey& key, const RateAnswer& answer, Steady now);
  Ticket take(Number number);
  void for_each_log(const RateKey& key, const std::function<void(SlidingLog&)>& visit);
  void forget_idle(Steady now);

  RateLimiterOptions options_;
  std::map<std::string, Route> routes_;
  std::map<std::string, Kind> kinds_;  // by hash
  std::map<std::string, Bucket> buckets_;
  std::map<Number, Ticket> tickets_;
  std::map<std::string, Steady> held_routes_;
  std::map<std::string, Duration> told_windows_;  // by route
  std::map<std::string, Steady> parked_;          // by route, major and sublimit
  std::map<std::string, SlidingLog> hidden_;      // by number of the limit, and major
  SlidingLog global_;
  Steady global_frozen_until_{};
  Steady banned_until_{};
  std::deque<Steady> invalid_;
  bool unauthorized_ = false;
  Number next_ = 1;
  Stats stats_;
};

}  // namespace matchday::discord
