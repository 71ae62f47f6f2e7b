// Settings out of a TOML file and of environment variables: whose word counts, and what an operator reads
// about a mistake. Not here: whether a credential works, which only a platform can say (the doctor asks).
#include "server/config.hpp"

#include <fstream>

#include "../support/temporary_directory.hpp"

namespace matchday::server {
namespace {

using Environment = std::map<std::string, std::string>;

struct ConfigTest : testing::Test {
  test::TemporaryDirectory directory;

  // Always names a file, so that no matchday.toml of whoever runs the tests is read.
  Result<Config> load(const Environment& environment, std::string_view toml = "") {
    const auto path = directory.file("settings.toml");
    std::ofstream(path) << toml;
    return load_config(environment, path);
  }
  Config loaded(const Environment& environment, std::string_view toml = "") {
    auto config = load(environment, toml);
    EXPECT_TRUE(config) << config.error().message;
    return config.value_or(Config{});
  }
  std::vector<std::string> faults(const Environment& environment, std::string_view toml = "") {
    const auto config = load(environment, toml);
    if (config) return {};
    EXPECT_EQ(config.error().kind, ErrorKind::invalid);
    std::vector<std::string> lines;
    std::istringstream text(config.error().message);
    for (std::string line; std::getline(text, line);) lines.push_back(line);
    return lines;
  }
};

// ---- Where values come from.

TEST_F(ConfigTest, without_any_setting_it_listens_on_port_8000_of_every_address_and_knows_that_it_is_idle) {
  const auto config = loaded({});
  EXPECT_EQ(config.listen_address, "0.0.0.0");
  EXPECT_EQ(config.listen_port, 8000);
  EXPECT_EQ(config.data_dir, "var/data");
  EXPECT_EQ(config.webhook_header, "X-Faceit-Signature");
  EXPECT_EQ(config.discord_api_url, "https://discord.com/api/v10");
  EXPECT_EQ(config.faceit_api_url, "https://open.faceit.com/data/v4");
  EXPECT_FALSE(config.allow_unsigned_webhooks);
  EXPECT_TRUE(config.nothing_configured());
  EXPECT_TRUE(config.remarks.empty());
}

TEST_F(ConfigTest, every_variable_of_the_original_projects_is_understood) {
  const auto config = loaded({{"DISCORD_TOKEN", "tok"},
                              {"DISCORD_GUILD_ID", "11"},
                              {"FACEIT_API_KEY", "key"},
                              {"WEBHOOK_SECRET", "hook"},
                              {"VC_CATEGORY_ID", "12"},
                              {"LOBBY_VC_ID", "13"},
                              {"ALERT_CHANNEL_ID", "14"},
                              {"HOST", "127.0.0.1"},
                              {"PORT", "9000"},
                              {"SUPABASE_URL", "sqlite"},
                              {"SEC_KEY", "a long text"}});
  EXPECT_EQ(config.discord_token.reveal(), "tok");
  EXPECT_EQ(config.guild, GuildId{11});
  EXPECT_EQ(config.faceit_api_key.reveal(), "key");
  EXPECT_EQ(config.webhook_secret.reveal(), "hook");
  EXPECT_EQ(config.match_voice.category, ChannelId{12});
  EXPECT_EQ(config.match_voice.lobby, ChannelId{13});
  EXPECT_EQ(config.alert_channel, ChannelId{14});
  EXPECT_EQ(config.listen_address, "127.0.0.1");
  EXPECT_EQ(config.listen_port, 9000);
  EXPECT_TRUE(config.database_url.empty());
  EXPECT_EQ(config.sec_key.reveal(), "a long text");
  EXPECT_FALSE(config.nothing_configured());
}

TEST_F(ConfigTest, a_toml_file_may_use_tables_text_whole_numbers_and_truth_values) {
  const auto config = loaded({}, R"(
organization_name = "Wolves Cup"
listen_port = 9001
log_json = true
trusted_proxies = "10.0.0.1, 10.1.0.0/16"
[discord]
guild_id = 1234567890123456789
alert_channel_id = "14"
[faceit]
allow_unsigned_webhooks = true
[match_voice]
teams = "both"
move_from = "lobby"
lobby_id = 13
)");
  EXPECT_EQ(config.organization_name, "Wolves Cup");
  EXPECT_EQ(config.listen_port, 9001);
  EXPECT_TRUE(config.log_json);
  EXPECT_THAT(config.trusted_proxies, testing::ElementsAre("10.0.0.1", "10.1.0.0/16"));
  EXPECT_EQ(config.guild, GuildId{1234567890123456789});
  EXPECT_EQ(config.alert_channel, ChannelId{14});
  EXPECT_TRUE(config.allow_unsigned_webhooks);
  EXPECT_EQ(config.match_voice.teams, match_voice::Teams::both);
  EXPECT_EQ(config.match_voice.move_from, match_voice::MoveFrom::lobby);
  EXPECT_EQ(config.match_voice.lobby, ChannelId{13});
}

TEST_F(ConfigTest, truth_values_are_written_as_words_or_digits) {
  for (const auto* toml : {"log_json = true", "log_json = \"true\"", "log_json = 1", "log_json = \"1\""}) {
    EXPECT_TRUE(loaded({}, toml).log_json) << toml;
  }
  for (const auto* toml : {"log_json = false", "log_json = \"false\"", "log_json = 0"}) {
    EXPECT_FALSE(loaded({{"PORT", "1"}}, toml).log_json) << toml;
  }
  EXPECT_FALSE(loaded({{"MATCHDAY_LOG_JSON", "false"}}, "log_json = true").log_json);
}

TEST_F(ConfigTest, the_environment_wins_over_the_file) {
  const auto config = loaded({{"PORT", "9002"}}, "listen_port = 9001\nlisten_address = \"127.0.0.1\"");
  EXPECT_EQ(config.listen_port, 9002);
  EXPECT_EQ(config.listen_address, "127.0.0.1");
}

TEST_F(ConfigTest, our_own_name_wins_over_the_name_of_the_original_projects) {
  EXPECT_EQ(loaded({{"DISCORD_GUILD_ID", "1"}, {"MATCHDAY_DISCORD_GUILD_ID", "2"}}).guild, GuildId{2});
  EXPECT_EQ(loaded({{"PORT", "9001"}, {"MATCHDAY_LISTEN_PORT", "9002"}}).listen_port, 9002);
}

// `listen` sets what two other settings set as well: the more important source wins there too.
TEST_F(ConfigTest, address_and_port_in_one_setting_obey_the_same_order) {
  const Environment ours{{"MATCHDAY_LISTEN", "127.0.0.1:9003"}};
  const auto over_file = loaded(ours, "listen_address = \"10.0.0.9\"\nlisten_port = 9001");
  EXPECT_EQ(over_file.listen_address, "127.0.0.1");
  EXPECT_EQ(over_file.listen_port, 9003);
  auto with_seeds = ours;
  with_seeds.insert({{"HOST", "0.0.0.0"}, {"PORT", "9001"}});
  const auto over_seeds = loaded(with_seeds);
  EXPECT_EQ(over_seeds.listen_address, "127.0.0.1");
  EXPECT_EQ(over_seeds.listen_port, 9003);
  EXPECT_EQ(loaded({{"PORT", "9004"}}, "listen = \"127.0.0.1:9003\"").listen_port, 9004);
}

TEST_F(ConfigTest, an_ipv6_address_is_written_in_brackets_before_its_port) {
  const auto config = loaded({{"MATCHDAY_LISTEN", "[::1]:9003"}});
  EXPECT_EQ(config.listen_address, "::1");
  EXPECT_EQ(config.listen_port, 9003);
}

TEST_F(ConfigTest, an_empty_variable_means_not_set) {
  const auto config =
      loaded({{"PORT", ""}, {"DISCORD_GUILD_ID", ""}, {"MATCHDAY_TEAMS", ""}}, "listen_port = 9001");
  EXPECT_EQ(config.listen_port, 9001);
  EXPECT_FALSE(config.guild);
}

TEST_F(ConfigTest, the_process_environment_keeps_what_follows_the_first_equals_sign) {
  ASSERT_EQ(setenv("A_TEST_OF_MATCHDAY", "a=b=c", 1), 0);
  EXPECT_EQ(process_environment().at("A_TEST_OF_MATCHDAY"), "a=b=c");
  unsetenv("A_TEST_OF_MATCHDAY");
}

TEST_F(ConfigTest, the_list_of_settings_names_every_key_and_the_variable_that_people_know) {
  const auto text = describe_settings();
  for (const auto* name : {"discord.guild_id", "DISCORD_GUILD_ID", "match_voice.lobby_id", "LOBBY_VC_ID",
                           "MATCHDAY_PUBLIC_URL", "listen_port", "PORT"}) {
    EXPECT_TRUE(text.contains(name)) << name;
  }
}

// ---- What is said about mistakes.

TEST_F(ConfigTest, every_bad_value_gets_one_sentence_that_begins_with_its_name) {
  for (const auto& [name, value] :
       std::vector<std::pair<std::string, std::string>>{{"PORT", "eighty"},
                                                        {"PORT", "65536"},
                                                        {"PORT", "-1"},
                                                        {"PORT", "8000 "},
                                                        {"MATCHDAY_LISTEN", "8000"},
                                                        {"MATCHDAY_LISTEN", ":8000"},
                                                        {"MATCHDAY_LISTEN", "127.0.0.1:http"},
                                                        {"DISCORD_GUILD_ID", "my server"},
                                                        {"VC_CATEGORY_ID", "-5"},
                                                        {"LOBBY_VC_ID", "0"},
                                                        {"ALERT_CHANNEL_ID", "#alerts"},
                                                        {"MATCHDAY_LOG_LEVEL", "verbose"},
                                                        {"MATCHDAY_LOG_JSON", "yes"},
                                                        {"MATCHDAY_ALLOW_UNSIGNED_WEBHOOKS", "maybe"},
                                                        {"MATCHDAY_TEAMS", "three"},
                                                        {"MATCHDAY_MOVE_FROM", "everywhere"},
                                                        {"MATCHDAY_DISCORD_API_URL", "discord.com/api"},
                                                        {"MATCHDAY_FACEIT_API_URL", "ftp://faceit.com"},
                                                        {"MATCHDAY_PUBLIC_URL", "cup.example"},
                                                        {"DATABASE_URL", "mysql://host/db"}}) {
    const auto told = faults({{name, value}});
    ASSERT_EQ(told.size(), 1U) << name << '=' << value << ": " << testing::PrintToString(told);
    EXPECT_TRUE(told[0].starts_with(name + " ")) << told[0];
    EXPECT_TRUE(told[0].ends_with('.')) << told[0];
  }
}

TEST_F(ConfigTest, a_bad_value_in_the_file_is_named_by_its_key) {
  for (const auto& [toml, key] : std::vector<std::pair<std::string, std::string>>{
           {"listen_port = 70000", "listen_port"},
           {"listen_port = true", "listen_port"},
           {"listen_port = 80.5", "listen_port"},
           {"log_json = 2", "log_json"},
           {"trusted_proxies = [\"10.0.0.1\"]", "trusted_proxies"},
           {"organization_name = 2026-01-01", "organization_name"},
           {"[match_voice]\nteams = 2", "match_voice.teams"},
           {"[faceit]\nallow_unsigned_webhooks = \"yes\"", "faceit.allow_unsigned_webhooks"},
           {"[discord]\napi_url = \"discord\"", "discord.api_url"}}) {
    const auto told = faults({}, toml);
    ASSERT_EQ(told.size(), 1U) << toml << ": " << testing::PrintToString(told);
    EXPECT_TRUE(told[0].starts_with(key + " must be ")) << told[0];
  }
}

TEST_F(ConfigTest, an_unknown_key_names_the_nearest_known_one) {
  const auto told = faults({}, "listen_prot = 1\n[matchvoice]\nteams = \"both\"");
  ASSERT_EQ(told.size(), 2U);
  EXPECT_TRUE(told[0].ends_with(R"(there is no setting "listen_prot". Did you mean "listen_port"?)"))
      << told[0];
  EXPECT_TRUE(told[1].ends_with(R"("matchvoice.teams". Did you mean "match_voice.teams"?)")) << told[1];
}

TEST_F(ConfigTest, an_unknown_variable_of_ours_names_the_nearest_known_one) {
  EXPECT_THAT(faults({{"MATCHDAY_DISCORD_TOKN", "x"}, {"PATH", "/bin"}, {"DISCORD_TOKN", "x"}}),
              testing::ElementsAre(
                  "There is no setting MATCHDAY_DISCORD_TOKN. Did you mean MATCHDAY_DISCORD_TOKEN?"));
  EXPECT_TRUE(faults({{"MATCHDAY_CONFIG", "matchday.toml"}}).empty());
}

TEST_F(ConfigTest, a_file_that_is_not_toml_or_not_there_is_named_with_the_line) {
  const auto told = faults({}, "listen_port = 1\nlog_json = = true");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].contains("settings.toml cannot be read:")) << told[0];
  EXPECT_TRUE(told[0].contains("(line 2)")) << told[0];
  const auto missing = load_config({}, directory.file("none.toml"));
  ASSERT_FALSE(missing);
  EXPECT_TRUE(missing.error().message.contains("none.toml cannot be read:")) << missing.error().message;
}

