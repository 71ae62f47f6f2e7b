// The simulated database: real SQLite on a disk that can lose power. Commits happen on virtual time and can
// be the last thing that a process does; functions run more than once now and then, as they may; and in bad
// weather the database is away, as one behind a network is.
#pragma once
#include "sim/disk/sim_disk.hpp"
#include "sim/evening/crash.hpp"
#include "sim/evening/platforms.hpp"
#include "sim/evening/seams.hpp"
#include "store/sqlite_engine.hpp"

namespace matchday::sim {

class SimEngine final : public store::Engine {
 public:
  SimEngine(VirtualClock& clock, Platforms& platforms, CrashPlan& crashes, const Seams& seams,
            const SimDisk& disk)
      : clock_(clock),
        platforms_(platforms),
        random_(platforms.random.fork()),
        crashes_(crashes),
        seams_(seams),
        connection_("matchday.db", store::SqliteMode::write, disk.vfs()) {}

  void write(store::Work work) override;
  void read(store::Work work) override;
  store::SqliteConnection& connection() { return connection_; }

 private:
  void prepare(store::Work& work);
  std::optional<store::SqlError> commit(store::Work work);
  void answer(std::move_only_function<void(std::optional<store::SqlError>)> done,
              std::optional<store::SqlError> outcome);

  VirtualClock& clock_;
  Platforms& platforms_;
  Random random_;
  CrashPlan& crashes_;
  const Seams& seams_;
  store::SqliteConnection connection_;
};

}  // namespace matchday::sim
