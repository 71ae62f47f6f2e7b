// `matchday doctor`: asks the platforms what an organizer would otherwise find out on match day, and names
// the fix. What is a fault is decided in features/match_voice/doctor.cpp, as for /faceit doctor; here is what
// can be asked without starting the server. Not looked at: the database, so that it may run beside the
// server.
#include "features/match_voice/doctor.hpp"

#include <fmt/format.h>

#include "net/http_client.hpp"
#include "net/rate_gate.hpp"
#include "platforms/discord/application.hpp"
#include "platforms/discord/channels.hpp"
#include "platforms/discord/guilds.hpp"
#include "platforms/discord/members.hpp"
#include "platforms/discord/rest_client.hpp"
#include "platforms/faceit/client.hpp"
#include "server/program/commands.hpp"
#include "server/program/run_until_signal.hpp"

namespace matchday::server {
namespace {

using match_voice::Answered;
using match_voice::DoctorView;
using match_voice::Finding;
using match_voice::Verdict;

constexpr Duration patience = 15s;  // for each question

// The guild as the permission arithmetic needs it, from three REST answers.
Task<Result<discord::Guild>> read_guild(discord::RestClient& rest, GuildId id, UserId self) {
  auto guild = co_await rest.call(discord::get_guild(id), patience);
  if (!guild) co_return std::unexpected(guild.error());
  auto channels = co_await rest.call(discord::list_guild_channels(id), patience);
  if (!channels) co_return std::unexpected(channels.error());
  auto member = co_await rest.call(discord::get_member(id, self), patience);
  if (!member) co_return std::unexpected(member.error());
  discord::Guild out{.id = id, .name = Fields(*guild).string_or("name", ""), .available = true};
  out.owner = Fields(*guild).id<UserId>("owner_id").value_or(UserId{});
  for (const auto& item : Fields(*guild).array("roles")) {
    if (auto role = discord::parse_role(item)) out.roles.emplace(role->id, std::move(*role));
  }
  for (const auto& item : channels->as_array()) {
    if (auto channel = discord::parse_channel(item)) out.channels.emplace(channel->id, std::move(*channel));
  }
  out.own_roles = discord::parse_role_ids(Fields(*member).array("roles"));
  co_return out;
}

Answered answered(const Error& error) {
  return error.kind == ErrorKind::unauthorized ? Answered::rejected : Answered::no;
}

Task<void> ask_discord(Loop loop, net::HttpClient& http, Config config, DoctorView* view) {
  view->discord = Answered::not_configured;
  if (config.discord_token.empty()) co_return;
  discord::RateLimiter limiter(loop.executor, loop.clock);
  discord::RestClient rest(http, limiter, loop.clock, Random::from_system(),
                           {.api_url = config.discord_api_url, .token = config.discord_token});
  auto user = co_await rest.call(discord::get_current_user(), patience);
  view->discord = user ? Answered::yes : answered(user.error());
  if (!user) {
    view->discord_words = user.error().message;
    co_return;
  }
  view->self = Fields(*user).id<UserId>("id").value_or(UserId{});
  view->connected = true;  // it answers; whether its events flow shows only while the server runs
  if (!config.guild) co_return;
  auto guild = co_await read_guild(rest, *config.guild, view->self);
  if (guild) view->guild = std::move(*guild);
}

Task<void> ask_faceit(Loop loop, net::HttpClient& http, Config config, DoctorView* view) {
  if (config.faceit_api_key.empty()) co_return;
  net::RateGate gate(loop.executor, loop.clock, {});
  faceit::Client client(
      http, gate, loop.clock,
      {.api_url = config.faceit_api_url, .key = config.faceit_api_key, .random = Random::from_system()});
  auto found = co_await client.search_players("a", 1);
  view->faceit = found ? Answered::yes : answered(found.error());
  if (!found) view->faceit_words = found.error().message;
}

// How many are wrong.
int print(const std::vector<Finding>& findings) {
  int wrong = 0;
  for (const auto& finding : findings) {
    wrong += finding.verdict == Verdict::wrong ? 1 : 0;
    const auto* sign = finding.verdict == Verdict::fine     ? "ok   "
                       : finding.verdict == Verdict::advice ? "hint "
                                                            : "WRONG";
    fmt::print("  {} {}\n", sign, finding.what);
    if (!finding.fix.empty()) fmt::print("        Fix: {}\n", finding.fix);
  }
  return wrong;
}

Task<int> examine(Loop loop, Config config) {
  auto http = net::make_http_client(loop.executor, {});
  fmt::print("Matchday doctor\n");
  DoctorView view{.now = loop.clock.now(),
                  .settings = config.match_voice,
                  .alert_channel = config.alert_channel,
                  .webhook_secret = !config.webhook_secret.empty(),
                  .unsigned_webhooks = config.allow_unsigned_webhooks,
                  .webhooks_counted = false};
  co_await ask_discord(loop, *http, config, &view);
  co_await ask_faceit(loop, *http, config, &view);
  const int wrong = print(match_voice::examine(view));
  fmt::print("{}\n", wrong == 0 ? "Everything is fine." : fmt::format("{} to fix.", wrong));
  co_return wrong == 0 ? 0 : 1;
}

}  // namespace

int doctor(Config config) {
  return run_program([config](Loop loop) { return examine(std::move(loop), config); });
}

}  // namespace matchday::server
