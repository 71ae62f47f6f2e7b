// See api_frame.hpp.
#include "surfaces/api_frame.hpp"

#include <fmt/format.h>

#include <boost/asio/this_coro.hpp>

#include "base/log.hpp"
#include "surfaces/problem.hpp"

namespace matchday::surfaces {
namespace {

constexpr std::size_t idempotency_key_max = 200;

bool is_safe(std::string_view method) {
  return method == "GET" || method == "HEAD";
}

// The same words whether it does not exist or is somebody else's.
Error no_such_organization() {
  return {.kind = ErrorKind::not_found,
          .message = "There is no such organization, or you do not belong to it."};
}

// What a page of another site cannot send along: the token, and a browser's own word on where it comes from.
bool is_forged(const net::RequestHead& head, const Principal& caller) {
  if (caller.via != Principal::Via::session || is_safe(head.method)) return false;
  if (const auto site = head.headers.get("Sec-Fetch-Site"); site && *site != "same-origin") return true;
  return !crypto::equal_constant_time(head.headers.get("X-CSRF-Token").value_or(""), caller.csrf_token);
}

Result<json::value> read_body(const RouteRequest& request) {
  if (request.body.empty()) return json::value(nullptr);
  return parse_json(request.body);
}

bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

bool is_json(const net::RequestHead& head) {
  const auto type = head.headers.get("Content-Type").value_or("");
  return type == "application/json" || type.starts_with("application/json;");
}

void add_limit(net::ServerResponse& response, const RequestLimit::Verdict& verdict) {
  const auto seconds = [](Duration duration) {
    return std::to_string(std::chrono::ceil<std::chrono::seconds>(duration).count());
  };
  response.headers.set("RateLimit-Limit", std::to_string(verdict.limit));
  response.headers.set("RateLimit-Remaining", std::to_string(verdict.remaining));
  response.headers.set("RateLimit-Reset", seconds(verdict.reset_after));
  if (!verdict.admitted) response.headers.set("Retry-After", seconds(verdict.retry_after));
}

// Counts one more for as long as it lives.
class ScopedCount {
 public:
  explicit ScopedCount(std::size_t& count) : count_(count) { ++count_; }
  ScopedCount(const ScopedCount&) = delete;
  ScopedCount& operator=(const ScopedCount&) = delete;
  ~ScopedCount() { --count_; }

