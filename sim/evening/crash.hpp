// CrashPlan: numbers every moment at which a process can die and says at which of them it does. Numbers begin
// again with each process, so that a second crash can be put into the recovery from the first.
#pragma once
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace matchday::sim {

// How finely moments are numbered.
enum class Detail {
  effects,  // each commit, sync of the disk, and send: between two of them nothing durable or remote changes
  awaits,   // also each read, and each time that any coroutine goes on
};

class CrashPlan {
 public:
  // Counting starts when it is armed. `at`: the numbers of the moments, from 1, each after the crash before
  // it; none: count only.
  void arm(std::deque<std::uint64_t> at, Detail detail = Detail::effects) {
    armed_ = true;
    at_ = std::move(at);
    detail_ = detail;
    begin();
  }
  void arm(std::uint64_t at) { arm(std::deque<std::uint64_t>{at}); }
  void count_only(Detail detail = Detail::effects) { arm(std::deque<std::uint64_t>{}, detail); }
  void disarm() { armed_ = false; }

  // A moment has come. True: the process dies now.
  bool strikes(std::string_view what, Detail of = Detail::effects) {
    if (!armed_ || struck_ || (of == Detail::awaits && detail_ == Detail::effects)) return false;
    ++count_;
    if (at_.empty()) {
      moments_.emplace_back(what);
      return false;
    }
    if (count_ != at_.front()) return false;
    at_.pop_front();
    struck_ = true;
    where_.emplace_back(what);
    return true;
  }

  // The process is dead and buried.
  bool take_strike() {
    if (!std::exchange(struck_, false)) return false;
    begin();
    return true;
  }
  bool struck() const { return struck_; }

  // Since the last crash, when only counting.
  std::uint64_t count() const { return count_; }
  const std::vector<std::string>& moments() const { return moments_; }
  // Where it struck.
  const std::vector<std::string>& where() const { return where_; }
  // All planned crashes have happened.
  bool all_struck() const { return at_.empty(); }

 private:
  void begin() {
    count_ = 0;
    moments_.clear();
  }

  bool armed_ = false;
  bool struck_ = false;
  Detail detail_ = Detail::effects;
  std::deque<std::uint64_t> at_;
  std::uint64_t count_ = 0;
  std::vector<std::string> moments_;
  std::vector<std::string> where_;
};

}  // namespace matchday::sim
