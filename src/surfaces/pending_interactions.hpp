// Interactions that wait for a slow answer, kept so that a crash does not swallow it: Discord shows
// "thinking" for fifteen minutes, and whoever holds the token can still answer. A row exists from just before
// the deferral until the answer was given. Not here: who answers, and when (commands.cpp).
#pragma once
#include <optional>
#include <vector>

#include "base/crypto.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "store/database.hpp"
#include "store/migrations.hpp"

namespace matchday::surfaces {

class PendingInteractions {
 public:
  struct Kept {
    json::value wire;  // as Discord sent it
    Time expires;
    int attempts = 0;  // of processes, this one included
  };

  // `key` seals the tokens; it has 32 bytes. Lifetime: both outlive this.
  PendingInteractions(Clock& clock, store::Database& database, Secret<std::string> key);

  // True when it is new; false when an earlier process kept it already.
  Task<Result<bool>> keep(InteractionId id, std::optional<OrganizationId> organization, json::value wire,
                          Time expires);

  Task<Result<bool>> holds(InteractionId id);

  // It was answered.
  Task<Result<>> forget(InteractionId id);

  // What has not expired, oldest first, each counted as begun once more. One that does not open any more (its
  // key is another) is logged and left to its retention.
  Task<Result<std::vector<Kept>>> take_unanswered();

 private:
  Clock& clock_;
  store::Database& database_;
  crypto::Sealer sealer_;
};

std::vector<store::Migration> migrations();

}  // namespace matchday::surfaces
