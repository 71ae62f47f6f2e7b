// Every setting by every name that it has: a name that was lost would silently change how somebody's server
// runs. How sources compete, and what is said about mistakes, is in config_test.cpp.
#include <fstream>

#include "../support/temporary_directory.hpp"
#include "server/config.hpp"

namespace matchday::server {
namespace {

using Environment = std::map<std::string, std::string>;

struct Case {
  std::string key;
  std::vector<std::string> variables;
  std::string value;
  std::function<std::string(const Config&)> read;
};

std::string id(const auto& value) {
  return value ? value->text() : "";
}

// A setting that names a file holds its contents.
const std::string text_file = MATCHDAY_SOURCE_DIR "/README.md";
std::string text_file_if(const std::string& contents) {
  return contents.starts_with("# ") ? text_file : "";
}

const std::vector<Case> every_setting{
    {"organization_name",
     {"MATCHDAY_ORGANIZATION_NAME"},
     "Nordlys",
     [](auto& c) { return c.organization_name; }},
    {"listen_address",
     {"MATCHDAY_LISTEN_ADDRESS", "HOST"},
     "10.0.0.1",
     [](auto& c) { return c.listen_address; }},
    {"listen_port",
     {"MATCHDAY_LISTEN_PORT", "PORT"},
     "81",
     [](auto& c) { return std::to_string(c.listen_port); }},
    {"listen",
     {"MATCHDAY_LISTEN"},
     "10.0.0.2:82",
     [](auto& c) { return fmt::format("{}:{}", c.listen_address, c.listen_port); }},
    {"trusted_proxies",
     {"MATCHDAY_TRUSTED_PROXIES"},
     "10.0.0.0/8, ::1",
     [](auto& c) { return fmt::format("{}", fmt::join(c.trusted_proxies, ", ")); }},
    {"public_url", {"MATCHDAY_PUBLIC_URL"}, "https://cup.example", [](auto& c) { return c.public_url; }},
    {"public_pages",
     {"MATCHDAY_PUBLIC_PAGES"},
     "false",
     [](auto& c) { return std::string(c.public_pages ? "true" : "false"); }},
    {"privacy_file", {"MATCHDAY_PRIVACY_FILE"}, text_file, [](auto& c) { return text_file_if(c.privacy); }},
    {"terms_file", {"MATCHDAY_TERMS_FILE"}, text_file, [](auto& c) { return text_file_if(c.terms); }},
    {"data_dir", {"MATCHDAY_DATA_DIR"}, "/srv/matchday", [](auto& c) { return c.data_dir; }},
    {"key_file", {"MATCHDAY_KEY_FILE"}, "/srv/key", [](auto& c) { return c.key_file; }},
    {"sec_key", {"MATCHDAY_SEC_KEY", "SEC_KEY"}, "text", [](auto& c) { return c.sec_key.reveal(); }},
    {"log_level", {"MATCHDAY_LOG_LEVEL"}, "debug", [](auto& c) { return c.log_level; }},
    {"log_json",
     {"MATCHDAY_LOG_JSON"},
     "true",
     [](auto& c) { return std::string(c.log_json ? "true" : "false"); }},
    {"discord.guild_id",
     {"MATCHDAY_DISCORD_GUILD_ID", "DISCORD_GUILD_ID"},
     "5",
     [](auto& c) { return id(c.guild); }},
    {"discord.alert_channel_id",
     {"MATCHDAY_ALERT_CHANNEL_ID", "ALERT_CHANNEL_ID"},
     "6",
     [](auto& c) { return id(c.alert_channel); }},
    {"discord.public_key",
     {"MATCHDAY_DISCORD_PUBLIC_KEY", "DISCORD_PUBLIC_KEY"},
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
     [](auto& c) { return c.discord_public_key; }},
    {"discord.api_url",
     {"MATCHDAY_DISCORD_API_URL"},
     "http://localhost:1",
     [](auto& c) { return c.discord_api_url; }},
    {"faceit.api_key",
     {"MATCHDAY_FACEIT_API_KEY", "FACEIT_API_KEY"},
     "k",
     [](auto& c) { return c.faceit_api_key.reveal(); }},
    {"faceit.api_url",
     {"MATCHDAY_FACEIT_API_URL"},
     "http://localhost:2",
     [](auto& c) { return c.faceit_api_url; }},
    {"faceit.client_id",
     {"MATCHDAY_FACEIT_CLIENT_ID", "FACEIT_CLIENT_ID"},
     "c",
     [](auto& c) { return c.faceit_client_id; }},
    {"faceit.client_secret",
     {"MATCHDAY_FACEIT_CLIENT_SECRET", "FACEIT_CLIENT_SECRET"},
     "cs",
     [](auto& c) { return c.faceit_client_secret.reveal(); }},
    {"faceit.redirect_uri",
     {"MATCHDAY_FACEIT_REDIRECT_URI", "FACEIT_REDIRECT_URI"},
     "https://cup.example/cb",
     [](auto& c) { return c.faceit_callback(); }},
    {"faceit.authorize_url",
     {"MATCHDAY_FACEIT_AUTHORIZE_URL"},
     "http://localhost:3",
     [](auto& c) { return c.faceit_authorize_url; }},
    {"faceit.token_url",
     {"MATCHDAY_FACEIT_TOKEN_URL"},
     "http://localhost:4",
     [](auto& c) { return c.faceit_token_url; }},
    {"faceit.userinfo_url",
     {"MATCHDAY_FACEIT_USERINFO_URL"},
     "http://localhost:5",
     [](auto& c) { return c.faceit_userinfo_url; }},
    {"osu.url", {"MATCHDAY_OSU_URL"}, "http://localhost:1/osu", [](auto& c) { return c.osu_url; }},
    {"osu.client_id",
     {"MATCHDAY_OSU_CLIENT_ID", "AUTH_ID", "OSU_CLIENT_ID", "OSU_CLIENT2_ID"},
     "31415",
     [](auto& c) { return c.osu_client_id; }},
    {"osu.client_secret",
     {"MATCHDAY_OSU_CLIENT_SECRET", "AUTH_TOKEN", "OSU_CLIENT_SECRET", "OSU_CLIENT2_SECRET"},
     "osu-secret",
     [](auto& c) { return c.osu_client_secret.reveal(); }},
    {"faceit.webhook_secret",
     {"MATCHDAY_WEBHOOK_SECRET", "WEBHOOK_SECRET"},
     "s",
     [](auto& c) { return c.webhook_secret.reveal(); }},
    {"faceit.webhook_header", {"MATCHDAY_WEBHOOK_HEADER"}, "X-Cat", [](auto& c) { return c.webhook_header; }},
    {"faceit.allow_unsigned_webhooks",
     {"MATCHDAY_ALLOW_UNSIGNED_WEBHOOKS"},
     "true",
     [](auto& c) { return std::string(c.allow_unsigned_webhooks ? "true" : "false"); }},
    {"webhooks.allow_private",
     {"MATCHDAY_WEBHOOKS_ALLOW_PRIVATE"},
     "1",
     [](auto& c) { return std::string(c.webhooks_allow_private ? "1" : "0"); }},
    {"match_voice.category_id",
     {"MATCHDAY_VC_CATEGORY_ID", "VC_CATEGORY_ID"},
     "7",
     [](auto& c) { return id(c.match_voice.category); }},
    {"match_voice.lobby_id",
     {"MATCHDAY_LOBBY_VC_ID", "LOBBY_VC_ID"},
     "8",
     [](auto& c) { return id(c.match_voice.lobby); }},
    {"match_voice.teams",
     {"MATCHDAY_TEAMS"},
     "both",
     [](auto& c) {
       return std::string(c.match_voice.teams == match_voice::Teams::both ? "both" : "faction1");
     }},
    {"match_voice.name_template",
     {"MATCHDAY_NAME_TEMPLATE"},
     "{team}",
     [](auto& c) { return c.match_voice.name_template; }},
    {"match_voice.open_on",
     {"MATCHDAY_OPEN_ON"},
     "ready",
     [](auto& c) {
       return std::string(c.match_voice.open_on == match_voice::OpenOn::ready ? "ready" : "other");
     }},
    {"match_voice.return_to",
     {"MATCHDAY_RETURN_TO"},
     "nowhere",
     [](auto& c) {
       return std::string(c.match_voice.return_to == match_voice::ReturnTo::nowhere ? "nowhere" : "other");
     }},
    {"match_voice.spectator_role_id",
     {"MATCHDAY_SPECTATOR_ROLE_ID"},
     "9",
     [](auto& c) { return id(c.match_voice.spectator_role); }},
    {"match_voice.grace_seconds",
     {"MATCHDAY_GRACE_SECONDS"},
     "45",
     [](auto& c) { return std::to_string(c.match_voice.grace.count()); }},
    {"match_voice.max_age_minutes",
     {"MATCHDAY_MAX_AGE_MINUTES"},
     "90",
     [](auto& c) { return std::to_string(c.match_voice.max_age.count()); }},
    {"match_voice.card_channel_id",
     {"MATCHDAY_CARD_CHANNEL_ID"},
     "10",
     [](auto& c) { return id(c.match_voice.card_channel); }},
    {"match_voice.live_status",
     {"MATCHDAY_LIVE_STATUS"},
     "false",
     [](auto& c) { return std::string(c.match_voice.live_status ? "true" : "false"); }},
    {"match_voice.moves_need_proof",
     {"MATCHDAY_MOVES_NEED_PROOF"},
     "true",
     [](auto& c) { return std::string(c.match_voice.moves_need_proof ? "true" : "false"); }},
    {"match_voice.organizers",
     {"MATCHDAY_FACEIT_ORGANIZERS"},
     "o1",
     [](auto& c) { return fmt::format("{}", fmt::join(c.match_voice.following.organizers, ",")); }},
    {"match_voice.hubs",
     {"MATCHDAY_FACEIT_HUBS"},
     "h1,h2",
     [](auto& c) { return fmt::format("{}", fmt::join(c.match_voice.following.hubs, ",")); }},
    {"match_voice.championships",
     {"MATCHDAY_FACEIT_CHAMPIONSHIPS"},
     "c1",
     [](auto& c) { return fmt::format("{}", fmt::join(c.match_voice.following.championships, ",")); }},
    {"match_voice.games",
     {"MATCHDAY_FACEIT_GAMES"},
     "cs2",
     [](auto& c) { return fmt::format("{}", fmt::join(c.match_voice.following.games, ",")); }},
};

TEST(Settings, every_one_works_from_the_file_and_from_each_of_its_variables) {
  test::TemporaryDirectory directory;
  const auto load = [&](const Environment& environment, const std::string& toml = "") {
    const auto path = directory.file("settings.toml");
    std::ofstream(path) << toml;
    auto config = load_config(environment, path);
    EXPECT_TRUE(config) << config.error().message;
    return config.value_or(Config{});
  };
  for (const auto& c : every_setting) {
    const auto toml = [&](const std::string& value) {
      const auto dot = c.key.find('.');
      return dot == std::string::npos
                 ? fmt::format("{} = {}\n", c.key, value)
                 : fmt::format("[{}]\n{} = {}\n", c.key.substr(0, dot), c.key.substr(dot + 1), value);
    };
    EXPECT_EQ(c.read(load({}, toml("\"" + c.value + "\""))), c.value) << c.key;
    for (const auto& variable : c.variables) {
      EXPECT_EQ(c.read(load({{variable, c.value}})), c.value) << variable;
      EXPECT_EQ(c.read(load({{variable, ""}}, toml("\"" + c.value + "\""))), c.value)
          << variable << ", empty: not set";
    }
  }
}

}  // namespace
}  // namespace matchday::server
