// See holds.hpp.
#include "sandbox/front/holds.hpp"

namespace matchday::sandbox {

Task<Holds::Release> Holds::hold(Held held) {
  const auto entry = held_.insert(held_.end(), {.held = std::move(held)});
  // Also when this coroutine is cancelled: the peer is gone, and so is what it waited for.
  struct Leave {
    std::list<Entry>& list;
    std::list<Entry>::iterator entry;
    ~Leave() { list.erase(entry); }
  } leave{held_, entry};
  changed_.notify_all();
  while (!entry->released) co_await changed_.wait();
  co_return *entry->released;
}

std::size_t Holds::release(Release how) {
  std::size_t count = 0;
  for (auto& entry : held_) {
    if (entry.released) continue;
    entry.released = how;
    ++count;
  }
  changed_.notify_all();
  return count;
}

Task<void> Holds::wait_until_held() {
  while (held_.empty()) co_await changed_.wait();
}

json::array Holds::describe() const {
  json::array list;
  for (const auto& [held, released] : held_) {
    if (released) continue;
    list.emplace_back(json::object{{"number", held.number},
                                   {"platform", held.platform},
                                   {"method", held.method},
                                   {"path", held.path},
                                   {"when", held.when},
                                   {"since", to_ms(held.since)}});
  }
  return list;
}

}  // namespace matchday::sandbox
