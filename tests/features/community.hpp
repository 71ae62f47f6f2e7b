// One community on match day: the features over a real database, simulated Discord and simulated FACEIT, all
// on virtual time. What the server wires together is wired here as well, without sockets and without the
// gateway client. Every log line is kept: none may hold a secret.
#pragma once
#include "../support/simulated_platforms.hpp"
#include "../support/virtual_database.hpp"
#include "base/log.hpp"
#include "effects/reconciler.hpp"
#include "features/accounts/accounts.hpp"
#include "features/match_voice/match_voice.hpp"
#include "features/notifications/notifications.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/command_sync.hpp"
#include "platforms/discord/sign_in.hpp"
#include "remote/discord_channel.hpp"
#include "remote/discord_member_move.hpp"
#include "remote/discord_message.hpp"
#include "remote/discord_observer.hpp"
#include "remote/discord_voice_status.hpp"
#include "sandbox/front/demo_world.hpp"
#include "surfaces/admin_api.hpp"
#include "surfaces/api_frame.hpp"
#include "surfaces/doctor_api.hpp"
#include "surfaces/live.hpp"
#include "surfaces/pending_interactions.hpp"
#include "surfaces/router.hpp"
#include "surfaces/site.hpp"
#include "surfaces/work_api.hpp"
#include "webhook_receiver.hpp"

namespace matchday::test {

struct CommunityOptions {
  match_voice::Teams teams = match_voice::Teams::faction1;
  match_voice::MoveFrom move_from = match_voice::MoveFrom::any;
  match_voice::WebhookOptions webhook = {};
  bool faceit_key = true;
  bool faceit_login = false;                                              // /verify is offered
  std::string faceit_redirect = "https://matchday.test/faceit/callback";  // without it, half configured
  bool alert_channel = true;
  bool webhook_secret = true;
  bool connected = true;
  bool private_receivers = false;  // the operator allows webhooks into their own network
  std::function<void(match_voice::Settings&)> adjust = [](match_voice::Settings&) {};
};

// A database whose disk can fail.
class BreakableEngine final : public store::Engine {
 public:
  explicit BreakableEngine(store::Engine& inner) : inner_(inner) {}
  bool reads_fail = false;
  bool writes_fail = false;
  void write(store::Work work) override {
    writes_fail ? fail(std::move(work)) : inner_.write(std::move(work));
  }
  void read(store::Work work) override { reads_fail ? fail(std::move(work)) : inner_.read(std::move(work)); }

 private:
  static void fail(store::Work work) {
    work.done(store::SqlError(store::SqlFault::unavailable, "disk I/O error"));
  }
  store::Engine& inner_;
};

struct Answer {
  int status = 0;
  std::string content_type;
  json::value body;
  std::string text(std::string_view key) const { return Fields(body).string_or(key, "(none)"); }
};

struct Community {
  explicit Community(CommunityOptions the_options = {}) : options(std::move(the_options)) {
    log::set_level(log::Level::error);
    log::set_tap([this](log::Level, std::string_view line) { lines.emplace_back(line); });
    CHECK(store::migrate(world.engine.session(), all_migrations(), world.clock.now()));
    compose();
    organization = ensure_main();
    CHECK(run(match_voice.configure(organization, settings())));
    CHECK(run(reconciler.recover()));
    group.spawn("runner", runner.run("test", true));
    http.faceit = &faceit;
    if (!options.connected) return;
    discord.connect();
    CHECK(run(discord::sync_commands(discord.rest, demo.application, demo.guild, commands.definitions())));
    http.take_sent();
  }

  ~Community() {
    group.cancel_all();
    run(group.join());
    run(commands.drain(0ms));
    run(runner.drain(0ms));
    run(match_voice.drain());
    run(observer.drain());
    log::set_tap({});
    secrets.insert(secrets.end(), {demo.webhook_secret, demo.faceit_api_key, demo.bot_token,
                                   faceit.oauth().application().client_secret});
    for (const auto& line : lines) {
      for (const auto& secret : secrets) EXPECT_FALSE(line.contains(secret)) << line;
    }
    EXPECT_EQ(discord.world.counters().predictable_429s, 0U);
  }

  // ---- Acting.

