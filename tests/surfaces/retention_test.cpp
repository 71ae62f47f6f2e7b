// Retention: what is older than its rule goes, in small steps, and nothing else does.
#include "surfaces/retention.hpp"

#include "../support/virtual_database.hpp"

namespace matchday::surfaces {
namespace {

using std::chrono::days;

class CountingEngine final : public store::Engine {
 public:
  explicit CountingEngine(store::Engine& inner) : inner_(inner) {}
  int writes = 0;
  bool fails = false;
  void write(store::Work work) override {
    ++writes;
    if (fails)
      work.done(store::SqlError(store::SqlFault::unavailable, "disk I/O error"));
    else
      inner_.write(std::move(work));
  }
  void read(store::Work work) override { inner_.read(std::move(work)); }

 private:
  store::Engine& inner_;
};

struct RetentionTest : testing::Test {
  test::VirtualDatabase world{{}};
  CountingEngine engine{world.engine};
  store::Database database{engine};

  RetentionTest() {
    world.engine.session().script(
        "create table things (id integer primary key, at_ms bigint, state text not null);"
        "create table parts (thing integer not null references things (id) on delete cascade)");
  }
  void add(int count, std::optional<Duration> age, std::string state, Duration apart = 1ms) {
    world.engine.session().run(
        "with recursive numbers (i) as (select 0 union all select i + 1 from numbers where i + 1 < :count)"
        " insert into things (at_ms, state) select :newest - i * :apart, :state from numbers",
        {{"count", count},
         {"newest", age ? std::optional(world.clock.now() - *age) : std::nullopt},
         {"apart", apart},
         {"state", state}});
  }
  std::int64_t left(const std::string& where = "1 = 1") {
    return world.count("select count(*) as n from things where " + where);
  }
  jobs::Outcome apply(std::vector<Retention> rules) {
    return world.run(apply_retention(world.clock, database, std::move(rules)));
  }
};

const Retention month{
    .table = "things", .time_column = "at_ms", .kept = days(30), .condition = "state = 'closed'"};

TEST_F(RetentionTest, only_old_rows_that_may_go_are_deleted) {
  add(3, days(31), "closed");
  add(4, days(29), "closed");
  add(5, days(99), "open");
  add(6, std::nullopt, "closed");
  EXPECT_TRUE(std::holds_alternative<jobs::Done>(apply({month})));
  EXPECT_EQ(left(), 15);
  EXPECT_EQ(left("state = 'closed' and at_ms is not null"), 4);
}

TEST_F(RetentionTest, many_rows_go_in_batches_so_that_no_other_write_waits_long) {
  add(1200, days(31), "closed");
  add(700, days(31), "open");
  apply({month});
  EXPECT_EQ(left(), 700);
  EXPECT_EQ(engine.writes, 3);
}

TEST_F(RetentionTest, rows_of_the_same_instant_all_go) {
  add(1200, days(31), "closed", 0ms);
  apply({month});
  EXPECT_EQ(left(), 0);
}

TEST_F(RetentionTest, what_belongs_to_a_row_goes_with_it) {
  add(2, days(31), "closed");
  world.engine.session().run("insert into parts select id from things", {});
  apply({month});
  EXPECT_EQ(world.count("select count(*) as n from parts"), 0);
}

TEST_F(RetentionTest, each_rule_has_its_own_age) {
  add(1, days(8), "closed");
  add(1, days(8), "open");
  auto week = month;
  week.kept = days(7);
  week.condition = "state = 'open'";
  apply({month, week});
  EXPECT_EQ(left("state = 'closed'"), 1);
  EXPECT_EQ(left("state = 'open'"), 0);
}

TEST_F(RetentionTest, a_failing_disk_is_a_failure_that_is_tried_again) {
  add(1, days(31), "closed");
  engine.fails = true;
  EXPECT_TRUE(std::holds_alternative<jobs::Failed>(apply({month})));
  engine.fails = false;
  EXPECT_TRUE(std::holds_alternative<jobs::Done>(apply({month})));
  EXPECT_EQ(left(), 0);
}

}  // namespace
}  // namespace matchday::surfaces
