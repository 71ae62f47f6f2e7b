// The receivers of an organization's webhooks, on the test's virtual time: what they were sent, and what they
// answer. Not here: addresses and sockets (tests/net) and the real program (tests/node/contract).
#pragma once
#include <deque>
#include <vector>

#include "net/http_client.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday::test {

class WebhookReceivers final : public net::HttpClient {
 public:
  explicit WebhookReceivers(sim::VirtualClock& clock) : clock_(clock) {}

  struct Received {
    net::HttpRequest request;
    Time at;
    std::string header(std::string_view name) const {
      return std::string(request.headers.get(name).value_or(""));
    }
    std::string type() const {
      const auto body = parse_json(request.body);
      return body ? Fields(*body).string_or("type", "") : "";
    }
  };
  std::vector<Received> received;
  // What comes next; then `usual`.
  std::deque<Result<net::HttpResponse>> answers;
  Result<net::HttpResponse> usual = net::HttpResponse{.status = 200, .body = "ok"};
  std::function<void()> on_received = [] {};
  // How long one of these hosts takes; the others answer within 20 ms.
  std::map<std::string, Duration> slow;

  Task<Result<net::HttpResponse>> send(net::HttpRequest request) override {
    received.push_back({request, clock_.now()});
    on_received();
    auto answer = usual;
    if (!answers.empty()) {
      answer = std::move(answers.front());
      answers.pop_front();
    }
    Duration takes = 20ms;
    for (const auto& [host, time] : slow) {
      if (request.url.contains(host)) takes = time;
    }
    co_await clock_.sleep(std::min(takes, request.deadline));
    if (takes > request.deadline) co_return fail(ErrorKind::ambiguous, "no answer within 15000 ms");
    co_return std::move(answer);
  }

  std::vector<std::string> types() const {
    std::vector<std::string> out;
    for (const auto& one : received) out.push_back(one.type());
    return out;
  }

 private:
  sim::VirtualClock& clock_;
};

}  // namespace matchday::test
