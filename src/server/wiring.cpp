// How the parts are joined: features to commands, routes, jobs and topics, and what the server tells of
// itself. See parts.hpp.
#include <fmt/format.h>

#include "base/crypto.hpp"
#include "effects/sweep.hpp"
#include "server/parts.hpp"

namespace matchday::server {

Secret<std::string> derived(const Secret<std::string>& master_key, std::string_view purpose) {
  return Secret<std::string>(crypto::derive_key(master_key.reveal(), purpose, 32));
}

std::string link_base(const Config& config) {
  // The marker needs a URL even where nobody can reach us; .invalid never resolves (RFC 2606).
  return (config.public_url.empty() ? "https://matchday.invalid" : config.public_url) + "/r/";
}

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
  organizations.use_discord({.rest = &rest, .guilds = &guilds, .dashboard = config.public_url});
  organizations.know(features);
  queue.on_change([this](OrganizationId whose, std::string_view kind) {
    live.changed(whose, kind.substr(0, kind.find('.')));
  });
  api.on_change([this](OrganizationId whose) { live.changed(whose, "api"); });
  add_features();
  if (config.roles.web) add_routes();
  add_metrics();
}

void Application::Parts::add_features() {
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
    for (auto command : feature.commands) {
      if (feature.module) command.module = feature.module->name;
      commands.add(std::move(command));
    }
    for (const auto& component : feature.components) commands.add(component);
    // They look at what the gateway tells, or send.
    for (const auto& [kind, handler] : feature.jobs) runner.handle(kind, handler, jobs::Place::sender);
    for (const auto& [kind, handler] : feature.jobs_anywhere) runner.handle(kind, handler);
    for (const auto& [topic, kind] : feature.topics) queue.subscribe(topic, kind);
    std::ranges::copy(feature.retention, std::back_inserter(retention));
  }
  add_jobs(std::move(retention));
}

void Application::Parts::add_jobs(std::vector<surfaces::Retention> retention) {
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
}

void Application::Parts::add_routes() {
  const auto add_all = [&](std::vector<surfaces::ApiRoute> routes) {
    for (auto& route : routes) router.add(api.to_route(std::move(route)));
  };
  for (const auto& feature : features) {
    for (const auto& route : feature.routes) router.add(route);
    add_all(feature.api);
  }
  const surfaces::SiteOptions site{.privacy = config.privacy,
                                   .terms = config.terms,
                                   .public_pages = config.public_pages,
                                   .sign_in = discord_sign_in.configured()};
  for (auto& route : surfaces::site_routes(site)) router.add(std::move(route));
  add_all(surfaces::site_api(site));
  add_all(live.routes());
  add_all(work.routes());
  add_all(doctor.routes());
  add_all(admin.routes());
  router.add(surfaces::document_route("/api/openapi.yaml", api_document()));
  for (auto& route : surfaces::dashboard_routes(
           dashboard_files(), [this](std::string community) { return preview_of(std::move(community)); }))
    router.add(std::move(route));
}

std::vector<surfaces::Readiness> Application::Parts::conditions() {
  return {{.name = "start", .ready = [this] { return started; }, .reason = "still starting"},
          {.name = "discord",
           .ready = [this] { return !talks_to_discord() || gateway.connected(); },
           .reason = "not connected to Discord's gateway"},
          {.name = "server",
           .ready = [this] { return !talks_to_discord() || guilds.find(*config.guild) != nullptr; },
           .reason = "the bot is not in the configured Discord server: invite it"},
          {.name = "commands",
           .ready = [this] { return !talks_to_discord() || commands_registered; },
           .reason = "slash commands are not registered yet"}};
}

surfaces::AboutServer Application::Parts::about() {
  return {.version = MATCHDAY_VERSION,
          .database = database.is_shared() ? "PostgreSQL" : "SQLite",
          .started = ground.clock.now(),
          .conditions = conditions(),
          .settings = [this] { return shown_settings(); },
          .metrics = &metrics};
}

// What helps whoever helps an operator. Secrets only as "set".
json::object Application::Parts::shown_settings() const {
  return {{"public_url", config.public_url},
          {"roles",
           {{"gateway", config.roles.gateway}, {"web", config.roles.web}, {"worker", config.roles.worker}}},
          {"operators", config.operators.size()},
          {"public_pages", config.public_pages},
          {"trusted_proxies", config.trusted_proxies.size()},
          {"discord_token", !config.discord_token.empty()},
          {"discord_sign_in", discord_sign_in.configured()},
          {"discord_public_key", !config.discord_public_key.empty()},
          {"faceit_api_key", !config.faceit_api_key.empty()},
          {"faceit_webhook_secret", !config.webhook_secret.empty()},
          {"faceit_login", faceit_login.configured()}};
}

Task<std::optional<surfaces::LinkPreview>> Application::Parts::preview_of(std::string community) {
  if (!config.public_pages) co_return std::nullopt;
  auto known = co_await database.read([community](store::Transaction& tx) {
    return organizations::Organizations::find_public(tx, community);
  });
  if (!known) co_return std::nullopt;
  co_return surfaces::LinkPreview{
      .title = known->name,
      .description = known->description.empty() ? "Matches that are going on now." : known->description};
}

void Application::Parts::add_metrics() {
  for (auto& route : surfaces::ops_routes(metrics, conditions())) router.add(std::move(route));
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
  metrics.gauge("matchday_live_streams", "Pages that listen for changes",
                [this] { return static_cast<double>(live.streams()); });
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
          .faceit = faceit,
          .public_pages = config.public_pages};
}

match_voice::Settings Application::Parts::match_voice_settings() const {
  auto settings = config.match_voice;
  settings.guild = config.guild.value_or(GuildId{});
  return settings;
}

}  // namespace matchday::server
