// See why_panel.hpp.
#include "features/match_voice/why_panel.hpp"

#include <fmt/format.h>

#include "features/match_voice/resources.hpp"
#include "features/match_voice/shown_names.hpp"
#include "jobs/queue.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::match_voice {
namespace {

using discord::Permission;
using effects::State;

// Shares of the 6000 characters of one message (reference/discord.md §1.6).
constexpr std::size_t checks_max = 1500;
constexpr std::size_t field_max = 1024;
constexpr std::size_t words_max = 200;  // of one error
constexpr std::size_t nickname_max = 24;
constexpr std::int64_t color = 0x3B82F6;

constexpr auto needed = Permission::view_channel | Permission::manage_channels | Permission::manage_roles |
                        Permission::connect | Permission::speak | Permission::move_members;

Check yes(std::string text) {
  return {Check::State::met, std::move(text)};
}
Check no(std::string text) {
  return {Check::State::failed, std::move(text)};
}
Check not_yet(std::string text) {
  return {Check::State::waiting, std::move(text)};
}

std::string marked(const Check& check) {
  switch (check.state) {
    case Check::State::met:
      return "✅ " + check.text;
    case Check::State::waiting:
      return "⏳ " + check.text;
    case Check::State::failed:
      return "❌ " + check.text;
    case Check::State::neutral:
      return check.text;
  }
  return check.text;
}

std::string_view words_of(OpenOn open_on) {
  switch (open_on) {
    case OpenOn::created:
      return "that it was made";
    case OpenOn::configuring:
      return "that its server is set up";
    case OpenOn::ready:
      return "that it is ready";
  }
  return "";
}

// ---- The match.

Check roster_check(const MatchView& match) {
  std::size_t players = 0;
  for (const auto& team : match.teams) players += team.roster.size();
  if (players == 0) return not_yet("FACEIT has not said who plays");
  return yes(fmt::format("FACEIT has named {} players", players));
}

Check time_check(const MatchView& match) {
  if (match.phase != Phase::open)
    return no(fmt::format("It is over: {}", match.end_reason.empty() ? "closed" : match.end_reason));
  const auto due = due_at(match);
  if (!due) return not_yet(fmt::format("Rooms open when FACEIT says {}", words_of(match.settings.open_on)));
  if (*due > match.now) return not_yet(fmt::format("Rooms open {}", relative(*due)));
  return yes("It is time for its rooms");
}

Check linked_check(const MatchView& match) {
  std::size_t players = 0;
  std::size_t linked = 0;
  std::size_t proved = 0;
  for (const auto& team : match.teams) {
    if (!has_room(match.settings, team)) continue;
    for (const auto& player : team.roster) {
      ++players;
      linked += player.user ? 1 : 0;
      proved += player.user && player.proved ? 1 : 0;
    }
  }
  if (players > 0 && linked == 0)
    return no("Nobody who gets a room has linked their account: use `/register`");
  return (linked == 0 ? not_yet : yes)(
      fmt::format("{} of {} players are linked, {} of them by a login at FACEIT", linked, players, proved));
}

Check permission_check(const MatchView& match) {
  if (!match.presence_known) return no("Discord's events do not reach us now: nobody's place is known");
  const auto missing = discord::missing_names(needed, match.own_permissions);
  if (missing.empty()) return yes("The bot has every permission that it needs in the server");
  return no(
      fmt::format("The bot lacks {}: Server Settings, Roles, the bot's role", fmt::join(missing, ", ")));
}

std::optional<Check> category_check(const MatchView& match) {
  if (!match.settings.category) return yes("Rooms are in no category");
  if (match.phase != Phase::open) return std::nullopt;
  for (const auto& category : match.categories) {
    if (category.channel && category.children < category_children_max)
      return yes(fmt::format("<#{}> has {} of {} channels", category.channel->text(), category.children,
                             category_children_max));
  }
  if (match.categories.empty())
    return no("The category is not there any more: set another one with `/faceit config`");
  return not_yet("Every category is full: another one is made");
}

// ---- Its rooms.

}  // namespace

