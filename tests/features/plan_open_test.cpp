// What is wanted while a match is live: its rooms, who may enter them, and who is moved. Pure tables over
// plan_match; what becomes of it on Discord is in match_voice_test.cpp.
#include <gmock/gmock.h>

#include "match_view.hpp"

namespace matchday::match_voice {
namespace {

using namespace test;
using effects::State;
using testing::ElementsAre;
using testing::IsEmpty;

// Discord's bits, spelled out again: a slip in the product's table must show here.
constexpr std::uint64_t manage_channels = 1 << 4;
constexpr std::uint64_t view_channel = 1 << 10;
constexpr std::uint64_t connect = 1 << 20;
constexpr std::uint64_t speak = 1 << 21;
constexpr std::uint64_t move_members = 1 << 24;

json::object overwrite(std::uint64_t id, int type, std::uint64_t allow, std::uint64_t deny) {
  return {{"id", std::to_string(id)},
          {"type", type},
          {"allow", std::to_string(allow)},
          {"deny", std::to_string(deny)}};
}

TEST(PlanOpen, by_the_seed_only_faction1_gets_a_room_with_exactly_these_overwrites) {
  const auto plan = plan_match(live_match());
  ASSERT_EQ(plan.channels.size(), 1U);
  EXPECT_EQ(plan.channels[0].faction, "faction1");
  json::array overwrites{overwrite(guild.value, 0, 0, view_channel),
                         overwrite(bot.value, 1, view_channel | connect | move_members | manage_channels, 0)};
  for (int i = 1; i <= 5; ++i)
    overwrites.push_back(overwrite(player(1, i).value, 1, view_channel | connect | speak, 0));
  const json::object expected{{"name", "Match 1-7f3c9e"},
                              {"type", 2},
                              {"permission_overwrites", overwrites},
                              {"parent_id", category.text()}};
  EXPECT_EQ(plan.channels[0].document, expected);
  EXPECT_THAT(plan.unwanted, IsEmpty());
  EXPECT_THAT(plan.moves_in, IsEmpty()) << "there is no room yet to move people into";
  EXPECT_FALSE(plan.closed);
}

TEST(PlanOpen, without_a_category_the_room_has_no_parent) {
  auto match = live_match();
  match.settings.category.reset();
  match.categories.clear();
  EXPECT_FALSE(plan_match(match).channels.at(0).document.contains("parent_id"));
}

TEST(PlanOpen, both_teams_get_rooms_by_the_template) {
  auto match = live_match();
  match.settings.teams = Teams::both;
  const auto plan = plan_match(match);
  ASSERT_EQ(plan.channels.size(), 2U);
  EXPECT_EQ(plan.channels[0].document.at("name"), "Match 1-7f3c9e · Wolves");
  EXPECT_EQ(plan.channels[1].document.at("name"), "Match 1-7f3c9e · Ravens");
  const auto text = to_text(plan.channels[1].document);
  EXPECT_TRUE(text.contains(player(2, 1).text()));
  EXPECT_FALSE(text.contains(player(1, 1).text())) << "the other team has no business in this room";
}

TEST(PlanOpen, a_team_that_nobody_linked_gets_no_room_and_an_unlinked_player_no_overwrite) {
  auto match = live_match();
  match.teams[0] = team(1, "Wolves", 0);
  EXPECT_THAT(plan_match(match).channels, IsEmpty());
  match.teams[0] = team(1, "Wolves", 4);
  const auto plan = plan_match(match);
  ASSERT_EQ(plan.channels.size(), 1U);
  EXPECT_EQ(plan.channels[0].document.at("permission_overwrites").as_array().size(), 6U)
      << "everyone, the bot, four players";
}

TEST(PlanOpen, a_room_that_is_there_stays_when_the_last_player_unlinks) {
  auto match = with_room();
  match.teams[0] = team(1, "Wolves", 0);
  match.teams[0].channel = made();
  const auto plan = plan_match(match);
  ASSERT_EQ(plan.channels.size(), 1U);
  EXPECT_EQ(plan.channels[0].document.at("permission_overwrites").as_array().size(), 2U);
  EXPECT_THAT(plan.unwanted, IsEmpty());
}

TEST(PlanOpen, a_substitution_changes_who_may_enter_and_nothing_else) {
  auto match = with_room();
  match.teams[0].roster[4] = {.faceit_id = "f1-6", .nickname = "nick16", .user = player(1, 6)};
  const auto plan = plan_match(match);
  ASSERT_EQ(plan.channels.size(), 1U);
  const auto text = to_text(plan.channels[0].document);
  EXPECT_TRUE(text.contains(player(1, 6).text()));
  EXPECT_FALSE(text.contains(player(1, 5).text()));
}

TEST(PlanOpen, a_player_who_is_in_the_roster_twice_has_one_overwrite) {
  auto match = live_match();
  match.teams[0].roster[1].user = player(1, 1);
  EXPECT_EQ(plan_match(match).channels.at(0).document.at("permission_overwrites").as_array().size(), 6U);
}

TEST(PlanOpen, the_bot_keeps_its_own_rights_even_if_somebody_linked_its_account) {
  auto match = live_match();
  match.teams[0].roster[0].user = bot;
  const auto overwrites = plan_match(match).channels.at(0).document.at("permission_overwrites").as_array();
  EXPECT_EQ(
      std::ranges::count_if(overwrites, [](const auto& o) { return o.at("id") == json::value(bot.text()); }),
      1);
  EXPECT_EQ(overwrites.at(1),
            overwrite(bot.value, 1, view_channel | connect | move_members | manage_channels, 0));
}

TEST(PlanOpen, the_name_is_fixed_once_the_room_exists) {
  auto match = with_room();
  match.settings.teams = Teams::both;
  match.teams[0].channel->name = "Match 1-7f3c9e · Old name";
  EXPECT_EQ(plan_match(match).channels.at(0).document.at("name"), "Match 1-7f3c9e · Old name");
}

TEST(PlanOpen, before_the_bot_knows_who_it_is_nothing_is_made) {
  auto match = live_match();
  match.bot.reset();
  const auto plan = plan_match(match);
  EXPECT_THAT(plan.channels, IsEmpty());
  EXPECT_TRUE(plan.look_again);
}

TEST(PlanOpen, a_room_that_a_human_deleted_stays_deleted) {
  for (const auto state : {State::gone, State::expired}) {
    auto match = with_room();
    match.teams[0].channel->state = state;
    const auto plan = plan_match(match);
    EXPECT_THAT(plan.channels, IsEmpty());
    EXPECT_THAT(plan.moves_in, IsEmpty());
    EXPECT_FALSE(plan.look_again);
  }
}

// ---- Moving people in.

TEST(PlanMovesIn, everybody_of_the_team_who_sits_in_voice_is_moved_from_where_they_are) {
  auto match = with_room();
  match.voice[player(1, 2)] = sitting(player(1, 2), stage);
  match.voice.erase(player(1, 3));
  const auto plan = plan_match(match);
  EXPECT_THAT(moved(plan.moves_in), ElementsAre(player(1, 1), player(1, 2), player(1, 4), player(1, 5)));
  for (const auto& move : plan.moves_in) {
    EXPECT_EQ(move.to, room);
    EXPECT_EQ(move.generation, 0);
    EXPECT_EQ(move.from.session_id, "session-" + move.user.text());
    EXPECT_EQ(move.from.channel, move.user == player(1, 2) ? stage : lobby);
  }
}

TEST(PlanMovesIn, who_is_moved_depends_on_the_room_and_the_setting) {
  struct Case {
    const char* what;
    std::function<void(MatchView&)> bend;
    std::size_t moved;
  };
  const std::vector<Case> cases{
      {"all from anywhere", [](MatchView&) {}, 5},
      {"only from the lobby, everybody is there",
       [](MatchView& m) { m.settings.move_from = MoveFrom::lobby; }, 5},
      {"only from the lobby, one sits elsewhere",
       [](MatchView& m) {
         m.settings.move_from = MoveFrom::lobby;
         m.voice[player(1, 1)] = sitting(player(1, 1), stage);
       },
       4},
      {"only from a lobby that is not set",
       [](MatchView& m) {
         m.settings.move_from = MoveFrom::lobby;
         m.settings.lobby.reset();
       },
       0},
      {"one is in the room already",
       [](MatchView& m) { m.voice[player(1, 1)] = sitting(player(1, 1), room); }, 4},
      {"the room is still being made", [](MatchView& m) { m.teams[0].channel->state = State::sending; }, 0},
      {"nobody knows whether the room was made",
       [](MatchView& m) { m.teams[0].channel->state = State::unknown; }, 0},
      {"Discord refused the room", [](MatchView& m) { m.teams[0].channel->state = State::refused; }, 0},
      {"nobody is linked any more",
       [](MatchView& m) {
         for (auto& p : m.teams[0].roster) p.user.reset();
       },
       0},
  };
  for (const auto& c : cases) {
    auto match = with_room();
    c.bend(match);
    EXPECT_EQ(plan_match(match).moves_in.size(), c.moved) << c.what;
  }
}

TEST(PlanMovesIn, nobody_is_moved_twice_and_who_slipped_away_is_tried_three_times_at_most) {
  struct Case {
    MoveView before;
    std::optional<int> generation;  // of the move that is wanted now
  };
  const std::vector<Case> cases{
      {{0, State::planned}, std::nullopt},   {{0, State::sending}, std::nullopt},
      {{0, State::confirmed}, std::nullopt}, {{0, State::refused}, std::nullopt},
      {{0, State::unknown}, std::nullopt},   {{0, State::expired}, 1},
      {{1, State::confirmed}, std::nullopt}, {{1, State::expired}, 2},
      {{2, State::expired}, std::nullopt},
  };
  for (const auto& c : cases) {
    auto match = with_room();
    match.moves_in[player(1, 1)] = c.before;
    for (int i = 2; i <= 5; ++i) match.voice.erase(player(1, i));
    const auto plan = plan_match(match);
    const auto what = fmt::format("generation {} {}", c.before.generation, name(c.before.state));
    ASSERT_EQ(plan.moves_in.size(), c.generation ? 1U : 0U) << what;
    if (c.generation) EXPECT_EQ(plan.moves_in[0].generation, *c.generation) << what;
  }
}

TEST(PlanMovesIn, who_comes_late_into_voice_is_moved_then) {
  auto match = with_room();
  match.voice.erase(player(1, 1));
  EXPECT_EQ(plan_match(match).moves_in.size(), 4U);
  match.voice.emplace(player(1, 1), sitting(player(1, 1), stage));
  EXPECT_EQ(plan_match(match).moves_in.size(), 5U);
}

TEST(PlanMovesIn, without_the_gateway_nobody_is_moved_and_it_is_looked_at_again_soon) {
  auto match = with_room();
  match.presence_known = false;
  const auto plan = plan_match(match);
  EXPECT_THAT(plan.moves_in, IsEmpty());
  ASSERT_TRUE(plan.look_again);
  EXPECT_LE(*plan.look_again, 5s);
}

TEST(PlanMovesIn, each_team_is_moved_into_its_own_room) {
  auto match = with_room();
  match.settings.teams = Teams::both;
  match.teams[1].channel = made(second_room, "Match 1-7f3c9e · Ravens");
  for (const auto& move : plan_match(match).moves_in) {
    EXPECT_EQ(move.to, move.user.value < 200 ? room : second_room);
    EXPECT_EQ(move.faction, move.user.value < 200 ? "faction1" : "faction2");
  }
}

// ---- Names.

TEST(ChannelName, is_safe_whatever_a_team_calls_itself) {
  const Settings both{.teams = Teams::both};
  const auto longest = std::string(150, 'x');
  struct Case {
    Settings settings;
    std::string match;
    std::string team;
    std::string expected;
  };
  const std::vector<Case> cases{
      {{}, "1-7f3c9e22-aaaa", "Wolves", "Match 1-7f3c9e"},
      {{}, "abc", "@everyone", "Match abc"},
      {both, "1-7f3c9e22-aaaa", "Wolves", "Match 1-7f3c9e · Wolves"},
      {both, "1-7f3c9e22-aaaa", "@everyone", "Match 1-7f3c9e · everyone"},
      {both, "1-7f3c9e22-aaaa", "**bold** \n line", "Match 1-7f3c9e · **bold** line"},
      {both, "1-7f3c9e22-aaaa", "\u200b\u202e", "Match 1-7f3c9e ·"},
      {both, "1-7f3c9e22-aaaa", "{team}{match}", "Match 1-7f3c9e · {team}{match}"},
      {{.teams = Teams::both, .name_template = "{team} ({match})"},
       "1-7f3c9e22-aaaa",
       "Wolves",
       "Wolves (1-7f3c9e)"},
      {{.teams = Teams::both, .name_template = " @ "}, "1-7f3c9e22-aaaa", "Wolves", "· Wolves"},
      {{.teams = Teams::both, .name_template = "Room {match}"},
       "1-7f3c9e22-aaaa",
       "Wolves",
       "Room 1-7f3c9e · Wolves"},
      {{.teams = Teams::both, .name_template = "{team} {team}"},
       "1-7f3c9e22-aaaa",
       "Wolves",
       "Wolves Wolves"},
  };
  for (const auto& c : cases) EXPECT_EQ(channel_name(c.settings, c.match, c.team), c.expected) << c.team;
  const auto cut = channel_name(both, "1-7f3c9e22-aaaa", longest);
  EXPECT_TRUE(cut.starts_with("Match 1-7f3c9e · xxx") && cut.ends_with("…")) << cut;
  EXPECT_LE(cut.size(), 100U + 3U) << "at most 100 characters, two of them longer than a byte";
}

}  // namespace
}  // namespace matchday::match_voice
