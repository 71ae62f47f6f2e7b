// The gateway connection: keeps one session with Discord alive and hands its events out, in order. The rules
// are in gateway_machine.hpp; this carries them out with a socket, a clock and the REST client. Each
// connection has its own reader and decompressor; frames of an old socket never reach a new one.
#pragma once
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/random.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "net/websocket.hpp"
#include "platforms/discord/gateway_machine.hpp"
#include "platforms/discord/rest_client.hpp"

namespace matchday::discord {

// Remembers when this bot identified, across restarts: a crash loop that identifies each time would make
// Discord reset the token. Implemented by the server over its database.
class IdentifyLedger {
 public:
  virtual ~IdentifyLedger() = default;
  virtual Task<std::vector<Time>> recent() = 0;  // at least those of the last day
  virtual Task<void> record(Time when) = 0;      // durable when it returns
};

struct GatewayOptions {
  Secret<std::string> token;
  std::uint64_t intents = 0;
  std::uint64_t privileged_intents = 0;  // the part of `intents` that we can live without
  bool compress = true;
  std::string certificate_file;     // CA bundle; empty: the system's
  std::size_t identifies_max = 20;  // in `identifies_window`; then it pauses
  Duration identifies_window = 10min;
};

// Lifetime: everything passed in outlives run(). Loop thread only.
class Gateway {
 public:
  Gateway(Executor executor, Clock& clock, Random random, net::WebSocketConnector& connector,
          RestClient& rest, IdentifyLedger& ledger, GatewayOptions options,
          std::function<void(const GatewayEvent&)> on_event);
  ~Gateway();

  // Connects, and reconnects for as long as that makes sense: resumes `known`, a session of an earlier
  // process, if there is one. Ends only with an error that a human must solve, in words that they can use.
  // When cancelled it closes the socket with 4000, which leaves the session resumable, and ends.
  Task<Result<>> run(std::optional<GatewaySession> known = {});

  bool connected() const;  // events flow
  std::optional<UserId> self() const;
  std::optional<ApplicationId> application() const;
  std::optional<Duration> latency() const;
  // What could be resumed. Its sequence counts events that were handed out, not the work that they caused.
  const std::optional<GatewaySession>& session() const;

 private:
  struct Connection;

  Task<Result<>> live(std::optional<GatewaySession> known);
  static Task<void> until_arrival(Gateway* gateway);
  Task<void> carry_out(GatewayInput input);
  Task<void> discover();
  Task<void> connect(std::string url);
  Task<void> send(std::string text);
  Task<void> close(int code);
  static Task<void> read(Gateway* gateway, std::shared_ptr<Connection> connection);
  void push(const std::shared_ptr<Connection>& connection, GatewayInput input);

  Clock& clock_;
  net::WebSocketConnector& connector_;
  RestClient& rest_;
  IdentifyLedger& ledger_;
  GatewayOptions options_;
  std::function<void(const GatewayEvent&)> on_event_;
  GatewayMachine machine_;
  std::shared_ptr<Connection> connection_;
  std::deque<GatewayInput> inbox_;
  std::optional<Error> given_up_;
  Signal arrived_;
  TaskGroup readers_;
};

}  // namespace matchday::discord
