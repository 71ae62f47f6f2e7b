// See channels.hpp.
#include "platforms/discord/channels.hpp"

namespace matchday::discord {
namespace {

std::string major_of(ChannelId channel) {
  return "channel:" + channel.text();
}

RestRequest on_overwrite(std::string method, ChannelId channel, std::uint64_t overwrite, std::string reason) {
  return {.method = std::move(method),
          .route = "/channels/{channel_id}/permissions/{overwrite_id}",
          .path = "/channels/" + channel.text() + "/permissions/" + std::to_string(overwrite),
          .major = major_of(channel),
          .audit_reason = std::move(reason),
          .priority = priority::move_member};
}

}  // namespace

RestRequest create_guild_channel(GuildId guild, json::object body, std::string reason) {
  return {.method = "POST",
          .route = "/guilds/{guild_id}/channels",
          .path = "/guilds/" + guild.text() + "/channels",
          .major = "guild:" + guild.text(),
          .body = std::move(body),
          .audit_reason = std::move(reason),
          .priority = priority::create_channel};
}

RestRequest modify_channel(ChannelId channel, json::object body, std::string reason) {
  const bool rare = body.contains("name") || body.contains("topic");
  return {.method = "PATCH",
          .route = "/channels/{channel_id}",
          .path = "/channels/" + channel.text(),
          .major = major_of(channel),
          .body = std::move(body),
          .audit_reason = std::move(reason),
          .sublimit = rare ? "channel_name" : ""};
}

RestRequest delete_channel(ChannelId channel, std::string reason) {
  return {.method = "DELETE",
          .route = "/channels/{channel_id}",
          .path = "/channels/" + channel.text(),
          .major = major_of(channel),
          .audit_reason = std::move(reason),
          .priority = priority::delete_channel};
}

RestRequest get_channel(ChannelId channel) {
  return {.method = "GET",
          .route = "/channels/{channel_id}",
          .path = "/channels/" + channel.text(),
          .major = major_of(channel)};
}

RestRequest list_guild_channels(GuildId guild) {
  return {.method = "GET",
          .route = "/guilds/{guild_id}/channels",
          .path = "/guilds/" + guild.text() + "/channels",
          .major = "guild:" + guild.text()};
}

RestRequest set_permission_overwrite(ChannelId channel, std::uint64_t overwrite_id, json::object body,
                                     std::string reason) {
  auto request = on_overwrite("PUT", channel, overwrite_id, std::move(reason));
  request.body = std::move(body);
  return request;
}

RestRequest delete_permission_overwrite(ChannelId channel, std::uint64_t overwrite_id, std::string reason) {
  return on_overwrite("DELETE", channel, overwrite_id, std::move(reason));
}

RestRequest set_voice_status(ChannelId channel, std::string_view status, std::string reason) {
  constexpr int after_everything = -1;
  return {.method = "PUT",
          .route = "/channels/{channel_id}/voice-status",
          .path = "/channels/" + channel.text() + "/voice-status",
          .major = major_of(channel),
          .body = json::object{{"status", status.empty() ? json::value(nullptr) : json::value(status)}},
          .audit_reason = std::move(reason),
          .priority = after_everything};
}

}  // namespace matchday::discord
