// Permissions as tables, and what the cache makes of gateway events.
#include "platforms/discord/guild_cache.hpp"

namespace matchday::discord {
namespace {

constexpr UserId owner{1};
constexpr UserId member{2};
constexpr RoleId role_a{11};
constexpr RoleId role_b{12};

Guild guild_with(Permissions everyone, Permissions a = 0, Permissions b = 0) {
  Guild guild{.id = GuildId{10}, .owner = owner};
  guild.roles[RoleId{10}] = {.id = RoleId{10}, .permissions = everyone};
  guild.roles[role_a] = {.id = role_a, .permissions = a, .position = 1};
  guild.roles[role_b] = {.id = role_b, .permissions = b, .position = 2};
  return guild;
}

constexpr Permissions view = bits(Permission::view_channel);
constexpr Permissions send = bits(Permission::send_messages);
constexpr Permissions connect_ = bits(Permission::connect);
constexpr Permissions move = bits(Permission::move_members);
constexpr Permissions attach = bits(Permission::attach_files);
constexpr Permissions manage = bits(Permission::manage_channels);
constexpr Permissions admin = bits(Permission::administrator);

TEST(Permissions, in_a_guild_are_the_union_of_roles_and_everything_for_owner_and_administrators) {
  const auto guild = guild_with(view, send, admin);
  EXPECT_EQ(guild_permissions(guild, member, {}), view);
  EXPECT_EQ(guild_permissions(guild, member, std::vector{role_a}), view | send);
  EXPECT_EQ(guild_permissions(guild, member, std::vector{role_b}), all_permissions);
  EXPECT_EQ(guild_permissions(guild, owner, {}), all_permissions);
  EXPECT_EQ(guild_permissions(guild, member, std::vector{role_a}, true), view) << "timed out";
  EXPECT_EQ(guild_permissions(guild, member, std::vector{role_b}, true), all_permissions)
      << "administrators can't be";
}

TEST(Permissions, in_a_channel_follow_the_order_everyone_roles_member) {
  struct Case {
    std::string_view what;
    Permissions everyone;
    std::vector<Overwrite> overwrites;
    Permissions expected;
    ChannelType type = ChannelType::text;
  };
  const std::uint64_t everyone = 10;
  for (const auto& c : {
           Case{"no overwrites", view | send, {}, view | send},
           Case{"denied to everyone", view | send, {{everyone, false, 0, send}}, view},
           Case{"a role's allow beats everyone's denial",
                view | send,
                {{everyone, false, 0, send}, {11, false, send, 0}},
                view | send},
           Case{"among roles an allow beats a denial",
                view | send,
                {{11, false, 0, send}, {12, false, send, 0}},
                view | send},
           Case{"the member's denial beats the roles",
                view | send,
                {{12, false, send, 0}, {2, true, 0, send}},
                view},
           Case{"the member's allow beats all",
                view,
                {{everyone, false, 0, view}, {11, false, 0, view}, {2, true, view, 0}},
                view},
           Case{"another member's overwrite is none of ours", view, {{3, true, 0, view}}, view},
           Case{"a role's id as a member's is none of ours", view, {{11, true, 0, view}}, view},
           Case{
               "without VIEW_CHANNEL nothing is left", view | send | manage, {{everyone, false, 0, view}}, 0},
           Case{"without SEND_MESSAGES no attachments", view | attach, {}, view},
           Case{"without CONNECT no voice rights",
                view | send | move | manage,
                {},
                view | send,
                ChannelType::voice},
           Case{"with CONNECT all of them",
                view | send | move | connect_,
                {},
                view | send | move | connect_,
                ChannelType::voice},
           Case{"CONNECT does not matter for text", view | send | manage, {}, view | send | manage},
       }) {
    const auto guild = guild_with(c.everyone);
    const Channel channel{.id = ChannelId{5}, .type = c.type, .overwrites = c.overwrites};
    EXPECT_EQ(channel_permissions(guild, channel, member, std::vector{role_a, role_b}), c.expected) << c.what;
  }
}

TEST(Permissions, no_overwrite_binds_the_owner_or_an_administrator) {
  const auto guild = guild_with(view, admin);
  const Channel channel{.id = ChannelId{5},
                        .overwrites = {{10, false, 0, all_permissions}, {2, true, 0, all_permissions}}};
  EXPECT_EQ(channel_permissions(guild, channel, owner, {}), all_permissions);
  EXPECT_EQ(channel_permissions(guild, channel, member, std::vector{role_a}), all_permissions);
}

TEST(Permissions, that_are_missing_are_named) {
  EXPECT_EQ(missing_names(manage | move | view, view),
            (std::vector<std::string>{"MANAGE_CHANNELS", "MOVE_MEMBERS"}));
  EXPECT_TRUE(missing_names(manage | move, admin).empty());
  EXPECT_TRUE(missing_names(manage, all_permissions).empty());
  EXPECT_EQ(name(Permission::create_events), "CREATE_EVENTS");
  EXPECT_EQ(permission_named("CREATE_EVENTS"), Permission::create_events);
  EXPECT_FALSE(permission_named("FLY"));
}

TEST(Permissions, travel_as_decimal_text) {
  EXPECT_EQ(parse_permissions("17592186044416"), bits(Permission::create_events));
  for (const auto* text : {"", "x", "-1", "1.5", "99999999999999999999999"})
    EXPECT_EQ(parse_permissions(text), 0U) << text;
  EXPECT_EQ(to_decimal(manage), "16");
}

TEST(Roles, rank_by_position_and_among_equals_the_older_wins) {
  const Role low{.id = RoleId{5}, .position = 1};
  const Role high{.id = RoleId{9}, .position = 2};
  const Role older{.id = RoleId{4}, .position = 1};
  EXPECT_TRUE(ranks_above(high, low));
  EXPECT_TRUE(ranks_above(older, low));
  EXPECT_FALSE(ranks_above(low, older));
  const auto guild = guild_with(0);
  EXPECT_EQ(highest_role(guild, std::vector{role_a, role_b})->id, role_b);
  EXPECT_EQ(highest_role(guild, std::vector{RoleId{10}}), nullptr) << "@everyone is no rank";
}

// --- The cache ---

json::value json_of(std::string_view text) {
  return *parse_json(text);
}

const json::value ready = json_of(
    R"({"user":{"id":"77"},"guilds":[{"id":"10","unavailable":true},{"id":"20","unavailable":true}]})");
const json::value guild_create = json_of(R"({"id":"10","name":"Nordlys","owner_id":"1",
  "roles":[{"id":"10","permissions":"1024","position":0},{"id":"11","name":"Bot","permissions":"16",
    "position":3,"managed":true}],
  "channels":[{"id":"100","type":4,"name":"Matches","position":1},
              {"id":"101","type":2,"name":"Lobby","parent_id":"100","permission_overwrites":[{"id":"10",
                "type":0,"allow":"0","deny":"1024"}]}],
  "voice_states":[{"user_id":"5","channel_id":"101","session_id":"s5"}],
  "members":[{"user":{"id":"5"},"roles":[]},{"user":{"id":"77"},"roles":["11"]}]})");

struct CacheTest : testing::Test {
  CacheTest() {
    cache.apply("READY", ready);
    cache.apply("GUILD_CREATE", guild_create);
  }
  GuildCache cache;
  const GuildId guild{10};
  const ChannelId lobby{101};
};

TEST_F(CacheTest, knows_what_a_created_guild_carries) {
  const auto* found = cache.find(guild);
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->available);
  EXPECT_EQ(found->name, "Nordlys");
  EXPECT_EQ(found->owner, UserId{1});
  EXPECT_EQ(found->own_roles, std::vector{RoleId{11}});
  EXPECT_EQ(found->channel(lobby)->parent, ChannelId{100});
  EXPECT_TRUE(found->channel(lobby)->is_voice());
  EXPECT_EQ(cache.in_channel(guild, lobby), std::vector{UserId{5}});
  EXPECT_EQ(cache.own_permissions(guild), 1024U | 16U);
  EXPECT_EQ(cache.own_permissions(guild, lobby), 0U) << "hidden from everyone, and from us";
  EXPECT_EQ(cache.guilds(), (std::vector{GuildId{10}, GuildId{20}}));
  EXPECT_FALSE(cache.find(GuildId{20})->available);
}

