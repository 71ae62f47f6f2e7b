// The simulated network: HTTP requests and gateway connections of the process, carried to the platforms with
// latency and faults. What has left the process goes on even if the process dies.
#pragma once
#include "net/http_client.hpp"
#include "net/websocket.hpp"
#include "sim/evening/crash.hpp"
#include "sim/evening/platforms.hpp"
#include "sim/evening/seams.hpp"

namespace matchday::sim {

class SimHttpClient final : public net::HttpClient {
 public:
  // `clock` is the process's. Lifetime: everything outlives the process's requests.
  SimHttpClient(Executor executor, VirtualClock& clock, Platforms& platforms, CrashPlan& crashes,
                const Seams& seams)
      : executor_(std::move(executor)),
        clock_(clock),
        platforms_(platforms),
        crashes_(crashes),
        seams_(seams),
        dead_(executor_) {}

  Task<Result<net::HttpResponse>> send(net::HttpRequest request) override;

 private:
  struct Exchange;
  Task<Result<net::HttpResponse>> send_once(net::HttpRequest request);
  void carry(const std::shared_ptr<Exchange>& exchange, net::HttpRequest request);
  static Task<void> until_answered(std::shared_ptr<Exchange> exchange);
  Task<void> die_here();

  Executor executor_;
  VirtualClock& clock_;
  Platforms& platforms_;
  CrashPlan& crashes_;
  const Seams& seams_;
  Signal dead_;
};

class SimConnector final : public net::WebSocketConnector {
 public:
  SimConnector(Executor executor, VirtualClock& clock, Platforms& platforms)
      : executor_(std::move(executor)), clock_(clock), platforms_(platforms) {}

  Task<Result<std::unique_ptr<net::WebSocket>>> connect(std::string url,
                                                        net::WebSocketOptions options) override;

 private:
  Executor executor_;
  VirtualClock& clock_;
  Platforms& platforms_;
};

}  // namespace matchday::sim
