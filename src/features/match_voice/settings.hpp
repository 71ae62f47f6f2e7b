// What an organizer chooses for match voice. Stored by store.cpp; set by the configuration and by /faceit
// config.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace matchday::match_voice {

enum class Teams { faction1, both };
enum class MoveFrom { any, lobby };
enum class OpenOn { created, configuring, ready };
// Where people go when their room closes. `origin`: back to where they came from, else to the lobby, else out
// of voice. `lobby`: the other way round. `nowhere`: the room's end takes them out of voice.
enum class ReturnTo { origin, lobby, nowhere };

// Which matches concern this community. Empty lists allow everything.
struct Following {
  std::vector<std::string> organizers;  // FACEIT organizer ids
  std::vector<std::string> hubs;        // with an API key these are polled as well
  std::vector<std::string> championships;
  std::vector<std::string> games;  // "cs2"

  bool operator==(const Following&) const = default;
};

struct Settings {
  GuildId guild;
  Teams teams = Teams::faction1;
  MoveFrom move_from = MoveFrom::any;
  OpenOn open_on = OpenOn::created;
  ReturnTo return_to = ReturnTo::origin;
  std::optional<ChannelId> category;
  std::optional<ChannelId> lobby;
  std::optional<ChannelId> card_channel;  // where each match has its card; nothing: no cards
  std::optional<RoleId> spectator_role;   // sees every room, cannot speak there
  // With `both` only: {match} is the first eight characters of the match's id, {team} the team's name. With
  // `faction1` the name is always "Match {match}".
  std::string name_template = "Match {match} · {team}";
  std::chrono::seconds grace{0};      // after the end, for a goodbye; empty rooms close at once
  std::chrono::minutes max_age{360};  // an open match that FACEIT does not confirm any more is closed
  bool live_status = true;            // the score as the room's voice status, where the bot may set it
  bool moves_need_proof = false;      // only players who proved their account (OAuth) are moved
  Following following;

  bool operator==(const Settings&) const = default;
};

// What was never set up starts with the defaults, and with both teams.
inline Settings fresh_settings(GuildId guild) {
  return {.guild = guild, .teams = Teams::both};
}

json::object to_json(const Settings& settings);

// `current` with those fields of `wanted` that differ from `before` (to_json of what was wanted last).
Settings with_changes(Settings current, const Settings& wanted, const json::object& before);

// A match that is scheduled further ahead than this waits, and opens so long before its time.
inline constexpr Duration scheduled_ahead = std::chrono::minutes(20);
inline constexpr Duration opens_before = std::chrono::minutes(15);

}  // namespace matchday::match_voice
