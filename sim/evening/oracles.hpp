// Oracles: what must be true of an evening, read from simulated Discord and FACEIT alone, never from the
// server's database. Each gives sentences about what is wrong; none when all is well.
#pragma once
#include <set>
#include <string>
#include <vector>

#include "sim/evening/evening.hpp"

namespace matchday::sim {

// Once everything is quiet: in the server's guild is one room for each team of each live match that anybody
// linked plays in, open to exactly its linked players; no other room; and nobody who waits in voice was
// forgotten. `linked`: who has a linked account, as they themselves were told. `restless`: who changed
// channels so often or so lately that nothing is promised about where they sit.
std::vector<std::string> check_rooms(const Evening& evening, const std::set<UserId>& linked,
                                     const std::set<UserId>& restless);

// At any time: nobody was moved into the same room twice, after they had left it themselves. `came_back`: who
// unlinked their account and may have linked it again, which is a wish to be brought back.
std::vector<std::string> check_moves(const Evening& evening, const std::set<UserId>& came_back);

// At any time: no request was refused for a limit that was known.
std::vector<std::string> check_limits(const Evening& evening);

}  // namespace matchday::sim
