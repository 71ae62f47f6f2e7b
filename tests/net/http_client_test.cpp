// The HTTP client against servers that answer, refuse, stall, lie and hang up. What matters most is how each
// failure is told: `unavailable` must mean that nothing was sent.
#include "net/http_client.hpp"

#include "tests/net/loopback.hpp"
#include "tests/net/self_signed.hpp"
#include "tests/net/tls_front.hpp"

namespace matchday::net {
namespace {

constexpr auto ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

struct HttpClientTest : LoopbackTest {
  std::unique_ptr<ScriptedServer> server;
  std::unique_ptr<HttpClient> client = make_http_client(executor(), {});
  std::vector<std::string> requests;  // what arrived at the server, header and body, in order

  void TearDown() override {
    client.reset();
    if (server) run(server->stop());
  }

  // Reads one request: the header, and a body of the length that it states.
  static Task<std::string> read_request(tcp::socket* socket) {
    std::string text;
    boost::system::error_code error;
    const auto head_size = co_await boost::asio::async_read_until(
        *socket, boost::asio::dynamic_buffer(text), "\r\n\r\n",
        boost::asio::redirect_error(boost::asio::use_awaitable, error));
    if (error) co_return std::string();
    std::size_t length = 0;
    if (const auto at = text.find("Content-Length: "); at != std::string::npos)
      length = std::stoul(text.substr(at + 16));
    while (!error && text.size() < head_size + length) {
      std::string more(head_size + length - text.size(), '\0');
      more.resize(co_await socket->async_read_some(
          boost::asio::buffer(more), boost::asio::redirect_error(boost::asio::use_awaitable, error)));
      text += more;
    }
    co_return text;
  }

  static Task<void> write(tcp::socket* socket, std::string bytes) {
    co_await boost::asio::async_write(*socket, boost::asio::buffer(bytes), boost::asio::use_awaitable);
  }

  // Answers the requests of each connection with `answers`, one after the other, then closes it.
  static Task<void> answer_all(HttpClientTest* test, tcp::socket socket, std::vector<std::string> answers) {
    for (const std::string& answer : answers) {
      auto request = co_await read_request(&socket);
      if (request.empty()) co_return;
      test->requests.push_back(std::move(request));
      co_await write(&socket, answer);
    }
  }

  void serve(std::vector<std::string> answers) {
    server = std::make_unique<ScriptedServer>(executor(), [this, answers](tcp::socket socket) {
      return answer_all(this, std::move(socket), answers);
    });
  }

  // Reads a request and then says nothing, for as long as the connection lasts.
  static Task<void> stall(HttpClientTest* test, tcp::socket socket) {
    test->requests.push_back(co_await read_request(&socket));
    (void)co_await read_request(&socket);
    ++test->dropped;
  }
  int dropped = 0;

  void serve_nothing() {
    server = std::make_unique<ScriptedServer>(
        executor(), [this](tcp::socket socket) { return stall(this, std::move(socket)); });
  }

  Result<HttpResponse> send(HttpRequest request) { return run(client->send(std::move(request))); }

