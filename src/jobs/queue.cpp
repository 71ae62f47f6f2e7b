// See queue.hpp.
#include "jobs/queue.hpp"

#include "embedded/matchday_jobs_schema.hpp"

namespace matchday::jobs {

void Queue::enqueue(store::Transaction& tx, const NewJob& job) {
  tx.run(
      "insert into jobs (id, organization_id, kind, subject, payload, state, run_at_ms, attempt, "
      "created_at_ms)"
      " values (:id, :organization, :kind, :subject, :payload, 'ready', :run_at, 0, :run_at)"
      " on conflict (organization_id, kind, subject) where state = 'ready' do update set"
      "   payload = excluded.payload, waiting_for = null,"
      "   run_at_ms = case when excluded.run_at_ms < jobs.run_at_ms then excluded.run_at_ms else "
      "jobs.run_at_ms end",
      {{"id", ids_.next<JobId>()},
       {"organization", job.organization},
       {"kind", job.kind},
       {"subject", job.subject},
       {"payload", job.payload},
       {"run_at", job.run_at}});
  tx.announce();
  tx.after_commit([this, organization = job.organization, kind = job.kind] {
    wake_runner();
    tell_changed(organization, kind);
  });
}

void Queue::publish(store::Transaction& tx, OrganizationId organization, std::string_view topic,
                    std::string_view subject, Time now) {
  const auto [first, last] = subscribers_.equal_range(topic);
  for (auto at = first; at != last; ++at) {
    enqueue(
        tx,
        {.organization = organization, .kind = at->second, .subject = std::string(subject), .run_at = now});
  }
}

void Queue::wake_waiting(store::Transaction& tx, std::string_view waiting_for, Time now) {
  tx.run(
      "update jobs set run_at_ms = :now, waiting_for = null"
      " where state = 'ready' and waiting_for = :waiting_for and run_at_ms > :now",
      {{"now", now}, {"waiting_for", waiting_for}});
  tx.announce();
  tx.after_commit([this] { wake_runner(); });
}

std::optional<Time> next_run(store::Transaction& tx, OrganizationId organization, std::string_view kind,
                             std::string_view subject) {
  const auto rows = tx.run(
      "select run_at_ms from jobs where organization_id = :organization and kind = :kind"
      " and subject = :subject and state = 'ready'",
      {{"organization", organization}, {"kind", kind}, {"subject", subject}});
  return rows.empty() ? std::nullopt : std::optional(rows.front().get<Time>("run_at_ms"));
}

std::optional<Time> last_delivery(store::Transaction& tx, OrganizationId organization,
                                  std::string_view source) {
  return tx
      .run(
          "select max(received_at_ms) as last from inbox where organization_id = :organization and source = "
          ":source",
          {{"organization", organization}, {"source", source}})
      .front()
      .get<std::optional<Time>>("last");
}

bool take_in(store::Transaction& tx, OrganizationId organization, std::string_view source,
             std::string_view delivery_key, std::string_view summary, Time now) {
  return tx.run(
               "insert into inbox (organization_id, source, delivery_key, received_at_ms, summary)"
               " values (:organization, :source, :key, :now, :summary)"
               " on conflict (organization_id, source, delivery_key) do nothing",
               {{"organization", organization},
                {"source", source},
                {"key", delivery_key},
                {"now", now},
                {"summary", summary}})
             .affected == 1;
}

void set_timer(store::Transaction& tx, const Timer& timer) {
  tx.run(
      "insert into timetable (organization_id, kind, subject, interval_ms, next_run_at_ms, when_missed, "
      "active)"
      " values (:organization, :kind, :subject, :interval, :first, :missed, 1)"
      " on conflict (organization_id, kind, subject) do update set"
      "   interval_ms = excluded.interval_ms, when_missed = excluded.when_missed",
      {{"organization", timer.organization},
       {"kind", timer.kind},
       {"subject", timer.subject},
       {"interval", timer.interval},
       {"first", timer.first_run},
       {"missed", timer.when_missed == WhenMissed::skip ? "skip" : "run_once"}});
}

std::vector<store::Migration> migrations() {
  return store::migrations_of("jobs", embedded::matchday_jobs_schema);
}

}  // namespace matchday::jobs
