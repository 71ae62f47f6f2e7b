// FACEIT's own word: the job `match_voice.refresh` asks about one match, `match_voice.poll` lists the
// competitions that a community follows and looks after every match that is open. Webhooks are hints; with a
// key this alone is enough (docs/PROMISES.md, P1).
#include <fmt/format.h>

#include "base/log.hpp"
#include "features/match_voice/announce.hpp"
#include "features/match_voice/match_voice.hpp"

namespace matchday::match_voice {
namespace {

using store::Transaction;

constexpr Duration faceit_again = 15s;       // while FACEIT does not know the match, its roster or its result
constexpr Duration faceit_patience = 5min;   // after that, the next event or look asks again
constexpr Duration refused_again = 5min;     // a key that is refused may have been replaced
constexpr Duration confirmed_every = 55s;    // an open match is asked about by each minute's look
constexpr Duration unconfirmed_max = 30min;  // an old match must have been confirmed this recently
constexpr Duration result_within = 10min;    // after the end, results and recordings are still asked for
constexpr Duration card_followed = std::chrono::hours(24);  // then a card is history
constexpr int listed_max = 100;                             // FACEIT's limit for a listing
constexpr int refreshed_max = 100;                          // open matches in one look, oldest answer first
constexpr std::string_view faceit_alert = "match_voice.faceit";
constexpr std::string_view key_refused =
    "FACEIT does not accept the API key. Set a valid FACEIT_API_KEY; until then rosters and results come "
    "from "
    "webhooks alone.";

bool same_rosters(const std::vector<Team>& stored, const std::vector<faceit::Team>& told) {
  if (stored.size() != told.size()) return false;
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const auto name = told[i].name.empty() ? stored[i].faction : told[i].name;
    if (stored[i].name != name || stored[i].average_level != told[i].average_level ||
        stored[i].roster.size() != told[i].roster.size())
      return false;
    for (std::size_t j = 0; j < stored[i].roster.size(); ++j) {
      const auto& a = stored[i].roster[j];
      const auto& b = told[i].roster[j];
      if (a.faceit_id != b.id || a.nickname != b.nickname || a.level != b.level ||
          a.captain != (!told[i].captain.empty() && told[i].captain == b.id))
        return false;
    }
  }
  return true;
}

// A match that ended is asked about until FACEIT tells its result.
bool wants_result(const MatchRecord& match, Time now) {
  return !faceit::is_over(match.facts.status) && match.closing_at && now - *match.closing_at < result_within;
}

}  // namespace

// `truth` may have been asked before the newest event: then the event's own question follows.
void MatchVoice::store_truth(Transaction& tx, OrganizationId organization, const Settings& settings,
                             const faceit::Match& truth, Time now) {
  const auto known = find_match(tx, organization, truth.id);
  const bool ours = concerns(
      settings.following,
      {.organizer_id = truth.organizer_id, .competition_id = truth.competition_id, .game = truth.game});
  if (!ours && (!known || known->phase != Phase::open)) return;
  auto match = apply_truth(known, truth, now);
  if (!match || (!known && !refuses_new(tx, organization, now).empty())) return;
  if (!ours) close(*match, "not followed", now);
  put_match(tx, organization, *match, now);
  const bool new_roster = match->phase == Phase::open && truth.roster_known &&
                          !same_rosters(roster_of(tx, organization, truth.id), truth.teams);
  if (new_roster) put_roster(tx, organization, truth.id, truth.teams);
  announce_phase(tx, webhooks_, organization, phase_of(known), *match, now);
  const bool changed = new_roster || !known || known->phase != match->phase ||
                       known->episode != match->episode || known->reached != match->reached ||
                       known->scheduled_at != match->scheduled_at || known->facts != match->facts;
  if (changed) look_at(tx, queue_, organization, truth.id, now);
}

Task<jobs::Outcome> MatchVoice::refresh(jobs::Job job) {
  if (!surroundings_.faceit) co_return jobs::Done{};
  auto known = co_await database_.read(
      [job](Transaction& tx) { return find_match(tx, job.organization, job.subject); });
  if (!known) co_return jobs::Failed{known.error()};
  const auto now = clock_.now();
  if (!*known || ((*known)->phase != Phase::open && !wants_result(**known, now))) co_return jobs::Done{};
  const MatchRecord before = **known;
  auto answer = co_await surroundings_.faceit->match(job.subject);
  if (!answer) {
    const auto& error = answer.error();
    if (error.kind == ErrorKind::unauthorized) {
      (void)co_await faceit_trouble(job.organization, std::string(key_refused));
      co_return jobs::Again{refused_again, ""};
    }
    log::info("FACEIT could not be asked about a match", {{"match", job.subject}, {"error", error.message}});
    co_return jobs::Again{std::max<Duration>(faceit_again, error.retry_after.value_or(Duration{0})), ""};
  }
  (void)co_await faceit_trouble(job.organization, std::nullopt);
  // Not known there (yet): the webhook's word stands.
  const bool young = clock_.now() - before.opened_at < faceit_patience;
  if (!*answer)
    co_return young && !before.closing_at ? jobs::Outcome(jobs::Again{faceit_again, ""}) : jobs::Done{};
  auto taken = co_await take_truth(job.organization, **answer);
  if (!taken) co_return jobs::Failed{taken.error()};
  const bool over = faceit::is_over((*answer)->status);
  const bool told_all = over || (before.phase == Phase::open && (*answer)->roster_known);
  if (told_all || !young) co_return jobs::Done{};
  co_return jobs::Again{faceit_again, ""};
}

