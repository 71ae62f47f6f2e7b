// Rights that follow Discord: at a command by what the interaction says, at a sign-in by what Discord says of
// the person, and once an hour by asking with the bot. See discord_roles.hpp for what gives which role.
#include <map>
#include <set>

#include "features/organizations/discord_roles.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/members.hpp"

namespace matchday::organizations {

using store::Transaction;
using surfaces::PermissionSet;

namespace {

// A guild whose roles are not known yet says nothing about rights.
bool is_known(const discord::Guild* guild) {
  return guild != nullptr && guild->available && !guild->roles.empty();
}

}  // namespace

Task<Result<std::optional<PermissionSet>>> Organizations::permissions_in(OrganizationId organization,
                                                                         surfaces::Principal caller) {
  co_return co_await database_.read(
      [organization, caller = std::move(caller)](Transaction& tx) -> std::optional<PermissionSet> {
        if (caller.is_operator)
          return find(tx, organization) ? std::optional(PermissionSet::all()) : std::nullopt;
        const auto member = find_member(tx, organization, caller.user);
        return member ? std::optional(organizations::permissions_of(member->role)) : std::nullopt;
      });
}

Task<Result<PermissionSet>> Organizations::permissions_of(OrganizationId organization,
                                                          discord::Interaction interaction) {
  co_return co_await database_.read([organization, interaction = std::move(interaction)](Transaction& tx) {
    PermissionSet out;
    if (const auto member = find_member(tx, organization, interaction.user))
      out = organizations::permissions_of(member->role);
    const Standing standing{.guild = interaction.guild.value_or(GuildId{}),
                            .permissions = interaction.member_permissions,
                            .roles = interaction.member_roles};
    if (const auto role = role_from(mappings_of(tx, organization), standing))
      out = out | organizations::permissions_of(*role);
    // Who may delete a room in Discord may close it here.
    if (has(interaction.member_permissions, discord::Permission::manage_channels))
      out.add(surfaces::Permission::matches_operate);
    return out;
  });
}

void Organizations::person_came(Transaction& tx, UserId user, const std::string& name,
                                const std::vector<discord::OwnGuild>& guilds, Time now) const {
  std::map<OrganizationId, std::optional<Role>> given;
  std::set<OrganizationId> to_ask;  // where roles of Discord count, which only the bot can tell
  for (const auto& known : memberships_of(tx, user)) {
    if (known.source == "discord") given[known.organization];
  }
  for (const auto& guild : guilds) {
    const auto rows =
        tx.run("select organization_id from guilds where guild_id = :guild", {{"guild", guild.id}});
    if (rows.empty()) continue;
    const auto organization = rows.front().get<OrganizationId>("organization_id");
    if (!mappings_of(tx, organization).empty()) to_ask.insert(organization);
    if (!guild.managed()) continue;
    tx.run("update guilds set name = :name where guild_id = :guild",
           {{"name", guild.name}, {"guild", guild.id}});
    auto& role = given[organization];
    role = std::max(role.value_or(Role::member), guild.owner ? Role::owner : Role::admin);
  }
  for (const auto& [organization, role] : given) {
    // What a mapped role gives is not taken away before the bot was asked.
    if (role || !to_ask.contains(organization))
      settle(tx, ids_, {.organization = organization, .user = user, .name = name, .role = role}, now);
  }
  for (const auto organization : to_ask) ask_rights(tx, organization, user, now);
  tx.run("update organization_members set name = :name where discord_id = :user and name <> :name",
         {{"name", name}, {"user", user}});
}

void Organizations::ask_rights(Transaction& tx, OrganizationId organization, UserId user, Time now) const {
  queue_.enqueue(tx, {.organization = organization,
                      .kind = std::string(refresh_rights_job),
                      .subject = user.text(),
                      .run_at = now});
}

void Organizations::ask_everybody(Transaction& tx, OrganizationId organization, Time now) const {
  for (const auto& row : tx.run("select discord_id from organization_members"
                                " where organization_id = :organization and source = 'discord'",
                                {{"organization", organization}}))
    ask_rights(tx, organization, row.get<UserId>("discord_id"), now);
}

// Once an hour: one job for everybody whose rights come from Discord.
Task<jobs::Outcome> Organizations::refresh_everybody(jobs::Job job) {
  auto done = co_await database_.transact([this, now = clock_.now()](Transaction& tx) {
    for (const auto& row :
         tx.run("select organization_id, discord_id from organization_members where source = 'discord'"))
      ask_rights(tx, row.get<OrganizationId>("organization_id"), row.get<UserId>("discord_id"), now);
  });
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

// Their standing in each of the organization's servers. Nothing: it cannot be told now.
Task<Result<std::optional<std::vector<Standing>>>> Organizations::ask_discord(std::vector<GuildId> guilds,
                                                                              UserId user) {
  constexpr Duration patience = 20s;
  std::vector<Standing> out;
  for (const auto guild : guilds) {
    if (!is_known(desk_.guilds->find(guild))) co_return std::nullopt;
    auto member = co_await desk_.rest->call(discord::get_member(guild, user), patience);
    if (!member && member.error().kind == ErrorKind::not_found) continue;
    if (!member) co_return std::unexpected(member.error());
    const auto* known = desk_.guilds->find(guild);
    if (!is_known(known)) co_return std::nullopt;
    Standing standing{.guild = guild,
                      .owns = known->owner == user,
                      .roles = discord::parse_role_ids(Fields(*member).array("roles"))};
    const auto account = Fields(*member).object("user");
    standing.name = account.string_or("global_name", account.string_or("username", ""));
    standing.permissions = discord::guild_permissions(*known, user, standing.roles);
    out.push_back(std::move(standing));
  }
  co_return out;
}

Task<jobs::Outcome> Organizations::refresh_rights(jobs::Job job) {
  constexpr Duration look_again = 10min;
  const auto user = UserId::parse(job.subject);
  if (!user || !desk_.rest || !desk_.guilds) co_return jobs::Done{};
  auto guilds = co_await database_.read([organization = job.organization](Transaction& tx) {
    std::vector<GuildId> out;
    for (const auto& guild : guilds_of(tx, organization)) out.push_back(guild.id);
    return out;
  });
  if (!guilds) co_return jobs::Failed{guilds.error()};
  auto standings = co_await ask_discord(*guilds, *user);
  if (!standings) co_return jobs::Failed{standings.error()};
  if (!*standings) co_return jobs::Again{.after = look_again};
  auto done =
      co_await database_.transact([this, organization = job.organization, user = *user,
                                   standings = std::move(**standings), now = clock_.now()](Transaction& tx) {
        DiscordRight right{.organization = organization, .user = user};
        const auto mappings = mappings_of(tx, organization);
        for (const auto& standing : standings) {
          right.name = standing.name;
          if (const auto role = role_from(mappings, standing))
            right.role = std::max(right.role.value_or(*role), *role);
        }
        settle(tx, ids_, right, now);
      });
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

}  // namespace matchday::organizations
