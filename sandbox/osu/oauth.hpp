// OAuth 2.0 of simulated osu! (reference/osu.md §3.1): one application, the page on which somebody allows it,
// codes that work once, and tokens: of people (authorization code, refresh) and of the application itself
// (client credentials). Errors as league/oauth2-server writes them. A pure state machine, like World, whose
// players it is given.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.hpp"
#include "sandbox/login/login.hpp"
#include "sandbox/osu/player.hpp"

namespace matchday::sandbox::osu {

// What somebody sets in their osu! account, under OAuth.
struct Application {
  std::string name = "Matchday";
  std::string client_id = "31415";
  std::string client_secret = "sandbox-osu-client-secret-7b2f";  // opens nothing outside the sandbox
  std::vector<std::string> redirect_uris;  // empty: the first that is asked for becomes the saved one
  Duration code_life = 10min;
  Duration token_life = std::chrono::hours(24);
  Duration refresh_life = std::chrono::days(90);
};

struct Token {
  std::optional<std::int64_t> player;  // nothing: of the application itself, a guest
  std::set<std::string, std::less<>> scopes;
  Time expires_at;
};

class OAuth {
 public:
  // Codes and tokens follow from `seed`.
  explicit OAuth(std::string seed) : seed_(std::move(seed)) {}

  Application& application() { return application_; }
  const Application& application() const { return application_; }

  // The page, or where it sends the browser. `as=<id>` chooses, `deny=1` cancels.
  login::Answer authorize(std::string_view query, const std::vector<Player>& players, Time now);

  // POST /oauth/token.
  login::Answer token(const net::Headers& headers, std::string_view body, Time now);

  // Of an Authorization header; null for one that is not valid.
  const Token* find(std::string_view authorization, Time now);

  // The token ends, and the refresh token that came with it.
  void revoke(std::string_view authorization);

  // Every token ends at once, as when osu! revokes an application's.
  void revoke_all();

 private:
  struct Code {
    std::int64_t player = 0;
    std::set<std::string, std::less<>> scopes;
    std::string redirect_uri;
    Time expires_at;
  };
  struct Refresh {
    Token token;  // what it renews; expires_at is the refresh token's
  };
  bool knows_client(const net::Headers& headers, const login::Form& form) const;
  login::Answer choose_page(const login::Form& asked, const std::vector<Player>& players) const;
  login::Answer by_code(const login::Form& form, Time now);
  login::Answer by_refresh(const login::Form& form, Time now);
  login::Answer by_credentials(const login::Form& form, Time now);
  login::Answer issue(Token token, bool with_refresh, Time now);
  std::string opaque(std::string_view kind);

  std::string seed_;
  std::uint64_t made_ = 0;
  Application application_;
  std::map<std::string, Code, std::less<>> codes_;
  std::map<std::string, Token, std::less<>> tokens_;
  std::map<std::string, Refresh, std::less<>> refreshes_;
  std::map<std::string, std::string, std::less<>> refresh_of_;  // by access token
};

}  // namespace matchday::sandbox::osu
