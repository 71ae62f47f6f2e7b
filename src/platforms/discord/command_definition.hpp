// Slash commands as data: what a feature declares, what is sent to Discord, and a comparison with what
// Discord gives back (which adds fields and fills in defaults).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/json.hpp"
#include "platforms/discord/permissions.hpp"

namespace matchday::discord {

// Discord's numbers (reference §1.3).
enum class CommandType : std::uint8_t { chat_input = 1, user = 2, message = 3 };
enum class OptionType : std::uint8_t {
  subcommand = 1,
  subcommand_group = 2,
  string = 3,
  integer = 4,
  boolean = 5,
  user = 6,
  channel = 7,
  role = 8,
  mentionable = 9,
  number = 10,
  attachment = 11
};
enum class CommandContext : std::uint8_t { guild = 0, bot_dm = 1, private_channel = 2 };

struct CommandChoice {
  std::string name;
  json::value value;  // a string or a number, as the option's type says
};

struct CommandOption {
  OptionType type = OptionType::string;
  std::string name;
  std::string description;
  bool required = false;
  std::vector<CommandChoice> choices = {};
  std::vector<CommandOption> options = {};  // of a subcommand or a group
  std::vector<int> channel_types = {};
  std::optional<std::int64_t> min_value = {};
  std::optional<std::int64_t> max_value = {};
  std::optional<int> min_length = {};
  std::optional<int> max_length = {};
  bool autocomplete = false;
};

struct CommandDefinition {
  std::string name;
  CommandType type = CommandType::chat_input;
  std::string description;
  std::vector<CommandOption> options = {};
  std::optional<Permissions> default_member_permissions = {};  // nothing: everybody; 0: administrators only
  std::vector<CommandContext> contexts = {CommandContext::guild};
};

json::object to_json(const CommandDefinition& command);

// The same document in a form that compares equal when Discord would treat both alike: only fields that we
// send, defaults left out.
json::object canonical_command(const json::value& command);

// True when the set that Discord has and the wanted one differ in anything that a user could notice.
bool commands_differ(const json::array& wanted, const json::array& present);

}  // namespace matchday::discord
