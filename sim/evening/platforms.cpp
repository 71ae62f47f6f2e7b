// See platforms.hpp.
#include "sim/evening/platforms.hpp"

#include <fmt/format.h>

namespace matchday::sim {
namespace {

// One more person on the demo's server with a FACEIT account, not in voice. Numbers from 100 on are free.
sandbox::DemoPlayer add_player(Platforms& platforms, int number) {
  sandbox::DemoPlayer player{.name = fmt::format("player{}", number),
                             .user = platforms.discord.add_user(fmt::format("player{}", number)),
                             .nickname = fmt::format("Player{}", number),
                             .player_id = fmt::format("a1b2c3d4-{:04d}-4aaa-8bbb-{:012d}", number, number)};
  platforms.discord.add_member(platforms.demo.guild, player.user);
  platforms.faceit.add_player({.player_id = player.player_id,
                               .nickname = player.nickname,
                               .game_player_id = fmt::format("7656119800{:07d}", number)});
  return player;
}

}  // namespace

Platforms::Platforms(std::uint64_t seed, const WorldOptions& options)
    : random(seed),
      discord(sandbox::demo_rules(), random.fork(), agenda.now()),
      faceit(sandbox::demo_faceit_options(), random.fork()),
      demo(sandbox::build_demo_world(discord, faceit)),
      faults(random.fork()) {
  discord.rules().public_gateway_url = "ws://sim/gateway";
  discord.rules().buckets = options.buckets;
  for (int number = 100; demo.players.size() < options.players; ++number)
    demo.players.push_back(add_player(*this, number));
  for (const auto& player : demo.players) {
    const auto seat = options.seated ? std::optional(demo.lobby) : std::nullopt;
    CHECK(discord.join_voice(demo.guild, player.user, seat));
  }
}

void Platforms::note(std::string_view what) {
  const auto mix = [this](std::string_view bytes) {
    for (const char c : bytes) trace = (trace ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  };
  mix(std::to_string(to_ms(agenda.now())));
  mix(what);
  on_note(what);
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
