// What is stored about a person: they get all of it, and it goes when they delete their account. The schema
// is walked: a table that knows people and is neither exported nor erased, nor says here why not, is found.
#include "browser.hpp"
#include "features/organizations/roles.hpp"
#include "match_voice_fixture.hpp"

namespace matchday::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

struct MyData : testing::Test {
  Community community{{.faceit_login = true}};
  Browser browser{community};
  Browser owner{community};
  const sandbox::DemoPlayer& astrid = community.demo.players[0];
  const std::string base = "/api/organizations/" + community.organization.text();

  MyData() {
    owner.sign_in(community.demo.organizer);
    browser.sign_in(astrid.user);
  }

  // With those of :user and :organization that it names.
  store::Rows sql(const std::string& text) {
    std::vector<store::Param> params;
    if (text.contains(":user")) params.emplace_back("user", astrid.user);
    if (text.contains(":organization")) params.emplace_back("organization", community.organization);
    return community.world.engine.session().run(text, params);
  }
  void make_member(organizations::Role role) {
    community.world.engine.session().run(
        "insert into organization_members (organization_id, discord_id, name, role, source, joined_at_ms)"
        " values (:organization, :user, 'Astrid', :role, 'invite', 0)",
        {{"organization", community.organization},
         {"user", astrid.user},
         {"role", std::string(organizations::name(role))}});
  }
  std::string shown_name(Browser& who) {
    const auto me = who.get("/api/me").json();
    return Fields(me.at("user")).string_or("name", "");
  }
  Visit erase(Browser& who) { return who.api("DELETE", "/api/me", {{"confirm", shown_name(who)}}); }

  // "table.column" of everything that holds this text.
  std::vector<std::string> where(const std::string& text) {
    std::vector<std::string> out;
    for (const auto& [table, names] : community.columns()) {
      for (const auto& name : names) {
        const auto found = community.world.engine.session().run(
            fmt::format("select 1 from {} where cast({} as text) like :text limit 1", table, name),
            {{"text", "%" + text + "%"}});
        if (!found.empty()) out.push_back(table + "." + name);
      }
    }
    return out;
  }
};

// ---- The schema.

// Names of columns that say that a row is about somebody.
bool tells_of_people(std::string_view column) {
  constexpr std::string_view endings[] = {"discord_id", "user_id",    "actor_id",    "person_id",
                                          "player_id",  "faceit_id",  "nickname",    "_by",
                                          "_by_name",   "actor_name", "discord_name"};
  constexpr std::string_view names[] = {"address", "agent", "avatar", "caller", "email"};
  return std::ranges::any_of(endings, [&](auto ending) { return column.ends_with(ending); }) ||
         std::ranges::find(names, column) != std::end(names);
}

// What a table keeps of a person: a row of it is planted, with a text that the export must show.
struct Kept {
  std::string plant;              // SQL with :user and :organization
  std::string shown;              // in the export
  std::string not_exported = {};  // or why it is not
  std::string stays = {};         // why rows about them stay although they are gone
};

