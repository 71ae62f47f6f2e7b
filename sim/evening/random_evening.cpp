// See random_evening.hpp. What can happen is the table in happen(); each row is one function.
#include "sim/evening/random_evening.hpp"

#include <fmt/format.h>

#include <array>
#include <ranges>
#include <set>

#include "sim/evening/oracles.hpp"

namespace matchday::sim {
namespace {

using sandbox::FaultKind;
using sandbox::faceit::Step;
using sandbox::faceit::WebhookShape;

// After the weather has cleared: 120 s to converge, and before that whatever only polling can tell: a minute
// until the next poll, a minute for FACEIT's retries, and half a minute of Discord's quiet periods.
constexpr Duration until_quiet = 120s + 150s;
// Somebody who moved about more often during the evening may have been given up (a move is tried three
// times).
constexpr int wanderings_max = 3;

class RandomEvening {
 public:
  RandomEvening(std::uint64_t seed, const RandomEveningOptions& options)
      : options_(options),
        random_(seed ^ 0x9e3779b97f4a7c15ULL),
        evening_({.seed = seed,
                  .teams = random_.chance(0.7) ? match_voice::Teams::both : match_voice::Teams::faction1,
                  .world = {.players = static_cast<std::size_t>(random_.between(10, 30))},
                  .polling = true}) {}

  RandomEveningReport play();

 private:
  Platforms& platforms() { return evening_.platforms(); }
  const sandbox::DemoPlayer& anybody() {
    return platforms().demo.players[pick(platforms().demo.players.size())];
  }
  std::size_t pick(std::size_t count) {
    return static_cast<std::size_t>(random_.between(0, static_cast<std::int64_t>(count) - 1));
  }
  void tell(std::string_view what) {
    ++report_.happenings;
    narrate(what);
  }
  void narrate(std::string_view what) {
    if (!options_.narrate) return;
    const auto at = platforms().agenda.now() - began_;
    fmt::print("{:9.3f} {}\n", static_cast<double>(at.count()) / 1000, what);
  }

  void happen();
  void somebody_wanders();
  void somebody_links();
  void somebody_unlinks();
  void match_starts();
  void match_goes_on();
  void match_ends();
  void match_restarts();
  void player_is_substituted();
  void weather_changes();
  void gateway_breaks();
  void process_dies();
  void somebody_deletes_a_room();
  void somebody_renames_a_room();

  const sandbox::discord::Channel* any_room();
  std::optional<std::string> match_that(bool is_over);
  std::set<UserId> ask_who_is_linked();
  void fire(const sandbox::DemoPlayer& who, std::string name, json::object options);
  void count_faults();
  void clear_up();

