// with_timeout: the one way to put a deadline on a Task. Asio's `||` loses results that arrive in the same
// turn as the timer, and waits for the timer when the operation throws; this does neither.
#pragma once
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <optional>

#include "base/time.hpp"

namespace matchday {
namespace detail {

template <class T>
Task<void> run_into(Task<T> operation, std::optional<T>* out) {
  out->emplace(co_await std::move(operation));
}

}  // namespace detail

// Runs `operation` for at most `limit`. Gives its value, or nothing if the limit passed first (the operation
// has then been cancelled and has ended). A result that arrives together with the limit wins. Exceptions pass
// through.
template <class T>
Task<std::optional<T>> with_timeout(Clock& clock, Duration limit, Task<T> operation) {
  namespace asio = boost::asio;
  auto executor = co_await asio::this_coro::executor;
  std::optional<T> out;
  auto [order, operation_error, timer_error] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, detail::run_into(std::move(operation), &out), asio::deferred),
          asio::co_spawn(executor, clock.sleep(limit), asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (out) co_return std::move(out);
  if (order[0] == 0 && operation_error) std::rethrow_exception(operation_error);
  co_return std::nullopt;
}

// The same for an operation without a value: true if it ended within the limit.
inline Task<bool> completes_within(Clock& clock, Duration limit, Task<void> operation) {
  namespace asio = boost::asio;
  auto executor = co_await asio::this_coro::executor;
  auto [order, operation_error, timer_error] =
      co_await asio::experimental::make_parallel_group(
          asio::co_spawn(executor, std::move(operation), asio::deferred),
          asio::co_spawn(executor, clock.sleep(limit), asio::deferred))
          .async_wait(asio::experimental::wait_for_one(), asio::use_awaitable);
  if (order[0] != 0) co_return false;
  if (operation_error) std::rethrow_exception(operation_error);
  co_return true;
}

}  // namespace matchday
