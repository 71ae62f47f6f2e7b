// See config.hpp. Here: where settings come from, which source wins, and what is said about mistakes.
#include "server/config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <filesystem>
#include <numeric>
#include <set>

#include "server/settings_table.hpp"

extern char** environ;

namespace matchday::server {
namespace {

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row.back();
}

std::string nearest(std::string_view name, const std::function<std::string(const Setting&)>& name_of) {
  return name_of(*std::ranges::min_element(
      settings(), {}, [&](const Setting& setting) { return edit_distance(name, name_of(setting)); }));
}

// The leaves of a TOML document, as "table.key" and text.
void flatten(const toml::table& table, const std::string& prefix, std::map<std::string, std::string>& out,
             std::vector<std::string>& faults) {
  for (const auto& [key, node] : table) {
    const auto name = prefix + std::string(key.str());
    if (const auto* inner = node.as_table())
      flatten(*inner, name + ".", out, faults);
    else if (const auto value = node.value<std::string>())
      out[name] = *value;
    else if (const auto number = node.value<std::int64_t>())
      out[name] = node.is_boolean() ? (*node.value<bool>() ? "true" : "false") : std::to_string(*number);
    else
      faults.push_back(fmt::format("{} must be text, a whole number, or true or false.", name));
  }
}

std::map<std::string, std::string> read_toml(const std::string& path, std::vector<std::string>& faults) {
  std::map<std::string, std::string> values;
  try {
    flatten(toml::parse_file(path), "", values, faults);
  } catch (const toml::parse_error& error) {
    faults.push_back(fmt::format("{} cannot be read: {} (line {}).", path, error.description(),
                                 error.source().begin.line));
    return values;
  }
  for (const auto& [key, value] : values) {
    if (std::ranges::find(settings(), key, &Setting::key) == settings().end()) {
      faults.push_back(fmt::format("{}: there is no setting \"{}\". Did you mean \"{}\"?", path, key,
                                   nearest(key, [](const Setting& s) { return s.key; })));
    }
  }
  return values;
}

void check_variables(const std::map<std::string, std::string>& environment,
                     std::vector<std::string>& faults) {
  // Read elsewhere: the path of the TOML file itself, and what the scripts around us use.
  static const std::vector<std::string> others{"MATCHDAY_CONFIG", "MATCHDAY_SHARED", "MATCHDAY_BINARY",
                                               "MATCHDAY_FULL", "MATCHDAY_TEST_POSTGRES"};
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("MATCHDAY_") || std::ranges::find(others, name) != others.end()) continue;
    if (std::ranges::find(settings(), name, &Setting::variable) != settings().end()) continue;
    faults.push_back(fmt::format("There is no setting {}. Did you mean {}?", name,
                                 nearest(name, [](const Setting& s) { return s.variable; })));
  }
}

// What /verify still needs, once it has something.
std::vector<std::string> missing_for_login(const Config& config) {
  if (config.faceit_client_id.empty() && config.faceit_client_secret.empty()) return {};
  std::vector<std::string> missing;
  if (config.faceit_client_id.empty()) missing.emplace_back("FACEIT_CLIENT_ID");
  if (config.faceit_client_secret.empty()) missing.emplace_back("FACEIT_CLIENT_SECRET");
  if (config.faceit_callback().empty()) missing.emplace_back("MATCHDAY_PUBLIC_URL");
  return missing;
}

// What signing in to the dashboard still needs, once it has something.
std::vector<std::string> missing_for_sign_in(const Config& config) {
  if (config.discord_client_id.empty() && config.discord_client_secret.empty()) return {};
  std::vector<std::string> missing;
  if (config.discord_client_id.empty()) missing.emplace_back("DISCORD_CLIENT_ID");
  if (config.discord_client_secret.empty()) missing.emplace_back("DISCORD_CLIENT_SECRET");
  if (config.public_url.empty()) missing.emplace_back("MATCHDAY_PUBLIC_URL");
  return missing;
}

void add_remarks(const std::map<std::string, std::string>& environment, Config& config) {
  if (const auto missing = missing_for_login(config); !missing.empty()) {
    config.remarks.push_back(
        fmt::format("/verify is off: logging in at FACEIT also needs {}.", fmt::join(missing, " and ")));
  }
  if (const auto missing = missing_for_sign_in(config); !missing.empty()) {
    config.remarks.push_back(
        fmt::format("Nobody can sign in to the dashboard: that also needs {}.", fmt::join(missing, " and ")));
  }
  if (environment.contains("FLASK_SECKEY"))
    config.remarks.emplace_back("FLASK_SECKEY is not needed and was ignored.");
  if (environment.contains("SUPABASE_KEY"))
    config.remarks.emplace_back("SUPABASE_KEY is not needed and was ignored.");
  if (config.faceit_api_key.empty() && !config.discord_token.empty()) {
    config.remarks.emplace_back(
        "FACEIT_API_KEY is not set: /register is off, and rosters come from webhooks alone.");
  }
  if (config.webhooks_allow_private) {
    config.remarks.emplace_back(
        "Outgoing webhooks may lead into this server's own network: whoever manages an organization can make "
        "the server send requests there.");
  }
  if (config.allow_unsigned_webhooks) {
    config.remarks.emplace_back(
        "Webhooks are taken without a secret: anybody who knows the address can open and close channels.");
  }
}

