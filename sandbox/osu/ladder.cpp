// See ladder.hpp.
#include "sandbox/osu/ladder.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace matchday::sandbox::osu {
namespace {

struct Rung {
  double pp;
  double rank;
};

// Ours: plausible, not published. Falling pp, growing rank.
constexpr std::array<Rung, 13> rungs{{{32'000, 1},
                                      {24'000, 10},
                                      {17'500, 100},
                                      {12'500, 1'000},
                                      {9'700, 5'000},
                                      {8'300, 10'000},
                                      {7'000, 20'000},
                                      {5'400, 50'000},
                                      {4'200, 100'000},
                                      {2'500, 250'000},
                                      {1'100, 600'000},
                                      {200, 1'600'000},
                                      {0, 3'000'000}}};

}  // namespace

std::int64_t Ladder::rank_of(double pp) const {
  const double mine = std::clamp(pp / scale_ - gained_, rungs.back().pp, rungs.front().pp);
  const auto below = std::ranges::find_if(rungs, [&](const Rung& rung) { return rung.pp <= mine; });
  if (below == rungs.begin()) return 1;
  const auto& low = *below;
  const auto& high = *std::prev(below);
  // Between two rungs the logarithm of the rank is a straight line.
  const double part = (mine - low.pp) / (high.pp - low.pp);
  return std::llround(std::exp(std::log(low.rank) + part * (std::log(high.rank) - std::log(low.rank))));
}

}  // namespace matchday::sandbox::osu
