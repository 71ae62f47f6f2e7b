// The HTTP server against clients that are slow, greedy, malicious, or just fine.
#include "net/http_server.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "tests/net/loopback.hpp"

namespace matchday::net {
namespace {

// Answers with what it was asked, unless the path says otherwise.
class EchoHandler final : public HttpHandler {
 public:
  explicit EchoHandler(Clock& clock) : clock_(clock) {}

  Task<Admission> admit(RequestHead head) override {
    admitted.push_back(head);
    if (head.path == "/rejected") {
      co_return Admission{.rejection = ServerResponse{.status = 401, .body = "no"}};
    }
    if (head.path == "/broken-admission") throw std::runtime_error("secret detail");
    co_return Admission{.body_bytes_max = 1000};
  }

  Task<ServerResponse> handle(ServerRequest request) override {
    ++handled;
    if (request.head.path == "/throws") throw std::runtime_error("secret detail");
    if (request.head.path == "/slow") co_await clock_.sleep(100ms);
    if (request.head.path == "/endless") co_await clock_.sleep(1h);
    if (request.head.path == "/big") co_return ServerResponse{.body = std::string(64UL * 1024 * 1024, 'x')};
    if (request.head.path == "/stream")
      co_return ServerResponse{.body = "begun;", .more = [this] { return next(this); }};
    if (request.head.path == "/empty") co_return ServerResponse{.status = 204};
    co_return ServerResponse{.headers = {{"Content-Type", "text/plain"}},
                             .body = fmt::format("{} {} {} {}", request.head.method, request.head.path,
                                                 request.head.query, request.body)};
  }

  // Ticks every 10 ms, and ends after `ticks`.
  static Task<std::optional<std::string>> next(EchoHandler* self) {
    co_await self->clock_.sleep(10ms);
    if (self->ticks == 0) co_return std::nullopt;
    --self->ticks;
    co_return "tick;";
  }

  std::vector<RequestHead> admitted;
  int handled = 0;
  int ticks = 3;

 private:
  Clock& clock_;
};

struct HttpServerTest : LoopbackTest {
  EchoHandler handler{clock};
  std::unique_ptr<HttpServer> server;

  // Short limits, so that a test that waits for one takes no time.
  static HttpServerOptions quick() {
    return {.header_deadline = 150ms,
            .body_deadline = 150ms,
            .handler_deadline = 150ms,
            .write_deadline = 150ms,
            .idle_deadline = 150ms};
  }

  void start(HttpServerOptions options = {}) {
    server = make_http_server(executor(), clock, handler, std::move(options));
    const auto started = server->start();
    ASSERT_TRUE(started) << started.error().message;
  }

  void TearDown() override {
    if (server) run(server->drain(0ms));
  }

  static Task<std::string> exchange_on(Executor executor, std::uint16_t port, std::string bytes) {
    RawClient client(executor);
    co_await client.connect(port);
    co_await client.send(std::move(bytes));
    co_return co_await client.read_to_end();
  }

  // Writes `bytes` on a new connection and reads until the server closes it.
  std::string exchange(std::string bytes) {
    return run(exchange_on(executor(), server->port(), std::move(bytes)));
  }

