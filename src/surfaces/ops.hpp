// Pages for operators and their monitoring: is the process alive, is it ready to work, and its metrics.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "surfaces/router.hpp"

namespace matchday::surfaces {

// One condition for being ready; `reason` says what is missing.
struct Readiness {
  std::string name;
  std::function<bool()> ready;
  std::string reason;
};

// GET /healthz (200 while the loop turns), /readyz (200 or 503 with what is missing), /metrics (Prometheus
// text).
std::vector<Route> ops_routes(const Metrics& metrics, std::vector<Readiness> conditions);

}  // namespace matchday::surfaces
