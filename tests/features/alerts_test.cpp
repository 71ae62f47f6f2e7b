// Alerts to organizers: one message for each trouble, edited when its words change, green when it is over,
// and a new message when it comes back. What counts is what stands in the alert channel.
#include <gmock/gmock.h>

#include "community.hpp"

namespace matchday::test {
namespace {

struct Alerts : testing::Test {
  explicit Alerts(bool alert_channel = true) : community({.alert_channel = alert_channel}) {}
  Community community;

  void raise(std::string text, std::string subject = "voice") {
    ASSERT_TRUE(community.transact([this, text, subject](store::Transaction& tx) {
      community.alerts.raise(tx, community.organization, subject, text, community.world.clock.now());
    }));
    community.pass(2s);
  }
  void resolve(std::string subject = "voice") {
    ASSERT_TRUE(community.transact([this, subject](store::Transaction& tx) {
      community.alerts.resolve(tx, community.organization, subject, community.world.clock.now());
    }));
    community.pass(2s);
  }
  // "Matchday needs you: text", oldest first.
  std::vector<std::string> shown() {
    std::vector<std::string> out;
    for (const auto* message : community.alerts_shown()) {
      const Fields embed(message->embeds.at(0));
      out.push_back(embed.string_or("title", "") + ": " + embed.string_or("description", ""));
    }
    return out;
  }
};
using testing::ElementsAre;
using testing::IsEmpty;

TEST_F(Alerts, is_said_once_however_often_it_is_raised) {
  for (int i = 0; i < 5; ++i) raise("The bot lacks MOVE_MEMBERS.");
  EXPECT_THAT(shown(), ElementsAre("Matchday needs you: The bot lacks MOVE_MEMBERS."));
  EXPECT_THAT(community.http.take_sent(), testing::SizeIs(1)) << "not even an edit";
}

TEST_F(Alerts, new_words_edit_the_message_and_the_end_turns_it_green) {
  raise("The bot lacks MOVE_MEMBERS.");
  raise("The bot lacks CONNECT.");
  EXPECT_THAT(shown(), ElementsAre("Matchday needs you: The bot lacks CONNECT."));
  resolve();
  EXPECT_THAT(shown(), ElementsAre("Resolved: The bot lacks CONNECT."));
  resolve();
  EXPECT_THAT(shown(), testing::SizeIs(1));
}

TEST_F(Alerts, what_comes_back_is_a_new_message_that_people_notice) {
  raise("The bot lacks CONNECT.");
  resolve();
  raise("The bot lacks CONNECT.");
  EXPECT_THAT(shown(),
              ElementsAre("Resolved: The bot lacks CONNECT.", "Matchday needs you: The bot lacks CONNECT."));
  resolve();
  EXPECT_THAT(shown(), ElementsAre("Resolved: The bot lacks CONNECT.", "Resolved: The bot lacks CONNECT."));
}

TEST_F(Alerts, each_trouble_has_its_own_message) {
  raise("one", "voice");
  raise("two", "webhook");
  resolve("voice");
  EXPECT_THAT(shown(), ElementsAre("Resolved: one", "Matchday needs you: two"));
}

TEST_F(Alerts, what_was_never_raised_cannot_be_resolved) {
  resolve();
  EXPECT_THAT(shown(), IsEmpty());
}

TEST_F(Alerts, nobody_is_pinged_and_long_words_are_cut) {
  raise("@everyone " + std::string(5000, 'x'));
  ASSERT_EQ(shown().size(), 1U);
  EXPECT_FALSE(community.alerts_shown().at(0)->mention_everyone);
  EXPECT_TRUE(shown().at(0).ends_with("…"));
}

TEST_F(Alerts, a_message_that_an_organizer_deleted_is_not_posted_again) {
  raise("The bot lacks CONNECT.");
  ASSERT_TRUE(community.discord.world.human_delete_message(
      community.demo.match_alerts, community.alerts_shown().at(0)->id, community.demo.organizer));
  community.pass(5s);
  raise("The bot lacks CONNECT and SPEAK.");
  EXPECT_THAT(shown(), IsEmpty());
}

struct AlertsWithoutChannel : Alerts {
  AlertsWithoutChannel() : Alerts(false) {}
};

TEST_F(AlertsWithoutChannel, it_stands_in_the_log_alone) {
  raise("The bot lacks CONNECT.");
  raise("The bot lacks CONNECT.");
  resolve();
  EXPECT_EQ(
      std::ranges::count_if(community.lines, [](const auto& line) { return line.contains("lacks CONNECT"); }),
      1);
  EXPECT_EQ(community.count("resources"), 0);
}

}  // namespace
}  // namespace matchday::test
