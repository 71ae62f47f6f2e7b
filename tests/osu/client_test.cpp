// The client against simulated osu!: users in batches, one user, somebody by name, best scores, and what it
// makes of every answer that osu! and what stands in front of it can give.
#include <gmock/gmock.h>

#include "tests/osu/simulated_osu.hpp"

namespace matchday::osu {
namespace {

using test::json_answer;
using test::page;
using testing::ElementsAre;

struct OsuClient : test::SimulatedOsu {};

TEST_F(OsuClient, reads_name_pp_and_rank_of_many_players_in_one_request) {
  const auto users = run(client.users(ids(1, 50)));
  ASSERT_TRUE(users);
  EXPECT_EQ(users->found.size(), 50U);
  EXPECT_TRUE(users->missing.empty());
  const auto best = std::ranges::find(users->found, PlayerId{1}, &User::id);
  ASSERT_NE(best, users->found.end());
  EXPECT_EQ(best->username, "player 1");
  EXPECT_EQ(best->country_code, "NO");
  EXPECT_TRUE(best->is_active);
  EXPECT_TRUE(best->last_visit);
  const auto* numbers = best->in(Ruleset::osu);
  ASSERT_TRUE(numbers);
  EXPECT_DOUBLE_EQ(numbers->pp, 11'950);
  EXPECT_EQ(numbers->global_rank, world.standing(1, clock.now()).global_rank);
  EXPECT_FALSE(numbers->country_rank);
  EXPECT_GT(numbers->play_count, 0);
  EXPECT_GT(numbers->play_time, 0s);
  EXPECT_FALSE(best->in(Ruleset::taiko));
  EXPECT_EQ(http.count("GET /api/v2/users"), 1);
}

TEST_F(OsuClient, asks_once_for_each_fifty_players_and_for_nobody_twice) {
  struct Case {
    int players;
    int requests;
  };
  for (const auto& c : {Case{0, 0}, Case{1, 1}, Case{49, 1}, Case{50, 1}, Case{51, 2}, Case{120, 3}}) {
    http.sent.clear();
    auto wanted = ids(1, c.players);
    std::ranges::copy(ids(1, c.players), std::back_inserter(wanted));
    const auto users = run(client.users(wanted));
    ASSERT_TRUE(users) << c.players;
    EXPECT_EQ(users->found.size(), static_cast<std::size_t>(c.players));
    EXPECT_EQ(http.count("GET /api/v2/users"), c.requests) << c.players;
    let_time_pass(2min);
  }
  EXPECT_EQ(batches(ids(1, 101)).back(), ids(101, 101));
}

TEST_F(OsuClient, tells_who_is_missing_without_knowing_why) {
  ASSERT_TRUE(world.set_restricted(2, true));
  ASSERT_TRUE(world.set_deleted(3));
  const auto users = run(client.users({PlayerId{1}, PlayerId{2}, PlayerId{3}, PlayerId{999}, PlayerId{4}}));
  ASSERT_TRUE(users);
  EXPECT_EQ(users->found.size(), 2U);
  EXPECT_THAT(users->missing, ElementsAre(PlayerId{2}, PlayerId{3}, PlayerId{999}));
  ASSERT_TRUE(world.set_restricted(2, false));
  EXPECT_TRUE(run(client.users({PlayerId{2}}))->missing.empty());
}

TEST_F(OsuClient, a_player_who_is_no_longer_ranked_is_told_from_one_who_never_played) {
  ASSERT_TRUE(world.set_inactive(1, true, clock.now()));
  world.add_player({.id = 500, .username = "newcomer"}, clock.now());
  const auto users = run(client.users({PlayerId{1}, PlayerId{500}}));
  ASSERT_TRUE(users);
  const auto purged = std::ranges::find(users->found, PlayerId{1}, &User::id);
  ASSERT_TRUE(purged->in(Ruleset::osu));
  EXPECT_FALSE(purged->in(Ruleset::osu)->is_ranked());
  EXPECT_EQ(purged->in(Ruleset::osu)->pp, 0);
  EXPECT_FALSE(purged->is_active);
  EXPECT_FALSE(std::ranges::find(users->found, PlayerId{500}, &User::id)->in(Ruleset::osu));
}

TEST_F(OsuClient, reads_one_player_with_country_rank_history_and_earlier_names) {
  ASSERT_TRUE(world.rename(7, "Kestrel"));
  const auto user = run(client.user(PlayerId{7}, Ruleset::osu));
  ASSERT_TRUE(user && *user);
  EXPECT_EQ((*user)->username, "Kestrel");
  EXPECT_THAT((*user)->previous_usernames, ElementsAre("player 7"));
  EXPECT_TRUE((*user)->in(Ruleset::osu)->country_rank);
  EXPECT_EQ((*user)->rank_history.size(), 90U);
  const auto never = run(client.user(PlayerId{7}, Ruleset::mania));
  ASSERT_TRUE(never && *never);
  ASSERT_TRUE((*never)->in(Ruleset::mania));
  EXPECT_FALSE((*never)->in(Ruleset::mania)->is_ranked());
}

TEST_F(OsuClient, finds_somebody_by_name_in_any_case_and_nobody_is_no_error) {
  const auto found = run(client.user_by_name("PLAYER 12", Ruleset::osu));
  ASSERT_TRUE(found && *found);
  EXPECT_EQ((*found)->id, PlayerId{12});
  EXPECT_TRUE(http.sent.back().url.ends_with("/api/v2/users/@PLAYER%2012/osu")) << http.sent.back().url;
  const auto nobody = run(client.user_by_name("nobody", Ruleset::osu));
  ASSERT_TRUE(nobody);
  EXPECT_FALSE(*nobody);
  ASSERT_TRUE(world.set_restricted(12, true));
  EXPECT_FALSE(*run(client.user_by_name("player 12", Ruleset::osu)));
  EXPECT_FALSE(*run(client.user(PlayerId{12}, Ruleset::osu)));
}

TEST_F(OsuClient, reads_best_scores_the_best_first) {
  ASSERT_TRUE(world.gain_pp(3, 400, clock.now()));
  const auto scores = run(client.best_scores(PlayerId{3}, Ruleset::osu, 3));
  ASSERT_TRUE(scores);
  ASSERT_EQ(scores->size(), 3U);
  EXPECT_GE(*scores->at(0).pp, *scores->at(1).pp);
  const auto& score = scores->at(0);
  EXPECT_EQ(score.player, PlayerId{3});
  EXPECT_EQ(score.ended_at, clock.now() - (clock.now().time_since_epoch() % 1s) - 0ms);
  EXPECT_EQ(score.mods.size(), 1U);
  EXPECT_GT(score.total_score, 0);
  EXPECT_GT(score.hits.great, 0);
  EXPECT_FALSE(score.beatmap.title.empty());
  EXPECT_GT(score.beatmap.star_rating, 1);
  EXPECT_EQ(run(client.best_scores(PlayerId{3}, Ruleset::osu, 5000))->size(), 13U);
  EXPECT_TRUE(http.sent.back().url.ends_with("/users/3/scores/best?mode=osu&limit=100"));
  EXPECT_EQ(run(client.best_scores(PlayerId{999}, Ruleset::osu, 1)).error().kind, ErrorKind::not_found);
}

TEST_F(OsuClient, what_osu_could_not_accept_is_never_sent) {
  EXPECT_EQ(run(client.users({PlayerId{1}, PlayerId{0}})).error().kind, ErrorKind::invalid);
  EXPECT_EQ(run(client.user(PlayerId{-4}, Ruleset::osu)).error().kind, ErrorKind::invalid);
  EXPECT_EQ(run(client.best_scores(PlayerId{0}, Ruleset::osu, 1)).error().kind, ErrorKind::invalid);
  for (const auto& name : {std::string(), std::string("../me"), std::string("a?b"), std::string(31, 'a')})
    EXPECT_EQ(run(client.user_by_name(name, Ruleset::osu)).error().kind, ErrorKind::invalid) << name;
  EXPECT_TRUE(http.sent.empty());
}

struct Shape {
  net::HttpResponse answer;
  ErrorKind kind;
  std::string message;
  int asked;
};

TEST_F(OsuClient, every_error_that_osu_answers_is_told_apart) {
  const std::vector<Shape> shapes{
      {json_answer(403, R"({"error":"A required scope is missing."})"), ErrorKind::unauthorized,
       "osu! answered 403: A required scope is missing.", 1},
      {json_answer(422, R"({"error":"invalid filter parameter specified"})"), ErrorKind::invalid,
       "osu! answered 422: invalid filter parameter specified", 1},
      {json_answer(400, R"({"error":null})"), ErrorKind::refused, "osu! answered 400 Bad Request.", 1},
      {json_answer(429, R"({"error":"Too Many Attempts."})"), ErrorKind::limited,
       "osu! answered 429: Too Many Attempts.", 1},
      {page(429), ErrorKind::limited, "osu! answered 429 Too Many Requests with a page instead of data.", 1},
      {json_answer(500, R"({"error":null})"), ErrorKind::unavailable,
       "osu! answered 500 Internal Server Error.", 3},
      {json_answer(504, R"({"error":"timed out"})"), ErrorKind::unavailable, "osu! answered 504: timed out",
       3},
      {page(502), ErrorKind::unavailable, "osu! answered 502 Bad Gateway with a page instead of data.", 3},
      {page(503), ErrorKind::unavailable,
       "osu! answered 503 Service Unavailable with a page instead of data.", 1},
      // Cloudflare's pages: a challenge, a block, and "no such page" say nothing about the player.
      {page(403, {{"cf-mitigated", "challenge"}}), ErrorKind::unavailable,
       "osu! answered 403 Forbidden with a page instead of data.", 3},
      {page(404), ErrorKind::unavailable, "osu! answered 404 Not Found with a page instead of data.", 3},
      {page(200), ErrorKind::unavailable, "osu!'s answer is not readable JSON.", 3},
      {page(302), ErrorKind::refused, "osu! answered 302 Found with a page instead of data.", 1},
      {json_answer(200, "{}"), ErrorKind::unavailable, "osu! answered with a user that is none.", 1},
  };
  for (const auto& shape : shapes) {
    // Each with a client that has not met the one before.
    Limiter own_limiter(context.get_executor(), clock, {});
    Client own(context.get_executor(), http, own_limiter, clock, options());
    http.sent.clear();
    api_answers([&shape] { return shape.answer; });
    const auto user = run(own.user(PlayerId{1}, Ruleset::osu));
    ASSERT_FALSE(user) << shape.message;
    EXPECT_EQ(user.error().kind, shape.kind) << shape.message;
    EXPECT_EQ(user.error().message, shape.message);
    EXPECT_EQ(http.count("GET /api/v2/users/1/osu"), shape.asked) << shape.message;
  }
}

TEST_F(OsuClient, a_list_that_is_none_does_not_pass_for_everybody_being_gone) {
  for (const auto* body : {"{}", R"({"users":null})", R"({"users":{}})", "[]"}) {
    api_answers([body] { return json_answer(200, body); });
    const auto users = run(client.users(ids(1, 3)));
    ASSERT_FALSE(users) << body;
    EXPECT_EQ(users.error().kind, ErrorKind::unavailable) << body;
  }
  api_answers(
      [] { return json_answer(200, R"({"users":[null,{"id":1},{"id":77,"username":"uninvited"}]})"); });
  const auto users = run(client.users(ids(1, 3)));
  ASSERT_TRUE(users);
  EXPECT_TRUE(users->found.empty());
  EXPECT_EQ(users->missing, ids(1, 3));
  api_answers([] { return json_answer(200, "{}"); });
  EXPECT_EQ(run(client.best_scores(PlayerId{1}, Ruleset::osu, 1)).error().kind, ErrorKind::unavailable);
}

TEST_F(OsuClient, a_failure_that_passes_is_not_noticed) {
  int calls = 0;
  api_answers([&calls]() -> Result<net::HttpResponse> {
    if (++calls == 1) return fail(ErrorKind::ambiguous, "Reset.");
    if (calls == 2) return page(502);
    return net::HttpResponse();
  });
  EXPECT_TRUE(run(client.users(ids(1, 3))));
  EXPECT_EQ(calls, 3);
}

TEST_F(OsuClient, too_many_requests_without_advice_keep_everybody_quiet_for_a_minute) {
  int calls = 0;
  api_answers([&calls] {
    return ++calls == 1 ? json_answer(429, R"({"error":"Too Many Attempts."})") : net::HttpResponse();
  });
  const auto refused = run(client.users(ids(1, 3)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::limited);
  EXPECT_GE(*refused.error().retry_after, 60s);
  EXPECT_LE(*refused.error().retry_after, 66s);
  const auto others = run(client.user(PlayerId{9}, Ruleset::osu));
  ASSERT_FALSE(others);
  EXPECT_EQ(others.error().kind, ErrorKind::limited);
  EXPECT_EQ(calls, 1);
  let_time_pass(*refused.error().retry_after);
  EXPECT_TRUE(run(client.users(ids(1, 3))));
}

TEST_F(OsuClient, a_short_wait_that_is_asked_for_is_waited_inside_the_call) {
  int calls = 0;
  api_answers([&calls] {
    return ++calls == 1 ? json_answer(429, "{}", {{"Retry-After", "5"}}) : net::HttpResponse();
  });
  const auto begun = clock.now();
  EXPECT_TRUE(run(client.users(ids(1, 3))));
  EXPECT_GE(clock.now() - begun, 5s);
  EXPECT_LT(clock.now() - begun, 7s);
}

TEST_F(OsuClient, an_answer_that_never_comes_ends_the_call_at_its_deadline) {
  http.latency = 8s;
  api_answers([] { return fail(ErrorKind::ambiguous, "No answer in time."); });
  const auto begun = clock.now();
  const auto users = run(client.users(ids(1, 3)));
  ASSERT_FALSE(users);
  EXPECT_EQ(users.error().kind, ErrorKind::unavailable);
  EXPECT_LE(clock.now() - begun, 35s);
  for (const auto& request : http.sent) EXPECT_LE(request.deadline, 15s);
}

TEST_F(OsuClient, half_a_configuration_is_none) {
  EXPECT_TRUE(client.configured());
  EXPECT_FALSE(Client(context.get_executor(), http, limiter, clock, {.client_id = "1"}).configured());
  EXPECT_FALSE(Client(context.get_executor(), http, limiter, clock, {}).configured());
}

}  // namespace
}  // namespace matchday::osu
