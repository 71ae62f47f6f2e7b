// See facts.hpp.
#include "features/match_voice/facts.hpp"

namespace matchday::match_voice {
namespace {

json::array to_json(const faceit::Score& score) {
  return {score.faction1, score.faction2};
}

std::optional<faceit::Score> parse_score(const json::value& value) {
  const auto* pair = value.if_array();
  if (!pair || pair->size() != 2 || !pair->at(0).is_int64() || !pair->at(1).is_int64()) return std::nullopt;
  return faceit::Score{static_cast<int>(pair->at(0).as_int64()), static_cast<int>(pair->at(1).as_int64())};
}

json::value to_json(std::optional<Time> time) {
  return time ? json::value(to_ms(*time)) : json::value(nullptr);
}

std::optional<Time> parse_time(const json::value& value) {
  return value.is_int64() ? std::optional(from_ms(value.as_int64())) : std::nullopt;
}

const json::value& at(const json::object& object, std::string_view key) {
  static const json::value nothing;
  const auto* found = object.if_contains(key);
  return found ? *found : nothing;
}

}  // namespace

Facts facts_of(const faceit::Match& match) {
  return {.status = match.status,
          .url = match.url,
          .region = match.region,
          .map = match.map,
          .location = match.location,
          .best_of = match.best_of,
          .score = match.score,
          .maps = match.maps,
          .winner = match.winner,
          .demo_urls = match.demo_urls,
          .started_at = match.started_at,
          .finished_at = match.finished_at};
}

json::object to_json(const Facts& facts) {
  json::array maps;
  for (const auto& map : facts.maps) maps.push_back(to_json(map));
  json::array demos;
  for (const auto& demo : facts.demo_urls) demos.emplace_back(demo);
  return {{"status", name(facts.status)},
          {"url", facts.url},
          {"region", facts.region},
          {"map", facts.map},
          {"location", facts.location},
          {"best_of", facts.best_of},
          {"score", facts.score ? json::value(to_json(*facts.score)) : json::value(nullptr)},
          {"maps", std::move(maps)},
          {"winner", facts.winner},
          {"demo_urls", std::move(demos)},
          {"started_at", to_json(facts.started_at)},
          {"finished_at", to_json(facts.finished_at)}};
}

Facts parse_facts(const json::value& stored) {
  Facts facts;
  const auto* object = stored.if_object();
  if (!object) return facts;
  const Fields fields(*object);
  facts.status = faceit::match_status(fields.string_or("status", ""));
  facts.url = fields.string_or("url", "");
  facts.region = fields.string_or("region", "");
  facts.map = fields.string_or("map", "");
  facts.location = fields.string_or("location", "");
  facts.best_of = static_cast<int>(fields.integer("best_of").value_or(1));
  facts.score = parse_score(at(*object, "score"));
  for (const auto& map : fields.array("maps")) {
    if (const auto score = parse_score(map)) facts.maps.push_back(*score);
  }
  facts.winner = fields.string_or("winner", "");
  for (const auto& demo : fields.array("demo_urls")) {
    if (demo.is_string()) facts.demo_urls.emplace_back(demo.as_string());
  }
  facts.started_at = parse_time(at(*object, "started_at"));
  facts.finished_at = parse_time(at(*object, "finished_at"));
  return facts;
}

}  // namespace matchday::match_voice