Check room_check(const Why& why, const Team& team) {
  const auto& match = why.match;
  if (!has_room(match.settings, team)) return {.text = "gets no room (`/faceit config teams:`)"};
  if (!team.channel) return {.text = match.phase == Phase::open ? "not wanted yet" : "had none"};
  const auto& room = *team.channel;
  Check check;
  switch (room.state) {
    case State::planned:
    case State::sending:
      check = not_yet("is being made");
      break;
    case State::unknown:
      check = not_yet("may be there: its answer was lost, and we look for it before anything else");
      break;
    case State::confirmed:
      check = yes(room.channel ? fmt::format("<#{}>", room.channel->text()) : "is there");
      break;
    case State::removing:
      check = not_yet("is being removed");
      break;
    case State::gone:
      check = match.phase == Phase::open ? no("somebody deleted it, and that is respected: press Recreate")
                                         : Check{.text = "is gone"};
      break;
    case State::refused:
      check = no("Discord refuses it");
      break;
    case State::expired:
      check = {.text = "is no longer followed"};
      break;
  }
  if (const auto error = why.errors.find(room.resource); error != why.errors.end())
    check.text += fmt::format("\n  Last error: {}", discord::cut_utf16(error->second, words_max));
  if (const auto next = why.next_tries.find(room.resource); next != why.next_tries.end())
    check.text += fmt::format("\n  Next try {}", relative(next->second));
  return check;
}

namespace {

// ---- What happened.

// "the room of faction1", "the way in of <@12>": owners as resources.cpp writes them.
std::string thing_of(const WhyNote& note) {
  const auto& owner = note.happening.owner;
  const auto last = owner.substr(owner.rfind('/') + 1);
  if (note.purpose == channel_purpose) return "room of " + last;
  if (note.purpose == move_purpose)
    return fmt::format("<@{}> {}", last,
                       owner.contains(fmt::format("/{}/", way_in)) ? "moved in" : "moved back");
  return note.purpose == card_purpose ? "card" : "message";
}

std::string timeline_line(const WhyNote& note) {
  return fmt::format("<t:{}:T> {}", to_ms(note.happening.at) / 1000, happening_words(note));
}

// They pressed Bring me in, and no move has answered that yet.
bool asks_again(const MatchView& match, UserId user) {
  const auto member = match.members.find(user);
  const auto move = match.moves_in.find(user);
  if (member == match.members.end()) return false;
  return member->second.asked > (move == match.moves_in.end() ? 0 : move->second.generation);
}

bool may_come_from(const MatchView& match, ChannelId channel) {
  return match.settings.move_from == MoveFrom::any || channel == match.settings.lobby ||
         std::ranges::find(match.match_rooms, channel) != match.match_rooms.end();
}

json::object field(std::string_view name, const std::vector<std::string>& lines) {
  return {{"name", discord::cut_utf16(name, 256)},
          {"value", lines.empty() ? "–" : join_within(lines, "\n", field_max)}};
}

}  // namespace

std::string happening_words(const WhyNote& note) {
  const auto& detail = note.happening.detail;
  // Documents and ids say nothing to people.
  const bool words = !detail.empty() && !detail.starts_with('{') && !UserId::parse(detail);
  return fmt::format("{}: {}{}", thing_of(note), note.happening.what,
                     words ? " – " + discord::cut_utf16(detail, words_max / 2) : "");
}

std::vector<Check> match_checks(const MatchView& match) {
  std::vector<Check> out{roster_check(match), time_check(match), linked_check(match),
                         permission_check(match)};
  if (auto check = category_check(match)) out.push_back(std::move(*check));
  return out;
}

