// A person with a browser at the dashboard: it keeps cookies, follows the way over simulated Discord, and
// calls the API as the dashboard does.
#pragma once
#include <gmock/gmock.h>

#include "community.hpp"

namespace matchday::test {

struct Visit {
  int status = 0;
  net::Headers headers;
  std::string body;

  json::value json() const {
    auto value = parse_json(body);
    return value ? std::move(*value) : json::value(nullptr);
  }
  std::string text(std::string_view key) const {
    const auto value = json();
    return Fields(value).string_or(key, "(none)");
  }
  std::string header(std::string_view name) const { return std::string(headers.get(name).value_or("")); }
};

class Browser {
 public:
  explicit Browser(Community& community) : community_(community) {
    community.discord.world.rules().redirect_uris = {"https://matchday.test/auth/callback"};
  }

  std::map<std::string, std::string> cookies;
  std::string csrf_token;
  std::string address = "203.0.113.5";

  Visit visit(std::string method, const std::string& target, net::Headers headers = {},
              std::string body = {}) {
    const auto mark = std::min(target.find('?'), target.size());
    std::string jar;
    for (const auto& [name, value] : cookies) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    if (!jar.empty()) headers.set("Cookie", jar);
    net::RequestHead head{.method = std::move(method),
                          .path = target.substr(0, mark),
                          .query = target.substr(std::min(mark + 1, target.size())),
                          .headers = std::move(headers),
                          .client_address = address};
    auto answer = community_.run(Community::serve(community_.router, std::move(head), std::move(body)));
    community_.discord.pump();
    for (const auto& [name, value] : answer.headers.all()) {
      if (name == "Set-Cookie") keep(value);
    }
    return {answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  // Of the dashboard's own pages.
  Visit api(const std::string& method, const std::string& path, const json::value& body = nullptr,
            net::Headers headers = {}) {
    headers.set("Sec-Fetch-Site", "same-origin");
    if (!csrf_token.empty()) headers.set("X-CSRF-Token", csrf_token);
    if (!body.is_null()) headers.set("Content-Type", "application/json");
    return visit(method, path, std::move(headers), body.is_null() ? "" : to_text(body));
  }
  Visit get(const std::string& path) { return api("GET", path); }

  // Discord's page with what somebody chooses there; the path and query that it sends the browser back to.
  std::string choose(const std::string& location, const std::string& choice) {
    const auto page = community_.discord.world.authorize_page(
        location.substr(location.find('?') + 1) + "&" + choice, community_.world.clock.now());
    community_.discord.pump();
    EXPECT_EQ(page.status, 302) << page.body;
    const std::string back(page.headers.get("Location").value_or(""));
    constexpr std::string_view site = "https://matchday.test";
    return back.starts_with(site) ? back.substr(site.size()) : "";
  }
  // Follows the sign-in until the browser is back.
  Visit sign_in(UserId user, const std::string& return_to = "/") {
    const auto away = visit("GET", "/auth/login?return_to=" + net::encode_component(return_to));
    auto back = visit("GET", choose(away.header("Location"), "as=" + user.text()));
    read_csrf_token();
    return back;
  }
  void read_csrf_token() {
    const auto me = get("/api/me").json();
    csrf_token = Fields(me).string_or("csrf_token", "");
  }

  std::string session() const {
    const auto found = cookies.find("__Host-matchday-session");
    return found == cookies.end() ? "" : found->second;
  }

 private:
  void keep(const std::string& cookie) {
    const auto name = cookie.substr(0, cookie.find('='));
    const auto value = cookie.substr(name.size() + 1, cookie.find(';') - name.size() - 1);
    if (cookie.contains("Max-Age=0;"))
      cookies.erase(name);
    else
      cookies[name] = value;
    if (!value.empty()) community_.secrets.push_back(value);
  }

  Community& community_;
};

}  // namespace matchday::test
