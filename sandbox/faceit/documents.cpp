// See documents.hpp.
#include "sandbox/faceit/documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <numeric>
#include <vector>

namespace matchday::sandbox::faceit {
namespace {

std::int64_t unix_seconds(Time time) {
  return to_ms(time) / 1000;
}

struct GameMap {
  std::string_view class_name;
  std::string_view name;
};
// What teams vote for, in the order in which they always do it here.
constexpr std::array<GameMap, 5> map_pool{{{"de_mirage", "Mirage"},
                                           {"de_nuke", "Nuke"},
                                           {"de_inferno", "Inferno"},
                                           {"de_ancient", "Ancient"},
                                           {"de_anubis", "Anubis"}}};

std::string faction_key(std::size_t index) {
  return fmt::format("faction{}", index + 1);
}

json::object roster_entry(const Player& player) {
  return {{"player_id", player.player_id},
          {"nickname", player.nickname},
          {"avatar", ""},
          {"membership", "free"},
          {"game_player_id", player.game_player_id},
          {"game_player_name", player.nickname},
          {"game_skill_level", player.skill_level},
          {"anticheat_required", true}};
}

json::object faction(const Team& team, const PlayerLookup& player) {
  json::array roster;
  std::vector<int> levels;
  for (const auto& id : team.roster) {
    roster.emplace_back(roster_entry(*player(id)));
    levels.push_back(player(id)->skill_level);
  }
  json::object document{{"faction_id", team.faction_id},
                        {"leader", team.leader},
                        {"avatar", ""},
                        {"name", team.name},
                        {"type", ""},
                        {"substituted", team.substitutions > 0},
                        {"roster", std::move(roster)}};
  if (levels.empty()) return document;
  const auto [lowest, highest] = std::ranges::minmax(levels);
  const int average = std::accumulate(levels.begin(), levels.end(), 0) / static_cast<int>(levels.size());
  document["stats"] = json::object{
      {"winProbability", 0.5},
      {"rating", 1500},
      {"skillLevel",
       json::object{{"average", average}, {"range", json::object{{"min", lowest}, {"max", highest}}}}}};
  return document;
}

// One part of the veto: what was picked, by id, and the things that could be picked.
json::object vote(json::array pick, json::array entities) {
  return {{"pick", std::move(pick)}, {"entities", std::move(entities)}};
}

json::object voting(const Match& match, bool with_location) {
  json::array types;
  types.emplace_back("map");
  json::array picked;
  json::array maps;
  for (std::size_t i = 0; i < map_pool.size(); ++i) {
    const auto& [class_name, name] = map_pool[i];
    if (i < static_cast<std::size_t>(match.best_of)) picked.emplace_back(class_name);
    maps.emplace_back(json::object{{"name", name},
                                   {"class_name", class_name},
                                   {"game_map_id", class_name},
                                   {"guid", class_name},
                                   {"image_sm", ""},
                                   {"image_lg", ""}});
  }
  json::object document{{"map", vote(std::move(picked), std::move(maps))}};
  if (with_location) {
    types.emplace_back("location");
    json::array places;
    places.emplace_back(json::object{{"name", match.location},
                                     {"class_name", match.location},
                                     {"game_location_id", match.location},
                                     {"guid", match.location},
                                     {"image_sm", ""},
                                     {"image_lg", ""}});
    json::array pick;
    pick.emplace_back(match.location);
    document["location"] = vote(std::move(pick), std::move(places));
  }
  document["voted_entity_types"] = std::move(types);
  return document;
}

json::object points(Score score) {
  return {{"faction1", score.faction1}, {"faction2", score.faction2}};
}

json::array map_results(const Match& match) {
  json::array maps;
  for (const auto& rounds : match.maps) {
    const bool first = rounds.faction1 > rounds.faction2;
    const bool drawn = rounds.faction1 == rounds.faction2;
    maps.emplace_back(
        json::object{{"asc_score", false},
                     {"winner", drawn   ? ""
                                : first ? "faction1"
                                        : "faction2"},
                     {"factions", json::object{{"faction1", json::object{{"score", rounds.faction1}}},
                                               {"faction2", json::object{{"score", rounds.faction2}}}}}});
  }
  return maps;
}

// Nothing before the start. Rounds of the map that is played, and maps once it is over: what `score` counts
// is not constant (reference, 2.2.2). For cancelled and aborted matches it is {} and the winner "".
void add_results(const Match& match, json::object& document) {
  json::object score;
  if (match.status == Status::ongoing) score = points(match.maps.back());
  if (match.status == Status::finished) {
    score = points(match.started_at ? maps_won(match) : Score{.faction1 = 1});
    if (!match.maps.empty()) document["detailed_results"] = map_results(match);
  }
  document["results"] = json::object{{"winner", match.winner}, {"score", std::move(score)}};
}

json::object webhook_team(const Team& team, const PlayerLookup& player) {
  json::array roster;
  for (const auto& id : team.roster) {
    const Player& one = *player(id);
    roster.emplace_back(json::object{{"id", one.player_id},
                                     {"nickname", one.nickname},
                                     {"avatar", ""},
                                     {"game_id", one.game_player_id},
                                     {"game_name", one.nickname},
                                     {"game_skill_level", one.skill_level},
                                     {"membership", "free"},
                                     {"anticheat_required", true}});
  }
  return {{"id", team.faction_id},
          {"name", team.name},
          {"type", ""},
          {"avatar", ""},
          {"leader_id", team.leader},
          {"co_leader_id", ""},
          {"roster", std::move(roster)},
          {"substitutions", team.substitutions},
          {"substitutes", nullptr}};
}

// What a match that ended, or was about to begin, tells in its webhook besides the common fields.
void add_times(const Match& match, json::object& payload) {
  if (match.configured_at) payload["configured_at"] = webhook_time(*match.configured_at);
  if (match.status == Status::finished) {
    // The epoch stands for "never started": a forfeit.
    payload["started_at"] = webhook_time(match.started_at.value_or(from_ms(0)));
    payload["finished_at"] = webhook_time(match.finished_at.value_or(match.updated_at));
  }
  if (match.status == Status::cancelled) {
    payload["reason"] = match.cancel_reason;
    payload["players"] = json::array{};
    json::array afk;
    for (const auto& id : match.afk) afk.emplace_back(id);
    payload["afk"] = std::move(afk);
  }
}

}  // namespace

std::string webhook_time(Time time) {
  return to_rfc3339(Time(std::chrono::floor<std::chrono::seconds>(time))).substr(0, 19) + "Z";
}

json::object player_document(const Player& player, const Place& place) {
  json::object games;
  games[place.game] = json::object{{"region", place.region},
                                   {"game_player_id", player.game_player_id},
                                   {"skill_level", player.skill_level},
                                   {"faceit_elo", player.elo},
                                   {"game_player_name", player.nickname},
                                   {"skill_level_label", ""},
                                   {"regions", json::object{}},
                                   {"game_profile_id", ""}};
  return {{"player_id", player.player_id},
          {"nickname", player.nickname},
          {"avatar", ""},
          {"country", player.country},
          {"cover_image", ""},
          {"platforms", json::object{}},
          {"games", std::move(games)},
          {"settings", json::object{{"language", "en"}}},
          {"friends_ids", json::array{}},
          {"new_steam_id", ""},
          {"steam_id_64", player.game_player_id},
          {"steam_nickname", player.nickname},
          {"memberships", json::array{}},
          {"faceit_url", "https://www.faceit.com/{lang}/players/" + player.nickname},
          {"membership_type", ""},
          {"cover_featured_image", ""},
          {"infractions", json::object{}},
          {"verified", false},
          {"activated_at", "2019-05-02T16:11:09Z"}};
}

json::object search_item(const Player& player, const Place& place) {
  json::array games;
  // The level is a number in a player's own document and a string here; the real API does that too.
  games.emplace_back(json::object{{"name", place.game}, {"skill_level", std::to_string(player.skill_level)}});
  return {{"player_id", player.player_id},
          {"nickname", player.nickname},
          {"status", "AVAILABLE"},
          {"games", std::move(games)},
          {"country", player.country},
          {"verified", false},
          {"avatar", ""}};
}

json::object match_document(const Match& match, const Place& place, const PlayerLookup& player) {
  json::object teams;
  for (std::size_t i = 0; i < match.teams.size(); ++i) {
    teams[faction_key(i)] = faction(match.teams[i], player);
  }
  json::object document{
      {"match_id", match.match_id},
      {"version", match.version},
      {"game", place.game},
      {"region", place.region},
      {"competition_id", match.competition.id},
      {"competition_type", match.competition.type},
      {"competition_name", match.competition.name},
      {"organizer_id", match.organizer_id},
      {"teams", std::move(teams)},
      {"calculate_elo", true},
      {"chat_room_id", "match-" + match.match_id},
      {"best_of", match.best_of},
      {"status", name(match.status)},
      {"faceit_url", fmt::format("https://www.faceit.com/{{lang}}/{}/room/{}", place.game, match.match_id)}};
  if (match.configured_at) document["voting"] = voting(match, place.votes_on_location);
  if (match.competition.type == "championship") {
    document["round"] = 1;
    document["group"] = 1;
  }
  const auto add_time = [&](std::string_view key, const std::optional<Time>& time) {
    if (time) document[key] = unix_seconds(*time);
  };
  add_time("scheduled_at", match.scheduled_at);
  add_time("configured_at", match.configured_at);
  add_time("started_at", match.started_at);
  add_time("finished_at", match.finished_at);
  if (match.status == Status::ongoing || is_over(match.status)) add_results(match, document);
  if (!match.demo_urls.empty()) document["demo_url"] = json::value_from(match.demo_urls);
  return document;
}

json::object webhook_payload(const Match& match, const Place& place, const PlayerLookup& player,
                             bool with_teams) {
  json::object payload{{"id", match.match_id},
                       {"organizer_id", match.organizer_id},
                       {"region", place.region},
                       {"game", place.game},
                       {"version", match.version},
                       {"entity", json::object{{"id", match.competition.id},
                                               {"name", match.competition.name},
                                               {"type", match.competition.type}}}};
  if (with_teams) {
    json::array teams;
    for (const auto& team : match.teams) teams.emplace_back(webhook_team(team, player));
    payload["teams"] = std::move(teams);
  }
  payload["created_at"] = webhook_time(match.created_at);
  payload["updated_at"] = webhook_time(match.updated_at);
  add_times(match, payload);
  return payload;
}

json::object seed_webhook(const Match& match, std::string_view event, const PlayerLookup& player) {
  json::array roster;
  if (!match.teams.empty()) {
    for (const auto& id : match.teams[0].roster) {
      roster.emplace_back(json::object{{"player_id", id}, {"nickname", player(id)->nickname}});
    }
  }
  json::object teams{{"faction1", json::object{{"roster", std::move(roster)}}}};
  return {{"event", event},
          {"match_id", match.match_id},
          {"organizer_id", match.organizer_id},
          {"entity", json::object{{"teams", std::move(teams)}}}};
}

json::object error_document(int http_status, std::string_view code, std::string_view message) {
  json::array errors;
  errors.emplace_back(json::object{
      {"message", message}, {"code", code}, {"http_status", http_status}, {"parameters", json::array{}}});
  return {{"errors", std::move(errors)}};
}

}  // namespace matchday::sandbox::faceit
