// The control routes that move simulated FACEIT: matches through their life, and where its webhooks go.
#include <fmt/format.h>

#include <algorithm>

#include "sandbox/front/control_door.hpp"

namespace matchday::sandbox {
namespace {

constexpr std::size_t team_size = 5;
constexpr std::chrono::seconds scheduled_max = std::chrono::years(1);

std::string_view sentence(faceit::Step step) {
  switch (step) {
    case faceit::Step::vote:
      return "The players vote for a map.";
    case faceit::Step::configuring:
      return "The match server is being set up.";
    case faceit::Step::ready:
      return "The match is ready: players connect.";
    case faceit::Step::ongoing:
      return "The match went live.";
    case faceit::Step::finish:
      return "The match is finished.";
    case faceit::Step::cancel:
      return "The match was cancelled: somebody did not show up.";
    case faceit::Step::abort:
      return "An admin aborted the match.";
    case faceit::Step::restart:
      return "The match was restarted.";
    case faceit::Step::substitute:
      return "A player of the match was substituted.";
    case faceit::Step::demo_ready:
      return "The demos of the match can be downloaded.";
  }
  return "";
}

Result<double> probability(const Fields& fields, std::string_view field, double current) {
  const auto* value = fields.get(field);
  if (!value) return current;
  const auto number = value->is_number() ? value->to_number<double>() : -1;
  if (number < 0 || number > 1)
    return fail(ErrorKind::invalid, fmt::format("{} must be between 0 and 1.", field));
  return number;
}

// A number that fits; what does not is refused by whoever knows the bounds, as any other wrong number.
std::optional<int> small_number(const Fields& fields, std::string_view field) {
  const auto number = fields.integer(field);
  return number ? std::optional(static_cast<int>(std::clamp<std::int64_t>(*number, -1, 1000))) : std::nullopt;
}

Result<std::string> player_called(const faceit::World& world, const json::value& nickname) {
  if (const auto* text = nickname.if_string()) {
    const auto& players = world.players();
    const auto found = std::ranges::find(players, std::string_view(*text), &faceit::Player::nickname);
    if (found != players.end()) return found->player_id;
  }
  return fail(ErrorKind::invalid, fmt::format("Nobody on FACEIT is called {}.", to_text(nickname)));
}

Result<std::vector<std::string>> side(const faceit::World& world, const json::value& nicknames) {
  const auto* list = nicknames.if_array();
  if (!list || list->empty() || list->size() > team_size)
    return fail(ErrorKind::invalid, fmt::format("A team is a list of 1 to {} nicknames.", team_size));
  std::vector<std::string> ids;
  for (const auto& nickname : *list) {
    auto id = player_called(world, nickname);
    if (!id) return std::unexpected(id.error());
    ids.push_back(std::move(*id));
  }
  return ids;
}

// Who plays: the two teams that the request names, or else the ready-made ones.
Result<> choose_players(faceit::NewMatch& match, const Fields& fields, const faceit::World& world,
                        const DemoWorld& demo) {
  if (!fields.get("players")) {
    if (demo.players.size() < 2 * team_size)
      return fail(ErrorKind::conflict, "There are no ready-made players.");
    for (std::size_t i = 0; i < 2 * team_size; ++i) {
      (i < team_size ? match.faction1 : match.faction2).push_back(demo.players[i].player_id);
    }
    return {};
  }
  const auto& sides = fields.array("players");
  if (sides.size() != 2) return fail(ErrorKind::invalid, "players must be two lists of nicknames.");
  auto first = side(world, sides[0]);
  if (!first) return std::unexpected(first.error());
  auto second = side(world, sides[1]);
  if (!second) return std::unexpected(second.error());
  match.faction1 = std::move(*first);
  match.faction2 = std::move(*second);
  return {};
}

faceit::Competition competition(const Fields& fields, const DemoWorld& demo) {
  if (fields.boolean("championship").value_or(false))
    return {.id = demo.championship_id, .name = demo.championship_name, .type = "championship"};
  return {.id = demo.hub_id, .name = demo.hub_name};
}

}  // namespace

Result<json::object> ControlDoor::create_match(const Call& call) {
  const auto fields = call.fields();
  const auto& demo = worlds_.demo;
  const auto shape = fields.string_or("shape", "real");
  if (shape != "real" && shape != "seed") return fail(ErrorKind::invalid, "shape must be real or seed.");
  faceit::NewMatch wanted{.competition = competition(fields, demo),
                          .organizer_id = demo.organizer_id,
                          .shape = shape == "seed" ? faceit::WebhookShape::seed : faceit::WebhookShape::real,
                          .without_teams = fields.boolean("without_teams").value_or(false),
                          .best_of = small_number(fields, "best_of").value_or(1)};
  if (auto chosen = choose_players(wanted, fields, worlds_.faceit, demo); !chosen)
    return std::unexpected(chosen.error());
  if (const auto seconds = fields.integer("scheduled_in_s")) {
    if (*seconds < 0 || *seconds > scheduled_max.count())
      return fail(ErrorKind::invalid, "scheduled_in_s must be within a year.");
    wanted.scheduled_at = worlds_.now() + std::chrono::seconds(*seconds);
  }
  auto made = worlds_.faceit.create_match(std::move(wanted), worlds_.now());
  if (!made) return std::unexpected(made.error());
  note("match", {{"what", "A match was made on FACEIT."}, {"match_id", *made}});
  return json::object{{"match_id", *made}};
}

Result<json::object> ControlDoor::step_match(const Call& call) {
  const auto& match_id = call.ids[0];
  const auto step = faceit::parse_step(call.ids[1]);
  if (!step) return fail(ErrorKind::not_found, fmt::format("A match has no step \"{}\".", call.ids[1]));
  if (auto done = worlds_.faceit.step(match_id, *step, worlds_.now()); !done)
    return std::unexpected(done.error());
  note("match", {{"what", sentence(*step)}, {"match_id", match_id}});
  const auto status = faceit::name(worlds_.faceit.find_match(match_id)->status);
  return json::object{{"match_id", match_id}, {"status", status}};
}

Result<json::object> ControlDoor::score_match(const Call& call) {
  const auto& match_id = call.ids[0];
  const auto fields = call.fields();
  const auto faction1 = small_number(fields, "faction1");
  const auto faction2 = small_number(fields, "faction2");
  if (!faction1 || !faction2)
    return fail(ErrorKind::invalid, "faction1 and faction2 must be numbers of rounds.");
  std::optional<std::size_t> map;
  if (const auto number = small_number(fields, "map"))
    map = static_cast<std::size_t>(std::max(*number, 0));  // 0 is no map: refused below
  const faceit::Score rounds{.faction1 = *faction1, .faction2 = *faction2};
  if (auto done = worlds_.faceit.score(match_id, rounds, map, worlds_.now()); !done)
    return std::unexpected(done.error());
  note("match", {{"what", fmt::format("The score is {}:{}.", rounds.faction1, rounds.faction2)},
                 {"match_id", match_id}});
  return json::object{{"match_id", match_id}, {"faction1", rounds.faction1}, {"faction2", rounds.faction2}};
}

Result<json::object> ControlDoor::set_webhook_target(const Call& call) {
  const auto fields = call.fields();
  auto target = worlds_.faceit.webhooks().target();
  target.url = fields.string_or("url", target.url);
  target.header = fields.string_or("header", target.header);
  target.secret = fields.string_or("secret", target.secret);
  if (!target.url.empty() && !target.url.starts_with("http://") && !target.url.starts_with("https://")) {
    return fail(ErrorKind::invalid, "url must begin with http:// or https://.");
  }
  target.subscriptions = small_number(fields, "subscriptions").value_or(target.subscriptions);
  if (target.subscriptions < 1 || target.subscriptions > 2) {
    return fail(ErrorKind::invalid, "subscriptions must be 1, or 2: an organizer's and a user's.");
  }
  worlds_.faceit.webhooks().set_target(target);
  return json::object{
      {"url", target.url}, {"header", target.header}, {"subscriptions", target.subscriptions}};
}

Result<json::object> ControlDoor::set_webhook_faults(const Call& call) {
  const auto fields = call.fields();
  auto policy = worlds_.faceit.webhooks().policy();
  for (const auto& [field, value] : {std::pair{"loss", &policy.loss},
                                     {"duplication", &policy.duplication},
                                     {"reordering", &policy.reordering}}) {
    const auto wanted = probability(fields, field, *value);
    if (!wanted) return std::unexpected(wanted.error());
    *value = *wanted;
  }
  worlds_.faceit.webhooks().set_policy(std::move(policy));
  note("fault", {{"what", "How reliable webhooks are was changed."}, {"rule", webhook_faults()}});
  return webhook_faults();
}

json::object ControlDoor::webhook_faults() const {
  const auto& policy = worlds_.faceit.webhooks().policy();
  return {{"loss", policy.loss}, {"duplication", policy.duplication}, {"reordering", policy.reordering}};
}

}  // namespace matchday::sandbox
