// See disk.hpp.
#include "sim/evening/disk.hpp"

namespace matchday::sim {
namespace {

std::deque<store::Work> alone(store::Work work) {
  std::deque<store::Work> one;
  one.push_back(std::move(work));
  return one;
}

}  // namespace

void SimEngine::write(store::Work work) {
  clock_.call_at(
      clock_.now() + random_.between(Duration(0), Duration(4)), [this, work = std::move(work)]() mutable {
        if (crashes_.strikes("before a commit")) return;  // nothing of it was done
        auto done = std::move(work.done);
        std::optional<store::SqlError> outcome;
        work.done = [&outcome](std::optional<store::SqlError> fault) { outcome = std::move(fault); };
        store::commit_group(connection_, alone(std::move(work)));
        if (crashes_.strikes("after a commit, before anybody knew")) return;
        // Somebody hears of it a moment later.
        clock_.call_at(
            clock_.now() + random_.between(Duration(0), Duration(2)),
            [done = std::move(done), outcome = std::move(outcome)]() mutable { done(std::move(outcome)); });
      });
}

void SimEngine::read(store::Work work) {
  clock_.call_at(
      clock_.now() + random_.between(Duration(0), Duration(2)),
      [this, work = std::move(work)]() mutable { store::commit_group(connection_, alone(std::move(work))); });
}

}  // namespace matchday::sim
