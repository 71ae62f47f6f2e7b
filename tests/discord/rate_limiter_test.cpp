// The limiter on virtual time: who may start, who waits, and what each kind of refusal teaches.
#include "platforms/discord/rate_limiter.hpp"

#include "platforms/discord/channels.hpp"
#include "platforms/discord/interactions.hpp"
#include "platforms/discord/messages.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday::discord {
namespace {

const net::Headers two_of_two_left{{"X-RateLimit-Bucket", "abc"},
                                   {"X-RateLimit-Limit", "3"},
                                   {"X-RateLimit-Remaining", "2"},
                                   {"X-RateLimit-Reset-After", "4.000"}};
const net::Headers none_left{{"X-RateLimit-Bucket", "abc"},
                             {"X-RateLimit-Limit", "3"},
                             {"X-RateLimit-Remaining", "0"},
                             {"X-RateLimit-Reset-After", "4.000"}};

RestRequest message_in(std::uint64_t channel) {
  return create_message(ChannelId{channel}, {});
}

struct RateLimiterTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  RateLimiter limiter{context.get_executor(), clock};
  TaskGroup tasks{context.get_executor(), [](const std::string&, const std::exception_ptr&) { FAIL(); }};
  std::vector<std::string> done;

  ~RateLimiterTest() override {
    tasks.cancel_all();
    sim::run(context, clock, tasks.join());
  }

  Result<RateLimiter::Permit> acquire(RateKey key, Duration patience = 0ms) {
    return sim::run(context, clock, limiter.acquire(std::move(key), patience));
  }

  // Sends one request whose answer has these headers.
  void teach(RateKey key, int status, const net::Headers& headers, const json::value& body = nullptr) {
    auto permit = acquire(std::move(key), 1h);
    ASSERT_TRUE(permit) << permit.error().message;
    permit->mark_sent();
    permit->complete(status, headers, body);
  }

  Time when_admitted(RateKey key) {
    const auto permit = acquire(std::move(key), 1h);
    EXPECT_TRUE(permit);
    return clock.now();
  }

  void send_in_background(std::string name, RateKey key, const net::Headers& headers) {
    static constexpr auto send = [](RateLimiterTest* test, std::string its_name, RateKey its_key,
                                    net::Headers its_headers) -> Task<void> {
      auto permit = co_await test->limiter.acquire(std::move(its_key), 1h);
      CHECK(permit);
      permit->mark_sent();
      co_await test->clock.sleep(100ms);
      permit->complete(200, its_headers);
      test->done.push_back(its_name);
    };
    tasks.spawn(name, send(this, name, std::move(key), headers));
  }
};

TEST_F(RateLimiterTest, a_bucket_that_nobody_knows_is_probed_by_one_request_at_a_time) {
  auto probe = acquire(message_in(1));
  ASSERT_TRUE(probe);
  EXPECT_FALSE(acquire(message_in(1)));
  EXPECT_TRUE(acquire(message_in(2))) << "another channel has another bucket";
  probe->mark_sent();
  probe->complete(200, two_of_two_left);
  EXPECT_TRUE(acquire(message_in(1)));
}

TEST_F(RateLimiterTest, as_many_are_in_flight_as_the_bucket_has_places) {
  teach(message_in(1), 200, two_of_two_left);
  const auto first = acquire(message_in(1));
  const auto second = acquire(message_in(1));
  EXPECT_TRUE(first && second);
  EXPECT_FALSE(acquire(message_in(1)));
}

TEST_F(RateLimiterTest, a_used_up_bucket_opens_again_at_its_reset_plus_the_guard) {
  teach(message_in(1), 200, none_left);
  const auto start = clock.now();
  EXPECT_EQ(when_admitted(message_in(1)) - start, 4040ms) << "a hundredth of the window";
}

TEST_F(RateLimiterTest, a_wait_that_is_known_to_be_longer_than_the_patience_fails_at_once_and_says_when) {
  teach(message_in(1), 200, none_left);
  const auto start = clock.now();
  const auto permit = acquire(message_in(1), 2s);
  ASSERT_FALSE(permit);
  EXPECT_EQ(permit.error().kind, ErrorKind::limited);
  EXPECT_EQ(permit.error().retry_after, 4040ms);
  EXPECT_EQ(clock.now(), start);
}

