// Configuration: one struct, filled from a TOML file and from the environment (which wins). Every setting has
// one name in TOML, one MATCHDAY_* variable, and the names that the original projects used.
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/id.hpp"
#include "base/secret.hpp"
#include "features/match_voice/settings.hpp"
#include "features/organizations/organizations.hpp"

namespace matchday::server {

// What this process does. Several processes share the work on one PostgreSQL database.
struct Roles {
  bool gateway = true;  // one of those with this role holds the sender's lease: it talks with the platforms
  bool web = true;      // webhooks, pages and API; without it the port answers health and metrics alone
  bool worker = true;   // jobs that need neither
  bool all() const { return gateway && web && worker; }
};

struct Config {
  std::string organization_name;  // empty: what people call it
  std::string listen_address = "0.0.0.0";
  std::uint16_t listen_port = 8000;
  std::vector<std::string> trusted_proxies;
  std::string public_url;      // as people reach us; empty: unknown
  std::set<UserId> operators;  // who may administer this installation
  organizations::Creation organizations_made_by = organizations::Creation::operators;
  bool public_pages = true;             // of organizations that want one
  bool webhooks_allow_private = false;  // organizations' receivers may be in our own network
  std::string privacy;                  // Markdown of the page; empty: none
  std::string terms;
  std::string data_dir = "var/data";
  Secret<std::string> database_url;  // of a PostgreSQL database; empty: SQLite in the data directory
  Roles roles;
  bool log_json = false;
  std::string log_level = "info";

  std::string key_file;         // empty: matchday.key in the data directory, made at the first start
  Secret<std::string> sec_key;  // the seeds' SEC_KEY, stretched into the key when no file is set

  Secret<std::string> discord_token;
  std::string discord_public_key;  // hexadecimal; empty: interactions come over the gateway alone
  std::string discord_api_url = "https://discord.com/api/v10";
  std::string discord_client_id;  // of the application: with its secret and public_url, people can sign in
  Secret<std::string> discord_client_secret;
  std::string discord_authorize_url = "https://discord.com/oauth2/authorize";
  std::optional<GuildId> guild;
  std::optional<ChannelId> alert_channel;

  Secret<std::string> faceit_api_key;
  std::string faceit_api_url = "https://open.faceit.com/data/v4";
  std::string faceit_client_id;  // of FACEIT Connect: with all three, /verify works
  Secret<std::string> faceit_client_secret;
  std::string faceit_redirect_uri;  // empty: follows from public_url
  std::string faceit_authorize_url = "https://accounts.faceit.com";
  std::string faceit_token_url = "https://api.faceit.com/auth/v1/oauth/token";
  std::string faceit_userinfo_url = "https://api.faceit.com/auth/v1/resources/userinfo";
  Secret<std::string> webhook_secret;
  std::string webhook_header = "X-Faceit-Signature";
  bool allow_unsigned_webhooks = false;

  std::string osu_url = "https://osu.ppy.sh";  // what stands before /api/v2 and /oauth/…
  std::string osu_client_id;                   // of an OAuth application at osu!
  Secret<std::string> osu_client_secret;

  match_voice::Settings match_voice;  // its guild is `guild`

  std::vector<std::string> remarks;  // things that an operator should read once at start

  // Where Discord sends browsers back to after signing in; empty: unknown.
  std::string discord_callback() const;
  bool secure() const { return public_url.starts_with("https://"); }

  // Where FACEIT sends browsers back to after a login; empty: unknown.
  std::string faceit_callback() const;

  // No credential of any platform is set: there is nothing to do but the demo.
  bool nothing_configured() const { return discord_token.empty() && faceit_api_key.empty(); }
};

// `environment` is all of the process's variables; `toml_path` may be empty, then `matchday.toml` is read if
// it exists. Error: invalid, one sentence for each fault; an unknown key names the nearest known one.
Result<Config> load_config(const std::map<std::string, std::string>& environment,
                           const std::string& toml_path);

// Every setting with its names and meaning, for check-config and the documentation.
std::string describe_settings();

std::map<std::string, std::string> process_environment();

}  // namespace matchday::server
