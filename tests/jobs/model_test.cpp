// The durable queue beside a model of it, over random work and restarts, on both engines. The model knows
// only what is asked for: every run must have been asked for and be due, no two of one subject run at a time,
// and nothing that was asked for is forgotten.
#include "../support/virtual_database.hpp"
#include "jobs/runner.hpp"

namespace matchday::jobs {
namespace {

using Key = std::tuple<OrganizationId, std::string, std::string>;

class Model {
 public:
  // `prompt`: it will run then, and not some time after.
  void asked(const Key& key, Time run_at, bool prompt = true) {
    const auto [demand, is_new] = demands_.emplace(key, Demand{run_at, prompt});
    if (!is_new && run_at < demand->second.at) demand->second = {run_at, prompt};
  }
  // A request that was on its way to the database while a run of the same began: that run may have served it.
  void perhaps_asked(const Key& key) {
    if (!demands_.contains(key)) perhaps_.insert(key);
  }
  void begins(const Key& key, Time now) {
    EXPECT_FALSE(running_.contains(key)) << std::get<2>(key) << " runs twice at a time";
    running_.insert(key);
    ++runs;
    const auto demand = demands_.extract(key);
    if (perhaps_.erase(key) > 0) return;
    ASSERT_TRUE(demand) << std::get<2>(key) << " runs although nobody asked";
    const auto [at, prompt] = demand.mapped();
    EXPECT_LE(at, now) << std::get<2>(key) << " runs too early";
    const auto latest = std::max(at, last_ended_[key]) + 3s;  // polling, and the claim
    if (prompt) EXPECT_LE(now, latest) << std::get<2>(key) << " runs too late";
  }
  void ends(const Key& key, Time now) {
    running_.erase(key);
    last_ended_[key] = now;
  }
  // Whatever ran is asked for again, and nothing is prompt while nobody is there.
  void process_died(Time now) {
    for (const auto& key : std::exchange(running_, {})) asked(key, now, false);
    for (auto& [key, demand] : demands_) demand.prompt = false;
  }
  std::size_t left() const { return demands_.size() + running_.size(); }
  int runs = 0;

 private:
  struct Demand {
    Time at;
    bool prompt;
  };
  std::map<Key, Demand> demands_;
  std::map<Key, Time> last_ended_;
  std::set<Key> running_;
  std::set<Key> perhaps_;
};

struct QueueModel : testing::TestWithParam<std::tuple<test::EngineKind, int>> {
  void SetUp() override { SKIP_WITHOUT_ENGINE(std::get<0>(GetParam())); }
  ~QueueModel() override {
    if (runner) die();
  }

  void boot() {
    runner.emplace(world.context.get_executor(), world.clock, random.fork(), world.database, queue, metrics,
                   RunnerOptions{.backoff_max = 30s});
    for (const auto* kind : {"slow", "quick"})
      runner->handle(kind, [this](Job job) { return run(this, std::move(job)); });
    group.spawn("runner", runner->run("process " + std::to_string(++processes), true));
  }
  // As kill -9: what ran does not end, and its rows stay leased.
  void die() {
    group.cancel_all();
    sim::run(world.context, world.clock, group.join());
    sim::run(world.context, world.clock, runner->drain(0ms));
    runner.reset();
    model.process_died(world.clock.now());
  }

  static Task<Outcome> run(QueueModel* self, Job job) {
    const Key key{job.organization, job.kind, job.subject};
    self->model.begins(key, self->world.clock.now());
    co_await self->world.clock.sleep(self->random.between(0ms, job.kind == "slow" ? 8s : 300ms));
    const auto now = self->world.clock.now();
    self->model.ends(key, now);
    if (self->settling || self->random.chance(0.5)) co_return Done{};
    if (self->random.chance(0.5)) {
      const auto after = self->random.between(0ms, 20s);
      self->model.asked(key, now + after);
      co_return Again{after, ""};
    }
    self->model.asked(key, now, false);  // after a back-off, which is random
    co_return Failed{Error{.kind = ErrorKind::unavailable, .message = "the weather"}};
  }

  void enqueue() {
    const Key key{OrganizationId{random.between(1, 2)}, random.chance(0.7) ? "slow" : "quick",
                  std::to_string(random.between(1, 2))};
    const auto run_at = world.clock.now() + (random.chance(0.4) ? 0ms : random.between(0ms, 30s));
    model.asked(key, run_at);
    const auto stored =
        world.run(world.database.transact([this, key, run_at](store::Transaction& tx) -> Result<> {
          queue.enqueue(tx, {.organization = std::get<0>(key),
                             .kind = std::get<1>(key),
                             .subject = std::get<2>(key),
                             .run_at = run_at});
          return {};
        }));
    ASSERT_TRUE(stored);
    model.perhaps_asked(key);
  }

  test::VirtualDatabase world{migrations(), std::get<0>(GetParam())};
  Random random{static_cast<std::uint64_t>(std::get<1>(GetParam()))};
  IdSource ids{world.clock, random.fork()};
  Queue queue{world.context.get_executor(), ids};
  Metrics metrics;
  Model model;
  std::optional<Runner> runner;
  int processes = 0;
  bool settling = false;
  TaskGroup group{world.context.get_executor(),
                  [](const std::string& n, std::exception_ptr e) { ADD_FAILURE() << n << describe(e); }};
};

TEST_P(QueueModel, runs_what_is_asked_for_and_nothing_else_over_restarts) {
  boot();
  for (int i = 0; i < 150; ++i) {
    const auto drawn = random.between(1, 100);
    if (drawn <= 60) {
      enqueue();
    } else if (drawn <= 92) {
      world.pass(random.between(0ms, 15s));
    } else {
      die();
      if (random.chance(0.5)) world.pass(random.between(0ms, 5s));
      boot();
    }
    ASSERT_FALSE(HasFailure());
  }
  settling = true;
  world.pass(4min);
  EXPECT_EQ(model.left(), 0U);
  EXPECT_EQ(world.count("select count(*) as n from jobs"), 0);
  EXPECT_GT(model.runs, 30);
}

INSTANTIATE_TEST_SUITE_P(
    Seeds, QueueModel,
    testing::Combine(testing::Values(test::EngineKind::sqlite, test::EngineKind::postgres),
                     testing::Range(1, 9)),
    [](const auto& info) {
      return std::string(std::get<0>(info.param) == test::EngineKind::sqlite ? "sqlite_" : "postgres_") +
             std::to_string(std::get<1>(info.param));
    });

}  // namespace
}  // namespace matchday::jobs
