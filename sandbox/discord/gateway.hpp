// Gateway: connections and sessions of the simulated gateway (reference §2, §8.3). A connection is a socket;
// a session is what IDENTIFY starts and RESUME picks up again on another connection. Events get their
// sequence number and go into the session's replay buffer whether or not it is connected. Not here: which
// events exist (changes.hpp dispatches them).
#pragma once
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sandbox/discord/compression.hpp"
#include "sandbox/discord/state.hpp"

namespace matchday::sandbox::discord {

// Intent bits (reference §2.2).
namespace intent {
constexpr std::uint64_t guilds = 1 << 0;
constexpr std::uint64_t guild_members = 1 << 1;
constexpr std::uint64_t guild_moderation = 1 << 2;
constexpr std::uint64_t guild_voice_states = 1 << 7;
constexpr std::uint64_t guild_presences = 1 << 8;
constexpr std::uint64_t guild_messages = 1 << 9;
constexpr std::uint64_t direct_messages = 1 << 12;
constexpr std::uint64_t message_content = 1 << 15;
constexpr std::uint64_t guild_scheduled_events = 1 << 16;
// Bits 0-16, 20, 21, 24 and 25 exist.
constexpr std::uint64_t known = 0x1'FFFFU | (3U << 20) | (3U << 24);
}  // namespace intent

struct Dispatch {
  std::string name;
  std::uint64_t intents = 0;     // any of them suffices; 0: everybody gets it
  std::optional<GuildId> guild;  // none: shard 0
  json::object data;
  bool content_is_private = false;  // a message whose text needs MESSAGE_CONTENT
};

struct Session {
  std::string id;
  std::uint64_t intents = 0;
  std::uint64_t shard = 0;
  std::uint64_t shard_count = 1;
  std::uint64_t sequence = 0;                                // of the last event
  std::deque<std::pair<std::uint64_t, std::string>> replay;  // sequence and JSON text
  std::uint64_t forgotten = 0;                               // events up to this one can't be replayed
  std::deque<std::pair<Time, Dispatch>> late;                // events on their way
  std::optional<World::ConnectionId> connection;
  Time dropped_at;
};

struct Connection {
  World::ConnectionId id = 0;
  std::optional<Deflater> stream;  // zlib-stream
  bool compress_payloads = false;  // IDENTIFY's `compress`
  Time opened_at;
  Time last_heartbeat;
  std::deque<Time> received;  // within the rate window
  std::optional<std::string> session;
};

class Gateway {
 public:
  explicit Gateway(State& state) : state_(state) {}

  World::ConnectionId open(std::string_view query);
  void text(World::ConnectionId connection, std::string_view text);
  void closed(World::ConnectionId connection, int code);
  std::vector<World::Outgoing> take_outgoing() { return std::exchange(outgoing_, {}); }
  void tick();
  std::optional<Time> next_tick() const;

  // Sends to every session that wants it; loses, doubles and delays as the rules say.
  void dispatch(const Dispatch& event);

  void send_reconnect();
  void invalidate(bool resumable);
  void drop_all(int close_code);

  // How many sessions may still be started today, for /gateway/bot.
  int session_starts_left();
  Duration session_starts_reset_after() const;

  const std::map<std::string, Session>& sessions() const { return sessions_; }

 private:
  void receive(Connection& connection, const Fields& payload);
  void identify(Connection& connection, const Fields& data);
  void resume(Connection& connection, const Fields& data);
  void request_members(Connection& connection, const Fields& data);
  std::optional<int> identify_fault(const Fields& data, std::uint64_t* shard, std::uint64_t* shards) const;
  bool starts_too_fast();
  void start_session(Connection& connection, std::uint64_t intents, std::uint64_t shard,
                     std::uint64_t shards);

  void deliver(Session& session, const Dispatch& event);
  void transmit(Connection& connection, const std::string& text);
  void send_op(Connection& connection, int op, const json::value& data);
  void close(World::ConnectionId id, int code, std::string reason);
  void detach(World::ConnectionId id, bool ends_session);
  void reset_token();
  Session* session_of(const Connection& connection);
  bool wants(const Session& session, const Dispatch& event) const;

  State& state_;
  World::ConnectionId next_connection_ = 1;
  std::map<World::ConnectionId, Connection> connections_;
  std::map<std::string, Session> sessions_;
  std::vector<World::Outgoing> outgoing_;
  std::deque<Time> session_starts_;
  std::deque<Time> recent_identifies_;
  std::map<GuildId, Time> member_lists_asked_;
};

}  // namespace matchday::sandbox::discord
