// See application.hpp. Read Parts from top to bottom: each part is made from those above it.
#include "server/application.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "effects/sweep.hpp"
#include "embedded/matchday_server_schema.hpp"
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
#include "server/dashboard_files.hpp"
#include "server/identify_ledger.hpp"
#include "server/leased_http_client.hpp"
#include "server/limit_memory.hpp"
#include "server/session_snapshot.hpp"
#include "surfaces/api_frame.hpp"
#include "surfaces/dashboard.hpp"
#include "surfaces/interaction_door.hpp"
#include "surfaces/ops.hpp"
#include "surfaces/pending_interactions.hpp"
#include "surfaces/retention.hpp"

namespace matchday::server {
namespace {

// Gateway intents (reference/discord.md §2.2): guilds and voice states. Neither is privileged.
constexpr std::uint64_t gateway_intents = (1U << 0) | (1U << 7);
constexpr OrganizationId whole_installation{0};
constexpr std::string_view sync_linked_job = "server.sync_commands";

Secret<std::string> derived(const Secret<std::string>& master_key, std::string_view purpose) {
  return Secret<std::string>(crypto::derive_key(master_key.reveal(), purpose, 32));
}

std::string link_base(const Config& config) {
  // The marker needs a URL even where nobody can reach us; .invalid never resolves (RFC 2606).
  return (config.public_url.empty() ? "https://matchday.invalid" : config.public_url) + "/r/";
}

}  // namespace

struct Application::Parts {
  Parts(Ground g, Config c);
  void on_gateway_event(const discord::GatewayEvent& event);
  bool guild_came(const discord::GatewayEvent& event, GuildId guild) const;
  Task<void> live_on_gateway();
  Task<Result<>> register_commands(GuildId guild);
  Task<void> sync_commands(GuildId guild);
  Task<void> sync_if_linked(GuildId guild);
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
                                             config.organizations_made_by};
  notifications::Alerts alerts{ledger};
  accounts::Accounts accounts{ground.clock, database, queue, faceit, website(), verification()};
  match_voice::MatchVoice match_voice{
      ground.executor,
      ground.clock,
      database,
      queue,
      ledger,
      alerts,
      organizations,
      surroundings(),
      {.secret_header = config.webhook_header, .allow_unsigned = config.allow_unsigned_webhooks}};
  const std::vector<surfaces::Feature> features{organizations.feature(), notifications::feature(),
                                                accounts.feature(), match_voice.feature()};