  ErrorKind kind_of(HttpRequest request) {
    const auto result = send(std::move(request));
    EXPECT_FALSE(result);
    return result ? ErrorKind::internal : result.error().kind;
  }
};

TEST_F(HttpClientTest, a_request_arrives_as_it_was_meant) {
  serve({"HTTP/1.1 201 Created\r\nX-One: 1\r\nx-one:  2 \r\nX-Empty:\r\nContent-Length: 5\r\n\r\nhello"});
  const auto response = send({.method = "POST",
                              .url = server->url("/path?a=%20b"),
                              .headers = {{"Authorization", "Bot x"}, {"X-Nothing", ""}},
                              .body = std::string("{\"a\":\0}", 7)});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 201);
  EXPECT_EQ(response->body, "hello");
  EXPECT_EQ(response->headers.all().size(), 4U);
  EXPECT_EQ(response->headers.get("x-ONE"), "1");
  const std::string& request = requests.at(0);
  EXPECT_THAT(request, testing::StartsWith("POST /path?a=%20b HTTP/1.1\r\n"));
  EXPECT_THAT(request, testing::HasSubstr("Authorization: Bot x\r\n"));
  EXPECT_THAT(request, testing::HasSubstr("X-Nothing:\r\n"));
  EXPECT_THAT(request, testing::HasSubstr("User-Agent: Matchday\r\n"));
  EXPECT_THAT(request, testing::Not(testing::HasSubstr("Content-Type")));
  EXPECT_THAT(request, testing::Not(testing::HasSubstr("Expect")));
  EXPECT_THAT(request, testing::EndsWith(std::string("{\"a\":\0}", 7)));
}

TEST_F(HttpClientTest, every_method_goes_out_with_the_length_that_servers_ask_for) {
  serve({ok, ok, ok, ok, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n"});
  for (const char* method : {"PUT", "PATCH", "DELETE", "GET", "HEAD"}) {
    const auto response = send({.method = method, .url = server->url()});
    ASSERT_TRUE(response) << method << ": " << response.error().message;
    EXPECT_THAT(requests.back(), testing::StartsWith(method));
    const bool states_length = requests.back().contains("Content-Length: 0\r\n");
    EXPECT_EQ(states_length, method == std::string("PUT") || method == std::string("PATCH")) << method;
  }
  EXPECT_EQ(server->accepted(), 1);
}

TEST_F(HttpClientTest, every_complete_answer_is_a_success_and_redirects_are_not_followed) {
  serve({"HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n",
         "HTTP/1.1 302 Found\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n",
         "HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\nHTTP/1.1 404 No\r\nX-Late: 1\r\nContent-Length: "
         "0\r\n\r\n"});
  EXPECT_EQ(send({.url = server->url()})->status, 500);
  EXPECT_EQ(send({.url = server->url()})->status, 302);
  const auto last = send({.url = server->url()});
  EXPECT_EQ(last->status, 404);
  EXPECT_EQ(last->headers.get("X-Late"), "1");
  EXPECT_EQ(last->headers.get("X-Early"), std::nullopt);
  EXPECT_EQ(requests.size(), 3U);
}

TEST_F(HttpClientTest, a_packed_answer_is_unpacked) {
  const std::string packed(
      "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\xcb\x48\xcd\xc9\xc9\xd7\x51\x28\x48\x4c\xce\x4e\x4d\x51\x28"
      "\xcf\x2f\xca"
      "\x49\x01\x00\x48\xef\x2e\xcc\x13\x00\x00\x00",
      39);
  serve({"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 39\r\n\r\n" + packed});
  EXPECT_EQ(send({.url = server->url()})->body, "hello, packed world");
  EXPECT_THAT(requests.at(0), testing::HasSubstr("Accept-Encoding: gzip\r\n"));
}

TEST_F(HttpClientTest, connections_are_reused) {
  serve({ok, ok, ok});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(send({.url = server->url()})->body, "ok");
  EXPECT_EQ(server->accepted(), 1);
}

TEST_F(HttpClientTest, no_host_gets_more_connections_than_allowed) {
  client = make_http_client(executor(), {.connections_per_host_max = 3});
  int open = 0;
  int most = 0;
  const auto slow = [](HttpClientTest* test, int* now, int* peak, tcp::socket socket) -> Task<void> {
    while (!(co_await read_request(&socket)).empty()) {
      *peak = std::max(*peak, ++*now);
      co_await test->clock.sleep(3ms);
      --*now;
      co_await write(&socket, ok);
    }
  };
  server = std::make_unique<ScriptedServer>(
      executor(), [&](tcp::socket socket) { return slow(this, &open, &most, std::move(socket)); });
  int succeeded = 0;
  TaskGroup group(executor(), [](const std::string&, std::exception_ptr) {});
  for (int i = 0; i < 20; ++i) {
    group.spawn("request", [](HttpClientTest* test, int* count) -> Task<void> {
      const auto response = co_await test->client->send({.url = test->server->url()});
      *count += response ? 1 : 0;
    }(this, &succeeded));
  }
  run(group.join());
  EXPECT_EQ(succeeded, 20);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(server->accepted(), 3);
}

TEST_F(HttpClientTest, what_never_left_is_unavailable) {
  std::uint16_t closed_port = 0;
  {
    tcp::acceptor acceptor(context, loopback(0));
    closed_port = acceptor.local_endpoint().port();
  }
  EXPECT_EQ(kind_of({.method = "POST", .url = fmt::format("http://127.0.0.1:{}/", closed_port)}),
            ErrorKind::unavailable);
  EXPECT_EQ(kind_of({.method = "POST", .url = "http://does-not-exist.invalid/"}), ErrorKind::unavailable);
}

TEST_F(HttpClientTest, a_deadline_in_our_own_queue_is_unavailable) {
  serve_nothing();
  client = make_http_client(executor(), {.connections_per_host_max = 1});
  TaskGroup group(executor(), [](const std::string&, std::exception_ptr) {});
  group.spawn("first", [](HttpClientTest* test) -> Task<void> {
    (void)co_await test->client->send({.url = test->server->url()});
  }(this));
  EXPECT_TRUE(eventually([&] { return requests.size() == 1; }));
  EXPECT_EQ(kind_of({.method = "POST", .url = server->url(), .deadline = 50ms}), ErrorKind::unavailable);
  EXPECT_EQ(requests.size(), 1U);
  group.cancel_all();
  run(group.join());
}

TEST_F(HttpClientTest, no_answer_within_the_deadline_is_ambiguous) {
  serve_nothing();
  const auto result = send({.method = "POST", .url = server->url(), .deadline = 100ms});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(result.error().message, "no answer from 127.0.0.1 within 100 ms");
  EXPECT_TRUE(eventually([&] { return dropped == 1; }));
}

TEST_F(HttpClientTest, an_exchange_that_breaks_off_is_ambiguous) {
  for (const char* fragment :
       {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "SSH-2.0\r\n\r\n"}) {
    serve({fragment});
    EXPECT_EQ(kind_of({.method = "POST", .url = server->url(), .body = "x"}), ErrorKind::ambiguous)
        << fragment;
    run(server->stop());
  }
}

TEST_F(HttpClientTest, an_answer_that_is_too_long_is_an_error) {
  serve({"HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n" + std::string(1001, 'x')});
  const auto result = send({.url = server->url(), .response_bytes_max = 1000});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(result.error().http_status, 200);
  EXPECT_THAT(result.error().message, testing::HasSubstr("longer than 1000 bytes"));
}

// Answers the first request of a connection; reads the second one and hangs up without an answer.
struct StaleConnectionTest : HttpClientTest {
  static Task<void> hang_up_on_second(HttpClientTest* test, tcp::socket socket) {
    test->requests.push_back(co_await read_request(&socket));
    co_await write(&socket, ok);
    if (auto second = co_await read_request(&socket); !second.empty())
      test->requests.push_back(std::move(second));
  }

  std::ptrdiff_t arrivals_of(std::string_view body) const {
    return std::ranges::count_if(requests,
                                 [&](const std::string& request) { return request.ends_with(body); });
  }

  void SetUp() override {
    server = std::make_unique<ScriptedServer>(
        executor(), [this](tcp::socket socket) { return hang_up_on_second(this, std::move(socket)); });
    ASSERT_TRUE(send({.url = server->url()}));
  }
};

TEST_F(StaleConnectionTest, a_post_is_never_sent_twice) {
  for (const char* method : {"POST", "PATCH"}) {
    const auto result = send({.method = method, .url = server->url(), .body = method + std::string("-body")});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, ErrorKind::ambiguous);
    EXPECT_LE(arrivals_of(method + std::string("-body")), 1);
    ASSERT_TRUE(send({.url = server->url()}));
  }
  EXPECT_EQ(arrivals_of("POST-body"), 1);
  EXPECT_EQ(arrivals_of("PATCH-body"), 1);
}

TEST_F(StaleConnectionTest, a_request_that_may_be_repeated_is) {
  const auto result = send({.method = "DELETE", .url = server->url("/thing")});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->status, 200);
  EXPECT_EQ(server->accepted(), 2);
}

TEST_F(HttpClientTest, a_connection_that_the_server_closed_while_idle_is_not_used_for_a_post) {
  serve({ok});  // and closes after each answer, without saying so
  ASSERT_TRUE(send({.url = server->url()}));
  run(clock.sleep(20ms));
  EXPECT_EQ(send({.method = "POST", .url = server->url(), .body = "x"})->status, 200);
  EXPECT_EQ(requests.size(), 2U);
}

TEST_F(HttpClientTest, cancelling_drops_the_exchange) {
  serve_nothing();
  std::optional<std::string> ended;
  TaskGroup group(executor(), [&](const std::string&, std::exception_ptr) { ended = "failure"; });
  group.spawn("request", [](HttpClientTest* test, std::optional<std::string>* out) -> Task<void> {
    (void)co_await test->client->send({.method = "POST", .url = test->server->url()});
    *out = "result";
  }(this, &ended));
  EXPECT_TRUE(eventually([&] { return requests.size() == 1; }));
  group.cancel_all();
  run(group.join());
  EXPECT_EQ(ended, std::nullopt);  // neither a result nor a failure: a cancellation
  EXPECT_TRUE(eventually([&] { return dropped == 1; }));
}

TEST_F(HttpClientTest, destroying_the_client_ends_what_is_in_flight) {
  serve_nothing();
  client = make_http_client(executor(), {.connections_per_host_max = 2});
  std::vector<ErrorKind> kinds;
  TaskGroup group(executor(), [](const std::string&, std::exception_ptr) { ADD_FAILURE(); });
  for (int i = 0; i < 3; ++i) {
    group.spawn("request", [](HttpClientTest* test, std::vector<ErrorKind>* out) -> Task<void> {
      const auto result = co_await test->client->send({.url = test->server->url()});
      out->push_back(result ? ErrorKind::internal : result.error().kind);
    }(this, &kinds));
  }
  EXPECT_TRUE(eventually([&] { return requests.size() == 2; }));
  client.reset();
  run(group.join());
  EXPECT_THAT(kinds, testing::UnorderedElementsAre(ErrorKind::ambiguous, ErrorKind::ambiguous,
                                                   ErrorKind::unavailable));
}

TEST(HttpClientLifetime, a_loop_may_be_destroyed_with_requests_in_flight) {
  auto context = std::make_unique<boost::asio::io_context>();
  tcp::acceptor acceptor(*context, loopback(0));
  auto client = make_http_client(context->get_executor(), {.connections_per_host_max = 2});
  for (int i = 0; i < 4; ++i) {
    boost::asio::co_spawn(
        *context,
        client->send({.url = fmt::format("http://127.0.0.1:{}/", acceptor.local_endpoint().port())}),
        [](const std::exception_ptr&, const Result<HttpResponse>&) {});
  }
  for (int i = 0; i < 50; ++i) context->poll();
  acceptor.close();
  client.reset();
  context.reset();
}

TEST_F(HttpClientTest, what_is_no_url_or_header_is_invalid_and_goes_nowhere) {
  serve({ok});
  EXPECT_EQ(kind_of({.url = "127.0.0.1/"}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({.url = "file:///etc/passwd"}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({.url = "ws://127.0.0.1/"}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({.url = server->url(), .headers = {{"X", "a\r\nY: b"}}}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({.url = server->url(), .headers = {{"X: a", "b"}}}), ErrorKind::invalid);
  EXPECT_EQ(kind_of({.method = "GET /x HTTP/1.1\r\n", .url = server->url()}), ErrorKind::invalid);
  EXPECT_EQ(server->accepted(), 0);
}

TEST_F(HttpClientTest, a_url_that_a_user_typed_cannot_reach_our_own_network) {
  serve({ok});
  client = make_http_client(executor(), {.refuse_private_addresses = true});
  EXPECT_EQ(kind_of({.url = server->url()}), ErrorKind::invalid);
  // A name that leads here, and what the system takes for addresses: looked at when the connection is made.
  for (const auto* host : {"localhost", "[::ffff:127.0.0.1]", "[::1]", "2130706433", "0177.0.0.1", "0x7f.1",
                           "127.1", "0.0.0.0", "%31%32%37.0.0.1"}) {
    const auto url = fmt::format("http://{}:{}/", host, server->port());
    EXPECT_EQ(kind_of({.url = url}), ErrorKind::invalid) << url;
  }
  EXPECT_EQ(server->accepted(), 0);
}

TEST_F(HttpClientTest, a_long_body_goes_up) {
  serve({ok});
  const std::string body(5'000'000, 'x');
  EXPECT_EQ(send({.method = "POST", .url = server->url(), .body = body})->status, 200);
  EXPECT_TRUE(requests.at(0).ends_with(body));
}

struct HttpsTest : HttpClientTest {
  SelfSigned certificate{"localhost"};
  std::unique_ptr<TlsFront> front;

  void SetUp() override {
    serve({ok, ok});
    front =
        make_tls_front(executor(), certificate.certificate_file(), certificate.key_file(), server->port());
  }
  void TearDown() override {
    client.reset();
    run(front->stop());
    HttpClientTest::TearDown();
  }
  std::string url(std::string_view host) const { return fmt::format("https://{}:{}/", host, front->port()); }
};

TEST_F(HttpsTest, a_certificate_that_nobody_vouches_for_is_refused_before_anything_is_sent) {
  EXPECT_EQ(kind_of({.method = "POST", .url = url("localhost")}), ErrorKind::unavailable);
  EXPECT_EQ(requests.size(), 0U);
}

TEST_F(HttpsTest, a_certificate_from_the_given_file_is_accepted_for_its_names_only) {
  client = make_http_client(executor(), {.certificate_file = certificate.certificate_file()});
  EXPECT_EQ(send({.url = url("localhost")})->body, "ok");
  EXPECT_EQ(send({.url = url("127.0.0.1")})->body, "ok");
  EXPECT_EQ(kind_of({.url = url("127.0.0.2")}), ErrorKind::unavailable);
}

}  // namespace
}  // namespace matchday::net