TEST_F(RateLimiterTest, in_a_new_window_one_request_goes_ahead_and_the_others_follow_its_answer) {
  teach(message_in(1), 200, none_left);
  sim::run(context, clock, clock.sleep(5s));
  auto ahead = acquire(message_in(1));
  ASSERT_TRUE(ahead);
  EXPECT_FALSE(acquire(message_in(1))) << "the limit may have changed, and the route its bucket";
  ahead->mark_sent();
  ahead->complete(200, two_of_two_left);
  const auto first = acquire(message_in(1));
  const auto second = acquire(message_in(1));
  EXPECT_TRUE(first && second);
}

TEST_F(RateLimiterTest, a_limit_that_shrank_is_learned_before_it_is_overrun) {
  teach(message_in(1), 200, two_of_two_left);
  sim::run(context, clock, clock.sleep(5s));
  teach(message_in(1), 200,
        {{"X-RateLimit-Bucket", "other"},
         {"X-RateLimit-Limit", "1"},
         {"X-RateLimit-Remaining", "0"},
         {"X-RateLimit-Reset-After", "2.000"}});
  const auto start = clock.now();
  EXPECT_EQ(when_admitted(message_in(1)) - start, 2020ms);
}

TEST_F(RateLimiterTest, a_slow_answer_of_the_one_that_went_ahead_holds_the_others_up_for_three_seconds) {
  teach(message_in(1), 200, none_left);
  sim::run(context, clock, clock.sleep(5s));
  const auto ahead = acquire(message_in(1));
  const auto start = clock.now();
  EXPECT_EQ(when_admitted(message_in(1)) - start, 3s);
}

TEST_F(RateLimiterTest, requests_in_flight_across_a_reset_count_in_the_new_window) {
  teach(message_in(1), 200, two_of_two_left);
  auto late = acquire(message_in(1));
  late->mark_sent();
  sim::run(context, clock, clock.sleep(5s));
  teach(message_in(1), 200, two_of_two_left);
  const auto one = acquire(message_in(1));
  EXPECT_TRUE(one);
  EXPECT_FALSE(acquire(message_in(1))) << "the late one may land in this window";
}

TEST_F(RateLimiterTest, of_two_reckonings_of_a_windows_end_the_earlier_holds) {
  teach(message_in(1), 200, two_of_two_left);  // 4 s from now
  auto quick = acquire(message_in(1));
  quick->mark_sent();
  sim::run(context, clock, clock.sleep(100ms));
  auto headers = none_left;
  headers.set("X-RateLimit-Reset-After", "3.880");  // this answer travelled 20 ms less than the first
  quick->complete(200, headers);
  const auto start = clock.now();
  EXPECT_EQ(when_admitted(message_in(1)) - start, 3920ms);
}

TEST_F(RateLimiterTest, whoever_comes_back_takes_the_place_of_their_wishs_age) {
  const net::Headers one_place{{"X-RateLimit-Bucket", "abc"},
                               {"X-RateLimit-Limit", "1"},
                               {"X-RateLimit-Remaining", "0"},
                               {"X-RateLimit-Reset-After", "1.000"}};
  teach(message_in(1), 200, one_place);
  const auto wish = [&](Duration age) {
    auto request = message_in(1);
    request.since = clock.now() - age;
    return request;
  };
  send_in_background("young", wish(1s), one_place);
  send_in_background("old", wish(9s), one_place);
  sim::run(context, clock, tasks.join());
  EXPECT_EQ(done, (std::vector<std::string>{"old", "young"}));
}

TEST_F(RateLimiterTest, tenants_take_turns_however_many_requests_one_of_them_has) {
  const net::Headers one_place{{"X-RateLimit-Bucket", "abc"},
                               {"X-RateLimit-Limit", "1"},
                               {"X-RateLimit-Remaining", "0"},
                               {"X-RateLimit-Reset-After", "1.000"}};
  teach(message_in(1), 200, one_place);
  const auto of = [&](std::string tenant, int priority = 0) {
    auto request = message_in(1);
    request.tenant = std::move(tenant);
    request.priority = priority;
    return request;
  };
  for (const auto* name : {"a1", "a2", "a3"}) send_in_background(name, of("a"), one_place);
  send_in_background("b1", of("b"), one_place);
  send_in_background("b2", of("b"), one_place);
  send_in_background("a4, urgent", of("a", 1), one_place);
  sim::run(context, clock, tasks.join());
  EXPECT_EQ(done, (std::vector<std::string>{"a4, urgent", "b1", "a1", "b2", "a2", "a3"}));
}

