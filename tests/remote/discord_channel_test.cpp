// Voice channels as a remote kind: made with a marker that only the audit log shows, changed field by field
// so that people's own changes survive, and found again after a lost answer.
#include "remote_test.hpp"

namespace matchday::remote::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

struct ChannelTest : RemoteTest {
  DiscordChannel kind{access};

  json::object overwrite(std::uint64_t id, int type, Permissions allow, Permissions deny) {
    return {{"id", std::to_string(id)},
            {"type", type},
            {"allow", std::to_string(allow)},
            {"deny", std::to_string(deny)}};
  }
  json::object document(std::vector<UserId> members = {}) {
    json::array overwrites{
        overwrite(guild.value, 0, 0, permission::view_channel),
        overwrite(world().bot().value, 1,
                  permission::view_channel | permission::connect | permission::manage_channels, 0)};
    for (const auto user : members) {
      overwrites.push_back(overwrite(user.value, 1, permission::view_channel | permission::connect, 0));
    }
    return {{"name", "Match 1-abc"},
            {"type", 2},
            {"permission_overwrites", overwrites},
            {"parent_id", category.text()}};
  }
  Resource wanted(json::object with, std::string owner = "match/1-abc/faction1") {
    return resource(DiscordChannel::kind_name, std::move(with), std::move(owner));
  }
  Resource made(json::object with, std::string owner = "match/1-abc/faction1") {
    auto out = wanted(std::move(with), std::move(owner));
    auto result = make(kind, out);
    EXPECT_TRUE(result) << result.error().message;
    requests();
    return out;
  }
  const sandbox::discord::Channel* channel(const Resource& known) {
    return world().find_channel(*ChannelId::parse(*known.remote_id));
  }
  std::vector<std::uint64_t> overwrite_ids(const Resource& known) {
    std::vector<std::uint64_t> out;
    for (const auto& one : channel(known)->overwrites) out.push_back(one.id.value);
    return out;
  }
  std::string path(const Resource& known) { return "/channels/" + *known.remote_id; }
};

// ---- Making.

TEST_F(ChannelTest, is_made_as_wanted_and_its_marker_stands_in_the_audit_log_only) {
  const auto room = made(document({ana}));
  ASSERT_TRUE(channel(room));
  EXPECT_EQ(channel(room)->name, "Match 1-abc");
  EXPECT_EQ(channel(room)->kind, ChannelKind::voice);
  EXPECT_EQ(channel(room)->parent, category);
  EXPECT_THAT(overwrite_ids(room), UnorderedElementsAre(guild.value, world().bot().value, ana.value));
  const auto& entry = world().find_guild(guild)->audit_log.back();
  EXPECT_EQ(entry.reason, "Matchday match_voice.channel for 1-abc [" + room.marker + "]");
  EXPECT_FALSE(channel(room)->name.contains(room.marker));
}

TEST_F(ChannelTest, what_the_bot_lacks_is_named_before_anything_is_sent) {
  struct Case {
    Permissions lacking;
    const char* name;
  };
  for (const auto& c : std::vector<Case>{{permission::manage_channels, "MANAGE_CHANNELS"},
                                         {permission::manage_roles, "MANAGE_ROLES"},
                                         {permission::connect, "CONNECT"}}) {
    allow_bot(bot_rights & ~c.lacking);
    // What @everyone may do, the bot may do too.
    ASSERT_TRUE(world().set_role_permissions(guild, RoleId{guild.value}, permission::view_channel));
    discord.pump();
    auto room = wanted(document({ana}));
    const auto refused = make(kind, room);
    ASSERT_FALSE(refused) << c.name;
    EXPECT_EQ(refused.error().kind, ErrorKind::refused);
    EXPECT_THAT(refused.error().message, HasSubstr(c.name));
    EXPECT_THAT(refused.error().message, HasSubstr("\"Cup\""));
    EXPECT_THAT(requests(), IsEmpty()) << c.name;
  }
}

