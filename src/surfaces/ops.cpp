// See ops.hpp.
#include "surfaces/ops.hpp"

#include "surfaces/problem.hpp"

namespace matchday::surfaces {
namespace {

Task<net::ServerResponse> health() {
  co_return answer_json(200, {{"status", "ok"}});
}

Task<net::ServerResponse> readiness(std::vector<Readiness> conditions) {
  json::object missing;
  for (const auto& condition : conditions) {
    if (!condition.ready()) missing[condition.name] = condition.reason;
  }
  const bool ready = missing.empty();
  co_return answer_json(ready ? 200 : 503, {{"status", ready ? "ready" : "not ready"}, {"missing", missing}});
}

Task<net::ServerResponse> metrics_page(const Metrics& metrics) {
  net::ServerResponse response{.body = metrics.text()};
  response.headers.set("Content-Type", "text/plain; version=0.0.4");
  co_return response;
}

}  // namespace

std::vector<Route> ops_routes(const Metrics& metrics, std::vector<Readiness> conditions) {
  return {{.method = "GET", .path = "/healthz", .handle = [](RouteRequest) { return health(); }},
          {.method = "GET",
           .path = "/readyz",
           .handle = [conditions](RouteRequest) { return readiness(conditions); }},
          {.method = "GET", .path = "/metrics", .handle = [&metrics](RouteRequest) {
             return metrics_page(metrics);
           }}};
}

}  // namespace matchday::surfaces
