// A retention rule's condition is a piece of SQL out of a feature: it narrows what may go, however it is
// written. Ages and batches are in retention_test.cpp.
#include "../support/virtual_database.hpp"
#include "surfaces/retention.hpp"

namespace matchday::surfaces {
namespace {

struct RetentionConditionTest : testing::Test {
  test::VirtualDatabase world{{}};

  RetentionConditionTest() {
    world.engine.session().run("create table visits (at_ms bigint, state text)", {});
  }
  void visit(Duration age, std::string_view state) {
    world.engine.session().run("insert into visits (at_ms, state) values (:at, :state)",
                               {{"at", world.clock.now() - age}, {"state", state}});
  }
  std::int64_t left_after(std::string condition) {
    const auto outcome = world.run(apply_retention(
        world.clock, world.database,
        {{.table = "visits", .time_column = "at_ms", .kept = 24h, .condition = std::move(condition)}}));
    EXPECT_TRUE(std::holds_alternative<jobs::Done>(outcome));
    return world.count("select count(*) as n from visits");
  }
};

TEST_F(RetentionConditionTest, an_or_in_a_condition_deletes_no_young_rows) {
  visit(1h, "gone");
  visit(1h, "over");
  visit(48h, "gone");
  visit(48h, "over");
  visit(48h, "open");
  EXPECT_EQ(left_after("state = 'over' or state = 'gone'"), 3);
  EXPECT_EQ(world.count("select count(*) as n from visits where state = 'open'"), 1);
}

TEST_F(RetentionConditionTest, a_row_is_not_deleted_for_its_neighbour_of_the_same_millisecond) {
  visit(48h, "over");
  visit(48h, "open");
  EXPECT_EQ(left_after("state = 'over'"), 1);
  EXPECT_EQ(world.count("select count(*) as n from visits where state = 'open'"), 1);
}

TEST_F(RetentionConditionTest, a_rule_that_is_no_sql_fails_the_job) {
  const auto outcome = world.run(apply_retention(
      world.clock, world.database, {{.table = "no_such_table", .time_column = "at_ms", .kept = 24h}}));
  EXPECT_TRUE(std::holds_alternative<jobs::Failed>(outcome));
}

}  // namespace
}  // namespace matchday::surfaces
