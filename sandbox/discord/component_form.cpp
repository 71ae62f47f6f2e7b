// Message and modal components: which may stand where, their limits (reference §1.5), and the form in which
// they come back (with the `id` that Discord gives to each).
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sandbox/discord/message_form.hpp"

namespace matchday::sandbox::discord {
namespace {

enum Type : std::int64_t {
  action_row = 1,
  button = 2,
  string_select = 3,
  text_input = 4,
  user_select = 5,
  role_select = 6,
  mentionable_select = 7,
  channel_select = 8,
  section = 9,
  text_display = 10,
  thumbnail = 11,
  media_gallery = 12,
  file = 13,
  separator = 14,
  container = 17,
  label = 18,
  file_upload = 19,
  radio_group = 21,
  checkbox_group = 22,
  checkbox = 23,
};

constexpr std::size_t components_v2_max = 40;
constexpr std::size_t text_v2_max = 4000;
constexpr std::size_t modal_components_max = 5;

bool is_select(std::int64_t type) {
  return type == string_select || (type >= user_select && type <= channel_select);
}

class ComponentReader {
 public:
  ComponentReader(State& state, Form& form, bool v2) : state_(state), form_(form), v2_(v2) {}

  json::array read_message(std::string_view key) {
    const std::vector<std::int64_t> top =
        v2_ ? std::vector<std::int64_t>{action_row, section,   text_display, media_gallery,
                                        file,       separator, container}
            : std::vector<std::int64_t>{action_row};
    auto list = read_list(form_, key, v2_ ? components_v2_max : 5, top);
    if (v2_ && count_ > components_v2_max) {
      form_.fault(key, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
                  "The total number of components is limited to 40.");
    }
    if (text_ > text_v2_max) {
      form_.fault(key, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", "Displayable text is limited to 4000.");
    }
    return list;
  }

  json::array read_modal(std::string_view key) {
    auto list = read_list(form_, key, modal_components_max, {action_row, text_display, label}, 1);
    return list;
  }

 private:
  json::array read_list(Form& parent, std::string_view key, std::size_t max,
                        const std::vector<std::int64_t>& allowed, std::size_t min = 0) {
    json::array list;
    for (auto& form : parent.objects(key, max, min)) {
      auto component = read(form, allowed);
      if (component) list.push_back(std::move(*component));
    }
    return list;
  }

  std::optional<json::object> read(Form& form, const std::vector<std::int64_t>& allowed) {
    ++count_;
    const auto type = form.integer("type", {.required = true});
    if (!type) return std::nullopt;
    if (std::ranges::find(allowed, *type) == allowed.end()) {
      form.fault("type", "UNION_TYPE_CHOICES",
                 fmt::format("Value of field \"type\" must be one of ({}).", joined(allowed)));
      return std::nullopt;
    }
    json::object wire{{"type", *type}, {"id", next_id_++}};
    read_fields(*type, form, wire);
    return wire;
  }

  void read_fields(std::int64_t type, Form& form, json::object& wire) {
    switch (type) {
      case action_row:
        return read_row(form, wire);
      case button:
        return read_button(form, wire);
      case section:
        return read_section(form, wire);
      case text_display:
        return read_text(form, wire);
      case media_gallery:
        return read_gallery(form, wire);
      case separator:
        return read_separator(form, wire);
      case container:
        return read_container(form, wire);
      case thumbnail:
        return read_media(form, wire, "media");
      case file:
        return read_media(form, wire, "file");
      case label:
        return read_label(form, wire);
      case text_input:
        return read_text_input(form, wire);
      default:
        return is_select(type) ? read_select(type, form, wire) : read_modal_choice(form, wire);
    }
  }

  static std::string joined(const std::vector<std::int64_t>& types) {
    std::string text;
    for (const auto type : types) text += (text.empty() ? "" : ", ") + std::to_string(type);
    return text;
  }

  void read_row(Form& form, json::object& wire) {
    auto children = read_list(
        form, "components", 5,
        {button, string_select, text_input, user_select, role_select, mentionable_select, channel_select}, 1);
    const bool has_select = std::ranges::any_of(
        children, [](const json::value& child) { return child.at("type").as_int64() != button; });
    if (has_select && children.size() > 1) {
      form.fault("components", "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A select takes a row of its own.");
    }
    wire["components"] = std::move(children);
  }

  void read_custom_id(Form& form, json::object& wire) {
    const auto custom_id = form.text("custom_id", {.min = 1, .max = 100, .required = true});
    if (!custom_id) return;
    if (!custom_ids_.insert(*custom_id).second) {
      form.fault("custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated");
    }
    wire["custom_id"] = *custom_id;
  }

  static void read_emoji(Form& form, json::object& wire) {
    const auto emoji = form.object("emoji");
    if (!emoji) return;
    json::object copy;
    const Fields fields(emoji->raw());
    copy["name"] = fields.string_or("name", "_");
    if (const auto id = fields.string("id")) copy["id"] = *id;
    wire["emoji"] = std::move(copy);
  }

  void read_button(Form& form, json::object& wire) {
    const auto style = form.one_of("style", {1, 2, 3, 4, 5, 6}, true);
    if (!style) return;
    wire["style"] = *style;
    if (const auto text = form.text("label", {.max = 80})) wire["label"] = *text;
    read_emoji(form, wire);
    if (const auto disabled = form.boolean("disabled")) wire["disabled"] = *disabled;
    if (*style == 5) {
      if (form.is_set("custom_id"))
        form.fault("custom_id", "BUTTON_COMPONENT_CUSTOM_ID_NOT_ALLOWED", "A link button has no custom id");
      if (const auto url = form.text("url", {.min = 1, .max = 512, .required = true})) wire["url"] = *url;
    } else if (*style != 6) {
      if (form.is_set("url"))
        form.fault("url", "BUTTON_COMPONENT_URL_NOT_ALLOWED", "Only a link button has a url");
      read_custom_id(form, wire);
    }
    if (*style != 6 && !wire.contains("label") && !wire.contains("emoji")) {
      form.fault("label", "BUTTON_COMPONENT_LABEL_REQUIRED", "A button needs a label or an emoji");
    }
  }

  void read_select(std::int64_t type, Form& form, json::object& wire) {
    read_custom_id(form, wire);
    const auto min = form.integer("min_values", {.min = 0, .max = 25}).value_or(1);
    const auto max = form.integer("max_values", {.min = 1, .max = 25}).value_or(1);
    wire["min_values"] = min;
    wire["max_values"] = max;
    if (const auto text = form.text("placeholder", {.max = 150})) wire["placeholder"] = *text;
    if (const auto disabled = form.boolean("disabled")) wire["disabled"] = *disabled;
    if (type != string_select) return;
    json::array options;
    std::set<std::string> values;
    for (auto& option : form.objects("options", 25, 1)) {
      json::object one;
      if (const auto text = option.text("label", {.min = 1, .max = 100, .required = true}))
        one["label"] = *text;
      if (const auto text = option.text("value", {.min = 1, .max = 100, .required = true})) {
        one["value"] = *text;
        if (!values.insert(*text).second) {
          option.fault("value", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                       "The specified option value is already used");
        }
      }
      if (const auto text = option.text("description", {.max = 100})) one["description"] = *text;
      if (const auto chosen = option.boolean("default")) one["default"] = *chosen;
      read_emoji(option, one);
      options.push_back(std::move(one));
    }
    if (max > static_cast<std::int64_t>(options.size()) && form.is_set("max_values")) {
      form.fault("max_values", "BASE_TYPE_BAD_LENGTH", "More values than options.");
    }
    wire["options"] = std::move(options);
  }

  void read_text(Form& form, json::object& wire) {
    const auto text = form.text("content", {.min = 1, .max = text_v2_max, .required = true});
    if (!text) return;
    text_ += length_utf16(*text);
    wire["content"] = *text;
  }

  json::object unfurled(Form& media) {
    const auto url = media.text("url", {.min = 1, .max = 2048, .required = true}).value_or("");
    return {{"id", state_.new_id<Snowflake<struct MediaTag>>().text()}, {"url", url}, {"proxy_url", url}};
  }

  void read_media(Form& form, json::object& wire, std::string_view key) {
    if (auto media = form.object(key, true)) wire[key] = unfurled(*media);
    if (key == "media") {
      const auto text = form.text("description", {.max = 1024});
      wire["description"] = text ? json::value(*text) : json::value();
    }
    wire["spoiler"] = form.boolean("spoiler").value_or(false);
  }

  void read_gallery(Form& form, json::object& wire) {
    json::array items;
    for (auto& item : form.objects("items", 10, 1)) {
      json::object one;
      read_media(item, one, "media");
      items.push_back(std::move(one));
    }
    wire["items"] = std::move(items);
  }

  static void read_separator(Form& form, json::object& wire) {
    wire["spacing"] = form.one_of("spacing", {1, 2}).value_or(1);
    wire["divider"] = form.boolean("divider").value_or(true);
  }

  void read_section(Form& form, json::object& wire) {
    wire["components"] = read_list(form, "components", 3, {text_display}, 1);
    if (auto accessory = form.object("accessory", true)) {
      if (auto component = read(*accessory, {button, thumbnail})) wire["accessory"] = std::move(*component);
    }
  }

  void read_container(Form& form, json::object& wire) {
    const auto color = form.integer("accent_color", {.min = 0, .max = 0xFFFFFF});
    wire["accent_color"] = color ? json::value(*color) : json::value();
    wire["spoiler"] = form.boolean("spoiler").value_or(false);
    wire["components"] = read_list(form, "components", components_v2_max,
                                   {action_row, section, text_display, media_gallery, file, separator}, 1);
  }

  void read_label(Form& form, json::object& wire) {
    if (const auto text = form.text("label", {.min = 1, .max = 45, .required = true})) wire["label"] = *text;
    if (const auto text = form.text("description", {.max = 100})) wire["description"] = *text;
    auto inner = form.object("component", true);
    if (!inner) return;
    auto component = read(*inner, {string_select, text_input, user_select, role_select, mentionable_select,
                                   channel_select, file_upload, radio_group, checkbox_group, checkbox});
    if (component && component->contains("disabled")) {
      inner->fault("disabled", "COMPONENT_DISABLED_NOT_ALLOWED", "Components of a modal cannot be disabled");
    }
    if (component) wire["component"] = std::move(*component);
  }

  void read_text_input(Form& form, json::object& wire) {
    read_custom_id(form, wire);
    wire["style"] = form.one_of("style", {1, 2}, true).value_or(1);
    for (const auto* key : {"min_length", "max_length"}) {
      const auto number = form.integer(key, {.min = key[1] == 'i' ? 0 : 1, .max = 4000});
      wire[key] = number ? json::value(*number) : json::value();
    }
    wire["required"] = form.boolean("required").value_or(true);
    if (const auto text = form.text("label", {.max = 45})) wire["label"] = *text;
    if (const auto text = form.text("value", {.max = 4000})) wire["value"] = *text;
    if (const auto text = form.text("placeholder", {.max = 100})) wire["placeholder"] = *text;
  }

  // File uploads, radio and checkbox groups: kept as they were sent.
  void read_modal_choice(Form& form, json::object& wire) {
    read_custom_id(form, wire);
    for (const auto& [key, value] : form.raw()) {
      if (!wire.contains(key)) wire[key] = value;
    }
  }

  State& state_;
  Form& form_;
  bool v2_;
  int next_id_ = 1;
  std::size_t count_ = 0;
  std::size_t text_ = 0;
  std::set<std::string> custom_ids_;
};

}  // namespace

json::array read_components(State& state, Form& form, std::string_view key, bool v2, bool modal) {
  ComponentReader reader(state, form, v2);
  return modal ? reader.read_modal(key) : reader.read_message(key);
}

}  // namespace matchday::sandbox::discord
