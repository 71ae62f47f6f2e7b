// The durable queue and the timetable, on virtual time and real SQL.
#include "jobs/runner.hpp"

#include "../support/virtual_database.hpp"

namespace matchday::jobs {
namespace {

constexpr OrganizationId org{7};

struct RunnerTest : testing::TestWithParam<test::EngineKind> {
  void SetUp() override { SKIP_WITHOUT_ENGINE(GetParam()); }

  test::VirtualDatabase world{migrations(), GetParam()};
  IdSource ids{world.clock, Random(1)};
  Queue queue{world.context.get_executor(), ids};
  Metrics metrics;
  RunnerOptions options;
  std::vector<std::string> calls;
  std::optional<Runner> runner;
  TaskGroup group{world.context.get_executor(),
                  [](const std::string& n, std::exception_ptr e) { ADD_FAILURE() << n << describe(e); }};

  ~RunnerTest() override { stop(); }

  void start(std::map<std::string, Handler> handlers, std::string owner = "a") {
    runner.emplace(world.context.get_executor(), world.clock, Random(2), world.database, queue, metrics,
                   options);
    for (auto& [kind, handler] : handlers) runner->handle(kind, std::move(handler));
    group.spawn("runner", runner->run(std::move(owner), true));
  }

  void stop() {
    group.cancel_all();
    sim::run(world.context, world.clock, group.join());
    if (runner) sim::run(world.context, world.clock, runner->drain(0ms));
    runner.reset();
  }

  Handler answer(Outcome outcome) {
    return [this, outcome](Job job) { return recorded(&calls, job, outcome); };
  }

  static Task<Outcome> recorded(std::vector<std::string>* to, Job job, Outcome outcome) {
    to->push_back(fmt::format("{} {} {}", job.kind, job.subject, job.attempt));
    co_return outcome;
  }

