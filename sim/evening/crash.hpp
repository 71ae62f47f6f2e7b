// CrashPlan: numbers every moment at which a process can die with consequences (each commit, each send) and
// says at which of them it does.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

namespace matchday::sim {

class CrashPlan {
 public:
  // Counting starts when it is armed. `at`: the number of the moment, from 1; 0: count only.
  void arm(std::uint64_t at) {
    armed_ = true;
    at_ = at;
    moments_.clear();
  }
  void disarm() { armed_ = false; }

  // A moment has come. True: the process dies now.
  bool strikes(std::string what) {
    if (!armed_) return false;
    moments_.push_back(std::move(what));
    if (moments_.size() != at_) return false;
    struck_ = true;
    return true;
  }

  // The process is dead and buried.
  bool take_strike() { return std::exchange(struck_, false); }
  bool struck() const { return struck_; }
  const std::vector<std::string>& moments() const { return moments_; }

 private:
  bool armed_ = false;
  bool struck_ = false;
  std::uint64_t at_ = 0;
  std::vector<std::string> moments_;
};

}  // namespace matchday::sim
