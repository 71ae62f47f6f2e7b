// What the tests with real sockets share: a loop with a limit on how long a test may take, a client that
// writes raw bytes, and a server that follows a script. Everything is on loopback with a port that the system
// chooses.
#pragma once
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include "base/timeout.hpp"
#include "tests/support/run_task.hpp"

namespace matchday::net {

using boost::asio::ip::tcp;

inline tcp::endpoint loopback(std::uint16_t port) {
  return {boost::asio::ip::address_v4::loopback(), port};
}

// A connection on which a test writes exactly what it wants.
class RawClient {
 public:
  explicit RawClient(Executor executor) : socket_(std::move(executor)) {}

  Task<void> connect(std::uint16_t port) {
    co_await socket_.async_connect(loopback(port), boost::asio::use_awaitable);
  }

  // A server that had enough may have closed already; then nothing more is sent. (Asio never completes a
  // second write on a socket whose first one failed: it waits for a readiness that epoll has reported
  // already.)
  Task<void> send(std::string bytes) {
    if (write_error_) co_return;
    co_await boost::asio::async_write(socket_, boost::asio::buffer(bytes),
                                      boost::asio::redirect_error(boost::asio::use_awaitable, write_error_));
  }

  // Everything up to and with `end`, or up to the end of the connection.
  Task<std::string> read_until(std::string end) {
    boost::system::error_code error;
    const auto size = co_await boost::asio::async_read_until(
        socket_, boost::asio::dynamic_buffer(unread_), end,
        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    const auto taken = error ? unread_.size() : size;
    std::string out = unread_.substr(0, taken);
    unread_.erase(0, taken);
    co_return out;
  }

  Task<std::string> read_to_end() { co_return co_await read_until(std::string("\0never\0", 7)); }

  tcp::socket& socket() { return socket_; }

 private:
  tcp::socket socket_;
  boost::system::error_code write_error_;
  std::string unread_;
};

// A server that does with each connection what `script` says, and counts them.
class ScriptedServer {
 public:
  using Script = std::function<Task<void>(tcp::socket)>;

  ScriptedServer(Executor executor, Script script)
      : script_(std::move(script)),
        acceptor_(executor, loopback(0)),
        tasks_(executor, [](const std::string&, std::exception_ptr) {}) {
    tasks_.spawn("accept", accept_all());
  }

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::string url(std::string path = "/") const { return fmt::format("http://127.0.0.1:{}{}", port(), path); }
  int accepted() const { return accepted_; }

  Task<void> stop() {
    tasks_.cancel_all();
    co_await tasks_.join();
  }

 private:
  Task<void> accept_all() {
    for (;;) {
      tcp::socket socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      ++accepted_;
      tasks_.spawn("connection", script_(std::move(socket)));
    }
  }

  Script script_;
  tcp::acceptor acceptor_;
  TaskGroup tasks_;
  int accepted_ = 0;
};

struct LoopbackTest : testing::Test {
  boost::asio::io_context context;
  SystemClock clock;

  Executor executor() { return context.get_executor(); }

  // A test that hangs fails instead.
  template <class T>
  T run(Task<T> task) {
    auto value = test::run(context, with_timeout(clock, 20s, std::move(task)));
    if (!value) throw std::runtime_error("the test took too long");
    return std::move(*value);
  }
  void run(Task<void> task) {
    if (!test::run(context, completes_within(clock, 20s, std::move(task)))) {
      throw std::runtime_error("the test took too long");
    }
  }

  // Lets the loop turn until `condition` holds, at most two seconds. For what the other side does in its own
  // time.
  bool eventually(const std::function<bool()>& condition) {
    const auto until = clock.steady() + 2s;
    while (!condition() && clock.steady() < until) run(clock.sleep(1ms));
    return condition();
  }
};

}  // namespace matchday::net
