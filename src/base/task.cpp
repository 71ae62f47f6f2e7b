// See task.hpp.
#include "base/task.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/system/system_error.hpp>

#include "base/error.hpp"

namespace matchday {
namespace asio = boost::asio;

TaskGroup::TaskGroup(Executor executor, OnError on_error)
    : executor_(executor),
      on_error_(std::move(on_error)),
      idle_(executor, asio::steady_timer::time_point::max()) {}

void TaskGroup::spawn(std::string name, Task<void> task) {
  auto entry = live_.emplace(live_.end());
  entry->name = std::move(name);
  asio::co_spawn(
      executor_, std::move(task),
      asio::bind_cancellation_slot(entry->cancel.slot(), [this, entry](const std::exception_ptr& error) {
        const std::string ended = std::move(entry->name);
        live_.erase(entry);
        if (error && !is_cancellation(error)) on_error_(ended, error);
        if (live_.empty()) idle_.cancel();
      }));
}

void TaskGroup::cancel_all() {
  for (auto next = live_.begin(); next != live_.end();) {
    auto current = next++;  // emitting may end the task, which erases it
    current->cancel.emit(asio::cancellation_type::terminal);
  }
}

Task<void> TaskGroup::join() {
  while (!live_.empty()) {
    boost::system::error_code woken;
    co_await idle_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
  }
}

Signal::Signal(Executor executor) : parked_(executor, asio::steady_timer::time_point::max()) {}

void Signal::notify_all() {
  parked_.cancel();
}

Task<void> Signal::wait() {
  boost::system::error_code woken;
  co_await parked_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
}

bool is_cancellation(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    return e.code() == asio::error::operation_aborted;
  } catch (...) {
    return false;
  }
}

std::string describe(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const boost::system::system_error& e) {
    return e.code().message();
  } catch (const std::exception& e) {
    return e.what();
  } catch (...) {
    return "an exception of unknown type";
  }
}

}  // namespace matchday
