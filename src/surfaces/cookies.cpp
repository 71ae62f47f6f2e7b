// See cookies.hpp.
#include "surfaces/cookies.hpp"

#include <fmt/format.h>

namespace matchday::surfaces {

Cookie::Cookie(std::string_view name, bool secure)
    : name_((secure ? "__Host-matchday-" : "matchday-") + std::string(name)), secure_(secure) {}

std::optional<std::string> Cookie::read(const net::RequestHead& head) const {
  for (const auto& [header, fields] : head.headers.all()) {
    if (!net::equal_ignoring_case(header, "Cookie")) continue;
    std::string_view rest = fields;
    while (!rest.empty()) {
      const auto end = std::min(rest.find(';'), rest.size());
      auto pair = rest.substr(0, end);
      while (pair.starts_with(' ')) pair.remove_prefix(1);
      if (pair.starts_with(name_) && pair.substr(name_.size()).starts_with('='))
        return std::string(pair.substr(name_.size() + 1));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return std::nullopt;
}

std::string Cookie::set(std::string_view value, Duration life) const {
  return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Lax{}", name_, value,
                     std::chrono::duration_cast<std::chrono::seconds>(life).count(),
                     secure_ ? "; Secure" : "");
}

}  // namespace matchday::surfaces
