// Schema changes: once, in order, and never silently different.
#include "store/migrations.hpp"

#include "../support/temporary_directory.hpp"
#include "store/sqlite_connection.hpp"

namespace matchday::store {
namespace {

struct MigrationsTest : testing::Test {
  test::TemporaryDirectory directory;
  SqliteConnection connection{directory.file("m.db"), SqliteMode::write};
  Migration first{"jobs", 1, "001_a.sql", "create table a (x integer)"};
  Migration second{"jobs", 2, "002_b.sql", "create table b (x integer); insert into b values (1)"};
};

TEST_F(MigrationsTest, each_is_applied_once) {
  ASSERT_TRUE(migrate(connection, {first}, from_ms(1)));
  ASSERT_TRUE(migrate(connection, {first, second}, from_ms(2)));
  ASSERT_TRUE(migrate(connection, {first, second}, from_ms(3)));
  EXPECT_EQ(connection.run("select count(*) as n from b", {}).front().get<int>("n"), 1);
}

TEST_F(MigrationsTest, a_newer_database_is_refused_and_left_alone) {
  ASSERT_TRUE(migrate(connection, {first, second}, from_ms(1)));
  const auto older = migrate(connection, {first}, from_ms(2));
  ASSERT_FALSE(older);
  EXPECT_NE(older.error().message.find("newer version"), std::string::npos);
}

TEST_F(MigrationsTest, a_changed_migration_is_refused) {
  ASSERT_TRUE(migrate(connection, {first}, from_ms(1)));
  first.sql += " -- edited";
  const auto changed = migrate(connection, {first, second}, from_ms(2));
  ASSERT_FALSE(changed);
  EXPECT_NE(changed.error().message.find("001_a.sql"), std::string::npos);
  EXPECT_THROW(connection.run("select * from b", {}), SqlError);
}

TEST_F(MigrationsTest, one_that_fails_half_way_is_undone) {
  second.sql = "create table b (x integer); create table broken (";
  EXPECT_FALSE(migrate(connection, {first, second}, from_ms(1)));
  EXPECT_THROW(connection.run("select * from b", {}), SqlError);
  second.sql = "create table b (x integer)";
  EXPECT_TRUE(migrate(connection, {first, second}, from_ms(2)));
}

}  // namespace
}  // namespace matchday::store