TEST_F(ChannelTest, a_category_that_takes_a_right_away_is_named) {
  ASSERT_TRUE(world().set_overwrite(category, {.id = OverwriteId{world().bot().value},
                                               .kind = OverwriteKind::member,
                                               .deny = permission::manage_channels}));
  discord.pump();
  auto room = wanted(document());
  const auto refused = make(kind, room);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("category \"Matches\""));
  EXPECT_THAT(refused.error().message, HasSubstr("MANAGE_CHANNELS"));
  auto elsewhere = document();
  elsewhere.erase("parent_id");
  room = wanted(elsewhere);
  EXPECT_TRUE(make(kind, room)) << "outside of it nothing is missing";
}

TEST_F(ChannelTest, a_category_that_is_deleted_or_full_leaves_no_match_without_its_room) {
  for (int i = 0; i < 50; ++i)
    world().add_channel(guild, {.name = fmt::format("c{}", i), .parent = category});
  discord.pump();
  auto room = wanted(document());
  ASSERT_TRUE(make(kind, room));
  EXPECT_EQ(channel(room)->parent, std::nullopt);

  ASSERT_TRUE(world().human_delete_channel(category, olga));
  discord.pump();
  auto second = wanted(document(), "match/1-def/faction1");
  ASSERT_TRUE(make(kind, second));
  EXPECT_EQ(channel(second)->parent, std::nullopt);
}

TEST_F(ChannelTest, while_the_gateway_or_the_guild_is_away_it_waits) {
  discord.connected = false;
  auto room = wanted(document());
  EXPECT_EQ(make(kind, room).error().kind, ErrorKind::unavailable);
  discord.connected = true;
  ASSERT_TRUE(world().set_unavailable(guild, true));
  discord.pump();
  EXPECT_EQ(make(kind, room).error().kind, ErrorKind::unavailable);
  ASSERT_TRUE(world().set_unavailable(guild, false));
  discord.pump();
  EXPECT_TRUE(make(kind, room));
}

TEST_F(ChannelTest, what_Discord_answers_is_told_apart) {
  struct Case {
    Fault fault;
    ErrorKind kind;
  };
  for (const auto& c :
       std::vector<Case>{{{"POST", "/guilds", Fault::What::answer_lost}, ErrorKind::ambiguous},
                         {{"POST", "/guilds", Fault::What::status, 502}, ErrorKind::ambiguous},
                         {{"POST", "/guilds", Fault::What::status, 403}, ErrorKind::refused},
                         {{"POST", "/guilds", Fault::What::never_sent}, ErrorKind::unavailable}}) {
    http.faults = {c.fault};
    auto room = wanted(document());
    const auto made = make(kind, room);
    ASSERT_FALSE(made);
    EXPECT_EQ(made.error().kind, c.kind);
    EXPECT_THAT(requests(), testing::SizeIs(1)) << "a create is never repeated down here";
  }
}

// ---- Changing.

TEST_F(ChannelTest, only_what_differs_is_sent) {
  auto room = made(document({ana}));
  ASSERT_TRUE(change(kind, room, document({ana})));
  EXPECT_THAT(requests(), IsEmpty());
  auto renamed = document({ana});
  renamed["name"] = "Final";
  ASSERT_TRUE(change(kind, room, renamed));
  EXPECT_EQ(last_body(), R"({"name":"Final"})");
  EXPECT_THAT(requests(), ElementsAre("PATCH " + path(room)));
  EXPECT_EQ(channel(room)->name, "Final");
}

TEST_F(ChannelTest, a_human_s_new_name_and_place_survive_our_changes) {
  auto room = made(document({ana}));
  ASSERT_TRUE(world().human_rename_channel(channel(room)->id, olga, "Grand final"));
  ASSERT_TRUE(change(kind, room, document({ana, ben})));
  EXPECT_EQ(channel(room)->name, "Grand final");
  EXPECT_THAT(overwrite_ids(room), testing::Contains(ben.value));
}

TEST_F(ChannelTest, overwrites_change_one_by_one_and_those_of_humans_stay) {
  auto room = made(document({ana}));
  const auto guest = world().add_user("guest");
  ASSERT_TRUE(world().set_overwrite(
      channel(room)->id,
      {.id = OverwriteId{guest.value}, .kind = OverwriteKind::member, .allow = permission::view_channel}));
  ASSERT_TRUE(change(kind, room, document({ben})));
  EXPECT_THAT(requests(), ElementsAre("PUT " + path(room) + "/permissions/" + ben.text(),
                                      "DELETE " + path(room) + "/permissions/" + ana.text()));
  EXPECT_THAT(overwrite_ids(room),
              UnorderedElementsAre(guild.value, world().bot().value, ben.value, guest.value));
}