  template <class T>
  T run(Task<T> task) {
    return sim::run(world.context, world.clock, std::move(task));
  }
  void run(Task<void> task) { sim::run(world.context, world.clock, std::move(task)); }
  void pass(Duration duration) {
    discord.pump();
    world.pass(duration);
    discord.pump();
  }
  bool until(const std::function<bool()>& done, Duration limit = 60s) {
    discord.pump();
    return sim::run_until(world.context, world.clock, limit, done);
  }
  template <class F>
  auto transact(F function) {
    return run(database.transact(std::move(function)));
  }

  // As the HTTP server passes a request on.
  static Task<net::ServerResponse> serve(net::HttpHandler& handler, net::RequestHead head, std::string body) {
    auto admission = co_await handler.admit(head);
    if (admission.rejection) co_return std::move(*admission.rejection);
    if (body.size() > admission.body_bytes_max) co_return net::ServerResponse{.status = 413};
    co_return co_await handler.handle({std::move(head), std::move(body)});
  }

  // A request to the routes.
  Answer request(std::string method, const std::string& target, net::Headers headers, std::string body,
                 std::string address = "203.0.113.5") {
    const auto mark = std::min(target.find('?'), target.size());
    net::RequestHead head{.method = std::move(method),
                          .path = target.substr(0, mark),
                          .query = target.substr(std::min(mark + 1, target.size())),
                          .headers = std::move(headers),
                          .client_address = std::move(address)};
    const auto answer = run(serve(router, std::move(head), std::move(body)));
    const auto parsed = parse_json(answer.body);
    return {answer.status, std::string(answer.headers.get("Content-Type").value_or("")),
            parsed ? *parsed : json::value()};
  }
  Answer webhook(const json::value& payload) { return webhook_text(to_text(payload)); }
  Answer webhook_text(std::string body) {
    return request("POST", "/faceit-webhook", {{demo.webhook_header, demo.webhook_secret}}, std::move(body));
  }

  // The seed's payload, with the demo's players 1-5 as faction1.
  json::object seed_payload(std::string_view event, std::string_view match_id) const {
    json::array roster;
    for (std::size_t i = 0; i < 5; ++i) {
      roster.push_back({{"player_id", demo.players[i].player_id}, {"nickname", demo.players[i].nickname}});
    }
    return {{"event", event},
            {"match_id", match_id},
            {"organizer_id", demo.organizer_id},
            {"entity", {{"teams", {{"faction1", {{"roster", std::move(roster)}}}}}}}};
  }

  // The real service's payload at an instant after the start of the test.
  json::object real_payload(std::string_view event, std::string_view match_id, Duration at,
                            int version = 1) const {
    const auto roster = [&](std::size_t first) {
      json::array out;
      for (std::size_t i = first; i < first + 5; ++i) {
        out.push_back({{"id", demo.players[i].player_id}, {"nickname", demo.players[i].nickname}});
      }
      return out;
    };
    return {{"event", event},
            {"event_id", fmt::format("{}-{}-{}", event, match_id, at.count())},
            {"timestamp", to_rfc3339(start + at)},
            {"payload",
             {{"id", match_id},
              {"version", version},
              {"teams", json::array{{{"name", "Wolves"}, {"roster", roster(0)}},
                                    {{"name", "Ravens"}, {"roster", roster(5)}}}}}}};
  }

  // Somebody types a slash command and reads the answer.
  sandbox::discord::InteractionView ask(UserId user, std::string name, json::object asked_options = {}) {
    const auto fired = discord.world.fire_command({.channel = demo.general,
                                                   .user = user,
                                                   .name = std::move(name),
                                                   .options = std::move(asked_options)});
    CHECK(fired);
    return read_answer(*fired);
  }
  // What the person is offered while they type the option `focused`.
  std::vector<std::string> suggestions(UserId user, std::string name, json::object typed,
                                       std::string_view focused) {
    const auto fired = discord.world.fire_autocomplete(
        {.channel = demo.general, .user = user, .name = std::move(name), .options = std::move(typed)},
        focused);
    CHECK(fired);
    pass(1s);
    std::vector<std::string> out;
    for (const auto& choice : discord.world.what_user_sees(*fired)->choices)
      out.emplace_back(choice.at("name").as_string());
    return out;
  }
  sandbox::discord::InteractionView read_answer(InteractionId interaction) {
    using sandbox::discord::InteractionState;
    const auto answered = [&] {
      const auto state = discord.world.what_user_sees(interaction)->state;
      return state != InteractionState::waiting && state != InteractionState::thinking &&
             state != InteractionState::deferred;
    };
    EXPECT_TRUE(until(answered, 120s)) << "the user still waits";
    auto view = *discord.world.what_user_sees(interaction);
    if (view.text.ends_with('\n')) view.text.pop_back();
    return view;
  }
  std::string say_register(std::size_t player) {
    return ask(demo.players[player].user, "register", {{"faceit_nickname", demo.players[player].nickname}})
        .text;
  }

