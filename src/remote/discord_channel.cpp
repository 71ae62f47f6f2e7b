// See discord_channel.hpp.
#include "remote/discord_channel.hpp"

#include <fmt/format.h>

#include "platforms/discord/channels.hpp"
#include "platforms/discord/guilds.hpp"
#include "platforms/discord/interaction.hpp"
#include "platforms/discord/members.hpp"

namespace matchday::remote {
namespace {

using discord::Permission;
using effects::Resource;

constexpr int audit_channel_create = 10;           // Discord's audit log action CHANNEL_CREATE
constexpr int audit_entries_max = 100;             // the most that one request gives
constexpr Duration audit_log_late_max = 5min;      // uncertain: Discord promises nothing
constexpr std::size_t category_children_max = 50;  // reference/discord.md §1.8

GuildId guild_of(const Resource& resource) {
  return *GuildId::parse(resource.container);
}
ChannelId channel_of(const std::string& remote_id) {
  return *ChannelId::parse(remote_id);
}

std::size_t children(const discord::Guild& guild, ChannelId category) {
  return static_cast<std::size_t>(std::ranges::count_if(
      guild.channels, [&](const auto& entry) { return entry.second.parent == category; }));
}

// A category that a human deleted, or that is full, is no reason to leave a match without its channel.
void drop_unusable_parent(const discord::Guild& guild, json::object& body) {
  const auto parent = Fields(body).id<ChannelId>("parent_id");
  if (parent && (!guild.channel(*parent) || children(guild, *parent) >= category_children_max))
    body.erase("parent_id");
}

// Where the bot must be allowed to make it: in the category, else in the guild.
discord::Permissions own_permissions(const DiscordAccess& access, const discord::Guild& guild,
                                     std::optional<ChannelId> parent) {
  return parent ? access.guilds.own_permissions(guild.id, *parent) : access.guilds.own_permissions(guild.id);
}

std::string joined(const std::vector<std::string>& names) {
  return fmt::format("{}", fmt::join(names, ", "));
}

// Everything that the overwrites grant or take, plus what making a channel needs: Discord lets nobody hand
// out what they do not have.
discord::Permissions needed_for(const Fields& body) {
  auto needed = Permission::manage_channels | Permission::view_channel;
  if (!body.array("permission_overwrites").empty()) needed = needed | Permission::manage_roles;
  for (const auto& overwrite : body.array("permission_overwrites")) {
    needed |= discord::parse_permissions(Fields(overwrite).string_or("allow", "0"));
    needed |= discord::parse_permissions(Fields(overwrite).string_or("deny", "0"));
  }
  return needed;
}

}  // namespace

Task<Result<effects::Permit>> DiscordChannel::admit(Resource resource) {
  co_return co_await access_.admit(resource, discord::create_guild_channel(guild_of(resource), {}, ""));
}

Result<effects::Prepared> DiscordChannel::prepare(const Resource& resource) {
  const auto guild = access_.guild(resource.container);
  if (!guild) return std::unexpected(guild.error());
  auto body = resource.wanted->as_object();
  drop_unusable_parent(**guild, body);
  const auto parent = Fields(body).id<ChannelId>("parent_id");
  const auto have = own_permissions(access_, **guild, parent);
  if (const auto missing = discord::missing_names(needed_for(body), have); !missing.empty()) {
    return fail(
        ErrorKind::refused,
        fmt::format("The bot cannot make voice channels in \"{}\"{}: it lacks {}. Grant that to its role{}.",
                    (*guild)->name,
                    parent ? fmt::format(", category \"{}\"", (*guild)->channel(*parent)->name) : "",
                    joined(missing), parent ? ", or to its role in that category" : ""));
  }
  return effects::Send{std::move(body)};
}

Task<Result<effects::Made>> DiscordChannel::create(Resource resource, json::value body,
                                                   effects::Permit permit) {
  auto made = co_await access_.send(
      discord::create_guild_channel(guild_of(resource), body.as_object(), audit_reason(resource)),
      std::move(permit));
  if (!made) co_return std::unexpected(made.error());
  const auto channel = discord::parse_channel(*made);
  if (!channel) co_return fail(ErrorKind::ambiguous, "Discord's answer to a new channel names no channel.");
  co_return effects::Made{channel->id.text(), std::move(*made)};
}

Task<Result<json::value>> DiscordChannel::change(Resource resource) {
  const auto channel = channel_of(*resource.remote_id);
  const auto reason = audit_reason(resource);
  const auto applied = resource.applied ? resource.applied->as_object() : json::object();
  json::object edit;
  for (const auto& field : resource.wanted->as_object()) {
    const auto* before = applied.if_contains(field.key());
    if (field.key() == "permission_overwrites" || field.key() == "type" ||
        (before && *before == field.value()))
      continue;
    edit.insert_or_assign(field.key(), field.value());
  }
  if (const auto guild = access_.guild(resource.container)) drop_unusable_parent(**guild, edit);
  if (!edit.empty()) {
    auto edited = co_await access_.call(resource, discord::modify_channel(channel, edit, reason));
    if (!edited) co_return std::unexpected(edited.error());
  }
  const Fields wanted(*resource.wanted);
  auto changed = co_await change_overwrites(resource, Fields(applied).array("permission_overwrites"),
                                            wanted.array("permission_overwrites"));
  if (!changed) co_return std::unexpected(changed.error());
  co_return *resource.wanted;
}

// One request for each overwrite that differs: what humans added beside ours stays.
Task<Result<>> DiscordChannel::change_overwrites(Resource resource, json::value applied, json::value wanted) {
  const auto channel = channel_of(*resource.remote_id);
  const auto reason = audit_reason(resource);
  std::map<std::string, json::value> before;
  for (const auto& overwrite : applied.as_array()) before[Fields(overwrite).string_or("id", "")] = overwrite;
  for (const auto& overwrite : wanted.as_array()) {
    const auto id = Fields(overwrite).string_or("id", "");
    const auto known = before.extract(id);
    if (known && known.mapped() == overwrite) continue;
    auto body = overwrite.as_object();
    body.erase("id");
    auto set = co_await access_.call(
        resource, discord::set_permission_overwrite(channel, UserId::parse(id)->value, body, reason));
    if (!set) co_return std::unexpected(set.error());
  }
  for (const auto& [id, overwrite] : before) {
    auto removed = co_await access_.call(
        resource, discord::delete_permission_overwrite(channel, UserId::parse(id)->value, reason));
    if (!removed && removed.error().platform_code != 10009) co_return std::unexpected(removed.error());
  }
  co_return Result<>{};
}

Task<Result<>> DiscordChannel::remove(Resource resource) {
  auto removed = co_await access_.call(
      resource, discord::delete_channel(channel_of(*resource.remote_id), audit_reason(resource)));
  if (!removed) co_return std::unexpected(removed.error());
  co_return Result<>{};
}

Task<Result<std::vector<discord::Channel>>> DiscordChannel::channels(GuildId guild) {
  auto listed = co_await access_.rest.call(discord::list_guild_channels(guild), DiscordAccess::call_patience);
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<discord::Channel> out;
  const auto* list = listed->if_array();
  if (!list) co_return fail(ErrorKind::unavailable, "Discord's list of channels is no list.");
  for (const auto& item : *list) {
    if (auto channel = discord::parse_channel(item)) out.push_back(std::move(*channel));
  }
  std::ranges::sort(out, {}, &discord::Channel::id);
  co_return out;
}

Task<Result<std::vector<DiscordChannel::Created>>> DiscordChannel::created_by_us(GuildId guild) {
  auto log = co_await access_.rest.call(
      discord::get_audit_log(guild, access_.self(), audit_channel_create, audit_entries_max),
      DiscordAccess::call_patience);
  if (!log) co_return std::unexpected(log.error());
  std::vector<Created> out;
  for (const auto& item : Fields(*log).array("audit_log_entries")) {
    const Fields entry(item);
    const auto channel = entry.id<ChannelId>("target_id");
    auto marker = effects::find_marker(entry.string_or("reason", ""));
    if (channel && marker) out.push_back({*channel, std::move(*marker)});
  }
  co_return out;
}

Task<Result<effects::Observation>> DiscordChannel::observe(Resource resource) {
  auto present = co_await channels(guild_of(resource));
  if (!present) co_return std::unexpected(present.error());
  auto created = co_await created_by_us(guild_of(resource));
  if (!created) {
    // Without VIEW_AUDIT_LOG what remains is the look of it.
    if (created.error().kind == ErrorKind::refused) co_return recognise(resource, *present);
    co_return std::unexpected(created.error());
  }
  effects::Found found;
  for (const auto& channel : *present) {  // ordered by id, which is by age
    const bool ours = std::ranges::any_of(*created, [&](const Created& entry) {
      return entry.channel == channel.id && entry.marker == resource.marker;
    });
    if (!ours) continue;
    if (found.remote_id.empty())
      found.remote_id = channel.id.text();
    else
      found.twins.push_back(channel.id.text());
  }
  if (!found.remote_id.empty()) co_return effects::Observation(std::move(found));
  // The log says that we made it, and the complete listing does not have it: somebody deleted it since.
  if (std::ranges::find(*created, resource.marker, &Created::marker) != created->end()) {
    co_return effects::Observation(effects::Deleted{});
  }
  co_return not_in_audit_log(resource, std::move(*present), *created);
}

// Entries of the audit log may come late: what looks like it and has no entry yet may be it.
effects::Observation DiscordChannel::not_in_audit_log(const Resource& resource,
                                                      std::vector<discord::Channel> present,
                                                      const std::vector<Created>& created) const {
  std::erase_if(present, [&](const discord::Channel& channel) {
    return access_.clock.now() - discord::snowflake_time(channel.id.value) > audit_log_late_max ||
           std::ranges::find(created, channel.id, &Created::channel) != created.end();
  });
  if (std::holds_alternative<effects::Absent>(recognise(resource, present))) return effects::Absent{};
  return effects::Unclear{
      "A new channel looks like this one, and the audit log does not say yet who made it."};
}

effects::Observation DiscordChannel::recognise(const Resource& resource,
                                               const std::vector<discord::Channel>& present) const {
  constexpr Duration clock_skew = 5s;  // between Discord's clock, which makes ids, and ours
  const Fields sent(resource.request ? *resource.request : *resource.wanted);
  std::vector<std::string> alike;
  for (const auto& channel : present) {
    const bool after =
        resource.sent_at && discord::snowflake_time(channel.id.value) >= *resource.sent_at - clock_skew;
    if (after && channel.name == sent.string_or("name", "") &&
        channel.parent == sent.id<ChannelId>("parent_id") &&
        static_cast<std::int64_t>(channel.type) == sent.integer("type")) {
      alike.push_back(channel.id.text());
    }
  }
  if (alike.empty()) return effects::Absent{};
  if (alike.size() == 1) return effects::Found{alike.front(), {}, {}};
  return effects::Unclear{
      "Several new channels look like this one, and without VIEW_AUDIT_LOG the bot cannot tell which is its "
      "own. "
      "Grant it, or delete the superfluous ones."};
}

Task<Result<>> DiscordChannel::remove_twin(Resource resource, std::string twin_remote_id) {
  const auto twin = channel_of(twin_remote_id);
  const auto guild = guild_of(resource);
  if (resource.remote_id) {
    for (const auto user : access_.guilds.in_channel(guild, twin)) {
      (void)co_await access_.rest.call(
          discord::move_member(guild, user, channel_of(*resource.remote_id), audit_reason(resource)),
          DiscordAccess::call_patience);
    }
  }
  auto removed = co_await access_.rest.call(discord::delete_channel(twin, audit_reason(resource)),
                                            DiscordAccess::call_patience);
  if (!removed) co_return std::unexpected(removed.error());
  co_return Result<>{};
}

Task<Result<std::vector<effects::Marked>>> DiscordChannel::list_marked(std::string container) {
  if (auto known = access_.guild(container); !known) co_return std::unexpected(known.error());
  const auto guild = *GuildId::parse(container);
  auto present = co_await channels(guild);
  if (!present) co_return std::unexpected(present.error());
  auto created = co_await created_by_us(guild);
  if (!created) co_return std::unexpected(created.error());
  std::vector<effects::Marked> out;
  for (const auto& entry : *created) {
    if (std::ranges::find(*present, entry.channel, &discord::Channel::id) == present->end()) continue;
    out.push_back({.remote_id = entry.channel.text(),
                   .marker = entry.marker,
                   .created_at = discord::snowflake_time(entry.channel.value),
                   .occupied = !access_.guilds.in_channel(guild, entry.channel).empty()});
  }
  co_return out;
}

}  // namespace matchday::remote
