// The Data API v4 of simulated FACEIT: authentication, rate, and the routes that a tournament bot reads.
// Shapes and statuses follow docs/reference/faceit.md, 2.2; error codes other than err_nf0 are not published
// and are ours.
#include <algorithm>
#include <ranges>

#include <fmt/format.h>

#include "sandbox/faceit/world.hpp"

#include "base/number.hpp"

namespace matchday::sandbox::faceit {
namespace {

ApiResponse answer(int status, const json::object& body) {
  ApiResponse response{.status = status, .body = to_text(body)};
  response.headers.set("Content-Type", "application/json");
  return response;
}

ApiResponse error(int status, std::string_view code, std::string_view message) {
  return answer(status, error_document(status, code, message));
}

ApiResponse not_found() {
  return error(404, "err_nf0", "The resource was not found.");
}
ApiResponse bad_request(std::string_view message) {
  return error(400, "err_br0", message);
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

class Query {
 public:
  explicit Query(std::string_view text) : fields_(net::parse_query(text)) {}

  std::string get(std::string_view name) const {
    const auto found = std::ranges::find(fields_, name, &std::pair<std::string, std::string>::first);
    return found == fields_.end() ? std::string() : found->second;
  }

  // A number within the bounds; `fallback` when absent, nothing when it is wrong.
  std::optional<std::size_t> number(std::string_view name, std::size_t fallback, std::size_t low,
                                    std::size_t high) const {
    const auto text = get(name);
    if (text.empty()) return fallback;
    const auto value = parse_number<std::size_t>(text);
    return value && *value >= low && *value <= high ? value : std::nullopt;
  }

 private:
  std::vector<std::pair<std::string, std::string>> fields_;
};

// {"items":[…],"start":…,"end":…}. Bounds of offset and limit as in FACEIT's own API description.
ApiResponse page(const Query& query, const json::array& all) {
  const auto offset = query.number("offset", 0, 0, 1000);
  const auto limit = query.number("limit", 20, 1, 100);
  if (!offset || !limit) return bad_request("offset must be 0 to 1000 and limit 1 to 100.");
  const auto begin = std::min(*offset, all.size());
  const auto end = std::min(begin + *limit, all.size());
  json::array items(all.begin() + static_cast<std::ptrdiff_t>(begin),
                    all.begin() + static_cast<std::ptrdiff_t>(end));
  return answer(200, {{"items", std::move(items)}, {"start", begin}, {"end", end}});
}

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  const auto same = [](char a, char b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return lower(a) == lower(b);
  };
  return !std::ranges::search(text, part, same).empty() || part.empty();
}

ApiResponse look_up_player(const Query& query, const std::vector<Player>& players, const Place& place) {
  const auto nickname = query.get("nickname");
  const auto game_player_id = query.get("game_player_id");
  if (nickname.empty() && (game_player_id.empty() || query.get("game").empty())) {
    return bad_request("Give a nickname, or a game and a game_player_id.");
  }
  for (const auto& player : players) {
    // Letter case matters here and does not in the search: both were reported from the real API.
    if (nickname.empty() ? player.game_player_id == game_player_id : player.nickname == nickname) {
      return answer(200, player_document(player, place));
    }
  }
  return not_found();
}

ApiResponse search_players(const Query& query, const std::vector<Player>& players, const Place& place) {
  const auto nickname = query.get("nickname");
  const auto country = query.get("country");
  if (nickname.empty()) return bad_request("nickname is required.");
  json::array found;
  for (const auto& player : players) {
    if (!country.empty() && player.country != country) continue;
    if (contains_ignoring_case(player.nickname, nickname)) found.emplace_back(search_item(player, place));
  }
  return page(query, found);
}

enum class Listing { all, upcoming, ongoing, past };

std::optional<Listing> parse_listing(std::string_view type) {
  if (type.empty() || type == "all") return Listing::all;
  if (type == "upcoming") return Listing::upcoming;
  if (type == "ongoing") return Listing::ongoing;
  if (type == "past") return Listing::past;
  return std::nullopt;
}

Listing listing_of(const Match& match, bool new_matches_are_upcoming) {
  if (is_over(match.status)) return Listing::past;
  if (match.status == Status::scheduled) return Listing::upcoming;
  const bool new_match = match.status == Status::created || match.status == Status::captain_pick;
  return new_match && new_matches_are_upcoming ? Listing::upcoming : Listing::ongoing;
}

}  // namespace

ApiResponse World::handle(const ApiRequest& request, Time now) {
  ++counters_.requests;
  if (request.headers.get("Authorization") != "Bearer " + options_.api_key) {
    ++counters_.unauthorized;
    return error(401, "err_a0", "The API key is missing or wrong.");
  }
  if (!within_rate(now)) {
    ++counters_.refused_for_rate;
    auto response = error(429, "err_r0", "Too many requests.");
    if (options_.sends_retry_after) response.headers.set("Retry-After", "1");
    return response;
  }
  catch_up(now);
  if (request.method != "GET") return error(405, "err_m0", "The Data API only reads.");
  return route(request, now);
}

// A token bucket over all requests of the key.
bool World::within_rate(Time now) {
  if (refilled_at_) {
    const std::chrono::duration<double> passed = now - *refilled_at_;
    tokens_ = std::min(options_.request_burst, tokens_ + passed.count() * options_.requests_per_second);
  }
  refilled_at_ = now;
  if (tokens_ < 1) return false;
  tokens_ -= 1;
  return true;
}

ApiResponse World::route(const ApiRequest& request, Time now) const {
  const auto parts = segments(request.path);
  const Query query(request.query);
  const auto is = [&](std::size_t count, std::string_view first) {
    return parts.size() == count && parts[0] == first;
  };

  if (is(1, "players")) return look_up_player(query, players_, options_.place);
  if (is(2, "players")) {
    const auto* player = find_player(parts[1]);
    return player ? answer(200, player_document(*player, options_.place)) : not_found();
  }
  if (is(2, "search") && parts[1] == "players") return search_players(query, players_, options_.place);
  if (is(2, "matches")) {
    const auto* found = find_match(parts[1]);
    if (!found || now < found->created_at + options_.match_visible_after) return not_found();
    return answer(200, match_document(*found, options_.place, lookup()));
  }
  if (parts.size() < 2) return not_found();
  auto found = competition(parts[0], parts[1]);
  if (!found) return not_found();
  if (parts.size() == 2) return std::move(*found);
  if (parts.size() > 3 || parts[2] != "matches") return not_found();
  return listing(parts[0] == "hubs" ? "hub" : "championship", parts[1], request.query, now);
}

// A hub or a championship as FACEIT describes it; an id of the one is unknown as the other.
std::optional<ApiResponse> World::competition(const std::string& folder, const std::string& id) const {
  json::object document{{"avatar", ""}, {"game_id", options_.place.game}, {"region", options_.place.region}};
  if (folder == "hubs") {
    const auto hub = std::ranges::find(hubs_, id, &Hub::hub_id);
    if (hub == hubs_.end()) return std::nullopt;
    document["hub_id"] = hub->hub_id;
    document["name"] = hub->name;
    document["organizer_id"] = hub->organizer_id;
    return answer(200, document);
  }
  const auto championship = std::ranges::find(championships_, id, &Championship::championship_id);
  if (folder != "championships" || championship == championships_.end()) return std::nullopt;
  document["championship_id"] = championship->championship_id;
  document["name"] = championship->name;
  document["organizer_id"] = championship->organizer_id;
  document["type"] = "bracket";
  document["status"] = "started";
  return answer(200, document);
}

ApiResponse World::listing(std::string_view type, const std::string& id, const std::string& query_text,
                           Time now) const {
  const Query query(query_text);
  const auto wanted = parse_listing(query.get("type"));
  if (!wanted) return bad_request("type must be all, upcoming, ongoing or past.");
  json::array found;
  for (const auto& match : std::views::reverse(matches_)) {  // newest first
    if (match.competition.id != id || match.competition.type != type) continue;
    if (now < match.created_at + options_.match_visible_after) continue;
    if (*wanted != Listing::all && listing_of(match, options_.new_matches_are_upcoming) != *wanted) continue;
    found.emplace_back(match_document(match, options_.place, lookup()));
  }
  return page(query, found);
}

}  // namespace matchday::sandbox::faceit
