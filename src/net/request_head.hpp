// From a request's parsed header to the RequestHead that handlers see, or to the reason why it is not served.
// Here are the checks against request smuggling: whatever two readers could understand differently is
// refused. Private to net.
#pragma once
#include <expected>
#include <string>

#include "net/http.hpp"
#include "net/http_server.hpp"

namespace matchday::net {

struct Refusal {
  int status = 400;
  std::string detail;
};

// A header as it came over the wire. `minor_version` is the 1 of HTTP/1.1.
struct ParsedHead {
  std::string method;
  std::string target;
  int minor_version = 1;
  Headers headers;
};

std::expected<RequestHead, Refusal> check_head(ParsedHead parsed);

}  // namespace matchday::net
