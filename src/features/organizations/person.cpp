// See person.hpp.
#include "features/organizations/person.hpp"

#include <fmt/format.h>

#include "features/organizations/members.hpp"
#include "features/organizations/organizations.hpp"
#include "surfaces/api.hpp"

namespace matchday::organizations {
namespace {

using store::Transaction;
using surfaces::or_null;

json::array memberships(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& member : memberships_of(tx, user)) {
    const auto organization = Organizations::find(tx, member.organization);
    out.push_back({{"organization", member.organization.text()},
                   {"organization_name", organization ? organization->name : ""},
                   {"name", member.name},
                   {"role", name(member.role)},
                   {"source", member.source},
                   {"joined_at", to_rfc3339(member.joined_at)}});
  }
  return out;
}

json::array invites_of(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& row :
       tx.run("select * from organization_invites where created_by = :user order by id", {{"user", user}})) {
    out.push_back({{"organization", row.get<OrganizationId>("organization_id").text()},
                   {"role", row.get<std::string>("role")},
                   {"uses", row.get<std::int64_t>("uses")},
                   {"created_at", to_rfc3339(row.get<Time>("created_at_ms"))},
                   {"expires_at", or_null(row.get<std::optional<Time>>("expires_at_ms"))}});
  }
  return out;
}

// Those that they made, and those about which they decided.
json::array requests_of(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& row : tx.run("select * from organization_requests where requested_by = :user"
                                " or reviewed_by = :user order by id",
                                {{"user", user}})) {
    const bool own = row.get<std::string>("requested_by") == user.text();
    json::object request{{"name", row.get<std::string>("name")},
                         {"made", own},
                         {"requested_at", to_rfc3339(row.get<Time>("requested_at_ms"))},
                         {"status", row.get<std::string>("status")},
                         {"reviewed_at", or_null(row.get<std::optional<Time>>("reviewed_at_ms"))},
                         {"note", row.get<std::string>("note")}};
    if (own) {
      request["description"] = row.get<std::string>("description");
      request["requested_by_name"] = row.get<std::string>("requested_by_name");
    }
    out.push_back(std::move(request));
  }
  return out;
}

json::array servers_of(Transaction& tx, UserId user) {
  json::array out;
  for (const auto& row :
       tx.run("select * from guilds where linked_by = :user order by linked_at_ms", {{"user", user}})) {
    out.push_back({{"id", row.get<std::string>("guild_id")},
                   {"name", row.get<std::string>("name")},
                   {"organization", row.get<OrganizationId>("organization_id").text()},
                   {"linked_at", to_rfc3339(row.get<Time>("linked_at_ms"))}});
  }
  return out;
}

}  // namespace

json::object export_person(Transaction& tx, UserId user) {
  return {{"memberships", memberships(tx, user)},
          {"invitations_made", invites_of(tx, user)},
          {"requests", requests_of(tx, user)},
          {"discord_servers_connected", servers_of(tx, user)}};
}

Result<> erase_person(Transaction& tx, IdSource& ids, UserId user, Time now) {
  for (const auto& member : memberships_of(tx, user)) {
    if (member.role != Role::owner || count_owners(tx, member.organization) > 1) continue;
    const auto organization = Organizations::find(tx, member.organization);
    return fail(ErrorKind::conflict,
                fmt::format("You are the last owner of {}. Make somebody else an owner there first.",
                            organization ? organization->name : "an organization"));
  }
  for (const auto& member : memberships_of(tx, user)) {
    remove_member(tx, member.organization, user);
    const surfaces::Actor actor{.name = std::string(surfaces::deleted_person), .via = "session"};
    record(tx, ids, member.organization, actor,
           {.action = "member.left",
            .subject = std::string(surfaces::deleted_person),
            .before = {{"role", name(member.role)}}},
           now);
  }
  tx.run("delete from organization_requests where requested_by = :user", {{"user", user}});
  tx.run("update organization_requests set reviewed_by = null where reviewed_by = :user", {{"user", user}});
  // Others go on using these; 0 is nobody. An absent `linked_by` would mean the configuration.
  tx.run("update organization_invites set created_by = '0' where created_by = :user", {{"user", user}});
  tx.run("update guilds set linked_by = '0' where linked_by = :user", {{"user", user}});
  return {};
}

}  // namespace matchday::organizations
