// See http_exchange.hpp.
#include "net/http_exchange.hpp"

#include <fmt/format.h>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "base/timeout.hpp"
#include "net/cancellation.hpp"
#include "net/request_head.hpp"
#include "net/response_text.hpp"
#include "net/tcp_byte_stream.hpp"
#include "net/websocket_stream.hpp"

namespace matchday::net {
namespace {
namespace asio = boost::asio;
namespace http = boost::beast::http;

ParsedHead to_parsed_head(const http::request<http::string_body>& message) {
  ParsedHead parsed{.method = std::string(message.method_string()), .target = std::string(message.target())};
  parsed.minor_version = message.version() / 10 == 1 ? static_cast<int>(message.version() % 10) : 9;
  for (const auto& field : message) {
    parsed.headers.add(std::string(field.name_string()), std::string(field.value()));
  }
  return parsed;
}

// Enough of a path to find the route by, and never a key that somebody put into a path.
std::string first_segment(const std::string& path) {
  return path.substr(0, path.find('/', 1));
}

Task<void> write_all(asio::ip::tcp::socket& socket, std::array<asio::mutable_buffer, 2> from,
                     boost::system::error_code* error) {
  co_await asio::async_write(socket, from, asio::redirect_error(asio::use_awaitable, *error));
}

}  // namespace

struct HttpExchange::Reader {
  http::request_parser<http::string_body> parser;
};

HttpExchange::HttpExchange(ServerState& state, Peer& peer)
    : state_(state), peer_(peer), reader_(std::make_unique<Reader>()) {
  reader_->parser.header_limit(static_cast<std::uint32_t>(state.options.header_bytes_max));
  reader_->parser.body_limit(boost::none);  // decided after admission, before a byte of it is read
}

HttpExchange::~HttpExchange() = default;

Task<After> HttpExchange::run(Steady header_until) {
  if (const auto end = co_await read_head(header_until)) co_return *end;
  if (asks_for_websocket(head_.method, head_.headers)) co_return co_await upgrade();
  if (const auto end = co_await admit()) co_return *end;
  if (const auto end = co_await read_body()) co_return *end;
  const bool keep_alive = reader_->parser.keep_alive() && reader_->parser.get().version() == 11;
  auto response = co_await handle();
  co_return co_await answer(std::move(response),
                            keep_alive && !state_.draining ? After::keep_alive : After::close);
}

Task<std::optional<After>> HttpExchange::read_head(Steady header_until) {
  const auto error =
      co_await with_timeout(state_.clock, header_until - state_.clock.steady(), read_some_head());
  if (!error)
    co_return co_await answer(problem(408, "The request's header did not come in time."), After::linger);
  if (*error == http::error::header_limit || *error == http::error::buffer_overflow) {
    co_return co_await answer(
        problem(431, fmt::format("The header may have {} bytes.", state_.options.header_bytes_max)),
        After::linger);
  }
  if (*error == http::error::end_of_stream || *error == http::error::partial_message) co_return After::close;
  if (error->category() == http::make_error_code(http::error::bad_method).category()) {
    co_return co_await answer(problem(400, "The request is not HTTP: " + error->message() + "."),
                              After::linger);
  }
  if (*error) co_return After::close;  // reset

  auto head = check_head(to_parsed_head(reader_->parser.get()));
  if (!head) co_return co_await answer(problem(head.error().status, head.error().detail), After::linger);
  head_ = std::move(*head);
  head_.client_address = state_.trusted_proxies.client_of(peer_.address, head_.headers);
  if (state_.trusted_proxies.contains(peer_.address)) {
    lease_ = state_.addresses.take(head_.client_address);
    if (!lease_)
      co_return co_await answer(problem(429, "Too many requests at once from this address."), After::linger);
  }
  co_return std::nullopt;
}

Task<std::optional<After>> HttpExchange::admit() {
  std::exception_ptr failure;
  std::optional<Admission> admission;
  try {
    admission =
        co_await with_timeout(state_.clock, state_.options.handler_deadline, state_.handler.admit(head_));
  } catch (...) {
    failure = std::current_exception();
  }
  if (!admission) {
    throw_if_cancelled((co_await asio::this_coro::cancellation_state).cancelled());
    co_return co_await answer(failed(failure), After::linger);
  }
  if (admission->rejection) co_return co_await answer(std::move(*admission->rejection), After::linger);
  body_bytes_max_ = admission->body_bytes_max;
  co_return std::nullopt;
}

Task<std::optional<After>> HttpExchange::read_body() {
  auto& parser = reader_->parser;
  const auto too_long = fmt::format("The body may have {} bytes.", body_bytes_max_);
  if (parser.content_length().value_or(0) > body_bytes_max_) {
    co_return co_await answer(problem(413, too_long), After::linger);
  }
  if (parser.is_done()) co_return std::nullopt;
  if (head_.headers.get("Expect") && !co_await write("HTTP/1.1 100 Continue\r\n\r\n", ""))
    co_return After::close;

  parser.body_limit(body_bytes_max_);
  const auto error = co_await with_timeout(state_.clock, state_.options.body_deadline, read_whole_body());
  if (!error)
    co_return co_await answer(problem(408, "The request's body did not come in time."), After::linger);
  if (!*error) co_return std::nullopt;
  if (*error == http::error::body_limit || *error == http::error::buffer_overflow) {
    co_return co_await answer(problem(413, too_long), After::linger);
  }
  if (*error == http::error::partial_message) co_return After::close;
  if (error->category() == http::make_error_code(http::error::bad_chunk).category()) {
    co_return co_await answer(problem(400, "The request's body is not HTTP: " + error->message() + "."),
                              After::linger);
  }
  co_return After::close;
}

Task<boost::system::error_code> HttpExchange::read_some_head() {
  boost::system::error_code error;
  co_await http::async_read_header(peer_.socket, peer_.buffer, reader_->parser,
                                   asio::redirect_error(asio::use_awaitable, error));
  rethrow_cancellation(error);
  co_return error;
}

Task<boost::system::error_code> HttpExchange::read_whole_body() {
  boost::system::error_code error;
  co_await http::async_read(peer_.socket, peer_.buffer, reader_->parser,
                            asio::redirect_error(asio::use_awaitable, error));
  rethrow_cancellation(error);
  co_return error;
}

Task<After> HttpExchange::upgrade() {
  if (!state_.handler.accepts_websocket(head_)) {
    co_return co_await answer(problem(426, "There is no WebSocket at this path."), After::linger);
  }
  auto accepted =
      co_await with_timeout(state_.clock, state_.options.header_deadline,
                            accept_websocket(make_tcp_byte_stream(std::move(peer_.socket)), state_.clock,
                                             head_.headers, state_.options.websocket_message_bytes_max));
  if (accepted && *accepted) co_await state_.handler.serve(std::move(head_), std::move(**accepted));
  co_return After::close;
}

Task<ServerResponse> HttpExchange::handle() {
  std::exception_ptr failure;
  std::optional<ServerResponse> response;
  try {
    ServerRequest request{.head = head_, .body = std::move(reader_->parser.get().body())};
    response = co_await with_timeout(state_.clock, state_.options.handler_deadline,
                                     state_.handler.handle(std::move(request)));
  } catch (...) {
    failure = std::current_exception();
  }
  if (response) co_return std::move(*response);
  throw_if_cancelled((co_await asio::this_coro::cancellation_state).cancelled());
  co_return failed(failure);
}

// What the client is told about a failure of ours, and what the log is.
ServerResponse HttpExchange::failed(const std::exception_ptr& error) const {
  const auto reference = crypto::to_base32(crypto::random_bytes(5));
  if (!error) {
    log::error("a request took too long and was given up",
               {{"method", head_.method}, {"route", first_segment(head_.path)}, {"ref", reference}});
    return problem(503, "The request took too long. Please try again later.", reference);
  }
  log::error("a request failed with an exception", {{"method", head_.method},
                                                    {"route", first_segment(head_.path)},
                                                    {"ref", reference},
                                                    {"error", describe(error)}});
  return problem(500, "Something went wrong on our side. The reference finds it in the log.", reference);
}

Task<After> HttpExchange::answer(ServerResponse response, After after) {
  if (response.cut_connection) {
    boost::system::error_code ignored;
    peer_.socket.set_option(asio::socket_base::linger(true, 0), ignored);  // closing then resets
    co_return After::close;
  }
  if (response.more && head_.method != "HEAD") co_return co_await stream(std::move(response));
  const bool without_body = head_.method == "HEAD" || !may_have_body(response.status);
  auto head = response_head(response, {.keep_alive = after == After::keep_alive, .now = state_.clock.now()});
  const bool written =
      co_await write(std::move(head), without_body ? std::string() : std::move(response.body));
  co_return written ? after : After::close;
}

// Its end is the connection's (RFC 9112, section 6.3). Whether the client is still there, and the server
// still wants to serve, is looked at once a second.
Task<After> HttpExchange::stream(ServerResponse response) {
  constexpr Duration look_every = 1s;
  auto head = response_head(response, {.keep_alive = false, .now = state_.clock.now()});
  bool going = co_await write(std::move(head), std::move(response.body));
  while (going && !state_.draining && !has_gone()) {
    std::exception_ptr failure;
    std::optional<std::optional<std::string>> next;
    try {
      next = co_await with_timeout(state_.clock, look_every, response.more());
    } catch (...) {
      failure = std::current_exception();
    }
    throw_if_cancelled((co_await asio::this_coro::cancellation_state).cancelled());
    if (failure) log::error("a stream failed with an exception", {{"error", describe(failure)}});
    if (failure || (next && !*next)) break;
    if (next) going = co_await write(std::move(**next), "");
  }
  co_return After::close;
}

// The client closed its side.
bool HttpExchange::has_gone() {
  char byte = 0;
  boost::system::error_code error;
  peer_.socket.non_blocking(true, error);
  const auto read = peer_.socket.receive(asio::buffer(&byte, 1), asio::socket_base::message_peek, error);
  return (!error && read == 0) || (error && error != asio::error::would_block);
}

Task<bool> HttpExchange::write(std::string head, std::string body) {
  const auto parts = std::to_array({asio::buffer(head), asio::buffer(body)});
  boost::system::error_code error;
  const bool in_time = co_await completes_within(state_.clock, state_.options.write_deadline,
                                                 write_all(peer_.socket, parts, &error));
  co_return in_time && !error;
}

}  // namespace matchday::net
