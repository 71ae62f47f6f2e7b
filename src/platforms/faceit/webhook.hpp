// FACEIT's webhook bodies, in all the shapes that are known (reference §2.1.5), as one Notification. A
// webhook is a hint that something happened; what is true is asked from the Data API (client.hpp) where a key
// is configured. Not here: whether the sender may be believed (the secret is checked before anything is
// parsed).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "platforms/faceit/match.hpp"

namespace matchday::faceit {

inline constexpr std::size_t webhook_bytes_max = 256 * 1024;

enum class NotificationKind : std::uint8_t {
  match_created,
  match_configuring,
  match_ready,
  match_finished,
  match_cancelled,
  match_aborted,
  match_demo_ready,
  match_unknown,  // a match_* event of another name: look at the match
  other,          // hub_*, championship_*, tournament_*: not about one match
};

struct Notification {
  std::string event;
  NotificationKind kind = NotificationKind::other;
  std::string match_id;  // valid by is_valid_id; empty when `kind` is other
  std::string organizer_id;
  std::string competition_id;
  std::string competition_name;
  std::string game;  // "cs2", or empty
  // The same for repeated deliveries of one event, as far as FACEIT lets us know; at most 64 characters.
  // Empty: nothing tells this delivery from a later event of the same name (the seed's shape), so that it
  // must be taken in each time, and not looked up among those that were seen.
  std::string delivery_key;
  std::optional<Time> occurred_at;
  std::int64_t payload_version = 0;  // of the match object; 0 if not given
  bool roster_known = false;
  std::vector<Team> teams;
  std::string reason;          // of a cancellation: AFK, MANUAL
  std::string demo_url;        // of match_demo_ready; an http or https address, or empty
  std::string ignored_reason;  // "no_event_type", "no_match_id", "not_a_match": answer 200 and do nothing

  bool ignored() const { return !ignored_reason.empty(); }
};

// Error: invalid, when the body is not a JSON object or too large (answer 400), or names a match by an id
// that is none. What is well-formed but of no use to us comes back with `ignored_reason`.
Result<Notification> parse_webhook(std::string_view body);

NotificationKind notification_kind(std::string_view event);

}  // namespace matchday::faceit
