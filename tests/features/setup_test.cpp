// /setup in Discord, modules that are switched on and off, quotas, the doctor over the API, and the page that
// everybody sees.
#include "browser.hpp"

namespace matchday::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

struct Setup : testing::Test {
  Community community{{.faceit_key = false}};
  Browser owner{community};
  Browser nobody{community};
  const UserId organizer = community.demo.organizer;
  const UserId astrid = community.demo.players[0].user;
  const std::string base = "/api/organizations/" + community.organization.text();

  Setup() {
    owner.sign_in(organizer);
    community.link(0, 10);
  }

  Visit switch_match_voice(bool on) {
    return owner.api("PATCH", base + "/modules/match_voice", {{"active", on}});
  }
  static std::string words(const sandbox::discord::InteractionView& view) {
    return std::string(view.message.at("embeds").at(0).at("description").as_string());
  }
  std::vector<std::string> command_names(const std::set<std::string>& off) {
    std::vector<std::string> out;
    for (const auto& definition : community.commands.definitions(off)) out.push_back(definition.name);
    return out;
  }
  bool begin(std::string_view match) {
    return community.webhook(community.seed_payload("match_object_created", match)).status == 200;
  }
  json::value publish(json::object change) {
    const auto now = owner.get(base);
    return owner.api("PATCH", base, std::move(change), {{"If-Match", now.header("ETag")}}).json();
  }
};

TEST_F(Setup, says_what_is_there_and_switches_it_by_button) {
  const auto shown = community.ask(organizer, "setup");
  EXPECT_TRUE(shown.ephemeral);
  EXPECT_THAT(words(shown), HasSubstr("🟢 **Match voice**"));
  const auto buttons = shown.message.at("components").at(0).at("components").as_array();
  EXPECT_EQ(buttons.at(0).at("label"), "Switch Match voice off");
  EXPECT_EQ(buttons.at(1).at("url"), "https://matchday.test/o/main");
  const auto message = MessageId::parse(std::string_view(shown.message.at("id").as_string()));
  const auto pressed = community.discord.world.fire_component(
      *message, organizer, std::string(buttons.at(0).at("custom_id").as_string()));
  ASSERT_TRUE(pressed);
  EXPECT_THAT(words(community.read_answer(*pressed)), HasSubstr("⚪ **Match voice**"));
  EXPECT_EQ(owner.get(base + "/modules").json().at("items").at(0).at("active"), false);
  const auto line = owner.get(base + "/audit?limit=1").json().at("items").at(0);
  EXPECT_EQ(line.at("action"), "module.switched");
  EXPECT_EQ(line.at("actor").at("via"), "discord");
}

