// `matchday sandbox`: the simulated platforms alone. `matchday demo`: them and a server that works against
// them, in one process, with ten players who link their accounts by themselves.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "base/log.hpp"
#include "sandbox/front/sandbox_server.hpp"
#include "sandbox/front/worlds.hpp"
#include "server/program/commands.hpp"
#include "server/program/live_server.hpp"
#include "server/program/run_until_signal.hpp"

namespace matchday::server {
namespace {

constexpr std::string_view faceit_callback_path = "/faceit/callback";

sandbox::SandboxOptions to_options(const SandboxCommand& command) {
  return {.address = command.address,
          .port = command.port,
          .seed = command.seed,
          .exchange_log = command.exchange_log};
}

// Servers in which nothing happens, as a bot in many communities has them.
void add_guilds(sandbox::SandboxServer& sandbox, std::uint32_t count) {
  constexpr int channels_each = 30;
  constexpr int roles_each = 15;
  auto& discord = sandbox.worlds().discord;
  for (std::uint32_t i = 0; i < count; ++i) {
    const auto guild = discord.add_guild(fmt::format("Community {}", i), sandbox.demo().organizer,
                                         sandbox::needed_bot_permissions());
    for (int n = 0; n < channels_each; ++n)
      discord.add_channel(guild, {.name = fmt::format("channel-{}", n)});
    for (int n = 0; n < roles_each; ++n) discord.add_role(guild, {.name = fmt::format("role-{}", n)});
  }
}

Task<int> sandbox_until_end(Loop loop, SandboxCommand command) {
  sandbox::SandboxServer sandbox(loop.executor, loop.clock, to_options(command));
  if (auto started = sandbox.start(); !started) {
    fmt::print(stderr, "The sandbox cannot start. {}\n", started.error().message);
    co_return 1;
  }
  add_guilds(sandbox, command.further_guilds);
  fmt::print("listening http://{}:{}\n", command.address, sandbox.port());
  std::fflush(stdout);
  co_await loop.until_asked_to_end();
  co_await sandbox.drain();
  co_return 0;
}

// The configuration that a self-hoster would write, with the ready-made world's credentials.
Config for_sandbox(Config config, const sandbox::DemoWorld& world, const std::string& sandbox_url) {
  config.organization_name = "Nordlys Community";
  config.listen_address = "127.0.0.1";
  // One for each sandbox: two demos at once must not empty each other's.
  config.data_dir = fmt::format("var/demo-{}", sandbox_url.substr(sandbox_url.rfind(':') + 1));
  config.database_url = {};
  config.roles = {};
  config.discord_token = Secret<std::string>(world.bot_token);
  config.discord_api_url = sandbox_url + "/discord/api/v10";
  config.discord_client_id = world.application.text();
  config.discord_client_secret = Secret<std::string>(world.discord_client_secret);
  config.discord_authorize_url = sandbox_url + "/discord/oauth2/authorize";
  config.public_url = fmt::format("http://127.0.0.1:{}", config.listen_port);
  config.operators = {world.organizer};
  config.organizations_made_by = organizations::Creation::requests;
  config.guild = world.guild;
  config.alert_channel = world.match_alerts;
  config.faceit_api_key = Secret<std::string>(world.faceit_api_key);
  config.faceit_api_url = sandbox_url + "/faceit/data/v4";
  config.faceit_client_id = world.faceit_client_id;
  config.faceit_client_secret = Secret<std::string>(world.faceit_client_secret);
  config.faceit_redirect_uri = fmt::format("http://127.0.0.1:{}{}", config.listen_port, faceit_callback_path);
  config.faceit_authorize_url = sandbox_url + "/faceit/accounts";
  config.faceit_token_url = sandbox_url + "/faceit/auth/v1/oauth/token";
  config.faceit_userinfo_url = sandbox_url + "/faceit/auth/v1/resources/userinfo";
  config.osu_url = sandbox_url + "/osu";
  config.osu_client_id = world.osu_client_id;
  config.osu_client_secret = Secret<std::string>(world.osu_client_secret);
  config.webhook_secret = Secret<std::string>(world.webhook_secret);
  config.webhook_header = world.webhook_header;
  auto& voice = config.match_voice;
  voice.category = world.matches;
  voice.lobby = world.lobby;
  voice.teams = match_voice::Teams::both;
  voice.card_channel = world.match_cards;
  voice.grace = 0s;
  voice.following.hubs = {world.hub_id};  // listed once a minute: no webhook is needed for a match
  return config;
}

// Every player of the ready-made world types /register, as soon as the command is there.
Task<void> link_players(LiveServer* live, Clock& clock, std::string sandbox_url) {
  while (!live->application().ready()) co_await clock.sleep(100ms);
  net::HttpRequest request{.method = "POST", .url = sandbox_url + "/control/demo/register-all", .body = "{}"};
  request.headers.set("Content-Type", "application/json");
  auto answer = co_await live->http().send(std::move(request));
  if (!answer || answer->status >= 300) log::warning("The demo's players could not be linked");
}

Task<int> demo_until_end(Loop loop, Config config, SandboxCommand command) {
  sandbox::SandboxServer sandbox(loop.executor, loop.clock, to_options(command));
  if (auto started = sandbox.start(); !started) {
    fmt::print(stderr, "The demo cannot start. {}. Try --sandbox-port 0.\n", started.error().message);
    co_return 1;
  }
  const auto sandbox_url = fmt::format("http://127.0.0.1:{}", sandbox.port());
  add_guilds(sandbox, command.further_guilds);
  config = for_sandbox(std::move(config), sandbox.demo(), sandbox_url);
  // The simulated server is new at each start; remembering the last one's channels would only confuse.
  std::error_code ignored;
  std::filesystem::remove_all(config.data_dir, ignored);
  auto live = LiveServer::open(loop.executor, loop.clock, config);
  Result<> started = live ? Result<>{} : std::unexpected(live.error());
  if (started) started = co_await (*live)->start();
  if (!started) {
    fmt::print(stderr, "The demo cannot start. {}\n", started.error().message);
    if (live) co_await (*live)->drain(0ms);
    co_await sandbox.drain();
    co_return 1;
  }
  sandbox.worlds().faceit.webhooks().set_target({.url = (*live)->address() + "/faceit-webhook",
                                                 .header = config.webhook_header,
                                                 .secret = config.webhook_secret.reveal()});
  // Saved at the simulated platforms only now: until here a free port was not known.
  sandbox.worlds().discord.rules().redirect_uris = {(*live)->address() + "/auth/callback"};
  sandbox.worlds().faceit.oauth().application().redirect_uri =
      (*live)->address() + std::string(faceit_callback_path);
  TaskGroup group(loop.executor, [](const std::string& name, const std::exception_ptr& error) {
    log::warning("A part of the demo ended", {{"part", name}, {"error", describe(error)}});
  });
  group.spawn("link players", link_players(live->get(), loop.clock, sandbox_url));
  fmt::print(
      "listening {}\n\n  Open {}/ and press \"Start match\".\n"
      "  The dashboard: {}/ (sign in as ingrid, the organizer).\n\n",
      (*live)->address(), sandbox_url, (*live)->address());
  std::fflush(stdout);
  co_await loop.until_asked_to_end();
  group.cancel_all();
  co_await group.join();
  co_await (*live)->drain(2s);
  co_await sandbox.drain();
  co_return 0;
}

}  // namespace

int run_sandbox(SandboxCommand options) {
  return run_program([options](Loop loop) { return sandbox_until_end(std::move(loop), options); });
}

int demo(Config config, SandboxCommand options) {
  return run_program(
      [config, options](Loop loop) { return demo_until_end(std::move(loop), config, options); });
}

}  // namespace matchday::server
