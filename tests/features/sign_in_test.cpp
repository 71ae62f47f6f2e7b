// Signing in with Discord: who somebody is afterwards, what a session is worth, and every way in which
// somebody else might try to be them.
#include "browser.hpp"

namespace matchday::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct SignIn : testing::Test {
  Community community{{}};
  Browser browser{community};
  const UserId organizer = community.demo.organizer;
  const UserId astrid = community.demo.players[0].user;

  std::string who(Browser& asking) {
    const auto me = asking.get("/api/me").json();
    const auto user = Fields(me).object("user");
    return user.is_object() ? user.string_or("id", "") : "nobody";
  }
  std::vector<std::string> members() {
    std::vector<std::string> out;
    for (const auto& row :
         community.world.engine.session().run("select * from organization_members order by discord_id", {}))
      out.push_back(row.get<std::string>("role") + " " + row.get<std::string>("discord_id"));
    return out;
  }
};

TEST_F(SignIn, somebody_is_whom_discord_says_and_comes_back_to_where_they_were) {
  EXPECT_EQ(who(browser), "nobody");
  const auto back = browser.sign_in(astrid, "/o/nordlys/matches?all=1");
  EXPECT_EQ(back.status, 303);
  EXPECT_EQ(back.header("Location"), "/o/nordlys/matches?all=1");
  EXPECT_EQ(who(browser), astrid.text());
  EXPECT_THAT(members(), IsEmpty()) << "who manages no server of an organization belongs to none";
}

TEST_F(SignIn, the_cookie_is_for_this_site_over_https_and_for_no_script) {
  browser.sign_in(astrid);
  const auto away = browser.visit("GET", "/auth/login");
  const auto cookie = away.header("Set-Cookie");
  EXPECT_THAT(cookie,
              AllOf(StartsWith("__Host-matchday-sign-in="), HasSubstr("; Path=/;"), HasSubstr("; HttpOnly"),
                    HasSubstr("; SameSite=Lax"), HasSubstr("; Secure"), Not(HasSubstr("Domain"))));
  EXPECT_EQ(browser.session().size(), 43U);
  const auto stored = community.world.engine.session().run("select id_hash from sessions", {});
  EXPECT_NE(stored.front().get<std::string>("id_hash"), browser.session()) << "a digest alone is stored";
}

TEST_F(SignIn, who_owns_the_discord_server_owns_its_organization) {
  browser.sign_in(organizer);
  EXPECT_THAT(members(), testing::ElementsAre("owner " + organizer.text()));
  const auto list = browser.get("/api/organizations").json();
  const auto& first = list.at("items").at(0);
  EXPECT_EQ(Fields(first).string("role"), "owner");
  EXPECT_EQ(Fields(first).string("id"), community.organization.text());
}

TEST_F(SignIn, who_may_manage_the_server_is_an_admin_for_as_long_as_that_is_so) {
  const auto role = community.discord.world.add_role(
      community.demo.guild, {.name = "Staff", .permissions = sandbox::discord::permission::manage_guild});
  ASSERT_TRUE(community.discord.world.set_member_roles(community.demo.guild, astrid, {role}));
  browser.sign_in(astrid);
  EXPECT_THAT(members(), testing::ElementsAre("admin " + astrid.text()));
  ASSERT_TRUE(community.discord.world.set_member_roles(community.demo.guild, astrid, {}));
  browser.sign_in(astrid);
  EXPECT_THAT(members(), IsEmpty());
}

TEST_F(SignIn, a_state_works_once) {
  const auto away = browser.visit("GET", "/auth/login");
  const auto back = browser.choose(away.header("Location"), "as=" + astrid.text());
  const auto cookies = browser.cookies;
  EXPECT_EQ(browser.visit("GET", back).status, 303);
  browser.cookies = cookies;
  EXPECT_EQ(browser.visit("GET", back).status, 400);
  EXPECT_EQ(who(browser), "nobody");
}

TEST_F(SignIn, a_state_works_only_in_the_browser_that_began) {
  Browser attacker(community);
  const auto away = attacker.visit("GET", "/auth/login");
  const auto back = attacker.choose(away.header("Location"), "as=" + organizer.text());
  EXPECT_EQ(browser.visit("GET", back).status, 400) << "nobody is signed in as somebody else by a link";
  browser.visit("GET", "/auth/login");
  EXPECT_EQ(browser.visit("GET", back).status, 400) << "nor with a cookie of their own sign-in";
  EXPECT_EQ(who(browser), "nobody");
  EXPECT_EQ(attacker.visit("GET", back).status, 303) << "and the state is not used up by that";
}

