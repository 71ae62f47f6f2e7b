// See oauth.hpp.
#include "sandbox/discord/oauth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/discord/form.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {

using login::field;

namespace {

constexpr std::string_view refused_title = "Discord cannot authorize this";
constexpr std::size_t secret_digits = 30;

std::set<std::string> scopes_of(std::string_view text) {
  std::set<std::string> out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string joined(const std::set<std::string>& scopes) {
  std::string out;
  for (const auto& scope : scopes) out += (out.empty() ? "" : " ") + scope;
  return out;
}

login::Form with(login::Form form, std::string name, std::string value) {
  form[std::move(name)] = std::move(value);
  return form;
}

login::Answer back(const login::Form& asked, login::Form fields) {
  if (asked.contains("state")) fields["state"] = field(asked, "state");
  return login::redirect(field(asked, "redirect_uri"), fields);
}

bool may_invite(const Guild& guild, UserId user, Time now) {
  return guild.members.contains(user) &&
         (guild_permissions(guild, user, now) & permission::manage_guild) != 0;
}

}  // namespace

// Who cannot be sent back is told here; every other refusal goes to the application (RFC 6749 §4.1.2.1).
login::Answer OAuth::authorize(std::string_view query, std::optional<Agreement>& agreed) const {
  const auto asked = login::read_form(query);
  if (field(asked, "client_id") != state_.application.text())
    return login::refused_page(refused_title, "Unknown Application");
  const auto& saved = state_.rules.redirect_uris;
  if (std::ranges::find(saved, field(asked, "redirect_uri")) == saved.end())
    return login::refused_page(refused_title, "Invalid OAuth2 redirect_uri");
  if (field(asked, "response_type") != "code")
    return back(asked, {{"error", "unsupported_response_type"},
                        {"error_description", "Only the code flow is simulated."}});
  const auto scopes = scopes_of(field(asked, "scope"));
  const std::set<std::string> known{"identify", "guilds", "guilds.members.read", "bot",
                                    "applications.commands"};
  if (scopes.empty() || !std::ranges::includes(known, scopes))
    return back(asked, {{"error", "invalid_scope"},
                        {"error_description", "The requested scope is invalid, unknown, or malformed."}});
  if (asked.contains("deny"))
    return back(asked,
                {{"error", "access_denied"},
                 {"error_description", "The resource owner or authorization server denied the request"}});
  const auto user = UserId{parse_decimal(field(asked, "as")).value_or(0)};
  const auto found = state_.users.find(user);
  if (found == state_.users.end() || found->second.bot) return page(asked);
  Agreement agreement{.user = user, .scopes = scopes, .redirect_uri = field(asked, "redirect_uri")};
  if (scopes.contains("bot")) {
    const auto id = GuildId{parse_decimal(field(asked, "guild_id")).value_or(0)};
    const auto guild = state_.guilds.find(id);
    const bool fixed = field(asked, "disable_guild_select") == "true" || asked.contains("chosen");
    if (guild == state_.guilds.end() || !may_invite(guild->second, user, state_.now) || !fixed)
      return page_of_guilds(asked, user);
    agreement.guild = id;
    agreement.permissions = parse_decimal(field(asked, "permissions")).value_or(0);
  }
  agreed = std::move(agreement);
  return {};
}

login::Answer OAuth::page(const login::Form& asked) const {
  std::vector<login::Choice> choices;
  for (const auto& [id, user] : state_.users) {
    if (!user.bot) choices.push_back({"Continue as " + user.username, with(asked, "as", id.text())});
  }
  choices.push_back({"Cancel", with(asked, "deny", "1")});
  const auto question = fmt::format("{} wants: {}. Who are you?", state_.rules.application_name,
                                    joined(scopes_of(field(asked, "scope"))));
  return login::choose_page("Discord (simulated)", question, choices);
}

login::Answer OAuth::page_of_guilds(const login::Form& asked, UserId user) const {
  std::vector<login::Choice> choices;
  for (const auto& [id, guild] : state_.guilds) {
    if (!may_invite(guild, user, state_.now)) continue;
    choices.push_back({guild.name, with(with(asked, "guild_id", id.text()), "chosen", "1")});
  }
  choices.push_back({"Cancel", with(asked, "deny", "1")});
  return login::choose_page("Discord (simulated)", "Add the bot to which server?", choices);
}

login::Answer OAuth::give_code(std::string_view query, const Agreement& agreement) {
  const auto code = state_.random_hex(secret_digits);
  codes_[code] = {.agreement = agreement, .expires_at = state_.now + state_.rules.oauth_code_life};
  login::Form fields{{"code", code}};
  if (agreement.guild) {
    fields["guild_id"] = agreement.guild->text();
    fields["permissions"] = std::to_string(agreement.permissions);
  }
  return back(login::read_form(query), std::move(fields));
}

bool OAuth::knows_client(const ApiRequest& request, const login::Form& form) const {
  const auto id = state_.application.text();
  const auto& secret = state_.rules.client_secret;
  if (const auto header = request.headers.get("Authorization")) return *header == login::basic(id, secret);
  return field(form, "client_id") == id && field(form, "client_secret") == secret;
}

json::object OAuth::issue(UserId user, const std::set<std::string>& scopes) {
  const auto access = state_.random_hex(secret_digits);
  const auto refresh = state_.random_hex(secret_digits);
  const auto life = state_.rules.oauth_token_life;
  tokens_[access] = {.user = user, .scopes = scopes, .expires_at = state_.now + life};
  refreshes_[refresh] = {.user = user, .scopes = scopes};
  return {{"token_type", "Bearer"},
          {"access_token", access},
          {"expires_in", std::chrono::duration_cast<std::chrono::seconds>(life).count()},
          {"refresh_token", refresh},
          {"scope", joined(scopes)}};
}

login::Answer OAuth::token(const ApiRequest& request) {
  if (!request.headers.get("Content-Type").value_or("").starts_with("application/x-www-form-urlencoded"))
    return login::error_answer(400, "invalid_request", "The body must be form-encoded.");
  const auto form = login::read_form(request.body);
  if (!knows_client(request, form)) return login::json_answer(401, {{"error", "invalid_client"}});
  if (field(form, "grant_type") == "refresh_token") {
    const auto used = refreshes_.extract(field(form, "refresh_token"));
    if (used.empty()) return login::json_answer(400, {{"error", "invalid_grant"}});
    return login::json_answer(200, issue(used.mapped().user, used.mapped().scopes));
  }
  if (field(form, "grant_type") != "authorization_code")
    return login::json_answer(400, {{"error", "unsupported_grant_type"}});
  const auto used = codes_.extract(field(form, "code"));  // whatever comes of it, it is used
  if (used.empty() || used.mapped().expires_at <= state_.now)
    return login::error_answer(400, "invalid_grant", "Invalid \"code\" in request.");
  const auto& agreement = used.mapped().agreement;
  if (agreement.redirect_uri != field(form, "redirect_uri"))
    return login::error_answer(400, "invalid_grant", "Invalid \"redirect_uri\" in request.");
  auto answer = issue(agreement.user, agreement.scopes);
  if (agreement.guild) answer["guild"] = guild_object(state_, state_.guilds.at(*agreement.guild));
  return login::json_answer(200, answer);
}

login::Answer OAuth::revoke(const ApiRequest& request) {
  const auto form = login::read_form(request.body);
  if (!knows_client(request, form)) return login::json_answer(401, {{"error", "invalid_client"}});
  std::optional<UserId> user;
  if (const auto known = tokens_.find(field(form, "token")); known != tokens_.end())
    user = known->second.user;
  if (const auto known = refreshes_.find(field(form, "token")); known != refreshes_.end())
    user = known->second.user;
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.user == user; });
  std::erase_if(refreshes_, [&](const auto& entry) { return entry.second.user == user; });
  return login::json_answer(200, {});
}

const OAuth::Token* OAuth::find(std::string_view authorization) {
  constexpr std::string_view scheme = "Bearer ";
  if (!authorization.starts_with(scheme)) return nullptr;
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.expires_at <= state_.now; });
  const auto found = tokens_.find(authorization.substr(scheme.size()));
  return found == tokens_.end() ? nullptr : &found->second;
}

}  // namespace matchday::sandbox::discord
