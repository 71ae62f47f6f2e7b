// See runner.hpp.
#include "jobs/runner.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/timeout.hpp"

namespace matchday::jobs {
namespace {

using store::Transaction;

Job to_job(const store::Row& row) {
  return Job{.id = row.get<JobId>("id"),
             .organization = row.get<OrganizationId>("organization_id"),
             .kind = row.get<std::string>("kind"),
             .subject = row.get<std::string>("subject"),
             .payload = row.get<json::value>("payload"),
             .attempt = row.get<int>("attempt")};
}

// Gives a leased job back as ready. If the same work was asked for meanwhile, that newer row stands for both,
// at the earlier of their times.
void give_back(Transaction& tx, JobId id, int attempt, Time run_at, int attempts_counted,
               const std::optional<std::string>& waiting_for, const std::optional<std::string>& error) {
  const auto superseded = tx.run(
      "update jobs set run_at_ms = case when run_at_ms < :run_at then run_at_ms else :run_at end"
      " where state = 'ready' and exists (select 1 from jobs as ours where ours.id = :id"
      "   and ours.state = 'leased' and ours.attempt = :attempt and ours.kind = jobs.kind"
      "   and ours.organization_id = jobs.organization_id and ours.subject = jobs.subject)",
      {{"id", id}, {"attempt", attempt}, {"run_at", run_at}});
  if (superseded.affected > 0) {
    tx.run("delete from jobs where id = :id", {{"id", id}});
    return;
  }
  tx.run(
      "update jobs set state = 'ready', run_at_ms = :run_at, attempt = :attempts, waiting_for = :waiting_for,"
      " last_error = :error, lease_owner = null, lease_until_ms = null"
      " where id = :id and state = 'leased' and attempt = :attempt",
      {{"id", id},
       {"attempt", attempt},
       {"run_at", run_at},
       {"attempts", attempts_counted},
       {"waiting_for", waiting_for},
       {"error", error}});
}

}  // namespace

Runner::Runner(Executor executor, Clock& clock, Random random, store::Database& database, Queue& queue,
               Metrics& metrics, RunnerOptions options)
    : clock_(clock),
      random_(random),
      database_(database),
      queue_(queue),
      metrics_(metrics),
      options_(options),
      group_(std::move(executor), [](const std::string& name, const std::exception_ptr& error) {
        log::error("A job's bookkeeping failed", {{"job", name}, {"error", describe(error)}});
      }) {}

void Runner::handle(std::string kind, Handler handler, Place place) {
  const bool added = handlers_.emplace(std::move(kind), Entry{std::move(handler), place}).second;
  CHECK(added);
}

void Runner::take_senders_jobs(const Lease& fence) {
  fence_ = &fence;
  senders_ = true;
  senders_new_ = true;
  queue_.wake_runner();
}

Task<void> Runner::run(std::string owner, bool sole_owner, bool everything) {
  owner_ = std::move(owner);
  senders_ = everything || fence_;
  auto voided = sole_owner ? Void::all : Void::none;
  Steady forget_at = clock_.steady();
  for (;;) {
    const auto seen = queue_.wakes();
    if (std::exchange(senders_new_, false)) voided = Void::senders;
    auto claimed = co_await work_once(voided);
    if (claimed) {
      voided = Void::none;
    } else {
      log::warning("The job queue cannot be read; trying again", {{"error", claimed.error().describe()}});
    }
    if (clock_.steady() >= forget_at && co_await forget_old()) forget_at = clock_.steady() + 1h;
    if (claimed.value_or(0) == 0)
      (void)co_await completes_within(clock_, options_.poll_max, queue_.wait_beyond(seen));
  }
}

// Gives how many jobs it has started.
Task<Result<std::size_t>> Runner::work_once(Void voided) {
  if (in_doubt_) {
    if (auto done = co_await recover_own(); !done) co_return std::unexpected(done.error());
    in_doubt_ = false;
  }
  auto due = co_await look(voided);
  if (!due) co_return std::unexpected(due.error());
  if (due->lost_leases) {
    if (auto done = co_await recover(voided); !done) co_return std::unexpected(done.error());
  }
  if (due->timers) {
    if (auto done = co_await tick_timetable(); !done) co_return std::unexpected(done.error());
  }
  if (!(due->jobs || due->lost_leases || due->timers) || group_.size() >= options_.running_max) co_return 0;
  // In helpings, so that no organization takes much more than its share at one go.
  constexpr std::size_t helping = 256;
  auto jobs = co_await claim(std::min(helping, options_.running_max - group_.size()));
  if (!jobs) {
    in_doubt_ = true;
    co_return std::unexpected(jobs.error());
  }
  for (auto& job : *jobs) {
    running_ids_.insert(job.id);
    group_.spawn(fmt::format("{} {}", job.kind, job.subject), run_one(job));
  }
  co_return jobs->size();
}

// Kinds of one place as a list for SQL; empty when there is none. They are names of our own code, never
// input.
std::string Runner::kinds_of(Place place) const {
  std::string out;
  for (const auto& [kind, entry] : handlers_) {
    if (entry.place == place) out += fmt::format("{}'{}'", out.empty() ? "" : ", ", kind);
  }
  return out;
}

// Jobs of kinds that this process runs now, as a condition. Kinds that nobody here knows are ours too: they
// end as dead letters, which people see.
std::string Runner::mine(bool with_senders) const {
  std::string condition = "1 = 1";
  const auto without = [&](const std::string& kinds) {
    if (!kinds.empty()) condition += fmt::format(" and kind not in ({})", kinds);
  };
  if (!with_senders) without(kinds_of(Place::sender));
  if (!anywhere_) without(kinds_of(Place::anywhere));
  return condition;
}

std::string Runner::lost_condition(Void voided) const {
  const auto senders = kinds_of(Place::sender);
  const auto also = voided == Void::all                           ? std::string("lease_owner <> :owner")
                    : voided == Void::senders && !senders.empty() ? fmt::format("kind in ({})", senders)
                                                                  : std::string("1 = 0");
  // The parameter is named in every case, so that one list of values serves all.
  return fmt::format("state = 'leased' and (lease_until_ms < :now or ({} and :owner <> ''))", also);
}

Task<Result<Runner::Due>> Runner::look(Void voided) {
  const auto sql = fmt::format(
      "select exists (select 1 from jobs where {}) as lost,"
      " exists (select 1 from timetable where active = 1 and next_run_at_ms <= :now) as timers,"
      " exists (select 1 from jobs where state = 'ready' and run_at_ms <= :now and {}) as ready",
      lost_condition(voided), mine(senders_));
  co_return co_await database_.read([sql, now = clock_.now(), owner = owner_](Transaction& tx) {
    const auto rows = tx.run(sql, {{"now", now}, {"owner", owner}});
    const auto& row = rows.front();
    return Due{.lost_leases = row.get<bool>("lost"),
               .timers = row.get<bool>("timers"),
               .jobs = row.get<bool>("ready")};
  });
}

Task<void> Runner::drain(Duration patience) {
  if (!co_await completes_within(clock_, patience, group_.join())) {
    group_.cancel_all();
    co_await group_.join();
  }
}

// Leases that ran out, or whose owners cannot be alive, become ready again.
Task<Result<>> Runner::recover(Void voided) {
  const auto sql = fmt::format("select id, attempt from jobs where {}", lost_condition(voided));
  co_return co_await database_.transact(
      [sql, now = clock_.now(), owner = owner_](Transaction& tx) -> Result<> {
        for (const auto& row : tx.run(sql, {{"now", now}, {"owner", owner}})) {
          const int attempt = row.get<int>("attempt");
          give_back(tx, row.get<JobId>("id"), attempt, now, attempt, std::nullopt, "its process ended");
        }
        return {};
      });
}

// What we hold by the database's word and do not run: its answer to a commit was lost. Without this it would
// wait for its lease to run out.
Task<Result<>> Runner::recover_own() {
  co_return co_await database_.transact(
      [now = clock_.now(), owner = owner_, running = running_ids_](Transaction& tx) -> Result<> {
        for (const auto& row :
             tx.run("select id, attempt from jobs where state = 'leased' and lease_owner = :owner",
                    {{"owner", owner}})) {
          const auto id = row.get<JobId>("id");
          const int attempt = row.get<int>("attempt");
          if (!running.contains(id))
            give_back(tx, id, attempt, now, attempt, std::nullopt, "the database did not say how it ended");
        }
        return {};
      });
}

Task<Result<>> Runner::tick_timetable() {
  co_return co_await database_.transact([this, now = clock_.now()](Transaction& tx) -> Result<> {
    const auto due =
        tx.run("select * from timetable where active = 1 and next_run_at_ms <= :now", {{"now", now}});
    for (const auto& row : due) {
      const auto interval = row.get<std::optional<Duration>>("interval_ms");
      const auto planned = row.get<Time>("next_run_at_ms");
      // Late by more than a whole interval means that nobody ran then.
      const bool missed = interval && now - planned > *interval;
      const bool skip = missed && row.get<std::string>("when_missed") == "skip";
      const Time next = !interval ? planned : planned + *interval * ((now - planned) / *interval + 1);
      const auto organization = row.get<OrganizationId>("organization_id");
      const auto kind = row.get<std::string>("kind");
      const auto subject = row.get<std::string>("subject");
      tx.run(
          "update timetable set next_run_at_ms = :next, active = :active, skipped = skipped + :skipped,"
          " last_run_at_ms = case when :skipped = 1 then last_run_at_ms else :now end"
          " where organization_id = :organization and kind = :kind and subject = :subject",
          {{"next", next},
           {"active", interval.has_value()},
           {"skipped", skip},
           {"now", now},
           {"organization", organization},
           {"kind", kind},
           {"subject", subject}});
      if (!skip)
        queue_.enqueue(tx, {.organization = organization, .kind = kind, .subject = subject, .run_at = now});
    }
    return {};
  });
}

Task<Result<>> Runner::forget_old() {
  co_return co_await database_.transact(
      [inbox_before = clock_.now() - options_.inbox_kept,
       dead_before = clock_.now() - options_.dead_kept](Transaction& tx) -> Result<> {
        tx.run("delete from inbox where received_at_ms < :before", {{"before", inbox_before}});
        tx.run("delete from jobs where state = 'dead' and run_at_ms < :before", {{"before", dead_before}});
        return {};
      });
}

bool Runner::has_room(const Load& running, const std::string& kind, OrganizationId organization) const {
  const auto of_kind = running.of_kind.find(kind);
  const auto of_organization = running.of_organization.find(organization);
  return (of_kind == running.of_kind.end() || of_kind->second < options_.running_of_kind_max) &&
         (of_organization == running.of_organization.end() ||
          of_organization->second < options_.running_of_organization_max);
}

// The backlog of a kind or an organization that is full is skipped, so that what is behind it is found.
store::Rows Runner::find_due(Transaction& tx, const Load& running, std::size_t count, Time now,
                             bool with_senders) const {
  auto but_not = " and " + mine(with_senders);
  std::vector<std::string> names;
  for (const auto& [organization, of_it] : running.of_organization) {
    if (of_it >= options_.running_of_organization_max)
      but_not += fmt::format(" and organization_id <> {}", organization.value);
  }
  std::vector<std::string_view> full_kinds;
  for (const auto& [kind, of_it] : running.of_kind) {
    if (of_it >= options_.running_of_kind_max) full_kinds.push_back(kind);
  }
  names.reserve(full_kinds.size());
  std::vector<store::Param> params{{"now", now}, {"count", count}};
  for (std::size_t i = 0; i < full_kinds.size(); ++i) {
    names.push_back(fmt::format("kind{}", i));
    but_not += fmt::format(" and kind <> :{}", names.back());
    params.emplace_back(names.back(), full_kinds[i]);
  }
  return tx.run(
      fmt::format("select id, organization_id, kind, subject from jobs as waiting where state = 'ready'"
                  " and run_at_ms <= :now{}"
                  " and not exists (select 1 from jobs as running where running.state = 'leased'"
                  "   and running.organization_id = waiting.organization_id and running.kind = waiting.kind"
                  "   and running.subject = waiting.subject)"
                  " order by run_at_ms, id limit :count{}",
                  but_not, tx.pick()),
      params);
}

Task<Result<std::vector<Job>>> Runner::claim(std::size_t count) {
  // A lease that is not ours any more, here or in the database, leaves its jobs to others.
  const bool senders_at_claim = senders_ && (!fence_ || fence_->left() > 0ms);
  co_return co_await database_.transact([this, count, running = running_, senders_at_claim, fence = fence_,
                                         now = clock_.now()](Transaction& tx) {
    auto load = running;  // this function may run more than once
    const bool with_senders = senders_at_claim && (!fence || is_held_by(tx, fence->name(), fence->holder()));
    std::vector<Job> jobs;
    for (const auto& row : find_due(tx, running, count, now, with_senders)) {
      const auto kind = row.get<std::string>("kind");
      const auto organization = row.get<OrganizationId>("organization_id");
      if (!has_room(load, kind, organization)) continue;
      const auto claimed = tx.run(
          "update jobs set state = 'leased', attempt = attempt + 1, waiting_for = null, lease_owner = :owner,"
          " lease_until_ms = :until where id = :id and state = 'ready' returning *",
          {{"owner", owner_}, {"until", now + options_.lease}, {"id", row.get<JobId>("id")}});
      for (const auto& job : claimed) {
        jobs.push_back(to_job(job));
        ++load.of_kind[kind];
        ++load.of_organization[organization];
      }
    }
    return jobs;
  });
}

// Counts one running job for as long as it lives.
class Runner::Running {
 public:
  Running(Runner& runner, const Job& job)
      : runner_(runner),
        id_(job.id),
        of_kind_(runner.running_.of_kind[job.kind]),
        of_organization_(runner.running_.of_organization[job.organization]) {
    ++of_kind_;
    ++of_organization_;
  }
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;
  ~Running() {
    runner_.running_ids_.erase(id_);
    --of_kind_;
    --of_organization_;
  }

