// Schema changes: once, in order, and never silently different.
#include "store/migrations.hpp"

#include <thread>

#include "../support/fresh_database.hpp"

namespace matchday::store {
namespace {

struct MigrationsTest : testing::TestWithParam<test::EngineKind> {
  void SetUp() override {
    SKIP_WITHOUT_ENGINE(GetParam());
    session = database.session();
  }
  Rows run(std::string_view sql) { return session->run(sql, {}); }
  Result<> migrate_to(const std::vector<Migration>& migrations, int now_ms) {
    return migrate(*session, migrations, from_ms(now_ms));
  }

  test::FreshDatabase database{GetParam()};
  std::unique_ptr<Session> session;
  Migration first{"jobs", 1, "001_a.sql", "create table a (x integer)"};
  Migration second{"jobs", 2, "002_b.sql", "create table b (x integer); insert into b values (1)"};
};

TEST_P(MigrationsTest, each_is_applied_once) {
  ASSERT_TRUE(migrate_to({first}, 1));
  ASSERT_TRUE(migrate_to({first, second}, 2));
  ASSERT_TRUE(migrate_to({first, second}, 3));
  EXPECT_EQ(run("select count(*) as n from b").front().get<int>("n"), 1);
}

TEST_P(MigrationsTest, a_newer_database_is_refused_and_left_alone) {
  ASSERT_TRUE(migrate_to({first, second}, 1));
  const auto older = migrate_to({first}, 2);
  ASSERT_FALSE(older);
  EXPECT_NE(older.error().message.find("newer version"), std::string::npos);
}

TEST_P(MigrationsTest, a_changed_migration_is_refused) {
  ASSERT_TRUE(migrate_to({first}, 1));
  first.sql += " -- edited";
  const auto changed = migrate_to({first, second}, 2);
  ASSERT_FALSE(changed);
  EXPECT_NE(changed.error().message.find("001_a.sql"), std::string::npos);
  EXPECT_THROW(run("select * from b"), SqlError);
}

TEST_P(MigrationsTest, one_that_fails_half_way_is_undone) {
  second.sql = "create table b (x integer); create table broken (";
  EXPECT_FALSE(migrate_to({first, second}, 1));
  EXPECT_THROW(run("select * from b"), SqlError);
  second.sql = "create table b (x integer)";
  EXPECT_TRUE(migrate_to({first, second}, 2));
}

TEST_P(MigrationsTest, processes_that_start_together_apply_each_once) {
  std::vector<std::jthread> processes;
  std::atomic<int> fine = 0;
  for (int i = 0; i < 4; ++i) {
    processes.emplace_back([this, &fine] {
      const auto own = database.session();
      if (migrate(*own, {first, second}, from_ms(1))) ++fine;
    });
  }
  processes.clear();
  EXPECT_EQ(fine, 4);
  EXPECT_EQ(run("select count(*) as n from b").front().get<int>("n"), 1);
}

INSTANTIATE_TEST_SUITE_P(Engines, MigrationsTest,
                         testing::Values(test::EngineKind::sqlite, test::EngineKind::postgres),
                         test::name_of);

}  // namespace
}  // namespace matchday::store
