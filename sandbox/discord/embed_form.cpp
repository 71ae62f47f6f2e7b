// Embeds: their limits (reference §1.6) and the form in which they come back.
#include <fmt/format.h>

#include "sandbox/discord/message_form.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr std::size_t embeds_max = 10;
constexpr std::size_t fields_max = 25;
constexpr std::size_t text_in_all_embeds_max = 6000;
constexpr std::size_t url_max = 2048;

// Reads one embed and counts its text.
class EmbedReader {
 public:
  explicit EmbedReader(Form& form) : form_(form) {}

  json::object read() {
    json::object embed{{"type", "rich"}};
    copy_text(form_, embed, "title", 256);
    copy_text(form_, embed, "description", 4096);
    copy_url(form_, embed, "url");
    if (const auto color = form_.integer("color", {.min = 0, .max = 0xFFFFFF})) embed["color"] = *color;
    if (const auto time = form_.time("timestamp")) embed["timestamp"] = to_rfc3339(*time);
    read_footer(embed);
    read_author(embed);
    for (const auto* key : {"image", "thumbnail"}) read_image(embed, key);
    read_fields(embed);
    return embed;
  }
  std::size_t text_length() const { return length_; }

 private:
  void copy_text(Form& from, json::object& to, std::string_view key, std::size_t max, bool required = false) {
    const auto text = from.text(key, {.min = required ? 1U : 0U, .max = max, .required = required});
    if (!text || text->empty()) return;
    length_ += length_utf16(*text);
    to[key] = *text;
  }

  static void copy_url(Form& from, json::object& to, std::string_view key) {
    const auto url = from.text(key, {.max = url_max});
    if (!url || url->empty()) return;
    const bool known =
        url->starts_with("http://") || url->starts_with("https://") || url->starts_with("attachment://");
    if (!known) {
      from.fault(key, "URL_TYPE_INVALID_SCHEME",
                 fmt::format("Scheme \"{}\" is not supported. Scheme must be one of ('http', 'https').",
                             url->substr(0, url->find(':'))));
      return;
    }
    to[key] = *url;
  }

  void read_footer(json::object& embed) {
    auto footer = form_.object("footer");
    if (!footer) return;
    json::object wire;
    copy_text(*footer, wire, "text", 2048);
    copy_url(*footer, wire, "icon_url");
    if (wire.contains("text")) embed["footer"] = std::move(wire);
  }

  void read_author(json::object& embed) {
    auto author = form_.object("author");
    if (!author) return;
    json::object wire;
    copy_text(*author, wire, "name", 256);
    copy_url(*author, wire, "url");
    copy_url(*author, wire, "icon_url");
    if (wire.contains("name")) embed["author"] = std::move(wire);
  }

  void read_image(json::object& embed, std::string_view key) {
    auto image = form_.object(key);
    if (!image) return;
    json::object wire;
    copy_url(*image, wire, "url");
    if (wire.contains("url")) embed[key] = std::move(wire);
  }

  void read_fields(json::object& embed) {
    json::array fields;
    for (auto& field : form_.objects("fields", fields_max)) {
      json::object wire;
      copy_text(field, wire, "name", 256, true);
      copy_text(field, wire, "value", 1024, true);
      wire["inline"] = field.boolean("inline").value_or(false);
      fields.push_back(std::move(wire));
    }
    if (!fields.empty()) embed["fields"] = std::move(fields);
  }

  Form& form_;
  std::size_t length_ = 0;
};

}  // namespace

json::array read_embeds(Form& form, std::string_view key) {
  json::array embeds;
  std::size_t length = 0;
  for (auto& one : form.objects(key, embeds_max)) {
    EmbedReader reader(one);
    auto embed = reader.read();
    length += reader.text_length();
    const bool visible = embed.size() > 1;  // more than its type
    if (visible) embeds.push_back(std::move(embed));
  }
  if (length > text_in_all_embeds_max) {
    form.fault(key, "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000");
  }
  return embeds;
}

}  // namespace matchday::sandbox::discord
