// Structured log lines: a sentence and named fields. `organization`, `match`, `resource`, `ref` are the names
// that operators search by. Never pass a Secret's contents.
#pragma once
#include <functional>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace matchday::log {

enum class Level { debug, info, warning, error };

struct Field {
  template <class T>
  Field(std::string_view field_name, const T& v) : name(field_name) {
    if constexpr (std::is_same_v<T, bool>)
      value = v ? "true" : "false";
    else if constexpr (std::is_arithmetic_v<T>)
      value = std::to_string(v);
    else if constexpr (requires { v.text(); })
      value = v.text();
    else
      value = std::string_view(v);
  }
  std::string_view name;
  std::string value;
};
using FieldList = std::initializer_list<Field>;

// Where lines go. Default: standard error, `key=value` pairs after the sentence.
void set_level(Level level);
void set_json(bool json);  // one JSON object a line instead

// The last lines that were written, oldest first, as written; at most `count` and a thousand.
std::vector<std::string> recent(std::size_t count);

// Tests: every line goes to `sink` as well, as written. Pass nothing to stop.
void set_tap(std::function<void(Level, std::string_view line)> sink);

void write(Level level, std::string_view sentence, FieldList fields);
inline void debug(std::string_view sentence, FieldList fields = {}) {
  write(Level::debug, sentence, fields);
}
inline void info(std::string_view sentence, FieldList fields = {}) {
  write(Level::info, sentence, fields);
}
inline void warning(std::string_view sentence, FieldList fields = {}) {
  write(Level::warning, sentence, fields);
}
inline void error(std::string_view sentence, FieldList fields = {}) {
  write(Level::error, sentence, fields);
}

}  // namespace matchday::log
