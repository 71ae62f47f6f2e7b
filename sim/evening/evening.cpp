// See evening.hpp.
#include "sim/evening/evening.hpp"

#include <numeric>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "server/installation.hpp"
#include "sim/evening/network.hpp"
#include "sim/evening/sim_engine.hpp"

namespace matchday::sim {
namespace {

// A loop that can be killed: everything that waits in it is destroyed without being woken.
class MortalContext : public boost::asio::io_context {
 public:
  void kill() { shutdown(); }
};

server::Config config_of(const Platforms& platforms, const EveningOptions& options) {
  const auto& demo = platforms.demo;
  server::Config config;
  config.discord_token = Secret<std::string>(demo.bot_token);
  config.discord_api_url = "http://sim/discord/api/v10";
  config.guild = demo.guild;
  config.alert_channel = demo.match_alerts;
  config.faceit_api_key = Secret<std::string>(demo.faceit_api_key);
  config.faceit_api_url = "http://sim/faceit/data/v4";
  config.webhook_secret = Secret<std::string>(demo.webhook_secret);
  config.webhook_header = demo.webhook_header;
  config.match_voice.category = demo.matches;
  config.match_voice.lobby = demo.lobby;
  config.match_voice.teams = options.teams;
  if (options.cards) config.match_voice.card_channel = demo.match_cards;
  if (options.polling) config.match_voice.following.hubs = {demo.hub_id};
  return config;
}

}  // namespace

// One run of the server's process. Everything in it dies with it, except what its disk has.
struct Evening::Process {
  Process(const Evening& evening, Platforms& platforms, CrashPlan& crashes)
      : clock(platforms.agenda.now()),
        engine(clock, platforms, crashes, evening.options_.seams, evening.disk_),
        http(context.get_executor(), clock, platforms, crashes, evening.options_.seams),
        connector(context.get_executor(), clock, platforms),
        application({.executor = context.get_executor(),
                     .clock = clock,
                     .random = platforms.random.fork(),
                     .http = http,
                     .user_http = http,
                     .websockets = connector,
                     .engine = engine,
                     .master_key = Secret<std::string>(std::string(32, 'm'))},
                    config_of(platforms, evening.options_)) {}

  ~Process() {
    // First what waits, then what it refers to. A dying frame may leave another behind in the loop.
    for (int i = 0; i < 2; ++i) {
      clock.forget_all();
      context.kill();
    }
  }

