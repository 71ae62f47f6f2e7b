// The PostgreSQL engine: threads with a connection each; every function is a SERIALIZABLE transaction that is
// run again when it collided with another, so that one text of SQL means the same as on SQLite. Connections
// that break are made anew; until the database is back, work fails with `unavailable`. A connection that
// breaks during a commit leaves it open whether the commit happened: the caller hears `unavailable` and does
// it again, as after a crash.
#pragma once
#include <atomic>
#include <string>
#include <thread>

#include "base/random.hpp"
#include "store/postgres_connection.hpp"
#include "store/work_queue.hpp"

namespace matchday::store {

struct PostgresEngineOptions {
  PostgresOptions connection;
  std::size_t writers = 4;
  std::size_t readers = 2;
  std::size_t queue_max = 20'000;    // of each lane; further work is refused with `unavailable`
  Duration retries_time_max = 10s;   // for one function that collides again and again
  Duration reconnect_after = 500ms;  // work that comes earlier after a broken connection fails at once
};

class PostgresEngine final : public Engine {
 public:
  // Does not connect yet. Lifetime: `clock` outlives the engine and may be read by any thread.
  PostgresEngine(const Clock& clock, PostgresEngineOptions options);
  // Finishes what is queued, then stops the threads.
  ~PostgresEngine() override;

  void write(Work work) override { writes_.push(std::move(work)); }
  void read(Work work) override { reads_.push(std::move(work)); }
  bool is_shared() const override { return true; }
  void on_announcement(std::function<void()> heard) override;

  // How often a function ran again because it collided with another.
  std::uint64_t collisions() const { return collisions_; }

 private:
  // A thread's connection, made when it is needed.
  class Line;
  void work_loop(WorkQueue& queue, Access access);
  std::optional<SqlError> run_until_settled(Line& line, Work& work, Access access);
  void listen_loop(const std::function<void()>& heard);

  const Clock& clock_;
  PostgresEngineOptions options_;
  WorkQueue writes_{options_.queue_max};
  WorkQueue reads_{options_.queue_max};
  std::atomic<std::uint64_t> collisions_ = 0;
  std::atomic<bool> stopping_ = false;
  int stop_event_;
  std::vector<std::jthread> threads_;
};

}  // namespace matchday::store
