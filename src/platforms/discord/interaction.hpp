// INTERACTION_CREATE as a typed value: who did what, where, with which options. Parsing decides nothing;
// answering is in interactions.hpp.
#pragma once
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/id.hpp"
#include "base/json.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "platforms/discord/permissions.hpp"

namespace matchday::discord {

namespace interaction_type {
inline constexpr int ping = 1;
inline constexpr int command = 2;
inline constexpr int component = 3;
inline constexpr int autocomplete = 4;
inline constexpr int modal_submit = 5;
}  // namespace interaction_type

struct Interaction {
  InteractionId id;
  ApplicationId application;
  int type = 0;
  Secret<std::string> token;  // answers the interaction for 15 minutes, by whoever holds it
  std::optional<GuildId> guild;
  std::optional<ChannelId> channel;
  UserId user;
  std::string user_name;               // nickname, or display name, or account name
  std::string account_name;            // unique on Discord: cannot be chosen to look like somebody else
  Permissions member_permissions = 0;  // in that channel; nothing in DMs
  std::vector<RoleId> member_roles;    // in that guild, without @everyone
  Permissions app_permissions = 0;     // ours in that channel
  std::string locale;
  std::string command;                   // name of the command (also for autocomplete)
  std::vector<std::string> subcommands;  // group and subcommand, outermost first
  std::map<std::string, json::value>
      options;                       // by name, of the innermost level; a modal's inputs by custom_id
  std::string focused;               // autocomplete: the option that is being typed
  std::string custom_id;             // components and modals
  std::vector<std::string> values;   // what was selected
  std::optional<MessageId> message;  // components: the message they sit on
  Time created;                      // from the id; Discord's clock
};

// Error: invalid, when it lacks an id, a token or a user.
Result<Interaction> parse_interaction(const json::value& data);

// When Discord made a snowflake.
Time snowflake_time(std::uint64_t snowflake);

}  // namespace matchday::discord
