// See life.hpp.
#include "features/match_voice/life.hpp"

namespace matchday::match_voice {
namespace {

using faceit::MatchStatus;
using faceit::Notification;
using faceit::NotificationKind;

constexpr Duration clock_skew_max = 5min;   // between FACEIT's clock and ours
constexpr Duration end_known_within = 60s;  // FACEIT's API shows an end that its webhook told of

bool is_terminal(NotificationKind kind) {
  return kind == NotificationKind::match_finished || kind == NotificationKind::match_cancelled ||
         kind == NotificationKind::match_aborted;
}

std::string reason_of(const Notification& event) {
  if (event.kind == NotificationKind::match_finished) return "finished";
  std::string reason = event.kind == NotificationKind::match_cancelled ? "cancelled" : "aborted";
  return event.reason == "AFK" ? reason + ": somebody was away" : reason;
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

Progress progress_of(NotificationKind kind) {
  if (kind == NotificationKind::match_configuring) return Progress::configuring;
  return kind == NotificationKind::match_ready ? Progress::ready : Progress::created;
}

Progress progress_of(MatchStatus status) {
  if (status == MatchStatus::configuring) return Progress::configuring;
  if (status == MatchStatus::ready) return Progress::ready;
  return status == MatchStatus::ongoing ? Progress::live : Progress::created;
}

// Takes over what is told; what is not told stays.
void tell(std::string& stored, const std::string& told) {
  if (!told.empty()) stored = told;
}

MatchRecord heard_of(const Notification& event, Time at, Time received) {
  return MatchRecord{.match_id = event.match_id,
                     .phase = Phase::open,
                     .last_event = event.event,
                     .last_event_at = at,
                     .payload_version = event.payload_version,
                     .opened_at = received};
}

void take_over(MatchRecord& match, const Notification& event) {
  tell(match.organizer_id, event.organizer_id);
  tell(match.competition_id, event.competition_id);
  tell(match.competition, event.competition_name);
  tell(match.game, event.game);
  if (match.phase != Phase::open) return;
  match.reached = std::max(match.reached, progress_of(event.kind));
  match.roster_known = match.roster_known || tells_roster(event);
}

// The recording comes minutes after the end, and says nothing about the match's state.
std::optional<MatchRecord> with_demo(std::optional<MatchRecord> known, const Notification& event) {
  if (!known || event.demo_url.empty()) return std::nullopt;
  constexpr std::size_t demos_max = 9;  // one for each map
  auto& demos = known->facts.demo_urls;
  if (demos.size() >= demos_max || std::ranges::find(demos, event.demo_url) != demos.end())
    return std::nullopt;
  demos.push_back(event.demo_url);
  return known;
}

}  // namespace

void close(MatchRecord& match, std::string_view reason, Time now) {
  if (match.phase != Phase::open) return;
  match.phase = Phase::closing;
  match.closing_at = now;
  match.end_reason = reason;
}

void reopen(MatchRecord& match, Time now) {
  match.phase = Phase::open;
  ++match.episode;
  match.opened_at = now;
  match.reached = Progress::created;
  match.closing_at.reset();
  match.closed_at.reset();
  match.confirmed_at.reset();
  match.end_reason.clear();
  match.closed_by_human = false;
  match.facts = {.url = match.facts.url, .region = match.facts.region};
}

std::optional<MatchRecord> apply_event(std::optional<MatchRecord> known, const Notification& event,
                                       Time received) {
  if (event.kind == NotificationKind::match_demo_ready) return with_demo(std::move(known), event);
  // FACEIT's times are whole seconds: an event without one must not seem later by its arrival's milliseconds.
  // Nor may a time in the future pin the match: whatever comes after it would count as late.
  const Time at =
      std::min<Time>(event.occurred_at.value_or(std::chrono::floor<std::chrono::seconds>(received)),
                     received + clock_skew_max);
  const bool terminal = is_terminal(event.kind);
  if (!known) {
    auto match = heard_of(event, at, received);
    // A tombstone: "created" may still come, later than "finished".
    if (terminal) {
      match.phase = Phase::closed;
      match.closing_at = received;
      match.end_reason = reason_of(event);
    }
    take_over(match, event);
    return match;
  }
  // An end wins a tie. The seed's payload has neither time nor version: without one it cannot lose by it.
  const auto version = event.payload_version == 0 ? known->payload_version : event.payload_version;
  // Nor may a time that is still in the future make an end of now seem late.
  const Time last =
      terminal ? std::min<Time>(known->last_event_at, std::chrono::floor<std::chrono::seconds>(received))
               : known->last_event_at;
  const auto order = std::pair(at, version) <=> std::pair(last, known->payload_version);
  if (order < 0) return std::nullopt;
  auto match = *known;
  match.last_event = event.event;
  match.last_event_at = at;
  match.payload_version = version;
  if (terminal) {
    // Over already: what counts is that a restart from before this end comes too late.
    if (known->phase != Phase::open) return order > 0 ? std::optional(match) : std::nullopt;
    close(match, reason_of(event), received);
  } else if (known->phase != Phase::open) {
    if (order == 0 || !may_reopen(event.kind) || known->closed_by_human) return std::nullopt;
    reopen(match, received);  // restarted after an abort or a forfeit
  }
  take_over(match, event);
  return match;
}

std::optional<MatchRecord> apply_truth(std::optional<MatchRecord> known, const faceit::Match& truth,
                                       Time now) {
  const bool over = faceit::is_over(truth.status);
  if (!known && over) return std::nullopt;
  // An event that is still on its way must not count as late: what a listing tells has no time of its own.
  auto match = known ? std::move(*known)
                     : MatchRecord{.match_id = truth.id,
                                   .last_event = "listed",
                                   .last_event_at = truth.configured_at.value_or(Time{}),
                                   .opened_at = now};
  const auto restarted = std::max(truth.configured_at.value_or(Time{}), truth.started_at.value_or(Time{}));
  const bool active = progress_of(truth.status) != Progress::created;
  // An end without a time of its own counts from its arrival, which may be later than the restart: FACEIT's
  // answer has the last word once it has had time to learn of the end itself.
  const bool settled = match.closing_at && now - *match.closing_at > end_known_within;
  if (match.phase != Phase::open && active && !match.closed_by_human &&
      (restarted > match.last_event_at || settled)) {
    reopen(match, now);
    match.last_event_at = std::max(match.last_event_at, restarted);
  }
  tell(match.organizer_id, truth.organizer_id);
  tell(match.competition_id, truth.competition_id);
  tell(match.competition, truth.competition_name);
  tell(match.game, truth.game);
  auto demos = std::move(match.facts.demo_urls);
  match.facts = facts_of(truth);
  if (match.facts.demo_urls.empty()) match.facts.demo_urls = std::move(demos);
  if (match.phase != Phase::open) return match;
  if (over) {
    match.last_event_at = std::max(match.last_event_at,
                                   truth.finished_at.value_or(std::chrono::floor<std::chrono::seconds>(now)));
    close(match, name(truth.status), now);
    return match;
  }
  match.confirmed_at = now;
  match.reached = std::max(match.reached, progress_of(truth.status));
  match.roster_known = match.roster_known || truth.roster_known;
  // Put off after its rooms were opened: they close, and open again in time.
  const bool put_off = match.reached == Progress::created && truth.scheduled_at && match.scheduled_at &&
                       *truth.scheduled_at > *match.scheduled_at &&
                       *truth.scheduled_at > now + scheduled_ahead &&
                       *match.scheduled_at - opens_before <= now;
  if (put_off) {
    ++match.episode;
    match.opened_at = now;
  }
  match.scheduled_at = truth.scheduled_at;
  return match;
}

bool concerns(const Following& following, const MatchRecord& match) {
  const auto in = [](const std::vector<std::string>& list, const std::string& id) {
    return std::ranges::find(list, id) != list.end();
  };
  if (!following.games.empty() && !match.game.empty() && !in(following.games, match.game)) return false;
  const bool competitions = !following.hubs.empty() || !following.championships.empty();
  if (following.organizers.empty() && !competitions) return true;
  if (in(following.organizers, match.organizer_id) || in(following.hubs, match.competition_id) ||
      in(following.championships, match.competition_id)) {
    return true;
  }
  return (!following.organizers.empty() && match.organizer_id.empty()) ||
         (competitions && match.competition_id.empty());
}

}  // namespace matchday::match_voice
