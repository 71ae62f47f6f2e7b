// A real database whose commits happen on the loop's own thread after a moment of virtual time: for tests
// that live on a VirtualClock. The simulator has its own, which also crashes.
#pragma once
#include "fresh_database.hpp"
#include "sim/clock/virtual_clock.hpp"
#include "store/database.hpp"
#include "store/migrations.hpp"

namespace matchday::test {

class VirtualEngine final : public store::Engine {
 public:
  VirtualEngine(sim::VirtualClock& clock, std::unique_ptr<store::Session> session)
      : clock_(clock), session_(std::move(session)) {}

  void write(store::Work work) override { submit(std::move(work), store::Access::write); }
  void read(store::Work work) override { submit(std::move(work), store::Access::read); }
  store::Session& session() { return *session_; }

  // So many answers to commits are lost: each happened, and nobody hears of it.
  int answers_to_lose = 0;

 private:
  void submit(store::Work work, store::Access access) {
    clock_.call_at(clock_.now() + 1ms, [this, access, work = std::move(work)]() mutable {
      if (access == store::Access::write && answers_to_lose > 0) {
        --answers_to_lose;
        (void)store::attempt(*session_, work, access);
        return work.done(store::SqlError(store::SqlFault::unavailable, "the answer was lost"));
      }
      store::run_once(*session_, work, access);
    });
  }
  sim::VirtualClock& clock_;
  std::unique_ptr<store::Session> session_;
};

// Everything that a test of durable behaviour needs, on virtual time.
struct VirtualDatabase {
  explicit VirtualDatabase(std::vector<store::Migration> migrations, EngineKind kind = usual_engine())
      : fresh(kind) {
    if (fresh.here()) CHECK(store::migrate(engine.session(), migrations, clock.now()));
  }

  FreshDatabase fresh;
  boost::asio::io_context context;
  sim::VirtualClock clock;
  VirtualEngine engine{clock, fresh.session()};
  store::Database database{engine};

  template <class T>
  T run(Task<T> task) {
    return sim::run(context, clock, std::move(task));
  }
  void pass(Duration duration) { sim::run(context, clock, clock.sleep(duration), duration + 1h); }

  std::int64_t count(const std::string& sql) {
    return engine.session().run(sql, {}).front().get<std::int64_t>("n");
  }
};

}  // namespace matchday::test
