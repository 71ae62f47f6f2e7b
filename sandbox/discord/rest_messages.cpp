// Messages and direct messages over REST (reference §1.6, §1.7): create with nonce, read, list, edit, delete.
#include <algorithm>

#include "sandbox/discord/message_form.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr std::int64_t create_flags =
    message_flag::suppress_embeds | message_flag::suppress_notifications | message_flag::components_v2;
constexpr std::int64_t edit_flags = message_flag::suppress_embeds | message_flag::components_v2;
constexpr std::size_t nonce_max = 25;  // reference §1.6
constexpr Duration bulk_delete_age_max = 14 * 24h;

ApiResponse open_dm(Call& call) {
  Form form(call.body);
  const auto user = form.id<UserId>("recipient_id", true);
  if (auto refusal = form.refusal()) return *refusal;
  if (!call.state.users.contains(*user) || *user == call.state.bot) return error(50033);
  // Opening works even for those who refuse messages (reference §1.7).
  return ok(dm_object(call.state, dm_channel(call.parts, *user)));
}

Refusal may_send(const Call& call, const Channel& channel) {
  auto& state = call.state;
  if (channel.recipient) {
    const bool mutual = std::ranges::any_of(state.guilds, [&](const auto& one) {
      return one.second.has_bot && one.second.members.contains(*channel.recipient);
    });
    if (!mutual) return error(50278);
    if (state.user(*channel.recipient).refuses_dms) return error(50007);
    return std::nullopt;
  }
  if (channel.kind == ChannelKind::category || channel.kind == ChannelKind::forum) return error(50008);
  return require(call, channel, permission::send_messages);
}

json::value read_nonce(Form& form) {
  const auto* nonce = form.find("nonce");
  if (nonce == nullptr || nonce->is_null() || nonce->is_int64())
    return nonce == nullptr ? json::value() : *nonce;
  if (nonce->is_string() && nonce->get_string().size() <= nonce_max) return *nonce;
  form.fault("nonce", "NONCE_TYPE_INVALID", "Must be an integer or a string of at most 25.");
  return nullptr;
}

// The answer for a repeated nonce: the message that it made, or 10008 if that is gone (reference §1.6).
std::optional<ApiResponse> repeated(Call& call, const Message& draft, bool enforced) {
  if (!enforced || draft.nonce.is_null()) return std::nullopt;
  const auto found = call.state.nonces.find({draft.author, to_text(draft.nonce)});
  if (found == call.state.nonces.end()) return std::nullopt;
  if (found->second.at + call.state.rules.nonce_window <= call.state.now) return std::nullopt;
  ++call.state.counters.nonce_repeats;
  const Message* first = call.state.message(found->second.message);
  if (first == nullptr) return error(10008);
  auto wire = message_object(call.state, *first);
  wire["nonce"] = first->nonce;
  return ok(wire);
}

void read_reference(Call& call, Form& form, const Channel& channel, Message& draft) {
  auto reference = form.object("message_reference");
  if (!reference) return;
  const auto id = reference->id<MessageId>("message_id", true);
  const bool must_exist = reference->boolean("fail_if_not_exists").value_or(true);
  if (!id) return;
  const Message* original = call.state.message(*id);
  const bool exists = original != nullptr && original->channel == channel.id && !original->only_for;
  if (exists) {
    draft.replies_to = *id;
    draft.type = 19;  // REPLY
  } else if (must_exist) {
    form.fault("message_reference", "REPLIES_UNKNOWN_MESSAGE", "Unknown message");
  }
}

void apply_mentions(const State& state, Message& message, const json::value* allowed,
                    bool may_ping_everyone) {
  auto mentions = mentions_in(state, message.guild, message.content, allowed, false);
  message.mentions = std::move(mentions.users);
  message.mention_roles = std::move(mentions.roles);
  message.mention_everyone = mentions.everyone && may_ping_everyone;
}

ApiResponse create(Call& call) {
  const auto found = channel_in(call);
  if (!found) return found.error();
  Channel& channel = **found;
  if (auto refusal = may_send(call, channel)) return *refusal;
  Form form(call.body);
  Message draft{.channel = channel.id, .guild = channel.guild, .author = call.state.bot};
  read_message(call, form, draft, create_flags);
  draft.nonce = read_nonce(form);
  draft.tts = form.boolean("tts").value_or(false);
  const bool enforced = form.boolean("enforce_nonce").value_or(false);
  read_reference(call, form, channel, draft);
  if (auto refusal = form.refusal()) return *refusal;
  if (is_empty(draft)) return error(50006);
  if (draft.replies_to && require(call, channel, permission::read_message_history)) return error(50013);
  if (!draft.attachments.empty() && require(call, channel, permission::attach_files)) return error(50013);
  if (require(call, channel, permission::embed_links)) draft.embeds.clear();  // silently (reference §1.1)
  if (auto answer = repeated(call, draft, enforced)) return *answer;
  apply_mentions(call.state, draft, form.find("allowed_mentions"),
                 !require(call, channel, permission::mention_everyone));
  const auto& message = post_message(call.parts, std::move(draft));
  auto wire = message_object(call.state, message);
  if (!message.nonce.is_null()) {
    wire["nonce"] = message.nonce;
    call.state.nonces[{message.author, to_text(message.nonce)}] = {.message = message.id,
                                                                   .at = call.state.now};
  }
  return ok(wire);
}

std::expected<Message*, ApiResponse> message_in(Call& call, const Channel& channel) {
  Message* message = call.state.message(call.id<MessageId>("message_id"));
  const bool here = message != nullptr && message->channel == channel.id && !message->only_for;
  if (!here) return std::unexpected(error(10008));
  return message;
}

