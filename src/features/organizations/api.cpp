// See api.hpp.
#include "features/organizations/api.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/number.hpp"
#include "features/organizations/members.hpp"

namespace matchday::organizations {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;
using surfaces::Permission;

namespace {

constexpr std::size_t slug_max = 40;
constexpr int organizations_shown = 500;

json::object to_json(const Organization& organization) {
  return {{"id", organization.id.text()},
          {"slug", organization.slug},
          {"name", organization.name},
          {"description", organization.description},
          {"alert_channel", surfaces::or_null(organization.alert_channel)},
          {"is_public", organization.is_public},
          {"discord_invite", surfaces::null_if_empty(organization.discord_invite)}};
}

// Discord's own addresses of invitations, and no other site's.
bool is_discord_invite(std::string_view address) {
  for (const std::string_view base : {"https://discord.gg/", "https://discord.com/invite/"}) {
    if (address.starts_with(base) && address.size() > base.size())
      return std::ranges::all_of(address.substr(base.size()), [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
      });
  }
  return false;
}

struct OrganizationPatch {
  surfaces::Patch<std::string> name;
  surfaces::Patch<std::string> description;
  surfaces::Patch<ChannelId> alert_channel;
  surfaces::Patch<bool> is_public;
  surfaces::Patch<std::string> discord_invite;

