// The control routes that move simulated FACEIT: matches through their life, and where its webhooks go.
#include <fmt/format.h>

#include "sandbox/front/control_door.hpp"

namespace matchday::sandbox {
namespace {

constexpr std::size_t team_size = 5;

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

}  // namespace

Result<json::object> ControlDoor::create_match(const Call& call) {
  const auto fields = call.fields();
  const auto& demo = worlds_.demo;
  if (demo.players.size() < 2 * team_size)
    return fail(ErrorKind::conflict, "There are no ready-made players.");
  const auto shape = fields.string_or("shape", "real");
  if (shape != "real" && shape != "seed") return fail(ErrorKind::invalid, "shape must be real or seed.");
  faceit::NewMatch wanted{.competition = {.id = demo.hub_id, .name = demo.hub_name},
                          .organizer_id = demo.organizer_id,
                          .shape = shape == "seed" ? faceit::WebhookShape::seed : faceit::WebhookShape::real,
                          .without_teams = fields.boolean("without_teams").value_or(false)};
  for (std::size_t i = 0; i < 2 * team_size; ++i) {
    (i < team_size ? wanted.faction1 : wanted.faction2).push_back(demo.players[i].player_id);
  }
  if (const auto seconds = fields.integer("scheduled_in_s")) {
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

Result<json::object> ControlDoor::set_webhook_target(const Call& call) {
  const auto fields = call.fields();
  auto target = worlds_.faceit.webhooks().target();
  target.url = fields.string_or("url", target.url);
  target.header = fields.string_or("header", target.header);
  target.secret = fields.string_or("secret", target.secret);
  if (!target.url.empty() && !target.url.starts_with("http://") && !target.url.starts_with("https://")) {
    return fail(ErrorKind::invalid, "url must begin with http:// or https://.");
  }
  worlds_.faceit.webhooks().set_target(target);
  return json::object{{"url", target.url}, {"header", target.header}};
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
