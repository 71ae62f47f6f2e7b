// Simulated FACEIT: the Data API's answers, the life of a match, and the webhooks that it sends.
#include "tests/sandbox/faceit_fixture.hpp"

namespace matchday::sandbox::faceit {
namespace {

TEST_F(FaceitWorld, asks_for_the_key_and_names_the_error_as_faceit_does) {
  const auto refused = world->handle({.method = "GET", .path = "/players", .query = "nickname=Kestrel"}, now);
  EXPECT_EQ(refused.status, 401);
  const auto error = Fields(body_of(refused)).array("errors").at(0);
  EXPECT_EQ(Fields(error).integer("http_status"), 401);
  EXPECT_EQ(Fields(body_of(get("/players/unknown"))).array("errors").at(0).at("code"), "err_nf0");
}

TEST_F(FaceitWorld, finds_a_player_by_the_exact_nickname_only_and_letter_case_counts) {
  EXPECT_EQ(text(body_of(get("/players", "nickname=Kestrel")).at("player_id")), player_id(1));
  EXPECT_EQ(get("/players", "nickname=kestrel").status, 404);
  EXPECT_EQ(get("/players", "nickname=Kest").status, 404);
  EXPECT_EQ(get("/players").status, 400);
  EXPECT_EQ(body_of(get("/players/" + player_id(1))).at("games").at("cs2").at("skill_level"), 8);
}

TEST_F(FaceitWorld, searches_without_regard_to_case_and_does_not_put_the_exact_match_first) {
  const auto body = body_of(get("/search/players", "nickname=kESTREL"));
  const auto& items = body.at("items").as_array();
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].at("nickname"), "Kestrel_77");
  EXPECT_EQ(items[1].at("nickname"), "Kestrel");
  EXPECT_EQ(items[1].at("games").at(0).at("skill_level"), "8");  // a string, here only
  EXPECT_EQ(body_of(get("/search/players", "nickname=kestrel&limit=1")).at("items").as_array().size(), 1u);
  EXPECT_EQ(get("/search/players", "nickname=kestrel&limit=101").status, 400);
}

TEST_F(FaceitWorld, answers_429_beyond_its_rate_and_serves_again_later) {
  rebuild({.requests_per_second = 2, .request_burst = 3, .sends_retry_after = true});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(get("/players/" + player_id(1)).status, 200);
  const auto limited = get("/players/" + player_id(1));
  EXPECT_EQ(limited.status, 429);
  EXPECT_EQ(limited.headers.get("Retry-After"), "1");
  now += 500ms;
  EXPECT_EQ(get("/players/" + player_id(1)).status, 200);
  EXPECT_EQ(world->counters().refused_for_rate, 1u);
}

TEST_F(FaceitWorld, announces_each_step_of_a_match_except_that_it_went_live) {
  const auto id = create();
  for (const auto step : {Step::configuring, Step::ready, Step::ongoing, Step::finish}) {
    ASSERT_TRUE(world->step(id, step, now += 1min));
  }
  std::vector<std::string> events;
  for (const auto& body : webhooks()) events.emplace_back(body.at("event").as_string());
  EXPECT_THAT(events, testing::UnorderedElementsAre("match_object_created", "match_status_configuring",
                                                    "match_status_ready", "match_status_finished"));
  const auto match = body_of(get("/matches/" + id));
  EXPECT_EQ(match.at("status"), "FINISHED");
  EXPECT_EQ(match.at("started_at").as_int64(), to_ms(start + 3min) / 1000);
  EXPECT_EQ(match.at("results").at("winner"), "faction1");
}

TEST_F(FaceitWorld, refuses_steps_that_the_state_does_not_allow_and_changes_nothing) {
  const auto id = create();
  ASSERT_TRUE(world->step(id, Step::ready, now));
  EXPECT_EQ(world->step(id, Step::configuring, now).error().kind, ErrorKind::conflict);
  EXPECT_EQ(world->step(id, Step::restart, now).error().kind, ErrorKind::conflict);
  ASSERT_TRUE(world->step(id, Step::ongoing, now));
  EXPECT_FALSE(world->step(id, Step::cancel, now));
  ASSERT_TRUE(world->step(id, Step::abort, now));
  EXPECT_FALSE(world->step(id, Step::finish, now));
  EXPECT_EQ(world->find_match(id)->status, Status::aborted);
  EXPECT_EQ(world->step("1-nothing", Step::ready, now).error().kind, ErrorKind::not_found);
}

