// See body.hpp.
#include "surfaces/body.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace matchday::surfaces {
namespace {

std::size_t characters(std::string_view utf8) {
  return static_cast<std::size_t>(
      std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Nobody's name needs them, and in logs and messages they do harm.
bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20U && c != '\n' && c != '\t') || byte == 0x7FU;
  });
}

// Spaces, and characters that nobody sees: zero-width ones and those that turn the text around them.
bool is_invisible(std::string_view character) {
  static constexpr std::array invisible{
      std::string_view(" "),      std::string_view("\t"),     std::string_view("\n"),
      std::string_view("\u00A0"), std::string_view("\u2028"), std::string_view("\u2029"),
      std::string_view("\u200B"), std::string_view("\u200C"), std::string_view("\u200D"),
      std::string_view("\u200E"), std::string_view("\u200F"), std::string_view("\u202A"),
      std::string_view("\u202B"), std::string_view("\u202C"), std::string_view("\u202D"),
      std::string_view("\u202E"), std::string_view("\u2060"), std::string_view("\u2066"),
      std::string_view("\u2067"), std::string_view("\u2068"), std::string_view("\u2069"),
      std::string_view("\u3000"), std::string_view("\uFEFF")};
  return std::ranges::find(invisible, character) != invisible.end();
}

bool has_something_visible(std::string_view utf8) {
  std::size_t at = 0;
  while (at < utf8.size()) {
    auto end = at + 1;
    while (end < utf8.size() && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80U) ++end;
    if (!is_invisible(utf8.substr(at, end - at))) return true;
    at = end;
  }
  return false;
}

std::string listed(const std::vector<std::string_view>& choices) {
  std::string out;
  for (const auto choice : choices) out += (out.empty() ? "" : ", ") + std::string(choice);
  return out;
}

}  // namespace

Body::Body(const json::value& value) : object_(value.if_object()) {
  if (object_ == nullptr)
    first_ = Error{.kind = ErrorKind::invalid, .message = "The body must be a JSON object."};
}

void Body::fault(std::string_view name, std::string_view sentence) {
  if (!first_) first_ = fail_field(std::string(name), sentence).error();
}

const json::value* Body::read(std::string_view name) {
  known_.emplace(name);
  return object_ == nullptr ? nullptr : object_->if_contains(name);
}

std::optional<std::string> Body::as_text(std::string_view name, const json::value& value, TextLimits limits) {
  const auto* text = value.if_string();
  if (text == nullptr) {
    fault(name, "must be a text.");
    return std::nullopt;
  }
  const auto count = characters(*text);
  if (count < limits.min || count > limits.max) {
    fault(name, fmt::format("must have {} to {} characters.", limits.min, limits.max));
    return std::nullopt;
  }
  if (has_control_characters(*text)) {
    fault(name, "must not contain control characters.");
    return std::nullopt;
  }
  if (limits.min > 0 && !has_something_visible(*text)) {
    fault(name, "must have something that people can see.");
    return std::nullopt;
  }
  return std::string(*text);
}

std::string Body::text(std::string_view name, TextLimits limits) {
  const auto given = patch_text(name, limits);
  if (!given.given) fault(name, "is missing.");
  return given.value.value_or("");
}

std::string Body::choice(std::string_view name, const std::vector<std::string_view>& choices) {
  const auto given = patch_choice(name, choices);
  if (!given.given) fault(name, "is missing.");
  return given.value.value_or("");
}

Patch<std::string> Body::patch_text(std::string_view name, TextLimits limits, bool nullable) {
  const auto* value = read(name);
  if (value == nullptr) return {};
  if (value->is_null() && nullable) return {.given = true};
  return {.given = true, .value = as_text(name, *value, limits)};
}

Patch<std::string> Body::patch_choice(std::string_view name, const std::vector<std::string_view>& choices) {
  const auto* value = read(name);
  if (value == nullptr) return {};
  const auto* text = value->if_string();
  if (text == nullptr || std::ranges::find(choices, std::string_view(*text)) == choices.end()) {
    fault(name, fmt::format("must be one of {}.", listed(choices)));
    return {.given = true};
  }
  return {.given = true, .value = std::string(*text)};
}

Patch<std::int64_t> Body::patch_whole(std::string_view name, std::int64_t min, std::int64_t max,
                                      bool nullable) {
  const auto* value = read(name);
  if (value == nullptr) return {};
  if (value->is_null() && nullable) return {.given = true};
  boost::system::error_code error;
  const auto number = value->is_number() ? value->to_number<std::int64_t>(error) : 0;
  if (!value->is_number() || error || number < min || number > max) {
    fault(name, fmt::format("must be a whole number from {} to {}.", min, max));
    return {.given = true};
  }
  return {.given = true, .value = number};
}

Patch<bool> Body::patch_flag(std::string_view name) {
  const auto* value = read(name);
  if (value == nullptr) return {};
  if (!value->is_bool()) {
    fault(name, "must be true or false.");
    return {.given = true};
  }
  return {.given = true, .value = value->get_bool()};
}

Patch<Time> Body::patch_time(std::string_view name, bool nullable) {
  const auto text = patch_text(name, {}, nullable);
  Patch<Time> out{.given = text.given};
  if (!text.value) return out;
  auto time = parse_rfc3339(*text.value);
  if (!time)
    fault(name, "must be an instant, such as 2026-03-14T18:20:00Z.");
  else
    out.value = *time;
  return out;
}

Patch<std::vector<std::string>> Body::patch_texts(std::string_view name, std::size_t count_max,
                                                  TextLimits limits) {
  const auto* value = read(name);
  if (value == nullptr) return {};
  const auto* list = value->if_array();
  if (list == nullptr || list->size() > count_max) {
    fault(name, fmt::format("must be a list of at most {} texts.", count_max));
    return {.given = true};
  }
  std::vector<std::string> out;
  for (const auto& entry : *list) {
    auto text = as_text(name, entry, limits);
    if (!text) return {.given = true};
    out.push_back(std::move(*text));
  }
  return {.given = true, .value = std::move(out)};
}

const json::value* Body::patch_object(std::string_view name) {
  const auto* value = read(name);
  if (value != nullptr && !value->is_object()) fault(name, "must be an object.");
  return value != nullptr && value->is_object() ? value : nullptr;
}

std::optional<Error> Body::wrong() {
  if (object_ != nullptr) {
    for (const auto& entry : *object_) {
      if (!known_.contains(std::string_view(entry.key()))) fault(entry.key(), "is not known here.");
    }
  }
  return first_;
}

}  // namespace matchday::surfaces
