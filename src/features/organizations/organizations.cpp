// See organizations.hpp.
#include "features/organizations/organizations.hpp"

#include <fmt/format.h>

#include <map>

#include "base/crypto.hpp"
#include "effects/ledger.hpp"
#include "embedded/matchday_organizations_schema.hpp"
#include "features/organizations/api.hpp"
#include "features/organizations/members.hpp"
#include "features/organizations/person.hpp"

namespace matchday::organizations {

using store::Transaction;
using surfaces::PermissionSet;

Organizations::Organizations(Clock& clock, store::Database& database, jobs::Queue& queue, IdSource& ids,
                             Secret<std::string> key, Creation creation)
    : clock_(clock),
      database_(database),
      queue_(queue),
      ids_(ids),
      changes_(database, ids),
      key_(std::move(key)),
      api_(std::make_unique<OrganizationsApi>(clock, database, ids, *this, creation)) {}
Organizations::~Organizations() = default;

std::string Organizations::digest_of(std::string_view secret, std::string_view purpose) const {
  return crypto::to_hex(crypto::hmac_sha256(key_.reveal(), fmt::format("{}|{}", purpose, secret)));
}

Task<Result<OrganizationId>> Organizations::ensure(Configured configured) {
  std::optional<std::string> digest;
  if (!configured.webhook_secret.empty()) digest = digest_of(configured.webhook_secret.reveal(), "faceit");
  by_guild_.clear();
  by_digest_.clear();
  co_return co_await database_.transact([this, configured, digest,
                                         now = clock_.now()](Transaction& tx) -> Result<OrganizationId> {
    const auto id = tx.run(
                          "insert into organizations (id, slug, name, alert_channel_id, created_at_ms)"
                          " values (:id, :slug, :name, :alerts, :now)"
                          " on conflict (slug) do update set name = excluded.name,"
                          "   alert_channel_id = excluded.alert_channel_id returning id",
                          {{"id", ids_.next<OrganizationId>()},
                           {"slug", configured.slug},
                           {"name", configured.name},
                           {"alerts", configured.alert_channel},
                           {"now", now}})
                        .front()
                        .get<OrganizationId>("id");
    if (configured.guild) {
      tx.run("delete from guilds where organization_id = :id and guild_id <> :guild",
             {{"id", id}, {"guild", configured.guild}});
      tx.run(
          "insert into guilds (guild_id, organization_id, linked_at_ms) values (:guild, :id, :now)"
          " on conflict (guild_id) do nothing",
          {{"guild", configured.guild}, {"id", id}, {"now", now}});
      const auto owner =
          tx.run("select organization_id from guilds where guild_id = :guild", {{"guild", configured.guild}})
              .front()
              .get<OrganizationId>("organization_id");
      if (owner != id)
        return fail(ErrorKind::conflict, "The configured Discord server belongs to another organization.");
    }
    tx.run("delete from webhook_secrets where organization_id = :id and purpose = 'faceit'", {{"id", id}});
    if (digest) {
      const auto stored = tx.run(
          "insert into webhook_secrets (digest, organization_id, purpose, created_at_ms)"
          " values (:digest, :id, 'faceit', :now) on conflict (digest) do nothing",
          {{"digest", digest}, {"id", id}, {"now", now}});
      if (stored.affected == 0) {
        return fail(ErrorKind::conflict,
                    "The configured webhook secret is another organization's. Choose a different one.");
      }
    }
    return id;
  });
}

Task<Result<std::optional<OrganizationId>>> Organizations::organization_of(GuildId guild) {
  if (const auto known = by_guild_.find(guild); known != by_guild_.end())
    co_return std::optional(known->second);
  auto found = co_await database_.read([guild](Transaction& tx) -> std::optional<OrganizationId> {
    const auto rows =
        tx.run("select organization_id from guilds where guild_id = :guild", {{"guild", guild}});
    return rows.empty() ? std::nullopt : std::optional(rows.front().get<OrganizationId>("organization_id"));
  });
  if (found && *found) by_guild_[guild] = **found;
  co_return found;
}

Task<Result<std::optional<OrganizationId>>> Organizations::organization_by_webhook_secret(
    std::string secret, std::string purpose) {
  const auto digest = digest_of(secret, purpose);
  if (const auto known = by_digest_.find(digest); known != by_digest_.end())
    co_return std::optional(known->second);
  auto found = co_await database_.read([digest, purpose](Transaction& tx) -> std::optional<OrganizationId> {
    const auto rows =
        tx.run("select organization_id from webhook_secrets where digest = :digest and purpose = :purpose",
               {{"digest", digest}, {"purpose", purpose}});
    return rows.empty() ? std::nullopt : std::optional(rows.front().get<OrganizationId>("organization_id"));
  });
  if (found && *found) by_digest_[digest] = **found;
  co_return found;
}

Task<Result<std::vector<GuildId>>> Organizations::guilds() {
  co_return co_await database_.read([](Transaction& tx) {
    std::vector<GuildId> out;
    for (const auto& row : tx.run("select guild_id from guilds order by guild_id"))
      out.push_back(row.get<GuildId>("guild_id"));
    return out;
  });
}

std::optional<Organization> Organizations::find(Transaction& tx, OrganizationId id) {
  const auto rows = tx.run("select * from organizations where id = :id", {{"id", id}});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Organization{.id = row.get<OrganizationId>("id"),
                      .slug = row.get<std::string>("slug"),
                      .name = row.get<std::string>("name"),
                      .alert_channel = row.get<std::optional<ChannelId>>("alert_channel_id"),
                      .description = row.get<std::string>("description"),
                      .version = row.get<std::int64_t>("version")};
}

std::vector<OrganizationId> Organizations::all(Transaction& tx) {
  std::vector<OrganizationId> out;
  for (const auto& row : tx.run("select id from organizations order by id"))
    out.push_back(row.get<OrganizationId>("id"));
  return out;
}

bool Organizations::has_webhook_secret(Transaction& tx, OrganizationId id, std::string_view purpose) {
  return !tx.run("select 1 from webhook_secrets where organization_id = :id and purpose = :purpose limit 1",
                 {{"id", id}, {"purpose", purpose}})
              .empty();
}

std::optional<GuildId> Organizations::guild_of(Transaction& tx, OrganizationId id) {
  const auto rows = tx.run(
      "select guild_id from guilds where organization_id = :id order by linked_at_ms limit 1", {{"id", id}});
  return rows.empty() ? std::nullopt : std::optional(rows.front().get<GuildId>("guild_id"));
}

std::vector<LinkedGuild> Organizations::guilds_of(Transaction& tx, OrganizationId id) {
  std::vector<LinkedGuild> out;
  for (const auto& row :
       tx.run("select * from guilds where organization_id = :id order by linked_at_ms, guild_id",
              {{"id", id}})) {
    const auto by = row.get<std::optional<std::string>>("linked_by");
    out.push_back({.id = row.get<GuildId>("guild_id"),
                   .name = row.get<std::string>("name"),
                   .linked_by = by ? std::optional(UserId::parse(*by).value_or(UserId{})) : std::nullopt,
                   .linked_at = row.get<Time>("linked_at_ms")});
  }
  return out;
}

// ---- People and Discord servers.

std::vector<UserId> Organizations::members_after(Transaction& tx, OrganizationId id, UserId after,
                                                 int limit) {
  std::vector<UserId> out;
  for (const auto& member : list_members(tx, id, after, limit)) out.push_back(member.user);
  return out;
}

bool Organizations::has_member(Transaction& tx, OrganizationId id, UserId user) {
  return find_member(tx, id, user).has_value();
}

Task<Result<std::optional<PermissionSet>>> Organizations::permissions_in(OrganizationId organization,
                                                                         surfaces::Principal caller) {
  co_return co_await database_.read(
      [organization, caller = std::move(caller)](Transaction& tx) -> std::optional<PermissionSet> {
        if (caller.is_operator)
          return find(tx, organization) ? std::optional(PermissionSet::all()) : std::nullopt;
        const auto member = find_member(tx, organization, caller.user);
        return member ? std::optional(permissions_of(member->role)) : std::nullopt;
      });
}

void Organizations::person_came(Transaction& tx, UserId user, const std::string& name,
                                const std::vector<discord::OwnGuild>& guilds, Time now) const {
  std::map<OrganizationId, Role> managed;
  for (const auto& guild : guilds) {
    if (!guild.managed()) continue;
    const auto rows =
        tx.run("update guilds set name = :name where guild_id = :guild returning organization_id",
               {{"name", guild.name}, {"guild", guild.id}});
    if (rows.empty()) continue;
    auto& role = managed[rows.front().get<OrganizationId>("organization_id")];
    role = std::max(role, guild.owner ? Role::owner : Role::admin);
  }
  const surfaces::Actor server{.name = "Matchday", .via = "server"};
  for (const auto& known : memberships_of(tx, user)) {
    if (known.source != "discord" || managed.contains(known.organization)) continue;
    // Somebody must be able to give the organization to others.
    if (known.role == Role::owner && count_owners(tx, known.organization) == 1) continue;
    remove_member(tx, known.organization, user);
    record(tx, ids_, known.organization, server,
           {.action = "member.left",
            .subject = user.text(),
            .before = {{"role", organizations::name(known.role)}}},
           now);
  }
  for (const auto& [organization, role] : managed) {
    const auto known = find_member(tx, organization, user);
    if (known && (known->role >= role || known->source != "discord")) continue;
    put_member(tx, {.organization = organization,
                    .user = user,
                    .name = name,
                    .role = role,
                    .source = "discord",
                    .joined_at = now});
    record(tx, ids_, organization, server,
           {.action = known ? "member.role_changed" : "member.joined",
            .subject = user.text(),
            .before = known ? json::value{{"role", organizations::name(known->role)}} : json::value(nullptr),
            .after = {{"role", organizations::name(role)}}},
           now);
  }
  tx.run("update organization_members set name = :name where discord_id = :user and name <> :name",
         {{"name", name}, {"user", user}});
}

Task<Result<>> Organizations::link_guild(OrganizationId organization, discord::OwnGuild guild,
                                         surfaces::Actor actor) {
  auto linked = co_await database_.transact([this, organization, guild, actor,
                                             now = clock_.now()](Transaction& tx) -> Result<> {
    const auto before =
        tx.run("select organization_id from guilds where guild_id = :guild", {{"guild", guild.id}});
    if (!before.empty() && before.front().get<OrganizationId>("organization_id") != organization)
      return fail(ErrorKind::conflict, "That Discord server belongs to another organization already.");
    tx.run(
        "insert into guilds (guild_id, organization_id, linked_at_ms, name, linked_by)"
        " values (:guild, :organization, :now, :name, :by)"
        " on conflict (guild_id) do update set name = excluded.name",
        {{"guild", guild.id},
         {"organization", organization},
         {"now", now},
         {"name", guild.name},
         {"by", actor.user}});
    // Also for one that is connected again: its commands may be missing.
    queue_.publish(tx, organization, server_linked_topic, guild.id.text(), now);
    if (before.empty())
      record(tx, ids_, organization, actor,
             {.action = "server.linked", .subject = guild.id.text(), .after = {{"name", guild.name}}}, now);
    return {};
  });
  if (linked) by_guild_[guild.id] = organization;
  co_return linked;
}

Task<Result<surfaces::ApiAnswer>> Organizations::unlink_guild(surfaces::ApiCall call, GuildId guild) {
  auto unlinked = co_await changes_.make(
      call, [organization = call.organization, guild](Transaction& tx) -> Result<surfaces::Changed> {
        const auto known = guilds_of(tx, organization);
        const auto linked = std::ranges::find(known, guild, &LinkedGuild::id);
        if (linked == known.end())
          return fail(ErrorKind::not_found, "That Discord server is not connected here.");
        if (!linked->linked_by)
          return fail(ErrorKind::conflict,
                      "The configuration connects this Discord server: take it out there.");
        // Nobody could remove them any more.
        if (effects::Ledger::wants_anything_in(tx, organization, guild.text()))
          return fail(ErrorKind::conflict,
                      "Rooms of matches are in this Discord server. Close the matches first.");
        const auto rows = tx.run(
            "delete from guilds where guild_id = :guild and organization_id = :organization returning name",
            {{"guild", guild}, {"organization", organization}});
        return surfaces::Changed{
            .answer = {.status = 204},
            .note = surfaces::AuditNote{.action = "server.unlinked",
                                        .subject = guild.text(),
                                        .before = {{"name", rows.front().get<std::string>("name")}}}};
      });
  if (unlinked) by_guild_.erase(guild);
  co_return unlinked;
}

surfaces::Feature Organizations::feature() {
  return {.name = "organizations",
          .migrations = store::migrations_of("organizations", embedded::matchday_organizations_schema),
          .api = api_->routes(),
          .retention = {{.table = "organization_requests",
                         .time_column = "requested_at_ms",
                         .kept = std::chrono::days(365),
                         .condition = "status <> 'pending'"}},
          .export_person = export_person,
          .erase_person = [this](Transaction& tx, UserId user, Time now) {
            return erase_person(tx, ids_, user, now);
          }};
}

}  // namespace matchday::organizations
