// The job `match_voice.converge`: reads everything that is known of one match, plans, and writes what is
// wanted, all in one transaction. Called after every event and after every change of the match's resources;
// harmless to repeat.
#include <fmt/format.h>

#include "base/log.hpp"
#include "features/accounts/accounts.hpp"
#include "features/match_voice/match_voice.hpp"
#include "remote/discord_channel.hpp"
#include "remote/discord_member_move.hpp"

namespace matchday::match_voice {
namespace {

using effects::Resource;
using effects::State;
using store::Transaction;

constexpr Duration faceit_again = 15s;      // while FACEIT does not know the match or its roster
constexpr Duration faceit_patience = 5min;  // after that, the next event asks again

std::string channel_owner(std::string_view match_id, std::string_view faction) {
  return fmt::format("match/{}/{}", match_id, faction);
}

// "match/1-abc/0/in/123": one person's way into, or out of, one episode of a match.
std::string move_owner(const MatchRecord& match, std::string_view way, UserId user) {
  return fmt::format("match/{}/{}/{}/{}", match.match_id, match.episode, way, user.text());
}

ChannelView channel_view(const Resource& resource) {
  const auto document = resource.wanted ? resource.wanted : resource.applied;
  return {.resource = resource.id,
          .state = resource.state,
          .wanted = resource.wanted.has_value(),
          .name = document ? Fields(*document).string_or("name", "") : "",
          .channel = resource.remote_id ? ChannelId::parse(*resource.remote_id) : std::nullopt};
}

// The newest generation of each person's move on that way.
std::map<UserId, MoveView> moves_of(const std::vector<Resource>& moves, const MatchRecord& match,
                                    std::string_view way) {
  const auto prefix = fmt::format("match/{}/{}/{}/", match.match_id, match.episode, way);
  std::map<UserId, MoveView> out;
  for (const auto& move : moves) {
    const auto user =
        move.owner.starts_with(prefix) ? UserId::parse(move.owner.substr(prefix.size())) : std::nullopt;
    if (!user) continue;
    const auto known = out.find(*user);
    if (known == out.end() || known->second.generation < move.generation)
      out[*user] = {move.generation, move.state};
  }
  return out;
}

Team& team_of(std::vector<Team>& teams, std::string_view faction) {
  const auto known = std::ranges::find(teams, faction, &Team::faction);
  if (known != teams.end()) return *known;
  return teams.emplace_back(Team{.faction = std::string(faction), .name = std::string(faction)});
}

}  // namespace

// What the gateway has told us, copied: the transaction runs on another thread.
struct MatchVoice::Presence {
  bool known = false;
  std::optional<UserId> bot;
  std::map<UserId, discord::VoiceState> voice;
  std::vector<ChannelId> voice_channels;
};

// What one planning step leads to, outside the database.
struct MatchVoice::Step {
  std::optional<MatchRecord> match;  // as stored now; nothing if there is none
  Plan plan;
  std::optional<ChannelId> room;  // for the cache
};

MatchVoice::MatchVoice(Clock& clock, store::Database& database, jobs::Queue& queue, effects::Ledger& ledger,
                       notifications::Alerts& alerts, organizations::Organizations& organizations,
                       Surroundings surroundings, WebhookOptions webhook)
    : clock_(clock),
      database_(database),
      queue_(queue),
      ledger_(ledger),
      alerts_(alerts),
      organizations_(organizations),
      surroundings_(std::move(surroundings)),
      webhook_(std::move(webhook)) {}

MatchVoice::Presence MatchVoice::look_around(GuildId guild_id) const {
  Presence presence{.bot = surroundings_.self()};
  const auto* guild = surroundings_.connected() ? surroundings_.guilds.find(guild_id) : nullptr;
  if (!guild || !guild->available) return presence;
  presence.known = true;
  presence.voice.insert(guild->voice_states.begin(), guild->voice_states.end());
  for (const auto& [id, channel] : guild->channels) {
    if (channel.is_voice()) presence.voice_channels.push_back(id);
  }
  return presence;
}

Task<jobs::Outcome> MatchVoice::converge(jobs::Job job) {
  auto settings = co_await settings_of(job.organization);
  if (!settings) co_return jobs::Failed{settings.error()};
  if (!*settings) {
    log::warning("Match voice has no Discord server to work in",
                 {{"organization", job.organization}, {"match", job.subject}});
    co_return jobs::Again{5min, ""};
  }
  auto step = co_await plan_and_store(job.organization, job.subject, look_around((*settings)->guild));
  if (!step) co_return jobs::Failed{step.error()};
  if (!step->match) co_return jobs::Done{};
  if (step->room)
    cache_.put(job.organization, job.subject, *step->room);
  else
    cache_.drop(job.organization, job.subject);
  const auto& match = *step->match;
  if (step->plan.closed) {
    log::info("A match is closed", {{"organization", job.organization}, {"match", job.subject}});
  }
  if (match.phase == Phase::closed) co_return jobs::Done{};
  // The webhook's roster comes first, because people wait; FACEIT's own answer corrects it.
  const bool unchecked = match.phase == Phase::open && match.checked_event_at != match.last_event_at;
  if (unchecked && surroundings_.faceit && clock_.now() - match.opened_at < faceit_patience) {
    auto changed = co_await ask_faceit(job.organization, match);
    if (!changed)
      co_return jobs::Again{std::min(faceit_again, step->plan.look_again.value_or(faceit_again)), ""};
    if (*changed) co_return jobs::Again{Duration{0}, ""};
  }
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
        const auto seen = view(tx, organization, *step.match, *settings, presence, now);
        step.plan = plan_match(seen);
        want(tx, organization, *step.match, seen, step.plan, now);
        follow_rooms(tx, organization, *step.match, seen, step, now);
        return step;
      });
}

