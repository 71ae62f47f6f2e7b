// A WebSocketConnector whose other end is the test: it sees every frame that the client sends, and delivers
// frames, closes and silence as it likes.
#pragma once
#include <zlib.h>

#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "net/websocket.hpp"

namespace matchday::test {

// Discord's zlib-stream: one context for a connection, each message ended by a sync flush.
class Deflater {
 public:
  Deflater() { deflateInit(&z_, Z_DEFAULT_COMPRESSION); }
  Deflater(const Deflater&) = delete;
  Deflater& operator=(const Deflater&) = delete;
  ~Deflater() { deflateEnd(&z_); }

  std::string compress(std::string text) {
    std::string out(deflateBound(&z_, text.size()) + 64, '\0');
    z_.next_in = reinterpret_cast<unsigned char*>(text.data());
    z_.avail_in = static_cast<unsigned>(text.size());
    z_.next_out = reinterpret_cast<unsigned char*>(out.data());
    z_.avail_out = static_cast<unsigned>(out.size());
    deflate(&z_, Z_SYNC_FLUSH);
    out.resize(out.size() - z_.avail_out);
    return out;
  }

 private:
  z_stream z_{};
};

// One connection as the test sees it. Shared, because the client may drop its end at any moment.
struct Wire {
  explicit Wire(Executor executor) : arrived(std::move(executor)) {}

  void deliver(const json::value& frame) {
    const auto text = to_text(frame);
    const bool compressed = url.find("compress=zlib-stream") != std::string::npos;
    events.emplace_back(net::WebSocketMessage{compressed, compressed ? deflater.compress(text) : text});
    arrived.notify_all();
  }
  void close(int code) {
    events.emplace_back(net::WebSocketClose{code, ""});
    arrived.notify_all();
  }

  std::string url;
  std::deque<net::WebSocketEvent> events;
  std::vector<json::value> received;
  std::optional<int> closed_by_client;
  std::function<void(Wire&, const json::value&)> on_frame;
  Deflater deflater;
  Signal arrived;
};

class ScriptedSocket final : public net::WebSocket {
 public:
  explicit ScriptedSocket(std::shared_ptr<Wire> wire) : wire_(std::move(wire)) {}

  Task<net::WebSocketEvent> receive() override {
    while (wire_->events.empty()) co_await wire_->arrived.wait();
    auto event = wire_->events.front();
    if (!std::holds_alternative<net::WebSocketClose>(event)) wire_->events.pop_front();
    co_return event;
  }

  Task<Result<>> send(net::WebSocketMessage message) override {
    const auto frame = parse_json(message.data);
    wire_->received.push_back(*frame);
    if (wire_->on_frame) wire_->on_frame(*wire_, *frame);
    co_return Result<>{};
  }

  Task<void> close(int code, std::string, Duration) override {
    if (!wire_->closed_by_client) wire_->closed_by_client = code;
    abort();
    co_return;
  }

  void abort() override {
    wire_->events.clear();
    wire_->close(1006);
  }

 private:
  std::shared_ptr<Wire> wire_;
};

class ScriptedGateway final : public net::WebSocketConnector {
 public:
  explicit ScriptedGateway(Executor executor) : executor_(std::move(executor)) {}

  Task<Result<std::unique_ptr<net::WebSocket>>> connect(std::string url, net::WebSocketOptions) override {
    if (refuse_connections) co_return fail(ErrorKind::unavailable, "No route to host.");
    auto wire = std::make_shared<Wire>(executor_);
    wire->url = std::move(url);
    wire->on_frame = on_frame;
    wires.push_back(wire);
    if (on_connect) on_connect(*wire);
    co_return std::make_unique<ScriptedSocket>(wire);
  }

  std::vector<std::shared_ptr<Wire>> wires;
  std::function<void(Wire&)> on_connect;
  std::function<void(Wire&, const json::value&)> on_frame;
  bool refuse_connections = false;

 private:
  Executor executor_;
};

}  // namespace matchday::test
