// ConnectionSlots: at most so many exchanges with one host (or whatever the key names) at a time; the rest
// wait here, in order. Ours instead of libcurl's own pending queue, which was measured to halve the
// throughput and to raise p99 fiftyfold. Not here: deadlines (the caller's, around the wait).
#pragma once
#include <cstddef>
#include <list>
#include <map>
#include <string>

#include "base/task.hpp"

namespace matchday::net {

class ConnectionSlots {
 public:
  // A place in the line of one host, then a slot; given back when it goes out of scope. Lifetime: within the
  // slots'.
  class Place {
   public:
    Place(ConnectionSlots& slots, Executor executor, const std::string& host);
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;
    ~Place();

    bool granted() const { return granted_; }

    // Notified when `granted` changes, and by close().
    Signal changed;

   private:
    friend class ConnectionSlots;
    ConnectionSlots& slots_;
    std::map<std::string, std::list<Place*>>::iterator host_;
    std::list<Place*>::iterator at_;
    bool granted_ = false;
  };

  explicit ConnectionSlots(std::size_t per_host_max) : per_host_max_(per_host_max) {}

  // Wakes everybody, because the owner goes away: who finds closed() gives up.
  void close();
  bool closed() const { return closed_; }

 private:
  void grant(std::list<Place*>& line);
  std::size_t per_host_max_;
  bool closed_ = false;
  std::map<std::string, std::list<Place*>> hosts_;  // those with a slot first, then those who wait
};

}  // namespace matchday::net
