// The API of the work behind the scenes: jobs and dead letters (jobs that were given up) and timers, of an
// organization for those who may manage it, and of the whole installation for operators.
#pragma once
#include "jobs/queue.hpp"
#include "surfaces/api.hpp"

namespace matchday::surfaces {

class WorkApi {
 public:
  // Lifetime: everything outlives the routes.
  WorkApi(store::Database& database, jobs::Queue& queue, IdSource& ids)
      : database_(database), queue_(queue), changes_(database, ids) {}

  std::vector<ApiRoute> routes();

 private:
  using Answer = Task<Result<ApiAnswer>>;
  Answer jobs(ApiCall call);
  Answer run_job(ApiCall call);
  Answer discard_job(ApiCall call);
  Answer timers(ApiCall call);
  Answer run_timer(ApiCall call);
  Answer change_timer(ApiCall call);

  store::Database& database_;
  jobs::Queue& queue_;
  Changes changes_;
};

}  // namespace matchday::surfaces
