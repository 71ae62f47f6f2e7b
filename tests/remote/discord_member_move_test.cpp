// Moving somebody in voice as a remote kind: once, only from where they were when it was decided, and never
// against a permission that is known to be missing.
#include "remote_test.hpp"

namespace matchday::remote::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct MoveTest : RemoteTest {
  MoveTest() {
    room =
        world().add_channel(guild, {.name = "Match 1-abc", .kind = ChannelKind::voice, .parent = category});
    discord.pump();
    sit(ana, lobby);
  }
  DiscordMemberMove kind{access};
  ChannelId room;

  // As it is decided now.
  Resource move(UserId user, std::optional<ChannelId> to) {
    return resource(DiscordMemberMove::kind_name,
                    DiscordMemberMove::document(user, *discord.guilds.voice_state(guild, user), to),
                    "match/1-abc/0/in/1");
  }
  std::string prepared(const Resource& wanted) {
    const auto result = kind.prepare(wanted);
    if (!result) return "error: " + result.error().message;
    if (std::holds_alternative<effects::Send>(*result)) return "send";
    if (std::holds_alternative<effects::Already>(*result)) return "already";
    return "obsolete";
  }
};

TEST_F(MoveTest, somebody_is_moved_and_somebody_is_taken_out_of_voice) {
  auto in = move(ana, room);
  const auto made = make(kind, in);
  ASSERT_TRUE(made) << made.error().message;
  EXPECT_EQ(made->remote_id, ana.text());
  EXPECT_EQ(discord.sitting_in(guild, room), std::vector{ana});
  auto out = move(ana, std::nullopt);
  ASSERT_TRUE(make(kind, out));
  EXPECT_THAT(world().find_guild(guild)->voice, IsEmpty());
  EXPECT_THAT(requests(), ElementsAre("PATCH /guilds/" + guild.text() + "/members/" + ana.text(),
                                      "PATCH /guilds/" + guild.text() + "/members/" + ana.text()));
}

TEST_F(MoveTest, is_decided_by_where_the_person_is_now) {
  struct Case {
    const char* what;
    std::function<void(MoveTest&)> meanwhile;
    bool out_of_voice;
    std::string expected;
  };
  const std::vector<Case> cases{
      {"still there", [](MoveTest&) {}, false, "send"},
      {"left", [](MoveTest& t) { t.sit(t.ana, std::nullopt); }, false, "obsolete"},
      {"in the room by themselves", [](MoveTest& t) { t.sit(t.ana, t.room); }, false, "already"},
      {"went elsewhere",
       [](MoveTest& t) {
         t.sit(t.ana, t.world().add_channel(t.guild, {.name = "AFK", .kind = ChannelKind::voice}));
       },
       false, "obsolete"},
      {"left and came back",
       [](MoveTest& t) {
         t.sit(t.ana, std::nullopt);
         t.sit(t.ana, t.lobby);
       },
       false, "obsolete"},
      {"out, and left already", [](MoveTest& t) { t.sit(t.ana, std::nullopt); }, true, "already"},
      {"out, and still there", [](MoveTest&) {}, true, "send"},
      {"out, but went elsewhere", [](MoveTest& t) { t.sit(t.ana, t.room); }, true, "obsolete"},
  };
  for (const auto& c : cases) {
    sit(ana, std::nullopt);
    sit(ana, lobby);
    const auto wanted = move(ana, c.out_of_voice ? std::nullopt : std::optional(room));
    c.meanwhile(*this);
    EXPECT_EQ(prepared(wanted), c.expected) << c.what;
  }
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(MoveTest, while_presence_is_not_known_it_waits) {
  const auto wanted = move(ana, room);
  discord.connected = false;
  EXPECT_EQ(kind.prepare(wanted).error().kind, ErrorKind::unavailable);
}

TEST_F(MoveTest, who_leaves_while_the_request_travels_is_no_failure) {
  auto wanted = move(ana, room);
  ASSERT_TRUE(world().join_voice(guild, ana, std::nullopt));  // nobody has told us yet
  EXPECT_EQ(make(kind, wanted).error().kind, ErrorKind::conflict) << "40032: not connected to voice";
  discord.pump();
  sit(ana, lobby);
  wanted = move(ana, room);
  ASSERT_TRUE(world().leave_guild(guild, ana));
  EXPECT_EQ(make(kind, wanted).error().kind, ErrorKind::conflict) << "10007: no member any more";
}

TEST_F(MoveTest, what_the_bot_lacks_is_named_with_the_channel_and_nothing_is_sent) {
  struct Case {
    const char* what;
    ChannelId channel;
    Permissions denied;
    std::string name;
  };
  const std::vector<Case> cases{{"move from", lobby, permission::move_members, "Lobby"},
                                {"move to", room, permission::move_members, "Match 1-abc"},
                                {"connect to", room, permission::connect, "Match 1-abc"}};
  for (const auto& c : cases) {
    const sandbox::discord::Overwrite denial{
        .id = OverwriteId{world().bot().value}, .kind = OverwriteKind::member, .deny = c.denied};
    ASSERT_TRUE(world().set_overwrite(c.channel, denial));
    discord.pump();
    const auto result = kind.prepare(move(ana, room));
    ASSERT_FALSE(result) << c.what;
    EXPECT_EQ(result.error().kind, ErrorKind::refused);
    EXPECT_THAT(result.error().message, HasSubstr("\"" + c.name + "\""));
    EXPECT_THAT(result.error().message,
                HasSubstr(c.denied == permission::connect ? "CONNECT" : "MOVE_MEMBERS"));
    auto lifted = denial;
    lifted.deny = 0;
    ASSERT_TRUE(world().set_overwrite(c.channel, lifted));
    discord.pump();
  }
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(MoveTest, people_are_moved_where_they_could_not_go_themselves) {
  ASSERT_TRUE(world().set_overwrite(
      room, {.id = OverwriteId{guild.value}, .kind = OverwriteKind::role, .deny = permission::connect}));
  ASSERT_TRUE(world().set_overwrite(room, {.id = OverwriteId{world().bot().value},
                                           .kind = OverwriteKind::member,
                                           .allow = permission::connect | permission::view_channel}));
  discord.pump();
  auto wanted = move(ana, room);
  ASSERT_TRUE(make(kind, wanted));
  EXPECT_EQ(discord.sitting_in(guild, room), std::vector{ana});
}

TEST_F(MoveTest, a_lost_answer_is_looked_at_by_presence_and_not_repeated) {
  auto wanted = move(ana, room);
  http.faults = {{"PATCH", "/guilds", Fault::What::answer_lost}};
  EXPECT_EQ(make(kind, wanted).error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(prepared(wanted), "already");
}

}  // namespace
}  // namespace matchday::remote::test
