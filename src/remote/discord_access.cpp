// See discord_access.hpp.
#include "remote/discord_access.hpp"

#include <fmt/format.h>

namespace matchday::remote {

Task<Result<effects::Permit>> DiscordAccess::admit(discord::RestRequest request) const {
  auto permit = co_await rest.admit(std::move(request), admit_patience);
  if (!permit) co_return std::unexpected(permit.error());
  co_return effects::Permit(std::make_unique<Permit>(std::move(*permit)));
}

// Neither of the two is a coroutine itself: the resource is read before anybody waits.
Task<Result<effects::Permit>> DiscordAccess::admit(const effects::Resource& resource,
                                                   discord::RestRequest request) const {
  request.tenant = resource.organization.text();
  request.since = resource.created_at;
  return admit(std::move(request));
}

Task<Result<json::value>> DiscordAccess::call(const effects::Resource& resource,
                                              discord::RestRequest request) const {
  request.tenant = resource.organization.text();
  return rest.call(std::move(request), call_patience);
}

Task<Result<json::value>> DiscordAccess::send(discord::RestRequest request, effects::Permit permit) const {
  co_return co_await rest.send(std::move(request), std::move(static_cast<Permit&>(*permit).permit));
}

Result<const discord::Guild*> DiscordAccess::guild(std::string_view id) const {
  const auto guild_id = GuildId::parse(id);
  CHECK(guild_id);
  const auto* guild = connected() ? guilds.find(*guild_id) : nullptr;
  if (!guild || !guild->available) {
    return fail(ErrorKind::unavailable,
                "Discord has not told us about this server yet, or it is in an outage.");
  }
  return guild;
}

std::string audit_reason(const effects::Resource& resource) {
  return fmt::format("Matchday {} for {} [{}]", resource.purpose, resource.subject, resource.marker);
}

}  // namespace matchday::remote
