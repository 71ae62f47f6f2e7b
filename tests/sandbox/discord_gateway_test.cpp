// The gateway: hello, identify and its close codes, sequence and replay, heartbeats, limits, compression,
// intents, and an event for every change.
#include <zlib.h>

#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

using GatewayTest = DiscordTest;

constexpr std::int64_t guilds_only = 1;

json::object resume_payload(const World& world, const json::value& ready, std::int64_t sequence) {
  return {
      {"op", 6},
      {"d", {{"token", world.rules().bot_token}, {"session_id", ready.at("session_id")}, {"seq", sequence}}}};
}

TEST_F(GatewayTest, hello_comes_first_with_the_heartbeat_interval) {
  auto& client = connect();
  ASSERT_NE(client.op(10), nullptr);
  EXPECT_EQ(client.op(10)->at("heartbeat_interval"), 41'250);
}

TEST_F(GatewayTest, ready_lists_guilds_as_unavailable_and_guild_create_brings_them) {
  auto& client = log_in();
  const auto& ready = *client.last("READY");
  EXPECT_EQ(ready.at("guilds").at(0).at("unavailable"), true);
  EXPECT_EQ(ready.at("resume_gateway_url"), as_json(world.rules().public_gateway_url));
  const auto& created = *client.last("GUILD_CREATE");
  EXPECT_EQ(created.at("id"), as_json(guild.text()));
  EXPECT_EQ(created.at("channels").as_array().size(), 3U);
  EXPECT_EQ(created.at("unavailable"), false);
}

TEST_F(GatewayTest, guild_create_carries_who_sits_where) {
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  const auto& created = *log_in().last("GUILD_CREATE");
  ASSERT_EQ(created.at("voice_states").as_array().size(), 1U);
  EXPECT_EQ(created.at("voice_states").at(0).at("channel_id"), as_json(lobby.text()));
  EXPECT_EQ(created.at("members").as_array().size(), 2U) << "the bot and who is in voice";
}

TEST_F(GatewayTest, each_wrong_identify_has_its_close_code) {
  const auto code_for = [&](auto change) {
    auto payload = identify_payload();
    change(payload.at("d").as_object());
    auto& client = connect();
    say(client, payload);
    pass(5s);
    return client.closed ? client.closed->code : 0;
  };
  EXPECT_EQ(code_for([](json::object& d) { d["token"] = "wrong"; }), 4004);
  EXPECT_EQ(code_for([](json::object& d) { d["intents"] = 1LL << 30; }), 4013);
  EXPECT_EQ(code_for([](json::object& d) { d["intents"] = 1 << 8; }), 4014);
  EXPECT_EQ(code_for([](json::object& d) { d["shard"] = {2, 2}; }), 4010);
  EXPECT_EQ(code_for([](json::object& d) { d.erase("properties"); }), 4002);
  EXPECT_EQ(code_for([](json::object&) {}), 0);
}

TEST_F(GatewayTest, message_content_can_be_switched_off_in_the_portal) {
  world.rules().message_content_intent = false;
  auto& client = connect();
  say(client, identify_payload(1 << 15));
  EXPECT_EQ(client.closed->code, 4014);
}

TEST_F(GatewayTest, an_unknown_api_version_is_4012) {
  EXPECT_EQ(connect("v=6&encoding=json").closed->code, 4012);
  EXPECT_EQ(connect("encoding=json").closed->code, 4012);
}

TEST_F(GatewayTest, protocol_faults_have_their_close_codes) {
  auto& second_identify = log_in();
  say(second_identify, identify_payload());
  EXPECT_EQ(second_identify.closed->code, 4005);
  auto& too_early = connect();
  say(too_early, {{"op", 3}, {"d", json::object()}});
  EXPECT_EQ(too_early.closed->code, 4003);
  auto& unknown_op = connect();
  say(unknown_op, {{"op", 99}, {"d", nullptr}});
  EXPECT_EQ(unknown_op.closed->code, 4001);
  auto& no_json = connect();
  world.gateway_text(no_json.id, "{]", now);
  pump();
  EXPECT_EQ(no_json.closed->code, 4002);
  auto& too_long = connect();
  world.gateway_text(too_long.id, to_text({{"op", 1}, {"d", std::string(4096, 'x')}}), now);
  pump();
  EXPECT_EQ(too_long.closed->code, 4002);
}

TEST_F(GatewayTest, the_121st_message_within_a_minute_closes_with_4008) {
  auto& client = log_in();
  for (int i = 0; i < 119; ++i) say(client, {{"op", 1}, {"d", nullptr}});
  EXPECT_FALSE(client.closed);
  say(client, {{"op", 1}, {"d", nullptr}});
  EXPECT_EQ(client.closed->code, 4008);
}

TEST_F(GatewayTest, a_heartbeat_is_acknowledged_and_silence_is_closed) {
  auto& client = log_in();
  pass(41s);
  say(client, {{"op", 1}, {"d", 1}});
  EXPECT_NE(client.op(11), nullptr);
  pass(41s);
  EXPECT_FALSE(updated(client).closed);
  pass(30s);
  ASSERT_TRUE(updated(client).closed);
  EXPECT_EQ(client.closed->code, 4009);
}

TEST_F(GatewayTest, next_tick_says_when_silence_will_be_noticed) {
  connect();
  EXPECT_EQ(world.next_tick(), now + world.rules().identify_patience);
}

TEST_F(GatewayTest, a_dropped_session_resumes_with_what_it_missed) {
  auto& client = log_in();
  const auto ready = *client.last("READY");
  const auto seen = client.sequence();
  world.gateway_closed(client.id, 1006, now);
  const auto room = make_voice_channel("Match 1");
  auto& next = connect();
  say(next, resume_payload(world, ready, seen));
  EXPECT_EQ(next.last("CHANNEL_CREATE")->at("id"), as_json(room.text()));
  EXPECT_EQ(next.count("RESUMED"), 1);
  EXPECT_EQ(next.count("GUILD_CREATE"), 0);
  EXPECT_EQ(world.counters().resumes, 1U);
}

TEST_F(GatewayTest, a_clean_close_ends_the_session) {
  auto& client = log_in();
  const auto ready = *client.last("READY");
  world.gateway_closed(client.id, 1000, now);
  auto& next = connect();
  say(next, resume_payload(world, ready, client.sequence()));
  EXPECT_EQ(*next.op(9), json::value(false));
}

TEST_F(GatewayTest, a_close_in_the_4000_range_keeps_the_session_for_its_life) {
  auto& client = log_in();
  const auto ready = *client.last("READY");
  world.gateway_closed(client.id, 4000, now);
  pass(world.rules().session_life - 1ms);
  auto& in_time = connect();
  say(in_time, resume_payload(world, ready, client.sequence()));
  EXPECT_EQ(in_time.count("RESUMED"), 1);
  world.gateway_closed(in_time.id, 4000, now);
  pass(world.rules().session_life);
  auto& too_late = connect();
  say(too_late, resume_payload(world, ready, client.sequence()));
  EXPECT_EQ(*too_late.op(9), json::value(false));
}

TEST_F(GatewayTest, resuming_ahead_of_the_session_is_4007_and_too_far_behind_is_op_9) {
  world.rules().replay_events_max = 3;
  auto& client = log_in();
  const auto ready = *client.last("READY");
  world.gateway_closed(client.id, 4000, now);
  for (int i = 0; i < 4; ++i) make_voice_channel("Match");
  auto& behind = connect();
  say(behind, resume_payload(world, ready, 1));
  EXPECT_EQ(*behind.op(9), json::value(false));
  pass(5s);
  auto& fresh = log_in();
  const auto other = *fresh.last("READY");
  world.gateway_closed(fresh.id, 4000, now);
  auto& ahead = connect();
  say(ahead, resume_payload(world, other, 999));
  EXPECT_EQ(ahead.closed->code, 4007);
}

TEST_F(GatewayTest, a_second_identify_within_five_seconds_is_an_invalid_session) {
  log_in();
  auto& hasty = connect();
  say(hasty, identify_payload());
  EXPECT_EQ(*hasty.op(9), json::value(false));
  pass(5s);
  say(hasty, identify_payload());
  EXPECT_EQ(hasty.count("READY"), 1);
}

TEST_F(GatewayTest, identifying_beyond_the_daily_limit_resets_the_token) {
  world.rules().session_starts_max = 1;
  const auto token = world.rules().bot_token;
  auto& victim = log_in();
  pass(5s);
  auto& last_straw = connect();
  say(last_straw, identify_payload());
  EXPECT_EQ(last_straw.closed->code, 4004);
  EXPECT_EQ(updated(victim).closed->code, 4004);
  EXPECT_EQ(ask("GET", "/users/@me", nullptr, {{"Authorization", "Bot " + token}}).status, 401);
}

TEST_F(GatewayTest, events_are_filtered_by_intents) {
  auto& narrow = log_in(guilds_only);
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  ASSERT_TRUE(world.send_message(text, ana, "hi"));
  make_voice_channel("Match 1");
  updated(narrow);
  EXPECT_EQ(narrow.count("VOICE_STATE_UPDATE"), 0);
  EXPECT_EQ(narrow.count("MESSAGE_CREATE"), 0);
  EXPECT_EQ(narrow.count("CHANNEL_CREATE"), 1);
}

TEST_F(GatewayTest, without_message_content_texts_are_empty_unless_they_concern_the_bot) {
  auto& client = log_in((1 << 0) | (1 << 9) | (1 << 12));
  ASSERT_TRUE(world.send_message(text, ana, "!session_restart"));
  EXPECT_EQ(updated(client).last("MESSAGE_CREATE")->at("content"), "");
  ASSERT_TRUE(world.send_message(text, ana, "<@" + world.bot().text() + "> !session_restart"));
  EXPECT_NE(updated(client).last("MESSAGE_CREATE")->at("content"), "");
  ask("POST", channel_path(text, "/messages"), {{"content", "our own"}});
  EXPECT_EQ(updated(client).last("MESSAGE_CREATE")->at("content"), "our own");
}

TEST_F(GatewayTest, messages_in_channels_that_the_bot_cannot_see_are_not_delivered) {
  ASSERT_TRUE(world.set_overwrite(text, {.id = OverwriteId{world.bot().value},
                                         .kind = OverwriteKind::member,
                                         .deny = permission::view_channel}));
  auto& client = log_in();
  ASSERT_TRUE(world.send_message(text, ana, "behind its back"));
  EXPECT_EQ(updated(client).count("MESSAGE_CREATE"), 0);
}

TEST_F(GatewayTest, every_change_has_its_event) {
  auto& client = log_in();
  const auto room = make_voice_channel("Match 1");
  ASSERT_TRUE(world.human_rename_channel(room, owner, "Final"));
  ASSERT_TRUE(world.join_voice(guild, ana, room));
  ask("DELETE", channel_path(room));
  const auto role = world.add_role(guild, {.name = "Gold", .position = 1});
  ASSERT_TRUE(world.set_role_permissions(guild, role, permission::speak));
  ask("PUT", member_path(ana) + "/roles/" + role.text());
  ASSERT_TRUE(world.delete_role(guild, role));
  const auto posted = ask("POST", channel_path(text, "/messages"), {{"content", "x"}});
  ask("PATCH", channel_path(text, "/messages/" + posted.text("id")), {{"content", "y"}});
  ask("DELETE", channel_path(text, "/messages/" + posted.text("id")));
  updated(client);
  for (const auto* event :
       {"CHANNEL_CREATE", "CHANNEL_UPDATE", "CHANNEL_DELETE", "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE",
        "GUILD_ROLE_DELETE", "GUILD_MEMBER_UPDATE", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"}) {
    EXPECT_EQ(client.count(event), 1) << event;
  }
  EXPECT_EQ(client.count("VOICE_STATE_UPDATE"), 2) << "joined, and put out by the deletion";
  EXPECT_GE(client.count("GUILD_AUDIT_LOG_ENTRY_CREATE"), 5);
}

TEST_F(GatewayTest, an_outage_and_a_kick_are_told_apart_by_unavailable) {
  auto& client = log_in();
  ASSERT_TRUE(world.set_unavailable(guild, true));
  EXPECT_EQ(updated(client).last("GUILD_DELETE")->at("unavailable"), true);
  ASSERT_TRUE(world.set_unavailable(guild, false));
  EXPECT_EQ(updated(client).count("GUILD_CREATE"), 2);
  ASSERT_TRUE(world.kick_bot(guild));
  EXPECT_FALSE(updated(client).last("GUILD_DELETE")->as_object().contains("unavailable"));
}

TEST_F(GatewayTest, reconnect_invalid_session_and_drops_come_on_demand) {
  auto& client = log_in();
  world.ask_to_reconnect();
  EXPECT_NE(updated(client).op(7), nullptr);
  world.invalidate_sessions(true);
  EXPECT_EQ(*updated(client).op(9), json::value(true));
  world.drop_connections(1006);
  EXPECT_EQ(updated(client).closed->code, 1006);
  world.refuse_connections(true);
  EXPECT_EQ(connect().closed->code, 1006);
}

TEST_F(GatewayTest, events_can_be_lost_doubled_and_late_but_stay_in_order) {
  auto& client = log_in();
  world.rules().dispatch_lost = 1;
  make_voice_channel("lost");
  EXPECT_EQ(updated(client).count("CHANNEL_CREATE"), 0);
  world.rules().dispatch_lost = 0;
  world.rules().dispatch_doubled = 1;
  make_voice_channel("doubled");
  EXPECT_EQ(updated(client).count("CHANNEL_CREATE"), 2);
  world.rules().dispatch_doubled = 0;
  world.rules().dispatch_delay_max = 10s;
  for (int i = 0; i < 5; ++i) make_voice_channel(std::to_string(i));
  const auto before = updated(client).count("CHANNEL_CREATE");
  pass(10s);
  EXPECT_EQ(updated(client).count("CHANNEL_CREATE"), 7);
  EXPECT_LT(before, 7);
  EXPECT_EQ(client.last("CHANNEL_CREATE")->at("name"), "4");
}

TEST_F(GatewayTest, members_are_listed_on_request) {
  auto& client = log_in();
  say(client, {{"op", 8}, {"d", {{"guild_id", guild.text()}, {"user_ids", {ana.text()}}, {"nonce", "n"}}}});
  const auto* chunk = client.last("GUILD_MEMBERS_CHUNK");
  ASSERT_NE(chunk, nullptr);
  EXPECT_EQ(chunk->at("members").as_array().size(), 1U);
  EXPECT_EQ(chunk->at("nonce"), "n");
}

// Inflates a whole zlib stream, whose messages each end in the flush marker.
std::vector<std::string> inflate_stream(const std::vector<std::string>& frames) {
  z_stream stream{};
  EXPECT_EQ(inflateInit(&stream), Z_OK);
  std::vector<std::string> texts;
  std::string pending;
  for (const auto& frame : frames) {
    pending += frame;
    if (!pending.ends_with(std::string("\0\0\xff\xff", 4))) continue;
    std::string out(1 << 20, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(pending.data());
    stream.avail_in = static_cast<uInt>(pending.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    EXPECT_EQ(inflate(&stream, Z_SYNC_FLUSH), Z_OK);
    out.resize(out.size() - stream.avail_out);
    texts.push_back(out);
    pending.clear();
  }
  inflateEnd(&stream);
  EXPECT_TRUE(pending.empty());
  return texts;
}

TEST_F(GatewayTest, zlib_stream_is_one_context_per_connection_with_a_flush_after_each_message) {
  for (const bool chunked : {false, true}) {
    world.rules().chunked_compression = chunked;
    pass(5s);
    const auto id = world.open_gateway("v=10&encoding=json&compress=zlib-stream", now);
    world.gateway_text(id, to_text(identify_payload()), now);
    std::vector<std::string> frames;
    for (auto& out : world.take_outgoing()) {
      auto* message = std::get_if<net::WebSocketMessage>(&out.what);
      ASSERT_NE(message, nullptr);
      EXPECT_TRUE(message->binary);
      frames.push_back(message->data);
    }
    const auto texts = inflate_stream(frames);
    ASSERT_EQ(texts.size(), 3U);
    EXPECT_EQ(parse(texts[0]).at("op"), 10);
    EXPECT_EQ(parse(texts[1]).at("t"), "READY");
    EXPECT_EQ(parse(texts[2]).at("t"), "GUILD_CREATE");
    EXPECT_EQ(frames.size() > texts.size(), chunked);
  }
}

}  // namespace
}  // namespace matchday::sandbox::discord
