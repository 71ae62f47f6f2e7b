// A guild with a bot, three people and a few channels in simulated Discord, and short ways to ask its REST
// API and its gateway.
#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/json.hpp"
#include "sandbox/discord/world.hpp"

namespace matchday::sandbox::discord {

inline json::value parse(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(json::value());
}

// A text that can be compared with a JSON value.
inline json::value as_json(std::string_view text) {
  return json::value(text);
}

struct Reply {
  int status = 0;
  net::Headers headers;
  json::value body;

  std::int64_t code() const { return Fields(body).integer("code").value_or(-1); }
  std::string text(std::string_view key) const { return Fields(body).string_or(key, "(none)"); }
  std::string header(std::string_view name) const {
    return std::string(headers.get(name).value_or("(none)"));
  }
  // The first error code noted at a path such as "embeds.0.title".
  std::string fault(std::string_view path) const {
    const json::value* at = body.as_object().if_contains("errors");
    while (at != nullptr && !path.empty()) {
      const auto dot = std::min(path.find('.'), path.size());
      at = at->as_object().if_contains(path.substr(0, dot));
      path.remove_prefix(std::min(dot + 1, path.size()));
    }
    if (at == nullptr || !at->as_object().contains("_errors")) return "(none)";
    return std::string(at->at("_errors").at(0).at("code").as_string());
  }
};

// A gateway client without a socket: what arrived, parsed.
struct GatewayClient {
  World::ConnectionId id = 0;
  std::vector<json::value> received;
  std::optional<net::WebSocketClose> closed;

  const json::value* last(std::string_view event) const {
    for (auto one = received.rbegin(); one != received.rend(); ++one) {
      if (Fields(*one).string("t") == event) return &one->at("d");
    }
    return nullptr;
  }
  int count(std::string_view event) const {
    int n = 0;
    for (const auto& one : received) n += Fields(one).string("t") == event ? 1 : 0;
    return n;
  }
  const json::value* op(std::int64_t wanted) const {
    for (auto one = received.rbegin(); one != received.rend(); ++one) {
      if (one->at("op").as_int64() == wanted) return &one->at("d");
    }
    return nullptr;
  }
  std::int64_t sequence() const {
    for (auto one = received.rbegin(); one != received.rend(); ++one) {
      if (const auto s = Fields(*one).integer("s")) return *s;
    }
    return 0;
  }
};

constexpr Permissions bot_rights =
    permission::view_channel | permission::manage_channels | permission::manage_roles |
    permission::view_audit_log | permission::connect | permission::speak | permission::move_members |
    permission::send_messages | permission::embed_links | permission::attach_files |
    permission::read_message_history | permission::manage_nicknames | permission::create_events |
    permission::set_voice_channel_status;

struct DiscordTest : testing::Test {
  explicit DiscordTest(Rules rules = quiet_rules()) : world(std::move(rules), Random(7), now) {
    owner = world.add_user("olga");
    ana = world.add_user("ana");
    ben = world.add_user("ben");
    guild = world.add_guild("Cup", owner, bot_rights);
    world.add_member(guild, ana);
    world.add_member(guild, ben);
    text = world.add_channel(guild, {.name = "general"});
    lobby = world.add_channel(guild, {.name = "Lobby", .kind = ChannelKind::voice});
    category = world.add_channel(guild, {.name = "Matches", .kind = ChannelKind::category});
  }

  // Most tests are not about limits.
  static Rules quiet_rules() {
    Rules rules;
    rules.rate_limits = false;
    return rules;
  }

  Reply ask(std::string method, std::string path, const json::value& body = nullptr,
            std::vector<std::pair<std::string, std::string>> headers = {}) {
    ApiRequest request{.method = std::move(method), .client_address = "10.0.0.1"};
    const auto question = path.find('?');
    request.path = path.substr(0, question);
    if (question != std::string::npos) request.query = path.substr(question + 1);
    request.headers = {{"Authorization", "Bot " + world.rules().bot_token},
                       {"User-Agent", "DiscordBot (https://example.org, 1)"}};
    if (!body.is_null()) {
      request.body = to_text(body);
      request.headers.set("Content-Type", "application/json");
    }
    for (auto& [name, value] : headers) request.headers.set(std::move(name), std::move(value));
    return send(request);
  }

  Reply send(const ApiRequest& request) {
    auto answer = world.handle(request, now);
    auto body =
        answer.body.starts_with("{") || answer.body.starts_with("[") ? parse(answer.body) : json::value();
    return {answer.status, std::move(answer.headers), std::move(body)};
  }

  void pass(Duration time) {
    now += time;
    world.tick(now);
  }

  ChannelId make_voice_channel(std::string name) {
    const auto made = ask("POST", guild_path("/channels"), {{"name", name}, {"type", 2}});
    EXPECT_EQ(made.status, 201);
    return *Fields(made.body).id<ChannelId>("id");
  }

  std::string guild_path(std::string_view rest = "") const {
    return "/guilds/" + guild.text() + std::string(rest);
  }
  std::string channel_path(ChannelId channel, std::string_view rest = "") const {
    return "/channels/" + channel.text() + std::string(rest);
  }
  std::string member_path(UserId user) const { return guild_path("/members/" + user.text()); }
  std::string commands_path() const { return "/applications/" + world.application_id().text() + "/commands"; }

  // ---- Gateway.

  GatewayClient& connect(std::string_view query = "v=10&encoding=json") {
    auto client = std::make_unique<GatewayClient>();
    client->id = world.open_gateway(query, now);
    auto& kept = *clients.emplace_back(std::move(client));
    pump();
    return kept;
  }

  void say(const GatewayClient& client, const json::value& payload) {
    world.gateway_text(client.id, to_text(payload), now);
    pump();
  }

  json::object identify_payload(std::int64_t intents = 0x1'FFFF & ~(1 << 8)) const {
    return {{"op", 2},
            {"d",
             {{"token", world.rules().bot_token},
              {"intents", intents},
              {"properties", {{"os", "linux"}, {"browser", "test"}, {"device", "test"}}}}}};
  }

  // A connection with a running session.
  GatewayClient& log_in(std::int64_t intents = 0x1'FFFF & ~(1 << 8)) {
    auto& client = connect();
    say(client, identify_payload(intents));
    EXPECT_EQ(client.count("READY"), 1);
    return client;
  }

  // Hands over what the World sent.
  void pump() {
    for (auto& out : world.take_outgoing()) {
      for (auto& client : clients) {
        if (client->id != out.connection) continue;
        if (auto* message = std::get_if<net::WebSocketMessage>(&out.what)) {
          if (!message->binary) client->received.push_back(parse(message->data));
        } else {
          client->closed = std::get<net::WebSocketClose>(out.what);
        }
      }
    }
  }

  const GatewayClient& updated(GatewayClient& client) {
    pump();
    return client;
  }

  Time now = from_ms(1'800'000'000'000);
  World world;
  UserId owner, ana, ben;
  GuildId guild;
  ChannelId text, lobby, category;
  std::vector<std::unique_ptr<GatewayClient>> clients;
};

}  // namespace matchday::sandbox::discord
