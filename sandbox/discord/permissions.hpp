// Discord's permission algorithm: bits, base permissions, channel overwrites and role order. Written from
// Discord's documentation (reference §1.1) and independent of the bot's own calculation, so that each checks
// the other.
#pragma once
#include <vector>

#include "sandbox/discord/model.hpp"

namespace matchday::sandbox::discord {

namespace permission {
constexpr Permissions create_instant_invite = 1ULL << 0;
constexpr Permissions kick_members = 1ULL << 1;
constexpr Permissions administrator = 1ULL << 3;
constexpr Permissions manage_channels = 1ULL << 4;
constexpr Permissions manage_guild = 1ULL << 5;
constexpr Permissions add_reactions = 1ULL << 6;
constexpr Permissions view_audit_log = 1ULL << 7;
constexpr Permissions view_channel = 1ULL << 10;
constexpr Permissions send_messages = 1ULL << 11;
constexpr Permissions send_tts_messages = 1ULL << 12;
constexpr Permissions manage_messages = 1ULL << 13;
constexpr Permissions embed_links = 1ULL << 14;
constexpr Permissions attach_files = 1ULL << 15;
constexpr Permissions read_message_history = 1ULL << 16;
constexpr Permissions mention_everyone = 1ULL << 17;
constexpr Permissions connect = 1ULL << 20;
constexpr Permissions speak = 1ULL << 21;
constexpr Permissions mute_members = 1ULL << 22;
constexpr Permissions deafen_members = 1ULL << 23;
constexpr Permissions move_members = 1ULL << 24;
constexpr Permissions use_voice_activity = 1ULL << 25;
constexpr Permissions change_nickname = 1ULL << 26;
constexpr Permissions manage_nicknames = 1ULL << 27;
constexpr Permissions manage_roles = 1ULL << 28;
constexpr Permissions use_application_commands = 1ULL << 31;
constexpr Permissions manage_events = 1ULL << 33;
constexpr Permissions create_events = 1ULL << 44;
constexpr Permissions set_voice_channel_status = 1ULL << 48;
constexpr Permissions pin_messages = 1ULL << 51;
constexpr Permissions all = (1ULL << 53) - 1;
// What @everyone has in a new guild, as far as this simulator knows the bits.
constexpr Permissions everyone_default =
    create_instant_invite | add_reactions | view_channel | send_messages | embed_links | attach_files |
    read_message_history | connect | speak | use_voice_activity | change_nickname | use_application_commands;
}  // namespace permission

// In the guild, without channels. Nothing for somebody who is no member.
Permissions guild_permissions(const Guild& guild, UserId user, Time now);

// In one channel: overwrites applied, and what is implied taken away (nothing without VIEW_CHANNEL, nothing
// of a voice channel without CONNECT, no mentions and embeds without SEND_MESSAGES).
Permissions channel_permissions(const Guild& guild, const Channel& channel, UserId user, Time now);

// True if `higher` ranks above `lower`: by position, equal positions by the lower id.
bool ranks_above(const Role& higher, const Role& lower);

// The member's highest role; @everyone if there is none.
const Role& highest_role(const Guild& guild, UserId user);

// May `actor` rename, move roles of or kick `target`? The owner is above everybody and nobody is above the
// owner.
bool outranks(const Guild& guild, UserId actor, UserId target);

}  // namespace matchday::sandbox::discord
