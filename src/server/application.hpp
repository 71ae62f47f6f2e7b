// The composition: every part of the server, made once and joined. Sockets and database come from outside, so
// that the simulator runs exactly this.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/websocket.hpp"
#include "server/config.hpp"
#include "store/database.hpp"
#include "store/migrations.hpp"
#include "surfaces/feature.hpp"

namespace matchday::server {

// What the application stands on. Lifetime: all of it outlives the application.
struct Ground {
  Executor executor;
  Clock& clock;
  Random random;
  net::HttpClient& http;
  net::HttpClient& user_http;  // for addresses that users typed
  net::WebSocketConnector& websockets;
  store::Engine& engine;
  Secret<std::string> master_key;
};

// Why an application cannot go on.
struct End {
  Error why;                // in words that people can use
  bool begin_anew = false;  // another process took over: this one can wait for its turn, made anew
};

class Application {
 public:
  Application(Ground ground, Config config);
  ~Application();

  // Of all parts; apply them before start().
  std::vector<store::Migration> migrations() const;

  // Recovers what an earlier run left, then starts to work. Call once.
  Task<Result<>> start();

  // Returns when something happened that a human must solve (a wrong token), or that it cannot outlive.
  Task<End> end();

  // Stops taking work and lets what runs finish, within `patience`.
  Task<void> drain(Duration patience);

  net::HttpHandler& handler();
  // Connected to Discord, if there is a token and it is this process's turn, and its commands are registered.
  bool ready() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace matchday::server
