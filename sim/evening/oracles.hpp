// Oracles: what must be true of an evening, read from simulated Discord and FACEIT alone, never from the
// server's database. Each gives sentences about what is wrong; none when all is well.
#pragma once
#include <map>
#include <set>
#include <string>
#include <vector>

#include "sim/evening/evening.hpp"

namespace matchday::sim {

// What organizers did by hand to rooms of the bot.
struct HandsOn {
  struct Renamed {
    std::string before;
    std::string after;
  };
  std::set<std::string> deleted;  // by the rooms' first names
  std::map<ChannelId, Renamed> renamed;
  std::set<std::string> restarted;  // matches played again: their deleted rooms may come back

  // The name that the bot gave it.
  std::string first_name(const sandbox::discord::Channel& room) const;
};

// Once everything is quiet: in the server's guild is one room for each team of each live match that anybody
// linked plays in, open to exactly its linked players; no other room; and nobody who waits in voice was
// forgotten. A room that somebody deleted need not be there. `linked`: who has a linked account, as they
// themselves were told. `restless`: who changed channels so often or so lately that nothing is promised about
// where they sit.
std::vector<std::string> check_rooms(const Evening& evening, const std::set<UserId>& linked,
                                     const std::set<UserId>& restless, const HandsOn& hands = {});

// At any time: what humans deleted was not made again, and what they renamed has their name.
std::vector<std::string> check_humans(const Evening& evening, const HandsOn& hands);

// At any time: nobody was moved into the same room twice, after they had left it themselves. `came_back`: who
// unlinked their account and may have linked it again, which is a wish to be brought back.
std::vector<std::string> check_moves(const Evening& evening, const std::set<UserId>& came_back);

// At any time: no request was refused for a limit that was known.
std::vector<std::string> check_limits(const Evening& evening);

}  // namespace matchday::sim
