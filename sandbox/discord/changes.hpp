// Changes: the mutations of the simulated world, each with its audit entry and its gateway events, the same
// whether an application or a person caused it. Permission and limits have been checked by the caller.
#pragma once
#include "sandbox/discord/parts.hpp"

namespace matchday::sandbox::discord {

// Who did it, and the decoded X-Audit-Log-Reason.
struct Actor {
  UserId user;
  std::optional<std::string> reason = {};
};

// Audit log actions (Discord's AuditLogEvent).
namespace audit {
constexpr int channel_create = 10, channel_update = 11, channel_delete = 12;
constexpr int overwrite_create = 13, overwrite_update = 14, overwrite_delete = 15;
constexpr int member_kick = 20, member_update = 24, member_role_update = 25, member_move = 26,
              member_disconnect = 27;
constexpr int bot_add = 28, role_create = 30, role_update = 31, role_delete = 32, message_delete = 72;
constexpr int event_create = 100, event_update = 101, event_delete = 102;
constexpr int voice_status_update = 192, voice_status_delete = 193;
}  // namespace audit

struct AuditDraft {
  int action = 0;
  std::string target = {};  // empty: null
  json::array changes = {};
  std::optional<json::object> options = {};
};
void record(Parts& parts, Guild& guild, const Actor& actor, AuditDraft draft);
json::object change_of(std::string_view key, const json::value& old_value, const json::value& new_value);
// Differences between two wire forms, as an audit entry's `changes`.
json::array changes_between(const json::object& before, const json::object& after);

// Channels. The draft's id, position and time are filled in.
Channel& create_channel(Parts& parts, Guild& guild, Channel draft, const Actor& actor);
// Replaces the channel by `after` (same id) if something differs.
void update_channel(Parts& parts, Guild& guild, const Channel& after, const Actor& actor, int action,
                    std::optional<json::object> options = std::nullopt);
// People in it are disconnected, children of a category stay without one, its messages are gone.
void remove_channel(Parts& parts, Guild& guild, ChannelId id, const Actor& actor);
std::size_t children_of(const Guild& guild, ChannelId category);

// The DM channel between the bot and the user, made if there is none.
Channel& dm_channel(Parts& parts, UserId user);

// Voice: sits down, moves, or leaves. Without effect if nothing changes.
void set_voice_channel(Parts& parts, Guild& guild, UserId user, std::optional<ChannelId> channel);

// Members and roles.
void add_member(Parts& parts, Guild& guild, UserId user, std::vector<RoleId> roles);
void remove_member(Parts& parts, Guild& guild, UserId user);
void update_member(Parts& parts, Guild& guild, const Member& after, const Actor& actor);
void announce_member(Parts& parts, const Guild& guild, const Member& member);
Role& create_role(Parts& parts, Guild& guild, Role draft, const Actor& actor);
void update_role(Parts& parts, Guild& guild, const Role& after, const Actor& actor);
void remove_role(Parts& parts, Guild& guild, RoleId id, const Actor& actor);

// Messages. The draft's id and time are filled in.
Message& post_message(Parts& parts, Message draft);
void announce_edit(Parts& parts, const Message& message);
void remove_message(Parts& parts, MessageId id);
// Who `content` pings within `allowed` (Discord's allowed_mentions; null: everybody).
struct Mentions {
  std::vector<UserId> users;
  std::vector<RoleId> roles;
  bool everyone = false;
};
Mentions mentions_in(const State& state, std::optional<GuildId> guild, std::string_view content,
                     const json::value* allowed, bool users_only_by_default);

// Scheduled events.
ScheduledEvent& create_event(Parts& parts, Guild& guild, ScheduledEvent draft, const Actor& actor);
void update_event(Parts& parts, Guild& guild, const ScheduledEvent& after, const Actor& actor);
void remove_event(Parts& parts, Guild& guild, ScheduledEventId id, const Actor& actor);
void tick_events(Parts& parts);
std::optional<Time> next_event_tick(const State& state);

}  // namespace matchday::sandbox::discord