  // Links players without their commands, where a test is not about that.
  void link(std::size_t first, std::size_t count) {
    for (std::size_t i = first; i < first + count; ++i) {
      const auto& player = demo.players[i];
      world.engine.session().run(
          "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, "
          "verified_method,"
          " linked_at_ms) values (:organization, :user, :faceit, :nickname, 'nickname', :now)",
          {{"organization", organization},
           {"user", player.user},
           {"faceit", player.player_id},
           {"nickname", player.nickname},
           {"now", world.clock.now()}});
    }
  }

  // ---- Looking.

  std::vector<const sandbox::discord::Channel*> rooms() const {
    std::vector<const sandbox::discord::Channel*> out;
    for (const auto& [id, channel] : discord.world.find_guild(demo.guild)->channels) {
      if (channel.is_voice() && id != demo.lobby) out.push_back(&channel);
    }
    return out;
  }
  std::vector<UserId> sitting_in(ChannelId channel) const { return discord.sitting_in(demo.guild, channel); }
  std::vector<UserId> users(std::size_t first, std::size_t count) const {
    std::vector<UserId> out;
    for (std::size_t i = first; i < first + count; ++i) out.push_back(demo.players[i].user);
    std::ranges::sort(out);
    return out;
  }
  std::vector<const sandbox::discord::Message*> alerts_shown() const {
    return discord.world.messages_in(demo.match_alerts);
  }
  // Every column of the schema, by table.
  std::map<std::string, std::vector<std::string>> columns() {
    const auto rows = world.engine.session().run(
        usual_engine() == EngineKind::postgres
            ? "select table_name as t, column_name as c from information_schema.columns"
              " where table_schema = current_schema()"
            : "select m.name as t, p.name as c from sqlite_master m join pragma_table_info(m.name) p"
              " where m.type = 'table'",
        {});
    std::map<std::string, std::vector<std::string>> out;
    for (const auto& row : rows) out[row.get<std::string>("t")].push_back(row.get<std::string>("c"));
    return out;
  }
  std::int64_t count(const std::string& sql) { return world.count("select count(*) as n from " + sql); }

  match_voice::Settings settings() const {
    match_voice::Settings chosen{.guild = demo.guild,
                                 .teams = options.teams,
                                 .move_from = options.move_from,
                                 .category = demo.matches,
                                 .lobby = demo.lobby};
    options.adjust(chosen);
    return chosen;
  }

  // ---- The parts, each made from those above it.

  CommunityOptions options;
  std::vector<std::string> lines;
  std::vector<std::string> secrets;       // more of them, that a test made up
  std::vector<std::string> heard;         // whose links changed
  std::vector<std::string> heard_faceit;  // the same: "organization faceit-id"
  OrganizationId organization;

  VirtualDatabase world{{}};
  const Time start = world.clock.now();
  BreakableEngine engine{world.engine};
  store::Database database{engine};
  Executor executor = world.context.get_executor();
  SimulatedHttp http{world.clock};
  SimulatedDiscord discord{world.clock, executor, http};
  sandbox::faceit::World faceit{sandbox::demo_faceit_options(), Random(5)};
  sandbox::DemoWorld demo = sandbox::build_demo_world(discord.world, faceit);