TEST_F(ChannelTest, an_overwrite_that_a_human_removed_already_is_no_trouble) {
  auto room = made(document({ana}));
  ASSERT_TRUE(run(discord.rest.call({.method = "DELETE",
                                     .route = "/channels/{channel_id}/permissions/{overwrite_id}",
                                     .path = path(room) + "/permissions/" + ana.text(),
                                     .major = "channel:" + *room.remote_id},
                                    10s)));
  EXPECT_TRUE(change(kind, room, document()));
}

TEST_F(ChannelTest, a_place_that_does_not_exist_any_more_hinders_no_other_change) {
  // Its answer was lost, and it was adopted with what had been sent: no parent, because the category was
  // gone.
  ASSERT_TRUE(world().human_delete_channel(category, olga));
  discord.pump();
  auto room = made(document({ana}));
  room.applied = room.request;
  auto changed = change(kind, room, document({ana, ben}));
  ASSERT_TRUE(changed) << changed.error().message;
  EXPECT_THAT(overwrite_ids(room), testing::Contains(ben.value));
}

TEST_F(ChannelTest, a_lost_answer_to_a_change_is_repeated_because_it_is_harmless) {
  auto room = made(document({ana}));
  http.faults = {{"PUT", "/channels", Fault::What::answer_lost}};
  ASSERT_TRUE(change(kind, room, document({ana, ben})));
  EXPECT_THAT(overwrite_ids(room), testing::Contains(ben.value));
}

TEST_F(ChannelTest, a_deleted_one_says_so_when_it_is_changed_or_removed) {
  auto room = made(document({ana}));
  ASSERT_TRUE(world().human_delete_channel(channel(room)->id, olga));
  EXPECT_EQ(change(kind, room, document({ben})).error().kind, ErrorKind::not_found);
  EXPECT_EQ(run(kind.remove(room)).error().kind, ErrorKind::not_found);
}

TEST_F(ChannelTest, is_removed_even_with_people_in_it) {
  auto room = made(document({ana}));
  sit(ana, ChannelId::parse(*room.remote_id));
  ASSERT_TRUE(run(kind.remove(room)));
  EXPECT_EQ(channel(room), nullptr);
}

// ---- Finding it again.

TEST_F(ChannelTest, after_a_lost_answer_the_audit_log_tells_which_one_is_ours) {
  auto room = wanted(document({ana}));
  EXPECT_TRUE(absent(observe(kind, room)));
  http.faults = {{"POST", "/guilds", Fault::What::answer_lost}};
  ASSERT_EQ(make(kind, room).error().kind, ErrorKind::ambiguous);
  ASSERT_TRUE(world().human_create_channel(
      guild, olga, {.name = "Match 1-abc", .kind = ChannelKind::voice, .parent = category}));
  const auto seen = found(observe(kind, room));
  ASSERT_TRUE(world().find_channel(*ChannelId::parse(seen.remote_id))) << seen.remote_id;
  EXPECT_TRUE(world().find_channel(*ChannelId::parse(seen.remote_id))->made_by_bot);
  EXPECT_THAT(seen.twins, IsEmpty()) << "a human's channel of the same name is nobody's twin";
}

TEST_F(ChannelTest, of_twins_the_oldest_is_kept_and_people_are_moved_over_before_the_younger_one_goes) {
  auto room = made(document({ana}));
  auto twin = made(document({ana}));
  const auto seen = found(observe(kind, room));
  EXPECT_EQ(seen.remote_id, *room.remote_id);
  ASSERT_THAT(seen.twins, ElementsAre(*twin.remote_id));
  sit(ana, ChannelId::parse(*twin.remote_id));
  ASSERT_TRUE(run(kind.remove_twin(room, *twin.remote_id)));
  EXPECT_EQ(channel(twin), nullptr);
  EXPECT_EQ(discord.sitting_in(guild, channel(room)->id), std::vector{ana});
}

