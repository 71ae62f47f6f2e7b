// The fault plan: which exchange meets which fault, and what a rule may look like.
#include <gtest/gtest.h>

#include "sandbox/faults/fault_plan.hpp"

namespace matchday::sandbox {
namespace {

Exchange exchange(std::uint64_t number, std::string path = "/guilds/1/channels",
                  std::string method = "POST") {
  return {.platform = "discord", .method = std::move(method), .path = std::move(path), .number = number};
}

TEST(FaultPlan, without_rules_everything_works) {
  FaultPlan plan(Random(1));
  const auto verdict = plan.decide(exchange(1));
  EXPECT_TRUE(verdict.apply);
  EXPECT_FALSE(verdict.answer_lost);
  EXPECT_FALSE(verdict.status);
}

TEST(FaultPlan, a_rule_meets_only_what_it_names) {
  FaultPlan plan(Random(1));
  plan.add(
      {.kind = FaultKind::answer_lost, .platform = "discord", .method = "POST", .path_prefix = "/guilds"});
  EXPECT_TRUE(plan.decide(exchange(1)).answer_lost);
  EXPECT_FALSE(plan.decide(exchange(2, "/channels/1/messages")).answer_lost);
  EXPECT_FALSE(plan.decide(exchange(3, "/guilds/1", "GET")).answer_lost);
  EXPECT_FALSE(plan.decide({.platform = "faceit", .method = "POST", .path = "/guilds"}).answer_lost);
}

TEST(FaultPlan, count_and_number_range_bound_a_rule) {
  FaultPlan plan(Random(1));
  plan.add({.kind = FaultKind::status, .count = 2, .from_number = 3, .to_number = 9, .status = 503});
  std::vector<std::uint64_t> met;
  for (std::uint64_t n = 1; n <= 10; ++n) {
    if (plan.decide(exchange(n)).status) met.push_back(n);
  }
  EXPECT_EQ(met, (std::vector<std::uint64_t>{3, 4}));
}

TEST(FaultPlan, each_kind_says_whether_the_effect_happens) {
  const auto verdict_of = [](FaultRule rule) {
    FaultPlan plan(Random(1));
    plan.add(rule);
    return plan.decide(exchange(1));
  };
  EXPECT_FALSE(verdict_of({.kind = FaultKind::status, .status = 500}).apply);
  EXPECT_TRUE(verdict_of({.kind = FaultKind::status_after, .status = 500}).apply);
  EXPECT_FALSE(verdict_of({.kind = FaultKind::connection_cut}).apply);
  EXPECT_TRUE(verdict_of({.kind = FaultKind::answer_lost}).apply);
  EXPECT_EQ(verdict_of({.kind = FaultKind::late_effect, .delay = 5s}).effect_delay, 5s);
  EXPECT_TRUE(verdict_of({.kind = FaultKind::hold_before}).hold_before);
  EXPECT_TRUE(verdict_of({.kind = FaultKind::hold_after}).hold_after);
}

TEST(FaultPlan, latencies_add_up_and_only_the_first_answer_fault_counts) {
  FaultPlan plan(Random(1));
  plan.add({.kind = FaultKind::latency, .delay = 100ms});
  plan.add({.kind = FaultKind::latency, .delay = 50ms});
  plan.add({.kind = FaultKind::status, .status = 502});
  plan.add({.kind = FaultKind::answer_lost});
  const auto verdict = plan.decide(exchange(1));
  EXPECT_EQ(verdict.latency_before, 150ms);
  EXPECT_EQ(verdict.status, 502);
  EXPECT_FALSE(verdict.answer_lost);
  EXPECT_EQ(plan.fired(), 3U);
}

TEST(FaultPlan, probability_is_drawn_from_the_seed) {
  const auto pattern = [](std::uint64_t seed) {
    FaultPlan plan{Random(seed)};
    plan.add({.kind = FaultKind::answer_lost, .probability = 0.5});
    std::string drawn;
    for (std::uint64_t n = 1; n <= 64; ++n) drawn += plan.decide(exchange(n)).answer_lost ? '1' : '0';
    return drawn;
  };
  EXPECT_EQ(pattern(5), pattern(5));
  EXPECT_NE(pattern(5), pattern(6));
}

TEST(FaultPlan, gateway_faults_do_not_touch_requests) {
  FaultPlan plan(Random(1));
  plan.add({.kind = FaultKind::gateway_refuse, .count = 1});
  plan.add({.kind = FaultKind::gateway_reconnect, .from_number = 3, .to_number = 3});
  EXPECT_TRUE(plan.decide(exchange(1)).apply);
  EXPECT_EQ(plan.decide_gateway_open("discord", 1), GatewayFault::refuse);
  EXPECT_EQ(plan.decide_gateway_open("discord", 2), GatewayFault::none);
  EXPECT_EQ(plan.decide_gateway_event("discord", 2), GatewayFault::none);
  EXPECT_EQ(plan.decide_gateway_event("discord", 3), GatewayFault::reconnect);
}

TEST(FaultPlan, a_rule_is_removed_by_its_number) {
  FaultPlan plan(Random(1));
  const auto rule = plan.add({.kind = FaultKind::answer_lost});
  EXPECT_EQ(plan.describe().at(0).at("id"), rule);
  EXPECT_TRUE(plan.remove(rule));
  EXPECT_FALSE(plan.remove(rule));
  EXPECT_FALSE(plan.decide(exchange(1)).answer_lost);
}

TEST(FaultRules, survive_their_json_form) {
  const json::value written{{"kind", "late_effect"},
                            {"probability", 0.25},
                            {"platform", "discord"},
                            {"method", "POST"},
                            {"path", "/guilds"},
                            {"count", 3},
                            {"from", 1},
                            {"to", 100},
                            {"delay_ms", 5000}};
  const auto rule = parse_fault_rule(written);
  ASSERT_TRUE(rule) << rule.error().message;
  EXPECT_EQ(json::value(to_json(*rule)), written);
}

TEST(FaultRules, a_wrong_field_is_named) {
  struct Case {
    const char* text;
    const char* named;
  };
  for (const auto& [text, named] :
       {Case{R"({"kind":"fire"})", "kind"}, Case{R"({})", "kind"},
        Case{R"({"kind":"status","probability":2})", "probability"},
        Case{R"({"kind":"status","status":200})", "status"}, Case{R"({"kind":"latency"})", "delay_ms"},
        Case{R"({"kind":"status","count":-1})", "count"}, Case{R"({"kind":"status","pathh":"/x"})", "pathh"},
        Case{R"({"kind":"status","method":7})", "method"}}) {
    const auto rule = parse_fault_rule(*parse_json(text));
    ASSERT_FALSE(rule) << text;
    EXPECT_NE(rule.error().message.find(named), std::string::npos) << rule.error().message;
  }
  EXPECT_FALSE(parse_fault_rule(json::array()));
}

}  // namespace
}  // namespace matchday::sandbox
