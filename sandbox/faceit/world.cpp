// See world.hpp. The routes of the Data API are in data_api.cpp.
#include "sandbox/faceit/world.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace matchday::sandbox::faceit {
namespace {

Team make_team(const Player& captain, std::vector<std::string> roster) {
  return {.faction_id = captain.player_id,
          .name = "team_" + captain.nickname,
          .leader = captain.player_id,
          .roster = std::move(roster)};
}

std::unexpected<Error> unknown_match(std::string_view match_id) {
  return fail(ErrorKind::not_found, fmt::format("There is no FACEIT match {}.", match_id));
}

Team without_roster(Team team) {
  team.roster.clear();
  return team;
}

}  // namespace

World::World(WorldOptions options, Random random)
    : options_(std::move(options)),
      random_(random),
      webhooks_(options_.webhooks, random_.fork()),
      app_id_(uuid()),
      subscriber_id_(uuid()),
      tokens_(options_.request_burst) {}

void World::add_player(Player player) {
  players_.push_back(std::move(player));
}
void World::add_hub(Hub hub) {
  hubs_.push_back(std::move(hub));
}
void World::add_championship(Championship championship) {
  championships_.push_back(std::move(championship));
}

void World::tick(Time now) {
  catch_up(now);
  webhooks_.tick(now);
}

std::optional<Time> World::next_tick() const {
  auto next = webhooks_.next_tick();
  for (const auto& match : matches_) {
    for (const auto& due : {check_in_of(match), match.demo_due}) {
      if (due && (!next || *due < *next)) next = due;
    }
  }
  return next;
}

// When a scheduled match opens its check-in; nothing when it has, or never was scheduled.
std::optional<Time> World::check_in_of(const Match& match) const {
  if (match.status != Status::scheduled) return std::nullopt;
  return *match.scheduled_at - options_.check_in_before;
}

// What happens to matches by itself, as time passes.
void World::catch_up(Time now) {
  for (auto& match : matches_) {
    if (const auto opens = check_in_of(match); opens && *opens <= now) open_check_in(match, *opens);
    if (match.demo_due && *match.demo_due <= now) CHECK(publish_demos(match, *match.demo_due));
  }
}

Result<std::string> World::create_match(NewMatch wanted, Time now) {
  std::set<std::string> seen;
  for (const auto* side : {&wanted.faction1, &wanted.faction2}) {
    if (side->empty()) return fail(ErrorKind::invalid, "Both teams need at least one player.");
    for (const auto& id : *side) {
      if (!find_player(id)) return fail(ErrorKind::invalid, fmt::format("There is no FACEIT player {}.", id));
      if (!seen.insert(id).second) {
        return fail(ErrorKind::invalid,
                    fmt::format("The player {} is named twice.", find_player(id)->nickname));
      }
    }
  }
  if (wanted.best_of != 1 && wanted.best_of != 3 && wanted.best_of != 5)
    return fail(ErrorKind::invalid, "best_of must be 1, 3 or 5.");
  Match made{.match_id = "1-" + uuid(),
             .organizer_id = std::move(wanted.organizer_id),
             .competition = std::move(wanted.competition),
             .shape = wanted.shape,
             .created_at = now,
             .updated_at = now,
             .scheduled_at = wanted.scheduled_at,
             .best_of = wanted.best_of};
  made.teams.push_back(make_team(*find_player(wanted.faction1.front()), wanted.faction1));
  made.teams.push_back(make_team(*find_player(wanted.faction2.front()), wanted.faction2));
  if (wanted.without_teams) {
    made.status = Status::captain_pick;
    made.drawn = made.teams;
    std::ranges::transform(made.drawn, made.teams.begin(), without_roster);
  }
  if (made.scheduled_at && *made.scheduled_at - options_.check_in_before > now)
    made.status = Status::scheduled;
  matches_.push_back(std::move(made));
  announce(matches_.back(), "match_object_created", now);
  return matches_.back().match_id;
}

Result<> World::step(std::string_view match_id, Step step, Time now) {
  if (step == Step::substitute) return substitute(match_id, std::nullopt, std::nullopt, now);
  auto* const found = match(match_id);
  if (!found) return unknown_match(match_id);
  catch_up(now);
  if (step == Step::demo_ready) return publish_demos(*found, now);
  auto event = apply(*found, step, now);
  if (!event) return std::unexpected(event.error());
  if (*event) announce(*found, **event, now);
  const bool played = found->status == Status::finished && found->started_at;
  if (played && options_.demo_after) found->demo_due = now + *options_.demo_after;
  return {};
}

Result<> World::score(std::string_view match_id, Score rounds, std::optional<std::size_t> map, Time now) {
  auto* const found = match(match_id);
  if (!found) return unknown_match(match_id);
  return set_score(*found, rounds, map, now);
}

// One demo for each map that was played, and a webhook for each demo.
Result<> World::publish_demos(Match& match, Time now) {
  match.demo_due.reset();
  if (match.status != Status::finished || match.maps.empty() || !match.demo_urls.empty()) {
    return fail(ErrorKind::conflict,
                fmt::format("The match is {}: there are no new demos of it.", faceit::name(match.status)));
  }
  ++match.version;
  match.updated_at = now;
  for (std::size_t round = 1; round <= match.maps.size(); ++round) {
    const auto instance = fmt::format("{}-{}-1", match.match_id, round);
    match.demo_urls.push_back(
        fmt::format("https://demos.example/{}/{}.dem.zst", options_.place.game, instance));
    announce(match, "match_demo_ready", now,
             {{"demo_url", match.demo_urls.back()}, {"match_instance_id", instance}, {"round", round}});
  }
  return {};
}

