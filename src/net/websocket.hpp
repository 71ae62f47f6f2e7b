// WebSocket connections as message streams. One reader and one sender at a time. Cancelling a receive drops
// the connection: there is no way to resume a half-read frame.
#pragma once
#include <memory>
#include <string>
#include <variant>

#include "base/error.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

namespace matchday::net {

struct WebSocketMessage {
  bool binary = false;
  std::string data;
};

// The connection's end. `code` is the peer's close code, or 1006 when the connection broke without one.
struct WebSocketClose {
  int code = 1006;
  std::string reason;
};

using WebSocketEvent = std::variant<WebSocketMessage, WebSocketClose>;

class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // The next message, or the end. After the end it gives the same end again.
  virtual Task<WebSocketEvent> receive() = 0;

  // Error: unavailable, when the connection is closed or breaks.
  virtual Task<Result<>> send(WebSocketMessage message) = 0;

  // Sends a close frame and waits up to `patience` for the peer's, then drops the connection.
  virtual Task<void> close(int code, std::string reason, Duration patience) = 0;

  // Drops the connection at once; a pending receive ends with 1006.
  virtual void abort() = 0;
};

struct WebSocketOptions {
  std::size_t message_bytes_max = 64 * 1024 * 1024;  // Discord's GUILD_CREATE has been seen above 5 MB
  Duration connect_deadline = 20s;                   // name, TCP, TLS and upgrade together
  std::string certificate_file;                      // CA bundle; empty: the system's
};

class WebSocketConnector {
 public:
  virtual ~WebSocketConnector() = default;

  // `url` is ws:// or wss://, with path and query. Error: unavailable (or invalid for a URL that is none).
  virtual Task<Result<std::unique_ptr<WebSocket>>> connect(std::string url, WebSocketOptions options) = 0;
};

std::unique_ptr<WebSocketConnector> make_websocket_connector(Executor executor, Clock& clock);

}  // namespace matchday::net
