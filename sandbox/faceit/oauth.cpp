// See oauth.hpp.
#include "sandbox/faceit/oauth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/json.hpp"

namespace matchday::sandbox::faceit {
namespace {

constexpr std::size_t challenge_size = 43;  // base64url of SHA-256, without padding (RFC 7636)

OAuthResponse answer(int status, const json::object& body) {
  OAuthResponse response{.status = status, .body = to_text(body)};
  response.headers.set("Content-Type", "application/json");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

// RFC 6749 §5.2.
OAuthResponse error(int status, std::string_view code, std::string_view description) {
  return answer(status, {{"error", code}, {"error_description", description}});
}

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else
      out += c;
  }
  return out;
}

OAuthResponse page(int status, std::string_view title, std::string_view inner) {
  OAuthResponse response{
      .status = status,
      .body = fmt::format(
          R"(<!doctype html><html lang="en"><meta charset="utf-8"><title>{0}</title>)"
          R"(<meta name="viewport" content="width=device-width, initial-scale=1">)"
          R"(<style>:root{{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}})"
          R"(body{{max-width:26rem;margin:12vh auto;padding:0 1.2rem}}h1{{font-size:1.3rem}})"
          R"(li{{list-style:none;margin:.4rem 0}}ul{{padding:0}}a{{display:block;padding:.6rem .9rem;)"
          R"(border:1px solid #8886;border-radius:10px;color:inherit;text-decoration:none}}</style>)"
          R"(<h1>{0}</h1>{1}</html>)",
          escape(title), inner)};
  response.headers.set("Content-Type", "text/html; charset=utf-8");
  response.headers.set("Content-Security-Policy",
                       "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'");
  return response;
}

OAuthResponse refused_page(std::string_view why) {
  return page(400, "FACEIT cannot log you in", fmt::format("<p>{}</p>", escape(why)));
}

std::map<std::string, std::string, std::less<>> fields_of(std::string_view text) {
  std::map<std::string, std::string, std::less<>> out;
  for (auto& [name, value] : net::parse_query(text)) out.emplace(name, value);
  return out;
}

std::string field(const std::map<std::string, std::string, std::less<>>& fields, std::string_view name) {
  const auto found = fields.find(name);
  return found == fields.end() ? "" : found->second;
}

// RFC 7617. Our alphabet of base64 is the URL's one: translated, and padded.
std::string basic(std::string_view user, std::string_view password) {
  auto out = crypto::to_base64url(fmt::format("{}:{}", user, password));
  std::ranges::replace(out, '-', '+');
  std::ranges::replace(out, '_', '/');
  while (out.size() % 4 != 0) out += '=';
  return "Basic " + out;
}

}  // namespace

OAuthResponse OAuth::handle(const OAuthRequest& request, const std::vector<Player>& players, Time now) {
  std::erase_if(codes_, [&](const auto& entry) { return entry.second.expires_at <= now; });
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.expires_at <= now; });
  if (request.path == "/accounts" && request.method == "GET") return authorize(request, players, now);
  if (request.path == "/oauth/token" && request.method == "POST") return token(request, now);
  if (request.path == "/resources/userinfo" && request.method == "GET")
    return userinfo(request, players, now);
  return error(404, "not_found", "There is nothing at this address.");
}

// Faults that could lead somewhere else (a wrong client) are shown; the rest goes back to the application
// (RFC 6749 §4.1.2.1).
OAuthResponse OAuth::authorize(const OAuthRequest& request, const std::vector<Player>& players, Time now) {
  const auto asked = fields_of(request.query);
  if (field(asked, "client_id") != application_.client_id)
    return refused_page("There is no such application.");
  if (application_.redirect_uri.empty()) application_.redirect_uri = field(asked, "redirect_uri");
  if (application_.redirect_uri.empty()) return refused_page("The application has no redirect address.");
  const auto state = field(asked, "state");
  const auto back = [&](Query answer_fields) {
    answer_fields["state"] = state;
    OAuthResponse response{.status = 302};
    response.headers.set("Location", redirect(answer_fields));
    return response;
  };
  if (field(asked, "response_type") != "code")
    return back({{"error", "unsupported_response_type"}, {"error_description", "Only code is supported."}});
  if (field(asked, "code_challenge_method") != "S256" ||
      field(asked, "code_challenge").size() != challenge_size) {
    return back({{"error", "invalid_request"}, {"error_description", "PKCE with S256 is required."}});
  }
  if (asked.contains("deny"))
    return back({{"error", "access_denied"}, {"error_description", "The user denied the request."}});
  if (!asked.contains("auto")) return choose_page(request, players);
  const auto player = std::ranges::find(players, field(asked, "auto"), &Player::nickname);
  if (player == players.end()) return refused_page("There is no such player.");
  const auto code = opaque("code");
  codes_[code] = {.player_id = player->player_id,
                  .redirect_uri = field(asked, "redirect_uri"),
                  .challenge = field(asked, "code_challenge"),
                  .expires_at = now + application_.code_life};
  return back({{"code", code}});
}