Result<> World::substitute(std::string_view match_id, std::optional<std::string> leaves,
                           std::optional<std::string> comes, Time now) {
  auto* const found = match(match_id);
  if (!found) return unknown_match(match_id);
  if (is_over(found->status))
    return fail(ErrorKind::conflict, "The match is over: nobody can be substituted.");
  const auto place_of = [&](const std::string& id) -> std::pair<Team*, std::vector<std::string>::iterator> {
    for (auto& team : found->teams) {
      const auto at = std::ranges::find(team.roster, id);
      if (at != team.roster.end()) return {&team, at};
    }
    return {nullptr, {}};
  };
  if (!leaves && !found->teams[0].roster.empty()) leaves = found->teams[0].roster.back();
  if (!comes) {
    const auto free =
        std::ranges::find_if(players_, [&](const Player& p) { return !place_of(p.player_id).first; });
    if (free != players_.end()) comes = free->player_id;
  }
  if (!leaves || !comes)
    return fail(ErrorKind::conflict, "There is nobody to substitute, or nobody to come in.");
  if (!find_player(*comes))
    return fail(ErrorKind::invalid, fmt::format("There is no FACEIT player {}.", *comes));
  if (place_of(*comes).first)
    return fail(ErrorKind::conflict, "The one who comes in plays in this match already.");
  const auto [team, seat] = place_of(*leaves);
  if (!team) return fail(ErrorKind::conflict, "The one who leaves does not play in this match.");

  *seat = *comes;
  if (team->leader == *leaves) team->leader = *comes;
  ++team->substitutions;
  ++found->version;
  found->updated_at = now;
  return {};
}

// Once for each subscription; what belongs to the event only is in `extra`.
void World::announce(const Match& match, const std::string& event, Time now, const json::object& extra) {
  const auto players = lookup();
  const bool with_teams = event != "match_object_created" || options_.created_webhook_has_teams;
  for (int i = 0; i < webhooks_.target().subscriptions; ++i) {
    if (match.shape == WebhookShape::seed) {
      webhooks_.add(event, match.match_id, seed_webhook(match, event, players), false, now);
      continue;
    }
    auto payload = webhook_payload(match, options_.place, players, with_teams);
    for (const auto& [key, value] : extra) payload[key] = value;
    json::object envelope{{"transaction_id", uuid()},
                          {"event", event},
                          {"event_id", uuid()},
                          {"third_party_id", subscriber_id_},
                          {"app_id", app_id_},
                          {"timestamp", webhook_time(now)},
                          {"version", 1},
                          {"payload", std::move(payload)}};
    webhooks_.add(event, match.match_id, std::move(envelope), true, now);
  }
}

const Match* World::find_match(std::string_view match_id) const {
  const auto found = std::ranges::find(matches_, match_id, &Match::match_id);
  return found == matches_.end() ? nullptr : &*found;
}

Match* World::match(std::string_view match_id) {
  const auto found = std::ranges::find(matches_, match_id, &Match::match_id);
  return found == matches_.end() ? nullptr : &*found;
}

const Player* World::find_player(std::string_view player_id) const {
  const auto found = std::ranges::find(players_, player_id, &Player::player_id);
  return found == players_.end() ? nullptr : &*found;
}

PlayerLookup World::lookup() const {
  return [this](std::string_view player_id) { return find_player(player_id); };
}

// Version 4 (RFC 9562): 122 random bits.
std::string World::uuid() {
  const auto high = (random_.next() & ~0xF000ULL) | 0x4000ULL;
  const auto low = (random_.next() & ~(0x3ULL << 62)) | (0x2ULL << 62);
  return fmt::format("{:08x}-{:04x}-{:04x}-{:04x}-{:012x}", high >> 32, (high >> 16) & 0xFFFF, high & 0xFFFF,
                     low >> 48, low & 0xFFFF'FFFF'FFFFULL);
}

json::object World::snapshot() const {
  json::array players;
  for (const auto& player : players_) {
    players.emplace_back(json::object{
        {"player_id", player.player_id}, {"nickname", player.nickname}, {"skill_level", player.skill_level}});
  }
  json::array matches;
  for (const auto& match : matches_) {
    auto document = match_document(match, options_.place, lookup());
    document["shape"] = match.shape == WebhookShape::seed ? "seed" : "real";
    document["created_at"] = to_ms(match.created_at);
    document["updated_at"] = to_ms(match.updated_at);
    matches.emplace_back(std::move(document));
  }
  json::array hubs;
  for (const auto& hub : hubs_) hubs.emplace_back(json::object{{"hub_id", hub.hub_id}, {"name", hub.name}});
  json::array championships;
  for (const auto& one : championships_) {
    championships.emplace_back(json::object{{"championship_id", one.championship_id}, {"name", one.name}});
  }
  const auto& target = webhooks_.target();
  return {
      {"players", std::move(players)},
      {"matches", std::move(matches)},
      {"hubs", std::move(hubs)},
      {"championships", std::move(championships)},
      {"webhook_target",
       json::object{{"url", target.url}, {"header", target.header}, {"subscriptions", target.subscriptions}}},
      {"counters", json::object{{"requests", counters_.requests},
                                {"refused_for_rate", counters_.refused_for_rate},
                                {"unauthorized", counters_.unauthorized}}}};
}

}  // namespace matchday::sandbox::faceit
