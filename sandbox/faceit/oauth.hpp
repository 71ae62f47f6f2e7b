// OAuth: FACEIT Connect of the simulated service. An application with one saved redirect address, a page on
// which somebody chooses who they are, codes that work once, PKCE and HTTP Basic that are really checked, and
// errors as RFC 6749 has them. What is known of the real one is in docs/reference/faceit.md §2.3. A pure
// state machine, like World, whose players it is given.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "net/http.hpp"
#include "sandbox/faceit/match.hpp"
#include "sandbox/login/login.hpp"

namespace matchday::sandbox::faceit {

struct OAuthRequest {
  std::string method;
  std::string path;  // "/accounts", "/oauth/token" or "/resources/userinfo"
  std::string query;
  net::Headers headers;
  std::string body;
};

using OAuthResponse = login::Answer;

// What an application's developer sets in App Studio.
struct OAuthApplication {
  std::string client_id = "5d0e7a52-0000-4000-8000-5a4db0c5e111";
  std::string client_secret = "sandbox-faceit-client-secret-91d3";  // opens nothing outside the sandbox
  std::string redirect_uri;                      // empty: the first that is asked for becomes the saved one
  Duration code_life = 60s;                      // unpublished
  Duration token_life = std::chrono::hours(24);  // reference §2.3
};

class OAuth {
 public:
  // Codes and tokens follow from `seed`.
  explicit OAuth(std::string seed) : seed_(std::move(seed)) {}

  OAuthApplication& application() { return application_; }

  // `players` are those who can log in.
  OAuthResponse handle(const OAuthRequest& request, const std::vector<Player>& players, Time now);

 private:
  struct Code {
    std::string player_id;
    std::string redirect_uri;  // as the authorize request named it: the token request repeats it
    std::string challenge;
    Time expires_at;
  };
  struct Token {
    std::string player_id;
    Time expires_at;
  };
  OAuthResponse authorize(const OAuthRequest& request, const std::vector<Player>& players, Time now);
  OAuthResponse token(const OAuthRequest& request, Time now);
  OAuthResponse userinfo(const OAuthRequest& request, const std::vector<Player>& players, Time now);
  OAuthResponse choose_page(const OAuthRequest& request, const std::vector<Player>& players) const;
  std::string opaque(std::string_view kind);

  std::string seed_;
  std::uint64_t made_ = 0;
  OAuthApplication application_;
  std::map<std::string, Code> codes_;
  std::map<std::string, Token> tokens_;
};

}  // namespace matchday::sandbox::faceit
