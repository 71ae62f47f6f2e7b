// See sim_engine.hpp.
#include "sim/evening/sim_engine.hpp"

#include "base/log.hpp"

namespace matchday::sim {
namespace {

constexpr double runs_twice = 0.03;  // as after a collision on a shared database

// Runs other statements than it is told.
class RewritingSession final : public store::Session {
 public:
  RewritingSession(store::Session& inner, const Seams& seams) : inner_(inner), seams_(seams) {}
  store::Rows run(std::string_view sql, store::Params params) override {
    std::vector<store::Param> given(params.begin(), params.end());
    const auto changed = seams_.sql(std::string(sql), given);
    return inner_.run(changed, given);
  }
  void script(std::string_view sql) override { inner_.script(sql); }
  void begin(store::Access access) override { inner_.begin(access); }

 private:
  store::Session& inner_;
  const Seams& seams_;
};

store::SqlError away() {
  return {store::SqlFault::unavailable, "the simulated database is away"};
}

}  // namespace

void SimEngine::prepare(store::Work& work) {
  if (!seams_.sql) return;
  work.run = [this, run = std::move(work.run)](store::Session& session) mutable {
    RewritingSession rewriting(session, seams_);
    return run(rewriting);
  };
}

std::optional<store::SqlError> SimEngine::commit(store::Work work) {
  if (random_.chance(runs_twice)) {
    try {
      connection_.begin(store::Access::write);
      (void)work.run(connection_);
    } catch (const store::SqlError& fault) {
      log::debug("A first run failed, as the second will", {{"error", fault.what()}});
    }
    store::abandon(connection_);
  }
  std::optional<store::SqlError> outcome;
  work.done = [&outcome](std::optional<store::SqlError> fault) { outcome = std::move(fault); };
  std::deque<store::Work> alone;
  alone.push_back(std::move(work));
  store::commit_group(connection_, std::move(alone));
  return outcome;
}

// Somebody hears of it a moment later.
void SimEngine::answer(std::move_only_function<void(std::optional<store::SqlError>)> done,
                       std::optional<store::SqlError> outcome) {
  clock_.call_at(
      clock_.now() + random_.between(Duration(0), Duration(2)),
      [done = std::move(done), outcome = std::move(outcome)]() mutable { done(std::move(outcome)); });
}

void SimEngine::write(store::Work work) {
  prepare(work);
  clock_.call_at(clock_.now() + random_.between(Duration(0), Duration(4)),
                 [this, work = std::move(work)]() mutable {
                   auto done = std::move(work.done);
                   if (random_.chance(platforms_.database_away)) return answer(std::move(done), away());
                   if (crashes_.strikes("before a commit")) return;  // nothing of it was done
                   auto outcome = commit(std::move(work));
                   if (crashes_.struck()) return;  // in the middle of it
                   if (crashes_.strikes("after a commit, before anybody knew")) return;
                   // The connection broke after the commit was sent: nobody knows that it happened.
                   if (random_.chance(platforms_.database_away)) outcome = away();
                   answer(std::move(done), std::move(outcome));
                 });
}

void SimEngine::read(store::Work work) {
  prepare(work);
  clock_.call_at(clock_.now() + random_.between(Duration(0), Duration(2)),
                 [this, work = std::move(work)]() mutable {
                   if (random_.chance(platforms_.database_away)) return work.done(away());
                   if (crashes_.strikes("before a read", Detail::awaits)) return;
                   store::run_once(connection_, work, store::Access::read);
                 });
}

}  // namespace matchday::sim
