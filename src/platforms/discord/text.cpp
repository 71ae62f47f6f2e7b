// See text.hpp.
#include "platforms/discord/text.hpp"

#include <cstdint>

namespace matchday::discord {
namespace {

constexpr char32_t replacement = 0xFFFD;
constexpr std::size_t channel_name_max = 100;  // reference §1.8

// Reads one character at `at` and moves past it; malformed bytes read as the replacement character, one at a
// time.
char32_t next_character(std::string_view text, std::size_t& at) {
  const auto first = static_cast<unsigned char>(text[at++]);
  if (first < 0x80) return first;
  const int more = first >= 0xF0 && first < 0xF5   ? 3
                   : first >= 0xE0 && first < 0xF0 ? 2
                   : first >= 0xC2 && first < 0xE0 ? 1
                                                   : 0;
  if (more == 0 || at + static_cast<std::size_t>(more) > text.size()) return replacement;
  char32_t value = first & (0x3FU >> more);
  for (int i = 0; i < more; ++i) {
    const auto byte = static_cast<unsigned char>(text[at + static_cast<std::size_t>(i)]);
    if ((byte & 0xC0) != 0x80) return replacement;
    value = (value << 6) | (byte & 0x3F);
  }
  const bool overlong = (more == 2 && value < 0x800) || (more == 3 && value < 0x10000);
  if (overlong || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF)) return replacement;
  at += static_cast<std::size_t>(more);
  return value;
}

void append(std::string& out, char32_t c) {
  const auto byte = [&](char32_t value) { out += static_cast<char>(value); };
  if (c < 0x80) {
    byte(c);
  } else if (c < 0x800) {
    byte(0xC0 | (c >> 6)), byte(0x80 | (c & 0x3F));
  } else if (c < 0x10000) {
    byte(0xE0 | (c >> 12)), byte(0x80 | ((c >> 6) & 0x3F)), byte(0x80 | (c & 0x3F));
  } else {
    byte(0xF0 | (c >> 18)), byte(0x80 | ((c >> 12) & 0x3F)), byte(0x80 | ((c >> 6) & 0x3F)),
        byte(0x80 | (c & 0x3F));
  }
}

std::size_t units(char32_t c) {
  return c >= 0x10000 ? 2 : 1;
}

bool is_space(char32_t c) {
  return c == ' ' || (c >= '\t' && c <= '\r') || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

// Controls, zero-width characters, direction overrides and tags: nothing that a reader could see, but enough
// to forge a name or to make one that looks empty.
bool is_invisible(char32_t c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0xAD || c == 0x034F || c == 0x061C || c == 0x115F ||
         c == 0x1160 || (c >= 0x17B4 && c <= 0x17B5) || (c >= 0x180B && c <= 0x180E) ||
         (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x206F) ||
         c == 0x2800 || c == 0x3164 || c == 0xFEFF || c == 0xFFA0 || (c >= 0xFFF0 && c <= 0xFFFD) ||
         (c >= 0xE0000 && c <= 0xE0FFF);
}

}  // namespace

std::size_t utf16_length(std::string_view text) {
  std::size_t length = 0;
  for (std::size_t at = 0; at < text.size();) length += units(next_character(text, at));
  return length;
}

std::string cut_utf16(std::string_view text, std::size_t max) {
  std::string out;
  std::size_t used = 0;
  std::size_t room_for_ellipsis = 0;  // bytes of `out` that leave one unit free
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_character(text, at);
    if (used + units(c) > max) {
      out.resize(room_for_ellipsis);
      return max == 0 ? "" : out + "…";
    }
    append(out, c);
    used += units(c);
    if (used + 1 <= max) room_for_ellipsis = out.size();
  }
  return out;
}

std::string sanitize_channel_name(std::string_view text, std::string_view fallback) {
  std::string out;
  bool gap = false;
  for (std::size_t at = 0; at < text.size();) {
    const char32_t c = next_character(text, at);
    if (is_space(c)) {
      gap = !out.empty();
      continue;
    }
    if (is_invisible(c) || c == '@') continue;
    if (gap) out += ' ';
    gap = false;
    append(out, c);
  }
  if (out.empty()) return std::string(fallback);
  return cut_utf16(out, channel_name_max);
}

std::string escape_markdown(std::string_view text) {
  constexpr std::string_view zero_width_space = "\u200b";
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    const bool line_start = at == 0 || text[at - 1] == '\n';
    const bool formats = std::string_view("\\*_~`|[]<>").contains(c);
    const bool begins_block = line_start && std::string_view("#-+").contains(c);
    const bool begins_link = c == ':' && text.substr(at).starts_with("://");
    if (formats || begins_block || begins_link) out += '\\';
    out += c;
    if (c == '@') out += zero_width_space;  // a backslash would not keep @everyone from pinging
  }
  return out;
}

}  // namespace matchday::discord
