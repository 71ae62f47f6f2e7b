// Which events of the gateway's session are done with: a restart may resume after an event only when all that
// it caused is durable. An event that causes work hands out a Work; until that says done(), the event and all
// later ones count as unseen, and a resume has Discord send them again. Being behind is harmless, because
// handlers take an event any number of times; being ahead would lose one.
// Not here: where the number is stored (server/session_snapshot.hpp).
#pragma once
#include <cstdint>
#include <set>
#include <utility>

namespace matchday::discord {

// Loop thread only. Lifetime: outlives every Work that it hands out.
class GatewayProgress {
 public:
  // Right: say done() after the commit. Wrong: say it when the coroutine ends, however it ended: work that
  // was cancelled, or whose commit failed, was not done, and its event must come again.
  class Work {
   public:
    Work() = default;  // of no event: for callers to whom nobody resumes
    void done();

   private:
    friend GatewayProgress;
    Work(GatewayProgress* progress, std::int64_t sequence, std::uint64_t number)
        : progress_(progress), sequence_(sequence), number_(number) {}
    GatewayProgress* progress_ = nullptr;
    std::int64_t sequence_ = 0;
    std::uint64_t number_ = 0;
  };

  // A session begins, or goes on after `sequence`. Work of an earlier session no longer counts.
  void start(std::int64_t sequence);

  // This event was handed out.
  void saw(std::int64_t sequence);

  Work begin(std::int64_t sequence);

  std::int64_t last_seen() const { return last_seen_; }

  // Everything up to and with this event is done.
  std::int64_t done() const;

 private:
  std::int64_t last_seen_ = 0;
  std::uint64_t next_number_ = 0;
  std::set<std::pair<std::int64_t, std::uint64_t>> open_;  // sequence, and a number that makes it unique
};

}  // namespace matchday::discord
