// HTML that we write ourselves. Every text that came from somebody goes through escape_html.
#pragma once
#include <string>
#include <string_view>

namespace matchday::surfaces {

// Safe between tags and inside quoted attributes.
inline std::string escape_html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

}  // namespace matchday::surfaces
