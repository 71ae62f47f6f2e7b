// Linking a FACEIT account by logging in there: /verify, FACEIT's page, the page that asks, its button; and
// everything that must not link. What a proof does to claims is in proof_test.cpp.
#include "login_visitor.hpp"

namespace matchday::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

using Verify = Visitor;

constexpr auto expired_title = "<h1>Invalid or Expired Link</h1>";

TEST_F(Verify, verify_gives_a_private_reply_with_a_button_in_the_originals_words) {
  const auto definitions = community.commands.definitions();
  const auto found = std::ranges::find(definitions, "verify", &discord::CommandDefinition::name);
  ASSERT_NE(found, definitions.end());
  EXPECT_EQ(found->description, "Verify your FaceIT account using OAuth2");

  const auto view = say(astrid.user, "verify");
  EXPECT_TRUE(view.ephemeral);
  EXPECT_THAT(view.text, HasSubstr("⚠️ This link will expire in 10 minutes."));
  const auto& button = view.message.at("components").at(0).at("components").at(0);
  EXPECT_EQ(button.at("label"), "Verify with FaceIT");
  const auto url = address_in(view);
  EXPECT_LE(url.size(), 512U) << "Discord's limit";
  EXPECT_THAT(url, StartsWith("http://faceit.test/accounts?client_id="));
  EXPECT_EQ(value_in(url, "redirect_uri"), "https://matchday.test/faceit/callback");
  EXPECT_EQ(value_in(url, "scope"), "openid profile");
  EXPECT_EQ(value_in(url, "code_challenge_method"), "S256");
  EXPECT_EQ(value_in(url, "state").size(), 43U);
}

TEST_F(Verify, a_login_and_the_button_link_the_account) {
  const auto page = come_back(verify(astrid.user), "Kestrel");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(links(), IsEmpty()) << "nothing before the button";
  const auto done = press(page);
  EXPECT_EQ(done.status, 200);
  EXPECT_THAT(done.body, HasSubstr("You are verified as <strong><bdi>Kestrel</bdi></strong>"));
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
}

TEST_F(Verify, the_page_asks_with_both_names_of_which_the_Discord_one_is_unique) {
  ASSERT_TRUE(community.discord.world.find_guild(community.demo.guild));
  const auto page = come_back(verify(astrid.user), "Kestrel");
  EXPECT_THAT(page.body, HasSubstr("<h1>Link FACEIT <strong><bdi>Kestrel</bdi></strong> to Discord "
                                   "<strong><bdi>astrid</bdi></strong>?</h1>"));
  EXPECT_THAT(page.body, HasSubstr("<title>Link FACEIT Kestrel to Discord astrid? · Matchday</title>"));
}

TEST_F(Verify, who_was_sent_somebody_elses_link_links_nothing_by_closing_the_page) {
  const auto page = come_back(verify(jonas.user), "Kestrel");  // Jonas's link, opened by Astrid
  EXPECT_THAT(page.body, HasSubstr("to Discord <strong><bdi>jonas</bdi></strong>?"));
  community.pass(6min);
  EXPECT_EQ(press(page).status, 400);
  EXPECT_THAT(links(), IsEmpty());
}

TEST_F(Verify, every_page_is_kept_from_caches_frames_scripts_and_referrers) {
  const auto page = come_back(verify(astrid.user), "Kestrel");
  for (const auto& one : {page, press(page), visit("GET", "/faceit/callback")}) {
    EXPECT_EQ(one.headers.get("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(one.headers.get("Cache-Control"), "no-store");
    EXPECT_EQ(one.headers.get("Referrer-Policy"), "no-referrer");
    const std::string policy(one.headers.get("Content-Security-Policy").value_or(""));
    EXPECT_THAT(policy, HasSubstr("default-src 'none'"));
    EXPECT_THAT(policy, HasSubstr("frame-ancestors 'none'"));
    EXPECT_THAT(policy, Not(HasSubstr("unsafe")));
    EXPECT_THAT(one.body, HasSubstr("href=\"../assets/pages.css\""));
    EXPECT_THAT(one.body, Not(HasSubstr("<script")));
    EXPECT_THAT(one.body, Not(HasSubstr("style=")));
  }
  const auto sheet = visit("GET", "/assets/pages.css");
  EXPECT_EQ(sheet.headers.get("Content-Type"), "text/css; charset=utf-8");
  EXPECT_THAT(sheet.body, HasSubstr("prefers-color-scheme: dark"));
}

// ---- The way back from FACEIT.

TEST_F(Verify, who_cancels_at_FACEIT_is_told_so_and_the_link_is_used_up) {
  const auto address = verify(astrid.user);
  const auto page = visit("GET", choose(address, "deny=1"));
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("<bdi>The user denied the request.</bdi>"));
  EXPECT_THAT(come_back(address, "Kestrel").body, HasSubstr(expired_title));
}

TEST_F(Verify, an_error_without_a_description_is_shown_by_its_code) {
  const auto state = value_in(verify(astrid.user), "state");
  EXPECT_THAT(visit("GET", "/faceit/callback?error=access_denied&state=" + state).body,
              HasSubstr("<bdi>access_denied</bdi>"));
}

TEST_F(Verify, what_an_address_says_in_FACEITs_name_is_escaped_and_shown_only_to_whom_we_sent_there) {
  const std::string evil = "&error=x&error_description=" +
                           net::encode_component("<script>alert(1)</script>\"'>&\xE2\x80\xAE call 555");
  const auto forged = visit("GET", "/faceit/callback?state=" + std::string(43, 'A') + evil);
  EXPECT_EQ(forged.status, 400);
  EXPECT_THAT(forged.body, Not(HasSubstr("555")));
  const auto page = visit("GET", "/faceit/callback?state=" + value_in(verify(astrid.user), "state") + evil);
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr("<bdi>&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&gt;&amp;"));
  EXPECT_THAT(page.body, Not(HasSubstr("<script")));
}

