// See commands.hpp. What the answers look like is in interaction_answer.cpp.
#include "surfaces/commands.hpp"

#include <fmt/format.h>

#include "base/log.hpp"
#include "platforms/discord/interactions.hpp"
#include "surfaces/interaction_answer.hpp"

namespace matchday::surfaces {
namespace {

using discord::Interaction;
namespace interaction_type = discord::interaction_type;

constexpr int already_acknowledged = 40060;  // Discord's codes, reference §1.16
constexpr Duration discord_gives_up_after = 3s;
constexpr Duration late_patience = 30s;  // for an answer after a deferral, repeats included

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

// What the log calls it.
std::string title(const Interaction& interaction) {
  return interaction.command + interaction.custom_id;
}

// What the one who presses must be allowed, by Discord's names.
Result<> check_needs(const Component& component, const Interaction& interaction) {
  const auto have = interaction.member_permissions;
  if (has(have, discord::Permission::administrator)) return {};
  const auto missing = discord::missing_names(component.needs, have);
  if (missing.empty()) return {};
  return fail(ErrorKind::forbidden,
              fmt::format("For this you need a permission in this channel: {}.", fmt::join(missing, ", ")));
}

}  // namespace

// One interaction while it is being answered.
struct CommandRouter::Running {
  Running(Executor executor, Interaction what)
      : interaction(std::move(what)), reply(std::make_shared<Awaited<Reply>>(std::move(executor))) {}

