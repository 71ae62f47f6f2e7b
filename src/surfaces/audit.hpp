// The audit log: who changed what, from where, before and after. Written in the transaction of the change, so
// that there is no change without its line and no line without its change. Not here: what a platform did
// (effects keeps a timeline), and reading (that is not a change).
#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "store/database.hpp"

namespace matchday::surfaces {

using AuditId = Id<struct AuditTag>;

// Who did it, in lines of somebody who deleted their account.
inline constexpr std::string_view deleted_person = "a deleted person";

// Who did it.
struct Actor {
  UserId user;          // 0: the server itself
  std::string name;     // as it was then
  std::string via;      // "session", "token", "discord", "configuration", "server"
  std::string address;  // of the client; empty for Discord and the server
};

// What was done. `before` and `after` hold what differs, or null.
struct AuditNote {
  std::string action;   // "member.role_changed": part of the API
  std::string subject;  // what it was done to: an id
  json::value before = nullptr;
  json::value after = nullptr;
};

struct AuditEntry {
  AuditId id;
  Time at;
  Actor actor;
  AuditNote note;
};

// `organization` 0: of the installation.
void record(store::Transaction& tx, IdSource& ids, OrganizationId organization, const Actor& actor,
            const AuditNote& note, Time now);

// Newest first, at most `limit`, older than `before`.
std::vector<AuditEntry> read_audit(store::Transaction& tx, OrganizationId organization,
                                   std::optional<AuditId> before, int limit);

// Lines of this person's changes, in any organization, the oldest first.
json::array export_audit(store::Transaction& tx, UserId user);

// What this person did stays, but not who it was: not in what they did, and not in what was done to them.
void erase_from_audit(store::Transaction& tx, UserId user);

}  // namespace matchday::surfaces
