// See oauth.hpp.
#include "platforms/osu/oauth.hpp"

#include "base/log.hpp"

namespace matchday::osu {
namespace {

// Somebody looks at a white page meanwhile.
constexpr Duration patience = 10s;
constexpr Duration give_back_limit = 5s;

std::string without_slash(std::string url) {
  while (url.ends_with('/')) url.pop_back();
  return url;
}

}  // namespace

OAuthClient::OAuthClient(net::HttpClient& http, Limiter& limiter, Clock& clock, OAuthOptions options)
    : http_(http),
      limiter_(limiter),
      clock_(clock),
      random_(options.random),
      url_(without_slash(std::move(options.url))),
      application_{.platform = "osu!",
                   .client_id = std::move(options.client_id),
                   .client_secret = std::move(options.client_secret),
                   .redirect_uri = std::move(options.redirect_uri),
                   .token_url = url_ + "/oauth/token",
                   .credentials_in_body = true} {}

std::string OAuthClient::authorize_url(std::string_view state) const {
  return net::with_query(url_ + "/oauth/authorize", {{"client_id", application_.client_id},
                                                     {"redirect_uri", application_.redirect_uri},
                                                     {"response_type", "code"},
                                                     {"scope", "identify"},
                                                     {"state", state}});
}

Task<Result<User>> OAuthClient::identify(Secret<std::string> code) {
  if (const auto leave = co_await limiter_.acquire(0, patience); !leave)
    co_return std::unexpected(leave.error());
  const auto grant = co_await net::exchange_code(http_, application_, std::move(code), {});
  if (!grant) co_return std::unexpected(grant.error());
  auto user = co_await me(grant->token);
  co_await give_back(grant->token);
  co_return user;
}

// Always /me/osu: without a ruleset, osu! answers in the one that they prefer (§3.3).
Task<Result<User>> OAuthClient::me(Secret<std::string> token) {
  if (const auto leave = co_await limiter_.acquire(1, patience); !leave)
    co_return std::unexpected(leave.error());
  const auto answer = co_await net::get_with_token(http_, clock_, random_, application_,
                                                   url_ + "/api/v2/me/osu", std::move(token));
  if (!answer) co_return std::unexpected(answer.error());
  auto user = parse_user(*answer, Ruleset::osu);
  if (!user) co_return fail(ErrorKind::unavailable, "osu! answered with a profile without an id.");
  co_return std::move(*user);
}

// If it does not work, the token ends by itself after a day.
Task<void> OAuthClient::give_back(Secret<std::string> token) {
  if (!co_await limiter_.acquire(1, patience)) co_return;
  net::HttpRequest request{
      .method = "DELETE", .url = url_ + "/api/v2/oauth/tokens/current", .deadline = give_back_limit};
  request.headers.set("Authorization", "Bearer " + token.reveal());
  request.headers.set("Accept", "application/json");
  const auto response = co_await http_.send(std::move(request));
  if (!response || response->status >= 300)
    log::info("A token of a login at osu! was not given back", {{"status", response ? response->status : 0}});
}

}  // namespace matchday::osu
