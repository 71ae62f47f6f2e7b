// See rest_client.hpp.
#include "platforms/discord/rest_client.hpp"

#include <fmt/format.h>

#include <cmath>

#include "base/log.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::discord {
namespace {

constexpr std::size_t audit_reason_max = 512;  // characters, reference §1.0
constexpr int invalid_webhook_token = 50027;
constexpr int tries_max = 4;

bool is_harmless_to_repeat(const RestRequest& request) {
  return request.method != "POST";
}

void flatten(const json::value& errors, const std::string& path, std::string& out) {
  const auto* object = errors.if_object();
  if (!object) return;
  for (const auto& item : Fields(*object).array("_errors")) {
    const Fields fields(item);
    out +=
        fmt::format("; {}: {}", path.empty() ? "body" : path, fields.string_or("message", "is not accepted"));
  }
  for (const auto& member : *object) {
    const std::string key(member.key());
    if (key != "_errors") flatten(member.value(), path.empty() ? key : path + '.' + key, out);
  }
}

ErrorKind kind_of(const RestRequest& request, int status, int code) {
  if (status == 429) return ErrorKind::limited;
  if (status >= 500) return ErrorKind::ambiguous;
  if (status == 404) return ErrorKind::not_found;
  if (status == 401 && request.authorized && code != invalid_webhook_token) return ErrorKind::unauthorized;
  return ErrorKind::refused;
}

std::string sentence_for(int status, const json::value& body) {
  auto said = describe_error_body(body);
  if (said.empty())
    return fmt::format("Discord answered {} {} without an explanation.", status, net::reason_phrase(status));
  return fmt::format("Discord answered {}: {}", status, said);
}

// An absent or unreadable body reads as null.
Result<json::value> body_of(const net::HttpResponse& response) {
  if (response.body.empty()) return json::value(nullptr);
  return parse_json(response.body);
}

Result<json::value> classify(const RestRequest& request, int status, const Result<json::value>& body,
                             const RateAnswer& answer) {
  if (status >= 200 && status < 300) {
    if (body) return *body;
    auto error = fail(ErrorKind::ambiguous, "Discord said yes, but its answer can't be read.");
    error.error().http_status = status;
    return error;
  }
  const json::value given = body ? *body : json::value(nullptr);
  auto error = fail(kind_of(request, status, answer.code), sentence_for(status, given));
  error.error().http_status = status;
  error.error().platform_code = answer.code;
  if (status == 429) error.error().retry_after = answer.retry_after.value_or(1s);
  return error;
}

}  // namespace

std::string describe_error_body(const json::value& body) {
  const Fields fields(body);
  auto out = fields.string_or("message", "");
  if (const auto* errors = fields.get("errors")) flatten(*errors, "", out);
  return cut_utf16(out, 500);
}

RestClient::RestClient(net::HttpClient& http, RateLimiter& limiter, Clock& clock, Random random,
                       RestOptions options)
    : http_(http), limiter_(limiter), clock_(clock), random_(random), options_(std::move(options)) {}

Task<Result<RateLimiter::Permit>> RestClient::admit(RestRequest request, Duration patience) {
  co_return co_await limiter_.acquire(RateKey(request), patience);
}

net::HttpRequest RestClient::to_http(const RestRequest& request) const {
  net::HttpRequest out{
      .method = request.method, .url = options_.api_url + request.path, .deadline = request.deadline};
  out.headers.set("User-Agent", options_.user_agent);
  if (request.authorized) out.headers.set("Authorization", "Bot " + options_.token.reveal());
  if (request.body) {
    out.headers.set("Content-Type", "application/json");
    out.body = to_text(*request.body);
  }
  if (!request.audit_reason.empty()) {
    out.headers.set("X-Audit-Log-Reason",
                    net::encode_component(cut_utf16(request.audit_reason, audit_reason_max)));
  }
  return out;
}

Task<Result<json::value>> RestClient::send(RestRequest request, RateLimiter::Permit permit) {
  permit.mark_sent();
  const auto response = co_await http_.send(to_http(request));
  if (!response) {
    if (response.error().kind != ErrorKind::ambiguous) permit.mark_not_sent();
    log::debug(
        "A request to Discord got no answer",
        {{"method", request.method}, {"path", redacted_path(request)}, {"error", response.error().message}});
    co_return std::unexpected(response.error());
  }
  const auto body = body_of(*response);
  const json::value given = body ? *body : json::value(nullptr);
  const auto answer = read_rate_answer(response->status, response->headers, given);
  permit.complete(response->status, response->headers, given);
  if (response->status >= 400) {
    log::debug("Discord did not accept a request", {{"method", request.method},
                                                    {"path", redacted_path(request)},
                                                    {"status", response->status},
                                                    {"code", answer.code}});
  }
  co_return classify(request, response->status, body, answer);
}

Task<Result<json::value>> RestClient::call(RestRequest request, Duration patience) {
  const Steady deadline = clock_.steady() + patience;
  for (int attempt = 1;; ++attempt) {
    auto permit = co_await admit(request, deadline - clock_.steady());
    if (!permit) co_return std::unexpected(permit.error());
    auto answer = co_await send(request, std::move(*permit));
    if (answer || !is_harmless_to_repeat(request) || attempt == tries_max) co_return answer;
    const auto kind = answer.error().kind;
    const bool passing =
        kind == ErrorKind::limited || kind == ErrorKind::unavailable || kind == ErrorKind::ambiguous;
    // After a 429 the limiter itself makes the next attempt wait.
    const auto pause =
        kind == ErrorKind::limited
            ? Duration(0)
            : Duration(static_cast<std::int64_t>(1000 * std::exp2(attempt - 1) * (0.5 + random_.unit())));
    if (!passing || clock_.steady() + pause >= deadline) co_return answer;
    co_await clock_.sleep(pause);
  }
}

}  // namespace matchday::discord
