// Routing as a table: method, path, handler. A path segment in braces matches anything and is given to the
// handler, decoded. What needs to be checked before a body is read goes into `admit`.
#pragma once
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "base/metrics.hpp"
#include "net/http_server.hpp"

namespace matchday::surfaces {

using PathParams = std::map<std::string, std::string, std::less<>>;

struct RouteRequest {
  net::RequestHead head;
  PathParams params;
  std::string body;
};

struct Route {
  std::string method;
  std::string path;  // "/faceit-webhook/{key}"
  std::function<Task<net::ServerResponse>(RouteRequest)> handle;
  std::size_t body_bytes_max = 64 * 1024;
  // Called before the body is read; a response rejects the request.
  std::function<Task<std::optional<net::ServerResponse>>(net::RequestHead, PathParams)> admit = {};
};

class Router final : public net::HttpHandler {
 public:
  explicit Router(Metrics& metrics) : metrics_(metrics) {}

  // At composition only. CHECKs that no route is declared twice.
  void add(Route route);

  Task<net::Admission> admit(net::RequestHead head) override;
  Task<net::ServerResponse> handle(net::ServerRequest request) override;

 private:
  struct Match {
    const Route* route = nullptr;
    PathParams params;
    std::string allowed;  // the methods of a path that exists, but not for this one
  };
  Match find(const net::RequestHead& head) const;

  Metrics& metrics_;
  std::vector<Route> routes_;
};

// The value of a query parameter, decoded.
std::optional<std::string> query_param(const net::RequestHead& head, std::string_view name);

}  // namespace matchday::surfaces
