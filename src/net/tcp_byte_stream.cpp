// See tcp_byte_stream.hpp.
#include "net/tcp_byte_stream.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>

namespace matchday::net {
namespace {
namespace asio = boost::asio;

class TcpByteStream final : public ByteStream {
 public:
  explicit TcpByteStream(asio::ip::tcp::socket socket) : socket_(std::move(socket)) {}

  void read_some(asio::mutable_buffer into, IoHandler handler) override {
    socket_.async_read_some(into, asio::bind_cancellation_slot(handler.slot, std::move(handler.done)));
  }

  void write_some(std::span<const asio::const_buffer> from, IoHandler handler) override {
    socket_.async_write_some(std::vector(from.begin(), from.end()),
                             asio::bind_cancellation_slot(handler.slot, std::move(handler.done)));
  }

  void close() override {
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  asio::any_io_executor executor() override { return socket_.get_executor(); }

 private:
  asio::ip::tcp::socket socket_;
};

}  // namespace

std::unique_ptr<ByteStream> make_tcp_byte_stream(asio::ip::tcp::socket socket) {
  return std::make_unique<TcpByteStream>(std::move(socket));
}

}  // namespace matchday::net
