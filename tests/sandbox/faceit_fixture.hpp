// A simulated FACEIT with five players, a hub and a championship, and short words for what the tests do with
// it.
#pragma once
#include "base/json.hpp"
#include "sandbox/faceit/world.hpp"

namespace matchday::sandbox::faceit {

inline constexpr auto key = "test-key";
inline constexpr auto hub_id = "2f4e6a80-0000-4c5e-9f70-000000000001";
inline constexpr auto championship_id = "6b1d0c9a-0000-4a87-b3d4-000000000002";
inline const Time start = from_ms(1'800'000'000'000);

inline std::string player_id(int number) {
  return "a1b2c3d4-0000-4aaa-8bbb-00000000000" + std::to_string(number);
}

inline std::string text(const json::value& value) {
  return value_to<std::string>(value);
}

class FaceitWorld : public testing::Test {
 protected:
  FaceitWorld() { rebuild({}); }

  void rebuild(WorldOptions options) {
    options.api_key = key;
    world.emplace(options, Random(1));
    world->add_player({.player_id = player_id(9), .nickname = "Kestrel_77", .skill_level = 4});
    for (const auto& [number, nickname] :
         {std::pair{1, "Kestrel"}, {2, "oakfist"}, {3, "Brisa"}, {4, "Tundra"}}) {
      world->add_player({.player_id = player_id(number), .nickname = nickname, .skill_level = 8});
    }
    world->add_hub({.hub_id = hub_id, .name = "Nordlys Hub", .organizer_id = "organizer"});
    world->add_championship(
        {.championship_id = championship_id, .name = "Nordlys Cup", .organizer_id = "organizer"});
    world->webhooks().set_target({.url = "http://127.0.0.1/faceit-webhook", .secret = "s3cret"});
  }

  ApiResponse get(std::string path, std::string query = "") {
    ApiRequest request{.method = "GET", .path = std::move(path), .query = std::move(query)};
    request.headers.set("Authorization", std::string("Bearer ") + key);
    return world->handle(request, now);
  }

  json::value body_of(const ApiResponse& response) { return parse_json(response.body).value(); }

  std::string create(NewMatch extra = {}) {
    extra.faction1 = {player_id(1), player_id(2)};
    extra.faction2 = {player_id(3), player_id(4)};
    if (extra.competition.id.empty()) extra.competition = {.id = hub_id, .name = "Nordlys Hub"};
    extra.organizer_id = "organizer";
    return world->create_match(extra, now).value();
  }

  // A match that is being played.
  std::string create_live(NewMatch extra = {}) {
    const auto id = create(std::move(extra));
    EXPECT_TRUE(world->step(id, Step::ready, now));
    EXPECT_TRUE(world->step(id, Step::ongoing, now));
    return id;
  }

  json::value match(const std::string& id) { return body_of(get("/matches/" + id)); }

  // The ids of a competition's listing.
  std::vector<std::string> listed(const std::string& path, std::string query = "") {
    std::vector<std::string> found;
    for (const auto& item : body_of(get(path + "/matches", std::move(query))).at("items").as_array()) {
      found.emplace_back(item.at("match_id").as_string());
    }
    return found;
  }

  // Every webhook that comes up within `span`, answered with `status`.
  std::vector<json::value> webhooks(Duration span = 1s, int status = 200) {
    std::vector<json::value> bodies;
    const auto end = now + span;
    for (auto next = world->next_tick(); next && *next <= end; next = world->next_tick()) {
      now = std::max(now, *next);
      world->tick(now);
      for (const auto& webhook : world->take_webhooks(now)) {
        bodies.push_back(parse_json(webhook.body).value());
        world->webhook_answered(webhook.id, status, now);
      }
    }
    now = end;
    return bodies;
  }

  std::optional<World> world;
  Time now = start;
};

}  // namespace matchday::sandbox::faceit
