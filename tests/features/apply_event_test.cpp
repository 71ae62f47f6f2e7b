// What a FACEIT event makes of a match: tables over apply_event. Events come in any order, twice, late or
// never; what counts is their own time, then the match's version, never when they arrived.
#include <algorithm>

#include "features/match_voice/match_voice.hpp"

namespace matchday::match_voice {
namespace {

using faceit::Notification;
using faceit::NotificationKind;

constexpr Time noon = from_ms(1'800'000'000'000);

struct Event {
  NotificationKind kind;
  std::optional<Duration> at = {};  // by the sender's clock, since noon
  std::int64_t version = 0;
};

Notification notification(const Event& event) {
  static const std::map<NotificationKind, std::string> names{
      {NotificationKind::match_created, "match_object_created"},
      {NotificationKind::match_configuring, "match_status_configuring"},
      {NotificationKind::match_ready, "match_status_ready"},
      {NotificationKind::match_finished, "match_status_finished"},
      {NotificationKind::match_cancelled, "match_status_cancelled"},
      {NotificationKind::match_aborted, "match_status_aborted"},
      {NotificationKind::match_demo_ready, "match_demo_ready"},
      {NotificationKind::match_unknown, "match_status_ongoing"}};
  Notification out{.event = names.at(event.kind), .kind = event.kind, .match_id = "1-abc"};
  if (event.at) out.occurred_at = noon + *event.at;
  out.payload_version = event.version;
  return out;
}

struct Outcome {
  Phase phase;
  int episode;
};

// Everything arrives within one second, an hour after noon.
std::optional<MatchRecord> arrive(const std::vector<Event>& events) {
  std::optional<MatchRecord> match;
  Time now = noon + 1h;
  for (const auto& event : events) {
    if (auto changed = apply_event(match, notification(event), now)) match = std::move(changed);
    // Converging has closed the rooms before the next event comes: the hardest case.
    if (match && match->phase == Phase::closing) match->phase = Phase::closed;
    now += 10ms;
  }
  return match;
}

std::string text(const std::vector<Event>& events) {
  std::string out;
  for (const auto& event : events) out += notification(event).event + " ";
  return out;
}

void in_every_order(std::vector<Event> events, Phase phase, const char* what) {
  std::vector<std::size_t> order(events.size());
  for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
  do {
    std::vector<Event> arriving;
    for (const auto i : order) arriving.push_back(events[i]);
    const auto match = arrive(arriving);
    ASSERT_TRUE(match) << what;
    EXPECT_EQ(match->phase, phase) << what << ": " << text(arriving);
    EXPECT_EQ(match->last_event, notification(events.back()).event) << what << ": " << text(arriving);
  } while (std::ranges::next_permutation(order).found);
}

using enum NotificationKind;

TEST(ApplyEvent, in_whatever_order_the_events_of_a_match_arrive_it_ends_as_its_last_one_says) {
  for (const auto end : {match_finished, match_cancelled, match_aborted}) {
    in_every_order(
        {{match_created, 0s, 1}, {match_configuring, 60s, 2}, {match_ready, 120s, 3}, {end, 1h, 4}},
        Phase::closed, "by time and version");
    in_every_order({{match_created, 0s}, {match_configuring, 60s}, {match_ready, 120s}, {end, 1h}},
                   Phase::closed, "by time");
    in_every_order({{match_created, 0s, 1}, {match_configuring, 0s, 2}, {match_ready, 0s, 3}, {end, 0s, 4}},
                   Phase::closed, "by version, all within one second");
  }
  in_every_order({{match_created, 0s, 1}, {match_configuring, 60s, 2}, {match_ready, 120s, 3}}, Phase::open,
                 "still running");
}

TEST(ApplyEvent, a_match_that_is_restarted_is_open_again_in_whatever_order_its_events_arrive) {
  in_every_order({{match_created, 0s, 1}, {match_aborted, 60s, 2}, {match_configuring, 120s, 3}}, Phase::open,
                 "restarted");
  in_every_order({{match_created, 0s, 1},
                  {match_aborted, 60s, 2},
                  {match_configuring, 120s, 3},
                  {match_finished, 180s, 4}},
                 Phase::closed, "restarted and finished");
}

TEST(ApplyEvent, each_step_of_a_known_match) {
  struct Case {
    const char* what;
    Phase before;
    Event event;
    std::optional<Outcome> after;  // nothing: nothing changes
  };
  // The match was last heard of at noon + 100 s, in version 5, in its first episode.
  const std::vector<Case> cases{
      {"news", Phase::open, {match_ready, 101s, 6}, {{Phase::open, 0}}},
      {"the same event again", Phase::open, {match_ready, 100s, 5}, {{Phase::open, 0}}},
      {"late by time", Phase::open, {match_created, 99s, 6}, std::nullopt},
      {"late by version", Phase::open, {match_created, 100s, 4}, std::nullopt},
      {"the end", Phase::open, {match_finished, 101s, 6}, {{Phase::closing, 0}}},
      {"an end at the same time", Phase::open, {match_finished, 100s, 5}, {{Phase::closing, 0}}},
      {"a late end of an earlier episode", Phase::open, {match_aborted, 99s, 4}, std::nullopt},
      {"the end again, while closing", Phase::closing, {match_finished, 101s, 6}, {{Phase::closing, 0}}},
      {"the same end again, while closing", Phase::closing, {match_finished, 100s, 5}, std::nullopt},
      {"another kind of end, when closed", Phase::closed, {match_cancelled, 101s, 6}, {{Phase::closed, 0}}},
      {"restarted while closing", Phase::closing, {match_configuring, 101s, 6}, {{Phase::open, 1}}},
      {"restarted when closed", Phase::closed, {match_ready, 101s, 6}, {{Phase::open, 1}}},
      {"ready at the time of the end", Phase::closed, {match_ready, 100s, 5}, std::nullopt},
      {"ready before the end", Phase::closed, {match_ready, 99s, 9}, std::nullopt},
      {"a match is made only once: created never opens it again",
       Phase::closed,
       {match_created, 101s, 6},
       std::nullopt},
      {"created without a time, after the end", Phase::closed, {match_created}, std::nullopt},
      {"created again, while closing", Phase::closing, {match_created, 101s, 6}, std::nullopt},
      {"an unknown event of a running match", Phase::open, {match_unknown, 101s, 6}, {{Phase::open, 0}}},
      {"an unknown event after the end", Phase::closed, {match_unknown, 101s, 6}, std::nullopt},
      {"the demo is ready, after the end", Phase::closed, {match_demo_ready, 101s, 6}, std::nullopt},
      {"the demo of the first map, while playing", Phase::open, {match_demo_ready, 101s, 6}, std::nullopt},
      {"an end without a time counts as now", Phase::open, {match_finished}, {{Phase::closing, 0}}},
  };
  const Time received = noon + 1h;
  for (const auto& c : cases) {
    MatchRecord known{.match_id = "1-abc",
                      .phase = c.before,
                      .last_event = "match_status_ready",
                      .last_event_at = noon + 100s,
                      .payload_version = 5,
                      .roster_known = true,
                      .opened_at = noon};
    if (c.before == Phase::closing) known.closing_at = noon + 100s;
    const auto after = apply_event(known, notification(c.event), received);
    ASSERT_EQ(after.has_value(), c.after.has_value()) << c.what;
    if (!after) continue;
    EXPECT_EQ(after->phase, c.after->phase) << c.what;
    EXPECT_EQ(after->episode, c.after->episode) << c.what;
    EXPECT_TRUE(after->roster_known) << c.what << ": a roster that was known is not forgotten";
    EXPECT_EQ(after->closing_at.has_value(), after->phase == Phase::closing) << c.what;
  }
}

TEST(ApplyEvent, each_first_event_of_a_match) {
  struct Case {
    NotificationKind kind;
    std::optional<Phase> phase;
  };
  const std::vector<Case> cases{{match_created, Phase::open},    {match_configuring, Phase::open},
                                {match_ready, Phase::open},      {match_unknown, Phase::open},
                                {match_finished, Phase::closed}, {match_cancelled, Phase::closed},
                                {match_aborted, Phase::closed},  {match_demo_ready, std::nullopt}};
  for (const auto& c : cases) {
    const auto match = apply_event(std::nullopt, notification({c.kind, 5s, 1}), noon + 1h);
    ASSERT_EQ(match.has_value(), c.phase.has_value()) << notification({c.kind}).event;
    if (!match) continue;
    EXPECT_EQ(match->phase, *c.phase) << match->last_event;
    EXPECT_EQ(match->match_id, "1-abc");
    EXPECT_EQ(match->last_event_at, noon + 5s);
    EXPECT_EQ(match->opened_at, noon + 1h);
  }
}

TEST(ApplyEvent, the_seeds_events_without_times_are_taken_in_the_order_in_which_they_come) {
  EXPECT_EQ(arrive({{match_created}, {match_finished}})->phase, Phase::closed);
  EXPECT_EQ(arrive({{match_finished}, {match_created}})->phase, Phase::closed) << "it is over: no room";
  EXPECT_EQ(arrive({{match_created}, {match_created}, {match_finished}, {match_finished}})->phase,
            Phase::closed);
}

TEST(ApplyEvent, an_end_without_time_and_version_is_not_older_than_a_real_event_of_the_same_second) {
  const auto ready = notification({match_ready, 5s, 1});
  const auto known = apply_event(std::nullopt, ready, noon + 5s + 300ms);
  auto end = notification({match_finished});
  end.occurred_at.reset();
  const auto closing = apply_event(known, end, noon + 5s + 700ms);
  ASSERT_TRUE(closing);
  EXPECT_EQ(closing->phase, Phase::closing);
}

TEST(ApplyEvent, an_unknown_event_is_no_source_for_a_roster) {
  auto event = notification({match_unknown, 5s, 1});
  event.roster_known = true;
  EXPECT_FALSE(apply_event(std::nullopt, event, noon)->roster_known) << "FACEIT is asked first";
  event = notification({match_created, 5s, 1});
  event.roster_known = true;
  EXPECT_TRUE(apply_event(std::nullopt, event, noon)->roster_known);
}

}  // namespace
}  // namespace matchday::match_voice
