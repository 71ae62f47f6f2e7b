// Matches as the Data API writes them: the score, the veto, the levels and the demos, and everything that is
// absent, null or of another shape than was seen.
#include "platforms/faceit/match.hpp"

#include "base/random.hpp"

namespace matchday::faceit {
namespace {

constexpr std::string_view series = R"({
  "match_id": "1-7f3c", "status": "FINISHED", "best_of": 3, "game": "cs2",
  "teams": {"faction1": {"faction_id": "a", "name": "Kestrel", "roster": [
      {"player_id": "p1", "nickname": "Kestrel", "game_skill_level": 10},
      {"player_id": "p2", "nickname": "oakfist", "game_skill_level": 8}],
      "stats": {"winProbability": 0.52, "skillLevel": {"average": 9, "range": {"min": 8, "max": 10}}}}},
  "voting": {"voted_entity_types": ["map", "location"],
    "map": {"pick": ["de_mirage", "de_nuke", "de_new"], "entities": [
      {"name": "Nuke", "class_name": "de_nuke", "guid": "de_nuke"},
      {"name": "Mirage", "game_map_id": "de_mirage"}]},
    "location": {"pick": ["loc-7"], "entities": [{"name": "Sweden", "game_location_id": "loc-7"}]}},
  "results": {"winner": "faction1", "score": {"faction1": 2, "faction2": 1}},
  "detailed_results": [
    {"asc_score": false, "winner": "faction1", "factions":
      {"faction1": {"score": 13}, "faction2": {"score": 9}}},
    {"winner": "faction2", "factions": {"faction1": {"score": "7"}, "faction2": {"score": "13"}}},
    {"winner": "faction1", "factions": {"faction1": {"score": 16}, "faction2": {"score": 14}}}],
  "demo_url": ["https://demos.example/1-7f3c-1-1.dem.zst", "https://demos.example/1-7f3c-2-1.dem.zst"],
  "faceit_url": "https://www.faceit.com/{lang}/cs2/room/1-7f3c"})";

Match parsed(std::string_view text) {
  return parse_match(parse_json(text).value());
}

TEST(FaceitMatch, a_finished_series_tells_its_maps_its_score_and_its_demos) {
  const auto match = parsed(series);
  EXPECT_EQ(match.best_of, 3);
  EXPECT_EQ(match.winner, "faction1");
  EXPECT_EQ(match.score, (Score{2, 1}));
  EXPECT_EQ(match.maps, (std::vector<Score>{{13, 9}, {7, 13}, {16, 14}}));
  EXPECT_EQ(match.demo_urls.size(), 2U);
  EXPECT_EQ(match.url, "https://www.faceit.com/en/cs2/room/1-7f3c");
}

TEST(FaceitMatch, what_was_voted_for_has_the_name_that_people_use_and_else_its_id) {
  const auto match = parsed(series);
  EXPECT_EQ(match.map, "Mirage, Nuke, de_new");
  EXPECT_EQ(match.location, "Sweden");
  EXPECT_EQ(parsed(R"({"voting":{"map":{"pick":"de_dust2"}}})").map, "de_dust2");
  EXPECT_EQ(parsed(R"({"voting":{"map":{"pick":[]},"location":null}})").map, "");
}

TEST(FaceitMatch, teams_and_players_have_their_levels) {
  const auto match = parsed(series);
  const auto& team = match.teams.at(0);
  EXPECT_EQ(team.average_level, 9);
  EXPECT_EQ(team.roster.at(0).level, 10);
  EXPECT_EQ(team.roster.at(1).level, 8);
}

TEST(FaceitMatch, levels_are_read_from_text_and_fractions_and_only_from_1_to_10) {
  struct Case {
    const char* average;
    std::optional<int> level;
  };
  for (const auto& c :
       {Case{"8.6", 9}, Case{"\"8\"", 8}, Case{"0", {}}, Case{"11", {}}, Case{"-3", {}}, Case{"null", {}},
        Case{"\"high\"", {}}, Case{"\"\"", {}}, Case{"1e300", {}}, Case{"[9]", {}}, Case{"{}", {}}}) {
    const auto match = parsed(R"({"teams":{"faction1":{"stats":{"skillLevel":{"average":)" +
                              std::string(c.average) + "}}}}}");
    EXPECT_EQ(match.teams.at(0).average_level, c.level) << c.average;
  }
}

TEST(FaceitMatch, a_match_without_a_score_has_none_rather_than_nil_nil) {
  EXPECT_FALSE(parsed(R"({"match_id":"1-a","status":"READY"})").score);
  const auto aborted = parsed(R"({"status":"ABORTED","results":{"winner":"","score":{}}})");
  EXPECT_FALSE(aborted.score);
  EXPECT_EQ(aborted.winner, "");
  EXPECT_EQ(parsed(R"({"results":{"winner":"","score":{"faction1":"4"}}})").score, (Score{4, 0}));
}

TEST(FaceitMatch, what_is_null_or_of_another_shape_reads_as_nothing) {
  for (const auto* text :
       {"{}", "null", "[]",
        R"({"voting":null,"results":null,"detailed_results":null,"demo_url":null,"teams":null,"best_of":null,
        "faceit_url":null})",
        R"({"voting":[],"results":[],"detailed_results":{},"demo_url":{},"teams":"x","best_of":"many",
        "faceit_url":7})",
        R"({"voting":{"map":7,"location":[]},"results":{"winner":7,"score":[1,2]},
        "detailed_results":[null,7,{"factions":[]},{"factions":{"faction1":7}}],"demo_url":[null,7,""],
        "teams":{"faction1":null},"best_of":0,"faceit_url":"ftp://faceit.example"})"}) {
    const auto match = parsed(text);
    EXPECT_EQ(match.map + match.location + match.winner + match.url, "") << text;
    EXPECT_EQ(match.best_of, 1) << text;
    EXPECT_FALSE(match.score) << text;
    EXPECT_TRUE(match.maps.empty() && match.demo_urls.empty() && match.teams.empty()) << text;
  }
}

TEST(FaceitMatch, numbers_may_come_as_text) {
  const auto match = parsed(R"({"best_of":"3","started_at":"1773513011","finished_at":1773515402.0,
    "demo_url":"https://demos.example/1.dem.zst"})");
  EXPECT_EQ(match.best_of, 3);
  EXPECT_EQ(to_ms(*match.started_at), 1'773'513'011'000);
  EXPECT_EQ(to_ms(*match.finished_at), 1'773'515'402'000);
  EXPECT_EQ(match.demo_urls, (std::vector<std::string>{"https://demos.example/1.dem.zst"}));
}

TEST(FaceitMatch, random_documents_never_do_more_than_read_as_less) {
  Random random(11);
  for (int i = 0; i < 2000; ++i) {
    std::string text(series);
    for (int changes = 0; changes < 4; ++changes) {
      text[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(text.size()) - 1))] =
          static_cast<char>(random.between(32, 126));
    }
    const auto document = parse_json(text);
    if (document) EXPECT_GE(parse_match(*document).best_of, 1);
  }
}

}  // namespace
}  // namespace matchday::faceit
