// See request_head.hpp.
#include "net/request_head.hpp"

#include <algorithm>

namespace matchday::net {
namespace {

std::ptrdiff_t count_of(const Headers& headers, std::string_view name) {
  return std::ranges::count_if(headers.all(),
                               [&](const auto& field) { return equal_ignoring_case(field.first, name); });
}

std::unexpected<Refusal> refuse(int status, std::string detail) {
  return std::unexpected(Refusal{.status = status, .detail = std::move(detail)});
}

// RFC 9112, section 6: what decides where the body ends must be beyond doubt.
std::expected<void, Refusal> check_framing(const ParsedHead& parsed) {
  const auto encodings = count_of(parsed.headers, "Transfer-Encoding");
  const auto lengths = count_of(parsed.headers, "Content-Length");
  if (encodings == 0 && lengths <= 1) return {};
  if (encodings > 0 && lengths > 0)
    return refuse(400, "A request has a Content-Length or a Transfer-Encoding, not both.");
  if (lengths > 1 || encodings > 1) return refuse(400, "A request states its length once.");
  if (parsed.minor_version == 0) return refuse(400, "HTTP/1.0 knows no Transfer-Encoding.");
  if (!equal_ignoring_case(*parsed.headers.get("Transfer-Encoding"), "chunked")) {
    return refuse(501, "The only supported Transfer-Encoding is chunked.");
  }
  return {};
}

// The path and query of a target in origin form ("/a?b") or absolute form ("http://host/a?b").
std::expected<std::string, Refusal> origin_form(const std::string& target) {
  std::string_view rest = target;
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!equal_ignoring_case(rest.substr(0, scheme.size()), scheme)) continue;
    rest.remove_prefix(scheme.size());
    rest.remove_prefix(std::min(rest.find_first_of("/?"), rest.size()));
    return rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
  }
  if (rest == "*") return std::string(rest);
  if (!rest.starts_with('/')) return refuse(400, "The request's target must be a path.");
  return std::string(rest);
}

}  // namespace

std::expected<RequestHead, Refusal> check_head(ParsedHead parsed) {
  if (parsed.minor_version > 1) return refuse(505, "This server speaks HTTP/1.1.");
  if (auto framing = check_framing(parsed); !framing) return std::unexpected(framing.error());
  const auto hosts = count_of(parsed.headers, "Host");
  if (hosts > 1 || (hosts == 0 && parsed.minor_version == 1)) return refuse(400, "A request names one Host.");
  if (const auto expect = parsed.headers.get("Expect");
      expect && !equal_ignoring_case(*expect, "100-continue")) {
    return refuse(417, "The only supported expectation is 100-continue.");
  }
  auto target = origin_form(parsed.target);
  if (!target) return std::unexpected(target.error());
  if (*target == "*" && parsed.method != "OPTIONS")
    return refuse(400, "The request's target must be a path.");
  target->resize(std::min(target->find('#'), target->size()));

  RequestHead head;
  head.method = std::move(parsed.method);
  head.headers = std::move(parsed.headers);
  const auto question = target->find('?');
  head.path = target->substr(0, question);
  if (question != std::string::npos) head.query = target->substr(question + 1);
  return head;
}

}  // namespace matchday::net