  RandomEveningOptions options_;
  Random random_;
  Evening evening_;
  Time began_;
  RandomEveningReport report_;
  std::map<UserId, int> wanderings_;
  std::set<UserId> unlinked_;
  HandsOn hands_;
};

void RandomEvening::somebody_wanders() {
  const auto& who = anybody();
  std::vector<std::optional<ChannelId>> places{std::nullopt};
  std::ranges::copy(evening_.meeting_places(), std::back_inserter(places));
  for (const auto* room : evening_.rooms()) places.emplace_back(room->id);
  const auto to = places[pick(places.size())];
  // Rooms of others they cannot even see.
  if (!platforms().discord.join_voice(platforms().demo.guild, who.user, to)) return;
  const bool into_a_room =
      to && std::ranges::find(evening_.meeting_places(), *to) == evening_.meeting_places().end();
  wanderings_[who.user] += into_a_room ? wanderings_max + 1 : 1;  // once there, people go where they like
  tell(fmt::format("{} goes to {}", who.name, to ? platforms().discord.find_channel(*to)->name : "bed"));
}

void RandomEvening::fire(const sandbox::DemoPlayer& who, std::string name, json::object options) {
  const auto fired = platforms().discord.fire_command(
      {.channel = platforms().demo.general, .user = who.user, .name = name, .options = std::move(options)});
  tell(fmt::format("{} ({}) types /{}{}", who.name, who.user.text(), name,
                   fired ? "" : ", which does not exist"));
}

void RandomEvening::somebody_links() {
  const auto& who = anybody();
  fire(who, "register", {{"faceit_nickname", who.nickname}});
}

void RandomEvening::somebody_unlinks() {
  const auto& who = anybody();
  fire(who, "unregister", {});
  unlinked_.insert(who.user);
}

void RandomEvening::match_starts() {
  std::vector<std::size_t> people(platforms().demo.players.size());
  for (std::size_t i = 0; i < people.size(); ++i) people[i] = i;
  for (std::size_t i = people.size() - 1; i > 0; --i) std::swap(people[i], people[pick(i + 1)]);
  const auto size = static_cast<std::ptrdiff_t>(1 + pick(5));
  const LineUp line_up{{people.begin(), people.begin() + size},
                       {people.begin() + size, people.begin() + 2 * size}};
  const auto id =
      evening_.start_match(random_.chance(0.5) ? WebhookShape::real : WebhookShape::seed, line_up);
  ++report_.matches;
  tell(fmt::format("match {} starts with {} in each team", id.substr(0, 8), size));
}

std::optional<std::string> RandomEvening::match_that(bool is_over) {
  std::vector<std::string> ids;
  for (const auto& match : platforms().faceit.matches()) {
    if (sandbox::faceit::is_over(match.status) == is_over) ids.push_back(match.match_id);
  }
  if (ids.empty()) return std::nullopt;
  return ids[pick(ids.size())];
}

void RandomEvening::match_goes_on() {
  const auto id = match_that(false);
  constexpr std::array steps{Step::configuring, Step::ready, Step::ongoing};
  const auto step = steps[pick(steps.size())];
  if (id && platforms().faceit.step(*id, step, platforms().agenda.now()))
    tell(fmt::format("match {} goes on to step {}", id->substr(0, 8), static_cast<int>(step)));
}

void RandomEvening::match_ends() {
  const auto id = match_that(false);
  constexpr std::array steps{Step::finish, Step::cancel, Step::abort};
  const auto step = steps[pick(steps.size())];
  if (id && platforms().faceit.step(*id, step, platforms().agenda.now()))
    tell(fmt::format("match {} ends by step {}", id->substr(0, 8), static_cast<int>(step)));
}

void RandomEvening::match_restarts() {
  const auto id = match_that(true);
  if (!id || !platforms().faceit.step(*id, Step::restart, platforms().agenda.now())) return;
  hands_.restarted.insert(*id);
  tell(fmt::format("match {} is restarted", id->substr(0, 8)));
}

void RandomEvening::player_is_substituted() {
  const auto id = match_that(false);
  if (!id) return;
  const auto& team = platforms().faceit.find_match(*id)->teams[pick(2)];
  if (team.roster.empty()) return;
  const auto leaves = team.roster[pick(team.roster.size())];
  const auto& comes = anybody();
  if (platforms().faceit.substitute(*id, leaves, comes.player_id, platforms().agenda.now()))
    tell(fmt::format("match {}: {} comes in for {}", id->substr(0, 8), comes.name,
                     platforms().faceit.find_player(leaves)->nickname));
}

void RandomEvening::count_faults() {
  for (const auto& rule : platforms().faults.describe())
    report_.faults[Fields(rule).string_or("kind", "")] +=
        static_cast<std::uint64_t>(Fields(rule).integer("fired").value_or(0));
}

void RandomEvening::weather_changes() {
  if (!options_.faults) return;
  auto& faults = platforms().faults;
  count_faults();
  faults.clear();
  const auto sometimes = [&](FaultKind kind, double at_most, Duration delay = 0ms, int status = 500) {
    faults.add({.kind = kind,
                .platform = random_.chance(0.8) ? "discord" : "faceit",
                .method = kind == FaultKind::late_effect ? "POST" : "",
                .probability = random_.unit() * at_most,
                .delay = delay,
                .status = status});
  };
  platforms().database_away = 0;
  if (random_.chance(0.3)) return tell("the weather is fine");
  sometimes(FaultKind::answer_lost, 0.15);
  sometimes(FaultKind::connection_cut, 0.15);
  sometimes(FaultKind::late_effect, 0.05, random_.between(1s, 8s));
  sometimes(FaultKind::status, 0.15, 0ms, 502);
  sometimes(FaultKind::status_after, 0.05, 0ms, 500);
  sometimes(FaultKind::latency, 0.15, random_.between(100ms, 3s));
  auto policy = platforms().faceit.webhooks().policy();
  policy.loss = random_.unit() * 0.5;
  policy.duplication = random_.unit() * 0.3;
  policy.reordering = random_.unit() * 0.3;
  platforms().faceit.webhooks().set_policy(policy);
  platforms().database_away = random_.chance(0.3) ? random_.unit() * 0.2 : 0;
  if (platforms().database_away > 0) ++report_.faults["database_away"];
  tell("the weather is bad");
}

void RandomEvening::gateway_breaks() {
  if (!options_.faults) return;
  switch (pick(4)) {
    case 0:
      platforms().discord.drop_connections(1006);
      break;
    case 1:
      platforms().discord.ask_to_reconnect();
      break;
    case 2:
      platforms().discord.invalidate_sessions(true);
      break;
    default:
      platforms().discord.invalidate_sessions(false);
      break;
  }
  tell("the gateway breaks");
}

void RandomEvening::process_dies() {
  if (!options_.crashes || !evening_.is_up()) return;
  ++report_.crashes;
  if (random_.chance(0.5)) {
    tell("the process dies");
    return evening_.crash();
  }
  tell("the process will die soon, at a commit or a request");
  evening_.crashes().arm(static_cast<std::uint64_t>(random_.between(1, 60)));
}

const sandbox::discord::Channel* RandomEvening::any_room() {
  const auto rooms = evening_.rooms();
  return rooms.empty() ? nullptr : rooms[pick(rooms.size())];
}

void RandomEvening::somebody_deletes_a_room() {
  const auto* room = any_room();
  if (room == nullptr) return;
  const auto name = room->name;
  hands_.deleted.insert(hands_.first_name(*room));
  CHECK(platforms().discord.human_delete_channel(room->id, platforms().demo.organizer));
  tell(fmt::format("an organizer deletes {}", name));
}

void RandomEvening::somebody_renames_a_room() {
  const auto* room = any_room();
  if (room == nullptr) return;
  const auto before = hands_.first_name(*room);
  const auto id = room->id;
  const auto after = fmt::format("Kitchen {}", hands_.renamed.size() + 1);
  CHECK(platforms().discord.human_rename_channel(id, platforms().demo.organizer, after));
  hands_.renamed.insert_or_assign(id, HandsOn::Renamed{before, after});
  tell(fmt::format("an organizer calls {} {}", before, after));
}

void RandomEvening::happen() {
  struct Row {
    int weight;
    void (RandomEvening::*what)();
    bool by_humans = false;
  };
  static constexpr std::array rows{Row{30, &RandomEvening::somebody_wanders},
                                   Row{8, &RandomEvening::somebody_links},
                                   Row{4, &RandomEvening::somebody_unlinks},
                                   Row{5, &RandomEvening::match_starts},
                                   Row{10, &RandomEvening::match_goes_on},
                                   Row{4, &RandomEvening::match_ends},
                                   Row{2, &RandomEvening::match_restarts},
                                   Row{4, &RandomEvening::player_is_substituted},
                                   Row{5, &RandomEvening::weather_changes},
                                   Row{2, &RandomEvening::gateway_breaks},
                                   Row{4, &RandomEvening::process_dies},
                                   Row{3, &RandomEvening::somebody_deletes_a_room, true},
                                   Row{4, &RandomEvening::somebody_renames_a_room, true}};
  const auto can_happen = [this](const Row& row) { return options_.humans || !row.by_humans; };
  int total = 0;
  for (const auto& row : rows | std::views::filter(can_happen)) total += row.weight;
  auto drawn = random_.between(1, total);
  for (const auto& row : rows | std::views::filter(can_happen)) {
    drawn -= row.weight;
    if (drawn <= 0) return (this->*row.what)();
  }
}

void RandomEvening::clear_up() {
  count_faults();
  platforms().faults.clear();
  platforms().database_away = 0;
  auto policy = platforms().faceit.webhooks().policy();
  policy.loss = policy.duplication = policy.reordering = 0;
  platforms().faceit.webhooks().set_policy(policy);
  evening_.crashes().disarm();
  tell("the weather clears");
}

// Everybody asks the server who they are; it answers each of them in Discord.
std::set<UserId> RandomEvening::ask_who_is_linked() {
  std::map<UserId, InteractionId> asked;
  for (const auto& player : platforms().demo.players) {
    const auto fired = platforms().discord.fire_command(
        {.channel = platforms().demo.general, .user = player.user, .name = "whoami"});
    if (fired) asked.emplace(player.user, *fired);
  }
  platforms().turn();
  evening_.live(20s);
  std::set<UserId> linked;
  for (const auto& [user, interaction] : asked) {
    const auto view = platforms().discord.what_user_sees(interaction);
    if (!view || view->text.empty())
      report_.wrong.push_back(user.text() + " asked /whoami and saw no answer");
    if (view && view->text.contains("You are registered as")) linked.insert(user);
  }
  return linked;
}

RandomEveningReport RandomEvening::play() {
  evening_.add_meeting_place("Cafe");
  began_ = platforms().agenda.now();
  platforms().on_note = [this](std::string_view what) { narrate(fmt::format("  . {}", what)); };
  evening_.start();
  std::vector<std::size_t> linked_before;
  for (std::size_t i = 0; i < platforms().demo.players.size(); ++i) {
    if (random_.chance(0.7)) linked_before.push_back(i);
    if (random_.chance(0.3))
      (void)platforms().discord.join_voice(platforms().demo.guild, platforms().demo.players[i].user, {});
  }
  evening_.link_players_at_once(linked_before);
  match_starts();
  match_starts();
  for (auto left = random_.between(20, 60); left > 0; --left) {
    platforms().turn();
    // Mostly one thing after the other, sometimes all at once.
    evening_.live(random_.chance(0.3) ? random_.between(0ms, 500ms) : random_.between(1s, 30s));
    happen();
  }
  clear_up();
  platforms().turn();
  evening_.live(until_quiet);
  const auto linked = ask_who_is_linked();
  std::set<UserId> restless;
  for (const auto& [user, times] : wanderings_) {
    if (times > wanderings_max) restless.insert(user);
  }
  for (auto& oracle : {check_rooms(evening_, linked, restless, hands_), check_humans(evening_, hands_),
                       check_moves(evening_, unlinked_), check_limits(evening_)})
    std::ranges::copy(oracle, std::back_inserter(report_.wrong));
  report_.trace = evening_.trace();
  report_.lasted = platforms().agenda.now() - began_;
  report_.power_cuts = evening_.power_cuts();
  report_.requests = platforms().request_numbers["discord"];
  return std::move(report_);
}

}  // namespace

RandomEveningReport play_random_evening(std::uint64_t seed, const RandomEveningOptions& options) {
  return RandomEvening(seed, options).play();
}

}  // namespace matchday::sim
