// The application's token: asked for once however many want it, kept until shortly before its end, renewed
// once when osu! does not take it any more.
#include "tests/osu/simulated_osu.hpp"

namespace matchday::osu {
namespace {

using test::json_answer;

struct OsuAccessToken : test::SimulatedOsu {
  Task<void> one_call() {
    auto user = co_await client.users({PlayerId{1}});
    if (user)
      ++succeeded;
    else
      failures.push_back(user.error());
  }
  auto tokens() const { return http.count("POST /oauth/token"); }

  int succeeded = 0;
  std::vector<Error> failures;
};

TEST_F(OsuAccessToken, a_hundred_simultaneous_calls_ask_for_one_token) {
  for (int i = 0; i < 100; ++i) start(one_call());
  ASSERT_TRUE(sim::run_until(context, clock, 1h, [&] { return tasks.size() == 0; }));
  EXPECT_EQ(tokens(), 1);
  EXPECT_EQ(static_cast<std::size_t>(succeeded) + failures.size(), 100U);
  // Those whose turn does not come within their deadline are told when to come again; no request is lost.
  for (const auto& failure : failures) {
    EXPECT_EQ(failure.kind, ErrorKind::limited);
    EXPECT_TRUE(failure.retry_after);
  }
  EXPECT_GE(succeeded, 30);
  EXPECT_LE(world.counters().busiest_minute, 60U);
}

TEST_F(OsuAccessToken, a_failed_renewal_fails_everybody_who_waited_for_it_and_nobody_asks_again) {
  http.in_the_way = [](const net::HttpRequest&) {
    return std::optional(
        Result<net::HttpResponse>(json_answer(401, R"({"error":"invalid_client","message":"x"})")));
  };
  for (int i = 0; i < 100; ++i) start(one_call());
  ASSERT_TRUE(sim::run_until(context, clock, 1h, [&] { return tasks.size() == 0; }));
  EXPECT_EQ(http.sent.size(), 1U);
  ASSERT_EQ(failures.size(), 100U);
  EXPECT_EQ(failures.front().kind, ErrorKind::unauthorized);
  EXPECT_EQ(failures.front().message, "osu! does not accept our client id or secret.");
  // For a minute nobody bothers osu! with it.
  let_time_pass(50s);
  EXPECT_FALSE(run(client.users({PlayerId{1}})));
  EXPECT_EQ(http.sent.size(), 1U);
  http.in_the_way = [](const net::HttpRequest&) { return std::nullopt; };
  let_time_pass(11s);
  EXPECT_TRUE(run(client.users({PlayerId{1}})));
}

TEST_F(OsuAccessToken, is_kept_until_shortly_before_its_end) {
  EXPECT_TRUE(run(client.users({PlayerId{1}})));
  let_time_pass(23h + 45min);
  EXPECT_TRUE(run(client.users({PlayerId{1}})));
  EXPECT_EQ(tokens(), 1);
  let_time_pass(6min);
  EXPECT_TRUE(run(client.users({PlayerId{1}})));
  EXPECT_EQ(tokens(), 2);
  EXPECT_EQ(world.counters().unauthorized, 0U);
}

TEST_F(OsuAccessToken, that_was_revoked_is_renewed_once_and_nobody_notices) {
  EXPECT_TRUE(run(client.users({PlayerId{1}})));
  world.oauth().revoke_all();
  EXPECT_TRUE(run(client.users({PlayerId{1}})));
  EXPECT_EQ(tokens(), 2);
  EXPECT_EQ(world.counters().unauthorized, 1U);
}

TEST_F(OsuAccessToken, revoked_under_many_calls_is_renewed_once_for_all_of_them) {
  EXPECT_TRUE(run(client.users({PlayerId{1}})));
  let_time_pass(1min);
  world.oauth().revoke_all();
  for (int i = 0; i < 8; ++i) start(one_call());
  ASSERT_TRUE(sim::run_until(context, clock, 1h, [&] { return tasks.size() == 0; }));
  EXPECT_EQ(succeeded, 8);
  EXPECT_EQ(tokens(), 2);
}

TEST_F(OsuAccessToken, that_is_never_taken_ends_in_unauthorized_after_one_renewal) {
  api_answers([] { return json_answer(401, R"({"authentication":"basic"})"); });
  const auto users = run(client.users({PlayerId{1}}));
  ASSERT_FALSE(users);
  EXPECT_EQ(users.error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(tokens(), 2);
  EXPECT_EQ(http.count("GET /api/v2/users"), 2);
}

TEST_F(OsuAccessToken, whoever_is_cancelled_while_renewing_leaves_it_to_the_next) {
  http.latency = 2s;
  TaskGroup impatient(context.get_executor(), [](const std::string&, const std::exception_ptr&) {});
  impatient.spawn("first", one_call());
  let_time_pass(1s);
  start(one_call());
  let_time_pass(1s);
  impatient.cancel_all();
  ASSERT_TRUE(sim::run_until(context, clock, 1h, [&] { return tasks.size() == 0 && impatient.size() == 0; }));
  EXPECT_EQ(succeeded, 1);
  EXPECT_EQ(tokens(), 2);
}

TEST_F(OsuAccessToken, a_token_answer_that_is_none_is_no_token) {
  for (const auto* body : {"{}", R"({"access_token":null,"expires_in":86400})", "<html>"}) {
    http.in_the_way = [body](const net::HttpRequest&) {
      return std::optional(Result<net::HttpResponse>(json_answer(200, body)));
    };
    const auto users = run(client.users({PlayerId{1}}));
    ASSERT_FALSE(users);
    EXPECT_EQ(users.error().kind, ErrorKind::unavailable) << body;
    let_time_pass(10min);
  }
}

}  // namespace
}  // namespace matchday::osu
