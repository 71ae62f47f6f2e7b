// See http_server.hpp. Accepting, the cap on connections, and draining; each connection is an HttpConnection
// in the task group.
#include "net/http_server.hpp"

#include <fmt/format.h>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/log.hpp"
#include "base/timeout.hpp"
#include "net/http_connection.hpp"
#include "net/response_text.hpp"
#include "net/server_state.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;
using asio::ip::tcp;

// After a failed accept (no file descriptors left): trying again at once would only burn the processor.
constexpr Duration accept_pause = 100ms;

class BeastHttpServer final : public HttpServer {
 public:
  BeastHttpServer(const Executor& executor, Clock& clock, HttpHandler& handler, HttpServerOptions options)
      : state_(clock, handler, std::move(options)),
        acceptor_(executor),
        accepting_(executor, &report),
        serving_(executor, &report) {}

  // Tasks refer to our members; a server that still has some was not drained.
  ~BeastHttpServer() override { CHECK(accepting_.size() == 0 && serving_.size() == 0); }

  Result<> start() override;
  std::uint16_t port() const override { return port_; }
  Task<void> drain(Duration patience) override;
  std::size_t connections() const override { return serving_.size(); }

 private:
  static void report(const std::string& name, const std::exception_ptr& error) {
    log::error("a connection ended with an exception", {{"task", name}, {"error", describe(error)}});
  }

  Result<> listen(const asio::ip::address& address);
  Task<void> accept_all();
  void take(tcp::socket socket);
  bool make_room();
  void turn_away(tcp::socket socket);
  static Task<void> serve(ServerState& state, tcp::socket socket, asio::ip::address peer,
                          std::optional<AddressLimit::Lease> lease);

  ServerState state_;
  tcp::acceptor acceptor_;
  std::uint16_t port_ = 0;
  bool full_ = false;
  TaskGroup accepting_;
  TaskGroup serving_;
};

Result<> BeastHttpServer::start() {
  boost::system::error_code error;
  const auto address = asio::ip::make_address(state_.options.address, error);
  if (error)
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" is not an address to listen on", state_.options.address));
  auto proxies = TrustedProxies::parse(state_.options.trusted_proxies);
  if (!proxies) return std::unexpected(proxies.error());
  state_.trusted_proxies = std::move(*proxies);
  if (auto listening = listen(address); !listening) return listening;
  accepting_.spawn("accept", accept_all());
  return {};
}

Result<> BeastHttpServer::listen(const asio::ip::address& address) {
  const tcp::endpoint endpoint(address, state_.options.port);
  boost::system::error_code error;
  acceptor_.open(endpoint.protocol(), error);
  if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
  if (!error) acceptor_.bind(endpoint, error);
  if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
  if (!error) port_ = acceptor_.local_endpoint(error).port();
  if (!error) return {};
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  return fail(ErrorKind::unavailable, fmt::format("cannot listen on {} port {}: {}", state_.options.address,
                                                  state_.options.port, error.message()));
}

Task<void> BeastHttpServer::accept_all() {
  while (acceptor_.is_open()) {
    boost::system::error_code error;
    tcp::socket socket = co_await acceptor_.async_accept(asio::redirect_error(asio::use_awaitable, error));
    if (!acceptor_.is_open() || error == asio::error::operation_aborted) co_return;
    if (!error) {
      take(std::move(socket));
      continue;
    }
    log::warning("a connection could not be accepted", {{"error", error.message()}});
    co_await state_.clock.sleep(accept_pause);
  }
}

void BeastHttpServer::take(tcp::socket socket) {
  boost::system::error_code error;
  const auto peer = unmapped(socket.remote_endpoint(error).address());
  if (error) return;  // gone already
  socket.set_option(tcp::no_delay(true), error);
  const bool direct = !state_.trusted_proxies.contains(peer);
  auto lease = direct ? state_.addresses.take(peer.to_string()) : std::nullopt;
  const bool full = serving_.size() >= state_.options.connections_max;
  if (full && !full_)
    log::warning("the server is full: who only waits is disconnected, others are turned away",
                 {{"connections", serving_.size()}});
  full_ = full;
  if ((direct && !lease) || (full && !make_room())) {
    turn_away(std::move(socket));
    return;
  }
  serving_.spawn("connection", serve(state_, std::move(socket), peer, std::move(lease)));
}

// Whoever only keeps a connection makes way for somebody who has something to say: the one that has waited
// for longest.
bool BeastHttpServer::make_room() {
  HttpConnection* longest = nullptr;
  for (auto* connection : state_.connections) {
    if (connection->idle_since() && (!longest || connection->idle_since() < longest->idle_since()))
      longest = connection;
  }
  if (longest) longest->end_if_idle();
  return longest != nullptr;
}

// A short answer fits into the empty send buffer of a new socket, so this does not wait.
void BeastHttpServer::turn_away(tcp::socket socket) {
  const auto response = problem(503, "Too many connections. Please try again later.");
  const auto text = response_head(response, {.keep_alive = false, .now = state_.clock.now()}) + response.body;
  boost::system::error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(text), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
}

Task<void> BeastHttpServer::serve(ServerState& state, tcp::socket socket, asio::ip::address peer,
                                  std::optional<AddressLimit::Lease> lease) {
  const auto held = std::move(lease);
  HttpConnection connection(state, std::move(socket), std::move(peer));
  co_await connection.run();
}

Task<void> BeastHttpServer::drain(Duration patience) {
  state_.draining = true;
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  accepting_.cancel_all();
  co_await accepting_.join();
  for (HttpConnection* connection : state_.connections) connection->end_if_idle();
  if (co_await completes_within(state_.clock, patience, serving_.join()) || serving_.size() == 0) co_return;
  log::warning("requests were dropped at the end of draining", {{"connections", serving_.size()}});
  serving_.cancel_all();
  co_await serving_.join();
}

}  // namespace

std::unique_ptr<HttpServer> make_http_server(Executor executor, Clock& clock, HttpHandler& handler,
                                             HttpServerOptions options) {
  return std::make_unique<BeastHttpServer>(executor, clock, handler, std::move(options));
}

}  // namespace matchday::net
