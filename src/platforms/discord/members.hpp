// Requests about members and their voice states (reference §1.9). Each function only builds the request.
#pragma once
#include <optional>
#include <string>

#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

RestRequest get_member(GuildId guild, UserId user);

// Moves somebody who is in voice (400 with code 40032 when not); without `to` disconnects. Needs
// MOVE_MEMBERS, and CONNECT for the bot in the target; the member's own rights do not matter.
RestRequest move_member(GuildId guild, UserId user, std::optional<ChannelId> to, std::string reason);

// 404 with code 10065 means: not in voice.
RestRequest get_voice_state(GuildId guild, UserId user);

}  // namespace matchday::discord
