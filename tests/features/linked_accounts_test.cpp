// Linked accounts at the dashboard: linking in a browser that is signed in, what another browser can do with
// such a login (nothing), unlinking, and what organizers see and may do. Linking from Discord is in
// verify_test.cpp, what a proof does to claims in proof_test.cpp.
#include "browser.hpp"
#include "features/organizations/roles.hpp"

namespace matchday::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

struct LinkedAccounts : testing::Test {
  explicit LinkedAccounts(CommunityOptions options = {.faceit_login = true}) : community(std::move(options)) {
    community.faceit.oauth().application().redirect_uri = "https://matchday.test/faceit/callback";
    browser.sign_in(astrid.user);
  }

  ~LinkedAccounts() override {
    for (const auto& request : community.http.sent) {
      for (const auto& [name, value] : net::parse_query(request.body)) {
        if (name == "code_verifier") community.secrets.push_back(value);
      }
    }
  }

  // ---- A browser on its way.

  Visit ask_to_link(Browser& who) { return who.api("POST", "/api/me/accounts/faceit/link"); }
  std::string begin(Browser& who) {
    const auto answer = ask_to_link(who);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.text("url");
  }
  // FACEIT's page: somebody logs in there; the path and query that it sends their browser back to.
  std::string log_in(const std::string& address, const std::string& nickname) {
    auto answer = community.faceit.handle_oauth(
        {.method = "GET",
         .path = "/accounts",
         .query = address.substr(address.find('?') + 1) + "&auto=" + net::encode_component(nickname)},
        community.world.clock.now());
    EXPECT_EQ(answer.status, 302) << answer.body;
    const std::string location(answer.headers.get("Location").value_or(""));
    for (const auto& name : {"code", "state"}) community.secrets.push_back(value_in(location, name));
    return location.substr(std::string("https://matchday.test").size());
  }
  static std::string value_in(const std::string& url, std::string_view name) {
    for (const auto& [key, value] : net::parse_query(url.substr(url.find('?') + 1))) {
      if (key == name) return value;
    }
    return "";
  }
  static std::string token_in(const Visit& page) {
    constexpr std::string_view before = "name=\"token\" value=\"";
    const auto at = page.body.find(before);
    if (at == std::string::npos) return "";
    return page.body.substr(at + before.size(), page.body.find('"', at + before.size()) - at - before.size());
  }
  Visit press(Browser& who, const Visit& page) {
    return who.visit("POST", "/faceit/confirm", {{"Sec-Fetch-Site", "same-origin"}},
                     "token=" + token_in(page));
  }
  Visit link(Browser& who, const std::string& nickname) {
    return press(who, who.visit("GET", log_in(begin(who), nickname)));
  }

  // ---- What came of it.

  json::object faceit(Browser& who) {
    return who.get("/api/me/accounts").json().at("items").at(0).as_object();
  }
  // "Kestrel proved", in order.
  std::vector<std::string> links(Browser& who) {
    std::vector<std::string> out;
    for (const auto& link : faceit(who).at("links").as_array())
      out.push_back(Fields(link).string_or("name", "") +
                    (link.at("proved").as_bool() ? " proved" : " claimed"));
    return out;
  }
  std::int64_t stored_links() { return community.count("player_links"); }
  std::vector<std::string> audited(std::string_view action) {
    std::vector<std::string> out;
    for (const auto& row : community.world.engine.session().run(
             "select * from audit_log where action = :action order by id", {{"action", action}})) {
      out.push_back(row.get<std::string>("subject") + " by " + row.get<std::string>("actor_name") + " via " +
                    row.get<std::string>("via"));
    }
    return out;
  }
  void claim(OrganizationId organization, UserId user, const sandbox::DemoPlayer& player) {
    community.world.engine.session().run(
        "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method,"
        " linked_at_ms) values (:organization, :user, :faceit, :nickname, 'nickname', 0)",
        {{"organization", organization},
         {"user", user},
         {"faceit", player.player_id},
         {"nickname", player.nickname}});
  }
  void make_member(OrganizationId organization, UserId user, organizations::Role role) {
    community.world.engine.session().run(
        "insert into organization_members (organization_id, discord_id, name, role, source, joined_at_ms)"
        " values (:organization, :user, 'Somebody', :role, 'invite', 0)",
        {{"organization", organization}, {"user", user}, {"role", std::string(name(role))}});
  }
  OrganizationId another_organization() {
    return *community.run(
        community.organizations.ensure({.slug = "other", .name = "Other", .guild = GuildId{77}}));
  }