TEST_F(CacheTest, follows_people_through_voice_channels) {
  cache.apply("VOICE_STATE_UPDATE",
              json_of(R"({"guild_id":"10","user_id":"6","channel_id":"101","session_id":"s6"})"));
  EXPECT_EQ(cache.in_channel(guild, lobby).size(), 2U);
  EXPECT_EQ(cache.voice_state(guild, UserId{6})->session_id, "s6");
  cache.apply("VOICE_STATE_UPDATE",
              json_of(R"({"guild_id":"10","user_id":"6","channel_id":null,"session_id":"s6"})"));
  EXPECT_FALSE(cache.voice_state(guild, UserId{6}));
  cache.apply("VOICE_STATE_UPDATE", json_of(R"({"guild_id":"99","user_id":"6","channel_id":"101"})"));
}

TEST_F(CacheTest, an_outage_keeps_what_is_known_and_the_return_replaces_it) {
  cache.apply("GUILD_DELETE", json_of(R"({"id":"10","unavailable":true})"));
  ASSERT_TRUE(cache.find(guild));
  EXPECT_FALSE(cache.find(guild)->available);
  EXPECT_TRUE(cache.voice_state(guild, UserId{5}));
  auto back = guild_create;
  back.as_object()["voice_states"] = json::array();
  back.as_object()["channels"] = json::array();
  cache.apply("GUILD_CREATE", back);
  EXPECT_TRUE(cache.find(guild)->available);
  EXPECT_FALSE(cache.voice_state(guild, UserId{5})) << "no ghosts";
  EXPECT_TRUE(cache.find(guild)->channels.empty());
}

