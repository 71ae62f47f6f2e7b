// /faceit as an organizer uses it: each setting changed, told and stored, each wrong wish refused with
// nothing changed, what is followed, and the doctor's round.
#include <gmock/gmock.h>

#include "community.hpp"
#include "features/match_voice/settings_change.hpp"

namespace matchday::test {
namespace {

using match_voice::Settings;
using sandbox::discord::InteractionView;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

struct FaceitCommands : testing::Test {
  explicit FaceitCommands(CommunityOptions options = {}) : community(std::move(options)) {}
  Community community;
  const UserId organizer = community.demo.organizer;

  InteractionView say(std::string command, json::object options = {}) {
    return community.ask(organizer, std::move(command), std::move(options));
  }
  InteractionView config(json::object options) { return say("faceit config", std::move(options)); }
  Settings stored() {
    return *community.world.run(community.database.read(
        [this](store::Transaction& tx) { return *match_voice::find_settings(tx, community.organization); }));
  }
  std::vector<std::string> suggested(json::object options) {
    return community.suggestions(organizer, "faceit follow remove", std::move(options), "id");
  }
};

TEST_F(FaceitCommands, are_for_those_who_manage_the_server) {
  EXPECT_FALSE(community.discord.world.fire_command(
      {.channel = community.demo.general, .user = community.demo.players[0].user, .name = "faceit config"}));
  EXPECT_TRUE(say("faceit config").ephemeral);
}

TEST_F(FaceitCommands, without_a_wish_the_settings_are_shown_and_none_is_changed) {
  const auto before = stored();
  const auto text = say("faceit config").text;
  EXPECT_THAT(text, HasSubstr("**teams**: faction1"));
  EXPECT_THAT(text, HasSubstr("**lobby**: <#" + community.demo.lobby.text() + ">"));
  EXPECT_THAT(text, HasSubstr("**card_channel**: –"));
  EXPECT_THAT(text, HasSubstr("A room will be called “Match 1-7f3c9e”."));
  EXPECT_EQ(stored(), before);
}

TEST_F(FaceitCommands, each_setting_is_changed_and_told_as_it_was_and_is) {
  struct Case {
    json::object wish;
    std::string told;
    std::function<bool(const Settings&)> stored;
  };
  const auto general = community.demo.general.text();
  const std::vector<Case> cases{
      {{{"teams", "both"}}, "faction1 → both", [](auto& s) { return s.teams == match_voice::Teams::both; }},
      {{{"open_on", "ready"}},
       "created → ready",
       [](auto& s) { return s.open_on == match_voice::OpenOn::ready; }},
      {{{"move_from", "lobby"}},
       "any → lobby",
       [](auto& s) { return s.move_from == match_voice::MoveFrom::lobby; }},
      {{{"return_to", "nowhere"}},
       "origin → nowhere",
       [](auto& s) { return s.return_to == match_voice::ReturnTo::nowhere; }},
      {{{"card_channel", general}},
       "– → <#" + general + ">",
       [](auto& s) { return s.card_channel.has_value(); }},
      {{{"clear", "card_channel"}}, "<#" + general + "> → –", [](auto& s) { return !s.card_channel; }},
      {{{"clear", "category"}}, "→ –", [](auto& s) { return !s.category; }},
      {{{"category", community.demo.matches.text()}},
       "– → <#",
       [](auto& s) { return s.category.has_value(); }},
      {{{"name_template", "{team} ({match})"}},
       "A room will be called “Kestrel (1-7f3c9e)”.",
       [](auto& s) { return s.name_template == "{team} ({match})"; }},
      {{{"grace_seconds", 60}}, "0 → 60", [](auto& s) { return s.grace == 60s; }},
      {{{"max_age_minutes", 90}}, "360 → 90", [](auto& s) { return s.max_age == 90min; }},
      {{{"live_status", false}}, "yes → no", [](auto& s) { return !s.live_status; }},
      {{{"moves_need_proof", true}}, "no → yes", [](auto& s) { return s.moves_need_proof; }},
  };
  for (const auto& c : cases) {
    EXPECT_THAT(config(c.wish).text, HasSubstr(c.told)) << to_text(c.wish);
    EXPECT_TRUE(c.stored(stored())) << to_text(c.wish);
  }
  EXPECT_THAT(config({{"teams", "both"}}).text, HasSubstr("like that already"));
}

TEST_F(FaceitCommands, a_wish_that_cannot_be_is_refused_with_a_reason_and_changes_nothing) {
  ASSERT_THAT(config({{"teams", "both"}}).text, HasSubstr("both"));
  const auto before = stored();
  struct Case {
    json::object wish;
    std::string reason;
  };
  const auto everyone = community.demo.guild.text();
  for (const auto& c : std::vector<Case>{
           {{{"name_template", "Match {match}"}}, "needs {team}"},
           {{{"name_template", "\u200b"}}, "people can see"},
           {{{"clear", "lobby"}, {"move_from", "lobby"}}, "needs a lobby"},
           {{{"clear", "lobby"}, {"return_to", "lobby"}}, "needs a lobby"},
           {{{"clear", "lobby"}, {"lobby", community.demo.lobby.text()}}, "set and cleared at once"},
           {{{"spectator_role", everyone}}, "cannot be @"},
           {{{"grace_seconds", 30}, {"name_template", "x"}}, "needs {team}"},
       }) {
    EXPECT_THAT(config(c.wish).text, HasSubstr(c.reason)) << to_text(c.wish);
    EXPECT_EQ(stored(), before) << to_text(c.wish);
  }
}

TEST_F(FaceitCommands, a_change_is_felt_by_the_match_that_is_going_on) {
  community.link(0, 10);
  ASSERT_EQ(community.webhook(community.real_payload("match_object_created", "1-abcdef00-1", 0s)).status,
            200);
  community.pass(10s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  config({{"teams", "both"}});
  community.pass(10s);
  EXPECT_THAT(community.rooms(), SizeIs(2));
}

TEST_F(FaceitCommands, what_is_followed_is_added_by_id_or_address_and_removed_while_typing) {
  const auto hub = community.demo.hub_id;
  EXPECT_THAT(say("faceit follow add",
                  {{"kind", "hub"}, {"id", "https://www.faceit.com/en/hub/" + hub + "/Nordlys%20Hub"}})
                  .text,
              HasSubstr("all → `" + hub + "`"));
  EXPECT_THAT(say("faceit follow add", {{"kind", "game"}, {"id", "cs2"}}).text,
              HasSubstr("ignored from now on"));
  EXPECT_THAT(stored().following.hubs, ElementsAre(hub));
  EXPECT_THAT(suggested({{"kind", "hub"}, {"id", ""}}), ElementsAre("hub " + hub));
  EXPECT_THAT(suggested({{"id", "cs"}}), ElementsAre("game cs2"));
  EXPECT_THAT(say("faceit follow add", {{"kind", "hub"}, {"id", hub}}).text, HasSubstr("followed already"));
  EXPECT_THAT(say("faceit follow remove", {{"kind", "hub"}, {"id", hub}}).text, HasSubstr("→ all"));
  EXPECT_THAT(stored().following.hubs, IsEmpty());
  EXPECT_THAT(say("faceit follow remove", {{"kind", "hub"}, {"id", hub}}).text, HasSubstr("is not followed"));
}

TEST_F(FaceitCommands, a_hub_that_FACEIT_does_not_know_is_not_followed) {
  EXPECT_THAT(say("faceit follow add", {{"kind", "hub"}, {"id", "no-such-hub"}}).text,
              HasSubstr("FACEIT knows no hub with the id `no-such-hub`."));
  EXPECT_THAT(say("faceit follow add", {{"kind", "hub"}, {"id", "not an id"}}).text,
              HasSubstr("That is no id"));
  EXPECT_THAT(stored().following.hubs, IsEmpty());
}

TEST_F(FaceitCommands, the_doctor_finds_the_demo_server_in_order_but_for_what_nobody_did_yet) {
  community.link(0, 10);
  ASSERT_EQ(community.webhook(community.real_payload("match_object_created", "1-abcdef00-1", 0s)).status,
            200);
  community.pass(10s);
  const auto text = say("faceit doctor").text;
  EXPECT_THAT(text, StartsWith("Everything is in place"));
  EXPECT_THAT(text, HasSubstr("FACEIT accepts the API key"));
  EXPECT_THAT(text, HasSubstr("The last webhook came"));
  EXPECT_THAT(text, HasSubstr("10 of the 10 players"));
  EXPECT_THAT(text, HasSubstr("clock agrees"));
  EXPECT_THAT(text, Not(HasSubstr("❌")));
}

TEST_F(FaceitCommands, the_doctor_names_what_is_wrong_first) {
  for (const auto& [id, role] : community.discord.world.find_guild(community.demo.guild)->roles) {
    if (!role.bot) continue;
    ASSERT_TRUE(community.discord.world.set_role_permissions(
        community.demo.guild, id,
        sandbox::needed_bot_permissions() & ~sandbox::discord::permission::move_members));
    break;
  }
  community.discord.pump();
  const auto text = say("faceit doctor").text;
  EXPECT_THAT(text, HasSubstr("to repair"));
  EXPECT_THAT(text, HasSubstr("❌ The bot lacks MOVE\\_MEMBERS"));
  EXPECT_THAT(text, HasSubstr("❌ No webhook has come"));
}

TEST_F(FaceitCommands, the_doctor_waits_for_a_silent_FACEIT_ten_seconds_at_most) {
  community.http.latency = 30s;
  const auto started = community.world.clock.now();
  const auto fired = community.discord.world.fire_command(
      {.channel = community.demo.general, .user = organizer, .name = "faceit doctor"});
  ASSERT_TRUE(fired);
  community.http.latency = 20ms;
  EXPECT_TRUE(community.read_answer(*fired).ephemeral);
  EXPECT_LT(community.world.clock.now() - started, 30s);
}

struct WithoutKey : FaceitCommands {
  WithoutKey() : FaceitCommands({.faceit_key = false, .webhook_secret = false}) {}
};

TEST_F(WithoutKey, the_doctor_says_what_is_missing) {
  const auto text = say("faceit doctor").text;
  EXPECT_THAT(text, HasSubstr("There is no FACEIT API key"));
  EXPECT_THAT(text, HasSubstr("No webhook secret is set"));
}

// ---- The rules of settings, pure.

TEST(SettingsChange, an_address_gives_its_id) {
  using match_voice::followed_id;
  EXPECT_EQ(followed_id("hub", "https://www.faceit.com/en/hub/2f4e6a80-1b3d/Name"), "2f4e6a80-1b3d");
  EXPECT_EQ(followed_id("organizer", "https://www.faceit.com/en/organizers/9d1e/x?y=1"), "9d1e");
  EXPECT_EQ(followed_id("championship", "2f4e"), "2f4e");
  EXPECT_EQ(followed_id("hub", "https://www.faceit.com/en/championship/2f4e"), "");
  EXPECT_EQ(followed_id("hub", "a b"), "");
}

TEST(SettingsChange, no_more_than_25_of_a_kind_are_followed) {
  Settings settings;
  for (int i = 0; i < 25; ++i)
    settings = *match_voice::with_followed(settings, "hub", fmt::format("hub-{}", i));
  EXPECT_EQ(match_voice::with_followed(settings, "hub", "one-more").error().kind, ErrorKind::invalid);
  EXPECT_TRUE(match_voice::with_followed(settings, "game", "cs2"));
}

TEST(SettingsChange, numbers_outside_their_range_are_refused) {
  for (const auto& wish : std::vector<match_voice::SettingsWish>{{.grace_seconds = -1},
                                                                 {.grace_seconds = 601},
                                                                 {.max_age_minutes = 29},
                                                                 {.max_age_minutes = 1441},
                                                                 {.name_template = std::string(101, 'x')}}) {
    EXPECT_EQ(match_voice::with_wish({}, wish).error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(match_voice::with_wish({}, {.grace_seconds = 600, .max_age_minutes = 1440}));
}

TEST(SettingsChange, channels_must_be_what_they_are_wished_for) {
  discord::Guild guild{.id = GuildId{10}};
  using discord::ChannelType;
  for (const auto& [id, type] : {std::pair{1U, ChannelType::category}, std::pair{2U, ChannelType::voice},
                                 std::pair{3U, ChannelType::text}}) {
    guild.channels.emplace(ChannelId{id}, discord::Channel{.id = ChannelId{id}, .type = type});
  }
  guild.roles.emplace(RoleId{5}, discord::Role{.id = RoleId{5}});
  using match_voice::check_places;
  EXPECT_TRUE(check_places({.category = ChannelId{1},
                            .lobby = ChannelId{2},
                            .card_channel = ChannelId{3},
                            .spectator_role = RoleId{5}},
                           guild));
  EXPECT_FALSE(check_places({.category = ChannelId{2}}, guild));
  EXPECT_FALSE(check_places({.lobby = ChannelId{3}}, guild));
  EXPECT_FALSE(check_places({.card_channel = ChannelId{1}}, guild));
  EXPECT_FALSE(check_places({.category = ChannelId{99}}, guild)) << "of another server";
  EXPECT_FALSE(check_places({.spectator_role = RoleId{6}}, guild));
  EXPECT_FALSE(check_places({.spectator_role = RoleId{10}}, guild)) << "@everyone";
}

}  // namespace
}  // namespace matchday::test
