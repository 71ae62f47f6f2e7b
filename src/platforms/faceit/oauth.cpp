// See oauth.hpp.
#include "platforms/faceit/oauth.hpp"

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "net/oauth2.hpp"
#include "platforms/faceit/match.hpp"

namespace matchday::faceit {
namespace {

constexpr std::size_t nickname_max = 100;

// Public code differs in which claim it reads (reference §2.3): the first that is there.
std::string first_of(const Fields& fields, std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (auto value = fields.string(name); value && !value->empty()) return *value;
  }
  return "";
}

}  // namespace

std::string pkce_challenge(std::string_view verifier) {
  return crypto::to_base64url(crypto::sha256(verifier));
}

OAuthClient::OAuthClient(net::HttpClient& http, Clock& clock, OAuthOptions options)
    : http_(http), clock_(clock), options_(std::move(options)) {}

std::string OAuthClient::authorize_url(std::string_view state, std::string_view challenge) const {
  // The order is the original's; redirect_popup is what FACEIT's own examples in the wild send along.
  return net::with_query(options_.authorize_url, {{"client_id", options_.application.client_id},
                                                  {"redirect_uri", options_.application.redirect_uri},
                                                  {"response_type", "code"},
                                                  {"scope", "openid profile"},
                                                  {"state", state},
                                                  {"code_challenge", challenge},
                                                  {"code_challenge_method", "S256"},
                                                  {"redirect_popup", "true"}});
}

Task<Result<Secret<std::string>>> OAuthClient::exchange(Secret<std::string> code,
                                                        Secret<std::string> verifier) {
  auto grant = co_await net::exchange_code(http_, options_.application, std::move(code), std::move(verifier));
  if (!grant) co_return std::unexpected(grant.error());
  co_return std::move(grant->token);
}

Task<Result<Identity>> OAuthClient::userinfo(Secret<std::string> access_token) {
  const auto answer = co_await net::get_with_token(http_, clock_, options_.random, options_.application,
                                                   options_.userinfo_url, std::move(access_token));
  if (!answer) co_return std::unexpected(answer.error());
  const Fields fields(*answer);
  if (!fields.is_object()) co_return fail(ErrorKind::unavailable, "FACEIT's answer is not readable JSON.");
  Identity identity{.guid = first_of(fields, {"guid", "id", "sub"}),
                    .nickname = first_of(fields, {"nickname", "name"})};
  if (!is_valid_id(identity.guid))
    co_return fail(ErrorKind::unavailable, "FACEIT answered with a profile without an id.");
  if (identity.nickname.empty() || identity.nickname.size() > nickname_max) identity.nickname = "Unknown";
  co_return identity;
}

}  // namespace matchday::faceit
