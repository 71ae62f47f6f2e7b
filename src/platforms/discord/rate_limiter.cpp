// See rate_limiter.hpp. No task runs in the background: each waiter sleeps until the moment at which it might
// go, and whoever wakes, arrives or finishes serves all waiters in order. Those who wait for the same thing
// are asked about once.
#include "platforms/discord/rate_limiter.hpp"

#include <fmt/format.h>

#include <tuple>
#include <unordered_map>

#include "base/log.hpp"
#include "base/timeout.hpp"

namespace matchday::discord {

struct RateLimiter::Waiter {
  Waiter(const Executor& executor, RateKey its_key, Time now, std::uint64_t its_arrival)
      : key(std::move(its_key)), since(key.since.value_or(now)), arrival(its_arrival), woken(executor) {}

  RateKey key;
  Time since;
  std::uint64_t arrival;
  std::size_t rank = 0;    // how many of its tenant, lane and priority come before it
  std::uint64_t pass = 0;  // the last pass through the line that looked at it
  bool first = false;      // of those who wait for the same: it watches the clock for all of them
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
  return std::tuple(a->key.lane, -a->key.priority, a->since, a->arrival) <
         std::tuple(b->key.lane, -b->key.priority, b->since, b->arrival);
}

// A waiter's place in the queue, for as long as its coroutine lives.
class RateLimiter::Place {
 public:
  Place(RateLimiter& limiter, Waiter* waiter) : limiter_(limiter), waiter_(waiter) {
    limiter_.waiting_.insert(waiter);
    ++limiter_.tenants_[waiter->key.tenant].waiting;
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() {
    limiter_.leave(*waiter_);
    if (waiter_->first && !waiter_->permit) limiter_.hand_over_watch(*waiter_);
  }

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
  Waiter me(executor_, std::move(key), clock_.now(), next_arrival_++);
  const Place place(*this, &me);
  for (;;) {
    if (!me.permit) serve_anew(me);
    if (me.permit) co_return std::move(*me.permit);
    const Steady now = clock_.steady();
    const auto until = me.decision.until;
    const bool hopeless = me.decision.block == Buckets::Block::unauthorized || (until && *until > deadline);
    if (hopeless || now >= deadline) co_return refusal(me.decision, now);
    me.sleeps_until = me.first && until && *until > now ? *until : deadline;
    me.nudged = false;
    (void)co_await completes_within(clock_, *me.sleeps_until - now, Waiter::until_nudged(&me));
  }
}

// When all were served at this very moment, only who has come since can have anything to gain.
void RateLimiter::serve_anew(Waiter& waiter) {
  if (served_at_ != clock_.steady()) return serve_waiters();
  if (std::exchange(waiter.pass, pass_) == pass_) return;
  waiter.first = true;
  serve(waiter);
}

void RateLimiter::serve_waiters() {
  served_at_ = clock_.steady();
  ++pass_;
  // Whoever comes later in line can hope for no more than the first who asks for the same.
  std::unordered_map<std::string, const Buckets::Decision*> blocked;
  for (Waiter* const waiter : in_turn()) {
    const auto& key = waiter->key;
    waiter->pass = pass_;
    const auto [first, is_first] = blocked.try_emplace(key.route + '|' + key.major + '|' + key.sublimit);
    waiter->first = is_first;
    if (!is_first) {
      waiter->decision = *first->second;
      if (waiter->decision.block == Buckets::Block::unauthorized) waiter->nudge();
      continue;
    }
    serve(*waiter);
    if (waiter->permit)
      blocked.erase(first);
    else
      first->second = &waiter->decision;
  }
}

// Lanes and priorities one after the other; in each, first the oldest of every tenant, then the second of
// every tenant, and so on. Among equals whose tenant was served longest ago.
std::vector<RateLimiter::Waiter*> RateLimiter::in_turn() {
  std::vector<Waiter*> line(waiting_.begin(), waiting_.end());
  if (tenants_.size() <= 1) return line;
  std::map<std::tuple<Lane, int, std::string_view>, std::size_t> ranks;
  for (Waiter* const waiter : line)
    waiter->rank = ranks[{waiter->key.lane, waiter->key.priority, waiter->key.tenant}]++;
  std::ranges::sort(line, {}, [this](const Waiter* waiter) {
    return std::tuple(waiter->key.lane, -waiter->key.priority, waiter->rank,
                      tenants_.at(waiter->key.tenant).served, waiter->arrival);
  });
  return line;
}

void RateLimiter::serve(Waiter& waiter) {
  const Steady now = clock_.steady();
  waiter.decision = buckets_.decide(waiter.key, now);
  if (waiter.decision.block == Buckets::Block::none) {
    waiter.permit.emplace(Permit(this, buckets_.start(waiter.key, now)));
    tenants_.at(waiter.key.tenant).served = next_served_++;
    leave(waiter);
    waiter.nudge();
    return;
  }
  // Does it have to sleep less, or not at all, by what is known now?
  const auto& decision = waiter.decision;
  const bool earlier = decision.until && waiter.sleeps_until && *decision.until < *waiter.sleeps_until;
  if (earlier || decision.block == Buckets::Block::unauthorized) waiter.nudge();
}

// Whoever watched the clock gives up: the next who waits for the same does it.
void RateLimiter::hand_over_watch(const Waiter& from) {
  const auto next = std::ranges::find_if(waiting_, [&](const Waiter* waiter) {
    const auto& key = waiter->key;
    return key.route == from.key.route && key.major == from.key.major && key.sublimit == from.key.sublimit;
  });
  if (next == waiting_.end()) return;
  (*next)->first = true;
  (*next)->nudge();
}

// Harmless to repeat.
void RateLimiter::leave(Waiter& waiter) {
  if (waiting_.erase(&waiter) == 0) return;
  const auto tenant = tenants_.find(waiter.key.tenant);
  if (--tenant->second.waiting == 0) tenants_.erase(tenant);
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