  void enqueue(std::string kind, std::string subject, Duration in = 0ms, OrganizationId organization = org) {
    auto done = world.run(world.database.transact([this, kind, subject, in,
                                                   organization](store::Transaction& tx) -> Result<> {
      queue.enqueue(
          tx,
          {.organization = organization, .kind = kind, .subject = subject, .run_at = world.clock.now() + in});
      return {};
    }));
    ASSERT_TRUE(done);
  }
};

TEST_P(RunnerTest, a_job_runs_once_and_leaves_the_table) {
  start({{"k", answer(Done{})}});
  enqueue("k", "s");
  world.pass(10s);
  EXPECT_THAT(calls, testing::ElementsAre("k s 1"));
  EXPECT_EQ(world.count("select count(*) as n from jobs"), 0);
}

TEST_P(RunnerTest, what_is_asked_for_twice_before_it_starts_is_done_once_at_the_earlier_time) {
  start({{"k", answer(Done{})}});
  enqueue("k", "s", 1h);
  enqueue("k", "s", 5s);
  enqueue("k", "s", 2h);
  world.pass(10s);
  EXPECT_THAT(calls, testing::ElementsAre("k s 1"));
  world.pass(125min);
  EXPECT_EQ(calls.size(), 1U);
}

TEST_P(RunnerTest, an_unchanged_transaction_that_rolls_back_leaves_no_job) {
  start({{"k", answer(Done{})}});
  auto rolled_back = world.run(world.database.transact([this](store::Transaction& tx) -> Result<> {
    queue.enqueue(tx, {.organization = org, .kind = "k", .subject = "s", .run_at = world.clock.now()});
    return fail(ErrorKind::invalid, "no");
  }));
  ASSERT_FALSE(rolled_back);
  world.pass(10s);
  EXPECT_TRUE(calls.empty());
}

TEST_P(RunnerTest, the_same_subject_never_runs_twice_at_a_time_and_a_request_during_the_run_is_not_lost) {
  int running = 0;
  int running_max = 0;
  const Handler slow = [&](Job) {
    return [](RunnerTest* self, int* now, int* most) -> Task<Outcome> {
      *most = std::max(*most, ++*now);
      co_await self->world.clock.sleep(5s);
      --*now;
      self->calls.push_back("ran");
      co_return Done{};
    }(this, &running, &running_max);
  };
  start({{"k", slow}});
  enqueue("k", "s");
  world.pass(2s);
  enqueue("k", "s");
  world.pass(20s);
  EXPECT_EQ(running_max, 1);
  EXPECT_EQ(calls.size(), 2U);
}

TEST_P(RunnerTest, a_kind_whose_jobs_all_wait_leaves_room_for_the_others) {
  options.running_max = 8;
  options.running_of_kind_max = 4;
  int waiting = 0;
  static constexpr auto wait = [](RunnerTest* test, int* count) -> Task<Outcome> {
    ++*count;
    co_await test->world.clock.sleep(30s);
    co_return Done{};
  };
  start({{"slow", [&](const Job&) { return wait(this, &waiting); }}, {"quick", answer(Done{})}});
  for (int i = 0; i < 40; ++i) enqueue("slow", fmt::format("s{}", i));
  enqueue("quick", "q");
  world.pass(2s);
  EXPECT_EQ(waiting, 4);
  EXPECT_THAT(calls, testing::ElementsAre("quick q 1"));
  world.pass(30s);
  EXPECT_EQ(waiting, 8) << "the next ones follow";
}

TEST_P(RunnerTest, one_organizations_flood_leaves_room_for_the_others) {
  options.running_max = 8;
  options.running_of_organization_max = 4;
  int waiting = 0;
  static constexpr auto wait = [](RunnerTest* test, int* count) -> Task<Outcome> {
    ++*count;
    co_await test->world.clock.sleep(30s);
    co_return Done{};
  };
  start({{"k",
          [&](const Job& job) { return job.subject == "b" ? answer(Done{})(job) : wait(this, &waiting); }}});
  for (int i = 0; i < 40; ++i) enqueue("k", fmt::format("a{}", i));
  enqueue("k", "b", 0ms, OrganizationId{8});
  world.pass(2s);
  EXPECT_EQ(waiting, 4);
  EXPECT_THAT(calls, testing::ElementsAre("k b 1"));
}

TEST_P(RunnerTest, a_failing_job_backs_off_and_ends_as_a_dead_letter_with_its_reason) {
  options.attempts_max = 4;
  start({{"k", answer(Failed{Error{.kind = ErrorKind::internal, .message = "Discord is odd"}})}});
  enqueue("k", "s");
  world.pass(1h);
  EXPECT_THAT(calls, testing::ElementsAre("k s 1", "k s 2", "k s 3", "k s 4"));
  EXPECT_EQ(world.count(
                "select count(*) as n from jobs where state = 'dead' and last_error like '%Discord is odd%'"),
            1);
}

TEST_P(RunnerTest, an_outage_makes_no_dead_letter_and_is_over_at_once_when_it_is_over) {
  options.attempts_max = 4;
  bool away = true;
  static constexpr auto answer_if_there = [](const bool* is_away,
                                             std::vector<std::string>* to) -> Task<Outcome> {
    if (*is_away) co_return Failed{Error{.kind = ErrorKind::unavailable, .message = "The database is away"}};
    to->emplace_back("ran");
    co_return Done{};
  };
  start({{"k", [&](const Job&) { return answer_if_there(&away, &calls); }}});
  enqueue("k", "s");
  world.pass(20min);
  away = false;
  world.pass(25s);
  EXPECT_THAT(calls, testing::ElementsAre("ran"));
}

TEST_P(RunnerTest, a_handler_that_throws_counts_as_a_failure) {
  options.attempts_max = 2;
  start({{"k", [](Job) -> Task<Outcome> {
            throw std::runtime_error("bug");
            co_return Done{};
          }}});
  enqueue("k", "s");
  world.pass(1h);
  EXPECT_EQ(world.count("select count(*) as n from jobs where state = 'dead'"), 1);
}

TEST_P(RunnerTest, a_handler_past_its_deadline_is_cancelled_and_tried_again) {
  options.attempts_max = 2;
  start({{"k", [this](Job) {
            return [](Clock& c) -> Task<Outcome> {
              co_await c.sleep(24h);
              co_return Done{};
            }(world.clock);
          }}});
  enqueue("k", "s");
  world.pass(10min);
  EXPECT_EQ(
      world.count("select count(*) as n from jobs where state = 'dead' and last_error like '%deadline%'"), 1);
}

TEST_P(RunnerTest, again_is_no_failure_and_never_dies) {
  options.attempts_max = 2;
  start({{"k", answer(Again{10s, ""})}});
  enqueue("k", "s");
  world.pass(65s);
  EXPECT_EQ(calls.size(), 7U);
  EXPECT_EQ(calls.back(), "k s 1");
}

TEST_P(RunnerTest, an_answer_that_the_database_loses_costs_seconds_and_not_a_lease) {
  for (const int lost : {1, 2}) {  // of the claim; of the claim, and of what makes up for it
    calls.clear();
    start({{"k", answer(Done{})}});
    enqueue("k", fmt::format("s{}", lost), 5s);
    world.engine.answers_to_lose = lost;
    world.pass(15s);
    EXPECT_EQ(calls.size(), 1U) << lost;
    stop();
  }
  EXPECT_EQ(world.count("select count(*) as n from jobs"), 0);
}

TEST_P(RunnerTest, a_wish_for_much_later_does_not_hold_up_the_next_run) {
  static constexpr auto soon_again = [](RunnerTest* test) -> Task<Outcome> {
    co_await test->world.clock.sleep(2s);
    test->calls.emplace_back("ran");
    if (test->calls.size() == 1) co_return Again{5s, ""};
    co_return Done{};
  };
  start({{"k", [this](const Job&) { return soon_again(this); }}});
  enqueue("k", "s");
  world.pass(1s);
  enqueue("k", "s", 1h);
  world.pass(15s);
  EXPECT_EQ(calls.size(), 2U);
  world.pass(2h);
  EXPECT_EQ(world.count("select count(*) as n from jobs"), 0);
}

TEST_P(RunnerTest, a_job_that_waits_for_a_platform_is_woken_by_its_recovery) {
  start({{"k", answer(Again{1h, "discord"})}});
  enqueue("k", "s");
  world.pass(1min);
  ASSERT_EQ(calls.size(), 1U);
  ASSERT_TRUE(world.run(world.database.transact([this](store::Transaction& tx) -> Result<> {
    queue.wake_waiting(tx, "discord", world.clock.now());
    return {};
  })));
  world.pass(1s);
  EXPECT_EQ(calls.size(), 2U);
}

TEST_P(RunnerTest, a_job_whose_process_died_is_claimed_by_the_next_one_at_once) {
  start({{"k",
          [this](Job) {
            return [](Clock& c) -> Task<Outcome> {
              co_await c.sleep(24h);
              co_return Done{};
            }(world.clock);
          }}},
        "first");
  enqueue("k", "s");
  world.pass(2s);
  stop();  // the row stays leased by "first", as after kill -9
  EXPECT_EQ(world.count("select count(*) as n from jobs where state = 'leased'"), 1);
  start({{"k", answer(Done{})}}, "second");
  world.pass(2s);
  EXPECT_THAT(calls, testing::ElementsAre("k s 2"));
}

TEST_P(RunnerTest, publishing_reaches_every_subscriber_in_the_same_transaction) {
  queue.subscribe("link.changed", "voice");
  queue.subscribe("link.changed", "league");
  start({{"voice", answer(Done{})}, {"league", answer(Done{})}});
  ASSERT_TRUE(world.run(world.database.transact([this](store::Transaction& tx) -> Result<> {
    queue.publish(tx, org, "link.changed", "user/5", world.clock.now());
    queue.publish(tx, org, "nobody.listens", "x", world.clock.now());
    return {};
  })));
  world.pass(1s);
  EXPECT_THAT(calls, testing::UnorderedElementsAre("voice user/5 1", "league user/5 1"));
}

TEST_P(RunnerTest, the_inbox_knows_a_repeated_delivery) {
  const auto deliver = [this](std::string key, OrganizationId organization) {
    return *world.run(world.database.transact([this, key, organization](store::Transaction& tx) {
      return take_in(tx, organization, "faceit", key, "match_object_created", world.clock.now());
    }));
  };
  EXPECT_TRUE(deliver("a", org));
  EXPECT_FALSE(deliver("a", org));
  EXPECT_TRUE(deliver("b", org));
  EXPECT_TRUE(deliver("a", OrganizationId{8})) << "another organization's delivery is another one";
}

TEST_P(RunnerTest, the_inbox_tells_when_the_last_delivery_of_a_source_came) {
  const auto last = [this](std::string source) {
    return *world.run(
        world.database.transact([source](store::Transaction& tx) { return last_delivery(tx, org, source); }));
  };
  EXPECT_EQ(last("faceit"), std::nullopt);
  const Time first = world.clock.now();
  for (const auto at : {first, first + 1min}) {
    const auto key = to_rfc3339(at);
    ASSERT_TRUE(world.run(world.database.transact([key, at](store::Transaction& tx) {
      return take_in(tx, org, "faceit", key, "match_object_created", at);
    })));
  }
  EXPECT_EQ(last("faceit"), first + 1min);
  EXPECT_EQ(last("elsewhere"), std::nullopt);
}

TEST_P(RunnerTest, what_waits_tells_when_it_is_due) {
  const Time at = world.clock.now() + 5min;
  ASSERT_TRUE(world.run(world.database.transact([this, at](store::Transaction& tx) -> Result<> {
    queue.enqueue(tx, {.organization = org, .kind = "k", .subject = "s", .run_at = at});
    return {};
  })));
  const auto due = [this](std::string subject) {
    return *world.run(world.database.transact(
        [subject](store::Transaction& tx) { return next_run(tx, org, "k", subject); }));
  };
  EXPECT_EQ(due("s"), at);
  EXPECT_EQ(due("another"), std::nullopt);
}

TEST_P(RunnerTest, a_timer_runs_at_its_interval_and_a_missed_one_runs_once_or_is_counted_as_skipped) {
  const auto set = [this](std::string kind, WhenMissed missed) {
    ASSERT_TRUE(world.run(world.database.transact([this, kind, missed](store::Transaction& tx) -> Result<> {
      set_timer(tx, {.organization = org,
                     .kind = kind,
                     .subject = "all",
                     .interval = 60s,
                     .first_run = world.clock.now() + 60s,
                     .when_missed = missed});
      return {};
    })));
  };
  set("once", WhenMissed::run_once);
  set("skip", WhenMissed::skip);
  start({{"once", answer(Done{})}, {"skip", answer(Done{})}});
  world.pass(130s);
  EXPECT_EQ(calls.size(), 4U);
  stop();
  world.pass(1h);
  calls.clear();
  start({{"once", answer(Done{})}, {"skip", answer(Done{})}});
  world.pass(2s);
  EXPECT_THAT(calls, testing::ElementsAre("once all 1"));
  EXPECT_EQ(world.count("select count(*) as n from timetable where kind = 'skip' and skipped = 1"), 1);
  world.pass(60s);
  EXPECT_EQ(calls.size(), 3U) << "both are on their beat again";
}

TEST_P(RunnerTest, old_inbox_rows_and_dead_letters_are_forgotten) {
  world.engine.session().run(
      "insert into inbox (organization_id, source, delivery_key, received_at_ms, summary) values (7, 's', "
      "'k', :t, '')",
      {{"t", world.clock.now()}});
  options.poll_max = 1h;
  start({});
  world.pass(std::chrono::days(6));
  EXPECT_EQ(world.count("select count(*) as n from inbox"), 1);
  world.pass(std::chrono::days(2));
  EXPECT_EQ(world.count("select count(*) as n from inbox"), 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, RunnerTest,
                         testing::Values(test::EngineKind::sqlite, test::EngineKind::postgres),
                         test::name_of);

}  // namespace
}  // namespace matchday::jobs
