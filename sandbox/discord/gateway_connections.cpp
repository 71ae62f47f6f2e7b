// The connection half of the gateway: opening, frames in and out, heartbeats, limits and closing.
// Sessions (identify, resume, events) are in gateway_sessions.cpp.
#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "net/http.hpp"
#include "sandbox/discord/gateway.hpp"

namespace matchday::sandbox::discord {
namespace {

// Opcodes (reference §2.1).
enum Op {
  op_heartbeat = 1,
  op_identify = 2,
  op_presence = 3,
  op_voice_state = 4,
  op_resume = 6,
  op_reconnect = 7,
  op_request_members = 8,
  op_invalid_session = 9,
  op_hello = 10,
  op_heartbeat_ack = 11,
  op_soundboard = 31,
  op_channel_info = 43
};

constexpr std::size_t chunk_bytes = 512;  // of a split compressed message; any size is legal

std::string query_value(std::string_view query, std::string_view name) {
  for (const auto& [key, value] : net::parse_query(query)) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

World::ConnectionId Gateway::open(std::string_view query) {
  const auto id = next_connection_++;
  if (state_.connections_refused) {
    outgoing_.push_back({id, net::WebSocketClose{.code = 1006, .reason = "refused"}});
    return id;
  }
  auto& connection = connections_[id];
  connection.id = id;
  connection.opened_at = connection.last_heartbeat = state_.now;
  const auto version = query_value(query, "v");
  if (version != "10" && version != "9") {
    close(id, 4012, "Invalid API version");
    return id;
  }
  const auto encoding = query_value(query, "encoding");
  const auto compression = query_value(query, "compress");
  if ((!encoding.empty() && encoding != "json") || (!compression.empty() && compression != "zlib-stream")) {
    close(id, 4002, "The sandbox speaks JSON, plain or as zlib-stream");
    return id;
  }
  if (compression == "zlib-stream") connection.stream.emplace();
  send_op(connection, op_hello,
          {{"heartbeat_interval", state_.rules.heartbeat_interval.count()},
           {"_trace", json::array{"[\"sandbox\"]"}}});
  return id;
}

void Gateway::text(World::ConnectionId id, std::string_view text) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;  // already closed by us; the frame was on its way
  Connection& connection = found->second;
  if (text.size() > state_.rules.client_message_bytes_max) return close(id, 4002, "Payload too large");
  connection.received.push_back(state_.now);
  while (connection.received.front() <= state_.now - state_.rules.client_messages_window) {
    connection.received.pop_front();
  }
  if (connection.received.size() > static_cast<std::size_t>(state_.rules.client_messages_max)) {
    return close(id, 4008, "You are being rate limited.");
  }
  const auto payload = parse_json(text);
  if (!payload || !payload->is_object() || !Fields(*payload).integer("op")) {
    return close(id, 4002, "Error while decoding payload.");
  }
  receive(connection, Fields(*payload));
}

void Gateway::receive(Connection& connection, const Fields& payload) {
  const auto op = *payload.integer("op");
  if (op == op_heartbeat) {
    connection.last_heartbeat = state_.now;
    return send_op(connection, op_heartbeat_ack, nullptr);
  }
  if (op == op_identify || op == op_resume) {
    if (connection.session) return close(connection.id, 4005, "Already authenticated.");
    return op == op_identify ? identify(connection, payload.object("d"))
                             : resume(connection, payload.object("d"));
  }
  const bool known = op == op_presence || op == op_voice_state || op == op_request_members ||
                     op == op_soundboard || op == op_channel_info;
  if (!known) return close(connection.id, 4001, "Unknown opcode.");
  if (!connection.session) return close(connection.id, 4003, "Not authenticated.");
  if (op == op_request_members) request_members(connection, payload.object("d"));
}

void Gateway::closed(World::ConnectionId connection, int code) {
  // Only a clean close by the client ends the session (reference §2.4).
  detach(connection, code == 1000 || code == 1001);
}

void Gateway::close(World::ConnectionId id, int code, std::string reason) {
  outgoing_.push_back({id, net::WebSocketClose{.code = code, .reason = std::move(reason)}});
  ++state_.counters.gateway_closes_by_code[code];
  constexpr std::array ends_session{4003, 4004, 4005, 4007, 4010, 4011, 4012, 4013, 4014};
  detach(id, std::ranges::find(ends_session, code) != ends_session.end());
}

void Gateway::detach(World::ConnectionId id, bool ends_session) {
  const auto found = connections_.find(id);
  if (found == connections_.end()) return;
  if (Session* session = session_of(found->second)) {
    session->connection.reset();
    session->dropped_at = state_.now;
    if (ends_session) sessions_.erase(session->id);
  }
  connections_.erase(found);
}

Session* Gateway::session_of(const Connection& connection) {
  if (!connection.session) return nullptr;
  const auto found = sessions_.find(*connection.session);
  return found == sessions_.end() ? nullptr : &found->second;
}

void Gateway::send_op(Connection& connection, int op, const json::value& data) {
  transmit(connection, to_text({{"op", op}, {"d", data}, {"s", nullptr}, {"t", nullptr}}));
}

void Gateway::transmit(Connection& connection, const std::string& text) {
  if (connection.stream) {
    const auto bytes = connection.stream->compress(text);
    const auto step = state_.rules.chunked_compression ? chunk_bytes : bytes.size();
    for (std::size_t at = 0; at < bytes.size(); at += step) {
      outgoing_.push_back(
          {connection.id, net::WebSocketMessage{.binary = true, .data = bytes.substr(at, step)}});
    }
  } else if (connection.compress_payloads) {
    outgoing_.push_back({connection.id, net::WebSocketMessage{.binary = true, .data = compress_once(text)}});
  } else {
    outgoing_.push_back({connection.id, net::WebSocketMessage{.binary = false, .data = text}});
  }
}

void Gateway::send_reconnect() {
  for (auto& [id, connection] : connections_) send_op(connection, op_reconnect, nullptr);
}

void Gateway::invalidate(bool resumable) {
  for (auto& [id, connection] : connections_) {
    send_op(connection, op_invalid_session, resumable);
    Session* session = session_of(connection);
    if (session == nullptr) continue;
    connection.session.reset();
    session->connection.reset();
    session->dropped_at = state_.now;
  }
  if (!resumable) sessions_.clear();  // also those that wait for somebody to resume them
}

void Gateway::drop_all(int close_code) {
  std::vector<World::ConnectionId> ids;
  ids.reserve(connections_.size());
  for (const auto& [id, connection] : connections_) ids.push_back(id);
  for (const auto id : ids) close(id, close_code, "");
}

void Gateway::tick() {
  const auto patience =
      std::chrono::duration_cast<Duration>(state_.rules.heartbeat_interval * state_.rules.heartbeat_patience);
  std::vector<World::ConnectionId> silent;
  for (const auto& [id, connection] : connections_) {
    const bool mute = connection.last_heartbeat + patience <= state_.now;
    const bool stranger =
        !connection.session && connection.opened_at + state_.rules.identify_patience <= state_.now;
    if (mute || stranger) silent.push_back(id);
  }
  for (const auto id : silent) close(id, 4009, "Session timed out.");
  std::erase_if(sessions_, [&](const auto& entry) {
    return !entry.second.connection && entry.second.dropped_at + state_.rules.session_life <= state_.now;
  });
  for (auto& [id, session] : sessions_) {
    while (!session.late.empty() && session.late.front().first <= state_.now) {
      const auto event = std::move(session.late.front().second);
      session.late.pop_front();
      deliver(session, event);
    }
  }
}

std::optional<Time> Gateway::next_tick() const {
  std::optional<Time> next;
  const auto consider = [&next](Time when) { next = next ? std::min(*next, when) : when; };
  const auto patience =
      std::chrono::duration_cast<Duration>(state_.rules.heartbeat_interval * state_.rules.heartbeat_patience);
  for (const auto& [id, connection] : connections_) {
    consider(connection.last_heartbeat + patience);
    if (!connection.session) consider(connection.opened_at + state_.rules.identify_patience);
  }
  for (const auto& [id, session] : sessions_) {
    if (!session.connection) consider(session.dropped_at + state_.rules.session_life);
    if (!session.late.empty()) consider(session.late.front().first);
  }
  return next;
}

}  // namespace matchday::sandbox::discord
