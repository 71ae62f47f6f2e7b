// Jobs a second beside the raw commit rate of the same database, in one run: every job is enqueued in a
// transaction of its own, claimed under a lease, run, and its end stored. `matchday_bench_jobs` measures
// SQLite in a temporary directory, `matchday_bench_jobs postgresql://…` PostgreSQL. Not here: what jobs do.
#include <fmt/format.h>
#include <stdlib.h>  // mkdtemp

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <filesystem>

#include "base/log.hpp"
#include "jobs/runner.hpp"
#include "store/postgres_engine.hpp"
#include "store/sqlite_engine.hpp"

namespace matchday::bench {
namespace {

constexpr int commits = 3000;
constexpr int jobs_total = 6000;
constexpr int writers = 64;  // that wait for their commits at the same time

double seconds_since(const Clock& clock, Steady begin) {
  return std::chrono::duration<double>(clock.steady() - begin).count();
}

Task<void> commit_alone(store::Database& database, int count, int first) {
  for (int i = 0; i < count; ++i) {
    auto done = co_await database.transact([key = first + i](store::Transaction& tx) {
      return tx
          .run("insert into raw (id, text) values (:id, 'about as long as a line of a table')", {{"id", key}})
          .affected;
    });
    CHECK(done);
  }
}

Task<void> enqueue(store::Database& database, jobs::Queue& queue, Clock& clock, int count, int first) {
  for (int i = 0; i < count; ++i) {
    auto done = co_await database.transact([&queue, subject = std::to_string(first + i),
                                            now = clock.now()](store::Transaction& tx) -> Result<> {
      queue.enqueue(tx, {.organization = OrganizationId{1}, .kind = "k", .subject = subject, .run_at = now});
      return {};
    });
    CHECK(done);
  }
}

// One after the other, and `writers` at once.
Task<void> measure_commits(Executor executor, Clock& clock, store::Database& database) {
  auto begin = clock.steady();
  co_await commit_alone(database, commits / 4, 0);
  fmt::print("raw commits, one after the other   {:8.0f} a second\n",
             commits / 4 / seconds_since(clock, begin));
  TaskGroup group(executor, [](const std::string&, const std::exception_ptr&) { CHECK(false); });
  begin = clock.steady();
  for (int i = 0; i < writers; ++i)
    group.spawn("commits", commit_alone(database, commits / writers, 1'000'000 * (i + 1)));
  co_await group.join();
  fmt::print("raw commits, {} at once            {:8.0f} a second\n", writers,
             commits / writers * writers / seconds_since(clock, begin));
}

Task<void> measure_jobs(Executor executor, Clock& clock, store::Database& database) {
  IdSource ids(clock, Random(1));
  jobs::Queue queue(executor, ids);
  Metrics metrics;
  jobs::Runner runner(executor, clock, Random(2), database, queue, metrics, {});
  int ran = 0;
  Signal all(executor);
  runner.handle("k", [&](const jobs::Job&) {
    return [](int* count, Signal* done) -> Task<jobs::Outcome> {
      if (++*count == jobs_total) done->notify_all();
      co_return jobs::Done{};
    }(&ran, &all);
  });
  TaskGroup group(executor, [](const std::string&, const std::exception_ptr&) { CHECK(false); });
  const auto begin = clock.steady();
  for (int i = 0; i < writers; ++i)
    group.spawn("enqueue", enqueue(database, queue, clock, jobs_total / writers, 10'000 * i));
  co_await group.join();
  const auto enqueued = clock.steady();
  fmt::print("jobs enqueued, {} at once          {:8.0f} a second\n", writers,
             jobs_total / std::chrono::duration<double>(enqueued - begin).count());
  group.spawn("runner", runner.run("bench", true));
  while (ran < jobs_total / writers * writers) co_await clock.sleep(1ms);
  co_await runner.drain(10s);
  fmt::print("jobs claimed, run and ended        {:8.0f} a second\n",
             ran / std::chrono::duration<double>(clock.steady() - enqueued).count());
  group.cancel_all();
  co_await group.join();
}

void measure(store::Session& session, store::Engine& engine, const Clock& system_clock) {
  CHECK(store::migrate(session, jobs::migrations(), system_clock.now()));
  session.script("create table raw (id bigint primary key, text text not null)");
  boost::asio::io_context context;
  SystemClock clock;
  store::Database database(engine);
  boost::asio::co_spawn(
      context,
      [](Executor executor, Clock& c, store::Database& db) -> Task<void> {
        co_await measure_commits(executor, c, db);
        co_await measure_jobs(executor, c, db);
      }(context.get_executor(), clock, database),
      [&](const std::exception_ptr& error) {
        CHECK(!error);
        context.stop();
      });
  context.run();
}

int main(int argc, char** argv) {
  log::set_level(log::Level::error);
  SystemClock clock;
  if (argc > 1) {
    const store::PostgresOptions options{.url = Secret<std::string>(argv[1])};
    store::PostgresConnection session(clock, options);
    store::PostgresEngine engine(clock, {.connection = options});
    measure(session, engine, clock);
    fmt::print("transactions that collided and ran again: {}\n", engine.collisions());
    return 0;
  }
  std::string pattern = (std::filesystem::current_path() / "matchday-bench-XXXXXX").string();
  CHECK(mkdtemp(pattern.data()) != nullptr);
  {
    const auto path = pattern + "/matchday.db";
    store::SqliteConnection session(path, store::SqliteMode::write);
    store::SqliteEngine engine(clock, {.path = path});
    measure(session, engine, clock);
  }
  std::filesystem::remove_all(pattern);
  return 0;
}

}  // namespace
}  // namespace matchday::bench

int main(int argc, char** argv) {
  return matchday::bench::main(argc, argv);
}
