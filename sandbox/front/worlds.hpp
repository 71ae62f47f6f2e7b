// Worlds: what all doors of the sandbox share: the simulated platforms, what is planned to go wrong, who is
// held, and what happened. After changing any of it, a door calls touch(). Loop thread only.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "base/random.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "sandbox/discord/world.hpp"
#include "sandbox/faceit/world.hpp"
#include "sandbox/faults/fault_plan.hpp"
#include "sandbox/front/demo_world.hpp"
#include "sandbox/front/holds.hpp"
#include "sandbox/front/timeline.hpp"
#include "sandbox/osu/world.hpp"

namespace matchday::sandbox {

class Worlds {
 public:
  // Lifetime: `clock` outlives it. With `demo_world`, people and channels exist from the start.
  Worlds(Executor executor, Clock& clock_to_use, std::uint64_t seed, bool demo_world);

  // The clock's time, but never earlier than before: the platforms refuse to live backwards.
  Time now();

  // Says that something changed: the gateway sends what it has to, the ticker looks at its plan again, the
  // console asks again.
  void touch();

  // Returns once the revision differs from `seen`, at once if it does already.
  Task<void> wait_for_change(std::uint64_t seen);
  std::uint64_t revision() const { return revision_; }

  // Called by touch(). Set once, by the owner of the gateway's connections.
  std::function<void()> on_touch = [] {};

  Clock& clock;
  discord::World discord;
  faceit::World faceit;
  FaultPlan faults;
  osu::World osu;
  Holds holds;
  Timeline timeline;
  DemoWorld demo;
  std::size_t gateway_connections = 0;  // open ones
  std::string base_url;                 // "http://127.0.0.1:8080", once bound

 private:
  Worlds(Executor executor, Clock& clock_to_use, Random random, bool demo_world);

  Time latest_;
  Signal changed_;
  std::uint64_t revision_ = 1;
};

}  // namespace matchday::sandbox
