// Simulated FACEIT: what a match shows while it waits, is played and is over: schedule, veto, score, demos;
// the listings of hubs and championships; and the same event through two subscriptions.
#include <set>

#include "tests/sandbox/faceit_fixture.hpp"

namespace matchday::sandbox::faceit {
namespace {

const Competition cup{.id = championship_id, .name = "Nordlys Cup", .type = "championship"};

using FaceitMatchInWorld = FaceitWorld;

json::object rounds(int faction1, int faction2) {
  return {{"faction1", faction1}, {"faction2", faction2}};
}

TEST_F(FaceitMatchInWorld, of_a_championship_is_listed_there_and_nowhere_else) {
  const auto in_hub = create();
  const auto in_cup = create({.competition = cup});
  EXPECT_THAT(listed(std::string("/hubs/") + hub_id), testing::ElementsAre(in_hub));
  EXPECT_THAT(listed(std::string("/championships/") + championship_id, "type=all"),
              testing::ElementsAre(in_cup));
  EXPECT_EQ(match(in_cup).at("competition_type"), "championship");
  EXPECT_EQ(match(in_cup).at("round"), 1);
  EXPECT_FALSE(match(in_hub).as_object().contains("round"));
  const auto sent = webhooks();
  EXPECT_EQ(sent.back().at("payload").at("entity").at("type"), "championship");
}

TEST_F(FaceitMatchInWorld, a_competition_is_unknown_by_an_id_of_the_other_kind) {
  EXPECT_EQ(get(std::string("/championships/") + championship_id).status, 200);
  EXPECT_EQ(get(std::string("/hubs/") + hub_id).status, 200);
  for (const auto& path :
       {std::string("/championships/") + hub_id, std::string("/hubs/") + championship_id,
        std::string("/championships/unknown"), std::string("/hubs/") + hub_id + "/matches/more",
        std::string("/hubs/") + hub_id + "/rules", std::string("/championships"), std::string("/")}) {
    EXPECT_EQ(get(path).status, 404) << path;
    EXPECT_EQ(get(path + "/matches").status, 404) << path;
  }
}

TEST_F(FaceitMatchInWorld, listings_keep_to_their_bounds) {
  const auto path = std::string("/hubs/") + hub_id + "/matches";
  for (int i = 0; i < 25; ++i) create();
  EXPECT_EQ(listed(std::string("/hubs/") + hub_id).size(), 20u);
  EXPECT_EQ(listed(std::string("/hubs/") + hub_id, "limit=100").size(), 25u);
  EXPECT_EQ(listed(std::string("/hubs/") + hub_id, "offset=20&limit=3").size(), 3u);
  for (const auto* query : {"limit=0", "limit=101", "limit=ten", "offset=1001", "offset=-1", "type=live"}) {
    EXPECT_EQ(get(path, query).status, 400) << query;
  }
}

TEST_F(FaceitMatchInWorld, waits_as_scheduled_until_its_start_is_near) {
  const auto id = create({.competition = cup, .scheduled_at = start + 3h});
  webhooks();  // match_object_created, three hours ahead
  EXPECT_EQ(match(id).at("status"), "SCHEDULED");
  EXPECT_EQ(match(id).at("scheduled_at").as_int64(), to_ms(start + 3h) / 1000);
  EXPECT_THAT(listed(std::string("/championships/") + championship_id, "type=upcoming"),
              testing::ElementsAre(id));
  EXPECT_EQ(world->next_tick(), start + 2h + 50min);
  now = start + 2h + 49min;
  EXPECT_EQ(match(id).at("status"), "SCHEDULED");
  EXPECT_TRUE(webhooks(5min).empty());
  EXPECT_EQ(match(id).at("status"), "CREATED");
  EXPECT_FALSE(world->next_tick());
}

TEST_F(FaceitMatchInWorld, that_is_scheduled_for_soon_checks_in_at_once) {
  EXPECT_EQ(match(create({.scheduled_at = start + 5min})).at("status"), "CREATED");
  const auto picking = create({.scheduled_at = start + 1h, .without_teams = true});
  EXPECT_EQ(match(picking).at("status"), "SCHEDULED");
  now += 1h;
  EXPECT_EQ(match(picking).at("status"), "CAPTAIN_PICK");
}

TEST_F(FaceitMatchInWorld, that_is_scheduled_can_be_set_up_early_or_called_off) {
  const auto early = create({.scheduled_at = start + 3h});
  ASSERT_TRUE(world->step(early, Step::configuring, now));
  const auto off = create({.scheduled_at = start + 3h});
  ASSERT_TRUE(world->step(off, Step::cancel, now));
  now += 4h;
  EXPECT_EQ(match(early).at("status"), "CONFIGURING");
  EXPECT_EQ(match(off).at("status"), "CANCELLED");
}

TEST_F(FaceitMatchInWorld, tells_what_was_voted_for_once_it_is_set_up) {
  const auto id = create({.best_of = 3});
  EXPECT_FALSE(match(id).as_object().contains("voting"));
  ASSERT_TRUE(world->step(id, Step::ready, now));  // the set-up was skipped, the veto was not
  const auto voting = match(id).at("voting");
  EXPECT_EQ(voting.at("map").at("pick"), (json::array{"de_mirage", "de_nuke", "de_inferno"}));
  EXPECT_EQ(voting.at("map").at("entities").at(0).at("name"), "Mirage");
  EXPECT_EQ(voting.at("location").at("pick"), (json::array{"Sweden"}));
  world->options().place.votes_on_location = false;
  EXPECT_FALSE(match(id).at("voting").as_object().contains("location"));
}

TEST_F(FaceitMatchInWorld, shows_the_levels_of_players_and_of_teams) {
  const auto team = match(create()).at("teams").at("faction1");
  EXPECT_EQ(team.at("roster").at(0).at("game_skill_level"), 8);
  EXPECT_EQ(team.at("stats").at("skillLevel").at("average"), 8);
  const auto empty = match(create({.without_teams = true})).at("teams").at("faction1");
  EXPECT_FALSE(empty.as_object().contains("stats"));
}

TEST_F(FaceitMatchInWorld, has_a_live_score_of_rounds_that_no_webhook_tells) {
  const auto id = create_live();
  webhooks();
  EXPECT_EQ(match(id).at("results").at("score"), rounds(0, 0));
  ASSERT_TRUE(world->score(id, {.faction1 = 7, .faction2 = 5}, std::nullopt, now));
  EXPECT_EQ(match(id).at("results").at("score"), rounds(7, 5));
  EXPECT_EQ(match(id).at("results").at("winner"), "");
  EXPECT_TRUE(webhooks().empty());
}

TEST_F(FaceitMatchInWorld, has_no_score_before_it_is_played_nor_when_it_was_called_off) {
  const auto id = create();
  EXPECT_FALSE(match(id).as_object().contains("results"));
  const auto early = world->score(id, {.faction1 = 1}, std::nullopt, now);
  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().kind, ErrorKind::conflict);
  EXPECT_EQ(world->score("1-nothing", {}, std::nullopt, now).error().kind, ErrorKind::not_found);
  ASSERT_TRUE(world->step(id, Step::abort, now));
  EXPECT_TRUE(match(id).at("results").at("score").as_object().empty());
  EXPECT_FALSE(match(id).as_object().contains("detailed_results"));
}

TEST_F(FaceitMatchInWorld, is_won_by_whoever_has_more_rounds) {
  const auto id = create_live();
  ASSERT_TRUE(world->score(id, {.faction1 = 11, .faction2 = 13}, std::nullopt, now));
  ASSERT_TRUE(world->step(id, Step::finish, now));
  const auto over = match(id);
  EXPECT_EQ(over.at("results").at("winner"), "faction2");
  EXPECT_EQ(over.at("results").at("score"), rounds(0, 1));
  ASSERT_EQ(over.at("detailed_results").as_array().size(), 1u);
  EXPECT_EQ(over.at("detailed_results").at(0).at("factions").at("faction2").at("score"), 13);
}

TEST_F(FaceitMatchInWorld, of_three_maps_shows_the_rounds_of_the_running_one_and_the_maps_at_the_end) {
  const auto id = create_live({.best_of = 3});
  ASSERT_TRUE(world->score(id, {.faction1 = 13, .faction2 = 4}, std::nullopt, now));
  ASSERT_TRUE(world->score(id, {.faction1 = 2, .faction2 = 1}, 2, now));
  EXPECT_EQ(match(id).at("results").at("score"), rounds(2, 1));
  ASSERT_TRUE(world->score(id, {.faction1 = 10, .faction2 = 13}, 2, now));
  ASSERT_TRUE(world->score(id, {.faction1 = 16, .faction2 = 14}, 3, now));
  for (const std::size_t map : {0u, 4u}) EXPECT_FALSE(world->score(id, {}, map, now)) << map;
  EXPECT_FALSE(world->score(id, {.faction1 = -1}, std::nullopt, now));
  ASSERT_TRUE(world->step(id, Step::finish, now));
  EXPECT_EQ(match(id).at("results").at("score"), rounds(2, 1));
  EXPECT_EQ(match(id).at("detailed_results").as_array().size(), 3u);
}

TEST_F(FaceitMatchInWorld, cannot_be_a_series_of_two) {
  NewMatch wanted{.faction1 = {player_id(1)}, .faction2 = {player_id(2)}, .best_of = 2};
  EXPECT_EQ(world->create_match(wanted, now).error().kind, ErrorKind::invalid);
}

TEST_F(FaceitMatchInWorld, ends_as_an_ordinary_victory_when_nobody_said_how_it_went) {
  const auto id = create_live({.best_of = 3});
  ASSERT_TRUE(world->step(id, Step::finish, now));
  EXPECT_EQ(match(id).at("results").at("winner"), "faction1");
  EXPECT_EQ(match(id).at("results").at("score"), rounds(2, 0));
  EXPECT_EQ(match(id).at("detailed_results").as_array().size(), 2u);
}

TEST_F(FaceitMatchInWorld, that_was_forfeited_has_a_winner_but_no_maps_and_no_demo) {
  rebuild({.demo_after = 5min});
  const auto id = create();
  ASSERT_TRUE(world->step(id, Step::finish, now));
  EXPECT_EQ(match(id).at("results").at("winner"), "faction1");
  EXPECT_FALSE(match(id).as_object().contains("detailed_results"));
  for (const auto& body : webhooks(1h)) EXPECT_NE(body.at("event"), "match_demo_ready");
}

TEST_F(FaceitMatchInWorld, that_is_restarted_has_forgotten_its_score_and_its_demos) {
  const auto id = create_live();
  ASSERT_TRUE(world->score(id, {.faction1 = 9, .faction2 = 13}, std::nullopt, now));
  ASSERT_TRUE(world->step(id, Step::finish, now));
  ASSERT_TRUE(world->step(id, Step::demo_ready, now));
  ASSERT_TRUE(world->step(id, Step::restart, now));
  EXPECT_FALSE(match(id).as_object().contains("results"));
  EXPECT_FALSE(match(id).as_object().contains("demo_url"));
  ASSERT_TRUE(world->step(id, Step::ongoing, now));
  EXPECT_EQ(match(id).at("results").at("score"), rounds(0, 0));
}

TEST_F(FaceitMatchInWorld, gets_one_demo_and_one_webhook_for_each_map_some_time_after_its_end) {
  rebuild({.demo_after = 5min});
  const auto id = create_live({.best_of = 3});
  ASSERT_TRUE(world->step(id, Step::finish, now));
  webhooks(4min);
  EXPECT_FALSE(match(id).as_object().contains("demo_url"));
  const auto sent = webhooks(2min);
  ASSERT_EQ(sent.size(), 2u);
  std::set<std::string> urls;
  for (const auto& body : sent) {
    EXPECT_EQ(body.at("event"), "match_demo_ready");
    urls.insert(text(body.at("payload").at("demo_url")));
  }
  EXPECT_EQ(urls.size(), 2u);
  EXPECT_EQ(match(id).at("demo_url").as_array().size(), 2u);
  EXPECT_EQ(world->step(id, Step::demo_ready, now).error().kind, ErrorKind::conflict);
}

TEST_F(FaceitMatchInWorld, comes_through_both_subscriptions_with_ids_of_their_own) {
  world->webhooks().set_target({.url = "http://127.0.0.1/x", .subscriptions = 2});
  const auto id = create();
  const auto sent = webhooks();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_NE(sent[0].at("event_id"), sent[1].at("event_id"));
  EXPECT_NE(sent[0].at("transaction_id"), sent[1].at("transaction_id"));
  EXPECT_EQ(sent[0].at("payload"), sent[1].at("payload"));
  EXPECT_EQ(text(sent[0].at("payload").at("id")), id);
}

TEST_F(FaceitMatchInWorld, through_two_subscriptions_in_the_seeds_shape_is_told_twice_in_the_same_words) {
  world->webhooks().set_target({.url = "http://127.0.0.1/x", .subscriptions = 2});
  create({.shape = WebhookShape::seed});
  const auto sent = webhooks();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0], sent[1]);
}

}  // namespace
}  // namespace matchday::sandbox::faceit