  RawClient connected() {
    RawClient client(executor());
    run(client.connect(server->port()));
    return client;
  }
};

constexpr auto get_close = "GET /a?b=c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST_F(HttpServerTest, a_request_is_answered_and_the_connection_closed_when_the_client_wishes) {
  start();
  const auto answer = exchange(get_close);
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 OK\r\n"));
  EXPECT_THAT(answer, testing::HasSubstr("Content-Type: text/plain\r\n"));
  EXPECT_THAT(answer, testing::HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nGET /a b=c "));
  EXPECT_EQ(handler.admitted.at(0).client_address, "127.0.0.1");
}

TEST_F(HttpServerTest, one_connection_carries_many_requests_also_when_they_come_together) {
  start();
  const auto answer = exchange(
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc"
      "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n"
      "GET /3 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  const auto first = answer.find("POST /1  abc");
  const auto second = answer.find("POST /2  def");
  const auto third = answer.find("GET /3  ");
  EXPECT_TRUE(first < second && second < third && third != std::string::npos) << answer;
  EXPECT_EQ(handler.handled, 3);
}

TEST_F(HttpServerTest, the_answer_to_head_states_the_length_and_has_no_body) {
  start();
  const auto answer = exchange("HEAD /x HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, testing::HasSubstr("Content-Length: 9\r\n"));
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\n"));
}

TEST_F(HttpServerTest, an_answer_without_content_has_no_length) {
  start();
  const auto answer = exchange("GET /empty HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 204 No Content\r\n"));
  EXPECT_THAT(answer, testing::Not(testing::HasSubstr("Content-Length")));
}

TEST_F(HttpServerTest, an_http_1_0_client_gets_its_answer_and_a_close) {
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.0\r\n\r\n"), testing::HasSubstr("Connection: close\r\n"));
}

TEST_F(HttpServerTest, a_client_that_waits_for_100_continue_gets_it_before_the_body) {
  start();
  auto client = connected();
  run(client.send("POST /p HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"));
  EXPECT_EQ(run(client.read_until("\r\n\r\n")), "HTTP/1.1 100 Continue\r\n\r\n");
  run(client.send("ok"));
  EXPECT_THAT(run(client.read_until("POST /p  ok")), testing::StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(HttpServerTest, a_body_that_says_it_is_too_long_is_refused_unread) {
  start();
  const auto answer = exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 10485760\r\n\r\n" +
                               std::string(10'485'760, 'x'));
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(answer, testing::HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(handler.handled, 0);
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(HttpServerTest, a_client_that_waits_for_100_continue_with_a_long_body_gets_the_refusal_instead) {
  start();
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\nExpect: 100-continue\r\n\r\n"),
              testing::StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, a_chunked_body_that_grows_too_long_is_refused) {
  start();
  std::string request = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  for (int i = 0; i < 11; ++i) request += "64\r\n" + std::string(100, 'x') + "\r\n";
  EXPECT_THAT(exchange(request), testing::StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(handler.handled, 0);
}

TEST_F(HttpServerTest, an_absurd_length_costs_nothing) {
  start();
  EXPECT_THAT(exchange("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 18446744073709551615\r\n\r\n"),
              testing::StartsWith("HTTP/1.1 413 "));
  EXPECT_THAT(
      exchange("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n"),
      testing::StartsWith("HTTP/1.1 413 "));
}

TEST_F(HttpServerTest, a_header_that_is_too_long_is_refused) {
  start();
  EXPECT_THAT(exchange("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n"),
              testing::StartsWith("HTTP/1.1 431 "));
}

TEST_F(HttpServerTest, requests_that_two_readers_could_understand_differently_are_refused) {
  start();
  for (const char* request : {
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
           "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +5\r\n\r\nhello",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
           "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n0\r\n\r\n",
           "GET / HTTP/1.1\r\nHost : h\r\n\r\n",
           "GET / HTTP/1.1\nHost: h\n\n",
           "GET  / HTTP/1.1\r\nHost: h\r\n\r\n",
           "\x16\x03\x01 this is TLS\r\n\r\n",
       }) {
    EXPECT_THAT(exchange(request), testing::StartsWith("HTTP/1.1 400 ")) << request;
  }
  EXPECT_EQ(handler.handled, 0);
}

// Cuts, doubles and flips parts of good requests. What comes back does not matter, as long as the server
// stands.
TEST_F(HttpServerTest, no_bytes_bring_the_server_down) {
  start({.header_deadline = 1s, .body_deadline = 1s});
  Random random(7);
  const std::string good[] = {
      "POST /1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
      "POST /2 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n1\r\nf\r\n0\r\n\r\n",
      "GET http://h/3?a=b HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nX-Forwarded-For: 1.2.3.4, 5\r\n\r\n",
      "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
      "x\r\n\r\n"};
  const auto position = [&](const std::string& text) {
    return static_cast<std::size_t>(random.between(0, static_cast<std::int64_t>(text.size())));
  };
  for (int i = 0; i < 300; ++i) {
    std::string bytes = good[random.between(0, 3)] + good[random.between(0, 3)];
    for (auto faults = random.between(1, 4); faults > 0; --faults) {
      const std::size_t at = position(bytes);
      switch (random.between(0, 3)) {
        case 0:
          bytes.resize(at);
          break;
        case 1:
          bytes.insert(at, bytes.substr(position(bytes) / 2, 20));
          break;
        case 2:
          bytes.insert(at, 1, static_cast<char>(random.between(0, 255)));
          break;
        default:
          bytes.erase(at, static_cast<std::size_t>(random.between(1, 5)));
      }
    }
    auto client = connected();
    run(client.send(bytes));
    boost::system::error_code ignored;
    client.socket().shutdown(tcp::socket::shutdown_send, ignored);
    (void)run(client.read_to_end());
  }
  EXPECT_THAT(exchange(get_close), testing::StartsWith("HTTP/1.1 200 "));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(HttpServerTest, a_rejection_closes_the_connection_without_reading_the_body) {
  start();
  const auto answer = exchange("POST /rejected HTTP/1.1\r\nHost: h\r\nContent-Length: 900\r\n\r\npartial");
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(answer, testing::HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(handler.handled, 0);
}

TEST_F(HttpServerTest, a_failure_is_told_without_details_and_with_a_reference_that_finds_the_log_line) {
  start();
  std::string logged;
  log::set_tap([&](log::Level, std::string_view line) { logged += line; });
  for (const char* path : {"/throws", "/broken-admission"}) {
    const auto answer =
        exchange(fmt::format("GET {} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n", path));
    EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 500 "));
    EXPECT_THAT(answer, testing::HasSubstr("Content-Type: application/problem+json"));
    EXPECT_THAT(answer, testing::Not(testing::HasSubstr("secret")));
    const auto document = parse_json(answer.substr(answer.find("\r\n\r\n") + 4));
    ASSERT_TRUE(document);
    EXPECT_THAT(logged, testing::HasSubstr(Fields(*document).string_or("ref", "no reference")));
  }
  log::set_tap({});
}

TEST_F(HttpServerTest, a_handler_that_takes_too_long_is_cancelled_and_answered_for) {
  start(quick());
  EXPECT_THAT(exchange("GET /endless HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"),
              testing::StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, a_client_that_says_nothing_is_dropped) {
  start(quick());
  EXPECT_EQ(exchange(""), "");
}

Task<void> drip(RawClient& client, Clock& clock, std::string bytes) {
  for (const char c : bytes) {
    co_await client.send(std::string(1, c));
    co_await clock.sleep(20ms);
  }
}

TEST_F(HttpServerTest, a_header_that_drips_in_is_cut_off_at_the_deadline) {
  start(quick());
  auto client = connected();
  run(drip(client, clock, "GET / HTTP/1.1\r\n"));
  EXPECT_THAT(run(client.read_to_end()), testing::StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, a_body_that_drips_in_is_cut_off_at_the_deadline) {
  start(quick());
  auto client = connected();
  run(client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 500\r\n\r\n"));
  run(drip(client, clock, "0123456789"));
  EXPECT_THAT(run(client.read_to_end()), testing::StartsWith("HTTP/1.1 408 "));
}

TEST_F(HttpServerTest, a_client_that_does_not_read_its_answer_is_dropped) {
  start(quick());
  auto client = connected();
  run(client.send("GET /big HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(HttpServerTest, an_idle_connection_is_closed_after_a_while) {
  start(quick());
  auto client = connected();
  run(client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_THAT(run(client.read_to_end()), testing::EndsWith("GET /  "));
}

TEST_F(HttpServerTest, connections_beyond_the_total_are_turned_away_until_one_ends) {
  handler.ticks = 1'000'000;
  start({.connections_max = 2});
  std::optional<RawClient> first = connected();
  auto second = connected();
  run(first->send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  run(second.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return handler.handled == 2; }));
  EXPECT_THAT(exchange(get_close), testing::StartsWith("HTTP/1.1 503 "));
  first.reset();
  EXPECT_TRUE(eventually([&] { return server->connections() == 1; }));
  EXPECT_THAT(exchange(get_close), testing::StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, who_only_keeps_a_connection_makes_way_for_who_has_something_to_ask) {
  start({.connections_max = 2});
  auto longest = connected();
  run(longest.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n"));
  (void)run(longest.read_until("GET /  "));
  const auto silent = connected();
  EXPECT_TRUE(eventually([&] { return server->connections() == 2; }));
  EXPECT_THAT(exchange(get_close), testing::StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(run(longest.read_to_end()), "") << "it had waited for longest";
  EXPECT_THAT(exchange(get_close), testing::StartsWith("HTTP/1.1 200 "));
}

TEST_F(HttpServerTest, one_address_cannot_take_all_connections) {
  start({.connections_per_address_max = 1});
  const auto first = connected();
  EXPECT_TRUE(eventually([&] { return server->connections() == 1; }));
  EXPECT_THAT(exchange(get_close), testing::StartsWith("HTTP/1.1 503 "));
}

TEST_F(HttpServerTest, behind_a_trusted_proxy_the_share_belongs_to_the_forwarded_address) {
  start({.connections_per_address_max = 1, .trusted_proxies = {"127.0.0.0/8"}});
  auto slow = connected();
  run(slow.send("GET /slow HTTP/1.1\r\nHost: h\r\nX-Forwarded-For: 1.2.3.4\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return handler.handled == 1; }));
  const auto from = [](const char* address) {
    return fmt::format("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nX-Forwarded-For: {}\r\n\r\n",
                       address);
  };
  EXPECT_THAT(exchange(from("1.2.3.4")), testing::StartsWith("HTTP/1.1 429 "));
  EXPECT_THAT(exchange(from("1.2.3.5")), testing::StartsWith("HTTP/1.1 200 "));
  EXPECT_EQ(handler.admitted.back().client_address, "1.2.3.5");
}

TEST_F(HttpServerTest, draining_finishes_the_running_request_and_closes_idle_connections_at_once) {
  start();
  auto busy = connected();
  auto idle = connected();
  run(busy.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return handler.handled == 1 && server->connections() == 2; }));
  const auto begin = clock.steady();
  run(server->drain(10s));
  EXPECT_LT(clock.steady() - begin, 5s);
  EXPECT_EQ(server->connections(), 0U);
  const auto answer = run(busy.read_to_end());
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(answer, testing::HasSubstr("Connection: close\r\n"));
  EXPECT_EQ(run(idle.read_to_end()), "");
  EXPECT_THROW((void)connected(), boost::system::system_error);
}

TEST_F(HttpServerTest, an_answer_can_go_on_and_ends_with_its_connection) {
  start();
  const auto answer = exchange("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n");
  EXPECT_THAT(answer, testing::EndsWith("\r\n\r\nbegun;tick;tick;tick;"));
  EXPECT_THAT(answer, testing::Not(testing::HasSubstr("Content-Length")));
  EXPECT_THAT(answer, testing::HasSubstr("Connection: close\r\n"));
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
}

TEST_F(HttpServerTest, a_stream_ends_when_the_client_goes_and_when_the_server_drains) {
  handler.ticks = 1'000'000;
  start();
  {
    auto leaves = connected();
    run(leaves.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
    EXPECT_THAT(run(leaves.read_until("tick;")), testing::HasSubstr("begun;"));
  }
  EXPECT_TRUE(eventually([&] { return server->connections() == 0; }));
  auto stays = connected();
  run(stays.send("GET /stream HTTP/1.1\r\nHost: h\r\n\r\n"));
  (void)run(stays.read_until("tick;"));
  const auto begin = clock.steady();
  run(server->drain(10s));
  EXPECT_LT(clock.steady() - begin, 5s);
}

TEST_F(HttpServerTest, what_does_not_end_within_the_patience_is_dropped) {
  start();
  auto client = connected();
  run(client.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n"));
  EXPECT_TRUE(eventually([&] { return handler.handled == 1; }));
  run(server->drain(50ms));
  EXPECT_EQ(server->connections(), 0U);
}

TEST_F(HttpServerTest, a_taken_port_is_named_in_the_error) {
  start();
  const auto second = make_http_server(executor(), clock, handler, {.port = server->port()});
  const auto started = second->start();
  ASSERT_FALSE(started);
  EXPECT_EQ(started.error().kind, ErrorKind::unavailable);
  EXPECT_THAT(started.error().message, testing::HasSubstr(std::to_string(server->port())));
}

TEST_F(HttpServerTest, an_upgrade_that_nobody_wants_is_refused) {
  start();
  EXPECT_THAT(exchange("GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                       "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"),
              testing::StartsWith("HTTP/1.1 426 "));
}

}  // namespace
}  // namespace matchday::net
