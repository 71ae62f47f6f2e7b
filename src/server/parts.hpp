// Every part of the server, made once and joined. Read it from top to bottom: each part is made from those
// above it. Private to the application (application.hpp): wiring.cpp joins features to frames,
// discord_life.cpp follows what Discord tells, application.cpp starts and ends it all.
#pragma once
#include "base/log.hpp"
#include "effects/sweep.hpp"
#include "features/accounts/accounts.hpp"
#include "features/match_voice/match_voice.hpp"
#include "features/notifications/notifications.hpp"
#include "features/organizations/organizations.hpp"
#include "net/rate_gate.hpp"
#include "platforms/discord/application.hpp"
#include "platforms/discord/command_sync.hpp"
#include "platforms/discord/gateway.hpp"
#include "platforms/discord/sign_in.hpp"
#include "remote/discord_channel.hpp"
#include "remote/discord_member_move.hpp"
#include "remote/discord_message.hpp"
#include "remote/discord_observer.hpp"
#include "remote/discord_voice_status.hpp"
#include "server/application.hpp"
#include "server/dashboard_files.hpp"
#include "server/identify_ledger.hpp"
#include "server/leased_http_client.hpp"
#include "server/limit_memory.hpp"
#include "server/session_snapshot.hpp"
#include "surfaces/admin_api.hpp"
#include "surfaces/api_frame.hpp"
#include "surfaces/dashboard.hpp"
#include "surfaces/doctor_api.hpp"
#include "surfaces/interaction_door.hpp"
#include "surfaces/live.hpp"
#include "surfaces/ops.hpp"
#include "surfaces/pending_interactions.hpp"
#include "surfaces/personal_data.hpp"
#include "surfaces/retention.hpp"
#include "surfaces/site.hpp"
#include "surfaces/work_api.hpp"

namespace matchday::server {

inline constexpr OrganizationId whole_installation{0};
inline constexpr std::string_view sync_linked_job = "server.sync_commands";

// A key for one purpose.
Secret<std::string> derived(const Secret<std::string>& master_key, std::string_view purpose);
std::string link_base(const Config& config);

// Gateway intents (reference/discord.md §2.2): guilds and voice states. Neither is privileged.
inline constexpr std::uint64_t gateway_intents = (1U << 0) | (1U << 7);

struct Application::Parts {
  Parts(Ground g, Config c);
  void on_gateway_event(const discord::GatewayEvent& event);
  bool guild_came(const discord::GatewayEvent& event, GuildId guild) const;
  Task<void> live_on_gateway();
  Task<Result<>> register_commands(GuildId guild);
  Task<void> sync_commands(GuildId guild);
  Task<void> guild_seen(GuildId guild, bool present);
  Task<jobs::Outcome> sync_linked(jobs::Job job);
  Task<void> watch_token();
  Task<void> resume_interactions();
  Task<Result<>> set_timers();
  Task<Result<>> become_sender();
  Task<void> wait_for_the_lease();
  Task<void> wait_for_its_end();
  Task<void> watch_lease();
  void listen_for_announcements();
  void finish(Error why, bool begin_anew = false);
  // Nobody else may have taken over what this process does and stores as the sender.
  bool may_send() const { return sender && (!database.is_shared() || lease.left() > Duration(0)); }
  // It is this process's business to be connected. One of several waits for its turn.
  bool talks_to_discord() const { return !config.discord_token.empty() && (sender || !database.is_shared()); }
  remote::DiscordAccess discord_access();
  accounts::Verification verification();
  accounts::Website website();
  match_voice::Surroundings surroundings();
  std::vector<surfaces::Readiness> conditions();
  surfaces::AboutServer about();
  json::object shown_settings() const;
  Task<std::optional<surfaces::LinkPreview>> preview_of(std::string community);
  void add_features();
  void add_routes();
  void add_jobs(std::vector<surfaces::Retention> retention);
  void add_metrics();
  match_voice::Settings match_voice_settings() const;

  Ground ground;
  Config config;
  const std::string incarnation = fmt::format("{:016x}", ground.random.next());

  // Memory and work
  Metrics metrics;
  IdSource ids{ground.clock, ground.random.fork()};
  store::Database database{ground.engine};
  jobs::Queue queue{ground.executor, ids};
  jobs::Runner runner{ground.executor, ground.clock, ground.random.fork(), database, queue, metrics, {}};

  // Promises
  effects::Ledger ledger{queue, ids, derived(ground.master_key, "installation")};
  effects::Reconciler reconciler{ground.clock, database, ledger, metrics, incarnation};

  // Who sends: alone, or the one of several processes that holds the lease
  jobs::Lease lease{ground.executor, ground.clock, database, "sender", incarnation};
  LeasedHttpClient http{ground.http, database.is_shared() ? &lease : nullptr};
  OrganizationId organization;
  bool sender = false;
  bool started = false;

