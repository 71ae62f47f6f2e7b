// See webhooks.hpp.
#include "features/notifications/webhooks.hpp"

#include "features/notifications/deliveries.hpp"
#include "features/notifications/webhooks_api.hpp"

namespace matchday::notifications {

const std::vector<EventKind>& every_event() {
  static const std::vector<EventKind> events{
      {event::match_opened, "A match was taken up, or goes on after its end; its rooms follow."},
      {event::match_rooms_ready,
       "All rooms of a match are there. Told again when they were made anew or one was added."},
      {event::match_closing, "A match is over: people are moved back, then its rooms vanish."},
      {event::match_closed, "Nothing of a match is left in Discord."},
      {event::webhook_test, "A test that somebody asked for.", true}};
  return events;
}

struct Webhooks::Parts {
  explicit Parts(WebhookGround the_ground) : ground(std::move(the_ground)) {}
  WebhookGround ground;
  WebhookSeal seal{ground.key};
  Deliveries deliveries{ground, seal};
  WebhooksApi api{ground, seal};
};

Webhooks::Webhooks(WebhookGround ground) : parts_(std::make_unique<Parts>(std::move(ground))) {}
Webhooks::~Webhooks() = default;

void Webhooks::announce(store::Transaction& tx, OrganizationId organization, std::string_view event,
                        std::string_view subject, const std::function<json::object()>& data, Time now) const {
  std::string body;
  for (const auto& webhook : list_webhooks(tx, organization)) {
    if (!webhook.active || !webhook.wants(event)) continue;
    if (body.empty()) body = event_body(event, organization, data(), now);
    post(tx, parts_->ground, webhook, event, subject, body, now);
  }
}

std::vector<surfaces::ApiRoute> Webhooks::routes() {
  return parts_->api.routes();
}

std::map<std::string, jobs::Handler> Webhooks::jobs() {
  return {
      {std::string(deliver_job), [this](jobs::Job job) { return parts_->deliveries.run(std::move(job)); }}};
}

}  // namespace matchday::notifications
