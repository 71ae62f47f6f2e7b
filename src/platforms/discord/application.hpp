// Requests about the bot itself: gateway discovery, identity, commands (reference §1.2, §1.3). Each function
// only builds the request.
#pragma once
#include <optional>

#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

RestRequest get_gateway_bot();
RestRequest get_current_user();
RestRequest get_current_application();

// Without a guild: the global commands.
RestRequest list_commands(ApplicationId application, std::optional<GuildId> guild);

// Replaces all of them: what is not in the list is deleted. Two hundred creations a day are allowed; see
// command_sync.hpp.
RestRequest put_commands(ApplicationId application, std::optional<GuildId> guild, json::array commands);

}  // namespace matchday::discord
