// See scenario.hpp. Each scenario is one function; the table is at the end.
#include "sim/campaign/scenario.hpp"

#include <numeric>

#include "sim/campaign/course.hpp"

namespace matchday::sim {
namespace {

using sandbox::FaultKind;
using sandbox::faceit::Step;
using sandbox::faceit::WebhookShape;
using Course = Scenario::Course;

std::vector<std::size_t> numbers(std::size_t first, std::size_t count) {
  std::vector<std::size_t> out(count);
  std::iota(out.begin(), out.end(), first);
  return out;
}

void start(Course& course, const std::vector<std::size_t>& linked) {
  course.evening.start();
  course.evening.link_players_at_once(linked);
  for (const auto player : linked) course.linked.insert(course.user(player));
}

// Two teams of one, one room: the least that is a match.
void play_short(Course& course) {
  auto& evening = course.evening;
  const auto lobby = evening.platforms().demo.lobby;
  start(course, {0, 1});
  course.begin();
  const auto match = evening.start_match(WebhookShape::seed, {{0}, {1}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  course.becomes("the end", [&] { return course.sit_in({0, 1}, lobby); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(1));
}

// Five against five with cards; somebody comes late, somebody links late, somebody is substituted.
void play_whole(Course& course) {
  auto& evening = course.evening;
  auto& platforms = evening.platforms();
  const auto lobby = platforms.demo.lobby;
  evening.add_meeting_place("Cafe");
  const auto cafe = evening.meeting_places().back();
  constexpr std::size_t comes_late = 9;
  constexpr std::size_t links_late = 4;
  constexpr std::size_t leaves = 2;
  constexpr std::size_t comes_in = 10;
  auto linked = numbers(0, 11);
  std::erase(linked, links_late);
  start(course, linked);
  evening.add_neighbour();
  course.joins(comes_late, std::nullopt);
  course.joins(8, cafe);
  evening.live(1s);
  course.begin();
  const auto match = evening.start_match(WebhookShape::real);
  course.becomes("kick-off", [&] { return course.rooms(); });

  course.joins(comes_late, lobby);
  course.becomes("somebody comes late", [&] { return course.rooms(); });
  evening.step_match(match, Step::configuring);
  course.types(links_late, "register", {{"faceit_nickname", platforms.demo.players[links_late].nickname}});
  course.becomes("somebody links late", [&] { return course.answered("egistered"); });
  course.linked.insert(course.user(links_late));
  course.becomes("somebody links late", [&] { return course.rooms(); });

  CHECK(platforms.faceit.substitute(match, platforms.demo.players[leaves].player_id,
                                    platforms.demo.players[comes_in].player_id, platforms.agenda.now()));
  evening.step_match(match, Step::ready);
  course.becomes("somebody is substituted", [&] { return course.rooms(); });
  course.becomes("the card", [&] { return course.messages(platforms.demo.match_cards, 1); });

  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  auto in_the_lobby = numbers(0, 11);
  std::erase(in_the_lobby, std::size_t{8});
  course.becomes("the end", [&] { return course.sit_in(in_the_lobby, lobby); });
  course.becomes("the end", [&] { return course.sit_in({8}, cafe); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(2));
  course.holds(course.messages(platforms.demo.match_cards, 1));
}

// An organizer deletes one room and renames the other.
void play_human(Course& course) {
  auto& evening = course.evening;
  auto& platforms = evening.platforms();
  start(course, {0, 2});
  course.begin();
  const auto match = evening.start_match(WebhookShape::real, {{0, 1}, {2, 3}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  const auto rooms = evening.rooms();
  if (rooms.size() != 2) return;
  const auto deleted = rooms[0]->id;
  const auto renamed = rooms[1]->id;
  CHECK(platforms.discord.human_delete_channel(deleted, platforms.demo.organizer));
  CHECK(platforms.discord.human_rename_channel(renamed, platforms.demo.organizer, "Kitchen"));
  const auto respected = [&]() -> std::vector<std::string> {
    const auto left = evening.rooms();
    if (left.size() == 1 && left[0]->id == renamed && left[0]->name == "Kitchen") return {};
    return {fmt::format("{} rooms, the first called {}", left.size(), left.empty() ? "" : left[0]->name)};
  };
  course.becomes("a human was here", respected);
  // What makes the rooms change: both teams get somebody whom they must let in.
  for (const std::size_t player : {1, 3}) {
    course.types(player, "register", {{"faceit_nickname", platforms.demo.players[player].nickname}});
    course.becomes("somebody links", [&] { return course.answered("egistered"); });
  }
  evening.step_match(match, Step::configuring);
  course.stays("a human was here", 60s, respected);
  evening.step_match(match, Step::ready);
  course.stays("a human was here", 90s, respected);
  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(2));
}

// Discord's answer to the new room is lost, or it comes late itself.
void play_in_doubt(Course& course, FaultKind kind, Duration delay, int status) {
  auto& evening = course.evening;
  start(course, {0, 1});
  evening.platforms().faults.add({.kind = kind,
                                  .platform = "discord",
                                  .method = "POST",
                                  .path_prefix = "/guilds",
                                  .count = 1,
                                  .delay = delay,
                                  .status = status});
  course.begin();
  const auto match = evening.start_match(WebhookShape::seed, {{0}, {1}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  course.stays("kick-off", 60s, [&] { return course.rooms(); });
  course.holds(course.made_exactly(1));
  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
}
void play_lost_answer(Course& course) {
  play_in_doubt(course, FaultKind::status_after, 0ms, 502);
}
void play_late_effect(Course& course) {
  play_in_doubt(course, FaultKind::late_effect, 9s, 500);
}

// The bot's role loses Manage Roles while a match is on, and gets it back.
void play_permission(Course& course) {
  auto& evening = course.evening;
  auto& platforms = evening.platforms();
  constexpr sandbox::discord::Permissions manage_roles = 1ULL << 28;
  start(course, {0, 1});
  course.begin();
  const auto match = evening.start_match(WebhookShape::real, {{0, 2}, {1, 3}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  const auto* guild = platforms.discord.find_guild(platforms.demo.guild);
  const auto role =
      std::ranges::find_if(guild->roles, [](const auto& entry) { return entry.second.managed; });
  CHECK(role != guild->roles.end());
  const auto role_id = role->first;
  const auto permissions = role->second.permissions;
  CHECK(platforms.discord.set_role_permissions(platforms.demo.guild, role_id, permissions & ~manage_roles));
  platforms.turn();
  course.types(2, "register", {{"faceit_nickname", platforms.demo.players[2].nickname}});
  course.becomes("a permission is missing", [&] { return course.answered("egistered"); });
  evening.live(30s);
  CHECK(platforms.discord.set_role_permissions(platforms.demo.guild, role_id, permissions));
  platforms.turn();
  course.joins(2, platforms.demo.lobby);
  course.linked.insert(course.user(2));
  course.becomes("the permission is back", [&] { return course.rooms(); });
  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(2));
}

// Two matches at once, each with its card; FACEIT is slow, so that commands are answered late.
void play_two(Course& course) {
  auto& evening = course.evening;
  auto& platforms = evening.platforms();
  start(course, numbers(0, 8));
  platforms.faults.add(
      {.kind = FaultKind::latency, .platform = "faceit", .path_prefix = "/players", .delay = 8s});
  evening.live(10s);  // so that the session is stored while the command waits
  course.begin();
  const auto first = evening.start_match(WebhookShape::real, {{0, 1}, {2, 3}});
  const auto second = evening.start_match(WebhookShape::real, {{4, 5}, {6, 7}});
  course.types(8, "register", {{"faceit_nickname", platforms.demo.players[8].nickname}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  course.becomes("a slow answer", [&] { return course.answered("egistered"); });
  course.becomes("two cards", [&] { return course.messages(platforms.demo.match_cards, 2); });
  evening.step_match(first, Step::finish);
  evening.step_match(second, Step::cancel);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  course.becomes("the end", [&] { return course.sit_in(numbers(0, 8), platforms.demo.lobby); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(4));
  course.holds(course.messages(platforms.demo.match_cards, 2));
}

// Not one webhook arrives: the hub is looked at once a minute.
void play_silent(Course& course) {
  auto& evening = course.evening;
  auto& platforms = evening.platforms();
  start(course, {0, 1});
  auto policy = platforms.faceit.webhooks().policy();
  policy.loss = 1;
  platforms.faceit.webhooks().set_policy(policy);
  course.begin();
  const auto match = evening.start_match(WebhookShape::real, {{0}, {1}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(2));
}

// The database is put back to before the match, while its rooms are there.
void play_restore(Course& course) {
  auto& evening = course.evening;
  start(course, numbers(0, 4));
  evening.back_up();
  course.begin();
  const auto match = evening.start_match(WebhookShape::real, {{0, 1}, {2, 3}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  evening.restore();
  course.becomes("an old backup", [&] { return course.rooms(); });
  course.stays("an old backup", 90s, [&] { return course.rooms(); });
  course.holds(course.made_exactly(2));
  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  course.stays("the end", 60s, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(2));
}

// The database is put back to the middle of a match that is over.
void play_revenant(Course& course) {
  auto& evening = course.evening;
  start(course, numbers(0, 4));
  course.begin();
  const auto match = evening.start_match(WebhookShape::real, {{0, 1}, {2, 3}});
  course.becomes("kick-off", [&] { return course.rooms(); });
  evening.back_up();
  evening.step_match(match, Step::finish);
  course.becomes("the end", [&] { return course.nothing_is_left(); });
  evening.restore();
  course.becomes("an old backup", [&] { return course.nothing_is_left(); });
  course.stays("an old backup", 3min, [&] { return course.nothing_is_left(); });
  course.holds(course.made_exactly(2));
}

EveningOptions with(match_voice::Teams teams, bool polling = false, bool cards = false,
                    std::size_t players = 10) {
  return {.teams = teams, .world = {.players = players}, .polling = polling, .cards = cards};
}

}  // namespace

const std::vector<Scenario>& scenarios() {
  using match_voice::Teams;
  static const std::vector<Scenario> all{
      {"short", "one against one, the first team's room", with(Teams::faction1), play_short},
      {"whole", "2×5 with cards, a late join, a late link, a substitution", with(Teams::both, true, true, 11),
       play_whole},
      {"human", "an organizer deletes one room and renames the other", with(Teams::both), play_human},
      {"lost-answer", "the room is made, and Discord answers 502", with(Teams::faction1), play_lost_answer},
      {"late-effect", "no answer, and the room appears nine seconds later", with(Teams::faction1),
       play_late_effect},
      {"permission", "the bot loses a permission during a match and gets it back", with(Teams::both),
       play_permission},
      {"two", "two matches at once with cards, and slow commands", with(Teams::both, false, true), play_two},
      {"restore", "the database is put back to before the match, whose rooms are there",
       with(Teams::both, true), play_restore},
      {"revenant", "the database is put back to the middle of a match that is over", with(Teams::both, true),
       play_revenant},
      {"silent", "no webhook arrives; the hub is polled", with(Teams::both, true), play_silent}};
  return all;
}

const Scenario& scenario(std::string_view name) {
  const auto found = std::ranges::find(scenarios(), name, &Scenario::name);
  CHECK(found != scenarios().end());
  return *found;
}

Outcome play(const Scenario& scenario, const Run& run) {
  auto options = scenario.options;
  options.seed = run.seed;
  options.seams = run.seams;
  Evening evening(std::move(options));
  if (run.narrate) {
    evening.platforms().on_note = [&clock = evening.platforms().agenda](std::string_view what) {
      fmt::print("{} {}\n", to_rfc3339(clock.now()), what);
    };
  }
  Course course(evening, run);
  scenario.play(course);
  return course.take_outcome();
}

}  // namespace matchday::sim
