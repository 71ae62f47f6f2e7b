// Sends only while the sender's lease is held, and waits for no answer longer than that: so that two
// processes never send for the same bot at the same time. Not here: the lease (jobs/lease.hpp).
#pragma once
#include "jobs/lease.hpp"
#include "net/http_client.hpp"

namespace matchday::server {

class LeasedHttpClient final : public net::HttpClient {
 public:
  static constexpr Duration margin = 1s;      // an answer must be in before anybody else may begin
  static constexpr Duration least_time = 2s;  // with less than this left, a request is not begun

  // Lifetime: all outlive this. Without a lease (one process alone) everything is sent.
  LeasedHttpClient(net::HttpClient& inner, const jobs::Lease* lease) : inner_(inner), lease_(lease) {}

  // As HttpClient says; `unavailable` also without the lease.
  Task<Result<net::HttpResponse>> send(net::HttpRequest request) override;

 private:
  net::HttpClient& inner_;
  const jobs::Lease* lease_;
};

}  // namespace matchday::server
