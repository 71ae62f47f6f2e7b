// The WebSocketConnector: name, TCP, TLS and upgrade, all within one deadline. See websocket.hpp.
#include <fmt/format.h>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>

#include "base/timeout.hpp"
#include "net/cancellation.hpp"
#include "net/resolve.hpp"
#include "net/tcp_byte_stream.hpp"
#include "net/tls_byte_stream.hpp"
#include "net/url.hpp"
#include "net/websocket.hpp"
#include "net/websocket_stream.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;
using OpenResult = Result<std::unique_ptr<WebSocket>>;

Task<Result<std::unique_ptr<ByteStream>>> connect_stream(Url url, std::shared_ptr<TlsTrust> trust) {
  const auto endpoints = co_await resolve(url.host, url.port);
  if (!endpoints) co_return std::unexpected(endpoints.error());
  tcp::socket socket(co_await asio::this_coro::executor);
  boost::system::error_code error;
  co_await asio::async_connect(socket, *endpoints, asio::redirect_error(asio::use_awaitable, error));
  rethrow_cancellation(error);
  if (error)
    co_return fail(ErrorKind::unavailable,
                   fmt::format("{} could not be reached: {}", url.host, error.message()));
  socket.set_option(tcp::no_delay(true), error);
  if (trust) co_return co_await start_tls(std::move(socket), std::move(trust), url.host);
  co_return make_tcp_byte_stream(std::move(socket));
}

Task<OpenResult> open(Clock& clock, Url url, std::shared_ptr<TlsTrust> trust, std::size_t message_bytes_max) {
  auto stream = co_await connect_stream(url, std::move(trust));
  if (!stream) co_return std::unexpected(stream.error());
  co_return co_await open_websocket(std::move(*stream), clock, url.authority(), url.target,
                                    message_bytes_max);
}

class BeastWebSocketConnector final : public WebSocketConnector {
 public:
  explicit BeastWebSocketConnector(Clock& clock) : clock_(clock) {}

  Task<OpenResult> connect(std::string text, WebSocketOptions options) override {
    const auto url = parse_url(text);
    if (!url) co_return std::unexpected(url.error());
    if (url->scheme != "ws" && url->scheme != "wss") {
      co_return fail(ErrorKind::invalid, "a WebSocket's URL starts with ws or wss");
    }
    std::shared_ptr<TlsTrust> trust;
    if (url->scheme == "wss") {
      auto loaded = trust_for(options.certificate_file);
      if (!loaded) co_return std::unexpected(loaded.error());
      trust = std::move(*loaded);
    }
    auto opened = co_await with_timeout(clock_, options.connect_deadline,
                                        open(clock_, *url, std::move(trust), options.message_bytes_max));
    if (opened) co_return std::move(*opened);
    co_return fail(ErrorKind::unavailable, fmt::format("{} did not open a WebSocket within {} ms", url->host,
                                                       options.connect_deadline.count()));
  }

 private:
  Result<std::shared_ptr<TlsTrust>> trust_for(const std::string& certificate_file) {
    const auto known = trusts_.find(certificate_file);
    if (known != trusts_.end()) return known->second;
    auto loaded = TlsTrust::load(certificate_file);
    if (loaded) trusts_.emplace(certificate_file, *loaded);
    return loaded;
  }

  Clock& clock_;
  std::map<std::string, std::shared_ptr<TlsTrust>> trusts_;  // by file; few, they come from the configuration
};

}  // namespace

std::unique_ptr<WebSocketConnector> make_websocket_connector(Executor, Clock& clock) {
  return std::make_unique<BeastWebSocketConnector>(clock);
}

}  // namespace matchday::net
