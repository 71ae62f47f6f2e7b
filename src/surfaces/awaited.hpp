// Awaited: one value that one coroutine gives and others wait for. It is kept, unlike the wake of a Signal,
// so that a giver who is faster than the waiter's start is not missed. Loop thread only.
#pragma once
#include <memory>
#include <optional>
#include <utility>

#include "base/task.hpp"

namespace matchday::surfaces {

template <class T>
class Awaited {
 public:
  explicit Awaited(Executor executor) : given_(std::move(executor)) {}

  void give(T value) {
    value_ = std::move(value);
    given_.notify_all();
  }
  const std::optional<T>& value() const { return value_; }

  // By shared pointer, because a deadline may end the wait while the giver still works.
  static Task<void> wait(std::shared_ptr<Awaited> awaited) {
    while (!awaited->value_) co_await awaited->given_.wait();
  }

 private:
  std::optional<T> value_;
  Signal given_;
};

}  // namespace matchday::surfaces
