// See members.hpp.
#include "platforms/discord/members.hpp"

namespace matchday::discord {
namespace {

RestRequest on_member(std::string method, GuildId guild, UserId user) {
  return {.method = std::move(method),
          .route = "/guilds/{guild_id}/members/{user_id}",
          .path = "/guilds/" + guild.text() + "/members/" + user.text(),
          .major = "guild:" + guild.text()};
}

}  // namespace

RestRequest get_member(GuildId guild, UserId user) {
  return on_member("GET", guild, user);
}

RestRequest move_member(GuildId guild, UserId user, std::optional<ChannelId> to, std::string reason) {
  auto request = on_member("PATCH", guild, user);
  request.body = json::object{{"channel_id", to ? json::value(to->text()) : json::value(nullptr)}};
  request.audit_reason = std::move(reason);
  request.priority = priority::move_member;
  return request;
}

RestRequest get_voice_state(GuildId guild, UserId user) {
  return {.method = "GET",
          .route = "/guilds/{guild_id}/voice-states/{user_id}",
          .path = "/guilds/" + guild.text() + "/voice-states/" + user.text(),
          .major = "guild:" + guild.text()};
}

}  // namespace matchday::discord
