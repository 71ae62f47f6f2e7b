// See deliveries.hpp.
#include "features/notifications/deliveries.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "features/notifications/notifications.hpp"
#include "features/notifications/receiver_url.hpp"
#include "features/notifications/standard_webhooks.hpp"
#include "net/retry_after.hpp"
#include "platforms/discord/text.hpp"
#include "surfaces/audit.hpp"

namespace matchday::notifications {
namespace {

using store::Transaction;

constexpr Duration answer_within = 15s;  // as the specification suggests: 15 to 30 s
constexpr std::size_t answer_bytes_max = 64 * 1024;
constexpr std::size_t response_kept_max = 1024;  // bytes
constexpr std::size_t pending_max = 10'000;      // of one webhook
constexpr Duration working_max = 40s;            // with one more exchange below the runner's deadline of 60 s
constexpr Duration failing_max = std::chrono::days(5);
constexpr int gone = 410;
constexpr std::int64_t jitter_part = 10;  // up to a tenth of the wait is added
constexpr std::string_view too_many = "Given up: more than 10,000 newer messages waited for this receiver.";

std::string context_of(WebhookId webhook) {
  return "webhook:" + webhook.text();
}

std::string alert_subject(WebhookId webhook) {
  return "webhook/" + webhook.text();
}

bool is_success(int status) {
  return status >= 200 && status < 300;
}

std::string words_of(int status) {
  if (status >= 300 && status < 400)
    return fmt::format("The receiver answered {}: redirects are not followed.", status);
  return fmt::format("The receiver answered {}.", status);
}

// The beginning of an answer as text that can be stored and shown.
std::string excerpt(std::string_view body) {
  std::string text = discord::cut_utf16(body.substr(0, response_kept_max), response_kept_max);
  std::ranges::replace_if(
      text, [](char c) { return static_cast<unsigned char>(c) < 0x20U && c != '\n' && c != '\t'; }, ' ');
  // A byte that was no text has become three.
  constexpr auto is_inside = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
  std::size_t end = std::min(text.size(), response_kept_max);
  while (end > 0 && end < text.size() && is_inside(text[end])) --end;
  text.resize(end);
  return text;
}

void want_sent(Transaction& tx, const WebhookGround& ground, const Delivery& delivery, Time now) {
  ground.queue.enqueue(tx, {.organization = delivery.organization,
                            .kind = std::string(deliver_job),
                            .subject = delivery.webhook.text(),
                            .run_at = now});
}

}  // namespace

std::string WebhookSeal::seal(WebhookId webhook, const Secret<std::string>& secret) const {
  return crypto::to_base64url(sealer_.seal(secret.reveal(), context_of(webhook)));
}

Result<Secret<std::string>> WebhookSeal::open(WebhookId webhook, std::string_view sealed) const {
  return sealer_.open(crypto::from_base64url(sealed).value_or(""), context_of(webhook));
}

std::string event_body(std::string_view event, OrganizationId organization, json::object data, Time now) {
  return to_text(json::object{{"type", event},
                              {"timestamp", to_rfc3339(now)},
                              {"organization", organization.text()},
                              {"data", std::move(data)}});
}

Delivery post(Transaction& tx, const WebhookGround& ground, const Webhook& webhook, std::string_view event,
              std::string_view subject, std::string body, Time now) {
  Delivery delivery{.id = ground.ids.next<DeliveryId>(),
                    .webhook = webhook.id,
                    .organization = webhook.organization,
                    .event = std::string(event),
                    .subject = std::string(subject),
                    .body = std::move(body),
                    .created_at = now,
                    .next_attempt_at = now};
  put_delivery(tx, delivery);
  give_up_pending(tx, webhook.id, pending_max, too_many);
  want_sent(tx, ground, delivery, now);
  return delivery;
}

void post_again(Transaction& tx, const WebhookGround& ground, Delivery& delivery, Time now) {
  delivery.state = DeliveryState::pending;
  delivery.attempts_before = delivery.attempts;
  delivery.next_attempt_at = now;
  delivery.delivered_at.reset();
  put_delivery(tx, delivery);
  want_sent(tx, ground, delivery, now);
}

void tell_of_disabled(Transaction& tx, Alerts& alerts, const Webhook& webhook, Time now) {
  if (!webhook.disabled_reason)
    return alerts.resolve(tx, webhook.organization, alert_subject(webhook.id), now);
  alerts.raise(tx, webhook.organization, alert_subject(webhook.id),
               fmt::format("The webhook to {} was switched off. {} Repair its receiver, then switch it on "
                           "again; what was given up can be sent again from its list of deliveries.",
                           host_of_receiver(webhook.url), *webhook.disabled_reason),
               now);
}

// What there is to do for one webhook.
struct Deliveries::Next {
  std::optional<Webhook> webhook;
  std::optional<Delivery> delivery;  // due now, or the first that will be
};

Task<Result<Deliveries::Next>> Deliveries::look(OrganizationId organization, WebhookId webhook) {
  co_return co_await ground_.database.read([organization, webhook](Transaction& tx) {
    return Next{.webhook = find_webhook(tx, organization, webhook), .delivery = first_due(tx, webhook)};
  });
}

Task<jobs::Outcome> Deliveries::run(jobs::Job job) {
  const auto id = WebhookId::parse(job.subject);
  if (!id) co_return jobs::Done{};
  const auto until = ground_.clock.steady() + working_max;
  for (;;) {
    auto next = co_await look(job.organization, *id);
    if (!next) co_return jobs::Failed{next.error()};
    if (!next->webhook || !next->webhook->active || !next->delivery) co_return jobs::Done{};
    const auto due = next->delivery->next_attempt_at.value_or(Time{}) - ground_.clock.now();
    if (due > 0ms) co_return jobs::Again{due, ""};
    if (ground_.clock.steady() >= until) co_return jobs::Again{0ms, ""};
    auto attempt = co_await send(std::move(*next->webhook), *next->delivery);
    auto kept = co_await keep(std::move(*next->delivery), std::move(attempt));
    if (!kept) co_return jobs::Failed{kept.error()};
  }
}

Result<std::vector<Secret<std::string>>> Deliveries::secrets_of(const Webhook& webhook, Time now) const {
  std::vector<Secret<std::string>> out;
  for (const auto& sealed : webhook.signing(now)) {
    auto secret = seal_.open(webhook.id, sealed);
    if (!secret) return std::unexpected(secret.error());
    out.push_back(std::move(*secret));
  }
  return out;
}

Task<Deliveries::Attempt> Deliveries::send(Webhook webhook, Delivery delivery) {
  Attempt attempt{.at = ground_.clock.now()};
  const int tries = delivery.attempts - delivery.attempts_before + 1;
  attempt.jitter = ground_.random.between(0ms, wait_after_attempt(tries).value_or(0ms) / jitter_part);
  // It was fine when it was stored; since then the operator may have decided otherwise.
  if (const auto fine = check_receiver_url(webhook.url, ground_.allow_private); !fine) {
    attempt.error = fmt::format("Not sent: {}", fine.error().message);
    co_return attempt;
  }
  const auto secrets = secrets_of(webhook, attempt.at);
  if (!secrets) {
    attempt.error = "The secret does not open with this server's key. Rotate it.";
    co_return attempt;
  }
  const auto timestamp =
      std::to_string(std::chrono::floor<std::chrono::seconds>(attempt.at).time_since_epoch().count());
  net::HttpRequest request{.method = "POST",
                           .url = webhook.url,
                           .body = delivery.body,
                           .deadline = answer_within,
                           .response_bytes_max = answer_bytes_max};
  request.headers.set("Content-Type", "application/json");
  request.headers.set("webhook-id", delivery.message_id());
  request.headers.set("webhook-timestamp", timestamp);
  request.headers.set("webhook-signature",
                      sign_message(*secrets, delivery.message_id(), timestamp, delivery.body));
  auto answer = co_await ground_.http.send(std::move(request));
  const int status = answer ? answer->status : answer.error().http_status;
  if (status != 0) attempt.status = status;
  // Its status is the receiver's word, also when the rest of the answer was too long or broke off.
  if (!is_success(status))
    attempt.error = answer ? words_of(status) : fmt::format("No answer: {}.", answer.error().message);
  if (answer) {
    attempt.response = excerpt(answer->body);
    attempt.retry_after = net::retry_after(answer->headers);
  }
  co_return attempt;
}

Task<Result<>> Deliveries::keep(Delivery sent, Attempt attempt) {
  co_return co_await ground_.database.transact(
      [this, sent = std::move(sent), attempt = std::move(attempt)](Transaction& tx) -> Result<> {
        auto webhook = find_webhook(tx, sent.organization, sent.webhook);
        auto delivery = find_delivery(tx, sent.webhook, sent.id);
        if (webhook && delivery) settle(tx, *webhook, *delivery, attempt);
        return {};
      });
}

void Deliveries::settle(Transaction& tx, Webhook& webhook, Delivery& delivery, const Attempt& attempt) {
  ++delivery.attempts;
  delivery.attempted_at = attempt.at;
  delivery.last_status = attempt.status;
  delivery.last_error = attempt.error;
  delivery.response = attempt.response;
  const bool delivered = attempt.error.empty();
  const auto wait = wait_after_attempt(delivery.attempts - delivery.attempts_before);
  if (delivered) {
    delivery.state = DeliveryState::delivered;
    delivery.delivered_at = attempt.at;
    delivery.next_attempt_at.reset();
  } else if (delivery.state == DeliveryState::pending && wait && attempt.status != gone) {
    delivery.next_attempt_at =
        attempt.at + std::max<Duration>(*wait + attempt.jitter, attempt.retry_after.value_or(0ms));
  } else {  // the schedule has ended, or it was given up meanwhile
    delivery.state = DeliveryState::failed;
    delivery.next_attempt_at.reset();
  }
  put_delivery(tx, delivery);
  const auto failing = delivered ? std::nullopt : std::optional(webhook.failing_since.value_or(attempt.at));
  if (failing != webhook.failing_since) {
    webhook.failing_since = failing;
    put_webhook(tx, webhook);
  }
  if (delivered || !webhook.active) return;
  if (attempt.status == gone)
    switch_off(tx, webhook, "Its receiver answered 410 Gone: it wants nothing any more.", attempt.at);
  else if (attempt.at - *webhook.failing_since >= failing_max)
    switch_off(tx, webhook, fmt::format("Nothing could be delivered for five days. {}", attempt.error),
               attempt.at);
}

void Deliveries::switch_off(Transaction& tx, Webhook& webhook, std::string_view why, Time now) {
  webhook.active = false;
  webhook.disabled_reason = std::string(why);
  ++webhook.version;
  put_webhook(tx, webhook);
  give_up_pending(tx, webhook.id, 0, "Given up: the webhook was switched off.");
  tell_of_disabled(tx, ground_.alerts, webhook, now);
  surfaces::record(tx, ground_.ids, webhook.organization, {.name = "Matchday", .via = "server"},
                   {.action = "webhook.disabled",
                    .subject = webhook.id.text(),
                    .before = {{"active", true}},
                    .after = {{"active", false}, {"reason", why}}},
                   now);
}

}  // namespace matchday::notifications
