// Text that came from somebody else, made safe to show in Discord. Lengths are counted in UTF-16 units:
// Discord does not say which unit it counts, and this one is never too permissive.
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace matchday::discord {

// Characters that Discord would read as formatting, mentions or links are escaped; "@everyone" cannot ping.
std::string escape_markdown(std::string_view text);

// A name that Discord accepts for a channel, 1-100 units: without control and zero-width characters, without
// mentions, with single spaces. `fallback` when nothing visible is left.
std::string sanitize_channel_name(std::string_view text, std::string_view fallback = "match");

// At most `max` UTF-16 units, cut at a character, ending in "…" when something was cut. Invalid UTF-8 is
// replaced.
std::string cut_utf16(std::string_view text, std::size_t max);

std::size_t utf16_length(std::string_view text);

}  // namespace matchday::discord
