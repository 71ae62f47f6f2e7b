// FACEIT's players and matches as the Data API v4 describes them, reduced to what match voice needs. The same
// team and roster types are used for webhooks (webhook.hpp).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"

namespace matchday::faceit {

struct Player {
  std::string id;  // stable; also the OAuth claim `guid`
  std::string nickname;
  std::string country;  // lower-case ISO 3166-1, or empty
  std::string avatar;
  std::optional<int> skill_level;  // in cs2, 1-10
  std::optional<int> elo;          // in cs2
};

// One item of the fuzzy search.
struct PlayerHit {
  std::string id;
  std::string nickname;
  std::string country;
  bool verified = false;
};

struct RosterEntry {
  std::string id;
  std::string nickname;
  std::optional<int> level;  // 1-10
};

struct Team {
  std::string key;  // "faction1"; "0" for teams that came in an array
  std::string id;
  std::string name;
  std::string captain;  // a player's id, or empty
  std::vector<RosterEntry> roster;
  std::optional<int> average_level;
};

// Points of faction1 and faction2. In a match's `results` rounds while it is live, maps when a series is over
// (reference §2.2.2); in `maps` always the points of one map.
struct Score {
  int faction1 = 0;
  int faction2 = 0;

  bool operator==(const Score&) const = default;
};

// Where a match stands, from the many names that FACEIT uses (reference §2.4); `unknown` for any other.
enum class MatchStatus : std::uint8_t {
  unknown,
  scheduled,
  created,
  voting,
  configuring,
  ready,
  ongoing,
  finished,
  cancelled,
  aborted
};

MatchStatus match_status(std::string_view text);  // in any case
std::string_view name(MatchStatus status);
constexpr bool is_over(MatchStatus status) {
  return status == MatchStatus::finished || status == MatchStatus::cancelled ||
         status == MatchStatus::aborted;
}

struct Match {
  std::string id;
  MatchStatus status = MatchStatus::unknown;
  std::string status_text;  // as FACEIT wrote it
  std::string organizer_id;
  std::string competition_id;
  std::string competition_name;
  std::string competition_type;
  std::string game;
  std::string region;
  std::vector<Team> teams;  // faction1, faction2
  bool roster_known = false;
  std::optional<Time> scheduled_at;
  std::optional<Time> configured_at;
  std::optional<Time> started_at;
  std::optional<Time> finished_at;
  std::string url;       // for people: "https://www.faceit.com/en/cs2/room/<id>"
  std::string map;       // "Mirage", or "Mirage, Nuke" for a series; empty before the veto
  std::string location;  // "Sweden"; empty before the veto
  int best_of = 1;
  std::optional<Score> score;  // none before the start, and none of a match that was cancelled or aborted
  std::vector<Score> maps;     // one for each map that was played
  std::string winner;          // "faction1", "faction2", or empty
  std::vector<std::string> demo_urls;
};

// Where to look for matches that no webhook told of.
enum class CompetitionKind : std::uint8_t { hub, championship };
enum class MatchFilter : std::uint8_t { ongoing, upcoming, past };

// `^[A-Za-z0-9._-]{1,128}$`: checked before any URL is built of an id.
bool is_valid_id(std::string_view id);

// The teams of a `teams` value, an object by key or an array, as both the Data API and webhooks write them.
// Entries without a usable id are left out.
std::vector<Team> parse_teams(const json::value& teams);
Team parse_team(std::string key, const json::value& team);

// Never fails: what is absent, null or of an unknown shape reads as "nothing", and numbers may come as text.
Match parse_match(const json::value& document);

// An http or https address, or an empty text: FACEIT's links are shown to people as they are.
std::string web_link(std::string url);

}  // namespace matchday::faceit
