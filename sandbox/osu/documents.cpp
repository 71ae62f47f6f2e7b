// See documents.hpp.
#include "sandbox/osu/documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace matchday::sandbox::osu {
namespace {

constexpr Duration active_within = std::chrono::days(30);
constexpr Duration online_within = 10min;
constexpr std::array<std::string_view, 10> countries{"NO", "SE", "DK", "FI", "IS",
                                                     "DE", "PL", "US", "JP", "GB"};
constexpr std::array<std::string_view, 10> country_names{
    "Norway",  "Sweden", "Denmark",       "Finland", "Iceland",
    "Germany", "Poland", "United States", "Japan",   "United Kingdom"};

struct Map {
  int id;
  std::string_view artist;
  std::string_view title;
  std::string_view version;
  std::string_view creator;
  double stars;
  int length_s;
  int bpm;
};

// Invented, all of them.
constexpr std::array<Map, 6> maps{
    {{4'100'001, "Nordlys Ensemble", "Aurora Run", "Midnight", "fjordmapper", 6.42, 212, 190},
     {4'100'002, "Kelp", "Undertow", "Insane", "saltwater", 5.31, 145, 174},
     {4'100'003, "Tin Foxes", "Paper Lantern", "Extra", "lumenfield", 6.98, 187, 200},
     {4'100'004, "Hverfjall", "Basalt", "Another", "greyrock", 5.87, 240, 165},
     {4'100'005, "Vantablue", "Static Bloom", "Expert", "mosskin", 7.25, 98, 222},
     {4'100'006, "Old Ferry", "Last Harbour", "Hard", "tidewater", 4.12, 301, 150}}};

// osu! sends 990 for 990.0.
json::value number(double value) {
  const double rounded = std::round(value * 1e4) / 1e4;
  if (rounded == std::floor(rounded)) return static_cast<std::int64_t>(rounded);
  return rounded;
}

json::value or_null(const std::optional<std::int64_t>& value) {
  return value ? json::value(*value) : json::value(nullptr);
}

// "2026-08-20T18:03:11+00:00".
std::string iso(Time time) {
  constexpr std::size_t seconds_end = 19;
  return to_rfc3339(time).substr(0, seconds_end) + "+00:00";
}

std::string_view country_name(std::string_view code) {
  const auto found = std::ranges::find(countries, code);
  return found == countries.end() ? "Unknown"
                                  : country_names.at(static_cast<std::size_t>(found - countries.begin()));
}

json::object user_core(const Player& player, Time now) {
  const auto since = now - player.last_played;
  return {{"avatar_url", fmt::format("https://a.ppy.sh/{}?1700000000.jpeg", player.id)},
          {"country_code", player.country_code},
          {"default_group", "default"},
          {"id", player.id},
          {"is_active", since < active_within},
          {"is_bot", false},
          {"is_deleted", false},
          {"is_online", !player.hides_presence && since < online_within},
          {"is_supporter", false},
          {"last_visit", player.hides_presence ? json::value(nullptr) : json::value(iso(player.last_played))},
          {"pm_friends_only", false},
          {"profile_colour", nullptr},
          {"username", player.username}};
}

void add_surroundings(json::object& user, const Player& player) {
  user["country"] = json::object{{"code", player.country_code}, {"name", country_name(player.country_code)}};
  user["cover"] = json::object{{"custom_url", nullptr},
                               {"url", "https://assets.ppy.sh/user-cover-presets/1/sandbox.jpeg"},
                               {"id", "1"}};
  user["groups"] = json::array{};
  user["team"] = nullptr;
}

json::object statistics(const Player& player, const Standing& standing) {
  const auto hits = player.play_count * 300;
  return {
      {"count_100", hits / 12},
      {"count_300", hits - hits / 12 - hits / 80 - hits / 70},
      {"count_50", hits / 80},
      {"count_miss", hits / 70},
      {"level", json::object{{"current", std::min<std::int64_t>(100, 1 + player.play_count / 400)},
                             {"progress", player.play_count % 100}}},
      {"global_rank", or_null(standing.global_rank)},
      {"global_rank_percent", standing.global_rank ? number(static_cast<double>(*standing.global_rank) / 3e6)
                                                   : json::value(nullptr)},
      {"global_rank_exp", nullptr},
      {"pp", number(standing.pp)},
      {"pp_exp", 0},
      {"ranked_score", player.play_count * 445'000},
      {"hit_accuracy", number(player.accuracy * 100)},
      {"accuracy", number(player.accuracy)},
      {"play_count", player.play_count},
      {"play_time", player.play_time_s},
      {"total_score", player.play_count * 2'170'000},
      {"total_hits", hits},
      {"maximum_combo", 500 + player.play_count / 20},
      {"replays_watched_by_others", 0},
      {"is_ranked", standing.global_rank.has_value()},
      {"grade_counts",
       json::object{
           {"ss", 3}, {"ssh", 0}, {"s", player.play_count / 60}, {"sh", 0}, {"a", player.play_count / 25}}}};
}

json::object never_played() {
  auto zeros = statistics({.accuracy = 0}, {});
  zeros["grade_counts"] = json::object{{"ss", 0}, {"ssh", 0}, {"s", 0}, {"sh", 0}, {"a", 0}};
  zeros["maximum_combo"] = 0;
  return zeros;
}

bool has_played(const Player& player) {
  return player.play_count > 0;
}

json::object all_rulesets(const Player& player, const Standing& standing) {
  json::object out;
  if (has_played(player)) out["osu"] = statistics(player, standing);
  return out;
}

json::object score_statistics(const Play& play, bool legacy) {
  const std::int64_t objects = play.max_combo + play.misses;
  const auto ok = static_cast<std::int64_t>((1 - play.accuracy) * 1.4 * static_cast<double>(objects));
  if (legacy)
    return {{"count_300", objects - ok - play.misses},
            {"count_100", ok},
            {"count_50", 0},
            {"count_miss", play.misses}};
  json::object out{{"great", objects - ok - play.misses}, {"ok", ok}};
  if (play.misses > 0) out["miss"] = play.misses;  // a key that would be zero may be missing
  return out;
}

json::array mods(const Play& play, bool legacy) {
  json::array out;
  for (const auto& mod : play.mods)
    out.emplace_back(legacy ? json::value(mod) : json::value{{"acronym", mod}});
  return out;
}

json::object beatmap(const Map& map) {
  return {{"id", map.id},
          {"version", map.version},
          {"difficulty_rating", number(map.stars)},
          {"total_length", map.length_s},
          {"bpm", map.bpm},
          {"cs", 4},
          {"ar", number(9.3)},
          {"accuracy", number(8.8)},
          {"drain", 5},
          {"mode", "osu"},
          {"status", "ranked"},
          {"url", fmt::format("https://osu.ppy.sh/beatmaps/{}", map.id)}};
}

json::object beatmapset(const Map& map) {
  const auto cover = fmt::format("https://assets.ppy.sh/beatmaps/{}/covers/list.jpg", map.id / 10);
  return {{"artist", map.artist},
          {"title", map.title},
          {"creator", map.creator},
          {"status", "ranked"},
          {"covers", json::object{{"list", cover}, {"list@2x", cover}}}};
}

}  // namespace

json::object compact_user(const Player& player, const Standing& standing, Time now) {
  auto user = user_core(player, now);
  add_surroundings(user, player);
  user["statistics_rulesets"] = all_rulesets(player, standing);
  return user;
}

json::object looked_up_user(const Player& player, const Standing& standing, bool with_rank, Time now) {
  auto user = user_core(player, now);
  add_surroundings(user, player);
  if (with_rank)
    user["global_rank"] = standing.global_rank
                              ? json::value{{"rank", *standing.global_rank}, {"ruleset_id", 0}}
                              : json::value(nullptr);
  return user;
}

json::object extended_user(const Player& player, const Standing& standing, std::string_view mode, Time now) {
  auto user = user_core(player, now);
  add_surroundings(user, player);
  const bool played = mode == "osu" && has_played(player);
  auto numbers = played ? statistics(player, standing) : never_played();
  numbers["country_rank"] = played ? or_null(standing.country_rank) : json::value(nullptr);
  numbers["rank"] = json::object{{"country", numbers["country_rank"]}};
  numbers["variants"] = json::array{};
  user["statistics"] = std::move(numbers);
  json::array earlier;
  for (const auto& name : player.previous_usernames) earlier.emplace_back(name);
  user["previous_usernames"] = std::move(earlier);
  json::array ranks;
  for (const auto rank : player.rank_history) ranks.emplace_back(rank);
  const bool has_history = played && !ranks.empty();
  user["rank_history"] =
      has_history ? json::value{{"mode", "osu"}, {"data", std::move(ranks)}} : json::value(nullptr);
  user["rank_highest"] = nullptr;
  for (const auto* list : {"badges", "monthly_playcounts", "user_achievements", "account_history"})
    user[list] = json::array{};
  user["join_date"] = "2016-02-11T09:30:00+00:00";
  user["playmode"] = "osu";
  user["follower_count"] = 12;
  return user;
}

json::object own_user(const Player& player, const Standing& standing, std::string_view mode, Time now) {
  auto user = extended_user(player, standing, mode, now);
  user["is_restricted"] = player.restricted;
  user["session_verified"] = true;
  user["statistics_rulesets"] = all_rulesets(player, standing);
  return user;
}

json::object best_score(const Player& player, std::size_t at, bool legacy, Time now) {
  const auto& play = player.best[at];
  const auto& map = maps[play.map % maps.size()];
  constexpr double weight_base = 0.95;
  const double weight = std::pow(weight_base, static_cast<double>(at));
  json::object score{
      {"id", play.id},
      {"user_id", player.id},
      {"pp", number(play.pp)},
      {"accuracy", number(play.accuracy)},
      {"rank", play.grade},
      {"mods", mods(play, legacy)},
      {"max_combo", play.max_combo},
      {"statistics", score_statistics(play, legacy)},
      {"passed", true},
      {"beatmap", beatmap(map)},
      {"beatmapset", beatmapset(map)},
      {"user", user_core(player, now)},
      {"weight", json::object{{"percentage", number(weight * 100)}, {"pp", number(play.pp * weight)}}}};
  const auto total = static_cast<std::int64_t>(play.accuracy * 1e6);
  if (legacy) {
    score["score"] = total * 9;
    score["created_at"] = iso(play.ended_at);
    score["mode"] = "osu";
    return score;
  }
  score["ruleset_id"] = 0;
  score["total_score"] = total;
  score["classic_total_score"] = total * 9;
  score["legacy_total_score"] = 0;
  score["ended_at"] = to_rfc3339(play.ended_at).substr(0, 19) + "Z";
  return score;
}

std::size_t map_count() {
  return maps.size();
}

json::object error_document(std::string_view text) {
  return {{"error", text.empty() ? json::value(nullptr) : json::value(text)}};
}

}  // namespace matchday::sandbox::osu
