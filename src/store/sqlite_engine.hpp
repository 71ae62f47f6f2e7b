// The SQLite engine: one writer thread that commits in groups, and read connections with a time limit. A
// group is what queued while the last commit was under way; each function of it runs under its own savepoint,
// and if the group's commit fails, each is run again alone.
#pragma once
#include <deque>
#include <string>
#include <thread>

#include "store/sqlite_connection.hpp"
#include "store/work_queue.hpp"

namespace matchday::store {

struct SqliteEngineOptions {
  std::string path;
  std::size_t group_functions_max = 64;
  std::size_t readers = 2;
  Duration read_time_max = 5s;     // then the read ends with `unavailable`
  std::size_t queue_max = 20'000;  // further work is refused with `unavailable`
};

// Runs `works` as one transaction on `connection`, or one by one if that fails; calls every `done`. Shared
// with the simulator, so that both commit in the same way.
void commit_group(SqliteConnection& connection, std::deque<Work> works);

class SqliteEngine final : public Engine {
 public:
  // Opens the file. Throws SqlError. Lifetime: `clock` outlives the engine; SystemClock may be read by any
  // thread.
  SqliteEngine(const Clock& clock, SqliteEngineOptions options);
  // Finishes what is queued, then stops the threads.
  ~SqliteEngine() override;

  void write(Work work) override { writes_.push(std::move(work)); }
  void read(Work work) override { reads_.push(std::move(work)); }

 private:
  void write_loop();
  void read_loop();

  const Clock& clock_;
  SqliteEngineOptions options_;
  SqliteConnection writer_;
  WorkQueue writes_{options_.queue_max};
  WorkQueue reads_{options_.queue_max};
  std::vector<std::jthread> threads_;
};

}  // namespace matchday::store
