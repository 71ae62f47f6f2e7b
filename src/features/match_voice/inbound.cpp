// What comes in: FACEIT's webhook. The secret is checked before the body is read; then one transaction stores
// the delivery, the match's new state and the job that acts on it; only then FACEIT gets its 200.
#include "base/crypto.hpp"
#include "base/log.hpp"
#include "features/match_voice/match_voice.hpp"
#include "surfaces/problem.hpp"

namespace matchday::match_voice {
namespace {

using faceit::Notification;
using faceit::NotificationKind;

constexpr std::string_view secret_purpose = "faceit";
constexpr Duration clock_skew_max = 5min;  // between FACEIT's clock and ours
constexpr int failures_max = 30;           // wrong secrets from one address in a minute
constexpr std::size_t addresses_max = 10'000;

bool is_terminal(NotificationKind kind) {
  return kind == NotificationKind::match_finished || kind == NotificationKind::match_cancelled ||
         kind == NotificationKind::match_aborted;
}

net::ServerResponse ignored(const Notification& event) {
  json::object body{{"status", "ignored"}, {"reason", event.ignored_reason}};
  if (!event.event.empty()) body["event"] = event.event;
  return surfaces::answer_json(200, std::move(body));
}

// An event whose name we do not know is a reason to ask FACEIT, no source of facts.
bool tells_roster(const Notification& event) {
  return event.roster_known && event.kind != NotificationKind::match_unknown;
}

// A match is made only once, and an unknown event says nothing about its state: neither opens a closed one
// again.
bool may_reopen(NotificationKind kind) {
  return kind == NotificationKind::match_configuring || kind == NotificationKind::match_ready;
}

MatchRecord opened(const Notification& event, Time at, Time received) {
  return MatchRecord{.match_id = event.match_id,
                     .phase = Phase::open,
                     .last_event = event.event,
                     .last_event_at = at,
                     .payload_version = event.payload_version,
                     .roster_known = tells_roster(event),
                     .opened_at = received};
}

}  // namespace

std::optional<MatchRecord> apply_event(std::optional<MatchRecord> known, const Notification& event,
                                       Time received) {
  if (event.kind == NotificationKind::match_demo_ready) return std::nullopt;
  // FACEIT's times are whole seconds: an event without one must not seem later by its arrival's milliseconds.
  // Nor may a time in the future pin the match: whatever comes after it would count as late.
  const Time at =
      std::min<Time>(event.occurred_at.value_or(std::chrono::floor<std::chrono::seconds>(received)),
                     received + clock_skew_max);
  const bool terminal = is_terminal(event.kind);
  if (!known) {
    auto match = opened(event, at, received);
    // A tombstone: "created" may still come, later than "finished".
    if (terminal) match.phase = Phase::closed;
    return match;
  }
  // Events are ordered by their own time, then by the match's version; never by arrival. An end wins a tie.
  // The seed's payload has neither: without a version it cannot lose by one.
  const auto version = event.payload_version == 0 ? known->payload_version : event.payload_version;
  const auto order = std::pair(at, version) <=> std::pair(known->last_event_at, known->payload_version);
  if (order < 0) return std::nullopt;
  auto match = *known;
  match.last_event = event.event;
  match.last_event_at = at;
  match.payload_version = version;
  if (terminal) {
    // Over already: what counts is that a restart from before this end comes too late.
    if (known->phase != Phase::open) return order > 0 ? std::optional(match) : std::nullopt;
    match.phase = Phase::closing;
    match.closing_at = received;
    return match;
  }
  if (known->phase != Phase::open) {
    if (order == 0 || !may_reopen(event.kind)) return std::nullopt;
    // Restarted after an abort or a forfeit: its rooms are made anew.
    match.phase = Phase::open;
    match.episode = known->episode + 1;
    match.opened_at = received;
    match.closing_at.reset();
  }
  match.roster_known = known->roster_known || tells_roster(event);
  return match;
}

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
  auto stored = co_await take_in(*sender, *event);
  if (!stored) co_return surfaces::problem(stored.error());
  co_return surfaces::answer_json(200, {{"status", "success"}, {"event", event->event}});
}

Task<Result<>> MatchVoice::take_in(OrganizationId organization, Notification event) {
  co_return co_await database_.transact(
      [this, organization, event, now = clock_.now()](store::Transaction& tx) -> Result<> {
        if (!jobs::take_in(tx, organization, "faceit.webhook", event.delivery_key,
                           event.event + " " + event.match_id, now)) {
          return {};  // seen before: FACEIT repeats what it thinks was lost
        }
        const auto match = apply_event(find_match(tx, organization, event.match_id), event, now);
        if (!match) return {};
        put_match(tx, organization, *match, now);
        if (tells_roster(event) && match->phase == Phase::open)
          put_roster(tx, organization, event.match_id, event.teams);
        queue_.enqueue(tx, {.organization = organization,
                            .kind = std::string(converge_match_job),
                            .subject = event.match_id,
                            .run_at = now});
        return {};
      });
}

}  // namespace matchday::match_voice
