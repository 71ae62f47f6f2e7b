// Rate limits: buckets and their headers, the global limit, hidden sub-limits, exempt routes, and Cloudflare.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

struct LimitsTest : DiscordTest {
  LimitsTest() : DiscordTest(Rules{}) {}
  Reply post(ChannelId channel) {
    return ask("POST", channel_path(channel, "/messages"), {{"content", "x"}});
  }
};

TEST_F(LimitsTest, headers_count_down_and_the_next_request_is_a_429_with_its_scope) {
  for (int left = 4; left >= 0; --left) {
    const auto reply = post(text);
    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(reply.header("X-RateLimit-Limit"), "5");
    EXPECT_EQ(reply.header("X-RateLimit-Remaining"), std::to_string(left));
    EXPECT_EQ(reply.header("X-RateLimit-Reset-After"), "5.000");
  }
  pass(1s);
  const auto refused = post(text);
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body.at("retry_after"), 4.0);
  EXPECT_EQ(refused.body.at("global"), false);
  EXPECT_EQ(refused.header("Retry-After"), "4");
  EXPECT_EQ(refused.header("X-RateLimit-Scope"), "user");
  EXPECT_EQ(refused.header("X-RateLimit-Reset-After"), "4.000");
  EXPECT_EQ(refused.header("Via"), "1.1 google");
  EXPECT_EQ(world.counters().predictable_429s, 1U);
  pass(4s);
  EXPECT_EQ(post(text).status, 200);
}

TEST_F(LimitsTest, a_bucket_is_per_channel_but_its_hash_is_not) {
  const auto other = world.add_channel(guild, {.name = "other"});
  for (int i = 0; i < 5; ++i) post(text);
  const auto elsewhere = post(other);
  EXPECT_EQ(elsewhere.status, 200);
  EXPECT_EQ(elsewhere.header("X-RateLimit-Bucket"), post(text).header("X-RateLimit-Bucket"));
}

TEST_F(LimitsTest, routes_with_one_hash_share_a_bucket) {
  const auto path = channel_path(lobby, "/permissions/" + ana.text());
  EXPECT_EQ(ask("PUT", path, {{"type", 1}, {"allow", "0"}, {"deny", "0"}}).header("X-RateLimit-Remaining"),
            "9");
  EXPECT_EQ(ask("DELETE", path).header("X-RateLimit-Remaining"), "8");
}

TEST_F(LimitsTest, the_51st_request_within_a_second_is_a_global_429) {
  for (int i = 0; i < 50; ++i) {
    const auto where = world.add_channel(guild, {.name = "c"});
    ASSERT_EQ(ask("GET", channel_path(where)).status, 200);
  }
  const auto refused = ask("GET", channel_path(text));
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.body.at("global"), true);
  EXPECT_EQ(refused.header("X-RateLimit-Scope"), "global");
  EXPECT_EQ(refused.header("X-RateLimit-Global"), "true");
  pass(1s);
  EXPECT_EQ(ask("GET", channel_path(text)).status, 200);
}

TEST_F(LimitsTest, interaction_answers_do_not_count_towards_the_global_limit) {
  ask("PUT", commands_path(), json::array{json::object{{"name", "ping"}, {"description", "x"}}});
  auto& client = log_in();
  ASSERT_TRUE(world.fire_command({.channel = text, .user = ana, .name = "ping"}));
  const auto& one = *updated(client).last("INTERACTION_CREATE");
  const auto path = "/interactions/" + std::string(one.at("id").as_string()) + "/" +
                    std::string(one.at("token").as_string()) + "/callback";
  world.rules().global_per_second = 0;
  EXPECT_EQ(ask("GET", "/users/@me").status, 429);
  EXPECT_EQ(ask("POST", path, {{"type", 5}}).status, 204);
}

TEST_F(LimitsTest, the_third_rename_within_ten_minutes_is_refused_although_requests_remain) {
  const auto rename = [&](const char* name) { return ask("PATCH", channel_path(lobby), {{"name", name}}); };
  EXPECT_EQ(rename("A").status, 200);
  EXPECT_EQ(rename("B").status, 200);
  const auto refused = rename("C");
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.header("X-RateLimit-Remaining"), "2");
  EXPECT_EQ(refused.body.at("retry_after"), 600.0);
  EXPECT_EQ(world.counters().predictable_429s, 0U) << "nothing had announced it";
  EXPECT_EQ(ask("PATCH", channel_path(lobby), {{"user_limit", 3}}).status, 200)
      << "other fields are not limited";
  EXPECT_EQ(world.find_channel(lobby)->name, "B");
  pass(10min);
  EXPECT_EQ(rename("C").status, 200);
}

TEST_F(LimitsTest, role_creation_has_a_hidden_limit) {
  world.rules().role_creates_max = 1;
  EXPECT_EQ(ask("POST", guild_path("/roles"), {{"name", "one"}}).status, 200);
  const auto refused = ask("POST", guild_path("/roles"), {{"name", "two"}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_NE(refused.header("X-RateLimit-Remaining"), "0");
}

TEST_F(LimitsTest, edits_of_old_messages_have_a_limit_with_a_code_of_its_own) {
  world.rules().old_message_edits_max = 1;
  const auto path = channel_path(text, "/messages/" + post(text).text("id"));
  pass(1h);
  EXPECT_EQ(ask("PATCH", path, {{"content", "a"}}).status, 200);
  const auto refused = ask("PATCH", path, {{"content", "b"}});
  EXPECT_EQ(refused.status, 429);
  EXPECT_EQ(refused.code(), 30046);
}

TEST_F(LimitsTest, too_many_invalid_requests_bring_cloudflares_html) {
  world.rules().invalid_requests_max = 3;
  for (int i = 0; i < 3; ++i) ask("GET", "/users/@me", nullptr, {{"Authorization", "Bot wrong"}});
  const auto banned = ask("GET", "/users/@me");
  EXPECT_EQ(banned.status, 429);
  EXPECT_EQ(banned.header("Via"), "(none)");
  EXPECT_EQ(banned.header("Content-Type"), "text/html; charset=UTF-8");
  EXPECT_EQ(banned.header("Retry-After"), "600");
  pass(10min);
  EXPECT_EQ(ask("GET", "/users/@me").status, 200);
}

TEST_F(LimitsTest, requests_are_counted_by_route_and_status) {
  post(text);
  post(text);
  EXPECT_EQ(world.counters().requests_by_route.at("POST /channels/{channel_id}/messages"), 2U);
  EXPECT_EQ(world.counters().responses_by_status.at(200), 2U);
}

}  // namespace
}  // namespace matchday::sandbox::discord
