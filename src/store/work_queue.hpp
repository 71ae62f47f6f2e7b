// WorkQueue: what the loop hands to an engine's threads. Bounded; threads take from it until it is closed and
// empty.
#pragma once
#include <condition_variable>
#include <deque>
#include <mutex>

#include "store/database.hpp"

namespace matchday::store {

class WorkQueue {
 public:
  explicit WorkQueue(std::size_t size_max) : size_max_(size_max) {}

  // Work that does not fit, or comes after the end, is told at once that it did not happen.
  void push(Work work) {
    {
      const std::lock_guard lock(mutex_);
      if (!closed_ && queue_.size() < size_max_) {
        queue_.push_back(std::move(work));
        ready_.notify_one();
        return;
      }
    }
    work.done(SqlError(SqlFault::unavailable, "too much work is queued"));
  }

  // Waits for work, and gives what there is, `count_max` at most. Nothing: the queue is closed and empty.
  std::deque<Work> take(std::size_t count_max) {
    std::deque<Work> taken;
    std::unique_lock lock(mutex_);
    ready_.wait(lock, [this] { return closed_ || !queue_.empty(); });
    while (!queue_.empty() && taken.size() < count_max) {
      taken.push_back(std::move(queue_.front()));
      queue_.pop_front();
    }
    return taken;
  }

  // What is queued is still taken.
  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    ready_.notify_all();
  }

 private:
  std::size_t size_max_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<Work> queue_;
  bool closed_ = false;
};

}  // namespace matchday::store
