// Users of osu! and their numbers in one ruleset, as the API tells them: compact from GET /users, extended
// from GET /users/{user}/{mode} and /me/{mode} (reference/osu.md §3.5). Absent and null read as "nothing".
// Not here: scores (score.hpp), and what a rank means for a league.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace matchday::osu {

using PlayerId =
    Id<struct PlayerTag>;  // osu!'s user id: 32 bits today (§3.5); never changes, unlike the name

enum class Ruleset : std::uint8_t { osu, taiko, fruits, mania };

// As paths and documents call it: "osu".
std::string_view name(Ruleset ruleset);

struct Statistics {
  double pp = 0;  // never null; 0 for accounts that were purged for inactivity (§3.5)
  std::optional<std::int64_t> global_rank;   // from 1; nothing when unranked: new, inactive or never ranked
  std::optional<std::int64_t> country_rank;  // single-user calls only
  double accuracy = 0;                       // 0 to 1
  std::int64_t play_count = 0;
  std::chrono::seconds play_time{0};

  // Only a ranked sample may be compared with another one (§3.7 point 2): otherwise pp can be 0 or old.
  bool is_ranked() const { return global_rank.has_value(); }
};

struct User {
  PlayerId id;
  std::string username;      // can change, may hold spaces, _, -, [ and ]: never a key
  std::string country_code;  // two letters; empty: unknown
  std::string avatar_url;
  bool is_active = false;  // visited within 30 days
  bool is_bot = false;
  bool is_restricted = false;                // only /me tells; everywhere else the restricted are absent
  std::optional<Time> last_visit;            // nothing when they hide it
  std::map<Ruleset, Statistics> statistics;  // without rulesets that they never played
  // Single-user calls, of the ruleset that was asked for: global ranks of the last 90 days, the oldest first,
  // the current one last; 0: not ranked on that day.
  std::vector<std::int64_t> rank_history;
  std::vector<std::string> previous_usernames;  // single-user calls only

  // Nothing when they never played it.
  const Statistics* in(Ruleset ruleset) const;
};

// A compact user, or an extended one whose `statistics` are of `ruleset`. Nothing for a value without an id
// and a name.
std::optional<User> parse_user(const json::value& value, Ruleset ruleset);

// A field that may come with or without a fraction (§3.5). `fallback` when it is none.
double number_or(const Fields& fields, std::string_view key, double fallback);

// Whether it could be asked for: 1 to 30 of osu!'s characters. Today's names have 3 to 15 (§3.5), old ones
// may differ.
bool is_possible_username(std::string_view username);

}  // namespace matchday::osu
