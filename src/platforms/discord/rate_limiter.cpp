// See rate_limiter.hpp. No task runs in the background: each waiter sleeps until the moment at which it might
// go, and whoever wakes, arrives or finishes serves all waiters in order.
#include "platforms/discord/rate_limiter.hpp"

#include <fmt/format.h>

#include <tuple>

#include "base/log.hpp"
#include "base/timeout.hpp"

namespace matchday::discord {

struct RateLimiter::Waiter {
  Waiter(const Executor& executor, RateKey its_key, std::uint64_t its_arrival)
      : key(std::move(its_key)), arrival(its_arrival), woken(executor) {}

  RateKey key;
  std::uint64_t arrival;
  Signal woken;
  std::optional<Permit> permit;
  Buckets::Decision decision;
  std::optional<Steady> sleeps_until;
  bool nudged = false;

  void nudge() {
    nudged = true;
    woken.notify_all();
  }

  // The flag, because the nudge may come after the decision to sleep and before the sleep.
  static Task<void> until_nudged(Waiter* waiter) {
    while (!waiter->nudged) co_await waiter->woken.wait();
  }
};

bool RateLimiter::Before::operator()(const Waiter* a, const Waiter* b) const {
  return std::tuple(a->key.lane, -a->key.priority, a->arrival) <
         std::tuple(b->key.lane, -b->key.priority, b->arrival);
}

// A waiter's place in the queue, for as long as its coroutine lives.
class RateLimiter::Place {
 public:
  Place(RateLimiter& limiter, Waiter* waiter) : limiter_(limiter), waiter_(waiter) {
    limiter_.waiting_.insert(waiter);
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { limiter_.waiting_.erase(waiter_); }

 private:
  RateLimiter& limiter_;
  Waiter* waiter_;
};

RateLimiter::Permit::~Permit() {
  if (!limiter_) return;
  if (sent_)
    limiter_->buckets_.lost(number_, limiter_->clock_.steady());
  else
    limiter_->buckets_.not_sent(number_);
  limiter_->serve_waiters();
}

void RateLimiter::Permit::complete(int status, const net::Headers& headers, const json::value& body) {
  CHECK(limiter_);
  auto& limiter = *std::exchange(limiter_, nullptr);
  const auto before = limiter.buckets_.stats();
  limiter.buckets_.finish(number_, read_rate_answer(status, headers, body), limiter.clock_.steady());
  const auto after = limiter.buckets_.stats();
  if (after.unauthorized && !before.unauthorized) {
    log::error("Discord refused the bot token; nothing more is sent with it");
  }
  if (before.invalid_recent < limiter.invalid_warn_ && after.invalid_recent >= limiter.invalid_warn_) {
    log::warning("Many requests to Discord were refused in the last ten minutes",
                 {{"refused", after.invalid_recent}});
  }
  if (after.limited_by_edge > before.limited_by_edge) {
    log::error("Discord's edge has banned this address; nothing is sent for ten minutes");
  }
  limiter.serve_waiters();
}

RateLimiter::RateLimiter(Executor executor, Clock& clock, RateLimiterOptions options)
    : executor_(std::move(executor)),
      clock_(clock),
      buckets_(options),
      waiting_max_(options.waiting_max),
      invalid_warn_(options.invalid_warn) {}

RateLimiter::~RateLimiter() = default;

Task<Result<RateLimiter::Permit>> RateLimiter::acquire(RateKey key, Duration patience) {
  const Steady deadline = clock_.steady() + patience;
  if (waiting_.size() >= waiting_max_ && key.lane >= Lane::orchestration) {
    co_return fail(ErrorKind::unavailable, "Too many requests to Discord are waiting already.");
  }
  Waiter me(executor_, std::move(key), next_arrival_++);
  const Place place(*this, &me);
  for (;;) {
    // When all were served at this very moment, only this one can have anything new to gain.
    if (served_at_ == clock_.steady())
      serve(me);
    else
      serve_waiters();
    if (me.permit) co_return std::move(*me.permit);
    const Steady now = clock_.steady();
    const auto until = me.decision.until;
    const bool hopeless = me.decision.block == Buckets::Block::unauthorized || (until && *until > deadline);
    if (hopeless || now >= deadline) co_return refusal(me.decision, now);
    me.sleeps_until = until && *until > now ? *until : deadline;
    me.nudged = false;
    (void)co_await completes_within(clock_, *me.sleeps_until - now, Waiter::until_nudged(&me));
  }
}

void RateLimiter::serve_waiters() {
  served_at_ = clock_.steady();
  for (auto next = waiting_.begin(); next != waiting_.end();) {
    Waiter& waiter = **next++;  // serving may take it out of the queue
    serve(waiter);
  }
}

void RateLimiter::serve(Waiter& waiter) {
  const Steady now = clock_.steady();
  waiter.decision = buckets_.decide(waiter.key, now);
  if (waiter.decision.block == Buckets::Block::none) {
    waiter.permit.emplace(Permit(this, buckets_.start(waiter.key, now)));
    waiting_.erase(&waiter);
    waiter.nudge();
    return;
  }
  const bool earlier =
      waiter.decision.until && waiter.sleeps_until && *waiter.decision.until < *waiter.sleeps_until;
  if (earlier || waiter.decision.block == Buckets::Block::unauthorized) waiter.nudge();
}

Result<RateLimiter::Permit> RateLimiter::refusal(const Buckets::Decision& decision, Steady now) const {
  const auto sentence = fmt::format("The request was not sent: {}.", decision.reason);
  if (decision.block == Buckets::Block::unauthorized) return fail(ErrorKind::unauthorized, sentence);
  auto error =
      fail(decision.block == Buckets::Block::banned ? ErrorKind::unavailable : ErrorKind::limited, sentence);
  constexpr Duration unknown = 1s;
  error.error().retry_after = decision.until ? std::max(*decision.until - now, Duration(0)) : unknown;
  return error;
}

Buckets::Stats RateLimiter::stats() const {
  auto stats = buckets_.stats();
  stats.waiting = waiting_.size();
  return stats;
}

void RateLimiter::forget_unauthorized() {
  buckets_.forget_unauthorized();
  serve_waiters();
}

}  // namespace matchday::discord