TEST_F(ConfigTest, the_address_of_supabases_web_api_is_explained) {
  const auto told = faults({{"SUPABASE_URL", "https://abc.supabase.co"}});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].starts_with("SUPABASE_URL is the address of Supabase's web API.")) << told[0];
  EXPECT_TRUE(told[0].contains("postgresql://")) << told[0];
}

TEST_F(ConfigTest, a_connection_string_of_postgresql_is_taken_by_any_of_its_names) {
  for (const auto* name : {"MATCHDAY_DATABASE_URL", "DATABASE_URL", "SUPABASE_URL"}) {
    for (const auto* scheme : {"postgresql://", "postgres://"}) {
      const auto config = load_config({{name, std::string(scheme) + "me:hunter2@host/db"}}, "");
      ASSERT_TRUE(config);
      EXPECT_EQ(config->database_url.reveal(), std::string(scheme) + "me:hunter2@host/db");
    }
  }
  const auto told = faults({{"DATABASE_URL", "mysql://me:hunter2@host/db"}});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_FALSE(told[0].contains("hunter2")) << told[0];
}

TEST_F(ConfigTest, roles_are_for_several_processes_on_one_database) {
  const auto config =
      load_config({{"DATABASE_URL", "postgresql://h/d"}, {"MATCHDAY_ROLES", "web, worker"}}, "");
  ASSERT_TRUE(config);
  EXPECT_FALSE(config->roles.gateway);
  EXPECT_TRUE(config->roles.web && config->roles.worker);
  EXPECT_EQ(faults({{"MATCHDAY_ROLES", "web"}}).size(), 1U) << "SQLite has one process";
  EXPECT_TRUE(faults({{"MATCHDAY_ROLES", "web,cook"}})[0].contains("\"cook\""));
  EXPECT_EQ(faults({{"DATABASE_URL", "postgresql://h/d"}, {"MATCHDAY_ROLES", ","}}).size(), 1U);
}

