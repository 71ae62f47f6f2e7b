// Whatever a client sends, simulated Discord answers: every part of every valid body is replaced by something
// wrong in turn, and the gateway is given frames of every shape. Nothing may crash, and every refusal has
// Discord's form.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

struct RobustnessTest : DiscordTest {
  const json::array wrong{nullptr,
                          true,
                          -1,
                          0,
                          1e300,
                          UINT64_MAX,
                          "",
                          "x",
                          std::string(5000, 'y'),
                          "9",
                          json::array(),
                          json::array{nullptr, 7, "z"},
                          json::object(),
                          json::object{{"type", 2}, {"id", "1"}}};

  // Calls `visit` once for each node of the document, with that node replaced by each wrong value.
  template <class Visit>
  void each_mutation(json::value& document, json::value& node, const Visit& visit) {
    const json::value original = node;
    for (const auto& replacement : wrong) {
      node = replacement;
      visit(document);
    }
    node = original;
    if (auto* object = node.if_object()) {
      for (auto& [key, child] : *object) each_mutation(document, child, visit);
    } else if (auto* list = node.if_array()) {
      for (auto& child : *list) each_mutation(document, child, visit);
    }
  }

  void try_everything(const std::string& method, const std::string& path, json::value body) {
    each_mutation(body, body, [&](const json::value& mutated) {
      const auto reply = ask(method, path, mutated);
      EXPECT_GE(reply.status, 200);
      EXPECT_LT(reply.status, 500);
      if (reply.status >= 400) EXPECT_GE(reply.code(), 0) << method << " " << path << " " << to_text(mutated);
    });
  }
};

TEST_F(RobustnessTest, no_body_of_a_channel_or_member_request_brings_it_down) {
  world.rules().guild_channels_max = 100'000;
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  const json::array overwrites{
      json::object{{"id", guild.text()}, {"type", 0}, {"allow", "0"}, {"deny", "1024"}}};
  try_everything("POST", guild_path("/channels"),
                 {{"name", "room"},
                  {"type", 2},
                  {"topic", "t"},
                  {"parent_id", category.text()},
                  {"user_limit", 2},
                  {"bitrate", 64000},
                  {"permission_overwrites", overwrites}});
  try_everything("PATCH", channel_path(lobby),
                 {{"name", "room"}, {"permission_overwrites", overwrites}, {"nsfw", false}});
  try_everything("PATCH", guild_path("/channels"),
                 json::array{json::object{{"id", lobby.text()}, {"position", 1}}});
  try_everything("PUT", channel_path(lobby, "/permissions/" + ana.text()),
                 {{"type", 1}, {"allow", "0"}, {"deny", "0"}});
  try_everything("PUT", channel_path(lobby, "/voice-status"), {{"status", "x"}});
  try_everything("PATCH", member_path(ana),
                 {{"nick", "n"}, {"roles", json::array()}, {"channel_id", lobby.text()}});
  try_everything("POST", guild_path("/roles"),
                 {{"name", "r"}, {"permissions", "0"}, {"colors", {{"primary_color", 1}}}});
}

TEST_F(RobustnessTest, no_body_of_a_message_or_event_request_brings_it_down) {
  const json::object button{
      {"type", 2}, {"style", 1}, {"label", "Go"}, {"custom_id", "a"}, {"emoji", {{"name", "x"}}}};
  const json::object select{{"type", 3}, {"custom_id", "s"}, {"options", {{{"label", "A"}, {"value", "a"}}}}};
  const json::object row{{"type", 1}, {"components", {button}}};
  const auto path = channel_path(text, "/messages");
  try_everything("POST", path,
                 {{"content", "hi"},
                  {"embeds",
                   {{{"title", "t"},
                     {"fields", {{{"name", "n"}, {"value", "v"}}}},
                     {"image", {{"url", "https://x"}}},
                     {"footer", {{"text", "f"}}},
                     {"timestamp", "2026-01-01T00:00:00Z"}}}},
                  {"components", {row, {{"type", 1}, {"components", {select}}}}},
                  {"allowed_mentions", {{"parse", {"users"}}, {"roles", json::array()}}},
                  {"message_reference", {{"message_id", "1"}, {"fail_if_not_exists", false}}},
                  {"attachments", {{{"id", "0"}, {"description", "d"}}}},
                  {"nonce", "n"}});
  const json::object section{
      {"type", 9}, {"components", {{{"type", 10}, {"content", "x"}}}}, {"accessory", button}};
  const json::object gallery{{"type", 12}, {"items", {{{"media", {{"url", "https://x"}}}}}}};
  try_everything("POST", path,
                 {{"flags", 1 << 15},
                  {"components", {{{"type", 17}, {"components", {section, gallery, {{"type", 14}}}}}}}});
  try_everything("POST", "/users/@me/channels", {{"recipient_id", ana.text()}});
  world.rules().scheduled_events_max = 100'000;
  try_everything("POST", guild_path("/scheduled-events"),
                 {{"name", "e"},
                  {"privacy_level", 2},
                  {"entity_type", 3},
                  {"scheduled_start_time", to_rfc3339(now + 1h)},
                  {"scheduled_end_time", to_rfc3339(now + 2h)},
                  {"entity_metadata", {{"location", "x"}}},
                  {"channel_id", nullptr}});
}

