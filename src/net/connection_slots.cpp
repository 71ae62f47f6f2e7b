// See connection_slots.hpp.
#include "net/connection_slots.hpp"

namespace matchday::net {

ConnectionSlots::Place::Place(ConnectionSlots& slots, Executor executor, const std::string& host)
    : changed(std::move(executor)), slots_(slots), host_(slots.hosts_.try_emplace(host).first) {
  auto& line = host_->second;
  at_ = line.insert(line.end(), this);
  slots_.grant(line);
}

ConnectionSlots::Place::~Place() {
  auto& line = host_->second;
  line.erase(at_);
  slots_.grant(line);
  if (line.empty()) slots_.hosts_.erase(host_);
}

void ConnectionSlots::grant(std::list<Place*>& line) {
  std::size_t position = 0;
  for (Place* place : line) {
    if (position++ == per_host_max_) return;
    if (place->granted_) continue;
    place->granted_ = true;
    place->changed.notify_all();
  }
}

void ConnectionSlots::close() {
  closed_ = true;
  for (auto& [host, line] : hosts_) {
    for (Place* place : line) place->changed.notify_all();
  }
}

}  // namespace matchday::net
