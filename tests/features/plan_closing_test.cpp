// What is wanted when a match ends: people go back where they came from, then the room goes, and nothing of
// ours stays. Pure tables over plan_match.
#include <gmock/gmock.h>

#include "match_view.hpp"

namespace matchday::match_voice {
namespace {

using namespace test;
using effects::State;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr ResourceId room_resource{60};
constexpr ChannelId deleted{77};

TEST(PlanClosing, people_are_sent_back_before_the_room_goes) {
  const auto plan = plan_match(closing_match());
  ASSERT_EQ(plan.moves_out.size(), 5U);
  for (const auto& move : plan.moves_out) {
    EXPECT_EQ(move.to, lobby);
    EXPECT_EQ(move.from.channel, room);
  }
  EXPECT_THAT(plan.unwanted, IsEmpty()) << "the room waits for them to leave";
  EXPECT_THAT(plan.channels, IsEmpty());
  EXPECT_FALSE(plan.closed);
  EXPECT_TRUE(plan.look_again);
}

TEST(PlanClosing, the_way_out_is_the_origin_else_the_lobby_else_out_of_voice) {
  struct Case {
    const char* what;
    std::function<void(MatchView&)> bend;
    std::optional<ChannelId> to;
  };
  const std::vector<Case> cases{
      {"came from another channel", [](MatchView& m) { m.members[player(1, 1)].origin = stage; }, stage},
      {"the origin does not exist any more", [](MatchView& m) { m.members[player(1, 1)].origin = deleted; },
       lobby},
      {"came in by themselves", [](MatchView& m) { m.members.clear(); }, lobby},
      {"no origin, no lobby set",
       [](MatchView& m) {
         m.members.clear();
         m.settings.lobby.reset();
       },
       std::nullopt},
      {"neither origin nor lobby exist",
       [](MatchView& m) {
         m.members[player(1, 1)].origin = deleted;
         m.voice_channels = {room};
       },
       std::nullopt},
  };
  for (const auto& c : cases) {
    auto match = closing_match();
    c.bend(match);
    const auto plan = plan_match(match);
    const auto move = std::ranges::find(plan.moves_out, player(1, 1), &Plan::Move::user);
    ASSERT_NE(move, plan.moves_out.end()) << c.what;
    EXPECT_EQ(move->to, c.to) << c.what;
  }
}

TEST(PlanClosing, guests_are_sent_out_too_but_the_bot_and_people_elsewhere_are_left_alone) {
  auto match = closing_match();
  match.voice.clear();
  const UserId guest{555};
  match.voice.emplace(guest, sitting(guest, room));
  match.voice.emplace(bot, sitting(bot, room));
  match.voice.emplace(player(2, 1), sitting(player(2, 1), lobby));
  EXPECT_THAT(moved(plan_match(match).moves_out), ElementsAre(guest));
}

// Their moves are settled and were tried often enough: nothing more will be done for those who still sit
// there.
void moves_are(MatchView& match, State state) {
  for (const auto& [user, voice] : match.voice) match.moves_out[user] = {.generation = 9, .state = state};
}

TEST(PlanClosing, the_room_is_removed_when_it_is_empty_or_has_waited_long_enough) {
  struct Case {
    const char* what;
    bool occupied;
    bool presence_known;
    Duration since;
    State moves;
    bool removed;
  };
  const std::vector<Case> cases{
      {"people who stay, just ended", true, true, 0s, State::expired, false},
      {"people who stay, 19 s", true, true, 19s, State::expired, false},
      {"people who stay, 20 s", true, true, 20s, State::expired, true},
      {"people who may not be moved, 20 s", true, true, 20s, State::refused, true},
      {"people whose moves wait for Discord's limit, 20 s", true, true, 20s, State::planned, false},
      {"the same, five minutes", true, true, 5min, State::planned, true},
      {"empty", false, true, 0s, State::confirmed, true},
      {"gateway away, just ended", true, false, 0s, State::planned, false},
      {"gateway away, 59 s", true, false, 59s, State::planned, false},
      {"gateway away, 60 s", true, false, 60s, State::planned, true},
  };
  for (const auto& c : cases) {
    auto match = closing_match(c.since);
    match.presence_known = c.presence_known;
    if (!c.occupied) match.voice.clear();
    moves_are(match, c.moves);
    const auto plan = plan_match(match);
    EXPECT_EQ(plan.unwanted, c.removed ? std::vector{room_resource} : std::vector<ResourceId>{}) << c.what;
    if (!c.presence_known) EXPECT_THAT(plan.moves_out, IsEmpty()) << c.what;
    EXPECT_TRUE(plan.look_again) << c.what;
  }
}

TEST(PlanClosing, only_the_bot_in_the_room_means_empty) {
  auto match = closing_match();
  match.voice.clear();
  match.voice.emplace(bot, sitting(bot, room));
  EXPECT_THAT(plan_match(match).unwanted, ElementsAre(room_resource));
}

TEST(PlanClosing, is_over_when_no_room_is_left) {
  struct Case {
    const char* what;
    std::optional<State> state;
    bool wanted;
    bool closed;
    std::size_t unwanted;
  };
  const std::vector<Case> cases{
      {"never had a room", std::nullopt, true, true, 0},
      {"removed", State::gone, false, true, 0},
      {"expired", State::expired, true, true, 0},
      {"being removed", State::removing, false, false, 0},
      {"nobody knows whether it was made", State::unknown, true, false, 1},
      {"planned, not sent", State::planned, true, false, 1},
      {"being sent", State::sending, true, false, 1},
      {"refused", State::refused, true, false, 1},
  };
  for (const auto& c : cases) {
    auto match = closing_match();
    if (c.state) {
      match.teams[0].channel->state = *c.state;
      match.teams[0].channel->wanted = c.wanted;
      match.teams[0].channel->channel.reset();
    } else {
      match.teams[0].channel.reset();
    }
    const auto plan = plan_match(match);
    EXPECT_EQ(plan.closed, c.closed) << c.what;
    EXPECT_EQ(plan.unwanted.size(), c.unwanted) << c.what;
    EXPECT_EQ(plan.look_again.has_value(), !c.closed) << c.what;
  }
}

TEST(PlanClosing, both_rooms_close_each_when_it_is_empty) {
  auto match = closing_match();
  match.settings.teams = Teams::both;
  match.teams[1].channel = made(second_room);
  match.voice.erase(player(2, 1));
  const auto plan = plan_match(match);
  EXPECT_THAT(plan.unwanted, ElementsAre(ResourceId{61}))
      << "the room of faction2 is empty, that of faction1 is not";
  EXPECT_FALSE(plan.closed);
}

TEST(PlanClosing, the_room_of_a_team_that_left_the_roster_is_closed_as_well) {
  auto match = closing_match();
  match.voice.clear();
  match.teams[0].roster.clear();
  EXPECT_THAT(plan_match(match).unwanted, ElementsAre(room_resource));
}

TEST(PlanClosed, wants_nothing_and_does_nothing) {
  auto match = closing_match();
  match.phase = Phase::closed;
  const auto plan = plan_match(match);
  EXPECT_THAT(plan.channels, IsEmpty());
  EXPECT_THAT(plan.moves_in, IsEmpty());
  EXPECT_THAT(plan.moves_out, IsEmpty());
  EXPECT_THAT(plan.unwanted, IsEmpty());
  EXPECT_FALSE(plan.look_again);
}

// ---- Rooms of an earlier episode of a match that was reopened.

TEST(PlanLeftOver, rooms_of_an_earlier_episode_go_once_nobody_sits_in_them) {
  struct Case {
    const char* what;
    std::function<void(MatchView&)> bend;
    bool removed;
    bool look_again;
  };
  const auto occupied = [](MatchView& m) { m.voice[player(1, 1)] = sitting(player(1, 1), room); };
  const std::vector<Case> cases{
      {"empty", [](MatchView&) {}, true, false},
      {"only the bot in it", [](MatchView& m) { m.voice[bot] = sitting(bot, room); }, true, false},
      {"somebody in it", occupied, false, true},
      {"somebody in it for 20 s: the new room may still be in doubt",
       [&](MatchView& m) {
         occupied(m);
         m.opened_since = noon - 20s;
       },
       false, true},
      {"somebody in it for longer than anything takes",
       [&](MatchView& m) {
         occupied(m);
         moves_are(m, State::expired);
         m.opened_since = noon - 111s;
       },
       true, true},
      {"gateway away", [](MatchView& m) { m.presence_known = false; }, false, true},
      {"gateway away for long",
       [](MatchView& m) {
         m.presence_known = false;
         m.opened_since = noon - 151s;
       },
       true, false},
      {"never made", [](MatchView& m) { m.left_over[0].channel.reset(); }, true, false},
      {"the match is closing meanwhile",
       [&](MatchView& m) {
         occupied(m);
         m.phase = Phase::closing;
       },
       false, true},
      {"on its way out already", [](MatchView& m) { m.left_over[0].wanted = false; }, false, false},
      {"gone", [](MatchView& m) { m.left_over[0].state = State::gone; }, false, false},
  };
  for (const auto& c : cases) {
    auto match = live_match();
    match.left_over = {made()};
    c.bend(match);
    const auto plan = plan_match(match);
    EXPECT_EQ(plan.unwanted, c.removed ? std::vector{room_resource} : std::vector<ResourceId>{}) << c.what;
    EXPECT_EQ(plan.look_again.has_value(), c.look_again) << c.what;
  }
}

TEST(PlanLeftOver, everybody_in_an_old_room_goes_along_into_the_new_one_guests_and_opted_out_too) {
  auto match = live_match();
  match.settings.move_from = MoveFrom::lobby;
  match.teams[0].channel = made(second_room);
  match.left_over = {made()};
  match.left_over[0].faction = "faction1";
  const UserId guest{777};
  match.voice.clear();
  for (const auto user : {player(1, 1), player(1, 2), guest}) match.voice[user] = sitting(user, room);
  match.teams[0].roster[1].moves = false;
  const auto plan = plan_match(match);
  EXPECT_EQ(moved(plan.moves_in), (std::vector{player(1, 1), player(1, 2), guest}));
  for (const auto& move : plan.moves_in) EXPECT_EQ(move.to, second_room);
  EXPECT_TRUE(plan.unwanted.empty());
}

TEST(PlanLeftOver, when_the_match_ends_meanwhile_people_are_led_out_of_the_old_room_as_well) {
  auto match = live_match();
  match.phase = Phase::closing;
  match.left_over = {made()};
  match.voice.clear();
  match.voice[player(1, 1)] = sitting(player(1, 1), room);
  const auto plan = plan_match(match);
  EXPECT_EQ(moved(plan.moves_out), std::vector{player(1, 1)});
  EXPECT_TRUE(plan.unwanted.empty());
  EXPECT_FALSE(plan.closed);
}

TEST(PlanLeftOver, a_match_is_not_over_while_an_old_room_is_still_there) {
  auto match = closing_match();
  match.teams[0].channel->state = State::gone;
  match.left_over = {made(second_room)};
  match.left_over[0].wanted = false;
  match.left_over[0].state = State::removing;
  EXPECT_FALSE(plan_match(match).closed);
  match.left_over[0].state = State::gone;
  EXPECT_TRUE(plan_match(match).closed);
}

}  // namespace
}  // namespace matchday::match_voice
