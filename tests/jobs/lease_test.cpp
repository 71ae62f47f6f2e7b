// What one process at a time may do: several holders on one database and virtual time.
#include "jobs/lease.hpp"

#include "../support/virtual_database.hpp"
#include "jobs/queue.hpp"

namespace matchday::jobs {
namespace {

struct LeaseTest : testing::TestWithParam<test::EngineKind> {
  void SetUp() override { SKIP_WITHOUT_ENGINE(GetParam()); }
  ~LeaseTest() override {
    for (auto& group : groups) stop(*group);
  }

  struct Process {
    std::unique_ptr<Lease> lease;
    TaskGroup* group = nullptr;
    bool deposed = false;
  };

  std::unique_ptr<Process> start(const std::string& holder, Clock& clock) {
    auto process = std::make_unique<Process>();
    process->lease =
        std::make_unique<Lease>(world.context.get_executor(), clock, world.database, "sender", holder);
    groups.push_back(std::make_unique<TaskGroup>(
        world.context.get_executor(),
        [](const std::string&, std::exception_ptr e) { ADD_FAILURE() << describe(e); }));
    process->group = groups.back().get();
    process->group->spawn("lease", [](Process* self) -> Task<void> {
      co_await self->lease->hold_until_deposed();
      self->deposed = true;
    }(process.get()));
    return process;
  }
  std::unique_ptr<Process> start(const std::string& holder) { return start(holder, world.clock); }

  // As kill -9 does: it renews no more, and gives nothing back.
  void stop(TaskGroup& group) {
    group.cancel_all();
    sim::run(world.context, world.clock, group.join());
  }

  test::VirtualDatabase world{migrations(), GetParam()};
  std::vector<std::unique_ptr<TaskGroup>> groups;
};

TEST_P(LeaseTest, the_first_gets_it_at_once_and_the_second_not_while_it_is_renewed) {
  const auto a = start("a");
  world.pass(1s);
  const auto b = start("b");
  for (int minute = 0; minute < 10; ++minute) {
    world.pass(1min);
    EXPECT_GT(a->lease->left(), 15s);
    EXPECT_EQ(b->lease->left(), 0ms);
  }
  EXPECT_FALSE(a->deposed);
}

TEST_P(LeaseTest, one_that_died_is_followed_within_its_term_and_a_little) {
  const auto a = start("a");
  world.pass(10s);
  const auto b = start("b");
  world.pass(5s);
  stop(*a->group);
  Duration waited{0};
  while (b->lease->left() == 0ms && waited < 1min) {
    EXPECT_TRUE(a->lease->left() == 0ms || b->lease->left() == 0ms) << "never both";
    world.pass(100ms);
    waited += 100ms;
  }
  EXPECT_GE(waited, 19s) << "a might still have sent";
  EXPECT_LE(waited, 25s);
}

TEST_P(LeaseTest, one_that_gives_it_back_is_followed_at_once) {
  const auto a = start("a");
  world.pass(5s);
  const auto b = start("b");
  world.pass(5s);
  stop(*a->group);
  world.run([](Lease* lease) -> Task<bool> {
    co_await lease->release();
    co_return true;
  }(a->lease.get()));
  world.pass(2s);
  EXPECT_GT(b->lease->left(), 15s);
}

// SIGSTOP: its loop stands still while the time goes on, and then it wakes up.
TEST_P(LeaseTest, one_that_was_stopped_wakes_up_without_it_and_is_deposed_when_it_looks) {
  const auto a = start("a");
  world.pass(5s);
  stop(*a->group);
  const auto b = start("b");
  world.pass(30s);
  ASSERT_GT(b->lease->left(), 15s);
  EXPECT_EQ(a->lease->left(), 0ms) << "before it asked anybody";
  groups.push_back(std::make_unique<TaskGroup>(world.context.get_executor(),
                                               [](const std::string&, std::exception_ptr) {}));
  groups.back()->spawn("awake", [](Process* self) -> Task<void> {
    co_await self->lease->hold_until_deposed();
    self->deposed = true;
  }(a.get()));
  world.pass(2min);
  EXPECT_EQ(a->lease->left(), 0ms);
  EXPECT_GT(b->lease->left(), 15s);
}

// It may be renewed without knowing: then nobody takes it over for as long as it takes to be sure.
TEST_P(LeaseTest, one_that_cannot_renew_it_for_a_whole_term_gives_up) {
  const auto a = start("a");
  world.pass(5s);
  world.engine.answers_to_lose = 1000;
  world.pass(12s);
  EXPECT_FALSE(a->deposed) << "a hiccup";
  world.pass(15s);
  EXPECT_TRUE(a->deposed);
  EXPECT_EQ(a->lease->left(), 0ms);
}

TEST_P(LeaseTest, it_is_told_in_a_transaction_who_holds_it) {
  const auto a = start("a");
  world.pass(1s);
  const auto held_by = [this](std::string who) {
    return *world.run(
        world.database.read([who](store::Transaction& tx) { return is_held_by(tx, "sender", who); }));
  };
  EXPECT_TRUE(held_by("a"));
  EXPECT_FALSE(held_by("b"));
}

INSTANTIATE_TEST_SUITE_P(Engines, LeaseTest,
                         testing::Values(test::EngineKind::sqlite, test::EngineKind::postgres),
                         test::name_of);

}  // namespace
}  // namespace matchday::jobs
