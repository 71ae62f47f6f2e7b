// See curl_loop.hpp.
#include "net/curl_loop.hpp"

#include "base/error.hpp"

namespace matchday::net {
namespace asio = boost::asio;

CurlLoop::CurlLoop(Executor executor, long cached_connections_max)
    : executor_(std::move(executor)), timer_(std::make_shared<asio::steady_timer>(executor_)) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  CHECK(initialised == CURLE_OK);
  multi_ = curl_multi_init();
  CHECK(multi_ != nullptr);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &CurlLoop::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &CurlLoop::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, cached_connections_max);
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
}

CurlLoop::~CurlLoop() {
  CHECK(transfers_.empty());
  curl_multi_cleanup(multi_);  // closes idle connections, which drops their watches
  for (auto& [socket, watch] : watches_) watch->descriptor.release();
}

void CurlLoop::add(CURL* transfer, OnEnd on_end) {
  transfers_.emplace(transfer, std::move(on_end));
  CHECK(curl_multi_add_handle(multi_, transfer) == CURLM_OK);
}

void CurlLoop::remove(CURL* transfer) {
  if (transfers_.erase(transfer) > 0) curl_multi_remove_handle(multi_, transfer);
}

int CurlLoop::on_socket(CURL*, curl_socket_t socket, int what, void* self, void*) {
  auto& loop = *static_cast<CurlLoop*>(self);
  auto found = loop.watches_.find(socket);
  if (what == CURL_POLL_REMOVE) {
    if (found == loop.watches_.end()) return 0;
    found->second->dropped = true;
    found->second->descriptor.release();  // libcurl closes it, not we
    loop.watches_.erase(found);
    return 0;
  }
  if (found == loop.watches_.end()) {
    found = loop.watches_.emplace(socket, std::make_shared<Watch>(loop.executor_, socket)).first;
  }
  found->second->wanted = what;
  loop.arm(found->second);
  return 0;
}

int CurlLoop::on_timer(CURLM*, long timeout_ms, void* self) {
  static_cast<CurlLoop*>(self)->set_timer(timeout_ms);
  return 0;
}

void CurlLoop::set_timer(long timeout_ms) {
  if (timeout_ms < 0) {
    timer_->cancel();
    return;
  }
  timer_->expires_after(std::chrono::milliseconds(timeout_ms));
  timer_->async_wait([this, alive = std::weak_ptr(timer_)](boost::system::error_code cancelled) {
    if (!cancelled && !alive.expired()) act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlLoop::arm(const std::shared_ptr<Watch>& watch) {
  if ((watch->wanted & CURL_POLL_IN) != 0 && !watch->waits_read) wait_read(watch);
  if ((watch->wanted & CURL_POLL_OUT) != 0 && !watch->waits_write) wait_write(watch);
}

void CurlLoop::wait_read(const std::shared_ptr<Watch>& watch) {
  watch->waits_read = true;
  watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_read,
                               [this, weak = std::weak_ptr(watch)](boost::system::error_code error) {
                                 const auto ready = weak.lock();
                                 if (!ready || ready->dropped || error == asio::error::operation_aborted)
                                   return;
                                 ready->waits_read = false;
                                 if ((ready->wanted & CURL_POLL_IN) == 0) return;
                                 act(ready->descriptor.native_handle(),
                                     error ? CURL_CSELECT_ERR : CURL_CSELECT_IN);
                                 if (!ready->dropped) arm(ready);
                               });
}

void CurlLoop::wait_write(const std::shared_ptr<Watch>& watch) {
  watch->waits_write = true;
  watch->descriptor.async_wait(asio::posix::stream_descriptor::wait_write,
                               [this, weak = std::weak_ptr(watch)](boost::system::error_code error) {
                                 const auto ready = weak.lock();
                                 if (!ready || ready->dropped || error == asio::error::operation_aborted)
                                   return;
                                 ready->waits_write = false;
                                 if ((ready->wanted & CURL_POLL_OUT) == 0) return;
                                 act(ready->descriptor.native_handle(),
                                     error ? CURL_CSELECT_ERR : CURL_CSELECT_OUT);
                                 if (!ready->dropped) arm(ready);
                               });
}

void CurlLoop::act(curl_socket_t socket, int events) {
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE) continue;
    const auto found = transfers_.find(message->easy_handle);
    if (found != transfers_.end()) found->second(message->data.result);
  }
}

}  // namespace matchday::net
