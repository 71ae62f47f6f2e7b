// Sends requests to osu! within the limiter's budget and the breaker's leave, and tells both how they went.
// Every request of the client and of its token goes through here. Not here: repeats (client.cpp).
// Private to platforms/osu.
#pragma once
#include "base/json.hpp"
#include "net/http_client.hpp"
#include "platforms/osu/breaker.hpp"
#include "platforms/osu/limiter.hpp"

namespace matchday::osu {

// Lifetime: http, limiter and clock outlive it; it outlives every send().
class PoliteSender {
 public:
  using Reader = Result<json::value> (*)(const net::HttpResponse&);

  PoliteSender(net::HttpClient& http, Limiter& limiter, Clock& clock, BreakerOptions breaker, Random random);

  // Once, before `deadline`. What `read` makes of the answer; `limited` with retry_after when the budget or
  // osu! says so; `unavailable` when nothing came, with retry_after when the breaker is open.
  Task<Result<json::value>> send(net::HttpRequest request, int units, Steady deadline, Reader read);

  // Nobody but a single probe gets through at present.
  bool is_down() const { return breaker_.is_open(); }

 private:
  Task<Result<json::value>> send_through(Breaker::Pass pass, net::HttpRequest request, Reader read);
  void slow_down(Error& error);
  void gave_up(Breaker::Pass pass, Error& error, bool outright);

  net::HttpClient& http_;
  Limiter& limiter_;
  Clock& clock_;
  Random random_;
  Breaker breaker_;
};

}  // namespace matchday::osu
