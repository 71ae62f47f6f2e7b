// See members.hpp.
#include "features/organizations/members.hpp"

namespace matchday::organizations {
namespace {

using store::Row;
using store::Transaction;

Member to_member(const Row& row) {
  return {.organization = row.get<OrganizationId>("organization_id"),
          .user = row.get<UserId>("discord_id"),
          .name = row.get<std::string>("name"),
          .role = role_named(row.get<std::string>("role")).value_or(Role::member),
          .source = row.get<std::string>("source"),
          .joined_at = row.get<Time>("joined_at_ms")};
}

std::vector<Member> to_members(const store::Rows& rows) {
  std::vector<Member> out;
  for (const auto& row : rows) out.push_back(to_member(row));
  return out;
}

Invite to_invite(const Row& row) {
  return {.id = row.get<InviteId>("id"),
          .organization = row.get<OrganizationId>("organization_id"),
          .code = row.get<std::string>("code"),
          .role = role_named(row.get<std::string>("role")).value_or(Role::member),
          .uses_max = row.get<std::optional<std::int64_t>>("uses_max"),
          .uses = row.get<std::int64_t>("uses"),
          .expires_at = row.get<std::optional<Time>>("expires_at_ms"),
          .created_by = UserId::parse(row.get<std::string>("created_by")).value_or(UserId{}),
          .created_at = row.get<Time>("created_at_ms")};
}

Request to_request(const Row& row) {
  return {.id = row.get<RequestId>("id"),
          .name = row.get<std::string>("name"),
          .description = row.get<std::string>("description"),
          .requested_by = row.get<UserId>("requested_by"),
          .requested_by_name = row.get<std::string>("requested_by_name"),
          .requested_at = row.get<Time>("requested_at_ms"),
          .status = row.get<std::string>("status"),
          .note = row.get<std::string>("note")};
}

}  // namespace

std::optional<Member> find_member(Transaction& tx, OrganizationId organization, UserId user) {
  const auto rows = tx.run(
      "select * from organization_members where organization_id = :organization and discord_id = :user",
      {{"organization", organization}, {"user", user}});
  return rows.empty() ? std::nullopt : std::optional(to_member(rows.front()));
}

std::vector<Member> list_members(Transaction& tx, OrganizationId organization, UserId after, int limit) {
  return to_members(
      tx.run("select * from organization_members where organization_id = :organization"
             " and discord_id > :after order by discord_id limit :limit",
             {{"organization", organization}, {"after", after}, {"limit", limit}}));
}

std::vector<Member> memberships_of(Transaction& tx, UserId user) {
  return to_members(
      tx.run("select * from organization_members where discord_id = :user order by organization_id",
             {{"user", user}}));
}

void put_member(Transaction& tx, const Member& member) {
  tx.run(
      "insert into organization_members (organization_id, discord_id, name, role, source, joined_at_ms)"
      " values (:organization, :user, :name, :role, :source, :joined)"
      " on conflict (organization_id, discord_id) do update set name = excluded.name, role = excluded.role,"
      "   source = excluded.source",
      {{"organization", member.organization},
       {"user", member.user},
       {"name", member.name},
       {"role", std::string(name(member.role))},
       {"source", member.source},
       {"joined", member.joined_at}});
}

void remove_member(Transaction& tx, OrganizationId organization, UserId user) {
  tx.run("delete from organization_members where organization_id = :organization and discord_id = :user",
         {{"organization", organization}, {"user", user}});
}

int count_owners(Transaction& tx, OrganizationId organization) {
  return tx
      .run(
          "select count(*) as n from organization_members where organization_id = :organization and role = "
          "'owner'",
          {{"organization", organization}})
      .front()
      .get<int>("n");
}

void put_invite(Transaction& tx, const Invite& invite) {
  tx.run(
      "insert into organization_invites (id, organization_id, code, role, uses_max, uses, expires_at_ms,"
      "  created_by, created_at_ms)"
      " values (:id, :organization, :code, :role, :uses_max, :uses, :expires, :by, :now)"
      " on conflict (id) do update set uses = excluded.uses",
      {{"id", invite.id},
       {"organization", invite.organization},
       {"code", invite.code},
       {"role", std::string(name(invite.role))},
       {"uses_max", invite.uses_max},
       {"uses", invite.uses},
       {"expires", invite.expires_at},
       {"by", invite.created_by},
       {"now", invite.created_at}});
}

std::vector<Invite> list_invites(Transaction& tx, OrganizationId organization) {
  std::vector<Invite> out;
  for (const auto& row : tx.run("select * from organization_invites where organization_id = :organization"
                                " order by id desc",
                                {{"organization", organization}}))
    out.push_back(to_invite(row));
  return out;
}

std::optional<Invite> find_invite(Transaction& tx, std::string_view code) {
  const auto rows =
      tx.run("select * from organization_invites where code = :code", {{"code", std::string(code)}});
  return rows.empty() ? std::nullopt : std::optional(to_invite(rows.front()));
}

bool remove_invite(Transaction& tx, OrganizationId organization, InviteId id) {
  return tx.run("delete from organization_invites where organization_id = :organization and id = :id",
                {{"organization", organization}, {"id", id}})
             .affected > 0;
}

void put_request(Transaction& tx, const Request& request) {
  tx.run(
      "insert into organization_requests (id, name, description, requested_by, requested_by_name,"
      "  requested_at_ms, status) values (:id, :name, :description, :by, :by_name, :now, :status)",
      {{"id", request.id},
       {"name", request.name},
       {"description", request.description},
       {"by", request.requested_by},
       {"by_name", request.requested_by_name},
       {"now", request.requested_at},
       {"status", request.status}});
}

void review_request(Transaction& tx, RequestId id, std::string_view status, std::string_view note, UserId by,
                    Time now) {
  tx.run(
      "update organization_requests set status = :status, note = :note, reviewed_by = :by,"
      " reviewed_at_ms = :now where id = :id",
      {{"status", std::string(status)}, {"note", std::string(note)}, {"by", by}, {"now", now}, {"id", id}});
}

std::optional<Request> find_request(Transaction& tx, RequestId id) {
  const auto rows = tx.run("select * from organization_requests where id = :id", {{"id", id}});
  return rows.empty() ? std::nullopt : std::optional(to_request(rows.front()));
}

std::vector<Request> list_requests(Transaction& tx, std::optional<UserId> user, int limit) {
  std::vector<Request> out;
  const auto rows =
      user ? tx.run(
                 "select * from organization_requests where requested_by = :user"
                 " order by id desc limit :limit",
                 {{"user", user}, {"limit", limit}})
           : tx.run("select * from organization_requests order by id desc limit :limit", {{"limit", limit}});
  for (const auto& row : rows) out.push_back(to_request(row));
  return out;
}

}  // namespace matchday::organizations
