// Settings of match voice over the API: what they are, what they may become, and which channels and roles
// there are to choose from. The rules are those of /faceit config (settings_change.hpp). Private to match
// voice.
#pragma once
#include "features/match_voice/settings.hpp"
#include "features/organizations/organizations.hpp"
#include "jobs/queue.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "surfaces/api.hpp"

namespace matchday::match_voice {

// What the routes work with. Lifetime: all of it outlives them.
struct SettingsDesk {
  store::Database& database;
  jobs::Queue& queue;
  IdSource& ids;
  const discord::GuildCache& guilds;
  organizations::Organizations& organizations;
  std::string webhook_address;  // where FACEIT reaches us
  std::string secret_header;
};

class SettingsApi {
 public:
  explicit SettingsApi(SettingsDesk desk) : desk_(std::move(desk)), changes_(desk_.database, desk_.ids) {}

  std::vector<surfaces::ApiRoute> routes();

 private:
  using Call = surfaces::ApiCall;
  using Answer = Task<Result<surfaces::ApiAnswer>>;
  Answer show(Call call);
  Answer change(Call call);
  Answer places(Call call);
  Answer webhook(Call call);
  Answer make_secret(Call call);

  SettingsDesk desk_;
  surfaces::Changes changes_;
};

}  // namespace matchday::match_voice
