// Remembers in the database how long a use of each of Discord's routes counts: a process that follows another
// does not know what that one had used, and waits until it cannot matter any more. Written when a window is
// learned, which is once for each route, and at a clean stop.
#pragma once
#include <map>

#include "platforms/discord/rate_limiter.hpp"
#include "store/database.hpp"

namespace matchday::server {

// Lifetime: everything passed in outlives it. Loop thread only.
class LimitMemory {
 public:
  LimitMemory(Executor executor, Clock& clock, store::Database& database, discord::RateLimiter& limiter);

  // Holds what an earlier process used. Call once, before anything is sent.
  Task<Result<>> load();

  // Writes down what is learned, until cancelled.
  Task<void> run();

  // The last words: from now on nothing is sent.
  Task<void> save_at_end();

 private:
  void learned(const std::string& route, Duration window);
  Task<Result<>> save(std::map<std::string, Duration> windows);

  Clock& clock_;
  store::Database& database_;
  discord::RateLimiter& limiter_;
  std::map<std::string, Duration> unsaved_;
  Signal news_;
};

}  // namespace matchday::server
