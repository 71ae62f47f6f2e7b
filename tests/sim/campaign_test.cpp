// The campaign in short: every scenario with the process killed at some of its moments, and every sabotage.
// All moments, pairs of them, and thousands of evenings are `tools/sim report` (docs/PROMISES.md).
#include "base/log.hpp"
#include "sim/campaign/crash_campaign.hpp"
#include "sim/campaign/sabotage.hpp"
#include "sim/disk/sim_disk.hpp"
#include "store/sqlite_connection.hpp"

namespace matchday::sim {
namespace {

void quiet() {
  log::set_level(std::getenv("SIM_LOG") ? log::Level::info : log::Level::error);
}

std::string word(std::string_view name) {
  std::string out(name);
  std::ranges::replace(out, '-', '_');
  return out;
}

struct Crashes : testing::TestWithParam<std::size_t> {
  Crashes() { quiet(); }
};

TEST_P(Crashes, wherever_the_process_dies_the_day_ends_as_it_should) {
  constexpr std::uint64_t runs = 12;  // of each scenario; an odd step meets every kind of moment
  const auto& scenario = scenarios().at(GetParam());
  const auto moments = play(scenario, {}).moments;
  const auto report = crash_everywhere(scenario, {.every = std::max<std::uint64_t>(1, moments / runs) | 1});
  for (const auto& failure : report.failures) {
    ADD_FAILURE() << "tools/sim crash " << scenario.name << " --at "
                  << (failure.run.crash_at.empty() ? 0 : failure.run.crash_at.front()) << ": "
                  << failure.wrong.front();
  }
  EXPECT_GE(report.covered, runs);
  EXPECT_LE(report.longest_convergence, 120s);
}

INSTANTIATE_TEST_SUITE_P(Scenarios, Crashes, testing::Range(std::size_t{0}, scenarios().size()),
                         [](const auto& info) { return word(scenarios().at(info.param).name); });

TEST(CrashPoints, the_whole_match_has_more_than_three_hundred) {
  quiet();
  EXPECT_GT(play(scenario("whole"), {}).moments, 300U);
}

TEST(CrashPoints, one_seed_is_one_course) {
  quiet();
  const sim::Run run{.seed = 5, .crash_at = {60, 20}};
  EXPECT_EQ(play(scenario("short"), run).trace, play(scenario("short"), run).trace);
  EXPECT_NE(play(scenario("short"), {.seed = 5}).trace, play(scenario("short"), {.seed = 6}).trace);
}

struct Sabotages : testing::TestWithParam<std::size_t> {
  Sabotages() { quiet(); }
};

TEST_P(Sabotages, every_one_is_noticed) {
  const auto& sabotage = sabotages().at(GetParam());
  const auto caught = hunt(sabotage);
  EXPECT_TRUE(caught) << sabotage.what << ": nobody noticed";
}

INSTANTIATE_TEST_SUITE_P(Switches, Sabotages, testing::Range(std::size_t{0}, sabotages().size()),
                         [](const auto& info) { return word(sabotages().at(info.param).name); });

// The disk itself: what was committed survives a power cut, and what was not is gone or whole.
struct SimDiskTest : testing::Test {
  std::int64_t count() {
    store::SqliteConnection connection("a.db", store::SqliteMode::write, disk.vfs());
    return connection.run("select count(*) as n from t", {}).front().get<std::int64_t>("n");
  }
  SimDisk disk;
};

TEST_F(SimDiskTest, commits_survive_power_cuts_whatever_else_is_kept) {
  for (std::uint64_t seed = 0; seed < 60; ++seed) {
    SimDisk fresh;
    Random random(seed);
    {
      store::SqliteConnection connection("a.db", store::SqliteMode::write, fresh.vfs());
      connection.script("create table t (x text)");
      for (int i = 0; i < 20; ++i)
        connection.run("insert into t values (:x)", {{"x", std::string(900, 'x')}});
      connection.script("begin; insert into t values ('not committed')");
      fresh.power_fails(random);
    }
    store::SqliteConnection connection("a.db", store::SqliteMode::write, fresh.vfs());
    EXPECT_EQ(connection.run("select count(*) as n from t", {}).front().get<int>("n"), 20) << seed;
    EXPECT_EQ(connection.run("pragma integrity_check", {}).front().get<std::string>("integrity_check"), "ok");
  }
}

TEST_F(SimDiskTest, a_disk_that_lies_loses_commits) {
  Random random(1);
  int lost = 0;
  for (int round = 0; round < 20; ++round) {
    SimDisk fresh;
    fresh.lies = true;
    {
      store::SqliteConnection connection("a.db", store::SqliteMode::write, fresh.vfs());
      connection.script("create table t (x text)");
      fresh.power_fails(random);
    }
    try {
      store::SqliteConnection connection("a.db", store::SqliteMode::write, fresh.vfs());
      connection.run("select * from t", {});
    } catch (const store::SqlError&) {
      ++lost;
    }
  }
  EXPECT_GT(lost, 3);
}

TEST_F(SimDiskTest, a_killed_process_leaves_its_writes_and_can_write_no_more) {
  store::SqliteConnection connection("a.db", store::SqliteMode::write, disk.vfs());
  connection.script("create table t (x text); insert into t values ('one')");
  disk.process_dies();
  EXPECT_THROW(connection.script("insert into t values ('two')"), store::SqlError);
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace matchday::sim