TEST_F(Verify, an_endless_error_is_cut) {
  const auto page = visit("GET", "/faceit/callback?error=" + std::string(5000, 'x') +
                                     "&state=" + value_in(verify(astrid.user), "state"));
  EXPECT_LT(page.body.size(), 2000U);
}

TEST_F(Verify, an_address_without_its_parts_is_an_invalid_request) {
  const auto state = value_in(verify(astrid.user), "state");
  for (const auto* query : {"", "?code=abc", "?state=", "?code=&state="}) {
    const auto page = visit("GET", std::string("/faceit/callback") + query);
    EXPECT_EQ(page.status, 400) << query;
    EXPECT_THAT(page.body, HasSubstr("<h1>Invalid Request</h1>")) << query;
  }
  EXPECT_THAT(visit("GET", "/faceit/callback?state=" + state).body, HasSubstr("Invalid Request"))
      << "neither a code nor an error";
}

TEST_F(Verify, a_state_that_is_wrong_used_replaced_or_too_old_asks_FACEIT_nothing) {
  const auto first = verify(astrid.user);
  EXPECT_THAT(visit("GET", "/faceit/callback?code=c&state=short").body, HasSubstr(expired_title));
  EXPECT_THAT(visit("GET", "/faceit/callback?code=c&state=" + std::string(43, 'B')).body,
              HasSubstr(expired_title));
  const auto second = verify(astrid.user);
  EXPECT_THAT(come_back(first, "Kestrel").body, HasSubstr(expired_title)) << "replaced";
  community.pass(10min);
  const auto late = come_back(second, "Kestrel");
  EXPECT_EQ(late.status, 400);
  EXPECT_THAT(late.body, HasSubstr(expired_title)) << "too old";
  EXPECT_EQ(sent_to("/oauth/token"), 0U);

  const auto third = verify(astrid.user);
  EXPECT_EQ(come_back(third, "Kestrel").status, 200);
  EXPECT_THAT(come_back(third, "Kestrel").body, HasSubstr(expired_title)) << "used";
  EXPECT_EQ(sent_to("/oauth/token"), 1U);
}

TEST_F(Verify, a_state_works_until_the_last_moment) {
  const auto address = verify(astrid.user);
  community.pass(9min + 55s);
  EXPECT_EQ(come_back(address, "Kestrel").status, 200);
}

TEST_F(Verify, links_of_two_people_do_not_disturb_each_other) {
  const auto astrids = verify(astrid.user);
  const auto jonases = verify(jonas.user);
  EXPECT_EQ(press(come_back(astrids, "Kestrel")).status, 200);
  EXPECT_EQ(press(come_back(jonases, "oakfist")).status, 200);
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel"), proof_of(jonas, "oakfist")));
}

TEST_F(Verify, a_code_that_was_used_elsewhere_is_an_expired_link) {
  const auto first = choose(verify(astrid.user), "auto=Kestrel");
  EXPECT_EQ(visit("GET", first).status, 200);
  const auto again =
      "/faceit/callback?code=" + value_in(first, "code") + "&state=" + value_in(verify(astrid.user), "state");
  const auto page = visit("GET", again);
  EXPECT_EQ(page.status, 400);
  EXPECT_THAT(page.body, HasSubstr(expired_title));
}

TEST_F(Verify, a_link_checker_that_only_looks_does_not_use_the_state_up) {
  const auto back = choose(verify(astrid.user), "auto=Kestrel");
  const auto looked = visit("HEAD", back);
  EXPECT_EQ(looked.status, 405);
  EXPECT_EQ(looked.headers.get("Allow"), "GET");
  EXPECT_EQ(visit("GET", back).status, 200);
}

