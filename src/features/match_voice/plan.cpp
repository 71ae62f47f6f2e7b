// See plan.hpp. Rooms first, then people, then what is shown; closing at the end.
#include "features/match_voice/plan.hpp"

#include <set>

#include "features/match_voice/card.hpp"
#include "platforms/discord/permissions.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::match_voice {
namespace {

using discord::Permission;
using effects::State;

constexpr int move_generations_max = 3;  // somebody who keeps changing channels is left alone after that
// Then the room goes with them in it, which takes them out of voice; who is being moved, and only waits for
// Discord's limits, is given longer.
constexpr Duration people_leave_within = 20s;
constexpr Duration people_leave_latest = 5min;
constexpr Duration moving_within = 90s;    // from an old room into the new one, whose making may be in doubt
constexpr Duration presence_within = 60s;  // how long a closing room waits for the gateway to come back
constexpr Duration look_soon = 1s;

// Discord's answers to a new channel (reference/discord.md §1.9).
constexpr int invalid_form = 50035;  // among others: the category is full, or does not exist any more
constexpr int guild_channels_full = 30013;

constexpr auto for_players = Permission::view_channel | Permission::connect | Permission::speak;
constexpr auto for_spectators = Permission::view_channel | Permission::connect;
constexpr auto for_bot =
    Permission::view_channel | Permission::connect | Permission::move_members | Permission::manage_channels;

// Nothing more will come of it by itself.
bool is_settled(State state) {
  return state == State::confirmed || state == State::expired || state == State::gone ||
         state == State::refused;
}

bool anybody_linked(const Team& team) {
  return std::ranges::any_of(team.roster, [](const Player& player) { return player.user.has_value(); });
}

bool plays_in(const Team& team, UserId user) {
  return std::ranges::any_of(team.roster, [user](const Player& player) { return player.user == user; });
}

bool plays(const MatchView& match, UserId user) {
  return std::ranges::any_of(match.teams, [user](const Team& team) { return plays_in(team, user); });
}

bool anybody_in(const MatchView& match, ChannelId channel) {
  return std::ranges::any_of(match.voice, [&](const auto& entry) {
    return entry.second.channel == channel && entry.first != match.bot;
  });
}

void look_again_after(Plan& plan, Duration after) {
  plan.look_again = std::min(plan.look_again.value_or(after), after);
}

// ---- Rooms.

json::object overwrite(std::uint64_t id, bool member, discord::Permissions allow, discord::Permissions deny) {
  return {{"id", std::to_string(id)},
          {"type", member ? 1 : 0},
          {"allow", std::to_string(allow)},
          {"deny", std::to_string(deny)}};
}

// Hidden from everyone (whose role has the guild's id), open to the linked players, and to the bot itself:
// without its own overwrite it would lose the right to manage what it hid.
json::object channel_document(const MatchView& match, const Team& team, std::optional<ChannelId> parent) {
  json::array overwrites{overwrite(match.settings.guild.value, false, 0, bits(Permission::view_channel)),
                         overwrite(match.bot->value, true, for_bot, 0)};
  if (match.settings.spectator_role) {
    overwrites.push_back(
        overwrite(match.settings.spectator_role->value, false, for_spectators, bits(Permission::speak)));
  }
  std::set<UserId> users;
  for (const auto& player : team.roster) {
    if (player.user && player.user != match.bot) users.insert(*player.user);
  }
  for (const auto user : users) overwrites.push_back(overwrite(user.value, true, for_players, 0));
  json::object document{
      {"name", team.channel ? team.channel->name : channel_name(match.settings, match.match_id, team.name)},
      {"type", static_cast<int>(discord::ChannelType::voice)},
      {"permission_overwrites", std::move(overwrites)}};
  if (parent) document["parent_id"] = parent->text();
  return document;
}

// Where a new room goes. Nothing in the outer optional: wait, its category is being made.
std::optional<std::optional<ChannelId>> choose_parent(const MatchView& match,
                                                      std::optional<ChannelId> not_this, Plan& plan) {
  using Parent = std::optional<ChannelId>;
  if (match.categories.empty()) return Parent{};
  const auto just_planned = [&](ChannelId category) {
    return static_cast<std::size_t>(std::ranges::count_if(plan.channels, [&](const Plan::Channel& channel) {
      const auto team = std::ranges::find(match.teams, channel.faction, &Team::faction);
      return !team->channel && Fields(channel.document).id<ChannelId>("parent_id") == category;
    }));
  };
  for (const auto& category : match.categories) {
    if (category.channel) {
      const auto children = category.children + just_planned(*category.channel);
      if (children < category_children_max && category.channel != not_this) return Parent(category.channel);
    } else if (category.state == State::refused) {
      return Parent{};  // the bot may not make it: better a room in no category than no room
    } else if (category.state && is_open(*category.state)) {
      plan.category = category.number;
      return std::nullopt;
    }
  }
  const int next = match.categories.back().number + 1;
  if (next > categories_max) return Parent{};
  plan.category = next;
  return std::nullopt;
}

// The category of a team's room: the one that it has, unless Discord refused just that.
std::optional<std::optional<ChannelId>> parent_of(const MatchView& match, const Team& team, Plan& plan) {
  if (!team.channel) return choose_parent(match, std::nullopt, plan);
  const auto& room = *team.channel;
  const bool refused = room.state == State::refused && room.refusal_code == invalid_form && room.parent;
  return refused ? choose_parent(match, room.parent, plan) : std::optional(room.parent);
}

// ---- People.

// May this person be moved into their team's room (again), and as which generation? Once they were there,
// they go where they like: only their own wish brings them back, or that they play for the other team now.
std::optional<int> next_way_in(const MatchView& match, const Team& team, UserId user) {
  const auto member = match.members.find(user);
  const int asked = member == match.members.end() ? 0 : member->second.asked;
  const bool same_team = member == match.members.end() || member->second.faction == team.faction;
  const bool arrived = same_team && member != match.members.end() && member->second.arrived;
  const auto known = match.moves_in.find(user);
  if (known == match.moves_in.end()) {
    if (asked > 0) return asked;
    return arrived ? std::nullopt : std::optional(0);
  }
  const auto& last = known->second;
  if (!is_settled(last.state)) return std::nullopt;
  if (asked > last.generation) return asked;
  if (!same_team) return last.generation + 1;
  // Done or refused: once is enough. Expired means that they changed channels just then; gone, that it was
  // taken back before it was done, because for a moment they did not play.
  const bool not_done = last.state == State::expired || last.state == State::gone;
  const bool again = not_done && !arrived && last.generation + 1 < asked + move_generations_max;
  return again ? std::optional(last.generation + 1) : std::nullopt;
}

// May this person be moved out (again)? Several times, if they come back while the room closes.
std::optional<int> next_way_out(const MatchView& match, UserId user) {
  const auto known = match.moves_out.find(user);
  if (known == match.moves_out.end()) return 0;
  if (!is_settled(known->second.state) || known->second.generation + 1 >= move_generations_max)
    return std::nullopt;
  return known->second.generation + 1;
}

// They were asked to come (again), and no move of that was planned yet. Whoever sits in the room then needs
// none: were it left open, it would take them back when they leave.
bool is_asked_still(const MatchView& match, UserId user) {
  const auto member = match.members.find(user);
  const auto known = match.moves_in.find(user);
  return member != match.members.end() &&
         member->second.asked > (known == match.moves_in.end() ? 0 : known->second.generation);
}

bool asked_to_come(const MatchView& match, UserId user) {
  const auto member = match.members.find(user);
  return member != match.members.end() && member->second.asked > 0;
}

bool may_come_from(const MatchView& match, ChannelId channel) {
  return match.settings.move_from == MoveFrom::any || channel == match.settings.lobby ||
         std::ranges::find(match.match_rooms, channel) != match.match_rooms.end() ||
         std::ranges::find(match.left_over, channel, &ChannelView::channel) != match.left_over.end();
}

void plan_moves_in(const MatchView& match, const Team& team, Plan& plan) {
  for (const auto& player : team.roster) {
    if (!player.user || player.user == match.bot) continue;
    const auto voice = match.voice.find(*player.user);
    if (voice == match.voice.end()) continue;
    if (voice->second.channel == *team.channel->channel) {
      const auto member = match.members.find(*player.user);
      if (member == match.members.end() || !member->second.arrived ||
          member->second.faction != team.faction || is_asked_still(match, *player.user))
        plan.arrivals.push_back({*player.user, team.faction});
      continue;
    }
    const bool asked = asked_to_come(match, *player.user);
    const bool wanted = player.moves && !player.elsewhere && may_come_from(match, voice->second.channel) &&
                        (player.proved || !match.settings.moves_need_proof);
    if (!asked && !wanted) continue;
    if (const auto generation = next_way_in(match, team, *player.user)) {
      plan.moves_in.push_back(
          {*player.user, team.faction, voice->second, team.channel->channel, *generation});
    }
  }
}

// Who still waits to be moved into a room that closes, or in which they do not play any more, stays where
// they are.
void forget_moves_in(const MatchView& match, Plan& plan) {
  for (const auto& [user, move] : match.moves_in) {
    const bool pending = move.from && (move.state == State::planned || move.state == State::refused);
    if (!pending) continue;
    // Guests go along from an old room of the match into the new one.
    const bool along =
        std::ranges::find(match.left_over, move.from, &ChannelView::channel) != match.left_over.end();
    if ((!plays(match, user) && !along) || match.phase != Phase::open) plan.unwanted.push_back(move.resource);
  }
}

// Where somebody goes who leaves a room: as the setting says, else to the other place that there is, else out
// of voice.
std::optional<ChannelId> way_out(const MatchView& match, UserId user) {
  const auto exists = [&](ChannelId channel) {
    return std::ranges::find(match.voice_channels, channel) != match.voice_channels.end();
  };
  const auto member = match.members.find(user);
  std::optional<ChannelId> origin;
  if (member != match.members.end() && member->second.origin && exists(*member->second.origin))
    origin = member->second.origin;
  std::optional<ChannelId> lobby;
  if (match.settings.lobby && exists(*match.settings.lobby)) lobby = match.settings.lobby;
  return match.settings.return_to == ReturnTo::lobby ? (lobby ? lobby : origin) : (origin ? origin : lobby);
}

void plan_way_out(const MatchView& match, const std::string& faction, UserId user,
                  const discord::VoiceState& voice, Plan& plan) {
  const auto to = way_out(match, user);
  if (to == voice.channel) return;
  if (const auto generation = next_way_out(match, user))
    plan.moves_out.push_back({user, faction, voice, to, *generation});
}

// Somebody who was moved in for this team and does not play in it any more.
void plan_leavers(const MatchView& match, const Team& team, Plan& plan) {
  for (const auto& [user, voice] : match.voice) {
    if (voice.channel != *team.channel->channel) continue;
    const auto member = match.members.find(user);
    if (member == match.members.end() || member->second.faction != team.faction) continue;
    if (!plays(match, user)) plan_way_out(match, team.faction, user, voice, plan);
  }
}

// ---- What is shown.

void plan_shown(const MatchView& match, const Team& team, Plan& plan) {
  const auto channel = *team.channel->channel;
  if (match.settings.live_status && has(match.own_permissions, Permission::set_voice_channel_status)) {
    if (auto text = status_text(match); !text.empty())
      plan.statuses.push_back({team.faction, channel, std::move(text)});
  }
  const bool anybody_missing =
      std::ranges::any_of(team.roster, [](const Player& player) { return !player.user; });
  if (!match.settings.card_channel && anybody_missing)
    plan.notices.push_back({team.faction, channel, notice_document(match, team)});
}

// ---- The phases.

bool is_due(const MatchView& match) {
  const auto due = due_at(match);
  return due && *due <= match.now;
}

void plan_open(const MatchView& match, Plan& plan) {
  // A room made before we know who we are would shut the bot itself out.
  if (!match.bot) return look_again_after(plan, look_soon);
  const auto due = due_at(match);
  if (!due) return;
  if (*due > match.now) return look_again_after(plan, std::chrono::floor<Duration>(*due - match.now));
  for (const auto& team : match.teams) {
    if (!has_room(match.settings, team)) continue;
    if (!team.channel && !anybody_linked(team)) continue;  // a room that nobody could see
    // What a human deleted stays deleted.
    if (team.channel && !is_open(team.channel->state)) continue;
    const auto parent = parent_of(match, team, plan);
    if (!parent) {
      look_again_after(plan, look_soon);
      continue;
    }
    plan.channels.push_back({team.faction, channel_document(match, team, *parent)});
    if (!team.channel) continue;
    plan.guild_full |=
        team.channel->state == State::refused && team.channel->refusal_code == guild_channels_full;
    if (team.channel->state != State::confirmed || !team.channel->channel) continue;
    plan_shown(match, team, plan);
    if (match.presence_known) {
      plan_moves_in(match, team, plan);
      plan_leavers(match, team, plan);
    } else {
      look_again_after(plan, look_soon);
    }
  }
}

// Somebody in the room whose move out is planned and not settled.
bool anybody_on_the_way(const MatchView& match, ChannelId channel, const Plan& plan) {
  return std::ranges::any_of(match.voice, [&](const auto& seat) {
    const auto known = match.moves_out.find(seat.first);
    const bool planned =
        std::ranges::find(plan.moves_out, seat.first, &Plan::Move::user) != plan.moves_out.end();
    return seat.second.channel == channel &&
           (planned || (known != match.moves_out.end() && !is_settled(known->second.state)));
  });
}

// True when the room is empty, or has waited long enough for people to leave. `waited`: since they should.
bool empty_room(const MatchView& match, const std::string& faction, ChannelId channel, Duration waited,
                Plan& plan) {
  if (!match.presence_known) return waited >= presence_within;
  if (!anybody_in(match, channel)) return true;
  if (waited < Duration{0}) {  // they may still say goodbye
    look_again_after(plan, std::min<Duration>(-waited, presence_within));
    return false;
  }
  if (match.settings.return_to == ReturnTo::nowhere) return true;
  look_again_after(plan, look_soon);
  for (const auto& [user, voice] : match.voice) {
    if (voice.channel != channel || user == match.bot) continue;
    plan_way_out(match, faction, user, voice, plan);
  }
  return waited >= (anybody_on_the_way(match, channel, plan) ? people_leave_latest : people_leave_within);
}

void plan_closing(const MatchView& match, Plan& plan) {
  const auto waited =
      std::chrono::floor<Duration>(match.now - match.closing_since) - Duration(match.settings.grace);
  bool anything_left = false;
  for (const auto& team : match.teams) {
    if (!team.channel || !is_open(team.channel->state)) continue;
    anything_left = true;
    if (!team.channel->wanted) continue;  // on its way out
    if (!team.channel->channel || empty_room(match, team.faction, *team.channel->channel, waited, plan)) {
      plan.unwanted.push_back(team.channel->resource);
    }
  }
  plan.closed = !anything_left && plan.unwanted.empty();
}

// Whoever sits in a room of an earlier episode goes along into the new one, guests too.
bool moved_along(const MatchView& match, const ChannelView& room, Plan& plan) {
  if (!match.presence_known || !anybody_in(match, *room.channel)) return match.presence_known;
  const auto team = std::ranges::find(match.teams, room.faction, &Team::faction);
  if (team == match.teams.end() || !team->channel || team->channel->state != State::confirmed) return false;
  for (const auto& [user, voice] : match.voice) {
    const bool planned = std::ranges::find(plan.moves_in, user, &Plan::Move::user) != plan.moves_in.end();
    if (voice.channel != room.channel || user == match.bot || planned) continue;
    const auto known = match.moves_in.find(user);
    // A guest belongs to no team: nobody may take them for a player who was replaced.
    if (known == match.moves_in.end()) plan.moves_in.push_back({user, "", voice, team->channel->channel, 0});
  }
  return false;
}

// A room of an earlier episode of the match: its people go along into the new one; out, if there is none
// (yet) or the match is over.
bool still_needed(const MatchView& match, const ChannelView& room, Plan& plan) {
  if (!room.channel || match.phase == Phase::closed) return false;
  if (match.phase == Phase::open && is_due(match)) {
    const auto waited = std::chrono::floor<Duration>(match.now - match.opened_since);
    if (waited < moving_within) return !moved_along(match, room, plan);
    return !empty_room(match, room.faction, *room.channel, waited - moving_within, plan);
  }
  const auto since = match.phase == Phase::closing ? match.closing_since : match.opened_since;
  return !empty_room(match, room.faction, *room.channel, std::chrono::floor<Duration>(match.now - since),
                     plan);
}

void plan_left_over(const MatchView& match, Plan& plan) {
  for (const auto& room : match.left_over) {
    if (!is_open(room.state)) continue;
    plan.closed = false;
    if (!room.wanted) continue;
    if (still_needed(match, room, plan))
      look_again_after(plan, look_soon);
    else
      plan.unwanted.push_back(room.resource);
  }
}

}  // namespace

