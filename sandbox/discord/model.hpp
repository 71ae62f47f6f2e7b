// What simulated Discord knows: users, guilds, channels, messages, commands and interactions as plain data,
// in ordered containers so that runs repeat. Rules about them live elsewhere; wire forms are made by
// objects.hpp.
#pragma once
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace matchday::sandbox::discord {

using CommandId = Snowflake<struct CommandTag>;
using OverwriteId = Snowflake<struct OverwriteTag>;  // a role's or a member's id
using AuditEntryId = Snowflake<struct AuditEntryTag>;
using ScheduledEventId = Snowflake<struct ScheduledEventTag>;

// Permission bits as in reference §1.1.
using Permissions = std::uint64_t;

struct User {
  UserId id;
  std::string username;
  std::string global_name;
  bool bot = false;
  bool refuses_dms = false;  // direct messages fail with 50007
  std::string locale = "en-US";
};

struct Role {
  RoleId id;
  std::string name;
  Permissions permissions = 0;
  int position = 0;
  std::int64_t color = 0;
  bool hoist = false;
  bool mentionable = false;
  bool managed = false;       // an integration's own role: nobody may assign it
  std::optional<UserId> bot;  // the bot whose role it is
};

enum class OverwriteKind { role = 0, member = 1 };

struct Overwrite {
  OverwriteId id;
  OverwriteKind kind = OverwriteKind::role;
  Permissions allow = 0;
  Permissions deny = 0;
};

enum class ChannelKind {
  text = 0,
  dm = 1,
  voice = 2,
  category = 4,
  announcement = 5,
  stage = 13,
  forum = 15,
};

struct Channel {
  ChannelId id;
  ChannelKind kind = ChannelKind::text;
  std::optional<GuildId> guild;     // none for a DM
  std::optional<UserId> recipient;  // only for a DM
  std::string name;
  std::optional<std::string> topic;
  int position = 0;
  std::optional<ChannelId> parent;
  std::vector<Overwrite> overwrites;
  bool nsfw = false;
  int bitrate = 64'000;
  int user_limit = 0;
  int rate_limit_per_user = 0;
  std::optional<std::string> rtc_region;
  int video_quality_mode = 1;
  std::optional<std::string> voice_status;
  std::optional<MessageId> last_message;
  Time created_at;
  bool made_by_bot = false;
  std::vector<Time> renames;  // for the hidden limit on name and topic

  bool is_voice() const { return kind == ChannelKind::voice || kind == ChannelKind::stage; }
};

struct Member {
  UserId user;
  std::optional<std::string> nick;
  std::set<RoleId> roles;  // without @everyone
  Time joined_at;
  bool mute = false;
  bool deaf = false;
  std::optional<Time> timed_out_until;
};

struct VoiceState {
  UserId user;
  ChannelId channel;
  std::string session_id;  // a new one for each join, the same over moves
  bool self_mute = false;
  bool self_deaf = false;
};

struct ScheduledEvent {
  ScheduledEventId id;
  GuildId guild;
  std::optional<ChannelId> channel;
  UserId creator;
  std::string name;
  std::optional<std::string> description;
  Time start;
  std::optional<Time> end;
  int privacy_level = 2;
  int status = 1;       // 1 scheduled, 2 active, 3 completed, 4 canceled
  int entity_type = 3;  // 1 stage, 2 voice, 3 external
  std::optional<std::string> location;
  std::set<UserId> subscribers;
};

struct AuditEntry {
  AuditEntryId id;
  int action = 0;
  std::optional<UserId> user;
  std::optional<std::string> target;
  json::array changes;
  std::optional<json::object> options;
  std::optional<std::string> reason;  // decoded
  Time visible_at;
};

struct Guild {
  GuildId id;
  std::string name;
  UserId owner;
  std::string preferred_locale = "en-US";
  std::map<RoleId, Role> roles;  // the one whose id is the guild's is @everyone
  std::map<UserId, Member> members;
  std::map<ChannelId, Channel> channels;
  std::map<UserId, VoiceState> voice;
  std::map<ScheduledEventId, ScheduledEvent> events;
  std::vector<AuditEntry> audit_log;  // oldest first
  std::vector<Time> role_creates;     // for the hidden limit
  int mfa_level = 0;
  bool unavailable = false;
  bool has_bot = true;
};

struct Message {
  MessageId id;
  ChannelId channel;
  std::optional<GuildId> guild;
  UserId author;
  std::string content;
  json::array embeds;
  json::array components;
  json::array attachments;
  std::vector<UserId> mentions;  // who was pinged
  std::vector<RoleId> mention_roles;
  bool mention_everyone = false;
  std::int64_t flags = 0;
  int type = 0;
  bool tts = false;
  bool pinned = false;
  Time sent_at;
  std::optional<Time> edited_at;
  json::value nonce;  // as it was sent: a string, a number, or null
  std::optional<MessageId> replies_to;
  std::optional<InteractionId> interaction;  // made through an interaction's token
  std::optional<UserId> only_for;            // ephemeral: who sees it
};

struct Command {
  CommandId id;
  std::optional<GuildId> guild;  // none: global
  std::string version;
  std::string name;
  int type = 1;
  json::object definition;  // normalised: what the creator sent, with defaults filled in
};

enum class InteractionKind { command = 2, component = 3, autocomplete = 4, modal = 5 };

// How far the answer got.
enum class InteractionState {
  waiting,   // delivered; the application has said nothing yet
  failed,    // three seconds passed: the user reads "The application did not respond"
  thinking,  // deferred with type 5
  deferred,  // deferred with type 6: nothing visible
  answered,  // a message is there (type 4, or a deferred one that was edited)
  updated,   // the message under the component was edited (type 7)
  choices,   // autocomplete
  modal,
};

struct Interaction {
  InteractionId id;
  InteractionKind kind = InteractionKind::command;
  std::string token;
  std::optional<GuildId> guild;
  ChannelId channel;
  UserId user;
  Time created_at;
  std::optional<Time> answered_at;
  InteractionState state = InteractionState::waiting;
  bool ephemeral = false;
  std::optional<MessageId> source;    // the message that carries the component
  std::optional<MessageId> original;  // what @original means
  bool original_deleted = false;
  std::vector<MessageId> follow_ups;
  json::array choices;
  json::object modal;
  json::object data;  // as delivered
};

}  // namespace matchday::sandbox::discord
