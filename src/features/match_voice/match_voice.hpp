// The facade of match voice. The only header of this slice that others may include.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "effects/ledger.hpp"
#include "features/match_voice/active_match_cache.hpp"
#include "features/match_voice/store.hpp"
#include "features/notifications/notifications.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "platforms/faceit/client.hpp"
#include "platforms/faceit/webhook.hpp"
#include "surfaces/feature.hpp"

namespace matchday::match_voice {

inline constexpr std::string_view converge_match_job = "match_voice.converge";
inline constexpr std::string_view link_changed_job = "match_voice.link_changed";
inline constexpr std::string_view channel_purpose = "match_voice.channel";
inline constexpr std::string_view move_purpose = "match_voice.move";

// What the process has of Discord and FACEIT.
struct Surroundings {
  const discord::GuildCache& guilds;
  std::function<bool()> connected;              // gateway events flow
  std::function<std::optional<UserId>()> self;  // the bot
  faceit::Client* faceit = nullptr;             // null: no key; the webhook's roster is all there is
};

struct WebhookOptions {
  std::string secret_header = "X-Faceit-Signature";
  // A request without any secret is taken as the configured organization's. The operator's explicit choice.
  bool allow_unsigned = false;
};

class MatchVoice {
 public:
  // Lifetime: everything passed in outlives the feature's routes and jobs.
  MatchVoice(Clock& clock, store::Database& database, jobs::Queue& queue, effects::Ledger& ledger,
             notifications::Alerts& alerts, organizations::Organizations& organizations,
             Surroundings surroundings, WebhookOptions webhook);

  surfaces::Feature feature();

  // Stores the settings of the organization that the configuration made, and looks at its unfinished matches
  // again.
  Task<Result<>> configure(OrganizationId organization, Settings settings);

  // Cache, then database, then the cache is brought up to date.
  Task<Result<std::optional<ChannelId>>> voice_channel_of(OrganizationId organization, std::string match_id);

  const ActiveMatchCache& cache() const { return cache_; }

 private:
  // inbound.cpp
  Task<Result<OrganizationId>> sender_of(net::RequestHead head, surfaces::PathParams params);
  Task<std::optional<net::ServerResponse>> admit(net::RequestHead head, surfaces::PathParams params);
  Task<net::ServerResponse> receive(surfaces::RouteRequest request);
  Task<Result<>> take_in(OrganizationId organization, faceit::Notification notification);
  bool too_many_failures(const std::string& address);

  // converge.cpp
  Task<jobs::Outcome> converge(jobs::Job job);
  Task<jobs::Outcome> link_changed(jobs::Job job);
  struct Presence;
  struct Step;
  Presence look_around(GuildId guild) const;
  Task<Result<std::optional<Settings>>> settings_of(OrganizationId organization);
  Task<Result<Step>> plan_and_store(OrganizationId organization, std::string match_id, Presence presence);
  MatchView view(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                 const Settings& settings, const Presence& presence, Time now) const;
  void want(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
            const MatchView& seen, const Plan& plan, Time now);
  void follow_rooms(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                    const MatchView& seen, Step& step, Time now);
  void tell_organizers(store::Transaction& tx, OrganizationId organization, std::string_view purpose,
                       Time now);
  Task<Result<bool>> ask_faceit(OrganizationId organization, MatchRecord match);

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  effects::Ledger& ledger_;
  notifications::Alerts& alerts_;
  organizations::Organizations& organizations_;
  Surroundings surroundings_;
  WebhookOptions webhook_;
  std::optional<OrganizationId> configured_;
  ActiveMatchCache cache_;
  struct Failures {
    Steady since;
    int count = 0;
  };
  std::map<std::string, Failures> failures_;
};

// What one event makes of what is known of its match: pure, table-tested. `known` is nothing for a match
// never heard of. Gives the match as it should be stored, or nothing when the event changes nothing (late, or
// about a closed match).
std::optional<MatchRecord> apply_event(std::optional<MatchRecord> known, const faceit::Notification& event,
                                       Time received);

}  // namespace matchday::match_voice
