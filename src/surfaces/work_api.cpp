// See work_api.hpp. The same handlers serve an organization and operators: theirs have no {organization}.
#include "surfaces/work_api.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "jobs/inspection.hpp"
#include "surfaces/body.hpp"

namespace matchday::surfaces {
namespace {

using store::Transaction;

// How the API calls the states of the queue.
constexpr std::array states{std::pair{std::string_view("waiting"), std::string_view("ready")},
                            std::pair{std::string_view("running"), std::string_view("leased")},
                            std::pair{std::string_view("dead"), std::string_view("dead")}};

std::string_view shown(std::string_view stored) {
  const auto* const found =
      std::ranges::find(states, stored, &std::pair<std::string_view, std::string_view>::second);
  return found == states.end() ? stored : found->first;
}

json::object to_json(const jobs::JobInfo& job) {
  return {{"id", job.id.text()},
          {"organization", job.organization ? json::value(job.organization.text()) : json::value(nullptr)},
          {"kind", job.kind},
          {"subject", job.subject},
          {"state", shown(job.state)},
          {"run_at", to_rfc3339(job.run_at)},
          {"attempt", job.attempt},
          {"waiting_for", or_null(job.waiting_for)},
          {"last_error", or_null(job.last_error)},
          {"created_at", to_rfc3339(job.created_at)}};
}

std::string id_of(const jobs::TimerInfo& timer) {
  return fmt::format("{}~{}", timer.kind, timer.subject);
}

json::object to_json(const jobs::TimerInfo& timer) {
  return {
      {"id", id_of(timer)},
      {"kind", timer.kind},
      {"subject", timer.subject},
      {"interval_seconds",
       timer.interval ? json::value(std::chrono::duration_cast<std::chrono::seconds>(*timer.interval).count())
                      : json::value(nullptr)},
      {"next_run_at", timer.active ? json::value(to_rfc3339(timer.next_run)) : json::value(nullptr)},
      {"last_run_at", or_null(timer.last_run)},
      {"skipped", timer.skipped},
      {"active", timer.active}};
}

// Whose work the call is about; nothing: everybody's, for an operator.
std::optional<OrganizationId> scope_of(const ApiCall& call) {
  return call.organization ? std::optional(call.organization) : std::nullopt;
}

Result<jobs::JobInfo> job_of(Transaction& tx, const ApiCall& call) {
  const auto id = JobId::parse(call.param("job"));
  auto job = id ? jobs::find_job(tx, scope_of(call), *id) : std::nullopt;
  if (!job) return fail(ErrorKind::not_found, "There is no such job any more.");
  return std::move(*job);
}

Result<jobs::TimerInfo> timer_of(Transaction& tx, const ApiCall& call) {
  const auto id = call.param("timer");
  const auto tilde = id.find('~');
  auto timer = tilde == std::string::npos
                   ? std::nullopt
                   : jobs::find_timer(tx, call.organization, id.substr(0, tilde), id.substr(tilde + 1));
  if (!timer) return fail(ErrorKind::not_found, "There is no such timer.");
  return std::move(*timer);
}

AuditNote note_on(const jobs::JobInfo& job, std::string action) {
  return {.action = std::move(action),
          .subject = job.id.text(),
          .before = {{"kind", job.kind}, {"subject", job.subject}, {"state", shown(job.state)}}};
}

}  // namespace

WorkApi::Answer WorkApi::jobs(ApiCall call) {
  const auto paging = read_paging<JobId>(call);
  if (!paging) co_return std::unexpected(paging.error());
  jobs::JobQuery query{.organization = scope_of(call), .before = paging->cursor, .limit = paging->limit};
  if (const auto state = query_param(call.head, "state")) {
    const auto* const known =
        std::ranges::find(states, *state, &std::pair<std::string_view, std::string_view>::first);
    if (known == states.end()) co_return fail_field("state", "must be waiting, running or dead.");
    query.state = known->second;
  }
  co_return co_await database_.read([query](Transaction& tx) {
    return ApiAnswer{.body = to_page(
                         jobs::list_jobs(tx, query), query.limit,
                         [](const jobs::JobInfo& job) { return to_json(job); },
                         [](const jobs::JobInfo& job) { return job.id; })};
  });
}

WorkApi::Answer WorkApi::run_job(ApiCall call) {
  co_return co_await changes_.make(call, [this, call](Transaction& tx) -> Result<Changed> {
    const auto job = job_of(tx, call);
    if (!job) return std::unexpected(job.error());
    const auto asked = jobs::run_now(tx, queue_, *job, call.now);
    if (!asked) return std::unexpected(asked.error());
    return Changed{.answer = {.status = 202, .body = to_json(*asked)}, .note = note_on(*job, "job.run")};
  });
}

WorkApi::Answer WorkApi::discard_job(ApiCall call) {
  co_return co_await changes_.make(call, [call](Transaction& tx) -> Result<Changed> {
    const auto job = job_of(tx, call);
    if (!job) return std::unexpected(job.error());
    if (auto done = jobs::discard(tx, *job); !done) return std::unexpected(done.error());
    return Changed{.answer = {.status = 204}, .note = note_on(*job, "job.discarded")};
  });
}

WorkApi::Answer WorkApi::timers(ApiCall call) {
  co_return co_await database_.read([organization = call.organization](Transaction& tx) {
    json::array items;
    for (const auto& timer : jobs::list_timers(tx, organization)) items.push_back(to_json(timer));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

WorkApi::Answer WorkApi::run_timer(ApiCall call) {
  co_return co_await changes_.make(call, [this, call](Transaction& tx) -> Result<Changed> {
    const auto timer = timer_of(tx, call);
    if (!timer) return std::unexpected(timer.error());
    jobs::run_now(tx, queue_, *timer, call.now);
    return Changed{.answer = {.status = 202, .body = to_json(*timer)},
                   .note = AuditNote{.action = "timer.run", .subject = id_of(*timer)}};
  });
}

WorkApi::Answer WorkApi::change_timer(ApiCall call) {
  Body body(call.body);
  const auto active = body.patch_flag("active");
  if (!active.given) body.fault("active", "is missing: true or false.");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  co_return co_await changes_.make(call, [call, wanted = *active.value](Transaction& tx) -> Result<Changed> {
    auto timer = timer_of(tx, call);
    if (!timer) return std::unexpected(timer.error());
    if (timer->active == wanted) return Changed{.answer = {.body = to_json(*timer)}};
    jobs::set_active(tx, *timer, wanted, call.now);
    timer = timer_of(tx, call);
    if (!timer) return std::unexpected(timer.error());
    return Changed{.answer = {.body = to_json(*timer)},
                   .note = AuditNote{.action = "timer.changed",
                                     .subject = id_of(*timer),
                                     .before = {{"active", !wanted}},
                                     .after = {{"active", wanted}}}};
  });
}

std::vector<ApiRoute> WorkApi::routes() {
  std::vector<ApiRoute> out;
  const auto add_all = [&](const std::string& base, Access access) {
    const auto add = [&](std::string method, const std::string& path, Answer (WorkApi::*handler)(ApiCall)) {
      out.push_back({std::move(method), base + path, access,
                     [this, handler](ApiCall call) { return (this->*handler)(std::move(call)); }});
    };
    add("GET", "/jobs", &WorkApi::jobs);
    add("POST", "/jobs/{job}/run", &WorkApi::run_job);
    add("DELETE", "/jobs/{job}", &WorkApi::discard_job);
    add("GET", "/timers", &WorkApi::timers);
    add("POST", "/timers/{timer}/run", &WorkApi::run_timer);
    add("PATCH", "/timers/{timer}", &WorkApi::change_timer);
  };
  add_all("/api/organizations/{organization}", with_permission(Permission::work_manage));
  add_all("/api/admin", operators_only);
  return out;
}

}  // namespace matchday::surfaces
