// Platforms: the simulated world that no crash of ours touches: Discord, FACEIT, the faults between us, and
// the agenda of what happens next.
#pragma once
#include <map>
#include <memory>

#include "sandbox/discord/world.hpp"
#include "sandbox/faceit/world.hpp"
#include "sandbox/faults/fault_plan.hpp"
#include "sandbox/front/demo_world.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday::sim {

// The end of a gateway connection that the process holds. Dies with it.
struct SocketEnd {
  explicit SocketEnd(Executor executor) : arrived(std::move(executor)) {}
  std::deque<net::WebSocketEvent> events;
  Signal arrived;
};

// Who lives in the world, and under which limits of Discord's.
struct WorldOptions {
  std::size_t players = 10;  // of one server, each with a FACEIT account; at least the demo's ten
  bool seated = true;        // in the lobby; otherwise nobody is in voice
  std::vector<sandbox::discord::BucketRule> buckets = sandbox::discord::typical_buckets();
};

// One person whom the bot moved, as Discord saw it.
struct MemberMove {
  Time when;
  UserId user;
  ChannelId from;
  std::optional<ChannelId> to;  // nothing: out of voice
  bool answered = false;        // the bot may know of it
};

struct Platforms {
  Platforms(std::uint64_t seed, const WorldOptions& options);

  // Does what is due at the agenda's present, and hands the gateway's frames to the network.
  void turn();

  // When something happens next by itself.
  std::optional<Time> next() const;

  VirtualClock agenda;  // the world's own time: never forgotten in a crash
  Random random;
  sandbox::discord::World discord;
  sandbox::faceit::World faceit;
  sandbox::DemoWorld demo;
  sandbox::FaultPlan faults;
  std::map<sandbox::discord::World::ConnectionId, std::weak_ptr<SocketEnd>> sockets;
  std::map<std::string, std::uint64_t> request_numbers;
  std::vector<MemberMove> member_moves;
  // How likely it is that the database is away, or that its answer to a commit gets lost, each time.
  double database_away = 0;
  std::uint64_t trace =
      14695981039346656037ULL;  // FNV-1a of everything that crossed the network, with its instant

  void note(std::string_view what);
  std::function<void(std::string_view what)> on_note = [](std::string_view) {};  // for those who watch
};

}  // namespace matchday::sim
