// The HTTP/1.1 server. It owns limits (header, body, time, connections) and draining; what is served comes
// from an HttpHandler. TLS ends in a reverse proxy in front of us, whose address is believed only if it is
// listed.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"
#include "net/http.hpp"
#include "net/websocket.hpp"

namespace matchday::net {

// What is known before the body is read.
struct RequestHead {
  std::string method;
  std::string path;   // still percent-encoded, without the query
  std::string query;  // without the '?'
  Headers headers;
  std::string client_address;  // the peer, or the first address that is not a trusted proxy
};

struct ServerRequest {
  RequestHead head;
  std::string body;
};

struct ServerResponse {
  int status = 200;
  Headers headers;
  std::string body;
  // An answer without a foreseeable end: after `body`, whatever this gives is sent at once; nothing ends it
  // and the connection. Called again and again, and cut off while it waits; so it must lose nothing then.
  std::function<Task<std::optional<std::string>>()> more = {};
  bool cut_connection =
      false;  // true: no answer at all, the connection is reset. Only the sandbox's faults ask for it
};

// What the handler says to a request whose body has not been read.
struct Admission {
  std::size_t body_bytes_max = 0;           // a longer body is answered 413 without being read
  std::optional<ServerResponse> rejection;  // if set: this answer, and the connection closes
};

class HttpHandler {
 public:
  virtual ~HttpHandler() = default;
  virtual Task<Admission> admit(RequestHead head) = 0;
  virtual Task<ServerResponse> handle(ServerRequest request) = 0;

  // A WebSocket upgrade request; it does not pass through admit(). True: `serve` will be given the
  // connection. Default: refused with 426.
  virtual bool accepts_websocket(const RequestHead&) { return false; }
  // Owns the connection until it returns.
  virtual Task<void> serve(RequestHead, std::unique_ptr<WebSocket>) { co_return; }
};

struct HttpServerOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: any free one
  std::size_t header_bytes_max = 16 * 1024;
  Duration header_deadline = 10s;  // from the first byte (or the accept) to the end of the header
  Duration body_deadline = 20s;
  Duration handler_deadline = 60s;  // then 503
  Duration write_deadline = 20s;
  Duration idle_deadline = 75s;  // between requests of one connection
  std::size_t connections_max = 1024;
  std::size_t connections_per_address_max = 256;
  std::size_t websocket_message_bytes_max = 8 * 1024 * 1024;  // what a client may send us at once
  std::vector<std::string>
      trusted_proxies;  // addresses and networks ("10.0.0.0/8") whose X-Forwarded-For is believed
};

class HttpServer {
 public:
  virtual ~HttpServer() = default;

  // Binds and starts to accept. Errors: unavailable, naming the address, when it is taken; invalid, for an
  // address or trusted proxy that is none.
  virtual Result<> start() = 0;

  // The bound port, once started.
  virtual std::uint16_t port() const = 0;

  // Stops accepting, lets running requests finish within `patience`, then drops what is left.
  virtual Task<void> drain(Duration patience) = 0;

  virtual std::size_t connections() const = 0;
};

// Lifetime: `handler` and `clock` outlive the server; drain() before destruction.
std::unique_ptr<HttpServer> make_http_server(Executor executor, Clock& clock, HttpHandler& handler,
                                             HttpServerOptions options);

}  // namespace matchday::net
