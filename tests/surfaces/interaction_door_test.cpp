// Interactions over HTTP: only Discord's own requests are read, the response is the first answer, and
// whatever comes later goes over REST as always.
#include "surfaces/interaction_door.hpp"

#include "base/crypto.hpp"
#include "commands_fixture.hpp"
#include "platforms/discord/interactions.hpp"

namespace matchday::surfaces {
namespace {

const std::string seed(32, 's');

struct DoorTest : CommandsTest {
  Router routes{metrics};

  DoorTest() {
    routes.add(interaction_route(clock, router, metrics, crypto::ed25519_public_key(seed)));
    // The gateway says nothing of its own: each test decides which way an interaction comes.
    discord.on_event = [this](const discord::GatewayEvent& event) {
      if (event.type == "INTERACTION_CREATE") delivered.push_back(event.data);
    };
  }

  net::ServerRequest signed_request(const std::string& body, Duration age = 0ms) const {
    const auto timestamp = std::to_string(to_ms(clock.now() - age) / 1000);
    net::ServerRequest request{.head = {.method = "POST", .path = std::string(interactions_path)},
                               .body = body};
    request.head.headers.set("X-Signature-Ed25519",
                             crypto::to_hex(crypto::sign_ed25519(seed, timestamp + body)));
    request.head.headers.set("X-Signature-Timestamp", timestamp);
    return request;
  }
  net::ServerResponse ask(net::ServerRequest request) {
    return sim::run(context, clock, routes.handle(std::move(request)));
  }
  // What the fixture's people did last, over HTTP; the answer's JSON.
  json::value ask_last() {
    const auto response = ask(signed_request(to_text(delivered.back())));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
    return parse_json(response.body).value_or(json::value());
  }
};

// ---- Who is listened to.

TEST_F(DoorTest, a_ping_is_answered_with_a_pong) {
  const auto response = ask(signed_request(R"({"type":1,"id":"5","application_id":"6"})"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, R"({"type":1})");
  EXPECT_EQ(response.headers.get("Content-Type"), "application/json");
}

TEST_F(DoorTest, an_unsigned_request_is_turned_away_before_its_body_is_read) {
  auto head = signed_request("{}").head;
  EXPECT_FALSE(sim::run(context, clock, routes.admit(head)).rejection);
  head.headers = {{"X-Signature-Timestamp", "1"}};
  EXPECT_EQ(sim::run(context, clock, routes.admit(head)).rejection->status, 401);
  head.headers = {{"X-Signature-Ed25519", "aa"}};
  EXPECT_EQ(sim::run(context, clock, routes.admit(head)).rejection->status, 401);
}

TEST_F(DoorTest, a_wrong_signature_is_401_even_where_the_body_could_not_be_read) {
  for (const std::string body : {R"({"type":1})", "no JSON at all"}) {
    for (const int what : {0, 1, 2, 3}) {
      auto request = signed_request(body);
      if (what == 0) request.body += ' ';
      if (what == 1) request.head.headers.set("X-Signature-Ed25519", std::string(128, 'a'));
      if (what == 2) request.head.headers.set("X-Signature-Ed25519", "not hexadecimal");
      if (what == 3) request.head.headers.set("X-Signature-Timestamp", "1");
      EXPECT_EQ(ask(std::move(request)).status, 401) << body << what;
    }
  }
  EXPECT_EQ(metrics.value("matchday_interactions_unsigned_total", {}), 8U);
  EXPECT_EQ(ask(signed_request("no JSON at all")).status, 400);
}

TEST_F(DoorTest, a_recorded_request_is_void_after_five_minutes_and_one_from_the_future_too) {
  const std::string ping = R"({"type":1})";
  EXPECT_EQ(ask(signed_request(ping, 4min)).status, 200);
  EXPECT_EQ(ask(signed_request(ping, 6min)).status, 401);
  EXPECT_EQ(ask(signed_request(ping, -4min)).status, 200);
  EXPECT_EQ(ask(signed_request(ping, -6min)).status, 401);
}

TEST_F(DoorTest, what_is_signed_but_makes_no_sense_is_400) {
  EXPECT_EQ(ask(signed_request(R"({"type":2})")).status, 400);
  EXPECT_EQ(ask(signed_request(R"({"type":77,"id":"5","token":"t","user":{"id":"6"}})")).status, 400);
}

// ---- What is answered.

TEST_F(DoorTest, a_fast_command_is_answered_in_the_response) {
  type();
  const auto answer = ask_last();
  EXPECT_EQ(answer.at("type"), json::value(4));
  EXPECT_EQ(answer.at("data").at("content"), json::value("done"));
  EXPECT_EQ(answer.at("data").at("flags"), json::value(64));
  EXPECT_THAT(http.take_sent(), IsEmpty());
}

TEST_F(DoorTest, a_slow_command_is_deferred_in_the_response_and_edited_later) {
  takes = 10s;
  type();
  const auto asked_at = clock.now();
  const auto answer = ask_last();
  EXPECT_LE(clock.now() - asked_at, 1500ms);
  EXPECT_EQ(answer, (json::value{{"type", 5}, {"data", {{"flags", 64}}}}));
  // Discord now does what the response says, which the fixture's Discord is told by a callback.
  const auto& event = delivered.back();
  const auto interaction = *discord::parse_interaction(event);
  const auto applied = sim::run(
      context, clock,
      discord.rest.call(discord::respond(interaction.id, interaction.token, answer.as_object()), 1s));
  ASSERT_TRUE(applied);
  pass(15s);
  EXPECT_EQ(text(interaction.id), "done");
}

TEST_F(DoorTest, a_keystroke_is_answered_in_the_response) {
  router.add(
      Command{.definition = {.name = "find", .description = "Finds"},
              .autocomplete = [](const CommandContext&) -> Task<Result<std::vector<discord::CommandChoice>>> {
                co_return std::vector<discord::CommandChoice>{{"Wolves", "w"}};
              }});
  type();
  auto event = delivered.back();
  event.as_object()["type"] = 4;
  event.at("data").as_object()["name"] = "find";
  delivered.push_back(event);
  EXPECT_EQ(to_text(ask_last()), R"({"type":8,"data":{"choices":[{"name":"Wolves","value":"w"}]}})");
}

TEST_F(DoorTest, the_same_interaction_by_both_ways_runs_once) {
  takes = 1s;
  const auto id = type();
  router.on_interaction(delivered.back());
  EXPECT_EQ(ask(signed_request(to_text(delivered.back()))).status, 202) << "somebody else answers";
  pass(2s);
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(text(id), "done");

  type();
  const auto answer = ask_last();
  EXPECT_EQ(answer.at("type"), json::value(4));
  router.on_interaction(delivered.back());
  pass(2s);
  EXPECT_EQ(calls, 2);
}

}  // namespace
}  // namespace matchday::surfaces