TEST_F(SignIn, a_sign_in_is_over_after_ten_minutes) {
  const auto away = browser.visit("GET", "/auth/login");
  community.pass(10min);
  const auto page = browser.visit("GET", browser.choose(away.header("Location"), "as=" + astrid.text()));
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("Sign in again"));
}

TEST_F(SignIn, cancelling_on_discords_page_changes_nothing) {
  const auto away = browser.visit("GET", "/auth/login");
  const auto page = browser.visit("GET", browser.choose(away.header("Location"), "deny=1"));
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("You Were Not Signed In"));
  EXPECT_EQ(who(browser), "nobody");
}

TEST_F(SignIn, an_unknown_state_and_a_link_checker_change_nothing) {
  EXPECT_EQ(browser.visit("GET", "/auth/callback").status, 400);
  EXPECT_EQ(browser.visit("GET", "/auth/callback?state=abc&code=def").status, 400);
  const auto away = browser.visit("GET", "/auth/login");
  const auto back = browser.choose(away.header("Location"), "as=" + astrid.text());
  EXPECT_EQ(browser.visit("HEAD", back).status, 405);
  EXPECT_EQ(browser.visit("GET", back).status, 303);
}

TEST_F(SignIn, nobody_is_sent_to_another_site_afterwards) {
  for (const auto* elsewhere : {"https://evil.example/", "//evil.example/", "/\\evil.example",
                                "javascript:alert(1)", "/a\r\nb", ""}) {
    EXPECT_EQ(browser.sign_in(astrid, elsewhere).header("Location"), "/") << elsewhere;
  }
}

TEST_F(SignIn, a_session_known_before_is_worth_nothing_afterwards) {
  browser.sign_in(astrid);
  const auto planted = browser.session();
  browser.sign_in(organizer);
  EXPECT_NE(browser.session(), planted);
  Browser attacker(community);
  attacker.cookies["__Host-matchday-session"] = planted;
  EXPECT_EQ(who(attacker), "nobody");
  attacker.cookies["__Host-matchday-session"] = "made-up";
  EXPECT_EQ(who(attacker), "nobody");
}

TEST_F(SignIn, signing_out_ends_the_session_here_or_everywhere_else) {
  Browser phone(community);
  browser.sign_in(astrid);
  phone.sign_in(astrid);
  EXPECT_EQ(browser.get("/api/me/sessions").json().at("items").as_array().size(), 2U);
  const auto ended = browser.api("DELETE", "/api/me/sessions");
  EXPECT_EQ(ended.json().at("ended").as_int64(), 1);
  EXPECT_EQ(who(phone), "nobody");
  EXPECT_EQ(who(browser), astrid.text());
  EXPECT_EQ(browser.api("DELETE", "/api/session").status, 204);
  EXPECT_EQ(browser.session(), "");
  EXPECT_EQ(who(browser), "nobody");
}