  Community community;
  const sandbox::DemoPlayer& astrid = community.demo.players[0];  // Kestrel
  const sandbox::DemoPlayer& jonas = community.demo.players[1];   // oakfist
  Browser browser{community};
};

TEST_F(LinkedAccounts, a_person_links_at_the_dashboard_is_asked_and_comes_back_to_their_account) {
  EXPECT_EQ(faceit(browser).at("name"), "FACEIT");
  EXPECT_TRUE(faceit(browser).at("linkable").as_bool());
  const auto page = browser.visit("GET", log_in(begin(browser), "Kestrel"));
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body,
              HasSubstr("<h1>Link FACEIT <strong><bdi>Kestrel</bdi></strong> to Discord <strong>"));
  EXPECT_EQ(stored_links(), 0) << "nothing before the button";
  const auto done = press(browser, page);
  EXPECT_EQ(done.status, 303);
  EXPECT_EQ(done.header("Location"), "../account");
  EXPECT_FALSE(browser.cookies.contains("__Host-matchday-link-faceit")) << "it has served its purpose";
  EXPECT_THAT(links(browser), ElementsAre("Kestrel proved"));
  EXPECT_TRUE(faceit(browser).at("links").at(0).at("organization").is_null()) << "everywhere";
  EXPECT_THAT(audited("account.linked"), ElementsAre(HasSubstr(astrid.user.text() + " by ")));
  EXPECT_THAT(audited("account.linked"), ElementsAre(HasSubstr("via session")));
}

TEST_F(LinkedAccounts, the_address_is_known_to_nobody_but_this_browser_and_not_for_long) {
  const auto answer = ask_to_link(browser);
  EXPECT_THAT(answer.text("url"), StartsWith("http://faceit.test/accounts?client_id="));
  EXPECT_THAT(answer.header("Set-Cookie"),
              testing::AllOf(StartsWith("__Host-matchday-link-faceit="), HasSubstr("; HttpOnly"),
                             HasSubstr("; SameSite=Lax"), HasSubstr("; Secure")));
  const auto stored = community.world.engine.session().run("select * from oauth_states", {});
  EXPECT_NE(stored.front().get<std::string>("browser_hash"), browser.cookies["__Host-matchday-link-faceit"])
      << "a digest alone";
  const auto back = log_in(answer.text("url"), "Kestrel");
  community.pass(10min);
  EXPECT_THAT(browser.visit("GET", back).body, HasSubstr("Invalid or Expired Link"));

  const auto again = log_in(begin(browser), "Kestrel");
  const auto page = browser.visit("GET", again);
  EXPECT_THAT(browser.visit("GET", again).body, HasSubstr("Invalid or Expired Link")) << "once";
  EXPECT_EQ(press(browser, page).status, 303);
  EXPECT_EQ(press(browser, page).status, 400) << "once";
}

TEST_F(LinkedAccounts, who_cancels_at_FACEIT_is_led_back_to_their_account) {
  const auto address = begin(browser);
  const auto page =
      browser.visit("GET", "/faceit/callback?error=access_denied&state=" + value_in(address, "state"));
  EXPECT_THAT(page.body, HasSubstr("Nothing Was Linked"));
  EXPECT_THAT(page.body, HasSubstr("href=\"../account\""));
}

// ---- Two browsers: a login ends only where it was begun.

struct TwoBrowsers : LinkedAccounts {
  Browser attacker{community};
  TwoBrowsers() { attacker.sign_in(jonas.user); }
  void expect_nothing(const Visit& page) {
    EXPECT_EQ(page.status, 400);
    EXPECT_THAT(page.body, HasSubstr("This Link Is Not Yours"));
    EXPECT_EQ(token_in(page), "");
    EXPECT_EQ(stored_links(), 0);
  }
};

TEST_F(TwoBrowsers, an_attackers_finished_login_opened_by_the_victim_links_nothing) {
  const auto back = log_in(begin(attacker), "oakfist");
  expect_nothing(browser.visit("GET", back));
  begin(browser);
  expect_nothing(browser.visit("GET", back));
  EXPECT_EQ(community.count("link_confirmations"), 0);
  EXPECT_EQ(attacker.visit("GET", back).status, 200) << "and it is not used up by that";
}

TEST_F(TwoBrowsers, a_victim_who_logs_in_at_an_attackers_address_gives_them_nothing) {
  const auto back = log_in(begin(attacker), "Kestrel");  // Astrid logs in where Jonas sent her
  expect_nothing(browser.visit("GET", back));
  Browser signed_out(community);
  expect_nothing(signed_out.visit("GET", back));
}

