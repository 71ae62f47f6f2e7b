// The API and its document: every route is described, everything described is there, and both say the same
// about who may call it. From that table: what each role may do, and that one tenant is nothing to the other.
#include <yaml-cpp/yaml.h>

#include "browser.hpp"
#include "features/organizations/roles.hpp"

namespace matchday::test {
namespace {

using organizations::Role;
using surfaces::Access;
using surfaces::Permission;

std::string words(const Access& access) {
  switch (access.kind) {
    case Access::Kind::anybody:
      return "anybody";
    case Access::Kind::signed_in:
      return "signed_in";
    case Access::Kind::person:
      return "person";
    case Access::Kind::operators:
      return "operators";
    case Access::Kind::members:
      return std::string(name(access.permission));
  }
  return "";
}

struct ApiDocument : testing::Test {
  const YAML::Node document = YAML::LoadFile(MATCHDAY_SOURCE_DIR "/api/openapi.yaml");
  Community community{{}};

  // "GET /api/me": "anybody".
  std::map<std::string, std::string> described() const {
    std::map<std::string, std::string> out;
    for (const auto& path : document["paths"]) {
      for (const auto& operation : path.second) {
        auto method = operation.first.as<std::string>();
        if (method == "parameters") continue;
        std::ranges::transform(method, method.begin(),
                               [](char c) { return static_cast<char>(c - 'a' + 'A'); });
        out[method + " " + path.first.as<std::string>()] =
            operation.second["x-access"].as<std::string>("(no x-access)");
      }
    }
    return out;
  }

  // A path of the route that fits nothing in particular, in that organization.
  static std::string example(const surfaces::ApiRoute& route, OrganizationId organization) {
    std::string path = route.path;
    for (;;) {
      const auto from = path.find('{');
      if (from == std::string::npos) return path;
      const auto to = path.find('}', from);
      const bool tenant = path.substr(from + 1, to - from - 1) == "organization";
      path.replace(from, to - from + 1, tenant ? organization.text() : "123");
    }
  }
  static bool is_of_members(const surfaces::ApiRoute& route) {
    return route.access.kind == Access::Kind::members;
  }
  Visit call(Browser& who, const surfaces::ApiRoute& route, OrganizationId organization) {
    const bool has_body = route.method != "GET" && route.method != "DELETE";
    return who.api(route.method, example(route, organization),
                   has_body ? json::object{} : json::value(nullptr), {{"If-Match", "\"0\""}});
  }
};

TEST_F(ApiDocument, describes_every_route_and_nothing_else) {
  std::map<std::string, std::string> there;
  for (const auto& route : community.api_routes())
    there[route.method + " " + route.path] = words(route.access);
  EXPECT_EQ(described(), there);
}

TEST_F(ApiDocument, knows_the_same_permissions_and_roles) {
  const auto schemas = document["components"]["schemas"];
  std::vector<std::string> permissions;
  for (const auto permission : surfaces::every_permission()) permissions.emplace_back(name(permission));
  EXPECT_EQ(schemas["Permission"]["enum"].as<std::vector<std::string>>(), permissions);
  std::vector<std::string> roles;
  for (const auto role : organizations::role_names()) roles.emplace_back(role);
  EXPECT_EQ(schemas["Role"]["enum"].as<std::vector<std::string>>(), roles);
}

TEST_F(ApiDocument, knows_the_same_events_of_webhooks) {
  const auto schemas = document["components"]["schemas"];
  std::vector<std::string> all;
  std::vector<std::string> wanted;
  for (const auto& kind : notifications::every_event()) {
    all.emplace_back(kind.name);
    if (!kind.on_request) wanted.emplace_back(kind.name);
  }
  EXPECT_EQ(schemas["WebhookEvent"]["enum"].as<std::vector<std::string>>(), all);
  EXPECT_EQ(schemas["WebhookEvents"]["items"]["enum"].as<std::vector<std::string>>(), wanted);
}

TEST_F(ApiDocument, each_role_may_do_what_its_permissions_say_and_nothing_else) {
  Browser somebody(community);
  const auto user = community.demo.players[0].user;
  somebody.sign_in(user);
  int looked_at = 0;
  for (const auto role_name : organizations::role_names()) {
    const auto role = *organizations::role_named(role_name);
    community.world.engine.session().run("delete from organization_members", {});
    community.world.engine.session().run(
        "insert into organization_members (organization_id, discord_id, name, role, source, joined_at_ms)"
        " values (:organization, :user, 'Somebody', :role, 'invite', 0)",
        {{"organization", community.organization}, {"user", user}, {"role", std::string(role_name)}});
    for (const auto& route : community.api_routes()) {
      if (!is_of_members(route)) continue;
      const auto answer = call(somebody, route, community.organization);
      const bool may = organizations::permissions_of(role).has(route.access.permission);
      const bool refused = answer.status == 403 && answer.text("detail").contains("needs the permission");
      // Removing somebody else is decided by the handler, with the same words.
      if (route.path.ends_with("/members/{member}") && route.method == "DELETE") continue;
      EXPECT_NE(refused, may) << role_name << " " << route.method << " " << route.path << ": " << answer.body;
      ++looked_at;
    }
  }
  EXPECT_GE(looked_at, 5 * 10);
}

// Each tenant's owner is nobody to the other: whatever they call there is answered as if it did not exist.
TEST_F(ApiDocument, one_tenant_does_not_exist_for_the_other) {
  const auto other = *community.run(
      community.organizations.ensure({.slug = "other", .name = "Other", .guild = GuildId{77}}));
  const UserId here{1001};
  const UserId there{1002};
  std::map<UserId, Browser> browsers;
  for (const auto& [user, organization] : {std::pair{here, community.organization}, {there, other}}) {
    const auto known = community.discord.world.add_user(fmt::format("owner-of-{}", organization.text()));
    community.world.engine.session().run(
        "insert into organization_members (organization_id, discord_id, name, role, source, joined_at_ms)"
        " values (:organization, :user, 'Owner', 'owner', 'founder', 0)",
        {{"organization", organization}, {"user", known}});
    auto& browser = browsers.try_emplace(user, community).first->second;
    browser.sign_in(known);
    EXPECT_EQ(browser.get("/api/organizations/" + organization.text()).status, 200);
  }
  int looked_at = 0;
  for (const auto& route : community.api_routes()) {
    if (!is_of_members(route)) continue;
    for (const auto& [user, organization] : {std::pair{here, other}, {there, community.organization}}) {
      const auto answer = call(browsers.at(user), route, organization);
      const auto nowhere = call(browsers.at(user), route, OrganizationId{424242});
      EXPECT_EQ(answer.status, 404) << route.method << " " << route.path << ": " << answer.body;
      EXPECT_EQ(answer.body, nowhere.body) << "not even that it exists";
      ++looked_at;
    }
  }
  EXPECT_GE(looked_at, 20);
}

TEST_F(ApiDocument, nobody_gets_anywhere_without_signing_in) {
  Browser nobody(community);
  for (const auto& route : community.api_routes()) {
    if (route.access.kind == Access::Kind::anybody) continue;
    community.pass(2s);  // within their limit
    const auto answer = call(nobody, route, community.organization);
    EXPECT_EQ(answer.status, 401) << route.method << " " << route.path;
    EXPECT_EQ(answer.header("WWW-Authenticate"), "Bearer");
  }
}

}  // namespace
}  // namespace matchday::test