TEST_F(ConfigTest, a_token_needs_to_know_its_server) {
  const auto told = faults({{"DISCORD_TOKEN", "tok"}});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].starts_with("DISCORD_GUILD_ID is missing")) << told[0];
}

TEST_F(ConfigTest, moving_from_the_lobby_needs_a_lobby) {
  const auto told = faults({{"MATCHDAY_MOVE_FROM", "lobby"}});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_TRUE(told[0].contains("LOBBY_VC_ID is not set")) << told[0];
}

TEST_F(ConfigTest, an_id_that_cannot_be_read_is_not_called_missing_as_well) {
  EXPECT_EQ(faults({{"DISCORD_TOKEN", "tok"}, {"DISCORD_GUILD_ID", "my server"}}).size(), 1U);
  EXPECT_EQ(faults({{"MATCHDAY_MOVE_FROM", "lobby"}, {"LOBBY_VC_ID", "the lobby"}}).size(), 1U);
}

TEST_F(ConfigTest, all_mistakes_are_told_at_once) {
  const auto told =
      faults({{"PORT", "x"}, {"MATCHDAY_TEAMS", "x"}, {"MATCHDAY_TEMAS", "x"}, {"DISCORD_TOKEN", "tok"}},
             "log_jsn = true");
  EXPECT_EQ(told.size(), 5U) << testing::PrintToString(told);
}

// ---- What is remarked without being a mistake.

TEST_F(ConfigTest, variables_that_are_no_longer_needed_are_remarked) {
  EXPECT_THAT(loaded({{"FLASK_SECKEY", "x"}, {"SUPABASE_KEY", "y"}}).remarks,
              testing::ElementsAre("FLASK_SECKEY is not needed and was ignored.",
                                   "SUPABASE_KEY is not needed and was ignored."));
}

TEST_F(ConfigTest, what_a_missing_key_or_unsigned_webhooks_mean_is_remarked) {
  const auto bot = loaded({{"DISCORD_TOKEN", "tok"}, {"DISCORD_GUILD_ID", "1"}});
  ASSERT_EQ(bot.remarks.size(), 1U);
  EXPECT_TRUE(bot.remarks[0].contains("/register is off"));
  const auto open = loaded({{"MATCHDAY_ALLOW_UNSIGNED_WEBHOOKS", "true"}});
  ASSERT_EQ(open.remarks.size(), 1U);
  EXPECT_TRUE(open.remarks[0].contains("anybody"));
}

}  // namespace
}  // namespace matchday::server
