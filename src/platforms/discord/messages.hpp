// Requests about messages and direct message channels (reference §1.6, §1.7). Each function only builds the
// request. A body without `allowed_mentions` gets one that pings nobody: Discord's own default pings everyone
// named.
#pragma once
#include <optional>
#include <string>

#include "platforms/discord/rest_request.hpp"

namespace matchday::discord {

RestRequest create_message(ChannelId channel, json::object body);
RestRequest edit_message(ChannelId channel, MessageId message, json::object body);
RestRequest delete_message(ChannelId channel, MessageId message, std::string reason);
RestRequest get_message(ChannelId channel, MessageId message);

// `limit` 1-100. With `after`: the messages that follow it, newest first all the same.
RestRequest list_messages(ChannelId channel, int limit, std::optional<MessageId> after = {});

// Gives the same channel each time: keep its id for ever. Opening many in a row gets a bot quarantined.
RestRequest create_dm(UserId user);

}  // namespace matchday::discord
