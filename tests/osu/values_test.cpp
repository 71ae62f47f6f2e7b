// Users and scores as osu! may write them: with everything, with null wherever the reference allows it
// (reference/osu.md §3.5), and as nonsense.
#include <gmock/gmock.h>

#include "platforms/osu/score.hpp"
#include "platforms/osu/user.hpp"
#include "sandbox/osu/documents.hpp"

namespace matchday::osu {
namespace {

std::optional<User> user_of(std::string_view text) {
  return parse_user(parse_json(text).value(), Ruleset::osu);
}
std::optional<Score> score_of(std::string_view text) {
  return parse_score(parse_json(text).value());
}

TEST(OsuUser, whatever_may_be_null_is_read_as_nothing) {
  const auto user = user_of(R"({"id":5000000000,"username":"[a] b-c_","country_code":null,"country":null,
    "last_visit":null,"profile_colour":null,"team":null,"avatar_url":null,"is_active":null,
    "rank_history":null,"previous_usernames":null,"statistics_rulesets":{"osu":{"pp":0,"global_rank":null,
      "play_time":null,"is_ranked":false,"accuracy":null},"taiko":null}})");
  ASSERT_TRUE(user);
  EXPECT_EQ(user->id.value, 5'000'000'000);
  EXPECT_EQ(user->country_code, "");
  EXPECT_FALSE(user->last_visit);
  EXPECT_FALSE(user->is_active);
  EXPECT_TRUE(user->rank_history.empty());
  ASSERT_TRUE(user->in(Ruleset::osu));
  EXPECT_FALSE(user->in(Ruleset::osu)->is_ranked());
  EXPECT_EQ(user->in(Ruleset::osu)->play_time, 0s);
  EXPECT_FALSE(user->in(Ruleset::taiko));
}

TEST(OsuUser, numbers_come_with_and_without_a_fraction) {
  const auto pp = [](std::string_view number) {
    const auto user = user_of(fmt::format(
        R"({{"id":1,"username":"abc","statistics_rulesets":{{"osu":{{"pp":{},"global_rank":7}}}}}})",
        number));
    return user->in(Ruleset::osu)->pp;
  };
  EXPECT_DOUBLE_EQ(pp("6531.27"), 6531.27);
  EXPECT_DOUBLE_EQ(pp("990"), 990);
  EXPECT_DOUBLE_EQ(pp("6.53127E3"), 6531.27);
  EXPECT_DOUBLE_EQ(pp("null"), 0);
  EXPECT_DOUBLE_EQ(pp("\"990\""), 0);
}

TEST(OsuUser, accuracy_is_a_fraction_also_where_only_the_percentage_is_there) {
  const auto accuracy = [](std::string_view fields) {
    return user_of(fmt::format(R"({{"id":1,"username":"abc","statistics":{{{}}}}})", fields))
        ->in(Ruleset::osu)
        ->accuracy;
  };
  EXPECT_DOUBLE_EQ(accuracy(R"("accuracy":0.987,"hit_accuracy":98.7)"), 0.987);
  EXPECT_DOUBLE_EQ(accuracy(R"("hit_accuracy":98.7)"), 0.987);
}

TEST(OsuUser, a_rank_below_one_is_none_and_days_without_one_are_zero) {
  const auto user = user_of(R"({"id":1,"username":"abc","statistics":{"global_rank":0,"country_rank":-3},
    "rank_history":{"mode":"osu","data":[0,12,-1,"x",1e300,2.5,11]}})");
  ASSERT_TRUE(user);
  EXPECT_FALSE(user->in(Ruleset::osu)->is_ranked());
  EXPECT_FALSE(user->in(Ruleset::osu)->country_rank);
  EXPECT_THAT(user->rank_history, testing::ElementsAre(0, 12, 0, 0, 0, 0, 11));
}

TEST(OsuUser, who_has_no_id_or_no_name_is_nobody) {
  for (const auto* text :
       {"null", "[]", "7", "{}", R"({"id":1})", R"({"username":"abc"})", R"({"id":"1","username":"abc"})",
        R"({"id":-1,"username":"abc"})", R"({"id":1,"username":""})"})
    EXPECT_FALSE(user_of(text)) << text;
}

TEST(OsuScore, pp_may_be_missing_and_so_may_every_count) {
  const auto score = score_of(R"({"id":9223372036854775807,"user_id":2,"pp":null,"accuracy":1,"rank":"XH",
    "mods":[{"acronym":"DT","settings":{"speed_change":1.3}},{},"HD"],"max_combo":12,"statistics":{"great":4},
    "total_score":9007199254740993,"ended_at":"2026-08-20T18:03:11Z"})");
  ASSERT_TRUE(score);
  EXPECT_FALSE(score->pp);
  EXPECT_EQ(score->id, 9'223'372'036'854'775'807);
  EXPECT_EQ(score->total_score, 9'007'199'254'740'993);
  EXPECT_THAT(score->mods, testing::ElementsAre("DT"));
  EXPECT_EQ(score->hits.great, 4);
  EXPECT_EQ(score->hits.miss, 0);
  EXPECT_EQ(to_rfc3339(*score->ended_at), "2026-08-20T18:03:11.000Z");
  EXPECT_EQ(score->beatmap.title, "");
  for (const auto* text : {"null", "[]", "{}", R"({"id":0})"}) EXPECT_FALSE(score_of(text)) << text;
}

// A document with parts cut out or replaced is read, or is nothing; it never hurts.
TEST(OsuDocuments, damaged_ones_are_survived) {
  const sandbox::osu::Player player{.id = 7,
                                    .username = "Kestrel",
                                    .pp = 5000,
                                    .play_count = 100,
                                    .last_played = from_ms(1'800'000'000'000),
                                    .best = {{.id = 1, .pp = 250}},
                                    .rank_history = {5, 6}};
  const sandbox::osu::Standing standing{.pp = 5000, .global_rank = 60'000, .country_rank = 900};
  const auto now = from_ms(1'800'000'000'000);
  const std::vector<std::string> documents{
      to_text(sandbox::osu::own_user(player, standing, "osu", now)),
      to_text(sandbox::osu::compact_user(player, standing, now)),
      to_text(sandbox::osu::best_score(player, 0, false, now)),
  };
  const std::vector<std::string> pieces{"null",  "{}",   "[]",   "-1",
                                        "1e300", "\"\"", "true", "99999999999999999999"};
  Random random(5);
  int read = 0;
  for (int i = 0; i < 3000; ++i) {
    auto text = documents[random.next() % documents.size()];
    const auto colon = text.find(':', random.next() % text.size());
    if (colon == std::string::npos) continue;
    const auto end = text.find_first_of(",}", colon);
    text.replace(colon + 1, end - colon - 1, pieces[random.next() % pieces.size()]);
    const auto value = parse_json(text);
    if (!value) continue;
    (void)parse_user(*value, Ruleset::osu);
    (void)parse_score(*value);
    ++read;
  }
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace matchday::osu
