// What every REST request passes through: credentials, headers, bodies, routes and the shape of refusals.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

using RestTest = DiscordTest;

TEST_F(RestTest, a_wrong_token_is_answered_401_with_code_0) {
  const auto reply = ask("GET", "/users/@me", nullptr, {{"Authorization", "Bot wrong"}});
  EXPECT_EQ(reply.status, 401);
  EXPECT_EQ(reply.code(), 0);
  EXPECT_EQ(reply.text("message"), "401: Unauthorized");
}

TEST_F(RestTest, a_token_without_the_word_bot_is_refused) {
  EXPECT_EQ(ask("GET", "/users/@me", nullptr, {{"Authorization", world.rules().bot_token}}).status, 401);
}

TEST_F(RestTest, a_request_without_a_bots_user_agent_is_blocked) {
  for (const auto* agent : {"", "curl/8", "Mozilla/5.0"}) {
    const auto reply = ask("GET", "/users/@me", nullptr, {{"User-Agent", agent}});
    EXPECT_EQ(reply.status, 403);
    EXPECT_EQ(reply.code(), 40333);
  }
}

TEST_F(RestTest, an_unknown_route_is_404_and_a_wrong_method_405_with_code_0) {
  const auto unknown = ask("GET", "/nothing/here");
  EXPECT_EQ(unknown.status, 404);
  EXPECT_EQ(unknown.text("message"), "404: Not Found");
  EXPECT_EQ(ask("DELETE", "/users/@me").status, 405);
}

TEST_F(RestTest, a_body_of_another_content_type_is_an_invalid_form) {
  const auto reply = ask("POST", guild_path("/channels"), {{"name", "x"}}, {{"Content-Type", "text/plain"}});
  EXPECT_EQ(reply.status, 400);
  EXPECT_EQ(reply.code(), 50035);
  EXPECT_EQ(reply.body.at("errors").at("_errors").at(0).at("code"), "CONTENT_TYPE_INVALID");
}

TEST_F(RestTest, broken_json_is_50109) {
  ApiRequest request{.method = "POST", .path = guild_path("/channels"), .body = "{\"name\":"};
  request.headers = {{"Authorization", "Bot " + world.rules().bot_token},
                     {"User-Agent", "DiscordBot (x, 1)"},
                     {"Content-Type", "application/json"}};
  EXPECT_EQ(send(request).code(), 50109);
}

TEST_F(RestTest, an_id_that_is_no_snowflake_is_an_invalid_form) {
  const auto reply = ask("GET", "/channels/lobby");
  EXPECT_EQ(reply.code(), 50035);
  EXPECT_EQ(reply.fault("channel_id"), "NUMBER_TYPE_COERCE");
}

TEST_F(RestTest, every_answer_of_discord_itself_names_the_proxy_that_tells_it_from_cloudflares) {
  EXPECT_EQ(ask("GET", "/users/@me").header("Via"), "1.1 google");
  EXPECT_EQ(ask("GET", "/nothing").header("Via"), "1.1 google");
}

TEST_F(RestTest, ids_have_17_to_19_digits_and_tell_the_time) {
  const auto id = world.bot().value;
  EXPECT_GE(world.bot().text().size(), 17U);
  EXPECT_LE(world.bot().text().size(), 19U);
  EXPECT_EQ(static_cast<std::int64_t>(id >> 22U) + 1'420'070'400'000, to_ms(now));
}

TEST_F(RestTest, the_bot_reads_itself_and_its_application) {
  const auto self = ask("GET", "/users/@me");
  EXPECT_EQ(self.text("id"), world.bot().text());
  EXPECT_EQ(self.text("discriminator"), "0");
  EXPECT_EQ(ask("GET", "/applications/@me").text("id"), world.application_id().text());
  EXPECT_EQ(ask("GET", "/oauth2/applications/@me").text("id"), world.application_id().text());
}

TEST_F(RestTest, gateway_bot_counts_the_session_starts_for_real) {
  const auto before = ask("GET", "/gateway/bot");
  EXPECT_EQ(before.body.at("session_start_limit").at("remaining"), 1000);
  log_in();
  const auto after = ask("GET", "/gateway/bot");
  EXPECT_EQ(after.body.at("session_start_limit").at("remaining"), 999);
  EXPECT_EQ(after.body.at("session_start_limit").at("reset_after"), 86'400'000);
}

TEST_F(RestTest, a_guild_without_the_bot_is_unknown_and_its_channels_are_out_of_reach) {
  ASSERT_TRUE(world.kick_bot(guild));
  EXPECT_EQ(ask("GET", guild_path()).code(), 10004);
  EXPECT_EQ(ask("GET", channel_path(text)).code(), 50001);
}

TEST_F(RestTest, a_guild_in_an_outage_answers_503_instead_of_not_found) {
  ASSERT_TRUE(world.set_unavailable(guild, true));
  EXPECT_EQ(ask("GET", guild_path("/channels")).status, 503);
  ASSERT_TRUE(world.set_unavailable(guild, false));
  EXPECT_EQ(ask("GET", guild_path("/channels")).status, 200);
}

TEST_F(RestTest, an_audit_log_reason_longer_than_512_characters_is_refused) {
  const auto reply =
      ask("POST", guild_path("/channels"), {{"name", "x"}}, {{"X-Audit-Log-Reason", std::string(513, 'a')}});
  EXPECT_EQ(reply.code(), 50035);
}

}  // namespace
}  // namespace matchday::sandbox::discord
