// The guild cache as one text and back: JSON in arrays without names, a third of what objects would take. A
// snapshot is only ever read by a program that writes the same format; any other number in front is refused,
// and the bot then identifies as if there were none.
#include "platforms/discord/guild_cache.hpp"

namespace matchday::discord {
namespace {

constexpr int format = 1;  // raise it with every change of what follows

using Number = std::uint64_t;  // ids and permissions: our JSON carries all 64 bits

json::value written(const Role& role) {
  return json::array{role.id.value, role.name, role.permissions, role.position, role.managed};
}

json::value written(const Channel& channel) {
  json::array overwrites;
  overwrites.reserve(channel.overwrites.size() * 4);
  for (const auto& one : channel.overwrites) {
    overwrites.emplace_back(one.id);
    overwrites.emplace_back(one.member);
    overwrites.emplace_back(one.allow);
    overwrites.emplace_back(one.deny);
  }
  return json::array{channel.id.value, static_cast<int>(channel.type),
                     channel.name,     channel.parent.value_or(ChannelId{}).value,
                     channel.position, std::move(overwrites)};
}

json::value written(const VoiceState& state) {
  return json::array{state.user.value, state.channel.value, state.session_id};
}

template <class Map>
json::array written_all(const Map& map) {
  json::array out;
  out.reserve(map.size());
  for (const auto& [id, one] : map) out.push_back(written(one));
  return out;
}

json::value written(const Guild& guild) {
  json::array own_roles;
  for (const auto role : guild.own_roles) own_roles.emplace_back(role.value);
  return json::array{guild.id.value,
                     guild.name,
                     guild.owner.value,
                     guild.available,
                     written_all(guild.roles),
                     written_all(guild.channels),
                     written_all(guild.voice_states),
                     std::move(own_roles)};
}

// What follows throws when something is not what written() would have made of it; restore() catches that.

template <class T>
T number(const json::value& value) {
  return value.to_number<T>();
}

std::string text(const json::value& value) {
  return std::string(std::string_view(value.as_string()));
}

void read(const json::value& from, Role& role) {
  const auto& in = from.as_array();
  role = {.id = RoleId{number<Number>(in.at(0))},
          .name = text(in.at(1)),
          .permissions = number<Number>(in.at(2)),
          .position = number<int>(in.at(3)),
          .managed = in.at(4).as_bool()};
}

void read(const json::value& from, Channel& channel) {
  const auto& in = from.as_array();
  const ChannelId parent{number<Number>(in.at(3))};
  channel = {.id = ChannelId{number<Number>(in.at(0))},
             .type = static_cast<ChannelType>(number<std::uint8_t>(in.at(1))),
             .name = text(in.at(2)),
             .parent = parent ? std::optional(parent) : std::nullopt,
             .position = number<int>(in.at(4))};
  const auto& overwrites = in.at(5).as_array();
  channel.overwrites.reserve(overwrites.size() / 4);
  for (std::size_t i = 0; i < overwrites.size(); i += 4) {
    channel.overwrites.push_back({.id = number<Number>(overwrites.at(i)),
                                  .member = overwrites.at(i + 1).as_bool(),
                                  .allow = number<Number>(overwrites.at(i + 2)),
                                  .deny = number<Number>(overwrites.at(i + 3))});
  }
}

void read(const json::value& from, VoiceState& state) {
  const auto& in = from.as_array();
  state = {.user = UserId{number<Number>(in.at(0))},
           .channel = ChannelId{number<Number>(in.at(1))},
           .session_id = text(in.at(2))};
}

template <class Key, class Value>
void read_all(const json::value& from, FlatMap<Key, Value>& map, Key Value::* id) {
  std::vector<std::pair<Key, Value>> entries;
  entries.reserve(from.as_array().size());
  for (const auto& item : from.as_array()) {
    Value value;
    read(item, value);
    const auto key = value.*id;
    entries.emplace_back(key, std::move(value));
  }
  map.adopt_sequence(std::move(entries));
}

Guild read_guild(const json::value& from) {
  const auto& in = from.as_array();
  Guild guild{.id = GuildId{number<Number>(in.at(0))},
              .name = text(in.at(1)),
              .owner = UserId{number<Number>(in.at(2))},
              .available = in.at(3).as_bool()};
  read_all(in.at(4), guild.roles, &Role::id);
  read_all(in.at(5), guild.channels, &Channel::id);
  read_all(in.at(6), guild.voice_states, &VoiceState::user);
  for (const auto& role : in.at(7).as_array()) guild.own_roles.push_back(RoleId{number<Number>(role)});
  return guild;
}

}  // namespace

std::string GuildCache::snapshot() const {
  std::string out = json::serialize(json::array{format, self_.value_or(UserId{}).value});
  // One guild at a time: the whole as one document would take many times the memory of its text.
  for (const auto& [id, guild] : guilds_) {
    out += '\n';
    out += json::serialize(written(guild));
  }
  return out;
}

Result<> GuildCache::restore(std::string_view snapshot) {
  GuildCache restored;
  if (snapshot.empty()) return fail(ErrorKind::invalid, "The guild snapshot is empty.");
  try {
    for (std::size_t line = 0; !snapshot.empty(); ++line) {
      const auto end = std::min(snapshot.find('\n'), snapshot.size());
      const auto value = json::parse(snapshot.substr(0, end));
      snapshot.remove_prefix(std::min(end + 1, snapshot.size()));
      if (line > 0) {
        auto guild = read_guild(value);
        restored.guilds_.insert_or_assign(guild.id, std::move(guild));
      } else if (number<int>(value.as_array().at(0)) != format) {
        return fail(ErrorKind::invalid, "The guild snapshot is of another version.");
      } else if (const UserId self{number<Number>(value.as_array().at(1))}; self) {
        restored.self_ = self;
      }
    }
  } catch (const std::exception& fault) {
    return fail(ErrorKind::invalid, std::string("The guild snapshot cannot be read: ") + fault.what());
  }
  *this = std::move(restored);
  return {};
}

}  // namespace matchday::discord
