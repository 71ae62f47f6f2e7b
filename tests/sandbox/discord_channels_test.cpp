// Channels and overwrites over REST: permissions, limits, parents, the audit log, and people in a deleted
// channel.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

struct ChannelsTest : DiscordTest {
  json::array audit_entries(int action) {
    const auto reply = ask("GET", guild_path("/audit-logs?limit=100&action_type=" + std::to_string(action)));
    EXPECT_EQ(reply.status, 200);
    return reply.body.at("audit_log_entries").as_array();
  }
  json::object overwrite(std::uint64_t id, int kind, Permissions allow, Permissions deny) const {
    return {{"id", std::to_string(id)},
            {"type", kind},
            {"allow", std::to_string(allow)},
            {"deny", std::to_string(deny)}};
  }
  // Takes the bits from the bot's own role.
  void take_from_bot(Permissions bits) {
    const auto role = *world.find_guild(guild)->members.at(world.bot()).roles.begin();
    ASSERT_TRUE(world.set_role_permissions(guild, role, bot_rights & ~bits));
    const RoleId everyone{guild.value};
    ASSERT_TRUE(world.set_role_permissions(guild, everyone, permission::everyone_default & ~bits));
  }
};

TEST_F(ChannelsTest, a_created_channel_answers_201_and_keeps_its_decoded_audit_reason) {
  const auto made =
      ask("POST", guild_path("/channels"),
          {{"name", "Match 12"}, {"type", 2}, {"parent_id", category.text()}, {"user_limit", 5}},
          {{"X-Audit-Log-Reason", "Match%20voice%20%E2%80%A2%20md123"}});
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(made.text("name"), "Match 12");
  EXPECT_EQ(made.text("parent_id"), category.text());
  EXPECT_EQ(made.body.at("user_limit"), 5);
  const auto entries = audit_entries(10);
  EXPECT_EQ(entries.at(0).at("reason"), "Match voice • md123");
  EXPECT_EQ(entries.at(0).at("target_id"), as_json(made.text("id")));
  EXPECT_EQ(entries.at(0).at("user_id"), as_json(world.bot().text()));
}

TEST_F(ChannelsTest, text_channel_names_become_lower_case_with_hyphens_and_voice_names_stay) {
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "Match Room"}}).text("name"), "match-room");
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "Match Room"}, {"type", 2}}).text("name"),
            "Match Room");
}

TEST_F(ChannelsTest, wrong_fields_are_named_one_by_one) {
  const auto reply = ask("POST", guild_path("/channels"),
                         {{"name", std::string(101, 'n')},
                          {"type", 2},
                          {"user_limit", 100},
                          {"bitrate", 7000},
                          {"permission_overwrites", {{{"id", "x"}, {"type", 7}}}}});
  EXPECT_EQ(reply.code(), 50035);
  EXPECT_EQ(reply.fault("name"), "BASE_TYPE_BAD_LENGTH");
  EXPECT_EQ(reply.fault("user_limit"), "NUMBER_TYPE_MAX");
  EXPECT_EQ(reply.fault("bitrate"), "NUMBER_TYPE_MIN");
  EXPECT_EQ(reply.fault("permission_overwrites.0.id"), "NUMBER_TYPE_COERCE");
  EXPECT_EQ(reply.fault("permission_overwrites.0.type"), "BASE_TYPE_CHOICES");
  EXPECT_EQ(ask("POST", guild_path("/channels"), json::object()).fault("name"), "BASE_TYPE_REQUIRED");
}

TEST_F(ChannelsTest, the_501st_channel_is_refused) {
  world.rules().guild_channels_max = 4;
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "four"}}).status, 201);
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "five"}}).code(), 30013);
}

TEST_F(ChannelsTest, the_51st_child_of_a_category_is_refused_at_parent_id) {
  const json::value child{{"name", "room"}, {"type", 2}, {"parent_id", category.text()}};
  for (int i = 0; i < 50; ++i) ASSERT_EQ(ask("POST", guild_path("/channels"), child).status, 201);
  const auto reply = ask("POST", guild_path("/channels"), child);
  EXPECT_EQ(reply.code(), 50035);
  EXPECT_EQ(reply.fault("parent_id"), "CHANNEL_PARENT_MAX_CHANNELS");
}

TEST_F(ChannelsTest, a_parent_that_is_gone_is_refused_at_parent_id) {
  ASSERT_TRUE(world.human_delete_channel(category, owner));
  const auto reply = ask("POST", guild_path("/channels"), {{"name", "room"}, {"parent_id", category.text()}});
  EXPECT_EQ(reply.fault("parent_id"), "CHANNEL_PARENT_INVALID");
}

