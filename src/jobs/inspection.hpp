// The queue as people look at it: which work waits, runs or was given up, and what happens at which times.
// Everything runs in its caller's transaction. What is nobody's organization belongs to organization 0.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "jobs/queue.hpp"

namespace matchday::jobs {

struct JobInfo {
  JobId id;
  OrganizationId organization;
  std::string kind;
  std::string subject;
  std::string state;  // "ready", "leased", "dead"
  Time run_at;        // of a dead one: when it was given up
  int attempt = 0;
  std::optional<std::string> waiting_for;
  std::optional<std::string> last_error;
  Time created_at;
};

struct JobQuery {
  std::optional<OrganizationId> organization;  // nothing: everybody's
  std::string state = {};                      // empty: any
  std::optional<JobId> before = {};            // older than this one
  int limit = 50;
};

// Newest first.
std::vector<JobInfo> list_jobs(store::Transaction& tx, const JobQuery& query);

// How many are in a state.
std::int64_t count_jobs(store::Transaction& tx, std::optional<OrganizationId> organization,
                        std::string_view state);

// Nothing when there is none, or it is not that organization's.
std::optional<JobInfo> find_job(store::Transaction& tx, std::optional<OrganizationId> organization, JobId id);

// Runs it now: a dead one from its first attempt. Error `conflict`: it runs at this moment.
Result<JobInfo> run_now(store::Transaction& tx, Queue& queue, const JobInfo& job, Time now);

// A dead one is forgotten. Error `conflict`: it is not dead.
Result<> discard(store::Transaction& tx, const JobInfo& job);

struct TimerInfo {
  OrganizationId organization;
  std::string kind;
  std::string subject;
  std::optional<Duration> interval;  // nothing: once
  Time next_run;
  std::optional<Time> last_run;
  std::int64_t skipped = 0;
  bool active = true;
};

std::vector<TimerInfo> list_timers(store::Transaction& tx, OrganizationId organization);
std::optional<TimerInfo> find_timer(store::Transaction& tx, OrganizationId organization,
                                    std::string_view kind, std::string_view subject);

// Its job runs now; when it is due next stays as it is.
void run_now(store::Transaction& tx, Queue& queue, const TimerInfo& timer, Time now);

// A paused one enqueues nothing. Going on, it is due at its next regular time.
void set_active(store::Transaction& tx, const TimerInfo& timer, bool active, Time now);

}  // namespace matchday::jobs
