// See gateway_machine.hpp. Numbers are those of reference §2.3-2.5.
#include "platforms/discord/gateway_machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "platforms/discord/gateway_close.hpp"

namespace matchday::discord {
namespace {

using namespace gateway_input;
namespace action = gateway_action;

constexpr int op_dispatch = 0, op_heartbeat = 1, op_identify = 2, op_resume = 6, op_reconnect = 7,
              op_invalid_session = 9, op_hello = 10, op_heartbeat_ack = 11;

constexpr Duration connect_limit = 30s;  // the connector's own limit is shorter
constexpr Duration discover_limit = 60s;
constexpr Duration hello_limit = 20s;
constexpr Duration ready_limit = 60s;      // extended while events flow
constexpr Duration stable_after = 60s;     // only then are earlier failures forgotten
constexpr Duration identify_spacing = 5s;  // max_concurrency is 1 for a bot of our size
constexpr Duration rate_limited_pause = 5s;
constexpr Duration low_budget_pause_max = 1h;
constexpr int failed_resumes_max = 3;
constexpr Duration send_window = 60s;  // 120 frames a minute, whatever they are (close 4008)
constexpr std::size_t sends_max = 120;

}  // namespace

std::string_view name(GatewayMachine::State state) {
  using State = GatewayMachine::State;
  switch (state) {
    case State::idle:
      return "idle";
    case State::waiting:
      return "waiting";
    case State::discovering:
      return "discovering";
    case State::connecting:
      return "connecting";
    case State::awaiting_hello:
      return "awaiting_hello";
    case State::identifying:
      return "identifying";
    case State::resuming:
      return "resuming";
    case State::active:
      return "active";
    case State::given_up:
      return "given_up";
  }
  return "idle";
}

GatewayMachine::GatewayMachine(GatewayMachineOptions options, Random random)
    : options_(std::move(options)), random_(random) {}

std::vector<GatewayAction> GatewayMachine::step(GatewayInput input, Steady now) {
  now_ = now;
  actions_.clear();
  if (state_ != State::given_up) {
    std::visit([this](auto& one) { on(one); }, input);
  }
  return std::move(actions_);
}

std::optional<Steady> GatewayMachine::next_wake() const {
  std::optional<Steady> next;
  for (const auto& at : {wake_at_, heartbeat_at_, stable_at_}) {
    if (at && (!next || *at < *next)) next = at;
  }
  return next;
}

bool GatewayMachine::has_connection() const {
  return state_ == State::awaiting_hello || state_ == State::identifying || state_ == State::resuming ||
         state_ == State::active;
}

// --- Connecting ---

void GatewayMachine::on(Start& input) {
  if (state_ != State::idle) return;
  identifies_.assign(input.recent_identifies.begin(), input.recent_identifies.end());
  std::sort(identifies_.begin(), identifies_.end());
  session_ = std::move(input.session);
  if (session_) {
    sequence_ = session_->sequence;
    self_ = session_->self;
    application_ = session_->application;
  }
  begin();
}

void GatewayMachine::begin() {
  wake_at_.reset();
  const bool resumes = session_.has_value();
  if (resumes ? url_.empty() && session_->resume_url.empty() : !budget_known_) {
    state_ = State::discovering;
    wake_at_ = now_ + discover_limit;
    actions_.push_back(action::Discover{});
    return;
  }
  if (!resumes) {
    if (const auto pause = identify_pause()) return wait(*pause);
    budget_known_ = false;  // the numbers are good for this one identify
  }
  used_resume_url_ = resumes && !session_->resume_url.empty();
  state_ = State::connecting;
  wake_at_ = now_ + connect_limit;
  actions_.push_back(action::Connect{connect_url(used_resume_url_ ? session_->resume_url : url_)});
}

std::string GatewayMachine::connect_url(const std::string& base) const {
  return base + (base.ends_with('/') ? "" : "/") + "?v=10&encoding=json" +
         (options_.compress ? "&compress=zlib-stream" : "");
}

// How long an identify must wait, if at all. Too many of them, and Discord resets the token: better a pause.
std::optional<Duration> GatewayMachine::identify_pause() {
  while (!identifies_.empty() && identifies_.front() + options_.identifies_window <= now_)
    identifies_.pop_front();
  if (identifies_.size() >= options_.identifies_max) {
    const auto& oldest_that_counts = identifies_[identifies_.size() - options_.identifies_max];
    const auto pause = oldest_that_counts + options_.identifies_window - now_;
    alert(fmt::format(
        "The bot signed in to Discord {} times within ten minutes. It pauses for {} s, because Discord "
        "resets the token of a bot that does this all day.",
        identifies_.size(), pause.count() / 1000));
    return pause;
  }
  if (starts_remaining_ <= 0 || starts_remaining_ * 5 < starts_total_) {
    budget_known_ = false;
    alert(fmt::format("Only {} of {} sign-ins to Discord are left today. The bot pauses to keep them.",
                      starts_remaining_, starts_total_));
    return std::clamp(starts_reset_after_, Duration(1min), low_budget_pause_max);
  }
  if (!identifies_.empty() && identifies_.back() + identify_spacing > now_) {
    return identifies_.back() + identify_spacing - now_;
  }
  return std::nullopt;
}

void GatewayMachine::on(const Discovered& input) {
  if (state_ != State::discovering) return;
  url_ = input.url;
  starts_total_ = input.starts_total;
  starts_remaining_ = input.starts_remaining;
  starts_reset_after_ = input.starts_reset_after;
  budget_known_ = true;
  begin();
}

void GatewayMachine::on(const DiscoveryFailed& input) {
  if (state_ != State::discovering) return;
  if (input.error.kind == ErrorKind::unauthorized) return give_up(close_authentication_failed);
  wait(std::max(backoff(), input.error.retry_after.value_or(Duration(0))));
}

void GatewayMachine::on(const Connected&) {
  if (state_ != State::connecting) return;
  state_ = State::awaiting_hello;
  wake_at_ = now_ + hello_limit;
  heartbeat_at_.reset();
  heartbeat_sent_at_.reset();
  received_since_heartbeat_ = true;
  sends_.clear();
}

void GatewayMachine::on(const ConnectFailed&) {
  if (state_ != State::connecting) return;
  connection_failed();
}

// The resume URL may be dead while the session lives: the next attempt resumes at the ordinary one.
void GatewayMachine::connection_failed() {
  if (used_resume_url_ && session_) session_->resume_url.clear();
  wait(backoff());
}

// --- Frames ---

void GatewayMachine::on(Frame& frame) {
  if (!has_connection()) return;
  received_since_heartbeat_ = true;
  if (state_ == State::identifying || state_ == State::resuming) wake_at_ = now_ + ready_limit;
  switch (frame.op) {
    case op_dispatch:
      return dispatch(frame);
    case op_heartbeat:
      if (may_send_unscheduled()) send_heartbeat();
      return;
    case op_reconnect:
      return lose_connection(reconnect_pause());
    case op_invalid_session: {
      const auto* resumable = frame.data.if_bool();
      return invalid_session(resumable && *resumable);
    }
    case op_hello:
      return hello(frame.data);
    case op_heartbeat_ack:
      if (heartbeat_sent_at_) latency_ = now_ - *heartbeat_sent_at_;
      return;
    default:
      return;  // Discord adds opcodes; an unknown one is no reason to leave
  }
}

void GatewayMachine::hello(const json::value& data) {
  if (state_ != State::awaiting_hello) return;
  const auto interval = Fields(data).integer("heartbeat_interval").value_or(0);
  if (interval <= 0) return lose_connection(backoff());
  heartbeat_interval_ = Duration(interval);
  heartbeat_at_ = now_ + Duration(static_cast<std::int64_t>(static_cast<double>(interval) * random_.unit()));
  wake_at_ = now_ + ready_limit;
  if (session_)
    resume();
  else
    identify();
}

void GatewayMachine::identify() {
  state_ = State::identifying;
  identifies_.push_back(now_);
  actions_.push_back(action::RecordIdentify{});
  const auto intents = options_.intents & ~(without_privileged_ ? options_.privileged_intents : 0);
  send({{"op", op_identify},
        {"d", json::object{{"token", options_.token.reveal()},
                           {"intents", intents},
                           {"properties",
                            json::object{{"os", "linux"}, {"browser", "matchday"}, {"device", "matchday"}}},
                           {"large_threshold", 50}}}});
}

void GatewayMachine::resume() {
  state_ = State::resuming;
  send({{"op", op_resume},
        {"d", json::object{{"token", options_.token.reveal()},
                           {"session_id", session_->id},
                           {"seq", session_->sequence}}}});
}

void GatewayMachine::dispatch(Frame& frame) {
  if (frame.sequence) {
    sequence_ = frame.sequence;
    if (session_) session_->sequence = *frame.sequence;
  }
  if (frame.type == "READY") {
    ready(frame.data);
    if (state_ != State::active) return;
  } else if (frame.type == "RESUMED" && state_ == State::resuming) {
    become_active();
  }
  actions_.push_back(
      action::Dispatch{{std::move(frame.type), std::move(frame.data), frame.sequence.value_or(0)}});
}

void GatewayMachine::ready(const json::value& data) {
  const Fields fields(data);
  const auto id = fields.string("session_id");
  if (!id || state_ != State::identifying) return lose_connection(backoff());
  self_ = fields.object("user").id<UserId>("id");
  application_ = fields.object("application").id<ApplicationId>("id");
  session_ = GatewaySession{.id = *id,
                            .resume_url = fields.string_or("resume_gateway_url", ""),
                            .sequence = sequence_.value_or(0),
                            .self = self_,
                            .application = application_};
  become_active();
}

void GatewayMachine::become_active() {
  state_ = State::active;
  wake_at_.reset();
  stable_at_ = now_ + stable_after;
  failed_resumes_ = 0;
}

void GatewayMachine::invalid_session(bool resumable) {
  if (!resumable) forget_session();
  // Discord asks for a random pause of one to five seconds before the next attempt.
  const auto asked = random_.between(Duration(1s), Duration(5s));
  lose_connection(std::max(asked, reconnect_pause()));
}

// --- Heartbeats and time ---

void GatewayMachine::on(const Tick&) {
  if (stable_at_ && *stable_at_ <= now_) {
    stable_at_.reset();
    failures_ = 0;
  }
  if (heartbeat_at_ && *heartbeat_at_ <= now_) heartbeat_due();
  if (!wake_at_ || *wake_at_ > now_) return;
  switch (state_) {
    case State::waiting:
      return begin();
    case State::discovering:
      return wait(backoff());
    case State::connecting:
      actions_.push_back(action::Close{close_resumable});
      return connection_failed();
    case State::awaiting_hello:
    case State::identifying:
    case State::resuming:
      return lose_connection(backoff());
    case State::idle:
    case State::active:
    case State::given_up:
      wake_at_.reset();
      return;
  }
}

void GatewayMachine::heartbeat_due() {
  if (!received_since_heartbeat_) return lose_connection(reconnect_pause());  // a zombie: open, but dead
  heartbeat_at_ = now_ + heartbeat_interval_;
  received_since_heartbeat_ = false;
  send_heartbeat();
}

void GatewayMachine::send_heartbeat() {
  heartbeat_sent_at_ = now_;
  send({{"op", op_heartbeat}, {"d", sequence_ ? json::value(*sequence_) : json::value(nullptr)}});
}

void GatewayMachine::send(const json::object& frame) {
  sends_.push_back(now_);
  actions_.push_back(action::Send{json::serialize(frame)});
}

// Keeps room for the heartbeats that must come within the minute, so that a server that asks for more of them
// can't make us break the limit of 120 frames.
bool GatewayMachine::may_send_unscheduled() {
  while (!sends_.empty() && sends_.front() + send_window <= now_) sends_.pop_front();
  const auto interval = std::max(heartbeat_interval_, Duration(1000));
  const auto reserved = static_cast<std::size_t>(send_window / interval) + 2;
  return sends_.size() + reserved < sends_max;
}

// --- Losing the connection ---

void GatewayMachine::on(const Closed& input) {
  if (!has_connection()) return;
  switch (close_reaction(input.code)) {
    case CloseReaction::resume:
      return lose_connection(reconnect_pause());
    case CloseReaction::resume_later:
      return lose_connection(std::max(backoff(), rate_limited_pause));
    case CloseReaction::identify:
      forget_session();
      return lose_connection(backoff());
    case CloseReaction::fatal:
      return give_up(input.code);
    case CloseReaction::intents:
      return drop_privileged_intents(input.code);
  }
}

void GatewayMachine::on(const Undecodable& input) {
  if (!has_connection()) return;
  alert(fmt::format("The gateway sent something unreadable; reconnecting. {}", input.why));
  lose_connection(reconnect_pause());
}

void GatewayMachine::drop_privileged_intents(int code) {
  const auto asked = options_.intents & options_.privileged_intents;
  if (asked == 0 || without_privileged_) return give_up(code);
  without_privileged_ = true;
  forget_session();
  alert(fmt::format(
      "Discord does not allow the privileged intents ({}), so the bot runs without them: messages are "
      "read only where they mention it. Switch them on in the Developer Portal (Bot > Privileged Gateway "
      "Intents).",
      code));
  lose_connection(backoff());
}

void GatewayMachine::lose_connection(Duration pause) {
  if (has_connection()) actions_.push_back(action::Close{close_resumable});
  const bool resume_failed = state_ == State::resuming || (state_ == State::awaiting_hello && session_);
  if (resume_failed && ++failed_resumes_ >= failed_resumes_max) forget_session();
  wait(pause);
}

void GatewayMachine::wait(Duration pause) {
  state_ = State::waiting;
  heartbeat_at_.reset();
  stable_at_.reset();
  wake_at_ = now_ + pause;
}

void GatewayMachine::forget_session() {
  session_.reset();
  sequence_.reset();
  failed_resumes_ = 0;
}

// At once the first time, since most losses are Discord moving us; slower and slower when it goes on.
Duration GatewayMachine::reconnect_pause() {
  if (failures_ > 0) return backoff();
  ++failures_;
  return random_.between(Duration(0), Duration(1s));
}

// Never longer than a minute: after an outage we must have caught up within two.
Duration GatewayMachine::backoff() {
  const double seconds = std::min(std::exp2(failures_++), 60.0);
  return Duration(static_cast<std::int64_t>(1000 * seconds * (0.5 + random_.unit() / 2)));
}

void GatewayMachine::alert(std::string sentence) {
  actions_.push_back(action::Alert{std::move(sentence)});
}

void GatewayMachine::give_up(int code) {
  if (has_connection()) actions_.push_back(action::Close{close_resumable});
  state_ = State::given_up;
  wake_at_.reset();
  heartbeat_at_.reset();
  stable_at_.reset();
  actions_.push_back(action::GiveUp{
      Error{.kind = code == close_authentication_failed ? ErrorKind::unauthorized : ErrorKind::refused,
            .message = close_sentence(code),
            .platform_code = code}});
}

}  // namespace matchday::discord
