// See match.hpp.
#include "platforms/faceit/match.hpp"

#include <algorithm>
#include <cctype>
#include <cmath>

#include "base/number.hpp"

namespace matchday::faceit {
namespace {

// The names of reference §2.4; several mean the same to us.
struct StatusName {
  std::string_view text;
  MatchStatus status;
};
constexpr StatusName status_names[] = {
    {"SCHEDULED", MatchStatus::scheduled},
    {"SCHEDULING", MatchStatus::scheduled},
    {"CREATED", MatchStatus::created},
    {"CHECK_IN", MatchStatus::created},
    {"JOIN", MatchStatus::created},
    {"CAPTAIN_PICK", MatchStatus::voting},
    {"VOTING", MatchStatus::voting},
    {"SUBSTITUTION", MatchStatus::voting},
    {"CONFIGURING", MatchStatus::configuring},
    {"READY", MatchStatus::ready},
    {"ONGOING", MatchStatus::ongoing},
    {"MANUAL_RESULT", MatchStatus::ongoing},
    {"PAUSED", MatchStatus::ongoing},
    {"ADJUSTMENT", MatchStatus::ongoing},
    {"FINISHED", MatchStatus::finished},
    {"CANCELLED", MatchStatus::cancelled},
    {"ABORTED", MatchStatus::aborted},
};

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](unsigned char x, unsigned char y) { return std::toupper(x) == std::toupper(y); });
}

std::string first_id(const Fields& fields, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    const auto id = fields.string(key);
    if (id && is_valid_id(*id)) return *id;
  }
  return "";
}

std::string first_text(const Fields& fields, std::initializer_list<std::string_view> keys) {
  for (const auto key : keys) {
    const auto text = fields.string(key);
    if (text && !text->empty()) return *text;
  }
  return "";
}

// A whole number, also from text ("10") and from a number with a fraction (an average level).
std::optional<std::int64_t> number(const Fields& fields, std::string_view key) {
  if (const auto text = fields.string(key)) return parse_number<std::int64_t>(*text);
  constexpr double exact_max = 1e15;  // beyond, a double has no whole numbers to round to
  const auto* found = fields.get(key);
  const auto* fraction = found ? found->if_double() : nullptr;
  if (!fraction) return fields.integer(key);
  return std::abs(*fraction) < exact_max ? std::optional<std::int64_t>(std::llround(*fraction))
                                         : std::nullopt;
}

std::optional<int> number_within(const Fields& fields, std::string_view key, int low, int high) {
  const auto value = number(fields, key);
  return value && *value >= low && *value <= high ? std::optional(static_cast<int>(*value)) : std::nullopt;
}

// FACEIT's skill levels; 0 stands for somebody who is not ranked in this game.
std::optional<int> level(const Fields& fields, std::string_view key) {
  return number_within(fields, key, 1, 10);
}

// The Data API gives Unix seconds; 0 means "not yet".
std::optional<Time> unix_seconds(const Fields& fields, std::string_view key) {
  constexpr std::int64_t year_9999 = 253'402'300'799;
  const auto seconds = number(fields, key);
  if (!seconds || *seconds <= 0 || *seconds > year_9999) return std::nullopt;
  return Time(std::chrono::seconds(*seconds));
}

// Texts from a list, or from a single text where FACEIT wrote no list.
std::vector<std::string> texts(const Fields& fields, std::string_view key) {
  if (const auto text = fields.string(key)) return {*text};
  std::vector<std::string> out;
  for (const auto& item : fields.array(key)) {
    if (const auto* text = item.if_string()) out.emplace_back(text->data(), text->size());
  }
  return out;
}

// What people call the thing that was voted for: picks are ids ("de_mirage"), entities have the names.
std::string entity_name(const Fields& vote, const std::string& pick) {
  for (const auto& item : vote.array("entities")) {
    const Fields entity(item);
    for (const auto* id : {"guid", "class_name", "game_map_id", "game_location_id"}) {
      if (entity.string(id) == pick) return first_text(entity, {"name"});
    }
  }
  return "";
}

std::string voted(const Fields& vote) {
  std::string out;
  for (const auto& pick : texts(vote, "pick")) {
    if (pick.empty()) continue;
    const auto name = entity_name(vote, pick);
    out += out.empty() ? "" : ", ";
    out += name.empty() ? pick : name;
  }
  return out;
}

std::optional<Score> score_of(std::optional<int> faction1, std::optional<int> faction2) {
  if (!faction1 && !faction2) return std::nullopt;
  return Score{.faction1 = faction1.value_or(0), .faction2 = faction2.value_or(0)};
}

void read_results(Match& out, const Fields& fields) {
  constexpr int points_max = 10'000;  // no game comes near; more is a mistake
  const auto results = fields.object("results");
  const auto score = results.object("score");
  out.score = score_of(number_within(score, "faction1", 0, points_max),
                       number_within(score, "faction2", 0, points_max));
  const auto winner = results.string_or("winner", "");
  if (winner == "faction1" || winner == "faction2") out.winner = winner;
  for (const auto& item : fields.array("detailed_results")) {
    const auto factions = Fields(item).object("factions");
    const auto map = score_of(number_within(factions.object("faction1"), "score", 0, points_max),
                              number_within(factions.object("faction2"), "score", 0, points_max));
    if (map) out.maps.push_back(*map);
  }
}

}  // namespace