 private:
  std::size_t& count_;
};

net::ServerResponse to_response(const ApiAnswer& answer, const net::RequestHead& head) {
  const auto etag = answer.version ? fmt::format("\"{}\"", *answer.version) : "";
  const bool known = !etag.empty() && is_safe(head.method) && head.headers.get("If-None-Match") == etag;
  net::ServerResponse response{
      .status = known ? 304 : answer.status, .headers = answer.headers, .more = answer.more};
  if (!known && !answer.body.is_null()) {
    response.body = to_text(answer.body);
    response.headers.set("Content-Type", "application/json");
  }
  if (!etag.empty()) response.headers.set("ETag", etag);
  return response;
}

}  // namespace

ApiFrame::ApiFrame(Clock& clock, Authenticator& authenticator, Authorizer& authorizer, Metrics& metrics,
                   ApiFrameOptions options)
    : clock_(clock),
      authenticator_(authenticator),
      authorizer_(authorizer),
      metrics_(metrics),
      signed_in_(clock, options.signed_in),
      anonymous_(clock, options.anonymous),
      organizations_(clock, options.organization),
      addresses_(clock, options.address),
      options_(options),
      running_(options.running_of_organization_max) {}

Route ApiFrame::to_route(ApiRoute route) {
  return {.method = route.method,
          .path = route.path,
          .handle = [this, route](RouteRequest request) { return handle(route, std::move(request)); },
          .body_bytes_max = is_safe(route.method) ? 0 : route.body_bytes_max};
}

Task<net::ServerResponse> ApiFrame::refuse(RequestLimit::Verdict verdict) {
  metrics_.count("matchday_api_limited_total", {});
  if (refused_waiting_ < options_.refused_waiting_max) {
    const ScopedCount waiting(refused_waiting_);
    co_await clock_.sleep(
        std::clamp(verdict.retry_after, options_.refused_after_min, options_.refused_after_max));
  }
  auto response = problem(429, "These are too many requests. Please wait for as long as Retry-After says.");
  add_limit(response, verdict);
  co_return response;
}

Task<net::ServerResponse> ApiFrame::handle(ApiRoute route, RouteRequest request) {
  auto response = co_await within_limits(std::move(route), std::move(request));
  if (!response.headers.get("Cache-Control")) response.headers.set("Cache-Control", "no-store");
  response.headers.set("X-Content-Type-Options", "nosniff");
  co_return response;
}

Task<net::ServerResponse> ApiFrame::within_limits(ApiRoute route, RouteRequest request) {
  const auto of_address = addresses_.admit(request.head.client_address);
  if (!of_address.admitted) co_return co_await refuse(of_address);
  auto caller = co_await authenticator_.authenticate(request.head);
  net::ServerResponse response;
  // One limit for a person, however often they are signed in.
  const auto who = caller && caller->signed_in() ? caller->user.text() : request.head.client_address;
  const auto verdict = (caller && caller->signed_in() ? signed_in_ : anonymous_).admit(who);
  if (!verdict.admitted) {
    response = co_await refuse(verdict);
  } else if (!caller) {
    response = problem(caller.error());
    if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
  } else {
    response = co_await admitted(std::move(route), std::move(request), std::move(*caller));
  }
  if (!response.headers.get("RateLimit-Limit")) add_limit(response, verdict);
  co_return response;
}

Task<net::ServerResponse> ApiFrame::admitted(ApiRoute route, RouteRequest request, Principal caller) {
  if (is_forged(request.head, caller))
    co_return problem(
        403, "This request did not come from Matchday's own pages: X-CSRF-Token is missing or wrong.");
  ApiCall call{.caller = std::move(caller),
               .head = std::move(request.head),
               .params = std::move(request.params),
               .now = clock_.now()};
  if (auto allowed = co_await authorize(route, call); !allowed) {
    auto response = problem(allowed.error());
    if (response.status == 401) response.headers.set("WWW-Authenticate", "Bearer");
    co_return response;
  }
  // Only of who belongs to it: nobody else can use it up.
  std::optional<net::ConnectionSlots::Place> place;
  if (call.organization) {
    const auto verdict = organizations_.admit(call.organization.text());
    if (!verdict.admitted) co_return co_await refuse(verdict);
    place.emplace(running_, co_await boost::asio::this_coro::executor, call.organization.text());
    while (!place->granted()) co_await place->changed.wait();
  }
  if (!request.body.empty() && !is_json(call.head))
    co_return problem(415, "The body must be JSON: Content-Type: application/json.");
  auto body = read_body(request);
  if (!body) co_return problem(400, "The body is not valid JSON.");
  call.body = std::move(*body);
  if (!is_safe(call.head.method)) {
    call.idempotency_key = call.head.headers.get("Idempotency-Key").value_or("");
    if (call.idempotency_key.size() > idempotency_key_max || !is_visible_ascii(call.idempotency_key))
      co_return problem(400, "The Idempotency-Key must have at most 200 visible ASCII characters.");
  }
  if (route.versioned && !call.head.headers.get("If-Match"))
    co_return problem(428, "If-Match is missing: name the ETag of what you want to change.");
  const auto head = call.head;
  const auto organization = call.organization;
  auto answer = co_await route.handle(std::move(call));
  if (!answer) co_return problem(answer.error());
  if (changed_ && organization && !is_safe(head.method)) changed_(organization);
  co_return to_response(*answer, head);
}

Task<Result<>> ApiFrame::authorize(const ApiRoute& route, ApiCall& call) {
  const auto& access = route.access;
  if (access.kind == Access::Kind::anybody) co_return Result<>{};
  if (!call.caller.signed_in()) co_return fail(ErrorKind::unauthorized, "Please sign in first.");
  if (access.kind == Access::Kind::signed_in) co_return Result<>{};
  const bool in_a_browser = call.caller.via == Principal::Via::session;
  if (access.kind == Access::Kind::operators && !(in_a_browser && call.caller.is_operator))
    co_return fail(ErrorKind::forbidden, "Only operators of this server may do that.");
  if (access.kind == Access::Kind::person && !in_a_browser)
    co_return fail(ErrorKind::forbidden, "An API token cannot do this. Sign in with a browser instead.");
  if (access.kind != Access::Kind::members) co_return Result<>{};
  const auto organization = OrganizationId::parse(call.param("organization"));
  if (!organization || (call.caller.only_in && call.caller.only_in != organization))
    co_return std::unexpected(no_such_organization());
  auto permissions = co_await authorizer_.permissions_in(*organization, call.caller);
  if (!permissions) co_return std::unexpected(permissions.error());
  if (!*permissions) co_return std::unexpected(no_such_organization());
  call.organization = *organization;
  call.permissions = **permissions & call.caller.scopes;
  if (!call.permissions.has(access.permission))
    co_return fail(ErrorKind::forbidden,
                   fmt::format("You may not do that in this organization: it needs the permission {}.",
                               name(access.permission)));
  co_return Result<>{};
}

}  // namespace matchday::surfaces
