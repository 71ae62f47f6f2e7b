// matchday_sim: the promises, tried from the command line. `run` plays random evenings (`--seed 17 --trace`
// tells what happened in one), `crash` plays a scenario with a crash at every moment, `sabotage` breaks the
// product on purpose and says what noticed, `report` does all of it and writes it down, `soak` goes on until
// it is stopped.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <optional>

#include "base/log.hpp"
#include "base/number.hpp"
#include "sim/campaign/crash_campaign.hpp"
#include "sim/campaign/report.hpp"
#include "sim/campaign/sabotage.hpp"
#include "sim/evening/random_evening.hpp"

namespace matchday::sim {
namespace {

// "17" or "1-2000"; nothing for anything else, such as a range that ends before it begins.
std::optional<std::pair<std::uint64_t, std::uint64_t>> parse_range(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = parse_number<std::uint64_t>(text.substr(0, dash));
  const auto last = dash == std::string::npos ? first : parse_number<std::uint64_t>(text.substr(dash + 1));
  if (!first || !last || *last < *first) return std::nullopt;
  return std::pair{*first, *last};
}

std::string check_range(const std::string& text) {
  return parse_range(text) ? ""
                           : fmt::format("'{}' is neither a seed nor a range of seeds like 1-2000", text);
}

int run_evenings(const std::string& seeds, const RandomEveningOptions& options) {
  const auto [first, last] = parse_range(seeds).value();
  EveningsReport sum;
  for (auto seed = first; seed <= last; ++seed) {
    const auto report = play_random_evening(seed, options);
    for (const auto& sentence : report.wrong) fmt::print("seed {}: {}\n", seed, sentence);
    sum.add(seed, report);
    if (options.narrate) fmt::print("trace {:016x}\n", report.trace);
    if (sum.evenings % 500 == 0)
      fmt::print(stderr, "{} evenings, {} wrong\n", sum.evenings, sum.wrong.size());
  }
  fmt::print("{}\n", in_words(sum));
  return sum.wrong.empty() ? 0 : 1;
}

struct CrashCommand {
  std::string scenario;
  std::uint64_t seed = 1;
  std::vector<std::uint64_t> at;
  bool awaits = false;
  bool pairs = false;
  bool narrate = false;
  std::uint64_t every = 1;
};

void tell(const CrashFailure& failure) {
  std::string at;
  for (const auto number : failure.run.crash_at) at += fmt::format(" --at {}", number);
  fmt::print("--seed {}{}{}:\n", failure.run.seed, at,
             failure.run.detail == Detail::awaits ? " --awaits" : "");
  for (const auto& where : failure.struck) fmt::print("    killed {}\n", where);
  for (const auto& wrong : failure.wrong) fmt::print("    {}\n", wrong);
}

int play_once(const Scenario& scenario, const CrashCommand& command) {
  const auto outcome = play(scenario, {.seed = command.seed,
                                       .crash_at = {command.at.begin(), command.at.end()},
                                       .detail = command.awaits ? Detail::awaits : Detail::effects,
                                       .narrate = command.narrate});
  for (const auto& where : outcome.struck) fmt::print("killed {}\n", where);
  for (const auto& wrong : outcome.wrong) fmt::print("WRONG {}\n", wrong);
  fmt::print("{} moments, {} ms, trace {:016x}\n", outcome.moments, outcome.lasted.count(), outcome.trace);
  return outcome.wrong.empty() ? 0 : 1;
}

int crash(const CrashCommand& command) {
  bool right = true;
  for (const auto& one : scenarios()) {
    if (!command.scenario.empty() && one.name != command.scenario) continue;
    if (!command.at.empty()) return play_once(one, command);
    const CrashPlanOptions options{.seed = command.seed,
                                   .detail = command.awaits ? Detail::awaits : Detail::effects,
                                   .every = command.every};
    const auto report = command.pairs ? crash_in_pairs(one, options) : crash_everywhere(one, options);
    for (const auto& failure : report.failures) tell(failure);
    fmt::print("{}: {} of {} covered, {} power cuts, longest convergence {:.1f} s, {} wrong\n",
               report.scenario, report.covered, report.moments, report.power_cuts,
               std::chrono::duration<double>(report.longest_convergence).count(), report.failures.size());
    right = right && report.failures.empty();
  }
  return right ? 0 : 1;
}

int sabotage(const std::string& only) {
  bool all = true;
  for (const auto& one : sabotages()) {
    if (!only.empty() && one.name != only) continue;
    const auto caught = hunt(one);
    all = all && caught;
    fmt::print("{:28} {}\n", one.name, caught ? caught->in_words() : "NOT CAUGHT");
    std::fflush(stdout);
  }
  return all ? 0 : 1;
}

int soak() {
  for (std::uint64_t seed = Random::from_system().next() >> 20;; ++seed) {
    const auto report = play_random_evening(seed);
    for (const auto& sentence : report.wrong) fmt::print("seed {}: {}\n", seed, sentence);
    std::fflush(stdout);
  }
}

int write_report(const ReportOptions& options, const std::string& file) {
  const auto report = make_report(options);
  std::ofstream(file) << report.markdown;
  fmt::print("{}\n", report.right ? "Everything held." : "Something did not hold; see the report.");
  return report.right ? 0 : 1;
}

int main(int argc, char** argv) {
  CLI::App app("Tries the promises on simulated platforms and virtual time.");
  app.require_subcommand(1);
  bool trace = false;
  bool humans = false;
  app.add_flag("--trace", trace, "Tell what happens, and what the server logs");

  std::string seeds = "1-100";
  auto* run = app.add_subcommand("run", "Play random evenings: one seed, or a range of them");
  run->add_option("--seed,--seeds", seeds, "17, or 1-2000")->check(check_range);
  run->add_flag("--trace", trace, "Tell what happens, and what the server logs");
  run->add_flag("--humans", humans, "Organizers also delete and rename rooms");

  CrashCommand crashing;
  auto* crash_command = app.add_subcommand("crash", "Play scenarios with a crash at every moment");
  crash_command->add_option("scenario", crashing.scenario, "One of them; all without it");
  crash_command->add_option("--seed", crashing.seed, "Seed of everything random");
  crash_command->add_option("--at", crashing.at, "Only this moment; twice: the second in the recovery");
  crash_command->add_flag("--awaits", crashing.awaits, "Also between any two steps of any coroutine");
  crash_command->add_flag("--pairs", crashing.pairs,
                          "Two crashes, the second at each moment of the recovery");
  crash_command->add_option("--every", crashing.every, "Only each so manieth moment")
      ->check(CLI::PositiveNumber);
  crash_command->add_flag("--trace", trace, "Tell what the server logs");

  std::string broken;
  auto* sabotage_command =
      app.add_subcommand("sabotage", "Break the product on purpose, and say what noticed");
  sabotage_command->add_option("name", broken, "One switch; all without it");
  auto* soak_command = app.add_subcommand("soak", "Random seeds until it is stopped");

  ReportOptions reporting;
  std::string file = "docs/PROMISES.md";
  auto* report_command = app.add_subcommand("report", "Everything, written down");
  report_command->add_option("--seeds", seeds, "Random evenings, such as 1-20000")->check(check_range);
  report_command->add_option("--file", file, "Where to (docs/PROMISES.md)");
  report_command->add_option("--every", reporting.every, "Only each so manieth crash")
      ->check(CLI::PositiveNumber);
  report_command->add_option("--other-trace", reporting.other_traces,
                             "Traces of another build type, one of `traces` a line");
  auto* traces_command =
      app.add_subcommand("traces", "Hashes of what crossed the network, for comparing builds");
  CLI11_PARSE(app, argc, argv);

  // A long run that is watched through a file, or stopped, has told every failure.
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  log::set_level(trace ? log::Level::debug : log::Level::error);
  if (*run) return run_evenings(seeds, {.humans = humans, .narrate = trace});
  crashing.narrate = trace;
  if (*crash_command) return crash(crashing);
  if (*sabotage_command) return sabotage(broken);
  if (*soak_command) return soak();
  if (*traces_command) {
    fmt::print("{}\n", traces());
    return 0;
  }
  std::tie(reporting.first_seed, reporting.last_seed) = parse_range(seeds).value();
  return write_report(reporting, file);
}

}  // namespace
}  // namespace matchday::sim

int main(int argc, char** argv) {
  return matchday::sim::main(argc, argv);
}
