// See gateway.hpp.
#include "platforms/discord/gateway.hpp"

#include <boost/asio/cancellation_state.hpp>

#include <algorithm>

#include "base/log.hpp"
#include "base/timeout.hpp"
#include "platforms/discord/application.hpp"
#include "platforms/discord/gateway_close.hpp"
#include "platforms/discord/gateway_inflate.hpp"

namespace matchday::discord {
namespace asio = boost::asio;
namespace {

constexpr Duration close_patience = 5s;  // a half-open socket never answers
constexpr Duration send_limit = 10s;
constexpr Duration discover_patience = 45s;  // less than the machine's own limit
constexpr std::size_t inbox_max = 50'000;    // frames that arrived and wait to be handled

Result<GatewayInput> parse_frame(std::string_view text) {
  auto document = parse_json(text, 128);
  if (!document) return std::unexpected(document.error());
  const Fields fields(*document);
  const auto op = fields.integer("op");
  if (!op) return fail(ErrorKind::invalid, "A gateway message has no op.");
  gateway_input::Frame frame{
      .op = static_cast<int>(*op), .sequence = fields.integer("s"), .type = fields.string_or("t", "")};
  if (auto* data = document->as_object().if_contains("d")) frame.data = std::move(*data);
  return frame;
}

}  // namespace

// One socket with what belongs to it alone. The reader holds it too, so that it lives until the reader has
// ended.
struct Gateway::Connection {
  std::unique_ptr<net::WebSocket> socket;
  GatewayInflate inflate;
};

Gateway::Gateway(Executor executor, Clock& clock, Random random, net::WebSocketConnector& connector,
                 RestClient& rest, IdentifyLedger& ledger, GatewayOptions options,
                 std::function<void(const GatewayEvent&)> on_event)
    : clock_(clock),
      connector_(connector),
      rest_(rest),
      ledger_(ledger),
      options_(std::move(options)),
      on_event_(std::move(on_event)),
      machine_({.token = options_.token,
                .intents = options_.intents,
                .privileged_intents = options_.privileged_intents,
                .compress = options_.compress,
                .identifies_max = options_.identifies_max,
                .identifies_window = options_.identifies_window},
               random),
      arrived_(executor),
      readers_(executor, [](const std::string& name, const std::exception_ptr& error) {
        log::error("A gateway task failed", {{"task", name}, {"error", describe(error)}});
      }) {}

Gateway::~Gateway() = default;

bool Gateway::connected() const {
  return machine_.state() == GatewayMachine::State::active;
}
std::optional<UserId> Gateway::self() const {
  return machine_.self();
}
std::optional<ApplicationId> Gateway::application() const {
  return machine_.application();
}
std::optional<Duration> Gateway::latency() const {
  return machine_.latency();
}

const std::optional<GatewaySession>& Gateway::session() const {
  return machine_.session();
}

Task<Result<>> Gateway::run(std::optional<GatewaySession> known) {
  std::exception_ptr stopped;
  Result<> ended;
  try {
    ended = co_await live(std::move(known));
  } catch (...) {
    stopped = std::current_exception();
  }
  // The connection is closed properly even when we were cancelled: that leaves the session resumable.
  co_await asio::this_coro::reset_cancellation_state(asio::disable_cancellation());
  co_await close(close_resumable);
  readers_.cancel_all();
  co_await readers_.join();
  co_await asio::this_coro::reset_cancellation_state(asio::enable_terminal_cancellation());
  if (stopped) std::rethrow_exception(stopped);
  co_return ended;
}

// Looks before it sleeps: a frame may come between the decision to wait and the wait.
Task<void> Gateway::until_arrival(Gateway* gateway) {
  while (gateway->inbox_.empty()) co_await gateway->arrived_.wait();
}

Task<Result<>> Gateway::live(std::optional<GatewaySession> known) {
  gateway_input::Start start{.session = std::move(known)};
  const auto recent = co_await ledger_.recent();
  for (const auto when : recent) {
    const auto age = std::max(clock_.now() - when, Duration(0));
    start.recent_identifies.push_back(clock_.steady() - age);
  }
  inbox_.emplace_back(std::move(start));
  while (!given_up_) {
    if (inbox_.empty()) {
      const auto wake = machine_.next_wake().value_or(clock_.steady() + 1h);
      (void)co_await completes_within(clock_, std::max(wake - clock_.steady(), Duration(0)),
                                      until_arrival(this));
    }
    // First what arrived, so that after a stall of ours a connection with waiting frames is not taken for
    // dead.
    if (!inbox_.empty()) {
      auto input = std::move(inbox_.front());
      inbox_.pop_front();
      co_await carry_out(std::move(input));
    }
    const auto wake = machine_.next_wake();
    if (wake && *wake <= clock_.steady()) co_await carry_out(gateway_input::Tick{});
  }
  co_return std::unexpected(*given_up_);
}

Task<void> Gateway::carry_out(GatewayInput input) {
  const auto before = machine_.state();
  auto actions = machine_.step(std::move(input), clock_.steady());
  if (machine_.state() != before) {
    log::debug("Gateway", {{"from", name(before)}, {"to", name(machine_.state())}});
  }
  for (auto& one : actions) {
    if (auto* dispatch = std::get_if<gateway_action::Dispatch>(&one))
      on_event_(dispatch->event);
    else if (auto* sending = std::get_if<gateway_action::Send>(&one))
      co_await send(std::move(sending->text));
    else if (const auto* closing = std::get_if<gateway_action::Close>(&one))
      co_await close(closing->code);
    else if (auto* connecting = std::get_if<gateway_action::Connect>(&one))
      co_await connect(std::move(connecting->url));
    else if (std::holds_alternative<gateway_action::Discover>(one))
      co_await discover();
    else if (std::holds_alternative<gateway_action::RecordIdentify>(one))
      co_await ledger_.record(clock_.now());
    else if (const auto* alert = std::get_if<gateway_action::Alert>(&one))
      log::warning(alert->sentence);
    else if (auto* end = std::get_if<gateway_action::GiveUp>(&one))
      given_up_ = std::move(end->error);
  }
}

Task<void> Gateway::discover() {
  auto request = get_gateway_bot();
  request.lane = Lane::user_visible;
  const auto answer = co_await rest_.call(std::move(request), discover_patience);
  if (!answer) {
    inbox_.emplace_back(gateway_input::DiscoveryFailed{answer.error()});
    co_return;
  }
  const Fields fields(*answer);
  const auto limit = fields.object("session_start_limit");
  const auto url = fields.string("url");
  if (!url) {
    inbox_.emplace_back(
        gateway_input::DiscoveryFailed{fail(ErrorKind::unavailable, "Discord named no gateway.").error()});
    co_return;
  }
  inbox_.emplace_back(
      gateway_input::Discovered{.url = *url,
                                .starts_total = limit.integer("total").value_or(1000),
                                .starts_remaining = limit.integer("remaining").value_or(1000),
                                .starts_reset_after = Duration(limit.integer("reset_after").value_or(0))});
}

Task<void> Gateway::connect(std::string url) {
  auto socket = co_await connector_.connect(std::move(url), {.certificate_file = options_.certificate_file});
  if (!socket) {
    inbox_.emplace_back(gateway_input::ConnectFailed{socket.error().message});
    co_return;
  }
  connection_ = std::make_shared<Connection>(std::move(*socket));
  inbox_.emplace_back(gateway_input::Connected{});
  readers_.spawn("gateway reader", read(this, connection_));
}

// Reads until the connection ends. What it reads counts only while it is the current connection.
Task<void> Gateway::read(Gateway* gateway, std::shared_ptr<Connection> connection) {
  for (;;) {
    auto event = co_await connection->socket->receive();
    if (const auto* end = std::get_if<net::WebSocketClose>(&event)) {
      gateway->push(connection, gateway_input::Closed{end->code, end->reason});
      co_return;
    }
    auto& message = std::get<net::WebSocketMessage>(event);
    std::string text = std::move(message.data);
    if (gateway->options_.compress && message.binary) {
      auto inflated = connection->inflate.feed(text);
      if (!inflated) {
        gateway->push(connection, gateway_input::Undecodable{inflated.error().message});
        co_return;
      }
      if (!*inflated) continue;
      text = std::move(**inflated);
    }
    auto frame = parse_frame(text);
    if (!frame) {
      gateway->push(connection, gateway_input::Undecodable{frame.error().message});
      co_return;
    }
    gateway->push(connection, std::move(*frame));
  }
}

void Gateway::push(const std::shared_ptr<Connection>& connection, GatewayInput input) {
  if (connection != connection_) return;
  if (inbox_.size() >= inbox_max)
    input = gateway_input::Undecodable{"Events arrive faster than they can be handled."};
  inbox_.push_back(std::move(input));
  arrived_.notify_all();
}

Task<void> Gateway::send(std::string text) {
  if (!connection_) co_return;
  const auto connection = connection_;
  const auto sent =
      co_await with_timeout(clock_, send_limit, connection->socket->send({.data = std::move(text)}));
  if (!sent || !*sent) push(connection, gateway_input::Closed{});
}

Task<void> Gateway::close(int code) {
  if (!connection_) co_return;
  // From here on its reader's frames are ignored; those that wait already belong to the past as well.
  const auto connection = std::exchange(connection_, nullptr);
  inbox_.clear();
  co_await connection->socket->close(code, "", close_patience);
  connection->socket->abort();
}

}  // namespace matchday::discord