bool is_valid_id(std::string_view id) {
  constexpr std::size_t longest = 128;
  const auto allowed = [](unsigned char c) { return std::isalnum(c) || c == '.' || c == '_' || c == '-'; };
  const bool only_dots =
      id.find_first_not_of('.') == std::string_view::npos;  // would walk up in a URL's path
  return !id.empty() && id.size() <= longest && !only_dots && std::all_of(id.begin(), id.end(), allowed);
}

MatchStatus match_status(std::string_view text) {
  for (const auto& known : status_names) {
    if (equal_ignoring_case(known.text, text)) return known.status;
  }
  return MatchStatus::unknown;
}

std::string_view name(MatchStatus status) {
  switch (status) {
    case MatchStatus::unknown:
      return "unknown";
    case MatchStatus::scheduled:
      return "scheduled";
    case MatchStatus::created:
      return "created";
    case MatchStatus::voting:
      return "voting";
    case MatchStatus::configuring:
      return "configuring";
    case MatchStatus::ready:
      return "ready";
    case MatchStatus::ongoing:
      return "ongoing";
    case MatchStatus::finished:
      return "finished";
    case MatchStatus::cancelled:
      return "cancelled";
    case MatchStatus::aborted:
      return "aborted";
  }
  return "unknown";
}

Team parse_team(std::string key, const json::value& team) {
  const Fields fields(team);
  Team out{.key = std::move(key)};
  out.id = first_id(fields, {"faction_id", "team_id", "id"});
  out.name = first_text(fields, {"name", "nickname"});
  out.captain = first_id(fields, {"leader", "leader_id"});
  const auto& roster = fields.get("roster") ? fields.array("roster") : fields.array("players");
  for (const auto& item : roster) {
    const Fields player(item);
    auto id = first_id(player, {"player_id", "id", "user_id", "guid"});
    if (id.empty()) continue;
    out.roster.push_back({.id = std::move(id),
                          .nickname = first_text(player, {"nickname", "name"}),
                          .level = level(player, "game_skill_level")});
  }
  out.average_level = level(fields.object("stats").object("skillLevel"), "average");
  return out;
}

std::vector<Team> parse_teams(const json::value& teams) {
  std::vector<Team> out;
  if (const auto* list = teams.if_array()) {
    for (std::size_t i = 0; i < list->size(); ++i) {
      if ((*list)[i].is_object()) out.push_back(parse_team(std::to_string(i), (*list)[i]));
    }
  } else if (const auto* object = teams.if_object()) {
    for (const auto& member : *object) {
      if (member.value().is_object()) out.push_back(parse_team(std::string(member.key()), member.value()));
    }
    std::sort(out.begin(), out.end(), [](const Team& a, const Team& b) { return a.key < b.key; });
  }
  return out;
}

Match parse_match(const json::value& document) {
  const Fields fields(document);
  Match out;
  out.id = first_id(fields, {"match_id", "id"});
  out.status_text = fields.string_or("status", "");
  out.status = match_status(out.status_text);
  out.organizer_id = fields.string_or("organizer_id", "");
  out.competition_id = fields.string_or("competition_id", "");
  out.competition_name = fields.string_or("competition_name", "");
  out.competition_type = fields.string_or("competition_type", "");
  out.game = fields.string_or("game", "");
  out.region = fields.string_or("region", "");
  if (const auto* teams = fields.get("teams")) out.teams = parse_teams(*teams);
  out.roster_known =
      std::any_of(out.teams.begin(), out.teams.end(), [](const Team& t) { return !t.roster.empty(); });
  out.scheduled_at = unix_seconds(fields, "scheduled_at");
  out.configured_at = unix_seconds(fields, "configured_at");
  out.started_at = unix_seconds(fields, "started_at");
  out.finished_at = unix_seconds(fields, "finished_at");
  out.url = web_link(fields.string_or("faceit_url", ""));
  if (const auto at = out.url.find("{lang}"); at != std::string::npos) out.url.replace(at, 6, "en");
  const auto voting = fields.object("voting");
  out.map = voted(voting.object("map"));
  out.location = voted(voting.object("location"));
  constexpr int longest_series = 99;
  out.best_of = number_within(fields, "best_of", 1, longest_series).value_or(1);
  read_results(out, fields);
  for (auto& url : texts(fields, "demo_url")) {
    if (auto link = web_link(std::move(url)); !link.empty()) out.demo_urls.push_back(std::move(link));
  }
  return out;
}

std::string web_link(std::string url) {
  const bool of_the_web = url.starts_with("https://") || url.starts_with("http://");
  return of_the_web ? std::move(url) : std::string();
}

}  // namespace matchday::faceit
