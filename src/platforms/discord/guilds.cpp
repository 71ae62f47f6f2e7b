// See guilds.hpp.
#include "platforms/discord/guilds.hpp"

#include <fmt/format.h>

namespace matchday::discord {

RestRequest get_guild(GuildId guild) {
  return {.method = "GET",
          .route = "/guilds/{guild_id}",
          .path = "/guilds/" + guild.text(),
          .major = "guild:" + guild.text()};
}

RestRequest list_roles(GuildId guild) {
  return {.method = "GET",
          .route = "/guilds/{guild_id}/roles",
          .path = "/guilds/" + guild.text() + "/roles",
          .major = "guild:" + guild.text()};
}

RestRequest get_audit_log(GuildId guild, std::optional<UserId> user, std::optional<int> action_type,
                          int limit) {
  auto path = fmt::format("/guilds/{}/audit-logs?limit={}", guild.text(), limit);
  if (user) path += "&user_id=" + user->text();
  if (action_type) path += fmt::format("&action_type={}", *action_type);
  return {.method = "GET",
          .route = "/guilds/{guild_id}/audit-logs",
          .path = std::move(path),
          .major = "guild:" + guild.text()};
}

}  // namespace matchday::discord
