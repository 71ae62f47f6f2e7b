// The REST client over a scripted HTTP client: what goes out, and what an answer means.
#include "platforms/discord/rest_client.hpp"

#include "base/log.hpp"
#include "platforms/discord/application.hpp"
#include "platforms/discord/channels.hpp"
#include "platforms/discord/guilds.hpp"
#include "platforms/discord/interactions.hpp"
#include "platforms/discord/members.hpp"
#include "platforms/discord/messages.hpp"
#include "sim/clock/virtual_clock.hpp"
#include "tests/discord/support/scripted_http.hpp"

namespace matchday::discord {
namespace {

using test::json_response;

struct RestClientTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  test::ScriptedHttp http{clock, [](const net::HttpRequest&) { return json_response(200, "{}"); }};
  RateLimiter limiter{context.get_executor(), clock};
  RestClient client{http,
                    limiter,
                    clock,
                    Random(1),
                    {.api_url = "http://sim/api/v10", .token = Secret<std::string>("tok")}};

  Result<json::value> call(RestRequest request, Duration patience = 1min) {
    return sim::run(context, clock, client.call(std::move(request), patience));
  }
  void answer(int status, std::string body, net::Headers headers = {}) {
    http.answer_with([=](const net::HttpRequest&) { return json_response(status, body, headers); });
  }
};

TEST_F(RestClientTest, a_request_carries_token_agent_body_and_an_encoded_reason) {
  ASSERT_TRUE(call(create_guild_channel(GuildId{12}, {{"name", "Match"}}, "Match öffnen · md7")));
  const auto& sent = http.sent.at(0);
  EXPECT_EQ(sent.method, "POST");
  EXPECT_EQ(sent.url, "http://sim/api/v10/guilds/12/channels");
  EXPECT_EQ(sent.body, R"({"name":"Match"})");
  EXPECT_EQ(sent.headers.get("Authorization"), "Bot tok");
  EXPECT_EQ(sent.headers.get("Content-Type"), "application/json");
  EXPECT_TRUE(sent.headers.get("User-Agent")->starts_with("DiscordBot ("));
  EXPECT_EQ(sent.headers.get("X-Audit-Log-Reason"), "Match%20%C3%B6ffnen%20%C2%B7%20md7");
}

TEST_F(RestClientTest, a_long_reason_is_cut_to_512_characters) {
  ASSERT_TRUE(call(delete_channel(ChannelId{1}, std::string(600, 'x'))));
  const auto reason = net::decode_component(*http.sent.at(0).headers.get("X-Audit-Log-Reason"));
  EXPECT_EQ(reason, std::string(511, 'x') + "…");
}

TEST_F(RestClientTest, an_interaction_route_carries_no_bot_token) {
  ASSERT_TRUE(call(respond(InteractionId{7}, Secret<std::string>("secret/../x"), {{"type", 5}})));
  EXPECT_FALSE(http.sent.at(0).headers.get("Authorization"));
  EXPECT_EQ(http.sent.at(0).url, "http://sim/api/v10/interactions/7/secret%2F..%2Fx/callback");
  EXPECT_EQ(http.sent.at(0).deadline, 2500ms);
}

TEST_F(RestClientTest, each_answer_is_classified_once) {
  struct Case {
    int status;
    std::string body;
    ErrorKind kind;
    int code;
  };
  for (const auto& c :
       {Case{400, R"({"code":40032,"message":"Target user is not connected to voice."})", ErrorKind::refused,
             40032},
        Case{403, R"({"code":50013,"message":"Missing Permissions"})", ErrorKind::refused, 50013},
        Case{403, "<html>", ErrorKind::refused, 0},
        Case{404, R"({"code":10003,"message":"Unknown Channel"})", ErrorKind::not_found, 10003},
        Case{500, "", ErrorKind::ambiguous, 0},
        Case{502, "<html>bad gateway</html>", ErrorKind::ambiguous, 0},
        Case{503, R"({"code":130000,"message":"overloaded"})", ErrorKind::ambiguous, 130000},
        Case{429, R"({"retry_after":0.5,"global":false})", ErrorKind::limited, 0},
        Case{201, R"({"id":"4)", ErrorKind::ambiguous, 0}}) {
    answer(c.status, c.body);
    const auto got = call(create_guild_channel(GuildId{1}, {}, ""));
    ASSERT_FALSE(got) << c.status;
    EXPECT_EQ(got.error().kind, c.kind) << c.status;
    EXPECT_EQ(got.error().http_status, c.status);
    EXPECT_EQ(got.error().platform_code, c.code);
    sim::run(context, clock, clock.sleep(1min));
  }
  EXPECT_EQ(http.sent.size(), 9U) << "a POST is never repeated";
}

TEST_F(RestClientTest, an_empty_success_is_null) {
  answer(204, "");
  const auto got = call(delete_message(ChannelId{1}, MessageId{2}, ""));
  ASSERT_TRUE(got);
  EXPECT_TRUE(got->is_null());
}

TEST_F(RestClientTest, a_refused_form_names_the_fields) {
  answer(400,
         R"({"code":50035,"message":"Invalid Form Body",
        "errors":{"name":{"_errors":[{"code":"BASE_TYPE_BAD_LENGTH",
    "message":"Must be between 1 and 100 in length."}]},
      "permission_overwrites":{"0":{"id":{"_errors":[{"code":"X",
    "message":"Unknown role."}]}}}}})");
  const auto got = call(create_guild_channel(GuildId{1}, {}, ""));
  EXPECT_EQ(got.error().message,
            "Discord answered 400: Invalid Form Body; name: Must be between 1 and 100 in length.; "
            "permission_overwrites.0.id: Unknown role.");
}

TEST_F(RestClientTest, a_limited_answer_says_when_and_a_harmless_request_waits_for_it) {
  int calls = 0;
  http.answer_with([&](const net::HttpRequest&) {
    return ++calls == 1
               ? json_response(429, R"({"retry_after":3.2,"global":false})", {{"X-RateLimit-Scope", "user"}})
               : json_response(200, "{}");
  });
  const auto start = clock.now();
  EXPECT_TRUE(call(get_channel(ChannelId{1})));
  EXPECT_EQ(clock.now() - start, 3250ms + 40ms);
}

TEST_F(RestClientTest, harmless_requests_are_repeated_a_few_times_with_growing_pauses) {
  answer(502, "");
  const auto start = clock.now();
  const auto got = call(modify_channel(ChannelId{1}, {{"user_limit", 5}}, ""), 5min);
  EXPECT_EQ(got.error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(http.sent.size(), 4U);
  EXPECT_GT(clock.now() - start, 3s);
}

TEST_F(RestClientTest, nothing_is_repeated_beyond_the_patience) {
  answer(502, "");
  const auto start = clock.now();
  (void)call(get_channel(ChannelId{1}), 2s);
  EXPECT_LE(clock.now() - start, 2s);
}

TEST_F(RestClientTest, an_unsent_request_leaves_its_place_and_a_lost_answer_does_not) {
  http.answer_with([](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return fail(ErrorKind::unavailable, "no");
  });
  EXPECT_EQ(call(create_message(ChannelId{1}, {}), 1s).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(limiter.stats().requests, 0U);
  http.answer_with(
      [](const net::HttpRequest&) -> Result<net::HttpResponse> { return fail(ErrorKind::ambiguous, "cut"); });
  EXPECT_EQ(call(create_message(ChannelId{1}, {}), 1s).error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(limiter.stats().requests, 1U);
}

TEST_F(RestClientTest, a_refused_bot_token_is_not_presented_a_second_time) {
  answer(401, R"({"code":0,"message":"401: Unauthorized"})");
  EXPECT_EQ(call(get_current_user()).error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(call(get_gateway_bot()).error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(http.sent.size(), 1U);
}

TEST_F(RestClientTest, an_expired_interaction_is_refused_without_blaming_the_bot_token) {
  answer(401, R"({"code":50027,"message":"Invalid Webhook Token"})");
  EXPECT_EQ(call(follow_up(ApplicationId{1}, Secret<std::string>("t"), {})).error().kind, ErrorKind::refused);
  answer(200, "{}");
  EXPECT_TRUE(call(get_current_user()));
}

TEST_F(RestClientTest, no_secret_reaches_the_log_or_an_error) {
  std::string lines;
  log::set_tap([&](log::Level, std::string_view line) { lines += line; });
  answer(404, R"({"code":10062,"message":"Unknown interaction"})");
  const Secret<std::string> token("CANARY");
  for (const auto& request :
       {respond(InteractionId{7}, token, {}), edit_original(ApplicationId{1}, token, {}),
        follow_up(ApplicationId{1}, token, {}), delete_original(ApplicationId{1}, token)}) {
    const auto got = call(request);
    EXPECT_EQ(got.error().describe().find("CANARY"), std::string::npos);
  }
  log::set_tap(nullptr);
  EXPECT_NE(lines.find("/interactions/7/***/callback"), std::string::npos);
  EXPECT_NE(lines.find("/webhooks/1/***/messages/@original"), std::string::npos);
  EXPECT_EQ(lines.find("CANARY"), std::string::npos);
}

TEST(RestBuilders, name_method_path_and_limiter_key) {
  struct Case {
    RestRequest request;
    std::string method, path, route, major;
  };
  const GuildId guild{1};
  const ChannelId channel{2};
  const MessageId message{3};
  const UserId user{4};
  const ApplicationId app{5};
  const Secret<std::string> token("tok");
  const std::string hook = "/webhooks/{webhook_id}/{webhook_token}";
  for (const auto& c : {
           Case{create_guild_channel(guild, {}, ""), "POST", "/guilds/1/channels",
                "/guilds/{guild_id}/channels", "guild:1"},
           Case{modify_channel(channel, {}, ""), "PATCH", "/channels/2", "/channels/{channel_id}",
                "channel:2"},
           Case{delete_channel(channel, ""), "DELETE", "/channels/2", "/channels/{channel_id}", "channel:2"},
           Case{get_channel(channel), "GET", "/channels/2", "/channels/{channel_id}", "channel:2"},
           Case{list_guild_channels(guild), "GET", "/guilds/1/channels", "/guilds/{guild_id}/channels",
                "guild:1"},
           Case{set_permission_overwrite(channel, 9, {}, ""), "PUT", "/channels/2/permissions/9",
                "/channels/{channel_id}/permissions/{overwrite_id}", "channel:2"},
           Case{delete_permission_overwrite(channel, 9, ""), "DELETE", "/channels/2/permissions/9",
                "/channels/{channel_id}/permissions/{overwrite_id}", "channel:2"},
           Case{create_message(channel, {}), "POST", "/channels/2/messages",
                "/channels/{channel_id}/messages", "channel:2"},
           Case{edit_message(channel, message, {}), "PATCH", "/channels/2/messages/3",
                "/channels/{channel_id}/messages/{message_id}", "channel:2"},
           Case{get_message(channel, message), "GET", "/channels/2/messages/3",
                "/channels/{channel_id}/messages/{message_id}", "channel:2"},
           Case{list_messages(channel, 50, MessageId{8}), "GET", "/channels/2/messages?limit=50&after=8",
                "/channels/{channel_id}/messages", "channel:2"},
           Case{create_dm(user), "POST", "/users/@me/channels", "/users/@me/channels", ""},
           Case{get_member(guild, user), "GET", "/guilds/1/members/4", "/guilds/{guild_id}/members/{user_id}",
                "guild:1"},
           Case{move_member(guild, user, channel, ""), "PATCH", "/guilds/1/members/4",
                "/guilds/{guild_id}/members/{user_id}", "guild:1"},
           Case{get_voice_state(guild, user), "GET", "/guilds/1/voice-states/4",
                "/guilds/{guild_id}/voice-states/{user_id}", "guild:1"},
           Case{get_audit_log(guild, user, 10, 20), "GET",
                "/guilds/1/audit-logs?limit=20&user_id=4&action_type=10", "/guilds/{guild_id}/audit-logs",
                "guild:1"},
           Case{list_commands(app, std::nullopt), "GET", "/applications/5/commands?with_localizations=true",
                "/applications/{application_id}/commands", ""},
           Case{put_commands(app, guild, {}), "PUT", "/applications/5/guilds/1/commands",
                "/applications/{application_id}/guilds/{guild_id}/commands", "guild:1"},
           Case{follow_up(app, token, {}), "POST", "/webhooks/5/tok", hook, "webhook:5/tok"},
           Case{edit_original(app, token, {}), "PATCH", "/webhooks/5/tok/messages/@original",
                hook + "/messages/@original", "webhook:5/tok"},
       }) {
    EXPECT_EQ(c.request.method, c.method);
    EXPECT_EQ(c.request.path, c.path);
    EXPECT_EQ(c.request.route, c.route);
    EXPECT_EQ(c.request.major, c.major);
  }
}

TEST(RestBuilders, a_message_pings_nobody_unless_asked_to) {
  EXPECT_EQ(to_text(*create_message(ChannelId{1}, {{"content", "@everyone"}}).body),
            R"({"content":"@everyone","allowed_mentions":{"parse":[]}})");
  const json::object asked{{"allowed_mentions", json::object{{"users", json::array{"4"}}}}};
  EXPECT_EQ(to_text(*edit_message(ChannelId{1}, MessageId{2}, asked).body), to_text(asked));
}

TEST(RestBuilders, only_a_change_of_name_or_topic_falls_under_the_hidden_limit) {
  EXPECT_EQ(modify_channel(ChannelId{1}, {{"name", "x"}}, "").sublimit, "channel_name");
  EXPECT_EQ(modify_channel(ChannelId{1}, {{"topic", "x"}}, "").sublimit, "channel_name");
  EXPECT_EQ(modify_channel(ChannelId{1}, {{"user_limit", 2}}, "").sublimit, "");
  EXPECT_EQ(to_text(*move_member(GuildId{1}, UserId{2}, std::nullopt, "").body), R"({"channel_id":null})");
}

}  // namespace
}  // namespace matchday::discord
