// One match as plan_match sees it, ready to be bent by a test: two teams of five, all of faction1 linked,
// everybody in the lobby, the gateway connected. Nothing here touches a database.
#pragma once
#include "features/match_voice/plan.hpp"

namespace matchday::match_voice::test {

constexpr GuildId guild{10};
constexpr UserId bot{900};
constexpr ChannelId category{40};
constexpr ChannelId lobby{50};
constexpr ChannelId stage{51};
constexpr ChannelId room{60};
constexpr ChannelId second_room{61};
constexpr Time noon = from_ms(1'800'000'000'000);

inline UserId player(int team, int number) {
  return UserId{static_cast<std::uint64_t>(team * 100 + number)};
}

inline discord::VoiceState sitting(UserId user, ChannelId channel) {
  return {user, channel, "session-" + user.text()};
}

inline Team team(int number, std::string name, int linked) {
  Team out{.faction = fmt::format("faction{}", number), .name = std::move(name)};
  for (int i = 1; i <= 5; ++i) {
    out.roster.push_back({.faceit_id = fmt::format("f{}-{}", number, i),
                          .nickname = fmt::format("nick{}{}", number, i),
                          .user = i <= linked ? std::optional(player(number, i)) : std::nullopt});
  }
  return out;
}

inline MatchView live_match() {
  MatchView match{.match_id = "1-7f3c9e22-aaaa",
                  .settings = {.guild = guild, .category = category, .lobby = lobby},
                  .teams = {team(1, "Wolves", 5), team(2, "Ravens", 5)},
                  .categories = {{.number = 1, .channel = category}},
                  .bot = bot,
                  .presence_known = true,
                  .voice_channels = {lobby, stage},
                  .now = noon,
                  .opened_since = noon,
                  .closing_since = noon};
  for (int number : {1, 2}) {
    for (int i = 1; i <= 5; ++i) match.voice.emplace(player(number, i), sitting(player(number, i), lobby));
  }
  return match;
}

inline ChannelView made(ChannelId channel = room, std::string name = "Match 1-7f3c9e") {
  return {.resource = ResourceId{static_cast<std::int64_t>(channel.value)},
          .state = effects::State::confirmed,
          .name = std::move(name),
          .parent = category,
          .channel = channel};
}

// The same match once faction1's room is there.
inline MatchView with_room() {
  auto match = live_match();
  match.teams[0].channel = made();
  match.voice_channels.push_back(room);
  return match;
}

// ... and once it is over, with the whole of faction1 still in the room, where they came from the lobby.
inline MatchView closing_match(Duration since = 0s) {
  auto match = with_room();
  match.phase = Phase::closing;
  match.closing_since = noon - since;
  for (int i = 1; i <= 5; ++i) {
    match.voice[player(1, i)] = sitting(player(1, i), room);
    match.members[player(1, i)] = {.faction = "faction1", .origin = lobby, .arrived = true};
  }
  return match;
}

inline std::vector<UserId> moved(const std::vector<Plan::Move>& moves) {
  std::vector<UserId> out;
  for (const auto& move : moves) out.push_back(move.user);
  return out;
}

}  // namespace matchday::match_voice::test
