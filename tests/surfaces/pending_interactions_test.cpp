// A person was told to wait, and the server died: the next process gives the real answer, once, while Discord
// still takes it. Processes are two routers on one database; a death cancels whatever the first one did.
#include "surfaces/pending_interactions.hpp"

#include "../support/virtual_database.hpp"
#include "commands_fixture.hpp"

namespace matchday::surfaces {
namespace {

const std::string key(32, 'k');

struct CrashTest : CommandsTest {
  test::FreshDatabase fresh{test::usual_engine()};
  test::VirtualEngine engine{clock, fresh.session()};
  store::Database database{engine};
  PendingInteractions pending{clock, database, Secret<std::string>(key)};
  std::unique_ptr<CommandRouter> process;

  CrashTest() {
    CHECK(store::migrate(engine.session(), migrations(), clock.now()));
    start();
    discord.on_event = [this](const discord::GatewayEvent& event) {
      if (event.type != "INTERACTION_CREATE") return;
      delivered.push_back(event.data);
      if (process) process->on_interaction(event.data);
    };
  }
  ~CrashTest() override { die(); }

  // A process with all that it knows by itself: nothing.
  void start() {
    process = std::make_unique<CommandRouter>(context.get_executor(), clock, discord.rest, directory, metrics,
                                              &pending);
    const auto run = [this](CommandContext called) { return handle(this, std::move(called)); };
    process->add(Command{.definition = {.name = "work", .description = "Works"}, .run = run});
    process->add(Component{.action = "test.press", .run = run});
  }
  void die() {
    if (process) sim::run(context, clock, process->drain(0ms));
    process.reset();
  }
  void resume() { ASSERT_TRUE(sim::run(context, clock, process->resume_unanswered())); }
  void die_and_start_again() {
    die();
    takes = 0ms;
    start();
    resume();
  }
  std::int64_t rows() {
    return engine.session().run("select count(*) as n from interactions", {}).front().get<std::int64_t>("n");
  }
};

TEST_F(CrashTest, who_was_told_to_wait_gets_the_answer_of_the_next_process) {
  takes = 30s;
  const auto id = type("hello");
  pass(2s);
  EXPECT_EQ(view(id).state, InteractionState::thinking);
  EXPECT_EQ(rows(), 1);
  die_and_start_again();
  pass(2s);
  EXPECT_EQ(text(id), "done");
  EXPECT_TRUE(view(id).ephemeral);
  EXPECT_EQ(seen->option("what"), "hello") << "the whole interaction was kept";
  EXPECT_EQ(calls, 2);
  EXPECT_EQ(rows(), 0);
  EXPECT_EQ(metrics.value("matchday_interactions_resumed_total", {}), 1U);
}

TEST_F(CrashTest, a_pressed_button_is_answered_beside_its_message_or_in_its_place) {
  for (const bool replaces : {false, true}) {
    takes = 30s;
    gives = Reply{.content = "done", .replaces_message = replaces};
    const auto id = press(custom_id("test.press", ""));
    pass(2s);
    die_and_start_again();
    pass(2s);
    EXPECT_EQ(Fields(view(id).message).string("content"), replaces ? "done" : "with a button");
    EXPECT_THAT(view(id).follow_ups, SizeIs(replaces ? 0 : 1));
  }
}

TEST_F(CrashTest, an_answer_in_time_writes_nothing_and_one_that_was_given_leaves_nothing) {
  type();
  pass(1s);
  EXPECT_EQ(rows(), 0);
  takes = 5s;
  const auto id = type();
  pass(2s);
  EXPECT_EQ(rows(), 1);
  pass(10s);
  EXPECT_EQ(text(id), "done");
  EXPECT_EQ(rows(), 0);
  die_and_start_again();
  EXPECT_EQ(calls, 2) << "nothing was left to do";
}

// A resumed session replays its events: the same interaction comes once more.
TEST_F(CrashTest, a_copy_that_Discord_sends_again_is_not_run_beside_the_one_that_was_kept) {
  for (const bool copy_first : {false, true}) {
    for (const Duration how_long : {Duration(100ms), Duration(5s)}) {
      takes = 30s;
      calls = 0;
      const auto id = type();
      pass(2s);
      die();
      takes = how_long;
      start();
      if (copy_first) process->on_interaction(delivered.back());
      resume();
      if (!copy_first) process->on_interaction(delivered.back());
      pass(10s);
      EXPECT_EQ(text(id), "done") << copy_first << how_long.count();
      EXPECT_EQ(calls, 2) << copy_first << how_long.count();
      EXPECT_EQ(rows(), 0);
    }
  }
}

TEST_F(CrashTest, one_that_died_before_Discord_was_told_is_answered_when_the_event_comes_again) {
  takes = 30s;
  const auto id = type();
  pass(500ms);
  die_and_start_again();
  EXPECT_EQ(calls, 1);
  process->on_interaction(delivered.back());
  pass(1s);
  EXPECT_EQ(text(id), "done");
  EXPECT_EQ(calls, 2);
}

TEST_F(CrashTest, one_that_died_between_its_note_and_the_deferral_is_deferred_by_the_next) {
  takes = 30s;
  const auto id = type();
  pass(1490ms);  // delivery took 20 ms, the note takes 1 ms, the deferral 20 ms
  EXPECT_EQ(rows(), 1);
  EXPECT_EQ(view(id).state, InteractionState::waiting);
  die_and_start_again();
  pass(1s);
  EXPECT_EQ(text(id), "done");
}

TEST_F(CrashTest, what_the_token_does_not_reach_any_more_is_not_run_again) {
  takes = 30s;
  type();
  pass(2s);
  die();
  clock.set(clock.now() + 15min);
  die_and_start_again();
  pass(1s);
  EXPECT_EQ(calls, 1);
}

TEST_F(CrashTest, an_answer_that_kills_every_process_ends_in_words) {
  takes = 30s;
  const auto id = type();
  pass(2s);
  for (int death = 1; death < CommandRouter::attempts_max; ++death) {
    die();
    start();
    resume();
    pass(1s);
  }
  EXPECT_EQ(calls, CommandRouter::attempts_max);
  die_and_start_again();
  pass(1s);
  EXPECT_EQ(calls, CommandRouter::attempts_max);
  EXPECT_THAT(text(id), HasSubstr("Something went wrong on our side."));
  EXPECT_EQ(rows(), 0);
}

TEST_F(CrashTest, the_token_is_sealed_and_another_key_does_not_open_it) {
  takes = 30s;
  type("a private word");
  pass(2s);
  const auto stored =
      engine.session().run("select sealed from interactions", {}).front().get<std::string>("sealed");
  const auto token = Fields(delivered.back()).string_or("token", "?");
  EXPECT_FALSE(stored.contains(token));
  EXPECT_FALSE(crypto::from_base64url(stored).value_or("").contains(token));
  PendingInteractions stranger(clock, database, Secret<std::string>(std::string(32, 'x')));
  const auto unanswered = sim::run(context, clock, stranger.take_unanswered());
  ASSERT_TRUE(unanswered);
  EXPECT_THAT(*unanswered, IsEmpty());
}

TEST_F(CrashTest, a_disk_that_hangs_does_not_cost_the_acknowledgement) {
  engine.session().run("drop table interactions", {});
  takes = 5s;
  const auto id = type();
  pass(2s);
  EXPECT_EQ(view(id).state, InteractionState::thinking);
  pass(5s);
  EXPECT_EQ(text(id), "done");
}

// ---- Discord is not well.

TEST_F(CrashTest, an_outage_after_the_deferral_is_waited_out) {
  takes = 5s;
  http.faults.assign(6, {"PATCH", "/webhooks", Fault::What::status, 503});
  const auto id = type();
  pass(10min);
  EXPECT_EQ(text(id), "done");
}

TEST_F(CrashTest, a_follow_up_waits_out_an_outage_too) {
  takes = 5s;
  http.faults.assign(6, {"POST", "/webhooks", Fault::What::never_sent});
  const auto id = press(custom_id("test.press", ""));
  pass(10min);
  EXPECT_THAT(view(id).follow_ups, SizeIs(1));
}

TEST_F(CrashTest, an_original_that_Discord_does_not_know_yet_is_asked_for_again) {
  takes = 1600ms;
  http.faults.assign(2, {"PATCH", "/webhooks", Fault::What::status, 404});
  const auto id = type();
  pass(5s);
  EXPECT_EQ(text(id), "done");
}

TEST_F(CrashTest, a_reply_that_Discord_refuses_becomes_an_apology) {
  for (const auto how_long : {0s, 5s}) {
    takes = how_long;
    gives = Reply{.content = "x", .embeds = {json::object{{"title", std::string(300, 't')}}}};
    const auto id = type();
    pass(10s);
    EXPECT_THAT(text(id), HasSubstr("Something went wrong on our side.")) << how_long.count();
  }
}

}  // namespace
}  // namespace matchday::surfaces
