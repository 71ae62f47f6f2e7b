// Simulated osu!'s API against the reference (reference/osu.md §3.2 to §3.5): shapes, prices, limits, errors.
#include <gmock/gmock.h>

#include "tests/sandbox/osu_fixture.hpp"

namespace matchday::sandbox::osu {
namespace {

using testing::ElementsAre;

class OsuApi : public OsuWorld {};

std::set<std::string> keys(const json::value& value) {
  std::set<std::string> out;
  for (const auto& [key, inner] : value.as_object()) out.insert(std::string(key));
  return out;
}

TEST_F(OsuApi, compact_users_have_the_shape_of_the_reference) {
  const auto users = body_of(get("/users", "ids[]=1")).at("users").as_array();
  ASSERT_EQ(users.size(), 1U);
  const auto& one = users[0];
  EXPECT_EQ(keys(one), (std::set<std::string>{
                           "avatar_url", "country", "country_code", "cover", "default_group", "groups", "id",
                           "is_active", "is_bot", "is_deleted", "is_online", "is_supporter", "last_visit",
                           "pm_friends_only", "profile_colour", "statistics_rulesets", "team", "username"}));
  const auto& numbers = one.at("statistics_rulesets").at("osu");
  EXPECT_EQ(keys(numbers), (std::set<std::string>{"accuracy",
                                                  "count_100",
                                                  "count_300",
                                                  "count_50",
                                                  "count_miss",
                                                  "global_rank",
                                                  "global_rank_exp",
                                                  "global_rank_percent",
                                                  "grade_counts",
                                                  "hit_accuracy",
                                                  "is_ranked",
                                                  "level",
                                                  "maximum_combo",
                                                  "play_count",
                                                  "play_time",
                                                  "pp",
                                                  "pp_exp",
                                                  "ranked_score",
                                                  "replays_watched_by_others",
                                                  "total_hits",
                                                  "total_score"}));
  EXPECT_TRUE(numbers.at("pp").is_int64());  // 13000, not 13000.0
  EXPECT_THAT(std::string(one.at("last_visit").as_string()), testing::EndsWith("+00:00"));
  EXPECT_EQ(one.at("country").at("name"), "Norway");
}

TEST_F(OsuApi, who_never_played_a_mode_has_no_key_for_it_in_a_batch_and_zeros_alone) {
  const auto users = body_of(get("/users", "ids[]=4"));
  EXPECT_TRUE(users.at("users").at(0).at("statistics_rulesets").as_object().empty());
  const auto alone = user(4).at("statistics");
  EXPECT_EQ(alone.at("pp"), 0);
  EXPECT_TRUE(alone.at("global_rank").is_null());
  EXPECT_EQ(alone.at("is_ranked"), false);
  EXPECT_TRUE(user(4).at("rank_history").is_null());
}

TEST_F(OsuApi, extended_users_have_what_batches_do_not) {
  const auto one = user(2);
  EXPECT_EQ(one.at("statistics").at("country_rank"), one.at("statistics").at("rank").at("country"));
  EXPECT_EQ(one.at("rank_history").at("data").as_array().size(), 90U);
  EXPECT_EQ(one.at("rank_history").at("data").as_array().back(), one.at("statistics").at("global_rank"));
  EXPECT_FALSE(one.as_object().contains("is_restricted"));
  EXPECT_FALSE(one.as_object().contains("statistics_rulesets"));
}

TEST_F(OsuApi, users_are_found_by_id_and_by_name_in_any_case) {
  EXPECT_EQ(body_of(get("/users/@OAK%20FIST/osu")).at("id"), 2);
  EXPECT_EQ(body_of(get("/users/2")).at("id"), 2);
  ASSERT_TRUE(world->rename(2, "oakfist"));
  EXPECT_EQ(body_of(get("/users/@oak%20fist/osu")).at("username"), "oakfist");
  for (const auto* path :
       {"/users/99/osu", "/users/@nobody/osu", "/users/2/chess", "/users/2/osu/more/x", "/nothing"}) {
    const auto missing = get(path);
    EXPECT_EQ(missing.status, 404) << path;
    EXPECT_EQ(missing.body, R"({"error":null})") << path;
  }
}

TEST_F(OsuApi, a_batch_leaves_out_whom_osu_does_not_show_and_has_its_own_order) {
  ASSERT_TRUE(world->set_restricted(2, true));
  ASSERT_TRUE(world->set_deleted(3));
  const auto answer = get("/users", "ids[]=1&ids[]=2&ids[]=3&ids[]=4&ids[]=99&ids[]=x");
  EXPECT_EQ(body_of(answer).at("users").at(0).at("id"), 4);
  EXPECT_THAT(listed(answer), ElementsAre(1, 4));
  EXPECT_EQ(get("/users/2/osu").status, 404);
  EXPECT_EQ(get("/users/2/scores/best").status, 404);
  EXPECT_THAT(listed(get("/users", "")), ElementsAre());
}

TEST_F(OsuApi, a_batch_costs_a_unit_for_each_id_even_for_those_that_are_cut_off) {
  struct Case {
    std::string query;
    int cost;
    std::size_t users;
  };
  for (const auto& c : {Case{"ids[]=1", 1, 1}, Case{"", 1, 0}, Case{ids_query(1, 50), 50, 4},
                        Case{ids_query(-47, 3), 51, 2},  // -47 to 3 are 51: the last one is cut off
                        Case{"ids[]=1&ids[]=2&include_variant_statistics=1", 6, 2}}) {
    token = client_token();
    const auto answer = get("/users", c.query);
    EXPECT_EQ(answer.headers.get("X-RateLimit-Limit"), "1200");
    EXPECT_EQ(answer.headers.get("X-RateLimit-Remaining"), std::to_string(1200 - c.cost)) << c.query;
    EXPECT_EQ(listed(answer).size(), c.users) << c.query;
  }
  EXPECT_EQ(get("/users/1/osu").headers.get("X-RateLimit-Remaining"), "1193");
}

TEST_F(OsuApi, a_token_that_spent_its_minute_is_refused_without_advice_until_it_is_over) {
  for (int i = 0; i < 24; ++i) EXPECT_EQ(get("/users", ids_query(1, 50)).status, 200) << i;
  const auto refused = get("/users/1/osu");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body, R"({"error":"Too Many Attempts."})");
  EXPECT_FALSE(refused.headers.get("Retry-After"));
  EXPECT_FALSE(refused.headers.get("X-RateLimit-Limit"));
  EXPECT_EQ(world->counters().refused_for_rate, 1U);
  now += 59s;
  EXPECT_EQ(get("/users/1/osu").status, 429);
  const auto mine = std::exchange(token, client_token());
  EXPECT_EQ(get("/users/1/osu").status, 200);  // another token has its own minute
  token = mine;
  now += 1s;
  EXPECT_EQ(get("/users/1/osu").status, 200);
}

TEST_F(OsuApi, a_batch_may_begin_with_the_last_unit_because_it_is_charged_afterwards) {
  for (int i = 0; i < 23; ++i) get("/users", ids_query(1, 50));
  for (int i = 0; i < 49; ++i) get("/users/1/osu");
  EXPECT_EQ(get("/users", ids_query(1, 50)).status, 200);
  EXPECT_EQ(get("/users/1/osu").status, 429);
}

TEST_F(OsuApi, lookup_takes_ids_and_names_at_the_price_of_one_and_refuses_more_than_fifty) {
  const auto found = get("/users/lookup", "ids[]=1&ids[]=@brisa&ids[]=99&ruleset_id=0");
  EXPECT_THAT(listed(found), ElementsAre(1, 3));
  EXPECT_EQ(found.headers.get("X-RateLimit-Remaining"), "1199");
  const auto one = body_of(found).at("users").at(0);
  EXPECT_EQ(one.at("global_rank").at("rank"), *rank(1));
  EXPECT_FALSE(one.as_object().contains("statistics_rulesets"));
  const auto refused = get("/users/lookup", ids_query(1, 51));
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(field(refused, "error"), "ids parameter has a maximum of 50 items");
}

TEST_F(OsuApi, best_scores_come_in_pages_and_in_the_form_that_the_version_asks_for) {
  const net::Headers modern{{"x-api-version", "20240529"}};
  EXPECT_EQ(body_of(get("/users/1/scores/best", "", modern)).as_array().size(), 5U);
  EXPECT_EQ(body_of(get("/users/1/scores/best", "mode=osu&limit=2&offset=11", modern)).as_array().size(), 1U);
  EXPECT_TRUE(body_of(get("/users/1/scores/best", "mode=taiko", modern)).as_array().empty());
  const auto best = body_of(get("/users/1/scores/best", "limit=100", modern)).as_array();
  for (std::size_t i = 1; i < best.size(); ++i)
    EXPECT_GE(best[i - 1].at("pp").to_number<double>(), best[i].at("pp").to_number<double>());
  EXPECT_EQ(best[0].at("weight").at("percentage"), 100);
  EXPECT_TRUE(best[0].as_object().contains("ended_at"));
  for (const auto& headers : {net::Headers{}, net::Headers{{"x-api-version", "20220704"}}}) {
    const auto legacy = body_of(get("/users/1/scores/best", "limit=1", headers)).at(0);
    EXPECT_TRUE(legacy.at("statistics").as_object().contains("count_300"));
    EXPECT_TRUE(legacy.as_object().contains("created_at"));
    EXPECT_FALSE(legacy.as_object().contains("ended_at"));
  }
}

TEST_F(OsuApi, nobody_without_a_valid_token_gets_in) {
  for (const auto* authorization : {"", "Bearer nonsense", "Basic YTpi"}) {
    const auto refused = get("/users/1/osu", "", {{"Authorization", authorization}});
    EXPECT_EQ(refused.status, 401);
    EXPECT_EQ(refused.body, R"({"authentication":"basic"})");
  }
  now += 24h;
  EXPECT_EQ(get("/users/1/osu").status, 401);
}

TEST_F(OsuApi, an_applications_own_token_belongs_to_nobody) {
  const auto me = get("/me/osu");
  EXPECT_EQ(me.status, 403);
  EXPECT_EQ(field(me, "error"), "A required scope is missing.");
}

TEST_F(OsuApi, under_maintenance_everything_is_a_page) {
  world->set_maintenance(true);
  for (const auto& answer : {get("/users/1/osu"), ask("GET", "/oauth/authorize"),
                             post_token_with_credentials({{"grant_type", "client_credentials"}})}) {
    EXPECT_EQ(answer.status, 503);
    EXPECT_THAT(answer.body, testing::StartsWith("<!DOCTYPE html>"));
    EXPECT_THAT(std::string(answer.headers.get("Content-Type").value()), testing::HasSubstr("text/html"));
  }
  world->set_maintenance(false);
  EXPECT_EQ(get("/users/1/osu").status, 200);
}

TEST_F(OsuApi, counts_what_the_terms_of_use_forbid) {
  get("/users", ids_query(1, 3));
  EXPECT_EQ(world->counters().asked_again_within_a_minute, 0U);
  now += 59s;
  get("/users", ids_query(1, 2));
  EXPECT_EQ(world->counters().asked_again_within_a_minute, 2U);
  now += 60s;
  get("/users", ids_query(1, 2));
  EXPECT_EQ(world->counters().asked_again_within_a_minute, 2U);
  const auto before = world->counters().busiest_minute;
  for (int i = 0; i < 70; ++i) {
    now += 1s;
    get("/users/lookup");
  }
  EXPECT_EQ(before, 3U);  // the token and two batches
  EXPECT_EQ(world->counters().busiest_minute, 60U);
}

TEST_F(OsuApi, survives_requests_that_make_no_sense) {
  for (const auto* path :
       {"", "/", "//", "/api/v2", "/api/v2/", "/api/v2//", "/api/v2/users/", "/api/v2/users/@",
        "/api/v2/users/%00/osu", "/api/v2/users/1/scores/", "/api/v2/users/1/scores/worst",
        "/api/v2/users/99999999999999999999/osu", "/oauth/token", "/oauth/nothing"}) {
    for (const auto* method : {"GET", "POST", "DELETE", "PUT"}) {
      const auto answer = ask(method, path, "ids[]=&ids[]=%&limit=-1&offset=99999999999");
      EXPECT_GE(answer.status, 200) << method << path;
      EXPECT_LT(answer.status, 500) << method << path;
    }
  }
  EXPECT_EQ(get("/users/1/scores/best", "limit=-1&offset=9999999").status, 200);
}

}  // namespace
}  // namespace matchday::sandbox::osu