 private:
  Runner& runner_;
  JobId id_;
  std::size_t& of_kind_;  // entries of a map stay where they are
  std::size_t& of_organization_;
};

Task<void> Runner::run_one(Job job) {
  const Running running(*this, job);
  auto outcome = co_await call(job);
  co_await finish(job, std::move(outcome));
  queue_.wake_runner();
  queue_.tell_changed(job.organization, job.kind);
}

Task<Outcome> Runner::call(Job job) {
  const auto handler = handlers_.find(job.kind);
  if (handler == handlers_.end()) {
    co_return Failed{Error{
        .kind = ErrorKind::internal,
        .message = fmt::format("Nobody handles jobs of kind {}: its module is switched off", job.kind)}};
  }
  try {
    auto outcome = co_await with_timeout(clock_, options_.handler_deadline, handler->second.handler(job));
    if (outcome) co_return std::move(*outcome);
    co_return Failed{Error{.kind = ErrorKind::timeout, .message = "The job ran into its deadline"}};
  } catch (const std::exception&) {
    auto error = std::current_exception();
    if (is_cancellation(error)) throw;
    co_return Failed{Error{.kind = ErrorKind::internal, .message = describe(error)}};
  }
}

Task<void> Runner::finish(Job job, Outcome outcome) {
  metrics_.count("matchday_jobs_total", {{"kind", job.kind},
                                         {"outcome", std::visit(
                                                         [](const auto& o) {
                                                           using T = std::decay_t<decltype(o)>;
                                                           return std::is_same_v<T, Done>    ? "done"
                                                                  : std::is_same_v<T, Again> ? "again"
                                                                                             : "failed";
                                                         },
                                                         outcome)}});
  const Time now = clock_.now();
  if (const auto* failed = std::get_if<Failed>(&outcome)) {
    log::warning("A job failed", {{"kind", job.kind},
                                  {"subject", job.subject},
                                  {"organization", job.organization},
                                  {"attempt", job.attempt},
                                  {"error", failed->error.describe()}});
  }
  const Duration pause = backoff(job.attempt);
  auto written = co_await database_.transact([this, job, outcome, now, pause](Transaction& tx) -> Result<> {
    if (std::holds_alternative<Done>(outcome)) {
      tx.run("delete from jobs where id = :id and state = 'leased' and attempt = :attempt",
             {{"id", job.id}, {"attempt", job.attempt}});
    } else if (const auto* again = std::get_if<Again>(&outcome)) {
      const auto waiting_for = again->waiting_for.empty() ? std::nullopt : std::optional(again->waiting_for);
      give_back(tx, job.id, job.attempt, now + again->after, 0, waiting_for, std::nullopt);
    } else if (const auto& error = std::get<Failed>(outcome).error; error.kind == ErrorKind::unavailable) {
      // An outage ends some time, and then nothing may wait for long: neither its length nor the number of
      // tries says anything about this job.
      const auto after =
          std::max(std::min(pause, options_.outage_pause_max), error.retry_after.value_or(0ms));
      give_back(tx, job.id, job.attempt, now + after, std::min(job.attempt, options_.attempts_max - 1),
                std::nullopt, error.describe());
    } else if (job.attempt >= options_.attempts_max) {
      tx.run(
          "update jobs set state = 'dead', last_error = :error, run_at_ms = :now, lease_owner = null,"
          " lease_until_ms = null where id = :id and state = 'leased' and attempt = :attempt",
          {{"id", job.id}, {"attempt", job.attempt}, {"error", error.describe()}, {"now", now}});
    } else {
      const auto after = std::max(pause, error.retry_after.value_or(Duration{0}));
      give_back(tx, job.id, job.attempt, now + after, job.attempt, std::nullopt, error.describe());
    }
    return {};
  });
  // Not written, as far as we know: the job may run again. Handlers are made for that.
  if (written) co_return;
  in_doubt_ = true;
  log::warning("A job's end could not be stored", {{"error", written.error().describe()}});
}

Duration Runner::backoff(int attempt) {
  const auto doubled = options_.backoff_first * (std::int64_t{1} << std::min(attempt - 1, 20));
  const auto base = std::min<Duration>(doubled, options_.backoff_max);
  return Duration(static_cast<std::int64_t>(static_cast<double>(base.count()) * (0.5 + random_.unit())));
}

}  // namespace matchday::jobs
