// The facade of outgoing webhooks: what happens in an organization is told to the addresses that it named, as
// Standard Webhooks. A feature announces an event in the transaction of its change; sending is a job's
// business (deliveries.hpp). Not here: webhooks that come in (features/match_voice/inbound.cpp).
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"
#include "base/secret.hpp"
#include "jobs/runner.hpp"
#include "net/http_client.hpp"
#include "surfaces/api.hpp"

namespace matchday::notifications {

class Alerts;

// What is told of; names are part of the API.
namespace event {
inline constexpr std::string_view match_opened = "match.opened";
inline constexpr std::string_view match_rooms_ready = "match.rooms_ready";
inline constexpr std::string_view match_closing = "match.closing";
inline constexpr std::string_view match_closed = "match.closed";
inline constexpr std::string_view webhook_test = "webhook.test";
}  // namespace event

struct EventKind {
  std::string_view name;
  std::string_view description;
  bool on_request = false;  // is sent when somebody asks for it, whatever a webhook wants
};
const std::vector<EventKind>& every_event();

// What webhooks work with. Lifetime: all of it outlives them.
struct WebhookGround {
  Clock& clock;
  store::Database& database;
  jobs::Queue& queue;
  IdSource& ids;
  Alerts& alerts;
  net::HttpClient& http;    // for addresses that users typed
  Secret<std::string> key;  // seals their secrets: 32 bytes
  Random random;
  bool allow_private = false;  // receivers may be in the server's own network, and without TLS
};

class Webhooks {
 public:
  explicit Webhooks(WebhookGround ground);
  ~Webhooks();

  // In the transaction of what happened: every active webhook of the organization that wants this event will
  // be told of it, once. `subject`: the id of what it is about. `data` is asked only if somebody listens.
  void announce(store::Transaction& tx, OrganizationId organization, std::string_view event,
                std::string_view subject, const std::function<json::object()>& data, Time now) const;

  std::vector<surfaces::ApiRoute> routes();
  // Runs in any process.
  std::map<std::string, jobs::Handler> jobs();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace matchday::notifications
