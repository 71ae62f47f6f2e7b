// Twenty-five random evenings; `tools/sim run` plays thousands. A failing one is replayed by its seed.
#include "sim/evening/random_evening.hpp"

#include <cstdlib>

#include "base/log.hpp"

namespace matchday::sim {
namespace {

struct RandomEvenings : testing::Test {
  RandomEvenings() { log::set_level(std::getenv("SIM_LOG") ? log::Level::info : log::Level::error); }
};

TEST_F(RandomEvenings, whatever_happens_the_right_rooms_and_nothing_else_are_there_in_the_end) {
  for (std::uint64_t seed = 1; seed <= 25; ++seed) {
    const auto report = play_random_evening(seed);
    EXPECT_THAT(report.wrong, testing::IsEmpty()) << "tools/sim run --seed " << seed << " --trace";
  }
}

TEST_F(RandomEvenings, what_organizers_delete_and_rename_stays_so) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const auto report = play_random_evening(seed, {.humans = true});
    EXPECT_THAT(report.wrong, testing::IsEmpty()) << "tools/sim run --humans --seed " << seed << " --trace";
  }
}

// Each found something, which is mended (docs/PROMISES.md, "Found on the way").
TEST_F(RandomEvenings, seeds_that_once_failed_stay_right) {
  for (const std::uint64_t seed : {400, 480, 1117, 2313, 4594, 12632, 14013, 14870}) {
    EXPECT_THAT(play_random_evening(seed).wrong, testing::IsEmpty())
        << "tools/sim run --seed " << seed << " --trace";
  }
}

TEST_F(RandomEvenings, one_seed_is_one_evening) {
  for (const std::uint64_t seed : {1, 2, 3}) {
    EXPECT_EQ(play_random_evening(seed).trace, play_random_evening(seed).trace);
  }
  EXPECT_NE(play_random_evening(1).trace, play_random_evening(2).trace);
}

}  // namespace
}  // namespace matchday::sim
