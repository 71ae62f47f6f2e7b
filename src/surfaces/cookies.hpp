// Cookies as this server uses them: HttpOnly, SameSite=Lax, for the whole site. Over https they are Secure
// and carry the prefix __Host-, which keeps subdomains and plain http from setting them (RFC 6265bis §4.1.3).
#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/http_server.hpp"

namespace matchday::surfaces {

class Cookie {
 public:
  // `name`: without prefix.
  Cookie(std::string_view name, bool secure);

  std::optional<std::string> read(const net::RequestHead& head) const;
  // Values of Set-Cookie.
  std::string set(std::string_view value, Duration life) const;
  std::string clear() const { return set("", Duration(0)); }

 private:
  std::string name_;
  bool secure_;
};

}  // namespace matchday::surfaces