TEST_F(FaceitWorld, comes_back_to_life_after_an_abort_with_a_later_configuring_webhook) {
  const auto id = create();
  ASSERT_TRUE(world->step(id, Step::abort, now));
  webhooks();
  ASSERT_TRUE(world->step(id, Step::restart, now += 1min));
  const auto sent = webhooks();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].at("event"), "match_status_configuring");
  EXPECT_EQ(body_of(get("/matches/" + id)).at("status"), "CONFIGURING");
}

TEST_F(FaceitWorld, forfeits_carry_the_epoch_as_the_start) {
  const auto id = create();
  ASSERT_TRUE(world->step(id, Step::finish, now));
  for (const auto& body : webhooks()) {
    if (body.at("event") != "match_status_finished") continue;
    EXPECT_EQ(body.at("payload").at("started_at"), "1970-01-01T00:00:00Z");
  }
}

TEST_F(FaceitWorld, writes_the_real_shape_with_teams_as_an_array_and_none_at_creation) {
  const auto id = create();
  const auto created = webhooks();
  ASSERT_EQ(created.size(), 1u);
  EXPECT_EQ(text(created[0].at("payload").at("id")), id);
  EXPECT_EQ(created[0].at("retry_count"), 0);
  EXPECT_FALSE(created[0].at("payload").as_object().contains("teams"));
  ASSERT_TRUE(world->step(id, Step::ready, now));
  const auto ready = webhooks();
  const auto& team = ready.at(0).at("payload").at("teams").at(0);
  EXPECT_EQ(team.at("name"), "team_Kestrel");
  EXPECT_EQ(text(team.at("leader_id")), player_id(1));
  EXPECT_EQ(text(team.at("roster").at(1).at("id")), player_id(2));
}

TEST_F(FaceitWorld, writes_the_seeds_shape_with_the_roster_of_faction1) {
  const auto id = create({.shape = WebhookShape::seed});
  const auto sent = webhooks();
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(text(sent[0].at("match_id")), id);
  const auto& roster = sent[0].at("entity").at("teams").at("faction1").at("roster");
  EXPECT_EQ(text(roster.at(0).at("player_id")), player_id(1));
  EXPECT_EQ(roster.at(0).at("nickname"), "Kestrel");
  EXPECT_FALSE(sent[0].as_object().contains("payload"));
}

TEST_F(FaceitWorld, keeps_rosters_empty_until_captains_have_picked) {
  const auto id = create({.without_teams = true});
  auto match = body_of(get("/matches/" + id));
  EXPECT_EQ(match.at("status"), "CAPTAIN_PICK");
  EXPECT_TRUE(match.at("teams").at("faction1").at("roster").as_array().empty());
  ASSERT_TRUE(world->step(id, Step::vote, now));
  match = body_of(get("/matches/" + id));
  EXPECT_EQ(match.at("status"), "VOTING");
  EXPECT_EQ(match.at("teams").at("faction1").at("roster").as_array().size(), 2u);
}

TEST_F(FaceitWorld, substitutes_somebody_who_does_not_play_yet) {
  const auto id = create();
  ASSERT_TRUE(world->step(id, Step::substitute, now));
  const auto match = body_of(get("/matches/" + id));
  EXPECT_EQ(text(match.at("teams").at("faction1").at("roster").at(1).at("player_id")), player_id(9));
  EXPECT_EQ(match.at("teams").at("faction1").at("substituted"), true);
  EXPECT_EQ(world->substitute(id, player_id(1), player_id(3), now).error().kind, ErrorKind::conflict);
}

