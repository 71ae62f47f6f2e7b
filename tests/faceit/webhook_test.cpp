// FACEIT's webhook bodies in every shape that is known. The numbers are the test vectors of the reference
// (§4.8).
#include "platforms/faceit/webhook.hpp"

#include <fmt/format.h>

#include "base/random.hpp"

namespace matchday::faceit {
namespace {

constexpr std::string_view match_id = "1-7f3c9e52-84a1-4d0b-a6c7-3b1d5e9f2048";
constexpr std::string_view organizer_id = "9d1e4b7a-3c52-4f8e-8a10-6b2c4d5e6f70";

constexpr std::string_view seed_created = R"({
  "event": "match_object_created",
  "match_id": "1-7f3c9e52-84a1-4d0b-a6c7-3b1d5e9f2048",
  "organizer_id": "9d1e4b7a-3c52-4f8e-8a10-6b2c4d5e6f70",
  "entity": {"teams": {"faction1": {"roster": [
    {"player_id": "a1b2c3d4-0001-4aaa-8bbb-000000000001", "nickname": "Kestrel"},
    {"player_id": "a1b2c3d4-0002-4aaa-8bbb-000000000002", "nickname": "oakfist"}]}}}})";

constexpr std::string_view real_created = R"({
  "transaction_id": "0b6a5c1e-6a0f-4f7e-9d53-0f2f6f8f1a11", "event": "match_object_created",
  "event_id": "6a3f1f0c-22c5-4b0a-8d5b-c4f1e3d2a901",
    "third_party_id": "5f1c7a52-0d6d-4a6e-b2a3-9a1f00c7de10",
  "app_id": "c2b0d8f4-1111-4c3b-9e77-5a2b6c7d8e9f", "timestamp": "2026-03-14T18:20:41Z",
    "retry_count": 0, "version": 1,
  "payload": {"id": "1-7f3c9e52-84a1-4d0b-a6c7-3b1d5e9f2048",
    "organizer_id": "9d1e4b7a-3c52-4f8e-8a10-6b2c4d5e6f70",
    "region": "EU", "game": "cs2", "version": 1,
    "entity": {"id": "2f4e6a80-1b3d-4c5e-9f70-8a9b0c1d2e3f", "name": "Nordlys Hub 5v5", "type": "hub"},
    "created_at": "2026-03-14T18:20:40Z", "updated_at": "2026-03-14T18:20:40Z"}})";

constexpr std::string_view ready_with_array = R"({
  "event": "match_status_ready", "event_id": "1d2c3b4a", "timestamp": "2026-03-14T18:24:55Z",
  "payload": {"id": "1-7f3c9e52-84a1-4d0b-a6c7-3b1d5e9f2048", "version": 7, "teams": [
    {"id": "team-a", "name": "team_Kestrel", "leader_id": "p1", "roster": [
      {"id": "p1", "nickname": "Kestrel", "game_id": "76561198000000001"}, {"id": "p2",
        "nickname": "oakfist"}],
      "substitutions": 0, "substitutes": null},
    {"id": "team-b", "name": "team_Brisa", "leader_id": "p6", "roster": [{"id": "p6",
      "nickname": "Brisa"}]}]}})";

constexpr std::string_view ready_with_object = R"({
  "event": "match_status_ready", "payload": {"id": "1-7f3c9e52-84a1-4d0b-a6c7-3b1d5e9f2048", "teams": {
    "faction2": {"faction_id": "team-b", "name": "team_Brisa", "leader": "p6",
      "roster": [{"player_id": "p6"}]},
    "faction1": {"faction_id": "team-a", "name": "team_Kestrel", "leader": "p1",
      "roster": [{"player_id": "p1", "nickname": "Kestrel"}, {"player_id": "p2"}]}}}})";

std::vector<std::string> player_ids(const Team& team) {
  std::vector<std::string> out;
  for (const auto& player : team.roster) out.push_back(player.id);
  return out;
}

