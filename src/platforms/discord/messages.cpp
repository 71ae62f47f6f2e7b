// See messages.hpp.
#include "platforms/discord/messages.hpp"

#include <fmt/format.h>

namespace matchday::discord {
namespace {

RestRequest on_message(std::string method, ChannelId channel, MessageId message) {
  return {.method = std::move(method),
          .route = "/channels/{channel_id}/messages/{message_id}",
          .path = "/channels/" + channel.text() + "/messages/" + message.text(),
          .major = "channel:" + channel.text()};
}

// Without this field Discord pings everyone that the text names.
json::object without_pings(json::object body) {
  if (!body.contains("allowed_mentions")) body["allowed_mentions"] = json::object{{"parse", json::array()}};
  return body;
}

}  // namespace

RestRequest create_message(ChannelId channel, json::object body) {
  return {.method = "POST",
          .route = "/channels/{channel_id}/messages",
          .path = "/channels/" + channel.text() + "/messages",
          .major = "channel:" + channel.text(),
          .body = without_pings(std::move(body))};
}

RestRequest edit_message(ChannelId channel, MessageId message, json::object body) {
  auto request = on_message("PATCH", channel, message);
  request.body = without_pings(std::move(body));
  // Edits of messages older than an hour have a hidden limit for each message (code 30046, reference §3.1).
  request.sublimit = "message:" + message.text();
  return request;
}

RestRequest delete_message(ChannelId channel, MessageId message, std::string reason) {
  auto request = on_message("DELETE", channel, message);
  request.audit_reason = std::move(reason);
  return request;
}

RestRequest get_message(ChannelId channel, MessageId message) {
  return on_message("GET", channel, message);
}

RestRequest list_messages(ChannelId channel, int limit, std::optional<MessageId> after) {
  auto path = fmt::format("/channels/{}/messages?limit={}", channel.text(), limit);
  if (after) path += "&after=" + after->text();
  return {.method = "GET",
          .route = "/channels/{channel_id}/messages",
          .path = std::move(path),
          .major = "channel:" + channel.text()};
}

RestRequest create_dm(UserId user) {
  return {.method = "POST",
          .route = "/users/@me/channels",
          .path = "/users/@me/channels",
          .body = json::object{{"recipient_id", user.text()}},
          .sublimit = "new_dm"};
}

}  // namespace matchday::discord
