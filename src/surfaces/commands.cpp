// See commands.hpp.
#include "surfaces/commands.hpp"

#include <fmt/format.h>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "platforms/discord/interactions.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::surfaces {
namespace {

using discord::Interaction;

// Discord's numbers (reference/discord.md §1.4).
constexpr int callback_message = 4;
constexpr int callback_deferred_message = 5;
constexpr int callback_deferred_update = 6;
constexpr int callback_update_message = 7;
constexpr int flag_ephemeral = 1 << 6;
constexpr int already_acknowledged = 40060;
constexpr std::size_t content_max = 2000;
constexpr Duration late_patience = 30s;  // for an answer after a deferral, repeats included

json::object message_of(const Reply& reply, bool first) {
  json::object data{{"content", discord::cut_utf16(reply.content, content_max)},
                    {"components", reply.components},
                    {"allowed_mentions", {{"parse", json::array()}}}};
  if (first && !reply.replaces_message) data["flags"] = flag_ephemeral;
  return data;
}

// A sentence for the user, with a reference that finds the log line.
Reply apologise(const Error& error, const Interaction& interaction) {
  const auto reference = crypto::to_base32(crypto::sha256(interaction.id.text())).substr(0, 6);
  log::warning("An interaction failed", {{"ref", reference},
                                         {"command", interaction.command + interaction.custom_id},
                                         {"error", error.describe()}});
  switch (error.kind) {
    case ErrorKind::invalid:
    case ErrorKind::not_found:
    case ErrorKind::conflict:
    case ErrorKind::forbidden:
    case ErrorKind::refused:
      return Reply{.content = error.message};
    default:
      break;
  }
  return Reply{
      .content = fmt::format("Something went wrong on our side. Please try again in a moment. (reference {})",
                             reference)};
}

std::pair<std::string_view, std::string_view> split_custom_id(std::string_view id) {
  if (!id.starts_with("v1:")) return {};
  id.remove_prefix(3);
  const auto colon = id.find(':');
  return {id.substr(0, colon), colon == std::string_view::npos ? "" : id.substr(colon + 1)};
}

}  // namespace

// What passes between the handler, which may take long, and the one who acknowledges.
struct CommandRouter::Pending {
  explicit Pending(Executor executor) : done(std::move(executor)) {}
  std::optional<Reply> reply;
  Signal done;
};

std::string CommandContext::option(std::string_view name) const {
  const auto found = interaction.options.find(std::string(name));
  if (found == interaction.options.end() || !found->second.is_string()) return "";
  return std::string(found->second.as_string());
}

std::optional<std::int64_t> CommandContext::integer(std::string_view name) const {
  const auto found = interaction.options.find(std::string(name));
  if (found == interaction.options.end() || !found->second.is_int64()) return std::nullopt;
  return found->second.as_int64();
}

