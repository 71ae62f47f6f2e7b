// See websocket_stream.hpp. Beast answers pings and close frames while a read is pending. Compression stays
// off: what Discord offers is compression of its own above the messages, and deflate costs 300 KB for each
// connection.
#include "net/websocket_stream.hpp"

#include <fmt/format.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/buffers_to_string.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/websocket/stream.hpp>

#include "base/timeout.hpp"
#include "net/cancellation.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;

// RFC 6455, section 7.4.1: reserved for "the connection ended without a close frame", never sent.
constexpr int code_abnormal = 1006;
constexpr int code_no_status = 1005;

// RFC 6455, section 5.5: a control frame carries 125 bytes, two of which are the code.
constexpr std::size_t close_reason_bytes_max = 123;

// A receive buffer beyond this is given back after the message; one big GUILD_CREATE should not be kept for
// days.
constexpr std::size_t kept_buffer_bytes_max = 1024 * 1024;

// Cuts without splitting a character: half of one would be a protocol error at the other end.
std::string cut_utf8(std::string text, std::size_t bytes_max) {
  if (text.size() <= bytes_max) return text;
  std::size_t end = bytes_max;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

using Stream = websocket::stream<AnyStream, false>;

class BeastWebSocket final : public WebSocket {
 public:
  BeastWebSocket(std::unique_ptr<Stream> stream, Clock& clock, std::size_t message_bytes_max)
      : stream_(std::move(stream)), clock_(clock), message_bytes_max_(message_bytes_max) {}

  Task<WebSocketEvent> receive() override {
    if (end_) co_return *end_;
    boost::system::error_code error;
    co_await stream_->async_read(buffer_, asio::redirect_error(asio::use_awaitable, error));
    if (!error) co_return take_message();
    if ((co_await asio::this_coro::cancellation_state).cancelled() != asio::cancellation_type::none) {
      abort();
      throw boost::system::system_error(asio::error::operation_aborted);
    }
    co_return set_end(error);
  }

  Task<Result<>> send(WebSocketMessage message) override {
    if (end_) co_return fail(ErrorKind::unavailable, "the WebSocket is closed");
    boost::system::error_code error;
    stream_->binary(message.binary);
    co_await stream_->async_write(asio::buffer(message.data),
                                  asio::redirect_error(asio::use_awaitable, error));
    if (error) co_return fail(ErrorKind::unavailable, "the WebSocket broke: " + error.message());
    co_return Result<>{};
  }

  Task<void> close(int code, std::string reason, Duration patience) override {
    if (!end_) {
      const bool answered = co_await completes_within(
          clock_, patience, shake_hands_to_close(code, cut_utf8(reason, close_reason_bytes_max)));
      if (answered && !end_) set_end(websocket::error::closed);
    }
    abort();
  }

  void abort() override {
    stream_->next_layer().close();
    if (!end_) end_ = WebSocketClose{.code = code_abnormal, .reason = "dropped by us"};
  }

 private:
  WebSocketMessage take_message() {
    WebSocketMessage message{.binary = stream_->got_binary(),
                             .data = beast::buffers_to_string(buffer_.data())};
    buffer_.clear();
    if (buffer_.capacity() > kept_buffer_bytes_max) buffer_.shrink_to_fit();
    return message;
  }

  Task<void> shake_hands_to_close(int code, std::string reason) {
    boost::system::error_code error;
    const websocket::close_reason why(static_cast<websocket::close_code>(code), reason);
    co_await stream_->async_close(why, asio::redirect_error(asio::use_awaitable, error));
  }

  WebSocketClose set_end(boost::system::error_code error) {
    if (end_) return *end_;
    const auto& peer = stream_->reason();
    if (error == websocket::error::closed) {
      const bool has_code = peer.code != websocket::close_code::none;
      end_ = WebSocketClose{.code = has_code ? peer.code : code_no_status,
                            .reason = std::string(peer.reason.data(), peer.reason.size())};
    } else if (error == websocket::error::message_too_big) {
      end_ = WebSocketClose{.code = code_abnormal,
                            .reason = fmt::format("a message was longer than {} bytes", message_bytes_max_)};
    } else {
      end_ = WebSocketClose{.code = code_abnormal, .reason = error.message()};
    }
    return *end_;
  }

  std::unique_ptr<Stream> stream_;
  Clock& clock_;
  std::size_t message_bytes_max_;
  beast::flat_buffer buffer_;
  std::optional<WebSocketClose> end_;
};

std::unique_ptr<Stream> make_stream(std::unique_ptr<ByteStream> bytes, std::size_t message_bytes_max) {
  auto stream = std::make_unique<Stream>(AnyStream(std::move(bytes)));
  stream->read_message_max(message_bytes_max);
  stream->auto_fragment(false);
  const auto never = websocket::stream_base::none();
  stream->set_option(websocket::stream_base::timeout{never, never, false});  // deadlines are the caller's
  return stream;
}

}  // namespace

Task<Result<std::unique_ptr<WebSocket>>> open_websocket(std::unique_ptr<ByteStream> bytes, Clock& clock,
                                                        std::string authority, std::string target,
                                                        std::size_t message_bytes_max) {
  auto stream = make_stream(std::move(bytes), message_bytes_max);
  stream->set_option(websocket::stream_base::decorator(
      [](websocket::request_type& request) { request.set(beast::http::field::user_agent, "Matchday"); }));
  websocket::response_type answer;
  boost::system::error_code error;
  co_await stream->async_handshake(answer, authority, target,
                                   asio::redirect_error(asio::use_awaitable, error));
  rethrow_cancellation(error);
  if (error) {
    const bool declined = error == websocket::error::upgrade_declined;
    co_return std::unexpected(
        Error{.kind = ErrorKind::unavailable,
              .message = fmt::format("{} did not open a WebSocket: {}", authority, error.message()),
              .http_status = declined ? static_cast<int>(answer.result_int()) : 0});
  }
  co_return std::make_unique<BeastWebSocket>(std::move(stream), clock, message_bytes_max);
}

bool asks_for_websocket(const std::string& method, const Headers& headers) {
  const auto upgrade = headers.get("Upgrade");
  return method == "GET" && upgrade && equal_ignoring_case(*upgrade, "websocket") &&
         headers.get("Sec-WebSocket-Key");
}

Task<Result<std::unique_ptr<WebSocket>>> accept_websocket(std::unique_ptr<ByteStream> bytes, Clock& clock,
                                                          Headers request_headers,
                                                          std::size_t message_bytes_max) {
  // Beast reads the request itself; it gets the part of ours that matters, written out again.
  std::string request = "GET / HTTP/1.1\r\n";
  for (const char* name : {"Host", "Upgrade", "Connection", "Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
    if (const auto value = request_headers.get(name)) request += fmt::format("{}: {}\r\n", name, *value);
  }
  request += "\r\n";
  auto stream = make_stream(std::move(bytes), message_bytes_max);
  boost::system::error_code error;
  co_await stream->async_accept(asio::buffer(request), asio::redirect_error(asio::use_awaitable, error));
  rethrow_cancellation(error);
  if (error) co_return fail(ErrorKind::invalid, "the WebSocket handshake failed: " + error.message());
  co_return std::make_unique<BeastWebSocket>(std::move(stream), clock, message_bytes_max);
}

}  // namespace matchday::net
