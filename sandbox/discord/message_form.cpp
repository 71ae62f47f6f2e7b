// See message_form.hpp.
#include "sandbox/discord/message_form.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace matchday::sandbox::discord {
namespace {

constexpr std::size_t file_bytes_max = 10 * 1024 * 1024;  // reference §1.0, a guild without boosts
constexpr std::size_t files_max = 10;
constexpr std::size_t mentions_listed_max = 100;

json::object attachment_object(Call& call, const Upload& upload, ChannelId channel, const Form* described) {
  const auto id = call.state.new_id<Snowflake<struct AttachmentTag>>();
  auto filename = upload.filename;
  json::object wire{{"id", id.text()}, {"size", upload.data.size()}};
  if (described != nullptr) {
    const Fields fields(described->raw());
    filename = fields.string_or("filename", filename);
    if (const auto text = fields.string("description")) wire["description"] = *text;
  }
  const auto url = fmt::format("{}/attachments/{}/{}/{}", call.state.rules.public_cdn_url, channel.text(),
                               id.text(), net::encode_component(filename));
  wire["filename"] = filename;
  wire["url"] = url;
  wire["proxy_url"] = url;
  if (!upload.content_type.empty()) wire["content_type"] = upload.content_type;
  call.state.files[id.text()] = upload.data;
  return wire;
}

// attachment://NAME in an embed or component means the file that came along.
void resolve_attachment_urls(json::value& value, const json::array& attachments) {
  if (auto* list = value.if_array()) {
    for (auto& item : *list) resolve_attachment_urls(item, attachments);
  } else if (auto* object = value.if_object()) {
    for (auto& [key, item] : *object) resolve_attachment_urls(item, attachments);
  } else if (auto* text = value.if_string(); text != nullptr && text->starts_with("attachment://")) {
    for (const auto& attachment : attachments) {
      if (text->subview(13) == attachment.at("filename").get_string()) value = attachment.at("url");
    }
  }
}

void check_v2_is_exclusive(Form& form) {
  for (const auto* key : {"content", "embeds", "poll", "sticker_ids"}) {
    const auto* value = form.find(key);
    const bool nothing = value == nullptr || value->is_null() ||
                         (value->is_array() && value->get_array().empty()) ||
                         (value->is_string() && value->get_string().empty());
    if (!nothing) {
      form.fault(key, "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2",
                 fmt::format("The '{}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2", key));
    }
  }
}

}  // namespace

void read_attachments(Call& call, Form& form, Message& message) {
  std::vector<Form> described = form.objects("attachments", files_max);
  if (form.has("attachments")) {  // a list names everything that stays
    json::array kept;
    for (const auto& old : message.attachments) {
      const bool named = std::ranges::any_of(described, [&](const Form& one) {
        return Fields(one.raw()).string("id") == std::string(old.at("id").get_string());
      });
      if (named) kept.push_back(old);
    }
    message.attachments = std::move(kept);
  }
  for (auto& one : described) {
    one.text("description", {.max = 1024});
    if (const auto* id = one.find("id"); id == nullptr || !id->is_string()) {
      one.fault("id", "NUMBER_TYPE_COERCE", "Attachment ids are sent as strings.");
    }
  }
  if (call.uploads.size() + message.attachments.size() > files_max) {
    form.fault("files", "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.");
    return;
  }
  for (const auto& upload : call.uploads) {
    if (upload.data.size() > file_bytes_max) {
      form.fault("files", "REQUEST_ENTITY_TOO_LARGE", "A file is larger than 10 MiB.");
      return;
    }
    const auto about = std::ranges::find_if(described, [&](const Form& one) {
      return Fields(one.raw()).string("id") == std::to_string(upload.number);
    });
    message.attachments.push_back(
        attachment_object(call, upload, message.channel, about == described.end() ? nullptr : &*about));
  }
}

void check_allowed_mentions(Form& form) {
  auto allowed = form.object("allowed_mentions");
  if (!allowed) return;
  const auto parse = allowed->strings("parse", 3, 8);
  for (const auto& kind : parse) {
    if (kind != "users" && kind != "roles" && kind != "everyone") {
      allowed->fault("parse", "BASE_TYPE_CHOICES", "Value must be one of {'everyone', 'roles', 'users'}.");
    }
  }
  for (const auto* kind : {"users", "roles"}) {
    const auto listed = allowed->strings(kind, mentions_listed_max, 20);
    if (!listed.empty() && std::ranges::find(parse, kind) != parse.end()) {
      allowed->fault("parse", "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE",
                     fmt::format("parse:[\"{0}\"] and {0}: [ids...] are mutually exclusive.", kind));
    }
  }
  allowed->boolean("replied_user");
}

void read_message(Call& call, Form& form, Message& message, std::int64_t allowed_flags) {
  const auto flags = form.integer("flags", {.min = 0});
  if (flags) {
    const auto fixed = message.flags & ~allowed_flags;
    // The components-v2 flag can't be taken from a message again (reference §1.5).
    message.flags = fixed | (*flags & allowed_flags) | (message.flags & message_flag::components_v2);
  }
  const bool v2 = (message.flags & message_flag::components_v2) != 0;
  if (v2) check_v2_is_exclusive(form);
  if (form.has("content")) {
    const auto max = static_cast<std::size_t>(call.state.rules.message_length_max);
    message.content = form.text("content", {.max = max}).value_or("");
  }
  form.boolean("tts");
  check_allowed_mentions(form);
  read_attachments(call, form, message);
  if (form.has("embeds")) message.embeds = read_embeds(form, "embeds");
  if (form.has("components")) message.components = read_components(call.state, form, "components", v2, false);
  for (auto* part : {&message.embeds, &message.components}) {
    json::value wrapped = std::move(*part);
    resolve_attachment_urls(wrapped, message.attachments);
    *part = std::move(wrapped.get_array());
  }
}

bool is_empty(const Message& message) {
  return message.content.find_first_not_of(" \t\r\n") == std::string::npos && message.embeds.empty() &&
         message.components.empty() && message.attachments.empty();
}

}  // namespace matchday::sandbox::discord
