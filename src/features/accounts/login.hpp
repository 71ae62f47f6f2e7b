// Login: proves whose FACEIT account it is. /verify sends somebody to FACEIT with a state that is known here
// alone; FACEIT sends their browser back to /faceit/callback; a page asks whether that Discord account is
// theirs, and only its button links: a person could have been sent somebody else's link. Every step works
// once and not for long. Not here: what a link means for other links (links.hpp). Private to accounts.
#pragma once
#include <string>
#include <vector>

#include "features/accounts/accounts.hpp"
#include "features/accounts/links.hpp"
#include "features/accounts/page.hpp"

namespace matchday::accounts {

class Login {
 public:
  static constexpr Duration state_life = 10min;  // as the original's
  static constexpr Duration confirmation_life = 5min;

  // Lifetime: everything outlives it.
  Login(Clock& clock, store::Database& database, jobs::Queue& queue, Verification verification);

  bool configured() const { return oauth_.configured(); }

  // An address that logs this user in, for ten minutes, once. Replaces the one that the user got before.
  Task<Result<std::string>> address_for(surfaces::CommandContext context);

  // GET /faceit/callback and POST /faceit/confirm.
  std::vector<surfaces::Route> routes();

 private:
  // Who was sent to FACEIT.
  struct Asker {
    OrganizationId organization;
    UserId user;
    std::string name;
  };
  // Who came back, and as whom.
  struct Proof {
    OrganizationId organization;
    NewLink link;
  };

  Task<net::ServerResponse> callback(surfaces::RouteRequest request);
  Task<Page> returned(std::string state, std::string code, std::string error);
  Task<Page> log_in(Asker asker, Secret<std::string> code, Secret<std::string> verifier);
  Task<Page> ask_to_confirm(Asker asker, faceit::Identity identity);
  Task<net::ServerResponse> confirm(surfaces::RouteRequest request);
  Task<Page> link(std::string token);
  Task<Result<std::optional<Asker>>> take_state(std::string state);
  Task<Result<std::optional<Proof>>> take_confirmation(std::string token);
  Secret<std::string> verifier_of(std::string_view state) const;
  bool from_our_page(const net::RequestHead& head) const;

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  faceit::OAuthClient& oauth_;
  Secret<std::string> key_;
};

}  // namespace matchday::accounts
