// osu!'s API v2, read with our application's own token (scope public): users with their statistics, and best
// scores. Only reads, so every request may be repeated; it is, up to three times with jittered pauses inside
// one deadline, within the budget that all callers share (limiter.hpp), and not at all while osu! is down
// (breaker.hpp). Not here: logging people in (oauth.hpp), and who is asked how often (the feature: osu! wants
// nobody to be polled every minute, reference/osu.md §3.2).
#pragma once
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "platforms/osu/access_token.hpp"
#include "platforms/osu/polite_sender.hpp"
#include "platforms/osu/score.hpp"
#include "platforms/osu/user.hpp"

namespace matchday::osu {

struct Options {
  std::string url = "https://osu.ppy.sh";  // what stands before /api/v2 and /oauth/token
  std::string client_id;                   // of an OAuth application, osu! account settings
  Secret<std::string> client_secret;
  Random random = Random(1);  // jitter of the pauses; pass a fork of the server's
  Duration deadline = 30s;    // for one request, waiting and repeats included
  BreakerOptions breaker;
};

// What came back for the ids of one question.
struct Users {
  std::vector<User> found;  // in no particular order
  std::vector<PlayerId>
      missing;  // restricted, deleted or never existed: osu! does not say which (§3.7 point 1)
};

// How many users one request may ask for; osu! cuts further ids off, and charges for them (§3.3).
inline constexpr std::size_t users_in_one_request = 50;

// Each id once, in lists of at most users_in_one_request, in the order given.
std::vector<std::vector<PlayerId>> batches(const std::vector<PlayerId>& ids);

// Errors of every call: `invalid` for an argument that osu! could not accept, and when it says so (422);
// `unauthorized` (our id or secret is wrong, or our token is refused even when new), `limited` with
// retry_after (429, or our own budget), `unavailable` (5xx, maintenance, pages instead of data, no
// connection, no answer in time; with retry_after while osu! is down), `refused` (other 4xx and redirects).
// Lifetime: http, limiter and clock outlive it. Loop thread only.
class Client {
 public:
  Client(Executor executor, net::HttpClient& http, Limiter& limiter, Clock& clock, Options options);
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // False when the id or the secret is missing: then nothing below may be called.
  bool configured() const { return !options_.client_id.empty() && !options_.client_secret.empty(); }

  // GET /users?ids[]: names, pp and ranks in every ruleset. One request for each 50; costs a unit for each
  // id. The first request that fails fails the whole: whoever wants to keep what came asks by batches(). No
  // country ranks, no rank history.
  Task<Result<Users>> users(std::vector<PlayerId> ids);

  // GET /users/{user}/{mode}: with country rank, rank history and earlier names; a large answer. Nothing when
  // osu! does not know or does not show them.
  Task<Result<std::optional<User>>> user(PlayerId id, Ruleset ruleset);

  // The same by name, in any case.
  Task<Result<std::optional<User>>> user_by_name(std::string username, Ruleset ruleset);

  // GET /users/{id}/scores/best: the best first, at most `limit` (1-100). Error also: `not_found`, when osu!
  // does not know or does not show them.
  Task<Result<std::vector<Score>>> best_scores(PlayerId id, Ruleset ruleset, int limit);

  // osu! is left alone at present; calls fail at once, except for one that tries.
  bool is_down() const { return sender_.is_down(); }

 private:
  Task<Result<json::value>> get(std::string path, int units);
  Task<Result<json::value>> get_once(std::string path, int units, Steady deadline);
  Task<Result<json::value>> get_with(Secret<std::string> token, std::string path, int units, Steady deadline);
  Task<Result<std::optional<User>>> single_user(std::string path, Ruleset ruleset);
  Task<Result<>> add_batch(std::vector<PlayerId> ids, Users* into);

  Clock& clock_;
  Options options_;
  PoliteSender sender_;
  AccessToken token_;
};

}  // namespace matchday::osu
