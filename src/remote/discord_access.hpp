// What every Discord kind needs: the REST client, what the gateway has told us, and who we are there.
#pragma once
#include <functional>

#include "effects/kind.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "platforms/discord/rest_client.hpp"

namespace matchday::remote {

// Lifetime: all of it outlives the kinds.
struct DiscordAccess {
  discord::RestClient& rest;
  const discord::GuildCache& guilds;
  Clock& clock;
  std::function<bool()> connected;  // gateway events flow, so the cache is current
  std::function<std::optional<UserId>()> self;

  // Then the reconciler lets go and comes back, to the same place in line: its job may not last longer than
  // 60 s.
  static constexpr Duration admit_patience = 40s;
  static constexpr Duration call_patience = 30s;  // for idempotent calls, repeats included

  // Discord's place at the rate gate, as the protocol carries it around.
  struct Permit final : effects::SendPermit {
    explicit Permit(discord::RateLimiter::Permit p) : permit(std::move(p)) {}
    discord::RateLimiter::Permit permit;
  };
  Task<Result<effects::Permit>> admit(discord::RestRequest request) const;

  // The same in the resource's name: organizations take turns, and in each the oldest wish goes first.
  Task<Result<effects::Permit>> admit(const effects::Resource& resource, discord::RestRequest request) const;

  // For requests that are harmless to repeat; in the resource's name too.
  Task<Result<json::value>> call(const effects::Resource& resource, discord::RestRequest request) const;

  // Sends with a permit that admit() gave.
  Task<Result<json::value>> send(discord::RestRequest request, effects::Permit permit) const;

  // The guild, if events flow and Discord has it available. Error: unavailable.
  Result<const discord::Guild*> guild(std::string_view id) const;
};

// "Matchday match_voice.channel for 1-abc [mdxyz]": what a human reads in the audit log, and how we find it
// again.
std::string audit_reason(const effects::Resource& resource);

}  // namespace matchday::remote
