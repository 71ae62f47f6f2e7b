// How the choices among settings are called: in commands, in the API, and in what is told. Private to match
// voice.
#pragma once
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include "features/match_voice/settings.hpp"

namespace matchday::match_voice {

// In the order of their enumerations.
inline constexpr std::array<std::string_view, 2> teams_names{"faction1", "both"};
inline constexpr std::array<std::string_view, 3> open_names{"created", "configuring", "ready"};
inline constexpr std::array<std::string_view, 2> from_names{"any", "lobby"};
inline constexpr std::array<std::string_view, 3> return_names{"origin", "lobby", "nowhere"};

template <class Enum, std::size_t n>
std::optional<Enum> parse_choice(const std::array<std::string_view, n>& names, std::string_view text) {
  const auto found = std::ranges::find(names, text);
  return found == names.end() ? std::nullopt : std::optional(static_cast<Enum>(found - names.begin()));
}

template <class Enum, std::size_t n>
std::string_view name_choice(const std::array<std::string_view, n>& names, Enum value) {
  return names.at(static_cast<std::size_t>(value));
}

}  // namespace matchday::match_voice
