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

// One condition, in words. They hold Discord's marks: `code`, <#channel>, <@person>, <t:seconds:R>.
struct Check {
  enum class State { met, waiting, failed, neutral };
  State state = State::neutral;
  std::string text;
};

Why read_why(store::Transaction& tx, OrganizationId organization, MatchView match);

// One embed, inside Discord's limits.
json::object why_panel(const Why& why);

// Of the match as a whole, of a team's room, and of one player's way into it.
std::vector<Check> match_checks(const MatchView& match);
Check room_check(const Why& why, const Team& team);
Check move_check(const MatchView& match, const Team& team, const Player& player);

// "room of faction1: confirmed".
std::string happening_words(const WhyNote& note);

}  // namespace matchday::match_voice