std::string_view name(Stage stage) {
  static constexpr std::string_view names[] = {"waiting", "opening", "open", "degraded", "closing", "closed"};
  return names[static_cast<int>(stage)];
}

std::optional<Time> due_at(const MatchView& match) {
  if (match.teams.empty()) return std::nullopt;
  static_assert(static_cast<int>(OpenOn::ready) == static_cast<int>(Progress::ready));
  if (static_cast<int>(match.reached) < static_cast<int>(match.settings.open_on)) return std::nullopt;
  const bool ahead = match.reached == Progress::created && match.scheduled_at &&
                     *match.scheduled_at - match.opened_since > scheduled_ahead;
  return ahead ? *match.scheduled_at - opens_before : match.opened_since;
}

Stage stage_of(const MatchView& match) {
  if (match.phase == Phase::closed) return Stage::closed;
  if (match.phase == Phase::closing) return Stage::closing;
  if (!is_due(match)) return Stage::waiting;
  bool opening = false;
  bool any = false;
  for (const auto& team : match.teams) {
    if (!has_room(match.settings, team)) continue;
    if (!team.channel && !anybody_linked(team)) continue;
    any = true;
    if (team.channel && (team.channel->state == State::refused || !is_open(team.channel->state)))
      return Stage::degraded;
    opening |= !team.channel || team.channel->state != State::confirmed;
  }
  if (!any) return Stage::waiting;
  return opening ? Stage::opening : Stage::open;
}

bool has_room(const Settings& settings, const Team& team) {
  return settings.teams == Teams::both || team.faction == "faction1";
}

std::string channel_name(const Settings& settings, std::string_view match_id, std::string_view team) {
  const std::string short_id(match_id.substr(0, 8));
  if (settings.teams == Teams::faction1) return discord::sanitize_channel_name("Match " + short_id);
  std::string name = settings.name_template;
  // Two rooms of one match must not have one name.
  if (!name.contains("{team}")) name += " · {team}";
  for (const auto& [field, value] : {std::pair<std::string_view, std::string>{"{match}", short_id},
                                     std::pair<std::string_view, std::string>{"{team}", std::string(team)}}) {
    for (auto at = name.find(field); at != std::string::npos; at = name.find(field, at + value.size()))
      name.replace(at, field.size(), value);
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
  forget_moves_in(match, plan);
  if (match.phase == Phase::closing && !plan.closed) look_again_after(plan, 5s);
  if (match.card_at || (match.settings.card_channel && match.phase != Phase::closed))
    plan.card = card_document(match);
  return plan;
}

}  // namespace matchday::match_voice
