// See webhooks_api.hpp.
#include "features/notifications/webhooks_api.hpp"

#include <fmt/format.h>

#include "features/notifications/receiver_url.hpp"
#include "features/notifications/standard_webhooks.hpp"
#include "surfaces/body.hpp"

namespace matchday::notifications {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;
using surfaces::or_null;
using surfaces::Patch;

namespace {

constexpr std::size_t webhooks_max = 10;  // of one organization
constexpr Duration old_secret_signs = 24h;
constexpr surfaces::TextLimits url_limits{.max = receiver_url_max};
constexpr surfaces::TextLimits description_limits{.min = 0, .max = 200};

json::array names_of(const std::vector<std::string>& events) {
  json::array out;
  for (const auto& event : events) out.emplace_back(event);
  return out;
}

json::object to_json(const Webhook& webhook) {
  return {{"id", webhook.id.text()},
          {"url", webhook.url},
          {"description", webhook.description},
          {"events", names_of(webhook.events)},
          {"active", webhook.active},
          {"disabled_reason",
           webhook.disabled_reason ? json::value(*webhook.disabled_reason) : json::value(nullptr)},
          {"failing_since", or_null(webhook.failing_since)},
          {"old_secret_until", or_null(webhook.old_secret_until)},
          {"created_by", webhook.created_by.text()},
          {"created_at", to_rfc3339(webhook.created_at)}};
}

// For the audit log, which more people read: the rest of an address often is a secret.
json::object noted(const Webhook& webhook) {
  return {{"receiver", host_of_receiver(webhook.url)},
          {"description", webhook.description},
          {"events", names_of(webhook.events)},
          {"active", webhook.active}};
}

bool is_wanted(std::string_view name) {
  return std::ranges::any_of(every_event(),
                             [&](const EventKind& kind) { return kind.name == name && !kind.on_request; });
}

Patch<std::vector<std::string>> read_events(Body& body) {
  auto events = body.patch_texts("events", every_event().size());
  if (!events.value) return events;
  std::ranges::sort(*events.value);
  events.value->erase(std::ranges::unique(*events.value).begin(), events.value->end());
  if (events.value->empty()) body.fault("events", "must name at least one event.");
  for (const auto& event : *events.value) {
    if (!is_wanted(event)) body.fault("events", fmt::format("names \"{}\", which is no event.", event));
  }
  return events;
}

Result<> check_url(const Patch<std::string>& url, bool allow_private) {
  return url.value ? check_receiver_url(*url.value, allow_private) : Result<>{};
}

ApiAnswer with_secret(const Webhook& webhook, const Secret<std::string>& secret, int status) {
  auto body = to_json(webhook);
  body["secret"] = shown_secret(secret);
  return {.status = status, .body = std::move(body), .version = webhook.version};
}

// Given by hand, whatever was before: a fresh start, or none at all.
void set_active(Transaction& tx, Alerts& alerts, Webhook& webhook, bool active, Time now) {
  webhook.active = active;
  webhook.disabled_reason.reset();
  webhook.failing_since.reset();
  if (!active) give_up_pending(tx, webhook.id, 0, "Given up: the webhook was switched off.");
  tell_of_disabled(tx, alerts, webhook, now);
}

}  // namespace

Result<Webhook> named_webhook(Transaction& tx, const surfaces::ApiCall& call) {
  const auto id = WebhookId::parse(call.param("webhook"));
  auto known = id ? find_webhook(tx, call.organization, *id) : std::nullopt;
  if (!known) return fail(ErrorKind::not_found, "There is no such webhook.");
  return std::move(*known);
}

WebhooksApi::Answer WebhooksApi::events(Call) {
  json::array items;
  for (const auto& kind : every_event()) {
    items.push_back(
        {{"name", kind.name}, {"description", kind.description}, {"on_request", kind.on_request}});
  }
  co_return ApiAnswer{.body = {{"items", std::move(items)}}};
}

WebhooksApi::Answer WebhooksApi::list(Call call) {
  co_return co_await ground_.database.read([organization = call.organization](Transaction& tx) {
    json::array items;
    for (const auto& webhook : list_webhooks(tx, organization)) items.push_back(to_json(webhook));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

WebhooksApi::Answer WebhooksApi::show(Call call) {
  co_return co_await ground_.database.read([call = std::move(call)](Transaction& tx) -> Result<ApiAnswer> {
    const auto webhook = named_webhook(tx, call);
    if (!webhook) return std::unexpected(webhook.error());
    return ApiAnswer{.body = to_json(*webhook), .version = webhook->version};
  });
}

WebhooksApi::Answer WebhooksApi::create(Call call) {
  Body body(call.body);
  Webhook made{.organization = call.organization,
               .url = body.text("url", url_limits),
               .created_by = call.caller.user,
               .created_at = call.now};
  made.description = body.patch_text("description", description_limits).value.value_or("");
  const auto events = read_events(body);
  if (!events.given) body.fault("events", "is missing.");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  if (auto fine = check_receiver_url(made.url, ground_.allow_private); !fine)
    co_return std::unexpected(fine.error());
  made.events = *events.value;
  made.id = ground_.ids.next<WebhookId>();
  const auto secret = make_webhook_secret();
  made.secret = seal_.seal(made.id, secret);
  // The secret is in the answer once: it must not be kept for a repeat.
  call.idempotency_key.clear();
  co_return co_await changes_.make(std::move(call), [made, secret](Transaction& tx) -> Result<Changed> {
    if (list_webhooks(tx, made.organization).size() >= webhooks_max)
      return fail(ErrorKind::conflict, "An organization has at most 10 webhooks. Delete one first.");
    put_webhook(tx, made);
    return Changed{
        .answer = with_secret(made, secret, 201),
        .note = AuditNote{.action = "webhook.created", .subject = made.id.text(), .after = noted(made)}};
  });
}

WebhooksApi::Answer WebhooksApi::change(Call call) {
  Body body(call.body);
  const auto url = body.patch_text("url", url_limits);
  const auto description = body.patch_text("description", description_limits);
  const auto events = read_events(body);
  const auto active = body.patch_flag("active");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  if (auto fine = check_url(url, ground_.allow_private); !fine) co_return std::unexpected(fine.error());
  co_return co_await changes_.make(
      call,
      [alerts = &ground_.alerts, call, url, description, events, active](Transaction& tx) -> Result<Changed> {
        const auto before = named_webhook(tx, call);
        if (!before) return std::unexpected(before.error());
        if (auto current = call.expect_version(before->version); !current)
          return std::unexpected(current.error());
        auto after = *before;
        url.apply_to(after.url);
        description.apply_to(after.description);
        events.apply_to(after.events);
        if (active.value.value_or(after.active) != after.active)
          set_active(tx, *alerts, after, *active.value, call.now);
        if (to_json(after) == to_json(*before))
          return Changed{.answer = {.body = to_json(after), .version = after.version}};
        ++after.version;
        put_webhook(tx, after);
        return Changed{.answer = {.body = to_json(after), .version = after.version},
                       .note = AuditNote{.action = "webhook.changed",
                                         .subject = after.id.text(),
                                         .before = noted(*before),
                                         .after = noted(after)}};
      });
}

WebhooksApi::Answer WebhooksApi::remove(Call call) {
  co_return co_await changes_.make(
      call, [alerts = &ground_.alerts, call](Transaction& tx) -> Result<Changed> {
        auto before = named_webhook(tx, call);
        if (!before) return std::unexpected(before.error());
        AuditNote note{.action = "webhook.removed", .subject = before->id.text(), .before = noted(*before)};
        before->disabled_reason.reset();
        tell_of_disabled(tx, *alerts, *before, call.now);
        remove_webhook(tx, *before);
        return Changed{.answer = {.status = 204}, .note = std::move(note)};
      });
}

WebhooksApi::Answer WebhooksApi::rotate_secret(Call call) {
  const auto secret = make_webhook_secret();
  call.idempotency_key.clear();  // as in create()
  co_return co_await changes_.make(call, [this, call, secret](Transaction& tx) -> Result<Changed> {
    auto webhook = named_webhook(tx, call);
    if (!webhook) return std::unexpected(webhook.error());
    webhook->old_secret = webhook->secret;
    webhook->old_secret_until = call.now + old_secret_signs;
    webhook->secret = seal_.seal(webhook->id, secret);
    ++webhook->version;
    put_webhook(tx, *webhook);
    return Changed{.answer = with_secret(*webhook, secret, 200),
                   .note = AuditNote{.action = "webhook.secret_rotated", .subject = webhook->id.text()}};
  });
}

std::vector<surfaces::ApiRoute> WebhooksApi::webhook_routes() {
  const auto manage = surfaces::with_permission(surfaces::Permission::work_manage);
  const std::string all(webhooks_path);
  const auto one = all + "/{webhook}";
  return {
      {"GET", "/api/webhook-events", surfaces::signed_in,
       [this](Call call) { return events(std::move(call)); }},
      {"GET", all, manage, [this](Call call) { return list(std::move(call)); }},
      {"POST", all, manage, [this](Call call) { return create(std::move(call)); }},
      {"GET", one, manage, [this](Call call) { return show(std::move(call)); }},
      {"PATCH", one, manage, [this](Call call) { return change(std::move(call)); }, true},
      {"DELETE", one, manage, [this](Call call) { return remove(std::move(call)); }},
      {"POST", one + "/rotate-secret", manage, [this](Call call) { return rotate_secret(std::move(call)); }}};
}

std::vector<surfaces::ApiRoute> WebhooksApi::routes() {
  auto all = webhook_routes();
  std::ranges::move(delivery_routes(), std::back_inserter(all));
  return all;
}

}  // namespace matchday::notifications
