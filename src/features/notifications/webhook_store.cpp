// See webhook_store.hpp.
#include "features/notifications/webhook_store.hpp"

#include <algorithm>
#include <limits>

namespace matchday::notifications {
namespace {

using store::Transaction;

std::vector<std::string> to_names(const json::value& stored) {
  std::vector<std::string> out;
  for (const auto& entry : stored.as_array()) out.emplace_back(entry.as_string());
  return out;
}

Webhook to_webhook(const store::Row& row) {
  return {.id = row.get<WebhookId>("id"),
          .organization = row.get<OrganizationId>("organization_id"),
          .url = row.get<std::string>("url"),
          .description = row.get<std::string>("description"),
          .events = to_names(row.get<json::value>("events")),
          .active = row.get<bool>("active"),
          .disabled_reason = row.get<std::optional<std::string>>("disabled_reason"),
          .secret = row.get<std::string>("secret"),
          .old_secret = row.get<std::optional<std::string>>("old_secret"),
          .old_secret_until = row.get<std::optional<Time>>("old_secret_until_ms"),
          .version = row.get<std::int64_t>("version"),
          .created_by = row.get<UserId>("created_by"),
          .created_at = row.get<Time>("created_at_ms"),
          .failing_since = row.get<std::optional<Time>>("failing_since_ms")};
}

DeliveryState to_state(std::string_view stored) {
  const auto& names = delivery_state_names();
  return static_cast<DeliveryState>(std::ranges::find(names, stored) - names.begin());
}

Delivery to_delivery(const store::Row& row) {
  return {.id = row.get<DeliveryId>("id"),
          .webhook = row.get<WebhookId>("webhook_id"),
          .organization = row.get<OrganizationId>("organization_id"),
          .event = row.get<std::string>("event"),
          .subject = row.get<std::string>("subject"),
          .body = row.get<std::string>("body"),
          .state = to_state(row.get<std::string>("state")),
          .attempts = row.get<int>("attempts"),
          .attempts_before = row.get<int>("attempts_before"),
          .last_status = row.get<std::optional<int>>("last_status"),
          .last_error = row.get<std::string>("last_error"),
          .response = row.get<std::string>("response"),
          .created_at = row.get<Time>("created_at_ms"),
          .attempted_at = row.get<std::optional<Time>>("attempted_at_ms"),
          .next_attempt_at = row.get<std::optional<Time>>("next_attempt_at_ms"),
          .delivered_at = row.get<std::optional<Time>>("delivered_at_ms")};
}

std::optional<Delivery> first_of(const store::Rows& rows) {
  return rows.empty() ? std::nullopt : std::optional(to_delivery(rows.front()));
}

}  // namespace

bool Webhook::wants(std::string_view event) const {
  return std::ranges::find(events, event) != events.end();
}

std::vector<std::string> Webhook::signing(Time now) const {
  std::vector<std::string> out{secret};
  if (old_secret && old_secret_until && now < *old_secret_until) out.push_back(*old_secret);
  return out;
}

std::string_view name(DeliveryState state) {
  return delivery_state_names().at(static_cast<std::size_t>(state));
}

const std::vector<std::string_view>& delivery_state_names() {
  static const std::vector<std::string_view> names{"pending", "delivered", "failed"};
  return names;
}

std::vector<Webhook> list_webhooks(Transaction& tx, OrganizationId organization) {
  std::vector<Webhook> out;
  for (const auto& row : tx.run("select * from webhooks where organization_id = :organization order by id",
                                {{"organization", organization}})) {
    out.push_back(to_webhook(row));
  }
  return out;
}

std::optional<Webhook> find_webhook(Transaction& tx, OrganizationId organization, WebhookId id) {
  const auto rows = tx.run("select * from webhooks where id = :id and organization_id = :organization",
                           {{"id", id}, {"organization", organization}});
  return rows.empty() ? std::nullopt : std::optional(to_webhook(rows.front()));
}

void put_webhook(Transaction& tx, const Webhook& webhook) {
  json::array events;
  for (const auto& event : webhook.events) events.emplace_back(event);
  tx.run(
      "insert into webhooks (id, organization_id, url, description, events, active, disabled_reason, secret,"
      "  old_secret, old_secret_until_ms, version, created_by, created_at_ms, failing_since_ms)"
      " values (:id, :organization, :url, :description, :events, :active, :reason, :secret,"
      "  :old_secret, :old_until, :version, :created_by, :created, :failing)"
      " on conflict (id) do update set url = excluded.url, description = excluded.description,"
      "  events = excluded.events, active = excluded.active, disabled_reason = excluded.disabled_reason,"
      "  secret = excluded.secret, old_secret = excluded.old_secret,"
      "  old_secret_until_ms = excluded.old_secret_until_ms, version = excluded.version,"
      "  failing_since_ms = excluded.failing_since_ms",
      {{"id", webhook.id},
       {"organization", webhook.organization},
       {"url", webhook.url},
       {"description", webhook.description},
       {"events", json::value(std::move(events))},
       {"active", webhook.active},
       {"reason", webhook.disabled_reason},
       {"secret", webhook.secret},
       {"old_secret", webhook.old_secret},
       {"old_until", webhook.old_secret_until},
       {"version", webhook.version},
       {"created_by", webhook.created_by},
       {"created", webhook.created_at},
       {"failing", webhook.failing_since}});
}

json::object export_person(Transaction& tx, UserId user) {
  json::array made;
  for (const auto& row :
       tx.run("select * from webhooks where created_by = :user order by id", {{"user", user}})) {
    made.push_back({{"organization", row.get<OrganizationId>("organization_id").text()},
                    {"description", row.get<std::string>("description")},
                    {"created_at", to_rfc3339(row.get<Time>("created_at_ms"))}});
  }
  return {{"webhooks_made", std::move(made)}};
}

void erase_person(Transaction& tx, UserId user) {
  tx.run("update webhooks set created_by = '0' where created_by = :user", {{"user", user}});
}

void remove_webhook(Transaction& tx, const Webhook& webhook) {
  tx.run("delete from webhooks where id = :id", {{"id", webhook.id}});
}

void put_delivery(Transaction& tx, const Delivery& delivery) {
  tx.run(
      "insert into webhook_deliveries (id, webhook_id, organization_id, event, subject, body, state,"
      "  attempts, attempts_before, last_status, last_error, response, created_at_ms, attempted_at_ms,"
      "  next_attempt_at_ms, delivered_at_ms)"
      " values (:id, :webhook, :organization, :event, :subject, :body, :state, :attempts, :before, :status,"
      "  :error, :response, :created, :attempted, :next, :delivered)"
      " on conflict (id) do update set state = excluded.state, attempts = excluded.attempts,"
      "  attempts_before = excluded.attempts_before, last_status = excluded.last_status,"
      "  last_error = excluded.last_error, response = excluded.response,"
      "  attempted_at_ms = excluded.attempted_at_ms, next_attempt_at_ms = excluded.next_attempt_at_ms,"
      "  delivered_at_ms = excluded.delivered_at_ms",
      {{"id", delivery.id},
       {"webhook", delivery.webhook},
       {"organization", delivery.organization},
       {"event", delivery.event},
       {"subject", delivery.subject},
       {"body", delivery.body},
       {"state", name(delivery.state)},
       {"attempts", delivery.attempts},
       {"before", delivery.attempts_before},
       {"status", delivery.last_status},
       {"error", delivery.last_error},
       {"response", delivery.response},
       {"created", delivery.created_at},
       {"attempted", delivery.attempted_at},
       {"next", delivery.next_attempt_at},
       {"delivered", delivery.delivered_at}});
}

std::optional<Delivery> find_delivery(Transaction& tx, WebhookId webhook, DeliveryId id) {
  return first_of(tx.run("select * from webhook_deliveries where id = :id and webhook_id = :webhook",
                         {{"id", id}, {"webhook", webhook}}));
}

std::optional<Delivery> first_due(Transaction& tx, WebhookId webhook) {
  return first_of(
      tx.run("select * from webhook_deliveries where webhook_id = :webhook and state = 'pending'"
             " order by next_attempt_at_ms, id limit 1",
             {{"webhook", webhook}}));
}

std::vector<Delivery> list_deliveries(Transaction& tx, WebhookId webhook, std::string_view state,
                                      std::optional<DeliveryId> before, int limit) {
  constexpr DeliveryId newest{std::numeric_limits<std::int64_t>::max()};
  std::vector<Delivery> out;
  for (const auto& row : tx.run(
           "select * from webhook_deliveries where webhook_id = :webhook and id < :before"
           " and (state = :state or :state = '') order by id desc limit :limit",
           {{"webhook", webhook}, {"before", before.value_or(newest)}, {"state", state}, {"limit", limit}})) {
    out.push_back(to_delivery(row));
  }
  return out;
}

void give_up_pending(Transaction& tx, WebhookId webhook, std::size_t kept, std::string_view why) {
  const auto rows = tx.run(
      "select count(*) as pending from webhook_deliveries where webhook_id = :webhook and state = 'pending'",
      {{"webhook", webhook}});
  const auto surplus = rows.front().get<std::int64_t>("pending") - static_cast<std::int64_t>(kept);
  if (surplus <= 0) return;
  tx.run(
      "update webhook_deliveries set state = 'failed', last_error = :why, next_attempt_at_ms = null"
      " where id in (select id from webhook_deliveries where webhook_id = :webhook and state = 'pending'"
      "   order by id limit :surplus)",
      {{"why", why}, {"webhook", webhook}, {"surplus", surplus}});
}

}  // namespace matchday::notifications
