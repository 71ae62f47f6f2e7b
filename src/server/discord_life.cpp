// What the server does about what Discord tells it: keeps connected, gives events to those who want them, and
// keeps slash commands registered. See parts.hpp.
#include "base/log.hpp"
#include "server/parts.hpp"

namespace matchday::server {

void Application::Parts::on_gateway_event(const discord::GatewayEvent& event) {
  session_snapshot.saw(event);
  guilds.apply(event.type, event.data);
  observer.on_event(event, session_snapshot.begin(event));
  match_voice.on_gateway_event(event);
  if (event.type == "INTERACTION_CREATE") commands.on_interaction(event.data, session_snapshot.begin(event));
  if (config.guild && guild_came(event, *config.guild)) {
    syncing_commands = true;
    group.spawn("command sync", sync_commands(*config.guild));
  }
  const bool came = event.type == "GUILD_CREATE";
  // With `unavailable` it is an outage at Discord.
  const bool left =
      event.type == "GUILD_DELETE" && !Fields(event.data).boolean("unavailable").value_or(false);
  const auto guild = came || left ? Fields(event.data).id<GuildId>("id") : std::nullopt;
  if (guild) group.spawn("a server came or went", guild_seen(*guild, came));
}

// A resumed session does not tell again of the guilds that it has; a replay may tell more than once.
bool Application::Parts::guild_came(const discord::GatewayEvent& event, GuildId guild) const {
  if (syncing_commands) return false;
  if (event.type == "RESUMED") return !commands_registered && guilds.find(guild) != nullptr;
  return event.type == "GUILD_CREATE" && Fields(event.data).id<GuildId>("id") == guild;
}

Task<void> Application::Parts::live_on_gateway() {
  auto known = co_await session_snapshot.load();
  auto stopped = co_await gateway.run(std::move(known));
  if (stopped) co_return;
  finish(stopped.error());
}

// A 401 stops every request, because a loop of them gets the address banned. One may be a hiccup: ask again
// who we are. If Discord still does not know the token, only a human can help.
Task<void> Application::Parts::watch_token() {
  constexpr Duration look_every = 5s;
  for (;;) {
    co_await ground.clock.sleep(look_every);
    if (!limiter.stats().unauthorized) continue;
    limiter.forget_unauthorized();
    auto user = co_await rest.call(discord::get_current_user(), 30s);
    if (user || user.error().kind != ErrorKind::unauthorized) continue;
    finish(Error{
        .kind = ErrorKind::unauthorized,
        .message = "Discord does not accept the bot's token any more. Set the new one as DISCORD_TOKEN."});
    co_return;
  }
}

// What an earlier process left unanswered. Handlers look into the guild cache, so it is given a moment to
// fill; the people wait already, so no more than that.
Task<void> Application::Parts::resume_interactions() {
  constexpr Duration look_every = 100ms;
  const auto latest = ground.clock.steady() + 10s;
  while (!guilds.find(*config.guild) && ground.clock.steady() < latest)
    co_await ground.clock.sleep(look_every);
  for (;;) {
    auto resumed = co_await commands.resume_unanswered();
    if (resumed) co_return;
    log::warning("Unanswered interactions cannot be read yet", {{"error", resumed.error().describe()}});
    co_await ground.clock.sleep(1s);
  }
}

Task<Result<>> Application::Parts::register_commands(GuildId guild) {
  std::set<std::string> off;
  auto owner = co_await organizations.organization_of(guild);
  if (!owner) co_return std::unexpected(owner.error());
  if (*owner) {
    auto modules = co_await organizations.modules_off(**owner);
    if (!modules) co_return std::unexpected(modules.error());
    off = std::move(*modules);
  }
  auto synced =
      co_await discord::sync_commands(rest, *gateway.application(), guild, commands.definitions(off));
  if (!synced) {
    log::warning("Slash commands could not be registered",
                 {{"guild", guild}, {"error", synced.error().describe()}});
    co_return std::unexpected(synced.error());
  }
  log::info("Slash commands are in place", {{"commands", synced->commands}, {"changed", synced->changed}});
  co_return Result<>{};
}

Task<void> Application::Parts::sync_commands(GuildId guild) {
  const auto done = co_await register_commands(guild);
  syncing_commands = false;
  if (done) commands_registered = true;
}

// Discord tells of every server at every start, and most of a large bot's may be nobody's: one look-up each.
Task<void> Application::Parts::guild_seen(GuildId guild, bool present) {
  const auto owner = co_await organizations.organization_of(guild);
  if (!owner || !*owner) co_return;
  const auto noted = co_await organizations.note_bot(guild, present);
  if (!noted)
    log::warning("Whether the bot is in a server could not be stored",
                 {{"guild", guild}, {"error", noted.error().describe()}});
  // The configured one is synchronized by guild_came().
  if (present && guild != config.guild && gateway.application()) (void)co_await register_commands(guild);
}

// One was connected just now. If the bot comes later, GUILD_CREATE tells.
Task<jobs::Outcome> Application::Parts::sync_linked(jobs::Job job) {
  const auto guild = GuildId::parse(job.subject);
  if (!guild || !talks_to_discord() || !guilds.find(*guild) || !gateway.application()) co_return jobs::Done{};
  const auto done = co_await register_commands(*guild);
  if (!done) co_return jobs::Failed{done.error()};
  co_return jobs::Done{};
}

}  // namespace matchday::server
