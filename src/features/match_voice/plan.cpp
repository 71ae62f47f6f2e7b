// See plan.hpp.
#include "features/match_voice/plan.hpp"

#include <set>

#include "platforms/discord/permissions.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::match_voice {
namespace {

using discord::Permission;
using effects::State;

constexpr int move_generations_max = 3;  // somebody who keeps changing channels is left alone after that
constexpr Duration people_leave_within =
    20s;  // then the room goes with them in it, which takes them out of voice
constexpr Duration presence_within = 60s;  // how long a closing room waits for the gateway to come back
constexpr Duration look_soon = 1s;

constexpr auto for_players = Permission::view_channel | Permission::connect | Permission::speak;
constexpr auto for_bot =
    Permission::view_channel | Permission::connect | Permission::move_members | Permission::manage_channels;

json::object overwrite(std::uint64_t id, bool member, discord::Permissions allow, discord::Permissions deny) {
  return {{"id", std::to_string(id)},
          {"type", member ? 1 : 0},
          {"allow", std::to_string(allow)},
          {"deny", std::to_string(deny)}};
}

// Hidden from everyone (whose role has the guild's id), open to the linked players, and to the bot itself:
// without its own overwrite it would lose the right to manage what it hid.
json::object channel_document(const MatchView& match, const Team& team) {
  json::array overwrites{overwrite(match.settings.guild.value, false, 0, bits(Permission::view_channel)),
                         overwrite(match.bot->value, true, for_bot, 0)};
  std::set<UserId> users;
  for (const auto& player : team.roster) {
    if (player.user && player.user != match.bot) users.insert(*player.user);
  }
  for (const auto user : users) overwrites.push_back(overwrite(user.value, true, for_players, 0));
  json::object document{
      {"name", team.channel ? team.channel->name : channel_name(match.settings, match.match_id, team.name)},
      {"type", static_cast<int>(discord::ChannelType::voice)},
      {"permission_overwrites", std::move(overwrites)}};
  if (match.settings.category) document["parent_id"] = match.settings.category->text();
  return document;
}

bool has_room(const Settings& settings, const Team& team) {
  return settings.teams == Teams::both || team.faction == "faction1";
}

bool anybody_linked(const Team& team) {
  return std::ranges::any_of(team.roster, [](const Player& player) { return player.user.has_value(); });
}

bool is_open(State state) {
  return state != State::gone && state != State::expired;
}

bool anybody_in(const MatchView& match, ChannelId channel) {
  return std::ranges::any_of(match.voice, [&](const auto& entry) {
    return entry.second.channel == channel && entry.first != match.bot;
  });
}

// May this person be moved (again), and as which generation?
std::optional<int> next_generation(const std::map<UserId, MoveView>& moves, UserId user) {
  const auto known = moves.find(user);
  if (known == moves.end()) return 0;
  // Done, refused or under way: once is enough. Expired means that they changed channels just then.
  if (known->second.state != State::expired || known->second.generation + 1 >= move_generations_max)
    return std::nullopt;
  return known->second.generation + 1;
}

void plan_moves_in(const MatchView& match, const Team& team, Plan& plan) {
  for (const auto& player : team.roster) {
    if (!player.user) continue;
    const auto voice = match.voice.find(*player.user);
    if (voice == match.voice.end() || voice->second.channel == *team.channel->channel) continue;
    if (match.settings.move_from == MoveFrom::lobby && voice->second.channel != match.settings.lobby)
      continue;
    if (const auto generation = next_generation(match.moves_in, *player.user)) {
      plan.moves_in.push_back(
          {*player.user, team.faction, voice->second, team.channel->channel, *generation});
    }
  }
}

void plan_open(const MatchView& match, Plan& plan) {
  // A room made before we know who we are would shut the bot itself out.
  if (!match.bot) {
    plan.look_again = look_soon;
    return;
  }
  for (const auto& team : match.teams) {
    if (!has_room(match.settings, team)) continue;
    if (!team.channel && !anybody_linked(team)) continue;  // a room that nobody could see
    // What a human deleted stays deleted.
    if (team.channel && !is_open(team.channel->state)) continue;
    plan.channels.push_back({team.faction, channel_document(match, team)});
    if (!team.channel || team.channel->state != State::confirmed || !team.channel->channel) continue;
    if (match.presence_known)
      plan_moves_in(match, team, plan);
    else
      plan.look_again = look_soon;
  }
}

// Where somebody goes when the room closes: back, else to the lobby, else out of voice.
std::optional<ChannelId> way_out(const MatchView& match, UserId user) {
  const auto exists = [&](ChannelId channel) {
    return std::ranges::find(match.voice_channels, channel) != match.voice_channels.end();
  };
  if (const auto origin = match.origins.find(user); origin != match.origins.end() && exists(origin->second)) {
    return origin->second;
  }
  if (match.settings.lobby && exists(*match.settings.lobby)) return match.settings.lobby;
  return std::nullopt;
}

// True when the room is empty, or has waited long enough for people to leave.
bool empty_room(const MatchView& match, const std::string& faction, ChannelId channel, Plan& plan) {
  const auto waited = match.now - match.closing_since;
  if (!match.presence_known) return waited >= presence_within;
  bool empty = true;
  for (const auto& [user, voice] : match.voice) {
    if (voice.channel != channel || user == match.bot) continue;
    empty = false;
    if (const auto generation = next_generation(match.moves_out, user)) {
      plan.moves_out.push_back({user, faction, voice, way_out(match, user), *generation});
    }
  }
  return empty || waited >= people_leave_within;
}

void plan_closing(const MatchView& match, Plan& plan) {
  bool anything_left = false;
  for (const auto& team : match.teams) {
    if (!team.channel || !is_open(team.channel->state)) continue;
    anything_left = true;
    if (!team.channel->wanted) continue;  // on its way out
    if (!team.channel->channel || empty_room(match, team.faction, *team.channel->channel, plan)) {
      plan.unwanted.push_back(team.channel->resource);
    }
  }
  plan.closed = !anything_left && plan.unwanted.empty();
}

// A room of an earlier episode of a match that goes on: its people are moved into the new room first.
bool still_needed(const MatchView& match, const ChannelView& room) {
  if (match.phase != Phase::open || !room.channel) return false;
  const auto waited = match.now - match.opened_since;
  if (!match.presence_known) return waited < presence_within;
  return anybody_in(match, *room.channel) && waited < people_leave_within;
}

void plan_left_over(const MatchView& match, Plan& plan) {
  for (const auto& room : match.left_over) {
    if (!is_open(room.state)) continue;
    plan.closed = false;
    if (!room.wanted) continue;
    if (still_needed(match, room))
      plan.look_again = look_soon;
    else
      plan.unwanted.push_back(room.resource);
  }
}

}  // namespace

std::string channel_name(const Settings& settings, std::string_view match_id, std::string_view team) {
  const std::string short_id(match_id.substr(0, 8));
  if (settings.teams == Teams::faction1) return discord::sanitize_channel_name("Match " + short_id);
  std::string name = settings.name_template;
  for (const auto& [field, value] : {std::pair<std::string_view, std::string>{"{match}", short_id},
                                     std::pair<std::string_view, std::string>{"{team}", std::string(team)}}) {
    if (const auto at = name.find(field); at != std::string::npos) name.replace(at, field.size(), value);
  }
  return discord::sanitize_channel_name(name);
}

Plan plan_match(const MatchView& match) {
  Plan plan;
  switch (match.phase) {
    case Phase::open:
      plan_open(match, plan);
      break;
    case Phase::closing:
      plan_closing(match, plan);
      break;
    case Phase::closed:
      break;
  }
  plan_left_over(match, plan);
  if (match.phase == Phase::closing && !plan.closed) plan.look_again = look_soon;
  return plan;
}

}  // namespace matchday::match_voice
