// Login: proves whose FACEIT account it is. Somebody is sent to FACEIT with a state that is known here alone;
// FACEIT sends their browser back to /faceit/callback; a page asks whether that Discord account is theirs,
// and only its button links. Every step works once and not for long.
//
// A login is begun in Discord (/verify): then any browser may end it, and the page's question is what keeps
// somebody from linking by an address that was passed on. Or it is begun on the account page by a person who
// is signed in: then it ends in that browser alone (a cookie says so), signed in as the same person. An
// address that somebody else began is of no use there, and one's own is of no use to anybody else. Not here:
// what a link means for other links (links.hpp), what the pages say (login_pages.hpp). Private to accounts.
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "features/accounts/accounts.hpp"
#include "features/accounts/linked_accounts.hpp"
#include "features/accounts/links.hpp"
#include "features/accounts/login_pages.hpp"
#include "features/accounts/sessions.hpp"
#include "surfaces/page.hpp"

namespace matchday::accounts {

using surfaces::Page;
using surfaces::shown;

// What Login works with. Lifetime: all of it outlives it.
struct LoginDesk {
  Clock& clock;
  store::Database& database;
  jobs::Queue& queue;
  IdSource& ids;
  Sessions& sessions;   // who is signed in
  bool secure = false;  // cookies only over https
};

class Login {
 public:
  static constexpr Duration state_life = 10min;  // as the original's
  static constexpr Duration confirmation_life = 5min;

  Login(LoginDesk desk, Verification verification);

  bool configured() const { return oauth_.configured(); }

  // An address that logs this user in, for ten minutes, once. Replaces the one that the user got before.
  Task<Result<std::string>> address_for(surfaces::CommandContext context);

  // The same for somebody who is signed in: the cookie makes it their browser's own.
  Task<Result<Departure>> depart(UserId user, std::string name);

  // GET /faceit/callback and POST /faceit/confirm.
  std::vector<surfaces::Route> routes();

 private:
  using Begun = login_pages::Begun;
  // Who was sent to FACEIT.
  struct Asker {
    OrganizationId organization;  // 0: from the account page
    UserId user;
    std::string name;
    std::optional<std::string> browser_hash = {};  // nothing: begun in Discord
    Begun begun() const { return browser_hash ? Begun::in_browser : Begun::in_discord; }
  };
  // Who came back, and as whom.
  struct Proof {
    Asker asker;
    NewLink link;
  };
  // The browser that came, as what of it decides.
  struct Browser {
    std::string hash;  // of its cookie; empty without one
    UserId user;       // who is signed in; 0 without a cookie
    std::string address;
  };
  // What was asked for by a secret: used up, or a page why it is not to be had.
  template <class T>
  using Taken = Result<std::variant<T, Page>>;

  Task<net::ServerResponse> callback(surfaces::RouteRequest request);
  Task<Page> returned(Browser browser, std::string state, std::string code, std::string error);
  Task<Page> log_in(Asker asker, Secret<std::string> code, Secret<std::string> verifier);
  Task<Page> ask_to_confirm(Asker asker, faceit::Identity identity);
  Task<net::ServerResponse> confirm(surfaces::RouteRequest request);
  Task<net::ServerResponse> link(Browser browser, std::string token);
  Task<Result<std::string>> new_state(Asker asker);
  Task<Result<Browser>> look_at(net::RequestHead head);
  Task<Taken<Asker>> take_state(Browser browser, std::string state);
  Task<Taken<Proof>> take_confirmation(Browser browser, std::string token);
  Task<Result<Linking>> prove_and_record(Proof proof, std::string address);
  Secret<std::string> verifier_of(std::string_view state) const;
  bool from_our_page(const net::RequestHead& head) const;

  LoginDesk desk_;
  faceit::OAuthClient& oauth_;
  Secret<std::string> key_;
  surfaces::Cookie cookie_;
};

}  // namespace matchday::accounts
