// Databases as earlier versions left them (recorded/): the new version starts on them, keeps what they hold,
// and plays a match with it; however often the power fails while it brings them up to date.
#include <filesystem>
#include <fstream>

#include "base/log.hpp"
#include "sim/evening/evening.hpp"
#include "sim/evening/oracles.hpp"

namespace matchday::sim {
namespace {

const std::filesystem::path recorded = MATCHDAY_SOURCE_DIR "/tests/sim/recorded";

std::vector<std::string> versions() {
  std::vector<std::string> out;
  for (const auto& file : std::filesystem::directory_iterator(recorded)) out.push_back(file.path().stem());
  std::ranges::sort(out);
  return out;
}

EveningOptions on(const std::string& version) {
  std::ifstream file(recorded / (version + ".sql"));
  CHECK(file.is_open());
  return {.seed = 4,
          .teams = match_voice::Teams::both,
          .database = std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())};
}

// What is right afterwards, as people see it.
void expect_everything_is_kept(Evening& evening) {
  auto& platforms = evening.platforms();
  std::set<UserId> linked;
  for (std::size_t i = 0; i < 10; ++i) {
    const auto user = platforms.demo.players[i].user;
    linked.insert(user);
    const auto asked =
        platforms.discord.fire_command({.channel = platforms.demo.general, .user = user, .name = "whoami"});
    ASSERT_TRUE(asked);
    platforms.turn();
    evening.live(3s);
    EXPECT_THAT(platforms.discord.what_user_sees(*asked)->text, testing::HasSubstr(fmt::format("kept{}", i)));
  }
  const auto match = evening.start_match(sandbox::faceit::WebhookShape::real);
  EXPECT_TRUE(evening.live_until(120s, [&] { return check_rooms(evening, linked, {}).empty(); }));
  evening.step_match(match, sandbox::faceit::Step::finish);
  EXPECT_TRUE(evening.live_until(120s, [&] { return evening.rooms().empty(); }));
}

struct Upgrade : testing::TestWithParam<std::string> {
  Upgrade() { log::set_level(log::Level::error); }
};

TEST_P(Upgrade, keeps_everything_and_goes_on) {
  Evening evening(on(GetParam()));
  evening.start();
  expect_everything_is_kept(evening);
}

TEST_P(Upgrade, survives_a_death_at_every_step_of_it) {
  Evening counted(on(GetParam()));
  counted.crashes().count_only();
  counted.start();
  const auto moments = counted.crashes().moments();
  const auto begin_of_work = std::ranges::find(moments, "before a commit") - moments.begin();
  ASSERT_GT(begin_of_work, 3) << "syncs while the schema is brought up to date";
  for (std::uint64_t at = 1; at <= static_cast<std::uint64_t>(begin_of_work); ++at) {
    SCOPED_TRACE(at);
    Evening evening(on(GetParam()));
    evening.crashes().arm(at);
    evening.start();
    evening.crashes().disarm();
    EXPECT_EQ(evening.incarnations(), 2);
    if (at % 5 == 0) expect_everything_is_kept(evening);
  }
}

INSTANTIATE_TEST_SUITE_P(Versions, Upgrade, testing::ValuesIn(versions()),
                         [](const auto& info) { return "from_" + info.param; });

}  // namespace
}  // namespace matchday::sim
