// One REST request as a value: what the builders (channels.hpp, messages.hpp, ...) make, what the rate
// limiter decides by and what the client sends. Building one does no I/O, so that callers can store and
// compare requests. Not here: how long it waits (rate_limiter.hpp) and what its answer means
// (rest_client.hpp).
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"

namespace matchday::discord {

// Who goes first when not everybody can. An earlier lane always starts before a later one.
enum class Lane : std::uint8_t {
  interaction_callback,  // 3 s until Discord gives up on us: waits for nothing
  interaction_webhook,   // follow-ups: exempt from the global limit, with a bucket per interaction
  user_visible,          // somebody looks at the screen
  orchestration,         // rooms, moves, messages of matches
  background,            // sweeps and reconciliation
};

// Inside a lane: higher goes first. A match needs its rooms before anybody can be moved into them, and nobody
// waits for a room to vanish.
namespace priority {
inline constexpr int create_channel = 3;
inline constexpr int move_member = 2;  // and whatever lets people into a room
inline constexpr int delete_channel = 1;
inline constexpr int other = 0;  // names, status lines, listings
}  // namespace priority

struct RestRequest {
  std::string method;
  std::string route;  // template "/guilds/{guild_id}/channels": the limiter's key, with the method
  std::string path;   // "/guilds/12/channels?x=1", already encoded
  std::string major;  // "guild:12", "channel:5", "webhook:..." or empty
  std::optional<json::value> body;
  std::string audit_reason;  // UTF-8; the client URL-encodes it and cuts it to 512 characters
  Lane lane = Lane::orchestration;
  bool authorized = true;   // interaction routes carry no bot token
  Duration deadline = 10s;  // for the HTTP exchange, once the permit is there
  std::string sublimit;     // such as "channel_name": a 429 with remaining > 0 parks only this
  int priority = priority::other;
  std::string tenant = "";  // whose request it is: those who wait take turns, tenant by tenant
  std::optional<Time> since =
      {};  // how long it has been wanted; within a tenant the oldest goes first. Default: now
};

// The path as it may be written into a log: tokens of interactions and webhooks are replaced.
std::string redacted_path(const RestRequest& request);

}  // namespace matchday::discord
