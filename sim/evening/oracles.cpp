// See oracles.hpp.
#include "sim/evening/oracles.hpp"

#include <fmt/format.h>

#include <array>

#include "features/match_voice/plan.hpp"

namespace matchday::sim {
namespace {

using sandbox::discord::Channel;
using sandbox::discord::OverwriteKind;
using Overwrites = std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>>;

// Discord's permission bits (reference/discord.md §1.1).
constexpr std::uint64_t manage_channels = 1 << 4;
constexpr std::uint64_t view = 1 << 10;
constexpr std::uint64_t connect = 1 << 20;
constexpr std::uint64_t speak = 1 << 21;
constexpr std::uint64_t move_members = 1 << 24;

std::string short_id(const sandbox::faceit::Match& match) {
  return match.match_id.substr(0, 8);
}

std::set<UserId> linked_of(const Evening& evening, const sandbox::faceit::Team& team,
                           const std::set<UserId>& linked) {
  std::set<UserId> out;
  for (const auto& player : evening.platforms().demo.players) {
    const bool plays = std::ranges::find(team.roster, player.player_id) != team.roster.end();
    if (plays && linked.contains(player.user)) out.insert(player.user);
  }
  return out;
}

Overwrites overwrites_of(const Channel& room) {
  Overwrites out;
  for (const auto& overwrite : room.overwrites) out[overwrite.id.value] = {overwrite.allow, overwrite.deny};
  return out;
}

Overwrites right_overwrites(const Evening& evening, const std::set<UserId>& people) {
  Overwrites out{{evening.platforms().demo.guild.value, {0, view}},
                 {evening.bot().value, {view | connect | move_members | manage_channels, 0}}};
  for (const auto user : people) out[user.value] = {view | connect | speak, 0};
  return out;
}

std::string people_in(const Overwrites& overwrites) {
  std::string out;
  for (const auto& [id, bits] : overwrites)
    out += fmt::format(" {}(+{:x} -{:x})", id, bits.first, bits.second);
  return out;
}

// Who plays in two live matches belongs to the newer one, and which that is depends on which webhooks came
// when.
bool plays_elsewhere(const Evening& evening, const std::string& player_id, const std::string& match_id) {
  return std::ranges::any_of(evening.platforms().faceit.matches(), [&](const auto& match) {
    return match.match_id != match_id && !sandbox::faceit::is_over(match.status) &&
           std::ranges::any_of(match.teams, [&](const auto& team) {
             return std::ranges::find(team.roster, player_id) != team.roster.end();
           });
  });
}

// What the team's room may be called: a webhook of the seed's shape knows no name of the team.
std::array<std::string, 2> names_of_room(const Evening& evening, const sandbox::faceit::Match& match,
                                         const sandbox::faceit::Team& team) {
  const match_voice::Settings settings{.teams = evening.teams()};
  const auto* const faction = &team == &match.teams.front() ? "faction1" : "faction2";
  return {match_voice::channel_name(settings, match.match_id, team.name),
          match_voice::channel_name(settings, match.match_id, faction)};
}

bool was_moved_into(const Evening& evening, UserId user, ChannelId room) {
  return std::ranges::any_of(evening.platforms().member_moves,
                             [&](const MemberMove& move) { return move.user == user && move.to == room; });
}

}  // namespace

std::string HandsOn::first_name(const Channel& room) const {
  const auto found = renamed.find(room.id);
  return found == renamed.end() ? room.name : found->second.before;
}

std::vector<std::string> check_rooms(const Evening& evening, const std::set<UserId>& linked,
                                     const std::set<UserId>& restless, const HandsOn& hands) {
  std::vector<std::string> wrong;
  auto rooms = evening.rooms();
  const auto& platforms = evening.platforms();
  const auto& voice = platforms.discord.find_guild(platforms.demo.guild)->voice;
  for (const auto& match : platforms.faceit.matches()) {
    if (sandbox::faceit::is_over(match.status)) continue;
    for (const auto& team : match.teams) {
      if (evening.teams() == match_voice::Teams::faction1 && &team != &match.teams.front()) continue;
      const auto people = linked_of(evening, team, linked);
      const auto right = right_overwrites(evening, people);
      const auto found = std::ranges::find_if(rooms, [&](const Channel* room) {
        return hands.first_name(*room).contains(short_id(match)) && overwrites_of(*room) == right;
      });
      if (found == rooms.end()) {
        const bool deleted = std::ranges::any_of(names_of_room(evening, match, team), [&](const auto& name) {
          return hands.deleted.contains(name);
        });
        if (!people.empty() && !deleted)
          wrong.push_back(fmt::format("no right room for {} of live match {}:{}", team.name, short_id(match),
                                      people_in(right)));
        continue;
      }
      for (const auto user : people) {
        const auto seat = voice.find(user);
        const auto player = std::ranges::find(platforms.demo.players, user, &sandbox::DemoPlayer::user);
        const bool owed = seat != voice.end() && !restless.contains(user) &&
                          !plays_elsewhere(evening, player->player_id, match.match_id);
        if (owed && seat->second.channel != (*found)->id && !was_moved_into(evening, user, (*found)->id))
          wrong.push_back(
              fmt::format("{} waits in voice and was never moved into {}", player->name, (*found)->name));
      }
      rooms.erase(found);
    }
  }
  for (const auto* room : rooms)
    wrong.push_back(
        fmt::format("a room that nobody should have: {}:{}", room->name, people_in(overwrites_of(*room))));
  return wrong;
}

std::vector<std::string> check_humans(const Evening& evening, const HandsOn& hands) {
  std::vector<std::string> wrong;
  for (const auto* room : evening.rooms()) {
    const auto name = hands.first_name(*room);
    const bool may_come_back = std::ranges::any_of(
        hands.restarted, [&](const std::string& match) { return name.contains(match.substr(0, 8)); });
    if (hands.deleted.contains(name) && !may_come_back)
      wrong.push_back(fmt::format("{} was deleted by a human and is there again", name));
    const auto renamed = hands.renamed.find(room->id);
    if (renamed != hands.renamed.end() && renamed->second.after != room->name)
      wrong.push_back(
          fmt::format("{} was called {} by a human and is now {}", name, renamed->second.after, room->name));
  }
  return wrong;
}

std::vector<std::string> check_moves(const Evening& evening, const std::set<UserId>& came_back) {
  std::vector<std::string> wrong;
  std::map<std::pair<UserId, ChannelId>, int> known;
  const auto is_meeting_place = [&](ChannelId channel) {
    return std::ranges::find(evening.meeting_places(), channel) != evening.meeting_places().end();
  };
  for (const auto& move : evening.platforms().member_moves) {
    // From room to room somebody goes because they play in another match, or back when that one ends; and of
    // a move without an answer the bot cannot know.
    if (!move.to || is_meeting_place(*move.to) || !is_meeting_place(move.from) || !move.answered) continue;
    if (came_back.contains(move.user)) continue;
    if (++known[{move.user, *move.to}] == 2)
      wrong.push_back(fmt::format("{} was dragged back into {}", move.user.text(), move.to->text()));
  }
  return wrong;
}

std::vector<std::string> check_limits(const Evening& evening) {
  const auto& counters = evening.platforms().discord.counters();
  if (counters.predictable_429s == 0) return {};
  return {fmt::format("{} requests were refused for a limit that was known", counters.predictable_429s)};
}

}  // namespace matchday::sim