const std::map<std::string, Kept>& kept_of_people() {
  static const std::string soon = "a step of a login: it is over within minutes";
  static const std::map<std::string, Kept> all{
      {"people",
       {.plant = "update people set avatar = 'canary-people' where discord_id = :user",
        .shown = "canary-people"}},
      {"sessions",
       {.plant = "update sessions set agent = 'canary-sessions' where discord_id = :user",
        .shown = "canary-sessions"}},
      {"api_tokens",
       {.plant = "insert into api_tokens (id, discord_id, name, token_hash, hint, scopes, created_at_ms)"
                 " values (5, :user, 'canary-token', 'hash-of-a-token', 'md_x', '[]', 0)",
        .shown = "canary-token"}},
      {"player_links",
       {.plant = "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname,"
                 " verified_method, linked_at_ms)"
                 " values (:organization, :user, 'faceit-1', 'canary-link', 'nickname', 0)",
        .shown = "canary-link"}},
      {"superseded_claims",
       {.plant = "insert into superseded_claims (organization_id, discord_id, faceit_nickname,"
                 " superseded_at_ms) values (:organization, :user, 'canary-lost', 0)",
        .shown = "canary-lost"}},
      {"oauth_states",
       {.plant = "insert into oauth_states (state_hash, organization_id, discord_id, discord_name,"
                 " expires_at_ms) values ('s', :organization, :user, 'x', 9999999999999)",
        .shown = "",
        .not_exported = soon}},
      {"link_confirmations",
       {.plant =
            "insert into link_confirmations (token_hash, organization_id, discord_id, faceit_id,"
            " faceit_nickname, expires_at_ms) values ('t', :organization, :user, 'f', 'x', 9999999999999)",
        .shown = "",
        .not_exported = soon}},
      {"sign_ins",
       {.plant = "insert into sign_ins (state_hash, browser_hash, purpose, return_to, discord_id,"
                 " expires_at_ms) values ('s', 'b', 'link', '/', :user, 9999999999999)",
        .shown = "",
        .not_exported = soon}},
      {"organization_members",
       {.plant = "insert into organization_members (organization_id, discord_id, name, role, source,"
                 " joined_at_ms) values (:organization, :user, 'canary-member', 'admin', 'invite', 0)",
        .shown = "canary-member"}},
      {"organization_invites",
       {.plant =
            "insert into organization_invites (id, organization_id, code, role, uses, created_by,"
            " created_at_ms) values (6, :organization, 'secret-code', 'member', 0, :user, 1234567890001)",
        .shown = "2009-02-13T23:31:30.001Z"}},
      {"organization_requests",
       {.plant = "insert into organization_requests (id, name, description, requested_by,"
                 " requested_by_name, requested_at_ms, status, reviewed_by)"
                 " values (7, 'canary-request', '', :user, 'x', 0, 'rejected', :user)",
        .shown = "canary-request"}},
      {"guilds",
       {.plant = "insert into guilds (guild_id, organization_id, linked_at_ms, name, linked_by)"
                 " values ('88', :organization, 0, 'canary-guild', :user)",
        .shown = "canary-guild"}},
      {"webhooks",
       {.plant =
            "insert into webhooks (id, organization_id, url, description, events, active, secret, version,"
            " created_by, created_at_ms) values (9, :organization, 'https://example.org/', 'canary-webhook',"
            " '[]', 1, 's', 1, :user, 0)",
        .shown = "canary-webhook"}},
      {"match_members",
       {.plant = "insert into match_members (organization_id, match_id, episode, discord_id, faction,"
                 " moved_at_ms) values (:organization, 'canary-match', 0, :user, 'faction1', 0)",
        .shown = "canary-match"}},
      {"match_players",
       {.plant = "insert into match_players (organization_id, match_id, faction, team_name, position,"
                 " faceit_id, nickname)"
                 " values (:organization, 'canary-match', 'faction1', 'canary-team', 0, 'faceit-1', 'x')",
        .shown = "canary-team",
        .stays = "FACEIT's own roster, which does not say who it is on Discord; goes with its match"}},
      {"match_voice_unmoved",
       {.plant = "insert into match_voice_unmoved (organization_id, discord_id, since_ms)"
                 " values (:organization, :user, 1234567890002)",
        .shown = "2009-02-13T23:31:30.002Z"}},
      {"audit_log",
       {.plant = "insert into audit_log (id, organization_id, at_ms, actor_id, actor_name, via, address,"
                 " action, subject, before_value)"
                 " values (8, :organization, 0, :user, 'x', 'session', 'x', 'canary-action', :user,"
                 " '{\"a\":[{\"id\":\"' || :user || '\",\"name\":\"Astrid\"}]}')",
        .shown = "canary-action"}},
      {"idempotency_keys",
       {.plant = "insert into idempotency_keys (caller, idempotency_key, fingerprint, status, answer, at_ms)"
                 " values ('person ' || :user, 'k', 'f', 200, '{}', 0)",
        .shown = "",
        .not_exported = "answers that the person got already, for a day"}},
  };
  return all;
}

TEST_F(MyData, every_table_that_knows_people_is_exported_and_erased_or_says_why_not) {
  sql("insert into match_state (organization_id, match_id, phase, episode, last_event, last_event_at_ms,"
      " payload_version, roster_known, opened_at_ms, closed_at_ms, end_reason)"
      " values (:organization, 'canary-match', 'closed', 0, '', 0, 0, 1, 0, 1,"
      " 'closed by <@' || :user || '> on the dashboard')");
  for (const auto& [table, names] : community.columns()) {
    const bool personal = std::ranges::any_of(names, tells_of_people);
    EXPECT_EQ(personal, kept_of_people().contains(table))
        << table << ": what it keeps of people is exported and erased, or says in this test why not";
  }
  // In this order: links before those who play by them.
  for (const auto& [table, kept] : kept_of_people()) sql(kept.plant);
  const auto name = shown_name(browser);
  const auto document = browser.get("/api/me/export");
  ASSERT_EQ(document.status, 200) << document.body;
  for (const auto& [table, kept] : kept_of_people()) {
    if (kept.not_exported.empty()) {
      EXPECT_THAT(document.body, HasSubstr(kept.shown)) << table;
    }
  }

  ASSERT_EQ(erase(browser).status, 204);
  community.pass(5s);
  EXPECT_THAT(where(astrid.user.text()), IsEmpty()) << "their id";
  EXPECT_THAT(where(name), IsEmpty()) << "their name";
  EXPECT_THAT(where("canary-link"), IsEmpty());
  EXPECT_THAT(where(browser.address), Contains("sessions.address")) << "the organizer's, who is still here";
  EXPECT_EQ(sql("select 1 from audit_log where action = 'canary-action' and address = ''"
                " and actor_id is null and actor_name = 'a deleted person'")
                .size(),
            1U)
      << "what was done stays";
}

