// The SQLite engine with its real threads and files.
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

TEST_F(SqliteEngineTest, a_committed_row_is_there_for_the_next_process) {
  {
    SqliteEngine engine(clock, {.path = path});
    Database database(engine);
    EXPECT_EQ(
        test::run(context, database.transact([](Transaction& tx) { return insert(tx, 1, "one"); })).value(),
        1);
  }
  SqliteEngine engine(clock, {.path = path});
  Database database(engine);
  EXPECT_EQ(count(database, context), 1);
}

TEST_F(SqliteEngineTest, an_error_result_rolls_back_and_calls_nobody) {
  SqliteEngine engine(clock, {.path = path});
  Database database(engine);
  bool notified = false;
  const auto result = test::run(context, database.transact([&notified](Transaction& tx) -> Result<int> {
    tx.after_commit([&notified] { notified = true; });
    (void)insert(tx, 1, "one");
    return fail(ErrorKind::invalid, "No.");
  }));
  EXPECT_EQ(result.error().message, "No.");
  EXPECT_FALSE(notified);
  EXPECT_EQ(count(database, context), 0);
}

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

TEST_F(SqliteEngineTest, notifications_come_after_the_commit) {
  SqliteEngine engine(clock, {.path = path});
  Database database(engine);
  std::int64_t seen = -1;
  (void)test::run(context, database.transact([this, &seen](Transaction& tx) {
    tx.after_commit([this, &seen] {
      SqliteConnection other(path, SqliteMode::read_only);
      seen = other.run("select count(*) as n from item", {}).front().get<std::int64_t>("n");
    });
    return insert(tx, 1, "one");
  }));
  EXPECT_EQ(seen, 1);
}

TEST_F(SqliteEngineTest, a_read_cannot_write) {
  SqliteEngine engine(clock, {.path = path});
  Database database(engine);
  EXPECT_FALSE(test::run(context, database.read([](Transaction& tx) { return insert(tx, 1, "one"); })));
  EXPECT_EQ(count(database, context), 0);
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

TEST_F(SqliteEngineTest, a_statement_with_a_wrong_or_missing_parameter_is_refused) {
  SqliteConnection connection(path, SqliteMode::write);
  EXPECT_THROW(connection.run("select :a as a", {}), SqlError);
  EXPECT_THROW(connection.run("select 1 as a", {{"b", 1}}), SqlError);
  EXPECT_THROW(connection.run("select 1 as a", {}).front().get<std::string>("a"), SqlError);
  EXPECT_THROW(connection.run("select null as a", {}).front().get<int>("a"), SqlError);
  EXPECT_EQ(connection.run("select null as a", {}).front().get<std::optional<int>>("a"), std::nullopt);
}

TEST_F(SqliteEngineTest, every_kind_of_value_round_trips) {
  SqliteConnection connection(path, SqliteMode::write);
  const std::string bytes("nul\0 and ünïcödé", 18);
  const auto row = connection
                       .run("select :i as i, :d as d, :s as s, :b as b, :t as t, :c as c, :j as j, :r as r",
                            {{"i", std::int64_t{-5}},
                             {"d", 1.5},
                             {"s", bytes},
                             {"b", true},
                             {"t", from_ms(1234)},
                             {"c", ChannelId{175928847299117063}},
                             {"j", json::value{{"a", 1}}},
                             {"r", ResourceId{7}}})
                       .front();
  EXPECT_EQ(row.get<std::int64_t>("i"), -5);
  EXPECT_EQ(row.get<double>("d"), 1.5);
  EXPECT_EQ(row.get<std::string>("s"), bytes);
  EXPECT_EQ(row.get<bool>("b"), true);
  EXPECT_EQ(row.get<Time>("t"), from_ms(1234));
  EXPECT_EQ(row.get<ChannelId>("c"), ChannelId{175928847299117063});
  EXPECT_EQ(row.get<json::value>("j"), (json::value{{"a", 1}}));
  EXPECT_EQ(row.get<ResourceId>("r"), ResourceId{7});
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
