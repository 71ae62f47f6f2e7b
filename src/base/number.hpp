// Numbers written as text.
#pragma once

#include <charconv>
#include <concepts>
#include <optional>
#include <string_view>

namespace matchday {

// The number that `text` is, all of it: no sign where Number has none, no space, no unit; nothing for any
// other text, an empty one and one that does not fit into Number.
template <typename Number>
  requires std::integral<Number> || std::floating_point<Number>
std::optional<Number> parse_number(std::string_view text) {
  Number number{};
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
}

}  // namespace matchday
