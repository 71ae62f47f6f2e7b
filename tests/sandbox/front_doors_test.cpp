// What clients find at the sandbox's port: the page, both platforms, the gateway, webhooks, and faults on the
// way.
#include <cstdio>
#include <fstream>

#include "tests/sandbox/front_fixture.hpp"

namespace matchday::sandbox {
namespace {

TEST_F(FrontTest, serves_the_console_under_a_policy_that_allows_nothing_from_elsewhere) {
  run([this]() -> Task<void> {
    const auto page = co_await send("GET", "/");
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(std::string(page.headers.get("Content-Security-Policy").value_or("")),
                testing::HasSubstr("default-src 'self'"));
    EXPECT_THAT(page.body, testing::HasSubstr("Start match"));
    EXPECT_THAT(page.body, testing::Not(testing::HasSubstr("<script>")));
    const auto script = co_await send("GET", "/console.js");
    EXPECT_EQ(script.headers.get("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_EQ((co_await send("GET", "/passwd")).status, 404);
  });
}

TEST_F(FrontTest, serves_both_platforms_on_one_port_to_who_has_their_keys) {
  run([this]() -> Task<void> {
    const auto me = co_await as_bot("GET", "/discord/api/v10/users/@me");
    EXPECT_EQ(me.status, 200);
    EXPECT_EQ(me.json.at("bot"), true);
    const auto stranger =
        co_await send("GET", "/discord/api/v10/users/@me", "", {{"User-Agent", "DiscordBot (x, 1)"}});
    EXPECT_EQ(stranger.status, 401);
    const auto player = co_await as_bot("GET", "/faceit/data/v4/players?nickname=Kestrel");
    EXPECT_EQ(player.status, 200);
    EXPECT_EQ(text(player.json.at("player_id")), server->demo().players[0].player_id);
    EXPECT_EQ((co_await send("GET", "/faceit/data/v4/players?nickname=Kestrel")).status, 401);
  });
}

TEST_F(FrontTest, tells_a_bot_where_its_own_gateway_is_and_greets_it_there) {
  run([this]() -> Task<void> {
    const auto bot = co_await connect_bot();
    EXPECT_NE(bot, nullptr);
    const auto ready = co_await next_event(*bot, "READY");
    EXPECT_THAT(text(ready.at("resume_gateway_url")), testing::HasSubstr(std::to_string(server->port())));
    EXPECT_EQ((co_await next_event(*bot, "GUILD_CREATE")).at("name"), "Nordlys Community");
    EXPECT_EQ((co_await control("GET", "/state")).json.at("bot_connected"), true);
  });
}

TEST_F(FrontTest, refuses_and_breaks_gateway_connections_on_request) {
  run([this]() -> Task<void> {
    co_await post("/faults", {{"kind", "gateway_refuse"}, {"count", 1}});
    const auto refused = co_await connect_bot();
    EXPECT_TRUE(!refused || (co_await next_event(*refused, "READY")).is_null());

    const auto bot = co_await connect_bot();
    EXPECT_FALSE((co_await next_event(*bot, "READY")).is_null());
    EXPECT_EQ((co_await post("/discord/gateway", {{"action", "drop"}})).status, 200);
    EXPECT_TRUE((co_await next_event(*bot, "nothing of this name")).is_null());
    EXPECT_EQ(std::get<net::WebSocketClose>(co_await bot->receive()).code, 1006);
    EXPECT_TRUE(co_await becomes_true([this] { return server->worlds().gateway_connections == 0; }));
  });
}

// Keeps what is posted to it, and answers what it was told to.
struct Receiver final : net::HttpHandler {
  Task<net::Admission> admit(net::RequestHead) override {
    co_return net::Admission{.body_bytes_max = 1 << 20};
  }
  Task<net::ServerResponse> handle(net::ServerRequest request) override {
    seen.push_back(std::move(request));
    co_return net::ServerResponse{.status = status};
  }
  std::vector<net::ServerRequest> seen;
  int status = 200;
};

TEST_F(FrontTest, posts_a_matchs_webhooks_with_the_secret_to_whoever_subscribed) {
  Receiver receiver;
  const auto listener = net::make_http_server(context.get_executor(), clock, receiver, {});
  ASSERT_TRUE(listener->start());
  run([&, this]() -> Task<void> {
    const auto target = "http://127.0.0.1:" + std::to_string(listener->port()) + "/faceit-webhook";
    EXPECT_EQ((co_await post("/faceit/webhook-target", {{"url", target}})).status, 200);
    const auto made = co_await post("/faceit/matches", {{"shape", "seed"}});
    EXPECT_TRUE(co_await becomes_true([&] { return receiver.seen.size() == 1; }));
    EXPECT_EQ(receiver.seen[0].head.headers.get("X-Faceit-Signature"), server->demo().webhook_secret);
    EXPECT_EQ(text(parse_json(receiver.seen[0].body)->at("match_id")), text(made.json.at("match_id")));
    EXPECT_EQ((co_await post("/faceit/matches/" + text(made.json.at("match_id")) + "/ready")).status, 200);
    EXPECT_TRUE(co_await becomes_true([&] { return receiver.seen.size() == 2; }));
    const auto state = co_await control("GET", "/state");
    EXPECT_EQ(state.json.at("webhooks").at(0).at("state"), "delivered");
    EXPECT_EQ(state.json.at("webhooks").at(0).at("status"), 200);
    co_await listener->drain(1s);
  });
}

TEST_F(FrontTest, takes_effect_although_the_answer_is_lost) {
  run([this]() -> Task<void> {
    EXPECT_EQ((co_await post("/faults", {{"kind", "answer_lost"}, {"method", "POST"}, {"count", 1}})).status,
              200);
    EXPECT_EQ((co_await create_channel("lost")).status, 0);
    EXPECT_EQ(channels_named("lost"), 1u);
    EXPECT_EQ((co_await create_channel("found")).status, 201);
  });
}

TEST_F(FrontTest, cuts_the_connection_without_an_effect) {
  run([this]() -> Task<void> {
    co_await post("/faults", {{"kind", "connection_cut"}, {"method", "POST"}, {"count", 1}});
    EXPECT_EQ((co_await create_channel("never")).status, 0);
    EXPECT_EQ(channels_named("never"), 0u);
  });
}

TEST_F(FrontTest, lands_an_effect_after_the_connection_was_cut) {
  run([this]() -> Task<void> {
    co_await post("/faults", {{"kind", "late_effect"}, {"method", "POST"}, {"count", 1}, {"delay_ms", 50}});
    EXPECT_EQ((co_await create_channel("late")).status, 0);
    EXPECT_EQ(channels_named("late"), 0u);
    EXPECT_TRUE(co_await becomes_true([this] { return channels_named("late") == 1; }));
  });
}

TEST_F(FrontTest, invents_a_status_with_or_without_the_effect) {
  run([this]() -> Task<void> {
    co_await post("/faults", {{"kind", "status"}, {"status", 503}, {"method", "POST"}, {"count", 1}});
    EXPECT_EQ((co_await create_channel("a")).status, 503);
    EXPECT_EQ(channels_named("a"), 0u);
    co_await post("/faults", {{"kind", "status_after"}, {"status", 502}, {"method", "POST"}, {"count", 1}});
    EXPECT_EQ((co_await create_channel("b")).status, 502);
    EXPECT_EQ(channels_named("b"), 1u);
    co_await post("/faults", {{"kind", "latency"}, {"delay_ms", 1}});
    EXPECT_EQ((co_await control("DELETE", "/faults")).status, 200);
    EXPECT_TRUE((co_await control("GET", "/state")).json.at("faults").as_array().empty());
  });
}

TEST_F(FrontTest, holds_a_request_at_the_chosen_moment_until_it_is_released) {
  Answer answer{.status = -1};
  TaskGroup bot(context.get_executor(), [](const std::string&, const std::exception_ptr&) { ADD_FAILURE(); });
  run([&, this]() -> Task<void> {
    co_await post("/faults", {{"kind", "hold_after"}, {"method", "POST"}, {"count", 1}});
    bot.spawn("create", [](Task<Answer> request, Answer* into) -> Task<void> {
      *into = co_await std::move(request);
    }(create_channel("held"), &answer));
    const auto held = co_await control("GET", "/holds/wait?timeout_ms=5000");
    EXPECT_EQ(held.json.at("held"), true);
    EXPECT_EQ(held.json.at("holds").at(0).at("when"), "after");
    EXPECT_EQ(channels_named("held"), 1u);
    EXPECT_EQ(answer.status, -1);
    EXPECT_EQ((co_await post("/holds/release")).json.at("released"), 1);
    co_await bot.join();
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ((co_await control("GET", "/holds/wait?timeout_ms=1")).json.at("held"), false);
  });
}

TEST_F(FrontTest, drops_a_held_request_without_an_effect_when_told_so) {
  Answer answer{.status = -1};
  TaskGroup bot(context.get_executor(), [](const std::string&, const std::exception_ptr&) { ADD_FAILURE(); });
  run([&, this]() -> Task<void> {
    co_await post("/faults", {{"kind", "hold_before"}, {"method", "POST"}, {"count", 1}});
    bot.spawn("create", [](Task<Answer> request, Answer* into) -> Task<void> {
      *into = co_await std::move(request);
    }(create_channel("dropped"), &answer));
    co_await control("GET", "/holds/wait");
    EXPECT_EQ((co_await post("/holds/release", {{"drop", true}})).status, 200);
    co_await bot.join();
    EXPECT_EQ(answer.status, 0);
    EXPECT_EQ(channels_named("dropped"), 0u);
  });
}

TEST_F(FrontTest, writes_each_discord_exchange_to_the_log_and_no_invented_answer) {
  const std::string file = testing::TempDir() + "exchanges.jsonl";
  std::remove(file.c_str());
  restart({.exchange_log = file});
  run([this]() -> Task<void> {
    co_await create_channel("logged");
    co_await post("/faults", {{"kind", "status"}, {"status", 500}, {"count", 1}});
    co_await create_channel("refused");
    co_await as_bot("GET", "/faceit/data/v4/players?nickname=Kestrel");
  });
  std::ifstream lines(file);
  std::string line;
  ASSERT_TRUE(std::getline(lines, line));
  const auto entry = parse_json(line).value();
  EXPECT_EQ(entry.at("method"), "POST");
  EXPECT_EQ(text(entry.at("path")), "/guilds/" + server->demo().guild.text() + "/channels");
  EXPECT_EQ(entry.at("headers").at("content-type"), "application/json");
  EXPECT_EQ(entry.at("request").at("name"), "logged");
  EXPECT_EQ(entry.at("status"), 201);
  EXPECT_EQ(entry.at("response").at("name"), "logged");
  EXPECT_FALSE(std::getline(lines, line)) << line;
}

TEST_F(FrontTest, says_which_address_is_taken) {
  SandboxServer second(context.get_executor(), clock, {.port = server->port()});
  const auto started = second.start();
  ASSERT_FALSE(started);
  EXPECT_THAT(started.error().message, testing::HasSubstr(std::to_string(server->port())));
}

}  // namespace
}  // namespace matchday::sandbox
