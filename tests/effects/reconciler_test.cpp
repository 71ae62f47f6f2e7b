// The effects protocol against a platform that loses answers, applies late and refuses. Each test ends by
// counting what the platform has, never by asking our own tables alone.
#include "effects/reconciler.hpp"

#include <gmock/gmock.h>

#include "../support/virtual_database.hpp"
#include "effects/adoption.hpp"
#include "effects/sweep.hpp"
#include "simple_platform.hpp"

namespace matchday::effects {
namespace {

using enum SimplePlatform::Fault;
constexpr OrganizationId org{7};

std::vector<store::Migration> all_migrations() {
  auto out = jobs::migrations();
  std::ranges::move(migrations(), std::back_inserter(out));
  return out;
}

struct ReconcilerTest : testing::Test {
  test::VirtualDatabase world{all_migrations()};
  SimplePlatform platform{world.clock};
  SimpleKind kind{platform};
  IdSource ids{world.clock, Random(1)};
  Metrics metrics;

  // One run of the process: what dies when it crashes.
  struct Process {
    Process(ReconcilerTest& t, std::string name)
        : queue(t.world.context.get_executor(), t.ids),
          ledger(queue, t.ids, Secret<std::string>(std::string(32, 'k'))),
          reconciler(t.world.clock, t.world.database, ledger, t.metrics, name),
          sweep(t.world.clock, t.world.database, ledger, reconciler, t.metrics,
                [](std::string) -> Task<Result<std::vector<std::string>>> {
                  co_return std::vector<std::string>{"guild"};
                }),
          runner(t.world.context.get_executor(), t.world.clock, Random(2), t.world.database, queue, t.metrics,
                 {}),
          group(t.world.context.get_executor(),
                [](const std::string& n, std::exception_ptr e) { ADD_FAILURE() << n << describe(e); }) {
      reconciler.add(t.kind);
      runner.handle(std::string(converge_job),
                    [this](jobs::Job job) { return reconciler.converge(std::move(job)); });
      runner.handle(std::string(sweep_job), [this](jobs::Job job) { return sweep.run(std::move(job)); });
      EXPECT_TRUE(t.world.run(reconciler.recover()));
      group.spawn("runner", runner.run(name, true));
    }
    jobs::Queue queue;
    Ledger ledger;
    Reconciler reconciler;
    Sweep sweep;
    jobs::Runner runner;
    TaskGroup group;
  };
  std::optional<Process> process;
  int incarnations = 0;

  void SetUp() override { start(); }
  void start() { process.emplace(*this, fmt::format("incarnation {}", ++incarnations)); }
  void TearDown() override { stop(); }
  void stop() {
    if (!process) return;
    process->group.cancel_all();
    world.run(process->group.join());
    world.run(process->runner.drain(0ms));
    process.reset();
  }
  void restart() {
    stop();
    start();
  }

