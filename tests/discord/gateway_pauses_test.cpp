// How the gateway machine spaces its attempts: pauses, failed resumes, and the identify budget (reference
// §2.5).
#include "tests/discord/support/machine_driver.hpp"

namespace matchday::discord {
namespace {

TEST(GatewayMachine, after_too_many_frames_it_waits_at_least_five_seconds) {
  Machine m;
  m.identify();
  m.step(in::Closed{4008});
  m.wake();
  EXPECT_GE(m.waited, 5s);
}

TEST(GatewayMachine, three_failed_resumes_lead_to_a_new_session) {
  Machine m;
  m.identify();
  m.step(in::Closed{1006});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(m.next_connect(), "wss://resume" + query) << i;
    m.step(in::Connected{});
    m.frame(10, {{"heartbeat_interval", 41250}});
    EXPECT_EQ(m.sent_op(), 6);
    m.step(in::Closed{1006});
  }
  EXPECT_FALSE(m.machine.session());
  EXPECT_EQ(m.next_connect(), "wss://gw" + query);
}

TEST(GatewayMachine, a_dead_resume_url_is_dropped_but_not_the_session) {
  Machine m;
  m.identify();
  m.step(in::Closed{1006});
  EXPECT_EQ(m.next_connect(), "wss://resume" + query);
  m.step(in::ConnectFailed{"no such host"});
  EXPECT_EQ(m.next_connect(), "wss://gw" + query);
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 41250}});
  EXPECT_EQ(m.sent_op(), 6);
}

TEST(GatewayMachine, pauses_between_failures_grow_with_jitter_to_a_minute) {
  std::vector<Duration> pauses;
  Machine m;
  m.identify();
  m.step(in::Closed{1006});
  for (int i = 0; i < 12; ++i) {
    (void)m.next_connect();
    pauses.push_back(m.waited);
    m.step(in::ConnectFailed{"down"});
  }
  EXPECT_LE(pauses.front(), 1s);
  EXPECT_GE(pauses.back(), 30s);
  for (const auto pause : pauses) EXPECT_LE(pause, 60s);
}

TEST(GatewayMachine, failures_are_forgotten_only_after_a_stable_minute) {
  const auto pause_after = [](Duration active) {
    Machine m;
    m.identify();
    m.step(in::Closed{1006});
    for (int i = 0; i < 6; ++i) {
      (void)m.next_connect();
      m.step(in::ConnectFailed{"down"});
    }
    (void)m.next_connect();
    m.step(in::Connected{});
    m.frame(10, {{"heartbeat_interval", 41250}});
    m.frame(0, nullptr, "RESUMED", 2);
    const auto end = m.now + active;
    while (*m.machine.next_wake() <= end) {
      m.wake();
      m.frame(11);
    }
    m.now = end;
    m.step(in::Closed{1006});
    return *m.machine.next_wake() - m.now;
  };
  EXPECT_GT(pause_after(30s), 20s);
  EXPECT_LE(pause_after(70s), 1s);
}

TEST(GatewayMachine, at_most_twenty_identifies_in_ten_minutes_even_across_restarts) {
  Machine m;
  in::Start start;
  for (int i = 0; i < 20; ++i) start.recent_identifies.push_back(m.now - 9min + i * 10s);
  m.step(start);
  m.step(in::Discovered{.url = "wss://gw"});
  EXPECT_EQ(m.machine.state(), State::waiting);
  EXPECT_TRUE(m.find<act::Alert>());
  m.wake();
  EXPECT_EQ(m.waited, 1min) << "until the oldest of the twenty is ten minutes old";
  EXPECT_EQ(m.machine.state(), State::connecting);
}

TEST(GatewayMachine, an_endless_loop_of_invalid_sessions_stops_before_the_daily_limit) {
  Machine m;
  int identifies = 0;
  m.step(in::Start{});
  const auto end = m.now + 24h;
  while (m.now < end) {
    if (m.machine.state() == State::waiting) {
      m.wake();
    } else if (m.machine.state() == State::discovering) {
      m.step(in::Discovered{.url = "wss://gw",
                            .starts_total = 1000,
                            .starts_remaining = 1000 - identifies,
                            .starts_reset_after = 1h});
    } else {
      m.step(in::Connected{});
      m.frame(10, {{"heartbeat_interval", 41250}});
      identifies += m.sent_op() == 2 ? 1 : 0;
      m.frame(9, false);
    }
  }
  EXPECT_LE(identifies, 801) << "a fifth of Discord's 1000 a day is never touched";
  EXPECT_GT(identifies, 100) << "but it keeps trying";
}

TEST(GatewayMachine, the_last_fifth_of_the_daily_starts_is_kept) {
  Machine m;
  m.step(in::Start{});
  m.step(in::Discovered{
      .url = "wss://gw", .starts_total = 1000, .starts_remaining = 199, .starts_reset_after = 30min});
  EXPECT_TRUE(m.find<act::Alert>());
  m.wake();
  EXPECT_EQ(m.waited, 30min);
  EXPECT_TRUE(m.find<act::Discover>()) << "the budget is read again";
}

TEST(GatewayMachine, the_budget_is_read_before_each_identify) {
  Machine m;
  m.identify();
  m.step(in::Closed{4009});
  while (m.machine.state() == State::waiting) m.wake();
  EXPECT_EQ(m.machine.state(), State::discovering);
}

TEST(GatewayMachine, a_token_that_discovery_refuses_is_fatal) {
  Machine m;
  m.step(in::Start{});
  m.step(in::DiscoveryFailed{fail(ErrorKind::unauthorized, "401").error()});
  ASSERT_TRUE(m.find<act::GiveUp>());
  EXPECT_NE(m.find<act::GiveUp>()->error.message.find("token"), std::string::npos);
}

TEST(GatewayMachine, a_failed_discovery_is_tried_again_and_honours_retry_after) {
  Machine m;
  m.step(in::Start{});
  auto error = fail(ErrorKind::unavailable, "banned").error();
  error.retry_after = 10min;
  m.step(in::DiscoveryFailed{error});
  m.wake();
  EXPECT_EQ(m.waited, 10min);
  EXPECT_TRUE(m.find<act::Discover>());
}

TEST(GatewayMachine, whatever_comes_in_whatever_order_it_always_has_a_next_step) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Machine m(seed);
    Random random(seed * 7919);
    m.step(in::Start{});
    for (int i = 0; i < 300; ++i) {
      m.now += random.between(0ms, 20s);
      const std::vector<std::function<void()>> moves{
          [&] { m.step(in::Discovered{.url = "wss://gw", .starts_remaining = random.between(0, 1000)}); },
          [&] { m.step(in::DiscoveryFailed{fail(ErrorKind::unavailable, "x").error()}); },
          [&] { m.step(in::Connected{}); },
          [&] { m.step(in::ConnectFailed{"x"}); },
          [&] { m.step(in::Undecodable{"x"}); },
          [&] { m.step(in::Closed{static_cast<int>(random.between(4000, 4003))}); },
          [&] {
            m.frame(static_cast<int>(random.between(0, 12)), random.chance(0.5), "X", random.between(1, 99));
          },
          [&] { m.frame(10, {{"heartbeat_interval", random.between(-1, 50'000)}}); },
          [&] { m.frame(0, Machine::ready(), "READY", 1); },
          [&] { m.frame(0, nullptr, "RESUMED", 2); },
          [&] { m.step(in::Tick{}); }};
      moves[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(moves.size()) - 1))]();
      ASSERT_TRUE(m.machine.next_wake()) << name(m.machine.state());
    }
  }
}

}  // namespace
}  // namespace matchday::discord