TEST_F(ChannelsTest, more_than_100_overwrites_on_create_are_refused) {
  json::array overwrites;
  for (int i = 0; i < 101; ++i)
    overwrites.push_back(overwrite(ana.value + static_cast<std::uint64_t>(i), 1, 0, 0));
  const auto reply =
      ask("POST", guild_path("/channels"), {{"name", "room"}, {"permission_overwrites", overwrites}});
  EXPECT_EQ(reply.fault("permission_overwrites"), "BASE_TYPE_BAD_LENGTH");
}

TEST_F(ChannelsTest, permission_bits_must_be_strings) {
  const auto reply = ask(
      "POST", guild_path("/channels"),
      {{"name", "room"}, {"permission_overwrites", {{{"id", guild.text()}, {"type", 0}, {"allow", 1024}}}}});
  EXPECT_EQ(reply.fault("permission_overwrites.0.allow"), "NUMBER_TYPE_COERCE");
}

TEST_F(ChannelsTest, a_child_without_overwrites_of_its_own_copies_its_categorys) {
  ASSERT_TRUE(world.set_overwrite(category, {.id = OverwriteId{guild.value}, .deny = permission::speak}));
  const auto made =
      ask("POST", guild_path("/channels"), {{"name", "room"}, {"type", 2}, {"parent_id", category.text()}});
  EXPECT_EQ(made.body.at("permission_overwrites").at(0).at("deny"),
            as_json(std::to_string(permission::speak)));
}

TEST_F(ChannelsTest, creating_needs_manage_channels) {
  take_from_bot(permission::manage_channels);
  const auto reply = ask("POST", guild_path("/channels"), {{"name", "room"}});
  EXPECT_EQ(reply.status, 403);
  EXPECT_EQ(reply.code(), 50013);
}

TEST_F(ChannelsTest, overwrites_need_manage_roles) {
  take_from_bot(permission::manage_roles);
  const json::array overwrites{overwrite(guild.value, 0, 0, permission::connect)};
  EXPECT_EQ(
      ask("POST", guild_path("/channels"), {{"name", "room"}, {"permission_overwrites", overwrites}}).code(),
      50013);
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "room"}}).status, 201);
}

TEST_F(ChannelsTest, the_bot_can_only_hand_on_bits_that_it_has) {
  const json::array too_much{overwrite(guild.value, 0, permission::manage_messages, 0)};
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "a"}, {"permission_overwrites", too_much}}).code(),
            50013);
  const json::array roles{overwrite(guild.value, 0, permission::manage_roles, 0)};
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "b"}, {"permission_overwrites", roles}}).code(),
            50013);
  const json::array fine{overwrite(guild.value, 0, 0, permission::connect)};
  EXPECT_EQ(ask("POST", guild_path("/channels"), {{"name", "c"}, {"permission_overwrites", fine}}).status,
            201);
}

TEST_F(ChannelsTest, a_channel_that_the_bot_cannot_see_is_listed_but_missing_access) {
  const auto hidden = world.add_channel(guild, {.name = "secret"});
  ASSERT_TRUE(world.set_overwrite(hidden, {.id = OverwriteId{world.bot().value},
                                           .kind = OverwriteKind::member,
                                           .deny = permission::view_channel}));
  EXPECT_EQ(ask("GET", guild_path("/channels")).body.as_array().size(), 4U);
  EXPECT_EQ(ask("GET", channel_path(hidden)).code(), 50001);
}

TEST_F(ChannelsTest, without_connect_a_voice_channel_cannot_be_managed) {
  ASSERT_TRUE(world.set_overwrite(
      lobby,
      {.id = OverwriteId{world.bot().value}, .kind = OverwriteKind::member, .deny = permission::connect}));
  EXPECT_EQ(ask("PATCH", channel_path(lobby), {{"name", "Foyer"}}).code(), 50013);
}

TEST_F(ChannelsTest, only_fields_that_are_sent_change) {
  const auto reply = ask("PATCH", channel_path(lobby), {{"user_limit", 7}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text("name"), "Lobby");
  EXPECT_EQ(reply.body.at("user_limit"), 7);
  EXPECT_EQ(ask("PATCH", channel_path(text), {{"parent_id", category.text()}}).text("parent_id"),
            category.text());
  EXPECT_TRUE(ask("PATCH", channel_path(text), {{"parent_id", nullptr}}).body.at("parent_id").is_null());
}

TEST_F(ChannelsTest, deleting_a_channel_disconnects_the_people_in_it) {
  const auto room = make_voice_channel("Match 1");
  ASSERT_TRUE(world.join_voice(guild, ana, room));
  auto& client = log_in();
  const auto reply = ask("DELETE", channel_path(room));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text("id"), room.text());
  EXPECT_EQ(updated(client).count("CHANNEL_DELETE"), 1);
  const auto* voice = client.last("VOICE_STATE_UPDATE");
  ASSERT_NE(voice, nullptr);
  EXPECT_TRUE(voice->at("channel_id").is_null());
  EXPECT_EQ(voice->at("user_id"), as_json(ana.text()));
  EXPECT_EQ(ask("GET", channel_path(room)).code(), 10003);
  EXPECT_EQ(ask("DELETE", channel_path(room)).code(), 10003);
}

