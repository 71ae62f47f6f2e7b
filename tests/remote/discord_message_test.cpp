// A message of ours as a remote kind: posted once however often it is sent, edited in place, found again by
// its marker, and never a ping that nobody asked for.
#include "remote_test.hpp"

namespace matchday::remote::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

struct MessageTest : RemoteTest {
  DiscordMessage kind{access, "https://matchday.test/r/"};

  json::object document(std::string text) {
    return {{"embeds", json::array{{{"description", std::move(text)}}}}};
  }
  Resource wanted(json::object with, std::string owner = "alert/voice") {
    auto out = resource(DiscordMessage::kind_name, std::move(with), std::move(owner));
    out.container = general.text();
    return out;
  }
  Resource posted(json::object with, std::string owner = "alert/voice") {
    auto out = wanted(std::move(with), std::move(owner));
    const auto result = make(kind, out);
    EXPECT_TRUE(result) << result.error().message;
    return out;
  }
  // Descriptions of everything with an embed in the channel, oldest first.
  std::vector<std::string> shown() {
    std::vector<std::string> out;
    for (const auto* message : world().messages_in(general)) {
      if (!message->embeds.empty()) out.push_back(Fields(message->embeds.at(0)).string_or("description", ""));
    }
    return out;
  }
  const sandbox::discord::Message* message(const Resource& known) {
    return world().find_message(*MessageId::parse(*known.remote_id));
  }
};

TEST_F(MessageTest, is_posted_with_its_marker_in_a_link) {
  const auto alert = posted(document("The bot lacks CONNECT."));
  EXPECT_THAT(shown(), ElementsAre("The bot lacks CONNECT."));
  EXPECT_EQ(Fields(message(alert)->embeds.at(0)).string_or("url", ""),
            "https://matchday.test/r/" + alert.marker);
}

TEST_F(MessageTest, sent_twice_within_minutes_Discord_itself_keeps_one) {
  http.faults = {{"POST", "/channels", Fault::What::answer_lost}};
  auto alert = wanted(document("once"));
  ASSERT_EQ(make(kind, alert).error().kind, ErrorKind::ambiguous);
  pass(30s);
  const auto again = make(kind, alert);
  ASSERT_TRUE(again);
  EXPECT_THAT(shown(), ElementsAre("once"));
  EXPECT_EQ(again->remote_id, world().messages_in(general).at(0)->id.text());
  posted(document("another"), "alert/webhook");
  EXPECT_THAT(shown(), SizeIs(2)) << "another message has another nonce";
}

TEST_F(MessageTest, a_nonce_whose_message_was_deleted_is_not_taken_for_a_refusal) {
  auto alert = posted(document("once"));
  ASSERT_TRUE(world().human_delete_message(general, *MessageId::parse(*alert.remote_id), olga));
  EXPECT_EQ(make(kind, alert).error().kind, ErrorKind::ambiguous) << "it is looked for again later";
}

TEST_F(MessageTest, names_in_it_ping_nobody_unless_the_document_says_whom) {
  auto quiet = document("x");
  quiet["content"] = "@everyone <@" + ana.text() + ">";
  EXPECT_THAT(message(posted(quiet))->mentions, IsEmpty());
  EXPECT_FALSE(world().messages_in(general).at(0)->mention_everyone);
  auto loud = quiet;
  loud["allowed_mentions"] = {{"users", json::array{ana.text()}}};
  EXPECT_THAT(message(posted(loud, "loud"))->mentions, ElementsAre(ana));
}

TEST_F(MessageTest, is_edited_in_place_and_keeps_its_marker) {
  auto alert = posted(document("before"));
  requests();
  ASSERT_TRUE(change(kind, alert, document("after")));
  EXPECT_THAT(shown(), ElementsAre("after"));
  EXPECT_THAT(requests(), ElementsAre("PATCH /channels/" + general.text() + "/messages/" + *alert.remote_id));
  pass(5min);
  EXPECT_EQ(found(observe(kind, alert)).remote_id, *alert.remote_id);
}