Task<Result<>> MatchVoice::take_truth(OrganizationId organization, faceit::Match truth) {
  co_return co_await database_.transact(
      [this, organization, truth, now = clock_.now()](Transaction& tx) -> Result<> {
        if (const auto settings = find_settings(tx, organization))
          store_truth(tx, organization, *settings, truth, now);
        return {};
      });
}

Task<Result<>> MatchVoice::faceit_trouble(OrganizationId organization, std::optional<std::string> trouble) {
  // Of what an earlier run of the process told, only the database knows.
  const auto told_last = faceit_trouble_.find(organization);
  if (told_last != faceit_trouble_.end() && told_last->second == trouble) co_return Result<>{};
  auto told = co_await database_.transact(
      [this, organization, trouble, now = clock_.now()](Transaction& tx) -> Result<> {
        if (trouble)
          alerts_.raise(tx, organization, faceit_alert, *trouble, now);
        else
          alerts_.resolve(tx, organization, faceit_alert, now);
        return {};
      });
  if (told) faceit_trouble_[organization] = trouble;
  co_return told;
}

// Once a minute for each organization.
Task<jobs::Outcome> MatchVoice::poll(jobs::Job job) {
  auto settings = co_await settings_of(job.organization);
  if (!settings) co_return jobs::Failed{settings.error()};
  if (!*settings) co_return jobs::Done{};
  if (surroundings_.faceit) {
    using faceit::CompetitionKind;
    const auto& following = (*settings)->following;
    for (const auto filter : {faceit::MatchFilter::ongoing, faceit::MatchFilter::upcoming}) {
      for (const auto& [kind, ids] : {std::pair(CompetitionKind::hub, &following.hubs),
                                      std::pair(CompetitionKind::championship, &following.championships)}) {
        for (const auto& id : *ids) {
          // One that cannot be listed now does not keep the others from being looked at.
          if (auto done = co_await poll_competition(job.organization, kind, id, filter); !done)
            log::info("A competition could not be listed", {{"id", id}, {"error", done.error().describe()}});
        }
      }
    }
  }
  auto done = co_await look_after(job.organization);
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

Task<Result<>> MatchVoice::poll_competition(OrganizationId organization, faceit::CompetitionKind kind,
                                            std::string id, faceit::MatchFilter filter) {
  auto listed = co_await surroundings_.faceit->competition_matches(kind, id, filter, listed_max);
  if (!listed) {
    if (listed.error().kind == ErrorKind::unauthorized) {
      (void)co_await faceit_trouble(organization, std::string(key_refused));
    }
    co_return std::unexpected(listed.error());
  }
  for (auto& match : *listed) {
    auto taken = co_await take_truth(organization, std::move(match));
    if (!taken) co_return std::unexpected(taken.error());
  }
  co_return Result<>{};
}

// Every match that is open is looked at again and asked about, or closed when it never ends; cards of long
// ago are left alone.
Task<Result<>> MatchVoice::look_after(OrganizationId organization) {
  co_return co_await database_.transact([this, organization,
                                         now = clock_.now()](Transaction& tx) -> Result<> {
    const auto settings = find_settings(tx, organization);
    if (!settings) return {};
    for (auto& match : open_matches(tx, organization, refreshed_max)) {
      const Time age_from = std::max(match.opened_at, match.scheduled_at.value_or(Time{}));
      const bool confirmed = match.confirmed_at && now - *match.confirmed_at < unconfirmed_max;
      if (now - age_from > settings->max_age && !confirmed) {
        close(match, "expired", now);
        put_match(tx, organization, match, now);
        announce_phase(tx, webhooks_, organization, Phase::open, match, now);
        look_at(tx, queue_, organization, match.match_id, now);
      } else if (surroundings_.faceit && now - match.confirmed_at.value_or(Time{}) > confirmed_every) {
        ask_about(tx, queue_, organization, match.match_id, now);
      }
    }
    // What the gateway did not tell of (an event got lost, or came while nobody listened) is seen now. Spread
    // over the minute, so that a hundred matches are not one burst.
    const auto live = live_matches(tx, organization);
    for (std::size_t i = 0; i < live.size(); ++i) {
      look_at(tx, queue_, organization, live[i],
              now + confirmed_every * static_cast<std::int64_t>(i) / static_cast<std::int64_t>(live.size()));
    }
    for (const auto& card : effects::Ledger::of_purpose(tx, organization, card_purpose)) {
      const auto match = find_match(tx, organization, card.subject);
      if (!match || (match->closed_at && now - *match->closed_at > card_followed))
        ledger_.let_go(tx, card.id, now);
    }
    return {};
  });
}

}  // namespace matchday::match_voice
