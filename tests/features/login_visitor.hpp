// Somebody with a browser who links their FACEIT account by logging in: from the button under /verify to the
// page that says it is done. Whatever was secret on the way must not be in any log line.
#pragma once
#include <gmock/gmock.h>

#include "base/crypto.hpp"
#include "community.hpp"

namespace matchday::test {

struct Visit {
  int status = 0;
  net::Headers headers;
  std::string body;
};

struct Visitor : testing::Test {
  using InteractionView = sandbox::discord::InteractionView;

  explicit Visitor(CommunityOptions options = {.faceit_login = true}) : community(std::move(options)) {
    community.faceit.oauth().application().redirect_uri = "https://matchday.test/faceit/callback";
  }

  ~Visitor() override {
    for (const auto& request : community.http.sent) {
      if (!request.url.starts_with(SimulatedHttp::login_base)) continue;
      const auto authorization = request.headers.get("Authorization").value_or("");
      keep_secret(std::string(authorization.substr(authorization.find(' ') + 1)));
      for (const auto& [name, value] : net::parse_query(request.body)) {
        if (name == "code" || name == "code_verifier") keep_secret(value);
      }
    }
  }

  void keep_secret(std::string text) {
    if (!text.empty()) community.secrets.push_back(std::move(text));
  }

  // ---- In Discord.

  InteractionView say(UserId user, std::string command) { return community.ask(user, std::move(command)); }
  InteractionView say_register(UserId user, std::string nickname) {
    return community.ask(user, "register", {{"faceit_nickname", std::move(nickname)}});
  }

  // The address behind the first button of a reply.
  std::string address_in(const InteractionView& view) {
    const std::string url(view.message.at("components").at(0).at("components").at(0).at("url").as_string());
    keep_secret(value_in(url, "state"));
    return url;
  }
  std::string verify(UserId user) { return address_in(say(user, "verify")); }

  // ---- In a browser.

  Visit visit(std::string method, const std::string& target, net::Headers headers = {},
              std::string body = {}) {
    const auto mark = std::min(target.find('?'), target.size());
    net::RequestHead head{.method = std::move(method),
                          .path = target.substr(0, mark),
                          .query = target.substr(std::min(mark + 1, target.size())),
                          .headers = std::move(headers),
                          .client_address = "203.0.113.5"};
    auto answer = community.run(Community::serve(community.router, std::move(head), std::move(body)));
    community.discord.pump();  // simulated Discord learns what time it is
    return {answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  // FACEIT's page, with what the visitor chooses there ("auto=Kestrel"); the path and query that it sends
  // their browser back to.
  std::string choose(const std::string& address, const std::string& choice) {
    const auto query = address.substr(address.find('?') + 1);
    auto answer = community.faceit.handle_oauth(
        {.method = "GET", .path = "/accounts", .query = query + "&" + choice}, community.world.clock.now());
    EXPECT_EQ(answer.status, 302) << answer.body;
    const std::string location(answer.headers.get("Location").value_or(""));
    keep_secret(value_in(location, "code"));
    return location.substr(std::string("https://matchday.test").size());
  }
  Visit come_back(const std::string& address, const std::string& nickname) {
    return visit("GET", choose(address, "auto=" + net::encode_component(nickname)));
  }
  // Presses the button of a page.
  Visit press(const Visit& page, net::Headers headers = {{"Sec-Fetch-Site", "same-origin"}}) {
    return visit("POST", "/faceit/confirm", std::move(headers), "token=" + token_in(page));
  }
  std::string token_in(const Visit& page) {
    constexpr std::string_view before = "name=\"token\" value=\"";
    const auto at = page.body.find(before);
    if (at == std::string::npos) return "";
    const auto begin = at + before.size();
    auto token = page.body.substr(begin, page.body.find('"', begin) - begin);
    keep_secret(token);
    return token;
  }
  // All of it.
  Visit prove(const sandbox::DemoPlayer& player) {
    return press(come_back(verify(player.user), player.nickname));
  }

  static std::string value_in(const std::string& url, std::string_view name) {
    for (const auto& [key, value] : net::parse_query(url.substr(url.find('?') + 1))) {
      if (key == name) return value;
    }
    return "";
  }

  // ---- What came of it.

  // "claim of <user> <nickname>", in order of the nickname. A proof belongs to no organization.
  std::vector<std::string> links() {
    std::vector<std::string> out;
    for (const auto& row :
         community.world.engine.session().run("select organization_id, discord_id, faceit_nickname"
                                              " from player_links"
                                              " order by faceit_nickname, organization_id",
                                              {})) {
      const auto organization = row.get<OrganizationId>("organization_id");
      out.push_back(fmt::format("{} {} {}", organization ? "claim of" : "proof of",
                                row.get<std::string>("discord_id"), row.get<std::string>("faceit_nickname")));
    }
    return out;
  }
  std::string claim_of(const sandbox::DemoPlayer& user, std::string_view nickname) const {
    return fmt::format("claim of {} {}", user.user.text(), nickname);
  }
  std::string proof_of(const sandbox::DemoPlayer& user, std::string_view nickname) const {
    return fmt::format("proof of {} {}", user.user.text(), nickname);
  }
  std::size_t sent_to(std::string_view path) const {
    return static_cast<std::size_t>(std::ranges::count_if(community.http.sent, [&](const auto& request) {
      return request.url == std::string(SimulatedHttp::login_base) + std::string(path);
    }));
  }
  OrganizationId another_organization() {
    return *community.run(
        community.organizations.ensure({.slug = "other", .name = "Other", .guild = GuildId{77}}));
  }

  Community community;
  const sandbox::DemoPlayer& astrid = community.demo.players[0];  // Kestrel
  const sandbox::DemoPlayer& jonas = community.demo.players[1];   // oakfist
};

}  // namespace matchday::test
