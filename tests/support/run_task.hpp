// run(context, task): drives a coroutine to its end on a real io_context and gives its value. For tests with
// real sockets; code on virtual time uses the simulator's loop instead.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <optional>

#include "base/task.hpp"

namespace matchday::test {

template <class T>
T run(boost::asio::io_context& context, Task<T> task) {
  std::optional<T> value;
  std::exception_ptr error;
  boost::asio::co_spawn(
      context,
      [](Task<T> inner, std::optional<T>* out) -> Task<void> { out->emplace(co_await std::move(inner)); }(
                                                   std::move(task), &value),
      [&](std::exception_ptr e) {
        error = e;
        context.stop();
      });
  context.restart();
  context.run();
  if (error) std::rethrow_exception(error);
  return std::move(*value);
}

inline void run(boost::asio::io_context& context, Task<void> task) {
  std::exception_ptr error;
  boost::asio::co_spawn(context, std::move(task), [&](std::exception_ptr e) {
    error = e;
    context.stop();
  });
  context.restart();
  context.run();
  if (error) std::rethrow_exception(error);
}

}  // namespace matchday::test
