// World: all of simulated osu!: its players and what becomes of them, the API v2, and logging in. A pure
// state machine: time and randomness are given, nothing is read from a clock or a socket, so that the TCP
// front and the deterministic simulator drive exactly this class. Instants must not go backwards.
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "sandbox/osu/documents.hpp"
#include "sandbox/osu/ladder.hpp"
#include "sandbox/osu/oauth.hpp"
#include "sandbox/osu/player.hpp"
#include "sandbox/osu/throttle.hpp"

namespace matchday::sandbox::osu {

struct ApiRequest {
  std::string method;
  std::string path;  // after the base address: "/api/v2/users", "/oauth/token"; percent-encoded
  std::string query;
  net::Headers headers;
  std::string body;
  std::string client_address;
};

struct ApiResponse {
  int status = 200;
  net::Headers headers;
  std::string body;
};

// Facts about the service, the uncertain ones included (reference/osu.md §3.2, §3.5).
struct WorldOptions {
  int units_per_minute = 1200;                      // per token
  int token_requests_per_minute = 60;               // per address
  Duration unranked_after = std::chrono::days(90);  // without a play; "3 months or more", not confirmed
  bool inactive_pp_is_zero = true;  // purged accounts show pp 0; false: unranked, pp as it was
  bool finds_earlier_names = true;  // @name finds who had the name last; not confirmed
  Duration pp_lag = 0s;             // how long a new score takes to count
  std::optional<Duration>
      play_every;  // somebody active gains some pp about this often; none: nobody by themselves
  double others_gain_per_day = 0;  // pp of everybody who is not simulated
};

struct Counters {
  std::uint64_t requests = 0;  // to the API and for tokens
  std::uint64_t units = 0;     // charged
  std::uint64_t tokens = 0;    // given out
  std::uint64_t refused_for_rate = 0;
  std::uint64_t unauthorized = 0;
  std::uint64_t busiest_minute = 0;               // most requests within any minute; osu!'s terms of use: 60
  std::uint64_t asked_again_within_a_minute = 0;  // the same player: abusive, by the terms of use
};

class World {
 public:
  World(WorldOptions options, Random random);

  // ---- What applications and browsers see.

  ApiResponse handle(const ApiRequest& request, Time now);

  // What happens by itself: scores that count now, somebody who plays, a day that ends.
  void tick(Time now);
  std::optional<Time> next_tick() const;

  // ---- Building the world.

  // Makes up best plays and a rank history that fit. `id` 0: one is given. The id.
  std::int64_t add_player(Player player, Time now);
  WorldOptions& options() { return options_; }  // may be changed between calls
  OAuth& oauth() { return oauth_; }

  // ---- Life. Errors: not_found; invalid and conflict with what is wrong.

  // They play, and the score is worth it: `pp` more in all, 1 to 2000.
  Result<> gain_pp(std::int64_t id, double pp, Time now);
  // Plays removed, or a mistake of osu!'s corrected: pp go down. Ranked players only.
  Result<> lose_pp(std::int64_t id, double pp);
  Result<> rename(std::int64_t id, std::string username);
  // Restricted players vanish from the API; they can still log in.
  Result<> set_restricted(std::int64_t id, bool restricted);
  Result<> set_deleted(std::int64_t id);
  // Inactive: as if they had not played for longer than osu! ranks people. Back: as if they had just played.
  Result<> set_inactive(std::int64_t id, bool inactive, Time now);
  // Everybody's pp are worked out anew: each player's by their own factor about `factor` (0.5 to 2), nobody
  // has played.
  Result<> rework(double factor);
  void others_gain(double pp) { ladder_.others_gain(pp); }
  // Until told otherwise, everything answers 503 with a page.
  void set_maintenance(bool on) { maintenance_ = on; }
  bool in_maintenance() const { return maintenance_; }

  // ---- Looking.

  const Player* find_player(std::int64_t id) const;
  const std::vector<Player>& players() const { return players_; }
  Standing standing(std::int64_t id, Time now) const;
  const Counters& counters() const { return counters_; }

  // {players:[{id, username, pp, global_rank, state, …}], maintenance, client_id, counters}; no secret.
  json::object snapshot(Time now) const;

 private:
  struct Pending {
    std::int64_t player = 0;
    double pp = 0;
    Time due;
  };
  Player* player(std::int64_t id);
  bool is_ranked(const Player& player, Time now) const;
  std::map<std::int64_t, Standing> standings(Time now) const;
  void add_play(Player& player, double gained, Time now);
  void make_up_plays(Player& player, Time now);
  void make_up_history(Player& player, Time now);
  void play_by_themselves(Time now);
  void end_day(Time now);

  // api.cpp
  ApiResponse api(const ApiRequest& request, Time now);
  ApiResponse route(const ApiRequest& request, const Token& token, int& cost, Time now);
  ApiResponse users(const ApiRequest& request, int& cost, Time now);
  ApiResponse lookup(const ApiRequest& request, Time now);
  ApiResponse one_user(const std::string& who, std::string_view mode, Time now);
  ApiResponse me(std::string_view mode, const Token& token, Time now);
  ApiResponse scores(const ApiRequest& request, const std::string& who, std::string_view kind, Time now);
  const Player* shown(const std::string& who) const;
  const Player* shown_with_id(std::string_view id) const;
  void count_request(Time now);
  void count_asked(std::int64_t id, Time now);

  WorldOptions options_;
  Random random_;
  OAuth oauth_;
  Ladder ladder_;
  std::vector<Player> players_;
  std::vector<Pending> pending_;
  std::int64_t next_id_ = 21'000'001;
  std::int64_t next_score_ = 5'300'000'001;
  bool maintenance_ = false;
  Throttle units_;
  Throttle token_requests_;
  std::optional<Time> next_play_;
  std::optional<Time> day_ends_;
  Counters counters_;
  std::deque<Time> last_minute_;
  std::map<std::int64_t, Time> asked_at_;
};

}  // namespace matchday::sandbox::osu
