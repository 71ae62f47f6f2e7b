// See timeline.hpp.
#include "sandbox/front/timeline.hpp"

namespace matchday::sandbox {
namespace {

// A start, ten moves and a finish of two matches, with room to scroll.
constexpr std::size_t entries_max = 250;

}  // namespace

void Timeline::add(std::string_view kind, json::object details, Time now) {
  details["id"] = next_id_++;
  details["at"] = to_ms(now);
  details["kind"] = kind;
  entries_.push_back(std::move(details));
  if (entries_.size() > entries_max) entries_.pop_front();
}

json::array Timeline::describe() const {
  json::array list;
  for (const auto& entry : entries_) list.emplace_back(entry);
  return list;
}

}  // namespace matchday::sandbox
