// The gateway connection's state machine (reference §2.3-2.6), without any I/O: inputs and the time in,
// actions out. All the rules about heartbeats, resuming, identifying, close codes and pauses are here, so
// that a table can test them. Not here: sockets, timers and decompression (gateway.hpp carries the actions
// out).
#pragma once
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace matchday::discord {

// One dispatch of the gateway, such as {"VOICE_STATE_UPDATE", {...}, 42}.
struct GatewayEvent {
  std::string type;
  json::value data;
  std::int64_t sequence = 0;
};

// A session that can be resumed, also by the next process, and who we are in it.
struct GatewaySession {
  std::string id;
  std::string resume_url;  // empty: resume at the ordinary URL
  std::int64_t sequence = 0;
  std::optional<UserId> self;
  std::optional<ApplicationId> application;
};

struct GatewayMachineOptions {
  Secret<std::string> token;
  std::uint64_t intents = 0;
  std::uint64_t privileged_intents = 0;  // the part of `intents` that we can live without
  bool compress = true;
  std::size_t identifies_max =
      20;  // in `identifies_window`; a crash loop must not reach Discord's 1000 a day
  Duration identifies_window = 10min;
};

namespace gateway_input {
struct Start {
  std::vector<Steady> recent_identifies;  // from the ledger that outlives the process
  std::optional<GatewaySession> session;  // of an earlier process: resumed before anything is identified
};
struct Discovered {  // the answer of GET /gateway/bot
  std::string url;
  std::int64_t starts_total = 1000;
  std::int64_t starts_remaining = 1000;
  Duration starts_reset_after{};
};
struct DiscoveryFailed {
  Error error;
};
struct Connected {};
struct ConnectFailed {
  std::string why;
};
struct Frame {
  int op = 0;
  std::optional<std::int64_t> sequence;
  std::string type;
  json::value data;
};
struct Undecodable {  // broken compression or JSON: the stream cannot be trusted any more
  std::string why;
};
struct Closed {
  int code = 1006;
  std::string reason;
};
struct Tick {};  // next_wake() has come
}  // namespace gateway_input

using GatewayInput =
    std::variant<gateway_input::Start, gateway_input::Discovered, gateway_input::DiscoveryFailed,
                 gateway_input::Connected, gateway_input::ConnectFailed, gateway_input::Frame,
                 gateway_input::Undecodable, gateway_input::Closed, gateway_input::Tick>;

namespace gateway_action {
struct Discover {};
struct Connect {
  std::string url;
};
struct Send {
  std::string text;
};
struct Close {
  int code = 4000;
};
struct RecordIdentify {};  // durably, before the Send that follows
struct Dispatch {
  GatewayEvent event;
};
struct Alert {  // for the operator
  std::string sentence;
};
struct GiveUp {  // for good: only a human can help
  Error error;
};
}  // namespace gateway_action

using GatewayAction = std::variant<gateway_action::Discover, gateway_action::Connect, gateway_action::Send,
                                   gateway_action::Close, gateway_action::RecordIdentify,
                                   gateway_action::Dispatch, gateway_action::Alert, gateway_action::GiveUp>;

class GatewayMachine {
 public:
  enum class State : std::uint8_t {
    idle,
    waiting,  // until wake_at_, then discovers or connects
    discovering,
    connecting,
    awaiting_hello,
    identifying,
    resuming,
    active,
    given_up,
  };

  GatewayMachine(GatewayMachineOptions options, Random random);

  std::vector<GatewayAction> step(GatewayInput input, Steady now);

  // When a Tick is due, if nothing else happens.
  std::optional<Steady> next_wake() const;

  State state() const { return state_; }
  const std::optional<GatewaySession>& session() const { return session_; }
  std::optional<UserId> self() const { return self_; }
  std::optional<ApplicationId> application() const { return application_; }
  std::optional<Duration> latency() const { return latency_; }

 private:
  void on(gateway_input::Start& input);
  void on(const gateway_input::Discovered& input);
  void on(const gateway_input::DiscoveryFailed& input);
  void on(const gateway_input::Connected& input);
  void on(const gateway_input::ConnectFailed& input);
  void on(gateway_input::Frame& frame);
  void on(const gateway_input::Undecodable& input);
  void on(const gateway_input::Closed& input);
  void on(const gateway_input::Tick& input);

  void begin();  // resumes or identifies, whichever is possible
  std::optional<Duration> identify_pause();
  std::string connect_url(const std::string& base) const;
  void connection_failed();
  bool has_connection() const;

  void hello(const json::value& data);
  void identify();
  void resume();
  void dispatch(gateway_input::Frame& frame);
  void ready(const json::value& data);
  void become_active();
  void invalid_session(bool resumable);

  void heartbeat_due();
  void send_heartbeat();
  void send(const json::object& frame);
  bool may_send_unscheduled();

  void lose_connection(Duration pause);
  void wait(Duration pause);
  void drop_privileged_intents(int code);
  void forget_session();
  Duration reconnect_pause();
  Duration backoff();
  void alert(std::string sentence);
  void give_up(int code);

  GatewayMachineOptions options_;
  Random random_;
  State state_ = State::idle;
  Steady now_{};
  std::vector<GatewayAction> actions_;

  std::optional<GatewaySession> session_;
  std::string url_;            // of the last discovery
  bool budget_known_ = false;  // discovered for the identify that comes next
  std::int64_t starts_total_ = 0;
  std::int64_t starts_remaining_ = 0;
  Duration starts_reset_after_{};
  std::deque<Steady> identifies_;  // oldest first
  bool used_resume_url_ = false;
  bool without_privileged_ = false;

  std::optional<Steady> wake_at_;  // end of the pause, or the state's time limit
  std::optional<Steady> heartbeat_at_;
  std::optional<Steady> stable_at_;
  std::optional<Steady> heartbeat_sent_at_;
  Duration heartbeat_interval_{};
  bool received_since_heartbeat_ = true;
  std::optional<std::int64_t> sequence_;
  std::deque<Steady> sends_;

  int failures_ = 0;
  int failed_resumes_ = 0;
  std::optional<Duration> latency_;
  std::optional<UserId> self_;
  std::optional<ApplicationId> application_;
};

std::string_view name(GatewayMachine::State state);

}  // namespace matchday::discord
