// The gateway's rules as tables: every row of the reference's state machine (§2.3) and close codes (§2.4).
#include "tests/discord/support/machine_driver.hpp"

namespace matchday::discord {
namespace {

TEST(GatewayMachine, a_cold_start_discovers_connects_and_identifies_after_recording_it) {
  Machine m;
  m.step(in::Start{});
  EXPECT_TRUE(m.find<act::Discover>());
  m.step(in::Discovered{.url = "wss://gw/"});
  EXPECT_EQ(m.url(), "wss://gw" + query);
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 41250}});
  ASSERT_EQ(m.actions.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<act::RecordIdentify>(m.actions[0]));
  const auto sent = m.sent();
  const auto data = Fields(sent).object("d");
  EXPECT_EQ(m.sent_op(), 2);
  EXPECT_EQ(data.string("token"), "tok");
  EXPECT_EQ(data.integer("intents"), 641 | privileged);
  m.frame(0, Machine::ready(), "READY", 1);
  EXPECT_EQ(m.machine.state(), State::active);
  EXPECT_EQ(m.machine.self()->value, 77U);
  EXPECT_EQ(m.machine.application()->value, 88U);
  EXPECT_EQ(m.find<act::Dispatch>()->event.type, "READY");
}

TEST(GatewayMachine, a_session_of_an_earlier_process_is_resumed_without_asking_for_anything) {
  Machine m;
  m.step(in::Start{.session = GatewaySession{.id = "old",
                                             .resume_url = "wss://resume",
                                             .sequence = 41,
                                             .self = UserId{77},
                                             .application = ApplicationId{88}}});
  EXPECT_FALSE(m.find<act::Discover>());
  EXPECT_EQ(m.url(), "wss://resume" + query);
  EXPECT_EQ(m.machine.self()->value, 77U);
  EXPECT_EQ(m.machine.application()->value, 88U);
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 41250}});
  EXPECT_FALSE(m.find<act::RecordIdentify>());
  EXPECT_EQ(m.sent_op(), 6);
  const auto sent = m.sent();
  EXPECT_EQ(Fields(sent).object("d").string("session_id"), "old");
  EXPECT_EQ(Fields(sent).object("d").integer("seq"), 41);
  m.frame(0, nullptr, "CHANNEL_DELETE", 42);
  m.frame(0, nullptr, "RESUMED", 43);
  EXPECT_EQ(m.machine.state(), State::active);
  EXPECT_EQ(m.machine.session()->sequence, 43);
}

TEST(GatewayMachine, a_session_of_an_earlier_process_that_is_gone_ends_in_an_ordinary_identify) {
  Machine m;
  m.step(in::Start{.session = GatewaySession{.id = "old", .resume_url = "wss://resume", .sequence = 41}});
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 41250}});
  m.frame(9, false);
  EXPECT_FALSE(m.machine.session());
  EXPECT_EQ(m.next_connect(), "wss://gw" + query);
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 41250}});
  EXPECT_TRUE(m.find<act::RecordIdentify>());
  EXPECT_EQ(m.sent_op(), 2);
}

TEST(GatewayMachine, the_first_heartbeat_comes_at_a_random_part_of_the_interval_and_then_regularly) {
  std::set<Duration> firsts;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Machine m(seed);
    m.identify();
    m.wake();
    EXPECT_EQ(m.sent_op(), 1);
    EXPECT_EQ(Fields(m.sent()).integer("d"), 1);
    EXPECT_LT(m.waited, 41250ms);
    firsts.insert(m.waited);
    m.frame(11);
    for (m.wake(); m.sent_op() != 1; m.wake()) m.frame(11);
    EXPECT_LE(m.waited, 41250ms);
  }
  EXPECT_GT(firsts.size(), 15U);
}

TEST(GatewayMachine, heartbeats_start_at_hello_and_carry_null_before_the_first_event) {
  Machine m;
  m.step(in::Start{});
  m.step(in::Discovered{.url = "wss://gw"});
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 1000}});
  m.wake();
  EXPECT_EQ(m.sent_op(), 1);
  EXPECT_TRUE(m.sent().as_object().at("d").is_null());
}

