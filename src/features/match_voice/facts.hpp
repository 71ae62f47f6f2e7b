// What FACEIT last told about a match beside its roster: for the card, the live score and the lists. No
// decision about rooms depends on it.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platforms/faceit/match.hpp"

namespace matchday::match_voice {

struct Facts {
  faceit::MatchStatus status = faceit::MatchStatus::unknown;
  std::string url;  // the match's page
  std::string region;
  std::string map;       // empty before the veto
  std::string location;  // empty before the veto
  int best_of = 1;
  std::optional<faceit::Score> score;
  std::vector<faceit::Score> maps;
  std::string winner;  // "faction1", "faction2", or empty
  std::vector<std::string> demo_urls;
  std::optional<Time> started_at;
  std::optional<Time> finished_at;

  bool operator==(const Facts&) const = default;
};

Facts facts_of(const faceit::Match& match);

json::object to_json(const Facts& facts);
Facts parse_facts(const json::value& stored);

}  // namespace matchday::match_voice
