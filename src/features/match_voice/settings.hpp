// What an organizer chooses for match voice.
#pragma once
#include <optional>
#include <string>

#include "base/id.hpp"

namespace matchday::match_voice {

enum class Teams { faction1, both };
enum class MoveFrom { any, lobby };

struct Settings {
  GuildId guild;
  Teams teams = Teams::faction1;
  MoveFrom move_from = MoveFrom::any;
  std::optional<ChannelId> category;
  std::optional<ChannelId> lobby;
  // With `both` only: {match} is the first eight characters of the match's id, {team} the team's name. With
  // `faction1` the name is always "Match {match}".
  std::string name_template = "Match {match} · {team}";
};

}  // namespace matchday::match_voice
