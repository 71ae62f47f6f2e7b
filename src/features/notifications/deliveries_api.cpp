// What became of each delivery over the API, tests, and sending again. See webhooks_api.hpp.
#include "features/notifications/webhooks_api.hpp"

namespace matchday::notifications {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Changed;
using surfaces::or_null;

namespace {

json::object to_json(const Delivery& delivery) {
  return {{"id", delivery.id.text()},
          {"message_id", delivery.message_id()},
          {"event", delivery.event},
          {"subject", delivery.subject},
          {"state", name(delivery.state)},
          {"attempts", delivery.attempts},
          {"last_status", delivery.last_status ? json::value(*delivery.last_status) : json::value(nullptr)},
          {"last_error", surfaces::null_if_empty(delivery.last_error)},
          {"created_at", to_rfc3339(delivery.created_at)},
          {"attempted_at", or_null(delivery.attempted_at)},
          {"next_attempt_at", or_null(delivery.next_attempt_at)},
          {"delivered_at", or_null(delivery.delivered_at)}};
}

Result<Delivery> named_delivery(Transaction& tx, const surfaces::ApiCall& call, WebhookId webhook) {
  const auto id = DeliveryId::parse(call.param("delivery"));
  auto known = id ? find_delivery(tx, webhook, *id) : std::nullopt;
  if (!known) return fail(ErrorKind::not_found, "There is no such delivery.");
  return std::move(*known);
}

Result<Webhook> active_webhook(Transaction& tx, const surfaces::ApiCall& call) {
  auto webhook = named_webhook(tx, call);
  if (webhook && !webhook->active)
    return fail(ErrorKind::conflict, "This webhook is switched off. Switch it on first.");
  return webhook;
}

Changed accepted(std::string action, const Delivery& delivery) {
  return {.answer = {.status = 202, .body = to_json(delivery)},
          .note = AuditNote{.action = std::move(action),
                            .subject = delivery.webhook.text(),
                            .after = {{"delivery", delivery.id.text()}, {"event", delivery.event}}}};
}

}  // namespace

WebhooksApi::Answer WebhooksApi::test(Call call) {
  co_return co_await changes_.make(call, [ground = &ground_, call](Transaction& tx) -> Result<Changed> {
    const auto webhook = active_webhook(tx, call);
    if (!webhook) return std::unexpected(webhook.error());
    auto body = event_body(event::webhook_test, call.organization,
                           {{"webhook", webhook->id.text()}, {"asked_by", call.caller.name}}, call.now);
    return accepted("webhook.tested", post(tx, *ground, *webhook, event::webhook_test, webhook->id.text(),
                                           std::move(body), call.now));
  });
}

WebhooksApi::Answer WebhooksApi::deliveries(Call call) {
  const auto paging = surfaces::read_paging<DeliveryId>(call);
  if (!paging) co_return std::unexpected(paging.error());
  const auto state = surfaces::query_param(call.head, "state").value_or("");
  const auto& names = delivery_state_names();
  if (!state.empty() && std::ranges::find(names, state) == names.end())
    co_return fail_field("state", "must be pending, delivered or failed.");
  co_return co_await ground_.database.read(
      [call = std::move(call), paging = *paging, state](Transaction& tx) -> Result<ApiAnswer> {
        const auto webhook = named_webhook(tx, call);
        if (!webhook) return std::unexpected(webhook.error());
        const auto found = list_deliveries(tx, webhook->id, state, paging.cursor, paging.limit);
        return ApiAnswer{.body = surfaces::to_page(
                             found, paging.limit, [](const Delivery& delivery) { return to_json(delivery); },
                             [](const Delivery& delivery) { return delivery.id; })};
      });
}

WebhooksApi::Answer WebhooksApi::delivery(Call call) {
  co_return co_await ground_.database.read([call = std::move(call)](Transaction& tx) -> Result<ApiAnswer> {
    const auto webhook = named_webhook(tx, call);
    if (!webhook) return std::unexpected(webhook.error());
    const auto known = named_delivery(tx, call, webhook->id);
    if (!known) return std::unexpected(known.error());
    auto body = to_json(*known);
    body["body"] = known->body;
    body["response"] = known->response;
    return ApiAnswer{.body = std::move(body)};
  });
}

WebhooksApi::Answer WebhooksApi::redeliver(Call call) {
  co_return co_await changes_.make(call, [ground = &ground_, call](Transaction& tx) -> Result<Changed> {
    const auto webhook = active_webhook(tx, call);
    if (!webhook) return std::unexpected(webhook.error());
    auto known = named_delivery(tx, call, webhook->id);
    if (!known) return std::unexpected(known.error());
    if (known->state == DeliveryState::pending)
      return fail(ErrorKind::conflict, "This delivery is still on its way.");
    post_again(tx, *ground, *known, call.now);
    return accepted("webhook.redelivered", *known);
  });
}

std::vector<surfaces::ApiRoute> WebhooksApi::delivery_routes() {
  const auto manage = surfaces::with_permission(surfaces::Permission::work_manage);
  const auto one = std::string(webhooks_path) + "/{webhook}";
  const auto all = one + "/deliveries";
  return {{"POST", one + "/test", manage, [this](Call call) { return test(std::move(call)); }},
          {"GET", all, manage, [this](Call call) { return deliveries(std::move(call)); }},
          {"GET", all + "/{delivery}", manage, [this](Call call) { return delivery(std::move(call)); }},
          {"POST", all + "/{delivery}/redeliver", manage,
           [this](Call call) { return redeliver(std::move(call)); }}};
}

}  // namespace matchday::notifications
