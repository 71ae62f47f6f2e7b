// OAuth 2.0 of simulated Discord (reference §1.13): the page on which somebody authorizes the application,
// with the scopes of a bot also the invitation of the bot; codes that work once; tokens of a user with their
// scopes. Only the saved redirect addresses are accepted, literally. Not here: what a token opens
// (rest_oauth.cpp).
#pragma once
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "sandbox/discord/state.hpp"
#include "sandbox/login/login.hpp"

namespace matchday::sandbox::discord {

class OAuth {
 public:
  explicit OAuth(State& state) : state_(state) {}

  struct Token {
    UserId user;
    std::set<std::string> scopes;
    Time expires_at;
  };

  // What somebody agreed to on the page.
  struct Agreement {
    UserId user;
    std::set<std::string> scopes;
    std::string redirect_uri;
    std::optional<GuildId> guild;  // into which the bot comes
    Permissions permissions = 0;
  };

  // The page, or where it sends the browser. `agreed` is filled when somebody agreed: the bot is to be
  // invited by the caller, who then sends the browser back with give_code().
  login::Answer authorize(std::string_view query, std::optional<Agreement>& agreed) const;
  login::Answer give_code(std::string_view query, const Agreement& agreement);

  // POST /oauth2/token, and /oauth2/token/revoke: every token of that user goes.
  login::Answer token(const ApiRequest& request);
  login::Answer revoke(const ApiRequest& request);

  // Of an Authorization header; null for one that is not valid.
  const Token* find(std::string_view authorization);

 private:
  struct Code {
    Agreement agreement;
    Time expires_at;
  };
  struct Refresh {
    UserId user;
    std::set<std::string> scopes;
  };
  bool knows_client(const ApiRequest& request, const login::Form& form) const;
  login::Answer page(const login::Form& asked) const;
  login::Answer page_of_guilds(const login::Form& asked, UserId user) const;
  json::object issue(UserId user, const std::set<std::string>& scopes);

  State& state_;
  std::map<std::string, Code, std::less<>> codes_;
  std::map<std::string, Token, std::less<>> tokens_;
  std::map<std::string, Refresh, std::less<>> refreshes_;
};

}  // namespace matchday::sandbox::discord