MatchView MatchVoice::view(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                           const Settings& settings, const Presence& presence, Time now) const {
  MatchView seen{.match_id = match.match_id,
                 .phase = match.phase,
                 .settings = settings,
                 .teams = roster_of(tx, organization, match.match_id),
                 .bot = presence.bot,
                 .presence_known = presence.known,
                 .voice = presence.voice,
                 .origins = origins_of(tx, organization, match),
                 .voice_channels = presence.voice_channels,
                 .now = now,
                 .opened_since = match.opened_at,
                 .closing_since = match.closing_at.value_or(now)};
  std::vector<std::string> ids;
  for (const auto& team : seen.teams) {
    for (const auto& player : team.roster) ids.push_back(player.faceit_id);
  }
  const auto users = accounts::Accounts::users_of(tx, organization, ids);
  for (auto& team : seen.teams) {
    for (auto& player : team.roster) {
      if (const auto user = users.find(player.faceit_id); user != users.end()) player.user = user->second;
    }
  }
  for (const auto& resource :
       effects::Ledger::of_subject(tx, organization, channel_purpose, match.match_id)) {
    const auto faction = resource.owner.substr(resource.owner.rfind('/') + 1);
    if (resource.generation == match.episode)
      team_of(seen.teams, faction).channel = channel_view(resource);
    else
      seen.left_over.push_back(channel_view(resource));
  }
  const auto moves = effects::Ledger::of_subject(tx, organization, move_purpose, match.match_id);
  seen.moves_in = moves_of(moves, match, "in");
  seen.moves_out = moves_of(moves, match, "out");
  return seen;
}

void MatchVoice::want(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                      const MatchView& seen, const Plan& plan, Time now) {
  const auto guild = seen.settings.guild.text();
  for (const auto& channel : plan.channels) {
    ledger_.want(tx,
                 {.organization = organization,
                  .kind = std::string(remote::DiscordChannel::kind_name),
                  .purpose = std::string(channel_purpose),
                  .subject = match.match_id,
                  .owner = channel_owner(match.match_id, channel.faction),
                  .generation = match.episode,
                  .container = guild,
                  .document = channel.document},
                 now);
  }
  const auto want_move = [&](const Plan::Move& move, std::string_view way) {
    ledger_.want(tx,
                 {.organization = organization,
                  .kind = std::string(remote::DiscordMemberMove::kind_name),
                  .purpose = std::string(move_purpose),
                  .subject = match.match_id,
                  .owner = move_owner(match, way, move.user),
                  .generation = move.generation,
                  .container = guild,
                  .document = remote::DiscordMemberMove::document(move.user, move.from, move.to),
                  .expires_at = now + remote::DiscordMemberMove::expiry},
                 now);
  };
  for (const auto& move : plan.moves_in) {
    put_origin(tx, organization, match, move, now);
    want_move(move, "in");
  }
  for (const auto& move : plan.moves_out) want_move(move, "out");
  for (const auto resource : plan.unwanted) ledger_.unwant(tx, resource, now);
}

