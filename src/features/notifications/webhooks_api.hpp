// Webhooks over the API: which there are, changing them, their secrets, and what became of each delivery.
// Private to notifications.
#pragma once
#include "features/notifications/deliveries.hpp"
#include "surfaces/api.hpp"

namespace matchday::notifications {

class WebhooksApi {
 public:
  // Lifetime: both outlive the routes.
  WebhooksApi(WebhookGround& ground, const WebhookSeal& seal)
      : ground_(ground), seal_(seal), changes_(ground.database, ground.ids) {}

  std::vector<surfaces::ApiRoute> routes();

 private:
  using Call = surfaces::ApiCall;
  using Answer = Task<Result<surfaces::ApiAnswer>>;

  // webhooks_api.cpp
  Answer events(Call call);
  Answer list(Call call);
  Answer create(Call call);
  Answer show(Call call);
  Answer change(Call call);
  Answer remove(Call call);
  Answer rotate_secret(Call call);

  // deliveries_api.cpp
  Answer test(Call call);
  Answer deliveries(Call call);
  Answer delivery(Call call);
  Answer redeliver(Call call);

  std::vector<surfaces::ApiRoute> webhook_routes();
  std::vector<surfaces::ApiRoute> delivery_routes();

  WebhookGround& ground_;
  const WebhookSeal& seal_;
  surfaces::Changes changes_;
};

// The webhook that the call's path names, of the call's organization. Error: not_found.
Result<Webhook> named_webhook(store::Transaction& tx, const surfaces::ApiCall& call);

inline constexpr std::string_view webhooks_path = "/api/organizations/{organization}/webhooks";

}  // namespace matchday::notifications
