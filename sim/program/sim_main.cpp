// matchday_sim: plays random evenings from the command line. `run --seeds 1-2000` says which went wrong;
// `run --seed 17 --trace` tells what happened in one.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "base/log.hpp"
#include "sim/evening/random_evening.hpp"

namespace {

using matchday::sim::play_random_evening;
using matchday::sim::RandomEveningReport;

struct Sum {
  std::uint64_t evenings = 0;
  std::uint64_t wrong = 0;
  std::chrono::milliseconds lasted{0};
  int matches = 0;
  int happenings = 0;
  int crashes = 0;
  std::uint64_t faults = 0;
  std::uint64_t requests = 0;

  void add(const RandomEveningReport& report) {
    ++evenings;
    wrong += report.wrong.empty() ? 0 : 1;
    lasted += report.lasted;
    matches += report.matches;
    happenings += report.happenings;
    crashes += report.crashes;
    faults += report.faults;
    requests += report.requests;
  }
};

void tell(std::uint64_t seed, const RandomEveningReport& report) {
  for (const auto& sentence : report.wrong) fmt::print("seed {}: {}\n", seed, sentence);
}

// "17" or "1-2000".
std::pair<std::uint64_t, std::uint64_t> parse_range(const std::string& text) {
  const auto dash = text.find('-');
  const auto first = std::stoull(text.substr(0, dash));
  return {first, dash == std::string::npos ? first : std::stoull(text.substr(dash + 1))};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Plays random evenings on simulated platforms and virtual time.");
  auto* run = app.add_subcommand("run", "Play one seed, or a range of them");
  app.require_subcommand(1);
  std::string seeds = "1-100";
  bool trace = false;
  run->add_option("--seed,--seeds", seeds, "17, or 1-2000");
  run->add_flag("--trace", trace, "Tell what happens, and what the server logs");
  CLI11_PARSE(app, argc, argv);

  matchday::log::set_level(trace ? matchday::log::Level::debug : matchday::log::Level::error);
  const auto [first, last] = parse_range(seeds);
  Sum sum;
  for (auto seed = first; seed <= last; ++seed) {
    const auto report = play_random_evening(seed, {.narrate = trace});
    tell(seed, report);
    sum.add(report);
  }
  fmt::print(
      "{} evenings, {} of them wrong; {:.1f} h of virtual time, {} matches, {} happenings, {} crashes, {} "
      "faults,"
      " {} requests to Discord\n",
      sum.evenings, sum.wrong, std::chrono::duration<double, std::ratio<3600>>(sum.lasted).count(),
      sum.matches, sum.happenings, sum.crashes, sum.faults, sum.requests);
  return sum.wrong == 0 ? 0 : 1;
}
