// See oauth.hpp.
#include "sandbox/faceit/oauth.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/crypto.hpp"

namespace matchday::sandbox::faceit {

using login::field;

namespace {

constexpr std::size_t challenge_size = 43;  // base64url of SHA-256, without padding (RFC 7636)

constexpr std::string_view page_title = "FACEIT cannot log you in";

}  // namespace

OAuthResponse OAuth::handle(const OAuthRequest& request, const std::vector<Player>& players, Time now) {
  std::erase_if(codes_, [&](const auto& entry) { return entry.second.expires_at <= now; });
  std::erase_if(tokens_, [&](const auto& entry) { return entry.second.expires_at <= now; });
  if (request.path == "/accounts" && request.method == "GET") return authorize(request, players, now);
  if (request.path == "/oauth/token" && request.method == "POST") return token(request, now);
  if (request.path == "/resources/userinfo" && request.method == "GET")
    return userinfo(request, players, now);
  return login::error_answer(404, "not_found", "There is nothing at this address.");
}

// Faults that could lead somewhere else (a wrong client) are shown; the rest goes back to the application
// (RFC 6749 §4.1.2.1).
OAuthResponse OAuth::authorize(const OAuthRequest& request, const std::vector<Player>& players, Time now) {
  const auto asked = login::read_form(request.query);
  if (field(asked, "client_id") != application_.client_id)
    return login::refused_page(page_title, "There is no such application.");
  if (application_.redirect_uri.empty()) application_.redirect_uri = field(asked, "redirect_uri");
  if (application_.redirect_uri.empty())
    return login::refused_page(page_title, "The application has no redirect address.");
  const auto state = field(asked, "state");
  const auto back = [&](login::Form answer_fields) {
    answer_fields["state"] = state;
    // Always to the saved address, whatever the request named (reference §2.3).
    return login::redirect(application_.redirect_uri, answer_fields);
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
  if (player == players.end()) return login::refused_page(page_title, "There is no such player.");
  const auto code = opaque("code");
  codes_[code] = {.player_id = player->player_id,
                  .redirect_uri = field(asked, "redirect_uri"),
                  .challenge = field(asked, "code_challenge"),
                  .expires_at = now + application_.code_life};
  return back({{"code", code}});
}

OAuthResponse OAuth::choose_page(const OAuthRequest& request, const std::vector<Player>& players) const {
  std::vector<login::Choice> choices;
  const auto with = [&](std::string name, std::string value) {
    auto form = login::read_form(request.query);
    form[std::move(name)] = std::move(value);
    return form;
  };
  for (const auto& player : players)
    choices.push_back({"Log in as " + player.nickname, with("auto", player.nickname)});
  choices.push_back({"Cancel", with("deny", "1")});
  return login::choose_page("FACEIT (simulated)", "Who are you?", choices);
}

OAuthResponse OAuth::token(const OAuthRequest& request, Time now) {
  if (request.headers.get("Authorization") !=
      login::basic(application_.client_id, application_.client_secret))
    return login::error_answer(401, "invalid_client", "The client's id or secret is wrong.");
  if (request.headers.get("Content-Type") != "application/x-www-form-urlencoded")
    return login::error_answer(400, "invalid_request", "The body must be form-encoded.");
  const auto asked = login::read_form(request.body);
  if (field(asked, "grant_type") != "authorization_code")
    return login::error_answer(400, "unsupported_grant_type", "Only authorization_code is supported.");
  const auto found = codes_.extract(field(asked, "code"));  // whatever comes of it, it is used
  if (found.empty())
    return login::error_answer(400, "invalid_grant", "The code was used, has expired, or never was.");
  const auto& code = found.mapped();
  if (code.redirect_uri != field(asked, "redirect_uri"))
    return login::error_answer(400, "invalid_grant",
                               "The redirect address is not the one of the authorize request.");
  if (crypto::to_base64url(crypto::sha256(field(asked, "code_verifier"))) != code.challenge)
    return login::error_answer(400, "invalid_grant", "The code_verifier does not fit the code_challenge.");
  const auto access = opaque("access");
  tokens_[access] = {.player_id = code.player_id, .expires_at = now + application_.token_life};
  return login::json_answer(
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
  if (player == players.end())
    return login::error_answer(401, "invalid_token", "The access token is not valid.");
  return login::json_answer(200, {{"guid", player->player_id},
                                  {"nickname", player->nickname},
                                  {"name", player->nickname},
                                  {"picture", nullptr},
                                  {"email", nullptr}});
}

std::string OAuth::opaque(std::string_view kind) {
  return crypto::to_base64url(crypto::sha256(fmt::format("{} {} {}", seed_, kind, made_++)));
}

}  // namespace matchday::sandbox::faceit
