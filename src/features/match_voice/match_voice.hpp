// The facade of match voice. The only header of this slice that others may include.
#pragma once
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "effects/ledger.hpp"
#include "features/match_voice/active_match_cache.hpp"
#include "features/match_voice/examiner.hpp"
#include "features/match_voice/faceit_commands.hpp"
#include "features/match_voice/life.hpp"
#include "features/match_voice/match_commands.hpp"
#include "features/match_voice/matches_api.hpp"
#include "features/match_voice/resources.hpp"
#include "features/match_voice/settings_api.hpp"
#include "features/match_voice/store.hpp"
#include "features/notifications/notifications.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/gateway_machine.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "platforms/faceit/client.hpp"
#include "platforms/faceit/webhook.hpp"
#include "surfaces/feature.hpp"

namespace matchday::match_voice {

// What the process has of Discord and FACEIT.
struct Surroundings {
  const discord::GuildCache& guilds;
  std::function<bool()> connected;              // gateway events flow
  std::function<std::optional<UserId>()> self;  // the bot
  IdSource& ids;
  faceit::Client* faceit = nullptr;  // null: no key; the webhook's roster is all there is
  bool public_pages = true;
};

struct WebhookOptions {
  std::string secret_header = "X-Faceit-Signature";
  // A request without any secret is taken as the configured organization's. The operator's explicit choice.
  bool allow_unsigned = false;
  std::string address = {};  // where FACEIT reaches us; empty: nobody outside can
};

// What the bot needs in a Discord server for match voice, and nothing else.
discord::Permissions needed_permissions();

// Its name as a part that can be switched off.
inline constexpr std::string_view module_name = "match_voice";

class MatchVoice {
 public:
  // Lifetime: everything passed in outlives the feature's routes and jobs.
  MatchVoice(Executor executor, Clock& clock, store::Database& database, jobs::Queue& queue,
             effects::Ledger& ledger, notifications::Alerts& alerts, notifications::Webhooks& webhooks,
             organizations::Organizations& organizations, Surroundings surroundings, WebhookOptions webhook);

  surfaces::Feature feature();

  // Stores the settings of the organization that the configuration made: what was changed in it since the
  // last start overrules what people set by command. Looks at its unfinished matches again.
  Task<Result<>> configure(OrganizationId organization, Settings settings);

  // Cache, then database, then the cache is brought up to date.
  Task<Result<std::optional<ChannelId>>> voice_channel_of(OrganizationId organization, std::string match_id);

  // Everything that is known of a match now, as its plan sees it; nothing for one never heard of, or where
  // match voice was never set up.
  Task<Result<std::optional<MatchView>>> look(OrganizationId organization, std::string match_id);

  // Takes every gateway event, after the cache has: somebody who plays now came, went or changed channels. A
  // hint: what is lost is seen at the next look.
  void on_gateway_event(const discord::GatewayEvent& event);

  // Stops noting hints.
  Task<void> drain();

  const ActiveMatchCache& cache() const { return cache_; }

 private:
  // inbound.cpp
  Task<Result<OrganizationId>> sender_of(net::RequestHead head, surfaces::PathParams params);
  Task<std::optional<net::ServerResponse>> admit(net::RequestHead head, surfaces::PathParams params);
  Task<net::ServerResponse> receive(surfaces::RouteRequest request);
  // Why the match is not this community's business; empty: it is.
  Task<Result<std::string>> take_in(OrganizationId organization, faceit::Notification notification);
  std::string refuses_new(store::Transaction& tx, OrganizationId organization, Time now);
  bool too_many_failures(const std::string& address);

  // converge.cpp
  Task<jobs::Outcome> converge(jobs::Job job);
  struct Presence;
  struct Step;
  Presence look_around(const Settings& settings) const;
  Task<Result<std::optional<Settings>>> settings_of(OrganizationId organization);
  Task<Result<Step>> plan_and_store(OrganizationId organization, std::string match_id, Presence presence);
  void want(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
            const MatchView& seen, const Plan& plan, Time now);
  void want_rooms(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                  const MatchView& seen, const Plan& plan, Time now);
  void want_people_moved(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                         const MatchView& seen, const Plan& plan, Time now);
  void want_shown(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                  const MatchView& seen, const Plan& plan, Time now);
  void want_category(store::Transaction& tx, OrganizationId organization, const MatchView& seen, int number,
                     Time now);
  void drop_empty_categories(store::Transaction& tx, OrganizationId organization, const Presence& presence,
                             Time now);
  void follow_rooms(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                    const MatchView& seen, Step& step, Time now);
  void tell_organizers(store::Transaction& tx, OrganizationId organization, std::string_view purpose,
                       Time now);
  void warn_of_settings(store::Transaction& tx, OrganizationId organization, const Settings& settings,
                        const Presence& presence, Time now);

  // view.cpp
  MatchView view(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                 const Settings& settings, const Presence& presence, Time now) const;
  std::vector<Category> categories(store::Transaction& tx, OrganizationId organization,
                                   const Settings& settings, const Presence& presence) const;

  // truth.cpp
  Task<jobs::Outcome> refresh(jobs::Job job);
  Task<jobs::Outcome> poll(jobs::Job job);
  Task<jobs::Outcome> set_up(jobs::Job job);
  Task<Result<>> poll_competition(OrganizationId organization, faceit::CompetitionKind kind, std::string id,
                                  faceit::MatchFilter filter);
  Task<Result<>> take_truth(OrganizationId organization, faceit::Match truth);
  void store_truth(store::Transaction& tx, OrganizationId organization, const Settings& settings,
                   const faceit::Match& truth, Time now);
  Task<Result<>> look_after(OrganizationId organization);
  Task<Result<>> faceit_trouble(OrganizationId organization, std::optional<std::string> trouble);

  // presence.cpp
  Task<jobs::Outcome> link_changed(jobs::Job job);
  void watch(OrganizationId organization, const MatchView& seen);
  void unwatch(OrganizationId organization, const std::string& match_id);
  Task<void> note_hints();

  using MatchKey = std::pair<OrganizationId, std::string>;

  Clock& clock_;
  store::Database& database_;
  jobs::Queue& queue_;
  effects::Ledger& ledger_;
  notifications::Alerts& alerts_;
  notifications::Webhooks& webhooks_;
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
  std::map<OrganizationId, std::optional<std::string>> faceit_trouble_;  // what was told last
  std::map<std::pair<GuildId, UserId>, std::set<MatchKey>> playing_;     // whose coming and going matters
  std::map<MatchKey, std::set<std::pair<GuildId, UserId>>> watched_;     // the same by match
  std::set<MatchKey> hints_;                                             // not noted yet
  bool noting_ = false;
  TaskGroup group_;
  Examiner examiner_;
  MatchCommands match_commands_;
  FaceitCommands faceit_commands_;
  MatchesApi matches_api_;
  SettingsApi settings_api_;
};

}  // namespace matchday::match_voice
