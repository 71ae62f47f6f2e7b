// The runner: claims due jobs under a lease, calls their handlers, and writes down how each ended. A job
// whose process died is claimed again when its lease has run out; a handler that comes back after that finds
// its row fenced off.
#pragma once
#include <functional>
#include <map>
#include <set>
#include <string>
#include <variant>

#include "base/metrics.hpp"
#include "base/random.hpp"
#include "jobs/lease.hpp"
#include "jobs/queue.hpp"

namespace matchday::jobs {

struct Job {
  JobId id;
  OrganizationId organization;
  std::string kind;
  std::string subject;
  json::value payload;
  int attempt = 0;  // counts from 1
};

// How a run ended.
struct Done {};
struct Again {  // not a failure: there is more to do later
  Duration after;
  std::string waiting_for;  // a platform's name, if its recovery should wake this job earlier
};
struct Failed {  // tried again with back-off; at last a dead letter, unless something was unavailable
  Error error;
};
using Outcome = std::variant<Done, Again, Failed>;
using Handler = std::function<Task<Outcome>(Job)>;

// In which process a kind of job runs.
enum class Place {
  anywhere,  // in any that runs jobs
  sender,    // in the one that holds the sender's lease: it sends to platforms, or looks at the live state
};

struct RunnerOptions {
  // Many, because most of them only wait, for a platform's rate limit or a slow answer: whoever has to wait
  // must not keep those from starting who need not.
  std::size_t running_max = 2048;
  // What all waits for the same slow platform must leave room for the others.
  std::size_t running_of_kind_max = 1536;
  std::size_t running_of_organization_max = 1536;
  Duration lease = 90s;
  Duration handler_deadline = 60s;  // shorter than the lease, so that a lost lease means a dead process
  int attempts_max = 14;            // about an hour with the back-off below; then a dead letter
  Duration backoff_first = 1s;
  Duration backoff_max = 10min;
  Duration outage_pause_max =
      15s;                 // what was unavailable is asked for again so soon, and never a dead letter
  Duration poll_max = 1s;  // how late at most, if every notification is lost
  Duration inbox_kept = std::chrono::days(7);
  Duration dead_kept = std::chrono::days(30);
};

class Runner {
 public:
  Runner(Executor executor, Clock& clock, Random random, store::Database& database, Queue& queue,
         Metrics& metrics, RunnerOptions options);

  // At composition only.
  void handle(std::string kind, Handler handler, Place place = Place::anywhere);

  // Claims and runs until cancelled. `owner` names this process in leases; with `sole_owner` (SQLite: nobody
  // else can be alive) leases of others are void at once. With `everything` false, only what may run
  // anywhere: the sender's jobs follow with take_senders_jobs().
  Task<void> run(std::string owner, bool sole_owner, bool everything = true);

  // This process holds the sender's lease. Jobs of that place that others began are void at once; `fence`
  // guards every claim from now on. Lifetime: `fence` outlives the runner.
  void take_senders_jobs(const Lease& fence);

  // Jobs that run anywhere are left to other processes. Before run().
  void leave_the_others() { anywhere_ = false; }

  // Waits for running handlers, at most `patience`; then cancels them. Their jobs are claimed again later.
  Task<void> drain(Duration patience);

  std::size_t running() const { return group_.size(); }

 private:
  struct Entry {
    Handler handler;
    Place place;
  };
  // Whose leases are void although they have not run out.
  enum class Void { none, all, senders };

  // What there is to do, found by reading alone: an idle server commits nothing.
  struct Due {
    bool lost_leases = false;
    bool timers = false;
    bool jobs = false;
  };
  Task<Result<Due>> look(Void voided);
  std::string lost_condition(Void voided) const;
  std::string kinds_of(Place place) const;
  std::string mine(bool with_senders) const;
  // How many run of each kind and organization.
  struct Load {
    std::map<std::string, std::size_t, std::less<>> of_kind;
    std::map<OrganizationId, std::size_t> of_organization;
  };
  class Running;
  Task<Result<std::size_t>> work_once(Void voided);
  Task<Result<>> recover(Void voided);
  Task<Result<>> recover_own();
  Task<Result<>> tick_timetable();
  Task<Result<>> forget_old();
  Task<Result<std::vector<Job>>> claim(std::size_t count);
  store::Rows find_due(store::Transaction& tx, const Load& running, std::size_t count, Time now,
                       bool with_senders) const;
  bool has_room(const Load& running, const std::string& kind, OrganizationId organization) const;
  Task<void> run_one(Job job);
  Task<Outcome> call(Job job);
  Task<void> finish(Job job, Outcome outcome);
  Duration backoff(int attempt);

  Clock& clock_;
  Random random_;
  store::Database& database_;
  Queue& queue_;
  Metrics& metrics_;
  RunnerOptions options_;
  std::map<std::string, Entry> handlers_;
  std::string owner_;
  bool anywhere_ = true;          // runs what may run anywhere
  bool senders_ = true;           // runs what belongs to the sender
  const Lease* fence_ = nullptr;  // by which it does so
  bool senders_new_ = false;      // it has just become the sender
  std::set<JobId> running_ids_;
  // A claim or an end was not answered by the database: rows may say that we run what we do not.
  bool in_doubt_ = false;
  Load running_;
  TaskGroup group_;
};

}  // namespace matchday::jobs
