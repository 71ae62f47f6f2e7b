// The coroutine vocabulary: Task is what an operation returns, TaskGroup owns what runs in the background,
// Signal wakes those who wait, with_timeout puts a deadline on anything. Rules
// (docs/decisions/0002-coroutines.md): parameters by value; no capturing lambda as a coroutine that outlives
// its caller; every background task has exactly one TaskGroup; never `||` with a timer, always with_timeout.
#pragma once
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/steady_timer.hpp>
#include <exception>
#include <functional>
#include <list>
#include <string>

namespace matchday {

template <class T = void>
using Task = boost::asio::awaitable<T>;
using Executor = boost::asio::any_io_executor;

// Owns background coroutines: each is named, its failure is reported, and shutdown is cancel_all() then
// join(). Lifetime: must be empty when destroyed, and must outlive what its tasks refer to. Loop thread only.
class TaskGroup {
 public:
  using OnError = std::function<void(const std::string& name, std::exception_ptr error)>;
  TaskGroup(Executor executor, OnError on_error);

  // Runs `task` until it ends. An exception other than a cancellation goes to `on_error`, and nowhere else.
  void spawn(std::string name, Task<void> task);

  // Asks every task to stop at its next suspension.
  void cancel_all();

  // Returns when no task is left.
  Task<void> join();

  std::size_t size() const { return live_.size(); }

 private:
  struct Entry {
    std::string name;
    boost::asio::cancellation_signal cancel;
  };
  Executor executor_;
  OnError on_error_;
  std::list<Entry> live_;
  boost::asio::steady_timer idle_;
};

// Wakes every coroutine that waits at that moment. Waking has no memory: a waiter checks its condition first,
// waits, and checks again. Loop thread only.
class Signal {
 public:
  explicit Signal(Executor executor);
  void notify_all();
  Task<void> wait();

 private:
  boost::asio::steady_timer parked_;
};

// True when `error` says that the coroutine was cancelled (not a failure of the work itself).
bool is_cancellation(const std::exception_ptr& error);

// What an exception says, in one short line, without the template names that Asio puts into what().
std::string describe(const std::exception_ptr& error);

}  // namespace matchday
