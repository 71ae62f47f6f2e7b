// SignInPages: a browser goes to Discord and comes back signed in, or with the bot in a Discord server. The
// state it carries works once, for ten minutes, and only in the browser that began (a cookie says so); what
// Discord then says about the person decides, never what the address says. Not here: sessions (sessions.hpp),
// what an organization makes of it (features/organizations). Private to accounts.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/accounts/sessions.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/sign_in.hpp"
#include "surfaces/page.hpp"
#include "surfaces/request_limit.hpp"

namespace matchday::accounts {

using surfaces::escape_html;
using surfaces::Page;
using surfaces::shown;

class SignInPages {
 public:
  // `bot_permissions`: what the bot is invited with. Lifetime: everything outlives it.
  SignInPages(Clock& clock, store::Database& database, discord::SignIn& discord, Sessions& sessions,
              organizations::Organizations& organizations, discord::Permissions bot_permissions, bool secure);

  // GET /auth/login?return_to=/…, GET /auth/callback, GET /auth/invite?organization=…&guild=…
  std::vector<surfaces::Route> routes();

 private:
  enum class Purpose { sign_in, link };
  // A browser that was sent to Discord.
  struct Errand {
    Purpose purpose = Purpose::sign_in;
    std::string return_to;
    OrganizationId organization;  // of a link
    GuildId guild;
    UserId user;
  };
  // Whom Discord says they are.
  struct Visitor {
    discord::Identity identity;
    std::vector<discord::OwnGuild> guilds;
    std::optional<GuildId> invited_to;
  };

  Task<net::ServerResponse> login(surfaces::RouteRequest request);
  Task<net::ServerResponse> invite(surfaces::RouteRequest request);
  Task<net::ServerResponse> callback(surfaces::RouteRequest request);
  Task<Result<std::string>> send_away(Errand errand, net::ServerResponse* response);
  Task<Result<std::optional<Errand>>> take_errand(std::string state, std::string browser);
  Task<Result<Visitor>> ask_discord(Secret<std::string> code);
  Task<net::ServerResponse> finish_sign_in(Errand errand, Visitor visitor, net::RequestHead head);
  Task<net::ServerResponse> finish_link(Errand errand, Visitor visitor, net::RequestHead head);

  // Nothing: go on. Else a page that says when to come again.
  std::optional<Page> too_many(const net::RequestHead& head);

  Clock& clock_;
  // A person needs a few; each begins something that is stored.
  surfaces::RequestLimit by_address_;
  // Discord counts the exchanges of all of us together, and bans who goes on after a 429.
  surfaces::RequestLimit exchanges_;
  Steady closed_until_{};
  store::Database& database_;
  discord::SignIn& discord_;
  Sessions& sessions_;
  organizations::Organizations& organizations_;
  discord::Permissions bot_permissions_;
  surfaces::Cookie browser_;
};

}  // namespace matchday::accounts
