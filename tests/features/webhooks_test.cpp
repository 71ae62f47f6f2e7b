// Outgoing webhooks: what an organization's receivers are told, and what they can rely on.
#include "features/notifications/standard_webhooks.hpp"
#include "outgoing_webhooks.hpp"

namespace matchday::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

// ---- What is sent.

TEST(StandardWebhooks, sign_as_the_published_example_does) {
  const Secret<std::string> secret(from_base64("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"));
  EXPECT_EQ(notifications::sign_message({secret}, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330",
                                        R"({"test": 2432232314})"),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
}

TEST(StandardWebhooks, try_ten_times_in_three_days_and_then_no_more) {
  Duration sum{0};
  int attempts = 1;
  for (; notifications::wait_after_attempt(attempts); ++attempts)
    sum += *notifications::wait_after_attempt(attempts);
  EXPECT_EQ(attempts, 10);
  EXPECT_EQ(sum, 75h + 35min + 5s);
  EXPECT_EQ(notifications::wait_after_attempt(1), 5s);
  EXPECT_FALSE(notifications::wait_after_attempt(0));
}

TEST_F(OutgoingWebhooks, each_change_of_a_match_is_told_once_to_each_webhook_that_wants_it) {
  make();
  make({"match.closed"}, "https://other.example/");
  play("match_status_ready", 1s);
  EXPECT_THAT(community.receivers.types(), ElementsAre("match.opened", "match.rooms_ready"));
  // Repeats, later events of the same match and the minute's looks change nothing.
  play("match_status_ready", 1s);
  play("match_status_ready", 2s);
  community.pass(5min);
  EXPECT_THAT(received(), SizeIs(2));
  play("match_status_finished", 400s);
  community.pass(60s);
  EXPECT_THAT(community.receivers.types(), ElementsAre("match.opened", "match.rooms_ready", "match.closing",
                                                       "match.closed", "match.closed"));
  std::set<std::string> ids;
  for (const auto& got : received()) ids.insert(got.header("webhook-id"));
  EXPECT_THAT(ids, SizeIs(5)) << "each webhook has its own message";
}

TEST_F(OutgoingWebhooks, a_receiver_reads_who_plays_where_and_why_it_ended) {
  make();
  play("match_status_ready", 1s);
  ASSERT_THAT(received(), SizeIs(2));
  const auto opened = *parse_json(received()[0].request.body);
  EXPECT_EQ(Fields(opened).string("organization"), community.organization.text());
  EXPECT_TRUE(parse_rfc3339(Fields(opened).string_or("timestamp", "")));
  const auto& first = opened.at("data").at("teams").at(0);
  EXPECT_EQ(Fields(first).string("name"), "Wolves");
  EXPECT_TRUE(first.at("channel_id").is_null());
  EXPECT_EQ(Fields(first.at("players").at(0)).string("nickname"), community.demo.players[0].nickname);
  const auto ready = *parse_json(received()[1].request.body);
  EXPECT_EQ(Fields(ready.at("data")).string("id"), match);
  std::set<std::string> rooms;
  for (const auto& team : ready.at("data").at("teams").as_array())
    rooms.insert(Fields(team).string_or("channel_id", ""));
  for (const auto* room : community.rooms()) EXPECT_TRUE(rooms.contains(room->id.text()));
  play("match_status_cancelled", 60s);
  community.pass(60s);
  ASSERT_THAT(received(), SizeIs(4));
  const auto closing = *parse_json(received()[2].request.body);
  EXPECT_EQ(Fields(closing.at("data")).string("state"), "closing");
  EXPECT_EQ(Fields(closing.at("data")).string("end_reason"), "cancelled");
  const auto closed = *parse_json(received()[3].request.body);
  EXPECT_EQ(Fields(closed.at("data")).string("state"), "closed");
  EXPECT_FALSE(closed.at("data").at("closed_at").is_null());
}

TEST_F(OutgoingWebhooks, what_people_do_to_a_match_is_told_too) {
  make();
  const auto matches = "/api/organizations/" + community.organization.text() + "/matches/" + match;
  play("match_status_ready", 1s);
  ASSERT_EQ(organizer.api("POST", matches + "/close").status, 202);
  community.pass(60s);
  ASSERT_EQ(organizer.api("POST", matches + "/recreate").status, 202);
  community.pass(60s);
  EXPECT_THAT(community.receivers.types(), ElementsAre("match.opened", "match.rooms_ready", "match.closing",
                                                       "match.closed", "match.opened", "match.rooms_ready"));
  // Rooms made anew while it goes on: no new match, but new rooms.
  community.receivers.received.clear();
  ASSERT_EQ(organizer.api("POST", matches + "/recreate").status, 202);
  community.pass(60s);
  EXPECT_THAT(community.receivers.types(), ElementsAre("match.rooms_ready"));
}

TEST_F(OutgoingWebhooks, a_match_that_was_over_when_we_heard_of_it_is_not_told_of) {
  make();
  play("match_status_finished", 1s);
  community.pass(60s);
  EXPECT_THAT(received(), IsEmpty());
}

TEST_F(OutgoingWebhooks, the_signature_is_what_a_receiver_computes) {
  const auto webhook = make();
  EXPECT_THAT(webhook.secret, testing::StartsWith("whsec_"));
  EXPECT_THAT(from_base64(webhook.secret.substr(6)), SizeIs(32));
  test(webhook);
  community.pass(1s);
  ASSERT_THAT(received(), SizeIs(1));
  const auto& got = received().front();
  EXPECT_EQ(got.type(), "webhook.test");
  EXPECT_EQ(got.request.method, "POST");
  EXPECT_EQ(got.request.url, hook);
  EXPECT_EQ(got.header("Content-Type"), "application/json");
  EXPECT_EQ(got.header("webhook-timestamp"),
            std::to_string(std::chrono::floor<std::chrono::seconds>(got.at).time_since_epoch().count()));
  EXPECT_EQ(got.header("webhook-signature"), expected_signature(webhook.secret, got));
}

// ---- Until it has arrived.

TEST_F(OutgoingWebhooks, what_failed_is_sent_again_under_the_same_id_until_it_arrives) {
  const auto webhook = make();
  community.receivers.answers = {net::HttpResponse{.status = 500, .body = "oh"},
                                 fail(ErrorKind::unavailable, "receiver.example could not be reached")};
  const auto path = test(webhook);
  community.pass(1s);
  const auto after_first = organizer.get(path).json();
  EXPECT_EQ(Fields(after_first).string("state"), "pending");
  EXPECT_EQ(Fields(after_first).string("last_error"), "The receiver answered 500.");
  EXPECT_EQ(Fields(after_first).string("response"), "oh");
  EXPECT_EQ(organizer.api("POST", path + "/redeliver").status, 409) << "it is still on its way";
  community.pass(6s);
  EXPECT_THAT(received(), SizeIs(2));
  EXPECT_FALSE(organizer.get(base + "/" + webhook.id).json().at("failing_since").is_null());
  community.pass(4min);
  EXPECT_THAT(received(), SizeIs(2)) << "the second wait is five minutes";
  community.pass(2min);
  ASSERT_THAT(received(), SizeIs(3));
  for (const auto& got : received()) {
    EXPECT_EQ(got.header("webhook-id"), received()[0].header("webhook-id"));
    EXPECT_EQ(got.request.body, received()[0].request.body);
    EXPECT_EQ(got.header("webhook-signature"), expected_signature(webhook.secret, got));
  }
  const auto done = organizer.get(path).json();
  EXPECT_EQ(Fields(done).string("state"), "delivered");
  EXPECT_EQ(Fields(done).integer("attempts"), 3);
  EXPECT_TRUE(organizer.get(base + "/" + webhook.id).json().at("failing_since").is_null());
  community.pass(10min);
  EXPECT_THAT(received(), SizeIs(3));
}

TEST_F(OutgoingWebhooks, after_the_tenth_attempt_it_is_given_up_and_can_be_sent_again_by_hand) {
  const auto webhook = make();
  community.receivers.usual = net::HttpResponse{.status = 302};
  const auto path = test(webhook);
  community.pass(1s);
  for (int i = 0; i < 12; ++i) hurry();
  EXPECT_THAT(received(), SizeIs(10));
  auto seen = organizer.get(path).json();
  EXPECT_EQ(Fields(seen).string("state"), "failed");
  EXPECT_THAT(*Fields(seen).string("last_error"), HasSubstr("redirects are not followed"));
  community.receivers.usual = net::HttpResponse{.status = 204};
  EXPECT_EQ(organizer.api("POST", path + "/redeliver").status, 202);
  community.pass(1s);
  ASSERT_THAT(received(), SizeIs(11));
  EXPECT_EQ(received().back().header("webhook-id"), received().front().header("webhook-id"));
  seen = organizer.get(path).json();
  EXPECT_EQ(Fields(seen).string("state"), "delivered");
  EXPECT_EQ(Fields(seen).integer("attempts"), 11);
  EXPECT_THAT(audited(), ElementsAre("webhook.redelivered", "webhook.tested", "webhook.created"));
}

TEST_F(OutgoingWebhooks, a_receiver_that_asks_for_patience_gets_it) {
  const auto webhook = make();
  net::HttpResponse busy{.status = 503};
  busy.headers.set("Retry-After", "120");
  community.receivers.answers = {busy};
  test(webhook);
  community.pass(110s);
  EXPECT_THAT(received(), SizeIs(1));
  community.pass(15s);
  EXPECT_THAT(received(), SizeIs(2));
}

TEST_F(OutgoingWebhooks, a_slow_receiver_holds_up_nobody_but_itself) {
  const auto slow = make(match_events, "https://slow.example/");
  const auto quick = make(match_events, "https://quick.example/");
  community.receivers.slow["slow.example"] = 30s;
  for (int i = 0; i < 3; ++i) {
    test(slow);
    test(quick);
  }
  community.pass(1s);
  const auto of = [&](std::string_view host) {
    return std::ranges::count_if(received(), [&](const auto& got) { return got.request.url.contains(host); });
  };
  EXPECT_EQ(of("quick.example"), 3);
  EXPECT_EQ(of("slow.example"), 1) << "one at a time";
  community.pass(40s);
  EXPECT_LE(of("slow.example"), 3) << "15 seconds each";
  EXPECT_GE(of("slow.example"), 2);
}

// The process dies after the receiver got it and before that is stored.
TEST_F(OutgoingWebhooks, a_kill_between_send_and_store_repeats_the_attempt_under_the_same_id) {
  const auto webhook = make();
  community.receivers.slow["receiver.example"] = 5s;
  const auto path = test(webhook);
  ASSERT_TRUE(community.until([&] { return received().size() == 1; }));
  community.group.cancel_all();
  community.run(community.group.join());
  community.run(community.runner.drain(0ms));
  EXPECT_EQ(organizer.get(path).json().at("attempts").as_int64(), 0);

  jobs::Runner next(community.executor, community.world.clock, Random(9), community.database, community.queue,
                    community.metrics, {});
  for (const auto& [kind, handler] : community.webhooks.jobs()) next.handle(kind, handler);
  TaskGroup group(community.executor, [](const std::string&, const std::exception_ptr&) {});
  group.spawn("runner", next.run("the next process", true));
  community.pass(10s);
  ASSERT_THAT(received(), SizeIs(2));
  EXPECT_EQ(received()[0].header("webhook-id"), received()[1].header("webhook-id"));
  EXPECT_EQ(received()[0].request.body, received()[1].request.body);
  EXPECT_EQ(organizer.get(path).text("state"), "delivered");
  group.cancel_all();
  community.run(group.join());
  community.run(next.drain(0ms));
}

TEST_F(OutgoingWebhooks, while_the_database_is_away_the_answer_is_not_lost_but_asked_for_again) {
  const auto webhook = make();
  community.receivers.on_received = [&] { community.engine.writes_fail = true; };
  const auto path = test(webhook);
  ASSERT_TRUE(community.until([&] { return received().size() == 1; }));
  community.pass(1s);
  community.receivers.on_received = [] {};
  community.engine.writes_fail = false;
  community.pass(30s);
  ASSERT_THAT(received(), SizeIs(2));
  EXPECT_EQ(received()[0].header("webhook-id"), received()[1].header("webhook-id"));
  EXPECT_EQ(organizer.get(path).text("state"), "delivered");
}

// ---- Until it is switched off.

TEST_F(OutgoingWebhooks, who_answers_410_is_left_alone_and_organizers_are_told) {
  const auto webhook = make();
  community.receivers.answers = {net::HttpResponse{.status = 410}};
  const auto path = test(webhook);
  const auto second = test(webhook);
  community.pass(10s);
  EXPECT_THAT(received(), SizeIs(1));
  const auto seen = organizer.get(base + "/" + webhook.id).json();
  EXPECT_FALSE(seen.at("active").as_bool());
  EXPECT_THAT(*Fields(seen).string("disabled_reason"), HasSubstr("410 Gone"));
  EXPECT_EQ(organizer.get(path).text("state"), "failed");
  EXPECT_EQ(organizer.get(second).text("last_error"), "Given up: the webhook was switched off.");
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_THAT(alerts().front(), HasSubstr("receiver.example was switched off"));
  EXPECT_THAT(alerts().front(), Not(HasSubstr("s3cret-path")));
  play("match_status_ready", 1s);
  EXPECT_THAT(received(), SizeIs(1));
  EXPECT_EQ(organizer.api("POST", base + "/" + webhook.id + "/test").status, 409);
  EXPECT_EQ(organizer.api("POST", path + "/redeliver").status, 409);

  EXPECT_EQ(change(webhook.id, {{"active", true}}).status, 200);
  community.pass(10s);
  EXPECT_THAT(alerts(), ElementsAre(HasSubstr("Resolved")));
  EXPECT_EQ(organizer.api("POST", second + "/redeliver").status, 202);
  community.pass(1s);
  EXPECT_EQ(organizer.get(second).text("state"), "delivered");
  EXPECT_THAT(audited(), ElementsAre("webhook.redelivered", "webhook.changed", "webhook.disabled",
                                     "webhook.tested", "webhook.tested", "webhook.created"));
}

TEST_F(OutgoingWebhooks, who_fails_for_five_days_is_switched_off) {
  const auto webhook = make();
  community.receivers.usual = net::HttpResponse{.status = 500};
  test(webhook);
  community.pass(1s);
  const auto failing_for = [&](Duration time) {
    community.world.engine.session().run("update webhooks set failing_since_ms = :since",
                                         {{"since", community.world.clock.now() - time}});
    hurry();
    return organizer.get(base + "/" + webhook.id).json();
  };
  EXPECT_TRUE(failing_for(std::chrono::days(5) - 1h).at("active").as_bool());
  const auto seen = failing_for(std::chrono::days(5));
  EXPECT_FALSE(seen.at("active").as_bool());
  EXPECT_THAT(*Fields(seen).string("disabled_reason"), HasSubstr("five days. The receiver answered 500."));
  community.pass(10s);
  EXPECT_THAT(alerts(), SizeIs(1));
  EXPECT_EQ(organizer.api("DELETE", base + "/" + webhook.id).status, 204);
  community.pass(10s);
  EXPECT_THAT(alerts(), ElementsAre(HasSubstr("Resolved")));
}

TEST_F(OutgoingWebhooks, one_that_an_organizer_switched_off_gets_nothing) {
  const auto webhook = make();
  EXPECT_EQ(change(webhook.id, {{"active", false}}).status, 200);
  play("match_status_ready", 1s);
  EXPECT_THAT(received(), IsEmpty());
  EXPECT_THAT(alerts(), IsEmpty());
  EXPECT_THAT(organizer.get(base + "/" + webhook.id + "/deliveries").json().at("items").as_array(),
              IsEmpty());
}

}  // namespace
}  // namespace matchday::test
