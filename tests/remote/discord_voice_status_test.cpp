// The line under a voice channel's name as a remote kind: set, changed and taken away, never against a right
// that is known to be missing, and never a reason to call anybody.
#include "remote/discord_voice_status.hpp"

#include "platforms/discord/channels.hpp"
#include "remote_test.hpp"

namespace matchday::remote::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

struct VoiceStatusTest : RemoteTest {
  VoiceStatusTest() { allow_bot(bot_rights | permission::set_voice_channel_status); }
  DiscordVoiceStatus kind{access};

  Resource wanted(std::string_view text, std::optional<ChannelId> channel = {}) {
    return resource(DiscordVoiceStatus::kind_name,
                    DiscordVoiceStatus::document(channel.value_or(lobby), text));
  }
  Resource set(std::string_view text) {
    auto out = wanted(text);
    const auto made = make(kind, out);
    EXPECT_TRUE(made) << made.error().message;
    return out;
  }
  Result<> remove(Resource known) {
    known.wanted.reset();
    return run(kind.remove(known));
  }
  std::optional<std::string> shown() { return world().find_channel(lobby)->voice_status; }
  std::string prepared(const Resource& what) {
    const auto result = kind.prepare(what);
    if (!result) return std::string(name(result.error().kind));
    if (std::holds_alternative<effects::Send>(*result)) return "send";
    return std::holds_alternative<effects::Obsolete>(*result) ? "obsolete" : "already";
  }
  std::string put() const { return "PUT /channels/" + lobby.text() + "/voice-status"; }
};

TEST_F(VoiceStatusTest, the_score_is_set_changed_and_taken_away) {
  auto known = set("Mirage · 7 : 5 · live");
  EXPECT_EQ(shown(), "Mirage · 7 : 5 · live");
  EXPECT_EQ(known.remote_id, lobby.text());
  ASSERT_TRUE(change(kind, known, DiscordVoiceStatus::document(lobby, "Mirage · 8 : 5 · live")));
  EXPECT_EQ(shown(), "Mirage · 8 : 5 · live");
  ASSERT_TRUE(remove(known));
  EXPECT_EQ(shown(), std::nullopt);
  EXPECT_THAT(requests(), ElementsAre(put(), put(), put()));
}

TEST_F(VoiceStatusTest, a_status_is_cut_to_what_discord_takes) {
  std::string emoji;
  for (int i = 0; i < 600; ++i) emoji += "🏆";
  set(emoji);
  ASSERT_TRUE(shown());
  EXPECT_TRUE(shown()->ends_with("…"));
}

TEST_F(VoiceStatusTest, without_one_of_its_two_rights_nothing_is_sent_and_nobody_is_called) {
  for (const auto missing : {permission::set_voice_channel_status, permission::manage_channels}) {
    allow_bot((bot_rights | permission::set_voice_channel_status) & ~missing);
    EXPECT_EQ(prepared(wanted("Mirage")), "obsolete") << missing;
  }
  EXPECT_THAT(requests(), IsEmpty());
}

TEST_F(VoiceStatusTest, a_right_that_is_taken_on_the_way_ends_it_quietly) {
  auto late = wanted("Mirage");
  ASSERT_TRUE(world().set_role_permissions(guild, bot_role(), bot_rights));  // nobody has told us yet
  EXPECT_EQ(make(kind, late).error().kind, ErrorKind::conflict);
}

TEST_F(VoiceStatusTest, a_change_without_the_right_waits_for_it_and_asks_discord_nothing) {
  auto known = set("Mirage");
  allow_bot(bot_rights);
  requests();
  EXPECT_EQ(change(kind, known, DiscordVoiceStatus::document(lobby, "Nuke")).error().kind,
            ErrorKind::unavailable);
  EXPECT_THAT(requests(), IsEmpty());
  allow_bot(bot_rights | permission::set_voice_channel_status);
  EXPECT_TRUE(change(kind, known, DiscordVoiceStatus::document(lobby, "Nuke")));
  EXPECT_EQ(shown(), "Nuke");
}

TEST_F(VoiceStatusTest, what_is_not_there_needs_no_taking_away) {
  struct Case {
    const char* what;
    std::function<void(VoiceStatusTest&)> meanwhile;
    std::size_t requests;
  };
  const std::vector<Case> cases{{"the right is gone", [](VoiceStatusTest& t) { t.allow_bot(bot_rights); }, 0},
                                {"the channel is gone, and we know",
                                 [](VoiceStatusTest& t) {
                                   CHECK(t.world().human_delete_channel(t.lobby, t.olga));
                                   t.discord.pump();
                                 },
                                 0}};
  for (const auto& c : cases) {
    allow_bot(bot_rights | permission::set_voice_channel_status);
    const auto known = set("Mirage");
    requests();
    c.meanwhile(*this);
    EXPECT_TRUE(remove(known)) << c.what;
    EXPECT_THAT(requests(), SizeIs(c.requests)) << c.what;
  }
}

TEST_F(VoiceStatusTest, a_channel_that_goes_unheard_is_no_failure) {
  const auto known = set("Mirage");
  requests();
  ASSERT_TRUE(world().human_delete_channel(lobby, olga));  // nobody has told us yet
  EXPECT_TRUE(remove(known));
  EXPECT_THAT(requests(), ElementsAre(put()));
}

TEST_F(VoiceStatusTest, it_waits_for_a_channel_that_discord_has_not_told_us_of) {
  EXPECT_EQ(prepared(wanted("Mirage", ChannelId{123456})), "unavailable");
  discord.connected = false;
  EXPECT_EQ(prepared(wanted("Mirage")), "unavailable");
}

TEST_F(VoiceStatusTest, it_goes_after_everything_else_of_its_lane) {
  const auto request = discord::set_voice_status(lobby, "Mirage", "why");
  EXPECT_EQ(request.lane, discord::Lane::orchestration);
  EXPECT_LT(request.priority, discord::RestRequest{}.priority);
}

}  // namespace
}  // namespace matchday::remote::test
