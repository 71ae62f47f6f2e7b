// Registers slash commands, but only when they differ from what Discord has: registering at each start would
// use up the 200 creations a day that Discord allows (code 30034).
#pragma once
#include <optional>
#include <vector>

#include "base/error.hpp"
#include "platforms/discord/command_definition.hpp"
#include "platforms/discord/rest_client.hpp"

namespace matchday::discord {

struct SyncReport {
  bool changed = false;  // false: Discord had all of them already
  std::size_t commands = 0;
};

// Globally, or for one guild (visible at once there). Harmless to repeat. Lifetime: `client` outlives the
// task.
Task<Result<SyncReport>> sync_commands(RestClient& client, ApplicationId application,
                                       std::optional<GuildId> guild, std::vector<CommandDefinition> commands);

}  // namespace matchday::discord
