// FACEIT's webhook on the real routes and a real database: who may send, what is taken, what is refused, and
// that nothing is lost or done twice.
#include <gmock/gmock.h>

#include "community.hpp"

namespace matchday::test {
namespace {

const std::string match_id = "1-7f3c9e22-4d5e-4f60-8a7b-9c0d1e2f3a4b";

TEST(Webhook, the_seeds_payload_is_answered_with_the_seeds_words_and_opens_the_match) {
  Community community;
  const auto answer = community.webhook(community.seed_payload("match_object_created", match_id));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, (json::value{{"status", "success"}, {"event", "match_object_created"}}));
  EXPECT_EQ(community.count("match_state where phase = 'open' and roster_known = 1"), 1);
  EXPECT_EQ(community.count("match_players where faction = 'faction1'"), 5);
}

TEST(Webhook, the_real_services_payload_has_both_teams) {
  Community community;
  EXPECT_EQ(community.webhook(community.real_payload("match_status_ready", match_id, 0s)).status, 200);
  EXPECT_EQ(community.count("match_players where faction = 'faction1' and team_name = 'Wolves'"), 5);
  EXPECT_EQ(community.count("match_players where faction = 'faction2' and team_name = 'Ravens'"), 5);
}

TEST(Webhook, the_secret_is_taken_from_header_query_and_path) {
  Community community;
  const auto& secret = community.demo.webhook_secret;
  struct Case {
    std::string target;
    net::Headers headers;
    int status;
  };
  const std::vector<Case> cases{
      {"/faceit-webhook", {{"X-Faceit-Signature", secret}}, 200},
      {"/faceit-webhook", {{"x-faceit-signature", secret}}, 200},
      {"/faceit-webhook?token=" + secret, {}, 200},
      {"/faceit-webhook?a=b&token=" + net::encode_component(secret), {}, 200},
      {"/faceit-webhook/" + secret, {}, 200},
      {"/faceit-webhook", {}, 401},
      {"/faceit-webhook", {{"X-Faceit-Signature", ""}}, 401},
      {"/faceit-webhook", {{"X-Faceit-Signature", secret + "x"}}, 401},
      {"/faceit-webhook", {{"X-Other", secret}}, 401},
      {"/faceit-webhook?token=", {}, 401},
      {"/faceit-webhook?token=wrong", {}, 401},
      {"/faceit-webhook/wrong", {}, 401},
      {"/faceit-webhook/", {}, 404},
      {"/faceit-webhook/wrong",
       {{"X-Faceit-Signature", secret}},
       401},  // one place decides, not whichever fits
  };
  int number = 0;
  for (const auto& c : cases) {
    const auto payload = community.seed_payload("match_object_created", fmt::format("1-{}", ++number));
    EXPECT_EQ(community.request("POST", c.target, c.headers, to_text(payload)).status, c.status)
        << number << " " << c.target;
  }
}

TEST(Webhook, an_operator_can_choose_another_header) {
  Community community({.webhook = {.secret_header = "X-Cat-Dog"}});
  const auto body = to_text(community.seed_payload("match_object_created", match_id));
  const auto& secret = community.demo.webhook_secret;
  EXPECT_EQ(community.request("POST", "/faceit-webhook", {{"X-Cat-Dog", secret}}, body).status, 200);
  const auto refused = community.request("POST", "/faceit-webhook", {{"X-Faceit-Signature", secret}}, body);
  EXPECT_EQ(refused.status, 401);
  EXPECT_TRUE(refused.text("detail").contains("X-Cat-Dog")) << "the answer says which header is expected";
}

TEST(Webhook, with_a_wrong_secret_nothing_is_parsed_and_nothing_is_stored) {
  Community community;
  for (const auto* body :
       {"{broken", "[]", "", "{\"event\":\"match_object_created\",\"match_id\":\"1-x\"}"}) {
    for (const auto* secret : {"wrong-secret-91c2", ""}) {
      community.secrets.emplace_back("wrong-secret-91c2");
      const auto answer =
          community.request("POST", "/faceit-webhook", {{"X-Faceit-Signature", secret}}, body);
      EXPECT_EQ(answer.status, 401) << body;
      EXPECT_EQ(answer.content_type, "application/problem+json");
    }
  }
  EXPECT_EQ(community.count("match_state"), 0);
  EXPECT_EQ(community.count("inbox"), 0);
}

TEST(Webhook, a_body_that_cannot_be_used_is_refused_with_a_sentence_and_changes_nothing) {
  struct Case {
    std::string body;
    int status;
  };
  const std::vector<Case> cases{
      {"{broken", 400},
      {"", 400},
      {"[]", 400},
      {"\"text\"", 400},
      {"null", 400},
      {std::string(100, '[') + std::string(100, ']'), 400},
      {R"({"event":"match_object_created","match_id":"../../admin"})", 400},
      {R"({"event":"match_object_created","match_id":"a/b"})", 400},
      {R"({"event":"match_object_created","match_id":".."})", 400},
      {R"({"event":"match_object_created","match_id":")" + std::string(200, 'a') + R"("})", 400},
      {R"({"event":"match_object_created","payload":{"id":"a b"}})", 400},
      {"{\"x\":\"" + std::string(256 * 1024, 'x') + "\"}", 413},
  };
  Community community;
  for (const auto& c : cases) {
    const auto answer = community.webhook_text(c.body);
    EXPECT_EQ(answer.status, c.status) << c.body.substr(0, 80);
    if (c.status == 400) EXPECT_NE(answer.text("detail"), "(none)") << c.body.substr(0, 80);
  }
  EXPECT_EQ(community.count("match_state"), 0);
  EXPECT_EQ(community.count("inbox"), 0);
  EXPECT_TRUE(community.http.take_sent().empty()) << "no request was built of such an id";
}

TEST(Webhook, what_is_of_no_use_is_answered_200_with_the_reason) {
  struct Case {
    std::string body;
    std::string reason;
  };
  const std::vector<Case> cases{
      {"{}", "no_event_type"},
      {R"({"event":null,"match_id":"1-x"})", "no_event_type"},
      {R"({"event":"","match_id":"1-x"})", "no_event_type"},
      {R"({"event":"match_object_created"})", "no_match_id"},
      {R"({"event":"match_object_created","payload":null})", "no_match_id"},
      {R"({"event":"match_object_created","match_id":7})", "no_match_id"},
      {R"({"event":"hub_user_added","payload":{"id":"1-looks-like-a-match"}})", "not_a_match"},
      {R"({"event":"championship_started","payload":{"id":"1-x"}})", "not_a_match"},
  };
  Community community;
  for (const auto& c : cases) {
    const auto answer = community.webhook_text(c.body);
    EXPECT_EQ(answer.status, 200) << c.body;
    EXPECT_EQ(answer.text("status"), "ignored") << c.body;
    EXPECT_EQ(answer.text("reason"), c.reason) << c.body;
  }
  EXPECT_EQ(community.count("match_state"), 0);
}

TEST(Webhook, other_shapes_that_are_known_are_taken) {
  const std::vector<std::string> bodies{
      R"({"event":"match_object_created","payload":null,"match_id":"1-a"})",
      R"({"event_type":"match_object_created","match_id":"1-a"})",
      R"({"type":"match_object_created","match_id":"1-a"})",
      R"({"payload":{"event":"match_object_created","id":"1-a"}})",
      R"({"event":"match_status_ready","payload":{"id":"1-a","teams":[{"roster":null,"substitutes":null}]}})",
      R"({"event":"match_status_ongoing","payload":{"id":"1-a"}})",
  };
  for (const auto& body : bodies) {
    Community community;
    EXPECT_EQ(community.webhook_text(body).text("status"), "success") << body;
    EXPECT_EQ(community.count("match_state where match_id = '1-a' and phase = 'open' and roster_known = 0"),
              1)
        << body;
  }
}

TEST(Webhook, a_repeated_delivery_does_nothing_again) {
  Community community;
  community.link(0, 5);
  auto payload = community.real_payload("match_status_ready", match_id, 0s);
  EXPECT_EQ(community.webhook(payload).status, 200);
  community.pass(30s);
  const auto updates = community.count("resource_events");
  payload["retry_count"] = 1;
  const auto again = community.webhook(payload);
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.text("status"), "success") << "FACEIT must not send it a third time";
  community.pass(30s);
  EXPECT_EQ(community.rooms().size(), 1U);
  EXPECT_EQ(community.count("inbox"), 1);
  EXPECT_EQ(community.count("resource_events"), updates);
}

