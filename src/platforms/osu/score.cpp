// See score.hpp.
#include "platforms/osu/score.hpp"

namespace matchday::osu {
namespace {

Beatmap parse_beatmap(const Fields& map, const Fields& set) {
  return {.id = map.integer("id").value_or(0),
          .artist = set.string_or("artist", ""),
          .title = set.string_or("title", ""),
          .version = map.string_or("version", ""),
          .creator = set.string_or("creator", ""),
          .cover_url = set.object("covers").string_or("list", ""),
          .status = map.string_or("status", ""),
          .star_rating = number_or(map, "difficulty_rating", 0),
          .bpm = number_or(map, "bpm", 0),
          .length = std::chrono::seconds(map.integer("total_length").value_or(0)),
          .circle_size = number_or(map, "cs", 0),
          .approach_rate = number_or(map, "ar", 0),
          .overall_difficulty = number_or(map, "accuracy", 0),
          .drain = number_or(map, "drain", 0)};
}

// A dictionary: a key that is missing counts zero (reference/osu.md §3.5).
HitCounts parse_hits(const Fields& fields) {
  return {.great = fields.integer("great").value_or(0),
          .ok = fields.integer("ok").value_or(0),
          .meh = fields.integer("meh").value_or(0),
          .miss = fields.integer("miss").value_or(0)};
}

}  // namespace

std::optional<Score> parse_score(const json::value& value) {
  const Fields fields(value);
  Score score{.id = fields.integer("id").value_or(0),
              .player = PlayerId{fields.integer("user_id").value_or(0)},
              .accuracy = number_or(fields, "accuracy", 0),
              .grade = fields.string_or("rank", ""),
              .max_combo = fields.integer("max_combo").value_or(0),
              .total_score = fields.integer("total_score").value_or(0),
              .hits = parse_hits(fields.object("statistics")),
              .beatmap = parse_beatmap(fields.object("beatmap"), fields.object("beatmapset"))};
  if (score.id <= 0) return std::nullopt;
  if (const auto* pp = fields.get("pp"); pp && pp->is_number()) score.pp = number_or(fields, "pp", 0);
  if (const auto text = fields.string("ended_at")) {
    if (const auto time = parse_rfc3339(*text)) score.ended_at = *time;
  }
  for (const auto& mod : fields.array("mods")) {
    if (auto acronym = Fields(mod).string("acronym")) score.mods.push_back(std::move(*acronym));
  }
  return score;
}

}  // namespace matchday::osu
