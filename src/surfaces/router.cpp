// See router.hpp.
#include "surfaces/router.hpp"

#include "surfaces/problem.hpp"

namespace matchday::surfaces {
namespace {

// Matches "/a/{b}" against "/a/x", segment by segment.
std::optional<PathParams> match_path(std::string_view pattern, std::string_view path) {
  PathParams params;
  while (!pattern.empty() && !path.empty()) {
    const auto pattern_end = pattern.find('/', 1);
    const auto path_end = path.find('/', 1);
    const auto wanted = pattern.substr(0, pattern_end);
    const auto given = path.substr(0, path_end);
    if (wanted.starts_with("/{")) {
      if (given.size() < 2) return std::nullopt;
      params.emplace(wanted.substr(2, wanted.size() - 3), net::decode_component(given.substr(1)));
    } else if (wanted != given) {
      return std::nullopt;
    }
    pattern = pattern_end == std::string_view::npos ? "" : pattern.substr(pattern_end);
    path = path_end == std::string_view::npos ? "" : path.substr(path_end);
  }
  if (!pattern.empty() || !path.empty()) return std::nullopt;
  return params;
}

net::ServerResponse nothing_here(const std::string& allowed) {
  if (allowed.empty()) return problem(404, "There is nothing at this address.");
  auto response = problem(405, "This address does not take that method.");
  response.headers.set("Allow", allowed);
  return response;
}

}  // namespace

void Router::add(Route route) {
  CHECK(std::ranges::none_of(
      routes_, [&](const Route& known) { return known.method == route.method && known.path == route.path; }));
  routes_.push_back(std::move(route));
}

Router::Match Router::find(const net::RequestHead& head) const {
  Match match;
  for (const auto& route : routes_) {
    auto params = match_path(route.path, head.path);
    if (!params) continue;
    if (route.method != head.method && !(route.method == "GET" && head.method == "HEAD")) {
      match.allowed +=
          (match.allowed.empty() ? "" : ", ") + route.method + (route.method == "GET" ? ", HEAD" : "");
      continue;
    }
    return Match{.route = &route, .params = std::move(*params)};
  }
  return match;
}

Task<net::Admission> Router::admit(net::RequestHead head) {
  auto match = find(head);
  if (!match.route) co_return net::Admission{.rejection = nothing_here(match.allowed)};
  net::Admission admission{.body_bytes_max = match.route->body_bytes_max};
  if (match.route->admit)
    admission.rejection = co_await match.route->admit(std::move(head), std::move(match.params));
  co_return admission;
}

Task<net::ServerResponse> Router::handle(net::ServerRequest request) {
  auto match = find(request.head);
  if (!match.route) co_return problem(404, "There is nothing at this address.");
  auto response = co_await match.route->handle(
      RouteRequest{std::move(request.head), std::move(match.params), std::move(request.body)});
  metrics_.count("matchday_http_requests_total",
                 {{"route", match.route->path}, {"status", std::to_string(response.status)}});
  co_return response;
}

std::optional<std::string> query_param(const net::RequestHead& head, std::string_view name) {
  for (auto& [key, value] : net::parse_query(head.query)) {
    if (key == name) return std::move(value);
  }
  return std::nullopt;
}

}  // namespace matchday::surfaces
