// The API of organizations as people use it: who may what, invitations, and what two people at once do to
// each other. The document and the other tenant are in api_document_test.cpp.
#include "browser.hpp"
#include "features/organizations/roles.hpp"

namespace matchday::test {
namespace {

using organizations::Role;
using testing::ElementsAre;
using testing::HasSubstr;

struct OrganizationsApi : testing::Test {
  Community community{{}};
  Browser owner{community};
  Browser player{community};
  const std::string base = "/api/organizations/" + community.organization.text();
  const UserId organizer = community.demo.organizer;
  const UserId astrid = community.demo.players[0].user;

  OrganizationsApi() {
    owner.sign_in(organizer);
    player.sign_in(astrid);
  }
  void make(UserId user, Role role) {
    community.world.engine.session().run(
        "insert into organization_members (organization_id, discord_id, name, role, source, joined_at_ms)"
        " values (:organization, :user, 'Somebody', :role, 'invite', 0)"
        " on conflict (organization_id, discord_id) do update set role = excluded.role, source = 'invite'",
        {{"organization", community.organization}, {"user", user}, {"role", std::string(name(role))}});
  }
  std::string newest_action() {
    const auto audit = owner.get(base + "/audit?limit=1").json();
    return Fields(audit.at("items").at(0)).string_or("action", "");
  }
  std::string invite(json::object wish) { return owner.api("POST", base + "/invites", wish).text("code"); }
  Visit accept(Browser& who, const std::string& code) {
    return who.api("POST", "/api/invites/" + code + "/accept");
  }
};

TEST_F(OrganizationsApi, an_invitation_makes_members_until_it_is_used_up) {
  const auto code = invite({{"role", "moderator"}, {"uses_max", 1}});
  EXPECT_EQ(player.get("/api/invites/" + code).json().at("organization").at("name"), "Main");
  EXPECT_EQ(accept(player, code).status, 200);
  EXPECT_EQ(accept(player, code).status, 200) << "a second click is no second use";
  EXPECT_EQ(newest_action(), "member.joined");
  Browser third(community);
  third.sign_in(community.demo.players[1].user);
  const auto late = accept(third, code);
  EXPECT_EQ(late.status, 404);
  EXPECT_THAT(late.text("detail"), HasSubstr("used up"));
  EXPECT_EQ(player.get(base + "/members").json().at("items").as_array().size(), 2U);
}

TEST_F(OrganizationsApi, an_invitation_ends_at_its_time_or_when_it_is_withdrawn) {
  const auto soon = to_rfc3339(community.world.clock.now() + 1h);
  const auto code = invite({{"role", "member"}, {"expires_at", soon}});
  community.pass(1h);
  EXPECT_EQ(accept(player, code).status, 404);
  const auto made = owner.api("POST", base + "/invites", {{"role", "member"}});
  EXPECT_EQ(owner.api("DELETE", base + "/invites/" + made.text("id")).status, 204);
  EXPECT_EQ(accept(player, made.text("code")).status, 404);
  EXPECT_EQ(owner.api("DELETE", base + "/invites/" + made.text("id")).status, 404);
}

TEST_F(OrganizationsApi, nobody_gives_more_than_they_have_and_one_owner_stays) {
  make(astrid, Role::admin);
  EXPECT_EQ(player.api("POST", base + "/invites", {{"role", "owner"}}).status, 400);
  EXPECT_EQ(owner.api("POST", base + "/invites", {{"role", "owner"}}).status, 400)
      << "an admin would see its code";
  EXPECT_EQ(player.api("PATCH", base + "/members/" + astrid.text(), {{"role", "owner"}}).status, 403);
  EXPECT_EQ(player.api("PATCH", base + "/members/" + organizer.text(), {{"role", "member"}}).status, 403);
  EXPECT_EQ(player.api("DELETE", base + "/members/" + organizer.text()).status, 403);
  EXPECT_EQ(owner.api("DELETE", base + "/members/" + organizer.text()).status, 409) << "the last owner";
  EXPECT_EQ(owner.api("PATCH", base + "/members/" + organizer.text(), {{"role", "admin"}}).status, 409);
  EXPECT_EQ(owner.api("PATCH", base + "/members/" + astrid.text(), {{"role", "owner"}}).status, 200);
  EXPECT_EQ(player.api("DELETE", base + "/members/" + organizer.text()).status, 204) << "now there are two";
}

TEST_F(OrganizationsApi, everybody_may_leave_and_nobody_else_is_removed_without_the_right) {
  make(astrid, Role::member);
  EXPECT_EQ(player.api("DELETE", base + "/members/" + organizer.text()).status, 403);
  EXPECT_EQ(player.api("DELETE", base + "/members/" + astrid.text()).status, 204);
  EXPECT_EQ(newest_action(), "member.left");
  EXPECT_EQ(player.get(base).status, 404);
}

TEST_F(OrganizationsApi, who_was_faster_is_not_overwritten) {
  const auto read = owner.get(base);
  const auto etag = read.header("ETag");
  const auto change = [&](std::string name, net::Headers headers) {
    return owner.api("PATCH", base, {{"name", name}}, std::move(headers));
  };
  EXPECT_EQ(change("Nordlys", {}).status, 428) << "which version is meant must be said";
  const auto first = change("Nordlys", {{"If-Match", etag}});
  EXPECT_EQ(first.status, 200) << first.body;
  EXPECT_NE(first.header("ETag"), etag);
  const auto second = change("Polaris", {{"If-Match", etag}});
  EXPECT_EQ(second.status, 412);
  EXPECT_THAT(second.text("detail"), HasSubstr("Read it again"));
  EXPECT_EQ(owner.get(base).text("name"), "Nordlys");
  EXPECT_EQ(owner.visit("GET", base, {{"If-None-Match", first.header("ETag")}}).status, 304);
}

TEST_F(OrganizationsApi, an_absent_field_keeps_and_null_clears) {
  const auto etag = [&] { return owner.get(base).header("ETag"); };
  owner.api("PATCH", base, {{"description", "Cups on Fridays"}}, {{"If-Match", etag()}});
  EXPECT_EQ(owner.get(base).text("description"), "Cups on Fridays");
  owner.api("PATCH", base, {{"name", "Nordlys"}}, {{"If-Match", etag()}});
  EXPECT_EQ(owner.get(base).text("description"), "Cups on Fridays");
  owner.api("PATCH", base, {{"description", nullptr}}, {{"If-Match", etag()}});
  EXPECT_EQ(owner.get(base).text("description"), "");
}

TEST_F(OrganizationsApi, a_repeated_change_is_done_once) {
  const auto ask = [&](std::string role, std::string key) {
    return owner.api("POST", base + "/invites", {{"role", role}}, {{"Idempotency-Key", key}});
  };
  const auto first = ask("member", "k1");
  const auto again = ask("member", "k1");
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(ask("moderator", "k1").status, 409) << "another request under the same key";
  EXPECT_EQ(owner.get(base + "/invites").json().at("items").as_array().size(), 1U);
  owner.sign_in(organizer);
  EXPECT_EQ(ask("member", "k1").body, first.body) << "also after signing in again";
  ask("member", "k2");
  EXPECT_EQ(owner.get(base + "/invites").json().at("items").as_array().size(), 2U);
}

TEST_F(OrganizationsApi, wrong_input_is_told_by_field_and_changes_nothing) {
  const struct {
    json::value body;
    const char* field;
    const char* says;
  } cases[] = {
      {{{"role", "king"}}, "role", "must be one of member, moderator"},
      {{{"role", 3}}, "role", "must be one of"},
      {json::object{}, "role", "is missing"},
      {{{"role", "member"}, {"uses_max", 0}}, "uses_max", "from 1 to 10000"},
      {{{"role", "member"}, {"uses_max", 1.5}}, "uses_max", "whole number"},
      {{{"role", "member"}, {"expires_at", "tomorrow"}}, "expires_at", "must be an instant"},
      {{{"role", "member"}, {"expires_at", "2001-01-01T00:00:00Z"}}, "expires_at", "in the future"},
      {{{"role", "member"}, {"rolle", "x"}}, "rolle", "is not known here"},
      {{{"role", "member"}, {"expires_at", "2099-01-01T00:00:00+99:99"}}, "expires_at", "must be an instant"},
      {json::array{}, "(none)", "must be a JSON object"},
  };
  for (const auto& c : cases) {
    const auto answer = owner.api("POST", base + "/invites", c.body);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.text("field"), c.field) << answer.body;
    EXPECT_THAT(answer.text("detail"), HasSubstr(c.says));
  }
  EXPECT_EQ(owner
                .visit("POST", base + "/invites",
                       {{"X-CSRF-Token", owner.csrf_token}, {"Content-Type", "application/json"}}, "{")
                .status,
            400);
  EXPECT_EQ(owner
                .visit("POST", base + "/invites",
                       {{"X-CSRF-Token", owner.csrf_token}, {"Content-Type", "text/plain"}}, "{}")
                .status,
            415);
  EXPECT_EQ(owner.get(base + "/invites").json().at("items").as_array().size(), 0U);
}

TEST_F(OrganizationsApi, a_name_can_be_seen) {
  for (const auto* name : {"  ", "\u200B\u200B", "\u202E\u00A0\n", "a"}) {
    const auto answer = owner.api("POST", "/api/organizations", {{"name", name}});
    EXPECT_EQ(answer.status, 400) << answer.body;
  }
  for (const auto* name : {"日本", "🏆 Cup", "كأس"})
    EXPECT_EQ(owner.api("POST", "/api/organizations", {{"name", name}}).status, 201) << name;
}

TEST_F(OrganizationsApi, lists_come_in_pages) {
  for (const auto& one : community.demo.players) make(one.user, Role::member);
  std::set<std::string> seen;
  std::string cursor;
  int pages = 0;
  do {
    const auto page =
        owner.get(base + "/members?limit=4" + (cursor.empty() ? "" : "&cursor=" + cursor)).json();
    for (const auto& member : page.at("items").as_array())
      EXPECT_TRUE(seen.insert(Fields(member).string_or("id", "")).second);
    cursor = Fields(page).string_or("next_cursor", "");
    ++pages;
  } while (!cursor.empty() && pages < 9);
  EXPECT_EQ(seen.size(), community.demo.players.size() + 1);
  EXPECT_EQ(pages, 3);
  for (const auto* wrong : {"?limit=0", "?limit=201", "?limit=x", "?cursor=x"})
    EXPECT_EQ(owner.get(base + "/members" + wrong).status, 400) << wrong;
}

TEST_F(OrganizationsApi, who_asks_for_an_organization_owns_it_once_an_operator_agrees) {
  // The organizer is this installation's operator (community.hpp).
  EXPECT_EQ(player.api("POST", "/api/organizations", {{"name", "Mine"}}).status, 403);
  const auto asked = player.api("POST", "/api/organization-requests", {{"name", "Astrid's Cup"}});
  EXPECT_EQ(asked.status, 201);
  const auto path = "/api/organization-requests/" + asked.text("id");
  EXPECT_EQ(player.api("PATCH", path, {{"status", "approved"}}).status, 403);
  const auto reviewed = owner.api("PATCH", path, {{"status", "approved"}, {"note", "Welcome"}});
  EXPECT_EQ(reviewed.status, 200) << reviewed.body;
  EXPECT_EQ(owner.api("PATCH", path, {{"status", "rejected"}}).status, 409) << "it is decided";
  const auto own = player.get("/api/organizations").json();
  ASSERT_EQ(own.at("items").as_array().size(), 1U);
  EXPECT_EQ(Fields(own.at("items").at(0)).string("role"), "owner");
  EXPECT_EQ(Fields(own.at("items").at(0)).string("slug"), "astrid-s-cup");
  for (int i = 0; i < 3; ++i) player.api("POST", "/api/organization-requests", {{"name", "More"}});
  EXPECT_EQ(player.api("POST", "/api/organization-requests", {{"name", "More"}}).status, 409);
}

TEST_F(OrganizationsApi, a_token_works_within_its_scopes_and_its_organization) {
  make(astrid, Role::admin);
  const auto made = player.api("POST", "/api/me/tokens",
                               {{"name", "script"},
                                {"scopes", json::array{"organization.read"}},
                                {"organization", community.organization.text()}});
  ASSERT_EQ(made.status, 201) << made.body;
  const auto token = made.text("token");
  community.secrets.push_back(token);
  Browser script(community);
  const auto call = [&](std::string method, const std::string& path, json::value body = nullptr) {
    net::Headers headers{{"Authorization", "Bearer " + token}};
    if (!body.is_null()) headers.set("Content-Type", "application/json");
    return script.visit(std::move(method), path, std::move(headers), body.is_null() ? "" : to_text(body))
        .status;
  };
  EXPECT_EQ(call("GET", base), 200);
  EXPECT_EQ(call("GET", base + "/audit"), 403) << "its owner may, it may not";
  EXPECT_EQ(call("POST", base + "/invites", {{"role", "member"}}), 403);
  EXPECT_EQ(call("POST", "/api/me/tokens", {{"name", "more"}}), 403) << "a token makes no tokens";
  EXPECT_EQ(call("GET", "/api/me/tokens"), 403);
  EXPECT_EQ(call("DELETE", base + "/members/" + astrid.text()), 403) << "nor does it leave for its owner";
  EXPECT_THAT(player.get("/api/me/tokens").body, testing::Not(HasSubstr(token)));
  EXPECT_EQ(player.api("DELETE", "/api/me/tokens/" + made.text("id")).status, 204);
  EXPECT_EQ(call("GET", base), 401);
}

TEST_F(OrganizationsApi, too_many_requests_are_told_when_to_come_again) {
  Browser hasty(community);
  Visit last;
  int served = 0;
  for (int i = 0; i < 100 && last.status != 429; ++i, ++served) last = hasty.get("/api/me");
  EXPECT_EQ(last.status, 429);
  EXPECT_GE(served, 60) << "a burst is fine";
  EXPECT_NE(last.header("Retry-After"), "");
  EXPECT_EQ(last.header("RateLimit-Remaining"), "0");
  EXPECT_EQ(owner.get("/api/me").status, 200) << "others do not notice";
  community.pass(2s);
  EXPECT_EQ(hasty.get("/api/me").status, 200);
}

}  // namespace
}  // namespace matchday::test
