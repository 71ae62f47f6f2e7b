// FACEIT Connect: somebody logs in at FACEIT and thereby proves which account is theirs. Authorization code
// flow with PKCE (S256) together with HTTP Basic, as FACEIT wants it (docs/reference/faceit.md §2.3). Not
// here: who asked, and for how long (the feature that sends people there keeps the state).
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/http_client.hpp"

namespace matchday::faceit {

// Addresses as public code uses them (reference §2.3). The authorize path differs from one source to the
// next: it is a setting.
struct OAuthOptions {
  std::string client_id;
  Secret<std::string> client_secret;
  std::string redirect_uri;  // must equal the one that is saved at FACEIT
  std::string authorize_url = "https://accounts.faceit.com";
  std::string token_url = "https://api.faceit.com/auth/v1/oauth/token";
  std::string userinfo_url = "https://api.faceit.com/auth/v1/resources/userinfo";
  Random random = Random(1);  // jitter of the pauses; pass a fork of the server's
};

// Whose account it is. Nothing else of the profile is read: no e-mail, no picture.
struct Identity {
  std::string guid;  // the same as the Data API's player_id
  std::string nickname;
};

// The S256 challenge of a verifier (RFC 7636 §4.2).
std::string pkce_challenge(std::string_view verifier);

// Errors of both calls: `unauthorized` (FACEIT does not accept our client or the token), `limited`,
// `unavailable` (5xx, no connection), `ambiguous` (the answer was lost), `refused` (anything else). Sentences
// name FACEIT's error code and nothing that was sent. Lifetime: http and clock outlive it.
class OAuthClient {
 public:
  OAuthClient(net::HttpClient& http, Clock& clock, OAuthOptions options);

  // False when the id, the secret or the redirect address is missing: then nothing below may be called.
  bool configured() const;

  // Where to send somebody's browser.
  std::string authorize_url(std::string_view state, std::string_view challenge) const;

  // The access token for a code. Sent once: a code is single-use, a repeat would only revoke it. Error
  // `invalid`: the code was used, has expired, or is not ours.
  Task<Result<Secret<std::string>>> exchange(Secret<std::string> code, Secret<std::string> verifier);

  // Whose token it is. A read: repeated up to three times inside one deadline.
  Task<Result<Identity>> userinfo(Secret<std::string> access_token);

  const OAuthOptions& options() const { return options_; }

 private:
  Task<Result<Identity>> userinfo_once(Secret<std::string> access_token, Steady deadline);

  net::HttpClient& http_;
  Clock& clock_;
  OAuthOptions options_;
};

}  // namespace matchday::faceit