TEST_F(RateLimiterTest, an_answer_that_was_overtaken_gives_no_place_back) {
  teach(message_in(1), 200, two_of_two_left);
  auto first = acquire(message_in(1));
  auto second = acquire(message_in(1));
  first->mark_sent();
  second->mark_sent();
  second->complete(200, none_left);
  first->complete(200, two_of_two_left);
  EXPECT_FALSE(acquire(message_in(1)));
}

TEST_F(RateLimiterTest, a_dropped_permit_returns_its_place_unless_the_request_was_sent) {
  teach(message_in(1), 200, two_of_two_left);
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(acquire(message_in(1)));
  for (int i = 0; i < 2; ++i) acquire(message_in(1))->mark_sent();
  EXPECT_FALSE(acquire(message_in(1))) << "two lost requests may have been counted";
}

TEST_F(RateLimiterTest, routes_that_share_a_hash_share_the_bucket) {
  teach(message_in(1), 200, two_of_two_left);
  teach(edit_message(ChannelId{1}, MessageId{5}, {}), 200, none_left);
  EXPECT_FALSE(acquire(message_in(1)));
}

TEST_F(RateLimiterTest, a_route_without_limit_headers_is_bound_by_the_global_limit_only) {
  const auto key = get_channel(ChannelId{1});
  teach(key, 200, {});
  std::vector<RateLimiter::Permit> held;
  for (int i = 0; i < 30; ++i) {
    auto permit = acquire(key);
    ASSERT_TRUE(permit);
    held.push_back(std::move(*permit));
  }
}

TEST_F(RateLimiterTest, never_more_than_the_global_limit_in_any_second_and_people_have_a_reserve) {
  const auto admitted = [&](Lane lane) {
    std::vector<RateLimiter::Permit> held;
    for (std::uint64_t i = 1; i <= 100; ++i) {
      auto request = message_in(1000 * static_cast<std::uint64_t>(lane) + i);
      request.lane = lane;
      auto permit = acquire(request);
      if (!permit) break;
      permit->mark_sent();
      held.push_back(std::move(*permit));
    }
    const auto count = held.size();
    for (auto& permit : held) permit.complete(200, two_of_two_left);
    return count;
  };
  EXPECT_EQ(admitted(Lane::orchestration), 35U);
  EXPECT_EQ(admitted(Lane::user_visible), 10U);
  EXPECT_EQ(admitted(Lane::interaction_webhook), 100U) << "interactions are exempt";
  sim::run(context, clock, clock.sleep(999ms));
  EXPECT_EQ(admitted(Lane::user_visible), 0U);
  sim::run(context, clock, clock.sleep(1ms));
  EXPECT_EQ(admitted(Lane::background), 35U);
}

TEST_F(RateLimiterTest, earlier_lanes_and_higher_priorities_go_first) {
  const auto request = [](Lane lane, int priority) {
    auto made = message_in(1);
    made.lane = lane;
    made.priority = priority;
    return made;
  };
  const net::Headers one_place{{"X-RateLimit-Bucket", "abc"},
                               {"X-RateLimit-Limit", "1"},
                               {"X-RateLimit-Remaining", "0"},
                               {"X-RateLimit-Reset-After", "1.000"}};
  teach(message_in(1), 200, one_place);
  send_in_background("sweep", request(Lane::background, 9), one_place);
  send_in_background("move", request(Lane::orchestration, 0), one_place);
  send_in_background("channel", request(Lane::orchestration, 5), one_place);
  send_in_background("second move", request(Lane::orchestration, 0), one_place);
  send_in_background("person", request(Lane::user_visible, 0), one_place);
  sim::run(context, clock, tasks.join());
  EXPECT_EQ(done, (std::vector<std::string>{"person", "channel", "move", "second move", "sweep"}));
}

TEST_F(RateLimiterTest, a_cancelled_waiter_leaves_the_queue) {
  teach(message_in(1), 200, none_left);
  send_in_background("waits", message_in(1), {});
  sim::run(context, clock, clock.sleep(1s));
  EXPECT_EQ(limiter.stats().waiting, 1U);
  tasks.cancel_all();
  sim::run(context, clock, tasks.join());
  EXPECT_EQ(limiter.stats().waiting, 0U);
  EXPECT_TRUE(done.empty());
}

TEST_F(RateLimiterTest, a_place_that_frees_up_just_before_the_waiter_falls_asleep_is_not_missed) {
  auto probe = acquire(message_in(1));
  probe->mark_sent();
  const auto start = clock.now();
  send_in_background("waits", message_in(1), two_of_two_left);
  context.restart();
  while (limiter.stats().waiting == 0) context.poll_one();
  probe->complete(200, two_of_two_left);
  sim::run(context, clock, tasks.join());
  EXPECT_EQ(clock.now() - start, 100ms);
}

