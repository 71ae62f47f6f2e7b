// See control_door.hpp. Here: the table of routes, the state, faults and holds.
#include "sandbox/front/control_door.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/number.hpp"
#include "base/timeout.hpp"

namespace matchday::sandbox {
namespace {

constexpr std::size_t webhooks_shown = 50;
// The HTTP server gives up on a handler after a minute; a long poll answers before.
constexpr Duration long_poll_max = 30s;

int http_status(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::not_found:
      return 404;
    case ErrorKind::conflict:
      return 409;
    case ErrorKind::forbidden:
    case ErrorKind::refused:
      return 403;
    case ErrorKind::limited:
      return 429;
    default:
      return 400;
  }
}

net::ServerResponse answer(int status, const json::object& body) {
  net::ServerResponse response{.status = status, .body = to_text(body)};
  response.headers.set("Content-Type", "application/json");
  response.headers.set("Cache-Control", "no-store");
  return response;
}

net::ServerResponse error(int status, std::string_view sentence) {
  return answer(status, {{"error", sentence}});
}

// "{}" in the pattern takes one segment, decoded, into `ids`.
bool matches(std::string_view pattern, std::string_view path, std::vector<std::string>& ids) {
  ids.clear();
  while (!pattern.empty() && !path.empty()) {
    const auto wanted = pattern.substr(0, std::min(pattern.find('/', 1), pattern.size()));
    const auto given = path.substr(0, std::min(path.find('/', 1), path.size()));
    if (wanted == "/{}" && given.size() > 1)
      ids.push_back(net::decode_component(given.substr(1)));
    else if (wanted != given)
      return false;
    pattern.remove_prefix(wanted.size());
    path.remove_prefix(given.size());
  }
  return pattern.empty() && path.empty();
}

Duration long_poll_of(const net::RequestHead& head, Duration fallback) {
  for (const auto& [name, value] : net::parse_query(head.query)) {
    if (name != "timeout_ms") continue;
    if (const auto ms = parse_number<std::int64_t>(value))
      return std::clamp(Duration(*ms), Duration(0), long_poll_max);
  }
  return fallback;
}

// A page of another site may send requests here from the operator's browser; its Origin gives it away.
bool from_another_site(const net::RequestHead& head) {
  const auto origin = head.headers.get("origin");
  const auto host = head.headers.get("host");
  return origin && (!host || *origin != fmt::format("http://{}", *host));
}

}  // namespace

const std::vector<ControlDoor::Route>& ControlDoor::routes() {
  static const std::vector<Route> table{
      {"GET", "/demo", &ControlDoor::get_demo},
      {"POST", "/demo/register-all", &ControlDoor::register_all},
      {"POST", "/discord/voice", &ControlDoor::set_voice},
      {"POST", "/discord/messages", &ControlDoor::say},
      {"POST", "/discord/command", &ControlDoor::fire_command},
      {"POST", "/discord/component", &ControlDoor::fire_component},
      {"POST", "/discord/autocomplete", &ControlDoor::fire_autocomplete},
      {"POST", "/discord/modal", &ControlDoor::submit_modal},
      {"POST", "/discord/interactions-endpoint", &ControlDoor::set_interactions_endpoint},
      {"GET", "/discord/interactions-endpoint", &ControlDoor::get_interactions_endpoint},
      {"GET", "/discord/interactions/{}", &ControlDoor::get_interaction},
      {"POST", "/discord/channels/{}/delete", &ControlDoor::delete_channel},
      {"POST", "/discord/channels/{}/rename", &ControlDoor::rename_channel},
      {"POST", "/discord/roles/{}", &ControlDoor::set_role},
      {"POST", "/discord/gateway", &ControlDoor::disturb_gateway},
      {"POST", "/discord/bot", &ControlDoor::set_bot},
      {"POST", "/faceit/matches", &ControlDoor::create_match},
      {"POST", "/faceit/matches/{}/score",
       &ControlDoor::score_match},  // before the steps: they take any word
      {"POST", "/faceit/matches/{}/{}", &ControlDoor::step_match},
      {"POST", "/faceit/webhook-target", &ControlDoor::set_webhook_target},
      {"POST", "/faceit/webhook-faults", &ControlDoor::set_webhook_faults},
      {"POST", "/osu/players/{}/gain", &ControlDoor::gain_pp},
      {"POST", "/osu/players/{}/lose", &ControlDoor::lose_pp},
      {"POST", "/osu/players/{}/rename", &ControlDoor::rename_osu_player},
      {"POST", "/osu/players/{}/restrict", &ControlDoor::restrict_osu_player},
      {"POST", "/osu/players/{}/inactive", &ControlDoor::make_osu_player_inactive},
      {"POST", "/osu/players/{}/delete", &ControlDoor::delete_osu_player},
      {"POST", "/osu/others", &ControlDoor::let_others_gain},
      {"POST", "/osu/rework", &ControlDoor::rework_pp},
      {"POST", "/osu/maintenance", &ControlDoor::set_osu_maintenance},
      {"POST", "/osu/life", &ControlDoor::set_osu_life},
      {"POST", "/faults", &ControlDoor::add_fault},
      {"DELETE", "/faults", &ControlDoor::clear_faults},
      {"DELETE", "/faults/{}", &ControlDoor::remove_fault},
      {"POST", "/holds/release", &ControlDoor::release_holds},
  };
  return table;
}

