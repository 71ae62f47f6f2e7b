// See http_connection.hpp.
#include "net/http_connection.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/timeout.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;

// How much of a refused request's rest is thrown away, and for how long, before the connection is cut.
constexpr Duration linger_max = 1s;
constexpr std::size_t linger_bytes_max = 1024 * 1024;

// Beyond the header, the buffer holds what the body's reader asks for at a time.
constexpr std::size_t body_read_bytes_max = 64 * 1024;

Task<bool> becomes_readable(tcp::socket& socket) {
  boost::system::error_code error;
  co_await socket.async_wait(tcp::socket::wait_read, asio::redirect_error(asio::use_awaitable, error));
  co_return !error;
}

Task<void> read_and_forget(tcp::socket& socket) {
  std::vector<char> scrap(16 * 1024);
  boost::system::error_code error;
  std::size_t total = 0;
  while (!error && total < linger_bytes_max) {
    total += co_await socket.async_read_some(asio::buffer(scrap),
                                             asio::redirect_error(asio::use_awaitable, error));
  }
}

}  // namespace

HttpConnection::HttpConnection(ServerState& state, tcp::socket socket, asio::ip::address peer)
    : state_(state),
      peer_{.socket = std::move(socket),
            .address = std::move(peer),
            .buffer = boost::beast::flat_buffer(state.options.header_bytes_max + body_read_bytes_max)},
      registered_(state.connections.insert(state.connections.end(), this)) {}

HttpConnection::~HttpConnection() {
  state_.connections.erase(registered_);
}

Task<void> HttpConnection::run() {
  const HttpServerOptions& options = state_.options;
  Steady begun =
      state_.clock.steady();  // a client that only connects must not hold its place: the accept counts
  bool first = true;
  After after = After::keep_alive;
  while (after == After::keep_alive &&
         co_await request_begins(first ? options.header_deadline : options.idle_deadline)) {
    if (!first) begun = state_.clock.steady();
    HttpExchange exchange(state_, peer_);
    after = co_await exchange.run(begun + options.header_deadline);
    first = false;
  }
  if (after == After::linger) co_await linger();
}

// Waits, without holding memory for it, until a request's first byte is there.
Task<bool> HttpConnection::request_begins(Duration limit) {
  if (peer_.buffer.size() > 0) co_return true;
  if (state_.draining) co_return false;
  peer_.buffer.shrink_to_fit();
  idle_ = true;
  idle_since_ = state_.clock.steady();
  const auto readable = co_await with_timeout(state_.clock, limit, becomes_readable(peer_.socket));
  idle_ = false;
  co_return readable.value_or(false);
}

void HttpConnection::end_if_idle() {
  boost::system::error_code ignored;
  if (!idle_) return;
  idle_since_.reset();
  peer_.socket.cancel(ignored);
}

// A close with unread bytes makes the kernel send a reset, which can overtake the answer that we just wrote.
Task<void> HttpConnection::linger() {
  boost::system::error_code ignored;
  peer_.socket.shutdown(tcp::socket::shutdown_send, ignored);
  (void)co_await completes_within(state_.clock, linger_max, read_and_forget(peer_.socket));
}

}  // namespace matchday::net
