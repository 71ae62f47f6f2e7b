// See discord_message.hpp.
#include "remote/discord_message.hpp"

#include "base/crypto.hpp"
#include "platforms/discord/interaction.hpp"
#include "platforms/discord/messages.hpp"

namespace matchday::remote {
namespace {

using effects::Resource;

constexpr int page_max = 100;             // the most that one request gives
constexpr Duration clock_skew = 5s;       // between Discord's clock, which makes ids, and ours
constexpr std::size_t nonce_length = 24;  // Discord allows 25

ChannelId channel_of(const Resource& resource) {
  return *ChannelId::parse(resource.container);
}

// The same for every attempt: Discord itself then drops a second one for some minutes.
std::string nonce_of(const Resource& resource) {
  return crypto::to_base32(crypto::sha256(resource.marker)).substr(0, nonce_length);
}

// The greatest id that is older than `time`: ids carry their milliseconds above 22 bits (reference/discord.md
// §1.0).
MessageId sent_after(Time time) {
  constexpr int time_shift = 22;
  const auto since_epoch = to_ms(time) - to_ms(discord::snowflake_time(0));
  return MessageId{static_cast<std::uint64_t>(since_epoch) << time_shift};
}

std::optional<std::string> marker_of(const Fields& message) {
  const auto& embeds = message.array("embeds");
  return embeds.empty() ? std::nullopt : effects::find_marker(Fields(embeds.front()).string_or("url", ""));
}

}  // namespace

json::object DiscordMessage::with_marker(const Resource& resource) const {
  auto body = resource.wanted->as_object();
  CHECK(!Fields(body).array("embeds").empty());
  body["embeds"].as_array().front().as_object()["url"] = link_base_ + resource.marker;
  // Nobody is pinged unless the document says whom: Discord's own default would ping everybody that is named.
  if (!body.contains("allowed_mentions")) body["allowed_mentions"] = {{"parse", json::array()}};
  return body;
}

Task<Result<effects::Permit>> DiscordMessage::admit(Resource resource) {
  co_return co_await access_.admit(resource, discord::create_message(channel_of(resource), {}));
}

Result<effects::Prepared> DiscordMessage::prepare(const Resource& resource) {
  auto body = with_marker(resource);
  body["nonce"] = nonce_of(resource);
  body["enforce_nonce"] = true;
  return effects::Send{std::move(body)};
}

Task<Result<effects::Made>> DiscordMessage::create(Resource resource, json::value body,
                                                   effects::Permit permit) {
  auto made = co_await access_.send(discord::create_message(channel_of(resource), body.as_object()),
                                    std::move(permit));
  if (!made) {
    auto error = made.error();
    // "Unknown message" for a nonce that was used: it was posted and then deleted. Look again when the nonce
    // is forgotten.
    if (error.platform_code == 10008) error.kind = ErrorKind::ambiguous;
    co_return std::unexpected(std::move(error));
  }
  const auto id = Fields(*made).id<MessageId>("id");
  if (!id) co_return fail(ErrorKind::ambiguous, "Discord's answer to a new message names no message.");
  co_return effects::Made{id->text(), {}};
}

Task<Result<json::value>> DiscordMessage::change(Resource resource) {
  auto edited = co_await access_.rest.call(
      discord::edit_message(channel_of(resource), *MessageId::parse(*resource.remote_id),
                            with_marker(resource)),
      DiscordAccess::call_patience);
  if (!edited) co_return std::unexpected(edited.error());
  co_return *resource.wanted;
}

Task<Result<>> DiscordMessage::remove(Resource resource) {
  const auto id = *resource.remote_id;
  co_return co_await remove_twin(std::move(resource), id);
}

Task<Result<>> DiscordMessage::remove_twin(Resource resource, std::string twin_remote_id) {
  auto removed = co_await access_.rest.call(
      discord::delete_message(channel_of(resource), *MessageId::parse(twin_remote_id),
                              audit_reason(resource)),
      DiscordAccess::call_patience);
  if (!removed) co_return std::unexpected(removed.error());
  co_return Result<>{};
}

// One page of the channel: what we wrote, by age. Without `after`: the newest.
Task<Result<DiscordMessage::Ours>> DiscordMessage::ours(ChannelId channel, std::optional<MessageId> after) {
  auto listed = co_await access_.rest.call(discord::list_messages(channel, page_max, after),
                                           DiscordAccess::call_patience);
  if (!listed) co_return std::unexpected(listed.error());
  const auto* page = listed->if_array();
  if (!page) co_return fail(ErrorKind::unavailable, "Discord's list of messages is no list.");
  Ours out;
  for (const auto& item : *page) {
    const Fields message(item);
    const auto id = message.id<MessageId>("id");
    if (id && message.object("author").id<UserId>("id") == access_.self()) out.emplace(*id, item);
  }
  co_return out;
}

Task<Result<effects::Observation>> DiscordMessage::observe(Resource resource) {
  auto candidates = co_await ours(channel_of(resource), std::nullopt);
  if (candidates && resource.sent_at) {
    // People may have talked since: what followed our request is looked at as well.
    auto then = co_await ours(channel_of(resource), sent_after(*resource.sent_at - clock_skew));
    if (!then) co_return std::unexpected(then.error());
    candidates->merge(*then);
  }
  if (!candidates) co_return std::unexpected(candidates.error());
  effects::Found found;
  for (const auto& [id, message] : *candidates) {
    if (marker_of(Fields(message)) != resource.marker) continue;
    if (found.remote_id.empty())
      found.remote_id = id.text();
    else
      found.twins.push_back(id.text());
  }
  if (found.remote_id.empty()) co_return effects::Observation(effects::Absent{});
  co_return effects::Observation(std::move(found));
}

Task<Result<std::vector<effects::Marked>>> DiscordMessage::list_marked(std::string container) {
  auto listed = co_await ours(*ChannelId::parse(container), std::nullopt);
  if (!listed) co_return std::unexpected(listed.error());
  std::vector<effects::Marked> out;
  for (const auto& [id, message] : *listed) {
    auto marker = marker_of(Fields(message));
    if (marker) out.push_back({id.text(), std::move(*marker), discord::snowflake_time(id.value), false});
  }
  co_return out;
}

}  // namespace matchday::remote
