// See fault_plan.hpp.
#include "sandbox/faults/fault_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace matchday::sandbox {
namespace {

constexpr std::array kind_names{
    std::pair{FaultKind::latency, "latency"},
    std::pair{FaultKind::slow_answer, "slow_answer"},
    std::pair{FaultKind::connection_cut, "connection_cut"},
    std::pair{FaultKind::answer_lost, "answer_lost"},
    std::pair{FaultKind::late_effect, "late_effect"},
    std::pair{FaultKind::status, "status"},
    std::pair{FaultKind::status_after, "status_after"},
    std::pair{FaultKind::hold_before, "hold_before"},
    std::pair{FaultKind::hold_after, "hold_after"},
    std::pair{FaultKind::gateway_drop, "gateway_drop"},
    std::pair{FaultKind::gateway_refuse, "gateway_refuse"},
    std::pair{FaultKind::gateway_reconnect, "gateway_reconnect"},
    std::pair{FaultKind::gateway_invalid, "gateway_invalid"},
    std::pair{FaultKind::gateway_invalid_resumable, "gateway_invalid_resumable"},
};

bool is_gateway(FaultKind kind) {
  return kind >= FaultKind::gateway_drop;
}

// Those of which one exchange can have only one.
bool decides_answer(FaultKind kind) {
  return kind >= FaultKind::connection_cut && kind <= FaultKind::hold_after;
}

std::string known_kinds() {
  std::string list;
  for (const auto& [kind, name] : kind_names) list += fmt::format("{}{}", list.empty() ? "" : ", ", name);
  return list;
}

std::unexpected<Error> wrong(std::string_view field, std::string_view expected) {
  return fail(ErrorKind::invalid, fmt::format("Fault rule: \"{}\" must be {}", field, expected));
}

void apply(const FaultRule& rule, Verdict& verdict) {
  switch (rule.kind) {
    case FaultKind::latency:
      verdict.latency_before += rule.delay;
      break;
    case FaultKind::slow_answer:
      verdict.latency_after += rule.delay;
      break;
    case FaultKind::connection_cut:
      verdict.apply = false;
      verdict.answer_lost = true;
      break;
    case FaultKind::answer_lost:
      verdict.answer_lost = true;
      break;
    case FaultKind::late_effect:
      verdict.answer_lost = true;
      verdict.effect_delay = rule.delay;
      break;
    case FaultKind::status:
      verdict.apply = false;
      verdict.status = rule.status;
      break;
    case FaultKind::status_after:
      verdict.status = rule.status;
      break;
    case FaultKind::hold_before:
      verdict.hold_before = true;
      break;
    case FaultKind::hold_after:
      verdict.hold_after = true;
      break;
    case FaultKind::gateway_drop:
    case FaultKind::gateway_refuse:
    case FaultKind::gateway_reconnect:
    case FaultKind::gateway_invalid:
    case FaultKind::gateway_invalid_resumable:
      break;
  }
}

GatewayFault gateway_fault_of(FaultKind kind) {
  switch (kind) {
    case FaultKind::gateway_drop:
      return GatewayFault::drop;
    case FaultKind::gateway_refuse:
      return GatewayFault::refuse;
    case FaultKind::gateway_reconnect:
      return GatewayFault::reconnect;
    case FaultKind::gateway_invalid:
      return GatewayFault::invalid_session;
    case FaultKind::gateway_invalid_resumable:
      return GatewayFault::invalid_session_resumable;
    default:
      return GatewayFault::none;
  }
}

}  // namespace

std::uint64_t FaultPlan::add(FaultRule rule) {
  entries_.push_back({.id = next_id_, .rule = std::move(rule)});
  return next_id_++;
}

bool FaultPlan::remove(std::uint64_t rule) {
  return std::erase_if(entries_, [&](const Entry& entry) { return entry.id == rule; }) > 0;
}

void FaultPlan::clear() {
  entries_.clear();
}

bool FaultPlan::fires(Entry& entry, const Exchange& exchange) {
  const auto& rule = entry.rule;
  const bool matches = (rule.platform.empty() || rule.platform == exchange.platform) &&
                       (rule.method.empty() || rule.method == exchange.method) &&
                       exchange.path.starts_with(rule.path_prefix) &&
                       exchange.number >= rule.from_number.value_or(0) &&
                       exchange.number <= rule.to_number.value_or(UINT64_MAX);
  if (!matches || (rule.count && entry.fired >= *rule.count)) return false;
  if (rule.probability < 1 && !random_.chance(rule.probability)) return false;
  ++entry.fired;
  return true;
}

Verdict FaultPlan::decide(const Exchange& exchange) {
  Verdict verdict;
  bool decided = false;
  for (auto& entry : entries_) {
    if (is_gateway(entry.rule.kind)) continue;
    const bool decides = decides_answer(entry.rule.kind);
    if (decides && decided) continue;
    if (!fires(entry, exchange)) continue;
    decided = decided || decides;
    apply(entry.rule, verdict);
  }
  return verdict;
}

