// ByteStream: a connected TCP or TLS stream behind one virtual interface, and AnyStream, which dresses it as
// the stream type that Beast expects. So there is one instantiation of Beast's WebSocket for ws:// and
// wss://, client and server. Private to net. Not here: connecting and handshakes (tcp_byte_stream.hpp,
// tls_byte_stream.hpp).
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/beast/core/role.hpp>
#include <boost/system/error_code.hpp>

#include <array>
#include <functional>
#include <memory>
#include <span>

namespace matchday::net {

// What runs when an operation ends, and the slot through which it may be cancelled. (Asio 1.24 has no
// any_completion_handler yet.)
struct IoHandler {
  std::move_only_function<void(boost::system::error_code, std::size_t)> done;
  boost::asio::cancellation_slot slot;
};

class ByteStream {
 public:
  virtual ~ByteStream() = default;
  virtual void read_some(boost::asio::mutable_buffer into, IoHandler handler) = 0;
  virtual void write_some(std::span<const boost::asio::const_buffer> from, IoHandler handler) = 0;
  virtual void close() = 0;
  virtual boost::asio::any_io_executor executor() = 0;
};

class AnyStream {
 public:
  using executor_type = boost::asio::any_io_executor;
  using lowest_layer_type = AnyStream;

  explicit AnyStream(std::unique_ptr<ByteStream> stream) : stream_(std::move(stream)) {}

  executor_type get_executor() noexcept { return stream_->executor(); }
  lowest_layer_type& lowest_layer() { return *this; }
  void close() { stream_->close(); }

  template <class Buffers, class Token>
  auto async_read_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, boost::asio::mutable_buffer into) {
          stream_->read_some(into, erase(std::move(handler)));
        },
        token, first_of(buffers));
  }

  template <class Buffers, class Token>
  auto async_write_some(const Buffers& buffers, Token&& token) {
    return boost::asio::async_initiate<Token, void(boost::system::error_code, std::size_t)>(
        [this](auto handler, const Buffers& all) {
          std::array<boost::asio::const_buffer, 4> parts;  // a frame's header and payload, with room to spare
          std::size_t count = 0;
          const auto end = boost::asio::buffer_sequence_end(all);
          for (auto at = boost::asio::buffer_sequence_begin(all); at != end && count < parts.size(); ++at) {
            if (const boost::asio::const_buffer part(*at); part.size() > 0) parts[count++] = part;
          }
          stream_->write_some(std::span(parts).first(count), erase(std::move(handler)));
        },
        token, buffers);
  }

  // Beast's customisation points. When they run, the WebSocket's own close is over: nothing is left to say
  // goodbye to, and waiting for the peer's TCP or TLS close would give it a way to hold us.
  friend void beast_close_socket(AnyStream& stream) { stream.close(); }
  friend void teardown(boost::beast::role_type, AnyStream& stream, boost::system::error_code& error) {
    stream.close();
    error = {};
  }
  template <class Handler>
  friend void async_teardown(boost::beast::role_type, AnyStream& stream, Handler&& handler) {
    stream.close();
    boost::asio::post(stream.get_executor(), [handler = std::forward<Handler>(handler)]() mutable {
      std::move(handler)(boost::system::error_code{});
    });
  }

 private:
  template <class Handler>
  static IoHandler erase(Handler handler) {
    const auto slot = boost::asio::get_associated_cancellation_slot(handler);
    return {[handler = std::move(handler)](boost::system::error_code error, std::size_t bytes) mutable {
              std::move(handler)(error, bytes);
            },
            slot};
  }

  template <class Buffers>
  static boost::asio::mutable_buffer first_of(const Buffers& buffers) {
    const auto end = boost::asio::buffer_sequence_end(buffers);
    for (auto at = boost::asio::buffer_sequence_begin(buffers); at != end; ++at) {
      if (const boost::asio::mutable_buffer part(*at); part.size() > 0) return part;
    }
    return {};
  }

  std::unique_ptr<ByteStream> stream_;
};

}  // namespace matchday::net
