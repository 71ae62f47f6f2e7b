// See organizations.hpp.
#include "features/organizations/organizations.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "effects/ledger.hpp"
#include "embedded/matchday_organizations_schema.hpp"
#include "features/organizations/api.hpp"
#include "features/organizations/members.hpp"
#include "features/organizations/person.hpp"
#include "features/organizations/quotas.hpp"

namespace matchday::organizations {

using store::Transaction;

Organizations::Organizations(Clock& clock, store::Database& database, jobs::Queue& queue, IdSource& ids,
                             Secret<std::string> key, Creation creation, bool public_pages)
    : clock_(clock),
      database_(database),
      queue_(queue),
      ids_(ids),
      changes_(database, ids),
      key_(std::move(key)),
      api_(std::make_unique<OrganizationsApi>(clock, database, ids, *this, creation, public_pages)) {}
Organizations::~Organizations() = default;

std::string Organizations::digest_of(std::string_view secret, std::string_view purpose) const {
  return crypto::to_hex(crypto::hmac_sha256(key_.reveal(), fmt::format("{}|{}", purpose, secret)));
}

Task<Result<OrganizationId>> Organizations::ensure(Configured configured) {
  std::optional<std::string> digest;
  if (!configured.webhook_secret.empty()) digest = digest_of(configured.webhook_secret.reveal(), "faceit");
  known_ = {};
  auto made = co_await database_.transact([this, configured, digest,
                                           now = clock_.now()](Transaction& tx) -> Result<OrganizationId> {
    const auto id =
        tx.run(
              "insert into organizations (id, slug, name, alert_channel_id, created_at_ms)"
              " values (:id, :slug, :name, :alerts, :now)"
              " on conflict (slug) do update set"
              "   name = case when :named = 1 then excluded.name else organizations.name end,"
              "   alert_channel_id = case when excluded.alert_channel_id is null"
              "     and organizations.alert_channel_by_hand = 1 then organizations.alert_channel_id"
              "     else excluded.alert_channel_id end returning id",
              {{"id", ids_.next<OrganizationId>()},
               {"slug", configured.slug},
               {"name", configured.name.empty() ? "Main" : configured.name},
               {"named", !configured.name.empty()},
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
    // One that an organizer made stands until the configuration names one.
    tx.run(
        "delete from webhook_secrets where organization_id = :id and purpose = 'faceit'"
        " and (by_hand = 0 or :configured = 1)",
        {{"id", id}, {"configured", digest.has_value()}});
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
  if (made && digest) secret_from_configuration_ = *made;
  co_return made;
}

Organizations::Known& Organizations::known() {
  constexpr Duration trusted_for = 30s;
  const auto now = clock_.steady();
  if (now - known_.since > trusted_for) known_ = {.since = now};
  return known_;
}

Task<Result<std::set<std::string>>> Organizations::modules_off(OrganizationId organization) {
  if (const auto& all = known().off; all.contains(organization)) co_return all.at(organization);
  auto found = co_await database_.read([organization](Transaction& tx) {
    std::set<std::string> out;
    for (const auto& row : tx.run("select module from organization_modules"
                                  " where organization_id = :organization and active = 0",
                                  {{"organization", organization}}))
      out.insert(row.get<std::string>("module"));
    return out;
  });
  if (found) known_.off[organization] = *found;
  co_return found;
}

bool Organizations::has_module(Transaction& tx, OrganizationId organization, std::string_view module) {
  return tx
      .run(
          "select 1 from organization_modules where organization_id = :organization"
          " and module = :module and active = 0",
          {{"organization", organization}, {"module", module}})
      .empty();
}

bool Organizations::switch_module(Transaction& tx, OrganizationId organization, std::string_view module,
                                  bool active, const surfaces::Actor& actor, Time now) {
  if (has_module(tx, organization, module) == active) return false;
  tx.run(
      "insert into organization_modules (organization_id, module, active)"
      " values (:organization, :module, :active)"
      " on conflict (organization_id, module) do update set active = excluded.active",
      {{"organization", organization}, {"module", module}, {"active", active}});
  record(tx, ids_, organization, actor,
         {.action = "module.switched",
          .subject = std::string(module),
          .before = {{"active", !active}},
          .after = {{"active", active}}},
         now);
  // Its commands come or go.
  for (const auto& guild : guilds_of(tx, organization))
    queue_.publish(tx, organization, server_linked_topic, guild.id.text(), now);
  tx.after_commit([this, organization] { known_.off.erase(organization); });
  return true;
}

void Organizations::know(const std::vector<surfaces::Feature>& features) {
  for (const auto& feature : features) {
    if (feature.module) modules_.push_back(*feature.module);
    if (feature.examine) examinations_.push_back(feature.examine);
  }
}

Task<Result<std::optional<OrganizationId>>> Organizations::organization_of(GuildId guild) {
  if (const auto& all = known().by_guild; all.contains(guild)) co_return std::optional(all.at(guild));
  auto found = co_await database_.read([guild](Transaction& tx) -> std::optional<OrganizationId> {
    const auto rows =
        tx.run("select organization_id from guilds where guild_id = :guild", {{"guild", guild}});
    return rows.empty() ? std::nullopt : std::optional(rows.front().get<OrganizationId>("organization_id"));
  });
  if (found && *found) known_.by_guild[guild] = **found;
  co_return found;
}

Task<Result<std::optional<OrganizationId>>> Organizations::organization_by_webhook_secret(
    std::string secret, std::string purpose) {
  const auto digest = digest_of(secret, purpose);
  if (const auto& all = known().by_digest; all.contains(digest)) co_return std::optional(all.at(digest));
  auto found = co_await database_.read([digest, purpose](Transaction& tx) -> std::optional<OrganizationId> {
    const auto rows =
        tx.run("select organization_id from webhook_secrets where digest = :digest and purpose = :purpose",
               {{"digest", digest}, {"purpose", purpose}});
    return rows.empty() ? std::nullopt : std::optional(rows.front().get<OrganizationId>("organization_id"));
  });
  if (found && *found) known_.by_digest[digest] = **found;
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
                      .created_at = row.get<Time>("created_at_ms"),
                      .alert_channel = row.get<std::optional<ChannelId>>("alert_channel_id"),
                      .description = row.get<std::string>("description"),
                      .version = row.get<std::int64_t>("version"),
                      .is_public = row.get<bool>("is_public"),
                      .discord_invite = row.get<std::string>("discord_invite")};
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

Result<> Organizations::has_room(Transaction& tx, OrganizationId id, Quota quota, std::int64_t present) {
  return check_quota(tx, id, quota, present);
}

Result<Secret<std::string>> Organizations::make_webhook_secret(Transaction& tx, OrganizationId id,
                                                               std::string_view purpose, Time now) {
  constexpr std::size_t secret_bytes = 32;
  if (secret_from_configuration_ == id)
    return fail(ErrorKind::conflict,
                "The server's configuration sets this webhook secret: change it there (WEBHOOK_SECRET).");
  Secret<std::string> secret(crypto::to_base64url(crypto::random_bytes(secret_bytes)));
  tx.run("delete from webhook_secrets where organization_id = :id and purpose = :purpose",
         {{"id", id}, {"purpose", purpose}});
  tx.run(
      "insert into webhook_secrets (digest, organization_id, purpose, created_at_ms, by_hand)"
      " values (:digest, :id, :purpose, :now, 1)",
      {{"digest", digest_of(secret.reveal(), purpose)}, {"id", id}, {"purpose", purpose}, {"now", now}});
  tx.after_commit([this] { known_ = {}; });  // the one before must not live on in memory
  return secret;
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
                   .linked_at = row.get<Time>("linked_at_ms"),
                   .bot_left_at = row.get<std::optional<Time>>("bot_left_at_ms")});
  }
  return out;
}

std::vector<UserId> Organizations::members_after(Transaction& tx, OrganizationId id, UserId after,
                                                 int limit) {
  std::vector<UserId> out;
  for (const auto& member : list_members(tx, id, after, limit)) out.push_back(member.user);
  return out;
}

bool Organizations::has_member(Transaction& tx, OrganizationId id, UserId user) {
  return find_member(tx, id, user).has_value();
}

// ---- Discord servers.

Task<Result<>> Organizations::link_guild(OrganizationId organization, discord::OwnGuild guild,
                                         surfaces::Actor actor) {
  auto linked = co_await database_.transact([this, organization, guild, actor,
                                             now = clock_.now()](Transaction& tx) -> Result<> {
    const auto before =
        tx.run("select organization_id from guilds where guild_id = :guild", {{"guild", guild.id}});
    if (!before.empty() && before.front().get<OrganizationId>("organization_id") != organization)
      return fail(ErrorKind::conflict, "That Discord server belongs to another organization already.");
    if (before.empty()) {
      auto room = check_quota(tx, organization, Quota::servers, count_servers(tx, organization));
      if (!room) return room;
    }
    tx.run(
        "insert into guilds (guild_id, organization_id, linked_at_ms, name, linked_by)"
        " values (:guild, :organization, :now, :name, :by)"
        " on conflict (guild_id) do update set name = excluded.name, bot_left_at_ms = null",
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
  if (linked) known_.by_guild[guild.id] = organization;
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
  if (unlinked) known_.by_guild.erase(guild);
  co_return unlinked;
}

Result<Organization> Organizations::find_public(Transaction& tx, std::string_view slug) {
  const auto rows =
      tx.run("select id from organizations where slug = :slug and is_public = 1", {{"slug", slug}});
  auto known = rows.empty() ? std::nullopt : find(tx, rows.front().get<OrganizationId>("id"));
  if (!known) return fail(ErrorKind::not_found, "There is no such community, or it has no public page.");
  return std::move(*known);
}

Task<Result<>> Organizations::note_bot(GuildId guild, bool present) {
  // Told of every guild that the bot is in, at every start: only what changes is written.
  auto known = co_await database_.read([guild](Transaction& tx) -> std::optional<bool> {
    const auto rows = tx.run("select bot_left_at_ms from guilds where guild_id = :guild", {{"guild", guild}});
    if (rows.empty()) return std::nullopt;
    return !rows.front().get<std::optional<Time>>("bot_left_at_ms");
  });
  if (!known) co_return std::unexpected(known.error());
  if (!*known || **known == present) co_return Result<>{};
  co_return co_await database_.transact([this, guild, present,
                                         now = clock_.now()](Transaction& tx) -> Result<> {
    const auto rows = tx.run(
        "update guilds set bot_left_at_ms = :left where guild_id = :guild returning organization_id, name",
        {{"left", present ? std::nullopt : std::optional(now)}, {"guild", guild}});
    if (rows.empty()) return {};
    const auto whose = rows.front().get<OrganizationId>("organization_id");
    tx.after_commit([this, whose] { queue_.tell_changed(whose, "organizations.server"); });
    surfaces::record(tx, ids_, whose, {.name = "Matchday", .via = "server"},
                     {.action = present ? "server.bot_came" : "server.bot_left",
                      .subject = guild.text(),
                      .after = {{"name", rows.front().get<std::string>("name")}}},
                     now);
    return {};
  });
}

surfaces::Feature Organizations::feature() {
  using jobs::Job;
  return {
      .name = "organizations",
      .migrations = store::migrations_of("organizations", embedded::matchday_organizations_schema),
      .commands = {setup_command()},
      .components = setup_components(),
      .api = api_->routes(),
      .jobs = {{std::string(refresh_rights_job), [this](Job job) { return refresh_rights(std::move(job)); }},
               {std::string(refresh_everybody_job),
                [this](Job job) { return refresh_everybody(std::move(job)); }}},
      .retention = {{.table = "organization_requests",
                     .time_column = "requested_at_ms",
                     .kept = std::chrono::days(365),
                     .condition = "status <> 'pending'"}},
      .examine = [this](OrganizationId organization) { return examine(organization); },
      .export_person = export_person,
      .erase_person = [this](Transaction& tx, UserId user,
                             Time now) { return erase_person(tx, ids_, user, now); }};
}

}  // namespace matchday::organizations
