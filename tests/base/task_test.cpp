// Deadlines, background tasks and signals on virtual time.
#include "base/task.hpp"

#include "base/timeout.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday {
namespace {

struct TaskTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
};

Task<int> value_after(Clock& clock, Duration wait, int value) {
  co_await clock.sleep(wait);
  co_return value;
}

Task<int> failure_after(Clock& clock, Duration wait) {
  co_await clock.sleep(wait);
  throw std::runtime_error("broken");
}

TEST_F(TaskTest, an_operation_that_ends_in_time_gives_its_value) {
  const auto got = sim::run(context, clock, with_timeout(clock, 1s, value_after(clock, 10ms, 7)));
  EXPECT_EQ(got, 7);
}

TEST_F(TaskTest, an_operation_that_is_too_slow_is_cancelled_at_the_limit) {
  const auto start = clock.now();
  const auto got = sim::run(context, clock, with_timeout(clock, 1s, value_after(clock, 1h, 7)));
  EXPECT_EQ(got, std::nullopt);
  EXPECT_EQ(clock.now() - start, 1s);
}

TEST_F(TaskTest, a_failure_passes_through_at_once_instead_of_at_the_limit) {
  const auto start = clock.now();
  EXPECT_THROW(sim::run(context, clock, with_timeout(clock, 1h, failure_after(clock, 5ms))),
               std::runtime_error);
  EXPECT_EQ(clock.now() - start, 5ms);
}

TEST_F(TaskTest, a_group_reports_failures_by_name_and_joins_when_the_last_task_ends) {
  std::string failed;
  TaskGroup group(context.get_executor(),
                  [&](const std::string& name, std::exception_ptr) { failed = name; });
  group.spawn("good", [](Clock& c) -> Task<void> { co_await c.sleep(1s); }(clock));
  group.spawn("bad", [](Clock& c) -> Task<void> { (void)co_await failure_after(c, 2s); }(clock));
  sim::run(context, clock, group.join());
  EXPECT_EQ(failed, "bad");
  EXPECT_EQ(group.size(), 0U);
}

TEST_F(TaskTest, cancelling_a_group_is_no_failure) {
  std::string failed;
  TaskGroup group(context.get_executor(),
                  [&](const std::string& name, std::exception_ptr) { failed = name; });
  group.spawn("endless", [](Clock& c) -> Task<void> {
    for (;;) co_await c.sleep(1s);
  }(clock));
  sim::run(context, clock, clock.sleep(10s));
  group.cancel_all();
  sim::run(context, clock, group.join());
  EXPECT_EQ(failed, "");
}

TEST_F(TaskTest, a_signal_wakes_everyone_who_waits) {
  Signal signal(context.get_executor());
  TaskGroup group(context.get_executor(), [](const std::string&, std::exception_ptr) {});
  int woken = 0;
  for (int i = 0; i < 3; ++i) {
    group.spawn("waiter", [](Signal& s, int* count) -> Task<void> {
      co_await s.wait();
      ++*count;
    }(signal, &woken));
  }
  sim::run(context, clock, clock.sleep(1s));
  EXPECT_EQ(woken, 0);
  signal.notify_all();
  sim::run(context, clock, group.join());
  EXPECT_EQ(woken, 3);
}

}  // namespace
}  // namespace matchday
