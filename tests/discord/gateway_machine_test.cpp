// The gateway's rules as tables: every row of the reference's state machine (§2.3) and close codes (§2.4).
#include "platforms/discord/gateway_machine.hpp"

namespace matchday::discord {
namespace {

namespace in = gateway_input;
namespace act = gateway_action;
using State = GatewayMachine::State;

constexpr std::uint64_t privileged = 1ULL << 15;

struct Machine {
  explicit Machine(std::uint64_t seed = 1, std::uint64_t intents = 641 | privileged)
      : machine({.token = Secret<std::string>("tok"), .intents = intents, .privileged_intents = privileged},
                Random(seed)) {}

  const std::vector<GatewayAction>& step(GatewayInput input) {
    return actions = machine.step(std::move(input), now);
  }

  // Lets time pass until the machine wants to be woken, and wakes it.
  const std::vector<GatewayAction>& wake() {
    CHECK(machine.next_wake());
    waited = *machine.next_wake() - now;
    now = std::max(now, *machine.next_wake());
    return step(in::Tick{});
  }

  const std::vector<GatewayAction>& frame(int op, json::value data = nullptr, std::string type = "",
                                          std::optional<std::int64_t> sequence = {}) {
    return step(in::Frame{op, sequence, std::move(type), std::move(data)});
  }

  // Up to READY.
  void identify() {
    if (machine.state() == State::idle) step(in::Start{});
    while (machine.state() == State::waiting) wake();
    if (machine.state() == State::discovering) step(in::Discovered{.url = "wss://gw"});
    while (machine.state() == State::waiting) wake();
    step(in::Connected{});
    frame(10, {{"heartbeat_interval", 41250}});
    frame(0, ready(), "READY", 1);
    CHECK(machine.state() == State::active);
  }

  static json::value ready() {
    return {{"session_id", "sess"},
            {"resume_gateway_url", "wss://resume"},
            {"user", json::object{{"id", "77"}}},
            {"application", json::object{{"id", "88"}}}};
  }

  template <class Action>
  const Action* find() const {
    for (const auto& one : actions) {
      if (const auto* found = std::get_if<Action>(&one)) return found;
    }
    return nullptr;
  }

  json::value sent() const {
    const auto* found = find<act::Send>();
    return found ? *parse_json(found->text) : json::value(nullptr);
  }
  std::int64_t sent_op() const { return Fields(sent()).integer("op").value_or(-1); }
  std::string url() const { return find<act::Connect>() ? find<act::Connect>()->url : ""; }

  // Through pauses and discovery to the next connection attempt.
  std::string next_connect() {
    while (machine.state() == State::waiting) wake();
    if (machine.state() == State::discovering) step(in::Discovered{.url = "wss://gw"});
    while (machine.state() == State::waiting) wake();
    return url();
  }