TEST_F(Setup, what_is_switched_off_begins_nothing_new_and_finishes_what_it_began) {
  ASSERT_TRUE(begin("1-going-on"));
  community.pass(20s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(switch_match_voice(false).status, 200);
  const auto ignored = community.webhook(community.seed_payload("match_object_created", "1-new"));
  EXPECT_EQ(ignored.text("reason"), "module_off");
  EXPECT_EQ(community.webhook(community.seed_payload("match_status_finished", "1-going-on")).text("status"),
            "success");
  community.pass(60s);
  EXPECT_THAT(community.rooms(), SizeIs(0)) << "the one that was there was closed";
  EXPECT_EQ(switch_match_voice(true).status, 200);
  ASSERT_TRUE(begin("1-newer"));
  community.pass(20s);
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

TEST_F(Setup, commands_of_what_is_switched_off_are_not_registered_and_refused) {
  EXPECT_THAT(command_names({}), Contains("faceit"));
  EXPECT_THAT(command_names({"match_voice"}), Not(Contains("faceit")));
  EXPECT_THAT(command_names({"match_voice"}), Contains("setup"));
  ASSERT_EQ(switch_match_voice(false).status, 200);
  EXPECT_THAT(community.ask(organizer, "match list").text, HasSubstr("switched off"));
  EXPECT_EQ(owner.api("PATCH", base + "/modules/nonsense", {{"active", true}}).status, 404);
  EXPECT_EQ(owner.api("PATCH", base + "/modules/match_voice", json::object{}).status, 400);
}

TEST_F(Setup, an_operator_sets_what_an_organization_may_have) {
  const auto admin = "/api/admin/organizations/" + community.organization.text();
  const auto changed = owner.api("PATCH", admin, {{"quotas", {{"invites", 1}, {"open_matches", 1}}}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json().at("quotas").at("invites").at("value"), 1);
  EXPECT_EQ(owner.api("POST", base + "/invites", {{"role", "member"}}).status, 201);
  const auto second = owner.api("POST", base + "/invites", {{"role", "member"}});
  EXPECT_EQ(second.status, 409);
  EXPECT_THAT(second.text("detail"), HasSubstr("may have 1 invites"));
  ASSERT_TRUE(begin("1-first"));
  EXPECT_EQ(community.webhook(community.seed_payload("match_object_created", "1-second")).text("reason"),
            "too_many_matches");
  community.pass(10s);
  ASSERT_THAT(community.alerts_shown(), SizeIs(1)) << "an organizer hears of it";
  EXPECT_EQ(owner.api("PATCH", admin, {{"quotas", {{"open_matches", nullptr}}}}).status, 200);
  ASSERT_TRUE(begin("1-third"));
  community.pass(20s);
  EXPECT_THAT(community.rooms(), SizeIs(2));
  EXPECT_EQ(owner.api("PATCH", admin, {{"quotas", {{"invites", -1}}}}).status, 400);
  Browser player(community);
  player.sign_in(astrid);
  EXPECT_EQ(player.api("PATCH", admin, {{"quotas", json::object{}}}).status, 403);
}

TEST_F(Setup, the_doctor_names_what_is_wrong_and_the_fix) {
  ASSERT_TRUE(begin("1-first"));
  auto report = owner.get(base + "/doctor").json();
  for (const auto& finding : report.at("findings").as_array())
    EXPECT_NE(finding.at("verdict"), "wrong") << to_text(finding);
  for (const auto& [id, role] : community.discord.world.find_guild(community.demo.guild)->roles) {
    if (!role.bot) continue;
    ASSERT_TRUE(community.discord.world.set_role_permissions(
        community.demo.guild, id,
        sandbox::needed_bot_permissions() & ~sandbox::discord::permission::move_members));
    break;
  }
  community.discord.pump();
  community.pass(10s);
  report = owner.get(base + "/doctor").json();
  std::string wrong;
  for (const auto& finding : report.at("findings").as_array()) {
    if (finding.at("verdict") == "wrong") wrong += std::string(finding.at("what").as_string());
  }
  EXPECT_THAT(wrong, HasSubstr("MOVE_MEMBERS"));
}

TEST_F(Setup, the_bot_leaving_is_noticed) {
  ASSERT_TRUE(community.run(community.organizations.note_bot(community.demo.guild, false)));
  EXPECT_NE(owner.get(base + "/servers").json().at("items").at(0).at("bot_left_at"), nullptr);
  ASSERT_TRUE(community.run(community.organizations.note_bot(community.demo.guild, true)));
  EXPECT_EQ(owner.get(base + "/servers").json().at("items").at(0).at("bot_left_at"), nullptr);
  EXPECT_EQ(owner.get(base + "/audit?limit=1").json().at("items").at(0).at("action"), "server.bot_came");
  ASSERT_TRUE(community.run(community.organizations.note_bot(GuildId{4711}, false))) << "nobody's";
}

TEST_F(Setup, a_community_has_a_page_for_everybody_only_if_it_wants_one) {
  ASSERT_TRUE(begin("1-live"));
  EXPECT_EQ(nobody.get("/api/communities/main").status, 404);
  EXPECT_EQ(nobody.get("/api/communities/main/matches").status, 404);
  publish({{"is_public", true}, {"discord_invite", "https://discord.gg/nordlys"}});
  EXPECT_EQ(nobody.get("/api/communities").json().at("items").at(0).at("slug"), "main");
  EXPECT_EQ(nobody.get("/api/communities/main").text("discord_invite"), "https://discord.gg/nordlys");
  const auto matches = nobody.get("/api/communities/main/matches");
  EXPECT_THAT(matches.json().at("items").as_array(), SizeIs(1));
  EXPECT_THAT(matches.body, Not(HasSubstr(astrid.text()))) << "nothing of people";
  EXPECT_THAT(matches.body, Not(HasSubstr(community.demo.players[0].nickname)));
  for (const auto* wrong : {"https://evil.example/", "https://discord.gg/", "javascript:alert(1)",
                            "https://discord.gg/a/../../b", "http://discord.gg/x"}) {
    EXPECT_EQ(publish({{"discord_invite", wrong}}).at("field"), "discord_invite") << wrong;
  }
}

TEST_F(Setup, an_operator_who_wants_no_public_pages_has_none) {
  organizations::Organizations without{community.world.clock,
                                       community.database,
                                       community.queue,
                                       community.ids,
                                       Secret<std::string>(std::string(32, 'w')),
                                       organizations::Creation::operators,
                                       false};
  const auto feature = without.feature();
  ASSERT_FALSE(feature.api.empty());
  for (const auto& route : feature.api)
    EXPECT_FALSE(route.path.starts_with("/api/communities")) << route.path;
}

TEST_F(Setup, a_secret_of_the_configuration_is_changed_there_alone) {
  EXPECT_EQ(owner.api("POST", base + "/match-voice/webhook-secret").status, 409);
  EXPECT_EQ(community.webhook(community.seed_payload("match_object_created", "1-x")).status, 200);
}

TEST(SetupWithoutSecret, a_webhook_secret_made_here_works_and_the_one_before_does_not) {
  Community community{{.faceit_key = false, .webhook_secret = false}};
  Browser owner(community);
  owner.sign_in(community.demo.organizer);
  const auto path = "/api/organizations/" + community.organization.text() + "/match-voice/webhook-secret";
  const auto status_with = [&](const std::string& secret) {
    return community
        .request("POST", "/faceit-webhook", {{community.demo.webhook_header, secret}},
                 to_text(community.seed_payload("match_object_created", "1-x")))
        .status;
  };
  const auto make = [&] {
    const auto made = owner.api("POST", path, nullptr, {{"Idempotency-Key", "again"}});
    EXPECT_EQ(made.status, 201) << made.body;
    community.secrets.push_back(made.text("secret"));
    return made.text("secret");
  };
  const auto first = make();
  EXPECT_EQ(status_with(first), 200);
  const auto second = make();
  EXPECT_NE(second, first) << "no repeat gives a secret away";
  EXPECT_EQ(status_with(first), 401);
  EXPECT_EQ(status_with(second), 200);
  ASSERT_TRUE(community.run(community.organizations.ensure({.guild = community.demo.guild})));
  EXPECT_EQ(status_with(second), 200) << "a start without a configured secret keeps it";
}

TEST_F(Setup, following_is_chosen_over_the_api) {
  const auto path = base + "/match-voice/settings";
  const auto now = owner.get(path);
  const auto changed =
      owner.api("PATCH", path, {{"following", {{"games", {"cs2"}}}}}, {{"If-Match", now.header("ETag")}});
  ASSERT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json().at("following").at("games"), (json::array{"cs2"}));
  const auto wrong =
      owner.api("PATCH", path, {{"following", {{"games", 3}}}}, {{"If-Match", changed.header("ETag")}});
  EXPECT_EQ(wrong.status, 400);
  EXPECT_EQ(wrong.text("field"), "following");
}

}  // namespace
}  // namespace matchday::test
