// Players and matches as JSON, in each of the forms in which FACEIT shows them: the Data API's objects, the
// real service's webhooks (teams as an array, ids as `id`) and the seed's webhooks (teams by key, ids as
// `player_id`). The forms are described in docs/reference/faceit.md, 2.1.3 to 2.2.2.
#pragma once
#include <functional>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "sandbox/faceit/match.hpp"

namespace matchday::sandbox::faceit {

// Looks a player up by id; never null for a player of a roster.
using PlayerLookup = std::function<const Player*(std::string_view player_id)>;

// Where the service runs; the same for all matches of the simulated world.
struct Place {
  std::string game = "cs2";
  std::string region = "EU";
  bool votes_on_location = true;  // seen in some games and competitions, not in all
};

json::object player_document(const Player& player, const Place& place);  // GET /players/{id}
json::object search_item(const Player& player, const Place& place);      // one of GET /search/players

// GET /matches/{id}.
json::object match_document(const Match& match, const Place& place, const PlayerLookup& player);

// The `payload` of a real webhook. `with_teams` is false for match_object_created: teams were not seen there.
json::object webhook_payload(const Match& match, const Place& place, const PlayerLookup& player,
                             bool with_teams);

// A whole webhook in the seed's form, which names faction1 only.
json::object seed_webhook(const Match& match, std::string_view event, const PlayerLookup& player);

// "2026-03-14T18:22:07Z": webhooks carry whole seconds.
std::string webhook_time(Time time);

// {"errors":[{"message","code","http_status","parameters"}]}
json::object error_document(int http_status, std::string_view code, std::string_view message);

}  // namespace matchday::sandbox::faceit
