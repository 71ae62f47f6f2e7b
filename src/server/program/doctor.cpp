// `matchday doctor`: asks the platforms what an organizer would otherwise find out on match day, and names
// the fix.
#include <fmt/format.h>

#include "net/http_client.hpp"
#include "net/rate_gate.hpp"
#include "platforms/discord/application.hpp"
#include "platforms/discord/channels.hpp"
#include "platforms/discord/guild_cache.hpp"
#include "platforms/discord/guilds.hpp"
#include "platforms/discord/members.hpp"
#include "platforms/discord/rest_client.hpp"
#include "platforms/faceit/client.hpp"
#include "server/program/commands.hpp"
#include "server/program/run_until_signal.hpp"

namespace matchday::server {
namespace {

struct Report {
  int wrong = 0;
  void ok(std::string_view what) { fmt::print("  ok    {}\n", what); }
  void bad(std::string_view what, std::string_view fix) {
    ++wrong;
    fmt::print("  WRONG {}\n        Fix: {}\n", what, fix);
  }
};

constexpr auto needed_in_guild = discord::Permission::view_channel | discord::Permission::manage_channels |
                                 discord::Permission::manage_roles | discord::Permission::connect |
                                 discord::Permission::speak | discord::Permission::move_members |
                                 discord::Permission::view_audit_log;

// The guild as the permission arithmetic needs it, from three REST answers.
Task<Result<discord::Guild>> read_guild(discord::RestClient& rest, GuildId id, UserId self) {
  auto guild = co_await rest.call(discord::get_guild(id), 15s);
  if (!guild) co_return std::unexpected(guild.error());
  auto channels = co_await rest.call(discord::list_guild_channels(id), 15s);
  if (!channels) co_return std::unexpected(channels.error());
  auto member = co_await rest.call(discord::get_member(id, self), 15s);
  if (!member) co_return std::unexpected(member.error());
  discord::Guild out{.id = id, .name = Fields(*guild).string_or("name", ""), .available = true};
  out.owner = Fields(*guild).id<UserId>("owner_id").value_or(UserId{});
  for (const auto& item : Fields(*guild).array("roles")) {
    if (auto role = discord::parse_role(item)) out.roles.emplace(role->id, std::move(*role));
  }
  for (const auto& item : channels->as_array()) {
    if (auto channel = discord::parse_channel(item)) out.channels.emplace(channel->id, std::move(*channel));
  }
  for (const auto& role : Fields(*member).array("roles")) {
    if (const auto* text = role.if_string()) {
      if (auto role_id = RoleId::parse(std::string_view(*text))) out.own_roles.push_back(*role_id);
    }
  }
  co_return out;
}

void examine_guild(const discord::Guild& guild, UserId self, const Config& config, Report& report) {
  report.ok(fmt::format("The bot is in the Discord server \"{}\"", guild.name));
  const auto have = discord::guild_permissions(guild, self, guild.own_roles);
  if (const auto missing = discord::missing_names(needed_in_guild, have); missing.empty()) {
    report.ok("The bot has every permission that match voice needs");
  } else {
    report.bad(fmt::format("The bot lacks {}", fmt::join(missing, ", ")),
               "Server Settings, Roles, the bot's role: grant them.");
  }
  const auto place = [&](std::optional<ChannelId> id, discord::ChannelType type, std::string_view variable,
                         std::string_view what) {
    if (!id) return report.ok(fmt::format("{} is not set: no {}", variable, what));
    const auto* channel = guild.channel(*id);
    if (channel && channel->type == type)
      return report.ok(fmt::format("{} is \"{}\"", variable, channel->name));
    report.bad(fmt::format("{} names no {} of this server", variable, what),
               fmt::format("Copy the id of a {} again.", what));
  };
  place(config.category, discord::ChannelType::category, "VC_CATEGORY_ID", "category");
  place(config.lobby, discord::ChannelType::voice, "LOBBY_VC_ID", "voice channel");
  place(config.alert_channel, discord::ChannelType::text, "ALERT_CHANNEL_ID", "text channel");
}

Task<void> examine_discord(Loop loop, net::HttpClient& http, const Config& config, Report& report) {
  if (config.discord_token.empty()) {
    report.bad("DISCORD_TOKEN is not set", "Create a bot at discord.com/developers and set its token.");
    co_return;
  }
  discord::RateLimiter limiter(loop.executor, loop.clock);
  discord::RestClient rest(http, limiter, loop.clock, Random::from_system(),
                           {.api_url = config.discord_api_url, .token = config.discord_token});
  auto user = co_await rest.call(discord::get_current_user(), 15s);
  if (!user) {
    const bool wrong_token = user.error().kind == ErrorKind::unauthorized;
    report.bad(wrong_token ? "Discord does not accept the token"
                           : "Discord does not answer: " + user.error().message,
               wrong_token ? "Reset the token in the developer portal and set the new one as DISCORD_TOKEN."
                           : "Check the network and MATCHDAY_DISCORD_API_URL.");
    co_return;
  }
  const auto self = Fields(*user).id<UserId>("id").value_or(UserId{});
  report.ok(fmt::format("The token belongs to the bot \"{}\"", Fields(*user).string_or("username", "?")));
  auto guild = co_await read_guild(rest, *config.guild, self);
  if (guild) {
    examine_guild(*guild, self, config, report);
  } else {
    report.bad(
        fmt::format("The Discord server {} cannot be read: {}", config.guild->text(), guild.error().message),
        "Invite the bot to it, and check DISCORD_GUILD_ID.");
  }
}

Task<void> examine_faceit(Loop loop, net::HttpClient& http, const Config& config, Report& report) {
  if (config.faceit_api_key.empty()) {
    report.bad("FACEIT_API_KEY is not set: /register is off",
               "Create a server-side key in FACEIT's App Studio.");
    co_return;
  }
  net::RateGate gate(loop.executor, loop.clock, {});
  faceit::Client client(
      http, gate, loop.clock,
      {.api_url = config.faceit_api_url, .key = config.faceit_api_key, .random = Random::from_system()});
  auto found = co_await client.search_players("a", 1);
  if (found)
    report.ok("FACEIT accepts the API key");
  else if (found.error().kind == ErrorKind::unauthorized)
    report.bad("FACEIT does not accept the API key", "Create a new server-side key in App Studio.");
  else
    report.bad("FACEIT does not answer: " + found.error().message, "Try again later; check the network.");
}

Task<int> examine(Loop loop, Config config) {
  Report report;
  auto http = net::make_http_client(loop.executor, {});
  fmt::print("Matchday doctor\n");
  co_await examine_discord(loop, *http, config, report);
  co_await examine_faceit(loop, *http, config, report);
  if (!config.webhook_secret.empty())
    report.ok("Webhooks are taken with a secret");
  else if (config.allow_unsigned_webhooks)
    report.bad("Webhooks are taken without a secret", "Set WEBHOOK_SECRET here and in App Studio.");
  else
    report.bad("WEBHOOK_SECRET is not set: every webhook is refused",
               "Choose a long random text; set it here and in App Studio.");
  fmt::print("{}\n", report.wrong == 0 ? "Everything is fine." : fmt::format("{} to fix.", report.wrong));
  co_return report.wrong == 0 ? 0 : 1;
}

}  // namespace

int doctor(Config config) {
  return run_program([config](Loop loop) { return examine(std::move(loop), config); });
}

}  // namespace matchday::server
