// See crash_campaign.hpp.
#include "sim/campaign/crash_campaign.hpp"

namespace matchday::sim {
namespace {

constexpr std::size_t failures_max = 20;  // as many are worth looking at

// "answer arrived, not read, of POST /discord/…" → "answer arrived, not read, of POST".
std::string kind_of(const std::string& moment) {
  return moment.substr(0, moment.find(" /"));
}

void add(CrashReport& report, const Run& run, Outcome outcome) {
  ++report.covered;
  report.power_cuts += static_cast<std::uint64_t>(outcome.power_cuts);
  report.longest_convergence = std::max(report.longest_convergence, outcome.longest_convergence);
  report.lasted += outcome.lasted;
  if (!outcome.all_struck && outcome.wrong.empty())
    outcome.wrong.emplace_back("the planned crash did not happen: the same seed took another course");
  if (!outcome.wrong.empty() && report.failures.size() < failures_max)
    report.failures.push_back({run, std::move(outcome.struck), std::move(outcome.wrong)});
}

}  // namespace

CrashReport crash_everywhere(const Scenario& scenario, const CrashPlanOptions& options) {
  CrashReport report{.scenario = std::string(scenario.name)};
  Run run{.seed = options.seed, .detail = options.detail, .seams = options.seams};
  auto counted = play(scenario, run);
  report.moments = counted.moments;
  for (const auto& name : counted.names) ++report.by_kind[kind_of(name)];
  if (!counted.wrong.empty()) report.failures.push_back({run, {}, std::move(counted.wrong)});
  for (std::uint64_t at = 1; at <= report.moments && report.failures.size() < failures_max;
       at += options.every) {
    run.crash_at = {at};
    add(report, run, play(scenario, run));
    options.progress(report);
  }
  return report;
}

CrashReport crash_in_pairs(const Scenario& scenario, const CrashPlanOptions& options) {
  CrashReport report{.scenario = std::string(scenario.name) + ", in pairs"};
  Run run{.seed = options.seed, .detail = options.detail, .seams = options.seams};
  const auto first_moments = play(scenario, run).moments;
  for (std::uint64_t first = 1; first <= first_moments; first += options.every) {
    run.crash_at = {first};
    const auto second_moments = play(scenario, run).moments;  // of the process that comes after
    report.moments += second_moments;
    for (std::uint64_t second = 1; second <= second_moments; second += options.every) {
      run.crash_at = {first, second};
      add(report, run, play(scenario, run));
      options.progress(report);
      if (report.failures.size() >= failures_max) return report;
    }
  }
  return report;
}

}  // namespace matchday::sim