TEST(GatewayMachine, silence_between_two_heartbeats_is_a_zombie_and_is_closed_resumably) {
  Machine m;
  m.identify();
  do m.wake();
  while (m.sent_op() != 1);
  while (!m.find<act::Close>()) m.wake();
  EXPECT_EQ(m.find<act::Close>()->code, 4000);
  EXPECT_TRUE(m.machine.session());
  EXPECT_EQ(m.next_connect(), "wss://resume" + query);
}

TEST(GatewayMachine, any_frame_counts_as_life_not_only_an_acknowledgement) {
  Machine m;
  m.identify();
  for (int i = 2; i < 12; ++i) {
    m.wake();
    m.frame(0, json::object{}, "TYPING_START", i);
  }
  EXPECT_EQ(m.machine.state(), State::active);
}

TEST(GatewayMachine, a_heartbeat_that_discord_asks_for_is_sent_at_once_and_moves_nothing) {
  Machine m;
  m.identify();
  const auto due = m.machine.next_wake();
  m.frame(1);
  EXPECT_EQ(m.sent_op(), 1);
  EXPECT_EQ(m.machine.next_wake(), due);
}

TEST(GatewayMachine, a_flood_of_such_requests_never_exceeds_the_limit_of_frames) {
  Machine m;
  m.identify();
  int sent = 0;
  for (int i = 0; i < 500; ++i) {
    m.frame(1);
    sent += m.sent_op() == 1 ? 1 : 0;
  }
  EXPECT_LT(sent, 119);
  EXPECT_GT(sent, 100);
}

TEST(GatewayMachine, an_acknowledgement_tells_the_latency) {
  Machine m;
  m.identify();
  do m.wake();
  while (m.sent_op() != 1);
  m.now += 45ms;
  m.frame(11);
  EXPECT_EQ(m.machine.latency(), 45ms);
}

TEST(GatewayMachine, a_resume_tells_session_and_the_last_sequence) {
  Machine m;
  m.identify();
  m.frame(0, json::object{}, "X", 41);
  m.step(in::Closed{1006});
  EXPECT_EQ(m.next_connect(), "wss://resume" + query);
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 41250}});
  EXPECT_EQ(to_text(m.sent()), R"({"op":6,"d":{"token":"tok","session_id":"sess","seq":41}})");
  m.frame(0, json::object{}, "X", 42);
  EXPECT_EQ(m.find<act::Dispatch>()->event.sequence, 42) << "replayed events are handed out";
  m.frame(0, nullptr, "RESUMED", 43);
  EXPECT_EQ(m.machine.state(), State::active);
}

enum class Then { resume, identify, fatal };

TEST(GatewayMachine, each_close_code_has_its_reaction) {
  struct Case {
    int code;
    Then then;
    ErrorKind kind = ErrorKind::internal;
  };
  for (const auto& c : {Case{1006, Then::resume}, Case{1000, Then::resume}, Case{1001, Then::resume},
                        Case{1009, Then::resume}, Case{1011, Then::resume}, Case{1012, Then::resume},
                        Case{4000, Then::resume}, Case{4001, Then::resume}, Case{4002, Then::resume},
                        Case{4003, Then::identify}, Case{4004, Then::fatal, ErrorKind::unauthorized},
                        Case{4005, Then::identify}, Case{4007, Then::identify}, Case{4008, Then::resume},
                        Case{4009, Then::identify}, Case{4010, Then::fatal, ErrorKind::refused},
                        Case{4011, Then::fatal, ErrorKind::refused},
                        Case{4012, Then::fatal, ErrorKind::refused}, Case{4999, Then::resume}}) {
    Machine m;
    m.identify();
    m.step(in::Closed{c.code});
    if (c.then == Then::fatal) {
      ASSERT_TRUE(m.find<act::GiveUp>()) << c.code;
      EXPECT_EQ(m.find<act::GiveUp>()->error.kind, c.kind) << c.code;
      EXPECT_EQ(m.find<act::GiveUp>()->error.platform_code, c.code);
      EXPECT_FALSE(m.machine.next_wake());
      EXPECT_TRUE(m.step(in::Tick{}).empty()) << "never again";
    } else {
      EXPECT_EQ(m.machine.session().has_value(), c.then == Then::resume) << c.code;
      const auto expected = c.then == Then::resume ? "wss://resume" + query : "wss://gw" + query;
      EXPECT_EQ(m.next_connect(), expected) << c.code;
    }
  }
}

