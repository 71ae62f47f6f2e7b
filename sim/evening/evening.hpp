// Evening: one simulated match day. Everything follows from its seed and from what the test does; the process
// can be killed at any numbered moment, and comes back on the same disk.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "server/application.hpp"
#include "sim/disk/sim_disk.hpp"
#include "sim/evening/crash.hpp"
#include "sim/evening/platforms.hpp"
#include "sim/evening/seams.hpp"

namespace matchday::sim {

struct EveningOptions {
  std::uint64_t seed = 1;
  match_voice::Teams teams = match_voice::Teams::faction1;
  Duration down_min = 500ms;  // how long a crashed process stays away
  Duration down_max = 3s;
  WorldOptions world = {};
  bool polling = false;  // the server follows the demo's hub, and asks FACEIT for its matches
  bool cards = false;    // matches have cards in the demo's channel for them
  Seams seams = {};
  std::string database = {};  // SQL that makes what an earlier version left; empty: nothing is there
};

// Who plays whom, by their numbers in the world's list of players.
struct LineUp {
  std::vector<std::size_t> faction1;
  std::vector<std::size_t> faction2;
};

class Evening {
 public:
  explicit Evening(EveningOptions options);
  ~Evening();

  // Starts the process and lives on until it is connected and its commands are registered.
  void start();

  // Kills the process where it stands, or cuts the machine's power; it comes back after a while.
  void crash();
  // Keeps what is on the disk now; and kills the process and puts that back in place of what has come since.
  void back_up() { backup_ = disk_.back_up(); }
  void restore();
  bool is_up() const { return process_ && process_up(); }

  // Lives until `done` says so. False: `limit` of virtual time passed before.
  bool live_until(Duration limit, const std::function<bool()>& done);
  void live(Duration duration) {
    (void)live_until(duration, [] { return false; });
  }

  // Every player types /register with their FACEIT nickname; returns when all are answered.
  void link_players();

  // These players, by default all, are linked from before this evening: written into the database behind the
  // server's back. For crowds, whose registration would be an evening of its own. Call it before anything
  // concerns them.
  void link_players_at_once();
  void link_players_at_once(const std::vector<std::size_t>& who);

  // A match, by default between the first five and the next five.
  std::string start_match(sandbox::faceit::WebhookShape shape,
                          const LineUp& line_up = {{0, 1, 2, 3, 4}, {5, 6, 7, 8, 9}});
  void step_match(const std::string& match_id, sandbox::faceit::Step step);

  // What people see: names of the voice channels that the bot made, and who sits in a channel.
  std::vector<const sandbox::discord::Channel*> rooms() const;
  std::vector<UserId> sitting_in(ChannelId channel) const;
  std::vector<UserId> players(std::size_t first, std::size_t count) const;

  // Voice channels that were there before, where people meet: the lobby, and those of add_meeting_place().
  const std::vector<ChannelId>& meeting_places() const { return meeting_places_; }
  void add_meeting_place(std::string name);

  match_voice::Teams teams() const { return options_.teams; }
  UserId bot() const { return platforms_.discord.bot(); }
  Platforms& platforms() { return platforms_; }
  const Platforms& platforms() const { return platforms_; }
  CrashPlan& crashes() { return crashes_; }
  std::uint64_t trace() const { return platforms_.trace; }
  int incarnations() const { return incarnations_; }
  int power_cuts() const { return power_cuts_; }
  // When the last process began: what converges, converges within so and so long of it.
  Time last_boot() const { return last_boot_; }

  // A second organization on the same installation, with the same FACEIT players linked to other people:
  // nothing of it may show. Written into the database behind the server's back.
  void add_neighbour();

 private:
  struct Process;
  void link(OrganizationId organization, const sandbox::DemoPlayer& player, UserId user);
  void boot();
  void open_process();
  bool turn(Time limit);
  void deliver_webhooks();
  bool process_up() const;

  EveningOptions options_;
  SimDisk disk_;
  Platforms platforms_;
  CrashPlan crashes_;
  std::unique_ptr<Process> process_;
  std::vector<ChannelId> meeting_places_{platforms_.demo.lobby};
  std::optional<Time> back_at_;
  int incarnations_ = 0;
  int power_cuts_ = 0;
  SimDisk::Backup backup_;
  bool restored_ = false;
  bool start_failed_ = false;
  Time last_boot_;
};

}  // namespace matchday::sim
