// See answer.hpp.
#include "platforms/osu/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "net/retry_after.hpp"

namespace matchday::osu {
namespace {

constexpr std::size_t quoted_max = 120;

// {"error":"text"}, {"error":null} and {"authentication":"basic"} (§3.4).
std::string described(const net::HttpResponse& response, const json::value* body) {
  const auto phrase = net::reason_phrase(response.status);
  if (!body) return fmt::format("osu! answered {} {} with a page instead of data.", response.status, phrase);
  const auto text = Fields(*body).string_or("error", "");
  if (text.empty() || text.size() > quoted_max)
    return fmt::format("osu! answered {} {}.", response.status, phrase);
  return fmt::format("osu! answered {}: {}", response.status, text);
}

ErrorKind kind_of(int status, bool json) {
  if (status == 429) return ErrorKind::limited;
  if (status >= 300 && status < 400) return ErrorKind::refused;
  if (status >= 500 || !json) return ErrorKind::unavailable;
  if (status == 401 || status == 403) return ErrorKind::unauthorized;
  if (status == 404) return ErrorKind::not_found;
  return status == 422 ? ErrorKind::invalid : ErrorKind::refused;
}

bool succeeded(int status) {
  return status >= 200 && status < 300;
}

std::unexpected<Error> failed(ErrorKind kind, std::string message, const net::HttpResponse& response) {
  auto error = fail(kind, std::move(message));
  error.error().http_status = response.status;
  const auto advice = net::retry_after(response.headers);
  if (kind == ErrorKind::limited) error.error().retry_after = advice.value_or(limit_window);
  if (kind == ErrorKind::unavailable) error.error().retry_after = advice;
  return error;
}

}  // namespace

Result<json::value> read_answer(const net::HttpResponse& response) {
  auto body = parse_json(response.body);
  const bool json = body && (body->is_object() || body->is_array());
  if (succeeded(response.status) && json) return std::move(*body);
  if (succeeded(response.status))
    return failed(ErrorKind::unavailable, "osu!'s answer is not readable JSON.", response);
  return failed(kind_of(response.status, json), described(response, json ? &*body : nullptr), response);
}

Result<json::value> read_token_answer(const net::HttpResponse& response) {
  auto answer = read_answer(response);
  if (answer || response.status < 400 || response.status >= 500) return answer;
  const auto body = parse_json(response.body);
  const auto code = body ? Fields(*body).string_or("error", "") : "";
  if (code == "invalid_client" || code == "unauthorized_client")
    return failed(ErrorKind::unauthorized, "osu! does not accept our client id or secret.", response);
  return answer;
}

bool is_outage(const Error& error) {
  return error.kind == ErrorKind::unavailable || error.kind == ErrorKind::ambiguous;
}

}  // namespace matchday::osu
