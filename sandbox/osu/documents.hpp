// Users and scores as osu!'s API v2 writes them (reference/osu.md §3.5). Without state.
#pragma once
#include <optional>
#include <string>

#include "base/json.hpp"
#include "sandbox/osu/player.hpp"

namespace matchday::sandbox::osu {

// Where a player stands at this moment.
struct Standing {
  double pp = 0;                            // as shown: a purged account has none
  std::optional<std::int64_t> global_rank;  // nothing: unranked
  std::optional<std::int64_t> country_rank;
};

// GET /users?ids[]: with statistics_rulesets.
json::object compact_user(const Player& player, const Standing& standing, Time now);

// GET /users/lookup: without statistics. `with_rank`: a ruleset was asked for.
json::object looked_up_user(const Player& player, const Standing& standing, bool with_rank, Time now);

// GET /users/{user}/{mode}. Only osu!standard has ever been played.
json::object extended_user(const Player& player, const Standing& standing, std::string_view mode, Time now);

// GET /me/{mode}: what only the owner of the token sees is in it too.
json::object own_user(const Player& player, const Standing& standing, std::string_view mode, Time now);

// The nth best score, from 0. `legacy`: the form of clients that ask for an x-api-version before 20220705.
json::object best_score(const Player& player, std::size_t number, bool legacy, Time now);

std::size_t map_count();

// {"error":null} without a text.
json::object error_document(std::string_view text);

}  // namespace matchday::sandbox::osu