OAuthResponse OAuth::choose_page(const OAuthRequest& request, const std::vector<Player>& players) const {
  std::string list;
  for (const auto& player : players) {
    list += fmt::format(R"(<li><a href="?{}&amp;auto={}">Log in as <b>{}</b></a>)", escape(request.query),
                        net::encode_component(player.nickname), escape(player.nickname));
  }
  return page(200, "FACEIT (simulated)",
              fmt::format(R"(<p>Who are you?</p><ul>{}</ul><p><a href="?{}&amp;deny=1">Cancel</a></p>)", list,
                          escape(request.query)));
}

// Always to the saved address, whatever the request named (reference §2.3).
std::string OAuth::redirect(const Query& answer_fields) const {
  std::string out = application_.redirect_uri;
  for (const auto& [name, value] : answer_fields) {
    out += fmt::format("{}{}={}", out.contains('?') ? "&" : "?", name, net::encode_component(value));
  }
  return out;
}

OAuthResponse OAuth::token(const OAuthRequest& request, Time now) {
  if (request.headers.get("Authorization") != basic(application_.client_id, application_.client_secret))
    return error(401, "invalid_client", "The client's id or secret is wrong.");
  if (request.headers.get("Content-Type") != "application/x-www-form-urlencoded")
    return error(400, "invalid_request", "The body must be form-encoded.");
  const auto asked = fields_of(request.body);
  if (field(asked, "grant_type") != "authorization_code")
    return error(400, "unsupported_grant_type", "Only authorization_code is supported.");
  const auto found = codes_.extract(field(asked, "code"));  // whatever comes of it, it is used
  if (found.empty()) return error(400, "invalid_grant", "The code was used, has expired, or never was.");
  const auto& code = found.mapped();
  if (code.redirect_uri != field(asked, "redirect_uri"))
    return error(400, "invalid_grant", "The redirect address is not the one of the authorize request.");
  if (crypto::to_base64url(crypto::sha256(field(asked, "code_verifier"))) != code.challenge)
    return error(400, "invalid_grant", "The code_verifier does not fit the code_challenge.");
  const auto access = opaque("access");
  tokens_[access] = {.player_id = code.player_id, .expires_at = now + application_.token_life};
  return answer(
      200, {{"access_token", access},
            {"token_type", "Bearer"},
            {"expires_in", std::chrono::duration_cast<std::chrono::seconds>(application_.token_life).count()},
            {"refresh_token", opaque("refresh")},
            {"scope", "openid profile"}});
}

OAuthResponse OAuth::userinfo(const OAuthRequest& request, const std::vector<Player>& players, Time) {
  const auto presented = std::string(request.headers.get("Authorization").value_or(""));
  const auto found = presented.starts_with("Bearer ") ? tokens_.find(presented.substr(7)) : tokens_.end();
  const auto player = found == tokens_.end()
                          ? players.end()
                          : std::ranges::find(players, found->second.player_id, &Player::player_id);
  if (player == players.end()) return error(401, "invalid_token", "The access token is not valid.");
  return answer(200, {{"guid", player->player_id},
                      {"nickname", player->nickname},
                      {"name", player->nickname},
                      {"picture", nullptr},
                      {"email", nullptr}});
}

std::string OAuth::opaque(std::string_view kind) {
  return crypto::to_base64url(crypto::sha256(fmt::format("{} {} {}", seed_, kind, made_++)));
}

}  // namespace matchday::sandbox::faceit
