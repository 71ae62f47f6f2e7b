// A platform of one sort of thing, for testing the protocol itself: it loses answers, applies late, refuses,
// and shows its listing only after a while. The real platforms' rules are in sandbox/.
#pragma once
#include <map>

#include "effects/kind.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday::effects {

struct SimplePlatform {
  struct Thing {
    std::string marker;
    json::value body;
    Time created_at;
    bool occupied = false;
  };
  // What happens to the next requests, in order; then everything goes well.
  enum class Fault {
    none,
    answer_lost,
    not_applied,
    lands_late,
    limited,
    refused,
    unavailable,
    never_answers
  };

  explicit SimplePlatform(sim::VirtualClock& c) : clock(c) {}
  sim::VirtualClock& clock;
  std::map<std::string, Thing> things;
  std::deque<Fault> faults;
  Duration late = 10s;
  int creates = 0;
  int next_id = 100;

  Fault next_fault() {
    if (faults.empty()) return Fault::none;
    const auto fault = faults.front();
    faults.pop_front();
    return fault;
  }
  std::string add(std::string marker, json::value body) {
    auto id = std::to_string(next_id++);
    things[id] = Thing{std::move(marker), std::move(body), clock.now()};
    return id;
  }
};

class SimpleKind final : public Kind {
 public:
  explicit SimpleKind(SimplePlatform& platform) : platform_(platform) {}
  std::string_view name() const override { return "thing"; }
  std::string_view platform() const override { return "simple"; }
  Duration quiet() const override { return 20s; }
  bool create_is_idempotent() const override { return idempotent; }

  Task<Result<Permit>> admit(Resource) override {
    if (platform_.clock.now() >= gate_opens) co_return Permit();
    const auto wait = std::min<Duration>(40s, gate_opens - platform_.clock.now());
    co_await platform_.clock.sleep(wait);
    if (platform_.clock.now() >= gate_opens) co_return Permit();
    co_return std::unexpected(
        Error{.kind = ErrorKind::limited, .message = "In line", .retry_after = Duration(5s)});
  }
  Result<Prepared> prepare(const Resource& resource) override {
    if (obsolete) return Obsolete{"the person left"};
    return Send{*resource.wanted};
  }

  Task<Result<Made>> create(Resource resource, json::value body, Permit) override {
    using enum SimplePlatform::Fault;
    ++platform_.creates;
    const auto fault = platform_.next_fault();
    co_await platform_.clock.sleep(50ms);
    const auto ambiguous = Error{.kind = ErrorKind::ambiguous, .message = "The answer was lost"};
    switch (fault) {
      case none:
        co_return Made{platform_.add(resource.marker, body), body};
      case answer_lost:
        platform_.add(resource.marker, body);
        co_return std::unexpected(ambiguous);
      case not_applied:
        co_return std::unexpected(ambiguous);
      case lands_late:
        platform_.clock.call_at(platform_.clock.now() + platform_.late,
                                [&p = platform_, marker = resource.marker, body] { p.add(marker, body); });
        co_return std::unexpected(ambiguous);
      case limited:
        co_return std::unexpected(
            Error{.kind = ErrorKind::limited, .message = "Slow down", .retry_after = Duration(7s)});
      case refused:
        co_return std::unexpected(Error{.kind = ErrorKind::refused, .message = "Missing permission"});
      case unavailable:
        co_return std::unexpected(Error{.kind = ErrorKind::unavailable, .message = "No connection"});
      case never_answers:
        platform_.add(resource.marker, body);
        co_await platform_.clock.sleep(24h);
        co_return std::unexpected(ambiguous);
    }
    co_return std::unexpected(ambiguous);
  }

  Task<Result<json::value>> change(Resource resource) override {
    co_await platform_.clock.sleep(50ms);
    const auto found = platform_.things.find(*resource.remote_id);
    if (found == platform_.things.end()) co_return fail(ErrorKind::not_found, "Unknown thing");
    found->second.body = *resource.wanted;
    co_return *resource.wanted;
  }
  Task<Result<>> remove(Resource resource) override { return erase(*resource.remote_id); }
  Task<Result<>> remove_twin(Resource, std::string twin) override { return erase(std::move(twin)); }

  Task<Result<Observation>> observe(Resource resource) override {
    co_await platform_.clock.sleep(50ms);
    std::vector<std::string> ids;
    for (const auto& [id, thing] : platform_.things) {
      if (thing.marker == resource.marker) ids.push_back(id);
    }
    if (ids.empty()) co_return Absent{};
    Found found{ids.front(), platform_.things[ids.front()].body, {ids.begin() + 1, ids.end()}};
    co_return std::move(found);
  }
  Task<Result<std::vector<Marked>>> list_marked(std::string) override {
    std::vector<Marked> out;
    for (const auto& [id, thing] : platform_.things)
      out.push_back({id, thing.marker, thing.created_at, thing.occupied});
    co_return out;
  }

  bool idempotent = false;
  bool obsolete = false;
  Time gate_opens{};  // until then everybody waits at the rate gate, at most 40 s at a time

 private:
  Task<Result<>> erase(std::string id) {
    co_await platform_.clock.sleep(50ms);
    if (platform_.things.erase(id) == 0) co_return fail(ErrorKind::not_found, "Unknown thing");
    co_return Result<>{};
  }
  SimplePlatform& platform_;
};

}  // namespace matchday::effects