TEST_F(TwoBrowsers, an_attacker_who_ends_the_victims_login_gets_and_gives_nothing) {
  const auto address = begin(browser);
  expect_nothing(attacker.visit("GET", log_in(address, "oakfist")));
  begin(attacker);
  expect_nothing(attacker.visit("GET", log_in(address, "oakfist")));
  EXPECT_EQ(press(browser, browser.visit("GET", log_in(address, "Kestrel"))).status, 303)
      << "the victim's own way is still open";
  EXPECT_THAT(links(browser), ElementsAre("Kestrel proved"));
}

TEST_F(TwoBrowsers, a_code_of_the_attackers_login_is_worth_nothing_in_the_victims) {
  const auto attackers = log_in(begin(attacker), "oakfist");
  const auto victims = begin(browser);
  const auto page = browser.visit(
      "GET", "/faceit/callback?code=" + value_in(attackers, "code") + "&state=" + value_in(victims, "state"));
  EXPECT_EQ(page.status, 400) << "the code belongs to another verifier";
  EXPECT_EQ(token_in(page), "");
  EXPECT_EQ(stored_links(), 0);
}

TEST_F(TwoBrowsers, the_question_is_answered_only_where_it_was_asked) {
  const auto page = browser.visit("GET", log_in(begin(browser), "Kestrel"));
  expect_nothing(press(attacker, page));
  begin(attacker);
  expect_nothing(press(attacker, page));
  Browser signed_out(community);
  expect_nothing(press(signed_out, page));
  EXPECT_EQ(press(browser, page).status, 303);
}

TEST_F(TwoBrowsers, somebody_else_who_signs_in_at_the_same_browser_ends_nothing) {
  const auto back = log_in(begin(browser), "Kestrel");
  browser.sign_in(jonas.user);
  expect_nothing(browser.visit("GET", back));
  browser.sign_in(astrid.user);
  const auto page = browser.visit("GET", back);
  EXPECT_EQ(page.status, 200) << "the same person may have signed in anew";
  browser.api("DELETE", "/api/session");
  expect_nothing(press(browser, page));
  browser.sign_in(jonas.user);
  expect_nothing(press(browser, page));
}

TEST_F(TwoBrowsers, a_cookie_that_was_copied_is_worth_nothing_without_the_session) {
  const auto back = log_in(begin(browser), "oakfist");
  attacker.cookies["__Host-matchday-link-faceit"] = browser.cookies["__Host-matchday-link-faceit"];
  expect_nothing(attacker.visit("GET", back));
}

TEST_F(TwoBrowsers, a_login_begun_in_Discord_still_ends_in_any_browser_and_asks) {
  const auto view = community.ask(jonas.user, "verify");
  const std::string address(view.message.at("components").at(0).at("components").at(0).at("url").as_string());
  Browser anywhere(community);
  const auto page = anywhere.visit("GET", log_in(address, "oakfist"));
  EXPECT_EQ(page.status, 200);
  const auto done = press(anywhere, page);
  EXPECT_EQ(done.status, 200);
  EXPECT_THAT(done.body, HasSubstr("go back to Discord"));
  EXPECT_THAT(links(attacker), ElementsAre("oakfist proved"));
  EXPECT_THAT(audited("account.linked"), ElementsAre(HasSubstr("via discord")));
}

// ---- Conflicts, linking another one, unlinking.

TEST_F(LinkedAccounts, an_account_of_another_Discord_user_is_a_conflict) {
  Browser other(community);
  other.sign_in(jonas.user);
  EXPECT_EQ(link(other, "Kestrel").status, 303);
  const auto page = browser.visit("GET", log_in(begin(browser), "Kestrel"));
  EXPECT_EQ(page.status, 409);
  EXPECT_THAT(page.body, HasSubstr("is already verified by another Discord account. Nothing was changed."));
  EXPECT_THAT(page.body, HasSubstr("sign in with it and unlink the account there"));
  EXPECT_THAT(page.body, Not(HasSubstr(jonas.user.text())));
  EXPECT_THAT(links(browser), IsEmpty());
}

TEST_F(LinkedAccounts, another_account_is_linked_once_the_first_is_unlinked) {
  const auto early = begin(browser);
  EXPECT_EQ(press(browser, browser.visit("GET", log_in(early, "Kestrel"))).status, 303);
  const auto refused = ask_to_link(browser);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.text("detail"),
            "You are linked as Kestrel already. Unlink it first to link another FACEIT account.");
  EXPECT_EQ(browser.api("DELETE", "/api/me/accounts/faceit").status, 204);
  EXPECT_THAT(links(browser), IsEmpty());
  EXPECT_EQ(link(browser, "oakfist").status, 303);
  EXPECT_THAT(links(browser), ElementsAre("oakfist proved"));
}

