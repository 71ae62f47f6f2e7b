// See rest_door.hpp.
#include "sandbox/front/rest_door.hpp"

#include <fmt/format.h>

namespace matchday::sandbox {
namespace {

// Bodies that the timeline keeps; longer ones are pictures or bulk registrations that nobody reads there.
constexpr std::size_t timeline_body_bytes_max = 4000;
// Interaction and webhook tokens have more than a hundred characters, everything else in a path far fewer.
constexpr std::size_t path_segment_shown_max = 48;

net::ServerResponse cut() {
  return {.cut_connection = true};
}

// osu!'s own errors are JSON, what stands in front of it sends pages; neither says when to come again
// (reference/osu.md §3.4).
net::ServerResponse invented_osu(int status) {
  const bool by_proxy = status >= 502 && status <= 504;
  net::ServerResponse response{.status = status};
  response.headers.set("Content-Type", by_proxy ? "text/html" : "application/json");
  if (by_proxy)
    response.body = fmt::format("<!DOCTYPE html><title>{}</title>", net::reason_phrase(status));
  else
    response.body = to_text(osu::error_document(status == 429 ? "Too Many Attempts." : ""));
  return response;
}

// An answer that the platform never gave, in the platform's form where a client reads it.
net::ServerResponse invented(std::string_view platform, int status) {
  if (platform == "osu") return invented_osu(status);
  net::ServerResponse response{.status = status};
  response.headers.set("Content-Type", "application/json");
  json::object body{{"message", fmt::format("{} (a fault of the sandbox)", net::reason_phrase(status))},
                    {"code", 0}};
  if (status == 429) {
    response.headers.set("Retry-After", "1");
    response.headers.set("Via", "1.1 google");  // Discord's clients take a 429 without it for Cloudflare's
    response.headers.set("X-RateLimit-Scope", "shared");
    body["retry_after"] = 1.0;
    body["global"] = false;
  }
  response.body = to_text(body);
  return response;
}

std::string describe(const Verdict& verdict) {
  std::string text;
  const auto add = [&](bool happens, std::string_view what) {
    if (happens) text += text.empty() ? std::string(what) : fmt::format(", {}", what);
  };
  add(verdict.hold_before, "held before its effect");
  add(verdict.hold_after, "held after its effect");
  add(verdict.latency_before + verdict.latency_after > 0ms, "slow");
  add(verdict.answer_lost && !verdict.apply, "connection cut before its effect");
  add(verdict.answer_lost && verdict.apply && verdict.effect_delay > 0ms, "answer lost, effect late");
  add(verdict.answer_lost && verdict.apply && verdict.effect_delay == 0ms, "answer lost");
  add(verdict.status && !verdict.apply, "error without effect");
  add(verdict.status && verdict.apply, "error although it took effect");
  return text;
}

std::string shown_path(std::string_view path) {
  std::string text;
  while (!path.empty()) {
    const auto end = std::min(path.find('/', 1), path.size());
    text += end > path_segment_shown_max ? "/…" : std::string(path.substr(0, end));
    path.remove_prefix(end);
  }
  return text;
}

json::value shown_body(const std::string& body) {
  if (body.size() > timeline_body_bytes_max) return nullptr;
  auto value = parse_json(body);
  return value ? std::move(*value) : json::value(nullptr);
}

// Which part of the path says only which platform's API it is.
std::size_t prefix_size(std::string_view path) {
  for (const auto prefix :
       {RestDoor::discord_prefix, RestDoor::faceit_prefix, RestDoor::faceit_auth_prefix}) {
    if (path.starts_with(prefix)) return prefix.size();
  }
  return path.find('/', 1);  // a page for people
}

std::string_view platform_of(std::string_view path) {
  if (path.starts_with("/discord/")) return "discord";
  return path.starts_with("/osu/") ? "osu" : "faceit";
}

// The Data API has nothing at these paths.
bool is_login(std::string_view path) {
  return path == "/accounts" || path.starts_with("/oauth/") || path.starts_with("/resources/");
}

}  // namespace

Task<net::ServerResponse> RestDoor::serve(net::ServerRequest request) {
  const std::string platform(platform_of(request.head.path));
  request.head.path.erase(0, prefix_size(request.head.path));
  Exchange exchange{.platform = platform, .method = request.head.method, .path = request.head.path};
  exchange.number = ++numbers_[exchange.platform];
  const auto verdict = worlds_.faults.decide(exchange);
  const auto started = worlds_.now();
  json::object entry{
      {"platform", exchange.platform}, {"method", exchange.method}, {"path", shown_path(exchange.path)},
      {"number", exchange.number},     {"reason", nullptr},         {"request", shown_body(request.body)},
      {"fault", describe(verdict)}};
  if (const auto reason = request.head.headers.get("x-audit-log-reason")) {
    entry["reason"] = net::decode_component(*reason);
  }

  auto response = co_await through_faults(exchange, verdict, std::move(request));

  entry["status"] = response.cut_connection ? json::value(nullptr) : json::value(response.status);
  entry["took_ms"] = (worlds_.now() - started).count();
  worlds_.timeline.add("request", std::move(entry), worlds_.now());
  worlds_.touch();
  co_return response;
}

Task<net::ServerResponse> RestDoor::through_faults(Exchange exchange, Verdict verdict,
                                                   net::ServerRequest request) {
  const auto held = [&](std::string when) {
    return Holds::Held{.number = exchange.number,
                       .platform = exchange.platform,
                       .method = exchange.method,
                       .path = exchange.path,
                       .when = std::move(when),
                       .since = worlds_.now()};
  };
  if (verdict.latency_before > 0ms) co_await worlds_.clock.sleep(verdict.latency_before);
  if (verdict.hold_before) {
    const auto released = co_await worlds_.holds.hold(held("before"));
    if (released == Holds::Release::drop) co_return cut();
  }
  if (verdict.apply && verdict.answer_lost && verdict.effect_delay > 0ms) {
    tasks_.spawn("late effect", apply_late(exchange.platform, std::move(request), verdict.effect_delay));
    co_return cut();
  }
  net::ServerResponse response;
  if (verdict.apply) response = apply(exchange.platform, request);
  if (verdict.hold_after) {
    const auto released = co_await worlds_.holds.hold(held("after"));
    if (released == Holds::Release::drop) co_return cut();
  }
  if (verdict.latency_after > 0ms) co_await worlds_.clock.sleep(verdict.latency_after);
  if (verdict.answer_lost) co_return cut();
  if (verdict.status) co_return invented(exchange.platform, *verdict.status);
  co_return response;
}

Task<void> RestDoor::apply_late(std::string platform, net::ServerRequest request, Duration delay) {
  co_await worlds_.clock.sleep(delay);
  worlds_.timeline.add(
      "fault",
      {{"what", fmt::format("{} {} took effect late", request.head.method, shown_path(request.head.path))}},
      worlds_.now());
  apply(platform, request);
}

net::ServerResponse RestDoor::apply(const std::string& platform, const net::ServerRequest& request) {
  auto response = platform == "discord" ? apply_discord(request)
                  : platform == "osu"   ? apply_osu(request)
                                        : apply_faceit(request);
  worlds_.touch();
  return response;
}

net::ServerResponse RestDoor::apply_discord(const net::ServerRequest& request) {
  if (request.head.path == "/oauth2/authorize") {
    auto page = worlds_.discord.authorize_page(request.head.query, worlds_.now());
    return {.status = page.status, .headers = std::move(page.headers), .body = std::move(page.body)};
  }
  const discord::ApiRequest seen{.method = request.head.method,
                                 .path = request.head.path,
                                 .query = request.head.query,
                                 .headers = request.head.headers,
                                 .body = request.body,
                                 .client_address = request.head.client_address};
  auto answer = worlds_.discord.handle(seen, worlds_.now());
  log_.write(seen, answer);
  return {.status = answer.status, .headers = std::move(answer.headers), .body = std::move(answer.body)};
}

net::ServerResponse RestDoor::apply_faceit(const net::ServerRequest& request) {
  if (is_login(request.head.path)) return apply_faceit_login(request);
  auto answer = worlds_.faceit.handle({.method = request.head.method,
                                       .path = request.head.path,
                                       .query = request.head.query,
                                       .headers = request.head.headers},
                                      worlds_.now());
  return {.status = answer.status, .headers = std::move(answer.headers), .body = std::move(answer.body)};
}

net::ServerResponse RestDoor::apply_faceit_login(const net::ServerRequest& request) {
  auto answer = worlds_.faceit.handle_oauth({.method = request.head.method,
                                             .path = request.head.path,
                                             .query = request.head.query,
                                             .headers = request.head.headers,
                                             .body = request.body},
                                            worlds_.now());
  return {.status = answer.status, .headers = std::move(answer.headers), .body = std::move(answer.body)};
}

net::ServerResponse RestDoor::apply_osu(const net::ServerRequest& request) {
  auto answer = worlds_.osu.handle({.method = request.head.method,
                                    .path = request.head.path,
                                    .query = request.head.query,
                                    .headers = request.head.headers,
                                    .body = request.body,
                                    .client_address = request.head.client_address},
                                   worlds_.now());
  return {.status = answer.status, .headers = std::move(answer.headers), .body = std::move(answer.body)};
}

}  // namespace matchday::sandbox
