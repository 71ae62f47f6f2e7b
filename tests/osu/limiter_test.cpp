// The limiter's arithmetic, as a table and over every minute of a busy hour.
#include <gmock/gmock.h>

#include <ranges>

#include "tests/osu/simulated_osu.hpp"

namespace matchday::osu {
namespace {

constexpr Steady start{};

TEST(OsuBudget, gives_back_what_a_minute_allows_beyond_the_burst) {
  struct Case {
    int per_minute;
    int at_once;
    std::vector<int> spent;  // at the start
    int cost;
    Duration after;
    Duration wait;
  };
  const std::vector<Case> cases{
      // per minute, at once, spent, cost, after, wait
      {60, 10, {}, 1, 0s, 0ms},
      {60, 10, {9}, 1, 0s, 0ms},
      {60, 10, {10}, 1, 0s, 1200ms},  // 50 come back within a minute: one every 1.2 s
      {60, 10, {10}, 1, 600ms, 600ms},
      {60, 10, {10}, 1, 1200ms, 0ms},
      {60, 10, {10}, 2, 1200ms, 1200ms},
      {60, 10, {10}, 10, 0s, 12s},
      {60, 10, {10}, 10, 1h, 0ms},
      {60, 10, {10}, 11, 1h, 0ms},  // more than can ever be saved up counts as that much
      {600, 150, {}, 50, 0s, 0ms},
      {600, 150, {50, 50, 50}, 50, 0s, 6667ms},  // 450 in a minute: 7.5 in a second
      {600, 150, {50, 50, 50}, 1, 0s, 134ms},
      {600, 150, {150}, 0, 0s, 0ms},
  };
  for (const auto& c : cases) {
    Budget budget(c.per_minute, c.at_once, start);
    for (const int cost : c.spent) budget.spend(cost, start);
    EXPECT_EQ(budget.until(c.cost, start + c.after), c.wait)
        << c.per_minute << " " << c.cost << " after " << c.after.count() << " ms";
  }
}

TEST(OsuBudget, holds_its_limit_in_every_minute_wherever_it_begins) {
  Random random(11);
  Budget budget(600, 150, start);
  std::vector<std::pair<Steady, int>> spent;
  Steady now = start;
  while (now < start + 1h) {
    const int cost = static_cast<int>(random.between(1, 50));
    now += budget.until(cost, now);
    budget.spend(cost, now);
    spent.emplace_back(now, cost);
    if (random.chance(0.05)) now += random.between(Duration(0), Duration(90s));
  }
  for (std::size_t first = 0; first < spent.size(); ++first) {
    int sum = 0;
    for (std::size_t i = first; i < spent.size() && spent[i].first < spent[first].first + 1min; ++i)
      sum += spent[i].second;
    EXPECT_LE(sum, 600) << "from " << first;
  }
}

struct OsuLimiter : test::SimulatedOsu {
  Task<void> one(int number, int units, Duration patience) {
    const auto leave = co_await limiter.acquire(units, patience);
    if (leave)
      order.emplace_back(number, clock.now());
    else
      refused.push_back(leave.error());
  }
  std::vector<int> numbers() const {
    std::vector<int> out;
    std::ranges::copy(order | std::views::keys, std::back_inserter(out));
    return out;
  }
  void wait_for_all() {
    ASSERT_TRUE(sim::run_until(context, clock, 10h, [&] { return tasks.size() == 0; }));
  }

  std::vector<std::pair<int, Time>> order;
  std::vector<Error> refused;
};

TEST_F(OsuLimiter, serves_those_who_wait_in_order_even_when_a_later_one_is_cheaper) {
  const auto begun = clock.now();
  for (int i = 0; i < 4; ++i) start(one(i, 50, 1h));
  start(one(4, 1, 1h));
  wait_for_all();
  EXPECT_THAT(numbers(), testing::ElementsAre(0, 1, 2, 3, 4));
  EXPECT_EQ(order[2].second, begun);
  EXPECT_EQ(order[3].second - begun, 6667ms);
}

TEST_F(OsuLimiter, two_hundred_players_are_four_requests_within_a_quarter_minute) {
  const auto begun = clock.now();
  for (int i = 0; i < 4; ++i) start(one(i, 50, 1h));
  wait_for_all();
  EXPECT_LT(clock.now() - begun, 15s);
}

TEST_F(OsuLimiter, whose_patience_is_too_short_is_told_when_it_would_have_been) {
  for (int i = 0; i < 3; ++i) start(one(i, 50, 1h));
  start(one(3, 50, 2s));
  wait_for_all();
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].kind, ErrorKind::limited);
  EXPECT_EQ(refused[0].retry_after, 6667ms);
}

TEST_F(OsuLimiter, those_behind_somebody_who_gives_up_are_not_forgotten) {
  for (int i = 0; i < 3; ++i) start(one(i, 50, 1h));
  TaskGroup gone(context.get_executor(), [](const std::string&, const std::exception_ptr&) {});
  gone.spawn("gone", one(100, 50, 1h));
  let_time_pass(10ms);
  start(one(4, 1, 1h));
  let_time_pass(10ms);
  gone.cancel_all();
  wait_for_all();
  EXPECT_THAT(numbers(), testing::ElementsAre(0, 1, 2, 4));
  EXPECT_LT(clock.now() - order[0].second, 1s);
}

TEST_F(OsuLimiter, a_hold_is_for_everybody_and_never_shortened) {
  const auto begun = clock.now();
  limiter.hold_until(clock.steady() + 30s);
  limiter.hold_until(clock.steady() + 10s);
  start(one(1, 1, 1h));
  start(one(2, 1, 1h));
  wait_for_all();
  EXPECT_EQ(order[0].second - begun, 30s);
  EXPECT_EQ(order[1].second - begun, 30s);
}

TEST_F(OsuLimiter, a_line_that_is_too_long_is_refused_at_once) {
  limiter.hold_until(clock.steady() + 1h);
  for (int i = 0; i < 201; ++i) start(one(i, 1, 2h));
  let_time_pass(1ms);
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_EQ(refused[0].kind, ErrorKind::limited);
  wait_for_all();
  EXPECT_EQ(order.size(), 200U);
}

TEST_F(OsuLimiter, a_busy_client_never_breaks_the_terms_of_use) {
  for (int i = 0; i < 150; ++i) {
    start([](OsuLimiter* self, int player) -> Task<void> {
      (void)co_await self->client.user(PlayerId{player % 100 + 1}, Ruleset::osu);
    }(this, i));
  }
  wait_for_all();
  EXPECT_LE(world.counters().busiest_minute, 60U);
  EXPECT_EQ(world.counters().refused_for_rate, 0U);
}

}  // namespace
}  // namespace matchday::osu
