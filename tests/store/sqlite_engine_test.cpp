// What is SQLite's alone: the group commit, the limit of a read, and the data directory. The rest is in
// conformance_test.cpp.
#include "store/sqlite_engine.hpp"

#include "../support/run_task.hpp"
#include "../support/temporary_directory.hpp"
#include "store/data_directory.hpp"

namespace matchday::store {
namespace {

struct SqliteEngineTest : testing::Test {
  test::TemporaryDirectory directory;
  SystemClock clock;
  boost::asio::io_context context;
  std::string path = directory.file("matchday.db");

  SqliteEngineTest() {
    SqliteConnection(path, SqliteMode::write)
        .script("create table item (id integer primary key, name text not null unique)");
  }

  static Result<int> insert(Transaction& tx, int id, const std::string& name) {
    tx.run("insert into item (id, name) values (:id, :name)", {{"id", id}, {"name", name}});
    return id;
  }

  static std::int64_t count(Database& database, boost::asio::io_context& context) {
    return *test::run(context, database.read([](Transaction& tx) {
      return tx.run("select count(*) as n from item").front().get<std::int64_t>("n");
    }));
  }
};

TEST_F(SqliteEngineTest, one_failing_function_of_a_group_does_not_disturb_the_others) {
  SqliteEngine engine(clock, {.path = path});
  Database database(engine);
  TaskGroup group(context.get_executor(), [](const std::string&, std::exception_ptr) { FAIL(); });
  std::vector<ErrorKind> failures;
  for (int i = 0; i < 200; ++i) {
    group.spawn("insert", [](Database& db, int id, std::vector<ErrorKind>* out) -> Task<void> {
      // Every tenth wants a name that exists already.
      const std::string name = id % 10 == 9 ? "0" : std::to_string(id);
      auto done = co_await db.transact([id, name](Transaction& tx) { return insert(tx, id, name); });
      if (!done) out->push_back(done.error().kind);
    }(database, i, &failures));
  }
  test::run(context, group.join());
  EXPECT_EQ(failures, std::vector<ErrorKind>(20, ErrorKind::conflict));
  EXPECT_EQ(count(database, context), 180);
}

TEST_F(SqliteEngineTest, a_read_that_never_ends_is_stopped_and_the_next_one_works) {
  SqliteEngine engine(clock, {.path = path, .readers = 1, .read_time_max = 50ms});
  Database database(engine);
  const auto endless = test::run(context, database.read([](Transaction& tx) {
    return tx
        .run("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as n from n")
        .front()
        .get<std::int64_t>("n");
  }));
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(count(database, context), 0);
}

TEST(DataDirectoryTest, only_one_holder_at_a_time) {
  const test::TemporaryDirectory directory;
  {
    const auto first = DataDirectory::open(directory.path() / "data");
    ASSERT_TRUE(first);
    const auto second = DataDirectory::open(directory.path() / "data");
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind, ErrorKind::conflict);
  }
  EXPECT_TRUE(DataDirectory::open(directory.path() / "data"));
}

TEST(DataDirectoryTest, a_path_that_cannot_be_made_is_named) {
  const auto opened = DataDirectory::open("/dev/null/data");
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find("/dev/null/data"), std::string::npos);
}

}  // namespace
}  // namespace matchday::store