TEST(GatewayMachine, refused_intents_are_tried_once_more_without_the_privileged_ones_and_then_never) {
  for (const int code : {4013, 4014}) {
    Machine m;
    m.identify();
    m.step(in::Closed{code});
    EXPECT_TRUE(m.find<act::Alert>());
    EXPECT_EQ(m.next_connect(), "wss://gw" + query);
    m.step(in::Connected{});
    m.frame(10, {{"heartbeat_interval", 41250}});
    EXPECT_EQ(Fields(m.sent()).object("d").integer("intents"), 641);
    m.step(in::Closed{code});
    EXPECT_TRUE(m.find<act::GiveUp>());
  }
}

TEST(GatewayMachine, refused_intents_without_privileged_ones_are_fatal_at_once) {
  Machine m(1, 641);
  m.identify();
  m.step(in::Closed{4014});
  EXPECT_TRUE(m.find<act::GiveUp>());
}

TEST(GatewayMachine, op_7_reconnects_and_resumes_within_a_second) {
  Machine m;
  m.identify();
  m.frame(7);
  EXPECT_EQ(m.find<act::Close>()->code, 4000);
  m.wake();
  EXPECT_LE(m.waited, 1s);
  EXPECT_EQ(m.url(), "wss://resume" + query);
}

TEST(GatewayMachine, op_7_instead_of_hello_is_legal) {
  Machine m;
  m.step(in::Start{});
  m.step(in::Discovered{.url = "wss://gw"});
  m.step(in::Connected{});
  m.frame(7);
  EXPECT_EQ(m.next_connect(), "wss://gw" + query);
}

TEST(GatewayMachine, op_9_waits_one_to_five_seconds_and_resumes_only_if_it_may) {
  for (const bool resumable : {true, false}) {
    for (std::uint64_t seed = 1; seed <= 10; ++seed) {
      Machine m(seed);
      m.identify();
      m.frame(9, resumable);
      EXPECT_EQ(m.machine.session().has_value(), resumable);
      m.wake();
      EXPECT_GE(m.waited, 1s);
      EXPECT_LE(m.waited, 5s);
      EXPECT_EQ(m.next_connect(), resumable ? "wss://resume" + query : "wss://gw" + query);
    }
  }
}

TEST(GatewayMachine, each_stage_has_its_time_limit) {
  struct Case {
    int stage;  // 0 hello, 1 ready, 2 resumed
    Duration limit;
  };
  for (const auto& c : {Case{0, 20s}, Case{1, 60s}, Case{2, 60s}}) {
    Machine m;
    if (c.stage == 2) {
      m.identify();
      m.step(in::Closed{1006});
      (void)m.next_connect();
    } else {
      m.step(in::Start{});
      m.step(in::Discovered{.url = "wss://gw"});
    }
    m.step(in::Connected{});
    if (c.stage > 0) m.frame(10, {{"heartbeat_interval", 600'000}});
    const auto start = m.now;
    while (!m.find<act::Close>()) {
      m.wake();
    }
    EXPECT_EQ(m.now - start, c.limit) << c.stage;
  }
}

TEST(GatewayMachine, a_resume_may_take_long_while_events_flow) {
  Machine m;
  m.identify();
  m.step(in::Closed{1006});
  (void)m.next_connect();
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 600'000}});
  for (int i = 0; i < 10; ++i) {
    m.now += 50s;
    m.frame(0, json::object{}, "X", 2 + i);
    m.step(in::Tick{});
  }
  EXPECT_EQ(m.machine.state(), State::resuming);
}

TEST(GatewayMachine, an_unreadable_stream_is_resumed_on_a_fresh_connection) {
  Machine m;
  m.identify();
  m.step(in::Undecodable{"zlib"});
  EXPECT_EQ(m.find<act::Close>()->code, 4000);
  EXPECT_EQ(m.next_connect(), "wss://resume" + query);
}

TEST(GatewayMachine, unknown_opcodes_and_events_are_no_reason_to_leave) {
  Machine m;
  m.identify();
  m.frame(99, 5);
  EXPECT_TRUE(m.actions.empty());
  m.frame(0, nullptr, "BRAND_NEW_EVENT", 2);
  EXPECT_EQ(m.find<act::Dispatch>()->event.type, "BRAND_NEW_EVENT");
}

}  // namespace
}  // namespace matchday::discord
