// See worlds.hpp.
#include "sandbox/front/worlds.hpp"

#include <algorithm>

namespace matchday::sandbox {

Worlds::Worlds(Executor executor, Clock& clock_to_use, std::uint64_t seed, bool demo_world)
    : Worlds(std::move(executor), clock_to_use, Random(seed), demo_world) {}

Worlds::Worlds(Executor executor, Clock& clock_to_use, Random random, bool demo_world)
    : clock(clock_to_use),
      discord(demo_rules(), random.fork(), clock_to_use.now()),
      faceit(demo_faceit_options(), random.fork()),
      faults(random.fork()),
      osu(demo_osu_options(), random.fork()),
      holds(executor),
      demo(demo_world ? build_demo_world(discord, faceit) : credentials_only(discord, faceit)),
      latest_(clock_to_use.now()),
      changed_(executor) {
  if (demo_world) give_osu_accounts(demo, osu, latest_);
}

Time Worlds::now() {
  latest_ = std::max(latest_, clock.now());
  return latest_;
}

void Worlds::touch() {
  ++revision_;
  on_touch();
  changed_.notify_all();
}

Task<void> Worlds::wait_for_change(std::uint64_t seen) {
  while (revision_ == seen) co_await changed_.wait();
}

}  // namespace matchday::sandbox
