// Application commands over REST: global and per guild (reference §1.3).
#include <algorithm>

#include "sandbox/discord/command_form.hpp"
#include "sandbox/discord/objects.hpp"

namespace matchday::sandbox::discord {
namespace {

constexpr std::size_t commands_in_body_max = 130;  // spec

using Scope = std::optional<GuildId>;

// Whose application, and which guild if the path names one.
std::expected<Scope, ApiResponse> scope_of(Call& call) {
  if (call.id<ApplicationId>("application_id") != call.state.application)
    return std::unexpected(error(20012));
  if (!call.params.contains("guild_id")) return Scope{};
  const auto id = call.id<GuildId>("guild_id");
  const Guild* guild = call.state.guild(id);
  if (guild == nullptr || !guild->has_bot) return std::unexpected(error(50001));
  return Scope{id};
}

Command* find_by_name(State& state, const Scope& scope, const Command& like) {
  for (auto& [id, command] : state.commands) {
    if (command.guild == scope && command.type == like.type && command.name == like.name) return &command;
  }
  return nullptr;
}

json::array listing(const State& state, const Scope& scope, bool with_localizations) {
  json::array list;
  for (const auto& [id, command] : state.commands) {
    if (command.guild == scope) list.push_back(command_object(state, command, with_localizations));
  }
  return list;
}

// 100 slash commands, 15 of each kind of context menu entry.
bool too_many(const std::vector<Command>& commands) {
  const auto of_type = [&](int type) { return std::ranges::count(commands, type, &Command::type); };
  return of_type(1) > 100 || of_type(2) > 15 || of_type(3) > 15;
}

Refusal check_daily_creates(State& state, const Scope& scope, std::size_t more) {
  auto& past = state.command_creates[scope];
  std::erase_if(past, [&](Time when) { return when <= state.now - Duration(24h); });
  if (past.size() + more > static_cast<std::size_t>(state.rules.commands_created_per_day_max))
    return error(30034);
  past.insert(past.end(), more, state.now);
  return std::nullopt;
}

Command& store(State& state, Command command) {
  if (!command.id) command.id = state.new_id<CommandId>();
  command.version = state.new_id<CommandId>().text();
  return state.commands[command.id] = std::move(command);
}

ApiResponse list(Call& call) {
  const auto scope = scope_of(call);
  if (!scope) return scope.error();
  return ok(listing(call.state, *scope, call.asked_flag("with_localizations")));
}

// Replaces all commands of the scope. Those of the same name and type keep their id.
ApiResponse put_all(Call& call) {
  const auto scope = scope_of(call);
  if (!scope) return scope.error();
  if (!call.body.is_array()) return error(50109);
  std::vector<Command> wanted;
  json::object errors;
  for (std::size_t i = 0; i < call.body.get_array().size(); ++i) {
    Form form(call.body.get_array()[i]);
    Command command{.guild = *scope};
    read_command(form, command, true);
    if (auto refusal = form.refusal()) errors[std::to_string(i)] = json::parse(refusal->body).at("errors");
    wanted.push_back(std::move(command));
  }
  if (!errors.empty()) return invalid_form(std::move(errors));
  if (wanted.size() > commands_in_body_max || too_many(wanted)) return error(30032);
  std::set<std::pair<int, std::string>> names;
  std::size_t created = 0;
  for (auto& command : wanted) {
    if (!names.insert({command.type, command.name}).second) return error(40041);
    const Command* old = find_by_name(call.state, *scope, command);
    if (old != nullptr) {
      command.id = old->id;
    } else {
      ++created;
    }
  }
  if (auto refusal = check_daily_creates(call.state, *scope, created)) return *refusal;
  std::map<CommandId, Command> before;
  for (const auto& [id, command] : call.state.commands) {
    if (command.guild == *scope) before[id] = command;
  }
  std::erase_if(call.state.commands, [&](const auto& one) { return one.second.guild == *scope; });
  for (auto& command : wanted) {
    const auto old = before.find(command.id);
    if (old != before.end() && old->second.definition == command.definition) {
      call.state.commands[command.id] = old->second;  // unchanged: keeps its version
    } else {
      store(call.state, std::move(command));
    }
  }
  return ok(listing(call.state, *scope, true));
}

ApiResponse create(Call& call) {
  const auto scope = scope_of(call);
  if (!scope) return scope.error();
  Form form(call.body);
  Command command{.guild = *scope};
  read_command(form, command, true);
  if (auto refusal = form.refusal()) return *refusal;
  const Command* old = find_by_name(call.state, *scope, command);
  const bool is_new = old == nullptr;
  if (old != nullptr) {
    command.id = old->id;
  } else {
    std::vector<Command> all{command};
    for (const auto& [id, other] : call.state.commands) {
      if (other.guild == *scope) all.push_back(other);
    }
    if (too_many(all)) return error(30032);
    if (auto refusal = check_daily_creates(call.state, *scope, 1)) return *refusal;
  }
  return ok(command_object(call.state, store(call.state, std::move(command)), true), is_new ? 201 : 200);
}

std::expected<Command*, ApiResponse> command_in(Call& call) {
  const auto scope = scope_of(call);
  if (!scope) return std::unexpected(scope.error());
  const auto found = call.state.commands.find(call.id<CommandId>("command_id"));
  if (found == call.state.commands.end() || found->second.guild != *scope)
    return std::unexpected(error(10063));
  return &found->second;
}

ApiResponse get(Call& call) {
  const auto command = command_in(call);
  if (!command) return command.error();
  return ok(command_object(call.state, **command, true));
}

ApiResponse edit(Call& call) {
  const auto command = command_in(call);
  if (!command) return command.error();
  Form form(call.body);
  Command after = **command;
  read_command(form, after, false);
  if (auto refusal = form.refusal()) return *refusal;
  const Command* same_name = find_by_name(call.state, after.guild, after);
  if (same_name != nullptr && same_name->id != after.id) return error(40041);
  return ok(command_object(call.state, store(call.state, std::move(after)), true));
}

ApiResponse remove(Call& call) {
  const auto command = command_in(call);
  if (!command) return command.error();
  call.state.commands.erase((*command)->id);
  return no_content();
}

constexpr Route routes[] = {
    {"GET", "/applications/{application_id}/commands", list},
    {"PUT", "/applications/{application_id}/commands", put_all},
    {"POST", "/applications/{application_id}/commands", create},
    {"GET", "/applications/{application_id}/commands/{command_id}", get},
    {"PATCH", "/applications/{application_id}/commands/{command_id}", edit},
    {"DELETE", "/applications/{application_id}/commands/{command_id}", remove},
    {"GET", "/applications/{application_id}/guilds/{guild_id}/commands", list},
    {"PUT", "/applications/{application_id}/guilds/{guild_id}/commands", put_all},
    {"POST", "/applications/{application_id}/guilds/{guild_id}/commands", create},
    {"GET", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", get},
    {"PATCH", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", edit},
    {"DELETE", "/applications/{application_id}/guilds/{guild_id}/commands/{command_id}", remove},
};

}  // namespace

std::span<const Route> command_routes() {
  return routes;
}

}  // namespace matchday::sandbox::discord
