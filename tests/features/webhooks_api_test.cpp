// Outgoing webhooks: their secrets, their limits, who may change them, and what nobody can make the server
// do.
#include "outgoing_webhooks.hpp"

namespace matchday::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// ---- Secrets.

TEST_F(OutgoingWebhooks, after_a_rotation_both_secrets_sign_for_a_day) {
  const auto webhook = make();
  const auto rotated = organizer.api("POST", base + "/" + webhook.id + "/rotate-secret");
  ASSERT_EQ(rotated.status, 200) << rotated.body;
  const auto secret = rotated.text("secret");
  community.secrets.push_back(secret);
  EXPECT_NE(secret, webhook.secret);
  test(webhook);
  community.pass(1s);
  ASSERT_THAT(received(), SizeIs(1));
  EXPECT_EQ(received()[0].header("webhook-signature"), expected_signature(secret, received()[0]) + " " +
                                                           expected_signature(webhook.secret, received()[0]));
  EXPECT_EQ(rotated.text("old_secret_until").substr(0, 10),
            to_rfc3339(community.world.clock.now() + 24h).substr(0, 10));
  community.world.engine.session().run("update webhooks set old_secret_until_ms = :now",
                                       {{"now", community.world.clock.now()}});
  test(webhook);
  community.pass(1s);
  ASSERT_THAT(received(), SizeIs(2));
  EXPECT_EQ(received()[1].header("webhook-signature"), expected_signature(secret, received()[1]));
}

TEST_F(OutgoingWebhooks, a_secret_is_shown_once_and_stored_nowhere_in_clear) {
  const auto created =
      organizer.api("POST", base, {{"url", hook}, {"events", match_events}}, {{"Idempotency-Key", "once"}});
  const Made webhook{.id = created.text("id"), .secret = created.text("secret")};
  community.secrets.push_back(webhook.secret);
  const auto rotated = organizer.api("POST", base + "/" + webhook.id + "/rotate-secret", nullptr,
                                     {{"Idempotency-Key", "twice"}});
  test(webhook);
  community.pass(1s);
  for (const auto* path : {"", "/deliveries"})
    EXPECT_THAT(organizer.get(base + "/" + webhook.id + path).body, Not(HasSubstr("whsec_")));
  std::vector<std::string> forbidden;
  for (const auto& secret : {webhook.secret, rotated.text("secret")}) {
    const auto bytes = from_base64(secret.substr(6));
    forbidden.insert(forbidden.end(),
                     {secret.substr(6), bytes, crypto::to_hex(bytes), crypto::to_base64url(bytes)});
  }
  const struct {
    const char* table;
    std::vector<std::string> columns;
  } stored[] = {{"webhooks", {"secret", "old_secret", "url", "description", "events"}},
                {"webhook_deliveries", {"body", "last_error", "response"}},
                {"audit_log", {"before_value", "after_value", "subject"}},
                {"idempotency_keys", {"answer"}},
                {"jobs", {"payload", "subject"}}};
  int looked_at = 0;
  for (const auto& [table, columns] : stored) {
    for (const auto& row : community.world.engine.session().run(fmt::format("select * from {}", table), {})) {
      for (const auto& column : columns) {
        const auto value = row.get<std::optional<std::string>>(column).value_or("");
        for (const auto& secret : forbidden) EXPECT_FALSE(value.contains(secret)) << table << "." << column;
        ++looked_at;
      }
    }
  }
  EXPECT_GE(looked_at, 5 + 3 + 3);
  EXPECT_THAT(organizer.get("/api/organizations/" + community.organization.text() + "/audit").body,
              Not(HasSubstr("s3cret-path")));
}

TEST_F(OutgoingWebhooks, a_secret_that_was_copied_into_another_row_does_not_sign) {
  const auto one = make();
  const auto other = make();
  community.world.engine.session().run(
      "update webhooks set secret = (select secret from webhooks where id = :other) where id = :one",
      {{"other", *OrganizationId::parse(other.id)}, {"one", *OrganizationId::parse(one.id)}});
  const auto path = test(one);
  community.pass(1s);
  EXPECT_THAT(received(), IsEmpty());
  EXPECT_THAT(organizer.get(path).text("last_error"), HasSubstr("Rotate it"));
}

// ---- What nobody can make the server do.

