// Kick-off: twenty matches of two teams of five start in the same second in one Discord server. How long
// until everybody is in their room, beside what Discord's limits allow at best, on bucket tables that nobody
// told the server about and that change while it works.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>

#include "base/log.hpp"
#include "sim/evening/evening.hpp"

namespace matchday::sim {
namespace {

using sandbox::discord::BucketRule;

constexpr std::size_t matches = 20;
constexpr std::size_t team_size = 5;
constexpr std::size_t rooms_wanted = 2 * matches;
constexpr std::size_t people = rooms_wanted * team_size;
// An exchange in the simulated network takes 5 to 60 ms each way (sim/evening/network.cpp).
constexpr Duration round_trip_mean = 65ms;
constexpr double goal = 1.05;

constexpr std::string_view create_route = "/guilds/{guild_id}/channels";
constexpr std::string_view move_route = "/guilds/{guild_id}/members/{user_id}";

// One route's limit, and how it changes: each entry holds as soon as the window is over in which so many
// requests had been made. Discord changes it in the middle of that window.
struct Limit {
  std::size_t after = 0;
  std::string hash;
  int limit = 1;
  Duration window = 1s;
};
using Changes = std::vector<Limit>;

const Limit& at(const Changes& changes, std::size_t requests) {
  const auto next = std::ranges::find_if(changes, [&](const Limit& one) { return one.after > requests; });
  return *std::prev(next);
}

struct Table {
  Changes creates;
  Changes moves;
};

Changes draw_route(Random& random, std::string_view name, std::size_t requests) {
  Changes changes;
  for (std::size_t i = 0; i < 4; ++i) {
    changes.push_back({.after = requests * i / 4,
                       .hash = fmt::format("{}-{}", name, i),
                       .limit = static_cast<int>(random.between(1, 10)),
                       .window = 1s * random.between(1, 10)});
  }
  return changes;
}

// What the limits allow a perfect client: every window is used up as soon as it opens, and the next one opens
// at its end, `exchange` later: the request must get there, and its answer back, before anybody can know when
// the window ends. A window lasts as was announced when it opened, because nobody can know earlier that the
// limit has changed. `ready(i)` is when the i-th request becomes possible.
std::vector<Duration> best_times(const Changes& changes, std::size_t n, Duration exchange,
                                 const std::function<Duration(std::size_t)>& ready) {
  std::vector<Duration> out;
  Duration window_end{0};
  int places = 0;
  for (std::size_t i = 0; i < n; ++i) {
    Duration when = std::max(ready(i), out.empty() ? Duration(0) : out.back());
    if (when >= window_end || places == 0) {
      when = std::max(when, window_end);
      const auto& limit = at(changes, i);
      window_end = when + limit.window + exchange;
      places = limit.limit;
    }
    --places;
    out.push_back(when);
  }
  for (auto& when : out) when += exchange;
  return out;
}

struct Times {
  Duration rooms{0};
  Duration moves{0};
};

// Discord's global limit (50 a second) cannot bind here: both routes together allow at most 20 a second.
Times best_of(const Table& table, Duration exchange) {
  const auto rooms =
      best_times(table.creates, rooms_wanted, exchange, [](std::size_t) { return Duration(0); });
  const auto moves =
      best_times(table.moves, people, exchange, [&](std::size_t i) { return rooms[i / team_size]; });
  return {rooms.back(), moves.back()};
}

struct Outcome {
  Times took;
  std::uint64_t refused = 0;  // 429s of any kind
};

// The table's rules, with those of all other routes as they are.
void set_rule(std::vector<BucketRule>& rules, std::string_view method, std::string_view route,
              const Limit& limit) {
  const auto rule = std::ranges::find_if(
      rules, [&](const BucketRule& one) { return one.method == method && one.route == route; });
  rule->hash = limit.hash;
  rule->limit = limit.limit;
  rule->window = limit.window;
}

// Half a second after the request that makes it due: all of its window have been answered then, and the next
// window, a second after the last at the earliest, is not open yet.
void plan_changes(Evening& evening, std::string method, std::string_view route, Changes changes) {
  changes.erase(changes.begin());
  if (changes.empty()) return;
  auto& platforms = evening.platforms();
  const auto& counts = platforms.discord.counters().requests_by_route;
  const auto count = counts.find(fmt::format("{} {}", method, route));
  const bool due = count != counts.end() && count->second >= changes.front().after;
  const auto again = platforms.agenda.now() + (due ? 500ms : 20ms);
  platforms.agenda.call_at(again, [&evening, &platforms, method, route, due, changes] {
    if (due) set_rule(platforms.discord.rules().buckets, method, route, changes.front());
    auto rest = changes;
    if (!due) rest.insert(rest.begin(), Limit{});
    plan_changes(evening, method, route, std::move(rest));
  });
}

std::size_t moved(Evening& evening) {
  const auto& demo = evening.platforms().demo;
  const auto& voice = evening.platforms().discord.find_guild(demo.guild)->voice;
  return static_cast<std::size_t>(
      std::ranges::count_if(voice, [&](const auto& one) { return one.second.channel != demo.lobby; }));
}

// In each room sit exactly those who may enter it.
void expect_teams_in_their_rooms(const Evening& evening) {
  for (const auto* room : evening.rooms()) {
    std::vector<UserId> may_enter;
    for (const auto& overwrite : room->overwrites) {
      if (overwrite.kind == sandbox::discord::OverwriteKind::member)
        may_enter.emplace_back(overwrite.id.value);
    }
    auto sitting = evening.sitting_in(room->id);
    EXPECT_EQ(sitting.size(), team_size);
    sitting.push_back(evening.bot());
    EXPECT_THAT(may_enter, testing::UnorderedElementsAreArray(sitting)) << room->name;
  }
}

LineUp line_up(std::size_t match) {
  LineUp out;
  for (std::size_t i = 0; i < team_size; ++i) {
    out.faction1.push_back(2 * team_size * match + i);
    out.faction2.push_back(2 * team_size * match + team_size + i);
  }
  return out;
}

Outcome kick_off(std::uint64_t seed, const Table& table) {
  WorldOptions world{.players = people};
  set_rule(world.buckets, "POST", create_route, table.creates.front());
  set_rule(world.buckets, "PATCH", move_route, table.moves.front());
  Evening evening({.seed = seed, .teams = match_voice::Teams::both, .world = std::move(world)});
  auto& platforms = evening.platforms();
  // FACEIT's webhook names both teams, so that what is measured waits for nobody but Discord.
  platforms.faceit.options().created_webhook_has_teams = true;
  evening.start();
  evening.link_players_at_once();
  plan_changes(evening, "POST", create_route, table.creates);
  plan_changes(evening, "PATCH", move_route, table.moves);

  const Time start = platforms.agenda.now();
  for (std::size_t match = 0; match < matches; ++match)
    evening.start_match(sandbox::faceit::WebhookShape::real, line_up(match));
  Outcome outcome;
  EXPECT_TRUE(evening.live_until(3h, [&] { return evening.rooms().size() == rooms_wanted; }));
  outcome.took.rooms = platforms.agenda.now() - start;
  EXPECT_TRUE(evening.live_until(3h, [&] { return moved(evening) == people; }))
      << moved(evening) << " are moved";
  outcome.took.moves = platforms.agenda.now() - start;
  evening.live(30s);
  EXPECT_EQ(evening.rooms().size(), rooms_wanted);
  expect_teams_in_their_rooms(evening);
  for (const auto& [scope, count] : platforms.discord.counters().limited_by_scope) outcome.refused += count;
  return outcome;
}

struct Kickoff : testing::TestWithParam<std::uint64_t> {
  Kickoff() { log::set_level(std::getenv("SIM_LOG") ? log::Level::info : log::Level::error); }
};

std::string describe(const Changes& changes) {
  std::string out;
  for (const auto& one : changes) {
    out += fmt::format("{}{}/{} s", out.empty() ? "" : ", ", one.limit, one.window.count() / 1000);
  }
  return out;
}

double ratio(Duration took, Duration best) {
  return static_cast<double>(took.count()) / static_cast<double>(best.count());
}

std::string seconds(Duration duration) {
  return fmt::format("{:.2f}", static_cast<double>(duration.count()) / 1000);
}

constexpr std::string_view report_head =
    "Seconds of virtual time after kick-off. *Limits alone*: what the buckets allow without any network. "
    "*Best*: the\n"
    "same for a client whose every window needs one exchange of 65 ms, the simulated network's mean.\n\n"
    "| Table | channels: limit/window | moves: limit/window | 40 rooms up | limits alone | best | ratio |"
    " 200 moved | limits alone | best | ratio | 429s |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n";

// Each table leaves a line; the report is all lines that there are, because each table may run in its own
// process.
void report(std::uint64_t seed, const std::string& line) {
  fmt::print("{}", line);
  const auto directory = std::filesystem::path(MATCHDAY_SOURCE_DIR) / "build" / "reports" / "kickoff";
  std::filesystem::create_directories(directory);
  std::ofstream(directory / fmt::format("{:02}.md", seed)) << line;
  std::set<std::filesystem::path> lines;
  for (const auto& file : std::filesystem::directory_iterator(directory)) lines.insert(file.path());
  std::ofstream whole(directory.parent_path() / "kickoff.md");
  whole << report_head;
  for (const auto& file : lines) whole << std::ifstream(file).rdbuf();
}

TEST_P(Kickoff, two_hundred_players_are_in_forty_rooms_as_soon_as_discords_limits_allow) {
  const auto seed = GetParam();
  Random random(seed);
  const Table table{.creates = draw_route(random, "creates", rooms_wanted),
                    .moves = draw_route(random, "moves", people)};
  const auto outcome = kick_off(seed, table);
  const auto alone = best_of(table, 0ms);
  const auto best = best_of(table, round_trip_mean);
  EXPECT_EQ(outcome.refused, 0U);
  EXPECT_LE(ratio(outcome.took.rooms, best.rooms), goal);
  EXPECT_LE(ratio(outcome.took.moves, best.moves), goal);
  report(seed, fmt::format("| {} | {} | {} | {} | {} | {} | {:.3f} | {} | {} | {} | {:.3f} | {} |\n", seed,
                           describe(table.creates), describe(table.moves), seconds(outcome.took.rooms),
                           seconds(alone.rooms), seconds(best.rooms), ratio(outcome.took.rooms, best.rooms),
                           seconds(outcome.took.moves), seconds(alone.moves), seconds(best.moves),
                           ratio(outcome.took.moves, best.moves), outcome.refused));
}

INSTANTIATE_TEST_SUITE_P(Tables, Kickoff, testing::Range(std::uint64_t{1}, std::uint64_t{21}));

}  // namespace
}  // namespace matchday::sim
