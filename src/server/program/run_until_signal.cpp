// See run_until_signal.hpp.
#include "server/program/run_until_signal.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <csignal>
#include <cstdlib>

#include "base/log.hpp"

namespace matchday::server {
namespace {

struct Ending {
  explicit Ending(boost::asio::io_context& context)
      : signals(context, SIGTERM, SIGINT), asked(context.get_executor()) {}

  void listen() {
    signals.async_wait([this](const boost::system::error_code& error, int) {
      if (error) return;
      if (wanted) std::_Exit(130);  // asked twice: somebody is in a hurry
      wanted = true;
      asked.notify_all();
      listen();
    });
  }
  Task<void> wait() {
    while (!wanted) co_await asked.wait();
  }

  boost::asio::signal_set signals;
  Signal asked;
  bool wanted = false;
};

}  // namespace

int run_program(std::function<Task<int>(Loop)> body) {
  boost::asio::io_context context(1);
  SystemClock clock;
  Ending ending(context);
  ending.listen();
  int code = 1;
  boost::asio::co_spawn(
      context,
      [](std::function<Task<int>(Loop)> program, Loop loop, int* out) -> Task<void> {
        *out = co_await program(std::move(loop));
      }(std::move(body), Loop{context.get_executor(), clock, [&ending] { return ending.wait(); }}, &code),
      [&](const std::exception_ptr& error) {
        if (error) log::error("The program ended with an exception", {{"error", describe(error)}});
        ending.signals.cancel();
        context.stop();
      });
  context.run();
  return code;
}

}  // namespace matchday::server
