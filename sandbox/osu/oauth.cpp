// See oauth.hpp.
#include "sandbox/osu/oauth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/number.hpp"

namespace matchday::sandbox::osu {

using login::field;

namespace {

constexpr std::string_view refused_title = "osu! cannot authorize this";
constexpr std::string_view bearer = "Bearer ";

using Scopes = std::set<std::string, std::less<>>;

Scopes scopes_of(std::string_view text) {
  Scopes out;
  while (!text.empty()) {
    const auto end = std::min(text.find(' '), text.size());
    if (end > 0) out.emplace(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

bool are_known(const Scopes& scopes) {
  static const Scopes known{"chat.read",
                            "chat.write",
                            "chat.write_manage",
                            "delegate",
                            "forum.write",
                            "forum.write_manage",
                            "friends.read",
                            "group_permissions",
                            "identify",
                            "multiplayer.write_manage",
                            "public"};
  return std::ranges::includes(known, scopes);
}

// league/oauth2-server repeats its sentence under `message`.
login::Answer refused(int status, std::string_view code, std::string_view description) {
  return login::json_answer(status,
                            {{"error", code}, {"error_description", description}, {"message", description}});
}

login::Answer invalid_grant() {
  return refused(
      400, "invalid_grant",
      "The provided authorization grant is invalid, expired, revoked, or was issued to another client.");
}

login::Answer invalid_scope() {
  return refused(400, "invalid_scope", "The requested scope is invalid, unknown, or malformed");
}

login::Form with(login::Form form, std::string name, std::string value) {
  form[std::move(name)] = std::move(value);
  return form;
}

login::Answer back(const login::Form& asked, login::Form fields) {
  if (asked.contains("state")) fields["state"] = field(asked, "state");
  return login::redirect(field(asked, "redirect_uri"), fields);
}

}  // namespace

// Who cannot be sent back is told here; every other refusal goes to the application (RFC 6749 §4.1.2.1).
login::Answer OAuth::authorize(std::string_view query, const std::vector<Player>& players, Time now) {
  const auto asked = login::read_form(query);
  if (field(asked, "client_id") != application_.client_id)
    return login::refused_page(refused_title, "Client authentication failed.");
  auto& saved = application_.redirect_uris;
  if (saved.empty() && !field(asked, "redirect_uri").empty()) saved.push_back(field(asked, "redirect_uri"));
  if (std::ranges::find(saved, field(asked, "redirect_uri")) == saved.end())
    return login::refused_page(refused_title, "The redirect address is not one of the application's.");
  if (field(asked, "response_type") != "code") return back(asked, {{"error", "unsupported_response_type"}});
  auto scopes = scopes_of(field(asked, "scope"));
  if (!are_known(scopes)) return back(asked, {{"error", "invalid_scope"}});
  scopes.insert("identify");  // added to every request of a person
  if (asked.contains("deny"))
    return back(asked,
                {{"error", "access_denied"},
                 {"error_description", "The resource owner or authorization server denied the request."}});
  const auto id = parse_number<std::int64_t>(field(asked, "as")).value_or(0);
  const auto player = std::ranges::find(players, id, &Player::id);
  if (player == players.end() || player->deleted) return choose_page(asked, players);
  const auto code = opaque("code");
  codes_[code] = {.player = id,
                  .scopes = std::move(scopes),
                  .redirect_uri = field(asked, "redirect_uri"),
                  .expires_at = now + application_.code_life};
  return back(asked, {{"code", code}});
}

login::Answer OAuth::choose_page(const login::Form& asked, const std::vector<Player>& players) const {
  std::vector<login::Choice> choices;
  for (const auto& player : players) {
    if (!player.deleted)
      choices.push_back({"Authorize as " + player.username, with(asked, "as", std::to_string(player.id))});
  }
  choices.push_back({"Cancel", with(asked, "deny", "1")});
  return login::choose_page("osu! (simulated)",
                            fmt::format("{} wants to know who you are. Who are you?", application_.name),
                            choices);
}

// In the body, as osu! documents it, or as HTTP Basic, which the library takes as well.
bool OAuth::knows_client(const net::Headers& headers, const login::Form& form) const {
  if (!form.contains("client_id"))
    return headers.get("Authorization") == login::basic(application_.client_id, application_.client_secret);
  return field(form, "client_id") == application_.client_id &&
         field(form, "client_secret") == application_.client_secret;
}

login::Answer OAuth::token(const net::Headers& headers, std::string_view body, Time now) {
  if (!headers.get("Content-Type").value_or("").starts_with("application/x-www-form-urlencoded"))
    return refused(400, "unsupported_grant_type",
                   "The authorization grant type is not supported by the authorization server.");
  const auto form = login::read_form(body);
  const auto grant = field(form, "grant_type");
  if (grant != "authorization_code" && grant != "refresh_token" && grant != "client_credentials")
    return refused(400, "unsupported_grant_type",
                   "The authorization grant type is not supported by the authorization server.");
  if (!knows_client(headers, form)) return refused(401, "invalid_client", "Client authentication failed");
  if (grant == "authorization_code") return by_code(form, now);
  return grant == "refresh_token" ? by_refresh(form, now) : by_credentials(form, now);
}

login::Answer OAuth::by_code(const login::Form& form, Time now) {
  const auto used = codes_.extract(field(form, "code"));  // whatever comes of it, it is used
  if (used.empty() || used.mapped().expires_at <= now) return invalid_grant();
  const auto& code = used.mapped();
  if (code.redirect_uri != field(form, "redirect_uri")) return invalid_grant();
  return issue({.player = code.player, .scopes = code.scopes}, true, now);
}

login::Answer OAuth::by_refresh(const login::Form& form, Time now) {
  const auto used = refreshes_.extract(field(form, "refresh_token"));
  if (used.empty() || used.mapped().token.expires_at <= now)
    return refused(401, "invalid_request", "The refresh token is invalid.");
  auto token = used.mapped().token;
  const auto wanted = scopes_of(field(form, "scope"));
  if (!std::ranges::includes(token.scopes, wanted)) return invalid_scope();
  if (!wanted.empty()) token.scopes = wanted;
  return issue(std::move(token), true, now);
}

// The scope has to be named; people's scopes are not for applications.
login::Answer OAuth::by_credentials(const login::Form& form, Time now) {
  const auto scopes = scopes_of(field(form, "scope"));
  if (scopes != Scopes{"public"}) return invalid_scope();
  return issue({.player = std::nullopt, .scopes = scopes}, false, now);
}

login::Answer OAuth::issue(Token token, bool with_refresh, Time now) {
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.expires_at <= now; });
  const auto access = opaque("access");
  json::object answer{
      {"token_type", "Bearer"},
      {"expires_in", std::chrono::duration_cast<std::chrono::seconds>(application_.token_life).count()},
      {"access_token", access}};
  if (with_refresh) {
    const auto refresh = opaque("refresh");
    auto kept = token;
    kept.expires_at = now + application_.refresh_life;
    refreshes_[refresh] = {std::move(kept)};
    refresh_of_[access] = refresh;
    answer["refresh_token"] = refresh;
  }
  token.expires_at = now + application_.token_life;
  tokens_[access] = std::move(token);
  return login::json_answer(200, answer);
}

const Token* OAuth::find(std::string_view authorization, Time now) {
  if (!authorization.starts_with(bearer)) return nullptr;
  const auto found = tokens_.find(authorization.substr(bearer.size()));
  return found == tokens_.end() || found->second.expires_at <= now ? nullptr : &found->second;
}

void OAuth::revoke(std::string_view authorization) {
  const auto access = authorization.substr(std::min(bearer.size(), authorization.size()));
  if (const auto refresh = refresh_of_.find(access); refresh != refresh_of_.end()) {
    refreshes_.erase(refresh->second);
    refresh_of_.erase(refresh);
  }
  if (const auto token = tokens_.find(access); token != tokens_.end()) tokens_.erase(token);
}

void OAuth::revoke_all() {
  tokens_.clear();
  refreshes_.clear();
  refresh_of_.clear();
}

// As long as a JWT: nobody may count on short ones.
std::string OAuth::opaque(std::string_view kind) {
  const auto number = made_++;
  const auto piece = [&](int part) {
    return crypto::to_base64url(crypto::sha256(fmt::format("{} {} {} {}", seed_, kind, number, part)));
  };
  return fmt::format("eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.{}{}{}.{}{}{}{}", piece(0), piece(1), piece(2),
                     piece(3), piece(4), piece(5), piece(6));
}

}  // namespace matchday::sandbox::osu
