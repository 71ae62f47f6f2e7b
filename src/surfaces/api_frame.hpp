// ApiFrame: what every API call passes through before its handler: who calls, their limit, whether they may,
// forged requests, the body; and after it: errors as problem documents, versions as ETags. Reads api.hpp's
// table; knows no feature.
#pragma once
#include "base/metrics.hpp"
#include "surfaces/api.hpp"
#include "surfaces/request_limit.hpp"

namespace matchday::surfaces {

struct ApiFrameOptions {
  RequestLimitOptions signed_in = {};
  RequestLimitOptions anonymous = {.burst = 60, .every = 1s};
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
  Task<net::ServerResponse> admitted(ApiRoute route, RouteRequest request, Principal caller);
  Task<Result<>> authorize(const ApiRoute& route, ApiCall& call);

  Clock& clock_;
  Authenticator& authenticator_;
  Authorizer& authorizer_;
  Metrics& metrics_;
  RequestLimit signed_in_;
  RequestLimit anonymous_;
  std::function<void(OrganizationId)> changed_;
};

}  // namespace matchday::surfaces
