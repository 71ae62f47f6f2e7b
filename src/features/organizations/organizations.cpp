// See organizations.hpp.
#include "features/organizations/organizations.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "embedded/matchday_organizations_schema.hpp"

namespace matchday::organizations {

using store::Transaction;

Organizations::Organizations(Clock& clock, store::Database& database, IdSource& ids, Secret<std::string> key)
    : clock_(clock), database_(database), ids_(ids), key_(std::move(key)) {}

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
  const auto rows =
      tx.run("select id, slug, name, alert_channel_id from organizations where id = :id", {{"id", id}});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Organization{.id = row.get<OrganizationId>("id"),
                      .slug = row.get<std::string>("slug"),
                      .name = row.get<std::string>("name"),
                      .alert_channel = row.get<std::optional<ChannelId>>("alert_channel_id")};
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

surfaces::Feature feature() {
  return {.name = "organizations",
          .migrations = store::migrations_of("organizations", embedded::matchday_organizations_schema)};
}

}  // namespace matchday::organizations