Task<net::ServerResponse> ControlDoor::handle(net::ServerRequest request) {
  if (from_another_site(request.head)) co_return error(403, "Only this sandbox's own page may do that.");
  const auto path = std::string_view(request.head.path).substr(prefix.size());
  if (request.head.method == "GET" && path == "/state")
    co_return co_await state_after_change(std::move(request));
  if (request.head.method == "GET" && path == "/holds/wait")
    co_return co_await wait_for_hold(std::move(request));

  Call call{.query = net::parse_query(request.head.query), .body = json::object{}};
  bool known_path = false;
  for (const auto& route : routes()) {
    if (!matches(route.pattern, path, call.ids)) continue;
    known_path = true;
    if (route.method != request.head.method) continue;
    if (!request.body.empty()) {
      auto body = parse_json(request.body);
      if (!body) co_return error(400, body.error().message);
      if (!body->is_object()) co_return error(400, "The body must be a JSON object.");
      call.body = std::move(*body);
    }
    worlds_.discord.tick(worlds_.now());
    const auto result = (this->*route.handler)(call);
    worlds_.touch();
    if (!result) co_return error(http_status(result.error().kind), result.error().message);
    co_return answer(200, *result);
  }
  if (known_path) co_return error(405, fmt::format("{} is not possible here.", request.head.method));
  co_return error(404, fmt::format("There is no control route {}.", request.head.path));
}

// With ?after=<revision>, waits for a newer one (or the time limit) first, so that a page need not poll in a
// hurry.
Task<net::ServerResponse> ControlDoor::state_after_change(net::ServerRequest request) {
  for (const auto& [name, value] : net::parse_query(request.head.query)) {
    std::uint64_t seen = 0;
    if (name != "after" || std::from_chars(value.data(), value.data() + value.size(), seen).ec != std::errc{})
      continue;
    // Late is as good as changed: the page shows the clock too.
    if (seen == worlds_.revision()) {
      [[maybe_unused]] const bool changed = co_await completes_within(
          worlds_.clock, long_poll_of(request.head, 10s), worlds_.wait_for_change(seen));
    }
  }
  co_return answer(200, state());
}

Task<net::ServerResponse> ControlDoor::wait_for_hold(net::ServerRequest request) {
  const bool held = co_await completes_within(worlds_.clock, long_poll_of(request.head, long_poll_max),
                                              worlds_.holds.wait_until_held());
  co_return answer(200, {{"held", held}, {"holds", worlds_.holds.describe()}});
}

json::object ControlDoor::state() {
  const auto now = worlds_.now();
  worlds_.discord.tick(now);
  auto webhooks = worlds_.faceit.webhooks().history();
  if (webhooks.size() > webhooks_shown) {
    webhooks.erase(webhooks.begin(), webhooks.end() - static_cast<std::ptrdiff_t>(webhooks_shown));
  }
  auto demo = to_json(worlds_.demo);
  for (const auto* secret :
       {"bot_token", "faceit_api_key", "faceit_client_secret", "osu_client_secret", "webhook_secret"})
    demo.erase(secret);
  return {{"now", to_ms(now)},
          {"revision", worlds_.revision()},
          {"bot_connected", worlds_.gateway_connections > 0},
          {"base_url", worlds_.base_url},
          {"registered_all", registered_all_},
          {"webhook_faults", webhook_faults()},
          {"demo", std::move(demo)},
          {"discord", worlds_.discord.snapshot()},
          {"faceit", worlds_.faceit.snapshot()},
          {"osu", worlds_.osu.snapshot(now)},
          {"faults", worlds_.faults.describe()},
          {"holds", worlds_.holds.describe()},
          {"webhooks", std::move(webhooks)},
          {"timeline", worlds_.timeline.describe()}};
}

Result<json::object> ControlDoor::get_demo(const Call&) {
  auto demo = to_json(worlds_.demo);
  demo["discord_api"] = worlds_.base_url + "/discord/api/v10";
  demo["faceit_api"] = worlds_.base_url + "/faceit/data/v4";
  demo["osu_url"] = worlds_.base_url + "/osu";
  return demo;
}

Result<json::object> ControlDoor::register_all(const Call&) {
  json::array interactions;
  for (const auto& player : worlds_.demo.players) {
    const auto fired = worlds_.discord.fire_command({.channel = worlds_.demo.general,
                                                     .user = player.user,
                                                     .name = "register",
                                                     .options = {{"faceit_nickname", player.nickname}}});
    if (!fired) return std::unexpected(fired.error());
    interactions.emplace_back(fired->text());
  }
  registered_all_ = true;
  note("person", {{"what", fmt::format("All {} players ran /register.", interactions.size())}});
  return json::object{{"interaction_ids", std::move(interactions)}};
}

Result<json::object> ControlDoor::add_fault(const Call& call) {
  auto rule = parse_fault_rule(call.body);
  if (!rule) return std::unexpected(rule.error());
  const auto id = worlds_.faults.add(*rule);
  note("fault", {{"what", "A fault was planned."}, {"rule", to_json(*rule)}});
  return json::object{{"id", id}};
}

Result<json::object> ControlDoor::remove_fault(const Call& call) {
  std::uint64_t id = 0;
  const auto& text = call.ids[0];
  std::from_chars(text.data(), text.data() + text.size(), id);
  if (!worlds_.faults.remove(id))
    return fail(ErrorKind::not_found, fmt::format("There is no fault {}.", text));
  return json::object{};
}

Result<json::object> ControlDoor::clear_faults(const Call&) {
  worlds_.faults.clear();
  note("fault", {{"what", "All planned faults were removed."}});
  return json::object{};
}

Result<json::object> ControlDoor::release_holds(const Call& call) {
  const bool drop = call.fields().boolean("drop").value_or(false);
  const auto count = worlds_.holds.release(drop ? Holds::Release::drop : Holds::Release::proceed);
  return json::object{{"released", count}};
}

void ControlDoor::note(std::string_view kind, json::object details) {
  worlds_.timeline.add(kind, std::move(details), worlds_.now());
}

}  // namespace matchday::sandbox