  ResourceId want(json::value document = {{"name", "one"}}, std::optional<Time> expires_at = {}) {
    return *world.run(world.database.transact([this, document, expires_at](store::Transaction& tx) {
      return process->ledger.want(tx,
                                  {.organization = org,
                                   .kind = "thing",
                                   .purpose = "test.thing",
                                   .subject = "s",
                                   .owner = "owner",
                                   .container = "guild",
                                   .document = document,
                                   .expires_at = expires_at},
                                  world.clock.now());
    }));
  }
  void unwant(ResourceId id) {
    ASSERT_TRUE(world.run(world.database.transact([this, id](store::Transaction& tx) -> Result<> {
      process->ledger.unwant(tx, id, world.clock.now());
      return {};
    })));
  }
  std::string state() {
    return world.engine.session().run("select state from resources", {}).front().get<std::string>("state");
  }
};

TEST_F(ReconcilerTest, a_wanted_thing_is_made_once_changed_in_place_and_removed) {
  const auto id = want();
  world.pass(1s);
  ASSERT_EQ(platform.things.size(), 1U);
  EXPECT_EQ(want(), id) << "wanting the same again is harmless";
  want({{"name", "two"}});
  world.pass(1s);
  ASSERT_EQ(platform.things.size(), 1U);
  EXPECT_EQ(platform.things.begin()->second.body, (json::value{{"name", "two"}}));
  unwant(id);
  world.pass(1s);
  EXPECT_TRUE(platform.things.empty());
  EXPECT_EQ(platform.creates, 1);
  EXPECT_EQ(state(), "gone");
}

TEST_F(ReconcilerTest, the_timeline_tells_what_happened_last_first_and_to_its_own_organization_only) {
  want();
  world.pass(1s);
  const auto told = [this](OrganizationId organization, int limit) {
    std::vector<std::string> out;
    for (const auto& line : *world.run(world.database.read([=](store::Transaction& tx) {
           return Ledger::timeline(tx, organization, "test.thing", "s", limit);
         }))) {
      out.push_back(line.owner + " " + line.what);
    }
    return out;
  };
  EXPECT_THAT(told(org, 10), testing::ElementsAre("owner confirmed", "owner sending", "owner wanted"));
  EXPECT_THAT(told(org, 1), testing::ElementsAre("owner confirmed"));
  EXPECT_THAT(told(OrganizationId{8}, 10), testing::IsEmpty());
}

TEST_F(ReconcilerTest, a_lost_answer_is_never_sent_again_before_looking_and_what_is_found_is_adopted) {
  platform.faults = {answer_lost};
  want();
  world.pass(15s);
  EXPECT_EQ(state(), "unknown") << "it looks only after the quiet time";
  world.pass(15s);
  EXPECT_EQ(state(), "confirmed");
  EXPECT_EQ(platform.creates, 1);
  EXPECT_EQ(platform.things.size(), 1U);
}

TEST_F(ReconcilerTest, what_did_not_happen_is_sent_again_after_looking) {
  platform.faults = {not_applied};
  want();
  world.pass(30s);
  EXPECT_EQ(platform.creates, 2);
  EXPECT_EQ(platform.things.size(), 1U);
}

TEST_F(ReconcilerTest, an_effect_that_lands_late_but_within_the_quiet_time_is_adopted) {
  platform.faults = {lands_late};
  platform.late = 15s;
  want();
  world.pass(60s);
  EXPECT_EQ(platform.creates, 1);
  EXPECT_EQ(platform.things.size(), 1U);
}

TEST_F(ReconcilerTest, a_twin_that_lands_after_the_quiet_time_is_removed_and_the_oldest_kept) {
  platform.faults = {lands_late};
  platform.late = 30s;  // later than the quiet time: a second create goes out
  want();
  world.pass(120s);
  EXPECT_EQ(platform.creates, 2);
  EXPECT_EQ(platform.things.size(), 1U);
  EXPECT_EQ(state(), "confirmed");
}

TEST_F(ReconcilerTest, a_crash_while_sending_is_resolved_by_looking) {
  for (const bool applied : {true, false}) {
    SCOPED_TRACE(applied);
    platform.faults = {applied ? never_answers : not_applied};
    const auto id = want({{"name", applied ? "applied" : "not"}});
    world.pass(20ms);  // sent, not answered
    EXPECT_EQ(state(), "sending");
    restart();
    world.pass(60s);
    EXPECT_EQ(state(), "confirmed");
    EXPECT_EQ(platform.things.size(), 1U);
    unwant(id);
    world.pass(5s);
    EXPECT_TRUE(platform.things.empty());
    world.engine.session().run("delete from resources", {});
  }
}

TEST_F(ReconcilerTest, no_longer_wanted_while_unknown_ends_with_nothing_left) {
  platform.faults = {answer_lost};
  const auto id = want();
  world.pass(2s);
  unwant(id);
  world.pass(60s);
  EXPECT_TRUE(platform.things.empty());
  EXPECT_EQ(state(), "gone");
}

TEST_F(ReconcilerTest, a_rate_limit_parks_for_as_long_as_the_platform_says) {
  platform.faults = {limited};
  want();
  world.pass(6s);
  EXPECT_EQ(platform.creates, 1);
  world.pass(3s);
  EXPECT_EQ(platform.things.size(), 1U);
}

TEST_F(ReconcilerTest, a_refusal_is_kept_with_its_reason_and_tried_again_in_case_a_human_repaired_it) {
  platform.faults = {refused};
  want();
  world.pass(2s);
  EXPECT_EQ(state(), "refused");
  EXPECT_EQ(world.count("select count(*) as n from resources where last_error = 'Missing permission'"), 1);
  world.pass(5min);
  EXPECT_EQ(platform.things.size(), 1U);
}

TEST_F(ReconcilerTest, an_outage_is_waited_out) {
  platform.faults = {unavailable, unavailable, unavailable};
  want();
  world.pass(60s);
  EXPECT_EQ(platform.things.size(), 1U);
}

TEST_F(ReconcilerTest, a_humans_deletion_is_respected) {
  want();
  world.pass(1s);
  const auto remote = platform.things.begin()->first;
  platform.things.clear();
  ASSERT_TRUE(world.run(world.database.transact([this, remote](store::Transaction& tx) {
    return process->ledger.deleted_by_human(tx, "thing", remote, world.clock.now()).has_value();
  })));
  want({{"name", "changed"}});
  world.pass(10min);
  EXPECT_TRUE(platform.things.empty());
  EXPECT_EQ(state(), "gone");
}

TEST_F(ReconcilerTest, a_deletion_that_nobody_told_us_about_shows_at_the_next_change) {
  want();
  world.pass(1s);
  platform.things.clear();
  want({{"name", "changed"}});
  world.pass(1s);
  EXPECT_EQ(state(), "gone");
  EXPECT_EQ(platform.creates, 1);
}

TEST_F(ReconcilerTest, a_one_shot_past_its_time_or_without_its_precondition_is_never_sent) {
  kind.obsolete = true;
  want();
  world.pass(1s);
  EXPECT_EQ(state(), "expired");
  kind.obsolete = false;
  world.engine.session().run("delete from resources", {});
  platform.faults = {unavailable, unavailable, unavailable, unavailable, unavailable, unavailable};
  kind.idempotent = true;
  want({}, world.clock.now() + 5s);
  world.pass(60s);
  EXPECT_EQ(state(), "expired");
  EXPECT_TRUE(platform.things.empty());
}

TEST_F(ReconcilerTest, the_time_in_line_for_a_platforms_limit_does_not_count_against_the_expiry) {
  kind.gate_opens = world.clock.now() + 10min;
  want({}, world.clock.now() + 60s);
  world.pass(9min);
  EXPECT_EQ(state(), "planned");
  EXPECT_EQ(platform.creates, 0);
  world.pass(90s);
  EXPECT_EQ(state(), "confirmed");
  EXPECT_EQ(platform.things.size(), 1U);
}

TEST_F(ReconcilerTest, what_is_no_longer_wanted_when_its_turn_comes_is_not_sent) {
  kind.idempotent = true;
  kind.gate_opens = world.clock.now() + 30s;
  const auto id = want();
  world.pass(10s);
  unwant(id);
  world.pass(60s);
  EXPECT_EQ(platform.creates, 0);
  EXPECT_EQ(state(), "gone");
}

TEST_F(ReconcilerTest, while_adopting_what_is_there_is_adopted_and_not_made_and_what_is_not_there_is_made) {
  ASSERT_TRUE(world.run(world.database.transact([this](store::Transaction& tx) -> Result<> {
    begin_adoption(tx, "a test", world.clock.now());
    return {};
  })));
  const auto made_before =
      platform.add(marker_for(std::string(32, 'k'), org, "thing", "owner", 0), {{"name", "one"}});
  const auto id = want();
  world.pass(5s);
  EXPECT_EQ(state(), "confirmed");
  EXPECT_EQ(platform.creates, 0);
  EXPECT_THAT(platform.things, testing::ElementsAre(testing::Key(made_before)));
  unwant(id);
  world.pass(5s);
  world.engine.session().run("delete from resources", {});
  want();
  world.pass(5s);
  EXPECT_EQ(platform.creates, 1);
}

TEST_F(ReconcilerTest, while_adopting_the_sweep_removes_nothing) {
  ASSERT_TRUE(world.run(world.database.transact([this](store::Transaction& tx) -> Result<> {
    begin_adoption(tx, "a test", world.clock.now());
    return {};
  })));
  platform.add("mdaaaaaaaaaaaaaaaa", {});
  world.pass(11min);
  world.run(process->sweep.run({}));
  EXPECT_EQ(platform.things.size(), 1U);
  ASSERT_TRUE(world.run(world.database.transact([](store::Transaction& tx) -> Result<> {
    end_adoption(tx);
    return {};
  })));
  world.run(process->sweep.run({}));
  EXPECT_TRUE(platform.things.empty());
}

TEST_F(ReconcilerTest, the_sweep_removes_only_what_is_old_empty_and_wanted_by_nobody) {
  want();
  world.pass(1s);
  const auto ours = platform.things.begin()->first;
  platform.add("mdaaaaaaaaaaaaaaaa", {});
  const auto occupied = platform.add("mdbbbbbbbbbbbbbbbb", {});
  platform.things[occupied].occupied = true;
  const auto sweep = [this] { return world.run(process->sweep.run({})); };
  sweep();
  EXPECT_EQ(platform.things.size(), 3U) << "too young";
  world.pass(11min);
  const auto young = platform.add("mdcccccccccccccccc", {});
  sweep();
  EXPECT_THAT(platform.things,
              testing::UnorderedElementsAre(testing::Key(ours), testing::Key(occupied), testing::Key(young)));
}

TEST_F(ReconcilerTest, the_sweep_removes_five_at_most) {
  for (char c = 'a'; c <= 'h'; ++c) platform.add("md" + std::string(16, c), {});
  world.pass(11min);
  world.run(process->sweep.run({}));
  EXPECT_EQ(platform.things.size(), 3U);
}

TEST_F(ReconcilerTest, the_sweep_has_an_unexpected_twin_of_ours_removed) {
  want();
  world.pass(1s);
  const auto oldest = platform.things.begin()->first;
  platform.add(platform.things.begin()->second.marker, {});
  world.run(process->sweep.run({}));
  world.pass(5s);
  EXPECT_THAT(platform.things, testing::ElementsAre(testing::Key(oldest)));
}

TEST(Marker, depends_on_owner_and_installation_and_is_found_in_a_text) {
  const auto marker = marker_for("key", org, "thing", "owner", 0);
  EXPECT_EQ(marker.size(), 18U);
  EXPECT_EQ(marker, marker_for("key", org, "thing", "owner", 0));
  EXPECT_NE(marker, marker_for("other", org, "thing", "owner", 0));
  EXPECT_NE(marker, marker_for("key", org, "thing", "owner", 1));
  EXPECT_NE(marker, marker_for("key", OrganizationId{8}, "thing", "owner", 0));
  EXPECT_EQ(find_marker("Voice channel of match 1-abc [" + marker + "]"), marker);
  EXPECT_EQ(find_marker("made in the middle of a long word mdaaaaaaaaaaaaaaaaaaaaa"), std::nullopt);
}

}  // namespace
}  // namespace matchday::effects