TEST_F(CacheTest, being_removed_forgets_the_guild) {
  cache.apply("GUILD_DELETE", json_of(R"({"id":"10"})"));
  EXPECT_FALSE(cache.find(guild));
}

TEST_F(CacheTest, a_new_session_forgets_guilds_that_were_left_meanwhile_and_keeps_the_others) {
  cache.apply("READY", json_of(R"({"user":{"id":"77"},"guilds":[{"id":"10","unavailable":true}]})"));
  EXPECT_FALSE(cache.find(GuildId{20}));
  EXPECT_FALSE(cache.find(guild)->available);
  EXPECT_TRUE(cache.find(guild)->channel(lobby));
}

TEST_F(CacheTest, channels_roles_and_own_roles_follow_their_events) {
  cache.apply("CHANNEL_CREATE", json_of(R"({"id":"102","guild_id":"10","type":2,"name":"Match"})"));
  cache.apply("CHANNEL_UPDATE",
              json_of(R"({"id":"102","guild_id":"10","type":2,"name":"Match 1","parent_id":"100"})"));
  EXPECT_EQ(cache.find(guild)->channel(ChannelId{102})->name, "Match 1");
  cache.apply("CHANNEL_DELETE", json_of(R"({"id":"101","guild_id":"10"})"));
  EXPECT_FALSE(cache.find(guild)->channel(lobby));
  EXPECT_TRUE(cache.voice_state(guild, UserId{5})) << "people may have been moved out first";
  cache.apply("GUILD_ROLE_UPDATE",
              json_of(R"({"guild_id":"10","role":{"id":"11","permissions":"8","position":4}})"));
  EXPECT_EQ(cache.own_permissions(guild), all_permissions);
  cache.apply("GUILD_ROLE_DELETE", json_of(R"({"guild_id":"10","role_id":"11"})"));
  EXPECT_EQ(cache.own_permissions(guild), 1024U);
  cache.apply("GUILD_MEMBER_UPDATE", json_of(R"({"guild_id":"10","user":{"id":"77"},"roles":[]})"));
  EXPECT_TRUE(cache.find(guild)->own_roles.empty());
  cache.apply("GUILD_UPDATE", json_of(R"({"id":"10","name":"Renamed","owner_id":"77"})"));
  EXPECT_EQ(cache.find(guild)->name, "Renamed");
  EXPECT_EQ(cache.own_permissions(guild), all_permissions);
}

TEST_F(CacheTest, malformed_events_change_nothing) {
  for (const auto* type :
       {"GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE", "CHANNEL_CREATE", "CHANNEL_DELETE",
        "GUILD_ROLE_CREATE", "GUILD_ROLE_DELETE", "VOICE_STATE_UPDATE", "GUILD_MEMBER_UPDATE", "NEW_EVENT"}) {
    for (const auto* data : {"null", "[]", "{}", R"({"guild_id":"10"})", R"({"id":"x","guild_id":5})",
                             R"({"guild_id":"10","role":3})"}) {
      cache.apply(type, json_of(data));
    }
  }
  EXPECT_EQ(cache.in_channel(guild, lobby).size(), 1U);
  EXPECT_EQ(cache.find(guild)->roles.size(), 2U);
}

}  // namespace
}  // namespace matchday::discord
