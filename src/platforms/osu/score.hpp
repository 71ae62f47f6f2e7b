// Best scores of somebody, in osu!'s new format (x-api-version 20220705 and later; reference/osu.md §3.3,
// §3.5), with what a message about a play shows. Not here: legacy scores; the client always asks for new
// ones.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "base/time.hpp"
#include "platforms/osu/user.hpp"

namespace matchday::osu {

struct Beatmap {
  std::int64_t id = 0;
  std::string artist;
  std::string title;
  std::string version;  // the difficulty's name
  std::string creator;
  std::string cover_url;
  std::string status;  // "ranked", "loved", …
  double star_rating = 0;
  double bpm = 0;
  std::chrono::seconds length{0};
  double circle_size = 0;
  double approach_rate = 0;
  double overall_difficulty = 0;
  double drain = 0;
};

struct HitCounts {
  std::int64_t great = 0;
  std::int64_t ok = 0;
  std::int64_t meh = 0;
  std::int64_t miss = 0;
};

struct Score {
  std::int64_t id = 0;
  PlayerId player;
  std::optional<double> pp;       // nothing: unranked mods, or osu! has not worked it out yet
  double accuracy = 0;            // 0 to 1
  std::string grade;              // XH X SH S A B C D F
  std::vector<std::string> mods;  // acronyms: "HD", "DT"
  std::int64_t max_combo = 0;
  std::int64_t total_score = 0;
  HitCounts hits;
  std::optional<Time> ended_at;
  Beatmap beatmap;
};

// Nothing for a value without an id.
std::optional<Score> parse_score(const json::value& value);

}  // namespace matchday::osu