TEST_F(OutgoingWebhooks, lead_to_the_public_internet_only) {
  for (const auto* url :
       {"https://127.0.0.1/", "https://10.1.2.3/x", "https://172.16.0.1/", "https://192.168.1.1/",
        "https://169.254.169.254/latest/meta-data", "https://[::1]/", "https://[::ffff:10.0.0.1]/",
        "https://[fe80::1]/", "https://[fd00::1]:8443/", "https://2130706433/", "https://0177.0.0.1/",
        "https://0x7f.1/", "https://127.1/", "https://0/", "https://%31%32%37.0.0.1/", "https://localhost/",
        "https://LOCALHOST./", "https://db.localhost:5432/", "https://100.64.0.1/"}) {
    const auto answer = organizer.api("POST", base, {{"url", url}, {"events", match_events}});
    EXPECT_EQ(answer.status, 400) << url;
    EXPECT_EQ(answer.text("field"), "url") << url;
    EXPECT_THAT(answer.text("detail"), HasSubstr("public internet")) << url;
  }
  const std::pair<std::string, const char*> wrong[] = {
      {"http://receiver.example/", "https://"},
      {"wss://receiver.example/", "https://"},
      {"ftp://receiver.example/", "must start with"},
      {"https://user:password@receiver.example/", "user name or password"},
      {"receiver.example", "absolute URL"},
      {"https:///x", "cannot be used"},
      {"https://receiver.example:0/", "port"},
      {"https://receiver.example/" + std::string(2000, 'x'), "2000 characters"}};
  for (const auto& [url, says] : wrong) {
    const auto answer = organizer.api("POST", base, {{"url", url}, {"events", match_events}});
    EXPECT_EQ(answer.status, 400) << url;
    EXPECT_EQ(answer.text("field"), "url") << url;
    EXPECT_THAT(answer.text("detail"), HasSubstr(says)) << url;
  }
  const auto webhook = make();
  EXPECT_EQ(change(webhook.id, {{"url", "https://10.0.0.1/"}}).status, 400);
  EXPECT_EQ(organizer.get(base + "/" + webhook.id).text("url"), hook);
}

TEST_F(OutgoingWebhooks, a_name_that_leads_into_a_private_network_is_a_failure_in_words) {
  const auto webhook = make(match_events, "https://rebound.example/");
  community.receivers.answers = {
      fail(ErrorKind::invalid, "rebound.example is not an address of the public internet")};
  const auto path = test(webhook);
  community.pass(1s);
  EXPECT_EQ(organizer.get(path).text("last_error"),
            "No answer: rebound.example is not an address of the public internet.");
}

TEST_F(OutgoingWebhooks, an_address_that_is_not_allowed_any_more_gets_nothing) {
  const auto webhook = make();
  community.world.engine.session().run("update webhooks set url = 'http://10.0.0.5/hook'", {});
  const auto path = test(webhook);
  community.pass(1s);
  EXPECT_THAT(received(), IsEmpty());
  EXPECT_EQ(organizer.get(path).text("last_error"), "Not sent: url must start with https://.");
}

struct PrivateReceivers : OutgoingWebhooks {
  PrivateReceivers() : OutgoingWebhooks({.teams = match_voice::Teams::both, .private_receivers = true}) {}
};

TEST_F(PrivateReceivers, are_allowed_by_the_operators_word_alone) {
  for (const auto* url : {"http://10.0.0.5:8080/hook", "https://localhost/", "http://[::1]/"})
    EXPECT_EQ(organizer.api("POST", base, {{"url", url}, {"events", match_events}}).status, 201) << url;
  EXPECT_EQ(organizer.api("POST", base, {{"url", "http://u:p@10.0.0.5/"}, {"events", match_events}}).status,
            400);
}

TEST_F(OutgoingWebhooks, another_organizations_webhook_does_not_exist) {
  const auto webhook = make();
  const auto path = test(webhook);
  const auto other = *community.run(
      community.organizations.ensure({.slug = "other", .name = "Other", .guild = GuildId{77}}));
  const auto there = "/api/organizations/" + other.text() + "/webhooks";
  const auto delivery = path.substr(base.size());
  // The organizer operates the installation, and may do everything in both.
  EXPECT_EQ(organizer.get(there).status, 200);
  for (const auto& [method, target] : {std::pair<std::string, std::string>{"GET", "/" + webhook.id},
                                       {"PATCH", "/" + webhook.id},
                                       {"DELETE", "/" + webhook.id},
                                       {"POST", "/" + webhook.id + "/rotate-secret"},
                                       {"POST", "/" + webhook.id + "/test"},
                                       {"GET", "/" + webhook.id + "/deliveries"},
                                       {"GET", delivery},
                                       {"POST", delivery + "/redeliver"}}) {
    const bool with_body = method == "PATCH";
    const auto answer =
        organizer.api(method, there + target,
                      with_body ? json::value{{"active", false}} : json::value(nullptr), {{"If-Match", "*"}});
    EXPECT_EQ(answer.status, 404) << method << " " << target << answer.body;
  }
  // Nor is one webhook's delivery the other's.
  const auto second = make();
  EXPECT_EQ(
      organizer.get(base + "/" + second.id + "/deliveries" + delivery.substr(delivery.rfind('/'))).status,
      404);
}

// ---- Limits and changes.

TEST_F(OutgoingWebhooks, an_organization_has_ten_of_them) {
  for (int i = 0; i < 10; ++i) make();
  const auto eleventh = organizer.api("POST", base, {{"url", hook}, {"events", match_events}});
  EXPECT_EQ(eleventh.status, 409);
  EXPECT_THAT(eleventh.text("detail"), HasSubstr("at most 10"));
  EXPECT_THAT(organizer.get(base).json().at("items").as_array(), SizeIs(10));
}

