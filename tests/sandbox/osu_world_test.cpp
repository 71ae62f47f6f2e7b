// What becomes of the players of simulated osu!: pp and ranks, overtaking, inactivity, names, restrictions,
// reworks, and that one seed always plays the same.
#include <gmock/gmock.h>

#include "tests/sandbox/osu_fixture.hpp"

namespace matchday::sandbox::osu {
namespace {

class OsuLife : public OsuWorld {};

TEST(OsuLadder, more_pp_is_never_a_worse_rank) {
  const Ladder ladder;
  std::int64_t last = ladder.rank_of(0);
  EXPECT_GT(last, 1'000'000);
  for (int pp = 1; pp < 40'000; pp += 7) {
    const auto rank = ladder.rank_of(static_cast<double>(pp));
    EXPECT_LE(rank, last) << pp;
    last = rank;
  }
  EXPECT_EQ(last, 1);
}

TEST_F(OsuLife, a_play_gives_pp_a_better_rank_a_score_and_a_fresh_visit) {
  const auto before = user(3);
  now += 5h;
  ASSERT_TRUE(world->gain_pp(3, 250, now));
  const auto after = user(3);
  EXPECT_EQ(after.at("statistics").at("pp"), 4'750);
  EXPECT_LT(after.at("statistics").at("global_rank").as_int64(),
            before.at("statistics").at("global_rank").as_int64());
  EXPECT_GT(after.at("statistics").at("play_count").as_int64(),
            before.at("statistics").at("play_count").as_int64());
  EXPECT_GT(after.at("statistics").at("play_time").as_int64(),
            before.at("statistics").at("play_time").as_int64());
  EXPECT_EQ(after.at("is_online"), true);
  const auto newest = std::ranges::max(world->find_player(3)->best, {}, &Play::id);
  EXPECT_EQ(newest.ended_at, now);
  EXPECT_EQ(world->gain_pp(3, 0, now).error().kind, ErrorKind::invalid);
  EXPECT_EQ(world->gain_pp(99, 10, now).error().kind, ErrorKind::not_found);
}

TEST_F(OsuLife, a_first_play_makes_somebody_ranked) {
  EXPECT_FALSE(rank(4));
  ASSERT_TRUE(world->gain_pp(4, 120, now));
  EXPECT_GT(*rank(4), 1'000'000);
}

TEST_F(OsuLife, whoever_does_nothing_is_overtaken_by_others) {
  const auto before = *rank(3);
  world->others_gain(100);
  EXPECT_GT(*rank(3), before);
  EXPECT_EQ(user(3).at("statistics").at("pp"), 4'500);
}

TEST_F(OsuLife, two_players_never_share_a_rank) {
  world->add_player({.id = 5, .username = "twin one", .pp = 4'500}, now);
  world->add_player({.id = 6, .username = "twin two", .pp = 4'500.001}, now);
  EXPECT_THAT((std::set{*rank(3), *rank(5), *rank(6)}).size(), 3U);
  EXPECT_LT(*rank(6), *rank(3));
}

TEST_F(OsuLife, who_stays_away_loses_the_rank_and_the_pp_that_are_shown_and_gets_them_back) {
  now += 91 * 24h;
  token = client_token();
  EXPECT_TRUE(user(1).at("statistics").at("global_rank").is_null());
  EXPECT_EQ(user(1).at("statistics").at("pp"), 0);
  EXPECT_EQ(user(1).at("is_active"), false);
  world->options().inactive_pp_is_zero = false;
  EXPECT_EQ(user(1).at("statistics").at("pp"), 13'000);
  ASSERT_TRUE(world->set_inactive(1, false, now));
  EXPECT_TRUE(rank(1));
  ASSERT_TRUE(world->set_inactive(1, true, now));
  EXPECT_FALSE(rank(1));
  ASSERT_TRUE(world->gain_pp(1, 5, now));
  EXPECT_EQ(user(1).at("statistics").at("pp"), 13'005);
}

TEST_F(OsuLife, names_change_and_nobody_takes_anothers) {
  ASSERT_TRUE(world->rename(1, "Falcon"));
  EXPECT_EQ(user(1).at("username"), "Falcon");
  EXPECT_EQ(user(1).at("previous_usernames").at(0), "Kestrel");
  EXPECT_EQ(world->rename(2, "FALCON").error().kind, ErrorKind::conflict);
  for (const auto* name : {"", "ab", "sixteen letters!", "<script>", "a name too long"})
    EXPECT_EQ(world->rename(2, name).has_value(), std::string_view(name) == "a name too long") << name;
}

TEST_F(OsuLife, a_rework_changes_everybody_at_once_without_a_play) {
  const auto plays = world->find_player(1)->play_count;
  const auto ranks = std::pair(*rank(1), *rank(3));
  ASSERT_TRUE(world->rework(0.9));
  for (const auto& [id, pp] : {std::pair{1, 13'000.0}, {2, 8'000.0}, {3, 4'500.0}}) {
    EXPECT_NEAR(world->find_player(id)->pp, pp * 0.9, pp * 0.04) << id;
    EXPECT_NE(world->find_player(id)->pp, pp);
  }
  EXPECT_EQ(world->find_player(1)->play_count, plays);
  EXPECT_NEAR(static_cast<double>(*rank(1)), static_cast<double>(ranks.first),
              static_cast<double>(ranks.first));
  EXPECT_NEAR(static_cast<double>(*rank(3)), static_cast<double>(ranks.second),
              static_cast<double>(ranks.second));
  EXPECT_EQ(world->rework(3).error().kind, ErrorKind::invalid);
}

TEST_F(OsuLife, pp_can_go_down_and_not_below_nothing) {
  ASSERT_TRUE(world->lose_pp(2, 300));
  EXPECT_EQ(user(2).at("statistics").at("pp"), 7'700);
  EXPECT_EQ(world->lose_pp(2, 7'700).error().kind, ErrorKind::invalid);
  EXPECT_EQ(world->lose_pp(4, 1).error().kind, ErrorKind::invalid);
}

TEST_F(OsuLife, a_score_can_be_there_before_it_counts) {
  rebuild({.pp_lag = 30s});
  ASSERT_TRUE(world->gain_pp(3, 100, now));
  EXPECT_EQ(user(3).at("statistics").at("pp"), 4'500);
  EXPECT_EQ(world->next_tick(), now + 30s);
  now += 30s;
  EXPECT_EQ(user(3).at("statistics").at("pp"), 4'600);
}

TEST_F(OsuLife, each_day_adds_a_rank_to_the_history_of_ninety) {
  world->options().others_gain_per_day = 20;
  now += 3 * 24h;
  token = client_token();
  const auto days = user(3).at("rank_history").at("data").as_array();
  ASSERT_EQ(days.size(), 90U);
  EXPECT_GT(days[89].as_int64(), days[87].as_int64());
  EXPECT_EQ(world->find_player(4)->rank_history.back(), 0);
}

TEST_F(OsuLife, one_seed_plays_the_same_season_twice_and_another_one_another) {
  const auto season = [](std::uint64_t seed) {
    World one({.play_every = 10min, .others_gain_per_day = 3}, Random(seed));
    Time at = start;
    for (int i = 1; i <= 8; ++i) one.add_player({.username = "p" + std::to_string(i), .pp = 900.0 * i}, at);
    one.tick(at);
    const Time end = at + 5 * 24h;
    while (one.next_tick() && *one.next_tick() <= end) {
      at = *one.next_tick();
      one.tick(at);
    }
    return to_text(one.snapshot(end));
  };
  EXPECT_EQ(season(3), season(3));
  EXPECT_NE(season(3), season(4));
}

TEST_F(OsuLife, the_snapshot_tells_states_and_no_secret) {
  ASSERT_TRUE(world->set_restricted(1, true));
  ASSERT_TRUE(world->set_inactive(2, true, now));
  const auto snapshot = world->snapshot(now);
  std::vector<std::string> states;
  for (const auto& one : snapshot.at("players").as_array()) states.emplace_back(one.at("state").as_string());
  EXPECT_THAT(states, testing::ElementsAre("restricted", "inactive", "ranked", "unranked"));
  EXPECT_THAT(to_text(snapshot),
              testing::Not(testing::HasSubstr(world->oauth().application().client_secret)));
}

}  // namespace
}  // namespace matchday::sandbox::osu