TEST_F(RobustnessTest, no_command_definition_and_no_answer_to_an_interaction_brings_it_down) {
  world.rules().commands_created_per_day_max = 1'000'000;
  const json::object option{{"type", 3},          {"name", "o"},
                            {"description", "d"}, {"required", true},
                            {"max_length", 5},    {"choices", {{{"name", "a"}, {"value", "a"}}}}};
  const json::object sub{{"type", 1}, {"name", "s"}, {"description", "d"}, {"options", {option}}};
  const json::object command{{"name", "league"},
                             {"description", "d"},
                             {"name_localizations", {{"de", "liga"}}},
                             {"options", {sub}},
                             {"default_member_permissions", "0"},
                             {"contexts", {0}}};
  try_everything("PUT", commands_path(), json::array{command});
  const json::object plain{{"name", "ping"}, {"description", "d"}};
  ASSERT_EQ(ask("PUT", commands_path(), json::array{plain}).status, 200);
  auto& client = log_in();
  const json::object label{
      {"type", 18}, {"label", "L"}, {"component", {{"type", 4}, {"custom_id", "c"}, {"style", 1}}}};
  for (const auto& answer :
       {json::value{{"type", 4}, {"data", {{"content", "x"}, {"flags", 64}}}},
        json::value{{"type", 5}, {"data", {{"flags", 64}}}},
        json::value{{"type", 9}, {"data", {{"custom_id", "m"}, {"title", "T"}, {"components", {label}}}}}}) {
    auto body = answer;
    each_mutation(body, body, [&](const json::value& mutated) {
      ASSERT_TRUE(world.fire_command({.channel = text, .user = ana, .name = "ping"}));
      const auto& one = *updated(client).last("INTERACTION_CREATE");
      const auto path = "/interactions/" + std::string(one.at("id").as_string()) + "/" +
                        std::string(one.at("token").as_string()) + "/callback";
      EXPECT_LT(ask("POST", path, mutated).status, 500);
    });
  }
}

TEST_F(RobustnessTest, no_gateway_frame_brings_it_down) {
  for (json::value payload :
       {json::value(identify_payload()), json::value{{"op", 1}, {"d", 5}},
        json::value{{"op", 6}, {"d", {{"token", world.rules().bot_token}, {"session_id", "s"}, {"seq", 1}}}},
        json::value{{"op", 8}, {"d", {{"guild_id", guild.text()}, {"query", ""}, {"limit", 0}}}}}) {
    each_mutation(payload, payload, [&](const json::value& mutated) {
      pass(5s);
      auto& client = connect();
      world.gateway_text(client.id, to_text(mutated), now);
      world.gateway_closed(client.id, 4000, now);
    });
  }
  EXPECT_EQ(ask("GET", "/users/@me").status, 200);
}

TEST_F(RobustnessTest, a_snapshot_can_be_taken_at_any_moment) {
  ask("POST", channel_path(text, "/messages"), {{"content", "x"}});
  log_in();
  ASSERT_TRUE(world.kick_bot(guild));
  ASSERT_TRUE(world.invite_bot(guild, bot_rights));
  EXPECT_TRUE(parse_json(to_text(world.snapshot())));
}

}  // namespace
}  // namespace matchday::sandbox::discord
