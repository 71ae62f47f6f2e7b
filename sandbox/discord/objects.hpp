// Wire forms: how simulated Discord writes users, guilds, channels, messages and the rest as JSON. Each
// carries every field that Discord's OpenAPI document requires of the response schema named beside it.
#pragma once
#include "sandbox/discord/state.hpp"

namespace matchday::sandbox::discord {

json::object user_object(const User& user);                            // UserResponse
json::object own_user_object(const State& state);                      // UserPIIResponse
json::object member_object(const State& state, const Member& member);  // GuildMemberResponse
json::object role_object(const Role& role);                            // GuildRoleResponse
json::object overwrite_object(const Overwrite& overwrite);             // ChannelPermissionOverwriteResponse
json::object guild_channel_object(const Channel& channel);             // GuildChannelResponse
json::object dm_object(const State& state, const Channel& channel);    // PrivateChannelResponse
json::object channel_object(const State& state, const Channel& channel);
json::object guild_object(const State& state,
                          const Guild& guild);  // GuildWithCountsResponse without the counts
json::object voice_state_object(const State& state, const Guild& guild, UserId user);  // VoiceStateResponse
json::object message_object(const State& state, const Message& message);               // MessageResponse
json::object scheduled_event_object(const State& state,
                                    const ScheduledEvent& event);  // …ScheduledEventResponse
json::object audit_entry_object(const AuditEntry& entry);          // AuditLogEntryResponse
json::object command_object(const State& state, const Command& command, bool with_localizations);
json::object application_object(const State& state);  // PrivateApplicationResponse

// GUILD_CREATE's document (reference §8.2): the guild with its channels, members, voice states and events.
json::object guild_create_object(const State& state, const Guild& guild);

std::string bits_text(Permissions bits);
json::value time_or_null(const std::optional<Time>& time);
template <class TheId>
json::value id_or_null(const std::optional<TheId>& id) {
  return id ? json::value(id->text()) : json::value();
}

}  // namespace matchday::sandbox::discord