std::optional<bool> CommandContext::boolean(std::string_view name) const {
  const auto found = interaction.options.find(std::string(name));
  if (found == interaction.options.end() || !found->second.is_bool()) return std::nullopt;
  return found->second.as_bool();
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

void CommandRouter::on_interaction(const json::value& data) {
  auto interaction = discord::parse_interaction(data);
  if (!interaction) {
    log::warning("Discord sent an interaction that cannot be read", {{"error", interaction.error().message}});
    return;
  }
  if (interaction->type != discord::interaction_type::command &&
      interaction->type != discord::interaction_type::component) {
    return;
  }
  if (seen_before(interaction->id)) return;
  auto name = fmt::format("{}{} {}", interaction->command, interaction->custom_id, interaction->id.text());
  group_.spawn(std::move(name), run(std::move(*interaction)));
}

Task<void> CommandRouter::drain(Duration patience) {
  if (!co_await completes_within(clock_, patience, group_.join())) {
    group_.cancel_all();
    co_await group_.join();
  }
}

// Checks before it waits: a Signal has no memory, and the handler may be faster than this coroutine's start.
Task<void> CommandRouter::until_decided(std::shared_ptr<Pending> pending) {
  while (!pending->reply) co_await pending->done.wait();
}

Task<void> CommandRouter::run(Interaction interaction) {
  auto pending = std::make_shared<Pending>(executor_);
  group_.spawn("handler", decide(interaction, pending));
  // Delivery took a part of the 3 seconds already. Discord's clock and ours may differ: never wait longer for
  // that.
  const auto age =
      std::clamp(std::chrono::floor<Duration>(clock_.now() - interaction.created), Duration{0}, defer_after);
  (void)co_await completes_within(clock_, defer_after - age, until_decided(pending));
  if (!pending->reply) {
    co_await acknowledge_late(std::move(interaction), std::move(pending));
    co_return;
  }
  const int type = pending->reply->replaces_message ? callback_update_message : callback_message;
  auto answered =
      co_await respond(interaction, {{"type", type}, {"data", message_of(*pending->reply, true)}});
  if (!answered) {
    log::warning(
        "An interaction could not be answered",
        {{"command", interaction.command + interaction.custom_id}, {"error", answered.error().describe()}});
  }
}

// The handler is slow: tell Discord that an answer will come, and edit it in when it is there.
Task<void> CommandRouter::acknowledge_late(Interaction interaction, std::shared_ptr<Pending> pending) {
  const bool component = interaction.type == discord::interaction_type::component;
  json::object deferral{{"type", component ? callback_deferred_update : callback_deferred_message}};
  if (!component) deferral["data"] = {{"flags", flag_ephemeral}};
  auto deferred = co_await respond(interaction, std::move(deferral));
  if (!deferred) {
    log::warning("An interaction could not be deferred", {{"error", deferred.error().describe()}});
    co_return;
  }
  (void)co_await completes_within(clock_, answer_within, until_decided(pending));
  const Reply reply = pending->reply.value_or(Reply{.content = "This took too long. Please try again."});
  // For a deferred button "the original" is the message that was pressed: only a reply that replaces it may
  // touch it.
  Result<json::value> given = fail(ErrorKind::internal, "not sent");
  if (component && !reply.replaces_message) {
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

Task<void> CommandRouter::decide(Interaction interaction, std::shared_ptr<Pending> pending) {
  Result<Reply> reply = fail(ErrorKind::internal, "The handler threw");
  try {
    reply = co_await dispatch(interaction);
  } catch (const std::exception&) {
    auto error = std::current_exception();
    if (is_cancellation(error)) throw;
    reply = fail(ErrorKind::internal, describe(error));
  }
  metrics_.count("matchday_interactions_total",
                 {{"outcome", reply ? "ok" : std::string(name(reply.error().kind))}});
  pending->reply = reply ? std::move(*reply) : apologise(reply.error(), interaction);
  pending->done.notify_all();
}

Task<Result<Reply>> CommandRouter::dispatch(Interaction interaction) {
  if (!interaction.guild) co_return fail(ErrorKind::invalid, "Please use this in your community's server.");
  auto organization = co_await guilds_.organization_of(*interaction.guild);
  if (!organization) co_return std::unexpected(organization.error());
  if (!*organization) {
    co_return fail(ErrorKind::forbidden,
                   "This server is not connected to Matchday. Ask an organizer to connect it.");
  }
  const CommandHandler* handler = nullptr;
  if (interaction.type == discord::interaction_type::command) {
    if (const auto found = commands_.find(interaction.command); found != commands_.end())
      handler = &found->second.run;
  } else if (const auto found = components_.find(split_custom_id(interaction.custom_id).first);
             found != components_.end()) {
    handler = &found->second.run;
  }
  if (!handler) co_return fail(ErrorKind::not_found, "Matchday does not know this command any more.");
  co_return co_await (*handler)(CommandContext{**organization, std::move(interaction)});
}

// The first answer. A callback whose own answer is lost is sent again: "already acknowledged" then means
// success.
Task<Result<>> CommandRouter::respond(Interaction interaction, json::object body) {
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
