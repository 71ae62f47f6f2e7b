// WebSockets: our client and our server side against each other, and each against a peer that misbehaves.
#include "net/websocket.hpp"

#include "net/http_server.hpp"
#include "tests/net/loopback.hpp"
#include "tests/net/self_signed.hpp"
#include "tests/net/tls_front.hpp"

namespace matchday::net {
namespace {

// Echoes, unless a message tells it to do something else.
class EchoSocketHandler final : public HttpHandler {
 public:
  explicit EchoSocketHandler(Clock& clock) : clock_(clock) {}

  Task<Admission> admit(RequestHead) override { co_return Admission{}; }
  Task<ServerResponse> handle(ServerRequest) override { co_return ServerResponse{.status = 404}; }
  bool accepts_websocket(const RequestHead& head) override { return head.path == "/ws"; }

  Task<void> serve(RequestHead head, std::unique_ptr<WebSocket> socket) override {
    query = head.query;
    for (;;) {
      const auto event = co_await socket->receive();
      if (const auto* close = std::get_if<WebSocketClose>(&event)) {
        closes.push_back(*close);
        co_return;
      }
      const auto& message = std::get<WebSocketMessage>(event);
      if (message.data == "close") co_await socket->close(4004, "Authentication failed.", 1s);
      if (message.data == "drop") socket->abort();
      if (message.data == "deaf") co_await clock_.sleep(1h);
      (void)co_await socket->send(message);
    }
  }

  std::string query;
  std::vector<WebSocketClose> closes;

 private:
  Clock& clock_;
};

struct WebSocketTest : LoopbackTest {
  EchoSocketHandler handler{clock};
  std::unique_ptr<HttpServer> server;
  std::unique_ptr<WebSocketConnector> connector = make_websocket_connector(executor(), clock);

  void SetUp() override {
    server = make_http_server(executor(), clock, handler, {});
    ASSERT_TRUE(server->start());
  }
  void TearDown() override { run(server->drain(0ms)); }

  std::string url() const { return fmt::format("ws://127.0.0.1:{}/ws?v=10", server->port()); }

  std::unique_ptr<WebSocket> connect(WebSocketOptions options = {}) {
    auto socket = run(connector->connect(url(), std::move(options)));
    if (!socket) throw std::runtime_error(socket.error().message);
    return std::move(*socket);
  }

  Error refused(std::string address, WebSocketOptions options = {}) {
    auto socket = run(connector->connect(std::move(address), std::move(options)));
    EXPECT_FALSE(socket);
    return socket ? Error{} : socket.error();
  }

