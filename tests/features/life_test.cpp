// What FACEIT's own answer makes of a match: tables over apply_truth; and whose business a match is.
#include <gtest/gtest.h>

#include "features/match_voice/life.hpp"

namespace matchday::match_voice {
namespace {

using faceit::MatchStatus;

constexpr Time noon = from_ms(1'800'000'000'000);

MatchRecord open_match() {
  return {.match_id = "1-abc",
          .last_event = "match_status_ready",
          .last_event_at = noon,
          .roster_known = true,
          .opened_at = noon};
}

MatchRecord closed_match() {
  auto match = open_match();
  match.phase = Phase::closed;
  match.last_event = "match_status_aborted";
  match.end_reason = "aborted";
  match.closing_at = noon;
  return match;
}

faceit::Match truth(MatchStatus status) {
  return {.id = "1-abc", .status = status, .competition_id = "hub-1", .game = "cs2"};
}

TEST(ApplyTruth, closes_what_is_over_and_keeps_what_goes_on) {
  const struct {
    MatchStatus status;
    Phase phase;
    Progress reached;
  } cases[] = {{MatchStatus::created, Phase::open, Progress::created},
               {MatchStatus::configuring, Phase::open, Progress::configuring},
               {MatchStatus::ready, Phase::open, Progress::ready},
               {MatchStatus::ongoing, Phase::open, Progress::live},
               {MatchStatus::unknown, Phase::open, Progress::created},
               {MatchStatus::finished, Phase::closing, Progress::created},
               {MatchStatus::cancelled, Phase::closing, Progress::created},
               {MatchStatus::aborted, Phase::closing, Progress::created}};
  for (const auto& c : cases) {
    const auto match = apply_truth(open_match(), truth(c.status), noon + 1min);
    ASSERT_TRUE(match);
    EXPECT_EQ(match->phase, c.phase) << name(c.status);
    EXPECT_EQ(match->reached, c.reached) << name(c.status);
    EXPECT_EQ(match->confirmed_at.has_value(), c.phase == Phase::open) << name(c.status);
    EXPECT_EQ(match->end_reason, c.phase == Phase::open ? "" : name(c.status));
  }
}

TEST(ApplyTruth, an_unknown_match_is_taken_up_only_while_it_goes_on) {
  EXPECT_FALSE(apply_truth(std::nullopt, truth(MatchStatus::finished), noon));
  const auto match = apply_truth(std::nullopt, truth(MatchStatus::ongoing), noon);
  ASSERT_TRUE(match);
  EXPECT_EQ(match->phase, Phase::open);
  EXPECT_EQ(match->competition_id, "hub-1");
  faceit::Notification late{.event = "match_status_finished",
                            .kind = faceit::NotificationKind::match_finished,
                            .match_id = "1-abc",
                            .occurred_at = noon - 1min};
  EXPECT_EQ(apply_event(match, late, noon)->phase, Phase::closing)
      << "an event that was on its way must not count as late";
}

TEST(ApplyTruth, a_closed_match_opens_again_when_it_was_configured_after_its_end_or_FACEIT_insists) {
  auto told = truth(MatchStatus::ready);
  told.configured_at = noon - 1min;
  EXPECT_EQ(apply_truth(closed_match(), told, noon + 1min)->phase, Phase::closed) << "an answer from before";
  EXPECT_EQ(apply_truth(closed_match(), told, noon + 2min)->phase, Phase::open)
      << "FACEIT has had time to learn of the end, and says that it goes on";
  told.configured_at = noon + 30s;
  const auto match = apply_truth(closed_match(), told, noon + 1min);
  EXPECT_EQ(match->phase, Phase::open);
  EXPECT_EQ(match->episode, 1);
  EXPECT_TRUE(match->end_reason.empty());
  auto by_human = closed_match();
  by_human.closed_by_human = true;
  EXPECT_EQ(apply_truth(by_human, told, noon + 1min)->phase, Phase::closed)
      << "an organizer closed it for good";
}

TEST(ApplyTruth, a_late_event_from_before_the_end_that_FACEIT_told_does_not_open_it_again) {
  auto told = truth(MatchStatus::finished);
  told.finished_at = noon + 40min;
  auto match = *apply_truth(open_match(), told, noon + 41min);
  match.phase = Phase::closed;
  const faceit::Notification ready{.event = "match_status_ready",
                                   .kind = faceit::NotificationKind::match_ready,
                                   .match_id = "1-abc",
                                   .occurred_at = noon + 5min};
  EXPECT_FALSE(apply_event(match, ready, noon + 42min));
}

TEST(ApplyTruth, a_match_that_is_put_off_closes_its_rooms_and_waits_for_its_new_time) {
  auto match = open_match();
  match.scheduled_at = noon + 10min;
  auto told = truth(MatchStatus::created);
  told.scheduled_at = noon + std::chrono::hours(24);
  const auto later = apply_truth(match, told, noon);
  EXPECT_EQ(later->episode, 1) << "the rooms of now are left over";
  EXPECT_EQ(later->scheduled_at, told.scheduled_at);
  const auto again = apply_truth(later, told, noon + 1min);
  EXPECT_EQ(again->episode, 1) << "once";
  told.scheduled_at = noon + 5min;
  EXPECT_EQ(apply_truth(match, told, noon)->episode, 0) << "brought forward: nothing to close";
}

TEST(ApplyTruth, a_demo_that_a_webhook_told_of_survives_an_answer_without_it) {
  auto match = closed_match();
  match.facts.demo_urls = {"https://demos.example/1.dem.zst"};
  EXPECT_EQ(apply_truth(match, truth(MatchStatus::finished), noon)->facts.demo_urls.size(), 1U);
}

TEST(Facts, survive_being_stored) {
  Facts facts{.status = MatchStatus::finished,
              .url = "https://www.faceit.com/en/cs2/room/1-abc",
              .region = "EU",
              .map = "Mirage",
              .location = "Sweden",
              .best_of = 3,
              .score = faceit::Score{2, 1},
              .maps = {{13, 9}, {7, 13}, {16, 14}},
              .winner = "faction1",
              .demo_urls = {"https://demos.example/1"},
              .started_at = noon,
              .finished_at = noon + 1h};
  EXPECT_EQ(parse_facts(*parse_json(to_text(json::value(to_json(facts))))), facts);
  EXPECT_EQ(parse_facts(*parse_json("{\"score\":[1],\"maps\":7,\"demo_urls\":[3]}")), Facts{});
  EXPECT_EQ(parse_facts(json::value(nullptr)), Facts{});
}

TEST(Concerns, each_list_of_what_is_followed) {
  MatchRecord match{.organizer_id = "org", .competition_id = "hub", .game = "cs2"};
  const struct {
    const char* what;
    Following following;
    bool ours;
  } cases[] = {{"nothing is chosen", {}, true},
               {"its organizer", {.organizers = {"org"}}, true},
               {"another organizer", {.organizers = {"other"}}, false},
               {"its hub", {.hubs = {"hub"}}, true},
               {"another hub", {.hubs = {"other"}}, false},
               {"another hub, but its organizer", {.organizers = {"org"}, .hubs = {"other"}}, true},
               {"a championship", {.championships = {"hub"}}, true},
               {"its game", {.games = {"cs2"}}, true},
               {"another game", {.games = {"dota2"}}, false},
               {"another game of its hub", {.hubs = {"hub"}, .games = {"dota2"}}, false}};
  for (const auto& c : cases) EXPECT_EQ(concerns(c.following, match), c.ours) << c.what;
  const MatchRecord unknown{.match_id = "1-abc"};
  EXPECT_TRUE(concerns({.organizers = {"org"}, .hubs = {"hub"}, .games = {"cs2"}}, unknown))
      << "what is not told yet does not speak against it";
}

TEST(Settings, what_people_set_survives_a_restart_and_what_the_configuration_changed_wins) {
  Settings configured{.guild = GuildId{1}, .lobby = ChannelId{5}};
  auto people = configured;
  people.teams = Teams::both;
  people.following.hubs = {"hub"};
  const auto before = to_json(configured);
  EXPECT_EQ(with_changes(people, configured, before), people) << "nothing changed in the configuration";
  auto changed = configured;
  changed.lobby = ChannelId{6};
  auto expected = people;
  expected.lobby = ChannelId{6};
  EXPECT_EQ(with_changes(people, changed, before), expected) << "only what changed there";
  EXPECT_EQ(with_changes(people, configured, {}), configured) << "the first start";
}

}  // namespace
}  // namespace matchday::match_voice