TEST(Webhook, vector_1_the_seeds_shape_gives_its_match_and_two_players_of_faction1) {
  const auto n = parse_webhook(seed_created);
  ASSERT_TRUE(n && !n->ignored());
  EXPECT_EQ(n->kind, NotificationKind::match_created);
  EXPECT_EQ(n->match_id, match_id);
  EXPECT_EQ(n->organizer_id, organizer_id);
  ASSERT_EQ(n->teams.size(), 1U);
  EXPECT_EQ(n->teams[0].key, "faction1");
  EXPECT_EQ(n->teams[0].roster.size(), 2U);
  EXPECT_EQ(n->teams[0].roster[1].nickname, "oakfist");
  EXPECT_TRUE(n->roster_known);
}

TEST(Webhook, vector_2_a_real_creation_without_teams_leaves_the_roster_unknown) {
  const auto n = parse_webhook(real_created);
  ASSERT_TRUE(n && !n->ignored());
  EXPECT_EQ(n->match_id, match_id);
  EXPECT_EQ(n->organizer_id, organizer_id);
  EXPECT_FALSE(n->roster_known);
  EXPECT_TRUE(n->teams.empty());
  EXPECT_EQ(n->competition_name, "Nordlys Hub 5v5");
  EXPECT_EQ(n->delivery_key, "6a3f1f0c-22c5-4b0a-8d5b-c4f1e3d2a901");
  EXPECT_EQ(to_rfc3339(*n->occurred_at), "2026-03-14T18:20:41.000Z");
  EXPECT_EQ(n->payload_version, 1);
}

TEST(Webhook, vector_3_teams_in_an_array_keep_their_order_and_use_id) {
  const auto n = parse_webhook(ready_with_array);
  ASSERT_TRUE(n);
  EXPECT_EQ(n->kind, NotificationKind::match_ready);
  ASSERT_EQ(n->teams.size(), 2U);
  EXPECT_EQ(n->teams[0].id, "team-a");
  EXPECT_EQ(n->teams[0].captain, "p1");
  EXPECT_EQ(player_ids(n->teams[0]), (std::vector<std::string>{"p1", "p2"}));
  EXPECT_EQ(player_ids(n->teams[1]), (std::vector<std::string>{"p6"}));
  EXPECT_EQ(n->payload_version, 7);
}

TEST(Webhook, vector_4_teams_in_an_object_give_the_same_in_the_order_of_their_keys) {
  const auto array = parse_webhook(ready_with_array);
  const auto object = parse_webhook(ready_with_object);
  ASSERT_TRUE(array && object);
  ASSERT_EQ(object->teams.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(object->teams[i].id, array->teams[i].id);
    EXPECT_EQ(object->teams[i].name, array->teams[i].name);
    EXPECT_EQ(object->teams[i].captain, array->teams[i].captain);
    EXPECT_EQ(player_ids(object->teams[i]), player_ids(array->teams[i]));
  }
}

TEST(Webhook, vector_5_a_null_payload_falls_back_to_the_root) {
  const auto n = parse_webhook(R"({"event":"match_status_finished","payload":null,"match_id":"1-abc"})");
  ASSERT_TRUE(n && !n->ignored());
  EXPECT_EQ(n->match_id, "1-abc");
  EXPECT_EQ(n->kind, NotificationKind::match_finished);
}

TEST(Webhook, vector_6_what_is_no_json_object_is_invalid) {
  for (const auto* body : {"[]", "\"x\"", "", "{", "null", "12", "{}x"}) {
    const auto n = parse_webhook(body);
    ASSERT_FALSE(n) << body;
    EXPECT_EQ(n.error().kind, ErrorKind::invalid);
  }
  EXPECT_FALSE(parse_webhook(std::string(webhook_bytes_max + 1, ' ')));
  EXPECT_FALSE(parse_webhook(std::string(1000, '[') + std::string(1000, ']')));
}

TEST(Webhook, vector_7_without_an_event_it_is_ignored) {
  for (const auto* body : {"{}", R"({"event":""})", R"({"event":null,"match_id":"1-a"})", R"({"event":5})"}) {
    const auto n = parse_webhook(body);
    ASSERT_TRUE(n) << body;
    EXPECT_EQ(n->ignored_reason, "no_event_type");
  }
}

TEST(Webhook, the_event_may_be_named_in_four_places) {
  for (const auto* body :
       {R"({"event":"match_status_ready","id":"1-a"})", R"({"event_type":"match_status_ready","id":"1-a"})",
        R"({"event":"","type":"match_status_ready","id":"1-a"})",
        R"({"payload":{"event":"match_status_ready","match_id":"1-a"}})"}) {
    const auto n = parse_webhook(body);
    ASSERT_TRUE(n) << body;
    EXPECT_EQ(n->kind, NotificationKind::match_ready) << body;
    EXPECT_EQ(n->match_id, "1-a");
  }
}