  // Surfaces
  surfaces::PendingInteractions pending{ground.clock, database, derived(ground.master_key, "interactions")};
  surfaces::CommandRouter commands{ground.executor, ground.clock, rest, organizations, metrics, &pending};
  surfaces::Router router{metrics};
  surfaces::ApiFrame api{ground.clock, accounts.authenticator(), organizations, metrics};
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

Application::Parts::Parts(Ground g, Config c)
    : ground(std::move(g)),
      config(std::move(c)),
      sweep(ground.clock, database, ledger, reconciler, metrics,
            [this](const std::string& kind) -> Task<Result<std::vector<std::string>>> {
              return [](organizations::Organizations& known,
                        bool in_guilds) -> Task<Result<std::vector<std::string>>> {
                std::vector<std::string> out;
                if (!in_guilds) co_return out;
                auto listed = co_await known.guilds();
                if (!listed) co_return std::unexpected(listed.error());
                for (const auto guild : *listed) out.push_back(guild.text());
                co_return out;
              }(organizations, kind == remote::DiscordChannel::kind_name);
            }) {
  for (effects::Kind* kind : std::initializer_list<effects::Kind*>{&channels, &messages, &moves, &statuses})
    reconciler.add(*kind);
  std::vector<surfaces::Retention> retention{
      {.table = "resources",
       .time_column = "updated_at_ms",
       .kept = std::chrono::days(30),
       .condition = "state in ('gone', 'expired')"},
      {.table = "resource_events", .time_column = "at_ms", .kept = std::chrono::days(30)},
      {.table = "interactions", .time_column = "expires_at_ms", .kept = std::chrono::days(1)},
      {.table = "audit_log", .time_column = "at_ms", .kept = std::chrono::days(400)},
      {.table = "idempotency_keys", .time_column = "at_ms", .kept = std::chrono::days(1)}};
  for (const auto& feature : features) {
    personal_data.add(feature);
    for (const auto& command : feature.commands) commands.add(command);
    for (const auto& component : feature.components) commands.add(component);
    if (config.roles.web) {
      for (const auto& route : feature.routes) router.add(route);
      for (const auto& route : feature.api) router.add(api.to_route(route));
    }
    // They look at what the gateway tells, or send.
    for (const auto& [kind, handler] : feature.jobs) runner.handle(kind, handler, jobs::Place::sender);
    for (const auto& [topic, kind] : feature.topics) queue.subscribe(topic, kind);
    std::ranges::copy(feature.retention, std::back_inserter(retention));
  }
  runner.handle(
      std::string(effects::converge_job),
      [this](jobs::Job job) { return reconciler.converge(std::move(job)); }, jobs::Place::sender);
  runner.handle(
      std::string(sync_linked_job), [this](jobs::Job job) { return sync_linked(std::move(job)); },
      jobs::Place::sender);
  queue.subscribe(std::string(organizations::server_linked_topic), std::string(sync_linked_job));
  runner.handle(
      std::string(effects::sweep_job), [this](jobs::Job job) { return sweep.run(std::move(job)); },
      jobs::Place::sender);
  runner.handle(std::string(surfaces::retention_job), [this, retention](const jobs::Job&) {
    return surfaces::apply_retention(ground.clock, database, retention);
  });
  if (config.roles.web) {
    for (auto& route : surfaces::dashboard_routes(dashboard_files())) router.add(std::move(route));
  }
  for (auto& route : surfaces::ops_routes(
           metrics,
           {{.name = "start", .ready = [this] { return started; }, .reason = "still starting"},
            {.name = "discord",
             .ready = [this] { return !talks_to_discord() || gateway.connected(); },
             .reason = "not connected to Discord's gateway"},
            {.name = "server",
             .ready = [this] { return !talks_to_discord() || guilds.find(*config.guild) != nullptr; },
             .reason = "the bot is not in the configured Discord server: invite it"},
            {.name = "commands",
             .ready = [this] { return !talks_to_discord() || commands_registered; },
             .reason = "slash commands are not registered yet"}})) {
    router.add(std::move(route));
  }
  // With several processes Discord would have to find the one that holds the lease: interactions then come
  // over the gateway alone (docs/decisions/0011-one-sender.md).
  if (const auto key = crypto::from_hex(config.discord_public_key);
      key && !key->empty() && !database.is_shared())
    router.add(surfaces::interaction_route(ground.clock, commands, metrics, *key));
  metrics.gauge("matchday_sender", "1 in the process that talks with the platforms",
                [this] { return sender ? 1 : 0; });
  metrics.gauge("matchday_discord_connected", "1 while gateway events flow",
                [this] { return gateway.connected() ? 1 : 0; });
  metrics.gauge("matchday_jobs_running", "Jobs that run now",
                [this] { return static_cast<double>(runner.running()); });
  metrics.gauge("matchday_discord_requests", "REST requests sent to Discord",
                [this] { return static_cast<double>(limiter.stats().requests); });
  metrics.gauge("matchday_discord_rate_limited", "Answers 429 from Discord", [this] {
    const auto stats = limiter.stats();
    return static_cast<double>(stats.limited_user + stats.limited_shared + stats.limited_global +
                               stats.limited_by_edge);
  });
}

remote::DiscordAccess Application::Parts::discord_access() {
  return {.rest = rest,
          .guilds = guilds,
          .clock = ground.clock,
          .connected = [this] { return gateway.connected(); },
          .self = [this] { return gateway.self(); }};
}

accounts::Verification Application::Parts::verification() {
  const bool wanted = !config.faceit_client_id.empty() || !config.faceit_client_secret.empty();
  return {.client = wanted ? &faceit_login : nullptr, .key = derived(ground.master_key, "faceit login")};
}

accounts::Website Application::Parts::website() {
  return {.organizations = organizations,
          .ids = ids,
          .personal_data = personal_data,
          .discord = &discord_sign_in,
          .key = derived(ground.master_key, "sessions"),
          .secure = config.secure(),
          .operators = config.operators,
          .bot_permissions = match_voice::needed_permissions()};
}

match_voice::Surroundings Application::Parts::surroundings() {
  return {.guilds = guilds,
          .connected = [this] { return gateway.connected(); },
          .self = [this] { return gateway.self(); },
          .ids = ids,
          .faceit = faceit};
}

match_voice::Settings Application::Parts::match_voice_settings() const {
  auto settings = config.match_voice;
  settings.guild = config.guild.value_or(GuildId{});
  return settings;
}

void Application::Parts::on_gateway_event(const discord::GatewayEvent& event) {
  session_snapshot.saw(event);
  guilds.apply(event.type, event.data);
  observer.on_event(event, session_snapshot.begin(event));
  match_voice.on_gateway_event(event);
  if (event.type == "INTERACTION_CREATE") commands.on_interaction(event.data, session_snapshot.begin(event));
  if (config.guild && guild_came(event, *config.guild)) {
    syncing_commands = true;
    group.spawn("command sync", sync_commands(*config.guild));
  }
  const auto guild = event.type == "GUILD_CREATE" ? Fields(event.data).id<GuildId>("id") : std::nullopt;
  if (guild && guild != config.guild) group.spawn("command sync", sync_if_linked(*guild));
}

// A resumed session does not tell again of the guilds that it has; a replay may tell more than once.
bool Application::Parts::guild_came(const discord::GatewayEvent& event, GuildId guild) const {
  if (syncing_commands) return false;
  if (event.type == "RESUMED") return !commands_registered && guilds.find(guild) != nullptr;
  return event.type == "GUILD_CREATE" && Fields(event.data).id<GuildId>("id") == guild;
}

Task<void> Application::Parts::live_on_gateway() {
  auto known = co_await session_snapshot.load();
  auto stopped = co_await gateway.run(std::move(known));
  if (stopped) co_return;
  finish(stopped.error());
}

void Application::Parts::finish(Error why, bool begin_anew) {
  ending = End{.why = std::move(why), .begin_anew = begin_anew};
  ended.notify_all();
}

// A 401 stops every request, because a loop of them gets the address banned. One may be a hiccup: ask again
// who we are. If Discord still does not know the token, only a human can help.
Task<void> Application::Parts::watch_token() {
  constexpr Duration look_every = 5s;
  for (;;) {
    co_await ground.clock.sleep(look_every);
    if (!limiter.stats().unauthorized) continue;
    limiter.forget_unauthorized();
    auto user = co_await rest.call(discord::get_current_user(), 30s);
    if (user || user.error().kind != ErrorKind::unauthorized) continue;
    finish(Error{
        .kind = ErrorKind::unauthorized,
        .message = "Discord does not accept the bot's token any more. Set the new one as DISCORD_TOKEN."});
    co_return;
  }
}

// What an earlier process left unanswered. Handlers look into the guild cache, so it is given a moment to
// fill; the people wait already, so no more than that.
Task<void> Application::Parts::resume_interactions() {
  constexpr Duration look_every = 100ms;
  const auto latest = ground.clock.steady() + 10s;
  while (!guilds.find(*config.guild) && ground.clock.steady() < latest)
    co_await ground.clock.sleep(look_every);
  for (;;) {
    auto resumed = co_await commands.resume_unanswered();
    if (resumed) co_return;
    log::warning("Unanswered interactions cannot be read yet", {{"error", resumed.error().describe()}});
    co_await ground.clock.sleep(1s);
  }
}

Task<Result<>> Application::Parts::register_commands(GuildId guild) {
  auto synced = co_await discord::sync_commands(rest, *gateway.application(), guild, commands.definitions());
  if (!synced) {
    log::warning("Slash commands could not be registered",
                 {{"guild", guild}, {"error", synced.error().describe()}});
    co_return std::unexpected(synced.error());
  }
  log::info("Slash commands are in place", {{"commands", synced->commands}, {"changed", synced->changed}});
  co_return Result<>{};
}

Task<void> Application::Parts::sync_commands(GuildId guild) {
  const auto done = co_await register_commands(guild);
  syncing_commands = false;
  if (done) commands_registered = true;
}

// A Discord server that an organizer connected, which is not the configured one.
Task<void> Application::Parts::sync_if_linked(GuildId guild) {
  const auto owner = co_await organizations.organization_of(guild);
  if (owner && *owner && gateway.application()) (void)co_await register_commands(guild);
}

// One was connected just now. If the bot comes later, GUILD_CREATE tells.
Task<jobs::Outcome> Application::Parts::sync_linked(jobs::Job job) {
  const auto guild = GuildId::parse(job.subject);
  if (!guild || !talks_to_discord() || !guilds.find(*guild) || !gateway.application()) co_return jobs::Done{};
  const auto done = co_await register_commands(*guild);
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

Task<Result<>> Application::Parts::set_timers() {
  co_return co_await database.transact(
      [first = ground.clock.now() + 5min](store::Transaction& tx) -> Result<> {
        const auto every = [&](std::string_view kind, Duration interval) {
          jobs::set_timer(tx, {.organization = whole_installation,
                               .kind = std::string(kind),
                               .subject = "all",
                               .interval = interval,
                               .first_run = first});
        };
        every(effects::sweep_job, effects::SweepOptions{}.every);
        every(surfaces::retention_job, 24h);
        return {};
      });
}

Application::Application(Ground ground, Config config)
    : parts_(std::make_unique<Parts>(std::move(ground), std::move(config))) {}
Application::~Application() = default;

std::vector<store::Migration> Application::migrations() const {
  auto all = jobs::migrations();
  std::ranges::move(effects::migrations(), std::back_inserter(all));
  std::ranges::move(store::migrations_of("server", embedded::matchday_server_schema),
                    std::back_inserter(all));
  std::ranges::move(surfaces::migrations(), std::back_inserter(all));
  for (const auto& feature : parts_->features) std::ranges::copy(feature.migrations, std::back_inserter(all));
  return all;
}

// From here on this process talks with the platforms: it takes up what an earlier one left.
Task<Result<>> Application::Parts::become_sender() {
  auto done = co_await match_voice.configure(organization, match_voice_settings());
  if (done) done = co_await reconciler.recover();
  if (done) done = co_await limits.load();
  if (!done) co_return done;
  sender = true;
  if (config.discord_token.empty()) co_return done;
  group.spawn("limit memory", limits.run());
  group.spawn("gateway", live_on_gateway());
  group.spawn("session snapshot", session_snapshot.run());
  group.spawn("token watch", watch_token());
  group.spawn("unanswered interactions", resume_interactions());
  co_return done;
}

Task<void> Application::Parts::wait_for_the_lease() {
  constexpr Duration again_after = 1s;
  co_await lease.held();
  for (;;) {
    auto begun = co_await become_sender();
    if (begun) break;
    log::warning("What an earlier process left cannot be taken up yet",
                 {{"error", begun.error().describe()}});
    co_await ground.clock.sleep(again_after);
  }
  runner.take_senders_jobs(lease);
}

Task<void> Application::Parts::wait_for_its_end() {
  co_await lease.hold_until_deposed();
  finish(Error{.kind = ErrorKind::conflict, .message = "Another process may talk with the platforms now."},
         true);
}

// The renewal that would tell may itself wait for a database that does not answer; by then another process
// has begun, and both would fight for Discord's session.
Task<void> Application::Parts::watch_lease() {
  constexpr Duration look_every = 100ms;
  co_await lease.held();
  while (lease.left() > Duration(0)) co_await ground.clock.sleep(look_every);
  finish(Error{.kind = ErrorKind::conflict, .message = "Another process may talk with the platforms now."},
         true);
}

void Application::Parts::listen_for_announcements() {
  // Called on a thread of the engine's, which outlives us.
  ground.engine.on_announcement([executor = ground.executor, weak = std::weak_ptr(alive), this] {
    boost::asio::post(executor, [weak, this] {
      if (weak.lock()) queue.wake_runner();
    });
  });
}

Task<Result<>> Application::start() {
  auto& parts = *parts_;
  auto organization = co_await parts.organizations.ensure({.name = parts.config.organization_name,
                                                           .guild = parts.config.guild,
                                                           .alert_channel = parts.config.alert_channel,
                                                           .webhook_secret = parts.config.webhook_secret});
  if (!organization) co_return std::unexpected(organization.error());
  parts.organization = *organization;
  const bool alone = !parts.database.is_shared();
  auto done = co_await parts.set_timers();
  if (done && alone) done = co_await parts.become_sender();
  if (!done) co_return done;
  const auto& roles = parts.config.roles;
  if (!roles.worker) parts.runner.leave_the_others();
  if (roles.worker || roles.gateway) {
    parts.listen_for_announcements();
    parts.group.spawn("job runner", parts.runner.run(parts.incarnation, alone, alone));
  }
  if (!alone && roles.gateway) {
    parts.group.spawn("sender", parts.wait_for_the_lease());
    parts.group.spawn("sender's lease", parts.wait_for_its_end());
    parts.group.spawn("its time", parts.watch_lease());
  }
  parts.started = true;
  co_return Result<>{};
}

Task<End> Application::end() {
  while (!parts_->ending) co_await parts_->ended.wait();
  co_return *parts_->ending;
}

Task<void> Application::drain(Duration patience) {
  auto& parts = *parts_;
  parts.group.cancel_all();
  co_await parts.group.join();
  co_await parts.commands.drain(patience);
  co_await parts.runner.drain(patience);
  co_await parts.match_voice.drain();
  co_await parts.observer.drain(patience);
  co_await parts.session_snapshot.save_at_end();
  if (parts.may_send()) co_await parts.limits.save_at_end();
  if (parts.database.is_shared()) co_await parts.lease.release();
}

net::HttpHandler& Application::handler() {
  return parts_->router;
}

bool Application::ready() const {
  return parts_->started &&
         (!parts_->talks_to_discord() || (parts_->gateway.connected() && parts_->commands_registered));
}

}  // namespace matchday::server
