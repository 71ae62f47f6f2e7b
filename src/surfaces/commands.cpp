// See commands.hpp. Here: what is declared, what comes in, and which handler it belongs to. How the answer is
// given is in answering.cpp, what it looks like in interaction_answer.cpp.
#include "surfaces/commands.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "base/number.hpp"
#include "surfaces/interaction_answer.hpp"
#include "surfaces/running_interaction.hpp"

namespace matchday::surfaces {
namespace {

using discord::Interaction;
namespace interaction_type = discord::interaction_type;

constexpr Duration token_life = 15min;  // reference/discord.md §4

std::pair<std::string_view, std::string_view> split_custom_id(std::string_view id) {
  if (!id.starts_with("v1:")) return {};
  id.remove_prefix(3);
  const auto colon = id.find(':');
  return {id.substr(0, colon), colon == std::string_view::npos ? "" : id.substr(colon + 1)};
}

const json::value* find_option(const Interaction& interaction, std::string_view name) {
  const auto found = interaction.options.find(std::string(name));
  return found == interaction.options.end() ? nullptr : &found->second;
}

}  // namespace

std::string CommandContext::option(std::string_view name) const {
  const auto* value = find_option(interaction, name);
  if (value && value->is_array() && !value->get_array().empty()) value = &value->get_array().front();
  return value && value->is_string() ? std::string(value->get_string()) : "";
}

std::vector<std::string> CommandContext::picked(std::string_view name) const {
  std::vector<std::string> out;
  const auto* value = find_option(interaction, name);
  if (!value || !value->is_array()) return out;
  for (const auto& item : value->get_array()) {
    if (const auto* text = item.if_string()) out.emplace_back(*text);
  }
  return out;
}

std::optional<std::int64_t> CommandContext::integer(std::string_view name) const {
  const auto* value = find_option(interaction, name);
  if (!value) return std::nullopt;
  if (const auto* number = value->if_int64()) return *number;
  const auto* text = value->if_string();
  return text ? parse_number<std::int64_t>(*text) : std::nullopt;
}

std::optional<bool> CommandContext::boolean(std::string_view name) const {
  const auto* value = find_option(interaction, name);
  if (!value || !value->is_bool()) return std::nullopt;
  return value->as_bool();
}

std::string CommandContext::typed() const {
  const auto* value = find_option(interaction, interaction.focused);
  if (!value || value->is_null()) return "";
  return value->is_string() ? std::string(value->get_string()) : to_text(*value);
}

std::string CommandContext::argument() const {
  return std::string(split_custom_id(interaction.custom_id).second);
}

Actor CommandContext::actor() const {
  return {.user = interaction.user, .name = interaction.user_name, .via = "discord"};
}

std::string custom_id(std::string_view action, std::string_view argument) {
  auto id = fmt::format("v1:{}:{}", action, argument);
  CHECK(id.size() <= 100);  // Discord's limit
  return id;
}

CommandRouter::CommandRouter(Executor executor, Clock& clock, discord::RestClient& rest,
                             GuildDirectory& guilds, Metrics& metrics, PendingInteractions* pending)
    : executor_(executor),
      clock_(clock),
      rest_(rest),
      guilds_(guilds),
      metrics_(metrics),
      pending_(pending),
      group_(executor, [](const std::string& name, const std::exception_ptr& error) {
        log::error("An interaction ended with an exception",
                   {{"interaction", name}, {"error", describe(error)}});
      }) {}

void CommandRouter::add(Command command) {
  const auto name = command.definition.name;
  CHECK(commands_.emplace(name, std::move(command)).second);
}

void CommandRouter::add(Component component) {
  const auto action = component.action;
  CHECK(components_.emplace(action, std::move(component)).second);
}

std::vector<discord::CommandDefinition> CommandRouter::definitions(
    const std::set<std::string>& modules_off) const {
  std::vector<discord::CommandDefinition> out;
  out.reserve(commands_.size());
  for (const auto& [name, command] : commands_) {
    if (!modules_off.contains(command.module)) out.push_back(command.definition);
  }
  return out;
}

bool CommandRouter::seen_before(InteractionId id) {
  constexpr std::size_t remembered = 1000;  // more than a resume replays
  if (std::ranges::find(recent_, id) != recent_.end()) return true;
  recent_.push_back(id);
  if (recent_.size() > remembered) recent_.pop_front();
  return false;
}

// Errors: invalid (cannot be read, or no kind that we answer), conflict (it is being answered already).
Result<CommandRouter::Ref> CommandRouter::take_in(const json::value& data) {
  auto interaction = discord::parse_interaction(data);
  if (!interaction) return std::unexpected(interaction.error());
  if (interaction->type < interaction_type::command || interaction->type > interaction_type::modal_submit) {
    return fail(ErrorKind::invalid, fmt::format("It is of the unknown type {}.", interaction->type));
  }
  if (seen_before(interaction->id)) return fail(ErrorKind::conflict, "It is being answered already.");
  return std::make_shared<Running>(executor_, std::move(*interaction), data, clock_.now() + token_life);
}

void CommandRouter::spawn(Ref running, Task<void> work) {
  const auto& interaction = running->interaction;
  group_.spawn(fmt::format("{} {}", title(interaction), interaction.id.text()), std::move(work));
}

void CommandRouter::on_interaction(const json::value& data, discord::GatewayProgress::Work work) {
  auto running = take_in(data);
  if (running) {
    (*running)->work = work;
    spawn(*running, run(*running));
    return;
  }
  work.done();
  if (running.error().kind == ErrorKind::invalid)
    log::warning("Discord sent an interaction that cannot be answered", {{"error", running.error().message}});
}

Task<void> CommandRouter::drain(Duration patience) {
  if (!co_await completes_within(clock_, patience, group_.join())) {
    group_.cancel_all();
    co_await group_.join();
  }
}

Task<void> CommandRouter::decide(Ref running) {
  Result<Reply> reply = fail(ErrorKind::internal, "The handler threw");
  try {
    reply = co_await dispatch(running);
  } catch (const std::exception&) {
    auto error = std::current_exception();
    if (is_cancellation(error)) throw;
    reply = fail(ErrorKind::internal, describe(error));
  }
  // Discord refuses a form as the answer to a form.
  if (reply && reply->modal && running->interaction.type == interaction_type::modal_submit)
    reply = fail(ErrorKind::internal, "A handler answers a form with a form.");
  metrics_.count("matchday_interactions_total",
                 {{"outcome", reply ? "ok" : std::string(name(reply.error().kind))}});
  running->reply->give(reply ? std::move(*reply) : apologise(reply.error(), running->interaction));
}

Task<Result<OrganizationId>> CommandRouter::organization_of(Ref running) {
  const auto guild = running->interaction.guild;
  if (!guild) co_return fail(ErrorKind::invalid, "Please use this in your community's server.");
  auto organization = co_await guilds_.organization_of(*guild);
  if (!organization) co_return std::unexpected(organization.error());
  if (!*organization) {
    co_return fail(ErrorKind::forbidden,
                   "This server is not connected to Matchday. Ask an organizer to connect it.");
  }
  running->organization = **organization;
  co_return **organization;
}

Task<Result<>> CommandRouter::check_allowed(Ref running, std::optional<Permission> needs,
                                            std::string module) {
  const auto organization = *running->organization;
  if (!module.empty()) {
    const auto off = co_await guilds_.modules_off(organization);
    if (!off) co_return std::unexpected(off.error());
    if (off->contains(module))
      co_return fail(ErrorKind::forbidden, "This part of Matchday is switched off in this community.");
  }
  if (!needs) co_return Result<>{};
  const auto permissions = co_await guilds_.permissions_of(organization, running->interaction);
  if (!permissions) co_return std::unexpected(permissions.error());
  if (permissions->has(*needs)) co_return Result<>{};
  co_return fail(
      ErrorKind::forbidden,
      fmt::format("You may not do that in this community: it needs the permission {}. An admin can "
                  "give you a role on Matchday's pages, or map one of your Discord roles.",
                  name(*needs)));
}

Task<Result<Reply>> CommandRouter::dispatch(Ref running) {
  auto organization = co_await organization_of(running);
  if (!organization) co_return std::unexpected(organization.error());
  const auto& interaction = running->interaction;
  const CommandHandler* handler = nullptr;
  if (interaction.type == interaction_type::command) {
    if (const auto found = commands_.find(interaction.command); found != commands_.end()) {
      const auto& command = found->second;
      auto may = co_await check_allowed(running, command.needs, command.module);
      if (!may) co_return std::unexpected(may.error());
      handler = &command.run;
    }
  } else if (const auto found = components_.find(split_custom_id(interaction.custom_id).first);
             found != components_.end()) {
    // Of what is going on although its module was switched off, the buttons still work.
    auto may = co_await check_allowed(running, found->second.needs, "");
    if (!may) co_return std::unexpected(may.error());
    handler = &found->second.run;
  }
  if (!handler) co_return fail(ErrorKind::not_found, "Matchday does not know this command any more.");
  co_return co_await (*handler)(CommandContext{*organization, interaction});
}

Task<void> CommandRouter::choose(Ref running, std::shared_ptr<Awaited<Choices>> choices) {
  Result<Choices> found = fail(ErrorKind::internal, "The handler threw");
  try {
    found = co_await dispatch_autocomplete(running);
  } catch (const std::exception&) {
    auto error = std::current_exception();
    if (is_cancellation(error)) throw;
    found = fail(ErrorKind::internal, describe(error));
  }
  metrics_.count("matchday_autocompletions_total",
                 {{"outcome", found ? "ok" : std::string(name(found.error().kind))}});
  if (!found) {
    log::info("No choices because of an error",
              {{"command", title(running->interaction)}, {"error", found.error().describe()}});
  }
  choices->give(std::move(found).value_or(Choices{}));
}

Task<Result<CommandRouter::Choices>> CommandRouter::dispatch_autocomplete(Ref running) {
  auto organization = co_await organization_of(running);
  if (!organization) co_return std::unexpected(organization.error());
  const auto found = commands_.find(running->interaction.command);
  if (found == commands_.end() || !found->second.autocomplete) co_return Choices{};
  const auto& command = found->second;
  auto may = co_await check_allowed(running, command.needs, command.module);
  if (!may) co_return std::unexpected(may.error());
  co_return co_await found->second.autocomplete(CommandContext{*organization, running->interaction});
}

}  // namespace matchday::surfaces