  Interaction interaction;
  // Passes between the handler, which may take long, and the one who acknowledges.
  std::shared_ptr<Awaited<Reply>> reply;
};

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
  if (!text) return std::nullopt;
  std::int64_t number = 0;
  const auto* end = text->data() + text->size();
  const auto [stop, error] = std::from_chars(text->data(), end, number);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return number;
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

std::string custom_id(std::string_view action, std::string_view argument) {
  auto id = fmt::format("v1:{}:{}", action, argument);
  CHECK(id.size() <= 100);  // Discord's limit
  return id;
}

CommandRouter::CommandRouter(Executor executor, Clock& clock, discord::RestClient& rest,
                             GuildDirectory& guilds, Metrics& metrics)
    : executor_(executor),
      clock_(clock),
      rest_(rest),
      guilds_(guilds),
      metrics_(metrics),
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

std::vector<discord::CommandDefinition> CommandRouter::definitions() const {
  std::vector<discord::CommandDefinition> out;
  out.reserve(commands_.size());
  for (const auto& [name, command] : commands_) out.push_back(command.definition);
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
  return std::make_shared<Running>(executor_, std::move(*interaction));
}

void CommandRouter::on_interaction(const json::value& data) {
  auto running = take_in(data);
  if (running) {
    const auto& interaction = (*running)->interaction;
    group_.spawn(fmt::format("{} {}", title(interaction), interaction.id.text()), run(*running));
  } else if (running.error().kind == ErrorKind::invalid) {
    log::warning("Discord sent an interaction that cannot be answered", {{"error", running.error().message}});
  }
}

Task<void> CommandRouter::drain(Duration patience) {
  if (!co_await completes_within(clock_, patience, group_.join())) {
    group_.cancel_all();
    co_await group_.join();
  }
}

// Delivery took a part of the 3 seconds already. An age that Discord would not allow means that its clock and
// ours differ, and says nothing.
Duration CommandRouter::left_of(Duration limit, const Interaction& interaction) const {
  const auto age = std::chrono::floor<Duration>(clock_.now() - interaction.created);
  if (age < 0ms || age > discord_gives_up_after) return limit;
  return limit - std::min(age, limit);
}

Task<void> CommandRouter::run(Ref running) {
  if (running->interaction.type == interaction_type::autocomplete) {
    co_await suggest(running);
    co_return;
  }
  group_.spawn("handler", decide(running));
  (void)co_await completes_within(clock_, left_of(defer_after, running->interaction),
                                  Awaited<Reply>::wait(running->reply));
  if (running->reply->value())
    co_await answer_in_time(running);
  else
    co_await answer_late(running);
}

Task<void> CommandRouter::answer_in_time(Ref running) {
  auto answered = co_await respond(running, first_answer(*running->reply->value(), running->interaction));
  if (answered) co_return;
  log::warning("An interaction could not be answered",
               {{"command", title(running->interaction)}, {"error", answered.error().describe()}});
}

// The handler is slow: tell Discord that an answer will come, and edit it in when it is there.
Task<void> CommandRouter::answer_late(Ref running) {
  const auto& interaction = running->interaction;
  auto deferred = co_await respond(running, deferral(interaction));
  if (!deferred) {
    log::warning("An interaction could not be deferred", {{"error", deferred.error().describe()}});
    co_return;
  }
  (void)co_await completes_within(clock_, answer_within, Awaited<Reply>::wait(running->reply));
  Reply reply = running->reply->value().value_or(Reply{.content = "This took too long. Please try again."});
  // Discord opens a form only as the first answer.
  if (reply.modal) reply = Reply{.content = "The form took too long to open. Please try again."};
  // For a deferred button "the original" is the message that was pressed: only a reply that replaces it may
  // touch it.
  Result<json::value> given = fail(ErrorKind::internal, "not sent");
  if (sits_on_a_message(interaction) && !reply.replaces_message) {
    auto request = discord::follow_up(interaction.application, interaction.token, message_of(reply, true));
    auto permit = co_await rest_.admit(request, late_patience);
    given = permit ? co_await rest_.send(std::move(request), std::move(*permit))
                   : std::unexpected(permit.error());
  } else {
    given = co_await rest_.call(
        discord::edit_original(interaction.application, interaction.token, message_of(reply, false)),
        late_patience);
  }
  if (!given) log::warning("A deferred answer could not be given", {{"error", given.error().describe()}});
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
  co_return **organization;
}

Task<Result<Reply>> CommandRouter::dispatch(Ref running) {
  auto organization = co_await organization_of(running);
  if (!organization) co_return std::unexpected(organization.error());
  const auto& interaction = running->interaction;
  const CommandHandler* handler = nullptr;
  if (interaction.type == interaction_type::command) {
    if (const auto found = commands_.find(interaction.command); found != commands_.end())
      handler = &found->second.run;
  } else if (const auto found = components_.find(split_custom_id(interaction.custom_id).first);
             found != components_.end()) {
    if (auto may = check_needs(found->second, interaction); !may) co_return std::unexpected(may.error());
    handler = &found->second.run;
  }
  if (!handler) co_return fail(ErrorKind::not_found, "Matchday does not know this command any more.");
  co_return co_await (*handler)(CommandContext{*organization, interaction});
}

// A keystroke. There is no deferring and nobody reads errors here: what is not known in time is no choices.
Task<void> CommandRouter::suggest(Ref running) {
  auto choices = std::make_shared<Awaited<Choices>>(executor_);
  group_.spawn("autocomplete", choose(running, choices));
  (void)co_await completes_within(clock_, left_of(suggest_within, running->interaction),
                                  Awaited<Choices>::wait(choices));
  auto answered = co_await respond(running, suggestions(choices->value().value_or(Choices{})));
  if (answered) co_return;
  // Usual: the person typed on, and Discord forgot about this keystroke.
  log::debug("Choices could not be offered",
             {{"command", title(running->interaction)}, {"error", answered.error().describe()}});
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
  co_return co_await found->second.autocomplete(CommandContext{*organization, running->interaction});
}

// The first answer. A callback whose own answer is lost is sent again: "already acknowledged" then means
// success.
Task<Result<>> CommandRouter::respond(Ref running, json::object body) {
  const auto& interaction = running->interaction;
  Result<json::value> sent = fail(ErrorKind::internal, "not sent");
  for (int attempt = 0; attempt < 2; ++attempt) {
    auto request = discord::respond(interaction.id, interaction.token, body);
    auto permit = co_await rest_.admit(request, 2s);
    if (!permit) co_return std::unexpected(permit.error());
    sent = co_await rest_.send(std::move(request), std::move(*permit));
    if (sent || (attempt > 0 && sent.error().platform_code == already_acknowledged)) co_return Result<>{};
    if (sent.error().kind != ErrorKind::ambiguous && sent.error().kind != ErrorKind::unavailable) break;
  }
  co_return std::unexpected(sent.error());
}

}  // namespace matchday::surfaces
