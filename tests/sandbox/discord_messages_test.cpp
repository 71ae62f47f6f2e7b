// Messages and DMs: content limits, embeds, components, mentions, nonces, files, editing and deleting.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

struct MessagesTest : DiscordTest {
  std::string messages(ChannelId channel) const { return channel_path(channel, "/messages"); }
  Reply post(const json::value& body) { return ask("POST", messages(text), body); }

  static json::value row(json::array children) {
    return {{"components", {{{"type", 1}, {"components", std::move(children)}}}}};
  }
};

TEST_F(MessagesTest, a_message_is_posted_read_edited_and_deleted) {
  const auto posted = post({{"content", "Round 1"}});
  EXPECT_EQ(posted.status, 200);
  const auto path = messages(text) + "/" + posted.text("id");
  EXPECT_EQ(ask("GET", path).text("content"), "Round 1");
  const auto edited = ask("PATCH", path, {{"content", "Round 2"}});
  EXPECT_EQ(edited.text("content"), "Round 2");
  EXPECT_FALSE(edited.body.at("edited_timestamp").is_null());
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_EQ(ask("DELETE", path).code(), 10008);
  EXPECT_EQ(ask("PATCH", path, {{"content", "x"}}).code(), 10008);
}

TEST_F(MessagesTest, an_empty_message_is_50006) {
  EXPECT_EQ(post(json::object()).code(), 50006);
  EXPECT_EQ(post({{"content", "  "}}).code(), 50006);
  EXPECT_EQ(post({{"embeds", {json::object()}}}).code(), 50006);
}

TEST_F(MessagesTest, content_is_counted_in_utf16_units_up_to_2000) {
  EXPECT_EQ(post({{"content", std::string(2000, 'x')}}).status, 200);
  EXPECT_EQ(post({{"content", std::string(2001, 'x')}}).fault("content"), "BASE_TYPE_MAX_LENGTH");
  std::string trophies;
  for (int i = 0; i < 1001; ++i) trophies += "🏆";  // two units each
  EXPECT_EQ(post({{"content", trophies}}).fault("content"), "BASE_TYPE_MAX_LENGTH");
}

TEST_F(MessagesTest, embeds_have_limits_each_and_together) {
  EXPECT_EQ(post({{"embeds", {{{"title", std::string(257, 't')}}}}}).fault("embeds.0.title"),
            "BASE_TYPE_MAX_LENGTH");
  EXPECT_EQ(post({{"embeds", {{{"fields", {{{"name", "n"}}}}}}}}).fault("embeds.0.fields.0.value"),
            "BASE_TYPE_REQUIRED");
  EXPECT_EQ(post({{"embeds", {{{"url", "javascript:alert(1)"}, {"title", "x"}}}}}).fault("embeds.0.url"),
            "URL_TYPE_INVALID_SCHEME");
  json::array pair;
  for (int i = 0; i < 2; ++i) pair.push_back({{"description", std::string(3001, 'd')}});
  EXPECT_EQ(post({{"embeds", pair}}).fault("embeds"), "MAX_EMBED_SIZE_EXCEEDED");
}

TEST_F(MessagesTest, without_embed_links_embeds_vanish_silently) {
  ASSERT_TRUE(world.set_overwrite(text, {.id = OverwriteId{world.bot().value},
                                         .kind = OverwriteKind::member,
                                         .deny = permission::embed_links}));
  EXPECT_TRUE(post({{"content", "x"}, {"embeds", {{{"title", "t"}}}}}).body.at("embeds").as_array().empty());
}

TEST_F(MessagesTest, buttons_need_a_style_a_label_and_a_custom_id_or_url) {
  EXPECT_EQ(
      post(row({{{"type", 2}, {"style", 1}, {"label", "Go"}}})).fault("components.0.components.0.custom_id"),
      "BASE_TYPE_REQUIRED");
  EXPECT_EQ(
      post(row({{{"type", 2}, {"style", 5}, {"label", "Go"}, {"url", "https://x"}, {"custom_id", "a"}}}))
          .fault("components.0.components.0.custom_id"),
      "BUTTON_COMPONENT_CUSTOM_ID_NOT_ALLOWED");
  EXPECT_EQ(
      post(row({{{"type", 2}, {"style", 1}, {"custom_id", "a"}}})).fault("components.0.components.0.label"),
      "BUTTON_COMPONENT_LABEL_REQUIRED");
  const auto posted = post(row({{{"type", 2}, {"style", 1}, {"label", "Go"}, {"custom_id", "a"}}}));
  EXPECT_EQ(posted.status, 200);
  EXPECT_TRUE(posted.body.at("components").at(0).at("id").is_number()) << "Discord numbers components";
}

