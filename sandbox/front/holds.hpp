// Holds: requests that a fault keeps unanswered until somebody lets them go, so that a test can kill the bot
// at exactly that moment.
#pragma once
#include <cstdint>
#include <list>
#include <optional>
#include <string>

#include "base/json.hpp"
#include "base/task.hpp"
#include "base/time.hpp"

namespace matchday::sandbox {

class Holds {
 public:
  enum class Release { proceed, drop };

  // Lifetime: outlives every wait.
  explicit Holds(Executor executor) : changed_(executor) {}

  struct Held {
    std::uint64_t number = 0;  // the platform's request number
    std::string platform;
    std::string method;
    std::string path;
    std::string when;  // "before" or "after" its effect
    Time since;
  };

  // Waits for release(). `proceed`: go on as if nothing had been; `drop`: no further effect and no answer.
  Task<Release> hold(Held held);

  // Lets everything go that is held now. Gives how many.
  std::size_t release(Release how);

  // Returns when something is held, at once if something is.
  Task<void> wait_until_held();

  // [{number, platform, method, path, when, since}]
  json::array describe() const;

 private:
  struct Entry {
    Held held;
    std::optional<Release> released;
  };

  std::list<Entry> held_;
  Signal changed_;
};

}  // namespace matchday::sandbox
