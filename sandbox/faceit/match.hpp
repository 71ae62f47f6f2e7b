// A FACEIT match and its life: the states, which step may follow which, and which webhook a step sends. Pure:
// time is passed in. States are those that the Data API shows (upper case); there is no webhook for "went
// live". Not here: how a match looks in JSON (documents.hpp) and how webhooks travel (webhook_queue.hpp).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"

namespace matchday::sandbox::faceit {

struct Player {
  std::string player_id;  // uuid
  std::string nickname;
  std::string country = "no";  // ISO 3166, lower case
  int skill_level = 5;         // 1 to 10
  int elo = 1100;
  std::string game_player_id;  // Steam64
};

struct Team {
  std::string faction_id;           // hub matches: the captain's player id
  std::string name;                 // hub matches: "team_<captain's nickname>"
  std::string leader;               // the captain's player id
  std::vector<std::string> roster;  // player ids
  int substitutions = 0;
};

enum class Status {
  scheduled,  // made long before it is played: nobody can check in yet
  created,
  captain_pick,
  voting,
  configuring,
  ready,
  ongoing,
  finished,
  cancelled,
  aborted
};

// As in the Data API: "CAPTAIN_PICK".
std::string_view name(Status status);
bool is_over(Status status);

// What moves a match on.
enum class Step { vote, configuring, ready, ongoing, finish, cancel, abort, restart, substitute, demo_ready };

// The names of the control API: "configuring", "abort". Nothing for other words.
std::optional<Step> parse_step(std::string_view word);

// In which of the two known forms this match's webhooks are written.
enum class WebhookShape { real, seed };

struct Competition {
  std::string id;
  std::string name;
  std::string type = "hub";  // or "championship", "matchmaking"
};

// Rounds of one map, or maps of a series.
struct Score {
  int faction1 = 0;
  int faction2 = 0;

  bool operator==(const Score&) const = default;
};

struct Match {
  std::string match_id;  // "1-<uuid>"
  std::string organizer_id;
  Competition competition;
  WebhookShape shape = WebhookShape::real;
  Status status = Status::created;
  int version = 1;          // grows with every change
  std::vector<Team> teams;  // two; with empty rosters while captains still pick
  std::vector<Team> drawn;  // who will play, when `teams` is still empty
  Time created_at;
  Time updated_at;
  std::optional<Time> scheduled_at;
  std::optional<Time> configured_at;
  std::optional<Time> started_at;
  std::optional<Time> finished_at;
  int best_of = 1;
  std::string location = "Sweden";
  std::vector<Score> maps;       // rounds of each map; while the match is played the last one is running
  std::string winner;            // "faction1", "faction2", or empty
  std::string cancel_reason;     // "AFK" or "MANUAL"
  std::vector<std::string> afk;  // player ids
  std::optional<Time> demo_due;  // when the demos will be there
  std::vector<std::string> demo_urls;
};

// Moves `match` by one step and gives the webhook's event name, if this step sends one. Steps may be skipped
// forwards (a webhook may have been lost in reality too). Error: conflict, when the state does not allow the
// step; then nothing has changed. `substitute` and `demo_ready` are not handled here: they need to know more
// than one match (World).
Result<std::optional<std::string>> apply(Match& match, Step step, Time now);

// A scheduled match opens its check-in; FACEIT sends no webhook for that.
void open_check_in(Match& match, Time now);

// The rounds of one map of a running match; `map` counts from 1, without it the map that is played now. The
// map after the last may be named: then it begins. Errors: conflict, when the match is not ONGOING; invalid,
// for a map or a score that cannot be.
Result<> set_score(Match& match, Score rounds, std::optional<std::size_t> map, Time now);

// How many maps each side has won.
Score maps_won(const Match& match);

}  // namespace matchday::sandbox::faceit
