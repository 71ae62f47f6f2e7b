// A real SQLite database whose commits happen on the loop's own thread after a moment of virtual time: for
// tests that live on a VirtualClock. The simulator has its own, which also crashes.
#pragma once
#include <deque>

#include "sim/clock/virtual_clock.hpp"
#include "store/database.hpp"
#include "store/migrations.hpp"
#include "store/sqlite_engine.hpp"
#include "temporary_directory.hpp"

namespace matchday::test {

class VirtualEngine final : public store::Engine {
 public:
  VirtualEngine(sim::VirtualClock& clock, const std::string& path)
      : clock_(clock), connection_(path, store::SqliteMode::write) {}

  void write(store::Work work) override { submit(std::move(work)); }
  void read(store::Work work) override { submit(std::move(work)); }
  store::SqliteConnection& connection() { return connection_; }

 private:
  void submit(store::Work work) {
    clock_.call_at(clock_.now() + 1ms, [this, work = std::move(work)]() mutable {
      std::deque<store::Work> one;
      one.push_back(std::move(work));
      store::commit_group(connection_, std::move(one));
    });
  }
  sim::VirtualClock& clock_;
  store::SqliteConnection connection_;
};

// Everything that a test of durable behaviour needs, on virtual time.
struct VirtualDatabase {
  explicit VirtualDatabase(std::vector<store::Migration> migrations) {
    CHECK(store::migrate(engine.connection(), migrations, clock.now()));
  }

  TemporaryDirectory directory;
  boost::asio::io_context context;
  sim::VirtualClock clock;
  VirtualEngine engine{clock, directory.file("test.db")};
  store::Database database{engine};

  template <class T>
  T run(Task<T> task) {
    return sim::run(context, clock, std::move(task));
  }
  void pass(Duration duration) { sim::run(context, clock, clock.sleep(duration), duration + 1h); }

  std::int64_t count(const std::string& sql) {
    return engine.connection().run(sql, {}).front().get<std::int64_t>("n");
  }
};

}  // namespace matchday::test
