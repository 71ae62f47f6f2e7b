// The guild cache as a text and back: what the next process knows is what this one knew.
#include "platforms/discord/guild_cache.hpp"

namespace matchday::discord {
namespace {

json::value json_of(std::string_view text) {
  return *parse_json(text);
}

GuildCache filled() {
  GuildCache cache;
  cache.apply("READY",
              json_of(R"({"user":{"id":"77"},"guilds":[{"id":"10"},{"id":"18446744073709551615"}]})"));
  cache.apply("GUILD_CREATE", json_of(R"({"id":"10","name":"Nord\nlys \"ø\"","owner_id":"1",
    "roles":[{"id":"10","permissions":"1024","position":0},
             {"id":"11","name":"Bot","permissions":"18446744073709551615","position":3,"managed":true}],
    "channels":[{"id":"102","type":0,"name":"general","position":2},
                {"id":"101","type":2,"name":"Lobby","parent_id":"100","permission_overwrites":[
                  {"id":"10","type":0,"allow":"0","deny":"1024"},{"id":"5","type":1,"allow":"1024","deny":"0"}]}],
    "voice_states":[{"user_id":"6","channel_id":"101","session_id":"s6"},
                    {"user_id":"5","channel_id":"101","session_id":"s5"}],
    "members":[{"user":{"id":"77"},"roles":["11"]}]})"));
  return cache;
}

TEST(GuildSnapshot, brings_back_everything) {
  const auto cache = filled();
  GuildCache next;
  ASSERT_TRUE(next.restore(cache.snapshot()));
  EXPECT_EQ(next.guilds(), cache.guilds());
  const GuildId id{10};
  const auto* guild = next.find(id);
  EXPECT_EQ(guild->name, "Nord\nlys \"ø\"");
  EXPECT_EQ(guild->owner, UserId{1});
  EXPECT_TRUE(guild->available);
  EXPECT_FALSE(next.find(GuildId{18446744073709551615U})->available);
  EXPECT_EQ(guild->role(RoleId{11})->permissions, all_permissions);
  EXPECT_TRUE(guild->role(RoleId{11})->managed);
  EXPECT_EQ(guild->role(RoleId{11})->position, 3);
  const auto* lobby = guild->channel(ChannelId{101});
  EXPECT_EQ(lobby->parent, ChannelId{100});
  EXPECT_EQ(lobby->overwrites, cache.find(id)->channel(ChannelId{101})->overwrites);
  EXPECT_FALSE(guild->channel(ChannelId{102})->parent);
  EXPECT_EQ(guild->channel(ChannelId{102})->position, 2);
  EXPECT_EQ(next.in_channel(id, ChannelId{101}), (std::vector{UserId{5}, UserId{6}}));
  EXPECT_EQ(next.voice_state(id, UserId{5})->session_id, "s5");
  EXPECT_EQ(guild->own_roles, std::vector{RoleId{11}});
  EXPECT_EQ(next.own_permissions(id), all_permissions) << "and it knows who we are";
}

TEST(GuildSnapshot, goes_on_with_events_as_the_cache_itself_would) {
  GuildCache next;
  ASSERT_TRUE(next.restore(filled().snapshot()));
  next.apply("CHANNEL_DELETE", json_of(R"({"id":"102","guild_id":"10"})"));
  next.apply("VOICE_STATE_UPDATE", json_of(R"({"guild_id":"10","user_id":"6","channel_id":null})"));
  EXPECT_FALSE(next.find(GuildId{10})->channel(ChannelId{102}));
  EXPECT_EQ(next.in_channel(GuildId{10}, ChannelId{101}), std::vector{UserId{5}});
}

TEST(GuildSnapshot, of_an_empty_cache_is_empty) {
  auto cache = filled();
  ASSERT_TRUE(cache.restore(GuildCache().snapshot()));
  EXPECT_TRUE(cache.guilds().empty());
}

TEST(GuildSnapshot, that_is_damaged_or_of_another_version_changes_nothing) {
  const auto good = filled().snapshot();
  auto cache = filled();
  std::vector<std::string> damaged{"", "x", "[]", "[999,77]", "{}", "[1,\"77\"]", "[1,77]\n[]", "[1,77]\n\n"};
  for (std::size_t cut = 1; cut < good.size() - 1; cut += 7) {
    const auto part = good.substr(0, cut);
    if (!part.ends_with(']')) damaged.push_back(part);
  }
  for (const auto& text : damaged) {
    EXPECT_FALSE(cache.restore(text)) << text;
    EXPECT_EQ(cache.snapshot(), good);
  }
}

}  // namespace
}  // namespace matchday::discord
