// Who is moved, who is left alone: tables over plan_match. Late join, "Bring me in", opt-out, proof,
// re-queue, substitution, and the goodbye after the end.
#include <gmock/gmock.h>

#include "match_view.hpp"

namespace matchday::match_voice::test {
namespace {

using effects::State;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const auto somebody = player(1, 1);

MatchView alone_in_voice() {
  auto match = with_room();
  match.voice.clear();
  match.voice.emplace(somebody, sitting(somebody, stage));
  return match;
}

TEST(PlanLateJoin, each_reason_to_move_somebody_or_to_leave_them) {
  const struct {
    const char* what;
    void (*change)(MatchView&);
    std::optional<int> generation;  // of the move; nothing: left alone
  } cases[] = {
      {"comes into voice for the first time", [](MatchView&) {}, 0},
      {"was there already and left",
       [](MatchView& m) { m.members[somebody] = {.faction = "faction1", .arrived = true}; }, std::nullopt},
      {"was moved in already", [](MatchView& m) { m.moves_in[somebody] = {0, State::confirmed}; },
       std::nullopt},
      {"slipped away while being moved", [](MatchView& m) { m.moves_in[somebody] = {0, State::expired}; }, 1},
      {"plays again, after the move was taken back",
       [](MatchView& m) { m.moves_in[somebody] = {0, State::gone}; }, 1},
      {"slipped away three times", [](MatchView& m) { m.moves_in[somebody] = {2, State::expired}; },
       std::nullopt},
      {"a move is under way", [](MatchView& m) { m.moves_in[somebody] = {0, State::sending}; }, std::nullopt},
      {"does not want to be moved", [](MatchView& m) { m.teams[0].roster[0].moves = false; }, std::nullopt},
      {"plays in a newer match", [](MatchView& m) { m.teams[0].roster[0].elsewhere = true; }, std::nullopt},
      {"only claims the account where proof is needed",
       [](MatchView& m) { m.settings.moves_need_proof = true; }, std::nullopt},
      {"proved the account where proof is needed",
       [](MatchView& m) {
         m.settings.moves_need_proof = true;
         m.teams[0].roster[0].proved = true;
       },
       0},
      {"is not in the lobby where only the lobby counts",
       [](MatchView& m) { m.settings.move_from = MoveFrom::lobby; }, std::nullopt},
      {"sits in another match's room where only the lobby counts",
       [](MatchView& m) {
         m.settings.move_from = MoveFrom::lobby;
         m.match_rooms = {stage};
       },
       0},
      {"was in the other team's room before they changed sides",
       [](MatchView& m) {
         m.members[somebody] = {.faction = "faction2", .arrived = true};
         m.moves_in[somebody] = {0, State::confirmed};
       },
       1},
      // "Bring me in".
      {"asked, after having left",
       [](MatchView& m) {
         m.members[somebody] = {.faction = "faction1", .arrived = true, .asked = 1};
         m.moves_in[somebody] = {0, State::confirmed};
       },
       1},
      {"asked, and was brought in, and left again",
       [](MatchView& m) {
         m.members[somebody] = {.faction = "faction1", .arrived = true, .asked = 1};
         m.moves_in[somebody] = {1, State::confirmed};
       },
       std::nullopt},
      {"asked, though opted out, unproved, elsewhere and not in the lobby",
       [](MatchView& m) {
         m.members[somebody] = {.faction = "faction1", .asked = 1};
         m.teams[0].roster[0].moves = false;
         m.teams[0].roster[0].elsewhere = true;
         m.settings.moves_need_proof = true;
         m.settings.move_from = MoveFrom::lobby;
       },
       1},
      {"asked while a move is under way",
       [](MatchView& m) {
         m.members[somebody] = {.faction = "faction1", .asked = 1};
         m.moves_in[somebody] = {0, State::planned};
       },
       std::nullopt},
  };
  for (const auto& c : cases) {
    auto match = alone_in_voice();
    c.change(match);
    const auto plan = plan_match(match);
    std::optional<int> generation;
    if (!plan.moves_in.empty()) generation = plan.moves_in.front().generation;
    EXPECT_EQ(generation, c.generation) << c.what;
    EXPECT_LE(plan.moves_in.size(), 1U) << c.what;
  }
}

TEST(PlanLateJoin, who_came_by_themselves_has_arrived_and_is_not_told_twice) {
  auto match = alone_in_voice();
  match.voice[somebody] = sitting(somebody, room);
  auto plan = plan_match(match);
  EXPECT_THAT(plan.moves_in, IsEmpty());
  ASSERT_THAT(plan.arrivals, SizeIs(1));
  EXPECT_EQ(plan.arrivals[0].user, somebody);
  match.members[somebody] = {.faction = "faction1", .arrived = true};
  EXPECT_THAT(plan_match(match).arrivals, IsEmpty());
}

TEST(PlanLateJoin, who_is_asked_for_while_they_sit_in_the_room_has_arrived_and_is_not_taken_back_later) {
  auto match = alone_in_voice();
  const auto outside = match.voice.at(somebody);
  match.voice[somebody] = sitting(somebody, room);
  match.members[somebody] = {.faction = "faction1", .arrived = true, .asked = 1};
  ASSERT_THAT(plan_match(match).arrivals, SizeIs(1)) << "that fulfils it";
  match.members[somebody].asked = 0;  // what is stored then
  EXPECT_THAT(plan_match(match).arrivals, IsEmpty());
  match.voice[somebody] = outside;
  EXPECT_THAT(plan_match(match).moves_in, IsEmpty());
}

TEST(PlanLateJoin, who_waits_to_be_moved_and_has_lost_the_reason_is_forgotten) {
  constexpr ResourceId pending{4711};
  const UserId guest{777};
  const struct {
    const char* what;
    UserId user;
    void (*change)(MatchView&);
    bool forgotten;
  } cases[] = {
      {"plays", somebody, [](MatchView&) {}, false},
      {"is refused and plays", somebody, [](MatchView& m) { m.moves_in[somebody].state = State::refused; },
       false},
      {"was replaced", somebody, [](MatchView& m) { m.teams[0].roster[0].user.reset(); }, true},
      {"plays, and the match is over", somebody, [](MatchView& m) { m.phase = Phase::closing; }, true},
      {"was replaced, and moved already", somebody,
       [](MatchView& m) {
         m.teams[0].roster[0].user.reset();
         m.moves_in[somebody].state = State::confirmed;
       },
       false},
      {"was replaced, and nobody wants the move any more", somebody,
       [](MatchView& m) {
         m.teams[0].roster[0].user.reset();
         m.moves_in[somebody].from.reset();
       },
       false},
      {"a guest", guest, [](MatchView&) {}, true},
      {"a guest who goes along from an old room", guest,
       [](MatchView& m) { m.left_over = {made(stage, "old")}; }, false},
  };
  for (const auto& c : cases) {
    auto match = alone_in_voice();
    match.moves_in[c.user] = {.generation = 0, .state = State::planned, .resource = pending, .from = stage};
    c.change(match);
    const auto unwanted = plan_match(match).unwanted;
    EXPECT_EQ(std::ranges::find(unwanted, pending) != unwanted.end(), c.forgotten) << c.what;
  }
}

TEST(PlanSubstitution, who_is_replaced_leaves_the_room_and_guests_stay) {
  auto match = with_room();
  const UserId guest{777};
  match.voice[somebody] = sitting(somebody, room);
  match.voice[guest] = sitting(guest, room);
  match.members[somebody] = {.faction = "faction1", .origin = stage, .arrived = true};
  match.teams[0].roster[0] = {.faceit_id = "f1-6", .nickname = "nick16", .user = player(1, 6)};
  const auto plan = plan_match(match);
  ASSERT_THAT(moved(plan.moves_out), ElementsAre(somebody));
  EXPECT_EQ(plan.moves_out[0].to, stage) << "back to where they came from";
}

TEST(PlanSubstitution, who_changed_sides_goes_to_the_other_room_and_not_out) {
  auto match = with_room();
  match.settings.teams = Teams::both;
  match.teams[1].channel = made(second_room, "other");
  match.voice_channels.push_back(second_room);
  match.voice.clear();
  match.voice[somebody] = sitting(somebody, room);
  match.members[somebody] = {.faction = "faction1", .origin = lobby};
  std::swap(match.teams[0].roster[0], match.teams[1].roster[0]);
  const auto plan = plan_match(match);
  EXPECT_THAT(plan.moves_out, IsEmpty());
  ASSERT_THAT(moved(plan.moves_in), ElementsAre(somebody));
  EXPECT_EQ(plan.moves_in[0].to, second_room);
}

TEST(PlanGoodbye, people_stay_for_the_grace_period_and_an_empty_room_does_not_wait) {
  auto match = closing_match(10s);
  match.settings.grace = std::chrono::seconds(60);
  auto plan = plan_match(match);
  EXPECT_THAT(plan.unwanted, IsEmpty());
  EXPECT_THAT(plan.moves_out, IsEmpty());
  EXPECT_TRUE(plan.look_again);
  match.voice.clear();
  EXPECT_THAT(plan_match(match).unwanted, SizeIs(1)) << "nobody is there to say goodbye to";
  match = closing_match(61s);
  match.settings.grace = std::chrono::seconds(60);
  plan = plan_match(match);
  EXPECT_THAT(plan.moves_out, SizeIs(5)) << "now they go";
  EXPECT_THAT(plan.unwanted, IsEmpty());
  match = closing_match(81s);
  match.settings.grace = std::chrono::seconds(60);
  for (const auto& [user, voice] : match.voice)
    match.moves_out[user] = {.generation = 9, .state = State::expired};
  EXPECT_THAT(plan_match(match).unwanted, SizeIs(1)) << "and the room with whoever is left";
}

TEST(PlanGoodbye, where_people_go_is_the_organizers_choice) {
  const struct {
    ReturnTo setting;
    std::optional<ChannelId> to;
    std::size_t moves;
  } cases[] = {{ReturnTo::origin, stage, 5}, {ReturnTo::lobby, lobby, 5}, {ReturnTo::nowhere, {}, 0}};
  for (const auto& c : cases) {
    auto match = closing_match();
    for (auto& [user, member] : match.members) member.origin = stage;
    match.settings.return_to = c.setting;
    const auto plan = plan_match(match);
    EXPECT_THAT(plan.moves_out, SizeIs(c.moves));
    if (c.moves > 0) {
      EXPECT_EQ(plan.moves_out[0].to, c.to);
    } else {
      EXPECT_THAT(plan.unwanted, SizeIs(1)) << "the room's end takes them out";
    }
  }
}

TEST(PlanGoodbye, who_does_not_want_to_be_moved_in_is_still_led_out_of_a_room_that_goes) {
  auto match = closing_match();
  match.teams[0].roster[0].moves = false;
  EXPECT_THAT(plan_match(match).moves_out, SizeIs(5));
}

TEST(PlanGoodbye, who_comes_back_into_a_closing_room_is_sent_out_again_three_times_at_most) {
  auto match = closing_match();
  match.voice.clear();
  match.voice[somebody] = sitting(somebody, room);
  for (int done = 0; done < 3; ++done) {
    match.moves_out[somebody] = {done, State::confirmed};
    EXPECT_EQ(plan_match(match).moves_out.size(), done < 2 ? 1U : 0U) << done;
  }
}

}  // namespace
}  // namespace matchday::match_voice::test
