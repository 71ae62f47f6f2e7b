// The API v2 of simulated osu! and its token endpoint: authentication, price and the routes that a league
// reads. Shapes, statuses and limits follow reference/osu.md §3.1 to §3.5.
#include <fmt/format.h>

#include <algorithm>
#include <ranges>

#include "base/number.hpp"
#include "sandbox/osu/world.hpp"

namespace matchday::sandbox::osu {
namespace {

constexpr std::string_view api_prefix = "/api/v2";
constexpr std::size_t users_max = 50;
constexpr int new_scores_from = 20'220'705;

ApiResponse answer(int status, const json::value& body) {
  ApiResponse response{.status = status, .body = to_text(body)};
  response.headers.set("Content-Type", "application/json");
  return response;
}

ApiResponse error(int status, std::string_view text = "") {
  return answer(status, error_document(text));
}

ApiResponse unauthenticated() {
  return answer(401, {{"authentication", "basic"}});
}

// The handler rebuilds the response: no Retry-After, no X-RateLimit headers (§3.2).
ApiResponse too_many() {
  return error(429, "Too Many Attempts.");
}

ApiResponse maintenance_page() {
  ApiResponse response{.status = 503,
                       .body =
                           "<!DOCTYPE html><html><head><title>osu! is down for maintenance</title></head>"
                           "<body><h1>We'll be back soon!</h1></body></html>"};
  response.headers.set("Content-Type", "text/html; charset=UTF-8");
  return response;
}

ApiResponse of(login::Answer from) {
  return {.status = from.status, .headers = std::move(from.headers), .body = std::move(from.body)};
}

std::vector<std::string> segments(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const auto end = std::min(path.find('/'), path.size());
    parts.push_back(net::decode_component(path.substr(0, end)));
    path.remove_prefix(end);
  }
  return parts;
}

bool is_ruleset(std::string_view mode) {
  return mode == "osu" || mode == "taiko" || mode == "fruits" || mode == "mania";
}

std::vector<std::string> ids_of(const std::string& query) {
  std::vector<std::string> out;
  for (auto& [name, value] : net::parse_query(query)) {
    if (name == "ids[]") out.push_back(value);
  }
  return out;
}

std::string query_field(const std::string& query, std::string_view name) {
  for (auto& [key, value] : net::parse_query(query)) {
    if (key == name) return value;
  }
  return "";
}

bool same_name(std::string_view a, std::string_view b) {
  return net::equal_ignoring_case(a, b);
}

}  // namespace

ApiResponse World::handle(const ApiRequest& request, Time now) {
  tick(now);
  if (request.path == "/oauth/authorize") {  // a page for people
    if (maintenance_) return maintenance_page();
    return of(oauth_.authorize(request.query, players_, now));
  }
  count_request(now);
  if (maintenance_) return maintenance_page();
  if (request.path == "/oauth/token" && request.method == "POST") {
    if (token_requests_.left(request.client_address, now) <= 0) {
      ++counters_.refused_for_rate;
      return too_many();
    }
    token_requests_.charge(request.client_address, 1, now);
    auto given = of(oauth_.token(request.headers, request.body, now));
    if (given.status == 200) ++counters_.tokens;
    return given;
  }
  return request.path.starts_with(api_prefix) ? api(request, now) : error(404);
}

ApiResponse World::api(const ApiRequest& request, Time now) {
  const std::string authorization(request.headers.get("Authorization").value_or(""));
  const auto* token = oauth_.find(authorization, now);
  if (!token) {
    ++counters_.unauthorized;
    return unauthenticated();
  }
  if (units_.left(authorization, now) <= 0) {
    ++counters_.refused_for_rate;
    return too_many();
  }
  if (request.method == "DELETE" && request.path == "/api/v2/oauth/tokens/current") {
    oauth_.revoke(authorization);
    return {.status = 204};
  }
  int cost = 1;
  auto response = route(request, *token, cost, now);
  units_.charge(authorization, cost, now);
  counters_.units += static_cast<std::uint64_t>(cost);
  if (response.status < 300) {
    response.headers.set("X-RateLimit-Limit", std::to_string(units_.per_minute()));
    response.headers.set("X-RateLimit-Remaining",
                         std::to_string(std::max(0, units_.left(authorization, now))));
  }
  return response;
}

ApiResponse World::route(const ApiRequest& request, const Token& token, int& cost, Time now) {
  const auto parts = segments(std::string_view(request.path).substr(api_prefix.size()));
  if (request.method != "GET" || parts.empty()) return error(404);
  if (parts[0] == "me") {
    if (!token.scopes.contains("identify")) return error(403, "A required scope is missing.");
    return parts.size() > 2 ? error(404) : me(parts.size() == 2 ? parts[1] : "osu", token, now);
  }
  if (parts[0] != "users") return error(404);
  if (!token.scopes.contains("public")) return error(403, "A required scope is missing.");
  if (parts.size() == 1) return users(request, cost, now);
  if (parts.size() == 2 && parts[1] == "lookup") return lookup(request, now);
  if (parts.size() == 4 && parts[2] == "scores") return scores(request, parts[1], parts[3], now);
  return parts.size() > 3 ? error(404) : one_user(parts[1], parts.size() == 3 ? parts[2] : "osu", now);
}

