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
#include "net/oauth2.hpp"

namespace matchday::faceit {

// Addresses as public code uses them (reference §2.3). The authorize path differs from one source to the
// next: it is a setting.
struct OAuthOptions {
  net::OAuth2Application application{.platform = "FACEIT",
                                     .token_url = "https://api.faceit.com/auth/v1/oauth/token"};
  std::string authorize_url = "https://accounts.faceit.com";
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

// Lifetime: http and clock outlive it.
class OAuthClient {
 public:
  OAuthClient(net::HttpClient& http, Clock& clock, OAuthOptions options);

  // False when the id, the secret or the redirect address is missing: then nothing below may be called.
  bool configured() const { return options_.application.complete(); }

  // Where to send somebody's browser.
  std::string authorize_url(std::string_view state, std::string_view challenge) const;

  // See net::exchange_code.
  Task<Result<Secret<std::string>>> exchange(Secret<std::string> code, Secret<std::string> verifier);

  // Whose token it is. See net::get_with_token.
  Task<Result<Identity>> userinfo(Secret<std::string> access_token);

  const OAuthOptions& options() const { return options_; }

 private:
  net::HttpClient& http_;
  Clock& clock_;
  OAuthOptions options_;
};

}  // namespace matchday::faceit
