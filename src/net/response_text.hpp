// The bytes of an answer's header, and the answers that the server gives by itself. Private to net.
#pragma once
#include <string>
#include <string_view>

#include "base/time.hpp"
#include "net/http_server.hpp"

namespace matchday::net {

struct ResponseFraming {
  bool without_body = false;  // the answer to HEAD: the length is stated, the body is not sent
  bool keep_alive = true;
  Time now;
};

// The status line and all headers, with the empty line. The server decides about framing: a Content-Length,
// Transfer-Encoding, Connection or Date that the handler set is left out, and so is a header with a line
// break in it.
std::string response_head(const ServerResponse& response, const ResponseFraming& framing);

// 1xx, 204 and 304 have no body (RFC 9110, section 6.4.1).
bool may_have_body(int status);

// application/problem+json (RFC 9457). `reference` finds the log line; empty: there is none.
ServerResponse problem(int status, std::string_view detail, std::string_view reference = {});

// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, section 5.6.7).
std::string to_http_date(Time time);

}  // namespace matchday::net
