// JSON, as Boost.JSON values, with the three helpers that everybody needs: parse with limits, write, and read
// fields of foreign documents without a chain of ifs. A field that is absent, null or of another type reads
// as "nothing": platforms add, drop and null fields without notice.
#pragma once
#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace matchday {
namespace json = boost::json;

// Parses one whole document, at most `depth_max` levels deep. Error: invalid, with the place of the fault.
Result<json::value> parse_json(std::string_view text, std::size_t depth_max = 64);

std::string to_text(const json::value& value);

// Read-only view of an object's fields. Lifetime: the value must outlive it; nothing is copied.
class Fields {
 public:
  explicit Fields(const json::value& value) : object_(value.if_object()) {}
  Fields(const json::object& object) : object_(&object) {}  // NOLINT: an object is a view of its fields

  bool is_object() const { return object_ != nullptr; }

  // The raw value, or null if absent. A field that holds null reads as absent.
  const json::value* get(std::string_view key) const;

  std::optional<std::string> string(std::string_view key) const;
  std::optional<std::int64_t> integer(std::string_view key) const;  // also from a number without a fraction
  std::optional<bool> boolean(std::string_view key) const;
  Fields object(std::string_view key) const;             // empty if absent
  const json::array& array(std::string_view key) const;  // empty if absent

  std::string string_or(std::string_view key, std::string fallback) const {
    return string(key).value_or(std::move(fallback));
  }

  // An id that travels as a decimal string.
  template <class TheId>
  std::optional<TheId> id(std::string_view key) const {
    const auto text = string(key);
    return text ? TheId::parse(*text) : std::nullopt;
  }

 private:
  Fields() = default;
  const json::object* object_ = nullptr;
};

}  // namespace matchday
