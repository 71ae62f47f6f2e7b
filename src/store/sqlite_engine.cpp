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

}  // namespace

void commit_group(SqliteConnection& connection, std::deque<Work> works) {
  std::vector<std::optional<SqlError>> faults;
  try {
    connection.begin(Access::write);
    for (auto& work : works) faults.push_back(run_under_savepoint(connection, work));
    connection.commit();
  } catch (const SqlError& broken) {
    abandon(connection);
    log::warning("A group commit failed; its functions run again one by one", {{"error", broken.what()}});
    for (auto& work : works) run_once(connection, work, Access::write);
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
  writes_.close();
  reads_.close();
}

void SqliteEngine::write_loop() {
  for (;;) {
    auto group = writes_.take(options_.group_functions_max);
    if (group.empty()) return;
    commit_group(writer_, std::move(group));
  }
}

void SqliteEngine::read_loop() {
  SqliteConnection connection(options_.path, SqliteMode::read_only);
  Steady limit{};
  connection.set_interrupt([this, &limit] { return clock_.steady() > limit; });
  for (;;) {
    auto taken = reads_.take(1);
    if (taken.empty()) return;
    limit = clock_.steady() + options_.read_time_max;
    run_once(connection, taken.front(), Access::read);
  }
}

}  // namespace matchday::store