  GatewayMachine machine;
  Steady now{Duration(1'000'000'000)};
  Duration waited{};
  std::vector<GatewayAction> actions;
};

const std::string query = "/?v=10&encoding=json&compress=zlib-stream";

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

TEST(GatewayMachine, after_too_many_frames_it_waits_at_least_five_seconds) {
  Machine m;
  m.identify();
  m.step(in::Closed{4008});
  m.wake();
  EXPECT_GE(m.waited, 5s);
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

TEST(GatewayMachine, three_failed_resumes_lead_to_a_new_session) {
  Machine m;
  m.identify();
  m.step(in::Closed{1006});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(m.next_connect(), "wss://resume" + query) << i;
    m.step(in::Connected{});
    m.frame(10, {{"heartbeat_interval", 41250}});
    EXPECT_EQ(m.sent_op(), 6);
    m.step(in::Closed{1006});
  }
  EXPECT_FALSE(m.machine.session());
  EXPECT_EQ(m.next_connect(), "wss://gw" + query);
}

TEST(GatewayMachine, a_dead_resume_url_is_dropped_but_not_the_session) {
  Machine m;
  m.identify();
  m.step(in::Closed{1006});
  EXPECT_EQ(m.next_connect(), "wss://resume" + query);
  m.step(in::ConnectFailed{"no such host"});
  EXPECT_EQ(m.next_connect(), "wss://gw" + query);
  m.step(in::Connected{});
  m.frame(10, {{"heartbeat_interval", 41250}});
  EXPECT_EQ(m.sent_op(), 6);
}

TEST(GatewayMachine, pauses_between_failures_grow_with_jitter_to_a_minute) {
  std::vector<Duration> pauses;
  Machine m;
  m.identify();
  m.step(in::Closed{1006});
  for (int i = 0; i < 12; ++i) {
    (void)m.next_connect();
    pauses.push_back(m.waited);
    m.step(in::ConnectFailed{"down"});
  }
  EXPECT_LE(pauses.front(), 1s);
  EXPECT_GE(pauses.back(), 30s);
  for (const auto pause : pauses) EXPECT_LE(pause, 60s);
}

TEST(GatewayMachine, failures_are_forgotten_only_after_a_stable_minute) {
  const auto pause_after = [](Duration active) {
    Machine m;
    m.identify();
    m.step(in::Closed{1006});
    for (int i = 0; i < 6; ++i) {
      (void)m.next_connect();
      m.step(in::ConnectFailed{"down"});
    }
    (void)m.next_connect();
    m.step(in::Connected{});
    m.frame(10, {{"heartbeat_interval", 41250}});
    m.frame(0, nullptr, "RESUMED", 2);
    const auto end = m.now + active;
    while (*m.machine.next_wake() <= end) {
      m.wake();
      m.frame(11);
    }
    m.now = end;
    m.step(in::Closed{1006});
    return *m.machine.next_wake() - m.now;
  };
  EXPECT_GT(pause_after(30s), 20s);
  EXPECT_LE(pause_after(70s), 1s);
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

TEST(GatewayMachine, at_most_five_identifies_in_ten_minutes_even_across_restarts) {
  Machine m;
  in::Start start;
  for (const auto age : {9min, 8min, 7min, 6min, 5min}) start.recent_identifies.push_back(m.now - age);
  m.step(start);
  m.step(in::Discovered{.url = "wss://gw"});
  EXPECT_EQ(m.machine.state(), State::waiting);
  EXPECT_TRUE(m.find<act::Alert>());
  m.wake();
  EXPECT_EQ(m.waited, 1min) << "until the oldest of the five is ten minutes old";
  EXPECT_EQ(m.machine.state(), State::connecting);
}

TEST(GatewayMachine, an_endless_loop_of_invalid_sessions_stays_far_below_the_daily_limit) {
  Machine m;
  int identifies = 0;
  m.step(in::Start{});
  const auto end = m.now + 24h;
  while (m.now < end) {
    (void)m.next_connect();
    m.step(in::Connected{});
    m.frame(10, {{"heartbeat_interval", 41250}});
    identifies += m.sent_op() == 2 ? 1 : 0;
    m.frame(9, false);
  }
  EXPECT_LE(identifies, 5 * 6 * 24 + 5);
  EXPECT_GT(identifies, 100) << "but it keeps trying";
}

TEST(GatewayMachine, the_last_fifth_of_the_daily_starts_is_kept) {
  Machine m;
  m.step(in::Start{});
  m.step(in::Discovered{
      .url = "wss://gw", .starts_total = 1000, .starts_remaining = 199, .starts_reset_after = 30min});
  EXPECT_TRUE(m.find<act::Alert>());
  m.wake();
  EXPECT_EQ(m.waited, 30min);
  EXPECT_TRUE(m.find<act::Discover>()) << "the budget is read again";
}

TEST(GatewayMachine, the_budget_is_read_before_each_identify) {
  Machine m;
  m.identify();
  m.step(in::Closed{4009});
  while (m.machine.state() == State::waiting) m.wake();
  EXPECT_EQ(m.machine.state(), State::discovering);
}

TEST(GatewayMachine, a_token_that_discovery_refuses_is_fatal) {
  Machine m;
  m.step(in::Start{});
  m.step(in::DiscoveryFailed{fail(ErrorKind::unauthorized, "401").error()});
  ASSERT_TRUE(m.find<act::GiveUp>());
  EXPECT_NE(m.find<act::GiveUp>()->error.message.find("token"), std::string::npos);
}

TEST(GatewayMachine, a_failed_discovery_is_tried_again_and_honours_retry_after) {
  Machine m;
  m.step(in::Start{});
  auto error = fail(ErrorKind::unavailable, "banned").error();
  error.retry_after = 10min;
  m.step(in::DiscoveryFailed{error});
  m.wake();
  EXPECT_EQ(m.waited, 10min);
  EXPECT_TRUE(m.find<act::Discover>());
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

TEST(GatewayMachine, whatever_comes_in_whatever_order_it_always_has_a_next_step) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Machine m(seed);
    Random random(seed * 7919);
    m.step(in::Start{});
    for (int i = 0; i < 300; ++i) {
      m.now += random.between(0ms, 20s);
      const std::vector<std::function<void()>> moves{
          [&] { m.step(in::Discovered{.url = "wss://gw", .starts_remaining = random.between(0, 1000)}); },
          [&] { m.step(in::DiscoveryFailed{fail(ErrorKind::unavailable, "x").error()}); },
          [&] { m.step(in::Connected{}); },
          [&] { m.step(in::ConnectFailed{"x"}); },
          [&] { m.step(in::Undecodable{"x"}); },
          [&] { m.step(in::Closed{static_cast<int>(random.between(4000, 4003))}); },
          [&] {
            m.frame(static_cast<int>(random.between(0, 12)), random.chance(0.5), "X", random.between(1, 99));
          },
          [&] {
            m.frame(10, {{"heartbeat_interval", random.between(-1, 50'000)}});
          },
          [&] { m.frame(0, Machine::ready(), "READY", 1); },
          [&] { m.frame(0, nullptr, "RESUMED", 2); },
          [&] { m.step(in::Tick{}); }};
      moves[static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(moves.size()) - 1))]();
      ASSERT_TRUE(m.machine.next_wake()) << name(m.machine.state());
    }
  }
}

}  // namespace
}  // namespace matchday::discord
