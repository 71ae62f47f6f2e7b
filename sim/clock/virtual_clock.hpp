// Virtual time: a Clock that stands still while code runs and jumps to the next wake-up when nothing can run.
// A minute of back-off takes no time, and two runs with one seed see the same instants.
#pragma once
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <exception>
#include <functional>
#include <map>
#include <optional>

#include "base/time.hpp"

namespace matchday::sim {

class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(Time start = from_ms(1'800'000'000'000)) : now_(start) {}
  ~VirtualClock() override { forget_all(); }

  Time now() const override { return now_; }
  Steady steady() const override { return Steady(now_.time_since_epoch()); }
  Task<void> wait_until(Steady when) override;

  // Calls `action` at that instant, from the loop. For the world around the code under test.
  void call_at(Time when, std::move_only_function<void()> action);

  std::optional<Time> next_wake() const;

  // Moves time to the next wake-up and wakes it. False when nothing waits.
  bool advance();

  // Moves time on without waking anybody. `to` must not be after the next wake-up.
  void set(Time to) { now_ = to > now_ ? to : now_; }

  // Drops everything that waits, without waking it: what a crash does to a process.
  void forget_all();

 private:
  using Wake = std::move_only_function<void(boost::system::error_code)>;
  Time now_;
  std::uint64_t next_number_ = 0;
  // Ordered by instant, then by who asked first, so that runs repeat.
  std::map<std::pair<Time, std::uint64_t>, Wake> waiting_;
};

// Runs `context` and `clock` together until `done` says so, or nothing is left to happen, or `limit` of
// virtual time has passed. True if `done` became true.
bool run_until(boost::asio::io_context& context, VirtualClock& clock, Duration limit,
               const std::function<bool()>& done);

// Drives one coroutine to its end on virtual time and gives its value. Throws what it throws; CHECKs that it
// ends.
template <class T>
T run(boost::asio::io_context& context, VirtualClock& clock, Task<T> task,
      Duration limit = std::chrono::hours(24));
void run(boost::asio::io_context& context, VirtualClock& clock, Task<void> task,
         Duration limit = std::chrono::hours(24));

}  // namespace matchday::sim

#include <boost/asio/co_spawn.hpp>

template <class T>
T matchday::sim::run(boost::asio::io_context& context, VirtualClock& clock, Task<T> task, Duration limit) {
  std::optional<T> value;
  run(
      context, clock,
      [](Task<T> inner, std::optional<T>* out) -> Task<void> { out->emplace(co_await std::move(inner)); }(
                                                   std::move(task), &value),
      limit);
  return std::move(*value);
}