TEST(Webhook, while_the_database_fails_FACEIT_is_told_to_come_back_and_then_nothing_is_lost) {
  Community community;
  const auto payload = community.seed_payload("match_object_created", match_id);
  community.engine.reads_fail = true;
  EXPECT_EQ(community.webhook(payload).status, 503) << "the secret cannot be looked up";
  community.engine.reads_fail = false;
  community.engine.writes_fail = true;
  const auto answer = community.webhook(payload);
  EXPECT_EQ(answer.status, 503) << "the event cannot be stored";
  EXPECT_FALSE(answer.text("detail").contains("disk")) << "our troubles are not for strangers";
  community.engine.writes_fail = false;
  EXPECT_EQ(community.webhook(payload).status, 200);
  EXPECT_EQ(community.count("match_state"), 1);
}

TEST(Webhook, who_keeps_guessing_is_slowed_down_for_a_minute_and_nobody_else_is) {
  Community community;
  const auto guess = [&](std::string address) {
    return community
        .request("POST", "/faceit-webhook", {{"X-Faceit-Signature", "guess"}}, "{}", std::move(address))
        .status;
  };
  int refused = 0;
  while (guess("198.51.100.7") == 401) ASSERT_LT(++refused, 1000);
  EXPECT_EQ(refused, 30);
  EXPECT_EQ(guess("198.51.100.7"), 429);
  EXPECT_EQ(guess("198.51.100.8"), 401);
  EXPECT_EQ(community.webhook(community.seed_payload("match_object_created", match_id)).status, 200);
  community.pass(61s);
  EXPECT_EQ(guess("198.51.100.7"), 401);
}

TEST(Webhook, without_a_configured_secret_everything_is_refused_unless_the_operator_allows_it) {
  for (const bool allowed : {false, true}) {
    Community community({.webhook = {.allow_unsigned = allowed}, .webhook_secret = false});
    const auto body = to_text(community.seed_payload("match_object_created", match_id));
    EXPECT_EQ(community.request("POST", "/faceit-webhook", {}, body).status, allowed ? 200 : 401);
    EXPECT_EQ(community.count("match_state"), allowed ? 1 : 0);
    EXPECT_EQ(community.request("POST", "/faceit-webhook?token=any", {}, body).status, 401)
        << "a secret that is presented must be right, whatever is allowed";
  }
}

TEST(Webhook, other_methods_are_told_so) {
  Community community;
  EXPECT_EQ(community.request("GET", "/faceit-webhook", {}, "").status, 405);
  EXPECT_EQ(community.request("PUT", "/faceit-webhook/x", {}, "").status, 405);
}

}  // namespace
}  // namespace matchday::test