TEST_F(RateLimiterTest, a_third_rename_in_ten_minutes_is_not_even_tried) {
  const auto rename = modify_channel(ChannelId{1}, {{"name", "x"}}, "");
  teach(rename, 200, {});
  sim::run(context, clock, clock.sleep(1min));
  teach(rename, 200, {});
  const auto third = acquire(rename, 1min);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().retry_after, 9min);
  EXPECT_TRUE(acquire(modify_channel(ChannelId{1}, {{"user_limit", 5}}, ""))) << "other changes are free";
  EXPECT_TRUE(acquire(modify_channel(ChannelId{2}, {{"name", "x"}}, ""))) << "other channels are free";
  EXPECT_EQ(limiter.stats().limited_user, 0U);
}

TEST_F(RateLimiterTest, a_refusal_with_places_left_parks_only_that_kind_of_change) {
  auto headers = two_of_two_left;
  headers.set("X-RateLimit-Scope", "user");
  const auto rename = modify_channel(ChannelId{1}, {{"name", "x"}}, "");
  teach(rename, 429, headers, {{"retry_after", 582.5}});
  const auto again = acquire(rename, 1min);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().retry_after, 582'550ms);
  EXPECT_TRUE(acquire(modify_channel(ChannelId{1}, {{"user_limit", 5}}, "")));
}

TEST_F(RateLimiterTest, too_many_edits_of_one_old_message_park_only_that_message) {
  const auto edit = [](std::uint64_t message) { return edit_message(ChannelId{1}, MessageId{message}, {}); };
  teach(edit(5), 429, two_of_two_left, {{"retry_after", 60.0}, {"code", 30046}});
  EXPECT_FALSE(acquire(edit(5), 10s));
  EXPECT_TRUE(acquire(edit(6), 10s));
}

TEST_F(RateLimiterTest, a_refusal_of_an_empty_bucket_holds_the_bucket_for_retry_after_not_for_the_reset) {
  auto headers = none_left;
  headers.set("X-RateLimit-Scope", "user");
  teach(message_in(1), 429, headers, {{"retry_after", 9.0}});
  const auto start = clock.now();
  EXPECT_EQ(when_admitted(message_in(1)) - start, 9050ms);
}

TEST_F(RateLimiterTest, a_shared_refusal_holds_the_bucket_and_does_not_count_as_invalid) {
  auto headers = two_of_two_left;
  headers.set("X-RateLimit-Scope", "shared");
  teach(message_in(1), 200, two_of_two_left);
  teach(message_in(1), 429, headers, {{"retry_after", 20.0}});
  EXPECT_FALSE(acquire(message_in(1), 10s));
  EXPECT_EQ(limiter.stats().invalid_recent, 0U);
  EXPECT_EQ(limiter.stats().limited_shared, 1U);
}

TEST_F(RateLimiterTest, a_global_refusal_stops_everybody_but_interactions) {
  teach(message_in(1), 429, {{"X-RateLimit-Global", "true"}}, {{"retry_after", 3.0}, {"global", true}});
  EXPECT_FALSE(acquire(message_in(2), 1s));
  EXPECT_TRUE(acquire(respond(InteractionId{1}, Secret<std::string>("t"), {})));
  EXPECT_TRUE(acquire(follow_up(ApplicationId{1}, Secret<std::string>("t"), {})));
  const auto start = clock.now();
  EXPECT_EQ(when_admitted(message_in(2)) - start, 3050ms);
}

