// An HttpClient that asks a function for each answer, and keeps what was sent.
#pragma once
#include <functional>
#include <vector>

#include "net/http_client.hpp"

namespace matchday::test {

class ScriptedHttp final : public net::HttpClient {
 public:
  using Answer = std::function<Result<net::HttpResponse>(const net::HttpRequest&)>;

  ScriptedHttp(Clock& clock, Answer answer) : clock_(clock), answer_(std::move(answer)) {}

  Task<Result<net::HttpResponse>> send(net::HttpRequest request) override {
    sent.push_back(request);
    co_await clock_.sleep(latency);
    co_return answer_(request);
  }

  void answer_with(Answer answer) { answer_ = std::move(answer); }

  Duration latency = 20ms;
  std::vector<net::HttpRequest> sent;

 private:
  Clock& clock_;
  Answer answer_;
};

inline net::HttpResponse json_response(int status, std::string body, net::Headers headers = {}) {
  headers.set("Content-Type", "application/json");
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

}  // namespace matchday::test
