// WaitingLine: callers that wait for their turn, first come first served. Each has its own signal, and only
// the first is ever woken: a thousand waiters cost one wake-up for each start, not a thousand. Not here: when
// the first may start (whose line it is).
#pragma once
#include <list>

#include "base/task.hpp"

namespace matchday::net {

// Lifetime: outlives every place in it. Loop thread only.
class WaitingLine {
 public:
  explicit WaitingLine(Executor executor) : executor_(std::move(executor)) {}

  // A place in the line, given up when it goes out of scope for whatever reason; then the next is woken.
  class Place {
   public:
    explicit Place(WaitingLine& line)
        : line_(line), signal_(line.executor_), at_(line.places_.insert(line.places_.end(), this)) {}
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place() {
      const bool was_first = is_first();
      line_.places_.erase(at_);
      if (was_first) line_.wake_first();
    }

    bool is_first() const { return line_.places_.front() == this; }

    // Until it is woken. Remembers a wake-up that came before the wait began: with a deadline around it, the
    // wait starts a turn later.
    Task<void> wait() {
      while (!woken_) co_await signal_.wait();
      woken_ = false;
    }

   private:
    friend class WaitingLine;
    WaitingLine& line_;
    Signal signal_;
    bool woken_ = false;
    std::list<Place*>::iterator at_;
  };

  bool empty() const { return places_.empty(); }
  std::size_t size() const { return places_.size(); }

  void wake_first() {
    if (places_.empty()) return;
    places_.front()->woken_ = true;
    places_.front()->signal_.notify_all();
  }

 private:
  Executor executor_;
  std::list<Place*> places_;
};

}  // namespace matchday::net
