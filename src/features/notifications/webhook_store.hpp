// The tables of webhooks: their SQL, and nobody else's. Private to notifications.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/database.hpp"

namespace matchday::notifications {

using WebhookId = Id<struct WebhookTag>;
using DeliveryId = Id<struct DeliveryTag>;

// A receiver that an organization told us of.
struct Webhook {
  WebhookId id;
  OrganizationId organization;
  std::string url;
  std::string description;
  std::vector<std::string> events;  // that it wants
  bool active = true;
  std::optional<std::string> disabled_reason;  // why the server switched it off
  std::string secret;                          // sealed, as old_secret
  std::optional<std::string> old_secret;       // signs too, until
  std::optional<Time> old_secret_until;
  std::int64_t version = 1;
  UserId created_by;
  Time created_at;
  std::optional<Time> failing_since;  // since when nothing was delivered although something was tried

  bool wants(std::string_view event) const;
  // Which of the secrets sign at this instant.
  std::vector<std::string> signing(Time now) const;
};

std::vector<Webhook> list_webhooks(store::Transaction& tx, OrganizationId organization);
std::optional<Webhook> find_webhook(store::Transaction& tx, OrganizationId organization, WebhookId id);
// Adds it or replaces what is stored of it.
void put_webhook(store::Transaction& tx, const Webhook& webhook);
// What is kept of one person, and without them: those who made webhooks.
json::object export_person(store::Transaction& tx, UserId user);
void erase_person(store::Transaction& tx, UserId user);

// With all its deliveries.
void remove_webhook(store::Transaction& tx, const Webhook& webhook);

enum class DeliveryState { pending, delivered, failed };
std::string_view name(DeliveryState state);
const std::vector<std::string_view>& delivery_state_names();

// One event on its way to one webhook.
struct Delivery {
  DeliveryId id;
  WebhookId webhook;
  OrganizationId organization;
  std::string event;
  std::string subject;  // what it is about: an id
  std::string body;     // as it is sent, each time the same
  DeliveryState state = DeliveryState::pending;
  int attempts = 0;
  int attempts_before = 0;  // of them, those before it was asked for again
  std::optional<int> last_status;
  std::string last_error;
  std::string response;  // the beginning of the last answer
  Time created_at;
  std::optional<Time> attempted_at;
  std::optional<Time> next_attempt_at;  // while it is pending
  std::optional<Time> delivered_at;

  // webhook-id: by it receivers know what they have already.
  std::string message_id() const { return "msg_" + id.text(); }
};

void put_delivery(store::Transaction& tx, const Delivery& delivery);
std::optional<Delivery> find_delivery(store::Transaction& tx, WebhookId webhook, DeliveryId id);
// Of those that are pending, the one that is due first.
std::optional<Delivery> first_due(store::Transaction& tx, WebhookId webhook);
// Newest first, at most `limit`, older than `before`; `state` empty: all.
std::vector<Delivery> list_deliveries(store::Transaction& tx, WebhookId webhook, std::string_view state,
                                      std::optional<DeliveryId> before, int limit);

// Gives up all that are pending but the `kept` newest, and says why.
void give_up_pending(store::Transaction& tx, WebhookId webhook, std::size_t kept, std::string_view why);

}  // namespace matchday::notifications
