// See settings_table.hpp.
#include "server/settings_table.hpp"

#include <fstream>
#include <iterator>

#include <algorithm>

#include "base/crypto.hpp"
#include "base/number.hpp"
#include "platforms/faceit/match.hpp"

namespace matchday::server {
namespace {

std::vector<std::string> comma_separated(const std::string& value) {
  std::vector<std::string> out;
  std::size_t from = 0;
  while (from <= value.size()) {
    const auto comma = std::min(value.find(',', from), value.size());
    auto item = value.substr(from, comma - from);
    std::erase(item, ' ');
    if (!item.empty()) out.push_back(std::move(item));
    from = comma + 1;
  }
  return out;
}

template <class Field>
Setter text(Field field) {
  return [field](Config& config, const std::string& value) -> std::optional<std::string> {
    std::invoke(field, config) = value;
    return std::nullopt;
  };
}

Setter secret(Secret<std::string> Config::* member) {
  return [member](Config& config, const std::string& value) -> std::optional<std::string> {
    // A line break or a space around it comes from copying, and would only be refused far from here.
    const auto first = value.find_first_not_of(" \t\r\n");
    if (first == std::string::npos) return "is only white space";
    const auto last = value.find_last_not_of(" \t\r\n");
    config.*member = Secret<std::string>(value.substr(first, last - first + 1));
    return std::nullopt;
  };
}

template <class Field>
Setter flag(Field field) {
  return [field](Config& config, const std::string& value) -> std::optional<std::string> {
    if (value != "true" && value != "false" && value != "1" && value != "0") return "must be true or false";
    std::invoke(field, config) = value == "true" || value == "1";
    return std::nullopt;
  };
}

Setter web_address(std::string Config::* member) {
  return [member](Config& config, const std::string& value) -> std::optional<std::string> {
    if (!value.starts_with("https://") && !value.starts_with("http://")) {
      return "must be an address that starts with https:// or http://";
    }
    config.*member = value;
    return std::nullopt;
  };
}

// `field` gives a std::optional<Id<...>> of the configuration.
template <class Field>
Setter id(Field field) {
  return [field](Config& config, const std::string& value) -> std::optional<std::string> {
    auto& stored = std::invoke(field, config);
    stored = std::remove_reference_t<decltype(*stored)>::parse(value);
    if (!stored) return "must be a Discord id: digits only (right-click in Discord, Copy ID)";
    return std::nullopt;
  };
}

template <class Field>
using FieldType = std::remove_cvref_t<std::invoke_result_t<Field, Config&>>;

template <class Field>
Setter choice(Field field, std::vector<std::pair<std::string, FieldType<Field>>> choices) {
  return [field, choices](Config& config, const std::string& value) -> std::optional<std::string> {
    std::string names;
    for (const auto& [name, meaning] : choices) {
      if (name == value) {
        std::invoke(field, config) = meaning;
        return std::nullopt;
      }
      names += (names.empty() ? "" : " or ") + name;
    }
    return "must be " + names;
  };
}

// A whole number of a chrono unit, within limits that are told when it is outside them.
template <class Field>
Setter number_of(Field field, int min, int max, std::string_view unit) {
  return [field, min, max, unit](Config& config, const std::string& value) -> std::optional<std::string> {
    const auto number = parse_number<int>(value);
    if (!number || *number < min || *number > max)
      return fmt::format("must be a number of {} from {} to {}", unit, min, max);
    auto& stored = std::invoke(field, config);
    stored = std::remove_reference_t<decltype(stored)>(*number);
    return std::nullopt;
  };
}

// FACEIT's ids, comma-separated.
template <class Field>
Setter faceit_ids(Field field) {
  return [field](Config& config, const std::string& value) -> std::optional<std::string> {
    std::vector<std::string> ids;
    for (auto& id : comma_separated(value)) {
      if (!faceit::is_valid_id(id)) return fmt::format("names \"{}\", which is no id of FACEIT's", id);
      ids.push_back(std::move(id));
    }
    std::invoke(field, config) = std::move(ids);
    return std::nullopt;
  };
}

std::optional<std::string> set_port(Config& config, const std::string& value) {
  const auto port = parse_number<std::uint16_t>(value);
  if (!port) return "must be a port number from 0 to 65535";
  config.listen_port = *port;
  return std::nullopt;
}

std::optional<std::string> set_listen(Config& config, const std::string& value) {
  const auto colon = value.rfind(':');
  if (colon == std::string::npos || colon == 0)
    return "must be an address and a port, such as 127.0.0.1:8000";
  auto address = value.substr(0, colon);
  // Brackets only keep an IPv6 address apart from its port.
  if (address.starts_with('[') && address.ends_with(']')) address = address.substr(1, address.size() - 2);
  config.listen_address = std::move(address);
  return set_port(config, value.substr(colon + 1));
}

std::optional<std::string> set_database(Config& config, const std::string& value) {
  if (value.starts_with("https://")) {
    return "is the address of Supabase's web API. Matchday needs the connection string: in Supabase, Project "
           "Settings, "
           "Database, Connection string (it starts with postgresql://)";
  }
  if (value.starts_with("postgresql://") || value.starts_with("postgres://")) {
    config.database_url = Secret<std::string>(value);
    return std::nullopt;
  }
  if (!value.empty() && value != "sqlite")
    return "must be left out, or be a connection string of PostgreSQL: "
           "postgresql://user:password@host/database";
  return std::nullopt;
}

std::optional<std::string> set_roles(Config& config, const std::string& value) {
  config.roles = {.gateway = false, .web = false, .worker = false};
  for (const auto& role : comma_separated(value)) {
    if (role == "gateway")
      config.roles.gateway = true;
    else if (role == "web")
      config.roles.web = true;
    else if (role == "worker")
      config.roles.worker = true;
    else
      return fmt::format("names \"{}\"; the roles are gateway, web and worker", role);
  }
  if (!config.roles.gateway && !config.roles.web && !config.roles.worker)
    return "must name at least one of gateway, web and worker";
  return std::nullopt;
}

std::optional<std::string> set_client_id(Config& config, const std::string& value) {
  if (!parse_number<std::uint64_t>(value)) return "must be the application's id: digits only";
  config.discord_client_id = value;
  return std::nullopt;
}

std::optional<std::string> set_operators(Config& config, const std::string& value) {
  config.operators.clear();
  for (const auto& text : comma_separated(value)) {
    const auto user = UserId::parse(text);
    if (!user) return fmt::format("names \"{}\", which is no Discord id of a person", text);
    config.operators.insert(*user);
  }
  return std::nullopt;
}

std::optional<std::string> set_public_key(Config& config, const std::string& value) {
  constexpr std::size_t key_bytes = 32;  // Ed25519
  const auto key = crypto::from_hex(value);
  if (!key || key->size() != key_bytes)
    return "must be the 64 hexadecimal digits that Discord's developer portal shows as Public Key";
  config.discord_public_key = value;
  return std::nullopt;
}

std::optional<std::string> set_proxies(Config& config, const std::string& value) {
  std::ranges::move(comma_separated(value), std::back_inserter(config.trusted_proxies));
  return std::nullopt;
}

// The file's contents become the value: what cannot be read is told at the start, and not to a visitor.
Setter text_of_file(std::string Config::* field) {
  return [field](Config& config, const std::string& path) -> std::optional<std::string> {
    constexpr std::size_t bytes_max = 256 * 1024;
    std::ifstream file(path, std::ios::binary);
    std::string contents((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    if (!file || contents.empty()) return "names a file that cannot be read or is empty: " + path;
    if (contents.size() > bytes_max) return "names a file of more than 256 KiB: " + path;
    config.*field = std::move(contents);
    return std::nullopt;
  };
}

std::vector<Setting> server_settings() {
  return {
      {"organization_name",
       "MATCHDAY_ORGANIZATION_NAME",
       {},
       "name of the community",
       text(&Config::organization_name)},
      {"listen", "MATCHDAY_LISTEN", {}, "address and port to serve on", set_listen},
      {"listen_address",
       "MATCHDAY_LISTEN_ADDRESS",
       {"HOST"},
       "address to serve on",
       text(&Config::listen_address)},
      {"listen_port", "MATCHDAY_LISTEN_PORT", {"PORT"}, "port to serve on (8000)", set_port},
      {"trusted_proxies",
       "MATCHDAY_TRUSTED_PROXIES",
       {},
       "addresses, comma-separated, whose X-Forwarded-For is believed",
       set_proxies},
      {"public_url",
       "MATCHDAY_PUBLIC_URL",
       {},
       "address under which people reach this server",
       web_address(&Config::public_url)},
      {"operators",
       "MATCHDAY_OPERATORS",
       {},
       "Discord ids, comma-separated, of the people who administer this installation",
       set_operators},
      {"organizations_made_by",
       "MATCHDAY_ORGANIZATIONS_MADE_BY",
       {},
       "operators, requests (everybody asks, an operator decides) or anybody",
       choice(&Config::organizations_made_by, {{"operators", organizations::Creation::operators},
                                               {"requests", organizations::Creation::requests},
                                               {"anybody", organizations::Creation::anybody}})},
      {"public_pages",
       "MATCHDAY_PUBLIC_PAGES",
       {},
       "whether communities may have a page for everybody (on unless false)",
       flag(&Config::public_pages)},
      {"privacy_file",
       "MATCHDAY_PRIVACY_FILE",
       {},
       "Markdown file that is shown at /privacy: who runs this server, and what becomes of people's data",
       text_of_file(&Config::privacy)},
      {"terms_file",
       "MATCHDAY_TERMS_FILE",
       {},
       "Markdown file that is shown at /terms",
       text_of_file(&Config::terms)},
      {"data_dir", "MATCHDAY_DATA_DIR", {}, "directory of the database and the key", text(&Config::data_dir)},
      {"database_url",
       "MATCHDAY_DATABASE_URL",
       {"DATABASE_URL", "SUPABASE_URL"},
       "connection string of PostgreSQL; leave out for the embedded database",
       set_database},
      {"roles",
       "MATCHDAY_ROLES",
       {},
       "what this process does, if several share a PostgreSQL database: gateway, web, worker",
       set_roles},
      {"key_file", "MATCHDAY_KEY_FILE", {}, "file with the key that seals secrets", text(&Config::key_file)},
      {"sec_key",
       "MATCHDAY_SEC_KEY",
       {"SEC_KEY"},
       "text that is stretched into the key when there is no key file",
       secret(&Config::sec_key)},
      {"log_level",
       "MATCHDAY_LOG_LEVEL",
       {},
       "debug, info, warning or error",
       choice(&Config::log_level, {{"debug", std::string("debug")},
                                   {"info", std::string("info")},
                                   {"warning", std::string("warning")},
                                   {"error", std::string("error")}})},
      {"log_json", "MATCHDAY_LOG_JSON", {}, "log lines as JSON", flag(&Config::log_json)},
      {"webhooks.allow_private",
       "MATCHDAY_WEBHOOKS_ALLOW_PRIVATE",
       {},
       "outgoing webhooks may lead into a private network, and use http",
       flag(&Config::webhooks_allow_private)}};
}

std::vector<Setting> discord_settings() {
  return {{"discord.token",
           "MATCHDAY_DISCORD_TOKEN",
           {"DISCORD_TOKEN"},
           "the bot's token",
           secret(&Config::discord_token)},
          {"discord.public_key",
           "MATCHDAY_DISCORD_PUBLIC_KEY",
           {"DISCORD_PUBLIC_KEY"},
           "the application's public key, if Discord sends interactions to /discord/interactions",
           set_public_key},
          {"discord.guild_id",
           "MATCHDAY_DISCORD_GUILD_ID",
           {"DISCORD_GUILD_ID"},
           "the community's Discord server",
           id(&Config::guild)},
          {"discord.alert_channel_id",
           "MATCHDAY_ALERT_CHANNEL_ID",
           {"ALERT_CHANNEL_ID"},
           "text channel where organizers are told what a human must fix",
           id(&Config::alert_channel)},
          {"discord.client_id",
           "MATCHDAY_DISCORD_CLIENT_ID",
           {"DISCORD_CLIENT_ID"},
           "the application's id, for signing in to the dashboard",
           set_client_id},
          {"discord.client_secret",
           "MATCHDAY_DISCORD_CLIENT_SECRET",
           {"DISCORD_CLIENT_SECRET"},
           "its secret; save public_url and /auth/callback as a redirect in Discord's developer portal",
           secret(&Config::discord_client_secret)},
          {"discord.authorize_url",
           "MATCHDAY_DISCORD_AUTHORIZE_URL",
           {},
           "Discord's page on which people sign in",
           web_address(&Config::discord_authorize_url)},
          {"discord.api_url",
           "MATCHDAY_DISCORD_API_URL",
           {},
           "base address of Discord's API",
           web_address(&Config::discord_api_url)}};
}

std::vector<Setting> faceit_settings() {
  return {{"faceit.api_key",
           "MATCHDAY_FACEIT_API_KEY",
           {"FACEIT_API_KEY"},
           "key of FACEIT's Data API",
           secret(&Config::faceit_api_key)},
          {"faceit.api_url",
           "MATCHDAY_FACEIT_API_URL",
           {},
           "base address of FACEIT's Data API",
           web_address(&Config::faceit_api_url)},
          {"faceit.client_id",
           "MATCHDAY_FACEIT_CLIENT_ID",
           {"FACEIT_CLIENT_ID"},
           "client id of FACEIT Connect, for /verify",
           text(&Config::faceit_client_id)},
          {"faceit.client_secret",
           "MATCHDAY_FACEIT_CLIENT_SECRET",
           {"FACEIT_CLIENT_SECRET"},
           "its secret",
           secret(&Config::faceit_client_secret)},
          {"faceit.redirect_uri",
           "MATCHDAY_FACEIT_REDIRECT_URI",
           {"FACEIT_REDIRECT_URI"},
           "the redirect address saved there (public_url and /faceit/callback)",
           web_address(&Config::faceit_redirect_uri)},
          {"faceit.authorize_url",
           "MATCHDAY_FACEIT_AUTHORIZE_URL",
           {},
           "FACEIT's login page",
           web_address(&Config::faceit_authorize_url)},
          {"faceit.token_url",
           "MATCHDAY_FACEIT_TOKEN_URL",
           {},
           "where FACEIT exchanges login codes",
           web_address(&Config::faceit_token_url)},
          {"faceit.userinfo_url",
           "MATCHDAY_FACEIT_USERINFO_URL",
           {},
           "where FACEIT tells who logged in",
           web_address(&Config::faceit_userinfo_url)},
          {"faceit.webhook_secret",
           "MATCHDAY_WEBHOOK_SECRET",
           {"WEBHOOK_SECRET"},
           "the secret that FACEIT sends with each webhook",
           secret(&Config::webhook_secret)},
          {"faceit.webhook_header",
           "MATCHDAY_WEBHOOK_HEADER",
           {},
           "the header that carries the secret (X-Faceit-Signature)",
           text(&Config::webhook_header)},
          {"faceit.allow_unsigned_webhooks",
           "MATCHDAY_ALLOW_UNSIGNED_WEBHOOKS",
           {},
           "take webhooks without a secret: anybody can then open and close channels",
           flag(&Config::allow_unsigned_webhooks)}};
}

// The seed kept one application for logins (AUTH_*) and another for the sync (OSU_CLIENT2_*). One is enough
// (reference/osu.md §3.1): that of the logins, whose redirect address is saved at osu!, wins.
std::vector<Setting> osu_settings() {
  return {{"osu.url",
           "MATCHDAY_OSU_URL",
           {},
           "address of osu!, in front of its API and its login page",
           web_address(&Config::osu_url)},
          {"osu.client_id",
           "MATCHDAY_OSU_CLIENT_ID",
           {"OSU_CLIENT2_ID", "OSU_CLIENT_ID", "AUTH_ID"},
           "client id of an OAuth application at osu! (account settings, OAuth)",
           text(&Config::osu_client_id)},
          {"osu.client_secret",
           "MATCHDAY_OSU_CLIENT_SECRET",
           {"OSU_CLIENT2_SECRET", "OSU_CLIENT_SECRET", "AUTH_TOKEN"},
           "its secret",
           secret(&Config::osu_client_secret)}};
}

// One field of match voice's settings.
template <class T>
auto voice(T match_voice::Settings::* member) {
  return [member](Config& config) -> T& { return config.match_voice.*member; };
}
auto following(std::vector<std::string> match_voice::Following::* member) {
  return [member](Config& config) -> auto& { return config.match_voice.following.*member; };
}

std::vector<Setting> match_voice_rooms() {
  using match_voice::MoveFrom;
  using match_voice::OpenOn;
  using match_voice::ReturnTo;
  using match_voice::Teams;
  using Voice = match_voice::Settings;
  return {
      {"match_voice.category_id",
       "MATCHDAY_VC_CATEGORY_ID",
       {"VC_CATEGORY_ID"},
       "category for match channels",
       id(voice(&Voice::category))},
      {"match_voice.lobby_id",
       "MATCHDAY_LOBBY_VC_ID",
       {"LOBBY_VC_ID"},
       "voice channel to return people to",
       id(voice(&Voice::lobby))},
      {"match_voice.teams",
       "MATCHDAY_TEAMS",
       {},
       "faction1 or both",
       choice(voice(&Voice::teams), {{"faction1", Teams::faction1}, {"both", Teams::both}})},
      {"match_voice.open_on",
       "MATCHDAY_OPEN_ON",
       {},
       "created, configuring or ready: when rooms are made",
       choice(
           voice(&Voice::open_on),
           {{"created", OpenOn::created}, {"configuring", OpenOn::configuring}, {"ready", OpenOn::ready}})},
      {"match_voice.move_from",
       "MATCHDAY_MOVE_FROM",
       {},
       "any or lobby: from where people are moved in",
       choice(voice(&Voice::move_from),
              std::vector<std::pair<std::string, MoveFrom>>{{"any", MoveFrom::any},
                                                            {"lobby", MoveFrom::lobby}})},
      {"match_voice.return_to",
       "MATCHDAY_RETURN_TO",
       {},
       "origin, lobby or nowhere: where people go when it ends",
       choice(voice(&Voice::return_to),
              {{"origin", ReturnTo::origin}, {"lobby", ReturnTo::lobby}, {"nowhere", ReturnTo::nowhere}})},
      {"match_voice.name_template",
       "MATCHDAY_NAME_TEMPLATE",
       {},
       "channel name when both teams have one",
       text(voice(&Voice::name_template))},
      {"match_voice.spectator_role_id",
       "MATCHDAY_SPECTATOR_ROLE_ID",
       {},
       "role that may listen in every match channel",
       id(voice(&Voice::spectator_role))},
      {"match_voice.grace_seconds",
       "MATCHDAY_GRACE_SECONDS",
       {},
       "how long people may stay after the end (0)",
       number_of(voice(&Voice::grace), 0, 600, "seconds")},
      {"match_voice.max_age_minutes",
       "MATCHDAY_MAX_AGE_MINUTES",
       {},
       "when a match that never ends is closed (360)",
       number_of(voice(&Voice::max_age), 30, 1440, "minutes")}};
}

std::vector<Setting> match_voice_community() {
  using match_voice::Following;
  using Voice = match_voice::Settings;
  return {{"match_voice.card_channel_id",
           "MATCHDAY_CARD_CHANNEL_ID",
           {},
           "text channel where each match has its card",
           id(voice(&Voice::card_channel))},
          {"match_voice.live_status",
           "MATCHDAY_LIVE_STATUS",
           {},
           "show the score under the channel's name",
           flag(voice(&Voice::live_status))},
          {"match_voice.moves_need_proof",
           "MATCHDAY_MOVES_NEED_PROOF",
           {},
           "move only players who logged in at FACEIT",
           flag(voice(&Voice::moves_need_proof))},
          {"match_voice.organizers",
           "MATCHDAY_FACEIT_ORGANIZERS",
           {},
           "FACEIT organizers whose matches count, comma-separated",
           faceit_ids(following(&Following::organizers))},
          {"match_voice.hubs",
           "MATCHDAY_FACEIT_HUBS",
           {},
           "FACEIT hubs whose matches count; listed once a minute",
           faceit_ids(following(&Following::hubs))},
          {"match_voice.championships",
           "MATCHDAY_FACEIT_CHAMPIONSHIPS",
           {},
           "the same for championships",
           faceit_ids(following(&Following::championships))},
          {"match_voice.games",
           "MATCHDAY_FACEIT_GAMES",
           {},
           "games whose matches count, such as cs2",
           faceit_ids(following(&Following::games))}};
}

}  // namespace

const std::vector<Setting>& settings() {
  static const std::vector<Setting> all = [] {
    std::vector<Setting> list;
    for (auto group : {server_settings(), discord_settings(), faceit_settings(), osu_settings(),
                       match_voice_rooms(), match_voice_community()}) {
      std::ranges::move(group, std::back_inserter(list));
    }
    return list;
  }();
  return all;
}

}  // namespace matchday::server
