// Form: reads a request body field by field and collects what is wrong with it, in the nested shape of error
// 50035
// ({"embeds":{"0":{"title":{"_errors":[{code,message}]}}}}). Absent, null and wrong are three different
// things here.
#pragma once
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "sandbox/discord/answers.hpp"

namespace matchday::sandbox::discord {

// Lengths in UTF-16 units. Discord does not say which unit it counts; this one is never too permissive.
std::size_t length_utf16(std::string_view utf8);

struct TextLimits {
  std::size_t min = 0;
  std::size_t max = SIZE_MAX;
  bool required = false;
};

struct NumberLimits {
  std::int64_t min = INT64_MIN;
  std::int64_t max = INT64_MAX;
  bool required = false;
};

class Form {
 public:
  // Lifetime: `body` must outlive the form and all forms made from it.
  explicit Form(const json::value& body);

  bool has(std::string_view key) const;      // present, even if null
  bool is_null(std::string_view key) const;  // present and null
  bool is_set(std::string_view key) const { return has(key) && !is_null(key); }

  // Each reads nothing if the field is absent, null or wrong; a wrong one is noted.
  std::optional<std::string> text(std::string_view key, TextLimits limits);
  std::optional<std::int64_t> integer(std::string_view key, NumberLimits limits);
  std::optional<std::int64_t> one_of(std::string_view key, std::initializer_list<std::int64_t> values,
                                     bool required = false);
  std::optional<bool> boolean(std::string_view key);
  std::optional<Time> time(std::string_view key, bool required = false);
  std::optional<Permissions> permission_bits(std::string_view key);  // a decimal string, as documented
  template <class TheId>
  std::optional<TheId> id(std::string_view key, bool required = false) {
    const auto number = snowflake(key, required);
    return number ? std::optional(TheId{*number}) : std::nullopt;
  }
  std::optional<Form> object(std::string_view key, bool required = false);
  std::vector<Form> objects(std::string_view key, std::size_t max, std::size_t min = 0);
  std::vector<std::string> strings(std::string_view key, std::size_t max, std::size_t length_max);

  // Notes a fault of the field (or of this object as a whole, for an empty key).
  void fault(std::string_view key, std::string_view code, std::string_view message);

  const json::object& raw() const { return *object_; }
  const json::value* find(std::string_view key) const { return object_->if_contains(key); }

  bool failed() const { return !errors_->empty(); }
  // The answer if anything was wrong, anywhere in the body.
  Refusal refusal() const;

 private:
  Form(const json::value& body, std::shared_ptr<json::object> errors, std::vector<std::string> path);
  std::optional<std::uint64_t> snowflake(std::string_view key, bool required);
  const json::value* value_of(std::string_view key, bool required);
  Form child(const json::value& body, std::vector<std::string> more) const;

  const json::object* object_;
  std::shared_ptr<json::object> errors_;  // shared by all forms of one body
  std::vector<std::string> path_;
};

// Unsigned decimal digits, in range.
std::optional<std::uint64_t> parse_decimal(std::string_view digits);

}  // namespace matchday::sandbox::discord