TEST_F(RateLimiterTest, a_ban_by_the_edge_stops_all_for_ten_minutes) {
  teach(message_in(1), 429, {{"Retry-After", "30"}}, nullptr);
  const auto permit = acquire(respond(InteractionId{1}, Secret<std::string>("t"), {}), 1min);
  ASSERT_FALSE(permit);
  EXPECT_EQ(permit.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(permit.error().retry_after, 10min);
}

TEST_F(RateLimiterTest, a_refused_bot_token_stops_all_that_needs_it_including_those_who_wait) {
  teach(message_in(1), 200, none_left);
  std::optional<Result<>> waited;
  static constexpr auto wait = [](RateLimiter* from, std::optional<Result<>>* out) -> Task<void> {
    auto permit = co_await from->acquire(message_in(1), 1h);
    *out = permit ? Result<>{} : Result<>(std::unexpected(permit.error()));
  };
  tasks.spawn("waits", wait(&limiter, &waited));
  teach(message_in(2), 401, {}, {{"code", 0}, {"message", "401: Unauthorized"}});
  sim::run(context, clock, tasks.join());
  ASSERT_TRUE(waited && !*waited);
  EXPECT_EQ(waited->error().kind, ErrorKind::unauthorized);
  EXPECT_TRUE(acquire(follow_up(ApplicationId{1}, Secret<std::string>("t"), {})));
  limiter.forget_unauthorized();
  EXPECT_TRUE(acquire(message_in(3)));
}

TEST_F(RateLimiterTest, an_expired_interaction_says_nothing_about_the_bot_token) {
  teach(follow_up(ApplicationId{1}, Secret<std::string>("t"), {}), 401, {}, {{"code", 50027}});
  teach(message_in(1), 401, {}, {{"code", 50027}});
  EXPECT_TRUE(acquire(message_in(2)));
}

TEST_F(RateLimiterTest, too_many_refused_requests_stop_all_but_interactions_before_cloudflare_does) {
  RateLimiter strict(context.get_executor(), clock, {.invalid_warn = 5, .invalid_stop = 10});
  for (std::uint64_t i = 1; i <= 10; ++i) {
    auto permit = sim::run(context, clock, strict.acquire(message_in(i), 1h));
    ASSERT_TRUE(permit);
    permit->mark_sent();
    permit->complete(403, {}, {{"code", 50013}});
  }
  const auto stopped = sim::run(context, clock, strict.acquire(message_in(99), 1min));
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::unavailable);
  EXPECT_TRUE(
      sim::run(context, clock, strict.acquire(respond(InteractionId{1}, Secret<std::string>("t"), {}), 0ms)));
  EXPECT_TRUE(sim::run(context, clock, strict.acquire(message_in(99), 11min)));
}

TEST_F(RateLimiterTest, an_interaction_callback_waits_for_nothing) {
  std::vector<RateLimiter::Permit> held;
  for (std::uint64_t i = 1; i <= 200; ++i) {
    auto permit = acquire(respond(InteractionId{i}, Secret<std::string>("t"), {}));
    ASSERT_TRUE(permit);
    held.push_back(std::move(*permit));
  }
}

TEST_F(RateLimiterTest, an_idle_bucket_is_forgotten_and_probed_again) {
  teach(message_in(1), 200, two_of_two_left);
  sim::run(context, clock, clock.sleep(1h));
  for (std::uint64_t i = 1000; i < 1600; ++i)
    (void)acquire(respond(InteractionId{i}, Secret<std::string>("t"), {}));
  const auto probe = acquire(message_in(1));
  EXPECT_TRUE(probe);
  EXPECT_FALSE(acquire(message_in(1)));
}

TEST(RateAnswers, are_read_from_headers_and_body) {
  struct Case {
    int status;
    net::Headers headers;
    json::value body;
    RateAnswer::Scope scope;
    std::optional<Duration> retry_after;
    bool from_edge;
  };
  const json::value body{{"retry_after", 1.5}, {"global", false}};
  const json::value global{{"retry_after", 0.25}, {"global", true}};
  using Scope = RateAnswer::Scope;
  for (const auto& c :
       {Case{200, {}, nullptr, Scope::none, {}, false},
        Case{429, {{"X-RateLimit-Scope", "user"}, {"Retry-After", "2"}}, body, Scope::user, 1500ms, false},
        Case{429, {{"X-RateLimit-Scope", "shared"}}, body, Scope::shared, 1500ms, false},
        Case{429, {}, global, Scope::global, 250ms, false},
        Case{429, {{"Retry-After", "300"}}, nullptr, Scope::none, 300s, true}}) {
    const auto answer = read_rate_answer(c.status, c.headers, c.body);
    EXPECT_EQ(answer.scope, c.scope);
    EXPECT_EQ(answer.retry_after, c.retry_after);
    EXPECT_EQ(answer.from_edge, c.from_edge);
  }
  const auto decimals =
      read_rate_answer(200, {{"x-ratelimit-reset-after", "0.2501"}, {"x-ratelimit-remaining", "x"}}, nullptr);
  EXPECT_EQ(decimals.reset_after, 251ms) << "rounded up, never down to zero";
  EXPECT_FALSE(decimals.remaining);
}

}  // namespace
}  // namespace matchday::discord
