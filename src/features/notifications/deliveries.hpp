// Sending webhooks: one job for each webhook works off what is due for it, one delivery after the other, so
// that a slow receiver holds up nobody but itself. What is sent is stored before, with its webhook-id; the
// same is sent again, under the same id, until the receiver answers 2xx, the schedule ends, or the process
// did not live to store the answer. Private to notifications.
#pragma once
#include "base/crypto.hpp"
#include "features/notifications/webhook_store.hpp"
#include "features/notifications/webhooks.hpp"

namespace matchday::notifications {

inline constexpr std::string_view deliver_job = "notifications.deliver";  // subject: the webhook

// Seals secrets of webhooks; one that was copied into another row does not open.
class WebhookSeal {
 public:
  explicit WebhookSeal(Secret<std::string> key) : sealer_(std::move(key)) {}
  std::string seal(WebhookId webhook, const Secret<std::string>& secret) const;
  // Error: invalid, if it was sealed under another key.
  Result<Secret<std::string>> open(WebhookId webhook, std::string_view sealed) const;

 private:
  crypto::Sealer sealer_;
};

// What receivers read.
std::string event_body(std::string_view event, OrganizationId organization, json::object data, Time now);

// Stores a delivery and the job that sends it. What waits beyond the limit of one webhook is given up, oldest
// first.
Delivery post(store::Transaction& tx, const WebhookGround& ground, const Webhook& webhook,
              std::string_view event, std::string_view subject, std::string body, Time now);

// The same again, under the same id: its schedule begins anew. For one that is not pending.
void post_again(store::Transaction& tx, const WebhookGround& ground, Delivery& delivery, Time now);

// Tells organizers that the server switched a webhook off, or that this is over.
void tell_of_disabled(store::Transaction& tx, Alerts& alerts, const Webhook& webhook, Time now);

class Deliveries {
 public:
  // Lifetime: both outlive it.
  Deliveries(WebhookGround& ground, const WebhookSeal& seal) : ground_(ground), seal_(seal) {}

  Task<jobs::Outcome> run(jobs::Job job);

 private:
  struct Next;
  // How one attempt went.
  struct Attempt {
    Time at;
    std::optional<int> status;
    std::string error;  // empty: delivered
    std::string response;
    std::optional<Duration> retry_after;
    Duration jitter{0};
  };
  Task<Result<Next>> look(OrganizationId organization, WebhookId webhook);
  Task<Attempt> send(Webhook webhook, Delivery delivery);
  Result<std::vector<Secret<std::string>>> secrets_of(const Webhook& webhook, Time now) const;
  Task<Result<>> keep(Delivery sent, Attempt attempt);
  void settle(store::Transaction& tx, Webhook& webhook, Delivery& delivery, const Attempt& attempt);
  void switch_off(store::Transaction& tx, Webhook& webhook, std::string_view why, Time now);

  WebhookGround& ground_;
  const WebhookSeal& seal_;
};

}  // namespace matchday::notifications
