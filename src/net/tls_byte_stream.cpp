// See tls_byte_stream.hpp.
#include "net/tls_byte_stream.hpp"

#include <fmt/format.h>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/cancellation.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;
namespace ssl = boost::asio::ssl;
using asio::ip::tcp;

class SslTrust final : public TlsTrust {
 public:
  ssl::context context{ssl::context::tls_client};
};

class TlsByteStream final : public ByteStream {
 public:
  TlsByteStream(tcp::socket socket, std::shared_ptr<SslTrust> trust)
      : trust_(std::move(trust)), stream_(std::move(socket), trust_->context) {}

  ssl::stream<tcp::socket>& stream() { return stream_; }

  void read_some(asio::mutable_buffer into, IoHandler handler) override {
    stream_.async_read_some(into, asio::bind_cancellation_slot(handler.slot, std::move(handler.done)));
  }

  // One TLS record holds one buffer; the caller comes back for the others.
  void write_some(std::span<const asio::const_buffer> from, IoHandler handler) override {
    const asio::const_buffer first = from.empty() ? asio::const_buffer() : from.front();
    stream_.async_write_some(first, asio::bind_cancellation_slot(handler.slot, std::move(handler.done)));
  }

  void close() override {
    boost::system::error_code ignored;
    stream_.next_layer().close(ignored);
  }

  asio::any_io_executor executor() override { return stream_.get_executor(); }

 private:
  std::shared_ptr<SslTrust> trust_;
  ssl::stream<tcp::socket> stream_;
};

// Asio's message for a failed handshake names OpenSSL's internals; the verification result is what people can
// act on.
std::string handshake_failure(ssl::stream<tcp::socket>& stream, const boost::system::error_code& error) {
  const long verdict = SSL_get_verify_result(stream.native_handle());
  return verdict == X509_V_OK ? error.message() : X509_verify_cert_error_string(verdict);
}

}  // namespace

Result<std::shared_ptr<TlsTrust>> TlsTrust::load(const std::string& certificate_file) {
  auto trust = std::make_shared<SslTrust>();
  boost::system::error_code error;
  trust->context.set_options(
      ssl::context::default_workarounds | ssl::context::no_tlsv1 | ssl::context::no_tlsv1_1, error);
  trust->context.set_verify_mode(ssl::verify_peer, error);
  if (certificate_file.empty()) {
    trust->context.set_default_verify_paths(error);
  } else {
    trust->context.load_verify_file(certificate_file, error);
  }
  if (error) {
    return fail(ErrorKind::invalid,
                fmt::format("the certificates cannot be read from {}: {}",
                            certificate_file.empty() ? "the system" : certificate_file, error.message()));
  }
  return trust;
}

Task<Result<std::unique_ptr<ByteStream>>> start_tls(tcp::socket socket, std::shared_ptr<TlsTrust> trust,
                                                    std::string host) {
  auto bytes = std::make_unique<TlsByteStream>(std::move(socket), std::static_pointer_cast<SslTrust>(trust));
  auto& stream = bytes->stream();
  boost::system::error_code not_an_address;
  (void)asio::ip::make_address(host, not_an_address);
  if (not_an_address) SSL_set_tlsext_host_name(stream.native_handle(), host.c_str());  // RFC 6066: names only
  stream.set_verify_callback(ssl::host_name_verification(host));
  boost::system::error_code error;
  co_await stream.async_handshake(ssl::stream_base::client, asio::redirect_error(asio::use_awaitable, error));
  rethrow_cancellation(error);
  if (error) {
    co_return fail(ErrorKind::unavailable,
                   fmt::format("TLS with {} failed: {}", host, handshake_failure(stream, error)));
  }
  co_return std::move(bytes);
}

}  // namespace matchday::net
