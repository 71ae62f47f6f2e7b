// The audit log: entries with their decoded reason, announced on the gateway to bots that may read it.
#include "sandbox/discord/changes.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {

json::object change_of(std::string_view key, const json::value& old_value, const json::value& new_value) {
  json::object change{{"key", key}};
  if (!old_value.is_null()) change["old_value"] = old_value;
  if (!new_value.is_null()) change["new_value"] = new_value;
  return change;
}

json::array changes_between(const json::object& before, const json::object& after) {
  json::array changes;
  for (const auto& [key, value] : after) {
    const auto* old_value = before.if_contains(key);
    if (old_value == nullptr || *old_value != value) {
      changes.push_back(change_of(key, old_value == nullptr ? json::value() : *old_value, value));
    }
  }
  return changes;
}

void record(Parts& parts, Guild& guild, const Actor& actor, AuditDraft draft) {
  auto& state = parts.state;
  AuditEntry entry{.id = state.new_id<AuditEntryId>(),
                   .action = draft.action,
                   .user = actor.user,
                   .changes = std::move(draft.changes),
                   .options = std::move(draft.options),
                   .reason = actor.reason,
                   .visible_at = state.now + state.rules.audit_log_delay};
  if (!draft.target.empty()) entry.target = draft.target;
  auto& log = guild.audit_log;
  const auto too_old = [&](const AuditEntry& old) {
    return old.visible_at + state.rules.audit_log_kept <= state.now;
  };
  if (!log.empty() && too_old(log.front())) std::erase_if(log, too_old);
  log.push_back(entry);
  if ((guild_permissions(guild, state.bot, state.now) & permission::view_audit_log) == 0) return;
  auto wire = audit_entry_object(entry);
  wire["guild_id"] = guild.id.text();
  parts.gateway.dispatch({.name = "GUILD_AUDIT_LOG_ENTRY_CREATE",
                          .intents = intent::guild_moderation,
                          .guild = guild.id,
                          .data = std::move(wire)});
}

}  // namespace matchday::sandbox::discord
