// World: all of simulated FACEIT: its players, its matches and their life, the Data API, and the webhooks
// that it wants to send. A pure state machine: time and randomness are given, nothing is read from a clock or
// a socket, so that the TCP front and the deterministic simulator drive exactly this class. Instants must not
// go backwards.
#pragma once
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
#include "sandbox/faceit/documents.hpp"
#include "sandbox/faceit/match.hpp"
#include "sandbox/faceit/oauth.hpp"
#include "sandbox/faceit/webhook_queue.hpp"

namespace matchday::sandbox::faceit {

struct ApiRequest {
  std::string method;
  std::string path;  // after /data/v4, percent-encoded, without the query
  std::string query;
  net::Headers headers;
};

struct ApiResponse {
  int status = 200;
  net::Headers headers;
  std::string body;
};

// Facts about the service, the uncertain ones included (docs/reference/faceit.md, section 5).
struct WorldOptions {
  std::string api_key = "0f9e8d7c-sandbox-4b5a-8c6d-opens-nothing";
  Place place;
  double requests_per_second = 10;  // unpublished; public clients throttle to this
  double request_burst = 20;
  bool sends_retry_after = false;    // unpublished
  Duration match_visible_after{0};   // how long a new match is still 404 in the Data API
  Duration check_in_before = 10min;  // a match made earlier than this is SCHEDULED until then; unpublished
  bool new_matches_are_upcoming = true;  // where a match that is CREATED shows up in hub listings: uncertain
  std::optional<Duration> demo_after;    // match_demo_ready this long after the end; none: never
  bool created_webhook_has_teams =
      false;  // real shape: one strict public schema has none there, others allow them
  WebhookPolicy webhooks;
};

struct Hub {
  std::string hub_id;
  std::string name;
  std::string organizer_id;
};

struct Championship {
  std::string championship_id;
  std::string name;
  std::string organizer_id;
};

struct NewMatch {
  std::vector<std::string> faction1;  // player ids; the first is the captain
  std::vector<std::string> faction2;
  Competition competition;
  std::string organizer_id;
  WebhookShape shape = WebhookShape::real;
  std::optional<Time> scheduled_at = {};
  bool without_teams = false;  // captains still have to pick: rosters are empty until the veto
  int best_of = 1;             // 1, 3 or 5
};

struct Counters {
  std::uint64_t requests = 0;
  std::uint64_t refused_for_rate = 0;  // 429s
  std::uint64_t unauthorized = 0;
};

class World {
 public:
  World(WorldOptions options, Random random);

  // ---- What applications see.

  ApiResponse handle(const ApiRequest& request, Time now);
  // Logging in with a FACEIT account: one of our players.
  OAuthResponse handle_oauth(const OAuthRequest& request, Time now) {
    return oauth_.handle(request, players_, now);
  }

  // Webhooks to send now; each must be reported back, or it counts as unanswered after the policy's deadline.
  std::vector<Webhook> take_webhooks(Time now) { return webhooks_.take(now); }
  void webhook_answered(std::uint64_t id, int status, Time now) { webhooks_.answered(id, status, now); }
  void tick(Time now);
  std::optional<Time> next_tick() const;

  // ---- Building the world.

  void add_player(Player player);
  void add_hub(Hub hub);
  void add_championship(Championship championship);
  WorldOptions& options() { return options_; }  // may be changed between calls; webhook rules by webhooks()
  WebhookQueue& webhooks() { return webhooks_; }
  const WebhookQueue& webhooks() const { return webhooks_; }
  OAuth& oauth() { return oauth_; }

  // ---- Match life. Each step that FACEIT announces queues its webhook.

  // Error: invalid, for unknown players, somebody who plays twice, or a series that cannot be.
  Result<std::string> create_match(NewMatch wanted, Time now);
  // Errors: not_found, conflict (with the state in the sentence).
  Result<> step(std::string_view match_id, Step step, Time now);
  // The rounds of the map that is played (match.hpp). No webhook tells of it. Errors: not_found, conflict,
  // invalid.
  Result<> score(std::string_view match_id, Score rounds, std::optional<std::size_t> map, Time now);
  // Replaces a player of a running match. Without names: the last of faction1, by somebody who is not playing
  // it.
  Result<> substitute(std::string_view match_id, std::optional<std::string> leaves,
                      std::optional<std::string> comes, Time now);

  // ---- Looking.

  const Match* find_match(std::string_view match_id) const;
  const Player* find_player(std::string_view player_id) const;
  const std::vector<Player>& players() const { return players_; }
  const std::vector<Match>& matches() const { return matches_; }
  const Counters& counters() const { return counters_; }

  // {players:[…], matches:[Data API document + "shape"], hubs:[…], championships:[…], counters:{…},
  // webhook_target:{url, header, subscriptions}}; no key and no secret.
  json::object snapshot() const;

 private:
  Match* match(std::string_view match_id);
  std::string uuid();
  PlayerLookup lookup() const;
  void announce(const Match& match, const std::string& event, Time now, const json::object& extra = {});
  std::optional<Time> check_in_of(const Match& match) const;
  void catch_up(Time now);
  Result<> publish_demos(Match& match, Time now);
  bool within_rate(Time now);
  ApiResponse route(const ApiRequest& request, Time now) const;
  std::optional<ApiResponse> competition(const std::string& folder, const std::string& id) const;
  ApiResponse listing(std::string_view type, const std::string& id, const std::string& query, Time now) const;

  WorldOptions options_;
  Random random_;
  WebhookQueue webhooks_;
  std::string app_id_;
  std::string subscriber_id_;
  OAuth oauth_{app_id_};
  std::vector<Player> players_;
  std::vector<Hub> hubs_;
  std::vector<Championship> championships_;
  std::vector<Match> matches_;  // oldest first
  Counters counters_;
  double tokens_;
  std::optional<Time> refilled_at_;
};

}  // namespace matchday::sandbox::faceit