TEST_F(OutgoingWebhooks, beyond_ten_thousand_that_wait_the_oldest_are_given_up) {
  const auto webhook = make();
  community.world.engine.session().run(
      "with recursive numbers (n) as (select 1 union all select n + 1 from numbers where n < 10000)"
      " insert into webhook_deliveries (id, webhook_id, organization_id, event, subject, body, state, "
      "attempts,"
      "   attempts_before, last_error, response, created_at_ms, next_attempt_at_ms)"
      " select n, cast(:webhook as bigint), cast(:organization as bigint), 'match.opened', '1-x', '{}', "
      "'pending',"
      "   1, 0, '', '', 0, cast(:later as bigint) from numbers",
      {{"webhook", *OrganizationId::parse(webhook.id)},
       {"organization", community.organization},
       {"later", community.world.clock.now() + 1h}});
  test(webhook);
  community.pass(1s);
  EXPECT_THAT(received(), SizeIs(1));
  EXPECT_EQ(community.world.count("select count(*) as n from webhook_deliveries where state = 'failed'"), 1);
  const auto given_up = organizer.get(base + "/" + webhook.id + "/deliveries/1").json();
  EXPECT_EQ(Fields(given_up).string("state"), "failed");
  EXPECT_THAT(*Fields(given_up).string("last_error"), HasSubstr("10,000 newer"));
  // Pages of the rest.
  const auto page = organizer.get(base + "/" + webhook.id + "/deliveries?state=pending&limit=2").json();
  EXPECT_THAT(page.at("items").as_array(), SizeIs(2));
  const auto next = organizer.get(base + "/" + webhook.id + "/deliveries?state=pending&limit=2&cursor=" +
                                  std::string(page.at("next_cursor").as_string()));
  EXPECT_THAT(next.json().at("items").at(0).at("id").as_string(), testing::StrEq("9998"));
  EXPECT_EQ(organizer.get(base + "/" + webhook.id + "/deliveries?state=lost").status, 400);
}

TEST_F(OutgoingWebhooks, what_a_receiver_answers_is_kept_as_text_and_in_part) {
  const auto webhook = make();
  community.receivers.answers = {
      net::HttpResponse{.status = 500, .body = std::string("\x00\x01\xff\xfe", 4) + std::string(5000, 'x')},
      Result<net::HttpResponse>(std::unexpected(
          Error{.kind = ErrorKind::ambiguous, .message = "the answer is too long", .http_status = 200}))};
  const auto path = test(webhook);
  community.pass(1s);
  const auto kept = organizer.get(path).text("response");
  EXPECT_LE(kept.size(), 1024U);
  EXPECT_THAT(kept, HasSubstr("xxxx"));
  community.pass(6s);
  EXPECT_EQ(organizer.get(path).text("state"), "delivered") << "it said 200";
}

TEST_F(OutgoingWebhooks, are_changed_by_those_who_have_seen_them) {
  const auto webhook = make();
  const auto path = base + "/" + webhook.id;
  const auto etag = organizer.get(path).header("ETag");
  EXPECT_EQ(organizer.api("PATCH", path, {{"active", false}}).status, 428);
  EXPECT_EQ(organizer.api("PATCH", path, {{"description", "Scores"}}, {{"If-Match", etag}}).status, 200);
  EXPECT_EQ(organizer.api("PATCH", path, {{"description", "x"}}, {{"If-Match", etag}}).status, 412);
  const struct {
    json::object wish;
    const char* says;
  } wrong[] = {
      {{{"events", json::array{}}}, "at least one event"},    {{{"events", {"match.lost"}}}, "no event"},
      {{{"events", {"webhook.test"}}}, "no event"},           {{{"active", "yes"}}, "true or false"},
      {{{"description", std::string(201, 'x')}}, "0 to 200"}, {{{"secret", "whsec_x"}}, "not known"}};
  for (const auto& c : wrong) {
    const auto answer = change(webhook.id, c.wish);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_THAT(answer.text("detail"), HasSubstr(c.says));
  }
  EXPECT_EQ(organizer.api("POST", base, {{"url", hook}}).text("field"), "events");
  EXPECT_EQ(change(webhook.id, {{"events", {"match.closed", "match.closed"}}}).status, 200);
  EXPECT_THAT(organizer.get(path).json().at("events").as_array(), SizeIs(1));
  EXPECT_EQ(organizer.api("DELETE", path).status, 204);
  EXPECT_EQ(organizer.get(path).status, 404);
  EXPECT_EQ(community.world.count("select count(*) as n from webhook_deliveries"), 0);
  EXPECT_THAT(audited(),
              ElementsAre("webhook.removed", "webhook.changed", "webhook.changed", "webhook.created"));
}

}  // namespace
}  // namespace matchday::test
