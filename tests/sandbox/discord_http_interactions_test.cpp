// Interactions over HTTP as Discord sends them: signed, to an address that proved that it looks at
// signatures, and answered by the response.
#include "base/crypto.hpp"
#include "sandbox/discord/http_interactions.hpp"
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

using EndpointState = InteractionsEndpoint::State;

// As an application must look at a request.
bool is_genuine(const SignedRequest& request) {
  return crypto::verify_ed25519(*crypto::from_hex(application_public_key()),
                                std::string(*request.headers.get("X-Signature-Timestamp")) + request.body,
                                *crypto::from_hex(*request.headers.get("X-Signature-Ed25519")));
}

struct HttpInteractionsTest : DiscordTest {
  HttpInteractionsTest() {
    ask("PUT", commands_path(), json::array{json::object{{"name", "ping"}, {"description", "Pong"}}});
    client = &log_in();
  }

  // Answers what is due as a good application would, and gives the interactions among it.
  std::vector<SignedRequest> take_interactions() {
    std::vector<SignedRequest> interactions;
    for (auto& request : world.take_signed_requests()) {
      if (!is_genuine(request))
        world.signed_request_answered(request.id, 401, "", now);
      else if (parse(request.body).at("type") == 1)
        world.signed_request_answered(request.id, 200, R"({"type":1})", now);
      else
        interactions.push_back(std::move(request));
    }
    return interactions;
  }
  void accept_endpoint() {
    world.set_interactions_endpoint("https://bot.example/interactions");
    take_interactions();
    ASSERT_EQ(state(), EndpointState::accepted);
  }
  InteractionId run_ping() {
    const auto fired = world.fire_command({.channel = text, .user = ana, .name = "ping"});
    EXPECT_TRUE(fired);
    return fired.value_or(InteractionId{});
  }
  EndpointState state() const { return world.interactions_endpoint().state; }
  InteractionView view(InteractionId id) const { return *world.what_user_sees(id); }

  GatewayClient* client = nullptr;
};

TEST_F(HttpInteractionsTest, an_address_is_sent_a_ping_and_a_forged_one_before_it_is_accepted) {
  world.set_interactions_endpoint("https://bot.example/interactions");
  EXPECT_EQ(state(), EndpointState::checking);
  const auto requests = world.take_signed_requests();
  ASSERT_EQ(requests.size(), 2U);
  EXPECT_TRUE(is_genuine(requests[0]));
  EXPECT_FALSE(is_genuine(requests[1]));
  EXPECT_EQ(requests[0].url, "https://bot.example/interactions");
  EXPECT_EQ(parse(requests[0].body).at("type"), 1);
  world.signed_request_answered(requests[0].id, 200, R"({"type":1})", now);
  EXPECT_EQ(state(), EndpointState::checking);
  world.signed_request_answered(requests[1].id, 401, "", now);
  EXPECT_EQ(state(), EndpointState::accepted);
  EXPECT_EQ(ask("GET", "/applications/@me").text("interactions_endpoint_url"),
            "https://bot.example/interactions");
  EXPECT_EQ(ask("GET", "/applications/@me").text("verify_key"), application_public_key());
}

TEST_F(HttpInteractionsTest, an_address_that_does_not_answer_or_believes_a_forgery_is_refused) {
  struct Case {
    int to_ping;
    std::string pong;
    int to_forgery;
  };
  for (const auto& c : std::vector<Case>{
           {200, R"({"type":1})", 200}, {200, "{}", 401}, {204, "", 401}, {0, "", 0}, {401, "", 401}}) {
    world.set_interactions_endpoint("https://bot.example/interactions");
    const auto requests = world.take_signed_requests();
    world.signed_request_answered(requests[0].id, c.to_ping, c.pong, now);
    world.signed_request_answered(requests[1].id, c.to_forgery, "", now);
    EXPECT_EQ(state(), EndpointState::refused) << c.to_ping << c.pong << c.to_forgery;
    EXPECT_FALSE(world.interactions_endpoint().reason.empty());
  }
}

TEST_F(HttpInteractionsTest, an_interaction_goes_one_way_or_the_other_and_never_both) {
  run_ping();
  pump();
  EXPECT_EQ(client->count("INTERACTION_CREATE"), 1);
  accept_endpoint();
  run_ping();
  pump();
  EXPECT_EQ(client->count("INTERACTION_CREATE"), 1);
  EXPECT_EQ(take_interactions().size(), 1U);
  world.set_interactions_endpoint("");
  run_ping();
  pump();
  EXPECT_EQ(client->count("INTERACTION_CREATE"), 2);
}

TEST_F(HttpInteractionsTest, the_response_is_the_answer) {
  accept_endpoint();
  const auto id = run_ping();
  const auto request = take_interactions().at(0);
  world.signed_request_answered(request.id, 200, R"({"type":4,"data":{"content":"pong"}})", now);
  EXPECT_EQ(view(id).text, "pong\n");
  EXPECT_EQ(view(id).state, InteractionState::answered);
}

TEST_F(HttpInteractionsTest, a_deferral_in_the_response_is_edited_over_REST) {
  accept_endpoint();
  const auto id = run_ping();
  const auto request = take_interactions().at(0);
  world.signed_request_answered(request.id, 200, R"({"type":5})", now);
  EXPECT_EQ(view(id).state, InteractionState::thinking);
  const auto token = std::string(parse(request.body).at("token").as_string());
  EXPECT_EQ(ask("PATCH", "/webhooks/" + world.application_id().text() + "/" + token + "/messages/@original",
                {{"content", "pong"}}, {{"Authorization", ""}})
                .status,
            200);
  EXPECT_EQ(view(id).text, "pong\n");
}

TEST_F(HttpInteractionsTest, status_202_leaves_the_answer_to_a_callback_and_others_are_failures) {
  accept_endpoint();
  auto id = run_ping();
  world.signed_request_answered(take_interactions().at(0).id, 202, "", now);
  EXPECT_EQ(view(id).state, InteractionState::waiting);
  for (const auto& [status, body] : std::vector<std::pair<int, std::string>>{
           {500, ""}, {0, ""}, {200, "no JSON"}, {200, R"({"type":4,"data":{}})"}, {401, ""}}) {
    id = run_ping();
    world.signed_request_answered(take_interactions().at(0).id, status, body, now);
    EXPECT_EQ(view(id).state, InteractionState::failed) << status << body;
  }
}

TEST_F(HttpInteractionsTest, a_late_response_changes_nothing) {
  accept_endpoint();
  const auto id = run_ping();
  const auto request = take_interactions().at(0);
  pass(3001ms);
  world.signed_request_answered(request.id, 200, R"({"type":4,"data":{"content":"pong"}})", now);
  EXPECT_EQ(view(id).state, InteractionState::failed);
}

TEST_F(HttpInteractionsTest, forgeries_come_routinely_and_who_believes_one_loses_the_address) {
  accept_endpoint();
  world.rules().interactions_between_forgeries = 3;
  int forged = 0;
  for (int i = 0; i < 6; ++i) {
    run_ping();
    for (const auto& request : world.take_signed_requests()) {
      if (is_genuine(request)) continue;
      ++forged;
      world.signed_request_answered(request.id, forged == 1 ? 401 : 200, R"({"type":1})", now);
    }
  }
  EXPECT_EQ(forged, 2);
  EXPECT_EQ(state(), EndpointState::refused);
  run_ping();
  EXPECT_EQ(updated(*client).count("INTERACTION_CREATE"), 1);
}

}  // namespace
}  // namespace matchday::sandbox::discord
