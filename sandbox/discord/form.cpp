// See form.hpp. Codes and texts are those of Discord's own form errors.
#include "sandbox/discord/form.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "base/number.hpp"

namespace matchday::sandbox::discord {
namespace {

const json::object no_fields;

std::string length_message(const TextLimits& limits) {
  if (limits.max == SIZE_MAX) return fmt::format("Must be {} or more in length.", limits.min);
  if (limits.min == 0) return fmt::format("Must be {} or fewer in length.", limits.max);
  return fmt::format("Must be between {} and {} in length.", limits.min, limits.max);
}

}  // namespace

std::size_t length_utf16(std::string_view utf8) {
  std::size_t units = 0;
  for (const unsigned char byte : utf8) {
    if ((byte & 0xC0U) != 0x80U) ++units;  // the first byte of a code point
    if (byte >= 0xF0U) ++units;            // beyond the basic plane: a surrogate pair
  }
  return units;
}

std::optional<std::uint64_t> parse_decimal(std::string_view digits) {
  return parse_number<std::uint64_t>(digits);
}

Form::Form(const json::value& body) : Form(body, std::make_shared<json::object>(), {}) {}

Form::Form(const json::value& body, std::shared_ptr<json::object> errors, std::vector<std::string> path)
    : object_(body.is_object() ? &body.get_object() : &no_fields),
      errors_(std::move(errors)),
      path_(std::move(path)) {
  if (!body.is_object()) fault("", "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType");
}

Form Form::child(const json::value& body, std::vector<std::string> more) const {
  auto path = path_;
  path.insert(path.end(), more.begin(), more.end());
  return {body, errors_, std::move(path)};
}

void Form::fault(std::string_view key, std::string_view code, std::string_view message) {
  json::object* place = errors_.get();
  const auto descend = [&place](std::string_view step) {
    auto& next = (*place)[step];
    if (!next.is_object()) next = json::object();
    place = &next.get_object();
  };
  for (const auto& step : path_) descend(step);
  if (!key.empty()) descend(key);
  auto& list = (*place)["_errors"];
  if (!list.is_array()) list = json::array();
  list.get_array().push_back({{"code", code}, {"message", message}});
}

Refusal Form::refusal() const {
  if (errors_->empty()) return std::nullopt;
  return invalid_form(*errors_);
}

bool Form::has(std::string_view key) const {
  return object_->contains(key);
}

bool Form::is_null(std::string_view key) const {
  const auto* value = object_->if_contains(key);
  return value != nullptr && value->is_null();
}

const json::value* Form::value_of(std::string_view key, bool required) {
  const auto* value = object_->if_contains(key);
  if (value != nullptr && !value->is_null()) return value;
  if (required) fault(key, "BASE_TYPE_REQUIRED", "This field is required");
  return nullptr;
}

std::optional<std::string> Form::text(std::string_view key, TextLimits limits) {
  const auto* value = value_of(key, limits.required);
  if (value == nullptr) return std::nullopt;
  const auto* text = value->if_string();
  if (text == nullptr) {
    fault(key, "STRING_TYPE_CONVERT", fmt::format("Could not interpret {} as string.", to_text(*value)));
    return std::nullopt;
  }
  const auto length = length_utf16(*text);
  if (length == 0 && limits.min > 0 && limits.required) {
    fault(key, "BASE_TYPE_REQUIRED", "This field is required");
    return std::nullopt;
  }
  if (length < limits.min || length > limits.max) {
    const bool only_max = limits.min == 0;
    fault(key, only_max ? "BASE_TYPE_MAX_LENGTH" : "BASE_TYPE_BAD_LENGTH", length_message(limits));
    return std::nullopt;
  }
  return std::string(*text);
}

std::optional<std::int64_t> Form::integer(std::string_view key, NumberLimits limits) {
  const auto* value = value_of(key, limits.required);
  if (value == nullptr) return std::nullopt;
  const auto number = Fields(*object_).integer(key);
  if (!number) {
    fault(key, "NUMBER_TYPE_COERCE", fmt::format("Value \"{}\" is not int.", to_text(*value)));
    return std::nullopt;
  }
  if (*number < limits.min) {
    fault(key, "NUMBER_TYPE_MIN",
          fmt::format("int value should be greater than or equal to {}.", limits.min));
    return std::nullopt;
  }
  if (*number > limits.max) {
    fault(key, "NUMBER_TYPE_MAX", fmt::format("int value should be less than or equal to {}.", limits.max));
    return std::nullopt;
  }
  return number;
}

std::optional<std::int64_t> Form::one_of(std::string_view key, std::initializer_list<std::int64_t> values,
                                         bool required) {
  const auto number = integer(key, {.required = required});
  if (number && std::ranges::find(values, *number) == values.end()) {
    fault(key, "BASE_TYPE_CHOICES", fmt::format("Value must be one of {{{}}}.", fmt::join(values, ", ")));
    return std::nullopt;
  }
  return number;
}

std::optional<bool> Form::boolean(std::string_view key) {
  const auto* value = value_of(key, false);
  if (value == nullptr) return std::nullopt;
  if (value->is_bool()) return value->get_bool();
  fault(key, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.");
  return std::nullopt;
}

std::optional<Time> Form::time(std::string_view key, bool required) {
  const auto written = text(key, {.required = required});
  if (!written) return std::nullopt;
  const auto instant = parse_rfc3339(*written);
  if (instant) return *instant;
  fault(key, "DATE_TIME_TYPE_PARSE", fmt::format("Could not parse {}. Should be ISO8601.", *written));
  return std::nullopt;
}

std::optional<Permissions> Form::permission_bits(std::string_view key) {
  const auto* value = value_of(key, false);
  if (value == nullptr) return std::nullopt;
  const auto bits = value->is_string() ? parse_decimal(value->get_string()) : std::nullopt;
  if (!bits)
    fault(key, "NUMBER_TYPE_COERCE",
          fmt::format("Value \"{}\" is not a permission string.", to_text(*value)));
  return bits;
}

std::optional<std::uint64_t> Form::snowflake(std::string_view key, bool required) {
  const auto* value = value_of(key, required);
  if (value == nullptr) return std::nullopt;
  const auto number = value->is_string() ? parse_decimal(value->get_string()) : std::nullopt;
  if (number && *number != 0) return number;
  fault(key, "NUMBER_TYPE_COERCE", fmt::format("Value {} is not snowflake.", to_text(*value)));
  return std::nullopt;
}

std::optional<Form> Form::object(std::string_view key, bool required) {
  const auto* value = value_of(key, required);
  if (value == nullptr) return std::nullopt;
  return child(*value, {std::string(key)});
}

std::vector<Form> Form::objects(std::string_view key, std::size_t max, std::size_t min) {
  std::vector<Form> forms;
  const auto* value = value_of(key, min > 0);
  if (value == nullptr) return forms;
  const auto* list = value->if_array();
  if (list == nullptr) {
    fault(key, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType");
    return forms;
  }
  if (list->size() > max || list->size() < min) {
    fault(key, "BASE_TYPE_BAD_LENGTH", fmt::format("Must be between {} and {} in length.", min, max));
    return forms;
  }
  for (std::size_t i = 0; i < list->size(); ++i) {
    forms.push_back(child((*list)[i], {std::string(key), std::to_string(i)}));
  }
  return forms;
}

std::vector<std::string> Form::strings(std::string_view key, std::size_t max, std::size_t length_max) {
  std::vector<std::string> texts;
  const auto* value = value_of(key, false);
  if (value == nullptr) return texts;
  const auto* list = value->if_array();
  if (list == nullptr || list->size() > max) {
    fault(key, list == nullptr ? "LIST_TYPE_CONVERT" : "BASE_TYPE_MAX_LENGTH",
          list == nullptr ? "Only iterables may be used in a ListType"
                          : fmt::format("Must be {} or fewer in length.", max));
    return texts;
  }
  for (const auto& item : *list) {
    const auto* text = item.if_string();
    if (text == nullptr || length_utf16(*text) > length_max) {
      fault(key, "BASE_TYPE_BAD_LENGTH", fmt::format("Each must be a string of at most {}.", length_max));
      return texts;
    }
    texts.emplace_back(*text);
  }
  return texts;
}

}  // namespace matchday::sandbox::discord
