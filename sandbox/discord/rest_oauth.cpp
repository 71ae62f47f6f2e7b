// What OAuth's tokens come from and what they open (reference §1.13): /oauth2/token, /oauth2/@me, and the
// routes of /users/@me that a person's token may use.
#include <algorithm>

#include "sandbox/discord/objects.hpp"
#include "sandbox/discord/routing.hpp"

namespace matchday::sandbox::discord {
namespace {

ApiResponse to_response(login::Answer answer) {
  return {.status = answer.status, .headers = std::move(answer.headers), .body = std::move(answer.body)};
}

ApiResponse exchange(Call& call) {
  return to_response(call.parts.oauth.token(call.request));
}

ApiResponse revoke(Call& call) {
  return to_response(call.parts.oauth.revoke(call.request));
}

ApiResponse get_authorization(Call& call) {
  json::array scopes;
  for (const auto& scope : call.token->scopes) scopes.emplace_back(scope);
  return ok({{"application", application_object(call.state)},
             {"expires", to_rfc3339(call.token->expires_at)},
             {"scopes", std::move(scopes)},
             {"user", user_object(call.state.user(call.token->user))}});
}

ApiResponse get_own_user(Call& call) {
  if (!call.token) return ok(own_user_object(call.state));
  auto user = own_user_object(call.state);
  for (auto& [name, value] : user_object(call.state.user(call.token->user))) user[name] = value;
  return ok(user);
}

// MyGuildResponse.
json::object own_guild(const Call& call, const Guild& guild, UserId user) {
  return {{"id", guild.id.text()},
          {"name", guild.name},
          {"icon", nullptr},
          {"banner", nullptr},
          {"owner", guild.owner == user},
          {"permissions", bits_text(guild_permissions(guild, user, call.state.now))},
          {"features", json::array{}}};
}

ApiResponse get_own_guilds(Call& call) {
  if (call.token && !call.token->scopes.contains("guilds")) return error(50026);
  const auto user = call.token ? call.token->user : call.state.bot;
  constexpr std::int64_t page_max = 200;
  const auto limit = call.asked_number("limit", 1, page_max, page_max);
  if (!limit) return plain_error(400);
  json::array out;
  for (const auto& [id, guild] : call.state.guilds) {
    if (static_cast<std::int64_t>(out.size()) == *limit) break;
    if (guild.members.contains(user)) out.push_back(own_guild(call, guild, user));
  }
  return ok(out);
}

ApiResponse get_own_member(Call& call) {
  if (!call.token->scopes.contains("guilds.members.read")) return error(50026);
  const auto* guild = call.state.guild(call.id<GuildId>("guild_id"));
  if (guild == nullptr || !guild->members.contains(call.token->user)) return error(10004);
  return ok(member_object(call.state, guild->members.at(call.token->user)));
}

constexpr Route routes[] = {
    {"POST", "/oauth2/token", exchange, Credential::client},
    {"POST", "/oauth2/token/revoke", revoke, Credential::client},
    {"GET", "/oauth2/@me", get_authorization, Credential::user},
    {"GET", "/users/@me", get_own_user, Credential::bot_or_user},
    {"GET", "/users/@me/guilds", get_own_guilds, Credential::bot_or_user},
    {"GET", "/users/@me/guilds/{guild_id}/member", get_own_member, Credential::user},
};

}  // namespace

std::span<const Route> oauth_routes() {
  return routes;
}

// ---- The page, which is no part of the REST API.

ApiResponse World::authorize_page(std::string_view query, Time now) {
  tick(now);
  std::optional<OAuth::Agreement> agreed;
  auto answer = parts_->oauth.authorize(query, agreed);
  if (!agreed) return to_response(std::move(answer));
  // The bot is in already: authorizing again changes nothing but the role's permissions, which is not
  // simulated.
  if (agreed->guild && !parts_->state.guilds.at(*agreed->guild).has_bot)
    CHECK(invite_bot(*agreed->guild, agreed->permissions));
  return to_response(parts_->oauth.give_code(query, *agreed));
}

}  // namespace matchday::sandbox::discord
