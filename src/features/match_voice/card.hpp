// What people read about a match in Discord: its card, the notice in a room's chat, the room's voice status.
// Pure: a view in, a message body out; every name from outside is made safe here.
#pragma once
#include <string>

#include "features/match_voice/plan.hpp"

namespace matchday::match_voice {

// Buttons' actions (surfaces/commands.hpp); their argument is the match id.
inline constexpr std::string_view bring_me_action = "match_voice.bring";
inline constexpr std::string_view recreate_action = "match_voice.recreate";

// One message for each match, edited from "created" to the final score: teams with captains, levels and who
// is not linked yet, map, server, times, rooms, what is wrong. Inside Discord's limits whatever FACEIT says.
json::object card_document(const MatchView& match);

// For a room's own chat where there is no card channel: who in this team is not linked yet, once, with a
// button.
json::object notice_document(const MatchView& match, const Team& team);

// "Mirage · 7 : 5 · live", at most 500 characters (reference/discord.md); empty when there is nothing to say.
std::string status_text(const MatchView& match);

}  // namespace matchday::match_voice