  WebSocketMessage message(WebSocket& socket) { return std::get<WebSocketMessage>(run(socket.receive())); }
  WebSocketClose end(WebSocket& socket) { return std::get<WebSocketClose>(run(socket.receive())); }
};

TEST_F(WebSocketTest, messages_come_back_as_they_were_sent) {
  const auto socket = connect();
  EXPECT_EQ(handler.query, "v=10");
  ASSERT_TRUE(run(socket->send({.data = "h\xC3\xA9llo"})));
  ASSERT_TRUE(run(socket->send({.binary = true, .data = std::string("\0\xFF", 2)})));
  ASSERT_TRUE(run(socket->send({.data = ""})));
  EXPECT_EQ(message(*socket).data, "h\xC3\xA9llo");
  const auto binary = message(*socket);
  EXPECT_TRUE(binary.binary);
  EXPECT_EQ(binary.data, std::string("\0\xFF", 2));
  EXPECT_EQ(message(*socket).data, "");
}

TEST_F(WebSocketTest, a_message_of_five_megabytes_goes_both_ways) {
  const auto socket = connect();
  const std::string big(5'000'000, 'x');
  ASSERT_TRUE(run(socket->send({.data = big})));
  EXPECT_EQ(message(*socket).data, big);
  ASSERT_TRUE(run(socket->send({.data = "small"})));
  EXPECT_EQ(message(*socket).data, "small");
}

TEST_F(WebSocketTest, a_message_over_the_limit_ends_the_connection) {
  const auto socket = connect({.message_bytes_max = 1000});
  ASSERT_TRUE(run(socket->send({.data = std::string(1001, 'x')})));
  const auto close = end(*socket);
  EXPECT_EQ(close.code, 1006);
  EXPECT_THAT(close.reason, testing::HasSubstr("1000 bytes"));
}

TEST_F(WebSocketTest, the_peers_close_code_and_reason_are_reported_again_and_again) {
  const auto socket = connect();
  ASSERT_TRUE(run(socket->send({.data = "close"})));
  for (int i = 0; i < 2; ++i) {
    const auto close = end(*socket);
    EXPECT_EQ(close.code, 4004);
    EXPECT_EQ(close.reason, "Authentication failed.");
  }
  const auto late = run(socket->send({.data = "x"}));
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().kind, ErrorKind::unavailable);
}

TEST_F(WebSocketTest, a_connection_that_breaks_ends_with_1006) {
  const auto socket = connect();
  ASSERT_TRUE(run(socket->send({.data = "drop"})));
  EXPECT_EQ(end(*socket).code, 1006);
}

TEST_F(WebSocketTest, our_close_reaches_the_peer) {
  const auto socket = connect();
  run(socket->close(4000, "resume later", 1s));
  EXPECT_TRUE(eventually([&] { return handler.closes.size() == 1; }));
  EXPECT_EQ(handler.closes.at(0).code, 4000);
  EXPECT_EQ(handler.closes.at(0).reason, "resume later");
  EXPECT_EQ(end(*socket).code, 4000);
}

TEST_F(WebSocketTest, a_reason_that_is_too_long_is_cut_between_characters) {
  const auto socket = connect();
  std::string reason;
  for (int i = 0; i < 100; ++i) reason += "\xC3\xA9";
  run(socket->close(4000, reason, 1s));
  EXPECT_TRUE(eventually([&] { return handler.closes.size() == 1; }));
  EXPECT_EQ(handler.closes.at(0).reason.size(), 122U);
}

TEST_F(WebSocketTest, closing_does_not_wait_longer_than_its_patience) {
  const auto socket = connect();
  ASSERT_TRUE(run(socket->send({.data = "deaf"})));
  const auto begin = clock.steady();
  run(socket->close(1000, "", 50ms));
  EXPECT_LT(clock.steady() - begin, 5s);
  EXPECT_EQ(end(*socket).code, 1006);
}

TEST_F(WebSocketTest, aborting_ends_a_pending_receive) {
  const auto socket = connect();
  std::optional<WebSocketEvent> event;
  TaskGroup group(executor(), [](const std::string&, std::exception_ptr) { ADD_FAILURE(); });
  group.spawn("receive", [](WebSocket& s, std::optional<WebSocketEvent>* out) -> Task<void> {
    *out = co_await s.receive();
  }(*socket, &event));
  run(clock.sleep(5ms));
  socket->abort();
  run(group.join());
  ASSERT_TRUE(event);
  EXPECT_EQ(std::get<WebSocketClose>(*event).code, 1006);
}

TEST_F(WebSocketTest, cancelling_a_receive_drops_the_connection) {
  const auto socket = connect();
  std::optional<WebSocketEvent> event;
  TaskGroup group(executor(), [](const std::string&, std::exception_ptr) { ADD_FAILURE(); });
  group.spawn("receive", [](WebSocket& s, std::optional<WebSocketEvent>* out) -> Task<void> {
    *out = co_await s.receive();
  }(*socket, &event));
  run(clock.sleep(5ms));
  group.cancel_all();
  run(group.join());
  EXPECT_FALSE(event);
  EXPECT_EQ(end(*socket).code, 1006);
  EXPECT_TRUE(eventually([&] { return handler.closes.size() == 1; }));
}

TEST_F(WebSocketTest, one_side_can_send_while_it_waits_for_a_message) {
  const auto socket = connect();
  int received = 0;
  TaskGroup group(executor(), [](const std::string&, std::exception_ptr) { ADD_FAILURE(); });
  group.spawn("receive", [](WebSocket& s, int* count) -> Task<void> {
    while (*count < 200 && std::holds_alternative<WebSocketMessage>(co_await s.receive())) ++*count;
  }(*socket, &received));
  for (int i = 0; i < 200; ++i) ASSERT_TRUE(run(socket->send({.data = std::string(5000, 'x')})));
  run(group.join());
  EXPECT_EQ(received, 200);
}

TEST_F(WebSocketTest, a_connection_that_does_not_come_about_is_unavailable) {
  std::uint16_t closed_port = 0;
  {
    tcp::acceptor acceptor(context, loopback(0));
    closed_port = acceptor.local_endpoint().port();
  }
  EXPECT_EQ(refused(fmt::format("ws://127.0.0.1:{}/", closed_port)).kind, ErrorKind::unavailable);
  EXPECT_EQ(refused("ws://does-not-exist.invalid/").kind, ErrorKind::unavailable);
  const auto declined = refused(fmt::format("ws://127.0.0.1:{}/other", server->port()));
  EXPECT_EQ(declined.kind, ErrorKind::unavailable);
  EXPECT_EQ(declined.http_status, 426);
  EXPECT_EQ(refused(fmt::format("http://127.0.0.1:{}/", server->port())).kind, ErrorKind::invalid);
  EXPECT_EQ(refused("nonsense").kind, ErrorKind::invalid);
}

TEST_F(WebSocketTest, a_server_that_does_not_answer_the_upgrade_is_given_up_at_the_deadline) {
  tcp::acceptor silent(context, loopback(0));
  for (const char* scheme : {"ws", "wss"}) {
    const auto error = refused(fmt::format("{}://127.0.0.1:{}/", scheme, silent.local_endpoint().port()),
                               {.connect_deadline = 50ms});
    EXPECT_EQ(error.kind, ErrorKind::unavailable);
    EXPECT_THAT(error.message, testing::HasSubstr("within 50 ms"));
  }
}

// A handshake by hand, to see frames that the interface hides.
TEST_F(WebSocketTest, a_ping_is_answered_while_nobody_sends) {
  RawClient client(executor());
  run(client.connect(server->port()));
  run(
      client.send("GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"));
  const auto answer = run(client.read_until("\r\n\r\n"));
  EXPECT_THAT(answer, testing::StartsWith("HTTP/1.1 101 "));
  EXPECT_THAT(answer, testing::HasSubstr("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));  // RFC 6455, section 1.3
  run(client.send(std::string("\x89\x82\0\0\0\0hi", 8)));                   // ping, masked with zeros
  EXPECT_EQ(run(client.read_until("hi")), "\x8A\x02hi");
}

struct SecureWebSocketTest : WebSocketTest {
  SelfSigned certificate{"localhost"};
  std::unique_ptr<TlsFront> front;

  void SetUp() override {
    WebSocketTest::SetUp();
    front =
        make_tls_front(executor(), certificate.certificate_file(), certificate.key_file(), server->port());
  }
  void TearDown() override {
    run(front->stop());
    WebSocketTest::TearDown();
  }
  std::string url(std::string_view host) const { return fmt::format("wss://{}:{}/ws", host, front->port()); }
};

TEST_F(SecureWebSocketTest, messages_pass_through_tls) {
  auto socket =
      run(connector->connect(url("localhost"), {.certificate_file = certificate.certificate_file()}));
  ASSERT_TRUE(socket) << socket.error().message;
  const std::string big(2'000'000, 'x');
  ASSERT_TRUE(run((*socket)->send({.data = big})));
  EXPECT_EQ(message(**socket).data, big);
  ASSERT_TRUE(run((*socket)->send({.data = "close"})));
  EXPECT_EQ(end(**socket).code, 4004);
}

TEST_F(SecureWebSocketTest, a_certificate_that_nobody_vouches_for_or_for_another_name_is_refused) {
  EXPECT_THAT(refused(url("localhost")).message, testing::HasSubstr("self-signed"));
  EXPECT_EQ(refused(url("127.0.0.2"), {.certificate_file = certificate.certificate_file()}).kind,
            ErrorKind::unavailable);
  EXPECT_EQ(refused(url("localhost"), {.certificate_file = "/does/not/exist"}).kind, ErrorKind::invalid);
}

}  // namespace
}  // namespace matchday::net