  Metrics metrics;
  IdSource ids{world.clock, Random(1)};
  jobs::Queue queue{executor, ids};
  jobs::Runner runner{executor, world.clock, Random(2), database, queue, metrics, {}};
  effects::Ledger ledger{queue, ids, Secret<std::string>(std::string(32, 'k'))};
  effects::Reconciler reconciler{world.clock, database, ledger, metrics, "test"};
  remote::DiscordAccess access{.rest = discord.rest,
                               .guilds = discord.guilds,
                               .clock = world.clock,
                               .connected = [this] { return discord.connected; },
                               .self = [this] { return discord.self(); }};
  remote::DiscordObserver observer{executor, world.clock, database, queue, ledger};
  remote::DiscordChannel channels{access};
  remote::DiscordMessage messages{access, "https://matchday.test/r/"};
  remote::DiscordMemberMove moves{access};
  remote::DiscordVoiceStatus statuses{access};
  net::RateGate faceit_gate{executor, world.clock, {}};
  faceit::Client faceit_client{http,
                               faceit_gate,
                               world.clock,
                               {.api_url = std::string(SimulatedHttp::faceit_base),
                                .key = Secret<std::string>(demo.faceit_api_key),
                                .random = Random(4)}};
  discord::SignIn discord_sign_in{
      http,
      world.clock,
      {.application = {.platform = "Discord",
                       .client_id = discord.world.application_id().text(),
                       .client_secret = Secret<std::string>(demo.discord_client_secret),
                       .redirect_uri = "https://matchday.test/auth/callback"},
       .authorize_url = "http://discord.test/oauth2/authorize",
       .api_url = std::string(SimulatedHttp::discord_base),
       .random = Random(7)}};
  organizations::Organizations organizations{world.clock,
                                             database,
                                             queue,
                                             ids,
                                             Secret<std::string>(std::string(32, 'w')),
                                             organizations::Creation::requests};
  notifications::Alerts alerts{ledger};
  WebhookReceivers receivers{world.clock};
  notifications::Webhooks webhooks{{.clock = world.clock,
                                    .database = database,
                                    .queue = queue,
                                    .ids = ids,
                                    .alerts = alerts,
                                    .http = receivers,
                                    .key = Secret<std::string>(std::string(32, 'o')),
                                    .random = Random(8),
                                    .allow_private = options.private_receivers}};
  faceit::OAuthClient faceit_login{
      http,
      world.clock,
      {.application = {.platform = "FACEIT",
                       .client_id = faceit.oauth().application().client_id,
                       .client_secret = Secret<std::string>(faceit.oauth().application().client_secret),
                       .redirect_uri = options.faceit_redirect,
                       .token_url = std::string(SimulatedHttp::login_base) + "/oauth/token"},
       .authorize_url = "http://faceit.test/accounts",
       .userinfo_url = std::string(SimulatedHttp::login_base) + "/resources/userinfo",
       .random = Random(6)}};
  surfaces::PersonalData personal_data;
  accounts::Accounts accounts{world.clock,
                              database,
                              queue,
                              options.faceit_key ? &faceit_client : nullptr,
                              {.organizations = organizations,
                               .ids = ids,
                               .personal_data = personal_data,
                               .discord = &discord_sign_in,
                               .key = Secret<std::string>(std::string(32, 's')),
                               .secure = true,
                               .operators = {demo.organizer},
                               .bot_permissions = match_voice::needed_permissions()},
                              {.client = options.faceit_login ? &faceit_login : nullptr,
                               .key = Secret<std::string>(std::string(32, 'v'))}};
  match_voice::MatchVoice match_voice{executor,
                                      world.clock,
                                      database,
                                      queue,
                                      ledger,
                                      alerts,
                                      webhooks,
                                      organizations,
                                      {.guilds = discord.guilds,
                                       .connected = [this] { return discord.connected; },
                                       .self = [this] { return discord.self(); },
                                       .ids = ids,
                                       .faceit = options.faceit_key ? &faceit_client : nullptr},
                                      options.webhook};
  surfaces::CommandRouter commands{executor, world.clock, discord.rest, organizations, metrics};
  surfaces::Router router{metrics};
  surfaces::ApiFrame api{world.clock, accounts.authenticator(), organizations, metrics};
  const std::vector<surfaces::Feature> features{organizations.feature(), notifications::feature(webhooks),
                                                accounts.feature(), match_voice.feature()};
  surfaces::Live live{executor, world.clock};
  surfaces::WorkApi work{database, queue, ids};
  surfaces::DoctorApi doctor{world.clock, features};
  surfaces::AdminApi admin{world.clock,
                           database,
                           {.version = "test",
                            .database = "SQLite",
                            .started = start,
                            .conditions = {{.name = "start", .ready = [] { return true; }, .reason = ""}},
                            .settings = [] { return json::object{{"discord_token", true}}; },
                            .metrics = &metrics}};
  TaskGroup group{executor, [](const std::string& name, const std::exception_ptr& e) {
                    ADD_FAILURE() << name << describe(e);
                  }};

