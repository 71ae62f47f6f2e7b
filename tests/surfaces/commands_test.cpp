// Slash commands and buttons, from the keystroke in simulated Discord to what stands on the screen: answered
// in time, once, and in words, whatever the handler or the network does.
#include "commands_fixture.hpp"

namespace matchday::surfaces {
namespace {

// ---- In time.

TEST_F(CommandsTest, a_fast_handler_answers_directly_to_that_user_only) {
  takes = 1s;
  const auto id = type("hello");
  pass(2s);
  EXPECT_EQ(text(id), "done");
  EXPECT_TRUE(view(id).ephemeral);
  EXPECT_EQ(view(id).state, InteractionState::answered);
  EXPECT_THAT(http.take_sent(), SizeIs(1)) << "one request, no deferral";
  EXPECT_EQ(seen->organization, org);
  EXPECT_EQ(seen->option("what"), "hello");
  EXPECT_EQ(seen->option("absent"), "");
  EXPECT_EQ(seen->interaction.user, ana);
}

TEST_F(CommandsTest, a_slow_handler_is_acknowledged_in_time_and_its_answer_edited_in) {
  takes = 30s;
  const auto id = type();
  pass(2s);
  EXPECT_EQ(view(id).state, InteractionState::thinking);
  pass(30s);
  EXPECT_EQ(text(id), "done");
  EXPECT_TRUE(view(id).ephemeral);
  EXPECT_THAT(http.take_sent(), SizeIs(2));
  EXPECT_EQ(discord.world.counters().interactions_failed, 0U);
}

TEST_F(CommandsTest, time_that_the_delivery_took_counts) {
  takes = 30s;
  const auto fired = discord.world.fire_command({.channel = general, .user = ana, .name = "work"});
  clock.set(clock.now() + 1400ms);  // on its way
  discord.pump();
  const auto arrived = clock.now();
  pass(300ms);
  EXPECT_EQ(view(*fired).state, InteractionState::thinking)
      << "deferred " << (clock.now() - arrived).count() << " ms after arrival";
}

TEST_F(CommandsTest, a_clock_that_differs_from_Discords_makes_us_neither_late_nor_hasty) {
  for (const Duration skew : {-1h, 1h}) {
    for (const Duration how_long : {1s, 30s}) {
      takes = how_long;
      SkewedClock ours(clock, skew);
      CommandRouter late(context.get_executor(), ours, discord.rest, directory, metrics);
      late.add(Command{.definition = {.name = "work", .description = "Works"},
                       .run = [this](CommandContext called) { return handle(this, std::move(called)); }});
      discord.on_event = [&](const discord::GatewayEvent& event) {
        if (event.type == "INTERACTION_CREATE") late.on_interaction(event.data);
      };
      const auto id = type();
      pass(40s);
      EXPECT_EQ(text(id), "done") << "our clock differs by " << skew.count() / 1000 << " s";
      sim::run(context, clock, late.drain(0ms));
    }
  }
}

TEST_F(CommandsTest, a_handler_that_never_ends_ends_in_words_before_the_token_does) {
  takes = 24h;
  const auto id = type();
  pass(14min + 30s);
  EXPECT_EQ(text(id), "This took too long. Please try again.");
}

// ---- Once.

TEST_F(CommandsTest, an_interaction_that_is_delivered_twice_is_handled_and_answered_once) {
  const auto id = type();
  router.on_interaction(delivered.back());
  pass(1s);
  router.on_interaction(delivered.back());
  pass(5s);
  EXPECT_EQ(calls, 1);
  EXPECT_THAT(http.take_sent(), SizeIs(1));
  EXPECT_EQ(text(id), "done");
}

TEST_F(CommandsTest, a_lost_answer_is_sent_again_and_already_acknowledged_means_success) {
  http.faults = {{"POST", "/interactions", Fault::What::answer_lost}};
  const auto id = type();
  pass(3s);
  EXPECT_EQ(text(id), "done");
  EXPECT_THAT(http.take_sent(), SizeIs(2));
  EXPECT_THAT(lines, testing::Not(testing::Contains(HasSubstr("could not be answered"))));
}

TEST_F(CommandsTest, an_answer_that_never_left_is_sent_again) {
  http.faults = {{"POST", "/interactions", Fault::What::never_sent}};
  const auto id = type();
  pass(3s);
  EXPECT_EQ(text(id), "done");
}

TEST_F(CommandsTest, a_lost_deferral_is_sent_again_and_the_answer_still_comes) {
  takes = 5s;
  http.faults = {{"POST", "/interactions", Fault::What::answer_lost},
                 {"PATCH", "/webhooks", Fault::What::answer_lost}};
  const auto id = type();
  pass(20s);
  EXPECT_EQ(text(id), "done");
}

TEST_F(CommandsTest, who_got_no_answer_in_time_is_in_the_log) {
  http.faults.assign(2, {"POST", "/interactions", Fault::What::never_sent});
  const auto id = type();
  pass(5s);
  EXPECT_EQ(view(id).state, InteractionState::failed);
  EXPECT_THAT(lines, testing::Contains(HasSubstr("could not be answered")));
}

// ---- In words.

TEST_F(CommandsTest, errors_become_sentences_and_our_own_a_reference_that_finds_the_log_line) {
  struct Case {
    ErrorKind kind;
    bool told;
  };
  for (const auto& c : std::vector<Case>{{ErrorKind::invalid, true},
                                         {ErrorKind::not_found, true},
                                         {ErrorKind::conflict, true},
                                         {ErrorKind::forbidden, true},
                                         {ErrorKind::refused, true},
                                         {ErrorKind::unavailable, false},
                                         {ErrorKind::ambiguous, false},
                                         {ErrorKind::timeout, false},
                                         {ErrorKind::internal, false}}) {
    gives = fail(c.kind, "Table secrets is locked.");
    const auto id = type();
    pass(2s);
    EXPECT_TRUE(view(id).ephemeral);
    if (c.told) {
      EXPECT_EQ(text(id), "Table secrets is locked.") << name(c.kind);
      continue;
    }
    const auto said = text(id);
    EXPECT_FALSE(said.contains("secrets")) << name(c.kind);
    ASSERT_THAT(said, HasSubstr("(reference "));
    const auto reference = said.substr(said.find("(reference ") + 11, 6);
    EXPECT_THAT(lines, testing::Contains(testing::AllOf(HasSubstr("ref=" + reference), HasSubstr("secrets"))))
        << name(c.kind);
  }
}

TEST_F(CommandsTest, a_handler_that_throws_is_our_bug_and_the_user_still_gets_an_answer) {
  throws = true;
  const auto id = type();
  pass(2s);
  EXPECT_THAT(text(id), HasSubstr("Something went wrong on our side."));
  EXPECT_FALSE(text(id).contains("details"));
  EXPECT_EQ(metrics.value("matchday_interactions_total", {{"outcome", "internal"}}), 1U);
}

TEST_F(CommandsTest, a_slow_failure_is_told_as_well) {
  takes = 10s;
  gives = fail(ErrorKind::refused, "FACEIT does not answer right now.");
  const auto id = type();
  pass(15s);
  EXPECT_EQ(text(id), "FACEIT does not answer right now.");
}

TEST_F(CommandsTest, where_Matchday_does_not_belong_it_says_so) {
  directory.known = GuildId{1};
  auto id = type();
  pass(2s);
  EXPECT_EQ(text(id), "This server is not connected to Matchday. Ask an organizer to connect it.");
  directory.fails = true;
  id = type();
  pass(2s);
  EXPECT_THAT(text(id), HasSubstr("(reference "));
  const auto direct =
      discord.world.fire_command({.channel = discord.world.open_dm(ana), .user = ana, .name = "work"});
  ASSERT_TRUE(direct);
  discord.pump();
  pass(2s);
  EXPECT_EQ(text(*direct), "Please use this in your community's server.");
  EXPECT_EQ(calls, 0);
}

TEST_F(CommandsTest, answers_ping_nobody_and_fit_into_Discords_limit) {
  gives = Reply{.content = "@everyone <@" + olga.text() + "> " + std::string(3000, 'x')};
  const auto id = type();
  pass(2s);
  const auto& message = view(id).message;
  EXPECT_THAT(message.at("mentions").as_array(), IsEmpty());
  EXPECT_FALSE(message.at("mention_everyone").as_bool());
  EXPECT_THAT(std::string(message.at("content").as_string()), testing::EndsWith("…"));
}

TEST_F(CommandsTest, what_cannot_be_read_or_is_not_for_us_is_left_alone) {
  router.on_interaction(json::object{});
  router.on_interaction(json::object{{"id", "5"}, {"token", "t"}});
  router.on_interaction("nonsense");
  router.on_interaction(json::value{{"id", "77"}, {"token", "t"}, {"type", 99}, {"user", {{"id", "9"}}}});
  pass(3s);
  EXPECT_EQ(calls, 0);
  EXPECT_THAT(http.take_sent(), IsEmpty());
}

// ---- Buttons.

TEST_F(CommandsTest, a_button_carries_its_argument_and_works_for_ever) {
  const auto id = press(custom_id("test.press", "match/1-abc:2"));
  pass(2s);
  EXPECT_EQ(seen->argument(), "match/1-abc:2");
  EXPECT_EQ(text(id), "done");
  EXPECT_TRUE(view(id).ephemeral) << "an answer of its own";
  EXPECT_EQ(button_message(), "with a button");
}

TEST_F(CommandsTest, a_reply_that_replaces_the_message_changes_it_in_place) {
  for (const auto how_long : {0s, 10s}) {
    takes = how_long;
    gives = Reply{.content = "changed", .replaces_message = true};
    press(custom_id("test.press", ""));
    pass(15s);
    const auto* message = discord.world.messages_in(general).back();
    EXPECT_EQ(message->content, "changed");
    EXPECT_THAT(message->components, IsEmpty());
  }
}

TEST_F(CommandsTest, a_slow_reply_of_its_own_leaves_the_pressed_message_as_it_is) {
  takes = 10s;
  const auto id = press(custom_id("test.press", ""));
  pass(15s);
  EXPECT_EQ(button_message(), "with a button");
  EXPECT_THAT(discord.world.messages_in(general).at(0)->components, SizeIs(1));
  ASSERT_THAT(view(id).follow_ups, SizeIs(1));
  EXPECT_EQ(Fields(view(id).follow_ups[0]).string("content"), "done");
  EXPECT_EQ(view(id).follow_ups[0].at("flags").as_int64() & 64, 64) << "for that user only";
}

TEST_F(CommandsTest, a_slow_failure_of_a_button_leaves_the_pressed_message_as_it_is) {
  takes = 10s;
  throws = true;
  const auto id = press(custom_id("test.press", ""));
  pass(15s);
  EXPECT_EQ(button_message(), "with a button");
  ASSERT_THAT(view(id).follow_ups, SizeIs(1));
}

TEST_F(CommandsTest, a_button_of_another_time_says_so) {
  for (const auto* old : {"v1:gone.action:x", "v0:test.press:x", "something", "v1:test.press"}) {
    calls = 0;
    const auto id = press(old);
    pass(2s);
    const bool known = std::string_view(old) == "v1:test.press";
    EXPECT_EQ(calls, known ? 1 : 0) << old;
    if (!known) EXPECT_EQ(text(id), "Matchday does not know this command any more.") << old;
  }
}

// ---- The end.

TEST_F(CommandsTest, draining_lets_a_running_command_finish) {
  takes = 5s;
  const auto id = type();
  pass(2s);
  sim::run(context, clock, router.drain(20s));
  EXPECT_EQ(text(id), "done");
}

}  // namespace
}  // namespace matchday::surfaces
