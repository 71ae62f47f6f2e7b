// See discord_roles.hpp.
#include "features/organizations/discord_roles.hpp"

#include <algorithm>

#include "surfaces/audit.hpp"

namespace matchday::organizations {
namespace {

using store::Transaction;

const surfaces::Actor server{.name = "Matchday", .via = "server"};

json::value shown(const std::optional<Member>& member) {
  return member ? json::value{{"role", name(member->role)}} : json::value(nullptr);
}

}  // namespace

std::vector<RoleMapping> mappings_of(Transaction& tx, OrganizationId organization) {
  std::vector<RoleMapping> out;
  for (const auto& row :
       tx.run("select * from organization_role_mappings where organization_id = :organization"
              " order by guild_id, role_id",
              {{"organization", organization}})) {
    out.push_back({.guild = row.get<GuildId>("guild_id"),
                   .discord_role = row.get<RoleId>("role_id"),
                   .role = role_named(row.get<std::string>("role")).value_or(Role::member)});
  }
  return out;
}

void put_mapping(Transaction& tx, OrganizationId organization, const RoleMapping& mapping) {
  tx.run(
      "insert into organization_role_mappings (organization_id, guild_id, role_id, role)"
      " values (:organization, :guild, :discord_role, :role)"
      " on conflict (organization_id, role_id) do update set role = excluded.role",
      {{"organization", organization},
       {"guild", mapping.guild},
       {"discord_role", mapping.discord_role},
       {"role", std::string(name(mapping.role))}});
}

bool remove_mapping(Transaction& tx, OrganizationId organization, RoleId discord_role) {
  return tx.run(
               "delete from organization_role_mappings"
               " where organization_id = :organization and role_id = :discord_role",
               {{"organization", organization}, {"discord_role", discord_role}})
             .affected > 0;
}

std::optional<Role> role_from(std::span<const RoleMapping> mappings, const Standing& standing) {
  if (standing.owns) return Role::owner;
  using discord::Permission;
  if (has(standing.permissions, Permission::administrator) ||
      has(standing.permissions, Permission::manage_guild))
    return Role::admin;
  std::optional<Role> best;
  for (const auto& mapping : mappings) {
    const bool everybody = mapping.discord_role.value == mapping.guild.value;
    if (mapping.guild == standing.guild &&
        (everybody || std::ranges::find(standing.roles, mapping.discord_role) != standing.roles.end()))
      best = std::max(best.value_or(mapping.role), mapping.role);
  }
  return best;
}

void settle(Transaction& tx, IdSource& ids, const DiscordRight& right, Time now) {
  const auto known = find_member(tx, right.organization, right.user);
  if (known && known->source != "discord") return;
  if (!known && !right.role) return;
  if (known && right.role == known->role) return;
  const bool falls = known && known->role == Role::owner;
  if (falls && count_owners(tx, right.organization) == 1) return;
  if (!right.role) {
    remove_member(tx, right.organization, right.user);
    record(tx, ids, right.organization, server,
           {.action = "member.left", .subject = right.user.text(), .before = shown(known)}, now);
    return;
  }
  const Member member{.organization = right.organization,
                      .user = right.user,
                      .name = right.name.empty() && known ? known->name : right.name,
                      .role = *right.role,
                      .source = "discord",
                      .joined_at = known ? known->joined_at : now};
  put_member(tx, member);
  record(tx, ids, right.organization, server,
         {.action = known ? "member.role_changed" : "member.joined",
          .subject = right.user.text(),
          .before = shown(known),
          .after = shown(member)},
         now);
}

}  // namespace matchday::organizations
