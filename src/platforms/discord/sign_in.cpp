// See sign_in.hpp.
#include "platforms/discord/sign_in.hpp"

#include "platforms/discord/user_agent.hpp"

namespace matchday::discord {
namespace {

std::unexpected<Error> unreadable() {
  return fail(ErrorKind::unavailable, "Discord answered in a form that Matchday does not know.");
}

}  // namespace

SignIn::SignIn(net::HttpClient& http, Clock& clock, SignInOptions options)
    : http_(http), clock_(clock), options_(std::move(options)) {
  options_.application.token_url = options_.api_url + "/oauth2/token";
  options_.application.user_agent = user_agent;
}

std::string SignIn::authorize_url(std::string_view state) const {
  return net::with_query(options_.authorize_url, {{"client_id", options_.application.client_id},
                                                  {"redirect_uri", options_.application.redirect_uri},
                                                  {"response_type", "code"},
                                                  {"scope", "identify guilds"},
                                                  {"prompt", "none"},
                                                  {"state", state}});
}

std::string SignIn::invite_url(std::string_view state, GuildId guild, Permissions permissions) const {
  const auto guild_id = guild.text();
  const auto decimal = to_decimal(permissions);
  return net::with_query(options_.authorize_url, {{"client_id", options_.application.client_id},
                                                  {"redirect_uri", options_.application.redirect_uri},
                                                  {"response_type", "code"},
                                                  {"scope", "identify guilds bot applications.commands"},
                                                  {"permissions", decimal},
                                                  {"guild_id", guild_id},
                                                  {"disable_guild_select", "true"},
                                                  {"state", state}});
}

Task<Result<SignIn::Grant>> SignIn::exchange(Secret<std::string> code) {
  auto grant = co_await net::exchange_code(http_, options_.application, std::move(code), {});
  if (!grant) co_return std::unexpected(grant.error());
  co_return Grant{.token = std::move(grant->token),
                  .invited_to = Fields(grant->rest).object("guild").id<GuildId>("id")};
}

Task<Result<Identity>> SignIn::who(Secret<std::string> token) {
  const auto answer = co_await net::get_with_token(http_, clock_, options_.random, options_.application,
                                                   options_.api_url + "/users/@me", std::move(token));
  if (!answer) co_return std::unexpected(answer.error());
  const Fields fields(*answer);
  const auto id = fields.id<UserId>("id");
  if (!id) co_return unreadable();
  auto name = fields.string_or("global_name", "");
  if (name.empty()) name = fields.string_or("username", id->text());
  co_return Identity{.id = *id, .name = std::move(name), .avatar = fields.string_or("avatar", "")};
}

Task<Result<std::vector<OwnGuild>>> SignIn::guilds(Secret<std::string> token) {
  const auto answer = co_await net::get_with_token(http_, clock_, options_.random, options_.application,
                                                   options_.api_url + "/users/@me/guilds", std::move(token));
  if (!answer) co_return std::unexpected(answer.error());
  const auto* list = answer->if_array();
  if (list == nullptr) co_return unreadable();
  std::vector<OwnGuild> out;
  for (const auto& entry : *list) {
    const Fields fields(entry);
    const auto id = fields.id<GuildId>("id");
    if (!id) co_return unreadable();
    out.push_back({.id = *id,
                   .name = fields.string_or("name", ""),
                   .icon = fields.string_or("icon", ""),
                   .owner = fields.boolean("owner").value_or(false),
                   .permissions = parse_permissions(fields.string_or("permissions", "0"))});
  }
  co_return out;
}

}  // namespace matchday::discord
