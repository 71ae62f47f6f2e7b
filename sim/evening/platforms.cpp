// See platforms.hpp.
#include "sim/evening/platforms.hpp"

namespace matchday::sim {

Platforms::Platforms(std::uint64_t seed)
    : random(seed),
      discord(sandbox::demo_rules(), random.fork(), agenda.now()),
      faceit(sandbox::demo_faceit_options(), random.fork()),
      demo(sandbox::build_demo_world(discord, faceit)),
      faults(random.fork()) {
  discord.rules().public_gateway_url = "ws://sim/gateway";
}

void Platforms::note(std::string_view what) {
  const auto mix = [this](std::string_view bytes) {
    for (const char c : bytes) trace = (trace ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  };
  mix(std::to_string(to_ms(agenda.now())));
  mix(what);
}

void Platforms::turn() {
  discord.tick(agenda.now());
  faceit.tick(agenda.now());
  for (auto& outgoing : discord.take_outgoing()) {
    const auto end = sockets[outgoing.connection];
    // Frames of one connection keep their order: each leaves at its own, later instant.
    agenda.call_at(agenda.now() + 5ms, [end, outgoing = std::move(outgoing)]() mutable {
      const auto socket = end.lock();
      if (!socket) return;
      std::visit([&](auto& what) { socket->events.emplace_back(std::move(what)); }, outgoing.what);
      socket->arrived.notify_all();
    });
  }
}

std::optional<Time> Platforms::next() const {
  std::optional<Time> first;
  for (const auto candidate : {agenda.next_wake(), discord.next_tick(), faceit.next_tick()}) {
    if (candidate && (!first || *candidate < *first)) first = candidate;
  }
  return first;
}

}  // namespace matchday::sim
