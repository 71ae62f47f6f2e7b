// FACEIT's Data API v4: look players up and read matches. Only reads, so every request may be repeated; it
// is, up to three times with jittered pauses inside one deadline. Not here: webhooks (webhook.hpp) and OAuth.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/http_client.hpp"
#include "net/rate_gate.hpp"
#include "platforms/faceit/match.hpp"

namespace matchday::faceit {

struct Options {
  std::string api_url = "https://open.faceit.com/data/v4";
  Secret<std::string> key;
  Random random = Random(1);  // jitter of the pauses; pass a fork of the server's
  Duration deadline = 30s;    // for one call, waiting and repeats included
};

// Errors of every call: `invalid` for an argument that FACEIT could not accept, `unauthorized` (401, 403: the
// key is wrong), `limited` with retry_after (429), `unavailable` (5xx, no connection, no answer in time),
// `refused` (other 4xx). Lifetime: http, gate and clock outlive it.
class Client {
 public:
  Client(net::HttpClient& http, net::RateGate& gate, Clock& clock, Options options);

  // Exact look-up; FACEIT has been reported to compare case. Nothing when nobody has that nickname.
  Task<Result<std::optional<Player>>> player_by_nickname(std::string nickname);

  // Fuzzy; `limit` 1-100.
  Task<Result<std::vector<PlayerHit>>> search_players(std::string nickname, int limit);

  // Nothing when FACEIT does not know it.
  Task<Result<std::optional<Match>>> match(std::string match_id);

  // Matches of a competition in the order in which FACEIT lists them (the newest first, as far as was seen),
  // at most `limit` (1-100). Error also: `not_found`, when FACEIT does not know the competition.
  Task<Result<std::vector<Match>>> competition_matches(CompetitionKind kind, std::string id,
                                                       MatchFilter filter, int limit);

 private:
  Task<Result<std::optional<json::value>>> get(std::string path);
  Task<Result<json::value>> get_once(std::string path, Steady deadline);

  net::HttpClient& http_;
  net::RateGate& gate_;
  Clock& clock_;
  Options options_;
};

}  // namespace matchday::faceit
