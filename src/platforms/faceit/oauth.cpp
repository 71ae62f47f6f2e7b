// See oauth.hpp.
#include "platforms/faceit/oauth.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/crypto.hpp"
#include "base/json.hpp"
#include "platforms/faceit/match.hpp"

namespace matchday::faceit {
namespace {

constexpr Duration exchange_limit = 15s;
constexpr Duration userinfo_limit = 20s;  // repeats included: somebody looks at a white page meanwhile
constexpr Duration try_limit = 8s;
constexpr int tries_max = 3;
constexpr std::size_t answer_bytes_max = 256 * 1024;
constexpr std::size_t error_code_max = 40;
constexpr std::size_t nickname_max = 100;

// RFC 4648 §4, with padding: what HTTP Basic wants.
std::string to_base64(std::string_view text) {
  auto out = crypto::to_base64url(text);
  std::ranges::replace(out, '-', '+');
  std::ranges::replace(out, '_', '/');
  out.append((4 - out.size() % 4) % 4, '=');
  return out;
}

std::string form(std::initializer_list<std::pair<std::string_view, std::string_view>> fields) {
  std::string out;
  for (const auto& [name, value] : fields) {
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, net::encode_component(value));
  }
  return out;
}

// RFC 6749's `error`, such as "invalid_grant". The description next to it may quote what was sent: it is not
// read.
std::string error_code(const net::HttpResponse& response) {
  const auto body = parse_json(response.body);
  const auto code = body ? Fields(*body).string_or("error", "") : std::string();
  const bool sane = std::ranges::all_of(code, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return sane && code.size() <= error_code_max ? code : "";
}

ErrorKind kind_of(int status, std::string_view code) {
  if (code == "invalid_grant") return ErrorKind::invalid;
  if (status == 401 || status == 403 || code == "invalid_client" || code == "unauthorized_client") {
    return ErrorKind::unauthorized;
  }
  if (status == 429) return ErrorKind::limited;
  return status >= 500 ? ErrorKind::unavailable : ErrorKind::refused;
}

std::unexpected<Error> failed(std::string_view what, const net::HttpResponse& response) {
  const auto code = error_code(response);
  auto error = fail(
      kind_of(response.status, code),
      fmt::format("FACEIT answered {} to {}{}{}.", response.status, what, code.empty() ? "" : ": ", code));
  error.error().http_status = response.status;
  return error;
}

bool may_pass(const Error& error) {
  return error.kind == ErrorKind::limited || error.kind == ErrorKind::unavailable;
}

bool succeeded(const net::HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

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

bool OAuthClient::configured() const {
  return !options_.client_id.empty() && !options_.client_secret.empty() && !options_.redirect_uri.empty();
}

std::string OAuthClient::authorize_url(std::string_view state, std::string_view challenge) const {
  // The order is the original's; redirect_popup is what FACEIT's own examples in the wild send along.
  const auto query = form({{"client_id", options_.client_id},
                           {"redirect_uri", options_.redirect_uri},
                           {"response_type", "code"},
                           {"scope", "openid profile"},
                           {"state", state},
                           {"code_challenge", challenge},
                           {"code_challenge_method", "S256"},
                           {"redirect_popup", "true"}});
  const bool has_query = options_.authorize_url.contains('?');
  return fmt::format("{}{}{}", options_.authorize_url, has_query ? "&" : "?", query);
}

Task<Result<Secret<std::string>>> OAuthClient::exchange(Secret<std::string> code,
                                                        Secret<std::string> verifier) {
  net::HttpRequest request{.method = "POST",
                           .url = options_.token_url,
                           .body = form({{"grant_type", "authorization_code"},
                                         {"code", code.reveal()},
                                         {"redirect_uri", options_.redirect_uri},
                                         {"code_verifier", verifier.reveal()}}),
                           .deadline = exchange_limit,
                           .response_bytes_max = answer_bytes_max};
  request.headers.set("Authorization", "Basic " + to_base64(fmt::format("{}:{}", options_.client_id,
                                                                        options_.client_secret.reveal())));
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.set("Accept", "application/json");
  const auto response = co_await http_.send(std::move(request));
  if (!response) co_return std::unexpected(response.error());
  if (!succeeded(*response)) co_return failed("the exchange of a login code", *response);
  const auto body = parse_json(response->body);
  auto token = body ? Fields(*body).string_or("access_token", "") : std::string();
  if (token.empty()) co_return fail(ErrorKind::unavailable, "FACEIT answered a login code without a token.");
  co_return Secret<std::string>(std::move(token));
}

Task<Result<Identity>> OAuthClient::userinfo(Secret<std::string> access_token) {
  const Steady deadline = clock_.steady() + userinfo_limit;
  for (int attempt = 1;; ++attempt) {
    auto identity = co_await userinfo_once(access_token, deadline);
    if (identity || !may_pass(identity.error()) || attempt == tries_max) co_return identity;
    const auto jittered = 1000 * std::exp2(attempt - 1) * (0.5 + options_.random.unit());
    const Duration pause(static_cast<std::int64_t>(jittered));
    if (clock_.steady() + pause >= deadline) co_return identity;
    co_await clock_.sleep(pause);
  }
}

Task<Result<Identity>> OAuthClient::userinfo_once(Secret<std::string> access_token, Steady deadline) {
  net::HttpRequest request{.url = options_.userinfo_url,
                           .deadline = std::min(try_limit, deadline - clock_.steady()),
                           .response_bytes_max = answer_bytes_max};
  request.headers.set("Authorization", "Bearer " + access_token.reveal());
  request.headers.set("Accept", "application/json");
  const auto response = co_await http_.send(std::move(request));
  if (!response) {
    auto error = response.error();
    if (error.kind == ErrorKind::ambiguous) error.kind = ErrorKind::unavailable;  // a read changes nothing
    co_return std::unexpected(error);
  }
  if (!succeeded(*response)) co_return failed("the question whose token it is", *response);
  const auto body = parse_json(response->body);
  if (!body || !body->is_object())
    co_return fail(ErrorKind::unavailable, "FACEIT's answer is not readable JSON.");
  const Fields fields(*body);
  Identity identity{.guid = first_of(fields, {"guid", "id", "sub"}),
                    .nickname = first_of(fields, {"nickname", "name"})};
  if (!is_valid_id(identity.guid))
    co_return fail(ErrorKind::unavailable, "FACEIT answered with a profile without an id.");
  if (identity.nickname.empty() || identity.nickname.size() > nickname_max) identity.nickname = "Unknown";
  co_return identity;
}

}  // namespace matchday::faceit