// ---- To have it.

TEST_F(MyData, is_a_file_without_any_secret) {
  const auto token =
      browser.api("POST", "/api/me/tokens", {{"name", "script"}, {"scopes", json::array{"audit.read"}}})
          .text("token");
  community.secrets.push_back(token);
  const auto document = browser.get("/api/me/export");
  EXPECT_EQ(document.header("Content-Disposition"), "attachment; filename=\"matchday-my-data.json\"");
  EXPECT_EQ(document.header("Cache-Control"), "no-store");
  const auto all = document.json();
  EXPECT_EQ(all.at("accounts").at("api_tokens").at(0).at("name"), "script");
  EXPECT_EQ(all.at("accounts").at("sessions").as_array().size(), 1U);
  EXPECT_EQ(all.at("audit_log").at(0).at("action"), "token.created");
  for (const auto& secret : {token, browser.session(), browser.csrf_token})
    EXPECT_THAT(document.body, Not(HasSubstr(secret)));
  for (const auto& row : sql("select id_hash as h from sessions union all select token_hash from api_tokens"))
    EXPECT_THAT(document.body, Not(HasSubstr(row.get<std::string>("h")))) << "not even a digest";
}

TEST_F(MyData, is_nobody_elses) {
  make_member(organizations::Role::admin);
  const auto document = owner.get("/api/me/export");
  EXPECT_THAT(document.body, Not(HasSubstr(astrid.user.text())));
}

// ---- To have it removed.

TEST_F(MyData, is_deleted_only_when_the_name_is_typed) {
  for (const auto& body : {json::value(json::object{}), json::value{{"confirm", "yes"}},
                           json::value{{"confirm", shown_name(owner)}}, json::value{{"confirm", ""}}}) {
    const auto answer = browser.api("DELETE", "/api/me", body);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.text("field"), "confirm");
  }
  EXPECT_EQ(browser.api("DELETE", "/api/me").status, 400);
  EXPECT_EQ(browser
                .visit("DELETE", "/api/me", {{"Content-Type", "application/json"}},
                       to_text(json::value{{"confirm", shown_name(browser)}}))
                .status,
            403)
      << "nor by another site";
  EXPECT_EQ(browser.get("/api/me").json().at("user").at("id"), json::value(astrid.user.text()));
}

TEST_F(MyData, of_the_last_owner_of_an_organization_stays_and_it_is_named) {
  const auto refused = erase(owner);
  EXPECT_EQ(refused.status, 409);
  EXPECT_EQ(refused.text("detail"),
            "You are the last owner of Main. Make somebody else an owner there first.");
  EXPECT_FALSE(shown_name(owner).empty()) << "nothing was deleted";
  EXPECT_EQ(owner.get(base).status, 200);
  make_member(organizations::Role::owner);
  EXPECT_EQ(erase(owner).status, 204);
  EXPECT_EQ(browser.get(base).status, 200) << "the organization goes on";
}

TEST_F(MyData, is_gone_at_once_everywhere_and_signing_in_begins_anew) {
  make_member(organizations::Role::member);
  community.link(0, 1);
  const auto token =
      browser.api("POST", "/api/me/tokens", {{"name", "t"}, {"scopes", json::array{"organization.read"}}})
          .text("token");
  community.secrets.push_back(token);
  Browser phone(community);
  phone.sign_in(astrid.user);
  const auto done = erase(browser);
  EXPECT_EQ(done.status, 204);
  EXPECT_EQ(browser.session(), "") << "the cookie as well";
  EXPECT_TRUE(browser.get("/api/me").json().at("user").is_null());
  EXPECT_TRUE(phone.get("/api/me").json().at("user").is_null());
  Browser script(community);
  EXPECT_EQ(script.visit("GET", "/api/organizations", {{"Authorization", "Bearer " + token}}).status, 401);
  community.pass(2s);
  EXPECT_THAT(community.heard_faceit, Contains(community.organization.text() + " " + astrid.player_id));

  const auto audit = owner.get(base + "/audit").json();
  EXPECT_EQ(audit.at("items").at(0).at("action"), "member.left");
  EXPECT_EQ(audit.at("items").at(0).at("actor").at("name"), "a deleted person");
  EXPECT_TRUE(audit.at("items").at(0).at("actor").at("id").is_null());
  EXPECT_EQ(sql("select 1 from audit_log where action = 'account.deleted' and address = ''").size(), 1U);

  browser.sign_in(astrid.user);
  const auto all = browser.get("/api/me/export").json();
  EXPECT_THAT(all.at("accounts").at("linked_accounts").as_array(), IsEmpty());
  EXPECT_THAT(all.at("accounts").at("api_tokens").as_array(), IsEmpty());
  EXPECT_THAT(all.at("organizations").at("memberships").as_array(), IsEmpty());
  EXPECT_THAT(all.at("audit_log").as_array(), IsEmpty());
  EXPECT_EQ(script.visit("GET", "/api/organizations", {{"Authorization", "Bearer " + token}}).status, 401)
      << "not even then";
}

