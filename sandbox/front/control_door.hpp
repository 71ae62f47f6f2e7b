// ControlDoor: the sandbox's own JSON API under /control, for the console page, for tests and for scripts:
// what state everything is in, what people do on Discord, FACEIT and osu!, what goes wrong. The routes are a
// table in control_door.cpp; README.md lists them for readers. Errors are 4xx with {"error": "a sentence"}.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "base/json.hpp"
#include "base/task.hpp"
#include "net/http_server.hpp"
#include "sandbox/front/worlds.hpp"

namespace matchday::sandbox {

class ControlDoor {
 public:
  static constexpr std::string_view prefix = "/control";

  // Lifetime: `worlds` outlives every handle().
  explicit ControlDoor(Worlds& worlds) : worlds_(worlds) {}

  static bool serves(std::string_view path) { return path.starts_with("/control/"); }

  Task<net::ServerResponse> handle(net::ServerRequest request);

 private:
  // One call: the parts of the path that the route's pattern leaves open, the query, and the body as an
  // object.
  struct Call {
    std::vector<std::string> ids;
    std::vector<std::pair<std::string, std::string>> query;
    json::value body;
    Fields fields() const { return Fields(body); }
  };
  using Handler = Result<json::object> (ControlDoor::*)(const Call&);
  struct Route {
    std::string_view method;
    std::string_view pattern;  // "/discord/channels/{}/delete"
    Handler handler;
  };
  static const std::vector<Route>& routes();

  Task<net::ServerResponse> state_after_change(net::ServerRequest request);
  Task<net::ServerResponse> wait_for_hold(net::ServerRequest request);
  json::object state();

  Result<json::object> get_demo(const Call& call);
  Result<json::object> register_all(const Call& call);
  Result<json::object> add_fault(const Call& call);
  Result<json::object> remove_fault(const Call& call);
  Result<json::object> clear_faults(const Call& call);
  Result<json::object> release_holds(const Call& call);

  // control_discord.cpp
  Result<json::object> set_voice(const Call& call);
  Result<json::object> say(const Call& call);
  Result<json::object> fire_command(const Call& call);
  Result<json::object> fire_component(const Call& call);
  Result<json::object> fire_autocomplete(const Call& call);
  Result<json::object> submit_modal(const Call& call);
  Result<json::object> set_interactions_endpoint(const Call& call);
  Result<json::object> get_interactions_endpoint(const Call& call);
  Result<discord::World::CommandCall> command_call(const Call& call) const;
  Result<json::object> get_interaction(const Call& call);
  Result<json::object> delete_channel(const Call& call);
  Result<json::object> rename_channel(const Call& call);
  Result<json::object> set_role(const Call& call);
  Result<json::object> disturb_gateway(const Call& call);
  Result<json::object> set_bot(const Call& call);
  Result<GuildId> guild_of(const Call& call) const;
  Result<UserId> user_of(const Call& call) const;
  UserId human_of(const Call& call) const;
  std::string name_of(UserId user) const;

  // control_faceit.cpp
  Result<json::object> create_match(const Call& call);
  Result<json::object> score_match(const Call& call);
  Result<json::object> step_match(const Call& call);
  Result<json::object> set_webhook_target(const Call& call);
  Result<json::object> set_webhook_faults(const Call& call);
  json::object webhook_faults() const;

  // control_osu.cpp
  Result<json::object> gain_pp(const Call& call);
  Result<json::object> lose_pp(const Call& call);
  Result<json::object> rename_osu_player(const Call& call);
  Result<json::object> restrict_osu_player(const Call& call);
  Result<json::object> make_osu_player_inactive(const Call& call);
  Result<json::object> delete_osu_player(const Call& call);
  Result<json::object> let_others_gain(const Call& call);
  Result<json::object> rework_pp(const Call& call);
  Result<json::object> set_osu_maintenance(const Call& call);
  Result<json::object> set_osu_life(const Call& call);
  Result<std::int64_t> osu_player_of(const Call& call) const;
  Result<json::object> osu_player_shown(const Result<>& done, std::int64_t id, std::string what);

  void note(std::string_view kind, json::object details);

  Worlds& worlds_;
  bool registered_all_ = false;  // whether the ready-made players were told to link their accounts
};

}  // namespace matchday::sandbox