TEST(Webhook, vector_8_a_match_event_without_an_id_is_ignored) {
  for (const auto* body : {R"({"event":"match_status_ready","payload":{}})",
                           R"({"event":"match_status_ready","payload":{"id":null}})",
                           R"({"event":"match_status_ready","payload":{"id":""}})"}) {
    const auto n = parse_webhook(body);
    ASSERT_TRUE(n) << body;
    EXPECT_EQ(n->ignored_reason, "no_match_id");
  }
}

TEST(Webhook, vector_9_a_hub_event_with_an_id_is_no_match) {
  const auto n = parse_webhook(
      R"({"event":"hub_user_added","payload":{"id":"hub-1","organizer_id":"o","user_id":"u"}})");
  ASSERT_TRUE(n);
  EXPECT_EQ(n->kind, NotificationKind::other);
  EXPECT_EQ(n->match_id, "");
  EXPECT_EQ(n->ignored_reason, "not_a_match");
  EXPECT_EQ(n->organizer_id, "o");
}

TEST(Webhook, vector_15_null_rosters_and_substitutes_are_empty_lists) {
  const auto n = parse_webhook(
      R"({"event":"match_status_ready","payload":{"id":"1-a","teams":[{"id":"t","substitutes":null,
        "roster":null}, null]}})");
  ASSERT_TRUE(n && !n->ignored());
  ASSERT_EQ(n->teams.size(), 1U);
  EXPECT_TRUE(n->teams[0].roster.empty());
  EXPECT_FALSE(n->roster_known);
}

TEST(Webhook, vector_16_an_unknown_match_event_says_to_look_at_the_match) {
  const auto n = parse_webhook(R"({"event":"match_status_ongoing","payload":{"id":"1-a"}})");
  ASSERT_TRUE(n && !n->ignored());
  EXPECT_EQ(n->kind, NotificationKind::match_unknown);
}

TEST(Webhook, vector_21_an_id_that_could_change_a_url_is_rejected) {
  for (const auto& id :
       {std::string(200, 'a'), std::string("../players"), std::string("a/b"), std::string("1-a?x=1"),
        std::string("a b"), std::string(".."), std::string("\u00fc")}) {
    const auto n = parse_webhook(to_text(json::object{{"event", "match_status_ready"}, {"match_id", id}}));
    ASSERT_FALSE(n) << id;
    EXPECT_EQ(n.error().kind, ErrorKind::invalid);
  }
}

TEST(Webhook, flat_players_make_one_team) {
  const auto n = parse_webhook(
      R"({"event":"match_object_created","match_id":"1-a","entity":{"players":[{"guid":"p1"},
        {"user_id":"p2"}]}})");
  ASSERT_TRUE(n);
  ASSERT_EQ(n->teams.size(), 1U);
  EXPECT_EQ(player_ids(n->teams[0]), (std::vector<std::string>{"p1", "p2"}));
}

std::string key_of(std::string_view body) {
  return parse_webhook(body)->delivery_key;
}

TEST(Webhook, a_delivery_is_known_by_the_events_id_and_else_by_the_transactions) {
  EXPECT_EQ(key_of(R"({"event":"match_status_ready","id":"1-a","event_id":"e","transaction_id":"t"})"), "e");
  EXPECT_EQ(key_of(R"({"event":"match_status_ready","id":"1-a","event_id":"","transaction_id":"t"})"), "t");
  EXPECT_EQ(key_of(R"({"event":"match_status_ready","id":"1-a","event_id":7,"transaction_id":"t"})"), "t");
}

TEST(Webhook, a_delivery_without_ids_is_known_by_its_time_or_version_however_often_it_is_repeated) {
  const auto ready = [](std::string_view time, int version, int retry_count) {
    return key_of(to_text(json::object{{"event", "match_status_ready"},
                                       {"timestamp", time},
                                       {"retry_count", retry_count},
                                       {"payload", json::object{{"id", "1-a"}, {"version", version}}}}));
  };
  EXPECT_EQ(ready("2026-03-14T18:24:55Z", 7, 0), ready("2026-03-14T18:24:55Z", 7, 1));
  EXPECT_NE(ready("2026-03-14T18:24:55Z", 7, 0), ready("2026-03-14T18:24:56Z", 7, 0));
  EXPECT_NE(ready("", 7, 0), ready("", 8, 0));
  EXPECT_EQ(ready("", 7, 0), ready("", 7, 3));
}

