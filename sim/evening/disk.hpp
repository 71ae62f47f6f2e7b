// The simulated disk: real SQLite, whose commits happen on virtual time and can be the last thing that a
// process does.
#pragma once
#include "sim/clock/virtual_clock.hpp"
#include "sim/evening/crash.hpp"
#include "store/sqlite_engine.hpp"

namespace matchday::sim {

class SimEngine final : public store::Engine {
 public:
  SimEngine(VirtualClock& clock, Random random, CrashPlan& crashes, const std::string& path)
      : clock_(clock), random_(random), crashes_(crashes), connection_(path, store::SqliteMode::write) {}

  void write(store::Work work) override;
  void read(store::Work work) override;
  store::SqliteConnection& connection() { return connection_; }

 private:
  VirtualClock& clock_;
  Random random_;
  CrashPlan& crashes_;
  store::SqliteConnection connection_;
};

}  // namespace matchday::sim
