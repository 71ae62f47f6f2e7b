// Drives a GatewayMachine through its stages and keeps the actions of the last step.
#pragma once
#include "platforms/discord/gateway_machine.hpp"

namespace matchday::discord {

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

inline const std::string query = "/?v=10&encoding=json&compress=zlib-stream";

}  // namespace matchday::discord
