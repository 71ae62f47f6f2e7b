// Logging in at osu!: somebody proves which account is theirs (authorization code flow, reference/osu.md
// §3.1). The token that comes of it answers one question, "whose?", and is given back: we keep no token of a
// person. Not here: who asked, and for how long (the feature that sends people there keeps the state), and
// our own token (access_token.hpp).
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/oauth2.hpp"
#include "platforms/osu/limiter.hpp"
#include "platforms/osu/user.hpp"

namespace matchday::osu {

struct OAuthOptions {
  std::string url = "https://osu.ppy.sh";  // what stands before /oauth/authorize, /oauth/token and /api/v2
  std::string client_id;  // may be the same application as the client's: §3.1, one for each account
  Secret<std::string> client_secret;
  std::string redirect_uri;   // must equal one that is saved at osu!
  Random random = Random(1);  // jitter of the pauses; pass a fork of the server's
};

// Lifetime: http, limiter and clock outlive it.
class OAuthClient {
 public:
  OAuthClient(net::HttpClient& http, Limiter& limiter, Clock& clock, OAuthOptions options);

  // False when the id, the secret or the redirect address is missing: then nothing below may be called.
  bool configured() const { return application_.complete(); }

  // Where to send somebody's browser. Asks for `identify` alone. osu! sends it back with `code`, or with
  // `error=access_denied` when they pressed Cancel.
  std::string authorize_url(std::string_view state) const;

  // Whose code it is, with statistics in osu!standard and the rank history of 90 days. Three requests: the
  // exchange (sent once), GET /me/osu, and the token's end, whatever the second one said. Restricted people
  // can log in too: see User::is_restricted. Errors: `invalid` (the code was used, has expired after 10
  // minutes, or is not ours), `unauthorized`, `limited`, `unavailable`, `ambiguous`, `refused`.
  Task<Result<User>> identify(Secret<std::string> code);

 private:
  Task<Result<User>> me(Secret<std::string> token);
  Task<void> give_back(Secret<std::string> token);

  net::HttpClient& http_;
  Limiter& limiter_;
  Clock& clock_;
  Random random_;
  std::string url_;
  net::OAuth2Application application_;
};

}  // namespace matchday::osu
