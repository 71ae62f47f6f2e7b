// The breaker: when it opens, how one at a time tries again, and that osu! under maintenance is left alone.
#include "platforms/osu/breaker.hpp"

#include "tests/osu/simulated_osu.hpp"

namespace matchday::osu {
namespace {

constexpr Steady start{};

Breaker without_jitter() {
  return Breaker({.failures_max = 3, .pause = 10s, .pause_max = 60s, .jitter = 0}, Random(1));
}

TEST(OsuBreaker, opens_after_failures_in_a_row_and_not_before) {
  auto breaker = without_jitter();
  for (int i = 0; i < 2; ++i) breaker.enter(start).failed(start, false);
  EXPECT_FALSE(breaker.enter(start).succeeded());
  for (int i = 0; i < 2; ++i) breaker.enter(start).failed(start, false);
  EXPECT_FALSE(breaker.refuses(start));
  breaker.enter(start).failed(start, false);
  EXPECT_EQ(breaker.refuses(start), 10s);
  EXPECT_EQ(breaker.refuses(start + 4s), 6s);
  EXPECT_FALSE(breaker.refuses(start + 10s));
}

TEST(OsuBreaker, lets_one_probe_through_and_doubles_its_pause_up_to_a_limit) {
  auto breaker = without_jitter();
  auto now = start;
  breaker.enter(now).failed(now, true);
  for (const auto pause : {10s, 20s, 40s, 60s, 60s}) {
    EXPECT_EQ(breaker.refuses(now), pause);
    now += pause;
    auto probe = breaker.enter(now);
    EXPECT_TRUE(breaker.refuses(now));
    probe.failed(now, false);
  }
  now += 60s;
  EXPECT_TRUE(breaker.enter(now).succeeded());
  EXPECT_FALSE(breaker.is_open());
  breaker.enter(now).failed(now, true);
  EXPECT_EQ(breaker.refuses(now), 10s);
}

TEST(OsuBreaker, a_probe_that_was_cancelled_leaves_its_place_to_another) {
  auto breaker = without_jitter();
  breaker.enter(start).failed(start, true);
  {
    const auto probe = breaker.enter(start + 10s);
    EXPECT_TRUE(breaker.refuses(start + 10s));
  }
  EXPECT_FALSE(breaker.refuses(start + 10s));
}

TEST(OsuBreaker, what_was_asked_before_the_outage_neither_ends_nor_prolongs_it) {
  auto breaker = without_jitter();
  auto early = breaker.enter(start);
  auto other = breaker.enter(start);
  breaker.enter(start).failed(start, true);
  EXPECT_FALSE(early.succeeded());
  other.failed(start + 1s, true);
  EXPECT_EQ(breaker.refuses(start), 10s);
}

struct OsuOutage : test::SimulatedOsu {};

TEST_F(OsuOutage, under_maintenance_osu_is_asked_a_few_times_an_hour_however_much_is_wanted) {
  world.set_maintenance(true);
  for (int i = 0; i < 3600; i += 5) {
    const auto users = run(client.users(ids(1, 50)));
    ASSERT_FALSE(users);
    EXPECT_EQ(users.error().kind, ErrorKind::unavailable);
    EXPECT_TRUE(users.error().retry_after);
    let_time_pass(5s);
  }
  EXPECT_TRUE(client.is_down());
  EXPECT_LE(http.sent.size(), 18U);  // 15, 30, … 240 s, then every five minutes
  EXPECT_EQ(http.most_under_way, 1);
  world.set_maintenance(false);
  let_time_pass(6min);
  EXPECT_TRUE(run(client.users(ids(1, 50))));
  EXPECT_FALSE(client.is_down());
}

TEST_F(OsuOutage, many_who_come_when_it_may_be_over_send_one_probe) {
  ASSERT_TRUE(run(client.users(ids(1, 1))));
  world.set_maintenance(true);
  EXPECT_FALSE(run(client.users(ids(1, 1))));
  http.sent.clear();
  http.most_under_way = 0;
  let_time_pass(20s);
  int failed = 0;
  for (int i = 0; i < 30; ++i) {
    start([](OsuOutage* self, int* count) -> Task<void> {
      if (!co_await self->client.users({PlayerId{1}})) ++*count;
    }(this, &failed));
  }
  ASSERT_TRUE(sim::run_until(context, clock, 1h, [&] { return tasks.size() == 0; }));
  EXPECT_EQ(failed, 30);
  EXPECT_EQ(http.sent.size(), 1U);
}

TEST_F(OsuOutage, refusals_of_osu_are_no_outage) {
  for (int i = 0; i < 20; ++i) {
    EXPECT_FALSE(*run(client.user(PlayerId{999}, Ruleset::osu)));
    let_time_pass(10s);
  }
  EXPECT_FALSE(client.is_down());
}

TEST_F(OsuOutage, connections_that_fail_in_a_row_are_one) {
  http.in_the_way = [](const net::HttpRequest&) {
    return std::optional(Result<net::HttpResponse>(fail(ErrorKind::unavailable, "No connection.")));
  };
  EXPECT_FALSE(run(client.users(ids(1, 1))));
  EXPECT_FALSE(client.is_down());
  EXPECT_FALSE(run(client.users(ids(1, 1))));
  EXPECT_TRUE(client.is_down());
  EXPECT_EQ(http.sent.size(), 5U);
}

}  // namespace
}  // namespace matchday::osu
