// See network.hpp.
#include "sim/evening/network.hpp"

#include <fmt/format.h>

#include "base/timeout.hpp"

namespace matchday::sim {
namespace {

constexpr std::string_view discord_base = "http://sim/discord/api/v10";
constexpr std::string_view faceit_base = "http://sim/faceit/data/v4";
constexpr Duration one_way_min = 5ms;
constexpr Duration one_way_max = 60ms;

// Applies a request to its platform. The front does the same for sockets.
net::HttpResponse apply(Platforms& platforms, const net::HttpRequest& request) {
  const bool to_discord = request.url.starts_with(discord_base);
  const auto target = request.url.substr((to_discord ? discord_base : faceit_base).size());
  const auto mark = target.find('?');
  const auto path = target.substr(0, mark);
  const auto query = mark == std::string::npos ? "" : target.substr(mark + 1);
  const auto now = platforms.agenda.now();
  net::HttpResponse out;
  const auto take = [&](auto answer) {
    out = {answer.status, std::move(answer.headers), std::move(answer.body)};
  };
  if (to_discord) {
    take(platforms.discord.handle({request.method, path, query, request.headers, request.body, "10.0.0.1"},
                                  now));
  } else {
    take(platforms.faceit.handle({request.method, path, query, request.headers}, now));
  }
  platforms.turn();
  return out;
}

// The member of the demo's server whom this request may move.
std::optional<UserId> concerned(const Platforms& platforms, const net::HttpRequest& request) {
  const auto members = fmt::format("{}/guilds/{}/members/", discord_base, platforms.demo.guild.text());
  if (request.method != "PATCH" || !request.url.starts_with(members)) return std::nullopt;
  return UserId::parse(std::string_view(request.url).substr(members.size()));
}

std::optional<ChannelId> seat_of(const Platforms& platforms, UserId user) {
  const auto& voice = platforms.discord.find_guild(platforms.demo.guild)->voice;
  const auto seat = voice.find(user);
  return seat == voice.end() ? std::nullopt : std::optional(seat->second.channel);
}

net::HttpResponse apply_and_watch(Platforms& platforms, const net::HttpRequest& request, bool answered) {
  const auto user = concerned(platforms, request);
  const auto before = user ? seat_of(platforms, *user) : std::nullopt;
  auto response = apply(platforms, request);
  if (!before) return response;
  const auto after = seat_of(platforms, *user);
  if (after != before) {
    platforms.member_moves.push_back(
        {.when = platforms.agenda.now(), .user = *user, .from = *before, .to = after, .answered = answered});
    platforms.note(fmt::format("the bot moved {} to {}{}", user->text(), after ? after->text() : "nowhere",
                               answered ? "" : ", unanswered"));
  }
  return response;
}

net::HttpResponse invented(int status) {
  net::HttpResponse response{
      .status = status,
      .body = R"({"message":"a fault of the simulator","code":0,"retry_after":1.0,"global":false})"};
  response.headers.set("Content-Type", "application/json");
  if (status == 429) {
    response.headers.set("Retry-After", "1");
    response.headers.set("Via", "1.1 google");
    response.headers.set("X-RateLimit-Scope", "shared");
  }
  return response;
}

class SimSocket final : public net::WebSocket {
 public:
  SimSocket(Platforms& platforms, sandbox::discord::World::ConnectionId id, std::shared_ptr<SocketEnd> end)
      : platforms_(platforms), id_(id), end_(std::move(end)) {}
  // Also how a crash looks to Discord: the connection breaks.
  ~SimSocket() override { leave(1006); }

  Task<net::WebSocketEvent> receive() override {
    if (closed_) co_return *closed_;
    while (end_->events.empty()) co_await end_->arrived.wait();
    auto event = std::move(end_->events.front());
    end_->events.pop_front();
    if (const auto* close = std::get_if<net::WebSocketClose>(&event)) {
      closed_ = *close;
      left_ = true;
    }
    co_return event;
  }

  Task<Result<>> send(net::WebSocketMessage message) override {
    if (left_) co_return fail(ErrorKind::unavailable, "The connection is closed.");
    platforms_.agenda.call_at(platforms_.agenda.now() + one_way_min,
                              [&p = platforms_, id = id_, text = std::move(message.data)] {
                                p.discord.gateway_text(id, text, p.agenda.now());
                                p.turn();
                              });
    co_return Result<>{};
  }

  Task<void> close(int code, std::string, Duration) override {
    leave(code);
    co_return;
  }

  void abort() override {
    leave(1006);
    end_->events.emplace_back(net::WebSocketClose{});
    end_->arrived.notify_all();
  }

 private:
  void leave(int code) {
    if (std::exchange(left_, true)) return;
    platforms_.agenda.call_at(platforms_.agenda.now() + one_way_min, [&p = platforms_, id = id_, code] {
      p.discord.gateway_closed(id, code, p.agenda.now());
      p.turn();
    });
  }