ApiResponse get(Call& call) {
  const auto channel = channel_in(call);
  if (!channel) return channel.error();
  if (auto refusal = require(call, **channel, permission::read_message_history)) return *refusal;
  const auto message = message_in(call, **channel);
  if (!message) return message.error();
  return ok(message_object(call.state, **message));
}

// The page of ids that the query asks for, newest first.
std::vector<MessageId> page(const std::vector<MessageId>& all, const Call& call, std::size_t limit) {
  const auto at = [&](std::string_view name) -> std::optional<MessageId> {
    const auto text = call.asked(name);
    return text ? std::optional(MessageId{parse_decimal(*text).value_or(0)}) : std::nullopt;
  };
  auto first = all.begin();
  auto last = all.end();
  if (const auto around = at("around")) {
    const auto middle = std::ranges::lower_bound(all, *around) - all.begin();
    const auto half = static_cast<std::ptrdiff_t>(limit / 2);
    first = all.begin() + std::max<std::ptrdiff_t>(middle - half, 0);
    last = first + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(limit), all.end() - first);
  } else if (const auto after = at("after")) {
    first = std::ranges::upper_bound(all, *after);
    last = first + std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(limit), all.end() - first);
  } else {
    if (const auto before = at("before")) last = std::ranges::lower_bound(all, *before);
    first = last - std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(limit), last - all.begin());
  }
  std::vector<MessageId> ids(first, last);
  std::ranges::reverse(ids);
  return ids;
}

ApiResponse list(Call& call) {
  const auto channel = channel_in(call);
  if (!channel) return channel.error();
  const auto limit = call.asked_number("limit", 1, 100, 50);
  if (!limit) {
    return invalid_form(
        {{"limit", {{"_errors", {{{"code", "NUMBER_TYPE_MAX"}, {"message", "1 to 100."}}}}}}});
  }
  json::array messages;
  // Without the history permission there is simply nothing to see.
  if (require(call, **channel, permission::read_message_history)) return ok(messages);
  std::vector<MessageId> all;
  for (const MessageId id : call.state.messages_of_channel[(*channel)->id]) {
    if (!call.state.messages.at(id).only_for) all.push_back(id);
  }
  for (const MessageId id : page(all, call, static_cast<std::size_t>(*limit))) {
    messages.push_back(message_object(call.state, call.state.messages.at(id)));
  }
  return ok(messages);
}

ApiResponse edit(Call& call) {
  const auto channel = channel_in(call);
  if (!channel) return channel.error();
  const auto message = message_in(call, **channel);
  if (!message) return message.error();
  if ((*message)->author != call.state.bot) return error(50005);
  Form form(call.body);
  Message after = **message;
  read_message(call, form, after, edit_flags);
  if (auto refusal = form.refusal()) return *refusal;
  if (is_empty(after)) return error(50006);
  if (auto refusal = call.parts.limits.old_message_edit(**message)) return *refusal;
  apply_mentions(call.state, after, form.find("allowed_mentions"), false);
  after.edited_at = call.state.now;
  **message = std::move(after);
  announce_edit(call.parts, **message);
  return ok(message_object(call.state, **message));
}

ApiResponse remove(Call& call) {
  const auto channel = channel_in(call);
  if (!channel) return channel.error();
  const auto message = message_in(call, **channel);
  if (!message) return message.error();
  if ((*message)->author != call.state.bot) {
    if ((*channel)->recipient) return error(50013);
    if (auto refusal = require(call, **channel, permission::manage_messages)) return *refusal;
    record(call.parts, *call.state.guild_of(**channel), call.actor,
           {.action = audit::message_delete,
            .target = (*message)->author.text(),
            .options = json::object{{"channel_id", (*channel)->id.text()}, {"count", "1"}}});
  }
  remove_message(call.parts, (*message)->id);
  return no_content();
}

ApiResponse bulk_delete(Call& call) {
  const auto channel = channel_in(call);
  if (!channel) return channel.error();
  if (auto refusal = require(call, **channel, permission::manage_messages)) return *refusal;
  Form form(call.body);
  const auto ids = form.strings("messages", 100, 20);
  if (auto refusal = form.refusal()) return *refusal;
  if (ids.size() < 2) return error(50016);
  std::vector<MessageId> doomed;
  for (const auto& text : ids) {
    const MessageId id{parse_decimal(text).value_or(0)};
    const Message* message = call.state.message(id);
    if (message == nullptr || message->channel != (*channel)->id) continue;
    if (call.state.now - message->sent_at > bulk_delete_age_max) return error(50034);
    doomed.push_back(id);
  }
  for (const MessageId id : doomed) remove_message(call.parts, id);
  return no_content();
}

ApiResponse show_typing(Call& call) {
  const auto channel = channel_in(call);
  if (!channel) return channel.error();
  if (auto refusal = may_send(call, **channel)) return *refusal;
  return no_content();
}

constexpr Route routes[] = {
    {"POST", "/users/@me/channels", open_dm},
    {"POST", "/channels/{channel_id}/typing", show_typing},
    {"POST", "/channels/{channel_id}/messages/bulk-delete", bulk_delete},
    {"GET", "/channels/{channel_id}/messages", list},
    {"POST", "/channels/{channel_id}/messages", create},
    {"GET", "/channels/{channel_id}/messages/{message_id}", get},
    {"PATCH", "/channels/{channel_id}/messages/{message_id}", edit},
    {"DELETE", "/channels/{channel_id}/messages/{message_id}", remove},
};

}  // namespace

std::span<const Route> message_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
