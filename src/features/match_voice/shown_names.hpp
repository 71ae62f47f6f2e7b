// Names that come from FACEIT, as people read them in Discord. Everybody may call their team "@everyone", in
// 150 characters, with formatting or with letters that turn the rest of the line around.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "features/match_voice/plan.hpp"

namespace matchday::match_voice {

// Unformatted, for places without markdown (a choice, a label): one line of at most `max` UTF-16 units.
// `fallback` when nothing visible is left.
std::string plain_name(std::string_view text, std::size_t max, std::string_view fallback);

// The same, safe inside markdown; longer by what is escaped.
std::string shown_name(std::string_view text, std::size_t max, std::string_view fallback);

// Without FACEIT's "team_" in front of a captain's nickname; "Team 1" for one without a name.
std::string plain_team(const Team& team);
std::string shown_team(const Team& team);

// "Kestrel vs Brisa"; "teams not known yet" without a roster.
std::string plain_teams(const std::vector<Team>& teams);
std::string shown_teams(const std::vector<Team>& teams);

// As many as fit into `max` UTF-16 units; "and 3 more" for the rest.
std::string join_within(const std::vector<std::string>& parts, std::string_view separator, std::size_t max);

// The match's page, or nothing where the address is none that a button may carry (reference/discord.md §1.5).
std::string button_url(std::string_view url);

// "<t:1700000000:R>": shown in each reader's own words and time zone.
std::string relative(Time time);

}  // namespace matchday::match_voice
