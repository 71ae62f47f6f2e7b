// What every engine promises, shown on each with its real threads, files and sockets.
#include <atomic>

#include "../support/fresh_database.hpp"
#include "../support/run_task.hpp"
#include "store/database.hpp"

namespace matchday::store {
namespace {

struct Conformance : testing::TestWithParam<test::EngineKind> {
  void SetUp() override {
    SKIP_WITHOUT_ENGINE(GetParam());
    fresh.session()->script(
        "create table item (id bigint primary key, name text not null unique, on_call integer not null "
        "default 1);"
        "create table part (item bigint not null references item (id), size double precision, note text)");
    engine = fresh.engine();
    database.emplace(*engine);
  }

  template <class F>
  auto transact(F function) {
    return test::run(context, database->transact(std::move(function)));
  }
  template <class F>
  auto read(F function) {
    return test::run(context, database->read(std::move(function)));
  }

  static Result<int> insert(Transaction& tx, int id, const std::string& name) {
    tx.run("insert into item (id, name) values (:id, :name)", {{"id", id}, {"name", name}});
    return id;
  }
  Result<int> insert_alone(int id, const std::string& name) {
    return transact([id, name](Transaction& tx) { return insert(tx, id, name); });
  }
  std::int64_t count(const std::string& what = "item") {
    return *read([what](Transaction& tx) {
      return tx.run("select count(*) as n from " + what).front().get<std::int64_t>("n");
    });
  }
  // Runs `bodies` at the same time, each a coroutine on this loop over the engine's own threads.
  void together(std::vector<Task<void>> bodies) {
    TaskGroup group(context.get_executor(),
                    [](const std::string&, std::exception_ptr error) { ADD_FAILURE() << describe(error); });
    for (auto& body : bodies) group.spawn("body", std::move(body));
    test::run(context, group.join());
  }