TEST_F(MessageTest, a_deleted_one_says_so_when_it_is_edited_or_removed) {
  auto alert = posted(document("before"));
  ASSERT_TRUE(world().human_delete_message(general, *MessageId::parse(*alert.remote_id), olga));
  EXPECT_EQ(change(kind, alert, document("after")).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run(kind.remove(alert)).error().kind, ErrorKind::not_found);
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(MessageTest, one_that_is_not_wanted_any_more_is_removed) {
  auto alert = posted(document("before"));
  ASSERT_TRUE(run(kind.remove(alert)));
  EXPECT_THAT(shown(), IsEmpty());
}

// ---- Finding it again, when the nonce is long forgotten.

TEST_F(MessageTest, is_found_by_its_marker_among_others) {
  auto alert = wanted(document("ours"));
  EXPECT_TRUE(absent(observe(kind, alert)));
  http.faults = {{"POST", "/channels", Fault::What::answer_lost}};
  ASSERT_FALSE(make(kind, alert));
  posted(document("other"), "alert/webhook");
  ASSERT_TRUE(world().send_message(general, ana, "look: https://matchday.test/r/" + alert.marker));
  pass(10min);
  EXPECT_EQ(found(observe(kind, alert)).remote_id, world().messages_in(general).at(0)->id.text());
}

TEST_F(MessageTest, of_twins_the_oldest_is_kept) {
  auto alert = posted(document("first"));
  pass(10min);
  auto twin = posted(document("second"));
  const auto seen = found(observe(kind, alert));
  EXPECT_EQ(seen.remote_id, *alert.remote_id);
  ASSERT_THAT(seen.twins, ElementsAre(*twin.remote_id));
  ASSERT_TRUE(run(kind.remove_twin(alert, *twin.remote_id)));
  EXPECT_THAT(shown(), ElementsAre("first"));
}

TEST_F(MessageTest, is_found_however_much_people_have_talked_since) {
  auto alert = wanted(document("ours"));
  http.faults = {{"POST", "/channels", Fault::What::answer_lost}};
  ASSERT_FALSE(make(kind, alert));
  for (int i = 0; i < 250; ++i) {
    pass(1min);
    ASSERT_TRUE(world().send_message(general, i % 2 == 0 ? ana : ben, "talk"));
  }
  EXPECT_EQ(found(observe(kind, alert)).remote_id, world().messages_in(general).at(0)->id.text())
      << "posted again, it would be there twice";
}

TEST_F(MessageTest, when_the_history_cannot_be_read_nothing_is_concluded) {
  auto alert = wanted(document("ours"));
  http.faults.assign(10, {"GET", "/channels", Fault::What::status, 503});
  EXPECT_FALSE(run(kind.observe(alert)));
}

TEST_F(MessageTest, what_Discord_refuses_is_said_in_its_words) {
  ASSERT_TRUE(world().set_overwrite(general, {.id = OverwriteId{world().bot().value},
                                              .kind = OverwriteKind::member,
                                              .deny = permission::send_messages}));
  auto alert = wanted(document("ours"));
  const auto refused = make(kind, alert);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::refused);
  EXPECT_EQ(refused.error().platform_code, 50013);
  EXPECT_THAT(refused.error().message, HasSubstr("Missing Permissions"));
}

TEST_F(MessageTest, everything_of_ours_is_listed_with_its_age) {
  const auto alert = posted(document("one"));
  posted(document("two"), "alert/webhook");
  ASSERT_TRUE(world().send_message(general, ana, "talk"));
  const auto listed = *run(kind.list_marked(general.text()));
  ASSERT_THAT(listed, SizeIs(2));
  EXPECT_EQ(listed[0].remote_id, *alert.remote_id);
  EXPECT_EQ(listed[0].marker, alert.marker);
  EXPECT_LE(listed[0].created_at, listed[1].created_at);
}

}  // namespace
}  // namespace matchday::remote::test
