// The one owner of a bot token's rate limits: every request takes a permit here before it is sent, and
// completes it with the answer's headers. Limits are learned (buckets.hpp); nothing is hard-coded but what
// Discord hides. Two limiters on one token would produce 429s for both.
//
//   auto permit = co_await limiter.acquire(request, 30s);
//   if (!permit) co_return std::unexpected(permit.error());
//   permit->mark_sent();                                      // from here on, losing the answer counts
//   permit->complete(status, headers, body);
#pragma once
#include <cstdint>
#include <memory>
#include <optional>
#include <set>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "platforms/discord/buckets.hpp"

namespace matchday::discord {

class RateLimiter {
 public:
  // The right to send one request. Destroyed without complete(): the place is given back without teaching
  // anything, or, after mark_sent(), counted as used. Lifetime: not longer than the limiter's.
  class Permit {
   public:
    Permit(Permit&& other) noexcept
        : limiter_(std::exchange(other.limiter_, nullptr)), number_(other.number_), sent_(other.sent_) {}
    Permit& operator=(Permit&&) = delete;
    ~Permit();

    void mark_sent() { sent_ = true; }
    void mark_not_sent() { sent_ = false; }
    void complete(int status, const net::Headers& headers, const json::value& body = nullptr);

   private:
    friend class RateLimiter;
    Permit(RateLimiter* limiter, Buckets::Number number) : limiter_(limiter), number_(number) {}
    RateLimiter* limiter_;
    Buckets::Number number_;
    bool sent_ = false;
  };

  RateLimiter(Executor executor, Clock& clock, RateLimiterOptions options = {});
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;
  ~RateLimiter();

  // Waits for its turn, at most `patience`: earlier lanes first, in a lane the higher priority, then tenants
  // take turns, and within a tenant the oldest wish goes first, whenever its request came. Fails at once when
  // the wait is known to be longer. Errors: `limited` with retry_after; `unauthorized` after the bot token
  // was refused; `unavailable` while banned, or when too many wait. Cancelling gives up the place.
  Task<Result<Permit>> acquire(RateKey key, Duration patience);

  Buckets::Stats stats() const;

  // What must be known after a restart, so that the first requests are not refused: each route's window, as
  // soon as it is learned, and then, in the next process, until when that window may still be used up.
  void on_window(std::function<void(const std::string& route, Duration window)> call) {
    buckets_.on_window = std::move(call);
  }
  void hold_route(const std::string& route, Steady until) { buckets_.hold_route(route, until); }

  // The operator put in another token.
  void forget_unauthorized();

 private:
  struct Waiter;
  struct Before {
    bool operator()(const Waiter* a, const Waiter* b) const;
  };
  class Place;

  void serve_anew(Waiter& waiter);
  void serve_waiters();
  std::vector<Waiter*> in_turn();
  void serve(Waiter& waiter);
  void leave(Waiter& waiter);
  void hand_over_watch(const Waiter& from);
  Result<Permit> refusal(const Buckets::Decision& decision, Steady now) const;

  Executor executor_;
  Clock& clock_;
  Buckets buckets_;
  std::size_t waiting_max_;
  std::size_t invalid_warn_;
  std::set<Waiter*, Before> waiting_;
  // Of the tenants that wait: how many of their requests do, and when they were served last, as a running
  // number.
  struct Tenant {
    std::size_t waiting = 0;
    std::uint64_t served = 0;
  };
  std::map<std::string, Tenant> tenants_;
  std::uint64_t next_served_ = 1;
  std::uint64_t next_arrival_ = 0;
  std::optional<Steady> served_at_;
  std::uint64_t pass_ = 0;
};

}  // namespace matchday::discord