// What is wrong between settings. `unusable` are the keys that were given, but not well: that is told
// already.
void check_whole(const Config& config, const std::set<std::string>& unusable,
                 std::vector<std::string>& faults) {
  if (!config.discord_token.empty() && !config.guild && !unusable.contains("discord.guild_id")) {
    faults.emplace_back("DISCORD_GUILD_ID is missing: the id of the Discord server in which to work.");
  }
  if (config.guild && config.match_voice.spectator_role &&
      config.match_voice.spectator_role->value == config.guild->value) {
    faults.emplace_back(
        "match_voice.spectator_role_id is the server's own id, which stands for everybody: every match "
        "channel "
        "would be open to all.");
  }
  if (!config.roles.all() && config.database_url.empty()) {
    faults.emplace_back(
        "roles are for several processes, which need a PostgreSQL database: set MATCHDAY_DATABASE_URL, or "
        "leave "
        "roles out.");
  }
  if (config.match_voice.move_from == match_voice::MoveFrom::lobby && !config.match_voice.lobby &&
      !unusable.contains("match_voice.lobby_id")) {
    faults.emplace_back("match_voice.move_from is \"lobby\", but LOBBY_VC_ID is not set.");
  }
}

// A value and where it was found.
struct Given {
  enum class Source { file, seeds_variable, our_variable };  // a later one wins
  const Setting* setting = nullptr;
  Source source = Source::file;
  std::string name;  // the key or the variable
  std::string value;
};

// The winning value of each setting, the most important sources last: where two settings set the same thing
// (`listen` and `listen_port`), the order of applying them decides.
std::vector<Given> choose_values(const std::map<std::string, std::string>& environment,
                                 const std::map<std::string, std::string>& file) {
  std::vector<Given> chosen;
  for (const auto& setting : settings()) {
    std::optional<Given> best;
    if (const auto in_file = file.find(setting.key); in_file != file.end()) {
      best = Given{&setting, Given::Source::file, setting.key, in_file->second};
    }
    const auto look_for = [&](const std::string& variable, Given::Source source) {
      const auto found = environment.find(variable);
      // An empty variable means "not set", as in the .env files that people copy.
      if (found != environment.end() && !found->second.empty())
        best = Given{&setting, source, variable, found->second};
    };
    for (const auto& alias : setting.aliases) look_for(alias, Given::Source::seeds_variable);
    look_for(setting.variable, Given::Source::our_variable);
    if (best) chosen.push_back(std::move(*best));
  }
  std::ranges::sort(chosen, {}, [](const Given& given) { return std::pair(given.source, given.setting); });
  return chosen;
}

std::string below(const std::string& address, std::string_view path) {
  return address.substr(0, address.find_last_not_of('/') + 1) + std::string(path);
}

}  // namespace

std::string Config::discord_callback() const {
  return public_url.empty() ? "" : below(public_url, "/auth/callback");
}

std::string Config::faceit_callback() const {
  if (!faceit_redirect_uri.empty() || public_url.empty()) return faceit_redirect_uri;
  return below(public_url, "/faceit/callback");
}

Result<Config> load_config(const std::map<std::string, std::string>& environment,
                           const std::string& toml_path) {
  Config config;
  std::vector<std::string> faults;
  std::map<std::string, std::string> file;
  if (!toml_path.empty())
    file = read_toml(toml_path, faults);
  else if (std::filesystem::exists("matchday.toml"))
    file = read_toml("matchday.toml", faults);
  check_variables(environment, faults);
  std::set<std::string> unusable;
  for (const auto& given : choose_values(environment, file)) {
    const auto fault = given.setting->set(config, given.value);
    if (!fault) continue;
    faults.push_back(fmt::format("{} {}.", given.name, *fault));
    unusable.insert(given.setting->key);
  }
  check_whole(config, unusable, faults);
  if (!faults.empty()) return fail(ErrorKind::invalid, fmt::format("{}", fmt::join(faults, "\n")));
  add_remarks(environment, config);
  return config;
}

std::string describe_settings() {
  std::string out;
  for (const auto& setting : settings()) {
    out += fmt::format(
        "{:34} {:36} {}\n", setting.key,
        setting.aliases.empty() ? setting.variable : fmt::format("{}", fmt::join(setting.aliases, ", ")),
        setting.meaning);
  }
  return out;
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> out;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view pair(*entry);
    const auto equals = pair.find('=');
    if (equals != std::string_view::npos) out.emplace(pair.substr(0, equals), pair.substr(equals + 1));
  }
  return out;
}

}  // namespace matchday::server
