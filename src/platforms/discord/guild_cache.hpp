// What we remember of guilds from gateway events: channels, roles, voice states and the bot's own roles.
// Nothing that no decision needs (no members, no messages, no topics), so that thousands of idle guilds cost
// little. Not here: the truth. Events come late, twice or never; what matters is observed again by REST
// before it is acted on.
#pragma once
#include <boost/container/flat_map.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "platforms/discord/permissions.hpp"

namespace matchday::discord {

// Sorted in one block of memory. A guild's lists are small and read far more often than they change, and a
// tree would spend more on its nodes than on what they hold.
template <class Key, class Value>
using FlatMap = boost::container::flat_map<Key, Value, std::less<Key>, std::vector<std::pair<Key, Value>>>;

struct Role {
  RoleId id;
  std::string name;
  Permissions permissions = 0;
  int position = 0;
  bool managed = false;  // belongs to a bot or an integration: nobody can be given it
};

struct Overwrite {
  std::uint64_t id = 0;  // of a role or a member
  bool member = false;
  Permissions allow = 0;
  Permissions deny = 0;

  bool operator==(const Overwrite&) const = default;
};

// Channel types that we tell apart (Discord's numbers).
enum class ChannelType : std::uint8_t {
  text = 0,
  dm = 1,
  voice = 2,
  category = 4,
  announcement = 5,
  stage = 13,
  forum = 15,
  media = 16
};

struct Channel {
  ChannelId id;
  ChannelType type = ChannelType::text;
  std::string name;
  std::optional<ChannelId> parent;
  std::vector<Overwrite> overwrites;
  int position = 0;

  bool is_voice() const { return type == ChannelType::voice || type == ChannelType::stage; }
};

struct VoiceState {
  UserId user;
  ChannelId channel;
  std::string session_id;  // another one means: left and came back
};

struct Guild {
  GuildId id;
  std::string name;
  UserId owner;
  bool available = false;       // false: an outage at Discord; what we know is kept
  FlatMap<RoleId, Role> roles;  // @everyone has the guild's own id
  FlatMap<ChannelId, Channel> channels;
  FlatMap<UserId, VoiceState> voice_states;
  std::vector<RoleId> own_roles;  // the bot's

  const Channel* channel(ChannelId channel) const;
  const Role* role(RoleId role) const;
};

// Reads one object as REST and gateway give it. Nothing when it has no id.
std::optional<Channel> parse_channel(const json::value& data);
std::optional<Role> parse_role(const json::value& data);
// A member's "roles": without what is no id.
std::vector<RoleId> parse_role_ids(const json::array& data);

class GuildCache {
 public:
  // Takes every gateway event; those that say nothing about guilds change nothing.
  void apply(std::string_view type, const json::value& data);

  // Valid until the next apply().
  const Guild* find(GuildId guild) const;

  std::vector<GuildId> guilds() const;
  std::optional<VoiceState> voice_state(GuildId guild, UserId user) const;
  std::vector<UserId> in_channel(GuildId guild, ChannelId channel) const;

  // Who the bot is: its own member entries tell its roles. READY says so too.
  void set_self(UserId self) { self_ = self; }

  // What the bot may do there; nothing for an unknown guild or channel.
  Permissions own_permissions(GuildId guild) const;
  Permissions own_permissions(GuildId guild, ChannelId channel) const;

  // All that is remembered as one text, for the next process (guild_cache_snapshot.cpp). Only the version
  // that wrote it need understand it.
  std::string snapshot() const;
  // Takes the place of what is remembered. Error: invalid (another version's, or damaged); nothing changed
  // then.
  Result<> restore(std::string_view snapshot);

 private:
  Guild* guild_of(const json::value& data);
  void ready(const json::value& data);
  void guild_create(const json::value& data);
  void guild_update(const json::value& data);
  void guild_delete(const json::value& data);
  void member(Guild& guild, const json::value& data);

  std::unordered_map<GuildId, Guild> guilds_;
  std::optional<UserId> self_;
};

}  // namespace matchday::discord
