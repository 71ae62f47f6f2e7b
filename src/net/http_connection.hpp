// HttpConnection: the life of one accepted connection, one request after another. Private to net.
// Not here: accepting and draining (http_server.cpp), and what happens to one request (http_exchange.hpp).
#pragma once
#include <boost/asio/ip/tcp.hpp>

#include <list>
#include <optional>

#include "base/task.hpp"
#include "net/http_exchange.hpp"
#include "net/server_state.hpp"

namespace matchday::net {

class HttpConnection {
 public:
  // Lifetime: `state` outlives the connection.
  HttpConnection(ServerState& state, boost::asio::ip::tcp::socket socket, boost::asio::ip::address peer);
  HttpConnection(const HttpConnection&) = delete;
  HttpConnection& operator=(const HttpConnection&) = delete;
  ~HttpConnection();

  // Serves until either side closes, a limit is crossed, or the server drains.
  Task<void> run();

  // Ends the connection if it only waits for a next request.
  void end_if_idle();

  // Since when it only waits for a request; nothing while it serves one, or is ending already.
  std::optional<Steady> idle_since() const { return idle_ ? idle_since_ : std::nullopt; }

 private:
  Task<bool> request_begins(Duration limit);
  Task<void> linger();

  ServerState& state_;
  Peer peer_;
  std::list<HttpConnection*>::iterator registered_;
  bool idle_ = false;
  std::optional<Steady> idle_since_;
};

}  // namespace matchday::net
