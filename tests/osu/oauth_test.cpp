// Logging in at osu!: what is sent, a whole login against simulated osu!, and that no token stays alive.
#include "platforms/osu/oauth.hpp"

#include <gmock/gmock.h>

#include "tests/osu/simulated_osu.hpp"

namespace matchday::osu {
namespace {

using test::json_answer;
using test::page;
using testing::HasSubstr;
using testing::Not;

constexpr auto redirect_uri = "https://cup.example/osu/callback";

struct OsuLogin : test::SimulatedOsu {
  OAuthOptions oauth_options() const {
    return {.url = std::string(test::OsuHttp::base) + "/",
            .client_id = "31415",
            .client_secret = Secret<std::string>("sandbox-osu-client-secret-7b2f"),
            .redirect_uri = redirect_uri};
  }

  // What osu! sends the browser back with, after somebody pressed something on its page.
  std::map<std::string, std::string, std::less<>> press(std::string_view choice) {
    const auto address = oauth.authorize_url("a state");
    const auto query = address.substr(address.find('?') + 1) + "&" + std::string(choice);
    const auto answer =
        world.handle({.method = "GET", .path = "/oauth/authorize", .query = query}, clock.now());
    EXPECT_EQ(answer.status, 302) << answer.body;
    const auto location = std::string(answer.headers.get("Location").value_or(""));
    EXPECT_TRUE(location.starts_with(redirect_uri)) << location;
    std::map<std::string, std::string, std::less<>> out;
    for (auto& [name, value] : net::parse_query(location.substr(location.find('?') + 1))) out[name] = value;
    return out;
  }
  Result<User> identify(std::string code) {
    return run(oauth.identify(Secret<std::string>(std::move(code))));
  }

  OAuthClient oauth{http, limiter, clock, oauth_options()};
};

TEST_F(OsuLogin, sends_people_to_osu_with_a_state_and_asks_for_nothing_but_who_they_are) {
  EXPECT_EQ(oauth.authorize_url("s&t"),
            std::string(test::OsuHttp::base) +
                "/oauth/authorize?client_id=31415&redirect_uri=https%3A%2F%2Fcup.example%2Fosu%2Fcallback"
                "&response_type=code&scope=identify&state=s%26t");
  EXPECT_TRUE(oauth.configured());
  EXPECT_FALSE(OAuthClient(http, limiter, clock, {.client_id = "1"}).configured());
}

TEST_F(OsuLogin, tells_whose_account_it_is_and_gives_the_token_back) {
  const auto back = press("as=5");
  EXPECT_EQ(back.at("state"), "a state");
  const auto user = identify(back.at("code"));
  ASSERT_TRUE(user);
  EXPECT_EQ(user->id, PlayerId{5});
  EXPECT_EQ(user->username, "player 5");
  EXPECT_FALSE(user->is_restricted);
  EXPECT_TRUE(user->in(Ruleset::osu)->is_ranked());
  EXPECT_EQ(user->rank_history.size(), 90U);
  EXPECT_THAT(http.paths(), testing::ElementsAre("POST /oauth/token", "GET /api/v2/me/osu",
                                                 "DELETE /api/v2/oauth/tokens/current"));
  const std::string token(http.sent[1].headers.get("Authorization").value());
  EXPECT_EQ(world.oauth().find(token, clock.now()), nullptr);
}

TEST_F(OsuLogin, a_code_works_once_and_for_ten_minutes) {
  const auto code = press("as=5").at("code");
  ASSERT_TRUE(identify(code));
  EXPECT_EQ(identify(code).error().kind, ErrorKind::invalid);
  const auto late = press("as=5").at("code");
  let_time_pass(10min);
  EXPECT_EQ(identify(late).error().kind, ErrorKind::invalid);
  EXPECT_EQ(identify("never given").error().kind, ErrorKind::invalid);
}

TEST_F(OsuLogin, somebody_restricted_can_log_in_and_it_shows) {
  ASSERT_TRUE(world.set_restricted(6, true));
  const auto user = identify(press("as=6").at("code"));
  ASSERT_TRUE(user);
  EXPECT_TRUE(user->is_restricted);
  EXPECT_FALSE(user->in(Ruleset::osu)->is_ranked());
}

TEST_F(OsuLogin, somebody_without_a_rank_can_log_in_too) {
  world.add_player({.id = 500, .username = "newcomer"}, clock.now());
  const auto user = identify(press("as=500").at("code"));
  ASSERT_TRUE(user);
  EXPECT_FALSE(user->in(Ruleset::osu)->is_ranked());
}

TEST_F(OsuLogin, pressing_cancel_comes_back_without_a_code) {
  const auto back = press("deny=1");
  EXPECT_EQ(back.at("error"), "access_denied");
  EXPECT_FALSE(back.contains("code"));
}

TEST_F(OsuLogin, the_token_is_given_back_even_when_nobody_answers_whose_it_is) {
  http.in_the_way = [](const net::HttpRequest& request) -> std::optional<Result<net::HttpResponse>> {
    if (request.url.ends_with("/me/osu")) return page(503);
    return std::nullopt;
  };
  const auto user = identify(press("as=5").at("code"));
  ASSERT_FALSE(user);
  EXPECT_EQ(user.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(http.paths().back(), "DELETE /api/v2/oauth/tokens/current");
}

TEST_F(OsuLogin, a_token_that_cannot_be_given_back_does_not_undo_the_login) {
  http.in_the_way = [](const net::HttpRequest& request) -> std::optional<Result<net::HttpResponse>> {
    if (request.method == "DELETE") return fail(ErrorKind::ambiguous, "Reset.");
    return std::nullopt;
  };
  EXPECT_TRUE(identify(press("as=5").at("code")));
}

TEST_F(OsuLogin, errors_of_the_exchange_are_told_apart_and_quote_no_secret) {
  struct Case {
    net::HttpResponse answer;
    ErrorKind kind;
  };
  for (const auto& c :
       {Case{json_answer(400, R"({"error":"invalid_grant","hint":"canary-code"})"), ErrorKind::invalid},
        Case{json_answer(401, R"({"error":"invalid_client"})"), ErrorKind::unauthorized},
        Case{json_answer(400, R"({"error":"invalid_request"})"), ErrorKind::refused},
        Case{json_answer(429, R"({"error":"Too Many Attempts."})"), ErrorKind::limited},
        Case{page(503), ErrorKind::unavailable}, Case{page(200), ErrorKind::unavailable}}) {
    http.in_the_way = [&c](const net::HttpRequest&) {
      return std::optional(Result<net::HttpResponse>(c.answer));
    };
    http.sent.clear();
    const auto user = identify("canary-code");
    ASSERT_FALSE(user);
    EXPECT_EQ(user.error().kind, c.kind) << c.answer.body;
    EXPECT_THAT(user.error().describe(), Not(HasSubstr("canary")));
    EXPECT_EQ(http.sent.size(), 1U);
  }
}

}  // namespace
}  // namespace matchday::osu
