// FaultPlan: decides, request by request, what goes wrong on the way to a simulated platform. Pure: seeded,
// without time and sockets. The TCP front and the simulator ask it and do what it says. Not here: what a
// platform itself refuses (each platform's state machine).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/time.hpp"

namespace matchday::sandbox {

struct Exchange {
  std::string platform;  // "discord", "faceit", "osu"
  std::string method;
  std::string path;
  std::uint64_t number = 0;  // the nth request of that platform, from 1
};

// In this order: wait latency_before, hold_before, apply (if `apply`), hold_after, wait latency_after,
// answer.
struct Verdict {
  Duration latency_before{0};
  Duration latency_after{0};
  bool apply = true;
  bool answer_lost = false;  // the effect happens, the connection is cut without an answer
  Duration effect_delay{0};  // with answer_lost: the effect lands this late after the cut
  std::optional<int>
      status;  // answer this instead of the real answer; `apply` says whether the effect happened
  bool hold_before = false;  // keep the request unanswered until released or until the peer dies
  bool hold_after = false;   // the same, after the effect
};

enum class FaultKind {
  latency,         // `delay` before applying
  slow_answer,     // `delay` after applying
  connection_cut,  // not applied, no answer
  answer_lost,     // applied, no answer
  late_effect,     // no answer; applied after `delay`
  status,          // `status` without the effect
  status_after,    // `status` although the effect happened
  hold_before,
  hold_after,
  gateway_drop,       // the connection breaks
  gateway_refuse,     // new connections are refused
  gateway_reconnect,  // op 7
  gateway_invalid,    // op 9, not resumable
  gateway_invalid_resumable,
};

struct FaultRule {
  FaultKind kind = FaultKind::latency;
  std::string platform;     // empty: any
  std::string method;       // empty: any
  std::string path_prefix;  // empty: any
  double probability = 1;
  std::optional<std::uint64_t> count;        // at most this often
  std::optional<std::uint64_t> from_number;  // the platform's request numbers, both included
  std::optional<std::uint64_t> to_number;
  Duration delay{0};
  int status = 500;
};

// {"kind":"late_effect","platform":"discord","method":"POST","path":"/guilds","probability":0.1,"count":3,
//  "from":1,"to":100,"delay_ms":5000,"status":503}. Error: invalid, naming the field.
Result<FaultRule> parse_fault_rule(const json::value& value);
json::object to_json(const FaultRule& rule);

// What the next event of a gateway connection meets.
enum class GatewayFault { none, drop, refuse, reconnect, invalid_session, invalid_session_resumable };

class FaultPlan {
 public:
  explicit FaultPlan(Random random) : random_(random) {}

  // Rules are asked in the order in which they were added; their effects on one exchange add up, except that
  // only the first of those that decide the answer counts. Gives the rule's number for remove().
  std::uint64_t add(FaultRule rule);
  bool remove(std::uint64_t rule);
  void clear();

  Verdict decide(const Exchange& exchange);

  // Asked when a connection opens (only `refuse` can come back) and then once for each `number`-th event
  // sent.
  GatewayFault decide_gateway_open(std::string_view platform, std::uint64_t number);
  GatewayFault decide_gateway_event(std::string_view platform, std::uint64_t number);

  // [{"id":1, …the rule…, "fired":2}]
  json::array describe() const;
  std::uint64_t fired() const;  // faults injected so far

 private:
  struct Entry {
    std::uint64_t id = 0;
    FaultRule rule;
    std::uint64_t fired = 0;
  };
  bool fires(Entry& entry, const Exchange& exchange);
  GatewayFault decide_gateway(const Exchange& exchange, bool opening);

  Random random_;
  std::vector<Entry> entries_;
  std::uint64_t next_id_ = 1;
};

}  // namespace matchday::sandbox
