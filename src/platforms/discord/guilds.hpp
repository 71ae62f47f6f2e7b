// Requests about a guild as a whole (reference §1.9, §1.12). Each function only builds the request.
#pragma once
#include <optional>

#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

// Audit log actions that we look for (Discord's numbers).
namespace audit_action {
inline constexpr int channel_create = 10;
inline constexpr int channel_delete = 12;
inline constexpr int member_move = 26;
inline constexpr int member_disconnect = 27;
}  // namespace audit_action

RestRequest get_guild(GuildId guild);
RestRequest list_roles(GuildId guild);

// Newest first, `limit` 1-100. Needs VIEW_AUDIT_LOG.
RestRequest get_audit_log(GuildId guild, std::optional<UserId> user, std::optional<int> action_type,
                          int limit);

}  // namespace matchday::discord
