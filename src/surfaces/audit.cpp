// See audit.hpp.
#include "surfaces/audit.hpp"

#include <limits>

namespace matchday::surfaces {
namespace {

json::value stored_json(const std::optional<std::string>& text) {
  if (!text) return nullptr;
  auto value = parse_json(*text);
  return value ? std::move(*value) : json::value(nullptr);
}

std::optional<std::string> to_stored(const json::value& value) {
  return value.is_null() ? std::nullopt : std::optional(to_text(value));
}

}  // namespace

void record(store::Transaction& tx, IdSource& ids, OrganizationId organization, const Actor& actor,
            const AuditNote& note, Time now) {
  tx.run(
      "insert into audit_log (id, organization_id, at_ms, actor_id, actor_name, via, address, action, "
      "subject,"
      "  before_value, after_value)"
      " values (:id, :organization, :at, :actor, :name, :via, :address, :action, :subject, :before, :after)",
      {{"id", ids.next<AuditId>()},
       {"organization", organization},
       {"at", now},
       {"actor", actor.user ? std::optional(actor.user) : std::nullopt},
       {"name", actor.name},
       {"via", actor.via},
       {"address", actor.address},
       {"action", note.action},
       {"subject", note.subject},
       {"before", to_stored(note.before)},
       {"after", to_stored(note.after)}});
}

std::vector<AuditEntry> read_audit(store::Transaction& tx, OrganizationId organization,
                                   std::optional<AuditId> before, int limit) {
  constexpr AuditId newest{std::numeric_limits<std::int64_t>::max()};
  std::vector<AuditEntry> out;
  for (const auto& row :
       tx.run("select * from audit_log where organization_id = :organization"
              " and id < :before order by id desc limit :limit",
              {{"organization", organization}, {"before", before.value_or(newest)}, {"limit", limit}})) {
    out.push_back({.id = row.get<AuditId>("id"),
                   .at = row.get<Time>("at_ms"),
                   .actor = {.user = row.get<std::optional<UserId>>("actor_id").value_or(UserId{}),
                             .name = row.get<std::string>("actor_name"),
                             .via = row.get<std::string>("via"),
                             .address = row.get<std::string>("address")},
                   .note = {.action = row.get<std::string>("action"),
                            .subject = row.get<std::string>("subject"),
                            .before = stored_json(row.get<std::optional<std::string>>("before_value")),
                            .after = stored_json(row.get<std::optional<std::string>>("after_value"))}});
  }
  return out;
}

}  // namespace matchday::surfaces
