// See discord_member_move.hpp.
#include "remote/discord_member_move.hpp"

#include <fmt/format.h>

#include "platforms/discord/interaction.hpp"
#include "platforms/discord/members.hpp"

namespace matchday::remote {
namespace {

using effects::Resource;

// Discord's codes for "there is nobody to move" (reference/discord.md §1.9): a normal race, not a failure.
constexpr int not_connected_to_voice = 40032;
constexpr int unknown_member = 10007;
constexpr int unknown_channel = 10003;
constexpr Duration told_within = 15s;  // of a new channel, by the gateway

GuildId guild_of(const Resource& resource) {
  return *GuildId::parse(resource.container);
}

}  // namespace

json::value DiscordMemberMove::document(UserId user, const discord::VoiceState& seen,
                                        std::optional<ChannelId> to) {
  return {{"user_id", user.text()},
          {"session_id", seen.session_id},
          {"from_channel_id", seen.channel.text()},
          {"to_channel_id", to ? json::value(to->text()) : json::value(nullptr)}};
}

discord::RestRequest DiscordMemberMove::request(const Resource& resource) const {
  const Fields wanted(*resource.wanted);
  return discord::move_member(guild_of(resource), *wanted.id<UserId>("user_id"),
                              wanted.id<ChannelId>("to_channel_id"), audit_reason(resource));
}

Task<Result<effects::Permit>> DiscordMemberMove::admit(Resource resource) {
  co_return co_await access_.admit(resource, request(resource));
}

Result<effects::Prepared> DiscordMemberMove::prepare(const Resource& resource) {
  const auto guild = access_.guild(resource.container);
  if (!guild) return std::unexpected(guild.error());
  const Fields wanted(*resource.wanted);
  const auto user = *wanted.id<UserId>("user_id");
  const auto to = wanted.id<ChannelId>("to_channel_id");
  const auto now = access_.guilds.voice_state((*guild)->id, user);
  if (!now) {
    if (!to) return effects::Already{user.text()};
    return effects::Obsolete{"the player is not in voice any more"};
  }
  if (to && now->channel == *to) return effects::Already{user.text()};
  if (now->session_id != wanted.string("session_id") ||
      now->channel != wanted.id<ChannelId>("from_channel_id")) {
    return effects::Obsolete{"the player went somewhere else meanwhile"};
  }
  // The event that tells of a new channel may come after the answer that made it; an old one was deleted.
  if (to && !(*guild)->channel(*to)) {
    if (access_.clock.now() - discord::snowflake_time(to->value) > told_within)
      return effects::Obsolete{"the channel does not exist any more"};
    return fail(ErrorKind::unavailable, "Discord has not told us of the channel to move to.");
  }
  // Overwrites can take the right away in either channel.
  using discord::Permission;
  for (const auto channel : {std::optional(now->channel), to}) {
    if (!channel || !(*guild)->channel(*channel)) continue;
    const auto needed =
        channel == to ? Permission::move_members | Permission::connect : bits(Permission::move_members);
    const auto missing =
        discord::missing_names(needed, access_.guilds.own_permissions((*guild)->id, *channel));
    if (!missing.empty()) {
      return fail(ErrorKind::refused,
                  fmt::format("The bot cannot move people in \"{}\": it lacks {} there.",
                              (*guild)->channel(*channel)->name, fmt::join(missing, ", ")));
    }
  }
  return effects::Send{*resource.wanted};
}

Task<Result<effects::Made>> DiscordMemberMove::create(Resource resource, json::value,
                                                      effects::Permit permit) {
  auto moved = co_await access_.send(request(resource), std::move(permit));
  if (!moved) {
    auto error = moved.error();
    if (error.platform_code == not_connected_to_voice || error.platform_code == unknown_member ||
        error.platform_code == unknown_channel) {
      error.kind = ErrorKind::conflict;
    }
    co_return std::unexpected(std::move(error));
  }
  co_return effects::Made{Fields(*resource.wanted).string_or("user_id", ""), {}};
}

Task<Result<json::value>> DiscordMemberMove::change(Resource resource) {
  co_return *resource.wanted;
}
Task<Result<>> DiscordMemberMove::remove(Resource) {
  co_return Result<>{};
}

}  // namespace matchday::remote
