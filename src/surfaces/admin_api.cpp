// See admin_api.hpp.
#include "surfaces/admin_api.hpp"

#include <algorithm>
#include <boost/nowide/utf/convert.hpp>

#include "base/log.hpp"
#include "base/number.hpp"
#include "jobs/inspection.hpp"

namespace matchday::surfaces {
namespace {

using store::Transaction;

constexpr int lines_max = 1000;

json::array readiness(const std::vector<Readiness>& conditions) {
  json::array out;
  for (const auto& condition : conditions) {
    const bool ready = condition.ready();
    out.push_back({{"name", condition.name},
                   {"ready", ready},
                   {"reason", ready ? json::value(nullptr) : json::value(condition.reason)}});
  }
  return out;
}

json::array log_lines(std::size_t count, std::string_view containing) {
  json::array out;
  for (auto& line : log::recent(lines_max)) {
    // What came from outside may be no UTF-8; JSON must be.
    if (line.find(containing) != std::string::npos)
      out.emplace_back(boost::nowide::utf::convert_string<char>(line.data(), line.data() + line.size()));
  }
  if (out.size() > count) out.erase(out.begin(), out.end() - static_cast<std::ptrdiff_t>(count));
  return out;
}

}  // namespace

Task<Result<json::object>> AdminApi::describe() {
  auto counted = co_await database_.read([](Transaction& tx) {
    json::object jobs;
    for (const auto& [shown, state] :
         {std::pair("waiting", "ready"), std::pair("running", "leased"), std::pair("dead", "dead")})
      jobs[shown] = jobs::count_jobs(tx, std::nullopt, state);
    return jobs;
  });
  if (!counted) co_return std::unexpected(counted.error());
  co_return json::object{{"version", about_.version},
                         {"database", about_.database},
                         {"started_at", to_rfc3339(about_.started)},
                         {"now", to_rfc3339(clock_.now())},
                         {"conditions", readiness(about_.conditions)},
                         {"jobs", std::move(*counted)}};
}

AdminApi::Answer AdminApi::status(ApiCall) {
  auto described = co_await describe();
  if (!described) co_return std::unexpected(described.error());
  co_return ApiAnswer{.body = std::move(*described)};
}

AdminApi::Answer AdminApi::log(ApiCall call) {
  const auto wanted = query_param(call.head, "lines").value_or("200");
  const auto count = parse_number<int>(wanted);
  if (!count || *count < 1 || *count > lines_max)
    co_return fail_field("lines", "must be a number from 1 to 1000.");
  co_return ApiAnswer{.body = {{"lines", log_lines(static_cast<std::size_t>(*count),
                                                   query_param(call.head, "containing").value_or(""))}}};
}

AdminApi::Answer AdminApi::support_bundle(ApiCall call) {
  auto described = co_await describe();
  if (!described) co_return std::unexpected(described.error());
  auto bundle = std::move(*described);
  auto stored = co_await database_.read([](Transaction& tx) {
    json::array migrations;
    for (const auto& row : tx.run("select module, name from schema_migrations order by module, number"))
      migrations.emplace_back(row.get<std::string>("module") + "/" + row.get<std::string>("name"));
    json::array dead;
    for (const auto& job : jobs::list_jobs(tx, {.state = "dead", .limit = 100}))
      dead.push_back({{"kind", job.kind},
                      {"subject", job.subject},
                      {"organization", job.organization.text()},
                      {"attempt", job.attempt},
                      {"given_up_at", to_rfc3339(job.run_at)},
                      {"last_error", job.last_error.value_or("")}});
    return std::pair(std::move(migrations), std::move(dead));
  });
  if (!stored) co_return std::unexpected(stored.error());
  bundle["migrations"] = std::move(stored->first);
  bundle["dead_jobs"] = std::move(stored->second);
  bundle["settings"] = about_.settings();
  bundle["metrics"] = about_.metrics ? about_.metrics->text() : "";
  bundle["log"] = log_lines(lines_max, "");
  ApiAnswer answer{.body = std::move(bundle)};
  answer.headers.set("Content-Disposition", "attachment; filename=\"matchday-support.json\"");
  co_return answer;
}

std::vector<ApiRoute> AdminApi::routes() {
  return {
      {"GET", "/api/admin/status", operators_only, [this](ApiCall call) { return status(std::move(call)); }},
      {"GET", "/api/admin/log", operators_only, [this](ApiCall call) { return log(std::move(call)); }},
      {"GET", "/api/admin/support-bundle", operators_only,
       [this](ApiCall call) { return support_bundle(std::move(call)); }}};
}

}  // namespace matchday::surfaces
