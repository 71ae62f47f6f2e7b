// The rate gate on virtual time.
#include "net/rate_gate.hpp"

#include "sim/clock/virtual_clock.hpp"

namespace matchday::net {
namespace {

struct RateGateTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  TaskGroup group{context.get_executor(),
                  [](const std::string& name, std::exception_ptr) { ADD_FAILURE() << name; }};
  std::vector<std::pair<int, std::int64_t>> starts;  // who, and how many ms after the beginning
  std::vector<ErrorKind> failures;
  Time begin = clock.now();

  // Waits for a permit, holds it for `hold`, gives it back.
  static Task<void> worker(RateGateTest* test, RateGate* gate, int number, Duration patience, Duration hold) {
    const auto permit = co_await gate->acquire(patience);
    if (!permit) {
      test->failures.push_back(permit.error().kind);
      co_return;
    }
    test->starts.emplace_back(number, (test->clock.now() - test->begin).count());
    co_await test->clock.sleep(hold);
  }

  void spawn(RateGate& gate, int number, Duration patience = 1h, Duration hold = 0ms) {
    group.spawn(std::to_string(number), worker(this, &gate, number, patience, hold));
  }

  std::vector<std::int64_t> times() const {
    std::vector<std::int64_t> out;
    for (const auto& [who, at] : starts) out.push_back(at);
    return out;
  }
};

TEST_F(RateGateTest, a_burst_starts_at_once_and_the_rest_at_the_rate) {
  RateGate gate(context.get_executor(), clock, {.per_second = 2, .burst = 3});
  for (int i = 0; i < 6; ++i) spawn(gate, i);
  sim::run(context, clock, group.join());
  EXPECT_EQ(times(), (std::vector<std::int64_t>{0, 0, 0, 500, 1000, 1500}));
}

TEST_F(RateGateTest, callers_start_in_the_order_in_which_they_came) {
  RateGate gate(context.get_executor(), clock, {.per_second = 10, .burst = 1, .in_flight_max = 2});
  for (int i = 0; i < 50; ++i) spawn(gate, i, 1h, Duration(i * 37 % 300));
  sim::run(context, clock, group.join());
  ASSERT_EQ(starts.size(), 50U);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(starts[static_cast<std::size_t>(i)].first, i);
}

TEST_F(RateGateTest, no_more_than_the_limit_are_in_flight) {
  RateGate gate(context.get_executor(), clock, {.per_second = 1000, .burst = 100, .in_flight_max = 2});
  for (int i = 0; i < 6; ++i) spawn(gate, i, 1h, 1s);
  sim::run(context, clock, group.join());
  EXPECT_EQ(times(), (std::vector<std::int64_t>{0, 0, 1000, 1000, 2000, 2000}));
}

TEST_F(RateGateTest, a_hold_delays_everybody) {
  RateGate gate(context.get_executor(), clock, {.per_second = 10, .burst = 10});
  gate.hold_until(clock.steady() + 5s);
  gate.hold_until(clock.steady() + 1s);
  spawn(gate, 0);
  spawn(gate, 1);
  sim::run(context, clock, group.join());
  EXPECT_EQ(times(), (std::vector<std::int64_t>{5000, 5000}));
}

TEST_F(RateGateTest, a_caller_without_patience_gives_up_and_those_behind_move_up) {
  RateGate gate(context.get_executor(), clock, {.per_second = 1, .burst = 1, .in_flight_max = 1});
  spawn(gate, 0, 1h, 10s);
  spawn(gate, 1, 2s);
  spawn(gate, 2);
  sim::run(context, clock, group.join());
  EXPECT_EQ(failures, std::vector{ErrorKind::timeout});
  EXPECT_EQ(starts, (std::vector<std::pair<int, std::int64_t>>{{0, 0}, {2, 10000}}));
}

TEST_F(RateGateTest, beyond_the_limit_nobody_waits) {
  RateGate gate(context.get_executor(), clock, {.per_second = 1, .burst = 1, .waiting_max = 1});
  for (int i = 0; i < 3; ++i) spawn(gate, i);
  sim::run(context, clock, group.join());
  EXPECT_EQ(failures, std::vector{ErrorKind::unavailable});
  EXPECT_EQ(times(), (std::vector<std::int64_t>{0, 1000}));
}

TEST_F(RateGateTest, a_cancelled_caller_gives_up_its_place) {
  RateGate gate(context.get_executor(), clock, {.per_second = 1, .burst = 1, .in_flight_max = 1});
  spawn(gate, 0, 1h, 3s);
  TaskGroup cancelled(context.get_executor(), [](const std::string&, std::exception_ptr) {});
  sim::run(context, clock, clock.sleep(1ms));
  cancelled.spawn("cancelled", worker(this, &gate, 1, 1h, 0ms));
  sim::run(context, clock, clock.sleep(1ms));
  spawn(gate, 2);
  cancelled.cancel_all();
  sim::run(context, clock, cancelled.join());
  sim::run(context, clock, group.join());
  EXPECT_EQ(starts, (std::vector<std::pair<int, std::int64_t>>{{0, 0}, {2, 3000}}));
}

}  // namespace
}  // namespace matchday::net
