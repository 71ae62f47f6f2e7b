// See objects.hpp.
#include "sandbox/discord/objects.hpp"

#include "sandbox/discord/http_interactions.hpp"

namespace matchday::sandbox::discord {
namespace {

json::value text_or_null(const std::optional<std::string>& text) {
  return text ? json::value(*text) : json::value();
}

// Application flags of the privileged intents, "limited" form (reference §1.2).
std::int64_t application_flags(const Rules& rules) {
  std::int64_t flags = 0;
  if (rules.presence_intent) flags |= 1 << 13;
  if (rules.guild_members_intent) flags |= 1 << 15;
  if (rules.message_content_intent) flags |= 1 << 19;
  return flags;
}

std::string_view kind_of_interaction_name(const Interaction& interaction) {
  const auto* name = interaction.data.if_contains("name");
  return name != nullptr && name->is_string() ? std::string_view(name->get_string()) : std::string_view();
}

// Where a message came from, if an interaction's token made it.
void add_interaction_fields(const State& state, const Message& message, json::object& wire) {
  wire["application_id"] = state.application.text();
  wire["webhook_id"] = state.application.text();
  const auto found = state.interactions.find(*message.interaction);
  if (found == state.interactions.end()) return;
  const Interaction& interaction = found->second;
  const auto user = user_object(state.user(interaction.user));
  json::object owners;
  if (interaction.guild) owners["0"] = interaction.guild->text();
  json::object metadata{{"id", interaction.id.text()},
                        {"type", interaction.kind == InteractionKind::component ? 3 : 2},
                        {"user", user},
                        {"authorizing_integration_owners", owners}};
  if (interaction.original && *interaction.original != message.id) {
    metadata["original_response_message_id"] = interaction.original->text();
  }
  if (interaction.kind == InteractionKind::component)
    metadata["interacted_message_id"] = interaction.source->text();
  if (interaction.kind == InteractionKind::modal) return;
  wire["interaction_metadata"] = metadata;
  if (interaction.kind == InteractionKind::command) {
    wire["interaction"] = {{"id", interaction.id.text()},
                           {"type", 2},
                           {"name", kind_of_interaction_name(interaction)},
                           {"user", user}};
  }
}

// Takes the localisation maps out of a definition, options and choices included.
void drop_localizations(json::value& value) {
  if (auto* list = value.if_array()) {
    for (auto& item : *list) drop_localizations(item);
  } else if (auto* object = value.if_object()) {
    object->erase("name_localizations");
    object->erase("description_localizations");
    for (auto& [key, item] : *object) drop_localizations(item);
  }
}

}  // namespace

std::string bits_text(Permissions bits) {
  return std::to_string(bits);
}

json::value time_or_null(const std::optional<Time>& time) {
  return time ? json::value(to_rfc3339(*time)) : json::value();
}

json::object user_object(const User& user) {
  json::object wire{{"id", user.id.text()},
                    {"username", user.username},
                    {"discriminator", "0"},
                    {"global_name", user.global_name.empty() ? json::value() : json::value(user.global_name)},
                    {"avatar", nullptr},
                    {"public_flags", 0},
                    {"flags", 0},
                    {"primary_guild", nullptr}};
  if (user.bot) wire["bot"] = true;
  return wire;
}

json::object own_user_object(const State& state) {
  auto wire = user_object(state.user(state.bot));
  wire["mfa_enabled"] = true;
  wire["locale"] = "en-US";
  wire["verified"] = true;
  wire["email"] = nullptr;
  return wire;
}

json::object member_object(const State& state, const Member& member) {
  json::array roles;
  for (const RoleId role : member.roles) roles.push_back(json::value(role.text()));
  return {{"user", user_object(state.user(member.user))},
          {"nick", text_or_null(member.nick)},
          {"roles", std::move(roles)},
          {"joined_at", to_rfc3339(member.joined_at)},
          {"avatar", nullptr},
          {"banner", nullptr},
          {"communication_disabled_until", time_or_null(member.timed_out_until)},
          {"flags", 0},
          {"pending", false},
          {"premium_since", nullptr},
          {"mute", member.mute},
          {"deaf", member.deaf}};
}

json::object role_object(const Role& role) {
  json::object wire{
      {"id", role.id.text()},
      {"name", role.name},
      {"permissions", bits_text(role.permissions)},
      {"position", role.position},
      {"color", role.color},
      {"colors", {{"primary_color", role.color}, {"secondary_color", nullptr}, {"tertiary_color", nullptr}}},
      {"hoist", role.hoist},
      {"managed", role.managed},
      {"mentionable", role.mentionable},
      {"icon", nullptr},
      {"unicode_emoji", nullptr},
      {"flags", 0}};
  if (role.bot) wire["tags"] = {{"bot_id", role.bot->text()}};
  return wire;
}

json::object overwrite_object(const Overwrite& overwrite) {
  return {{"id", overwrite.id.text()},
          {"type", static_cast<int>(overwrite.kind)},
          {"allow", bits_text(overwrite.allow)},
          {"deny", bits_text(overwrite.deny)}};
}

json::object guild_channel_object(const Channel& channel) {
  json::array overwrites;
  for (const auto& overwrite : channel.overwrites) overwrites.push_back(overwrite_object(overwrite));
  json::object wire{{"id", channel.id.text()},
                    {"type", static_cast<int>(channel.kind)},
                    {"guild_id", channel.guild->text()},
                    {"name", channel.name},
                    {"position", channel.position},
                    {"flags", 0},
                    {"parent_id", id_or_null(channel.parent)},
                    {"permission_overwrites", std::move(overwrites)}};
  if (channel.kind == ChannelKind::category) return wire;
  wire["nsfw"] = channel.nsfw;
  wire["rate_limit_per_user"] = channel.rate_limit_per_user;
  wire["last_message_id"] = id_or_null(channel.last_message);
  if (channel.is_voice()) {
    wire["bitrate"] = channel.bitrate;
    wire["user_limit"] = channel.user_limit;
    wire["rtc_region"] = text_or_null(channel.rtc_region);
    wire["video_quality_mode"] = channel.video_quality_mode;
  } else {
    wire["topic"] = text_or_null(channel.topic);
  }
  return wire;
}

json::object dm_object(const State& state, const Channel& channel) {
  return {{"id", channel.id.text()},
          {"type", static_cast<int>(ChannelKind::dm)},
          {"flags", 0},
          {"last_message_id", id_or_null(channel.last_message)},
          {"recipients", json::array{user_object(state.user(*channel.recipient))}}};
}

json::object channel_object(const State& state, const Channel& channel) {
  return channel.guild ? guild_channel_object(channel) : dm_object(state, channel);
}

json::object guild_object(const State&, const Guild& guild) {
  json::array roles;
  for (const auto& [id, role] : guild.roles) roles.push_back(role_object(role));
  return {{"id", guild.id.text()},
          {"name", guild.name},
          {"icon", nullptr},
          {"description", nullptr},
          {"home_header", nullptr},
          {"splash", nullptr},
          {"discovery_splash", nullptr},
          {"features", json::array()},
          {"banner", nullptr},
          {"owner_id", guild.owner.text()},
          {"application_id", nullptr},
          {"region", "deprecated"},
          {"afk_channel_id", nullptr},
          {"afk_timeout", 300},
          {"system_channel_id", nullptr},
          {"system_channel_flags", 0},
          {"widget_enabled", false},
          {"widget_channel_id", nullptr},
          {"verification_level", 0},
          {"roles", std::move(roles)},
          {"default_message_notifications", 0},
          {"mfa_level", guild.mfa_level},
          {"explicit_content_filter", 0},
          {"max_presences", nullptr},
          {"max_members", 25'000'000},
          {"max_stage_video_channel_users", 50},
          {"max_video_channel_users", 25},
          {"vanity_url_code", nullptr},
          {"premium_tier", 0},
          {"premium_subscription_count", 0},
          {"preferred_locale", guild.preferred_locale},
          {"rules_channel_id", nullptr},
          {"safety_alerts_channel_id", nullptr},
          {"public_updates_channel_id", nullptr},
          {"premium_progress_bar_enabled", false},
          {"nsfw", false},
          {"nsfw_level", 0},
          {"emojis", json::array()},
          {"stickers", json::array()},
          {"incidents_data", nullptr}};
}

json::object voice_state_object(const State& state, const Guild& guild, UserId user) {
  const auto sitting = guild.voice.find(user);
  const auto member = guild.members.find(user);
  const bool present = sitting != guild.voice.end();
  json::object wire{{"guild_id", guild.id.text()},
                    {"channel_id", present ? json::value(sitting->second.channel.text()) : json::value()},
                    {"user_id", user.text()},
                    {"session_id", present ? sitting->second.session_id : std::string(32, '0')},
                    {"deaf", member != guild.members.end() && member->second.deaf},
                    {"mute", member != guild.members.end() && member->second.mute},
                    {"self_deaf", present && sitting->second.self_deaf},
                    {"self_mute", present && sitting->second.self_mute},
                    {"self_video", false},
                    {"self_stream", false},
                    {"suppress", false},
                    {"request_to_speak_timestamp", nullptr}};
  if (member != guild.members.end()) wire["member"] = member_object(state, member->second);
  return wire;
}

json::object message_object(const State& state, const Message& message) {
  json::array mentions;
  for (const UserId user : message.mentions) mentions.push_back(user_object(state.user(user)));
  json::array roles;
  for (const RoleId role : message.mention_roles) roles.push_back(json::value(role.text()));
  json::object wire{{"id", message.id.text()},
                    {"channel_id", message.channel.text()},
                    {"type", message.type},
                    {"content", message.content},
                    {"author", user_object(state.user(message.author))},
                    {"mentions", std::move(mentions)},
                    {"mention_roles", std::move(roles)},
                    {"mention_everyone", message.mention_everyone},
                    {"attachments", message.attachments},
                    {"embeds", message.embeds},
                    {"components", message.components},
                    {"timestamp", to_rfc3339(message.sent_at)},
                    {"edited_timestamp", time_or_null(message.edited_at)},
                    {"flags", message.flags},
                    {"pinned", message.pinned},
                    {"tts", message.tts}};
  if (message.replies_to) {
    json::object reference{
        {"type", 0}, {"channel_id", message.channel.text()}, {"message_id", message.replies_to->text()}};
    if (message.guild) reference["guild_id"] = message.guild->text();
    wire["message_reference"] = reference;
    const auto original = state.messages.find(*message.replies_to);
    if (original == state.messages.end()) {
      wire["referenced_message"] = nullptr;
    } else {
      auto quoted = original->second;
      quoted.replies_to.reset();  // one level only
      wire["referenced_message"] = message_object(state, quoted);
    }
  }
  if (message.interaction) add_interaction_fields(state, message, wire);
  return wire;
}

json::object scheduled_event_object(const State& state, const ScheduledEvent& event) {
  return {{"id", event.id.text()},
          {"guild_id", event.guild.text()},
          {"channel_id", id_or_null(event.channel)},
          {"creator_id", event.creator.text()},
          {"creator", user_object(state.user(event.creator))},
          {"name", event.name},
          {"description", text_or_null(event.description)},
          {"image", nullptr},
          {"scheduled_start_time", to_rfc3339(event.start)},
          {"scheduled_end_time", time_or_null(event.end)},
          {"privacy_level", event.privacy_level},
          {"status", event.status},
          {"entity_type", event.entity_type},
          {"entity_id", nullptr},
          {"entity_metadata", event.location ? json::value{{"location", *event.location}} : json::value()},
          {"recurrence_rule", nullptr},
          {"guild_scheduled_event_exceptions", json::array()},
          {"user_count", event.subscribers.size()}};
}

json::object audit_entry_object(const AuditEntry& entry) {
  json::object wire{{"id", entry.id.text()},
                    {"action_type", entry.action},
                    {"user_id", id_or_null(entry.user)},
                    {"target_id", text_or_null(entry.target)}};
  if (!entry.changes.empty()) wire["changes"] = entry.changes;
  if (entry.options) wire["options"] = *entry.options;
  if (entry.reason) wire["reason"] = *entry.reason;
  return wire;
}

json::object command_object(const State& state, const Command& command, bool with_localizations) {
  json::value wire = command.definition;
  if (!with_localizations) drop_localizations(wire);
  auto& object = wire.get_object();
  object["id"] = command.id.text();
  object["application_id"] = state.application.text();
  object["version"] = command.version;
  object["type"] = command.type;
  if (command.guild) object["guild_id"] = command.guild->text();
  return object;
}

json::object application_object(const State& state) {
  const auto flags = application_flags(state.rules);
  return {{"id", state.application.text()},
          {"name", state.rules.application_name},
          {"icon", nullptr},
          {"description", "A simulated application"},
          {"type", nullptr},
          {"bot", user_object(state.user(state.bot))},
          {"bot_public", true},
          {"bot_require_code_grant", false},
          {"verify_key", application_public_key()},
          {"flags", flags},
          {"flags_new", std::to_string(flags)},
          {"redirect_uris", json::array()},
          {"interactions_endpoint_url", nullptr},
          {"role_connections_verification_url", nullptr},
          {"owner", user_object(state.user(state.developer))},
          {"approximate_guild_count", state.guilds.size()},
          {"approximate_user_install_count", 0},
          {"approximate_user_authorization_count", 0},
          {"explicit_content_filter", 0},
          {"team", nullptr},
          {"eligible_oauth2_scopes", json::array()}};
}

json::object guild_create_object(const State& state, const Guild& guild) {
  auto wire = guild_object(state, guild);
  json::array channels;
  for (const auto& [id, channel] : guild.channels) channels.push_back(guild_channel_object(channel));
  // Without presences Discord sends the bot itself and whoever sits in a voice channel (reference §2.6).
  json::array members;
  json::array voice;
  for (const auto& [user, member] : guild.members) {
    if (user == state.bot || guild.voice.contains(user)) members.push_back(member_object(state, member));
  }
  for (const auto& [user, sitting] : guild.voice) {
    auto one = voice_state_object(state, guild, user);
    one.erase("guild_id");
    one.erase("member");
    voice.push_back(std::move(one));
  }
  json::array events;
  for (const auto& [id, event] : guild.events) {
    if (event.status <= 2) events.push_back(scheduled_event_object(state, event));
  }
  wire["channels"] = std::move(channels);
  wire["members"] = std::move(members);
  wire["member_count"] = guild.members.size();
  wire["voice_states"] = std::move(voice);
  wire["threads"] = json::array();
  wire["presences"] = json::array();
  wire["stage_instances"] = json::array();
  wire["guild_scheduled_events"] = std::move(events);
  wire["soundboard_sounds"] = json::array();
  wire["joined_at"] = to_rfc3339(guild.members.at(state.bot).joined_at);
  wire["large"] = false;
  wire["unavailable"] = false;
  return wire;
}

}  // namespace matchday::sandbox::discord
