// HttpExchange: one request and its answer on a connection: header, admission, body, handler, answer, each
// within its limit. Whatever goes wrong becomes an answer that says so to the client and no more than that.
// Private to net.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <memory>
#include <optional>
#include <string>

#include "base/task.hpp"
#include "net/server_state.hpp"

namespace matchday::net {

// The other end of a connection, and the bytes of it that were read too far.
struct Peer {
  boost::asio::ip::tcp::socket socket;
  boost::asio::ip::address address;
  boost::beast::flat_buffer buffer;
};

// What becomes of the connection after an exchange.
enum class After {
  keep_alive,
  close,
  linger,  // close, but a request's unread rest must not turn into a reset that eats the answer
};

class HttpExchange {
 public:
  // Lifetime: both outlive the exchange.
  HttpExchange(ServerState& state, Peer& peer);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  ~HttpExchange();

  // `header_until`: when the header must have come. After a WebSocket upgrade it returns when that is over.
  Task<After> run(Steady header_until);

 private:
  struct Reader;

  Task<std::optional<After>> read_head(Steady header_until);
  Task<std::optional<After>> admit();
  Task<std::optional<After>> read_body();
  Task<boost::system::error_code> read_some_head();
  Task<boost::system::error_code> read_whole_body();
  Task<After> upgrade();
  Task<ServerResponse> handle();
  ServerResponse failed(const std::exception_ptr& error) const;
  Task<After> answer(ServerResponse response, After after);
  Task<After> stream(ServerResponse response);
  bool has_gone();
  Task<bool> write(std::string head, std::string body);

  ServerState& state_;
  Peer& peer_;
  std::unique_ptr<Reader> reader_;
  RequestHead head_;
  std::size_t body_bytes_max_ = 0;
  std::optional<AddressLimit::Lease> lease_;
};

}  // namespace matchday::net
