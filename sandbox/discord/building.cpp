// Building a world: users, guilds with their bot, roles, channels and members, without asking anybody's
// permission. Things made while a session is running are announced like everything else.
#include <algorithm>

#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

int top_position(const Guild& guild) {
  int top = 0;
  for (const auto& [id, role] : guild.roles) top = std::max(top, role.position);
  return top;
}

Actor owner_of(const Guild& guild) {
  return {.user = guild.owner};
}

void give_bot_its_role(Parts& parts, Guild& guild, Permissions permissions) {
  auto& state = parts.state;
  const Role draft{.name = state.rules.application_name,
                   .permissions = permissions,
                   .position = top_position(guild) + 1,
                   .managed = true,
                   .bot = state.bot};
  const auto role = create_role(parts, guild, draft, owner_of(guild)).id;
  add_member(parts, guild, state.bot, {role});
  record(parts, guild, owner_of(guild), {.action = audit::bot_add, .target = state.bot.text()});
}

}  // namespace

UserId World::add_user(std::string username) {
  return parts_->state.add_user(std::move(username), false).id;
}

GuildId World::add_guild(std::string name, UserId owner, Permissions bot_permissions) {
  auto& state = parts_->state;
  const auto id = state.new_id<GuildId>();
  auto& guild = state.guilds[id];
  guild = {.id = id, .name = std::move(name), .owner = owner, .has_bot = false};
  const RoleId everyone{id.value};
  guild.roles[everyone] = {.id = everyone, .name = "@everyone", .permissions = permission::everyone_default};
  discord::add_member(*parts_, guild, owner, {});
  CHECK(invite_bot(id, bot_permissions));
  return id;
}

Result<> World::invite_bot(GuildId id, Permissions permissions) {
  Guild* guild = parts_->state.guild(id);
  if (guild == nullptr) return fail(ErrorKind::not_found, "There is no such guild");
  if (guild->has_bot) return fail(ErrorKind::conflict, "The bot is in this guild already");
  give_bot_its_role(*parts_, *guild, permissions);
  guild->has_bot = true;
  parts_->gateway.dispatch({.name = "GUILD_CREATE",
                            .intents = intent::guilds,
                            .guild = id,
                            .data = guild_create_object(parts_->state, *guild)});
  return {};
}

RoleId World::add_role(GuildId id, NewRole role) {
  Guild* guild = parts_->state.guild(id);
  CHECK(guild != nullptr);
  const Role draft{.name = std::move(role.name),
                   .permissions = role.permissions,
                   .position = role.position.value_or(top_position(*guild) + 1),
                   .managed = role.managed};
  return create_role(*parts_, *guild, draft, owner_of(*guild)).id;
}

ChannelId World::add_channel(GuildId id, NewChannel channel) {
  Guild* guild = parts_->state.guild(id);
  CHECK(guild != nullptr);
  const Channel draft{.kind = channel.kind,
                      .name = std::move(channel.name),
                      .position = -1,
                      .parent = channel.parent,
                      .overwrites = std::move(channel.overwrites)};
  return create_channel(*parts_, *guild, draft, owner_of(*guild)).id;
}

void World::add_member(GuildId id, UserId user, std::vector<RoleId> roles) {
  Guild* guild = parts_->state.guild(id);
  CHECK(guild != nullptr && parts_->state.users.contains(user));
  discord::add_member(*parts_, *guild, user, std::move(roles));
}

}  // namespace matchday::sandbox::discord