TEST_F(SignIn, a_request_that_another_site_made_the_browser_send_is_refused) {
  browser.sign_in(astrid);
  const auto token = browser.csrf_token;
  const auto change = [&](net::Headers headers) {
    return browser.visit("DELETE", "/api/me/sessions", std::move(headers)).status;
  };
  EXPECT_EQ(change({}), 403);
  EXPECT_EQ(change({{"X-CSRF-Token", "guessed"}}), 403);
  EXPECT_EQ(change({{"X-CSRF-Token", token}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(change({{"X-CSRF-Token", token}, {"Sec-Fetch-Site", "same-site"}}), 403);
  EXPECT_EQ(change({{"X-CSRF-Token", token}, {"Sec-Fetch-Site", "same-origin"}}), 200);
  EXPECT_EQ(change({{"X-CSRF-Token", token}}), 200) << "a browser too old to say";
  Browser other(community);
  other.sign_in(organizer);
  EXPECT_EQ(change({{"X-CSRF-Token", other.csrf_token}}), 403) << "somebody else's";
}

TEST_F(SignIn, discord_that_does_not_answer_signs_nobody_in_and_says_so) {
  const auto away = browser.visit("GET", "/auth/login");
  const auto back = browser.choose(away.header("Location"), "as=" + astrid.text());
  community.http.faults.push_back(
      {.method = "POST", .path = "/oauth2/token", .what = Fault::What::status, .status = 503});
  const auto page = browser.visit("GET", back);
  EXPECT_EQ(page.status, 502);
  EXPECT_THAT(page.body, HasSubstr("Discord Did Not Sign You In"));
  EXPECT_EQ(who(browser), "nobody");
}

TEST_F(SignIn, a_flood_of_sign_ins_does_not_reach_discord) {
  const auto exchanges = [&] {
    return std::ranges::count_if(community.http.sent,
                                 [](const auto& request) { return request.url.ends_with("/oauth2/token"); });
  };
  int refused = 0;
  for (int i = 0; i < 200; ++i) {
    Browser one(community);
    one.address = fmt::format("203.0.113.{}", i % 50);
    const auto away = one.visit("GET", "/auth/login");
    const auto state = away.header("Location").substr(away.header("Location").find("state="));
    refused += one.visit("GET", "/auth/callback?code=junk&" + state).status != 400 ? 1 : 0;
  }
  EXPECT_LE(exchanges(), 40) << "ten at once, then one every other second";
  EXPECT_GT(refused, 150);
  community.pass(2min);
  browser.sign_in(astrid);
  EXPECT_EQ(who(browser), astrid.text()) << "and then it goes on";
}

TEST_F(SignIn, one_address_begins_no_more_sign_ins_than_a_person_needs) {
  int begun = 0;
  for (int i = 0; i < 100; ++i) begun += browser.visit("GET", "/auth/login").status == 303 ? 1 : 0;
  EXPECT_GE(begun, 20);
  EXPECT_LE(begun, 30);
  EXPECT_EQ(browser.visit("GET", "/auth/login").status, 429);
  EXPECT_EQ(browser.visit("HEAD", "/auth/login").status, 405);
  Browser elsewhere(community);
  elsewhere.address = "198.51.100.7";
  EXPECT_EQ(elsewhere.visit("GET", "/auth/login").status, 303);
}

TEST_F(SignIn, after_a_429_of_discords_nobody_asks_again_for_a_minute) {
  community.http.faults.push_back(
      {.method = "POST", .path = "/oauth2/token", .what = Fault::What::status, .status = 429});
  browser.sign_in(astrid);
  community.http.sent.clear();
  browser.sign_in(astrid);
  EXPECT_TRUE(std::ranges::none_of(
      community.http.sent, [](const auto& request) { return request.url.ends_with("/oauth2/token"); }));
  community.pass(1min);
  browser.sign_in(astrid);
  EXPECT_EQ(who(browser), astrid.text());
}

TEST_F(SignIn, what_a_browser_says_of_itself_is_told_as_plain_text) {
  const auto away = browser.visit("GET", "/auth/login");
  const auto back = browser.choose(away.header("Location"), "as=" + astrid.text());
  browser.visit("GET", back, {{"User-Agent", "\xff\xfe" + std::string(198, 'a') + "\xc3\xa4"}});
  const auto sessions = browser.get("/api/me/sessions").json();
  ASSERT_TRUE(sessions.is_object()) << "readable JSON";
  EXPECT_EQ(Fields(sessions.at("items").at(0)).string("agent"), std::string(198, 'a'));
}

// ---- Connecting a Discord server.

struct LinkServer : SignIn {
  const GuildId second = community.discord.world.add_guild("Second", organizer, 0);
  LinkServer() {
    EXPECT_TRUE(community.discord.world.kick_bot(second));
    browser.sign_in(organizer);
  }
  std::string invite_address(GuildId guild) const {
    return fmt::format("/auth/invite?organization={}&guild={}&return_to=/o/main/servers",
                       community.organization.text(), guild.text());
  }
  std::vector<std::string> servers() {
    std::vector<std::string> out;
    const auto list = browser.get("/api/organizations/" + community.organization.text() + "/servers").json();
    for (const auto& server : list.at("items").as_array()) out.push_back(Fields(server).string_or("id", ""));
    return out;
  }
};

TEST_F(LinkServer, the_bot_comes_in_with_what_it_needs_and_the_server_belongs_to_the_organization) {
  const auto away = browser.visit("GET", invite_address(second));
  const auto asked = net::parse_query(away.header("Location"));
  const auto back = browser.choose(away.header("Location"), "as=" + organizer.text());
  const auto done = browser.visit("GET", back);
  EXPECT_EQ(done.header("Location"), "/o/main/servers") << done.body;
  EXPECT_THAT(servers(), testing::ElementsAre(community.demo.guild.text(), second.text()));
  const auto* guild = community.discord.world.find_guild(second);
  EXPECT_TRUE(guild->has_bot);
  for (const auto& [name, value] : asked) {
    if (name == "permissions") EXPECT_EQ(value, std::to_string(match_voice::needed_permissions()));
  }
  const auto audit = browser.get("/api/organizations/" + community.organization.text() + "/audit").json();
  EXPECT_EQ(Fields(audit.at("items").at(0)).string("action"), "server.linked");
  EXPECT_EQ(*community.run(community.organizations.organization_of(second)), community.organization);
}

TEST_F(LinkServer, another_server_than_the_one_chosen_here_is_not_connected) {
  const auto away = browser.visit("GET", invite_address(second));
  // Somebody changes the address on its way to Discord.
  auto tampered = away.header("Location");
  const auto at = tampered.find(second.text());
  tampered.replace(at, second.text().size(), community.demo.guild.text());
  const auto page = browser.visit("GET", browser.choose(tampered, "as=" + organizer.text()));
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(servers(), testing::ElementsAre(community.demo.guild.text()));
}

TEST_F(LinkServer, a_guild_that_the_address_alone_names_is_not_believed) {
  const auto away = browser.visit("GET", "/auth/login");
  const auto back = browser.choose(away.header("Location"), "as=" + organizer.text());
  EXPECT_EQ(browser.visit("GET", back + "&guild_id=" + second.text()).status, 303);
  EXPECT_THAT(servers(), testing::ElementsAre(community.demo.guild.text()));
}

TEST_F(LinkServer, somebody_else_on_discord_than_here_connects_nothing) {
  const auto staff = community.discord.world.add_role(
      second, {.name = "Staff", .permissions = sandbox::discord::permission::manage_guild});
  community.discord.world.add_member(second, astrid, {staff});
  const auto away = browser.visit("GET", invite_address(second));
  const auto page = browser.visit("GET", browser.choose(away.header("Location"), "as=" + astrid.text()));
  EXPECT_EQ(page.status, 403);
  EXPECT_THAT(servers(), testing::ElementsAre(community.demo.guild.text()));
}

TEST_F(LinkServer, a_server_of_another_organization_stays_theirs) {
  const auto other =
      *community.run(community.organizations.ensure({.slug = "other", .name = "Other", .guild = second}));
  const auto away = browser.visit("GET", invite_address(second));
  const auto page = browser.visit("GET", browser.choose(away.header("Location"), "as=" + organizer.text()));
  EXPECT_EQ(page.status, 409);
  EXPECT_EQ(*community.run(community.organizations.organization_of(second)), other);
}

TEST_F(LinkServer, a_server_goes_only_when_no_room_is_in_it_and_the_configuration_does_not_name_it) {
  const auto remove = [&](GuildId guild) {
    return browser.api("DELETE",
                       "/api/organizations/" + community.organization.text() + "/servers/" + guild.text());
  };
  const auto configured = remove(community.demo.guild);
  EXPECT_EQ(configured.status, 409);
  EXPECT_THAT(configured.text("detail"), HasSubstr("configuration"));
  const auto away = browser.visit("GET", invite_address(second));
  browser.visit("GET", browser.choose(away.header("Location"), "as=" + organizer.text()));
  auto& sql = community.world.engine.session();
  sql.run(
      "insert into resources (id, organization_id, kind, purpose, subject, owner, generation, container, "
      "marker,"
      " state, wanted, wanted_version, applied_version, attempt, created_at_ms, updated_at_ms)"
      " values (1, :organization, 'discord_channel', 'x', 'x', 'x', 0, :guild, 'md', 'confirmed', '{}', 1, "
      "1, 1,"
      " 0, 0)",
      {{"organization", community.organization}, {"guild", second.text()}});
  EXPECT_THAT(remove(second).text("detail"), HasSubstr("Close the matches first"));
  sql.run("update resources set state = 'gone'", {});
  EXPECT_EQ(remove(second).status, 204);
  EXPECT_EQ(remove(second).status, 404);
}

TEST_F(LinkServer, only_who_manages_the_organization_gets_that_far) {
  Browser player(community);
  player.sign_in(astrid);
  EXPECT_EQ(player.visit("GET", invite_address(second)).status, 403);
  Browser nobody(community);
  EXPECT_EQ(nobody.visit("GET", invite_address(second)).status, 400);
}

}  // namespace
}  // namespace matchday::test
