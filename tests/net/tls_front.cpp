// See tls_front.hpp.
#include "tests/net/tls_front.hpp"

#include <boost/asio/ssl.hpp>

#include "tests/net/loopback.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;

struct Pair {
  Pair(tcp::socket socket, ssl::context& context)
      : outside(std::move(socket), context), inside(outside.get_executor()) {}
  ssl::stream<tcp::socket> outside;
  tcp::socket inside;
  void close() {
    boost::system::error_code ignored;
    outside.next_layer().close(ignored);
    inside.close(ignored);
  }
};

template <class From, class To>
Task<void> pump(std::shared_ptr<Pair> pair, From& from, To& to) {
  std::vector<char> bytes(64 * 1024);
  boost::system::error_code error;
  while (!error) {
    const auto size =
        co_await from.async_read_some(asio::buffer(bytes), asio::redirect_error(asio::use_awaitable, error));
    if (size > 0) {
      co_await asio::async_write(to, asio::buffer(bytes, size),
                                 asio::redirect_error(asio::use_awaitable, error));
    }
  }
  pair->close();
}

class AsioTlsFront final : public TlsFront {
 public:
  AsioTlsFront(const Executor& executor, const std::string& certificate_file, const std::string& key_file,
               std::uint16_t plain_port)
      : plain_port_(plain_port), tasks_(executor, [](const std::string&, std::exception_ptr) {}) {
    context_.use_certificate_file(certificate_file, ssl::context::pem);
    context_.use_private_key_file(key_file, ssl::context::pem);
    server_ = std::make_unique<ScriptedServer>(
        executor, [this](tcp::socket socket) { return serve(std::move(socket)); });
  }

  std::uint16_t port() const override { return server_->port(); }

  Task<void> stop() override {
    co_await server_->stop();
    tasks_.cancel_all();
    co_await tasks_.join();
  }

 private:
  Task<void> serve(tcp::socket socket) {
    auto pair = std::make_shared<Pair>(std::move(socket), context_);
    co_await pair->outside.async_handshake(ssl::stream_base::server, asio::use_awaitable);
    co_await pair->inside.async_connect(loopback(plain_port_), asio::use_awaitable);
    tasks_.spawn("in", pump(pair, pair->outside, pair->inside));
    tasks_.spawn("out", pump(pair, pair->inside, pair->outside));
  }

  std::uint16_t plain_port_;
  ssl::context context_{ssl::context::tls_server};
  TaskGroup tasks_;
  std::unique_ptr<ScriptedServer> server_;
};

}  // namespace

std::unique_ptr<TlsFront> make_tls_front(Executor executor, std::string certificate_file,
                                         std::string key_file, std::uint16_t plain_port) {
  return std::make_unique<AsioTlsFront>(executor, certificate_file, key_file, plain_port);
}

}  // namespace matchday::net