  MortalContext context;
  VirtualClock clock;
  SimEngine engine;
  SimHttpClient http;
  SimConnector connector;
  server::Application application;
};

Evening::Evening(EveningOptions options)
    : options_(std::move(options)), platforms_(options_.seed, options_.world) {
  disk_.lies = options_.seams.disk_lies;
  if (!options_.database.empty())
    store::SqliteConnection("matchday.db", store::SqliteMode::write, disk_.vfs()).script(options_.database);
  disk_.dies_at_sync = [this] { return crashes_.strikes("at a sync of the disk"); };
  platforms_.faceit.webhooks().set_target({.url = "http://matchday/faceit-webhook",
                                           .header = platforms_.demo.webhook_header,
                                           .secret = platforms_.demo.webhook_secret});
}

Evening::~Evening() = default;

// Up to where the process works. Throws SqlError when it dies on the way.
void Evening::open_process() {
  process_ = std::make_unique<Process>(*this, platforms_, crashes_);
  auto migrated = store::migrate(process_->engine.connection(), process_->application.migrations(),
                                 process_->clock.now());
  if (crashes_.struck()) return;
  CHECK(migrated);
  if (restored_) server::mark_restored(process_->engine.connection(), std::nullopt, process_->clock.now());
  restored_ = false;
}

void Evening::boot() {
  back_at_.reset();
  ++incarnations_;
  last_boot_ = platforms_.agenda.now();
  try {
    open_process();
  } catch (const store::SqlError&) {
    CHECK(crashes_.struck());
  }
  if (crashes_.take_strike()) return crash();
  boost::asio::co_spawn(process_->context, process_->application.start(),
                        [this](const std::exception_ptr& error, const Result<>& started) {
                          CHECK(!error);
                          // A database that is away: whoever started the process starts it again.
                          if (!started) start_failed_ = true;
                        });
}

void Evening::start() {
  boot();
  CHECK(live_until(60s, [this] { return process_ && process_->application.ready(); }));
}

void Evening::crash() {
  if (platforms_.random.chance(0.5)) {
    ++power_cuts_;
    disk_.power_fails(platforms_.random);
  } else {
    disk_.process_dies();
  }
  process_.reset();
  start_failed_ = false;
  // An answer that the process did not live to store is none to the next one. While the database is away,
  // storing takes a few tries, a second apart.
  constexpr Duration until_stored = 5s;
  for (auto& move : platforms_.member_moves) {
    if (move.when > platforms_.agenda.now() - until_stored) move.answered = false;
  }
  back_at_ = platforms_.agenda.now() + platforms_.random.between(options_.down_min, options_.down_max);
  platforms_.note("crash");
}

void Evening::restore() {
  crash();
  disk_.restore(backup_);
  restored_ = true;
}

bool Evening::process_up() const {
  return process_->application.ready();
}

void Evening::add_meeting_place(std::string name) {
  meeting_places_.push_back(platforms_.discord.add_channel(
      platforms_.demo.guild, {.name = std::move(name), .kind = sandbox::discord::ChannelKind::voice}));
}

void Evening::deliver_webhooks() {
  for (auto& webhook : platforms_.faceit.take_webhooks(platforms_.agenda.now())) {
    platforms_.note("webhook");
    if (!process_) {
      platforms_.faceit.webhook_answered(webhook.id, 0, platforms_.agenda.now());
      continue;
    }
    boost::asio::co_spawn(
        process_->context,
        [](net::HttpHandler& handler, sandbox::faceit::Webhook sent, Platforms& platforms,
           bool early) -> Task<void> {
          if (early) platforms.faceit.webhook_answered(sent.id, 200, platforms.agenda.now());
          net::RequestHead head{.method = "POST",
                                .path = "/faceit-webhook",
                                .headers = sent.headers,
                                .client_address = "10.0.0.2"};
          auto admission = co_await handler.admit(head);
          auto answer = admission.rejection
                            ? *admission.rejection
                            : co_await handler.handle({std::move(head), std::move(sent.body)});
          if (!early) platforms.faceit.webhook_answered(sent.id, answer.status, platforms.agenda.now());
        }(process_->application.handler(), std::move(webhook), platforms_,
                       options_.seams.answers_webhooks_early),
        [](const std::exception_ptr& error) { CHECK(!error); });
  }
}

// Lives one instant. False: nothing happens before `limit`.
bool Evening::turn(Time limit) {
  if (process_) {
    process_->context.restart();
    while (!crashes_.struck() && process_->context.poll_one() > 0)
      (void)crashes_.strikes("after a step of a coroutine", Detail::awaits);
  }
  if (crashes_.take_strike() || start_failed_) crash();
  deliver_webhooks();
  auto next = platforms_.next();
  const auto consider = [&](std::optional<Time> when) {
    if (when && (!next || *when < *next)) next = when;
  };
  consider(back_at_);
  if (process_) consider(process_->clock.next_wake());
  if (!next || *next > limit) {
    platforms_.agenda.set(limit);
    return false;
  }
  const auto now = std::max(*next, platforms_.agenda.now());
  platforms_.agenda.set(now);
  if (process_) process_->clock.set(now);
  platforms_.turn();
  if (back_at_ && *back_at_ <= now) boot();
  const auto due = [now](const VirtualClock& clock) {
    return clock.next_wake() && *clock.next_wake() <= now;
  };
  if (due(platforms_.agenda))
    platforms_.agenda.advance();
  else if (process_ && due(process_->clock))
    process_->clock.advance();
  if (crashes_.take_strike()) crash();
  return true;
}

bool Evening::live_until(Duration limit, const std::function<bool()>& done) {
  const Time end = platforms_.agenda.now() + limit;
  while (!done()) {
    if (!turn(end)) return done();
  }
  return true;
}

void Evening::link_players() {
  std::vector<InteractionId> asked;
  for (const auto& player : platforms_.demo.players) {
    const auto fired = platforms_.discord.fire_command({.channel = platforms_.demo.general,
                                                        .user = player.user,
                                                        .name = "register",
                                                        .options = {{"faceit_nickname", player.nickname}}});
    CHECK(fired);
    asked.push_back(*fired);
  }
  platforms_.turn();
  CHECK(live_until(60s, [&] {
    return std::ranges::all_of(asked, [&](InteractionId id) {
      return platforms_.discord.what_user_sees(id)->text.contains("Successfully registered");
    });
  }));
}

void Evening::link_players_at_once() {
  std::vector<std::size_t> all(platforms_.demo.players.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  link_players_at_once(all);
}

void Evening::link_players_at_once(const std::vector<std::size_t>& who) {
  CHECK(process_);
  const auto organization =
      process_->engine.connection().run("select id from organizations", {}).front().get<OrganizationId>("id");
  for (const auto i : who)
    link(organization, platforms_.demo.players.at(i), platforms_.demo.players.at(i).user);
}

void Evening::link(OrganizationId organization, const sandbox::DemoPlayer& player, UserId user) {
  process_->engine.connection().run(
      "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method,"
      " linked_at_ms) values (:organization, :user, :faceit_id, :nickname, 'nickname', :now)",
      std::vector<store::Param>{{"organization", organization},
                                {"user", user},
                                {"faceit_id", player.player_id},
                                {"nickname", player.nickname},
                                {"now", platforms_.agenda.now()}});
}

void Evening::add_neighbour() {
  constexpr OrganizationId neighbour{17};
  CHECK(process_);
  process_->engine.connection().run(
      "insert into organizations (id, slug, name, created_at_ms) values (:id, 'neighbour', 'Neighbours', 0)",
      std::vector<store::Param>{{"id", neighbour}});
  const auto& players = platforms_.demo.players;
  for (std::size_t i = 0; i < players.size(); ++i)
    link(neighbour, players[i], players[players.size() - 1 - i].user);
}

std::string Evening::start_match(sandbox::faceit::WebhookShape shape, const LineUp& line_up) {
  sandbox::faceit::NewMatch match{.organizer_id = platforms_.demo.organizer_id, .shape = shape};
  match.competition = {.id = platforms_.demo.hub_id, .name = platforms_.demo.hub_name, .type = "hub"};
  for (const auto i : line_up.faction1) match.faction1.push_back(platforms_.demo.players.at(i).player_id);
  for (const auto i : line_up.faction2) match.faction2.push_back(platforms_.demo.players.at(i).player_id);
  auto made = platforms_.faceit.create_match(match, platforms_.agenda.now());
  CHECK(made);
  return *made;
}

void Evening::step_match(const std::string& match_id, sandbox::faceit::Step step) {
  CHECK(platforms_.faceit.step(match_id, step, platforms_.agenda.now()));
}

std::vector<const sandbox::discord::Channel*> Evening::rooms() const {
  std::vector<const sandbox::discord::Channel*> out;
  for (const auto& [id, channel] : platforms_.discord.find_guild(platforms_.demo.guild)->channels) {
    if (channel.is_voice() && channel.made_by_bot) out.push_back(&channel);
  }
  return out;
}

std::vector<UserId> Evening::sitting_in(ChannelId channel) const {
  std::vector<UserId> out;
  for (const auto& [user, voice] : platforms_.discord.find_guild(platforms_.demo.guild)->voice) {
    if (voice.channel == channel) out.push_back(user);
  }
  return out;
}

std::vector<UserId> Evening::players(std::size_t first, std::size_t count) const {
  std::vector<UserId> out;
  for (std::size_t i = first; i < first + count; ++i) out.push_back(platforms_.demo.players[i].user);
  std::ranges::sort(out);
  return out;
}

}  // namespace matchday::sim