  Platforms& platforms_;
  sandbox::discord::World::ConnectionId id_;
  std::shared_ptr<SocketEnd> end_;
  std::optional<net::WebSocketClose> closed_;
  bool left_ = false;
};

}  // namespace

// What the process's side and the network's side share; the process's side dies in a crash.
struct SimHttpClient::Exchange {
  explicit Exchange(Executor executor) : done(std::move(executor)) {}
  std::optional<Result<net::HttpResponse>> answer;
  Signal done;
};

// Checks before it waits: a Signal has no memory.
Task<void> SimHttpClient::until_answered(std::shared_ptr<Exchange> exchange) {
  while (!exchange->answer) co_await exchange->done.wait();
}

Task<void> SimHttpClient::die_here() {
  for (;;) co_await dead_.wait();
}

Task<Result<net::HttpResponse>> SimHttpClient::send(net::HttpRequest request) {
  if (seams_.request) seams_.request(request);
  auto answer = co_await send_once(request);
  for (int tries = 1; tries < 3 && seams_.sends_again && seams_.sends_again(request, answer); ++tries)
    answer = co_await send_once(request);
  if (answer && seams_.response) seams_.response(request, *answer);
  co_return answer;
}

Task<Result<net::HttpResponse>> SimHttpClient::send_once(net::HttpRequest request) {
  const auto what =
      fmt::format("{} {}", request.method, request.url.substr(std::string_view("http://sim").size()));
  if (crashes_.strikes("before sending " + what)) co_await die_here();
  const auto deadline = request.deadline;
  auto exchange = std::make_shared<Exchange>(executor_);
  carry(exchange, std::move(request));
  if (crashes_.strikes("just sent " + what)) co_await die_here();
  (void)co_await completes_within(clock_, deadline, until_answered(exchange));
  if (!exchange->answer) {
    co_return fail(ErrorKind::ambiguous, "No answer within the deadline.");
  }
  if (crashes_.strikes("answer arrived, not read, of " + what)) co_await die_here();
  co_return std::move(*exchange->answer);
}

void SimHttpClient::carry(const std::shared_ptr<Exchange>& exchange, net::HttpRequest request) {
  const std::string platform = request.url.starts_with(discord_base) ? "discord" : "faceit";
  const auto path = request.url.substr((platform == "discord" ? discord_base : faceit_base).size());
  const auto verdict =
      platforms_.faults.decide({platform, request.method, path, ++platforms_.request_numbers[platform]});
  platforms_.note(fmt::format("{} {}{}{}", request.method, path, verdict.apply ? "" : ", never applied",
                              verdict.answer_lost ? ", answer lost" : ""));
  auto& agenda = platforms_.agenda;
  const auto there =
      agenda.now() + platforms_.random.between(one_way_min, one_way_max) + verdict.latency_before;
  const auto back = platforms_.random.between(one_way_min, one_way_max) + verdict.latency_after;
  const std::weak_ptr<Exchange> waiting = exchange;
  const auto answer = [&agenda, waiting](Time when, Result<net::HttpResponse> result) {
    agenda.call_at(when, [waiting, result = std::move(result)]() mutable {
      if (const auto asked = waiting.lock()) {
        asked->answer.emplace(std::move(result));
        asked->done.notify_all();
      }
    });
  };
  const auto lost = fail(ErrorKind::ambiguous, "The connection broke before the answer was complete.");
  // From here on it is the network's: the process may die meanwhile.
  agenda.call_at(
      there, [&world = platforms_, verdict, back, answer, lost, waiting, request = std::move(request)] {
        const auto now = world.agenda.now();
        if (verdict.apply && verdict.answer_lost && verdict.effect_delay > 0ms) {
          world.agenda.call_at(now + verdict.effect_delay,
                               [&world, request] { (void)apply_and_watch(world, request, false); });
          return answer(now + back, lost);
        }
        std::optional<net::HttpResponse> real;
        const bool heard = !verdict.answer_lost && !verdict.status && !waiting.expired();
        if (verdict.apply) real = apply_and_watch(world, request, heard);
        if (verdict.answer_lost) return answer(now + back, lost);
        answer(now + back, verdict.status ? invented(*verdict.status) : std::move(*real));
      });
}

Task<Result<std::unique_ptr<net::WebSocket>>> SimConnector::connect(std::string url, net::WebSocketOptions) {
  co_await clock_.sleep(20ms);
  const auto mark = url.find('?');
  const auto id = platforms_.discord.open_gateway(mark == std::string::npos ? "" : url.substr(mark + 1),
                                                  platforms_.agenda.now());
  auto end = std::make_shared<SocketEnd>(executor_);
  platforms_.sockets[id] = end;
  platforms_.turn();
  co_return std::unique_ptr<net::WebSocket>(std::make_unique<SimSocket>(platforms_, id, std::move(end)));
}

}  // namespace matchday::sim