// Keeps active_matches, the alert and the match's phase in step with what became of its rooms.
void MatchVoice::follow_rooms(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                              const MatchView& seen, Step& step, Time now) {
  for (const auto& team : seen.teams) {
    const bool there = team.channel && team.channel->state == State::confirmed && team.channel->channel;
    if (there)
      put_active(tx, organization, match.match_id, team.faction, *team.channel->channel, now);
    else
      drop_active(tx, organization, match.match_id, team.faction);
  }
  step.room = find_active(tx, organization, match.match_id);
  for (const auto purpose : {channel_purpose, move_purpose}) tell_organizers(tx, organization, purpose, now);
  if (!step.plan.closed) return;
  step.match->phase = Phase::closed;
  put_match(tx, organization, *step.match, now);
  // Moves have served their purpose: what is no longer wanted is forgotten in time.
  for (const auto& move : effects::Ledger::of_subject(tx, organization, move_purpose, match.match_id)) {
    ledger_.unwant(tx, move.id, now);
  }
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

// The truth, where a key is configured. True: what is stored of the match has changed.
Task<Result<bool>> MatchVoice::ask_faceit(OrganizationId organization, MatchRecord match) {
  auto answer = co_await surroundings_.faceit->match(match.match_id);
  if (!answer) {
    log::info("FACEIT could not be asked about a match",
              {{"match", match.match_id}, {"error", answer.error().message}});
    co_return std::unexpected(answer.error());
  }
  // Not known there (yet), or its captains still pick: the webhook's word stands, if it had a roster.
  const bool of_use = *answer && ((*answer)->roster_known || faceit::is_over((*answer)->status));
  if (!of_use && !match.roster_known)
    co_return fail(ErrorKind::not_found, "FACEIT does not know who plays yet");
  co_return co_await database_.transact(
      [organization, match, truth = *answer, now = clock_.now()](Transaction& tx) -> Result<bool> {
        auto current = find_match(tx, organization, match.match_id);
        if (!current || current->phase != Phase::open || current->last_event_at != match.last_event_at)
          return true;
        current->checked_event_at = match.last_event_at;
        if (truth && faceit::is_over(truth->status)) {
          current->phase = Phase::closing;
          current->closing_at = now;
        } else if (truth && truth->roster_known) {
          current->roster_known = true;
          put_roster(tx, organization, match.match_id, truth->teams);
        }
        put_match(tx, organization, *current, now);
        return truth.has_value();
      });
}

// A player was linked or unlinked: the matches that they play in are looked at again.
Task<jobs::Outcome> MatchVoice::link_changed(jobs::Job job) {
  const auto user = UserId::parse(job.subject);
  if (!user) co_return jobs::Done{};
  auto done =
      co_await database_.transact([this, job, user = *user, now = clock_.now()](Transaction& tx) -> Result<> {
        const auto link = accounts::Accounts::link_of(tx, job.organization, user);
        // Of a link that is gone nobody knows any more which account it was.
        auto concerned = link ? open_matches_of(tx, job.organization, link->faceit_id)
                              : open_matches(tx, job.organization);
        for (auto& match_id : concerned) {
          queue_.enqueue(tx, {.organization = job.organization,
                              .kind = std::string(converge_match_job),
                              .subject = std::move(match_id),
                              .run_at = now});
        }
        return {};
      });
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

}  // namespace matchday::match_voice
