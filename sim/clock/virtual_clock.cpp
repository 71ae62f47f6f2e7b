// See virtual_clock.hpp.
#include "sim/clock/virtual_clock.hpp"

#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace matchday::sim {
namespace asio = boost::asio;

Task<void> VirtualClock::wait_until(Steady when) {
  const Time wake_at = std::max(now_, Time(when.time_since_epoch()));
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void(boost::system::error_code)>(
      [this, wake_at](auto handler) {
        const auto key = std::pair(wake_at, next_number_++);
        auto slot = asio::get_associated_cancellation_slot(handler);
        if (slot.is_connected()) {
          slot.assign([this, key](asio::cancellation_type) {
            const auto found = waiting_.find(key);
            if (found == waiting_.end()) return;
            auto wake = std::move(found->second);
            waiting_.erase(found);
            wake(asio::error::operation_aborted);
          });
        }
        auto executor = asio::get_associated_executor(handler);
        waiting_.emplace(
            key, [handler = std::move(handler), executor](boost::system::error_code error) mutable {
              asio::post(executor,
                         [handler = std::move(handler), error]() mutable { std::move(handler)(error); });
            });
      },
      asio::use_awaitable);
}

void VirtualClock::call_at(Time when, std::move_only_function<void()> action) {
  waiting_.emplace(std::pair(std::max(now_, when), next_number_++),
                   [action = std::move(action)](boost::system::error_code) mutable { action(); });
}

std::optional<Time> VirtualClock::next_wake() const {
  return waiting_.empty() ? std::nullopt : std::optional(waiting_.begin()->first.first);
}

bool VirtualClock::advance() {
  if (waiting_.empty()) return false;
  auto next = waiting_.extract(waiting_.begin());
  now_ = std::max(now_, next.key().first);
  next.mapped()({});
  return true;
}

void VirtualClock::forget_all() {
  while (!waiting_.empty()) {
    auto dropped = std::move(waiting_);  // destroying a waiter may register another
    waiting_.clear();
  }
}

bool run_until(asio::io_context& context, VirtualClock& clock, Duration limit,
               const std::function<bool()>& done) {
  const Time end = clock.now() + limit;
  for (;;) {
    context.restart();
    while (context.poll_one() > 0) {
      if (done()) return true;
    }
    if (done()) return true;
    const auto next = clock.next_wake();
    if (!next || *next > end) return false;
    clock.advance();
  }
}

void run(asio::io_context& context, VirtualClock& clock, Task<void> task, Duration limit) {
  bool ended = false;
  std::exception_ptr error;
  asio::co_spawn(context, std::move(task), [&](std::exception_ptr e) {
    error = e;
    ended = true;
  });
  CHECK(run_until(context, clock, limit, [&] { return ended; }));
  if (error) std::rethrow_exception(error);
}

}  // namespace matchday::sim
