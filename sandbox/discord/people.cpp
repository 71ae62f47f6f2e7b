// People: what members, organizers and owners do with their own clients, and what happens to a guild. Discord
// checks their permissions as it checks the bot's.
#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

std::unexpected<Error> no_guild() {
  return fail(ErrorKind::not_found, "There is no such guild");
}
std::unexpected<Error> no_channel() {
  return fail(ErrorKind::not_found, "There is no such channel");
}
std::unexpected<Error> not_allowed() {
  return fail(ErrorKind::forbidden, "Discord does not offer that: permission missing");
}

bool may(const State& state, const Guild& guild, const Channel& channel, UserId user, Permissions bits) {
  return (channel_permissions(guild, channel, user, state.now) & bits) == bits;
}

Actor owner_of(const Guild& guild) {
  return {.user = guild.owner};
}

}  // namespace

Result<> World::join_voice(GuildId id, UserId user, std::optional<ChannelId> to) {
  auto& state = parts_->state;
  Guild* guild = state.guild(id);
  if (guild == nullptr) return no_guild();
  if (!guild->members.contains(user)) return fail(ErrorKind::not_found, "That user is not in the guild");
  if (!to) {
    set_voice_channel(*parts_, *guild, user, std::nullopt);
    return {};
  }
  const auto channel = guild->channels.find(*to);
  if (channel == guild->channels.end() || !channel->second.is_voice()) return no_channel();
  if (!may(state, *guild, channel->second, user, permission::view_channel | permission::connect))
    return not_allowed();
  const auto sitting =
      std::ranges::count_if(guild->voice, [&](const auto& one) { return one.second.channel == *to; });
  const bool full = channel->second.user_limit != 0 && sitting >= channel->second.user_limit;
  if (full && !may(state, *guild, channel->second, user, permission::move_members)) {
    return fail(ErrorKind::limited, "The voice channel is full");
  }
  set_voice_channel(*parts_, *guild, user, to);
  return {};
}

ChannelId World::open_dm(UserId user) {
  CHECK(parts_->state.users.contains(user));
  return dm_channel(*parts_, user).id;
}

Result<MessageId> World::send_message(ChannelId id, UserId user, std::string content) {
  auto& state = parts_->state;
  Channel* channel = state.channel(id);
  if (channel == nullptr) return no_channel();
  const Guild* guild = state.guild_of(*channel);
  if (guild == nullptr && channel->recipient != user) return not_allowed();
  if (guild != nullptr &&
      !may(state, *guild, *channel, user, permission::view_channel | permission::send_messages)) {
    return not_allowed();
  }
  Message draft{.channel = id, .guild = channel->guild, .author = user, .content = std::move(content)};
  auto mentions = mentions_in(state, channel->guild, draft.content, nullptr, false);
  draft.mentions = std::move(mentions.users);
  draft.mention_roles = std::move(mentions.roles);
  draft.mention_everyone = mentions.everyone && guild != nullptr &&
                           may(state, *guild, *channel, user, permission::mention_everyone);
  return post_message(*parts_, std::move(draft)).id;
}

Result<ChannelId> World::human_create_channel(GuildId id, UserId user, NewChannel wanted) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr) return no_guild();
  if ((guild_permissions(*guild, user, parts_->state.now) & permission::manage_channels) == 0)
    return not_allowed();
  const Channel draft{.kind = wanted.kind,
                      .name = std::move(wanted.name),
                      .position = -1,
                      .parent = wanted.parent,
                      .overwrites = std::move(wanted.overwrites)};
  return create_channel(*parts_, *guild, draft, {.user = user}).id;
}

Result<> World::human_delete_channel(ChannelId id, UserId user) {
  auto& state = parts_->state;
  Channel* channel = state.channel(id);
  if (channel == nullptr || !channel->guild) return no_channel();
  Guild& guild = *state.guild_of(*channel);
  if (!may(state, guild, *channel, user, permission::manage_channels)) return not_allowed();
  remove_channel(*parts_, guild, id, {.user = user});
  return {};
}

Result<> World::human_rename_channel(ChannelId id, UserId user, std::string name) {
  auto& state = parts_->state;
  Channel* channel = state.channel(id);
  if (channel == nullptr || !channel->guild) return no_channel();
  Guild& guild = *state.guild_of(*channel);
  if (!may(state, guild, *channel, user, permission::manage_channels)) return not_allowed();
  Channel after = *channel;
  after.name = std::move(name);
  update_channel(*parts_, guild, after, {.user = user}, audit::channel_update);
  return {};
}

Result<> World::human_delete_message(ChannelId id, MessageId message_id, UserId user) {
  auto& state = parts_->state;
  Channel* channel = state.channel(id);
  const Message* message = state.message(message_id);
  if (channel == nullptr || message == nullptr || message->channel != id) return no_channel();
  Guild* guild = state.guild_of(*channel);
  const bool own = message->author == user;
  if (!own && (guild == nullptr || !may(state, *guild, *channel, user, permission::manage_messages)))
    return not_allowed();
  const auto author = message->author;
  remove_message(*parts_, message_id);
  if (own || guild == nullptr) return {};
  record(*parts_, *guild, {.user = user},
         {.action = audit::message_delete,
          .target = author.text(),
          .options = json::object{{"channel_id", id.text()}, {"count", "1"}}});
  return {};
}

