// The limiter under load on virtual time, against a server that counts its refusals.
#include "platforms/discord/channels.hpp"
#include "platforms/discord/members.hpp"
#include "platforms/discord/messages.hpp"
#include "platforms/discord/rate_limiter.hpp"
#include "sim/clock/virtual_clock.hpp"
#include "tests/discord/support/bucket_server.hpp"

namespace matchday::discord {
namespace {

struct Load {
  RateLimiter& limiter;
  sim::VirtualClock& clock;
  test::BucketServer& server;
  Random random;
  int completed = 0;
  double lost = 0;
};

Task<void> one_request(Load* load, RateKey key, Duration delay) {
  co_await load->clock.sleep(delay);
  for (;;) {
    auto permit = co_await load->limiter.acquire(key, 24h);
    CHECK(permit);
    permit->mark_sent();
    co_await load->clock.sleep(load->random.between(5ms, 700ms));
    const auto answer = load->server.process(key, load->clock.now());
    const bool answer_lost = load->random.chance(load->lost);
    co_await load->clock.sleep(load->random.between(5ms, 700ms));
    if (answer_lost) break;
    permit->complete(answer.status, answer.headers, answer.body);
    if (answer.status == 200) break;
  }
  ++load->completed;
}

std::vector<RestRequest> all_kinds(std::uint64_t n) {
  return {create_message(ChannelId{n}, {}),
          edit_message(ChannelId{n}, MessageId{1}, {}),
          delete_message(ChannelId{n}, MessageId{1}, ""),
          create_guild_channel(GuildId{n}, {}, ""),
          move_member(GuildId{n}, UserId{1}, std::nullopt, ""),
          get_channel(ChannelId{n})};
}

void random_rules(test::BucketServer& server, Random& random) {
  for (const auto& request : all_kinds(1)) {
    const auto hash = fmt::format("hash{}", random.between(1, 5));  // sometimes the same one
    auto rule = test::BucketServer::Rule{.hash = hash,
                                         .limit = static_cast<int>(random.between(1, 10)),
                                         .window = random.between(500ms, 10s),
                                         .headers = random.chance(0.9)};
    for (const auto& [route, other] : server.rules) {
      if (other.hash == hash) rule = other;
    }
    server.rules[RateKey(request).route] = rule;
  }
}

void no_refusals_under_load(std::uint64_t seed) {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  RateLimiter limiter(context.get_executor(), clock);
  test::BucketServer server;
  Random random(seed);
  random_rules(server, random);
  Load load{limiter, clock, server, random.fork()};
  // Which routes share a bucket can't be known before each has been answered once.
  for (const auto& request : all_kinds(99))
    sim::run(context, clock, one_request(&load, RateKey(request), 0ms));
  load.completed = 0;
  server.refused = 0;
  load.lost = seed % 3 == 0 ? 0.05 : 0;
  TaskGroup tasks(context.get_executor(),
                  [](const std::string&, const std::exception_ptr& error) { FAIL() << describe(error); });
  constexpr int requests = 250;
  for (int i = 0; i < requests; ++i) {
    const auto kinds = all_kinds(static_cast<std::uint64_t>(random.between(1, 3)));
    auto key =
        kinds[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(kinds.size()) - 1))];
    key.lane = static_cast<Lane>(random.between(1, 4));
    tasks.spawn("request", one_request(&load, RateKey(key), random.between(0ms, 20s)));
  }
  for (int i = 1; i <= 5; ++i) {
    clock.call_at(clock.now() + random.between(1s, 30s),
                  [&server, i] { server.rename(fmt::format("hash{}", i), fmt::format("renamed{}", i)); });
  }
  sim::run(context, clock, tasks.join());
  EXPECT_EQ(load.completed, requests);
  EXPECT_EQ(server.refused, 0) << "seed " << seed;
  EXPECT_EQ(server.refused_globally, 0) << "seed " << seed;
}

TEST(RateLimiterUnderLoad,
     no_request_is_refused_whatever_the_limits_and_delays_and_when_buckets_are_renamed) {
  for (std::uint64_t seed = 1; seed <= 24; ++seed) no_refusals_under_load(seed);
}

TEST(RateLimiterUnderLoad, places_are_used_instead_of_sending_one_after_the_other) {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  RateLimiter limiter(context.get_executor(), clock);
  test::BucketServer server;
  const RestRequest move = move_member(GuildId{1}, UserId{1}, std::nullopt, "");
  server.rules[RateKey(move).route] = {.hash = "moves", .limit = 10, .window = 10s};
  Load load{limiter, clock, server, Random(1)};
  TaskGroup tasks(context.get_executor(),
                  [](const std::string&, const std::exception_ptr& error) { FAIL() << describe(error); });
  const auto start = clock.now();
  for (int i = 0; i < 40; ++i) tasks.spawn("move", one_request(&load, RateKey(move), 0ms));
  sim::run(context, clock, tasks.join());
  EXPECT_EQ(server.refused, 0);
  EXPECT_LT(clock.now() - start, 36s) << "four windows of ten seconds, less the last, and some latency";
}

}  // namespace
}  // namespace matchday::discord
