// See leased_http_client.hpp.
#include "server/leased_http_client.hpp"

namespace matchday::server {

Task<Result<net::HttpResponse>> LeasedHttpClient::send(net::HttpRequest request) {
  if (lease_) {
    const auto left = lease_->left() - margin;
    if (left < least_time) {
      co_return fail(ErrorKind::unavailable,
                     "This process may not send now: it does not hold the sender's lease.");
    }
    request.deadline = std::min(request.deadline, left);
  }
  co_return co_await inner_.send(std::move(request));
}

}  // namespace matchday::server
