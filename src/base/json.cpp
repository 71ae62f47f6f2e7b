// See json.hpp.
#include "base/json.hpp"

#include <fmt/format.h>

namespace matchday {

Result<json::value> parse_json(std::string_view text, std::size_t depth_max) {
  json::parse_options options;
  options.max_depth = depth_max;
  json::stream_parser parser({}, options);
  boost::system::error_code error;
  const auto used = parser.write_some(text.data(), text.size(), error);
  if (!error && used == text.size()) parser.finish(error);
  if (error || used != text.size() || !parser.done()) {
    return fail(ErrorKind::invalid,
                fmt::format("The text is not valid JSON at byte {}: {}", used,
                            error ? error.message() : "unexpected text after the document"));
  }
  return parser.release();
}

std::string to_text(const json::value& value) {
  return json::serialize(value);
}

const json::value* Fields::get(std::string_view key) const {
  if (!object_) return nullptr;
  const auto* found = object_->if_contains(key);
  return found && !found->is_null() ? found : nullptr;
}

std::optional<std::string> Fields::string(std::string_view key) const {
  const auto* found = get(key);
  const auto* text = found ? found->if_string() : nullptr;
  return text ? std::optional<std::string>(std::in_place, text->data(), text->size()) : std::nullopt;
}

std::optional<std::int64_t> Fields::integer(std::string_view key) const {
  const auto* found = get(key);
  if (!found || !found->is_number()) return std::nullopt;
  boost::system::error_code error;
  const auto number = found->to_number<std::int64_t>(error);
  return error ? std::nullopt : std::optional(number);
}

std::optional<bool> Fields::boolean(std::string_view key) const {
  const auto* found = get(key);
  const auto* flag = found ? found->if_bool() : nullptr;
  return flag ? std::optional(*flag) : std::nullopt;
}

Fields Fields::object(std::string_view key) const {
  const auto* found = get(key);
  return found ? Fields(*found) : Fields();
}

const json::array& Fields::array(std::string_view key) const {
  static const json::array none;
  const auto* found = get(key);
  const auto* list = found ? found->if_array() : nullptr;
  return list ? *list : none;
}

}  // namespace matchday
