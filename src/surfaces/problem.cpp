// See problem.hpp.
#include "surfaces/problem.hpp"

#include "base/log.hpp"

namespace matchday::surfaces {
namespace {

int status_of(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return 400;
    case ErrorKind::unauthorized:
      return 401;
    case ErrorKind::forbidden:
      return 403;
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::outdated:
      return 412;
    case ErrorKind::limited:
      return 429;
    case ErrorKind::refused:
      return 422;
    case ErrorKind::unavailable:
    case ErrorKind::timeout:
    case ErrorKind::ambiguous:
      return 503;
    case ErrorKind::internal:
      return 500;
  }
  return 500;
}

}  // namespace

net::ServerResponse problem(int status, std::string_view sentence, std::string_view field) {
  json::object document{{"type", "about:blank"},
                        {"title", net::reason_phrase(status)},
                        {"status", status},
                        {"detail", sentence}};
  if (!field.empty()) document["field"] = field;
  net::ServerResponse response{.status = status, .body = to_text(document)};
  response.headers.set("Content-Type", "application/problem+json");
  return response;
}

net::ServerResponse problem(const Error& error) {
  const int status = status_of(error.kind);
  if (status < 500) return problem(status, error.message, error.field);
  log::error("A request failed", {{"error", error.describe()}});
  return problem(status, status == 503
                             ? "Matchday cannot do this right now. Please try again."
                             : "Something went wrong in Matchday. The operator finds the reason in the log.");
}

net::ServerResponse answer_json(int status, const json::value& body) {
  net::ServerResponse response{.status = status, .body = to_text(body)};
  response.headers.set("Content-Type", "application/json");
  return response;
}

}  // namespace matchday::surfaces