  test::FreshDatabase fresh{GetParam()};
  boost::asio::io_context context;
  std::unique_ptr<Engine> engine;
  std::optional<Database> database;
};

TEST_P(Conformance, a_committed_row_is_there_for_the_next_process) {
  EXPECT_EQ(insert_alone(1, "one").value(), 1);
  database.reset();
  engine = fresh.engine();
  database.emplace(*engine);
  EXPECT_EQ(count(), 1);
}

TEST_P(Conformance, an_error_result_rolls_back_and_calls_nobody) {
  bool notified = false;
  const auto result = transact([&notified](Transaction& tx) -> Result<int> {
    tx.after_commit([&notified] { notified = true; });
    (void)insert(tx, 1, "one");
    return fail(ErrorKind::invalid, "No.");
  });
  EXPECT_EQ(result.error().message, "No.");
  EXPECT_FALSE(notified);
  EXPECT_EQ(count(), 0);
}

TEST_P(Conformance, notifications_come_after_the_commit) {
  std::int64_t seen = -1;
  ASSERT_TRUE(transact([this, &seen](Transaction& tx) {
    tx.after_commit([this, &seen] {
      seen = fresh.session()->run("select count(*) as n from item", {}).front().get<std::int64_t>("n");
    });
    return insert(tx, 1, "one");
  }));
  EXPECT_EQ(seen, 1);
}

TEST_P(Conformance, a_read_cannot_write) {
  EXPECT_FALSE(read([](Transaction& tx) { return insert(tx, 1, "one"); }));
  EXPECT_EQ(count(), 0);
}

TEST_P(Conformance, a_read_sees_one_moment_however_long_it_takes) {
  ASSERT_TRUE(insert_alone(1, "one"));
  std::atomic<bool> looked = false;
  std::atomic<bool> inserted = false;
  std::pair<std::int64_t, std::int64_t> seen;
  static constexpr auto reader = [](Database& db, std::atomic<bool>& has_looked,
                                    std::atomic<bool>& has_inserted,
                                    std::pair<std::int64_t, std::int64_t>& out) -> Task<void> {
    const auto both = co_await db.read([&](Transaction& tx) {
      const auto number = [&] {
        return tx.run("select count(*) as n from item").front().get<std::int64_t>("n");
      };
      const auto before = number();
      has_looked = true;
      while (!has_inserted) std::this_thread::yield();
      return std::pair(before, number());
    });
    out = both.value();
  };
  static constexpr auto writer = [](Database& db, std::atomic<bool>& has_looked,
                                    std::atomic<bool>& has_inserted) -> Task<void> {
    SystemClock clock;
    while (!has_looked) co_await clock.sleep(1ms);
    EXPECT_TRUE(co_await db.transact([](Transaction& tx) { return insert(tx, 2, "two"); }));
    has_inserted = true;
  };
  std::vector<Task<void>> both;
  both.push_back(reader(*database, looked, inserted, seen));
  both.push_back(writer(*database, looked, inserted));
  together(std::move(both));
  EXPECT_EQ(seen, std::pair(std::int64_t{1}, std::int64_t{1}));
  EXPECT_EQ(count(), 2);
}

TEST_P(Conformance, faults_have_the_same_names) {
  ASSERT_TRUE(insert_alone(1, "one"));
  const auto fault_of = [this](const std::string& sql) {
    const auto session = fresh.session();
    try {
      session->run(sql, {});
    } catch (const SqlError& fault) {
      return fault.fault;
    }
    ADD_FAILURE() << sql;
    return SqlFault::other;
  };
  EXPECT_EQ(fault_of("insert into item (id, name) values (1, 'two')"), SqlFault::unique);
  EXPECT_EQ(fault_of("insert into item (id, name) values (2, 'one')"), SqlFault::unique);
  EXPECT_EQ(fault_of("insert into part (item) values (17)"), SqlFault::foreign_key);
  EXPECT_EQ(fault_of("insert into item (id, name) values (3, null)"), SqlFault::constraint);
  EXPECT_EQ(fault_of("select nothing from nowhere"), SqlFault::other);
  EXPECT_EQ(insert_alone(1, "two").error().kind, ErrorKind::conflict);
}

// Two doctors may not both go off call: each sees the other on call and goes. One of the two must fail or
// wait.
TEST_P(Conformance, write_skew_does_not_happen) {
  static constexpr auto go_off_call = [](Database& db, int who) -> Task<void> {
    (void)co_await db.transact([who](Transaction& tx) -> Result<> {
      const auto others =
          tx.run("select count(*) as n from item where on_call = 1 and id <> :who", {{"who", who}});
      if (others.front().get<int>("n") == 0) return fail(ErrorKind::conflict, "Nobody else is on call.");
      tx.run("update item set on_call = 0 where id = :who", {{"who", who}});
      return {};
    });
  };
  ASSERT_TRUE(insert_alone(1, "one"));
  ASSERT_TRUE(insert_alone(2, "two"));
  for (int round = 0; round < 25; ++round) {
    ASSERT_TRUE(transact([](Transaction& tx) -> Result<> {
      tx.run("update item set on_call = 1");
      return {};
    }));
    std::vector<Task<void>> both;
    both.push_back(go_off_call(*database, 1));
    both.push_back(go_off_call(*database, 2));
    together(std::move(both));
    ASSERT_EQ(count("item where on_call = 1"), 1) << "round " << round;
  }
}

TEST_P(Conformance, no_increment_is_lost) {
  ASSERT_TRUE(insert_alone(1, "one"));
  static constexpr auto increment = [](Database& db) -> Task<void> {
    EXPECT_TRUE(co_await db.transact([](Transaction& tx) -> Result<> {
      const auto before = tx.run("select on_call from item where id = 1").front().get<int>("on_call");
      tx.run("update item set on_call = :after where id = 1", {{"after", before + 1}});
      return {};
    }));
  };
  std::vector<Task<void>> all;
  for (int i = 0; i < 60; ++i) all.push_back(increment(*database));
  together(std::move(all));
  EXPECT_EQ(count("item where on_call = 61"), 1);
}

// Find or make, at the same time: the key is unique, and nobody hears that it was taken.
TEST_P(Conformance, a_row_that_all_want_to_make_is_made_once_and_found_by_the_others) {
  static constexpr auto find_or_make = [](Database& db, int id, std::vector<int>* seen) -> Task<void> {
    const auto found = co_await db.transact([id](Transaction& tx) -> Result<int> {
      const auto rows = tx.run("select id from item where name = 'the one'");
      return rows.empty() ? insert(tx, id, "the one") : rows.front().get<int>("id");
    });
    EXPECT_TRUE(found) << found.error().describe();
    if (found) seen->push_back(*found);
  };
  std::vector<int> seen;
  std::vector<Task<void>> all;
  for (int i = 1; i <= 12; ++i) all.push_back(find_or_make(*database, i, &seen));
  together(std::move(all));
  EXPECT_EQ(seen, std::vector<int>(12, seen.front()));
}

// A page begins after the last key of the one before it: the order is the same everywhere, byte by byte.
TEST_P(Conformance, pages_by_cursor_give_every_row_once_in_the_order_of_bytes) {
  const std::vector<std::string> names{"Zoe",  "adam", "Ädam", "a b",  "a_b", "a-b",
                                       "élan", "Eve",  "eve",  "日本", "~",   "0"};
  int id = 0;
  for (const auto& name : names) ASSERT_TRUE(insert_alone(++id, name));
  std::vector<std::string> paged;
  for (std::string after;;) {
    const auto page = *read([after](Transaction& tx) {
      std::vector<std::string> out;
      for (const auto& row : tx.run("select name from item where name collate \"C\" > :after"
                                    " order by name collate \"C\" limit 5",
                                    {{"after", after}}))
        out.push_back(row.get<std::string>("name"));
      return out;
    });
    if (page.empty()) break;
    std::ranges::copy(page, std::back_inserter(paged));
    after = page.back();
  }
  auto sorted = names;
  std::ranges::sort(sorted);
  EXPECT_EQ(paged, sorted);
}

TEST_P(Conformance, a_statement_with_a_wrong_or_missing_parameter_is_refused) {
  const auto session = fresh.session();
  EXPECT_THROW(session->run("select :a as a", {}), SqlError);
  EXPECT_THROW(session->run("select 1 as a", {{"b", 1}}), SqlError);
  EXPECT_THROW(session->run("select 1 as a", {}).front().get<std::string>("a"), SqlError);
  EXPECT_THROW(session->run("select null as a", {}).front().get<int>("a"), SqlError);
  EXPECT_EQ(session->run("select null as a", {}).front().get<std::optional<int>>("a"), std::nullopt);
}

TEST_P(Conformance, parameters_are_values_wherever_their_name_stands) {
  const auto session = fresh.session();
  const auto row =
      session
          ->run(
              "select ':a' as quoted, :a as a, 'it''s :a' as doubled, /* :a */ :a || :b as both -- :c\n"
              ", \"name\" as name from (select 'x' as \"name\") as t where 'x' <> :b",
              {{"a", "'; drop table item; --"}, {"b", "$1"}})
          .front();
  EXPECT_EQ(row.get<std::string>("quoted"), ":a");
  EXPECT_EQ(row.get<std::string>("a"), "'; drop table item; --");
  EXPECT_EQ(row.get<std::string>("doubled"), "it's :a");
  EXPECT_EQ(row.get<std::string>("both"), "'; drop table item; --$1");
}

TEST_P(Conformance, every_kind_of_value_round_trips) {
  const auto session = fresh.session();
  const std::string text = "ünïcödé 日本 \\ ' \" \n\t";
  const auto row = session
                       ->run(
                           "select :i as i, :d as d, :s as s, :b as b, :t as t, :c as c, :j as j, :r as r,"
                           " exists (select 1) as e, 7 is distinct from null as x",
                           {{"i", std::int64_t{-5}},
                            {"d", 0.1},
                            {"s", text},
                            {"b", true},
                            {"t", from_ms(1234)},
                            {"c", ChannelId{18446744073709551615U}},
                            {"j", json::value{{"a", 1}}},
                            {"r", ResourceId{9223372036854775807}}})
                       .front();
  EXPECT_EQ(row.get<std::int64_t>("i"), -5);
  EXPECT_EQ(row.get<double>("d"), 0.1);
  EXPECT_EQ(row.get<std::string>("s"), text);
  EXPECT_EQ(row.get<bool>("b"), true);
  EXPECT_EQ(row.get<Time>("t"), from_ms(1234));
  EXPECT_EQ(row.get<ChannelId>("c"), ChannelId{18446744073709551615U});
  EXPECT_EQ(row.get<json::value>("j"), (json::value{{"a", 1}}));
  EXPECT_EQ(row.get<ResourceId>("r"), ResourceId{9223372036854775807});
  EXPECT_TRUE(row.get<bool>("e"));
  EXPECT_TRUE(row.get<bool>("x"));
}

TEST_P(Conformance, affected_counts_rows_and_null_parameters_take_the_columns_type) {
  const auto session = fresh.session();
  session->run("insert into item (id, name) values (1, 'a'), (2, 'b')", {});
  EXPECT_EQ(session->run("update item set on_call = 5", {}).affected, 2);
  EXPECT_EQ(session
                ->run("update item set on_call = coalesce(:new, on_call), name = coalesce(:name, name)",
                      {{"new", std::optional<int>{}}, {"name", std::optional<std::string>{}}})
                .affected,
            2);
  session->run("insert into part (item, size, note) values (1, :size, :note)",
               {{"size", std::optional<double>{}}, {"note", std::nullopt}});
  EXPECT_EQ(session->run("select sum(on_call) as s from item", {}).front().get<int>("s"), 10);
  EXPECT_EQ(session->run("delete from item where id = 99", {}).affected, 0);
}

INSTANTIATE_TEST_SUITE_P(Engines, Conformance,
                         testing::Values(test::EngineKind::sqlite, test::EngineKind::postgres),
                         test::name_of);

}  // namespace
}  // namespace matchday::store
