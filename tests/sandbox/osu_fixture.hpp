// A simulated osu! with four players, an application that has its token, and short words for what the tests
// do with it.
#pragma once
#include "base/json.hpp"
#include "net/oauth2.hpp"
#include "sandbox/osu/world.hpp"

namespace matchday::sandbox::osu {

inline const Time start = from_ms(1'800'000'000'000);

class OsuWorld : public testing::Test {
 protected:
  OsuWorld() { rebuild({}); }

  void rebuild(WorldOptions options) {
    world.emplace(options, Random(1));
    world->add_player({.id = 1, .username = "Kestrel", .pp = 13'000}, now);
    world->add_player({.id = 2, .username = "oak fist", .country_code = "SE", .pp = 8'000}, now);
    world->add_player({.id = 3, .username = "Brisa", .pp = 4'500}, now);
    world->add_player({.id = 4, .username = "newcomer"}, now);
    token = client_token();
  }

  ApiResponse ask(std::string method, std::string path, std::string query = "", net::Headers headers = {}) {
    if (!headers.get("Authorization")) headers.set("Authorization", "Bearer " + token);
    return world->handle({.method = std::move(method),
                          .path = std::move(path),
                          .query = std::move(query),
                          .headers = std::move(headers),
                          .client_address = "10.0.0.1"},
                         now);
  }
  ApiResponse get(std::string path, std::string query = "", net::Headers headers = {}) {
    return ask("GET", "/api/v2" + path, std::move(query), std::move(headers));
  }

  ApiResponse post_token(const net::FormFields& fields, net::Headers headers = {}) {
    headers.set("Content-Type", "application/x-www-form-urlencoded");
    return world->handle({.method = "POST",
                          .path = "/oauth/token",
                          .headers = std::move(headers),
                          .body = net::encode_form(fields),
                          .client_address = "10.0.0.1"},
                         now);
  }
  ApiResponse post_token_with_credentials(net::FormFields fields) {
    const auto& application = world->oauth().application();
    fields.emplace_back("client_id", application.client_id);
    fields.emplace_back("client_secret", application.client_secret);
    return post_token(fields);
  }
  std::string client_token() {
    return field(post_token_with_credentials({{"grant_type", "client_credentials"}, {"scope", "public"}}),
                 "access_token");
  }

  static json::value body_of(const ApiResponse& response) { return parse_json(response.body).value(); }
  static std::string field(const ApiResponse& response, std::string_view name) {
    return Fields(body_of(response)).string_or(name, "");
  }
  json::value user(int id) { return body_of(get("/users/" + std::to_string(id) + "/osu")); }
  std::optional<std::int64_t> rank(int id) { return world->standing(id, now).global_rank; }

  // The ids of the players in an answer to GET /users.
  std::vector<std::int64_t> listed(const ApiResponse& response) {
    std::vector<std::int64_t> out;
    for (const auto& one : body_of(response).at("users").as_array()) out.push_back(one.at("id").as_int64());
    std::ranges::sort(out);
    return out;
  }

  Time now = start;
  std::optional<World> world;
  std::string token;
};

inline std::string ids_query(int from, int to) {
  std::string out;
  for (int i = from; i <= to; ++i) out += (out.empty() ? "ids[]=" : "&ids[]=") + std::to_string(i);
  return out;
}

}  // namespace matchday::sandbox::osu
