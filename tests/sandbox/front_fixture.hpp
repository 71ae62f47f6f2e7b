// A sandbox on a free port, a client that talks to it like any other, and short words for what the tests do
// with both. Real sockets and the real clock: what is tested here is exactly the part that the simulator
// replaces.
#pragma once
#include <boost/asio/io_context.hpp>
#include <functional>

#include "base/json.hpp"
#include "net/http_client.hpp"
#include "net/http_server.hpp"
#include "net/websocket.hpp"
#include "sandbox/front/sandbox_server.hpp"
#include "sandbox/front/worlds.hpp"
#include "tests/support/run_task.hpp"

namespace matchday::sandbox {

inline std::string text(const json::value& value) {
  return value_to<std::string>(value);
}

struct Answer {
  int status = 0;  // 0: the connection was cut
  net::Headers headers;
  std::string body;
  json::value json;  // null when the body is none
};

class FrontTest : public testing::Test {
 protected:
  FrontTest() { restart({}); }
  ~FrontTest() override {
    if (server) test::run(context, server->drain());
  }

  void restart(SandboxOptions options) {
    if (server) test::run(context, server->drain());
    server.emplace(context.get_executor(), clock, std::move(options));
    ASSERT_TRUE(server->start());
  }

  // Drives one coroutine to its end. `body` outlives it, so it may be a lambda that captures.
  void run(const std::function<Task<void>()>& body) { test::run(context, body()); }

  std::string url(std::string_view path) const {
    return "http://127.0.0.1:" + std::to_string(server->port()) + std::string(path);
  }

  Task<Answer> send(std::string method, std::string path, std::string body = "", net::Headers headers = {}) {
    if (!body.empty()) headers.set("Content-Type", "application/json");
    const auto response = co_await client->send({.method = std::move(method),
                                                 .url = url(path),
                                                 .headers = std::move(headers),
                                                 .body = std::move(body),
                                                 .deadline = 10s});
    if (!response) co_return Answer{};
    auto parsed = parse_json(response->body);
    co_return Answer{response->status, response->headers, response->body, parsed ? *parsed : json::value()};
  }

  Task<Answer> control(std::string method, std::string path) {
    return send(std::move(method), "/control" + path);
  }
  Task<Answer> post(std::string path, json::object body = {}) {
    return send("POST", "/control" + path, to_text(body));
  }

  // As the bot: with its token on Discord, with the key on FACEIT.
  Task<Answer> as_bot(std::string method, std::string path, json::value body = nullptr) {
    net::Headers headers;
    headers.set("Authorization", path.starts_with("/discord") ? "Bot " + server->demo().bot_token
                                                              : "Bearer " + server->demo().faceit_api_key);
    headers.set("User-Agent", "DiscordBot (https://example.org, 1)");  // Discord turns others away
    return send(std::move(method), std::move(path), body.is_null() ? "" : to_text(body), headers);
  }

  Task<Answer> create_channel(std::string name) {
    return as_bot("POST", "/discord/api/v10/guilds/" + server->demo().guild.text() + "/channels",
                  json::object{{"name", name}, {"type", 2}});
  }

  // A bot on the gateway, greeted; null when it could not connect.
  Task<std::unique_ptr<net::WebSocket>> connect_bot() {
    const auto gateway = co_await as_bot("GET", "/discord/api/v10/gateway/bot");
    const auto connector = net::make_websocket_connector(context.get_executor(), clock);
    auto socket = co_await connector->connect(text(gateway.json.at("url")) + "/?v=10&encoding=json", {});
    if (!socket) co_return nullptr;
    const json::object identify{
        {"token", server->demo().bot_token},
        {"intents", 1 | 128},  // guilds and voice states
        {"properties", json::object{{"os", "linux"}, {"browser", "t"}, {"device", "t"}}}};
    const json::object hello{{"op", 2}, {"d", identify}};
    const auto sent = co_await (*socket)->send({.data = to_text(hello)});
    co_return sent ? std::move(*socket) : nullptr;
  }

  // The next event of that name; null when the connection ends first.
  static Task<json::value> next_event(net::WebSocket& socket, std::string name) {
    while (true) {
      const auto event = co_await socket.receive();
      const auto* message = std::get_if<net::WebSocketMessage>(&event);
      if (!message) co_return nullptr;
      auto payload = parse_json(message->data).value();
      if (payload.at("t") == json::value(name)) co_return payload.at("d");
    }
  }

  // How many channels of that name the simulated server has, whatever anybody was told.
  std::size_t channels_named(std::string_view name) {
    std::size_t count = 0;
    for (const auto& [id, channel] : server->worlds().discord.find_guild(server->demo().guild)->channels) {
      count += channel.name == name;
    }
    return count;
  }

  // Lets the loop turn until it holds, for at most five seconds.
  Task<bool> becomes_true(std::function<bool()> holds) {
    for (int i = 0; i < 500 && !holds(); ++i) co_await clock.sleep(10ms);
    co_return holds();
  }

  boost::asio::io_context context;
  SystemClock clock;
  std::unique_ptr<net::HttpClient> client = net::make_http_client(context.get_executor(), {});
  std::optional<SandboxServer> server;
};

}  // namespace matchday::sandbox
