// Sessions: browsers that are signed in, and API tokens: the two ways in which a request says whose it is.
// Ids and tokens are random, stored as digests only. A session ends after a week without a visit and after a
// month in any case; its id changes when somebody signs in and once a day. Private to accounts.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/secret.hpp"
#include "store/database.hpp"
#include "surfaces/cookies.hpp"
#include "surfaces/principal.hpp"

namespace matchday::accounts {

struct SessionOptions {
  bool secure = false;  // cookies only over https
  std::set<UserId> operators = {};
  Duration idle_max = std::chrono::days(7);
  Duration life_max = std::chrono::days(30);
  Duration rotated_after = std::chrono::days(1);
};

// A session as its owner sees it.
struct SessionInfo {
  std::string id;  // a digest of a digest: tells sessions apart, opens nothing
  Time begun_at;
  Time seen_at;
  std::string address;
  std::string agent;
};

using TokenId = Id<struct ApiTokenTag>;

struct TokenInfo {
  TokenId id;
  std::string name;
  std::string hint;
  std::vector<std::string> scopes;
  std::optional<OrganizationId> organization;
  Time created_at;
  std::optional<Time> expires_at;
  std::optional<Time> used_at;
};

class Sessions final : public surfaces::Authenticator {
 public:
  // `key`: CSRF tokens depend on it. Lifetime: clock and database outlive it.
  Sessions(Clock& clock, store::Database& database, Secret<std::string> key, SessionOptions options);

  Task<Result<surfaces::Principal>> authenticate(net::RequestHead head) override;

  // A new session, whatever cookie the browser had before. Gives the value of Set-Cookie.
  struct Begin {
    UserId user;
    std::string name;
    std::string avatar;
    std::string address;
    std::string agent;
  };
  std::string begin(store::Transaction& tx, const Begin& who, Time now) const;
  const surfaces::Cookie& cookie() const { return cookie_; }

  // Of the request's session, when it is old enough for a new id: the value of Set-Cookie.
  Task<Result<std::optional<std::string>>> rotate(net::RequestHead head);

  static std::vector<SessionInfo> list(store::Transaction& tx, UserId user);
  void end(store::Transaction& tx, const net::RequestHead& head) const;
  // All of that person's, but the request's own if `head` has one. Gives how many.
  int end_others(store::Transaction& tx, UserId user, const net::RequestHead& head) const;

  // ---- API tokens

  struct NewToken {
    std::string name;
    std::vector<std::string> scopes;
    std::optional<OrganizationId> organization;
    std::optional<Time> expires_at;
  };
  // The token, which is known nowhere else from then on.
  static std::string add_token(store::Transaction& tx, TokenId id, UserId user, const NewToken& token,
                               Time now);
  static std::vector<TokenInfo> tokens(store::Transaction& tx, UserId user);
  // False when the person has no such token.
  static bool remove_token(store::Transaction& tx, UserId user, TokenId id);

 private:
  Task<Result<surfaces::Principal>> by_token(std::string token);
  Task<Result<surfaces::Principal>> by_session(std::string id);
  bool is_over(Time begun, Time seen, Time now) const;

  Clock& clock_;
  store::Database& database_;
  Secret<std::string> key_;
  SessionOptions options_;
  surfaces::Cookie cookie_;
};

}  // namespace matchday::accounts