TEST_F(LinkedAccounts, who_was_linked_meanwhile_is_told_on_the_page) {
  const auto back = log_in(begin(browser), "oakfist");
  community.world.engine.session().run(
      "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method,"
      " linked_at_ms) values (0, :user, :faceit, 'Kestrel', 'oauth', 0)",
      {{"user", astrid.user}, {"faceit", astrid.player_id}});
  const auto page = browser.visit("GET", back);
  EXPECT_EQ(page.status, 409);
  EXPECT_THAT(page.body, HasSubstr("already verified as <strong><bdi>Kestrel</bdi></strong>"));
  EXPECT_THAT(page.body, HasSubstr("Unlink it on your account page first"));
  EXPECT_THAT(page.body, HasSubstr("href=\"../account\""));
}

TEST_F(LinkedAccounts, unlinking_names_what_is_unlinked_and_others_hear_of_it) {
  const auto other = another_organization();
  claim(other, astrid.user, astrid);
  const auto nothing = browser.api("DELETE", "/api/me/accounts/faceit");
  EXPECT_EQ(nothing.status, 404);
  EXPECT_THAT(nothing.text("detail"), HasSubstr("A claim by name is removed with ?organization=."));
  EXPECT_EQ(browser.api("DELETE", "/api/me/accounts/faceit?organization=" + community.organization.text())
                .text("detail"),
            "You have no claim on a FACEIT account in that organization.");
  EXPECT_EQ(browser.api("DELETE", "/api/me/accounts/faceit?organization=x").text("field"), "organization");
  EXPECT_THAT(links(browser), ElementsAre("Kestrel claimed"));
  EXPECT_EQ(browser.api("DELETE", "/api/me/accounts/faceit?organization=" + other.text()).status, 204);
  community.pass(2s);
  EXPECT_THAT(community.heard_faceit, ElementsAre(other.text() + " " + astrid.player_id));
  EXPECT_THAT(links(browser), IsEmpty());
  EXPECT_EQ(audited("account.unlinked").size(), 1U);

  link(browser, "Kestrel");
  community.pass(2s);
  community.heard_faceit.clear();
  EXPECT_EQ(browser.api("DELETE", "/api/me/accounts/faceit").status, 204);
  community.pass(2s);
  EXPECT_EQ(community.heard_faceit.size(), 2U) << "it counted in both organizations";
  EXPECT_EQ(browser.api("DELETE", "/api/me/accounts/nowhere").status, 404);
}

TEST_F(LinkedAccounts, who_lost_a_claim_to_a_proof_reads_so) {
  Browser other(community);
  other.sign_in(jonas.user);
  claim(community.organization, jonas.user, astrid);
  link(browser, "Kestrel");
  const auto lost = faceit(other).at("lost").as_array();
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost.at(0).at("name"), "Kestrel");
  EXPECT_EQ(lost.at(0).at("organization"), json::value(community.organization.text()));
}

TEST_F(LinkedAccounts, an_API_token_does_none_of_this) {
  const auto token =
      browser.api("POST", "/api/me/tokens", {{"name", "t"}, {"scopes", json::array{"organization.read"}}})
          .text("token");
  community.secrets.push_back(token);
  Browser script(community);
  const net::Headers headers{{"Authorization", "Bearer " + token}};
  EXPECT_EQ(script.visit("POST", "/api/me/accounts/faceit/link", headers).status, 403);
  EXPECT_EQ(script.visit("DELETE", "/api/me/accounts/faceit", headers).status, 403);
}

struct WithoutLogin : LinkedAccounts {
  WithoutLogin() : LinkedAccounts(CommunityOptions{}) {}
};

TEST_F(WithoutLogin, links_are_shown_and_can_be_unlinked_but_not_made) {
  claim(community.organization, astrid.user, astrid);
  EXPECT_FALSE(faceit(browser).at("linkable").as_bool());
  const auto refused = ask_to_link(browser);
  EXPECT_EQ(refused.status, 409);
  EXPECT_THAT(refused.text("detail"), HasSubstr("Nobody can log in at FACEIT on this server"));
  EXPECT_EQ(
      browser.api("DELETE", "/api/me/accounts/faceit?organization=" + community.organization.text()).status,
      204);
}

// ---- What organizers see.

