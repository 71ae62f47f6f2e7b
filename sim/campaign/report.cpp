// See report.hpp.
#include "sim/campaign/report.hpp"

#include <fmt/format.h>

#include <fstream>

#include "sim/campaign/crash_campaign.hpp"
#include "sim/campaign/sabotage.hpp"

namespace matchday::sim {
namespace {

constexpr std::string_view begin_mark = "<!-- measured: begin -->\n";
constexpr std::string_view end_mark = "<!-- measured: end -->\n";
constexpr std::uint64_t traced_seed = 1;
// Deaths between any two steps of any coroutine are ten times as many, and mostly the same as the next
// commit.
constexpr std::uint64_t awaits_every = 7;
constexpr std::uint64_t pairs_every = 3;

double hours(Duration duration) {
  return std::chrono::duration<double, std::ratio<3600>>(duration).count();
}

std::string row(const CrashReport& report, std::string_view about) {
  return fmt::format("| {} | {} | {} of {} | {} | {:.1f} s | {} |\n", report.scenario, about, report.covered,
                     report.moments, report.power_cuts,
                     std::chrono::duration<double>(report.longest_convergence).count(),
                     report.failures.size());
}

struct Writer {
  std::string text;
  bool right = true;

  void evenings(const ReportOptions& options) {
    EveningsReport sum;
    for (auto seed = options.first_seed; seed <= options.last_seed; ++seed) {
      sum.add(seed, play_random_evening(seed));
      if (sum.evenings % 500 == 0)
        fmt::print(stderr, "{} evenings, {} wrong\n", sum.evenings, sum.wrong.size());
    }
    right = right && sum.wrong.empty();
    text += fmt::format("### Random evenings, seeds {} to {}\n\n{}\n\nFaults by kind:", options.first_seed,
                        options.last_seed, in_words(sum));
    const char* comma = "";
    for (const auto& [kind, count] : sum.faults)
      text += fmt::format("{} {} {}", std::exchange(comma, ","), count, kind);
    text += ".\n\n";
    for (const auto& [seed, wrong] : sum.wrong) text += fmt::format("- seed {}: {}\n", seed, wrong);
  }

  void crash(const Scenario& scenario, const CrashReport& report, std::string_view about) {
    right = right && report.failures.empty();
    text += row(report, about);
    fmt::print(stderr, "{}: {} of {}, {} wrong\n", scenario.name, report.covered, report.moments,
               report.failures.size());
  }

  void crashes(const ReportOptions& options) {
    text +=
        "### A crash at every moment\n\nEach row plays its scenario once for each moment: before a commit, "
        "in its sync, "
        "after it; before a request\nleaves, when it has just left, when its answer is there and not read. "
        "Half of the "
        "deaths are power cuts, after which\nthe disk keeps of what was not synced what chance keeps.\n\n"
        "| Scenario | What happens | Crash points | Power cuts | Longest convergence | Wrong "
        "|\n|---|---|---|---|---|---|\n";
    for (const auto& one : scenarios())
      crash(one, crash_everywhere(one, {.every = options.every}), one.about);
    const auto& whole = scenario("whole");
    auto awaits = crash_everywhere(whole, {.detail = Detail::awaits, .every = awaits_every * options.every});
    awaits.scenario = fmt::format("whole, at each {}th step of any coroutine", awaits_every * options.every);
    crash(whole, awaits, "the same, also at reads and between any two steps");
    const auto& shortest = scenario("short");
    auto pairs = crash_in_pairs(shortest, {.every = pairs_every * options.every});
    pairs.scenario = fmt::format("short, in pairs, each {}rd of each", pairs_every * options.every);
    crash(shortest, pairs, "a second crash in the recovery from the first");
    text += "\n";
  }

  void sabotage() {
    std::size_t caught = 0;
    std::string rows;
    for (const auto& one : sabotages()) {
      const auto found = hunt(one);
      caught += found ? 1 : 0;
      rows +=
          fmt::format("| {} | {} | {} |\n", one.name, one.what, found ? found->in_words() : "**not caught**");
    }
    right = right && caught == sabotages().size();
    text += fmt::format(
        "### Sabotage: {} of {} caught\n\n| Switch | What is broken | Caught by |\n|---|---|---|\n{}\n",
        caught, sabotages().size(), rows);
  }

  void same_traces(const ReportOptions& options) {
    const auto mine = traces();
    const bool repeats = mine == traces();
    std::string other;
    if (!options.other_traces.empty()) {
      std::ifstream file(options.other_traces);
      other.assign(std::istreambuf_iterator<char>(file), {});
      if (other.ends_with('\n')) other.pop_back();
    }
    right = right && repeats && (other.empty() || other == mine);
    text += fmt::format("### One seed is one course\n\nTwo runs: traces {}. Another build type: {}.\n",
                        repeats ? "equal" : "**differ**",
                        other.empty()   ? "not compared"
                        : other == mine ? "equal"
                                        : "**differ**");
  }
};

}  // namespace

void EveningsReport::add(std::uint64_t seed, const RandomEveningReport& report) {
  ++evenings;
  for (const auto& sentence : report.wrong) wrong.emplace_back(seed, sentence);
  lasted += report.lasted;
  matches += static_cast<std::uint64_t>(report.matches);
  happenings += static_cast<std::uint64_t>(report.happenings);
  crashes += static_cast<std::uint64_t>(report.crashes);
  power_cuts += static_cast<std::uint64_t>(report.power_cuts);
  requests += report.requests;
  for (const auto& [kind, count] : report.faults) faults[kind] += count;
}

std::string in_words(const EveningsReport& report) {
  std::uint64_t faults = 0;
  for (const auto& [kind, count] : report.faults) faults += count;
  return fmt::format(
      "{} evenings, {:.0f} h of virtual time, {} matches, {} things that people did, {} crashes ({} of them "
      "power cuts), "
      "{} faults, {} requests to Discord: {} sentences of the oracles about what was wrong.",
      report.evenings, hours(report.lasted), report.matches, report.happenings, report.crashes,
      report.power_cuts, faults, report.requests, report.wrong.size());
}

std::string traces() {
  std::string out;
  for (const auto& one : scenarios())
    out += fmt::format("{} {:016x}\n", one.name, play(one, {.seed = traced_seed}).trace);
  out += fmt::format("evening {:016x}", play_random_evening(traced_seed).trace);
  return out;
}

Report make_report(const ReportOptions& options) {
  std::ifstream file(MATCHDAY_SOURCE_DIR "/docs/PROMISES.md");
  std::string whole((std::istreambuf_iterator<char>(file)), {});
  const auto begin = whole.find(begin_mark);
  const auto end = whole.find(end_mark);
  CHECK(begin != std::string::npos && end != std::string::npos);
  Writer writer;
  writer.evenings(options);
  writer.crashes(options);
  writer.sabotage();
  writer.same_traces(options);
  whole.replace(begin + begin_mark.size(), end - begin - begin_mark.size(), "\n" + writer.text + "\n");
  return {.right = writer.right, .markdown = std::move(whole)};
}

}  // namespace matchday::sim
