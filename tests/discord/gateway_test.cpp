// The gateway's shell on virtual time: a scripted Discord at the other end of the socket and of REST.
#include "platforms/discord/gateway.hpp"

#include "sim/clock/virtual_clock.hpp"
#include "tests/discord/support/scripted_gateway.hpp"
#include "tests/discord/support/scripted_http.hpp"

namespace matchday::discord {
namespace {

struct MemoryLedger final : IdentifyLedger {
  Task<std::vector<Time>> recent() override { co_return times; }
  Task<void> record(Time when) override {
    times.push_back(when);
    co_return;
  }
  std::vector<Time> times;
};

struct GatewayTest : testing::Test {
  GatewayTest() {
    discord.on_connect = [](test::Wire& wire) {
      wire.deliver(
          {{"op", 10}, {"d", json::object{{"heartbeat_interval", 41250}}}, {"s", nullptr}, {"t", nullptr}});
    };
    discord.on_frame = [this](test::Wire& wire, const json::value& frame) { answer(wire, Fields(frame)); };
  }
  ~GatewayTest() override { stop(); }

  void answer(test::Wire& wire, const Fields& frame) {
    const auto op = frame.integer("op");
    if (op == 1 && acknowledge) wire.deliver({{"op", 11}});
    if (op == 2) {
      wire.deliver(event("READY", {{"session_id", "sess"},
                                   {"resume_gateway_url", "wss://resume"},
                                   {"user", json::object{{"id", "77"}}},
                                   {"application", json::object{{"id", "88"}}}}));
    }
    if (op == 6) wire.deliver(event("RESUMED", nullptr));
  }

  json::value event(std::string type, json::value data) {
    return {{"op", 0}, {"t", type}, {"s", ++sequence}, {"d", std::move(data)}};
  }

  void start() {
    static constexpr auto run = [](GatewayTest* test) -> Task<void> {
      test->ended = co_await test->gateway.run();
    };
    tasks.spawn("gateway", run(this));
  }
  void pass(Duration duration) { sim::run(context, clock, clock.sleep(duration)); }
  void stop() {
    tasks.cancel_all();
    sim::run(context, clock, tasks.join());
  }
  test::Wire& wire() { return *discord.wires.back(); }

