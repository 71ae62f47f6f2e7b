// CurlLoop: libcurl's multi interface driven by Asio. libcurl says which sockets and which instant it waits
// for; we wait for them on our loop and tell it. Private to net: the one other user of <curl/curl.h> is
// curl_exchange.
#pragma once
#include <curl/curl.h>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <memory>
#include <unordered_map>

#include "base/task.hpp"

namespace matchday::net {

class CurlLoop {
 public:
  using OnEnd = std::function<void(CURLcode)>;

  // `cached_connections_max`: idle connections kept for reuse, over all hosts.
  CurlLoop(Executor executor, long cached_connections_max);
  CurlLoop(const CurlLoop&) = delete;
  CurlLoop& operator=(const CurlLoop&) = delete;
  // Every transfer must have been removed.
  ~CurlLoop();

  // Starts a transfer. `on_end` is called once, from the loop, never from within add(); it must not call
  // remove().
  void add(CURL* transfer, OnEnd on_end);

  // Forgets a transfer, ended or not. Its connection is closed unless the exchange was complete. Not from
  // callbacks.
  void remove(CURL* transfer);

 private:
  // A socket that libcurl owns and we watch. Callbacks hold it weakly: libcurl may drop it while they are
  // queued.
  struct Watch {
    Watch(const Executor& executor, curl_socket_t socket) : descriptor(executor, socket) {}
    boost::asio::posix::stream_descriptor descriptor;
    int wanted = 0;
    bool waits_read = false;
    bool waits_write = false;
    bool dropped = false;
  };

  static int on_socket(CURL* transfer, curl_socket_t socket, int what, void* self, void* unused);
  static int on_timer(CURLM* multi, long timeout_ms, void* self);
  void set_timer(long timeout_ms);
  void arm(const std::shared_ptr<Watch>& watch);
  void wait_read(const std::shared_ptr<Watch>& watch);
  void wait_write(const std::shared_ptr<Watch>& watch);
  void act(curl_socket_t socket, int events);

  Executor executor_;
  CURLM* multi_;
  std::unordered_map<CURL*, OnEnd> transfers_;
  std::unordered_map<curl_socket_t, std::shared_ptr<Watch>> watches_;
  std::shared_ptr<boost::asio::steady_timer>
      timer_;  // shared, so that a queued callback can see that we are gone
};

}  // namespace matchday::net
