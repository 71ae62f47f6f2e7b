// See application.hpp.
#include "platforms/discord/application.hpp"

namespace matchday::discord {
namespace {

RestRequest get(std::string route) {
  return {.method = "GET", .route = route, .path = route};
}

RestRequest on_commands(std::string method, ApplicationId application, std::optional<GuildId> guild) {
  const auto base = "/applications/" + application.text();
  return {.method = std::move(method),
          .route = guild ? "/applications/{application_id}/guilds/{guild_id}/commands"
                         : "/applications/{application_id}/commands",
          .path = (guild ? base + "/guilds/" + guild->text() : base) + "/commands",
          .major = guild ? "guild:" + guild->text() : "",
          .lane = Lane::background};
}

}  // namespace

RestRequest get_gateway_bot() {
  return get("/gateway/bot");
}
RestRequest get_current_user() {
  return get("/users/@me");
}
RestRequest get_current_application() {
  return get("/applications/@me");
}

RestRequest list_commands(ApplicationId application, std::optional<GuildId> guild) {
  auto request = on_commands("GET", application, guild);
  request.path += "?with_localizations=true";  // otherwise Discord leaves the translations out
  return request;
}

RestRequest put_commands(ApplicationId application, std::optional<GuildId> guild, json::array commands) {
  auto request = on_commands("PUT", application, guild);
  request.body = std::move(commands);
  return request;
}

}  // namespace matchday::discord
