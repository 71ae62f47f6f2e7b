// See gateway_door.hpp.
#include "sandbox/front/gateway_door.hpp"

#include <fmt/format.h>

namespace matchday::sandbox {
namespace {

// A connection that broke without a close frame (RFC 6455, 7.1.5).
constexpr int broken = 1006;
constexpr Duration close_patience = 2s;

}  // namespace

GatewayDoor::GatewayDoor(Executor executor, Worlds& worlds, TaskGroup& tasks)
    : executor_(std::move(executor)), worlds_(worlds), tasks_(tasks) {}

Task<void> GatewayDoor::serve(net::RequestHead head, std::unique_ptr<net::WebSocket> socket) {
  if (worlds_.faults.decide_gateway_open("discord", ++opened_) == GatewayFault::refuse) {
    note("A connection to the gateway was refused.");
    socket->abort();
    co_return;
  }
  auto session = std::make_shared<Session>(executor_);
  session->socket = std::move(socket);
  session->id = worlds_.discord.open_gateway(head.query, worlds_.now());
  sessions_.emplace(session->id, session);
  ++worlds_.gateway_connections;

  // Also on cancellation: nobody else would take the connection off the books.
  struct Leave {
    GatewayDoor& door;
    Session& session;
    ~Leave() {
      session.ended = true;
      session.socket->abort();
      session.wake.notify_all();
      door.sessions_.erase(session.id);
      --door.worlds_.gateway_connections;
      door.note("The gateway connection ended.");
    }
  } leave{*this, *session};

  tasks_.spawn("gateway writer", write(session));
  note("A bot connected to the gateway.");
  while (!session->ended) {
    const auto event = co_await session->socket->receive();
    if (const auto* message = std::get_if<net::WebSocketMessage>(&event)) {
      worlds_.discord.gateway_text(session->id, message->data, worlds_.now());
      worlds_.touch();
      continue;
    }
    // When the World closed it itself, it does not expect to hear of the end.
    if (!session->ended) {
      worlds_.discord.gateway_closed(session->id, std::get<net::WebSocketClose>(event).code, worlds_.now());
    }
    break;
  }
}

void GatewayDoor::pump() {
  for (auto& [connection, what] : worlds_.discord.take_outgoing()) {
    const auto found = sessions_.find(connection);
    if (found == sessions_.end()) continue;
    found->second->outbox.push_back(std::move(what));
    found->second->wake.notify_all();
  }
}

Task<void> GatewayDoor::write(std::shared_ptr<Session> session) {
  while (!session->ended) {
    if (session->outbox.empty()) {
      co_await session->wake.wait();
      continue;
    }
    const auto next = std::move(session->outbox.front());
    session->outbox.pop_front();
    if (const auto* message = std::get_if<net::WebSocketMessage>(&next)) {
      if (meets_fault(*session)) co_return;
      const auto sent = co_await session->socket->send(*message);
      if (!sent) co_return;  // the reader notices the same end and reports it
      continue;
    }
    const auto& close = std::get<net::WebSocketClose>(next);
    session->ended = true;
    note(fmt::format("Discord closed the gateway connection with {}.", close.code));
    if (close.code == broken)
      session->socket->abort();
    else
      co_await session->socket->close(close.code, close.reason, close_patience);
  }
}

// True when the connection was broken instead of sending.
bool GatewayDoor::meets_fault(Session& session) {
  switch (worlds_.faults.decide_gateway_event("discord", ++sent_)) {
    case GatewayFault::none:
    case GatewayFault::refuse:
      return false;
    case GatewayFault::reconnect:
      worlds_.discord.ask_to_reconnect();
      break;
    case GatewayFault::invalid_session:
      worlds_.discord.invalidate_sessions(false);
      break;
    case GatewayFault::invalid_session_resumable:
      worlds_.discord.invalidate_sessions(true);
      break;
    case GatewayFault::drop:
      note("The gateway connection was dropped.");
      session.socket->abort();
      return true;
  }
  pump();
  return false;
}

void GatewayDoor::note(std::string_view what) {
  worlds_.timeline.add("gateway", {{"what", what}}, worlds_.now());
  worlds_.touch();
}

}  // namespace matchday::sandbox
