// Which events count as done: never one whose work is not, nor any after it.
#include "platforms/discord/gateway_progress.hpp"

namespace matchday::discord {
namespace {

struct ProgressTest : testing::Test {
  GatewayProgress progress;
  GatewayProgress::Work see(std::int64_t sequence) {
    progress.saw(sequence);
    return progress.begin(sequence);
  }
};

TEST_F(ProgressTest, an_event_without_work_is_done_when_it_was_seen) {
  progress.saw(7);
  EXPECT_EQ(progress.done(), 7);
}

TEST_F(ProgressTest, work_holds_back_its_event_and_all_later_ones) {
  progress.saw(7);
  auto work = see(8);
  progress.saw(9);
  EXPECT_EQ(progress.done(), 7);
  EXPECT_EQ(progress.last_seen(), 9);
  work.done();
  EXPECT_EQ(progress.done(), 9);
}

TEST_F(ProgressTest, the_oldest_open_work_counts_in_whatever_order_it_ends) {
  auto first = see(1);
  auto second = see(2);
  auto third = see(3);
  second.done();
  EXPECT_EQ(progress.done(), 0);
  first.done();
  EXPECT_EQ(progress.done(), 2);
  third.done();
  EXPECT_EQ(progress.done(), 3);
}

TEST_F(ProgressTest, an_event_with_two_pieces_of_work_needs_both) {
  auto one = see(5);
  auto other = progress.begin(5);
  one.done();
  one.done();
  EXPECT_EQ(progress.done(), 4);
  other.done();
  EXPECT_EQ(progress.done(), 5);
}

TEST_F(ProgressTest, work_that_is_dropped_without_a_word_was_not_done) {
  (void)see(5);
  progress.saw(6);
  EXPECT_EQ(progress.done(), 4);
}

TEST_F(ProgressTest, a_new_session_counts_from_its_own_beginning) {
  auto old = see(500);
  progress.start(0);
  progress.saw(1);
  EXPECT_EQ(progress.done(), 1);
  old.done();
  EXPECT_EQ(progress.done(), 1);
}

TEST_F(ProgressTest, work_of_no_event_is_nobodys) {
  GatewayProgress::Work none;
  none.done();
}

}  // namespace
}  // namespace matchday::discord
