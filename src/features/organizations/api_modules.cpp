// What an organization has switched on, and which Discord roles have a role here. See api.hpp.
#include "features/organizations/api.hpp"
#include "features/organizations/discord_roles.hpp"

namespace matchday::organizations {

using store::Transaction;
using surfaces::ApiAnswer;
using surfaces::AuditNote;
using surfaces::Body;
using surfaces::Changed;
using surfaces::Permission;

namespace {

constexpr std::size_t mappings_max = 50;

json::object to_json(const surfaces::Module& module, bool active) {
  return {{"name", module.name},
          {"title", module.title},
          {"description", module.description},
          {"active", active}};
}

json::object to_json(const RoleMapping& mapping) {
  return {{"server", mapping.guild.text()},
          {"discord_role", mapping.discord_role.text()},
          {"role", name(mapping.role)}};
}

bool is_everybody(const RoleMapping& mapping) {
  return mapping.discord_role.value == mapping.guild.value;
}

// Owners are made by hand, and everybody of a server is at most a member.
Result<RoleMapping> read_mapping(const surfaces::ApiCall& call) {
  Body body(call.body);
  RoleMapping out;
  const auto guild = GuildId::parse(body.text("server"));
  const auto discord_role = RoleId::parse(body.text("discord_role"));
  auto offered = role_names();
  std::erase(offered, name(Role::owner));
  out.role = role_named(body.choice("role", offered)).value_or(Role::member);
  if (!guild) body.fault("server", "must be an id: a text of digits.");
  if (!discord_role) body.fault("discord_role", "must be an id: a text of digits.");
  if (auto wrong = body.wrong()) return std::unexpected(*wrong);
  out.guild = *guild;
  out.discord_role = *discord_role;
  if (is_everybody(out) && out.role != Role::member)
    return fail_field("role", "can only be member for everybody of a server.");
  return out;
}

}  // namespace

OrganizationsApi::Answer OrganizationsApi::list_modules(Call call) {
  co_return co_await database_.read([this, organization = call.organization](Transaction& tx) {
    json::array items;
    for (const auto& module : organizations_.modules())
      items.push_back(to_json(module, Organizations::has_module(tx, organization, module.name)));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::switch_module(Call call) {
  const auto wanted = call.param("module");
  const auto& all = organizations_.modules();
  const auto module = std::ranges::find(all, wanted, &surfaces::Module::name);
  if (module == all.end()) co_return fail(ErrorKind::not_found, "There is no such module.");
  Body body(call.body);
  const auto active = body.patch_flag("active");
  if (!active.given) body.fault("active", "is missing: true or false.");
  if (auto wrong = body.wrong()) co_return std::unexpected(*wrong);
  co_return co_await changes_.make(
      call, [this, call, module = *module, active = *active.value](Transaction& tx) -> Result<Changed> {
        organizations_.switch_module(tx, call.organization, module.name, active, call.actor(), call.now);
        return Changed{.answer = {.body = to_json(module, active)}};
      });
}

OrganizationsApi::Answer OrganizationsApi::list_mappings(Call call) {
  co_return co_await database_.read([organization = call.organization](Transaction& tx) {
    json::array items;
    for (const auto& mapping : mappings_of(tx, organization)) items.push_back(to_json(mapping));
    return ApiAnswer{.body = {{"items", std::move(items)}}};
  });
}

OrganizationsApi::Answer OrganizationsApi::put_mapping(Call call) {
  const auto mapping = read_mapping(call);
  if (!mapping) co_return std::unexpected(mapping.error());
  co_return co_await changes_.make(
      call, [this, call, mapping = *mapping](Transaction& tx) -> Result<Changed> {
        const auto servers = Organizations::guilds_of(tx, call.organization);
        if (std::ranges::find(servers, mapping.guild, &LinkedGuild::id) == servers.end())
          return fail_field("server", "is not connected to this organization.");
        if (!may_give(tx, call, mapping.role)) return not_yours_to_give();
        const auto known = mappings_of(tx, call.organization);
        const auto before = std::ranges::find(known, mapping.discord_role, &RoleMapping::discord_role);
        if (before == known.end() && known.size() >= mappings_max)
          return fail(ErrorKind::conflict, "50 Discord roles are mapped already. Remove one first.");
        organizations::put_mapping(tx, call.organization, mapping);
        organizations_.ask_everybody(tx, call.organization, call.now);
        return Changed{.answer = {.body = to_json(mapping)},
                       .note = AuditNote{.action = "role_mapping.changed",
                                         .subject = mapping.discord_role.text(),
                                         .before = before == known.end() ? json::value(nullptr)
                                                                         : json::value(to_json(*before)),
                                         .after = to_json(mapping)}};
      });
}

OrganizationsApi::Answer OrganizationsApi::remove_mapping(Call call) {
  const auto discord_role = RoleId::parse(call.param("role"));
  co_return co_await changes_.make(call, [this, call, discord_role](Transaction& tx) -> Result<Changed> {
    if (!discord_role || !organizations::remove_mapping(tx, call.organization, *discord_role))
      return fail(ErrorKind::not_found, "This Discord role is not mapped.");
    organizations_.ask_everybody(tx, call.organization, call.now);
    return Changed{.answer = {.status = 204},
                   .note = AuditNote{.action = "role_mapping.removed", .subject = discord_role->text()}};
  });
}

std::vector<surfaces::ApiRoute> OrganizationsApi::module_routes() {
  const std::string base = "/api/organizations/{organization}/";
  const auto read = surfaces::with_permission(Permission::organization_read);
  const auto manage = surfaces::with_permission(Permission::organization_manage);
  const auto members = surfaces::with_permission(Permission::members_manage);
  return {
      {"GET", base + "modules", read, [this](Call call) { return list_modules(std::move(call)); }},
      {"PATCH", base + "modules/{module}", manage,
       [this](Call call) { return switch_module(std::move(call)); }},
      {"GET", base + "role-mappings", members, [this](Call call) { return list_mappings(std::move(call)); }},
      {"PUT", base + "role-mappings", members, [this](Call call) { return put_mapping(std::move(call)); }},
      {"DELETE", base + "role-mappings/{role}", members,
       [this](Call call) { return remove_mapping(std::move(call)); }}};
}

}  // namespace matchday::organizations
