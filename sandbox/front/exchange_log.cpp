// See exchange_log.hpp.
#include "sandbox/front/exchange_log.hpp"

#include <fmt/format.h>

#include "base/json.hpp"

namespace matchday::sandbox {
namespace {

json::value parsed_or_null(std::string_view body) {
  auto value = parse_json(body);
  return value ? std::move(*value) : json::value(nullptr);
}

}  // namespace

Result<> ExchangeLog::open(const std::string& file) {
  if (file.empty()) return {};
  out_.open(file, std::ios::app);
  if (!out_) return fail(ErrorKind::invalid, fmt::format("The exchange log {} cannot be written.", file));
  return {};
}

void ExchangeLog::write(const discord::ApiRequest& request, const discord::ApiResponse& response) {
  if (!out_.is_open()) return;
  json::object headers;
  for (const auto* name : {"content-type", "x-audit-log-reason"}) {
    if (const auto value = request.headers.get(name)) headers[name] = *value;
  }
  const json::object line{{"method", request.method},
                          {"path", request.path},
                          {"query", request.query},
                          {"headers", std::move(headers)},
                          {"request", parsed_or_null(request.body)},
                          {"status", response.status},
                          {"response", parsed_or_null(response.body)}};
  out_ << to_text(line) << '\n' << std::flush;
}

}  // namespace matchday::sandbox
