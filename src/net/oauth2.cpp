// See oauth2.hpp.
#include "net/oauth2.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/crypto.hpp"
#include "net/retry_after.hpp"

namespace matchday::net {
namespace {

constexpr Duration exchange_limit = 15s;
constexpr Duration reading_limit = 20s;  // repeats included: somebody looks at a white page meanwhile
constexpr Duration try_limit = 8s;
constexpr int tries_max = 3;
constexpr std::size_t answer_bytes_max = 256 * 1024;
constexpr std::size_t error_code_max = 40;

// RFC 6749's `error`, such as "invalid_grant". The description next to it may quote what was sent: it is not
// read.
std::string error_code(const HttpResponse& response) {
  const auto body = parse_json(response.body);
  const auto code = body ? Fields(*body).string_or("error", "") : std::string();
  const bool sane = std::ranges::all_of(code, [](char c) { return (c >= 'a' && c <= 'z') || c == '_'; });
  return sane && code.size() <= error_code_max ? code : "";
}

ErrorKind kind_of(int status, std::string_view code) {
  if (code == "invalid_grant") return ErrorKind::invalid;
  if (status == 401 || status == 403 || code == "invalid_client" || code == "unauthorized_client")
    return ErrorKind::unauthorized;
  if (status == 429) return ErrorKind::limited;
  return status >= 500 ? ErrorKind::unavailable : ErrorKind::refused;
}

std::unexpected<Error> failed(std::string_view platform, std::string_view what,
                              const HttpResponse& response) {
  const auto code = error_code(response);
  auto error =
      fail(kind_of(response.status, code), fmt::format("{} answered {} to {}{}{}.", platform, response.status,
                                                       what, code.empty() ? "" : ": ", code));
  error.error().http_status = response.status;
  error.error().retry_after = retry_after(response.headers);
  return error;
}

std::string basic(const OAuth2Application& application) {
  return "Basic " +
         crypto::to_base64(fmt::format("{}:{}", application.client_id, application.client_secret.reveal()));
}

bool succeeded(const HttpResponse& response) {
  return response.status >= 200 && response.status < 300;
}

bool may_pass(const Error& error) {
  return error.kind == ErrorKind::limited || error.kind == ErrorKind::unavailable;
}

Task<Result<json::value>> get_once(HttpClient& http, std::string platform, std::string user_agent,
                                   std::string url, Secret<std::string> token, Duration deadline) {
  HttpRequest request{.url = std::move(url), .deadline = deadline, .response_bytes_max = answer_bytes_max};
  if (!user_agent.empty()) request.headers.set("User-Agent", std::move(user_agent));
  request.headers.set("Authorization", "Bearer " + token.reveal());
  request.headers.set("Accept", "application/json");
  const auto response = co_await http.send(std::move(request));
  if (!response) {
    auto error = response.error();
    if (error.kind == ErrorKind::ambiguous) error.kind = ErrorKind::unavailable;  // a read changes nothing
    co_return std::unexpected(error);
  }
  if (!succeeded(*response)) co_return failed(platform, "the question whose token it is", *response);
  auto body = parse_json(response->body);
  if (!body)
    co_return fail(ErrorKind::unavailable, fmt::format("{}'s answer is not readable JSON.", platform));
  co_return std::move(*body);
}

}  // namespace

std::string encode_form(const FormFields& fields) {
  std::string out;
  for (const auto& [name, value] : fields)
    out += fmt::format("{}{}={}", out.empty() ? "" : "&", name, encode_component(value));
  return out;
}

std::string with_query(std::string_view url, const FormFields& fields) {
  return fmt::format("{}{}{}", url, url.contains('?') ? "&" : "?", encode_form(fields));
}

Task<Result<OAuth2Grant>> exchange_code(HttpClient& http, OAuth2Application application,
                                        Secret<std::string> code, Secret<std::string> verifier) {
  FormFields fields{{"grant_type", "authorization_code"},
                    {"code", code.reveal()},
                    {"redirect_uri", application.redirect_uri}};
  if (!verifier.empty()) fields.emplace_back("code_verifier", verifier.reveal());
  if (application.credentials_in_body) {
    fields.emplace_back("client_id", application.client_id);
    fields.emplace_back("client_secret", application.client_secret.reveal());
  }
  HttpRequest request{.method = "POST",
                      .url = application.token_url,
                      .body = encode_form(fields),
                      .deadline = exchange_limit,
                      .response_bytes_max = answer_bytes_max};
  if (!application.credentials_in_body) request.headers.set("Authorization", basic(application));
  if (!application.user_agent.empty()) request.headers.set("User-Agent", application.user_agent);
  request.headers.set("Content-Type", "application/x-www-form-urlencoded");
  request.headers.set("Accept", "application/json");
  const auto response = co_await http.send(std::move(request));
  if (!response) co_return std::unexpected(response.error());
  if (!succeeded(*response))
    co_return failed(application.platform, "the exchange of a login code", *response);
  auto body = parse_json(response->body);
  auto token = body ? Fields(*body).string_or("access_token", "") : std::string();
  if (token.empty())
    co_return fail(ErrorKind::unavailable,
                   fmt::format("{} answered a login code without a token.", application.platform));
  auto& rest = body->get_object();
  for (const auto* secret : {"access_token", "refresh_token", "id_token"}) rest.erase(secret);
  co_return OAuth2Grant{.token = Secret<std::string>(std::move(token)), .rest = std::move(rest)};
}

Task<Result<json::value>> get_with_token(HttpClient& http, Clock& clock, Random& random,
                                         OAuth2Application application, std::string url,
                                         Secret<std::string> token) {
  const Steady deadline = clock.steady() + reading_limit;
  for (int attempt = 1;; ++attempt) {
    auto answer = co_await get_once(http, application.platform, application.user_agent, url, token,
                                    std::min(try_limit, deadline - clock.steady()));
    if (answer || !may_pass(answer.error()) || attempt == tries_max) co_return answer;
    const auto jittered = 1000 * std::exp2(attempt - 1) * (0.5 + random.unit());
    const Duration pause(static_cast<std::int64_t>(jittered));
    if (clock.steady() + pause >= deadline) co_return answer;
    co_await clock.sleep(pause);
  }
}

}  // namespace matchday::net