TEST_F(MyData, what_others_go_on_using_stays_without_saying_who_made_it) {
  make_member(organizations::Role::admin);
  browser.api("POST", base + "/invites", {{"role", "member"}});
  sql("insert into guilds (guild_id, organization_id, linked_at_ms, name, linked_by)"
      " values ('88', :organization, 9999999999999, 'Second', :user)");
  ASSERT_EQ(erase(browser).status, 204);
  const auto invite = owner.get(base + "/invites").json().at("items").at(0);
  EXPECT_EQ(invite.at("created_by"), "0");
  EXPECT_TRUE(invite.at("usable").as_bool());
  EXPECT_EQ(owner.get(base + "/servers").json().at("items").at(1).at("linked_by"), "0");
  EXPECT_EQ(owner.api("DELETE", base + "/servers/88").status, 204) << "it is not the configuration's";
}

TEST_F(MyData, of_somebody_whose_role_was_changed_leaves_the_change_and_not_the_person) {
  make_member(organizations::Role::member);
  owner.api("PATCH", base + "/members/" + astrid.user.text(), {{"role", "admin"}});
  ASSERT_EQ(erase(browser).status, 204);
  const auto audit = owner.get(base + "/audit").json();
  const auto& line = audit.at("items").at(1);
  EXPECT_EQ(line.at("action"), "member.role_changed");
  EXPECT_EQ(line.at("subject"), "a deleted person");
  EXPECT_EQ(line.at("after").at("role"), "admin");
  EXPECT_EQ(line.at("actor").at("id"), json::value(community.demo.organizer.text()))
      << "who did it is not deleted";
}

// ---- During a match.

struct MyDataDuringAMatch : MatchVoice {
  Browser browser{community};
  const sandbox::DemoPlayer& astrid = community.demo.players[0];
  MyDataDuringAMatch() { browser.sign_in(astrid.user); }
  std::int64_t rows_about_her() {
    return community.count("match_members where discord_id = '" + astrid.user.text() + "'");
  }
  void erase() {
    const auto me = browser.get("/api/me").json();
    ASSERT_EQ(browser.api("DELETE", "/api/me", {{"confirm", me.at("user").at("name")}}).status, 204);
  }
};

TEST_F(MyDataDuringAMatch, shows_what_is_played) {
  begin();
  community.pass(10s);
  const auto all = browser.get("/api/me/export").json().at("match_voice");
  EXPECT_EQ(all.at("matches_played").at(0).at("match"), json::value(match_id));
  EXPECT_EQ(all.at("rooms_entered").at(0).at("match"), json::value(match_id));
  EXPECT_EQ(all.at("rooms_entered").at(0).at("came_from_channel"), json::value(community.demo.lobby.text()));
}

TEST_F(MyDataDuringAMatch, who_deletes_it_is_brought_back_and_the_match_goes_on_for_the_others) {
  begin();
  community.pass(10s);
  ASSERT_EQ(community.sitting_in(room()), community.users(0, 5));
  erase();
  EXPECT_EQ(rows_about_her(), 1) << "where she came from is still needed";
  community.pass(10s);
  EXPECT_EQ(community.sitting_in(room()), community.users(1, 4));
  EXPECT_THAT(community.sitting_in(community.demo.lobby), Contains(astrid.user));
  finish();
  community.pass(10s);
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(0, 10));
  EXPECT_EQ(phase(), "closed");
  EXPECT_EQ(rows_about_her(), 0);
  EXPECT_EQ(community.count("match_members"), 4) << "the others' stay";
}

TEST_F(MyDataDuringAMatch, who_deletes_it_while_the_match_closes_is_still_brought_back) {
  begin();
  community.pass(10s);
  community.discord.connected = false;  // nobody can be seen, so nobody can be moved yet
  finish();
  community.pass(2s);
  erase();
  community.pass(2s);
  EXPECT_NE(phase(), "closed");
  community.discord.connected = true;
  community.pass(20s);
  EXPECT_EQ(phase(), "closed");
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(0, 10));
  EXPECT_EQ(rows_about_her(), 0);
}

}  // namespace
}  // namespace matchday::test
