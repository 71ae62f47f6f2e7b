// The FACEIT seed flow, all production code, on virtual time: without faults and in random bad weather. What
// is right is read from simulated Discord alone. Crashes are in campaign_test.cpp.
#include "sim/evening/evening.hpp"

#include "base/log.hpp"

namespace matchday::sim {
namespace {

using sandbox::faceit::Step;
using sandbox::faceit::WebhookShape;

// Retries of FACEIT count as part of a fault's end: a webhook that is lost three times arrives within 35 s.
constexpr Duration converges_within = 120s;

struct SeedFlow : testing::Test {
  // SIM_LOG=1 shows what the server says, for looking into one failing moment (SIM_CRASH=N).
  SeedFlow() { log::set_level(std::getenv("SIM_LOG") ? log::Level::info : log::Level::error); }

  static bool is_live(const Evening& evening, const std::string& match_id) {
    const auto rooms = evening.rooms();
    return rooms.size() == 1 && rooms.front()->name == "Match " + match_id.substr(0, 8) &&
           evening.sitting_in(rooms.front()->id) == evening.players(0, 5);
  }

  static bool is_over(Evening& evening) {
    return evening.rooms().empty() &&
           evening.sitting_in(evening.platforms().demo.lobby) == evening.players(0, 10);
  }

  // Plays one match; gives the virtual time until it was live and until it was over, or fails.
  static void play(Evening& evening, WebhookShape shape) {
    const auto match_id = evening.start_match(shape);
    ASSERT_TRUE(evening.live_until(converges_within, [&] { return is_live(evening, match_id); }))
        << evening.rooms().size() << " rooms while the match is live";
    evening.live(30s);  // and it stays so
    ASSERT_TRUE(is_live(evening, match_id)) << evening.rooms().size() << " rooms";
    evening.step_match(match_id, Step::finish);
    ASSERT_TRUE(evening.live_until(converges_within, [&] { return is_over(evening); }))
        << evening.rooms().size() << " rooms and "
        << evening.sitting_in(evening.platforms().demo.lobby).size()
        << " people in the lobby after the match";
    evening.live(60s);
    ASSERT_TRUE(is_over(evening));
    EXPECT_EQ(evening.platforms().discord.counters().predictable_429s, 0U);
  }
};

TEST_F(SeedFlow, a_match_gets_its_room_and_leaves_nothing_behind_in_both_webhook_shapes) {
  for (const auto shape : {WebhookShape::seed, WebhookShape::real}) {
    Evening evening({.seed = 1});
    evening.start();
    evening.link_players();
    play(evening, shape);
    EXPECT_EQ(evening.platforms().discord.counters().requests_by_route.at("POST /guilds/{guild_id}/channels"),
              1U);
  }
}

TEST_F(SeedFlow, the_room_is_private_to_the_linked_players_and_the_bot) {
  Evening evening({.seed = 2});
  evening.start();
  evening.link_players();
  const auto match_id = evening.start_match(WebhookShape::seed);
  ASSERT_TRUE(evening.live_until(converges_within, [&] { return is_live(evening, match_id); }));
  const auto& room = *evening.rooms().front();
  constexpr std::uint64_t view = 1 << 10;
  constexpr std::uint64_t connect = 1 << 20;
  constexpr std::uint64_t speak = 1 << 21;
  constexpr std::uint64_t manage_and_move = (1 << 4) | (1 << 24);
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> expected{
      {evening.platforms().demo.guild.value, {0, view}},
      {evening.platforms().discord.bot().value, {view | connect | manage_and_move, 0}}};
  for (const auto user : evening.players(0, 5)) expected[user.value] = {view | connect | speak, 0};
  std::map<std::uint64_t, std::pair<std::uint64_t, std::uint64_t>> seen;
  for (const auto& overwrite : room.overwrites) seen[overwrite.id.value] = {overwrite.allow, overwrite.deny};
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(room.parent, evening.platforms().demo.matches);
}

TEST_F(SeedFlow, one_unauthorized_answer_is_a_hiccup_and_the_match_goes_on) {
  Evening evening({.seed = 7});
  evening.start();
  evening.link_players();
  evening.platforms().faults.add({.kind = sandbox::FaultKind::status,
                                  .platform = "discord",
                                  .path_prefix = "/guilds",
                                  .count = 1,
                                  .status = 401});
  play(evening, WebhookShape::seed);
}

TEST_F(SeedFlow, what_a_human_deletes_while_its_answer_is_lost_is_not_made_again) {
  Evening evening({.seed = 8});
  evening.start();
  evening.link_players();
  evening.platforms().faults.add({.kind = sandbox::FaultKind::answer_lost,
                                  .platform = "discord",
                                  .method = "POST",
                                  .path_prefix = "/guilds",
                                  .count = 1});
  const auto match_id = evening.start_match(WebhookShape::seed);
  ASSERT_TRUE(evening.live_until(converges_within, [&] { return evening.rooms().size() == 1; }));
  ASSERT_TRUE(evening.platforms().discord.human_delete_channel(evening.rooms().front()->id,
                                                               evening.platforms().demo.organizer));
  evening.live(3min);
  EXPECT_TRUE(evening.rooms().empty());
  evening.step_match(match_id, Step::finish);
  evening.live(60s);
  EXPECT_TRUE(evening.rooms().empty());
}

TEST_F(SeedFlow, the_same_seed_is_the_same_evening) {
  const auto trace = [](std::uint64_t seed) {
    Evening evening({.seed = seed});
    evening.start();
    evening.link_players();
    play(evening, WebhookShape::real);
    return evening.trace();
  };
  EXPECT_EQ(trace(5), trace(5));
  EXPECT_NE(trace(5), trace(6));
}

TEST_F(SeedFlow, bad_weather_on_the_way_to_discord_ends_with_exactly_the_right_rooms) {
  using sandbox::FaultKind;
  for (std::uint64_t seed = 100; seed < 120; ++seed) {
    SCOPED_TRACE(seed);
    Evening evening({.seed = seed});
    evening.start();
    evening.link_players();
    auto& faults = evening.platforms().faults;
    const auto sometimes = [&](FaultKind kind, double probability, Duration delay = 0ms, int status = 500) {
      faults.add({.kind = kind,
                  .platform = "discord",
                  .probability = probability,
                  .delay = delay,
                  .status = status});
    };
    sometimes(FaultKind::answer_lost, 0.1);
    sometimes(FaultKind::connection_cut, 0.1);
    sometimes(FaultKind::late_effect, 0.05, 8s);
    sometimes(FaultKind::status, 0.1, 0ms, 502);
    sometimes(FaultKind::status_after, 0.05, 0ms, 500);
    sometimes(FaultKind::latency, 0.1, 2s);
    const auto match_id = evening.start_match(WebhookShape::real);
    evening.live(90s);
    faults.clear();
    ASSERT_TRUE(evening.live_until(converges_within, [&] { return evening.rooms().size() == 1; }))
        << evening.rooms().size();
    evening.live(60s);
    ASSERT_EQ(evening.rooms().size(), 1U);
    evening.step_match(match_id, Step::finish);
    ASSERT_TRUE(evening.live_until(converges_within, [&] { return evening.rooms().empty(); }));
    evening.live(60s);
    EXPECT_TRUE(evening.rooms().empty());
    EXPECT_EQ(evening.platforms().discord.counters().predictable_429s, 0U);
  }
}

}  // namespace
}  // namespace matchday::sim