TEST_F(Verify, when_FACEIT_fails_the_page_says_so_and_the_link_is_used_up_all_the_same) {
  struct Case {
    const char* what;
    Fault fault;
    std::size_t exchanges;
  };
  const std::vector<Case> cases{
      {"broken", {"POST", "/oauth/token", Fault::What::status, 500}, 1},
      {"too many requests", {"POST", "/oauth/token", Fault::What::status, 429}, 1},
      {"nonsense", {"POST", "/oauth/token", Fault::What::status, 200}, 1},
      {"answer lost", {"POST", "/oauth/token", Fault::What::answer_lost}, 1},
      {"unreachable", {"POST", "/oauth/token", Fault::What::never_sent}, 1},
      {"profile broken", {"GET", "/resources/userinfo", Fault::What::status, 500}, 1},
      {"profile unreadable", {"GET", "/resources/userinfo", Fault::What::status, 200}, 1},
  };
  for (const auto& c : cases) {
    const auto address = verify(astrid.user);
    const auto before = sent_to("/oauth/token");
    community.http.faults.assign(3, c.fault);
    const auto page = come_back(address, "Kestrel");
    community.http.faults.clear();
    EXPECT_EQ(page.status, 502) << c.what;
    EXPECT_THAT(page.body, HasSubstr("FACEIT could not say who you are. Nothing was linked.")) << c.what;
    EXPECT_EQ(sent_to("/oauth/token") - before, c.exchanges) << c.what;
    EXPECT_THAT(come_back(address, "Kestrel").body, HasSubstr(expired_title)) << c.what;
  }
  EXPECT_THAT(links(), IsEmpty());
}

TEST_F(Verify, a_hiccup_of_the_profile_is_not_even_noticed) {
  community.http.faults.push_back({"GET", "/resources/userinfo", Fault::What::status, 503});
  EXPECT_EQ(prove(astrid).status, 200);
}

TEST_F(Verify, a_wrong_client_secret_is_the_operators_business) {
  community.faceit.oauth().application().client_secret = "rotated";
  const auto page = come_back(verify(astrid.user), "Kestrel");
  EXPECT_EQ(page.status, 502);
  EXPECT_THAT(page.body, HasSubstr("its operator has to check the FACEIT client id and secret"));
  EXPECT_TRUE(
      std::ranges::any_of(community.lines, [](const auto& line) { return line.contains("invalid_client"); }));
}

TEST_F(Verify, a_nickname_cannot_be_markup) {
  community.faceit.add_player({.player_id = "evil-1", .nickname = "<img src=x onerror=alert(1)>&\"'"});
  const auto page = come_back(verify(astrid.user), "<img src=x onerror=alert(1)>&\"'");
  constexpr auto escaped = "<bdi>&lt;img src=x onerror=alert(1)&gt;&amp;&quot;&#39;</bdi>";
  EXPECT_THAT(page.body, HasSubstr(escaped));
  EXPECT_THAT(page.body, Not(HasSubstr("<img")));
  const auto done = press(page);
  EXPECT_THAT(done.body, HasSubstr(escaped));
  EXPECT_THAT(done.body, Not(HasSubstr("<img")));
}

TEST_F(Verify, when_our_disk_fails_the_page_asks_for_patience) {
  const auto back = choose(verify(astrid.user), "auto=Kestrel");
  community.engine.writes_fail = true;
  EXPECT_EQ(visit("GET", back).status, 503);
  community.engine.writes_fail = false;
  const auto page = visit("GET", back);
  EXPECT_EQ(page.status, 200) << "nothing was used up";
  community.engine.writes_fail = true;
  EXPECT_EQ(press(page).status, 503);
  community.engine.writes_fail = false;
  EXPECT_EQ(press(page).status, 200);
}

// ---- The button.

TEST_F(Verify, the_button_works_once_and_for_five_minutes) {
  const auto page = come_back(verify(astrid.user), "Kestrel");
  EXPECT_EQ(press(page).status, 200);
  EXPECT_THAT(press(page).body, HasSubstr(expired_title));

  const auto late = come_back(verify(jonas.user), "oakfist");
  community.pass(5min);
  const auto pressed = press(late);
  EXPECT_EQ(pressed.status, 400);
  EXPECT_THAT(pressed.body, HasSubstr(expired_title));
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
}

TEST_F(Verify, a_made_up_token_links_nothing) {
  for (const auto& body : {std::string(), std::string("token="), "token=" + std::string(43, 'C'),
                           "token=" + std::string(43, 'C') + "%00", std::string("%%%&&&===")}) {
    const auto page = visit("POST", "/faceit/confirm", {}, body);
    EXPECT_EQ(page.status, 400) << body;
    EXPECT_THAT(page.body, HasSubstr(expired_title)) << body;
  }
  EXPECT_EQ(visit("POST", "/faceit/confirm", {}, std::string(2000, 'x')).status, 413);
  EXPECT_EQ(visit("GET", "/faceit/confirm").status, 405);
}

