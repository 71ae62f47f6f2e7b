// matchday: one binary. `serve` works live, `demo` against simulated platforms, `sandbox` is those platforms
// alone; `doctor` and `check-config` say what is wrong before anybody notices.
#include <sys/stat.h>
#include <CLI/CLI.hpp>

#include <cstdio>

#include "base/log.hpp"
#include "server/program/commands.hpp"

namespace matchday::server {
namespace {

log::Level level_of(const std::string& name) {
  if (name == "debug") return log::Level::debug;
  if (name == "warning") return log::Level::warning;
  if (name == "error") return log::Level::error;
  return log::Level::info;
}

int with_config(const std::string& toml, const std::function<int(Config)>& command) {
  auto environment = process_environment();
  auto path = toml;
  if (const auto named = environment.find("MATCHDAY_CONFIG"); path.empty() && named != environment.end())
    path = named->second;
  auto config = load_config(environment, path);
  if (!config) {
    fmt::print(stderr, "The configuration has errors:\n{}\n", config.error().message);
    return 2;
  }
  log::set_level(level_of(config->log_level));
  log::set_json(config->log_json);
  return command(std::move(*config));
}

int check_config(const Config& config) {
  const bool sign_in = !config.discord_client_id.empty() && !config.discord_client_secret.empty() &&
                       !config.public_url.empty();
  fmt::print(
      "The configuration is valid.\nDiscord: {}\nFACEIT: {}\nWebhooks: {}\nSigning in: {}\n",
      config.discord_token.empty() ? "off (no DISCORD_TOKEN)" : "live",
      config.faceit_api_key.empty() ? "off (no FACEIT_API_KEY)" : "live",
      !config.webhook_secret.empty()   ? "with a secret"
      : config.allow_unsigned_webhooks ? "without a secret"
                                       : "refused (no WEBHOOK_SECRET)",
      sign_in ? "with Discord" : "off (DISCORD_CLIENT_ID, DISCORD_CLIENT_SECRET, MATCHDAY_PUBLIC_URL)");
  for (const auto& remark : config.remarks) fmt::print("Note: {}\n", remark);
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  // What it writes concerns its operator alone: databases, backups, keys.
  ::umask(S_IRWXG | S_IRWXO);
  CLI::App app{"Matchday runs match day for competitive gaming communities on Discord."};
  app.set_version_flag("--version", "matchday " MATCHDAY_VERSION);
  app.require_subcommand(1);
  std::string toml;
  app.add_option("--config", toml, "TOML file (default: matchday.toml, if it exists)");
  SandboxCommand sandbox;
  auto* serve_command =
      app.add_subcommand("serve", "Work live, with what is configured; without any credentials, as demo");
  auto* demo_command = app.add_subcommand("demo", "Work against simulated platforms: no token needed");
  demo_command->add_option("--sandbox-port", sandbox.port, "Port of the sandbox and its console page");
  auto* sandbox_command = app.add_subcommand("sandbox", "The simulated platforms alone");
  sandbox_command->add_option("--port", sandbox.port, "Port; 0 takes any free one");
  sandbox_command->add_option("--address", sandbox.address, "Address");
  for (auto* command : {demo_command, sandbox_command}) {
    command->add_option("--seed", sandbox.seed, "Seed of everything random");
    command->add_option("--guilds", sandbox.further_guilds, "Further Discord servers, of 30 channels each");
    command->add_option("--exchange-log", sandbox.exchange_log,
                        "File that gets every exchange with Discord, one JSON a line");
  }
  auto* doctor_command = app.add_subcommand(
      "doctor", "Check tokens, permissions and settings, and say how to fix what is wrong");
  auto* check_command = app.add_subcommand("check-config", "Check the configuration alone");
  auto* backup_command = app.add_subcommand("backup", "Copy the database into FILE while the server runs");
  std::string backup_file;
  backup_command->add_option("file", backup_file, "Where to; must not exist")->required();
  auto* restore_command = app.add_subcommand("restore", "Put a backup in place of the database");
  restore_command->add_option("file", backup_file,
                              "The backup; none when PostgreSQL's own tools restored it");
  auto* adopt_command = app.add_subcommand(
      "adopt-identity", "After a restore, or in a copy: this installation is the one, and may tidy up");
  auto* settings_command = app.add_subcommand("settings", "List every setting with its names");
  auto* version_command = app.add_subcommand("version", "Print the version");
  CLI11_PARSE(app, argc, argv);

  if (*version_command) {
    fmt::print("matchday {}\n", MATCHDAY_VERSION);
    return 0;
  }
  if (*settings_command) {
    fmt::print("{}", describe_settings());
    return 0;
  }
  if (*sandbox_command) return run_sandbox(sandbox);
  return with_config(toml, [&](Config config) {
    if (*check_command) return check_config(config);
    if (*doctor_command) return doctor(std::move(config));
    if (*backup_command) return back_up(config, backup_file);
    if (*restore_command) return restore(config, backup_file);
    if (*adopt_command) return adopt_identity(config);
    if (*demo_command || (*serve_command && config.nothing_configured()))
      return demo(std::move(config), sandbox);
    return serve(std::move(config));
  });
}

}  // namespace matchday::server

int main(int argc, char** argv) {
  return matchday::server::main(argc, argv);
}
