// The token with which our application asks (OAuth 2.0 client credentials, reference/osu.md §3.1): kept until
// shortly before it ends, renewed by one caller while the others wait for its outcome. Not here: tokens of
// people (oauth.hpp). Private to platforms/osu.
#pragma once
#include <memory>
#include <optional>
#include <string>

#include "base/secret.hpp"
#include "platforms/osu/polite_sender.hpp"

namespace matchday::osu {

// Lifetime: sender and clock outlive it. Loop thread only.
class AccessToken {
 public:
  AccessToken(Executor executor, PoliteSender& sender, Clock& clock, std::string token_url,
              std::string client_id, Secret<std::string> client_secret);

  // Errors: `unauthorized` when osu! does not accept our id or secret (told for a minute without asking it
  // again), `limited`, `unavailable`.
  Task<Result<Secret<std::string>>> get(Steady deadline);

  // osu! did not take `token` (401): it is not given again.
  void discard(const Secret<std::string>& token);

 private:
  struct Renewal {
    explicit Renewal(Executor executor) : ended(std::move(executor)) {}
    bool over = false;
    std::optional<Result<Secret<std::string>>> outcome = {};  // nothing: whoever renewed was cancelled
    Signal ended;
  };
  class Ending;
  static Task<void> wait_for(std::shared_ptr<Renewal> renewal);
  Task<Result<Secret<std::string>>> renew(Steady deadline);
  Result<Secret<std::string>> keep(const Result<json::value>& answer);
  net::HttpRequest request() const;

  Executor executor_;
  PoliteSender& sender_;
  Clock& clock_;
  std::string token_url_;
  std::string client_id_;
  Secret<std::string> client_secret_;

  Secret<std::string> token_;
  Steady good_until_;
  std::optional<Error> refusal_;  // of our credentials
  Steady refused_until_;
  std::shared_ptr<Renewal> renewal_;  // while one is going on
};

}  // namespace matchday::osu
