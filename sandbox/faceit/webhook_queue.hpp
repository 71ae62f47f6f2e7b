// Outgoing webhooks: each has a moment when it is due, waits for its answer, and is retried when the answer
// is not 2xx or does not come. On request they get lost, doubled or overtake each other. Pure: nothing is
// sent here; somebody takes what is due and reports the answer. FACEIT's retry schedule is not published
// (docs/reference/faceit.md, 2.1.7), so it is all parameters.
#pragma once
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/random.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "sandbox/faceit/match.hpp"

namespace matchday::sandbox::faceit {

struct WebhookTarget {
  std::string url;                            // empty: nothing is subscribed, nothing is sent
  std::string header = "X-Faceit-Signature";  // the header's name is chosen by whoever subscribes
  std::string secret;                         // its static value; empty: no header
  // An organizer's and a user's subscription both tell of the same match: each event comes once for each,
  // with ids of its own (docs/reference/faceit.md, 2.1.1).
  int subscriptions = 1;
};

struct WebhookPolicy {
  Duration delay_min = 20ms;  // between the event and the first attempt
  Duration delay_max = 200ms;
  Duration answer_deadline = 10s;
  std::vector<Duration> retry_delays = {5s, 30s, 2min, 10min};  // after each failed attempt; then it gives up
  double loss = 0;                                              // probability that a webhook is never sent
  double duplication = 0;  // probability that it is sent twice, with the same ids
  double reordering = 0;   // probability that it is held back, so that later ones overtake it
  Duration reordering_max = 20s;
};

// One delivery, ready to be sent.
struct Webhook {
  std::uint64_t id = 0;
  std::string url;
  net::Headers headers;
  std::string body;
  Time due;
};

class WebhookQueue {
 public:
  WebhookQueue(WebhookPolicy policy, Random random) : policy_(std::move(policy)), random_(random) {}

  void set_policy(WebhookPolicy policy) { policy_ = std::move(policy); }
  const WebhookPolicy& policy() const { return policy_; }
  void set_target(WebhookTarget target) { target_ = std::move(target); }
  const WebhookTarget& target() const { return target_; }

  // Queues one event. `body` without retry_count; `with_retry_count` says whether this shape has one.
  void add(std::string event, std::string match_id, json::object body, bool with_retry_count, Time now);

  // What is due, oldest first. Each counts as sent from `now` on.
  std::vector<Webhook> take(Time now);

  // The answer to a taken delivery; status 0 says that there was none. Unknown ids are ignored: the answer
  // came after the deadline.
  void answered(std::uint64_t id, int status, Time now);

  // Gives up waiting for answers that are overdue.
  void tick(Time now);

  // When take() or tick() would next do something.
  std::optional<Time> next_tick() const;

  // The last deliveries, oldest first: {id, event, match_id, url, state, attempt, status, created_at,
  // sent_at, …}.
  json::array history() const;

  // How many deliveries ended without a 2xx.
  std::uint64_t given_up() const { return given_up_; }

 private:
  struct Delivery {
    std::string event;
    std::string match_id;
    json::object body;
    bool with_retry_count = true;
    int attempt = 0;  // how often it was sent before
    Time created_at;
    Time due;  // waiting: when to send; sent: when to give up on the answer
    bool in_flight = false;
  };
  struct Record {
    std::string event;
    std::string match_id;
    std::string state;  // waiting, sent, retrying, delivered, given_up, lost
    int attempts = 0;
    int status = 0;
    Time created_at;
    std::optional<Time> sent_at;
    std::optional<Time> answered_at;
  };

  void enqueue(const Delivery& delivery);
  Record* record(std::uint64_t id);
  void failed(std::uint64_t id, int status, Time now);

  WebhookPolicy policy_;
  WebhookTarget target_;
  Random random_;
  std::uint64_t next_id_ = 1;
  std::uint64_t given_up_ = 0;
  std::map<std::uint64_t, Delivery> open_;
  std::deque<std::pair<std::uint64_t, Record>> history_;
};

}  // namespace matchday::sandbox::faceit
