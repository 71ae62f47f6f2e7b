// Matches over the API: which there are, why their rooms and players are where they are, and what a human may
// do about it. Reads what /match show reads, does what its buttons do. Private to match voice.
#pragma once
#include <functional>

#include "features/match_voice/store.hpp"
#include "features/match_voice/why_panel.hpp"
#include "features/notifications/notifications.hpp"
#include "jobs/queue.hpp"
#include "surfaces/api.hpp"

namespace matchday::match_voice {

// What the routes work with. Lifetime: all of it outlives them.
struct MatchesDesk {
  store::Database& database;
  jobs::Queue& queue;
  notifications::Webhooks& webhooks;
  IdSource& ids;
  // Everything that is known of a match now (MatchVoice::look).
  std::function<Task<Result<std::optional<MatchView>>>(OrganizationId, std::string)> look;
  bool public_pages = true;
};

class MatchesApi {
 public:
  explicit MatchesApi(MatchesDesk desk) : desk_(std::move(desk)), changes_(desk_.database, desk_.ids) {}

  std::vector<surfaces::ApiRoute> routes();

 private:
  using Call = surfaces::ApiCall;
  using Answer = Task<Result<surfaces::ApiAnswer>>;
  Answer list(Call call);
  Answer show(Call call);
  Answer close(Call call);
  Answer recreate(Call call);
  Answer move(Call call);
  Answer live_for_everybody(Call call);
  // `act` does it in the transaction.
  Answer operate(Call call, std::string action, std::function<Result<json::object>(store::Transaction&)> act);

  MatchesDesk desk_;
  surfaces::Changes changes_;
};

}  // namespace matchday::match_voice
