// See sqlite_engine.hpp.
#include "store/sqlite_engine.hpp"

#include "base/log.hpp"

namespace matchday::store {
namespace {

// Runs one function under a savepoint. Gives the fault if it threw; an error result only rolls back.
std::optional<SqlError> run_under_savepoint(SqliteConnection& connection, Work& work) {
  connection.run("savepoint work", {});
  try {
    const bool keep = work.run(connection);
    if (!keep) connection.run("rollback to work", {});
    connection.run("release work", {});
    return std::nullopt;
  } catch (const SqlError& fault) {
    connection.run("rollback to work", {});
    connection.run("release work", {});
    return fault;
  }
}

// What is left of a transaction whose commit failed. SQLite may have rolled back already.
void abandon(SqliteConnection& connection) {
  try {
    connection.run("rollback", {});
  } catch (const SqlError&) {
    log::debug("The failed transaction was already rolled back");
  }
}

void commit_alone(SqliteConnection& connection, Work& work) {
  std::optional<SqlError> fault;
  try {
    connection.run("begin immediate", {});
    fault = run_under_savepoint(connection, work);
    connection.run("commit", {});
  } catch (const SqlError& broken) {
    abandon(connection);
    fault = broken;
  }
  work.done(std::move(fault));
}

}  // namespace

void commit_group(SqliteConnection& connection, std::deque<Work> works) {
  std::vector<std::optional<SqlError>> faults;
  try {
    connection.run("begin immediate", {});
    for (auto& work : works) faults.push_back(run_under_savepoint(connection, work));
    connection.run("commit", {});
  } catch (const SqlError& broken) {
    abandon(connection);
    log::warning("A group commit failed; its functions run again one by one", {{"error", broken.what()}});
    for (auto& work : works) commit_alone(connection, work);
    return;
  }
  for (std::size_t i = 0; i < works.size(); ++i) works[i].done(std::move(faults[i]));
}

SqliteEngine::SqliteEngine(const Clock& clock, SqliteEngineOptions options)
    : clock_(clock), options_(std::move(options)), writer_(options_.path, SqliteMode::write) {
  threads_.emplace_back([this] { write_loop(); });
  for (std::size_t i = 0; i < options_.readers; ++i) threads_.emplace_back([this] { read_loop(); });
}

SqliteEngine::~SqliteEngine() {
  for (auto* lane : {&writes_, &reads_}) {
    const std::lock_guard lock(lane->mutex);
    lane->stopping = true;
    lane->ready.notify_all();
  }
}

void SqliteEngine::push(Lane& lane, Work work) {
  {
    const std::lock_guard lock(lane.mutex);
    if (!lane.stopping && lane.queue.size() < options_.queue_max) {
      lane.queue.push_back(std::move(work));
      lane.ready.notify_one();
      return;
    }
  }
  work.done(SqlError(SqlFault::unavailable, "too much work is queued"));
}

void SqliteEngine::write(Work work) {
  push(writes_, std::move(work));
}
void SqliteEngine::read(Work work) {
  push(reads_, std::move(work));
}

void SqliteEngine::write_loop() {
  for (;;) {
    std::deque<Work> group;
    {
      std::unique_lock lock(writes_.mutex);
      writes_.ready.wait(lock, [this] { return writes_.stopping || !writes_.queue.empty(); });
      if (writes_.queue.empty()) return;
      while (!writes_.queue.empty() && group.size() < options_.group_functions_max) {
        group.push_back(std::move(writes_.queue.front()));
        writes_.queue.pop_front();
      }
    }
    commit_group(writer_, std::move(group));
  }
}

void SqliteEngine::read_loop() {
  SqliteConnection connection(options_.path, SqliteMode::read_only);
  Steady limit{};
  connection.set_interrupt([this, &limit] { return clock_.steady() > limit; });
  for (;;) {
    std::optional<Work> work;
    {
      std::unique_lock lock(reads_.mutex);
      reads_.ready.wait(lock, [this] { return reads_.stopping || !reads_.queue.empty(); });
      if (reads_.queue.empty()) return;
      work.emplace(std::move(reads_.queue.front()));
      reads_.queue.pop_front();
    }
    limit = clock_.steady() + options_.read_time_max;
    std::optional<SqlError> fault;
    try {
      connection.run("begin", {});
      fault = run_under_savepoint(connection, *work);
      connection.run("commit", {});
    } catch (const SqlError& broken) {
      abandon(connection);
      fault = broken;
    }
    work->done(std::move(fault));
  }
}

}  // namespace matchday::store
