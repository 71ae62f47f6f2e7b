// The control routes that act on simulated Discord, as people do it and as its operators do it.
#include <fmt/format.h>

#include "sandbox/discord/http_interactions.hpp"
#include "sandbox/front/control_door.hpp"

namespace matchday::sandbox {
namespace {

std::string_view seen_state(discord::InteractionState state) {
  using enum discord::InteractionState;
  switch (state) {
    case waiting:
    case thinking:
    case deferred:
      return "thinking";
    case failed:
      return "failed";
    case answered:
    case updated:
    case choices:
    case modal:
      return "answered";
  }
  return "failed";
}

std::string_view endpoint_state(discord::InteractionsEndpoint::State state) {
  using enum discord::InteractionsEndpoint::State;
  switch (state) {
    case none:
      return "none";
    case checking:
      return "checking";
    case accepted:
      return "accepted";
    case refused:
      return "refused";
  }
  return "none";
}

template <class TheId>
Result<TheId> required_id(std::optional<TheId> id, std::string_view field) {
  if (!id) return fail(ErrorKind::invalid, fmt::format("{} must be an id, as a string of digits.", field));
  return *id;
}

}  // namespace

Result<GuildId> ControlDoor::guild_of(const Call& call) const {
  if (const auto named = call.fields().id<GuildId>("guild_id")) return *named;
  if (!worlds_.demo.guild)
    return fail(ErrorKind::invalid, "guild_id is needed: there is no ready-made server.");
  return worlds_.demo.guild;
}

Result<UserId> ControlDoor::user_of(const Call& call) const {
  return required_id(call.fields().id<UserId>("user_id"), "user_id");
}

// Who does what an organizer does by hand: whoever is named, else the owner of the ready-made server.
UserId ControlDoor::human_of(const Call& call) const {
  return call.fields().id<UserId>("user_id").value_or(worlds_.demo.organizer);
}

std::string ControlDoor::name_of(UserId user) const {
  if (user == worlds_.demo.organizer) return "ingrid";
  if (user == worlds_.demo.substitute.user) return worlds_.demo.substitute.name;
  for (const auto& player : worlds_.demo.players) {
    if (player.user == user) return player.name;
  }
  return user.text();
}

Result<json::object> ControlDoor::set_voice(const Call& call) {
  const auto user = user_of(call);
  if (!user) return std::unexpected(user.error());
  const auto channel = call.fields().id<ChannelId>("channel_id");
  if (!channel && call.fields().get("channel_id")) {
    return fail(ErrorKind::invalid, "channel_id must be a channel's id, or null to leave.");
  }
  auto guild = guild_of(call);
  if (channel) {
    const auto* known = worlds_.discord.find_channel(*channel);
    if (!known || !known->guild) return fail(ErrorKind::not_found, "There is no such channel on a server.");
    guild = *known->guild;
  }
  if (!guild) return std::unexpected(guild.error());
  if (auto moved = worlds_.discord.join_voice(*guild, *user, channel); !moved)
    return std::unexpected(moved.error());
  const auto where = channel ? "joined " + worlds_.discord.find_channel(*channel)->name : "left voice";
  note("person", {{"what", fmt::format("{} {}.", name_of(*user), where)}});
  return json::object{};
}

Result<json::object> ControlDoor::say(const Call& call) {
  const auto user = user_of(call);
  if (!user) return std::unexpected(user.error());
  const auto channel = call.fields().id<ChannelId>("channel_id").value_or(worlds_.demo.general);
  const auto sent = worlds_.discord.send_message(channel, *user, call.fields().string_or("content", ""));
  if (!sent) return std::unexpected(sent.error());
  return json::object{{"message_id", sent->text()}};
}

Result<discord::World::CommandCall> ControlDoor::command_call(const Call& call) const {
  const auto fields = call.fields();
  const auto user = user_of(call);
  if (!user) return std::unexpected(user.error());
  const auto command = fields.string("command");
  if (!command) return fail(ErrorKind::invalid, "command must be the command's name.");
  discord::World::CommandCall wanted{
      .channel = fields.id<ChannelId>("channel_id").value_or(worlds_.demo.general),
      .user = *user,
      .name = *command};
  if (const auto* options = fields.get("options"); options && options->is_object()) {
    wanted.options = options->get_object();
  }
  return wanted;
}

Result<json::object> ControlDoor::fire_command(const Call& call) {
  const auto wanted = command_call(call);
  if (!wanted) return std::unexpected(wanted.error());
  const auto fired = worlds_.discord.fire_command(*wanted);
  if (!fired) return std::unexpected(fired.error());
  note("person", {{"what", fmt::format("{} ran /{}.", name_of(wanted->user), wanted->name)}});
  return json::object{{"interaction_id", fired->text()}};
}

Result<json::object> ControlDoor::fire_autocomplete(const Call& call) {
  const auto wanted = command_call(call);
  if (!wanted) return std::unexpected(wanted.error());
  const auto fired = worlds_.discord.fire_autocomplete(*wanted, call.fields().string_or("focused", ""));
  if (!fired) return std::unexpected(fired.error());
  return json::object{{"interaction_id", fired->text()}};
}

Result<json::object> ControlDoor::submit_modal(const Call& call) {
  const auto shown =
      required_id(call.fields().id<InteractionId>("interaction_id"), "interaction_id, which shows the form,");
  if (!shown) return std::unexpected(shown.error());
  const auto* values = call.fields().get("values");
  const auto sent = worlds_.discord.submit_modal(
      *shown, values && values->is_object() ? values->get_object() : json::object());
  if (!sent) return std::unexpected(sent.error());
  note("person", {{"what", "A form was sent off."}});
  return json::object{{"interaction_id", sent->text()}};
}

Result<json::object> ControlDoor::set_interactions_endpoint(const Call& call) {
  const auto url = call.fields().string("url");
  if (!url)
    return fail(ErrorKind::invalid, "url must be the address, or empty for interactions over the gateway.");
  worlds_.discord.set_interactions_endpoint(*url);
  note("person", {{"what", url->empty() ? "Interactions come over the gateway again."
                                        : "An address for interactions was entered."}});
  return get_interactions_endpoint(call);
}

Result<json::object> ControlDoor::get_interactions_endpoint(const Call&) {
  const auto& endpoint = worlds_.discord.interactions_endpoint();
  return json::object{{"url", endpoint.url},
                      {"state", endpoint_state(endpoint.state)},
                      {"reason", endpoint.reason},
                      {"public_key", discord::application_public_key()}};
}

Result<json::object> ControlDoor::fire_component(const Call& call) {
  const auto fields = call.fields();
  const auto user = user_of(call);
  if (!user) return std::unexpected(user.error());
  auto message = fields.id<MessageId>("message_id");
  if (const auto interaction = fields.id<InteractionId>("interaction_id"); interaction && !message) {
    const auto view = worlds_.discord.what_user_sees(*interaction);
    if (!view) return std::unexpected(view.error());
    message = Fields(view->message).id<MessageId>("id");
  }
  if (!message)
    return fail(ErrorKind::invalid, "message_id or interaction_id must name a message with components.");
  std::vector<std::string> values;
  for (const auto& value : fields.array("values")) {
    if (const auto* text = value.if_string()) values.emplace_back(*text);
  }
  const auto fired =
      worlds_.discord.fire_component(*message, *user, fields.string_or("custom_id", ""), std::move(values));
  if (!fired) return std::unexpected(fired.error());
  note("person", {{"what", fmt::format("{} used a button or menu.", name_of(*user))}});
  return json::object{{"interaction_id", fired->text()}};
}

Result<json::object> ControlDoor::get_interaction(const Call& call) {
  const auto id = required_id(InteractionId::parse(call.ids[0]), "The interaction");
  if (!id) return std::unexpected(id.error());
  auto view = worlds_.discord.what_user_sees(*id);
  if (!view) return std::unexpected(view.error());
  const Fields message(view->message);
  json::array follow_ups;
  for (auto& one : view->follow_ups) follow_ups.emplace_back(std::move(one));
  return json::object{{"state", seen_state(view->state)},
                      {"ephemeral", view->ephemeral},
                      {"content", message.string_or("content", "")},
                      {"embeds", message.array("embeds")},
                      {"components", message.array("components")},
                      {"message_id", message.string_or("id", "")},
                      {"text", view->text},
                      {"modal", view->modal},
                      {"choices", view->choices},
                      {"follow_ups", std::move(follow_ups)}};
}

Result<json::object> ControlDoor::delete_channel(const Call& call) {
  const auto channel = required_id(ChannelId::parse(call.ids[0]), "The channel");
  if (!channel) return std::unexpected(channel.error());
  const auto user = human_of(call);
  const auto* known = worlds_.discord.find_channel(*channel);
  const auto name = known ? known->name : std::string();
  if (auto done = worlds_.discord.human_delete_channel(*channel, user); !done)
    return std::unexpected(done.error());
  note("person", {{"what", fmt::format("{} deleted the channel {}.", name_of(user), name)}});
  return json::object{};
}

Result<json::object> ControlDoor::rename_channel(const Call& call) {
  const auto channel = required_id(ChannelId::parse(call.ids[0]), "The channel");
  if (!channel) return std::unexpected(channel.error());
  const auto name = call.fields().string("name");
  if (!name || name->empty()) return fail(ErrorKind::invalid, "name must be the channel's new name.");
  const auto user = human_of(call);
  if (auto done = worlds_.discord.human_rename_channel(*channel, user, *name); !done) {
    return std::unexpected(done.error());
  }
  note("person", {{"what", fmt::format("{} renamed a channel to {}.", name_of(user), *name)}});
  return json::object{};
}

Result<json::object> ControlDoor::set_role(const Call& call) {
  const auto role = required_id(RoleId::parse(call.ids[0]), "The role");
  if (!role) return std::unexpected(role.error());
  const auto guild = guild_of(call);
  if (!guild) return std::unexpected(guild.error());
  const auto text = call.fields().string("permissions");
  const auto bits = text == "0" ? std::optional(Snowflake<struct BitsTag>{})
                                : Snowflake<struct BitsTag>::parse(text.value_or(""));
  if (!bits)
    return fail(ErrorKind::invalid, "permissions must be the permission bits, as a string of digits.");
  if (auto done = worlds_.discord.set_role_permissions(*guild, *role, bits->value); !done) {
    return std::unexpected(done.error());
  }
  note("person", {{"what", "A role's permissions were changed."}});
  return json::object{};
}

Result<json::object> ControlDoor::disturb_gateway(const Call& call) {
  const auto action = call.fields().string_or("action", "");
  if (action == "drop")
    worlds_.discord.drop_connections(1006);
  else if (action == "reconnect")
    worlds_.discord.ask_to_reconnect();
  else if (action == "invalid_session")
    worlds_.discord.invalidate_sessions(false);
  else
    return fail(ErrorKind::invalid, "action must be drop, reconnect or invalid_session.");
  note("fault", {{"what", fmt::format("The gateway was disturbed: {}.", action)}});
  return json::object{};
}

Result<json::object> ControlDoor::set_bot(const Call& call) {
  const auto guild = guild_of(call);
  if (!guild) return std::unexpected(guild.error());
  const auto action = call.fields().string_or("action", "");
  Result<> done;
  if (action == "kick")
    done = worlds_.discord.kick_bot(*guild);
  else if (action == "invite")
    done = worlds_.discord.invite_bot(*guild, needed_bot_permissions());
  else
    return fail(ErrorKind::invalid, "action must be kick or invite.");
  if (!done) return std::unexpected(done.error());
  note("person",
       {{"what", action == "kick" ? "The bot was kicked from the server." : "The bot was invited back."}});
  return json::object{};
}

}  // namespace matchday::sandbox
