// See sandbox_server.hpp.
#include "sandbox/front/sandbox_server.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/log.hpp"
#include "base/timeout.hpp"
#include "net/http_client.hpp"
#include "sandbox/front/console_page.hpp"
#include "sandbox/front/control_door.hpp"
#include "sandbox/front/gateway_door.hpp"
#include "sandbox/front/rest_door.hpp"
#include "sandbox/front/worlds.hpp"

namespace matchday::sandbox {
namespace {

// Discord's limit on a whole request with files (reference, 1.6).
constexpr std::size_t rest_body_bytes_max = 25 * 1024 * 1024;
constexpr std::size_t control_body_bytes_max = 256 * 1024;
// A held request waits for a person or a test; the server's own patience must be longer than theirs.
constexpr Duration handler_deadline = 1h;
constexpr Duration drain_patience = 200ms;

net::HttpServerOptions server_options(const SandboxOptions& options) {
  return {.address = options.address, .port = options.port, .handler_deadline = handler_deadline};
}

}  // namespace

// Everything that runs, and the switch between the doors.
struct SandboxServer::Parts final : net::HttpHandler {
  Parts(Executor executor, Clock& clock, SandboxOptions chosen)
      : options(std::move(chosen)),
        worlds(executor, clock, options.seed, options.demo_world),
        tasks(executor,
              [](const std::string& name, const std::exception_ptr& error) {
                log::error("A task of the sandbox failed", {{"task", name}, {"error", describe(error)}});
              }),
        rest(worlds, tasks),
        gateway(executor, worlds, tasks),
        control(worlds),
        client(net::make_http_client(executor, {.user_agent = "Matchday sandbox"})),
        server(net::make_http_server(executor, clock, *this, server_options(options))) {
    worlds.faceit.webhooks().set_target({.url = options.webhook_url,
                                         .header = worlds.demo.webhook_header,
                                         .secret = worlds.demo.webhook_secret});
    worlds.on_touch = [this] { gateway.pump(); };
  }

  Task<net::Admission> admit(net::RequestHead head) override {
    if (RestDoor::serves(head.path)) co_return net::Admission{.body_bytes_max = rest_body_bytes_max};
    co_return net::Admission{.body_bytes_max = control_body_bytes_max};
  }

  Task<net::ServerResponse> handle(net::ServerRequest request) override {
    if (RestDoor::serves(request.head.path)) return rest.serve(std::move(request));
    if (ControlDoor::serves(request.head.path)) return control.handle(std::move(request));
    return serve_page(std::move(request));
  }

  static Task<net::ServerResponse> serve_page(net::ServerRequest request) {
    co_return console_page(request.head.path);
  }

  bool accepts_websocket(const net::RequestHead& head) override { return GatewayDoor::serves(head.path); }

  Task<void> serve(net::RequestHead head, std::unique_ptr<net::WebSocket> socket) override {
    return gateway.serve(std::move(head), std::move(socket));
  }

  // Moves the worlds on whenever one of them has something to do, and sends what became due: webhooks, and
  // interactions for applications that want them over HTTP.
  Task<void> keep_time() {
    while (true) {
      const auto now = worlds.now();
      const auto due = next_tick();
      worlds.discord.tick(now);
      worlds.faceit.tick(now);
      worlds.osu.tick(now);
      for (auto& webhook : worlds.faceit.take_webhooks(now)) {
        tasks.spawn("webhook", send(std::move(webhook)));
      }
      for (auto& request : worlds.discord.take_signed_requests()) {
        tasks.spawn("interaction", post(std::move(request)));
      }
      if (due && *due <= now) worlds.touch();
      const auto seen = worlds.revision();
      const auto next = next_tick();
      if (!next) {
        co_await worlds.wait_for_change(seen);
        continue;
      }
      // Too late or woken early: both lead to another look at what is due.
      [[maybe_unused]] const bool woken = co_await completes_within(
          worlds.clock, std::max(Duration(1), *next - worlds.now()), worlds.wait_for_change(seen));
    }
  }

  std::optional<Time> next_tick() const {
    std::optional<Time> first;
    for (const auto& next : {worlds.discord.next_tick(), worlds.faceit.next_tick(), worlds.osu.next_tick()}) {
      if (next) first = std::min(first.value_or(*next), *next);
    }
    return first;
  }

  Task<void> send(faceit::Webhook webhook) {
    worlds.touch();
    const auto answer =
        co_await client->send({.method = "POST",
                               .url = webhook.url,
                               .headers = webhook.headers,
                               .body = webhook.body,
                               .deadline = worlds.faceit.webhooks().policy().answer_deadline});
    worlds.faceit.webhook_answered(webhook.id, answer ? answer->status : 0, worlds.now());
    worlds.touch();
  }

  Task<void> post(discord::SignedRequest request) {
    const auto answer = co_await client->send({.method = "POST",
                                               .url = request.url,
                                               .headers = request.headers,
                                               .body = request.body,
                                               .deadline = worlds.discord.rules().interaction_answer_max});
    worlds.discord.signed_request_answered(request.id, answer ? answer->status : 0,
                                           answer ? answer->body : "", worlds.now());
    worlds.touch();
  }

  SandboxOptions options;
  Worlds worlds;
  TaskGroup tasks;
  RestDoor rest;
  GatewayDoor gateway;
  ControlDoor control;
  std::unique_ptr<net::HttpClient> client;
  std::unique_ptr<net::HttpServer> server;
};

SandboxServer::SandboxServer(Executor executor, Clock& clock, SandboxOptions options)
    : parts_(std::make_unique<Parts>(std::move(executor), clock, std::move(options))) {}

SandboxServer::~SandboxServer() = default;

Result<> SandboxServer::start() {
  if (auto opened = parts_->rest.log_exchanges_to(parts_->options.exchange_log); !opened) return opened;
  if (auto bound = parts_->server->start(); !bound) return bound;
  const auto& address = parts_->options.address;
  const auto reachable = address == "0.0.0.0" ? std::string("127.0.0.1") : address;
  parts_->worlds.base_url = fmt::format("http://{}:{}", reachable, port());
  parts_->worlds.discord.rules().public_gateway_url =
      fmt::format("ws://{}:{}{}", reachable, port(), GatewayDoor::prefix);
  parts_->tasks.spawn("sandbox time", parts_->keep_time());
  return {};
}

std::uint16_t SandboxServer::port() const {
  return parts_->server->port();
}

Task<void> SandboxServer::drain() {
  parts_->tasks.cancel_all();
  co_await parts_->tasks.join();
  co_await parts_->server->drain(drain_patience);
  parts_->tasks.cancel_all();
  co_await parts_->tasks.join();
}

const DemoWorld& SandboxServer::demo() const {
  return parts_->worlds.demo;
}

Worlds& SandboxServer::worlds() {
  return parts_->worlds;
}

}  // namespace matchday::sandbox
