// Simulated Discord and FACEIT behind a plain HttpClient, all on the test's virtual clock: requests take a
// moment, answers can get lost, and gateway events arrive at once. For tests of one layer; the simulator
// (sim/evening) runs the whole server, with crashes.
#pragma once
#include <deque>

#include "base/metrics.hpp"
#include "net/http_client.hpp"
#include "platforms/discord/gateway_machine.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "platforms/discord/rest_client.hpp"
#include "sandbox/discord/world.hpp"
#include "sandbox/faceit/world.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday::test {

// What happens to one request that matches. `answer_lost`: it is applied, and nobody hears of it.
struct Fault {
  enum class What { answer_lost, never_sent, status };
  std::string method;
  std::string path;  // how it begins, after the platform's base address
  What what = What::answer_lost;
  int status = 500;  // with `status`: the answer, without any effect
};

class SimulatedHttp final : public net::HttpClient {
 public:
  static constexpr std::string_view discord_base = "http://discord.test/api/v10";
  static constexpr std::string_view faceit_base = "http://faceit.test/data/v4";
  static constexpr std::string_view login_base = "http://faceit.test/auth/v1";

  explicit SimulatedHttp(sim::VirtualClock& clock) : clock_(clock) {}

  sandbox::discord::World* discord = nullptr;
  sandbox::faceit::World* faceit = nullptr;
  std::function<void()> after_each = [] {};
  Duration latency = 20ms;  // each way
  std::deque<Fault> faults;
  std::vector<net::HttpRequest> sent;  // everything, in order

  Task<Result<net::HttpResponse>> send(net::HttpRequest request) override {
    sent.push_back(request);
    const bool to_discord = request.url.starts_with(discord_base);
    const bool to_login = request.url.starts_with(login_base);
    const auto base = to_discord ? discord_base : to_login ? login_base : faceit_base;
    const auto target = request.url.substr(base.size());
    const auto fault = take_fault(request.method, target);
    co_await clock_.sleep(latency);
    if (fault && fault->what == Fault::What::never_sent)
      co_return fail(ErrorKind::unavailable, "No connection.");
    if (fault && fault->what == Fault::What::status)
      co_return net::HttpResponse{.status = fault->status, .body = "{}"};
    auto answer = to_discord ? ask_discord(request, target)
                  : to_login ? ask_login(request, target)
                             : ask_faceit(request, target);
    after_each();
    co_await clock_.sleep(latency);
    if (fault) co_return fail(ErrorKind::ambiguous, "The connection broke before the answer came.");
    co_return std::move(answer);
  }

  // "PATCH /channels/12": requests since the last call, without their queries.
  std::vector<std::string> take_sent() {
    std::vector<std::string> out;
    for (const auto& request : std::exchange(sent, {})) {
      const auto base = request.url.starts_with(discord_base) ? discord_base : faceit_base;
      const auto target = request.url.substr(base.size());
      out.push_back(request.method + " " + target.substr(0, target.find('?')));
    }
    return out;
  }

 private:
  std::optional<Fault> take_fault(std::string_view method, std::string_view target) {
    const auto found = std::ranges::find_if(
        faults, [&](const Fault& f) { return f.method == method && target.starts_with(f.path); });
    if (found == faults.end()) return std::nullopt;
    auto fault = *found;
    faults.erase(found);
    return fault;
  }

