// A remote resource: one row of the ledger, and the words for what can be said about it.
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "store/sql.hpp"

namespace matchday::effects {

enum class State {
  planned,    // wanted, and certainly not there
  sending,    // this process is sending the request that makes it
  confirmed,  // there, with its remote id
  removing,   // there, but no longer wanted
  gone,       // certainly not there any more, or never was
  unknown,    // may or may not be there: a request's answer was lost
  refused,    // the platform said no; the reason is stored
  expired,    // its time passed before it could be done
};
std::string_view name(State state);

// It is there, may be there, or is still to be made; `gone` and `expired` are final.
constexpr bool is_open(State state) {
  return state != State::gone && state != State::expired;
}

State parse_state(std::string_view text);

struct Resource {
  ResourceId id;
  OrganizationId organization;
  std::string kind;     // which Kind makes it: "discord_channel"
  std::string purpose;  // what it is for: "match_voice.channel"; also the topic that hears of its changes
  std::string subject;  // what it belongs to, as that topic's subscribers know it: a match id
  std::string owner;    // unique within organization and kind: "match/1-abc/faction1"
  int generation = 0;   // counts deliberate re-creations
  std::string marker;
  std::string container;  // where it lives, in the platform's words: a guild id
  std::optional<json::value> wanted;
  int wanted_version = 0;
  std::optional<json::value> applied;
  int applied_version = 0;
  std::optional<json::value> observed;
  State state = State::planned;
  std::optional<std::string> remote_id;
  std::optional<Time> expires_at;
  int attempt = 0;
  std::optional<Time> sent_at;
  std::optional<json::value> request;  // the exact body last sent to create it
  std::optional<Time> verify_at;       // when to look for twins of an earlier attempt
  std::optional<std::string> last_error;
  int last_error_code = 0;
  Time created_at;
};

Resource to_resource(const store::Row& row);

// `md` and 80 bits of HMAC-SHA-256(installation key, organization | kind | owner | generation), in base32:
// derived from the owner, so that it survives a restored backup; different between installations, so that a
// copy for tests never touches production's things.
std::string marker_for(std::string_view installation_key, OrganizationId organization, std::string_view kind,
                       std::string_view owner, int generation);

// The first marker in a text, such as an audit log's reason.
std::optional<std::string> find_marker(std::string_view text);

}  // namespace matchday::effects
