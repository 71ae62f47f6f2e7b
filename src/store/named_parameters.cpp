// See named_parameters.hpp.
#include "store/named_parameters.hpp"

#include <algorithm>

namespace matchday::store {
namespace {

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// How much of the text at its beginning is to be copied as it is: a literal, a quoted name, a comment, or one
// character.
std::size_t copied_whole(std::string_view text) {
  const auto through = [&](std::string_view end) {
    const auto at = text.find(end, 1);
    return at == std::string_view::npos ? text.size() : at + end.size();
  };
  if (text[0] == '\'') return through("'");  // a doubled quote is the beginning of another literal
  if (text[0] == '"') return through("\"");
  if (text.starts_with("--")) return through("\n");
  if (text.starts_with("/*")) return through("*/");
  if (text.starts_with("::")) return 2;
  return 1;
}

}  // namespace

NumberedSql number_parameters(std::string_view sql) {
  NumberedSql out;
  out.text.reserve(sql.size());
  while (!sql.empty()) {
    if (sql[0] != ':' || sql.size() < 2 || !is_name(sql[1])) {
      const auto whole = copied_whole(sql);
      out.text += sql.substr(0, whole);
      sql.remove_prefix(whole);
      continue;
    }
    sql.remove_prefix(1);
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(sql, is_name) - sql.begin());
    const auto name = sql.substr(0, end);
    auto found = std::ranges::find(out.names, name);
    if (found == out.names.end()) found = out.names.insert(found, std::string(name));
    out.text += "$" + std::to_string(found - out.names.begin() + 1);
    sql.remove_prefix(end);
  }
  return out;
}

}  // namespace matchday::store
