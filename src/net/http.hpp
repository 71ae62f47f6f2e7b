// HTTP as values: the parts that client and server share. Header names compare without case.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace matchday::net {

// ASCII only, as header names, schemes and hosts are.
bool equal_ignoring_case(std::string_view a, std::string_view b);

class Headers {
 public:
  Headers() = default;
  Headers(std::initializer_list<std::pair<std::string, std::string>> fields) : fields_(fields) {}

  void set(std::string name, std::string value);  // replaces every field of that name
  void add(std::string name, std::string value);
  std::optional<std::string_view> get(std::string_view name) const;  // the first of that name
  const std::vector<std::pair<std::string, std::string>>& all() const { return fields_; }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// Percent-encodes everything but unreserved characters (RFC 3986), so that no input can leave its path
// segment.
std::string encode_component(std::string_view text);
// The reverse; also turns '+' into a space when `form` is true. Malformed sequences stay as they are.
std::string decode_component(std::string_view text, bool form = false);

// "a=1&b=2" as decoded pairs, in order.
std::vector<std::pair<std::string, std::string>> parse_query(std::string_view query);

// The standard phrase of a status, such as "Not Found".
std::string_view reason_phrase(int status);

}  // namespace matchday::net