  // Discord
  discord::RateLimiter limiter{ground.executor, ground.clock};
  LimitMemory limits{ground.executor, ground.clock, database, limiter};
  discord::RestClient rest{http,
                           limiter,
                           ground.clock,
                           ground.random.fork(),
                           {.api_url = config.discord_api_url, .token = config.discord_token}};
  discord::GuildCache guilds;
  StoredIdentifyLedger identifies{ground.clock, database};
  discord::Gateway gateway{ground.executor,
                           ground.clock,
                           ground.random.fork(),
                           ground.websockets,
                           rest,
                           identifies,
                           {.token = config.discord_token, .intents = gateway_intents},
                           [this](const discord::GatewayEvent& event) { on_gateway_event(event); }};
  SessionSnapshot session_snapshot{ground.executor,
                                   ground.clock,
                                   database,
                                   guilds,
                                   [this] { return may_send() ? gateway.session() : std::nullopt; },
                                   fmt::format("{} {}", config.discord_token.reveal(), gateway_intents)};
  remote::DiscordObserver observer{ground.executor, ground.clock, database, queue, ledger};
  remote::DiscordChannel channels{discord_access()};
  remote::DiscordMessage messages{discord_access(), link_base(config)};
  remote::DiscordMemberMove moves{discord_access()};
  remote::DiscordVoiceStatus statuses{discord_access()};

  // FACEIT
  net::RateGate faceit_gate{ground.executor, ground.clock, {}};
  faceit::Client faceit_client{
      http,
      faceit_gate,
      ground.clock,
      {.api_url = config.faceit_api_url, .key = config.faceit_api_key, .random = ground.random.fork()}};
  faceit::Client* const faceit = config.faceit_api_key.empty() ? nullptr : &faceit_client;
  faceit::OAuthClient faceit_login{ground.http,
                                   ground.clock,
                                   {.application = {.platform = "FACEIT",
                                                    .client_id = config.faceit_client_id,
                                                    .client_secret = config.faceit_client_secret,
                                                    .redirect_uri = config.faceit_callback(),
                                                    .token_url = config.faceit_token_url},
                                    .authorize_url = config.faceit_authorize_url,
                                    .userinfo_url = config.faceit_userinfo_url,
                                    .random = ground.random.fork()}};

  // Signing in with Discord
  discord::SignIn discord_sign_in{ground.http,
                                  ground.clock,
                                  {.application = {.platform = "Discord",
                                                   .client_id = config.discord_client_id,
                                                   .client_secret = config.discord_client_secret,
                                                   .redirect_uri = config.discord_callback()},
                                   .authorize_url = config.discord_authorize_url,
                                   .api_url = config.discord_api_url,
                                   .random = ground.random.fork()}};

  // Features: this list is the product
  surfaces::PersonalData personal_data;
  organizations::Organizations organizations{ground.clock,
                                             database,
                                             queue,
                                             ids,
                                             derived(ground.master_key, "webhooks"),
                                             config.organizations_made_by,
                                             config.public_pages};
  notifications::Alerts alerts{ledger};
  notifications::Webhooks webhooks{{.clock = ground.clock,
                                    .database = database,
                                    .queue = queue,
                                    .ids = ids,
                                    .alerts = alerts,
                                    .http = ground.user_http,
                                    .key = derived(ground.master_key, "outgoing webhooks"),
                                    .random = ground.random.fork(),
                                    .allow_private = config.webhooks_allow_private}};
  accounts::Accounts accounts{ground.clock, database, queue, faceit, website(), verification()};
  match_voice::MatchVoice match_voice{
      ground.executor,
      ground.clock,
      database,
      queue,
      ledger,
      alerts,
      webhooks,
      organizations,
      surroundings(),
      {.secret_header = config.webhook_header,
       .allow_unsigned = config.allow_unsigned_webhooks,
       .address = config.public_url.empty() ? "" : config.public_url + "/faceit-webhook"}};
  const std::vector<surfaces::Feature> features{organizations.feature(), notifications::feature(webhooks),
                                                accounts.feature(), match_voice.feature()};

  // Surfaces
  surfaces::PendingInteractions pending{ground.clock, database, derived(ground.master_key, "interactions")};
  surfaces::CommandRouter commands{ground.executor, ground.clock, rest, organizations, metrics, &pending};
  surfaces::Router router{metrics};
  surfaces::ApiFrame api{ground.clock, accounts.authenticator(), organizations, metrics};
  surfaces::Live live{ground.executor, ground.clock};
  surfaces::WorkApi work{database, queue, ids};
  surfaces::DoctorApi doctor{ground.clock, features};
  surfaces::AdminApi admin{ground.clock, database, about()};
  effects::Sweep sweep;

  bool commands_registered = false;
  bool syncing_commands = false;
  std::optional<End> ending;
  Signal ended{ground.executor};
  std::shared_ptr<bool> alive = std::make_shared<bool>(true);
  TaskGroup group{ground.executor, [](const std::string& name, const std::exception_ptr& error) {
                    log::error("A part of the server ended", {{"part", name}, {"error", describe(error)}});
                  }};
};

}  // namespace matchday::server
