// See documents.hpp.
#include "sandbox/faceit/documents.hpp"

#include <fmt/format.h>

namespace matchday::sandbox::faceit {
namespace {

std::int64_t unix_seconds(Time time) {
  return to_ms(time) / 1000;
}

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
  int level_sum = 0;
  for (const auto& id : team.roster) {
    roster.emplace_back(roster_entry(*player(id)));
    level_sum += player(id)->skill_level;
  }
  const int average = team.roster.empty() ? 0 : level_sum / static_cast<int>(team.roster.size());
  return {{"faction_id", team.faction_id},
          {"leader", team.leader},
          {"avatar", ""},
          {"name", team.name},
          {"type", ""},
          {"substituted", team.substitutions > 0},
          {"roster", std::move(roster)},
          {"stats", json::object{{"winProbability", 0.5},
                                 {"rating", 1500},
                                 {"skillLevel", json::object{{"average", average}}}}}};
}

json::object voting(const Match& match) {
  const json::object map{{"name", match.map}, {"class_name", match.map}, {"game_map_id", match.map},
                         {"guid", match.map}, {"image_sm", ""},          {"image_lg", ""}};
  json::array picked;
  picked.emplace_back(match.map);
  json::array entities;
  entities.emplace_back(map);
  json::array types;
  types.emplace_back("map");
  return {{"voted_entity_types", std::move(types)},
          {"map", json::object{{"pick", std::move(picked)}, {"entities", std::move(entities)}}}};
}

// The score is empty when nobody played: `score` is {} and `winner` "" for cancelled and aborted matches.
void add_results(const Match& match, json::object& document) {
  const bool played = match.status == Status::finished;
  json::object score;
  if (played) {
    score["faction1"] = match.winner == "faction1" ? 1 : 0;
    score["faction2"] = match.winner == "faction2" ? 1 : 0;
  }
  document["results"] = json::object{{"winner", match.winner}, {"score", std::move(score)}};
  if (!played) return;
  const auto rounds = [&](std::string_view key) {
    return json::object{{"score", match.winner == key ? 13 : 9}};
  };
  json::array maps;
  maps.emplace_back(json::object{
      {"asc_score", false},
      {"winner", match.winner},
      {"factions", json::object{{"faction1", rounds("faction1")}, {"faction2", rounds("faction2")}}}});
  document["detailed_results"] = std::move(maps);
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
      {"best_of", 1},
      {"status", name(match.status)},
      {"faceit_url", fmt::format("https://www.faceit.com/{{lang}}/{}/room/{}", place.game, match.match_id)}};
  if (match.configured_at) document["voting"] = voting(match);
  const auto add_time = [&](std::string_view key, const std::optional<Time>& time) {
    if (time) document[key] = unix_seconds(*time);
  };
  add_time("scheduled_at", match.scheduled_at);
  add_time("configured_at", match.configured_at);
  add_time("started_at", match.started_at);
  add_time("finished_at", match.finished_at);
  if (is_over(match.status)) add_results(match, document);
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
