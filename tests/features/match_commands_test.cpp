// /match, /automove and the buttons of cards as people use them: typed into simulated Discord, with what
// follows in its voice channels.
#include <gmock/gmock.h>

#include "community.hpp"
#include "features/match_voice/card.hpp"

namespace matchday::test {
namespace {

using sandbox::discord::InteractionView;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

const std::string match_id = "1-7f3c9e22-4d5e-4f60-8a7b-9c0d1e2f3a4b";

struct MatchCommands : testing::Test {
  MatchCommands() {
    community.link(0, 8);
    auto settings = community.settings();
    settings.card_channel = community.demo.general;
    CHECK(community.run(community.match_voice.configure(community.organization, settings)));
  }
  Community community{{.teams = match_voice::Teams::both, .faceit_key = false}};
  const UserId organizer = community.demo.organizer;
  const UserId astrid = community.demo.players[0].user;  // Kestrel, of team Wolves

  void begin(std::string_view id = match_id, Duration at = 0s) {
    ASSERT_EQ(community.webhook(community.real_payload("match_object_created", id, at)).status, 200);
    community.pass(10s);
  }
  InteractionView say(std::string command, json::object options = {}) {
    return community.ask(organizer, std::move(command), std::move(options));
  }
  std::vector<std::string> type(std::string text, std::string command = "match show") {
    return community.suggestions(organizer, std::move(command), {{"match", std::move(text)}}, "match");
  }
  static std::optional<std::string> button_of(const json::value& message, std::string_view label) {
    for (const auto& row : Fields(message).array("components")) {
      for (const auto& button : Fields(row).array("components")) {
        if (Fields(button).string("label") == label) return Fields(button).string("custom_id");
      }
    }
    return std::nullopt;
  }
  InteractionView press(MessageId message, UserId user, std::string_view custom_id) {
    const auto fired = community.discord.world.fire_component(message, user, custom_id);
    CHECK(fired);
    return community.read_answer(*fired);
  }
  InteractionView press(const InteractionView& shown, std::string_view label) {
    const auto id = button_of(shown.message, label);
    CHECK(id);
    return press(*Fields(shown.message).id<MessageId>("id"), organizer, *id);
  }
  const sandbox::discord::Message* card() {
    for (const auto* message : community.discord.world.messages_in(community.demo.general)) {
      if (!message->embeds.empty()) return message;
    }
    return nullptr;
  }
  InteractionView press_card(UserId user, std::string_view action) {
    return press(card()->id, user, surfaces::custom_id(action, match_id));
  }
  ChannelId room_of(std::string_view part) {
    for (const auto* room : community.rooms()) {
      if (room->name.contains(part)) return room->id;
    }
    return {};
  }
  void sit(UserId user, std::optional<ChannelId> channel) {
    ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, user, channel));
    community.discord.pump();
  }
};

TEST_F(MatchCommands, are_for_those_who_manage_channels_and_the_answers_are_theirs_alone) {
  begin();
  const auto player = community.discord.world.fire_command(
      {.channel = community.demo.general, .user = astrid, .name = "match list"});
  EXPECT_FALSE(player) << "Discord does not offer it to players";
  EXPECT_TRUE(say("match list").ephemeral);
  EXPECT_TRUE(say("match show", {{"match", match_id}}).ephemeral);
}

TEST_F(MatchCommands, a_match_is_found_by_team_player_or_id_while_it_is_typed) {
  begin();
  begin("1-aaaaaaaa-0000", 1s);
  EXPECT_THAT(type(""), SizeIs(2));
  EXPECT_THAT(type("1-7f3c"), ElementsAre("Match 1-7f3c9e · Wolves vs Ravens · open"));
  EXPECT_THAT(type("wOLV"), SizeIs(2));
  EXPECT_THAT(type("kestrel"), SizeIs(2));
  EXPECT_THAT(type("nobody"), IsEmpty());
  EXPECT_THAT(type("1-aa", "match close"), SizeIs(1));
}

TEST_F(MatchCommands, the_list_tells_what_is_going_on_and_turns_its_pages_without_a_memory) {
  EXPECT_THAT(say("match list").text, HasSubstr("No match is going on"));
  for (int i = 0; i < 10; ++i) begin(fmt::format("1-0000000{}-x", i), std::chrono::seconds(i));
  const auto first = say("match list");
  EXPECT_THAT(first.text, HasSubstr("`1-000000`"));
  EXPECT_THAT(first.text, HasSubstr("**Wolves vs Ravens**"));
  EXPECT_FALSE(button_of(first.message, "Newer"));
  const auto second = press(first, "Older");
  EXPECT_TRUE(button_of(second.message, "Newer"));
  EXPECT_FALSE(button_of(second.message, "Older"));
}

