// The control routes that move simulated osu!: what its players do, and what happens to all of them.
#include <fmt/format.h>

#include <algorithm>

#include "base/number.hpp"
#include "sandbox/front/control_door.hpp"

namespace matchday::sandbox {
namespace {

constexpr std::chrono::seconds life_max = 24h;

// The number, or nothing that any rule would accept.
double number(const Fields& fields, std::string_view name) {
  const auto* value = fields.get(name);
  return value && value->is_number() ? value->to_number<double>() : 0;
}

bool on(const Fields& fields) {
  return fields.boolean("on").value_or(true);
}

}  // namespace

// By id or by name.
Result<std::int64_t> ControlDoor::osu_player_of(const Call& call) const {
  const auto& who = call.ids[0];
  const auto id = parse_number<std::int64_t>(who);
  const auto& players = worlds_.osu.players();
  const auto found = std::ranges::find_if(
      players, [&](const osu::Player& one) { return id ? one.id == *id : one.username == who; });
  if (found == players.end())
    return fail(ErrorKind::not_found, fmt::format("Nobody on osu! is called {}.", who));
  return found->id;
}

Result<json::object> ControlDoor::osu_player_shown(const Result<>& done, std::int64_t id, std::string what) {
  if (!done) return std::unexpected(done.error());
  const auto standing = worlds_.osu.standing(id, worlds_.now());
  const auto& username = worlds_.osu.find_player(id)->username;
  note("osu", {{"what", fmt::format("{} {}", username, what)}});
  return json::object{
      {"id", std::to_string(id)},
      {"username", username},
      {"pp", standing.pp},
      {"global_rank", standing.global_rank ? json::value(*standing.global_rank) : json::value(nullptr)}};
}

Result<json::object> ControlDoor::gain_pp(const Call& call) {
  const auto id = osu_player_of(call);
  if (!id) return std::unexpected(id.error());
  const auto pp = number(call.fields(), "pp");
  return osu_player_shown(worlds_.osu.gain_pp(*id, pp, worlds_.now()), *id, fmt::format("gained {} pp.", pp));
}

Result<json::object> ControlDoor::lose_pp(const Call& call) {
  const auto id = osu_player_of(call);
  if (!id) return std::unexpected(id.error());
  const auto pp = number(call.fields(), "pp");
  return osu_player_shown(worlds_.osu.lose_pp(*id, pp), *id, fmt::format("lost {} pp.", pp));
}

Result<json::object> ControlDoor::rename_osu_player(const Call& call) {
  const auto id = osu_player_of(call);
  if (!id) return std::unexpected(id.error());
  const auto before = worlds_.osu.find_player(*id)->username;
  return osu_player_shown(worlds_.osu.rename(*id, call.fields().string_or("username", "")), *id,
                          fmt::format("was called {} before.", before));
}

Result<json::object> ControlDoor::restrict_osu_player(const Call& call) {
  const auto id = osu_player_of(call);
  if (!id) return std::unexpected(id.error());
  const bool restricted = on(call.fields());
  return osu_player_shown(worlds_.osu.set_restricted(*id, restricted), *id,
                          restricted ? "was restricted." : "is no longer restricted.");
}

Result<json::object> ControlDoor::make_osu_player_inactive(const Call& call) {
  const auto id = osu_player_of(call);
  if (!id) return std::unexpected(id.error());
  const bool inactive = on(call.fields());
  return osu_player_shown(worlds_.osu.set_inactive(*id, inactive, worlds_.now()), *id,
                          inactive ? "has not played for months." : "plays again.");
}

Result<json::object> ControlDoor::delete_osu_player(const Call& call) {
  const auto id = osu_player_of(call);
  if (!id) return std::unexpected(id.error());
  return osu_player_shown(worlds_.osu.set_deleted(*id), *id, "deleted their account.");
}

Result<json::object> ControlDoor::let_others_gain(const Call& call) {
  const auto pp = number(call.fields(), "pp");
  constexpr double pp_max = 5000;
  if (pp < 1 || pp > pp_max) return fail(ErrorKind::invalid, "pp must be from 1 to 5000.");
  worlds_.osu.others_gain(pp);
  note("osu", {{"what", fmt::format("Everybody else on osu! gained {} pp.", pp)}});
  return json::object{};
}

Result<json::object> ControlDoor::rework_pp(const Call& call) {
  const auto factor = number(call.fields(), "factor");
  if (auto done = worlds_.osu.rework(factor); !done) return std::unexpected(done.error());
  note("osu",
       {{"what", fmt::format("osu! worked out everybody's pp anew, to about {} of what it was.", factor)}});
  return json::object{};
}

Result<json::object> ControlDoor::set_osu_maintenance(const Call& call) {
  const bool down = on(call.fields());
  worlds_.osu.set_maintenance(down);
  note("fault", {{"what", down ? "osu! is down for maintenance." : "osu! is up again."}});
  return json::object{{"maintenance", down}};
}

// Somebody plays every so many seconds; 0: nobody by themselves.
Result<json::object> ControlDoor::set_osu_life(const Call& call) {
  const auto every = call.fields().integer("every_s").value_or(0);
  if (every < 0 || every > life_max.count())
    return fail(ErrorKind::invalid, "every_s must be from 0 to 86400 seconds.");
  auto& options = worlds_.osu.options();
  options.play_every = every > 0 ? std::optional<Duration>(std::chrono::seconds(every)) : std::nullopt;
  worlds_.osu.tick(worlds_.now());
  note("osu", {{"what", every > 0 ? fmt::format("Somebody on osu! plays every {} s.", every)
                                  : std::string("Nobody on osu! plays by themselves.")}});
  return json::object{{"every_s", every}};
}

}  // namespace matchday::sandbox
