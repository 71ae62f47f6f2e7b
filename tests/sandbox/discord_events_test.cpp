// Guild scheduled events, and the snapshot that consoles and oracles read.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

struct EventsTest : DiscordTest {
  json::object external(Duration ahead = 1h) const {
    return {{"name", "Final"},
            {"privacy_level", 2},
            {"entity_type", 3},
            {"scheduled_start_time", to_rfc3339(now + ahead)},
            {"scheduled_end_time", to_rfc3339(now + ahead + 2h)},
            {"entity_metadata", {{"location", "twitch.tv/cup"}}}};
  }
  Reply create(const json::value& body) { return ask("POST", guild_path("/scheduled-events"), body); }
  std::string path(const Reply& event) const { return guild_path("/scheduled-events/" + event.text("id")); }
};

TEST_F(EventsTest, an_event_is_created_listed_edited_and_deleted) {
  const auto event = create(external());
  EXPECT_EQ(event.status, 200) << to_text(event.body);
  EXPECT_EQ(ask("GET", guild_path("/scheduled-events")).body.as_array().size(), 1U);
  EXPECT_EQ(ask("PATCH", path(event), {{"name", "Grand final"}}).text("name"), "Grand final");
  EXPECT_EQ(ask("DELETE", path(event)).status, 204);
  EXPECT_EQ(ask("DELETE", path(event)).code(), 10070);
}

TEST_F(EventsTest, fields_that_depend_on_the_kind_are_required) {
  auto no_place = external();
  no_place.erase("entity_metadata");
  EXPECT_EQ(create(no_place).fault("entity_metadata"), "BASE_TYPE_REQUIRED");
  auto no_end = external();
  no_end.erase("scheduled_end_time");
  EXPECT_EQ(create(no_end).fault("scheduled_end_time"), "BASE_TYPE_REQUIRED");
  EXPECT_EQ(create(external(-1h)).fault("scheduled_start_time"), "GUILD_SCHEDULED_EVENT_SCHEDULE_PAST");
  auto voice = external();
  voice["entity_type"] = 2;
  EXPECT_EQ(create(voice).fault("channel_id"), "BASE_TYPE_REQUIRED");
  voice["channel_id"] = lobby.text();
  EXPECT_EQ(create(voice).status, 200);
}

TEST_F(EventsTest, status_only_moves_forward_and_a_finished_event_stays) {
  const auto event = create(external());
  EXPECT_EQ(ask("PATCH", path(event), {{"status", 3}}).fault("status"),
            "GUILD_SCHEDULED_EVENT_STATUS_INVALID");
  EXPECT_EQ(ask("PATCH", path(event), {{"status", 2}}).status, 200);
  EXPECT_EQ(ask("PATCH", path(event), {{"status", 3}}).status, 200);
  EXPECT_EQ(ask("PATCH", path(event), {{"name", "x"}}).code(), 180000);
  EXPECT_TRUE(ask("GET", guild_path("/scheduled-events")).body.as_array().empty());
}

TEST_F(EventsTest, external_events_start_and_end_by_themselves) {
  const auto event = create(external());
  EXPECT_EQ(world.next_tick(), now + 1h);
  pass(1h);
  EXPECT_EQ(ask("GET", path(event)).body.at("status"), 2);
  pass(2h);
  EXPECT_EQ(ask("GET", path(event)).body.at("status"), 3);
  EXPECT_EQ(world.counters().dispatches_by_event.at("GUILD_SCHEDULED_EVENT_UPDATE"), 2U);
}

TEST_F(EventsTest, the_101st_open_event_is_refused) {
  world.rules().scheduled_events_max = 2;
  create(external());
  create(external());
  EXPECT_EQ(create(external()).code(), 30038);
}

TEST_F(EventsTest, creating_needs_create_events_and_others_events_need_manage_events) {
  const auto role = *world.find_guild(guild)->members.at(world.bot()).roles.begin();
  const auto event = create(external());
  ASSERT_TRUE(world.set_role_permissions(
      guild, role, (bot_rights & ~permission::create_events) | permission::manage_events));
  EXPECT_EQ(create(external()).code(), 50013);
  EXPECT_EQ(ask("PATCH", path(event), {{"name", "x"}}).status, 200);
}

TEST_F(EventsTest, an_organizer_who_cancels_an_event_deletes_it) {
  auto& client = log_in();
  const auto event = create(external());
  ASSERT_TRUE(world.human_delete_event(guild, *Fields(event.body).id<ScheduledEventId>("id"), owner));
  EXPECT_EQ(updated(client).last("GUILD_SCHEDULED_EVENT_DELETE")->at("status"), 1);
}

TEST_F(EventsTest, the_snapshot_shows_channels_with_overwrites_and_who_sits_there) {
  ASSERT_TRUE(world.join_voice(guild, ana, lobby));
  const auto room = make_voice_channel("Match 1");
  log_in();
  const auto shot = world.snapshot();
  const auto& channels = shot.at("guilds").at(0).at("channels").as_array();
  ASSERT_EQ(channels.size(), 4U);
  for (const auto& channel : channels) {
    const bool is_lobby = channel.at("id") == as_json(lobby.text());
    const bool is_room = channel.at("id") == as_json(room.text());
    EXPECT_EQ(channel.at("sitting").as_array().size(), is_lobby ? 1U : 0U);
    EXPECT_EQ(channel.at("made_by_bot").as_bool(), is_room);
  }
  EXPECT_EQ(shot.at("sessions").as_array().size(), 1U);
  EXPECT_EQ(shot.at("counters").at("identifies"), 1);
}

TEST_F(EventsTest, two_worlds_with_one_seed_are_equal) {
  const auto story = [](World& one) {
    const auto start = from_ms(1'800'000'000'000);
    const auto user = one.add_user("olga");
    const auto guild_id = one.add_guild("Cup", user, bot_rights);
    const auto room = one.add_channel(guild_id, {.name = "Lobby", .kind = ChannelKind::voice});
    EXPECT_TRUE(one.join_voice(guild_id, user, room));
    one.tick(start + 1h);
    return to_text(one.snapshot());
  };
  World first(Rules{}, Random(3), now);
  World second(Rules{}, Random(3), now);
  EXPECT_EQ(story(first), story(second));
}

}  // namespace
}  // namespace matchday::sandbox::discord
