// Members: moving in voice, nicknames, roles and hierarchy, voice states, and the permission algorithm
// itself.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

struct MembersTest : DiscordTest {
  Overwrite for_bot(Permissions deny) const {
    return {.id = OverwriteId{world.bot().value}, .kind = OverwriteKind::member, .deny = deny};
  }
};

TEST_F(MembersTest, moving_needs_the_member_to_sit_in_voice) {
  const auto room = make_voice_channel("Match 1");
  const auto early = ask("PATCH", member_path(ana), {{"channel_id", room.text()}});
  EXPECT_EQ(early.status, 400);
  EXPECT_EQ(early.code(), 40032);
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"channel_id", room.text()}}).status, 200);
  EXPECT_EQ(world.find_guild(guild)->voice.at(ana).channel, room);
}

TEST_F(MembersTest, a_move_keeps_the_voice_session_and_a_rejoin_starts_another) {
  const auto room = make_voice_channel("Match 1");
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  const auto session = world.find_guild(guild)->voice.at(ana).session_id;
  ask("PATCH", member_path(ana), {{"channel_id", room.text()}});
  EXPECT_EQ(world.find_guild(guild)->voice.at(ana).session_id, session);
  ASSERT_TRUE(world.join_voice(guild, ana, std::nullopt));
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  EXPECT_NE(world.find_guild(guild)->voice.at(ana).session_id, session);
}

TEST_F(MembersTest, people_can_be_moved_where_they_could_not_go_themselves) {
  const auto room = make_voice_channel("Match 1");
  ASSERT_TRUE(world.set_overwrite(room, {.id = OverwriteId{ana.value},
                                         .kind = OverwriteKind::member,
                                         .deny = permission::connect | permission::view_channel}));
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  EXPECT_FALSE(world.join_voice(guild, ana, room));
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"channel_id", room.text()}}).status, 200);
}

TEST_F(MembersTest, moving_passes_the_user_limit_but_joining_does_not) {
  const auto made = ask("POST", guild_path("/channels"), {{"name", "Duel"}, {"type", 2}, {"user_limit", 1}});
  const auto room = *Fields(made.body).id<ChannelId>("id");
  ASSERT_TRUE(world.join_voice(guild, ben, room));
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  EXPECT_EQ(world.join_voice(guild, ana, room).error().kind, ErrorKind::limited);
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"channel_id", room.text()}}).status, 200);
}

TEST_F(MembersTest, moving_needs_connect_in_the_target_and_move_members_at_both_ends) {
  const auto room = make_voice_channel("Match 1");
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  for (const auto& [channel, bit] :
       {std::pair{room, permission::connect}, std::pair{room, permission::move_members},
        std::pair{lobby, permission::move_members}}) {
    ASSERT_TRUE(world.set_overwrite(channel, for_bot(bit)));
    EXPECT_EQ(ask("PATCH", member_path(ana), {{"channel_id", room.text()}}).code(), 50013);
    ASSERT_TRUE(world.set_overwrite(channel, for_bot(0)));
  }
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"channel_id", room.text()}}).status, 200);
}

TEST_F(MembersTest, a_null_channel_disconnects) {
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"channel_id", nullptr}}).status, 200);
  EXPECT_TRUE(world.find_guild(guild)->voice.empty());
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"channel_id", nullptr}}).code(), 40032);
}

TEST_F(MembersTest, a_voice_state_of_somebody_who_is_not_in_voice_is_10065) {
  const auto path = guild_path("/voice-states/" + ana.text());
  const auto absent = ask("GET", path);
  EXPECT_EQ(absent.status, 404);
  EXPECT_EQ(absent.code(), 10065);
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  EXPECT_EQ(ask("GET", path).text("channel_id"), lobby.text());
  EXPECT_EQ(ask("GET", guild_path("/voice-states/@me")).code(), 10065);
}

TEST_F(MembersTest, somebody_who_left_is_an_unknown_member_and_nobody_an_unknown_user) {
  ASSERT_TRUE(world.leave_guild(guild, ben));
  EXPECT_EQ(ask("GET", member_path(ben)).code(), 10007);
  EXPECT_EQ(ask("GET", guild_path("/members/123456789012345678")).code(), 10013);
}