TEST(Webhook, two_ends_of_one_match_in_the_seeds_shape_are_not_taken_for_one_delivery) {
  EXPECT_EQ(key_of(seed_created), "");
  EXPECT_EQ(key_of(R"({"event":"match_status_finished","match_id":"1-a","organizer_id":"o"})"), "");
  EXPECT_EQ(key_of(R"({"event":"match_status_finished","id":"1-a","timestamp":"1970-01-01T00:00:00Z"})"), "");
}

TEST(Webhook, a_key_is_never_longer_than_64_characters_and_long_ids_stay_apart) {
  const auto with_id = [](std::size_t size, char last) {
    auto id = std::string(size - 1, 'e') + last;
    return key_of(to_text(json::object{{"event", "match_status_ready"}, {"id", "1-a"}, {"event_id", id}}));
  };
  EXPECT_EQ(with_id(64, 'x'), std::string(63, 'e') + 'x');
  EXPECT_EQ(with_id(65, 'x').size(), 64U);
  EXPECT_EQ(with_id(100'000, 'x').size(), 64U);
  EXPECT_NE(with_id(65, 'x'), with_id(65, 'y'));
  const json::object timed{
      {"event", "match_" + std::string(500, 'x')}, {"id", "1-a"}, {"timestamp", "2026-03-14T18:24:55Z"}};
  EXPECT_EQ(key_of(to_text(timed)).size(), 64U);
}

TEST(Webhook, tells_the_game_the_players_levels_and_the_address_of_a_demo) {
  const auto n = parse_webhook(R"({"event":"match_demo_ready","payload":{"id":"1-a","game":"cs2",
    "demo_url":"https://demos.example/cs2/1-a-1-1.dem.zst","teams":[{"id":"t","roster":[
      {"id":"p1","game_skill_level":10},{"id":"p2","game_skill_level":"8"},{"id":"p3","game_skill_level":0},
      {"id":"p4","game_skill_level":null},{"id":"p5"}]}]}})");
  ASSERT_TRUE(n && !n->ignored());
  EXPECT_EQ(n->kind, NotificationKind::match_demo_ready);
  EXPECT_EQ(n->game, "cs2");
  EXPECT_EQ(n->demo_url, "https://demos.example/cs2/1-a-1-1.dem.zst");
  std::vector<std::optional<int>> levels;
  for (const auto& player : n->teams.at(0).roster) levels.push_back(player.level);
  EXPECT_EQ(levels, (std::vector<std::optional<int>>{10, 8, std::nullopt, std::nullopt, std::nullopt}));
}

TEST(Webhook, a_demo_at_an_address_that_is_none_of_the_web_is_left_out) {
  for (const auto* url : {"\"javascript:alert(1)\"", "\"\"", "null", "[\"https://x\"]", "7"}) {
    const auto n = parse_webhook(
        fmt::format(R"({{"event":"match_demo_ready","payload":{{"id":"1-a","demo_url":{}}}}})", url));
    ASSERT_TRUE(n) << url;
    EXPECT_EQ(n->demo_url, "") << url;
  }
}

TEST(Webhook, the_epoch_is_no_time) {
  const auto n =
      parse_webhook(R"({"event":"match_status_ready","timestamp":"1970-01-01T00:00:00Z","id":"1-a"})");
  ASSERT_TRUE(n);
  EXPECT_FALSE(n->occurred_at);
}

TEST(Webhook, random_bodies_never_do_more_than_fail) {
  Random random(7);
  const std::string base(real_created);
  for (int i = 0; i < 2000; ++i) {
    auto body = base;
    for (int changes = 0; changes < 4; ++changes) {
      body[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(body.size()) - 1))] =
          static_cast<char>(random.between(0, 255));
    }
    const auto n = parse_webhook(body);
    if (n && !n->match_id.empty()) EXPECT_TRUE(is_valid_id(n->match_id));
  }
}

}  // namespace
}  // namespace matchday::faceit