TEST_F(ChannelTest, others_of_ours_are_not_taken_for_it_and_a_deleted_one_is_known_as_such) {
  const auto other = made(document(), "match/1-def/faction1");
  auto room = wanted(document());
  EXPECT_TRUE(absent(observe(kind, room)));
  room = made(document());
  ASSERT_TRUE(world().human_delete_channel(channel(room)->id, olga));
  EXPECT_TRUE(std::holds_alternative<effects::Deleted>(observe(kind, room))) << "or it would be made again";
}

TEST_F(ChannelTest, an_audit_log_that_lags_behind_is_not_taken_for_proof_of_absence) {
  world().rules().audit_log_delay = 2min;
  auto room = wanted(document());
  http.faults = {{"POST", "/guilds", Fault::What::answer_lost}};
  ASSERT_FALSE(make(kind, room));
  pass(20s);
  EXPECT_TRUE(std::holds_alternative<effects::Unclear>(observe(kind, room)))
      << "sent again, it would be there twice";
  pass(2min);
  EXPECT_FALSE(found(observe(kind, room)).remote_id.empty());
}

TEST_F(ChannelTest, without_the_audit_log_it_is_recognised_by_its_look_or_an_organizer_is_asked) {
  allow_bot(bot_rights & ~permission::view_audit_log);
  // Older ones, and such that look different, are none of it.
  world().add_channel(guild, {.name = "Match 1-abc", .kind = ChannelKind::voice, .parent = category});
  pass(1min);
  auto room = wanted(document());
  ASSERT_TRUE(world().human_create_channel(guild, olga, {.name = "Match 1-abc", .kind = ChannelKind::voice}));
  ASSERT_TRUE(world().human_create_channel(
      guild, olga, {.name = "Match 1-abd", .kind = ChannelKind::voice, .parent = category}));
  room.request = document();
  EXPECT_TRUE(absent(observe(kind, room)));

  http.faults = {{"POST", "/guilds", Fault::What::answer_lost}};
  ASSERT_FALSE(make(kind, room));
  const auto seen = found(observe(kind, room));
  EXPECT_TRUE(world().find_channel(*ChannelId::parse(seen.remote_id))->made_by_bot);

  ASSERT_TRUE(world().human_create_channel(
      guild, olga, {.name = "Match 1-abc", .kind = ChannelKind::voice, .parent = category}));
  const auto unclear = observe(kind, room);
  ASSERT_TRUE(std::holds_alternative<effects::Unclear>(unclear));
  EXPECT_THAT(std::get<effects::Unclear>(unclear).reason, HasSubstr("VIEW_AUDIT_LOG"));
}

TEST_F(ChannelTest, when_the_listing_fails_nothing_is_concluded) {
  auto room = wanted(document());
  http.faults.assign(10, {"GET", "/guilds", Fault::What::status, 503});
  EXPECT_FALSE(run(kind.observe(room)));
}

TEST_F(ChannelTest, everything_of_ours_is_listed_with_age_and_whether_people_are_in_it) {
  const auto started = clock.now();
  auto room = made(document({ana}));
  auto other = made(document({ana}), "match/1-def/faction1");
  auto deleted = made(document({ana}), "match/1-ghi/faction1");
  ASSERT_TRUE(world().human_delete_channel(channel(deleted)->id, olga));
  sit(ana, ChannelId::parse(*other.remote_id));
  const auto listed = *run(kind.list_marked(guild.text()));
  ASSERT_EQ(listed.size(), 2U) << "neither the lobby, nor what is gone";
  for (const auto& one : listed) {
    EXPECT_EQ(one.marker, one.remote_id == *room.remote_id ? room.marker : other.marker);
    EXPECT_EQ(one.occupied, one.remote_id == *other.remote_id);
    EXPECT_GE(one.created_at, started);
    EXPECT_LE(one.created_at, clock.now());
  }
}

TEST_F(ChannelTest, a_listing_that_is_not_complete_is_an_error) {
  made(document({ana}));
  allow_bot(bot_rights & ~permission::view_audit_log);
  EXPECT_FALSE(run(kind.list_marked(guild.text())));
  allow_bot(bot_rights);
  discord.connected = false;
  EXPECT_FALSE(run(kind.list_marked(guild.text()))) << "who sits where is not known";
}

}  // namespace
}  // namespace matchday::remote::test