  Organization apply_to(Organization stored) const {
    name.apply_to(stored.name);
    if (description.given) stored.description = description.value.value_or("");
    alert_channel.apply_to(stored.alert_channel);
    is_public.apply_to(stored.is_public);
    if (discord_invite.given) stored.discord_invite = discord_invite.value.value_or("");
    return stored;
  }
};

Result<OrganizationPatch> read_patch(const json::value& given) {
  constexpr std::size_t invite_max = 100;
  Body body(given);
  OrganizationPatch out{.name = body.patch_text("name", name_limits),
                        .description = body.patch_text("description", description_limits, true),
                        .alert_channel = body.patch_id<ChannelId>("alert_channel"),
                        .is_public = body.patch_flag("is_public"),
                        .discord_invite = body.patch_text("discord_invite", {.max = invite_max}, true)};
  if (out.discord_invite.value && !is_discord_invite(*out.discord_invite.value))
    body.fault("discord_invite", "must be an invitation of Discord: https://discord.gg/…");
  if (auto wrong = body.wrong()) return std::unexpected(*wrong);
  return out;
}

void store_organization(Transaction& tx, const Organization& organization) {
  tx.run(
      "update organizations set name = :name, description = :description, version = :version,"
      " alert_channel_by_hand = case when coalesce(alert_channel_id, '') = coalesce(:alerts, '')"
      "   then alert_channel_by_hand else 1 end,"
      " alert_channel_id = :alerts, is_public = :public, discord_invite = :invite where id = :id",
      {{"name", organization.name},
       {"description", organization.description},
       {"version", organization.version},
       {"alerts", organization.alert_channel},
       {"public", organization.is_public},
       {"invite", organization.discord_invite},
       {"id", organization.id}});
}

json::object to_json(const surfaces::AuditEntry& entry) {
  return {{"id", entry.id.text()},
          {"at", to_rfc3339(entry.at)},
          {"actor",
           {{"id", entry.actor.user ? json::value(entry.actor.user.text()) : json::value(nullptr)},
            {"name", entry.actor.name},
            {"via", entry.actor.via},
            {"address", entry.actor.address}}},
          {"action", entry.note.action},
          {"subject", entry.note.subject},
          {"before", entry.note.before},
          {"after", entry.note.after}};
}

std::unexpected<Error> no_such_organization() {
  return fail(ErrorKind::not_found, "There is no such organization.");
}

}  // namespace

std::string slug_of(std::string_view name) {
  std::string out;
  for (const char c : name) {
    const bool digit = c >= '0' && c <= '9';
    const bool lower = c >= 'a' && c <= 'z';
    const bool upper = c >= 'A' && c <= 'Z';
    if (digit || lower || upper)
      out += upper ? static_cast<char>(c - 'A' + 'a') : c;
    else if (!out.empty() && out.back() != '-')
      out += '-';
    if (out.size() >= slug_max) break;
  }
  while (out.ends_with('-')) out.pop_back();
  return out.empty() ? "organization" : out;
}

Organization found(Transaction& tx, IdSource& ids, const std::string& name, const std::string& description,
                   UserId owner, const std::string& owner_name, Time now) {
  Organization made{
      .id = ids.next<OrganizationId>(), .slug = slug_of(name), .name = name, .description = description};
  if (!tx.run("select 1 from organizations where slug = :slug", {{"slug", made.slug}}).empty())
    made.slug += fmt::format("-{}", crypto::to_hex(crypto::sha256(made.id.text())).substr(0, 6));
  tx.run(
      "insert into organizations (id, slug, name, description, created_at_ms)"
      " values (:id, :slug, :name, :description, :now)",
      {{"id", made.id},
       {"slug", made.slug},
       {"name", made.name},
       {"description", made.description},
       {"now", now}});
  put_member(tx, {.organization = made.id,
                  .user = owner,
                  .name = owner_name,
                  .role = Role::owner,
                  .source = "founder",
                  .joined_at = now});
  return made;
}

OrganizationsApi::OrganizationsApi(Clock& clock, store::Database& database, IdSource& ids,
                                   Organizations& organizations, Creation creation, bool public_pages)
    : clock_(clock),
      database_(database),
      ids_(ids),
      organizations_(organizations),
      changes_(database, ids),
      creation_(creation),
      public_pages_(public_pages) {}

// Those to which the caller belongs, with what they may do there; an operator sees all.
OrganizationsApi::Answer OrganizationsApi::list(Call call) {
  co_return co_await database_.read([caller = call.caller](Transaction& tx) {
    json::array items;
    const auto add = [&](OrganizationId id, std::string_view role, surfaces::PermissionSet permissions) {
      if (caller.only_in && caller.only_in != id) return;
      const auto known = Organizations::find(tx, id);
      if (!known) return;
      auto entry = to_json(*known);
      entry["role"] = surfaces::null_if_empty(role);
      json::array names;
      for (const auto permission : (permissions & caller.scopes).names()) names.emplace_back(permission);
      entry["permissions"] = std::move(names);
      items.push_back(std::move(entry));
    };
    std::set<OrganizationId> own;
    for (const auto& member : memberships_of(tx, caller.user)) {
      own.insert(member.organization);
      add(member.organization, name(member.role),
          caller.is_operator ? surfaces::PermissionSet::all() : permissions_of(member.role));
    }
    if (caller.is_operator) {
      for (const auto id : Organizations::all(tx)) {
        if (!own.contains(id) && static_cast<int>(items.size()) < organizations_shown)
          add(id, "", surfaces::PermissionSet::all());
      }
    }
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::create(Call call) {
  if (creation_ != Creation::anybody && !call.caller.is_operator)
    co_return fail(ErrorKind::forbidden,
                   creation_ == Creation::requests
                       ? "On this server an operator decides about new organizations: ask for one."
                       : "On this server only operators make organizations.");
  Body body(call.body);
  const auto name = body.text("name", name_limits);
  const auto description = body.patch_text("description", description_limits).value.value_or("");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  co_return co_await changes_.make(call, [this, call, name, description](Transaction& tx) -> Result<Changed> {
    const auto made = found(tx, ids_, name, description, call.caller.user, call.caller.name, call.now);
    return Changed{.answer = {.status = 201, .body = to_json(made), .version = made.version},
                   .note = AuditNote{
                       .action = "organization.created", .subject = made.id.text(), .after = to_json(made)}};
  });
}

OrganizationsApi::Answer OrganizationsApi::show(Call call) {
  co_return co_await database_.read([organization = call.organization](Transaction& tx) -> Result<ApiAnswer> {
    const auto known = Organizations::find(tx, organization);
    if (!known) return no_such_organization();
    return ApiAnswer{.body = to_json(*known), .version = known->version};
  });
}

OrganizationsApi::Answer OrganizationsApi::change(Call call) {
  auto patch = read_patch(call.body);
  if (!patch) co_return std::unexpected(patch.error());
  co_return co_await changes_.make(call, [call, patch = *patch](Transaction& tx) -> Result<Changed> {
    const auto before = Organizations::find(tx, call.organization);
    if (!before) return no_such_organization();
    if (auto current = call.expect_version(before->version); !current)
      return std::unexpected(current.error());
    auto after = patch.apply_to(*before);
    if (to_json(after) == to_json(*before))
      return Changed{.answer = {.body = to_json(after), .version = after.version}};
    ++after.version;
    store_organization(tx, after);
    return Changed{.answer = {.body = to_json(after), .version = after.version},
                   .note = AuditNote{.action = "organization.changed",
                                     .subject = after.id.text(),
                                     .before = to_json(*before),
                                     .after = to_json(after)}};
  });
}

OrganizationsApi::Answer OrganizationsApi::audit(Call call) {
  const auto paging = surfaces::read_paging<surfaces::AuditId>(call);
  if (!paging) co_return std::unexpected(paging.error());
  co_return co_await database_.read([organization = call.organization, paging = *paging](Transaction& tx) {
    const auto entries = read_audit(tx, organization, paging.cursor, paging.limit);
    return ApiAnswer{.body = surfaces::to_page(
                         entries, paging.limit,
                         [](const surfaces::AuditEntry& entry) { return to_json(entry); },
                         [](const surfaces::AuditEntry& entry) { return entry.id; })};
  });
}

OrganizationsApi::Answer OrganizationsApi::list_servers(Call call) {
  co_return co_await database_.read([organization = call.organization](Transaction& tx) {
    json::array items;
    for (const auto& guild : Organizations::guilds_of(tx, organization)) {
      items.push_back({{"id", guild.id.text()},
                       {"name", guild.name},
                       {"linked_at", to_rfc3339(guild.linked_at)},
                       {"linked_by", surfaces::or_null(guild.linked_by)},
                       {"bot_left_at", surfaces::or_null(guild.bot_left_at)}});
    }
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::remove_server(Call call) {
  const auto guild = GuildId::parse(call.param("server"));
  if (!guild) co_return fail(ErrorKind::not_found, "That Discord server is not connected here.");
  co_return co_await organizations_.unlink_guild(std::move(call), *guild);
}

std::vector<surfaces::ApiRoute> OrganizationsApi::own_routes() {
  const auto read = surfaces::with_permission(Permission::organization_read);
  const auto manage = surfaces::with_permission(Permission::organization_manage);
  return {
      {"GET", "/api/organizations", surfaces::signed_in, [this](Call call) { return list(std::move(call)); }},
      {"POST", "/api/organizations", surfaces::person, [this](Call call) { return create(std::move(call)); }},
      {"GET", "/api/organizations/{organization}", read, [this](Call call) { return show(std::move(call)); }},
      {"PATCH", "/api/organizations/{organization}", manage,
       [this](Call call) { return change(std::move(call)); }, true},
      {"GET", "/api/organizations/{organization}/audit", surfaces::with_permission(Permission::audit_read),
       [this](Call call) { return audit(std::move(call)); }},
      {"GET", "/api/organizations/{organization}/servers", read,
       [this](Call call) { return list_servers(std::move(call)); }},
      {"DELETE", "/api/organizations/{organization}/servers/{server}", manage,
       [this](Call call) { return remove_server(std::move(call)); }}};
}

std::vector<surfaces::ApiRoute> OrganizationsApi::routes() {
  auto all = own_routes();
  std::ranges::move(member_routes(), std::back_inserter(all));
  std::ranges::move(request_routes(), std::back_inserter(all));
  std::ranges::move(module_routes(), std::back_inserter(all));
  std::ranges::move(admin_routes(), std::back_inserter(all));
  return all;
}

}  // namespace matchday::organizations
