// See discord_voice_status.hpp.
#include "remote/discord_voice_status.hpp"

#include "platforms/discord/channels.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::remote {
namespace {

using discord::Permission;
using effects::Resource;

constexpr int unknown_channel = 10003;

ChannelId channel_of(const Resource& resource) {
  // What is no longer wanted has only what was applied last.
  const auto& document = resource.wanted ? *resource.wanted : *resource.applied;
  return *Fields(document).id<ChannelId>("channel_id");
}

discord::RestRequest request_for(const Resource& resource, std::string_view status) {
  return discord::set_voice_status(channel_of(resource), status, audit_reason(resource));
}

discord::RestRequest request_for(const Resource& resource) {
  return request_for(resource, Fields(*resource.wanted).string_or("status", ""));
}

}  // namespace

json::value DiscordVoiceStatus::document(ChannelId channel, std::string_view status) {
  return {{"channel_id", channel.text()}, {"status", discord::cut_utf16(status, status_max)}};
}

// A bot that does not sit in the channel needs both (reference/discord.md §1.8).
bool DiscordVoiceStatus::may_set(GuildId guild, ChannelId channel) const {
  return discord::missing_names(Permission::set_voice_channel_status | Permission::manage_channels,
                                access_.guilds.own_permissions(guild, channel))
      .empty();
}

Task<Result<effects::Permit>> DiscordVoiceStatus::admit(Resource resource) {
  co_return co_await access_.admit(resource, request_for(resource));
}

Result<effects::Prepared> DiscordVoiceStatus::prepare(const Resource& resource) {
  const auto guild = access_.guild(resource.container);
  if (!guild) return std::unexpected(guild.error());
  const auto channel = channel_of(resource);
  // The event that tells of a new channel may come after the answer that made it.
  if (!(*guild)->channel(channel))
    return fail(ErrorKind::unavailable, "Discord has not told us of the channel whose status is to be set.");
  if (!may_set((*guild)->id, channel))
    return effects::Obsolete{"the bot may not set the status of this channel"};
  return effects::Send{*resource.wanted};
}

Task<Result<effects::Made>> DiscordVoiceStatus::create(Resource resource, json::value,
                                                       effects::Permit permit) {
  auto set = co_await access_.send(request_for(resource), std::move(permit));
  if (!set) {
    auto error = set.error();
    // The channel went, or a right was taken while the request travelled: nothing to call anybody for.
    if (error.kind == ErrorKind::not_found || error.kind == ErrorKind::refused)
      error.kind = ErrorKind::conflict;
    co_return std::unexpected(std::move(error));
  }
  co_return effects::Made{channel_of(resource).text(), {}};
}

Task<Result<json::value>> DiscordVoiceStatus::change(Resource resource) {
  const auto guild = access_.guild(resource.container);
  if (!guild) co_return std::unexpected(guild.error());
  // A request that Discord is known to refuse counts towards a ban; without it, a repaired right is noticed.
  if (!may_set((*guild)->id, channel_of(resource)))
    co_return fail(ErrorKind::unavailable, "The bot may not set the status of this channel now.");
  auto set = co_await access_.call(resource, request_for(resource));
  if (!set) co_return std::unexpected(set.error());
  co_return *resource.wanted;
}

// Takes the line away. Where we may not, or have nothing to look at any more, it is the room's end that does.
Task<Result<>> DiscordVoiceStatus::remove(Resource resource) {
  const auto channel = channel_of(resource);
  if (const auto guild = access_.guild(resource.container); guild) {
    if (!(*guild)->channel(channel) || !may_set((*guild)->id, channel)) co_return Result<>{};
  }
  auto cleared = co_await access_.call(resource, request_for(resource, ""));
  if (cleared || cleared.error().platform_code == unknown_channel ||
      cleared.error().kind == ErrorKind::refused)
    co_return Result<>{};
  co_return std::unexpected(cleared.error());
}

}  // namespace matchday::remote
