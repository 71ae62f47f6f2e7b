// The job `match_voice.converge`: reads everything that is known of one match, plans, and writes what is
// wanted, all in one transaction. Called after every event and after every change of the match's resources;
// harmless to repeat.
#include <fmt/format.h>

#include "base/log.hpp"
#include "effects/sweep.hpp"
#include "features/match_voice/announce.hpp"
#include "features/match_voice/match_voice.hpp"
#include "features/match_voice/person.hpp"
#include "features/match_voice/presence.hpp"
#include "remote/discord_channel.hpp"
#include "remote/discord_member_move.hpp"
#include "remote/discord_message.hpp"
#include "remote/discord_voice_status.hpp"

namespace matchday::match_voice {
namespace {

using effects::State;
using store::Transaction;

constexpr std::string_view settings_alert = "match_voice.settings";
constexpr OrganizationId whole_installation{0};

// Where somebody is brought back to who is moved now: where they sit, or, in a room of ours (which goes
// away), where they came from into that one.
std::optional<ChannelId> origin_of(Transaction& tx, OrganizationId organization, const Plan::Move& move) {
  const auto room =
      effects::Ledger::with_remote_id(tx, remote::DiscordChannel::kind_name, move.from.channel.text());
  if (!room || room->purpose != channel_purpose) return move.from.channel;
  return last_origin(tx, organization, room->subject, move.user);
}

}  // namespace

// What one planning step leads to, outside the database.
struct MatchVoice::Step {
  std::optional<MatchRecord> match;  // as stored now; nothing if there is none
  MatchView seen;
  Plan plan;
  std::optional<ChannelId> room;  // for the cache
};

MatchVoice::MatchVoice(Executor executor, Clock& clock, store::Database& database, jobs::Queue& queue,
                       effects::Ledger& ledger, notifications::Alerts& alerts,
                       notifications::Webhooks& webhooks, organizations::Organizations& organizations,
                       Surroundings surroundings, WebhookOptions webhook)
    : clock_(clock),
      database_(database),
      queue_(queue),
      ledger_(ledger),
      alerts_(alerts),
      webhooks_(webhooks),
      organizations_(organizations),
      surroundings_(std::move(surroundings)),
      webhook_(std::move(webhook)),
      group_(std::move(executor),
             [](const std::string& name, const std::exception_ptr& error) {
               log::error("Part of match voice ended", {{"part", name}, {"error", describe(error)}});
             }),
      examiner_({.clock = clock_,
                 .database = database_,
                 .guilds = surroundings_.guilds,
                 .connected = surroundings_.connected,
                 .self = surroundings_.self,
                 .faceit = surroundings_.faceit,
                 .unsigned_webhooks = webhook_.allow_unsigned}),
      match_commands_(
          {.clock = clock_,
           .database = database_,
           .queue = queue_,
           .ids = surroundings_.ids,
           .webhooks = webhooks_,
           .guilds = surroundings_.guilds,
           .look = [this](OrganizationId organization,
                          std::string match_id) { return look(organization, std::move(match_id)); }}),
      faceit_commands_({.clock = clock_,
                        .database = database_,
                        .queue = queue_,
                        .ids = surroundings_.ids,
                        .guilds = surroundings_.guilds},
                       examiner_),
      matches_api_({.database = database_,
                    .queue = queue_,
                    .webhooks = webhooks_,
                    .ids = surroundings_.ids,
                    .look = [this](OrganizationId organization,
                                   std::string match_id) { return look(organization, std::move(match_id)); },
                    .public_pages = surroundings_.public_pages}),
      settings_api_({.database = database_,
                     .queue = queue_,
                     .ids = surroundings_.ids,
                     .guilds = surroundings_.guilds,
                     .organizations = organizations_,
                     .webhook_address = webhook_.address,
                     .secret_header = webhook_.secret_header}) {}

Task<jobs::Outcome> MatchVoice::converge(jobs::Job job) {
  auto settings = co_await settings_of(job.organization);
  if (!settings) co_return jobs::Failed{settings.error()};
  if (!*settings) {
    log::warning("Match voice has no Discord server to work in",
                 {{"organization", job.organization}, {"match", job.subject}});
    co_return jobs::Again{5min, ""};
  }
  auto step = co_await plan_and_store(job.organization, job.subject, look_around(**settings));
  if (!step) co_return jobs::Failed{step.error()};
  if (!step->match) co_return jobs::Done{};
  if (step->room)
    cache_.put(job.organization, job.subject, *step->room);
  else
    cache_.drop(job.organization, job.subject);
  if (step->plan.closed)
    log::info("A match is closed", {{"organization", job.organization}, {"match", job.subject}});
  if (step->match->phase == Phase::closed) {
    unwatch(job.organization, job.subject);
    co_return jobs::Done{};
  }
  watch(job.organization, step->seen);
  if (step->plan.look_again) co_return jobs::Again{*step->plan.look_again, ""};
  co_return jobs::Done{};
}

Task<Result<std::optional<Settings>>> MatchVoice::settings_of(OrganizationId organization) {
  co_return co_await database_.read(
      [organization](Transaction& tx) { return find_settings(tx, organization); });
}

Task<Result<MatchVoice::Step>> MatchVoice::plan_and_store(OrganizationId organization, std::string match_id,
                                                          Presence presence) {
  co_return co_await database_.transact(
      [this, organization, match_id, presence, now = clock_.now()](Transaction& tx) -> Result<Step> {
        Step step;
        step.match = find_match(tx, organization, match_id);
        const auto settings = find_settings(tx, organization);
        if (!step.match || !settings) return step;
        step.seen = view(tx, organization, *step.match, *settings, presence, now);
        step.plan = plan_match(step.seen);
        want(tx, organization, *step.match, step.seen, step.plan, now);
        follow_rooms(tx, organization, *step.match, step.seen, step, now);
        warn_of_settings(tx, organization, *settings, presence, now);
        if (step.plan.closed) drop_empty_categories(tx, organization, presence, now);
        return step;
      });
}

void MatchVoice::want(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                      const MatchView& seen, const Plan& plan, Time now) {
  want_rooms(tx, organization, match, seen, plan, now);
  want_people_moved(tx, organization, match, seen, plan, now);
  want_shown(tx, organization, match, seen, plan, now);
}

void MatchVoice::want_rooms(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                            const MatchView& seen, const Plan& plan, Time now) {
  if (plan.category) want_category(tx, organization, seen, *plan.category, now);
  for (const auto& channel : plan.channels) {
    ledger_.want(tx,
                 {.organization = organization,
                  .kind = std::string(remote::DiscordChannel::kind_name),
                  .purpose = std::string(channel_purpose),
                  .subject = match.match_id,
                  .owner = channel_owner(match.match_id, channel.faction),
                  .generation = match.episode,
                  .container = seen.settings.guild.text(),
                  .document = channel.document},
                 now);
  }
  for (const auto resource : plan.unwanted) ledger_.unwant(tx, resource, now);
  // Something that is no longer wanted may still take up one of Discord's 500 places.
  if (plan.guild_full) {
    queue_.enqueue(tx, {.organization = whole_installation,
                        .kind = std::string(effects::sweep_job),
                        .subject = "all",
                        .run_at = now});
  }
}

void MatchVoice::want_category(Transaction& tx, OrganizationId organization, const MatchView& seen,
                               int number, Time now) {
  const auto owner = category_owner(number);
  int generation = 0;
  for (const auto& known :
       effects::Ledger::of_subject(tx, organization, category_purpose, overflow_subject)) {
    if (known.owner == owner) generation = known.generation + (known.wanted ? 0 : 1);
  }
  json::object document{{"name", fmt::format("{} {}", seen.category_name, number)},
                        {"type", static_cast<int>(discord::ChannelType::category)}};
  ledger_.want(tx,
               {.organization = organization,
                .kind = std::string(remote::DiscordChannel::kind_name),
                .purpose = std::string(category_purpose),
                .subject = std::string(overflow_subject),
                .owner = owner,
                .generation = generation,
                .container = seen.settings.guild.text(),
                .document = std::move(document)},
               now);
}

// Of the categories that we made, those that nobody uses any more. What people put into one keeps it.
void MatchVoice::drop_empty_categories(Transaction& tx, OrganizationId organization, const Presence& presence,
                                       Time now) {
  const auto categories = effects::Ledger::of_subject(tx, organization, category_purpose, overflow_subject);
  if (categories.empty() || !presence.known) return;
  const auto rooms = effects::Ledger::of_purpose(tx, organization, channel_purpose);
  for (const auto& category : categories) {
    if (!category.wanted || category.state != State::confirmed) continue;
    const auto id = ChannelId::parse(*category.remote_id);
    const bool used = std::ranges::any_of(rooms, [&](const effects::Resource& room) {
      return room.wanted && Fields(*room.wanted).id<ChannelId>("parent_id") == id;
    });
    const bool children = std::ranges::any_of(presence.channels, [&](const auto& channel) {
      return channel.second == id && std::ranges::none_of(rooms, [&](const auto& room) {
               return room.remote_id == channel.first.text();
             });
    });
    if (!used && !children) ledger_.unwant(tx, category.id, now);
  }
}

void MatchVoice::want_people_moved(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                                   const MatchView& seen, const Plan& plan, Time now) {
  const auto want_move = [&](const Plan::Move& move, std::string_view way) {
    ledger_.want(tx,
                 {.organization = organization,
                  .kind = std::string(remote::DiscordMemberMove::kind_name),
                  .purpose = std::string(move_purpose),
                  .subject = match.match_id,
                  .owner = move_owner(match, way, move.user),
                  .generation = move.generation,
                  .container = seen.settings.guild.text(),
                  .document = remote::DiscordMemberMove::document(move.user, move.from, move.to),
                  .expires_at = now + remote::DiscordMemberMove::expiry},
                 now);
  };
  for (const auto& move : plan.moves_in) {
    put_origin(tx, organization, match, move, origin_of(tx, organization, move), now);
    want_move(move, way_in);
  }
  for (const auto& move : plan.moves_out) want_move(move, way_out);
  for (const auto& arrival : plan.arrivals) put_arrival(tx, organization, match, arrival, now);
}

void MatchVoice::want_shown(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                            const MatchView& seen, const Plan& plan, Time now) {
  std::set<ResourceId> shown;
  const auto show = [&](std::string_view kind, std::string_view purpose, std::string_view faction,
                        std::string container, json::value document) {
    const auto what = purpose == status_purpose ? "status" : "notice";
    shown.insert(ledger_.want(tx,
                              {.organization = organization,
                               .kind = std::string(kind),
                               .purpose = std::string(purpose),
                               .subject = match.match_id,
                               .owner = shown_owner(match, what, faction),
                               .container = std::move(container),
                               .document = std::move(document)},
                              now));
  };
  for (const auto& status : plan.statuses) {
    show(remote::DiscordVoiceStatus::kind_name, status_purpose, status.faction, seen.settings.guild.text(),
         {{"channel_id", status.channel.text()}, {"status", status.text}});
  }
  for (const auto& notice : plan.notices) {
    show(remote::DiscordMessage::kind_name, notice_purpose, notice.faction, notice.channel.text(),
         notice.document);
  }
  for (const auto purpose : {status_purpose, notice_purpose}) {
    for (const auto& resource : effects::Ledger::of_subject(tx, organization, purpose, match.match_id)) {
      if (!shown.contains(resource.id)) ledger_.unwant(tx, resource.id, now);
    }
  }
  if (!plan.card) return;
  ledger_.want(tx,
               {.organization = organization,
                .kind = std::string(remote::DiscordMessage::kind_name),
                .purpose = std::string(card_purpose),
                .subject = match.match_id,
                .owner = card_owner(match.match_id),
                .container = seen.card_at.value_or(seen.settings.card_channel.value_or(ChannelId{})).text(),
                .document = *plan.card},
               now);
}

// Keeps active_matches, the alert and the match's phase in step with what became of its rooms.
void MatchVoice::follow_rooms(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                              const MatchView& seen, Step& step, Time now) {
  bool changed = false;
  for (const auto& team : seen.teams) {
    const bool there = team.channel && team.channel->state == State::confirmed && team.channel->channel;
    if (there)
      changed |= put_active(tx, organization, match.match_id, team.faction, *team.channel->channel, now);
    else
      drop_active(tx, organization, match.match_id, team.faction);
  }
  if (changed && stage_of(seen) == Stage::open) announce_rooms(tx, webhooks_, organization, match, now);
  step.room = find_active(tx, organization, match.match_id);
  for (const auto purpose : {channel_purpose, move_purpose}) tell_organizers(tx, organization, purpose, now);
  if (!step.plan.closed) return;
  const auto before = step.match->phase;
  step.match->phase = Phase::closed;
  put_match(tx, organization, *step.match, now);
  announce_phase(tx, webhooks_, organization, before, *step.match, now);
  // Moves have served their purpose: what is no longer wanted is forgotten in time.
  for (const auto& move : effects::Ledger::of_subject(tx, organization, move_purpose, match.match_id)) {
    ledger_.unwant(tx, move.id, now);
  }
  forget_people(tx, organization, match.match_id);
}

// One refusal is an alert, in whichever match it happened; it is over when nothing is refused any more.
void MatchVoice::tell_organizers(Transaction& tx, OrganizationId organization, std::string_view purpose,
                                 Time now) {
  if (const auto reason = effects::Ledger::refusal(tx, organization, purpose)) {
    alerts_.raise(tx, organization, purpose, *reason, now);
  } else {
    alerts_.resolve(tx, organization, purpose, now);
  }
}

// What the settings name may have been deleted since.
void MatchVoice::warn_of_settings(Transaction& tx, OrganizationId organization, const Settings& settings,
                                  const Presence& presence, Time now) {
  if (!presence.known) return;
  std::vector<std::string> missing;
  const auto check = [&](bool fine, std::string_view sentence) {
    if (!fine) missing.emplace_back(sentence);
  };
  check(!settings.category || !presence.category_name.empty(),
        "There is no such category for match rooms (any more): rooms are made without one.");
  check(
      !settings.lobby ||
          std::ranges::find(presence.voice_channels, *settings.lobby) != presence.voice_channels.end(),
      "There is no such voice channel as the lobby (any more): people return to where they came from only.");
  check(!settings.card_channel || presence.channels.contains(*settings.card_channel),
        "The channel for match cards does not exist (any more): there are no cards.");
  check(!presence.spectators_missing,
        "The spectators' role does not exist (any more): rooms are made without it.");
  if (missing.empty()) return alerts_.resolve(tx, organization, settings_alert, now);
  alerts_.raise(tx, organization, settings_alert,
                fmt::format("{} Choose another with /faceit config.", fmt::join(missing, " ")), now);
}

}  // namespace matchday::match_voice
