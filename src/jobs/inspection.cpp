// See inspection.hpp.
#include "jobs/inspection.hpp"

#include <algorithm>

namespace matchday::jobs {
namespace {

using store::Transaction;

JobInfo to_job_info(const store::Row& row) {
  return {.id = row.get<JobId>("id"),
          .organization = row.get<OrganizationId>("organization_id"),
          .kind = row.get<std::string>("kind"),
          .subject = row.get<std::string>("subject"),
          .state = row.get<std::string>("state"),
          .run_at = row.get<Time>("run_at_ms"),
          .attempt = row.get<int>("attempt"),
          .waiting_for = row.get<std::optional<std::string>>("waiting_for"),
          .last_error = row.get<std::optional<std::string>>("last_error"),
          .created_at = row.get<Time>("created_at_ms")};
}

TimerInfo to_timer_info(const store::Row& row) {
  return {.organization = row.get<OrganizationId>("organization_id"),
          .kind = row.get<std::string>("kind"),
          .subject = row.get<std::string>("subject"),
          .interval = row.get<std::optional<Duration>>("interval_ms"),
          .next_run = row.get<Time>("next_run_at_ms"),
          .last_run = row.get<std::optional<Time>>("last_run_at_ms"),
          .skipped = row.get<std::int64_t>("skipped"),
          .active = row.get<bool>("active")};
}

}  // namespace

std::vector<JobInfo> list_jobs(Transaction& tx, const JobQuery& query) {
  std::string sql = "select * from jobs where 1 = 1";
  std::vector<store::Param> params{{"limit", query.limit}};
  if (query.organization) {
    sql += " and organization_id = :organization";
    params.emplace_back("organization", *query.organization);
  }
  if (!query.state.empty()) {
    sql += " and state = :state";
    params.emplace_back("state", query.state);
  }
  if (query.before) {
    sql += " and id < :before";
    params.emplace_back("before", *query.before);
  }
  std::vector<JobInfo> out;
  for (const auto& row : tx.run(sql + " order by id desc limit :limit", params))
    out.push_back(to_job_info(row));
  return out;
}

std::int64_t count_jobs(Transaction& tx, std::optional<OrganizationId> organization, std::string_view state) {
  std::string sql = "select count(*) as jobs from jobs where state = :state";
  std::vector<store::Param> params{{"state", state}};
  if (organization) {
    sql += " and organization_id = :organization";
    params.emplace_back("organization", *organization);
  }
  return tx.run(sql, params).front().get<std::int64_t>("jobs");
}

std::optional<JobInfo> find_job(Transaction& tx, std::optional<OrganizationId> organization, JobId id) {
  const auto rows = tx.run("select * from jobs where id = :id", {{"id", id}});
  if (rows.empty()) return std::nullopt;
  auto job = to_job_info(rows.front());
  if (organization && job.organization != *organization) return std::nullopt;
  return job;
}

Result<JobInfo> run_now(Transaction& tx, Queue& queue, const JobInfo& job, Time now) {
  if (job.state == "leased") return fail(ErrorKind::conflict, "This job runs at this moment.");
  auto asked = job;
  asked.state = "ready";
  asked.run_at = now;
  const auto rows = tx.run("select payload from jobs where id = :id", {{"id", job.id}});
  const auto payload = rows.front().get<json::value>("payload");
  if (job.state == "dead") tx.run("delete from jobs where id = :id", {{"id", job.id}});
  // The same may wait already: then that one stands.
  queue.enqueue(tx, {.organization = job.organization,
                     .kind = job.kind,
                     .subject = job.subject,
                     .run_at = now,
                     .payload = payload});
  if (job.state == "dead") asked.attempt = 0;
  return asked;
}

Result<> discard(Transaction& tx, const JobInfo& job) {
  if (job.state != "dead") return fail(ErrorKind::conflict, "Only jobs that were given up can be discarded.");
  tx.run("delete from jobs where id = :id and state = 'dead'", {{"id", job.id}});
  return {};
}

std::vector<TimerInfo> list_timers(Transaction& tx, OrganizationId organization) {
  std::vector<TimerInfo> out;
  for (const auto& row :
       tx.run("select * from timetable where organization_id = :organization order by kind, subject",
              {{"organization", organization}}))
    out.push_back(to_timer_info(row));
  return out;
}

std::optional<TimerInfo> find_timer(Transaction& tx, OrganizationId organization, std::string_view kind,
                                    std::string_view subject) {
  const auto rows = tx.run(
      "select * from timetable where organization_id = :organization and kind = :kind and subject = :subject",
      {{"organization", organization}, {"kind", kind}, {"subject", subject}});
  return rows.empty() ? std::nullopt : std::optional(to_timer_info(rows.front()));
}

void run_now(Transaction& tx, Queue& queue, const TimerInfo& timer, Time now) {
  queue.enqueue(
      tx, {.organization = timer.organization, .kind = timer.kind, .subject = timer.subject, .run_at = now});
}

void set_active(Transaction& tx, const TimerInfo& timer, bool active, Time now) {
  const auto next = timer.interval ? std::max(timer.next_run, now) : timer.next_run;
  tx.run(
      "update timetable set active = :active, next_run_at_ms = :next"
      " where organization_id = :organization and kind = :kind and subject = :subject",
      {{"active", active},
       {"next", active ? next : timer.next_run},
       {"organization", timer.organization},
       {"kind", timer.kind},
       {"subject", timer.subject}});
}

}  // namespace matchday::jobs