TEST_F(MembersTest, nobody_renames_the_owner_or_somebody_above_them) {
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"nick", "A · Gold"}}).text("nick"), "A · Gold");
  EXPECT_EQ(ask("PATCH", member_path(owner), {{"nick", "x"}}).code(), 50013);
  const auto admin = world.add_role(guild, {.name = "Admin"});  // above the bot's
  ASSERT_TRUE(world.set_member_roles(guild, ben, {admin}));
  EXPECT_EQ(ask("PATCH", member_path(ben), {{"nick", "x"}}).code(), 50013);
  EXPECT_EQ(ask("PATCH", member_path(ana), {{"nick", std::string(33, 'n')}}).fault("nick"),
            "BASE_TYPE_MAX_LENGTH");
}

TEST_F(MembersTest, roles_are_given_and_taken_below_the_bots_own_only) {
  const auto low = world.add_role(guild, {.name = "Bronze", .position = 1});
  const auto high = world.add_role(guild, {.name = "Admin"});
  const auto path = [&](RoleId role) { return member_path(ana) + "/roles/" + role.text(); };
  EXPECT_EQ(ask("PUT", path(low)).status, 204);
  EXPECT_EQ(ask("PUT", path(low)).status, 204) << "idempotent";
  EXPECT_TRUE(world.find_guild(guild)->members.at(ana).roles.contains(low));
  EXPECT_EQ(ask("DELETE", path(low)).status, 204);
  EXPECT_EQ(ask("PUT", path(high)).code(), 50013);
  EXPECT_EQ(ask("PUT", path(RoleId{123456789012345678})).code(), 10011);
}

TEST_F(MembersTest, of_two_roles_at_one_position_the_older_ranks_higher) {
  const auto younger = world.add_role(guild, {.name = "Younger"});
  const auto bot_role = *world.find_guild(guild)->members.at(world.bot()).roles.begin();
  ASSERT_TRUE(world.set_role_position(guild, younger, world.find_guild(guild)->roles.at(bot_role).position));
  EXPECT_EQ(ask("PUT", member_path(ana) + "/roles/" + younger.text()).status, 204);
}

TEST_F(MembersTest, roles_are_made_edited_and_deleted_and_counted) {
  const auto made =
      ask("POST", guild_path("/roles"), {{"name", "Gold"}, {"permissions", "0"}, {"color", 0xFFD700}});
  EXPECT_EQ(made.status, 200);
  const auto path = guild_path("/roles/" + made.text("id"));
  EXPECT_EQ(ask("PATCH", path, {{"name", "Gold II"}}).text("name"), "Gold II");
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_EQ(ask("DELETE", path).code(), 10011);
  world.rules().roles_max = static_cast<int>(world.find_guild(guild)->roles.size());
  EXPECT_EQ(ask("POST", guild_path("/roles"), {{"name", "one too many"}}).code(), 30005);
}

TEST_F(MembersTest, overwrites_apply_as_everyone_then_roles_then_member) {
  const auto& g = *world.find_guild(guild);
  const auto role = world.add_role(guild, {.name = "Team", .position = 1});
  ASSERT_TRUE(world.set_member_roles(guild, ana, {role}));
  const auto sees = [&](UserId user) {
    return (channel_permissions(g, *world.find_channel(lobby), user, now) & permission::connect) != 0;
  };
  ASSERT_TRUE(world.set_overwrite(lobby, {.id = OverwriteId{guild.value}, .deny = permission::connect}));
  EXPECT_FALSE(sees(ana));
  ASSERT_TRUE(world.set_overwrite(lobby, {.id = OverwriteId{role.value}, .allow = permission::connect}));
  EXPECT_TRUE(sees(ana));
  EXPECT_FALSE(sees(ben));
  ASSERT_TRUE(world.set_overwrite(
      lobby, {.id = OverwriteId{ana.value}, .kind = OverwriteKind::member, .deny = permission::connect}));
  EXPECT_FALSE(sees(ana));
  EXPECT_TRUE(sees(owner)) << "the owner may everything";
}

TEST_F(MembersTest, without_view_channel_nothing_is_left) {
  ASSERT_TRUE(world.set_overwrite(text, {.id = OverwriteId{guild.value}, .deny = permission::view_channel}));
  EXPECT_EQ(channel_permissions(*world.find_guild(guild), *world.find_channel(text), ana, now), 0U);
}

}  // namespace
}  // namespace matchday::sandbox::discord
