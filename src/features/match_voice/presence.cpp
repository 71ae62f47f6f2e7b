// Hints that a match should be looked at again: somebody who plays moved about in voice, or was linked.
#include "features/match_voice/presence.hpp"

#include "base/log.hpp"
#include "features/accounts/accounts.hpp"
#include "features/match_voice/operations.hpp"

namespace matchday::match_voice {

using store::Transaction;

MatchVoice::Presence MatchVoice::look_around(const Settings& settings) const {
  const auto guild_id = settings.guild;
  Presence presence{.bot = surroundings_.self()};
  const auto* guild = surroundings_.connected() ? surroundings_.guilds.find(guild_id) : nullptr;
  if (!guild || !guild->available) return presence;
  presence.known = true;
  presence.own_permissions = surroundings_.guilds.own_permissions(guild_id);
  for (const auto& [user, voice] : guild->voice_states) presence.voice.emplace(user, voice);
  const auto* category = settings.category ? guild->channel(*settings.category) : nullptr;
  if (category && category->type == discord::ChannelType::category) presence.category_name = category->name;
  presence.spectators_missing = settings.spectator_role && !guild->role(*settings.spectator_role);
  for (const auto& [id, channel] : guild->channels) {
    presence.channels.emplace(id, channel.parent);
    if (channel.is_voice()) presence.voice_channels.push_back(id);
  }
  return presence;
}

// The players of a match that is not over: what they do in voice matters.
void MatchVoice::watch(OrganizationId organization, const MatchView& seen) {
  unwatch(organization, seen.match_id);
  if (seen.phase == Phase::closed) return;
  const MatchKey key{organization, seen.match_id};
  auto& people = watched_[key];
  const auto add = [&](UserId user) { people.emplace(seen.settings.guild, user); };
  for (const auto& team : seen.teams) {
    for (const auto& player : team.roster) {
      if (player.user) add(*player.user);
    }
  }
  for (const auto& [user, member] : seen.members) add(user);
  // Guests too: a closing room waits for everybody who sits in it.
  for (const auto& [user, voice] : seen.voice) {
    for (const auto& team : seen.teams) {
      if (team.channel && team.channel->channel == voice.channel) add(user);
    }
  }
  for (const auto& person : people) playing_[person].insert(key);
}

void MatchVoice::unwatch(OrganizationId organization, const std::string& match_id) {
  const MatchKey key{organization, match_id};
  const auto known = watched_.extract(key);
  if (!known) return;
  for (const auto& person : known.mapped()) {
    const auto matches = playing_.find(person);
    if (matches == playing_.end()) continue;
    matches->second.erase(key);
    if (matches->second.empty()) playing_.erase(matches);
  }
}

void MatchVoice::on_gateway_event(const discord::GatewayEvent& event) {
  const Fields fields(event.data);
  if (event.type == "VOICE_STATE_UPDATE") {
    const auto guild = fields.id<GuildId>("guild_id");
    const auto user = fields.id<UserId>("user_id");
    const auto matches = guild && user ? playing_.find({*guild, *user}) : playing_.end();
    if (matches != playing_.end()) hints_.insert(matches->second.begin(), matches->second.end());
  } else if (event.type == "GUILD_CREATE") {
    // A new session, or the end of an outage: nobody told what people did meanwhile.
    const auto guild = fields.id<GuildId>("id").value_or(GuildId{});
    for (auto person = playing_.lower_bound({guild, UserId{}});
         person != playing_.end() && person->first.first == guild; ++person) {
      hints_.insert(person->second.begin(), person->second.end());
    }
  }
  if (hints_.empty() || noting_) return;
  noting_ = true;
  group_.spawn("voice hints", note_hints());
}

// One transaction for everything that came meanwhile: ten players who are moved are one look. A database that
// is away is waited for: nobody tells of it again that somebody arrived, and who has arrived may leave.
Task<void> MatchVoice::note_hints() {
  constexpr Duration again_after = 1s;
  while (!hints_.empty()) {
    const auto hints = std::exchange(hints_, {});
    auto noted = co_await database_.transact([this, hints, now = clock_.now()](Transaction& tx) -> Result<> {
      for (const auto& [organization, match_id] : hints) look_at(tx, queue_, organization, match_id, now);
      return {};
    });
    if (noted) continue;
    log::warning("A change in voice could not be noted yet", {{"error", noted.error().describe()}});
    hints_.insert(hints.begin(), hints.end());
    co_await clock_.sleep(again_after);
  }
  noting_ = false;
}

Task<void> MatchVoice::drain() {
  group_.cancel_all();
  co_await group_.join();
}

// A FACEIT account was linked or unlinked: the matches that it plays in are looked at again. Who was in the
// room before, and comes back to their account, wants to be there again.
Task<jobs::Outcome> MatchVoice::link_changed(jobs::Job job) {
  auto done = co_await database_.transact([this, job, now = clock_.now()](Transaction& tx) -> Result<> {
    const auto settings = find_settings(tx, job.organization);
    const auto linked = accounts::Accounts::linked_users_of(tx, job.organization, {job.subject});
    for (const auto& match_id : live_matches_of(tx, job.organization, job.subject)) {
      const auto match = find_match(tx, job.organization, match_id);
      for (const auto& [faceit_id, one] : linked) {
        const bool was_there = members_of(tx, job.organization, *match).contains(one.user);
        const bool moves = moves_of(tx, job.organization, one.user) &&
                           (one.proved || !settings || !settings->moves_need_proof);
        if (!was_there || !moves || match->phase != Phase::open) continue;
        if (auto asked = bring_in(tx, queue_, job.organization, match_id, one.user, now); !asked)
          log::debug("Nobody to bring in", {{"match", match_id}, {"reason", asked.error().message}});
      }
      look_at(tx, queue_, job.organization, match_id, now);
    }
    return {};
  });
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

}  // namespace matchday::match_voice
