// See webhook_queue.hpp.
#include "sandbox/faceit/webhook_queue.hpp"

#include <algorithm>

namespace matchday::sandbox::faceit {
namespace {

// The console shows 50; a few more cover a burst between two looks.
constexpr std::size_t history_max = 200;

}  // namespace

void WebhookQueue::add(std::string event, std::string match_id, json::object body, bool with_retry_count,
                       Time now) {
  Delivery delivery{.event = std::move(event),
                    .match_id = std::move(match_id),
                    .body = std::move(body),
                    .with_retry_count = with_retry_count,
                    .created_at = now,
                    .due = now + random_.between(policy_.delay_min, policy_.delay_max)};
  if (random_.chance(policy_.reordering))
    delivery.due += random_.between(Duration(0), policy_.reordering_max);
  enqueue(delivery);
  const bool lost = target_.url.empty() || random_.chance(policy_.loss);
  if (lost) {
    history_.back().second.state = target_.url.empty() ? "no_target" : "lost";
    open_.erase(history_.back().first);
    return;
  }
  if (random_.chance(policy_.duplication)) {
    delivery.due += random_.between(policy_.delay_min, policy_.delay_max);
    enqueue(delivery);
  }
}

void WebhookQueue::enqueue(const Delivery& delivery) {
  const auto id = next_id_++;
  open_.emplace(id, delivery);
  history_.emplace_back(id, Record{.event = delivery.event,
                                   .match_id = delivery.match_id,
                                   .state = "waiting",
                                   .created_at = delivery.created_at});
  if (history_.size() > history_max) history_.pop_front();
}

std::vector<Webhook> WebhookQueue::take(Time now) {
  std::vector<Webhook> taken;
  for (auto& [id, delivery] : open_) {
    if (delivery.in_flight || delivery.due > now) continue;
    if (delivery.with_retry_count) delivery.body["retry_count"] = delivery.attempt;
    Webhook webhook{.id = id, .url = target_.url, .body = to_text(delivery.body), .due = delivery.due};
    webhook.headers.set("Content-Type", "application/json");
    webhook.headers.set("User-Agent", "FACEIT-Webhooks (Matchday sandbox)");
    if (!target_.secret.empty()) webhook.headers.set(target_.header, target_.secret);
    taken.push_back(std::move(webhook));

    delivery.in_flight = true;
    delivery.due = now + policy_.answer_deadline;
    if (auto* known = record(id)) {
      known->state = "sent";
      known->attempts = delivery.attempt + 1;
      known->sent_at = now;
    }
  }
  std::ranges::sort(taken, {}, [](const Webhook& webhook) { return std::pair(webhook.due, webhook.id); });
  return taken;
}

void WebhookQueue::answered(std::uint64_t id, int status, Time now) {
  const auto found = open_.find(id);
  if (found == open_.end() || !found->second.in_flight) return;
  if (status < 200 || status > 299) return failed(id, status, now);
  open_.erase(found);
  if (auto* known = record(id)) {
    known->state = "delivered";
    known->status = status;
    known->answered_at = now;
  }
}

void WebhookQueue::failed(std::uint64_t id, int status, Time now) {
  auto& delivery = open_.at(id);
  const auto attempt = static_cast<std::size_t>(delivery.attempt);
  const bool again = attempt < policy_.retry_delays.size();
  if (auto* known = record(id)) {
    known->state = again ? "retrying" : "given_up";
    known->status = status;
    known->answered_at = now;
  }
  if (!again) {
    ++given_up_;
    open_.erase(id);
    return;
  }
  delivery.in_flight = false;
  delivery.due = now + policy_.retry_delays[attempt];
  ++delivery.attempt;
}

void WebhookQueue::tick(Time now) {
  std::vector<std::uint64_t> overdue;
  for (const auto& [id, delivery] : open_) {
    if (delivery.in_flight && delivery.due <= now) overdue.push_back(id);
  }
  for (const auto id : overdue) failed(id, 0, now);
}

std::optional<Time> WebhookQueue::next_tick() const {
  std::optional<Time> next;
  for (const auto& [id, delivery] : open_) {
    if (!next || delivery.due < *next) next = delivery.due;
  }
  return next;
}

WebhookQueue::Record* WebhookQueue::record(std::uint64_t id) {
  const auto found = std::ranges::find(history_, id, &std::pair<std::uint64_t, Record>::first);
  return found == history_.end() ? nullptr : &found->second;
}

json::array WebhookQueue::history() const {
  json::array list;
  for (const auto& [id, known] : history_) {
    json::object entry{{"id", id},
                       {"event", known.event},
                       {"match_id", known.match_id},
                       {"state", known.state},
                       {"attempts", known.attempts},
                       {"status", nullptr},
                       {"created_at", to_ms(known.created_at)},
                       {"sent_at", nullptr},
                       {"answered_at", nullptr}};
    if (known.status) entry["status"] = known.status;
    if (known.sent_at) entry["sent_at"] = to_ms(*known.sent_at);
    if (known.answered_at) entry["answered_at"] = to_ms(*known.answered_at);
    list.emplace_back(std::move(entry));
  }
  return list;
}

}  // namespace matchday::sandbox::faceit