// Ids beyond the fiftieth are cut off without a word, and paid for.
ApiResponse World::users(const ApiRequest& request, int& cost, Time now) {
  const auto ids = ids_of(request.query);
  const bool variants = !query_field(request.query, "include_variant_statistics").empty();
  cost = std::max(1, static_cast<int>(ids.size()) * (variants ? 3 : 1));
  json::array found;
  const auto all = standings(now);
  // Not in the order in which they were asked for.
  for (const auto& id : ids | std::views::take(users_max) | std::views::reverse) {
    const auto* one = shown_with_id(id);
    if (!one) continue;
    count_asked(one->id, now);
    found.emplace_back(compact_user(*one, all.at(one->id), now));
  }
  return answer(200, {{"users", std::move(found)}});
}

ApiResponse World::lookup(const ApiRequest& request, Time now) {
  const auto ids = ids_of(request.query);
  if (ids.size() > users_max) return error(422, "ids parameter has a maximum of 50 items");
  const bool with_rank = query_field(request.query, "ruleset_id") == "0";
  json::array found;
  const auto all = standings(now);
  for (const auto& id : ids) {
    if (const auto* one = shown(id))
      found.emplace_back(looked_up_user(*one, all.at(one->id), with_rank, now));
  }
  return answer(200, {{"users", std::move(found)}});
}

ApiResponse World::one_user(const std::string& who, std::string_view mode, Time now) {
  const auto* one = is_ruleset(mode) ? shown(who) : nullptr;
  if (!one) return error(404);
  count_asked(one->id, now);
  return answer(200, extended_user(*one, standing(one->id, now), mode, now));
}

// The restricted see themselves.
ApiResponse World::me(std::string_view mode, const Token& token, Time now) {
  const auto* one = token.player ? find_player(*token.player) : nullptr;
  if (!one || one->deleted || !is_ruleset(mode)) return error(404);
  return answer(200, own_user(*one, standing(one->id, now), mode, now));
}

ApiResponse World::scores(const ApiRequest& request, const std::string& who, std::string_view kind,
                          Time now) {
  const auto* one = shown_with_id(who);
  if (!one || kind != "best") return error(404);
  const auto mode = query_field(request.query, "mode");
  if (!mode.empty() && !is_ruleset(mode)) return error(422, "invalid mode specified");
  constexpr std::size_t limit_default = 5;
  constexpr std::size_t limit_max = 100;
  const auto limit = std::clamp<std::size_t>(
      parse_number<std::size_t>(query_field(request.query, "limit")).value_or(limit_default), 1, limit_max);
  const auto offset = parse_number<std::size_t>(query_field(request.query, "offset")).value_or(0);
  const auto version = parse_number<int>(request.headers.get("x-api-version").value_or("")).value_or(0);
  json::array found;
  if (mode.empty() || mode == "osu") {
    for (std::size_t i = offset; i < one->best.size() && found.size() < limit; ++i)
      found.emplace_back(best_score(*one, i, version < new_scores_from, now));
  }
  return answer(200, found);
}

// By id or "@name"; the restricted and the deleted are not there.
const Player* World::shown(const std::string& who) const {
  if (!who.starts_with('@')) return shown_with_id(who);
  const auto name = std::string_view(who).substr(1);
  const auto visible = [](const Player& one) { return !one.restricted && !one.deleted; };
  const auto current = std::ranges::find_if(
      players_, [&](const Player& one) { return visible(one) && same_name(one.username, name); });
  if (current != players_.end()) return &*current;
  if (!options_.finds_earlier_names) return nullptr;
  const auto earlier = std::ranges::find_if(players_, [&](const Player& one) {
    return visible(one) && std::ranges::any_of(one.previous_usernames,
                                               [&](const std::string& old) { return same_name(old, name); });
  });
  return earlier == players_.end() ? nullptr : &*earlier;
}

const Player* World::shown_with_id(std::string_view id) const {
  const auto number = parse_number<std::int64_t>(id);
  const auto* one = number ? find_player(*number) : nullptr;
  return one && !one->restricted && !one->deleted ? one : nullptr;
}

void World::count_request(Time now) {
  ++counters_.requests;
  last_minute_.push_back(now);
  while (last_minute_.front() <= now - 1min) last_minute_.pop_front();
  counters_.busiest_minute = std::max<std::uint64_t>(counters_.busiest_minute, last_minute_.size());
}

void World::count_asked(std::int64_t id, Time now) {
  const auto known = asked_at_.find(id);
  if (known != asked_at_.end() && now - known->second < 1min) ++counters_.asked_again_within_a_minute;
  asked_at_[id] = now;
}

}  // namespace matchday::sandbox::osu
