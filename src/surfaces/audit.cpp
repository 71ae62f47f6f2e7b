// See audit.hpp.
#include "surfaces/audit.hpp"

#include <fmt/format.h>

#include <algorithm>
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

// An object that is about this person, as members are written: {"id": "123", "name": "Astrid", ...}.
bool names(const json::object& object, std::string_view user) {
  return std::ranges::any_of(object, [&](const auto& field) {
    const auto* text = field.value().if_string();
    return text != nullptr && std::string_view(*text) == user;
  });
}

// `about`: the whole value is about them.
void take_out(json::value& value, std::string_view user, bool about) {
  if (auto* list = value.if_array()) {
    for (auto& entry : *list) take_out(entry, user, about);
  }
  auto* object = value.if_object();
  if (object == nullptr) return;
  const bool theirs = about || names(*object, user);
  for (auto& field : *object) {
    const auto* text = field.value().if_string();
    const bool identifies = theirs && (field.key() == "name" || field.key() == "id");
    if (text != nullptr && (identifies || std::string_view(*text) == user)) field.value() = nullptr;
    take_out(field.value(), user, theirs);
  }
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

json::array export_audit(store::Transaction& tx, UserId user) {
  json::array out;
  for (const auto& row :
       tx.run("select * from audit_log where actor_id = :user order by id", {{"user", user}})) {
    const auto organization = row.get<OrganizationId>("organization_id");
    out.push_back({{"at", to_rfc3339(row.get<Time>("at_ms"))},
                   {"organization", organization ? json::value(organization.text()) : json::value(nullptr)},
                   {"name", row.get<std::string>("actor_name")},
                   {"via", row.get<std::string>("via")},
                   {"address", row.get<std::string>("address")},
                   {"action", row.get<std::string>("action")},
                   {"subject", row.get<std::string>("subject")},
                   {"before", stored_json(row.get<std::optional<std::string>>("before_value"))},
                   {"after", stored_json(row.get<std::optional<std::string>>("after_value"))}});
  }
  return out;
}

void erase_from_audit(store::Transaction& tx, UserId user) {
  tx.run("update audit_log set actor_id = null, actor_name = :nobody, address = '' where actor_id = :user",
         {{"nobody", deleted_person}, {"user", user}});
  const auto lines = tx.run(
      "select id, subject, before_value, after_value from audit_log where subject = :user"
      " or before_value like :quoted or after_value like :quoted",
      {{"user", user}, {"quoted", fmt::format("%\"{}\"%", user.text())}});
  for (const auto& row : lines) {
    const bool about = row.get<std::string>("subject") == user.text();
    auto before = stored_json(row.get<std::optional<std::string>>("before_value"));
    auto after = stored_json(row.get<std::optional<std::string>>("after_value"));
    take_out(before, user.text(), about);
    take_out(after, user.text(), about);
    tx.run(
        "update audit_log set subject = :subject, before_value = :before, after_value = :after where id = "
        ":id",
        {{"subject", about ? std::string(deleted_person) : row.get<std::string>("subject")},
         {"before", to_stored(before)},
         {"after", to_stored(after)},
         {"id", row.get<AuditId>("id")}});
  }
}

}  // namespace matchday::surfaces
