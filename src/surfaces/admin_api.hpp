// What operators see of the running server: what it is and how it does, its last log lines, and all of it in
// one file for whoever helps them. No secret and no personal name is in it, but what is in the log. Not here:
// organizations (features/organizations/api_admin.cpp), jobs and timers (work_api.hpp).
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "surfaces/api.hpp"
#include "surfaces/ops.hpp"

namespace matchday::surfaces {

// What the server knows about itself.
struct AboutServer {
  std::string version;
  std::string database;  // "SQLite" or "PostgreSQL"
  Time started;
  std::vector<Readiness> conditions;
  std::function<json::object()> settings;  // by name; secrets only as set or not set
  const Metrics* metrics = nullptr;
};

class AdminApi {
 public:
  // Lifetime: everything outlives the routes.
  AdminApi(Clock& clock, store::Database& database, AboutServer about)
      : clock_(clock), database_(database), about_(std::move(about)) {}

  std::vector<ApiRoute> routes();

 private:
  using Answer = Task<Result<ApiAnswer>>;
  Answer status(ApiCall call);
  Answer log(ApiCall call);
  Answer support_bundle(ApiCall call);
  Task<Result<json::object>> describe();

  Clock& clock_;
  store::Database& database_;
  AboutServer about_;
};

}  // namespace matchday::surfaces
