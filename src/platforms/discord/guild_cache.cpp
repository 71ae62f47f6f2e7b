// See guild_cache.hpp.
#include "platforms/discord/guild_cache.hpp"

#include <algorithm>

namespace matchday::discord {
namespace {

// Reads an id where it lies: Fields::id() copies its text first, and a guild has hundreds of them.
template <class TheId>
std::optional<TheId> id_of(const Fields& fields, std::string_view key) {
  const auto* found = fields.get(key);
  const auto* text = found ? found->if_string() : nullptr;
  return text ? TheId::parse(*text) : std::nullopt;
}

Permissions permissions_of(const Fields& fields, std::string_view key) {
  const auto* found = fields.get(key);
  const auto* text = found ? found->if_string() : nullptr;
  return text ? parse_permissions(*text) : 0;
}

// A whole list at once: sorted once, in exactly the memory that it needs. What has no id is left out.
template <class Value, class Key>
FlatMap<Key, Value> flat(const json::array& list, std::optional<Value> (*parse)(const json::value&),
                         Key Value::* id) {
  std::vector<std::pair<Key, Value>> entries;
  entries.reserve(list.size());
  for (const auto& item : list) {
    if (auto value = parse(item)) {
      const auto key = (*value).*id;
      entries.emplace_back(key, std::move(*value));
    }
  }
  FlatMap<Key, Value> out;
  out.adopt_sequence(std::move(entries));
  return out;
}

std::vector<Overwrite> parse_overwrites(const json::array& list) {
  std::vector<Overwrite> out;
  out.reserve(list.size());
  for (const auto& item : list) {
    const Fields fields(item);
    const auto id = id_of<Snowflake<struct OverwriteTag>>(fields, "id");
    if (!id) continue;
    out.push_back({.id = id->value,
                   .member = fields.integer("type") == 1,
                   .allow = permissions_of(fields, "allow"),
                   .deny = permissions_of(fields, "deny")});
  }
  return out;
}

// A guild's name, owner, and whichever of the lists the object carries. A list that it carries replaces ours.
void read_guild(Guild& guild, const json::value& data) {
  const Fields fields(data);
  guild.name = fields.string_or("name", guild.name);
  guild.owner = fields.id<UserId>("owner_id").value_or(guild.owner);
  if (fields.get("roles")) guild.roles = flat(fields.array("roles"), parse_role, &Role::id);
  if (fields.get("channels")) guild.channels = flat(fields.array("channels"), parse_channel, &Channel::id);
}

std::optional<VoiceState> parse_voice_state(const json::value& data) {
  const Fields fields(data);
  const auto user = id_of<UserId>(fields, "user_id");
  const auto channel = id_of<ChannelId>(fields, "channel_id");
  if (!user || !channel) return std::nullopt;
  return VoiceState{*user, *channel, fields.string_or("session_id", "")};
}

void set_voice_state(Guild& guild, const json::value& data) {
  if (auto state = parse_voice_state(data)) {
    guild.voice_states.insert_or_assign(state->user, std::move(*state));
  } else if (const auto left = id_of<UserId>(Fields(data), "user_id")) {
    guild.voice_states.erase(*left);
  }
}

}  // namespace

const Channel* Guild::channel(ChannelId wanted) const {
  const auto found = channels.find(wanted);
  return found == channels.end() ? nullptr : &found->second;
}

const Role* Guild::role(RoleId wanted) const {
  const auto found = roles.find(wanted);
  return found == roles.end() ? nullptr : &found->second;
}

std::optional<Channel> parse_channel(const json::value& data) {
  const Fields fields(data);
  const auto id = id_of<ChannelId>(fields, "id");
  if (!id) return std::nullopt;
  return Channel{.id = *id,
                 .type = static_cast<ChannelType>(fields.integer("type").value_or(0)),
                 .name = fields.string_or("name", ""),
                 .parent = id_of<ChannelId>(fields, "parent_id"),
                 .overwrites = parse_overwrites(fields.array("permission_overwrites")),
                 .position = static_cast<int>(fields.integer("position").value_or(0))};
}

std::optional<Role> parse_role(const json::value& data) {
  const Fields fields(data);
  const auto id = id_of<RoleId>(fields, "id");
  if (!id) return std::nullopt;
  return Role{.id = *id,
              .name = fields.string_or("name", ""),
              .permissions = permissions_of(fields, "permissions"),
              .position = static_cast<int>(fields.integer("position").value_or(0)),
              .managed = fields.boolean("managed").value_or(false)};
}

void GuildCache::apply(std::string_view type, const json::value& data) {
  const Fields fields(data);
  if (type == "READY") return ready(data);
  if (type == "GUILD_CREATE") return guild_create(data);
  if (type == "GUILD_UPDATE") return guild_update(data);
  if (type == "GUILD_DELETE") return guild_delete(data);
  Guild* guild = guild_of(data);
  if (!guild) return;
  if (type == "VOICE_STATE_UPDATE") {
    set_voice_state(*guild, data);
  } else if (type == "CHANNEL_CREATE" || type == "CHANNEL_UPDATE") {
    if (auto channel = parse_channel(data))
      guild->channels.insert_or_assign(channel->id, std::move(*channel));
  } else if (type == "CHANNEL_DELETE") {
    // Voice states stay until their own events: people may have been moved out before the channel went.
    if (const auto id = fields.id<ChannelId>("id")) guild->channels.erase(*id);
  } else if (type == "GUILD_ROLE_CREATE" || type == "GUILD_ROLE_UPDATE") {
    const auto* role_data = fields.get("role");
    if (auto role = role_data ? parse_role(*role_data) : std::nullopt)
      guild->roles.insert_or_assign(role->id, *role);
  } else if (type == "GUILD_ROLE_DELETE") {
    if (const auto id = fields.id<RoleId>("role_id")) guild->roles.erase(*id);
  } else if (type == "GUILD_MEMBER_ADD" || type == "GUILD_MEMBER_UPDATE") {
    member(*guild, data);
  }
}

Guild* GuildCache::guild_of(const json::value& data) {
  const auto id = id_of<GuildId>(Fields(data), "guild_id");
  const auto found = id ? guilds_.find(*id) : guilds_.end();
  return found == guilds_.end() ? nullptr : &found->second;
}

// A new session lists every guild that we are in; one that is missing was left while nobody listened. What we
// know of the others stays until their GUILD_CREATE.
void GuildCache::ready(const json::value& data) {
  const Fields fields(data);
  if (const auto self = fields.object("user").id<UserId>("id")) self_ = *self;
  std::unordered_map<GuildId, Guild> listed;
  for (const auto& item : fields.array("guilds")) {
    const auto id = Fields(item).id<GuildId>("id");
    if (!id) continue;
    auto known = guilds_.extract(*id);
    auto& guild = known ? listed.emplace(*id, std::move(known.mapped())).first->second : listed[*id];
    guild.id = *id;
    guild.available = false;
  }
  guilds_ = std::move(listed);
}

void GuildCache::guild_create(const json::value& data) {
  const Fields fields(data);
  const auto id = fields.id<GuildId>("id");
  if (!id) return;
  auto& guild = guilds_[*id];
  guild.id = *id;
  guild.available = !fields.boolean("unavailable").value_or(false);
  if (!guild.available) return;
  // Everything is replaced: a voice state that survived from before an outage would be a ghost.
  guild = Guild{.id = *id, .available = true};
  read_guild(guild, data);
  guild.voice_states = flat(fields.array("voice_states"), parse_voice_state, &VoiceState::user);
  for (const auto& item : fields.array("members")) member(guild, item);
}

void GuildCache::guild_update(const json::value& data) {
  const auto id = Fields(data).id<GuildId>("id");
  const auto found = id ? guilds_.find(*id) : guilds_.end();
  if (found != guilds_.end()) read_guild(found->second, data);
}

void GuildCache::guild_delete(const json::value& data) {
  const Fields fields(data);
  const auto id = fields.id<GuildId>("id");
  const auto found = id ? guilds_.find(*id) : guilds_.end();
  if (found == guilds_.end()) return;
  if (fields.boolean("unavailable").value_or(false)) {
    found->second.available = false;
  } else {
    guilds_.erase(found);
  }
}

std::vector<RoleId> parse_role_ids(const json::array& data) {
  std::vector<RoleId> out;
  out.reserve(data.size());
  for (const auto& item : data) {
    const auto* text = item.if_string();
    if (const auto role = text ? RoleId::parse(*text) : std::nullopt) out.push_back(*role);
  }
  return out;
}

void GuildCache::member(Guild& guild, const json::value& data) {
  const Fields fields(data);
  if (!self_ || fields.object("user").id<UserId>("id") != self_) return;
  guild.own_roles = parse_role_ids(fields.array("roles"));
}

const Guild* GuildCache::find(GuildId guild) const {
  const auto found = guilds_.find(guild);
  return found == guilds_.end() ? nullptr : &found->second;
}

std::vector<GuildId> GuildCache::guilds() const {
  std::vector<GuildId> out;
  out.reserve(guilds_.size());
  for (const auto& [id, guild] : guilds_) out.push_back(id);
  std::sort(out.begin(), out.end());
  return out;
}

std::optional<VoiceState> GuildCache::voice_state(GuildId guild, UserId user) const {
  const auto* found = find(guild);
  if (!found) return std::nullopt;
  const auto state = found->voice_states.find(user);
  return state == found->voice_states.end() ? std::nullopt : std::optional(state->second);
}

std::vector<UserId> GuildCache::in_channel(GuildId guild, ChannelId channel) const {
  std::vector<UserId> out;
  const auto* found = find(guild);
  if (!found) return out;
  for (const auto& [user, state] : found->voice_states) {
    if (state.channel == channel) out.push_back(user);
  }
  return out;
}

Permissions GuildCache::own_permissions(GuildId guild) const {
  const auto* found = find(guild);
  return found && self_ ? guild_permissions(*found, *self_, found->own_roles) : 0;
}

Permissions GuildCache::own_permissions(GuildId guild, ChannelId channel) const {
  const auto* found = find(guild);
  const auto* in = found ? found->channel(channel) : nullptr;
  return in && self_ ? channel_permissions(*found, *in, *self_, found->own_roles) : 0;
}

}  // namespace matchday::discord