TEST_F(MatchCommands, show_tells_why_everything_is_as_it_is) {
  sit(community.demo.players[1].user, std::nullopt);
  community.ask(community.demo.players[2].user, "automove", {{"choice", "off"}});
  begin();
  const auto text = say("match show", {{"match", "1-7f3c"}}).text;
  EXPECT_THAT(text, HasSubstr("Wolves vs Ravens"));
  EXPECT_THAT(text, HasSubstr("**open**"));
  EXPECT_THAT(text, HasSubstr("✅ FACEIT has named 10 players"));
  EXPECT_THAT(text, HasSubstr("8 of 10 players are linked"));
  EXPECT_THAT(text, HasSubstr("✅ The bot has every permission"));
  EXPECT_THAT(text, HasSubstr("✅ <#" + room_of("Wolves").text() + ">"));
  EXPECT_THAT(text, HasSubstr("<@" + astrid.text() + ">: ✅ in the room"));
  EXPECT_THAT(
      text, HasSubstr("<@" + community.demo.players[1].user.text() + ">: ⏳ waits until they are in voice"));
  EXPECT_THAT(text, HasSubstr("<@" + community.demo.players[2].user.text() + ">: asked not to be moved"));
  EXPECT_THAT(text, HasSubstr(community.demo.players[8].nickname + ": ❌ not linked"));
  EXPECT_THAT(text, HasSubstr("room of faction1: confirmed"));
}

TEST_F(MatchCommands, show_names_the_permission_that_is_missing_and_the_next_try) {
  const auto& world = community.discord.world;
  RoleId bot_role;
  for (const auto& [id, role] : world.find_guild(community.demo.guild)->roles) {
    if (role.bot) bot_role = id;
  }
  ASSERT_TRUE(community.discord.world.set_role_permissions(
      community.demo.guild, bot_role,
      sandbox::needed_bot_permissions() & ~sandbox::discord::permission::manage_channels));
  community.discord.pump();
  begin();
  const auto text = say("match show", {{"match", match_id}}).text;
  EXPECT_THAT(text, HasSubstr("**degraded**"));
  EXPECT_THAT(text, HasSubstr("lacks MANAGE_CHANNELS"));
  EXPECT_THAT(text, HasSubstr("Discord refuses it"));
  EXPECT_THAT(text, HasSubstr("Last error: "));
  EXPECT_THAT(text, HasSubstr("Next try <t:"));
}

TEST_F(MatchCommands, an_id_that_fits_nothing_or_too_much_is_said_so) {
  EXPECT_THAT(say("match show", {{"match", "1-nothing"}}).text,
              StartsWith("There is no match with that id."));
  begin();
  begin("1-7f3c0000-other", 1s);
  EXPECT_THAT(say("match show", {{"match", "1-7f3c"}}).text, StartsWith("Several matches begin like that."));
}

TEST_F(MatchCommands, closing_asks_first_and_is_for_good) {
  begin();
  const auto asked = say("match close", {{"match", match_id}});
  EXPECT_THAT(asked.text, StartsWith("Close **Wolves vs Ravens** for good?"));
  EXPECT_THAT(community.rooms(), SizeIs(2)) << "only asked";
  const auto done = press(asked, "Close it");
  EXPECT_THAT(done.text, StartsWith("Closed."));
  EXPECT_FALSE(button_of(done.message, "Close it")) << "it is not offered twice";
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  ASSERT_EQ(community.webhook(community.real_payload("match_status_ready", match_id, 60s)).status, 200);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty()) << "no event opens it again";
  EXPECT_THAT(say("match close", {{"match", match_id}}).text, StartsWith("This match is closed already."));
}

TEST_F(MatchCommands, rooms_that_somebody_deleted_are_made_anew_when_it_is_asked_for) {
  begin();
  const auto old = room_of("Wolves");
  ASSERT_TRUE(community.discord.world.human_delete_channel(old, organizer));
  community.pass(10s);
  EXPECT_EQ(room_of("Wolves"), ChannelId{});
  EXPECT_THAT(say("match recreate", {{"match", match_id}}).text,
              StartsWith("The rooms of **Wolves vs Ravens** are made anew"));
  community.pass(60s);
  EXPECT_NE(room_of("Wolves"), ChannelId{});
  EXPECT_THAT(community.rooms(), SizeIs(2)) << "the old room of the others is gone";
}