struct Players : LinkedAccounts {
  using Role = organizations::Role;
  Browser owner{community};
  const std::string path = "/api/organizations/" + community.organization.text() + "/players";
  Players() { owner.sign_in(community.demo.organizer); }
  void prove(UserId user, const sandbox::DemoPlayer& player) {
    community.world.engine.session().run(
        "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method,"
        " linked_at_ms) values (0, :user, :faceit, :nickname, 'oauth', 0)",
        {{"user", user}, {"faceit", player.player_id}, {"nickname", player.nickname}});
  }
  Visit remove(Browser& who, UserId user) {
    return who.api("DELETE", path + "/" + user.text() + "/accounts/faceit");
  }
  std::vector<std::string> listed(Browser& who, const std::string& query = "") {
    std::vector<std::string> out;
    const auto page = who.get(path + query).json();
    for (const auto& player : page.at("items").as_array()) {
      const auto& account = player.at("accounts").at(0);
      out.push_back(Fields(player).string_or("discord_id", "") + " " + Fields(account).string_or("name", "") +
                    (account.at("proved").as_bool() ? " proved" : " claimed"));
    }
    return out;
  }
};

TEST_F(Players, are_those_with_a_claim_here_and_members_with_a_proof) {
  const auto other = another_organization();
  const auto& mika = community.demo.players[2];
  const auto& somebody = community.demo.players[3];
  claim(community.organization, jonas.user, jonas);
  prove(astrid.user, astrid);
  make_member(community.organization, astrid.user, Role::member);
  prove(mika.user, mika);
  make_member(other, mika.user, Role::member);
  claim(other, somebody.user, somebody);
  EXPECT_THAT(listed(owner), testing::UnorderedElementsAre(jonas.user.text() + " oakfist claimed",
                                                           astrid.user.text() + " Kestrel proved"));
  std::map<std::string, json::value> names;
  const auto page = owner.get(path).json();
  for (const auto& player : page.at("items").as_array())
    names[Fields(player).string_or("discord_id", "")] = player.at("name");
  EXPECT_TRUE(names[jonas.user.text()].is_null()) << "who never signed in here";
  EXPECT_TRUE(names[astrid.user.text()].is_string());
}

TEST_F(Players, come_in_pages) {
  for (std::size_t i = 0; i < 10; ++i) {
    const auto& player = community.demo.players[i];
    if (i % 2 == 0) {
      claim(community.organization, player.user, player);
    } else {
      prove(player.user, player);
      make_member(community.organization, player.user, Role::member);
    }
  }
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const auto page = owner.get(path + "?limit=3" + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
    for (const auto& player : page.at("items").as_array())
      EXPECT_TRUE(seen.insert(Fields(player).string_or("discord_id", "")).second);
    cursor = Fields(page).string_or("next_cursor", "");
    ++pages;
  } while (!cursor.empty() && pages < 9);
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(pages, 4);
  EXPECT_EQ(owner.get(path + "?cursor=x").status, 400);
}

TEST_F(Players, lose_a_claim_by_an_admin_and_the_audit_log_says_so) {
  claim(community.organization, jonas.user, jonas);
  EXPECT_EQ(remove(owner, jonas.user).status, 204);
  EXPECT_THAT(listed(owner), IsEmpty());
  community.pass(2s);
  EXPECT_THAT(community.heard_faceit, Contains(community.organization.text() + " " + jonas.player_id));
  const auto audit = owner.get("/api/organizations/" + community.organization.text() + "/audit").json();
  const auto& line = audit.at("items").at(0);
  EXPECT_EQ(line.at("action"), "player.unlinked");
  EXPECT_EQ(line.at("subject"), json::value(jonas.user.text()));
  EXPECT_EQ(line.at("before").at("name"), "oakfist");
  EXPECT_EQ(remove(owner, jonas.user).status, 404);
}

TEST_F(Players, keep_a_proof_which_is_their_own) {
  prove(astrid.user, astrid);
  EXPECT_EQ(remove(owner, astrid.user).status, 404) << "whose proof is no business of this organization";
  make_member(community.organization, astrid.user, Role::member);
  const auto refused = remove(owner, astrid.user);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.text("detail"),
            "They proved that this FACEIT account is theirs by logging in there: only they can unlink it.");
  EXPECT_THAT(links(browser), ElementsAre("Kestrel proved"));
}

TEST_F(Players, are_seen_by_moderators_and_changed_by_admins) {
  claim(community.organization, jonas.user, jonas);
  make_member(community.organization, astrid.user, Role::moderator);
  EXPECT_EQ(listed(browser).size(), 1U);
  EXPECT_EQ(remove(browser, jonas.user).status, 403);
}

}  // namespace
}  // namespace matchday::test
