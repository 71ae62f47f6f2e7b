// When rooms are made, and where: tables over plan_match. Schedules, the setting `open_on`, full and deleted
// categories, refusals, and the stage that people read.
#include <gmock/gmock.h>

#include "match_view.hpp"

namespace matchday::match_voice::test {
namespace {

using effects::State;
using testing::IsEmpty;
using testing::SizeIs;

constexpr ChannelId overflow{41};

TEST(PlanDue, each_setting_and_schedule) {
  using std::chrono::minutes;
  const struct {
    const char* what;
    void (*change)(MatchView&);
    bool rooms;
    std::optional<Duration> look_again;
  } cases[] = {
      {"just created", [](MatchView&) {}, true, {}},
      {"created, but rooms open at configuring",
       [](MatchView& m) { m.settings.open_on = OpenOn::configuring; },
       false,
       {}},
      {"configuring, and rooms open at configuring",
       [](MatchView& m) {
         m.settings.open_on = OpenOn::configuring;
         m.reached = Progress::configuring;
       },
       true,
       {}},
      {"live, though rooms open at ready: that was missed",
       [](MatchView& m) {
         m.settings.open_on = OpenOn::ready;
         m.reached = Progress::live;
       },
       true,
       {}},
      {"vector 23: scheduled in three days",
       [](MatchView& m) { m.scheduled_at = noon + std::chrono::days(3); }, false,
       std::chrono::days(3) - minutes(15)},
      {"scheduled in twenty minutes", [](MatchView& m) { m.scheduled_at = noon + minutes(20); }, true, {}},
      {"scheduled in twenty-one minutes", [](MatchView& m) { m.scheduled_at = noon + minutes(21); }, false,
       minutes(6)},
      {"scheduled for later, and already configuring",
       [](MatchView& m) {
         m.scheduled_at = noon + std::chrono::days(3);
         m.reached = Progress::configuring;
       },
       true,
       {}},
      {"fifteen minutes before its time",
       [](MatchView& m) {
         m.opened_since = noon - std::chrono::days(2);
         m.scheduled_at = noon + minutes(15);
       },
       true,
       {}},
      {"without a roster", [](MatchView& m) { m.teams.clear(); }, false, {}},
  };
  for (const auto& c : cases) {
    auto match = live_match();
    c.change(match);
    const auto plan = plan_match(match);
    EXPECT_EQ(!plan.channels.empty(), c.rooms) << c.what;
    EXPECT_EQ(plan.look_again, c.look_again) << c.what;
    if (!c.rooms) {
      EXPECT_EQ(stage_of(match), Stage::waiting) << c.what;
    }
  }
}

TEST(PlanCategory, each_place_for_a_new_room) {
  const struct {
    const char* what;
    std::vector<Category> categories;
    std::optional<ChannelId> parent;  // of the room
    std::optional<int> made;          // the category that is wanted
  } cases[] = {
      {"no category is chosen", {}, {}, {}},
      {"there is room", {{.number = 1, .channel = category, .children = 49}}, category, {}},
      {"vector 19: the category is full", {{.number = 1, .channel = category, .children = 50}}, {}, 2},
      {"the overflow category is being made",
       {{.number = 1, .channel = category, .children = 50}, {.number = 2, .state = State::sending}},
       {},
       2},
      {"the overflow category is there",
       {{.number = 1, .channel = category, .children = 50},
        {.number = 2, .channel = overflow, .children = 7, .state = State::confirmed}},
       overflow,
       {}},
      {"the first one has room again",
       {{.number = 1, .channel = category, .children = 3},
        {.number = 2, .channel = overflow, .children = 7, .state = State::confirmed}},
       category,
       {}},
      {"both are full",
       {{.number = 1, .channel = category, .children = 50},
        {.number = 2, .channel = overflow, .children = 50, .state = State::confirmed}},
       {},
       3},
      {"a human deleted the overflow category",
       {{.number = 1, .channel = category, .children = 50}, {.number = 2, .state = State::gone}},
       {},
       3},
  };
  for (const auto& c : cases) {
    auto match = live_match();
    match.categories = c.categories;
    const auto plan = plan_match(match);
    EXPECT_EQ(plan.category, c.made) << c.what;
    if (c.made) {
      EXPECT_THAT(plan.channels, IsEmpty()) << c.what;
      EXPECT_TRUE(plan.look_again) << c.what;
      continue;
    }
    ASSERT_THAT(plan.channels, SizeIs(1)) << c.what;
    EXPECT_EQ(Fields(plan.channels[0].document).id<ChannelId>("parent_id"), c.parent) << c.what;
  }
}

TEST(PlanCategory, without_the_right_to_make_a_category_rooms_are_made_in_none) {
  auto match = live_match();
  match.categories = {{.number = 1, .channel = category, .children = 50},
                      {.number = 2, .state = State::refused}};
  const auto plan = plan_match(match);
  ASSERT_THAT(plan.channels, SizeIs(1));
  EXPECT_FALSE(plan.channels[0].document.contains("parent_id"));
}

TEST(PlanCategory, two_rooms_of_one_match_do_not_share_the_last_place) {
  auto match = live_match();
  match.settings.teams = Teams::both;
  match.categories = {{.number = 1, .channel = category, .children = 49}};
  const auto plan = plan_match(match);
  EXPECT_THAT(plan.channels, SizeIs(1));
  EXPECT_EQ(plan.category, 2);
}

TEST(PlanCategory, a_room_that_discord_refuses_for_its_category_goes_elsewhere) {
  auto match = with_room();
  match.teams[0].channel->state = State::refused;
  match.teams[0].channel->channel.reset();
  match.teams[0].channel->refusal_code = 50035;
  match.categories = {{.number = 1, .channel = category, .children = 3},
                      {.number = 2, .channel = overflow, .state = State::confirmed}};
  EXPECT_EQ(Fields(plan_match(match).channels.at(0).document).id<ChannelId>("parent_id"), overflow);
  match.teams[0].channel->refusal_code = 50013;
  EXPECT_EQ(Fields(plan_match(match).channels.at(0).document).id<ChannelId>("parent_id"), category)
      << "another refusal is no reason to move it";
}

TEST(PlanCategory, a_room_that_is_there_stays_where_it_is) {
  auto match = with_room();
  match.categories = {{.number = 1, .channel = overflow, .children = 50}};
  const auto plan = plan_match(match);
  EXPECT_EQ(Fields(plan.channels.at(0).document).id<ChannelId>("parent_id"), category);
  EXPECT_FALSE(plan.category);
}

TEST(PlanRooms, spectators_may_listen_and_not_speak) {
  auto match = live_match();
  match.settings.spectator_role = RoleId{88};
  const auto overwrites = plan_match(match).channels.at(0).document.at("permission_overwrites").as_array();
  const json::object expected{{"id", "88"}, {"type", 0}, {"allow", "1049600"}, {"deny", "2097152"}};
  EXPECT_THAT(overwrites, testing::Contains(json::value(expected)));
}

TEST(PlanRooms, a_full_guild_is_said) {
  auto match = with_room();
  match.teams[0].channel->state = State::refused;
  match.teams[0].channel->refusal_code = 30013;
  EXPECT_TRUE(plan_match(match).guild_full);
  EXPECT_EQ(stage_of(match), Stage::degraded);
}

TEST(PlanStage, follows_from_the_rooms) {
  auto match = live_match();
  EXPECT_EQ(stage_of(match), Stage::opening);
  match.teams[0].channel = made();
  EXPECT_EQ(stage_of(match), Stage::open);
  match.settings.teams = Teams::both;
  EXPECT_EQ(stage_of(match), Stage::opening) << "the other room is missing";
  match.teams[1] = team(2, "Ravens", 0);
  EXPECT_EQ(stage_of(match), Stage::open) << "a team that nobody linked needs none";
  match.teams[0].channel->state = State::gone;
  EXPECT_EQ(stage_of(match), Stage::degraded) << "a human deleted it";
  match.teams[0] = team(1, "Wolves", 0);
  EXPECT_EQ(stage_of(match), Stage::waiting) << "for somebody who is linked";
  match.phase = Phase::closing;
  EXPECT_EQ(stage_of(match), Stage::closing);
}

TEST(PlanShown, the_score_stands_under_the_room_where_the_bot_may_write_it) {
  auto match = with_room();
  match.facts.status = faceit::MatchStatus::ongoing;
  match.facts.map = "Mirage";
  match.facts.score = faceit::Score{7, 5};
  EXPECT_THAT(plan_match(match).statuses, IsEmpty()) << "without the right nobody is asked";
  match.own_permissions = bits(discord::Permission::set_voice_channel_status);
  const auto plan = plan_match(match);
  ASSERT_THAT(plan.statuses, SizeIs(1));
  EXPECT_EQ(plan.statuses[0].channel, room);
  EXPECT_TRUE(plan.statuses[0].text.contains("7") && plan.statuses[0].text.contains("Mirage"));
  match.settings.live_status = false;
  EXPECT_THAT(plan_match(match).statuses, IsEmpty());
}

TEST(PlanShown, who_is_not_linked_is_told_of_on_the_card_else_in_the_room) {
  auto match = with_room();
  EXPECT_THAT(plan_match(match).notices, IsEmpty()) << "everybody is linked";
  match.teams[0].roster[4].user.reset();
  auto plan = plan_match(match);
  ASSERT_THAT(plan.notices, SizeIs(1));
  EXPECT_EQ(plan.notices[0].channel, room);
  EXPECT_FALSE(plan.card);
  match.settings.card_channel = ChannelId{70};
  plan = plan_match(match);
  EXPECT_THAT(plan.notices, IsEmpty());
  ASSERT_TRUE(plan.card);
  EXPECT_TRUE(to_text(*plan.card).contains("nick15"));
}

TEST(PlanShown, a_match_that_was_over_before_we_heard_of_it_gets_no_card) {
  auto match = live_match();
  match.settings.card_channel = ChannelId{70};
  match.phase = Phase::closed;
  EXPECT_FALSE(plan_match(match).card);
  match.card_at = ChannelId{70};
  EXPECT_TRUE(plan_match(match).card) << "the final score belongs on a card that is there";
}

}  // namespace
}  // namespace matchday::match_voice::test