TEST_F(Verify, a_form_of_another_site_links_nothing_and_uses_nothing_up) {
  const auto page = come_back(verify(astrid.user), "Kestrel");
  for (const auto& headers : std::vector<net::Headers>{{{"Sec-Fetch-Site", "cross-site"}},
                                                       {{"Sec-Fetch-Site", "same-site"}},
                                                       {{"Sec-Fetch-Site", "none"}},
                                                       {{"Origin", "https://evil.example"}},
                                                       {{"Origin", "https://matchday.test.evil.example"}}}) {
    EXPECT_EQ(press(page, headers).status, 400);
  }
  EXPECT_THAT(links(), IsEmpty());
  EXPECT_EQ(press(page, {{"Origin", "https://matchday.test"}}).status, 200) << "an old browser";
}

TEST_F(Verify, an_old_browser_whose_origin_our_own_policy_hides_can_press_it) {
  EXPECT_EQ(press(come_back(verify(astrid.user), "Kestrel"), {{"Origin", "null"}}).status, 200);
  EXPECT_EQ(press(come_back(verify(jonas.user), "oakfist"), {}).status, 200);
}

// ---- What is kept, and for how long.

TEST_F(Verify, the_database_holds_hashes_and_no_secret) {
  const auto address = verify(astrid.user);
  const auto state = value_in(address, "state");
  const auto rows = [&](const std::string& sql) {
    std::string out;
    for (const auto& row : community.world.engine.session().run(sql, {})) out += row.get<std::string>("x");
    return out;
  };
  EXPECT_EQ(rows("select state_hash as x from oauth_states"), crypto::to_hex(crypto::sha256(state)));
  const auto page = come_back(address, "Kestrel");
  EXPECT_EQ(rows("select token_hash as x from link_confirmations"),
            crypto::to_hex(crypto::sha256(token_in(page))));
  EXPECT_EQ(community.count("oauth_states"), 0);
  press(page);
  EXPECT_EQ(community.count("link_confirmations"), 0);
}

TEST_F(Verify, asking_again_and_again_leaves_one_row) {
  for (int i = 0; i < 5; ++i) verify(astrid.user);
  EXPECT_EQ(community.count("oauth_states"), 1);
}

TEST_F(Verify, a_success_and_a_failure_are_in_the_log_without_secrets) {
  prove(astrid);
  community.http.faults.assign(1, {"POST", "/oauth/token", Fault::What::status, 500});
  come_back(verify(jonas.user), "oakfist");
  const auto logged = [&](std::string_view text) {
    return std::ranges::any_of(community.lines, [&](const auto& line) { return line.contains(text); });
  };
  EXPECT_TRUE(logged("A FACEIT account was linked by login organization=" + community.organization.text() +
                     " user=" + astrid.user.text() + " faceit=" + astrid.player_id));
  EXPECT_TRUE(logged("A login at FACEIT failed organization=" + community.organization.text() +
                     " user=" + jonas.user.text()));
  // That no line holds a state, code, verifier or token is checked when every test here ends.
  EXPECT_GE(community.secrets.size(), 4U);
}

// ---- Configuration.

TEST(VerifyHalfConfigured, verify_says_in_the_originals_words_that_something_is_missing) {
  Community community({.faceit_login = true, .faceit_redirect = ""});
  EXPECT_EQ(community.ask(community.demo.players[0].user, "verify").text,
            "❌ OAuth configuration is missing. Please contact the bot administrator.");
  EXPECT_EQ(community.request("GET", "/faceit/callback?code=c&state=s", {}, "").status, 404);
  EXPECT_THAT(community.say_register(0), StartsWith("✅ Successfully registered")) << "as ever";
}

TEST(VerifyWithoutKey, logging_in_needs_no_Data_API_key) {
  Community community({.faceit_key = false, .faceit_login = true});
  std::vector<std::string> names;
  for (const auto& definition : community.commands.definitions()) names.push_back(definition.name);
  EXPECT_THAT(names, testing::IsSupersetOf({"unregister", "verify", "whoami"}));
  EXPECT_THAT(names, testing::Not(testing::Contains("register")));
}

TEST(VerifyLongAddress, an_address_that_is_too_long_for_a_button_is_a_link_in_the_text) {
  Community community({.faceit_login = true,
                       .faceit_redirect = "https://matchday.test/" + std::string(300, 'x') + "/callback"});
  const auto view = community.ask(community.demo.players[0].user, "verify");
  EXPECT_THAT(view.text, HasSubstr("[Verify with FaceIT](http://faceit.test/accounts?"));
  EXPECT_THAT(view.text, HasSubstr("⚠️ This link will expire in 10 minutes."));
}

}  // namespace
}  // namespace matchday::test
