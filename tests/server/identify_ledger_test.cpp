// The gateway's budget over a real database: what a restarted process still knows of the day's identifies.
#include "server/identify_ledger.hpp"

#include "../support/virtual_database.hpp"
#include "base/log.hpp"
#include "schema.hpp"

namespace matchday::server {
namespace {

struct IdentifyLedgerTest : testing::Test {
  test::VirtualDatabase world{server_schema()};
  StoredIdentifyLedger ledger{world.clock, world.database};

  void identify() { sim::run(world.context, world.clock, ledger.record(world.clock.now())); }
};

TEST_F(IdentifyLedgerTest, another_process_knows_the_identifies_of_the_last_day_oldest_first) {
  const auto first = world.clock.now();
  identify();
  world.pass(23h);
  const auto second = world.clock.now();
  identify();
  StoredIdentifyLedger restarted(world.clock, world.database);
  EXPECT_THAT(world.run(restarted.recent()), testing::ElementsAre(first, second));
  world.pass(2h);
  EXPECT_THAT(world.run(restarted.recent()), testing::ElementsAre(second));
}

TEST_F(IdentifyLedgerTest, what_is_two_days_old_is_deleted) {
  identify();
  world.pass(49h);
  identify();
  EXPECT_EQ(world.count("select count(*) as n from gateway_identifies"), 1);
}

TEST_F(IdentifyLedgerTest, a_database_that_cannot_be_read_leaves_a_warning_and_stops_nobody) {
  std::vector<log::Level> lines;
  log::set_level(log::Level::error);
  log::set_tap([&](log::Level level, std::string_view) { lines.push_back(level); });
  world.engine.session().run("drop table gateway_identifies", {});
  identify();
  EXPECT_TRUE(world.run(ledger.recent()).empty());
  log::set_tap({});
  EXPECT_THAT(lines, testing::ElementsAre(log::Level::warning, log::Level::warning));
}

}  // namespace
}  // namespace matchday::server
