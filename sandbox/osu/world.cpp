// See world.hpp. The routes of the API are in api.cpp.
#include "sandbox/osu/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <ranges>

namespace matchday::sandbox::osu {
namespace {

constexpr std::size_t history_days = 90;  // reference/osu.md §3.5
constexpr std::size_t plays_made_up = 12;
constexpr std::size_t best_max = 100;
constexpr std::int64_t seconds_per_play = 71;
constexpr std::size_t username_min = 3;  // §3.5
constexpr std::size_t username_max = 15;
constexpr int countries_apart = 60;  // about as many times fewer players has a country than the world

std::unexpected<Error> unknown_player(std::int64_t id) {
  return fail(ErrorKind::not_found, fmt::format("There is no osu! player {}.", id));
}

Time next_day(Time now) {
  return std::chrono::floor<std::chrono::days>(now) + std::chrono::days(1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool is_username(std::string_view name) {
  const auto allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           std::string_view(" _-[]").contains(c);
  };
  return name.size() >= username_min && name.size() <= username_max && std::ranges::all_of(name, allowed);
}

std::string_view state_of(const Player& player, bool ranked) {
  if (player.deleted) return "deleted";
  if (player.restricted) return "restricted";
  if (ranked) return "ranked";
  return player.pp > 0 ? "inactive" : "unranked";
}

void sort_best(Player& player) {
  std::ranges::sort(player.best, std::greater{}, [](const Play& one) { return std::pair(one.pp, -one.id); });
  if (player.best.size() > best_max) player.best.resize(best_max);
}

}  // namespace

World::World(WorldOptions options, Random random)
    : options_(options),
      random_(random),
      oauth_(std::to_string(random_.next())),
      units_(options.units_per_minute),
      token_requests_(options.token_requests_per_minute) {}

// ---- Building.

std::int64_t World::add_player(Player player, Time now) {
  if (player.id == 0) player.id = next_id_++;
  if (player.last_played == Time()) player.last_played = now - random_.between(1h, 20h);
  if (player.pp > 0 && player.play_count == 0) player.play_count = 2'000 + std::llround(player.pp * 6);
  if (player.play_time_s == 0) player.play_time_s = player.play_count * seconds_per_play;
  if (player.pp > 0 && player.best.empty()) make_up_plays(player, now);
  players_.push_back(std::move(player));
  if (players_.back().rank_history.empty()) make_up_history(players_.back(), now);
  if (!day_ends_) day_ends_ = next_day(now);
  return players_.back().id;
}

// A best play is worth about a twentieth of the whole.
void World::make_up_plays(Player& player, Time now) {
  double worth = player.pp / 19;
  for (std::size_t i = 0; i < plays_made_up; ++i) {
    player.best.push_back(
        {.id = next_score_++,
         .pp = worth,
         .accuracy = 0.95 + 0.05 * random_.unit(),
         .grade = random_.chance(0.5) ? "S" : "A",
         .mods = random_.chance(0.5) ? std::vector<std::string>{"HD"} : std::vector<std::string>{},
         .max_combo = random_.between(300, 1400),
         .misses = 0,
         .map = static_cast<std::size_t>(random_.next() % map_count()),
         .ended_at = now - random_.between(Duration(24h), Duration(24h * 200))});
    worth *= 0.97;
  }
  sort_best(player);
}

// They come from somewhat below.
void World::make_up_history(Player& player, Time now) {
  if (!is_ranked(player, now)) {
    player.rank_history.assign(history_days, 0);
    return;
  }
  const auto today = static_cast<double>(*standing(player.id, now).global_rank);
  for (std::size_t day = history_days; day-- > 0;)
    player.rank_history.push_back(std::llround(today * (1 + 0.0015 * static_cast<double>(day))));
}

// ---- Time.

void World::tick(Time now) {
  for (const auto& one : pending_) {
    if (one.due > now) continue;
    if (auto* found = player(one.player)) found->pp += one.pp;
  }
  std::erase_if(pending_, [&](const Pending& one) { return one.due <= now; });
  play_by_themselves(now);
  while (day_ends_ && *day_ends_ <= now) {
    end_day(*day_ends_);
    *day_ends_ += std::chrono::days(1);
  }
}

std::optional<Time> World::next_tick() const {
  auto next = next_play_;
  for (const auto& one : pending_) next = std::min(next.value_or(one.due), one.due);
  if (day_ends_) next = std::min(next.value_or(*day_ends_), *day_ends_);
  return next;
}

void World::play_by_themselves(Time now) {
  if (!options_.play_every) {
    next_play_.reset();
    return;
  }
  const auto pause = [&] { return random_.between(*options_.play_every / 2, *options_.play_every * 3 / 2); };
  if (!next_play_) next_play_ = now + std::max(pause(), Duration(1));
  while (*next_play_ <= now) {
    std::vector<std::int64_t> active;
    for (const auto& one : players_) {
      if (is_ranked(one, now) && !one.restricted && !one.deleted) active.push_back(one.id);
    }
    if (!active.empty()) {
      const auto who = active[random_.next() % active.size()];
      CHECK(gain_pp(who, 1 + 24 * random_.unit(), *next_play_));
    }
    *next_play_ += std::max(pause(), Duration(1));
  }
}

void World::end_day(Time now) {
  ladder_.others_gain(options_.others_gain_per_day);
  const auto all = standings(now);
  for (auto& one : players_) {
    one.rank_history.push_back(all.at(one.id).global_rank.value_or(0));
    if (one.rank_history.size() > history_days) one.rank_history.erase(one.rank_history.begin());
  }
}

// ---- Life.

Result<> World::gain_pp(std::int64_t id, double pp, Time now) {
  auto* const found = player(id);
  if (!found) return unknown_player(id);
  constexpr double gain_max = 2000;
  if (!(pp >= 1 && pp <= gain_max)) return fail(ErrorKind::invalid, "pp must be from 1 to 2000.");
  add_play(*found, pp, now);
  if (options_.pp_lag > Duration::zero())
    pending_.push_back({.player = id, .pp = pp, .due = now + options_.pp_lag});
  else
    found->pp += pp;
  return {};
}

// One that is worth more than what it pushes down, and some tries before it.
void World::add_play(Player& player, double gained, Time now) {
  const auto tries = random_.between(1, 12);
  player.play_count += tries;
  player.play_time_s += tries * seconds_per_play;
  player.last_played = now;
  const double top = player.best.empty() ? 0 : player.best.front().pp;
  player.best.push_back({.id = next_score_++,
                         .pp = std::max(top * 0.8, gained) + gained * random_.unit(),
                         .accuracy = 0.94 + 0.06 * random_.unit(),
                         .grade = "S",
                         .mods = {random_.chance(0.5) ? "HD" : "DT"},
                         .max_combo = random_.between(400, 1800),
                         .misses = random_.between(0, 2),
                         .map = static_cast<std::size_t>(random_.next() % map_count()),
                         .ended_at = now});
  sort_best(player);
}

Result<> World::lose_pp(std::int64_t id, double pp) {
  auto* const found = player(id);
  if (!found) return unknown_player(id);
  if (!(pp >= 1 && pp < found->pp))
    return fail(ErrorKind::invalid, "pp must be at least 1, and fewer than they have.");
  if (found->best.size() > 1) found->best.erase(found->best.begin());
  found->pp -= pp;
  return {};
}

Result<> World::rename(std::int64_t id, std::string username) {
  auto* const found = player(id);
  if (!found) return unknown_player(id);
  if (!is_username(username))
    return fail(ErrorKind::invalid, "A username has 3 to 15 letters, digits, spaces and the signs _ - [ ].");
  const auto taken = std::ranges::any_of(
      players_, [&](const Player& one) { return one.id != id && lower(one.username) == lower(username); });
  if (taken) return fail(ErrorKind::conflict, fmt::format("Somebody is called {} already.", username));
  if (found->username != username) found->previous_usernames.push_back(found->username);
  found->username = std::move(username);
  return {};
}

Result<> World::set_restricted(std::int64_t id, bool restricted) {
  auto* const found = player(id);
  if (!found) return unknown_player(id);
  found->restricted = restricted;
  return {};
}

Result<> World::set_deleted(std::int64_t id) {
  auto* const found = player(id);
  if (!found) return unknown_player(id);
  found->deleted = true;
  return {};
}

Result<> World::set_inactive(std::int64_t id, bool inactive, Time now) {
  auto* const found = player(id);
  if (!found) return unknown_player(id);
  found->last_played = inactive ? now - options_.unranked_after - std::chrono::days(1) : now;
  return {};
}

Result<> World::rework(double factor) {
  constexpr double factor_min = 0.5;
  constexpr double factor_max = 2;
  constexpr double spread = 0.04;
  if (!(factor >= factor_min && factor <= factor_max))
    return fail(ErrorKind::invalid, "factor must be from 0.5 to 2.");
  ladder_.scale(factor);
  for (auto& one : players_) {
    const double own = factor * (1 - spread + 2 * spread * random_.unit());
    one.pp *= own;
    for (auto& play : one.best) play.pp *= own;
  }
  return {};
}

// ---- Looking.

bool World::is_ranked(const Player& player, Time now) const {
  return player.pp > 0 && now - player.last_played < options_.unranked_after;
}

// Two of us never share a rank, and more pp is a better one.
std::map<std::int64_t, Standing> World::standings(Time now) const {
  std::vector<const Player*> order;
  order.reserve(players_.size());
  for (const auto& one : players_) order.push_back(&one);
  std::ranges::sort(order, std::greater{}, [](const Player* one) { return std::pair(one->pp, -one->id); });
  std::map<std::int64_t, Standing> out;
  std::int64_t last = 0;
  std::map<std::string, std::int64_t> last_in;
  for (const auto* one : order) {
    auto& mine = out[one->id];
    if (!is_ranked(*one, now)) {
      mine.pp = options_.inactive_pp_is_zero ? 0 : one->pp;
      continue;
    }
    mine.pp = one->pp;
    if (one->restricted || one->deleted) continue;  // they are in nobody's way
    last = std::max(ladder_.rank_of(one->pp), last + 1);
    mine.global_rank = last;
    auto& last_here = last_in[one->country_code];
    last_here = std::max(last / countries_apart + 1, last_here + 1);
    mine.country_rank = last_here;
  }
  return out;
}

Standing World::standing(std::int64_t id, Time now) const {
  const auto all = standings(now);
  const auto found = all.find(id);
  return found == all.end() ? Standing{} : found->second;
}

const Player* World::find_player(std::int64_t id) const {
  const auto found = std::ranges::find(players_, id, &Player::id);
  return found == players_.end() ? nullptr : &*found;
}

Player* World::player(std::int64_t id) {
  const auto found = std::ranges::find(players_, id, &Player::id);
  return found == players_.end() ? nullptr : &*found;
}

json::object World::snapshot(Time now) const {
  const auto all = standings(now);
  json::array players;
  for (const auto& one : players_) {
    const auto& mine = all.at(one.id);
    players.emplace_back(json::object{
        {"id", one.id},
        {"username", one.username},
        {"country_code", one.country_code},
        {"pp", std::round(mine.pp * 100) / 100},
        {"global_rank", mine.global_rank ? json::value(*mine.global_rank) : json::value(nullptr)},
        {"play_count", one.play_count},
        {"state", state_of(one, mine.global_rank.has_value())}});
  }
  return {{"players", std::move(players)},
          {"maintenance", maintenance_},
          {"client_id", oauth_.application().client_id},
          {"counters", json::object{{"requests", counters_.requests},
                                    {"units", counters_.units},
                                    {"tokens", counters_.tokens},
                                    {"refused_for_rate", counters_.refused_for_rate},
                                    {"unauthorized", counters_.unauthorized},
                                    {"busiest_minute", counters_.busiest_minute},
                                    {"asked_again_within_a_minute", counters_.asked_again_within_a_minute}}}};
}

}  // namespace matchday::sandbox::osu