  boost::asio::io_context context;
  sim::VirtualClock clock;
  test::ScriptedHttp http{clock, [](const net::HttpRequest&) {
                            return test::json_response(200,
                                                       R"({"url":"wss://gw","shards":1,"session_start_limit":
                              {"total":1000,"remaining":999,"reset_after":0,"max_concurrency":1}})");
                          }};
  RateLimiter limiter{context.get_executor(), clock};
  RestClient rest{
      http, limiter, clock, Random(1), {.api_url = "http://sim", .token = Secret<std::string>("tok")}};
  test::ScriptedGateway discord{context.get_executor()};
  MemoryLedger ledger;
  std::vector<std::string> events;
  std::optional<Result<>> ended;
  int sequence = 0;
  bool acknowledge = true;
  Gateway gateway{
      context.get_executor(),
      clock,
      Random(2),
      discord,
      rest,
      ledger,
      {.token = Secret<std::string>("tok"), .intents = 641, .privileged_intents = 0, .compress = true},
      [this](const GatewayEvent& e) { events.push_back(e.type); }};
  TaskGroup tasks{context.get_executor(),
                  [](const std::string&, const std::exception_ptr& e) { FAIL() << describe(e); }};
};

TEST_F(GatewayTest, connects_records_the_identify_and_hands_events_out_in_order) {
  start();
  pass(1s);
  EXPECT_TRUE(gateway.connected());
  EXPECT_EQ(ledger.times.size(), 1U);
  wire().deliver(event("GUILD_CREATE", {{"id", "1"}}));
  wire().deliver(event("VOICE_STATE_UPDATE", json::object{}));
  pass(1s);
  EXPECT_EQ(events, (std::vector<std::string>{"READY", "GUILD_CREATE", "VOICE_STATE_UPDATE"}));
  EXPECT_EQ(gateway.self()->value, 77U);
  EXPECT_EQ(gateway.application()->value, 88U);
  EXPECT_EQ(http.sent.at(0).url, "http://sim/gateway/bot");
}

TEST_F(GatewayTest, stays_connected_for_hours_by_its_heartbeats) {
  start();
  pass(3h);
  EXPECT_EQ(discord.wires.size(), 1U);
  EXPECT_GT(wire().received.size(), 250U);
}

TEST_F(GatewayTest, a_connection_that_falls_silent_is_left_and_resumed) {
  start();
  pass(1s);
  acknowledge = false;
  discord.on_connect = [this, hello = discord.on_connect](test::Wire& next) {
    acknowledge = true;
    hello(next);
  };
  pass(3min);
  ASSERT_EQ(discord.wires.size(), 2U);
  EXPECT_EQ(discord.wires[0]->closed_by_client, 4000);
  EXPECT_TRUE(gateway.connected());
  EXPECT_EQ(ledger.times.size(), 1U) << "resumed, not identified";
}

TEST_F(GatewayTest, events_of_an_old_connection_never_arrive_after_a_new_one) {
  start();
  pass(1s);
  auto old = discord.wires[0];
  old->deliver({{"op", 7}});
  old->deliver(event("FROM_THE_OLD_ONE", nullptr));
  pass(5s);
  old->deliver(event("FROM_THE_OLD_ONE", nullptr));
  pass(5s);
  EXPECT_EQ(events, (std::vector<std::string>{"READY", "RESUMED"}));
}

TEST_F(GatewayTest, a_broken_stream_is_resumed_with_a_fresh_decompressor) {
  start();
  pass(1s);
  wire().events.emplace_back(net::WebSocketMessage{true, std::string("garbage\0\0\xff\xff", 11)});
  wire().arrived.notify_all();
  pass(5s);
  ASSERT_EQ(discord.wires.size(), 2U);
  EXPECT_TRUE(gateway.connected());
  wire().deliver(event("X", nullptr));
  pass(1s);
  EXPECT_EQ(events.back(), "X");
}

TEST_F(GatewayTest, a_refused_token_ends_it_with_a_sentence_for_the_operator) {
  discord.on_frame = [](test::Wire& wire, const json::value&) { wire.close(4004); };
  start();
  pass(1min);
  ASSERT_TRUE(ended && !*ended);
  EXPECT_EQ(ended->error().kind, ErrorKind::unauthorized);
  EXPECT_NE(ended->error().message.find("bot token"), std::string::npos);
  pass(24h);
  EXPECT_EQ(discord.wires.size(), 1U) << "never tried again";
}

TEST_F(GatewayTest, stopping_closes_the_socket_resumably) {
  start();
  pass(1s);
  stop();
  EXPECT_EQ(wire().closed_by_client, 4000);
  EXPECT_FALSE(ended) << "a cancelled run gives no result";
}

TEST_F(GatewayTest, stopping_works_in_every_stage) {
  discord.on_connect = nullptr;
  start();
  pass(1s);
  stop();
  EXPECT_EQ(wire().closed_by_client, 4000);
}

TEST_F(GatewayTest, an_outage_is_survived_and_left_within_two_minutes_of_its_end) {
  start();
  pass(1s);
  discord.refuse_connections = true;
  http.answer_with([](const net::HttpRequest&) -> Result<net::HttpResponse> {
    return fail(ErrorKind::unavailable, "down");
  });
  wire().close(1006);
  pass(2h);
  EXPECT_FALSE(gateway.connected());
  discord.refuse_connections = false;
  pass(2min);
  EXPECT_TRUE(gateway.connected());
}

TEST_F(GatewayTest, a_crash_loop_of_ours_pauses_before_discord_loses_patience) {
  for (int i = 20; i >= 1; --i) ledger.times.push_back(clock.now() - i * 15s);
  start();
  pass(4min);
  EXPECT_TRUE(discord.wires.empty());
  pass(2min);
  EXPECT_TRUE(gateway.connected());
}

}  // namespace
}  // namespace matchday::discord