TEST_F(MessagesTest, custom_ids_are_unique_within_a_message) {
  const json::object button{{"type", 2}, {"style", 1}, {"label", "Go"}, {"custom_id", "a"}};
  EXPECT_EQ(post(row({button, button})).fault("components.0.components.1.custom_id"),
            "COMPONENT_CUSTOM_ID_DUPLICATED");
}

TEST_F(MessagesTest, a_select_stands_alone_in_its_row_with_1_to_25_options) {
  json::object select{{"type", 3}, {"custom_id", "pick"}, {"options", json::array()}};
  EXPECT_EQ(post(row({select})).fault("components.0.components.0.options"), "BASE_TYPE_BAD_LENGTH");
  select["options"] = {{{"label", "A"}, {"value", "a"}}};
  EXPECT_EQ(post(row({select})).status, 200);
  EXPECT_EQ(post(row({select, {{"type", 2}, {"style", 1}, {"label", "Go"}, {"custom_id", "a"}}}))
                .fault("components.0.components"),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED");
}

TEST_F(MessagesTest, components_v2_exclude_content_and_count_up_to_40) {
  const json::object display{{"type", 10}, {"content", "hello"}};
  EXPECT_EQ(post({{"flags", 1 << 15}, {"components", {display}}}).status, 200);
  EXPECT_EQ(post({{"components", {display}}}).fault("components.0.type"), "UNION_TYPE_CHOICES");
  EXPECT_EQ(post({{"flags", 1 << 15}, {"content", "x"}, {"components", {display}}}).fault("content"),
            "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2");
  json::array inner;
  for (int i = 0; i < 21; ++i) inner.push_back(display);
  const json::object container{{"type", 17}, {"components", inner}};
  EXPECT_EQ(post({{"flags", 1 << 15}, {"components", {container, container}}}).fault("components"),
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED");
}

TEST_F(MessagesTest, the_same_enforced_nonce_returns_the_first_message) {
  const json::value body{{"content", "once"}, {"nonce", "md-0001"}, {"enforce_nonce", true}};
  const auto first = post(body);
  EXPECT_EQ(first.text("nonce"), "md-0001");
  const auto second = post(body);
  EXPECT_EQ(second.status, 200);
  EXPECT_EQ(second.text("id"), first.text("id"));
  EXPECT_EQ(world.messages_in(text).size(), 1U);
  EXPECT_EQ(world.counters().nonce_repeats, 1U);
}

TEST_F(MessagesTest, a_nonce_without_enforcement_or_after_its_window_posts_again) {
  const json::value body{{"content", "x"}, {"nonce", "n"}, {"enforce_nonce", true}};
  const auto first = post(body);
  EXPECT_NE(post({{"content", "x"}, {"nonce", "n"}}).text("id"), first.text("id"));
  pass(world.rules().nonce_window);
  EXPECT_NE(post(body).text("id"), first.text("id"));
}

TEST_F(MessagesTest, a_nonce_whose_message_was_deleted_answers_10008) {
  const json::value body{{"content", "x"}, {"nonce", "n"}, {"enforce_nonce", true}};
  ask("DELETE", messages(text) + "/" + post(body).text("id"));
  EXPECT_EQ(post(body).code(), 10008);
}

TEST_F(MessagesTest, a_nonce_has_at_most_25_characters_and_is_not_in_the_history) {
  EXPECT_EQ(post({{"content", "x"}, {"nonce", std::string(26, 'n')}}).fault("nonce"), "NONCE_TYPE_INVALID");
  post({{"content", "x"}, {"nonce", std::string(25, 'n')}});
  EXPECT_FALSE(ask("GET", messages(text)).body.at(0).as_object().contains("nonce"));
}

TEST_F(MessagesTest, who_is_pinged_is_what_allowed_mentions_says) {
  const auto content = "<@" + ana.text() + "> <@" + ben.text() + "> @everyone";
  EXPECT_EQ(post({{"content", content}}).body.at("mentions").as_array().size(), 2U);
  const auto silent = post({{"content", content}, {"allowed_mentions", {{"parse", json::array()}}}});
  EXPECT_TRUE(silent.body.at("mentions").as_array().empty());
  const auto one = post({{"content", content}, {"allowed_mentions", {{"users", {ben.text()}}}}});
  ASSERT_EQ(one.body.at("mentions").as_array().size(), 1U);
  EXPECT_EQ(one.body.at("mentions").at(0).at("id"), as_json(ben.text()));
  EXPECT_FALSE(one.body.at("mention_everyone").as_bool());
}

TEST_F(MessagesTest, a_kind_of_mention_is_parsed_or_listed_but_not_both) {
  const json::value both{{"content", "x"},
                         {"allowed_mentions", {{"parse", {"users"}}, {"users", {ana.text()}}}}};
  EXPECT_EQ(post(both).fault("allowed_mentions.parse"), "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE");
}

TEST_F(MessagesTest, the_bot_edits_only_its_own_messages_and_deletes_others_with_permission) {
  const auto theirs = *world.send_message(text, ana, "hi");
  const auto path = messages(text) + "/" + theirs.text();
  EXPECT_EQ(ask("PATCH", path, {{"content", "x"}}).code(), 50005);
  EXPECT_EQ(ask("DELETE", path).code(), 50013);
  const auto role = *world.find_guild(guild)->members.at(world.bot()).roles.begin();
  ASSERT_TRUE(world.set_role_permissions(guild, role, bot_rights | permission::manage_messages));
  EXPECT_EQ(ask("DELETE", path).status, 204);
}

TEST_F(MessagesTest, the_history_is_paged_by_before_after_and_around) {
  std::vector<std::string> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(post({{"content", std::to_string(i)}}).text("id"));
  const auto listed = [&](const std::string& query) {
    std::string contents;
    for (const auto& one : ask("GET", messages(text) + query).body.as_array())
      contents += one.at("content").as_string();
    return contents;
  };
  EXPECT_EQ(listed(""), "43210");
  EXPECT_EQ(listed("?limit=2"), "43");
  EXPECT_EQ(listed("?before=" + ids[2]), "10");
  EXPECT_EQ(listed("?after=" + ids[1] + "&limit=2"), "32");
  EXPECT_EQ(listed("?around=" + ids[2] + "&limit=3"), "321");
  EXPECT_EQ(ask("GET", messages(text) + "?limit=101").code(), 50035);
}

TEST_F(MessagesTest, a_reply_quotes_its_original_or_says_that_it_is_unknown) {
  const auto original = *world.send_message(text, ana, "hello?");
  const auto reply = post({{"content", "hi"}, {"message_reference", {{"message_id", original.text()}}}});
  EXPECT_EQ(reply.body.at("referenced_message").at("content"), "hello?");
  const json::value lost{{"content", "hi"}, {"message_reference", {{"message_id", "123456789012345678"}}}};
  EXPECT_EQ(post(lost).fault("message_reference"), "REPLIES_UNKNOWN_MESSAGE");
}

TEST_F(MessagesTest, a_direct_message_channel_opens_once_and_its_messages_may_be_refused) {
  const json::value to_ana{{"recipient_id", ana.text()}};
  const auto dm = ask("POST", "/users/@me/channels", to_ana);
  EXPECT_EQ(dm.status, 200);
  EXPECT_EQ(ask("POST", "/users/@me/channels", to_ana).text("id"), dm.text("id"));
  const auto path = "/channels/" + dm.text("id") + "/messages";
  EXPECT_EQ(ask("POST", path, {{"content", "Your match starts"}}).status, 200);
  ASSERT_TRUE(world.set_refuses_dms(ana, true));
  EXPECT_EQ(ask("POST", path, {{"content", "x"}}).code(), 50007);
  ASSERT_TRUE(world.set_refuses_dms(ana, false));
  ASSERT_TRUE(world.leave_guild(guild, ana));
  EXPECT_EQ(ask("POST", path, {{"content", "x"}}).code(), 50278);
}

TEST_F(MessagesTest, a_picture_comes_as_a_multipart_file_and_an_embed_can_show_it) {
  const std::string payload =
      R"({"embeds":[{"title":"Table","image":{"url":"attachment://table.png"}}],)"
      R"("attachments":[{"id":"0","filename":"table.png","description":"Standings"}]})";
  ApiRequest request{.method = "POST", .path = messages(text)};
  request.headers = {{"Authorization", "Bot " + world.rules().bot_token},
                     {"User-Agent", "DiscordBot (x, 1)"},
                     {"Content-Type", "multipart/form-data; boundary=edge"}};
  request.body =
      "--edge\r\nContent-Disposition: form-data; name=\"payload_json\"\r\nContent-Type: "
      "application/json\r\n\r\n" +
      payload +
      "\r\n--edge\r\nContent-Disposition: form-data; name=\"files[0]\"; filename=\"table.png\"\r\n"
      "Content-Type: image/png\r\n\r\n\x89PNG bytes\r\n--edge--\r\n";
  const auto posted = send(request);
  ASSERT_EQ(posted.status, 200) << to_text(posted.body);
  const auto& file = posted.body.at("attachments").at(0);
  EXPECT_EQ(file.at("filename"), "table.png");
  EXPECT_EQ(file.at("description"), "Standings");
  EXPECT_EQ(file.at("size"), 10);
  EXPECT_EQ(posted.body.at("embeds").at(0).at("image").at("url"), file.at("url"));
  EXPECT_EQ(world.attachment(std::string(file.at("id").as_string())), "\x89PNG bytes");
}

}  // namespace
}  // namespace matchday::sandbox::discord
