// See command_sync.hpp.
#include "platforms/discord/command_sync.hpp"

#include "platforms/discord/application.hpp"

namespace matchday::discord {
namespace {
constexpr Duration patience = 60s;
}

Task<Result<SyncReport>> sync_commands(RestClient& client, ApplicationId application,
                                       std::optional<GuildId> guild,
                                       std::vector<CommandDefinition> commands) {
  json::array wanted;
  for (const auto& command : commands) wanted.push_back(to_json(command));
  const auto present = co_await client.call(list_commands(application, guild), patience);
  if (!present) co_return std::unexpected(present.error());
  SyncReport report{.commands = wanted.size()};
  if (present->is_array() && !commands_differ(wanted, present->get_array())) co_return report;
  const auto put = co_await client.call(put_commands(application, guild, std::move(wanted)), patience);
  if (!put) co_return std::unexpected(put.error());
  report.changed = true;
  co_return report;
}

}  // namespace matchday::discord