GatewayFault FaultPlan::decide_gateway(const Exchange& exchange, bool opening) {
  for (auto& entry : entries_) {
    if (!is_gateway(entry.rule.kind) || (entry.rule.kind == FaultKind::gateway_refuse) != opening) continue;
    if (fires(entry, exchange)) return gateway_fault_of(entry.rule.kind);
  }
  return GatewayFault::none;
}

GatewayFault FaultPlan::decide_gateway_open(std::string_view platform, std::uint64_t number) {
  return decide_gateway({.platform = std::string(platform), .method = "OPEN", .number = number}, true);
}

GatewayFault FaultPlan::decide_gateway_event(std::string_view platform, std::uint64_t number) {
  return decide_gateway({.platform = std::string(platform), .method = "EVENT", .number = number}, false);
}

std::uint64_t FaultPlan::fired() const {
  std::uint64_t total = 0;
  for (const auto& entry : entries_) total += entry.fired;
  return total;
}

json::array FaultPlan::describe() const {
  json::array list;
  for (const auto& entry : entries_) {
    auto wire = to_json(entry.rule);
    wire["id"] = entry.id;
    wire["fired"] = entry.fired;
    list.push_back(std::move(wire));
  }
  return list;
}

json::object to_json(const FaultRule& rule) {
  const auto* name = std::ranges::find(kind_names, rule.kind, &std::pair<FaultKind, const char*>::first);
  json::object wire{{"kind", name->second}, {"probability", rule.probability}};
  if (!rule.platform.empty()) wire["platform"] = rule.platform;
  if (!rule.method.empty()) wire["method"] = rule.method;
  if (!rule.path_prefix.empty()) wire["path"] = rule.path_prefix;
  if (rule.count) wire["count"] = *rule.count;
  if (rule.from_number) wire["from"] = *rule.from_number;
  if (rule.to_number) wire["to"] = *rule.to_number;
  if (rule.delay.count() != 0) wire["delay_ms"] = rule.delay.count();
  if (rule.kind == FaultKind::status || rule.kind == FaultKind::status_after) wire["status"] = rule.status;
  return wire;
}

namespace {

Result<> read_texts(const json::object& object, FaultRule& rule) {
  for (const auto& [key, target] : {std::pair{"platform", &rule.platform}, std::pair{"method", &rule.method},
                                    std::pair{"path", &rule.path_prefix}}) {
    const auto* value = object.if_contains(key);
    if (value == nullptr) continue;
    if (!value->is_string()) return wrong(key, "a text");
    *target = value->get_string();
  }
  return {};
}

Result<> read_counts(const json::object& object, FaultRule& rule) {
  for (const auto& [key, target] : {std::pair{"count", &rule.count}, std::pair{"from", &rule.from_number},
                                    std::pair{"to", &rule.to_number}}) {
    if (!object.contains(key)) continue;
    const auto number = Fields(object).integer(key);
    if (!number || *number < 0) return wrong(key, "a whole number of at least 0");
    *target = static_cast<std::uint64_t>(*number);
  }
  return {};
}

Result<> read_amounts(const json::object& object, FaultRule& rule) {
  if (const auto* value = object.if_contains("probability")) {
    if (!value->is_number()) return wrong("probability", "a number from 0 to 1");
    rule.probability = value->to_number<double>();
    if (rule.probability < 0 || rule.probability > 1) return wrong("probability", "a number from 0 to 1");
  }
  if (object.contains("delay_ms")) {
    const auto delay = Fields(object).integer("delay_ms");
    if (!delay || *delay < 0) return wrong("delay_ms", "a whole number of at least 0");
    rule.delay = Duration(*delay);
  }
  if (object.contains("status")) {
    const auto status = Fields(object).integer("status");
    if (!status || *status < 400 || *status > 599) return wrong("status", "an HTTP status from 400 to 599");
    rule.status = static_cast<int>(*status);
  }
  return {};
}

}  // namespace

Result<FaultRule> parse_fault_rule(const json::value& value) {
  const auto* object = value.if_object();
  if (object == nullptr) return fail(ErrorKind::invalid, "Fault rule: must be an object");
  static constexpr std::array known{"kind",  "platform", "method", "path",     "probability",
                                    "count", "from",     "to",     "delay_ms", "status"};
  for (const auto& [key, field] : *object) {
    if (std::ranges::find(known, std::string_view(key)) == known.end()) {
      return fail(ErrorKind::invalid,
                  fmt::format("Fault rule: there is no field \"{}\"", std::string_view(key)));
    }
  }
  FaultRule rule;
  const auto kind = Fields(*object).string("kind");
  const auto* named = std::ranges::find_if(kind_names, [&](const auto& one) { return kind == one.second; });
  if (named == kind_names.end()) return wrong("kind", "one of " + known_kinds());
  rule.kind = named->first;
  if (auto read = read_texts(*object, rule); !read) return std::unexpected(read.error());
  if (auto read = read_counts(*object, rule); !read) return std::unexpected(read.error());
  if (auto read = read_amounts(*object, rule); !read) return std::unexpected(read.error());
  const bool needs_delay = rule.kind == FaultKind::latency || rule.kind == FaultKind::slow_answer ||
                           rule.kind == FaultKind::late_effect;
  if (needs_delay && rule.delay.count() == 0) return wrong("delay_ms", "given for this kind");
  return rule;
}

}  // namespace matchday::sandbox
