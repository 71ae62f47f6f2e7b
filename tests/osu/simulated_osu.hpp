// Simulated osu! behind a plain HttpClient on the test's virtual time, under an address that is not the real
// one's, and a client that asks it. Answers can be put in the way of the real ones.
#pragma once
#include <functional>

#include "net/http_client.hpp"
#include "platforms/osu/client.hpp"
#include "sandbox/osu/world.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday::test {

class OsuHttp final : public net::HttpClient {
 public:
  static constexpr std::string_view base = "http://osu.test/some/path";
  using InTheWay = std::function<std::optional<Result<net::HttpResponse>>(const net::HttpRequest&)>;

  OsuHttp(sim::VirtualClock& clock, sandbox::osu::World& world) : clock_(clock), world_(world) {}

  InTheWay in_the_way = [](const net::HttpRequest&) { return std::nullopt; };
  Duration latency = 20ms;  // each way
  std::vector<net::HttpRequest> sent;
  std::vector<Time> sent_at;
  int under_way = 0;
  int most_under_way = 0;

  Task<Result<net::HttpResponse>> send(net::HttpRequest request) override {
    sent.push_back(request);
    sent_at.push_back(clock_.now());
    most_under_way = std::max(most_under_way, ++under_way);
    co_await clock_.sleep(latency);
    auto answer = in_the_way(request).value_or(Result<net::HttpResponse>());
    if (answer && answer->status == 0) answer = ask_world(request);
    co_await clock_.sleep(latency);
    --under_way;
    co_return answer;
  }

  // "GET /api/v2/me/osu", of everything so far, without queries.
  std::vector<std::string> paths() const {
    std::vector<std::string> out;
    for (const auto& request : sent) {
      const auto target = request.url.substr(base.size());
      out.push_back(request.method + " " + target.substr(0, target.find('?')));
    }
    return out;
  }
  auto count(std::string_view path) const { return std::ranges::count(paths(), path); }

 private:
  net::HttpResponse ask_world(const net::HttpRequest& request) {
    EXPECT_TRUE(request.url.starts_with(base)) << request.url;
    const auto target = request.url.substr(base.size());
    const auto mark = std::min(target.find('?'), target.size());
    auto answer = world_.handle({.method = request.method,
                                 .path = target.substr(0, mark),
                                 .query = target.substr(std::min(mark + 1, target.size())),
                                 .headers = request.headers,
                                 .body = request.body,
                                 .client_address = "10.0.0.1"},
                                clock_.now());
    return {answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  sim::VirtualClock& clock_;
  sandbox::osu::World& world_;
};

inline net::HttpResponse json_answer(int status, std::string body, net::Headers headers = {}) {
  headers.set("Content-Type", "application/json");
  return {.status = status, .headers = std::move(headers), .body = std::move(body)};
}

inline net::HttpResponse page(int status, net::Headers headers = {}) {
  headers.set("Content-Type", "text/html");
  return {.status = status, .headers = std::move(headers), .body = "<!DOCTYPE html><title>Hm</title>"};
}

// Players 1 to 120, the first with the most pp.
struct SimulatedOsu : testing::Test {
  SimulatedOsu() {
    for (int i = 1; i <= 120; ++i) {
      world.add_player({.id = i, .username = "player " + std::to_string(i), .pp = 12'000.0 - 50 * i},
                       clock.now());
    }
  }

  template <class T>
  T run(Task<T> task) {
    return sim::run(context, clock, std::move(task));
  }

  // Starts `task` without waiting for it.
  void start(Task<void> task) { tasks.spawn("call", std::move(task)); }
  void let_time_pass(Duration span) {
    bool over = false;
    clock.call_at(clock.now() + span, [&] { over = true; });
    ASSERT_TRUE(sim::run_until(context, clock, span + 1s, [&] { return over; }));
  }

  osu::Options options() const {
    return {.url = std::string(OsuHttp::base) + "/",
            .client_id = "31415",
            .client_secret = Secret<std::string>("sandbox-osu-client-secret-7b2f")};
  }

  static std::vector<osu::PlayerId> ids(int from, int to) {
    std::vector<osu::PlayerId> out;
    for (int i = from; i <= to; ++i) out.push_back(osu::PlayerId{i});
    return out;
  }

  // The API answers so, tokens are given out as ever.
  void api_answers(std::function<Result<net::HttpResponse>()> answer) {
    http.in_the_way = [answer](const net::HttpRequest& request) -> std::optional<Result<net::HttpResponse>> {
      return request.url.contains("/api/v2/") ? std::optional(answer()) : std::nullopt;
    };
  }

  boost::asio::io_context context;
  sim::VirtualClock clock;
  sandbox::osu::World world{{}, Random(7)};
  OsuHttp http{clock, world};
  osu::Limiter limiter{context.get_executor(), clock, {}};
  osu::Client client{context.get_executor(), http, limiter, clock, options()};
  TaskGroup tasks{context.get_executor(),
                  [](const std::string&, const std::exception_ptr&) { ADD_FAILURE() << "A task failed."; }};
};

}  // namespace matchday::test
