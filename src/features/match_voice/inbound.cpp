// What comes in: FACEIT's webhook. The secret is checked before the body is read; then one transaction stores
// the delivery, the match's new state and the job that acts on it; only then FACEIT gets its 200.
#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "features/match_voice/announce.hpp"
#include "features/match_voice/match_voice.hpp"
#include "surfaces/problem.hpp"

namespace matchday::match_voice {
namespace {

using faceit::Notification;
using faceit::NotificationKind;

constexpr std::string_view quota_alert = "match_voice.quota";
constexpr int failures_max = 30;  // wrong secrets from one address in a minute
constexpr std::size_t addresses_max = 10'000;

net::ServerResponse ignored(const Notification& event) {
  json::object body{{"status", "ignored"}, {"reason", event.ignored_reason}};
  if (!event.event.empty()) body["event"] = event.event;
  return surfaces::answer_json(200, std::move(body));
}

bool tells_roster(const Notification& event) {
  return event.roster_known && event.kind != NotificationKind::match_unknown;
}

// FACEIT answers a few questions a second. An event that only repeats where the match stands is none; the
// minute's look asks about every match anyway.
bool worth_asking(const std::optional<MatchRecord>& known, const MatchRecord& match,
                  const Notification& event) {
  return !known || !match.roster_known || event.kind == NotificationKind::match_unknown ||
         known->phase != match.phase || known->episode != match.episode || known->reached != match.reached;
}

}  // namespace

// Wrong secrets are counted for each address. The table is bounded: a flood from many addresses empties it,
// which costs the limit its memory, not the server.
bool MatchVoice::too_many_failures(const std::string& address) {
  if (failures_.size() >= addresses_max) failures_.clear();
  auto& entry = failures_[address];
  if (clock_.steady() - entry.since > 1min) entry = {.since = clock_.steady()};
  return ++entry.count > failures_max;
}

Task<Result<OrganizationId>> MatchVoice::sender_of(net::RequestHead head, surfaces::PathParams params) {
  std::string secret;
  if (const auto key = params.find("key"); key != params.end())
    secret = key->second;
  else if (const auto header = head.headers.get(webhook_.secret_header))
    secret = *header;
  else if (auto token = surfaces::query_param(head, "token"))
    secret = std::move(*token);
  if (secret.empty()) {
    if (webhook_.allow_unsigned && configured_) co_return *configured_;
    co_return fail(ErrorKind::unauthorized,
                   "The webhook secret is missing. Set it in FACEIT's App Studio as the header " +
                       webhook_.secret_header + ".");
  }
  auto organization =
      co_await organizations_.organization_by_webhook_secret(secret, std::string(secret_purpose));
  if (!organization) co_return std::unexpected(organization.error());
  if (!*organization) co_return fail(ErrorKind::unauthorized, "The webhook secret is wrong.");
  co_return **organization;
}

Task<std::optional<net::ServerResponse>> MatchVoice::admit(net::RequestHead head,
                                                           surfaces::PathParams params) {
  const auto address = head.client_address;
  const auto sender = co_await sender_of(std::move(head), std::move(params));
  if (sender) co_return std::nullopt;
  if (sender.error().kind == ErrorKind::unauthorized) {
    if (too_many_failures(address))
      co_return surfaces::problem(429, "Too many wrong secrets from this address.");
    log::warning("A webhook was refused", {{"address", address}, {"reason", sender.error().message}});
  }
  co_return surfaces::problem(sender.error());
}

Task<net::ServerResponse> MatchVoice::receive(surfaces::RouteRequest request) {
  // Known already: admit() has asked, and the answer is in organizations' cache.
  auto sender = co_await sender_of(std::move(request.head), std::move(request.params));
  if (!sender) co_return surfaces::problem(sender.error());
  auto event = faceit::parse_webhook(request.body);
  if (!event) co_return surfaces::problem(event.error());
  if (event->ignored()) co_return ignored(*event);
  auto ours = co_await take_in(*sender, *event);
  if (!ours) co_return surfaces::problem(ours.error());
  if (!ours->empty()) {
    event->ignored_reason = *ours;
    co_return ignored(*event);
  }
  co_return surfaces::answer_json(200, {{"status", "success"}, {"event", event->event}});
}

// A match that begins only now needs the module, and room within the quota. Those that are open go on.
std::string MatchVoice::refuses_new(store::Transaction& tx, OrganizationId organization, Time now) {
  using organizations::Organizations;
  if (!Organizations::has_module(tx, organization, module_name)) return "module_off";
  const auto open = static_cast<std::int64_t>(live_matches(tx, organization).size());
  const auto room = Organizations::has_room(tx, organization, organizations::Quota::open_matches, open);
  if (room)
    alerts_.resolve(tx, organization, quota_alert, now);
  else
    alerts_.raise(tx, organization, quota_alert, "A new match gets no rooms. " + room.error().message, now);
  return room ? "" : "too_many_matches";
}

Task<Result<std::string>> MatchVoice::take_in(OrganizationId organization, Notification event) {
  co_return co_await database_.transact(
      [this, organization, event, now = clock_.now()](store::Transaction& tx) -> Result<std::string> {
        // FACEIT repeats what it thinks was lost. What it gave no id is taken in again (harmless, because
        // events say what is, not what to do), and noted once a minute.
        const bool has_id = !event.delivery_key.empty();
        const auto key = has_id ? event.delivery_key
                                : fmt::format("{} {} {}", event.event, event.match_id, to_ms(now) / 60'000);
        const bool is_new =
            jobs::take_in(tx, organization, webhook_source, key, event.event + " " + event.match_id, now);
        if (has_id && !is_new) return "";
        const auto known = find_match(tx, organization, event.match_id);
        const auto match = apply_event(known, event, now);
        if (!match) return "";
        const auto settings = find_settings(tx, organization);
        if (!known && settings && !concerns(settings->following, *match)) return "not_followed";
        if (!known) {
          if (auto why = refuses_new(tx, organization, now); !why.empty()) return why;
        }
        put_match(tx, organization, *match, now);
        if (tells_roster(event) && match->phase == Phase::open)
          put_roster(tx, organization, event.match_id, event.teams);
        announce_phase(tx, webhooks_, organization, phase_of(known), *match, now);
        look_at(tx, queue_, organization, event.match_id, now);
        if (surroundings_.faceit && worth_asking(known, *match, event))
          ask_about(tx, queue_, organization, event.match_id, now);
        return "";
      });
}

}  // namespace matchday::match_voice
