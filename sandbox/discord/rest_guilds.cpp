// Guilds, roles and the audit log over REST (reference §1.9, §1.12).
#include <algorithm>

#include "sandbox/discord/objects.hpp"
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {
namespace {

ApiResponse get_guild(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  auto wire = guild_object(call.state, **guild);
  if (call.asked_flag("with_counts")) {
    wire["approximate_member_count"] = (*guild)->members.size();
    wire["approximate_presence_count"] = (*guild)->members.size();
  }
  return ok(wire);
}

ApiResponse list_roles(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  json::array roles;
  for (const auto& [id, role] : (*guild)->roles) roles.push_back(role_object(role));
  return ok(roles);
}

void read_role(Form& form, Role& role) {
  if (form.has("name")) role.name = form.text("name", {.max = 100}).value_or("new role");
  if (const auto bits = form.permission_bits("permissions")) role.permissions = *bits;
  if (const auto color = form.integer("color", {.min = 0, .max = 0xFFFFFF})) role.color = *color;
  if (auto colors = form.object("colors")) {
    if (const auto color = colors->integer("primary_color", {.min = 0, .max = 0xFFFFFF})) role.color = *color;
  }
  if (const auto hoist = form.boolean("hoist")) role.hoist = *hoist;
  if (const auto mentionable = form.boolean("mentionable")) role.mentionable = *mentionable;
}

// A role can't be given more than the bot has itself.
Refusal check_role_bits(const Call& call, const Guild& guild, Permissions before, Permissions after) {
  const auto own = guild_permissions(guild, call.state.bot, call.state.now);
  if (((before ^ after) & ~own) != 0) return error(50013);
  return std::nullopt;
}

ApiResponse create(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  if (auto refusal = require(call, **guild, permission::manage_roles)) return *refusal;
  Form form(call.body);
  Role draft{.name = "new role",
             .permissions = (*guild)->roles.at(RoleId{(*guild)->id.value}).permissions,
             .position = 1};
  read_role(form, draft);
  if (auto refusal = form.refusal()) return *refusal;
  if (auto refusal = check_role_bits(call, **guild, 0, form.is_set("permissions") ? draft.permissions : 0)) {
    return *refusal;
  }
  if ((*guild)->roles.size() >= static_cast<std::size_t>(call.state.rules.roles_max)) return error(30005);
  if (auto refusal = call.parts.limits.role_create(**guild)) return *refusal;
  return ok(role_object(create_role(call.parts, **guild, std::move(draft), call.actor)));
}

// The role that the path names, if it is below the bot's highest.
std::expected<Role*, ApiResponse> manageable_role(Call& call, Guild& guild) {
  if (auto refusal = require(call, guild, permission::manage_roles)) return std::unexpected(*refusal);
  const auto found = guild.roles.find(call.id<RoleId>("role_id"));
  if (found == guild.roles.end()) return std::unexpected(error(10011));
  const bool below =
      guild.owner == call.state.bot || ranks_above(highest_role(guild, call.state.bot), found->second);
  if (!below) return std::unexpected(error(50013));
  return &found->second;
}

ApiResponse edit(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto role = manageable_role(call, **guild);
  if (!role) return role.error();
  Form form(call.body);
  Role after = **role;
  read_role(form, after);
  if (auto refusal = form.refusal()) return *refusal;
  if (auto refusal = check_role_bits(call, **guild, (*role)->permissions, after.permissions)) return *refusal;
  update_role(call.parts, **guild, after, call.actor);
  return ok(role_object(**role));
}

ApiResponse remove(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  const auto role = manageable_role(call, **guild);
  if (!role) return role.error();
  if ((*role)->managed || (*role)->id.value == (*guild)->id.value) return error(50028);
  remove_role(call.parts, **guild, (*role)->id, call.actor);
  return no_content();
}

struct AuditQuery {
  std::optional<UserId> user;
  std::optional<std::int64_t> action;
  std::uint64_t before = UINT64_MAX;
  std::uint64_t after = 0;
};

bool matches(const AuditQuery& query, const AuditEntry& entry, Time now) {
  return entry.visible_at <= now && (!query.user || entry.user == query.user) &&
         (!query.action || entry.action == *query.action) && entry.id.value < query.before &&
         entry.id.value > query.after;
}

ApiResponse list_audit_log(Call& call) {
  const auto guild = guild_in(call);
  if (!guild) return guild.error();
  if (auto refusal = require(call, **guild, permission::view_audit_log)) return *refusal;
  const auto limit = call.asked_number("limit", 1, 100, 50);
  if (!limit)
    return invalid_form(
        {{"limit", {{"_errors", {{{"code", "NUMBER_TYPE_MAX"}, {"message", "1 to 100."}}}}}}});
  AuditQuery query;
  if (const auto user = call.asked("user_id")) query.user = UserId{parse_decimal(*user).value_or(0)};
  if (const auto action = call.asked("action_type"))
    query.action = static_cast<std::int64_t>(parse_decimal(*action).value_or(0));
  if (const auto before = call.asked("before")) query.before = parse_decimal(*before).value_or(0);
  const auto after = call.asked("after");
  if (after) query.after = parse_decimal(*after).value_or(0);

  std::vector<const AuditEntry*> found;
  for (const auto& entry : (*guild)->audit_log) {
    if (matches(query, entry, call.state.now)) found.push_back(&entry);
  }
  // Newest first, except that `after` walks forward.
  if (!after) std::ranges::reverse(found);
  if (found.size() > static_cast<std::size_t>(*limit)) found.resize(static_cast<std::size_t>(*limit));
  json::array entries;
  std::set<UserId> people;
  for (const auto* entry : found) {
    entries.push_back(audit_entry_object(*entry));
    if (entry->user) people.insert(*entry->user);
  }
  json::array users;
  for (const UserId user : people) users.push_back(user_object(call.state.user(user)));
  return ok({{"audit_log_entries", std::move(entries)},
             {"users", std::move(users)},
             {"integrations", json::array()},
             {"webhooks", json::array()},
             {"guild_scheduled_events", json::array()},
             {"threads", json::array()},
             {"application_commands", json::array()},
             {"auto_moderation_rules", json::array()}});
}

constexpr Route routes[] = {
    {"GET", "/guilds/{guild_id}", get_guild},
    {"GET", "/guilds/{guild_id}/roles", list_roles},
    {"POST", "/guilds/{guild_id}/roles", create},
    {"PATCH", "/guilds/{guild_id}/roles/{role_id}", edit},
    {"DELETE", "/guilds/{guild_id}/roles/{role_id}", remove},
    {"GET", "/guilds/{guild_id}/audit-logs", list_audit_log},
};

}  // namespace

std::span<const Route> guild_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