TEST_F(FaceitWorld, lists_a_hubs_matches_by_how_far_they_are) {
  const auto fresh = create();
  const auto live = create();
  const auto over = create();
  ASSERT_TRUE(world->step(live, Step::ready, now));
  ASSERT_TRUE(world->step(over, Step::cancel, now));
  const auto ids = [&](std::string query) {
    std::vector<std::string> found;
    for (const auto& item :
         body_of(get(std::string("/hubs/") + hub_id + "/matches", query)).at("items").as_array()) {
      found.emplace_back(item.at("match_id").as_string());
    }
    return found;
  };
  EXPECT_THAT(ids("type=upcoming"), testing::ElementsAre(fresh));
  EXPECT_THAT(ids("type=ongoing"), testing::ElementsAre(live));
  EXPECT_THAT(ids("type=past"), testing::ElementsAre(over));
  EXPECT_THAT(ids(""), testing::ElementsAre(over, live, fresh));
  EXPECT_EQ(get("/hubs/unknown/matches").status, 404);
  EXPECT_EQ(get(std::string("/hubs/") + hub_id + "/matches", "type=live").status, 400);
}

TEST_F(FaceitWorld, sends_the_secret_in_the_header_that_the_subscriber_chose) {
  world->webhooks().set_target({.url = "http://127.0.0.1/x", .header = "X-Cat-Dog", .secret = "woof"});
  create();
  now += 1s;
  const auto sent = world->take_webhooks(now);
  ASSERT_EQ(sent.size(), 1u);
  EXPECT_EQ(sent[0].headers.get("x-cat-dog"), "woof");
  EXPECT_EQ(to_text(world->snapshot()).find("woof"), std::string::npos);
}

TEST_F(FaceitWorld, repeats_a_refused_webhook_with_a_higher_retry_count_and_gives_up_at_the_end) {
  rebuild({.webhooks = {.retry_delays = {5s, 30s}}});
  create();
  const auto sent = webhooks(10min, 500);
  ASSERT_EQ(sent.size(), 3u);
  for (int attempt = 0; attempt < 3; ++attempt) EXPECT_EQ(sent[attempt].at("retry_count"), attempt);
  EXPECT_EQ(sent[0].at("event_id"), sent[2].at("event_id"));
  EXPECT_EQ(world->webhooks().given_up(), 1u);
  EXPECT_EQ(world->webhooks().history().at(0).at("state"), "given_up");
}

TEST_F(FaceitWorld, repeats_a_webhook_that_nobody_answered) {
  create();
  now += 1s;
  const auto first = world->take_webhooks(now);
  ASSERT_EQ(first.size(), 1u);
  EXPECT_EQ(world->next_tick(), now + 10s);
  world->tick(now += 10s);
  EXPECT_TRUE(world->take_webhooks(now).empty());
  world->webhook_answered(first[0].id, 200, now);  // too late: it counts as unanswered
  EXPECT_EQ(world->take_webhooks(now += 5s).size(), 1u);
}

TEST_F(FaceitWorld, loses_and_doubles_webhooks_on_request) {
  rebuild({.webhooks = {.duplication = 1}});
  create();
  const auto doubled = webhooks();
  ASSERT_EQ(doubled.size(), 2u);
  EXPECT_EQ(doubled[0], doubled[1]);

  rebuild({.webhooks = {.loss = 1}});
  create();
  EXPECT_TRUE(webhooks(1h).empty());
  EXPECT_EQ(world->webhooks().history().at(0).at("state"), "lost");
}

TEST_F(FaceitWorld, lets_later_webhooks_overtake_held_ones) {
  rebuild({.webhooks = {.reordering = 0.5}});
  bool overtaken = false;
  for (int i = 0; i < 20 && !overtaken; ++i) {
    const auto id = create();
    ASSERT_TRUE(world->step(id, Step::finish, now += 1s));
    overtaken = webhooks(1min).at(0).at("event") == "match_status_finished";
  }
  EXPECT_TRUE(overtaken);
}

TEST_F(FaceitWorld, equal_seeds_give_equal_matches_and_webhooks) {
  create();
  const auto first = webhooks();
  now = start;
  rebuild({});
  create();
  EXPECT_EQ(webhooks(), first);
}

}  // namespace
}  // namespace matchday::sandbox::faceit