  std::vector<surfaces::ApiRoute> api_routes() {
    std::vector<surfaces::ApiRoute> all;
    for (const auto& feature : features) std::ranges::copy(feature.api, std::back_inserter(all));
    for (auto routes :
         {live.routes(), work.routes(), doctor.routes(), admin.routes(), surfaces::site_api({})})
      std::ranges::move(routes, std::back_inserter(all));
    return all;
  }

  OrganizationId ensure_main() {
    auto ensured = run(organizations.ensure(
        {.guild = demo.guild,
         .alert_channel = options.alert_channel ? std::optional(demo.match_alerts) : std::nullopt,
         .webhook_secret = Secret<std::string>(options.webhook_secret ? demo.webhook_secret : "")}));
    CHECK(ensured);
    return *ensured;
  }

 private:
  std::vector<store::Migration> all_migrations() {
    auto all = jobs::migrations();
    std::ranges::move(effects::migrations(), std::back_inserter(all));
    std::ranges::move(surfaces::migrations(), std::back_inserter(all));
    for (const auto& feature : features) std::ranges::copy(feature.migrations, std::back_inserter(all));
    return all;
  }

  void compose() {
    for (effects::Kind* kind : std::initializer_list<effects::Kind*>{&channels, &messages, &moves, &statuses})
      reconciler.add(*kind);
    for (const auto& feature : features) {
      personal_data.add(feature);
      for (auto command : feature.commands) {
        if (feature.module) command.module = feature.module->name;
        commands.add(std::move(command));
      }
      for (const auto& component : feature.components) commands.add(component);
      for (const auto& route : feature.routes) router.add(route);
      for (const auto& [kind, handler] : feature.jobs) runner.handle(kind, handler);
      for (const auto& [kind, handler] : feature.jobs_anywhere) runner.handle(kind, handler);
      for (const auto& [topic, kind] : feature.topics) queue.subscribe(topic, kind);
    }
    for (auto& route : surfaces::site_routes({})) router.add(std::move(route));
    for (auto& route : api_routes()) router.add(api.to_route(std::move(route)));
    organizations.use_discord(
        {.rest = &discord.rest, .guilds = &discord.guilds, .dashboard = "https://matchday.test"});
    organizations.know(features);
    queue.on_change([this](OrganizationId whose, std::string_view kind) {
      live.changed(whose, kind.substr(0, kind.find('.')));
    });
    api.on_change([this](OrganizationId whose) { live.changed(whose, "api"); });
    runner.handle(std::string(effects::converge_job),
                  [this](jobs::Job job) { return reconciler.converge(std::move(job)); });
    queue.subscribe(std::string(accounts::link_changed_topic), "test.heard");
    runner.handle("test.heard", [this](const jobs::Job& job) { return hear(&heard, job.subject); });
    queue.subscribe(std::string(accounts::faceit_link_changed_topic), "test.heard_faceit");
    runner.handle("test.heard_faceit", [this](const jobs::Job& job) {
      return hear(&heard_faceit, fmt::format("{} {}", job.organization.text(), job.subject));
    });
    discord.on_event = [this](const discord::GatewayEvent& event) {
      observer.on_event(event, {});
      match_voice.on_gateway_event(event);
      if (event.type == "INTERACTION_CREATE") commands.on_interaction(event.data);
    };
  }

  static Task<jobs::Outcome> hear(std::vector<std::string>* heard, std::string subject) {
    heard->push_back(std::move(subject));
    co_return jobs::Done{};
  }
};

}  // namespace matchday::test
