// ApiFrame: what every API call passes through before its handler: who calls, their limit, whether they may,
// forged requests, the body; and after it: errors as problem documents, versions as ETags. Reads api.hpp's
// table; knows no feature.
#pragma once
#include "base/metrics.hpp"
#include "net/connection_slots.hpp"
#include "surfaces/api.hpp"
#include "surfaces/request_limit.hpp"

namespace matchday::surfaces {

struct ApiFrameOptions {
  RequestLimitOptions signed_in = {};
  RequestLimitOptions anonymous = {.burst = 60, .every = 1s};
  // All callers of one organization together: it cannot crowd out the others.
  RequestLimitOptions organization = {.burst = 400, .every = 5ms};
  // Of one address, before anybody is looked up. A whole event may sit behind one.
  RequestLimitOptions address = {.burst = 400, .every = 5ms};
  std::size_t running_of_organization_max = 4;  // of its requests at once; the rest wait in line
  // Who was told to wait and comes at once is answered late, so that a loop of refusals costs next to
  // nothing.
  Duration refused_after_min = 250ms;
  Duration refused_after_max = 1s;
  std::size_t refused_waiting_max = 128;  // more are answered at once
};

class ApiFrame {
 public:
  // Lifetime: everything outlives the routes.
  ApiFrame(Clock& clock, Authenticator& authenticator, Authorizer& authorizer, Metrics& metrics,
           ApiFrameOptions options = {});

  Route to_route(ApiRoute route);

  // `changed` is called after every change that succeeded. At composition only.
  void on_change(std::function<void(OrganizationId)> changed) { changed_ = std::move(changed); }

 private:
  Task<net::ServerResponse> handle(ApiRoute route, RouteRequest request);
  Task<net::ServerResponse> within_limits(ApiRoute route, RouteRequest request);
  Task<net::ServerResponse> admitted(ApiRoute route, RouteRequest request, Principal caller);
  Task<net::ServerResponse> refuse(RequestLimit::Verdict verdict);
  Task<Result<>> authorize(const ApiRoute& route, ApiCall& call);

  Clock& clock_;
  Authenticator& authenticator_;
  Authorizer& authorizer_;
  Metrics& metrics_;
  RequestLimit signed_in_;
  RequestLimit anonymous_;
  RequestLimit organizations_;
  RequestLimit addresses_;
  ApiFrameOptions options_;
  net::ConnectionSlots running_;  // by organization
  std::size_t refused_waiting_ = 0;
  std::function<void(OrganizationId)> changed_;
};

}  // namespace matchday::surfaces