// A client's "Cancel event" arrives as a deletion (reference §1.10).
Result<> World::human_delete_event(GuildId id, ScheduledEventId event, UserId user) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr) return no_guild();
  if (!guild->events.contains(event)) return fail(ErrorKind::not_found, "There is no such event");
  const bool own = guild->events.at(event).creator == user;
  const auto bits = guild_permissions(*guild, user, parts_->state.now);
  if (!own && (bits & permission::manage_events) == 0) return not_allowed();
  remove_event(*parts_, *guild, event, {.user = user});
  return {};
}

Result<> World::set_interested(GuildId id, ScheduledEventId event_id, UserId user, bool interested) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr) return no_guild();
  const auto event = guild->events.find(event_id);
  if (event == guild->events.end() || !guild->members.contains(user)) {
    return fail(ErrorKind::not_found, "There is no such event or member");
  }
  auto& people = event->second.subscribers;
  const bool changed = interested ? people.insert(user).second : people.erase(user) > 0;
  if (!changed) return {};
  parts_->gateway.dispatch(
      {.name = interested ? "GUILD_SCHEDULED_EVENT_USER_ADD" : "GUILD_SCHEDULED_EVENT_USER_REMOVE",
       .intents = intent::guild_scheduled_events,
       .guild = id,
       .data = {{"guild_scheduled_event_id", event_id.text()},
                {"user_id", user.text()},
                {"guild_id", id.text()}}});
  return {};
}

Result<> World::set_role_permissions(GuildId id, RoleId role, Permissions permissions) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->roles.contains(role))
    return fail(ErrorKind::not_found, "There is no such role");
  Role after = guild->roles.at(role);
  after.permissions = permissions;
  update_role(*parts_, *guild, after, owner_of(*guild));
  return {};
}

Result<> World::set_role_position(GuildId id, RoleId role, int position) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->roles.contains(role))
    return fail(ErrorKind::not_found, "There is no such role");
  Role after = guild->roles.at(role);
  after.position = position;
  update_role(*parts_, *guild, after, owner_of(*guild));
  return {};
}

Result<> World::delete_role(GuildId id, RoleId role) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->roles.contains(role))
    return fail(ErrorKind::not_found, "There is no such role");
  if (role.value == id.value) return fail(ErrorKind::refused, "@everyone can't be deleted");
  remove_role(*parts_, *guild, role, owner_of(*guild));
  return {};
}

Result<> World::set_overwrite(ChannelId id, Overwrite overwrite) {
  Channel* channel = parts_->state.channel(id);
  if (channel == nullptr || !channel->guild) return no_channel();
  Guild& guild = *parts_->state.guild_of(*channel);
  Channel after = *channel;
  std::erase_if(after.overwrites, [&](const Overwrite& one) { return one.id == overwrite.id; });
  after.overwrites.push_back(overwrite);
  update_channel(*parts_, guild, after, owner_of(guild), audit::overwrite_update);
  return {};
}

Result<> World::set_nick(GuildId id, UserId user, std::optional<std::string> nick) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->members.contains(user))
    return fail(ErrorKind::not_found, "There is no such member");
  Member after = guild->members.at(user);
  after.nick = std::move(nick);
  update_member(*parts_, *guild, after, {.user = user});
  return {};
}

Result<> World::set_member_roles(GuildId id, UserId user, std::vector<RoleId> roles) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->members.contains(user))
    return fail(ErrorKind::not_found, "There is no such member");
  Member after = guild->members.at(user);
  after.roles = {roles.begin(), roles.end()};
  update_member(*parts_, *guild, after, owner_of(*guild));
  return {};
}

Result<> World::leave_guild(GuildId id, UserId user) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->members.contains(user))
    return fail(ErrorKind::not_found, "There is no such member");
  if (guild->owner == user) return fail(ErrorKind::refused, "The owner can't leave");
  if (user == parts_->state.bot) return kick_bot(id);
  remove_member(*parts_, *guild, user);
  return {};
}

Result<> World::kick_bot(GuildId id) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->has_bot) return no_guild();
  const auto bot = parts_->state.bot;
  record(*parts_, *guild, owner_of(*guild), {.action = audit::member_kick, .target = bot.text()});
  // The event has no `unavailable`: that is how a kick differs from an outage (reference §2.6).
  parts_->gateway.dispatch(
      {.name = "GUILD_DELETE", .intents = intent::guilds, .guild = id, .data = {{"id", id.text()}}});
  guild->has_bot = false;
  guild->voice.erase(bot);
  guild->members.erase(bot);
  std::erase_if(guild->roles, [&](const auto& one) { return one.second.bot == bot; });
  return {};
}

Result<> World::set_unavailable(GuildId id, bool unavailable) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr || !guild->has_bot) return no_guild();
  if (guild->unavailable == unavailable) return {};
  guild->unavailable = unavailable;
  json::object data = unavailable ? json::object{{"id", id.text()}, {"unavailable", true}}
                                  : guild_create_object(parts_->state, *guild);
  parts_->gateway.dispatch({.name = unavailable ? "GUILD_DELETE" : "GUILD_CREATE",
                            .intents = intent::guilds,
                            .guild = id,
                            .data = std::move(data)});
  return {};
}

Result<> World::set_refuses_dms(UserId user, bool refuses) {
  const auto found = parts_->state.users.find(user);
  if (found == parts_->state.users.end()) return fail(ErrorKind::not_found, "There is no such user");
  found->second.refuses_dms = refuses;
  return {};
}

}  // namespace matchday::sandbox::discord
