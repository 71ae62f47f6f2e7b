// GatewayDoor: WebSocket connections of real clients, joined to the connections that simulated Discord knows.
// It sends what the World has to say, in order, and breaks connections when the fault plan says so.
#pragma once
#include <deque>
#include <map>
#include <memory>
#include <string_view>
#include <variant>

#include "base/task.hpp"
#include "net/http_server.hpp"
#include "sandbox/front/worlds.hpp"

namespace matchday::sandbox {

class GatewayDoor {
 public:
  static constexpr std::string_view prefix = "/discord/gateway";

  // Lifetime: the references outlive every serve() and every task of the group.
  GatewayDoor(Executor executor, Worlds& worlds, TaskGroup& tasks);

  // Clients append their own "/?v=10&encoding=json" to the address that they were given.
  static bool serves(std::string_view path) { return path == prefix || path == "/discord/gateway/"; }

  Task<void> serve(net::RequestHead head, std::unique_ptr<net::WebSocket> socket);

  // Hands what the World wants to send to the connections. Called after every change.
  void pump();

 private:
  using ConnectionId = discord::World::ConnectionId;

  // Shared by the one who reads and the one who writes; the last of them drops the socket.
  struct Session {
    explicit Session(Executor executor) : wake(std::move(executor)) {}
    ConnectionId id = 0;
    std::unique_ptr<net::WebSocket> socket;
    std::deque<std::variant<net::WebSocketMessage, net::WebSocketClose>> outbox;
    bool ended = false;
    Signal wake;
  };

  Task<void> write(std::shared_ptr<Session> session);
  bool meets_fault(Session& session);
  void note(std::string_view what);

  Executor executor_;
  Worlds& worlds_;
  TaskGroup& tasks_;
  std::map<ConnectionId, std::shared_ptr<Session>> sessions_;
  std::uint64_t opened_ = 0;
  std::uint64_t sent_ = 0;
};

}  // namespace matchday::sandbox
