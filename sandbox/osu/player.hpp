// A player of simulated osu! and their best plays, all in osu!standard. Plain values: the rules are in
// world.cpp, the documents in documents.cpp.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.hpp"

namespace matchday::sandbox::osu {

struct Play {
  std::int64_t id = 0;
  double pp = 0;
  double accuracy = 0.97;  // 0 to 1
  std::string grade = "S";
  std::vector<std::string> mods;
  std::int64_t max_combo = 0;
  std::int64_t misses = 0;
  std::size_t map = 0;  // one of the few maps that everybody plays (documents.cpp)
  Time ended_at;
};

struct Player {
  std::int64_t id = 0;
  std::string username;
  std::vector<std::string> previous_usernames = {};  // the oldest first
  std::string country_code = "NO";
  double pp = 0;  // 0: has never been ranked
  double accuracy = 0.97;
  std::int64_t play_count = 0;
  std::int64_t play_time_s = 0;
  Time last_played = {};  // also their last visit
  bool hides_presence = false;
  bool restricted = false;
  bool deleted = false;
  std::vector<Play> best = {};                  // the most pp first
  std::vector<std::int64_t> rank_history = {};  // of the last days, the oldest first; 0: unranked
};

}  // namespace matchday::sandbox::osu
