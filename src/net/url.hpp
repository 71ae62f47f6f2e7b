// Absolute URLs, taken apart once, so that client and WebSocket agree on what a host and a port are.
// Not here: relative references, and encoding of one component (http.hpp).
#pragma once
#include <string>
#include <string_view>

#include "base/error.hpp"

namespace matchday::net {

struct Url {
  std::string scheme;  // lower case
  std::string host;    // lower case; an IPv6 address without brackets
  std::string port;    // digits; the scheme's default where the URL names none
  std::string target;  // path and query as they go over the wire, at least "/"

  // What goes into a Host header: brackets around IPv6, the port only where it is not the default.
  std::string authority() const;
};

// Accepts http, https, ws and wss. A fragment is dropped. Error: invalid, for anything else, and for a URL
// with a user name or password (it would end up in logs).
Result<Url> parse_url(std::string_view text);

}  // namespace matchday::net