TEST_F(MatchCommands, the_cards_button_that_recreates_rooms_obeys_only_those_who_may) {
  begin();
  ASSERT_TRUE(community.discord.world.human_delete_channel(room_of("Wolves"), organizer));
  community.pass(10s);
  ASSERT_TRUE(card());
  EXPECT_THAT(press_card(astrid, match_voice::recreate_action).text,
              HasSubstr("it needs the permission matches.operate"));
  community.pass(20s);
  EXPECT_EQ(room_of("Wolves"), ChannelId{});
  EXPECT_THAT(press_card(organizer, match_voice::recreate_action).text, StartsWith("The rooms of"));
  community.pass(60s);
  EXPECT_NE(room_of("Wolves"), ChannelId{});
}

TEST_F(MatchCommands, who_left_their_room_comes_back_by_the_cards_button) {
  begin();
  const auto room = room_of("Wolves");
  ASSERT_THAT(community.sitting_in(room), Contains(astrid));
  sit(astrid, community.demo.lobby);
  community.pass(20s);
  ASSERT_THAT(community.sitting_in(room), Not(Contains(astrid))) << "nobody is dragged back";
  const auto said = press_card(astrid, match_voice::bring_me_action);
  EXPECT_EQ(said.text, "You are moved in a moment.");
  EXPECT_TRUE(said.ephemeral);
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(room), Contains(astrid));
}

TEST_F(MatchCommands, the_button_tells_who_is_not_in_voice_or_does_not_play) {
  begin();
  sit(astrid, std::nullopt);
  EXPECT_EQ(press_card(astrid, match_voice::bring_me_action).text,
            "You are moved as soon as you are in a voice channel.");
  sit(astrid, community.demo.lobby);
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(room_of("Wolves")), Contains(astrid));
  EXPECT_THAT(press_card(community.demo.players[9].user, match_voice::bring_me_action).text,
              HasSubstr("is not linked yet"));
}

TEST_F(MatchCommands, an_organizer_moves_one_or_all) {
  begin();
  const auto room = room_of("Wolves");
  for (const auto user : {astrid, community.demo.players[1].user}) sit(user, community.demo.lobby);
  community.pass(10s);
  EXPECT_EQ(say("match move", {{"match", match_id}, {"player", astrid.text()}}).text,
            "<@" + astrid.text() + "> is moved in a moment.");
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(room), Contains(astrid));
  EXPECT_THAT(community.sitting_in(room), Not(Contains(community.demo.players[1].user)));
  EXPECT_THAT(say("match move", {{"match", match_id}}).text, StartsWith("8 linked players are moved"));
  community.pass(10s);
  EXPECT_EQ(community.sitting_in(room), community.users(0, 5));
  EXPECT_THAT(
      say("match move", {{"match", match_id}, {"player", community.demo.substitute.user.text()}}).text,
      HasSubstr("does not play in this match"));
}

TEST_F(MatchCommands, who_asked_not_to_be_moved_is_not_and_may_still_press_the_button) {
  EXPECT_THAT(community.ask(astrid, "automove", {{"choice", "off"}}).text,
              StartsWith("You are not moved any more."));
  begin();
  const auto room = room_of("Wolves");
  EXPECT_THAT(community.sitting_in(room), AllOf(SizeIs(4), Not(Contains(astrid))));
  press_card(astrid, match_voice::bring_me_action);
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(room), Contains(astrid));
}

TEST_F(MatchCommands, asking_to_be_moved_again_works_during_the_match) {
  community.ask(astrid, "automove", {{"choice", "off"}});
  begin();
  EXPECT_THAT(community.ask(astrid, "automove", {{"choice", "on"}}).text,
              StartsWith("You are moved into your room"));
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(room_of("Wolves")), Contains(astrid));
}

TEST_F(MatchCommands, the_panels_buttons_do_what_they_say) {
  begin();
  const auto panel = say("match show", {{"match", match_id}});
  EXPECT_THAT(press(panel, "Bring all in").text, HasSubstr("linked players are moved"));
  EXPECT_THAT(press(panel, "Close").text, StartsWith("Close **Wolves vs Ravens** for good?"));
  EXPECT_THAT(press(panel, "Recreate rooms").text, StartsWith("The rooms of"));
}

}  // namespace
}  // namespace matchday::test