  net::HttpResponse ask_discord(const net::HttpRequest& request, std::string_view target) {
    const auto mark = std::min(target.find('?'), target.size());
    auto answer = discord->handle({.method = request.method,
                                   .path = std::string(target.substr(0, mark)),
                                   .query = std::string(target.substr(std::min(mark + 1, target.size()))),
                                   .headers = request.headers,
                                   .body = request.body,
                                   .client_address = "10.0.0.1"},
                                  clock_.now());
    return {answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  net::HttpResponse ask_faceit(const net::HttpRequest& request, std::string_view target) {
    const auto mark = std::min(target.find('?'), target.size());
    auto answer = faceit->handle({.method = request.method,
                                  .path = std::string(target.substr(0, mark)),
                                  .query = std::string(target.substr(std::min(mark + 1, target.size()))),
                                  .headers = request.headers},
                                 clock_.now());
    return {answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  net::HttpResponse ask_login(const net::HttpRequest& request, std::string_view target) {
    auto answer = faceit->handle_oauth({.method = request.method,
                                        .path = std::string(target),
                                        .headers = request.headers,
                                        .body = request.body},
                                       clock_.now());
    return {answer.status, std::move(answer.headers), std::move(answer.body)};
  }

  sim::VirtualClock& clock_;
};

// Simulated Discord with a bot that is connected: its REST client, and the cache that gateway events fill.
struct SimulatedDiscord {
  SimulatedDiscord(sim::VirtualClock& the_clock, Executor executor, SimulatedHttp& http,
                   sandbox::discord::Rules rules = {})
      : clock(the_clock),
        world(without_heartbeats(std::move(rules)), Random(7), the_clock.now()),
        limiter(executor, the_clock),
        rest(http, limiter, the_clock, Random(3),
             {.api_url = std::string(SimulatedHttp::discord_base),
              .token = Secret<std::string>(world.rules().bot_token)}) {
    http.discord = &world;
    http.after_each = [this] { pump(); };
  }

  sim::VirtualClock& clock;
  sandbox::discord::World world;
  discord::RateLimiter limiter;
  discord::RestClient rest;
  discord::GuildCache guilds;
  bool connected = false;
  std::function<void(const discord::GatewayEvent&)> on_event = [](const discord::GatewayEvent&) {};

  // Opens the gateway. Call it when the world is built.
  void connect() {
    connection_ = world.open_gateway("v=10&encoding=json", clock.now());
    constexpr int guilds_and_voice_and_messages = 1 << 0 | 1 << 7 | 1 << 9;
    const json::value identify{
        {"op", 2},
        {"d",
         {{"token", world.rules().bot_token},
          {"intents", guilds_and_voice_and_messages},
          {"properties", {{"os", "linux"}, {"browser", "test"}, {"device", "test"}}}}}};
    world.gateway_text(connection_, to_text(identify), clock.now());
    connected = true;
    pump();
  }

  // The gateway breaks: events are lost until connect() is called again.
  void disconnect() {
    world.gateway_closed(connection_, 1000, clock.now());
    connected = false;
  }

  // Hands over what happened. Requests do it by themselves; after a human's act, call it.
  void pump() {
    world.tick(clock.now());
    for (auto& outgoing : world.take_outgoing()) {
      const auto* message = std::get_if<net::WebSocketMessage>(&outgoing.what);
      if (!message || outgoing.connection != connection_) continue;
      const auto frame = parse_json(message->data);
      const Fields fields(*frame);
      const auto type = fields.string("t");
      if (!type) continue;
      const discord::GatewayEvent event{*type, frame->at("d"), fields.integer("s").value_or(0)};
      guilds.apply(event.type, event.data);
      on_event(event);
    }
  }

  std::optional<UserId> self() const { return world.bot(); }

  const sandbox::discord::Channel* channel_named(GuildId guild, std::string_view name) const {
    for (const auto& [id, channel] : world.find_guild(guild)->channels) {
      if (channel.name == name) return &channel;
    }
    return nullptr;
  }

  std::vector<UserId> sitting_in(GuildId guild, ChannelId channel) const {
    std::vector<UserId> out;
    for (const auto& [user, voice] : world.find_guild(guild)->voice) {
      if (voice.channel == channel) out.push_back(user);
    }
    return out;
  }

 private:
  static sandbox::discord::Rules without_heartbeats(sandbox::discord::Rules rules) {
    rules.heartbeat_interval = 1000h;  // heartbeats are the gateway client's business, which is not here
    return rules;
  }
  sandbox::discord::World::ConnectionId connection_ = 0;
};

}  // namespace matchday::test
