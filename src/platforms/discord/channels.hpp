// Requests about channels and their permission overwrites (reference §1.8). Each function only builds the
// request.
#pragma once
#include <string>
#include <string_view>

#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

// 201 with the channel. Needs MANAGE_CHANNELS, and MANAGE_ROLES when the body has overwrites.
RestRequest create_guild_channel(GuildId guild, json::object body, std::string reason);

// A body with `name` or `topic` falls under the hidden limit of two in ten minutes for each channel.
RestRequest modify_channel(ChannelId channel, json::object body, std::string reason);

RestRequest delete_channel(ChannelId channel, std::string reason);
RestRequest get_channel(ChannelId channel);

// All channels of the guild, also those that the bot cannot see; no threads.
RestRequest list_guild_channels(GuildId guild);

// `body`: {type: 0 role or 1 member, allow, deny}; permission bits as decimal strings.
RestRequest set_permission_overwrite(ChannelId channel, std::uint64_t overwrite_id, json::object body,
                                     std::string reason);
RestRequest delete_permission_overwrite(ChannelId channel, std::uint64_t overwrite_id, std::string reason);

// The line under a voice channel's name, at most 500 characters; an empty one takes it away. 204. Needs
// SET_VOICE_CHANNEL_STATUS, and MANAGE_CHANNELS unless the bot sits in the channel. Whoever waits with it
// loses least: it goes after everything else of its lane.
RestRequest set_voice_status(ChannelId channel, std::string_view status, std::string reason);

}  // namespace matchday::discord