Check move_check(const MatchView& match, const Team& team, const Player& player) {
  if (!player.user) return no("not linked: `/register`");
  const auto voice = match.voice.find(*player.user);
  const auto room = team.channel ? team.channel->channel : std::nullopt;
  if (room && voice != match.voice.end() && voice->second.channel == *room) return yes("in the room");
  if (match.phase != Phase::open) return {.text = "the match is over"};
  const auto move = match.moves_in.find(*player.user);
  const bool tried = move != match.moves_in.end();
  if (!asks_again(match, *player.user)) {
    const auto member = match.members.find(*player.user);
    if (player.elsewhere) return {.text = "plays in a newer match: that one has them"};
    if (member != match.members.end() && member->second.arrived)
      return {.text = "was in the room and left: from then on they go where they like (Bring me in)"};
    if (!player.moves) return {.text = "asked not to be moved (`/automove`)"};
    if (match.settings.moves_need_proof && !player.proved)
      return no("only claimed their account: `/verify` proves it");
    if (voice != match.voice.end() && !may_come_from(match, voice->second.channel))
      return not_yet("sits elsewhere: people are moved from the lobby only");
  }
  if (!room) return not_yet("waits for the room");
  if (!match.presence_known) return not_yet("nobody's place is known now");
  if (tried && move->second.state == State::refused) return no("Discord refuses the move");
  if (voice == match.voice.end()) return not_yet("waits until they are in voice");
  if (!tried) return not_yet("is moved next");
  if (move->second.state == State::confirmed) return {.text = "was moved, and went elsewhere"};
  if (move->second.state == State::expired) return {.text = "changed channels while being moved"};
  return not_yet("is being moved");
}

Why read_why(store::Transaction& tx, OrganizationId organization, MatchView match) {
  Why why{.match = std::move(match)};
  const auto& id = why.match.match_id;
  for (const auto& room : effects::Ledger::of_subject(tx, organization, channel_purpose, id)) {
    if (room.last_error) why.errors.emplace(room.id, *room.last_error);
    if (const auto next = jobs::next_run(tx, organization, effects::converge_job, room.id.text()))
      why.next_tries.emplace(room.id, *next);
  }
  // Ten moves at once would push the rooms out of sight.
  constexpr std::pair<std::string_view, int> shares[] = {
      {channel_purpose, 4}, {move_purpose, 4}, {card_purpose, 1}, {notice_purpose, 1}};
  for (const auto& [purpose, lines] : shares) {
    for (auto& line : effects::Ledger::timeline(tx, organization, purpose, id, lines))
      why.timeline.push_back({std::string(purpose), std::move(line)});
  }
  std::ranges::sort(why.timeline, std::ranges::greater{},
                    [](const WhyNote& note) { return note.happening.order; });
  return why;
}

json::object why_panel(const Why& why) {
  const auto& match = why.match;
  std::vector<std::string> checks{fmt::format("**{}**", name(stage_of(match)))};
  for (const auto& check : match_checks(match)) checks.push_back(marked(check));
  std::vector<std::string> rooms;
  for (const auto& team : match.teams)
    rooms.push_back(fmt::format("{}: {}", shown_team(team), marked(room_check(why, team))));
  json::array fields{field("Rooms", rooms)};
  for (const auto& team : match.teams) {
    if (!has_room(match.settings, team)) continue;
    std::vector<std::string> players;
    for (const auto& player : team.roster) {
      const auto who = player.user ? fmt::format("<@{}>", player.user->text())
                                   : shown_name(player.nickname, nickname_max, "?");
      players.push_back(fmt::format("{}: {}", who, marked(move_check(match, team, player))));
    }
    fields.push_back(field(shown_team(team), players));
  }
  std::vector<std::string> happened;
  for (const auto& note : why.timeline) happened.push_back(timeline_line(note));
  fields.push_back(field("What happened last", happened));
  return {{"title", discord::cut_utf16(shown_teams(match.teams), 256)},
          {"description", join_within(checks, "\n", checks_max)},
          {"color", color},
          {"fields", std::move(fields)},
          {"footer", {{"text", "Match " + discord::cut_utf16(match.match_id, 128)}}}};
}

}  // namespace matchday::match_voice