TEST_F(ChannelsTest, children_of_a_deleted_category_survive_without_parent) {
  const auto child = world.add_channel(guild, {.name = "room", .parent = category});
  EXPECT_EQ(ask("DELETE", channel_path(category)).status, 200);
  EXPECT_TRUE(ask("GET", channel_path(child)).body.at("parent_id").is_null());
}

TEST_F(ChannelsTest, only_one_channel_of_an_ordering_request_may_change_its_parent) {
  const json::array two{json::object{{"id", text.text()}, {"parent_id", category.text()}},
                        json::object{{"id", lobby.text()}, {"parent_id", category.text()}}};
  EXPECT_EQ(ask("PATCH", guild_path("/channels"), two).code(), 40009);
  const json::array one{json::object{{"id", text.text()}, {"parent_id", category.text()}},
                        json::object{{"id", lobby.text()}, {"position", 3}}};
  EXPECT_EQ(ask("PATCH", guild_path("/channels"), one).status, 204);
  EXPECT_EQ(ask("GET", channel_path(lobby)).body.at("position"), 3);
}

TEST_F(ChannelsTest, an_overwrite_is_put_replaced_and_deleted) {
  const auto path = channel_path(lobby, "/permissions/" + ana.text());
  const json::value allow{{"type", 1}, {"allow", std::to_string(permission::connect)}, {"deny", "0"}};
  EXPECT_EQ(ask("PUT", path, allow).status, 204);
  EXPECT_EQ(audit_entries(13).size(), 1U);
  EXPECT_EQ(audit_entries(13).at(0).at("options").at("id"), as_json(ana.text()));
  EXPECT_EQ(ask("PUT", path, {{"type", 1}, {"deny", std::to_string(permission::connect)}}).status, 204);
  const auto& stored = world.find_channel(lobby)->overwrites;
  ASSERT_EQ(stored.size(), 1U);
  EXPECT_EQ(stored[0].deny, permission::connect);
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_EQ(ask("DELETE", path).code(), 10009);
  EXPECT_EQ(ask("PUT", channel_path(lobby, "/permissions/123456789012345678"), {{"type", 0}}).code(), 10009);
}

TEST_F(ChannelsTest, the_voice_status_line_needs_its_permission_and_no_rename) {
  EXPECT_EQ(ask("PUT", channel_path(lobby, "/voice-status"), {{"status", "Map 2 of 3"}}).status, 204);
  EXPECT_EQ(world.find_channel(lobby)->voice_status, "Map 2 of 3");
  EXPECT_EQ(ask("PUT", channel_path(lobby, "/voice-status"), {{"status", nullptr}}).status, 204);
  EXPECT_EQ(world.find_channel(lobby)->voice_status, std::nullopt);
  EXPECT_EQ(ask("PUT", channel_path(text, "/voice-status"), {{"status", "x"}}).code(), 50024);
}

TEST_F(ChannelsTest, the_audit_log_can_lag_and_needs_its_permission) {
  world.rules().audit_log_delay = 5s;
  make_voice_channel("Match 1");
  EXPECT_EQ(audit_entries(10).size(), 3U) << "only the channels of the fixture";
  pass(5s);
  EXPECT_EQ(audit_entries(10).size(), 4U);
  take_from_bot(permission::view_audit_log);
  EXPECT_EQ(ask("GET", guild_path("/audit-logs")).code(), 50013);
}

TEST_F(ChannelsTest, the_audit_log_is_paged_newest_first_and_forward_with_after) {
  for (int i = 0; i < 3; ++i) make_voice_channel("Match " + std::to_string(i));
  const auto newest =
      ask("GET", guild_path("/audit-logs?action_type=10&limit=2")).body.at("audit_log_entries");
  ASSERT_EQ(newest.as_array().size(), 2U);
  EXPECT_GT(newest.at(0).at("id").as_string(), newest.at(1).at("id").as_string());
  const auto older = std::string(newest.at(1).at("id").as_string());
  const auto next =
      ask("GET", guild_path("/audit-logs?action_type=10&after=" + older)).body.at("audit_log_entries");
  ASSERT_EQ(next.as_array().size(), 1U);
  EXPECT_EQ(next.at(0).at("id"), newest.at(0).at("id"));
}

}  // namespace
}  // namespace matchday::sandbox::discord
