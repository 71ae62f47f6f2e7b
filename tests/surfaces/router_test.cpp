// Routing, problem documents and the pages for operators, as a client of the HTTP server meets them.
#include "surfaces/router.hpp"

#include <gmock/gmock.h>

#include "sim/clock/virtual_clock.hpp"
#include "surfaces/ops.hpp"
#include "surfaces/problem.hpp"

namespace matchday::surfaces {
namespace {

using net::ServerResponse;

struct RouterTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  Metrics metrics;
  Router router{metrics};
  int admitted = 0;

  static Task<ServerResponse> echo(std::string name, RouteRequest request) {
    json::object params;
    for (const auto& [key, value] : request.params) params[key] = value;
    co_return answer_json(200, {{"route", name}, {"params", params}, {"body", request.body}});
  }
  void add(std::string method, std::string path) {
    auto name = method + " " + path;
    router.add({.method = std::move(method), .path = std::move(path), .handle = [name](RouteRequest request) {
                  return echo(name, std::move(request));
                }});
  }
  static Task<std::optional<ServerResponse>> guard(int* count, bool pass) {
    ++*count;
    if (pass) co_return std::nullopt;
    co_return problem(401, "No.");
  }

  ServerResponse ask(std::string method, std::string path, std::string body = "") {
    net::RequestHead head{.method = std::move(method), .path = std::move(path)};
    auto admission = sim::run(context, clock, router.admit(head));
    if (admission.rejection) return *admission.rejection;
    return sim::run(context, clock, router.handle({std::move(head), std::move(body)}));
  }
  static json::value body_of(const ServerResponse& response) { return *parse_json(response.body); }
};

TEST_F(RouterTest, a_path_leads_to_its_route_and_its_segments_in_braces_to_decoded_parameters) {
  add("GET", "/");
  add("GET", "/matches");
  add("GET", "/matches/{id}");
  add("GET", "/matches/{id}/players/{player}");
  add("POST", "/faceit-webhook/{key}");
  struct Case {
    std::string method;
    std::string path;
    std::string route;  // empty: 404
    json::object params = {};
  };
  const std::vector<Case> cases{
      {"GET", "/", "GET /"},
      {"GET", "/matches", "GET /matches"},
      {"GET", "/matches/1-abc", "GET /matches/{id}", {{"id", "1-abc"}}},
      {"GET", "/matches/a%2Fb", "GET /matches/{id}", {{"id", "a/b"}}},
      {"GET", "/matches/%41%20%c3%a9", "GET /matches/{id}", {{"id", "A é"}}},
      {"GET", "/matches/a+b", "GET /matches/{id}", {{"id", "a+b"}}},
      {"GET", "/matches/100%", "GET /matches/{id}", {{"id", "100%"}}},
      {"GET", "/matches/..", "GET /matches/{id}", {{"id", ".."}}},
      {"GET", "/matches/1/players/2", "GET /matches/{id}/players/{player}", {{"id", "1"}, {"player", "2"}}},
      {"POST", "/faceit-webhook/s%3Fecret", "POST /faceit-webhook/{key}", {{"key", "s?ecret"}}},
      {"GET", "/matches/", ""},
      {"GET", "/matches/1/", ""},
      {"GET", "/matches//players/2", ""},
      {"GET", "/matches/1/players", ""},
      {"GET", "/Matches", ""},
      {"GET", "/matchesX", ""},
      {"GET", "matches", ""},
      {"GET", "", ""},
      {"GET", "//", ""},
  };
  for (const auto& c : cases) {
    const auto answer = ask(c.method, c.path);
    EXPECT_EQ(answer.status, c.route.empty() ? 404 : 200) << c.path;
    if (c.route.empty()) {
      EXPECT_EQ(answer.headers.get("Content-Type"), "application/problem+json") << c.path;
      continue;
    }
    EXPECT_EQ(body_of(answer).at("route"), json::value(c.route)) << c.path;
    EXPECT_EQ(body_of(answer).at("params"), json::value(c.params)) << c.path;
  }
}

TEST_F(RouterTest, a_known_path_tells_other_methods_which_ones_it_takes) {
  add("POST", "/things");
  add("GET", "/things");
  add("DELETE", "/things/{id}");
  const auto answer = ask("PUT", "/things");
  EXPECT_EQ(answer.status, 405);
  EXPECT_EQ(answer.headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.headers.get("Allow"), "POST, GET, HEAD") << "RFC 9110 wants it";
  EXPECT_EQ(ask("GET", "/things/1").headers.get("Allow"), "DELETE");
  EXPECT_EQ(ask("get", "/things").status, 405) << "methods are case-sensitive";
}

TEST_F(RouterTest, HEAD_is_answered_where_GET_is) {
  add("GET", "/matches/{id}");
  add("POST", "/things");
  EXPECT_EQ(ask("HEAD", "/matches/1").status, 200);
  EXPECT_EQ(ask("HEAD", "/things").status, 405);
}

TEST_F(RouterTest, the_same_path_serves_several_methods_even_where_patterns_overlap) {
  add("GET", "/a/{id}");
  add("POST", "/a/{name}");
  add("PUT", "/a/fixed");
  EXPECT_EQ(body_of(ask("POST", "/a/fixed")).at("route"), json::value("POST /a/{name}"));
  EXPECT_EQ(body_of(ask("PUT", "/a/fixed")).at("route"), json::value("PUT /a/fixed"));
  EXPECT_EQ(ask("PUT", "/a/other").status, 405);
}

TEST_F(RouterTest, what_guards_a_route_is_asked_before_the_body_is_read) {
  for (const bool pass : {true, false}) {
    const std::string path = pass ? "/open" : "/shut";
    router.add({.method = "POST",
                .path = path,
                .handle = [](RouteRequest request) { return echo("guarded", std::move(request)); },
                .body_bytes_max = 17,
                .admit = [this, pass](net::RequestHead, PathParams) { return guard(&admitted, pass); }});
    const auto admission = sim::run(context, clock, router.admit({.method = "POST", .path = path}));
    EXPECT_EQ(admission.body_bytes_max, 17U);
    EXPECT_EQ(admission.rejection.has_value(), !pass);
  }
  EXPECT_EQ(admitted, 2);
}

TEST_F(RouterTest, requests_are_counted_by_route_and_not_by_what_stands_in_the_path) {
  add("GET", "/matches/{id}");
  ask("GET", "/matches/1-abc");
  ask("GET", "/matches/1-def");
  EXPECT_EQ(metrics.value("matchday_http_requests_total", {{"route", "/matches/{id}"}, {"status", "200"}}),
            2U);
  EXPECT_FALSE(metrics.text().contains("1-abc"));
}

TEST(QueryParam, is_decoded_and_the_first_of_its_name) {
  const net::RequestHead head{.query = "token=a%2Fb+c&x=&token=second"};
  EXPECT_EQ(query_param(head, "token"), "a/b c");
  EXPECT_EQ(query_param(head, "x"), "");
  EXPECT_EQ(query_param(head, "y"), std::nullopt);
}

// ---- Problem documents.

TEST(Problem, has_the_form_of_RFC_9457) {
  const auto response = problem(404, "There is no such match.");
  EXPECT_EQ(response.status, 404);
  EXPECT_EQ(response.headers.get("Content-Type"), "application/problem+json");
  EXPECT_EQ(*parse_json(response.body), (json::value{{"type", "about:blank"},
                                                     {"title", "Not Found"},
                                                     {"status", 404},
                                                     {"detail", "There is no such match."}}));
}

TEST(Problem, each_kind_of_error_has_its_status_and_our_own_troubles_are_not_told_to_strangers) {
  struct Case {
    ErrorKind kind;
    int status;
    bool told;
  };
  const std::vector<Case> cases{{ErrorKind::invalid, 400, true},      {ErrorKind::unauthorized, 401, true},
                                {ErrorKind::forbidden, 403, true},    {ErrorKind::not_found, 404, true},
                                {ErrorKind::conflict, 409, true},     {ErrorKind::refused, 422, true},
                                {ErrorKind::limited, 429, true},      {ErrorKind::internal, 500, false},
                                {ErrorKind::unavailable, 503, false}, {ErrorKind::timeout, 503, false},
                                {ErrorKind::ambiguous, 503, false}};
  for (const auto& c : cases) {
    const auto response = problem(Error{.kind = c.kind, .message = "table secrets is locked"});
    EXPECT_EQ(response.status, c.status) << name(c.kind);
    EXPECT_EQ(response.body.contains("table secrets is locked"), c.told) << name(c.kind);
  }
}

// ---- Pages for operators.

struct OpsTest : RouterTest {
  bool discord = false;
  bool commands = false;
  OpsTest() {
    metrics.count("matchday_things_total", {{"kind", "a\"b"}}, 3);
    for (auto& route : ops_routes(
             metrics,
             {{.name = "discord", .ready = [this] { return discord; }, .reason = "not connected"},
              {.name = "commands", .ready = [this] { return commands; }, .reason = "not registered"}})) {
      router.add(std::move(route));
    }
  }
};

TEST_F(OpsTest, alive_is_alive_and_ready_names_what_is_missing) {
  EXPECT_EQ(ask("GET", "/healthz").status, 200);
  auto answer = ask("GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(body_of(answer).at("missing"),
            (json::value{{"commands", "not registered"}, {"discord", "not connected"}}));
  discord = true;
  answer = ask("GET", "/readyz");
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(body_of(answer).at("missing"), (json::value{{"commands", "not registered"}}));
  commands = true;
  answer = ask("GET", "/readyz");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(body_of(answer).at("status"), json::value("ready"));
}

TEST_F(OpsTest, metrics_are_text_that_Prometheus_reads) {
  const auto answer = ask("GET", "/metrics");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(std::string(*answer.headers.get("Content-Type")).starts_with("text/plain; version=0.0.4"));
  EXPECT_THAT(answer.body, testing::HasSubstr(R"(matchday_things_total{kind="a\"b"} 3)"));
}

}  // namespace
}  // namespace matchday::surfaces
