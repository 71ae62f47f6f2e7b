// Sending HTTP requests. The interface says what came back, or how far it got; what a status means is the
// business of each platform's client. Nobody here retries: a request is sent once.
#pragma once
#include <memory>
#include <string>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/http.hpp"

namespace matchday::net {

struct HttpRequest {
  std::string method = "GET";
  std::string url;  // absolute; http or https
  Headers headers;
  std::string body;
  Duration deadline = 15s;                            // for the whole exchange
  std::size_t response_bytes_max = 16 * 1024 * 1024;  // a longer body is an error
};

struct HttpResponse {
  int status = 0;
  Headers headers;
  std::string body;
};

class HttpClient {
 public:
  virtual ~HttpClient() = default;

  // Every complete answer is a success, whatever its status. Errors: `unavailable` when it certainly never
  // reached the server (no address, no connection, TLS refused), `ambiguous` when it may have (reset,
  // timeout, cut answer), `invalid` for a URL that is none. Redirects are not followed. Cancelling the task
  // drops the exchange.
  virtual Task<Result<HttpResponse>> send(HttpRequest request) = 0;
};

struct HttpClientOptions {
  std::size_t connections_per_host_max = 8;  // further requests wait inside their deadline
  std::string certificate_file;              // CA bundle; empty: the system's
  std::string user_agent = "Matchday";
  bool refuse_private_addresses =
      false;  // for URLs that users typed: loopback, private and link-local are refused
};

// libcurl on the loop: pooled connections, verified TLS, HTTP/1.1. Lifetime: outlives every send().
std::unique_ptr<HttpClient> make_http_client(Executor executor, HttpClientOptions options);

}  // namespace matchday::net
