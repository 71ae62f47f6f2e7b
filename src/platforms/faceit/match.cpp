// See match.hpp.
#include "platforms/faceit/match.hpp"

#include <algorithm>
#include <cctype>

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

// The Data API gives Unix seconds; 0 means "not yet".
std::optional<Time> unix_seconds(const Fields& fields, std::string_view key) {
  constexpr std::int64_t year_9999 = 253'402'300'799;
  const auto seconds = fields.integer(key);
  if (!seconds || *seconds <= 0 || *seconds > year_9999) return std::nullopt;
  return Time(std::chrono::seconds(*seconds));
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
    if (!id.empty()) out.roster.push_back({std::move(id), first_text(player, {"nickname", "name"})});
  }
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
  out.url = fields.string_or("faceit_url", "");
  if (const auto at = out.url.find("{lang}"); at != std::string::npos) out.url.replace(at, 6, "en");
  return out;
}

}  // namespace matchday::faceit
