// What is PostgreSQL's alone: connections that break, limits of the server, announcements.
#include "store/postgres_engine.hpp"

#include <future>

#include "../support/fresh_database.hpp"
#include "../support/run_task.hpp"

namespace matchday::store {
namespace {

struct PostgresEngineTest : testing::Test {
  void SetUp() override {
    SKIP_WITHOUT_ENGINE(test::EngineKind::postgres);
    fresh.session()->script("create table item (id bigint primary key, n integer not null default 0)");
  }
  Result<std::int64_t> insert(Database& database, int id) {
    return test::run(context, database.transact([id](Transaction& tx) {
      return tx.run("insert into item (id) values (:id)", {{"id", id}}).affected;
    }));
  }
  std::int64_t number(const std::string& sql) {
    return fresh.session()->run(sql, {}).front().get<std::int64_t>("n");
  }

  SystemClock clock;
  test::FreshDatabase fresh{test::EngineKind::postgres};
  boost::asio::io_context context;
};

TEST_F(PostgresEngineTest, connections_that_an_operator_cuts_are_made_anew) {
  const auto engine = fresh.engine();
  Database database(*engine);
  ASSERT_TRUE(insert(database, 1));
  fresh.session()->run(
      // Of this test alone: other test programs work in the same server.
      "select pg_terminate_backend(pid) as x from pg_stat_activity"
      " where application_name = current_setting('application_name') and pid <> pg_backend_pid()",
      {});
  int failed = 0;
  for (int id = 2; id < 30; ++id) failed += insert(database, id) ? 0 : 1;
  EXPECT_EQ(failed, 0) << "nothing had happened on them yet";
  EXPECT_EQ(number("select count(*) as n from item"), 29);
}

TEST_F(PostgresEngineTest, a_database_that_is_not_there_is_unavailable_at_once) {
  PostgresEngine engine(
      clock, {.connection = {.url = Secret<std::string>("postgresql://me:hunter2@127.0.0.1:1/x")}});
  Database database(engine);
  const auto begun = clock.steady();
  for (int i = 0; i < 50; ++i) {
    const auto done = insert(database, i);
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::unavailable);
    EXPECT_FALSE(done.error().message.contains("hunter2"));
  }
  EXPECT_LT(clock.steady() - begun, 3s);
}

TEST_F(PostgresEngineTest, an_address_that_cannot_be_read_is_not_repeated_with_its_password) {
  for (const auto* address : {"postgresql://me:hunter2@[::1", "postgresql://me:hunter2@host:port/x",
                              "postgresql://me:hunter2%zz@host/x", "postgresql://me:hunter2@[::1]x/y"}) {
    try {
      PostgresConnection(clock, {.url = Secret<std::string>(address), .connect_time_max = 1s});
      ADD_FAILURE() << address;
    } catch (const SqlError& fault) {
      EXPECT_FALSE(std::string_view(fault.what()).contains("hunter2")) << fault.what();
    }
  }
}

TEST_F(PostgresEngineTest, a_statement_that_never_ends_is_stopped_and_the_next_one_works) {
  auto options = fresh.postgres_options();
  options.statement_time_max = 100ms;
  PostgresEngine engine(clock, {.connection = options, .readers = 1});
  Database database(engine);
  const auto endless = test::run(context, database.read([](Transaction& tx) {
    return tx
        .run("with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) as n from n")
        .front()
        .get<std::int64_t>("n");
  }));
  ASSERT_FALSE(endless);
  EXPECT_EQ(endless.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(
      test::run(context, database.read([](Transaction& tx) { return tx.run("select 1 as n").size(); })));
}

// A process that is stopped in the middle of a transaction must not keep the others out for longer than that.
TEST_F(PostgresEngineTest, locks_of_a_process_that_stands_still_are_released_by_the_server) {
  auto options = fresh.postgres_options();
  options.statement_time_max = 300ms;
  PostgresConnection stopped(clock, options);
  fresh.session()->run("insert into item (id) values (1)", {});
  stopped.begin(Access::write);
  stopped.run("update item set n = 1", {});
  const auto engine = fresh.engine();
  Database database(*engine);
  const auto begun = clock.steady();
  const auto other = test::run(context, database.transact([](Transaction& tx) {
    return tx.run("update item set n = n + 10").affected;
  }));
  EXPECT_TRUE(other);
  EXPECT_LT(clock.steady() - begun, 4s);
  EXPECT_THROW(stopped.commit(), SqlError) << "awake again, it changes nothing";
  EXPECT_EQ(number("select n from item"), 10);
}

TEST_F(PostgresEngineTest, what_one_process_announces_is_heard_by_another_after_the_commit) {
  const auto listener = fresh.engine();
  std::promise<void> listening;
  std::promise<void> heard;
  std::atomic<int> calls = 0;
  listener->on_announcement([&] {
    const int call = ++calls;
    if (call == 1) listening.set_value();  // what was missed before it listened
    if (call == 2) heard.set_value();
  });
  ASSERT_EQ(listening.get_future().wait_for(5s), std::future_status::ready);
  const auto engine = fresh.engine();
  Database database(*engine);
  ASSERT_TRUE(test::run(context, database.transact([](Transaction& tx) {
    tx.announce();
    tx.announce();
    return tx.run("insert into item (id) values (1)").affected;
  })));
  EXPECT_EQ(heard.get_future().wait_for(5s), std::future_status::ready);
}

TEST_F(PostgresEngineTest, text_that_postgresql_cannot_store_is_refused_as_input) {
  const auto engine = fresh.engine();
  Database database(*engine);
  for (const auto& text : {std::string("a\0b", 3), std::string("\xc3\x28")}) {
    const auto done = test::run(context, database.transact([text](Transaction& tx) {
      return tx.run("select :t as t", {{"t", text}}).front().get<std::string>("t");
    }));
    ASSERT_FALSE(done);
    EXPECT_EQ(done.error().kind, ErrorKind::invalid);
  }
}

}  // namespace
}  // namespace matchday::store
