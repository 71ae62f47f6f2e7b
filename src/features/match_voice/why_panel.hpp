// The why panel of one match: every condition for its rooms and for each player's move, met or not, with the
// last error, the next try, and what happened last. Pure: read_why() collects in a transaction, why_panel()
// says it. Not here: who may look (match_commands.cpp).
#pragma once
#include <map>
#include <string>
#include <vector>

#include "effects/ledger.hpp"
#include "features/match_voice/plan.hpp"
#include "store/database.hpp"

namespace matchday::match_voice {

struct WhyNote {
  std::string purpose;  // of the resource
  effects::Happening happening;
};

struct Why {
  MatchView match;
  std::map<ResourceId, std::string> errors;  // of rooms: the last one, in words
  std::map<ResourceId, Time> next_tries;     // of rooms
  std::vector<WhyNote> timeline;             // newest first
};

Why read_why(store::Transaction& tx, OrganizationId organization, MatchView match);

// One embed, inside Discord's limits.
json::object why_panel(const Why& why);

// What keeps this player from being moved, or that nothing does; in words.
std::string move_words(const MatchView& match, const Team& team, const Player& player);

}  // namespace matchday::match_voice
