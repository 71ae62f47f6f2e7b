// The stored session over a real database: never ahead of the work, seldom written, and good only for whom it
// was written.
#include "server/session_snapshot.hpp"

#include "../support/virtual_database.hpp"
#include "base/log.hpp"
#include "schema.hpp"
#include "server/identify_ledger.hpp"

namespace matchday::server {
namespace {

using discord::GatewayEvent;
using discord::GatewaySession;

json::value json_of(std::string_view text) {
  return *parse_json(text);
}

// One process: its cache, its session and what it stores.
struct Process {
  explicit Process(test::VirtualDatabase& database, std::string credentials = "token 641",
                   SessionSnapshotOptions options = {})
      : world(database),
        snapshot(
            world.context.get_executor(), world.clock, world.database, guilds, [this] { return session; },
            std::move(credentials), options),
        tasks(world.context.get_executor(),
              [](const std::string&, const std::exception_ptr& e) { FAIL() << describe(e); }) {
    tasks.spawn("snapshot", snapshot.run());
  }
  ~Process() { stop(); }

  void stop() {
    tasks.cancel_all();
    sim::run(world.context, world.clock, tasks.join());
  }

  // As the server does with every event.
  discord::GatewayProgress::Work take(std::string type, std::string_view data) {
    const GatewayEvent event{std::move(type), json_of(data), ++session->sequence};
    snapshot.saw(event);
    guilds.apply(event.type, event.data);
    return snapshot.begin(event);
  }

  void connect() {
    session = GatewaySession{
        .id = "session", .resume_url = "wss://resume", .self = UserId{77}, .application = ApplicationId{88}};
    take("READY", R"({"user":{"id":"77"},"guilds":[{"id":"10"}]})").done();
    take("GUILD_CREATE", R"({"id":"10","name":"Nordlys","channels":[{"id":"100","type":2}]})").done();
  }

  test::VirtualDatabase& world;
  discord::GuildCache guilds;
  std::optional<GatewaySession> session;
  SessionSnapshot snapshot;
  TaskGroup tasks;
};

constexpr auto delete_channel = R"({"id":"100","guild_id":"10"})";

struct SessionSnapshotTest : testing::Test {
  test::VirtualDatabase world{server_schema()};

  std::int64_t rows() { return world.count("select count(*) as n from gateway_sessions"); }
  std::int64_t commits() { return world.count("select total_changes() as n"); }
  std::int64_t stored_sequence() { return world.count("select sequence as n from gateway_sessions"); }
};

TEST_F(SessionSnapshotTest, the_next_process_resumes_with_the_guilds_as_they_were) {
  Process first(world);
  first.connect();
  world.pass(2s);
  Process next(world);
  const auto session = world.run(next.snapshot.load());
  ASSERT_TRUE(session);
  EXPECT_EQ(session->id, "session");
  EXPECT_EQ(session->resume_url, "wss://resume");
  EXPECT_EQ(session->sequence, 2);
  EXPECT_EQ(session->self, UserId{77});
  EXPECT_EQ(session->application, ApplicationId{88});
  EXPECT_EQ(next.guilds.snapshot(), first.guilds.snapshot());
}

TEST_F(SessionSnapshotTest, the_sequence_never_passes_work_that_is_not_durable) {
  Process process(world);
  process.connect();
  auto deletion = process.take("CHANNEL_DELETE", delete_channel);
  process.take("VOICE_STATE_UPDATE", "{}").done();
  world.pass(1min);
  EXPECT_EQ(stored_sequence(), 2) << "the deletion is not in the ledger yet";
  deletion.done();
  world.pass(20s);
  EXPECT_EQ(stored_sequence(), 4);
}

TEST_F(SessionSnapshotTest, work_that_a_stop_cancelled_comes_again) {
  Process process(world);
  process.connect();
  (void)process.take("CHANNEL_DELETE", delete_channel);
  process.stop();
  world.run(process.snapshot.save_at_end());
  EXPECT_EQ(stored_sequence(), 2);
}

TEST_F(SessionSnapshotTest, a_new_session_is_stored_at_once) {
  Process process(world);
  world.pass(1s);
  process.connect();
  world.pass(10ms);
  EXPECT_EQ(rows(), 1);
}

TEST_F(SessionSnapshotTest, an_idle_server_writes_nothing) {
  Process process(world);
  process.connect();
  world.pass(20s);
  const auto before = commits();
  world.pass(6h);
  world.run(process.snapshot.save_at_end());
  EXPECT_EQ(commits(), before);
}

TEST_F(SessionSnapshotTest, a_busy_server_writes_every_fifteen_seconds) {
  Process process(world);
  process.connect();
  world.pass(20s);
  const auto before = commits();
  for (int i = 0; i < 600; ++i) {
    process.take("VOICE_STATE_UPDATE", "{}").done();
    world.pass(100ms);
  }
  EXPECT_LE(commits() - before, 5 * 2) << "a row deleted and one inserted, at most five times a minute";
  EXPECT_GE(stored_sequence(), 2 + 600 - 160);
}

TEST_F(SessionSnapshotTest, a_cache_that_is_too_large_is_written_only_at_the_end) {
  Process process(world, "token 641", {.running_bytes_max = 20});
  process.connect();
  world.pass(1min);
  EXPECT_EQ(rows(), 0);
  process.stop();
  world.run(process.snapshot.save_at_end());
  EXPECT_EQ(rows(), 1);
}

TEST_F(SessionSnapshotTest, an_identify_drops_what_is_stored) {
  Process process(world);
  process.connect();
  world.pass(2s);
  StoredIdentifyLedger ledger(world.clock, world.database);
  sim::run(world.context, world.clock, ledger.record(world.clock.now()));
  EXPECT_EQ(rows(), 0);
}

TEST_F(SessionSnapshotTest, without_a_session_nothing_is_stored) {
  Process process(world);
  process.connect();
  process.session.reset();  // Discord said op 9
  world.pass(1min);
  EXPECT_EQ(rows(), 0);
}

TEST_F(SessionSnapshotTest, a_row_of_other_credentials_of_yesterday_or_damaged_is_not_tried) {
  log::set_level(log::Level::error);
  Process process(world);
  process.connect();
  world.pass(2s);
  const auto tried = [&](const std::string& credentials) {
    Process next(world, credentials);
    const auto session = world.run(next.snapshot.load());
    EXPECT_EQ(next.guilds.guilds().empty(), !session);
    return session.has_value();
  };
  EXPECT_FALSE(tried("another token 641"));
  EXPECT_TRUE(tried("token 641"));
  auto& database = world.engine.session();
  database.run("update gateway_sessions set guilds = 'AAAA' || guilds", {});
  EXPECT_FALSE(tried("token 641"));
  database.run("update gateway_sessions set guilds = '*'", {});
  EXPECT_FALSE(tried("token 641"));
  process.take("VOICE_STATE_UPDATE", "{}").done();
  world.pass(30s);
  EXPECT_TRUE(tried("token 641"));
  world.pass(25h);
  EXPECT_FALSE(tried("token 641"));
}

TEST_F(SessionSnapshotTest, a_replay_that_kills_every_process_is_given_up_after_a_dozen) {
  Process process(world);
  process.connect();
  world.pass(2s);
  for (int i = 0; i < 12; ++i) EXPECT_TRUE(world.run(Process(world).snapshot.load())) << i;
  EXPECT_FALSE(world.run(Process(world).snapshot.load()));
}

}  // namespace
}  // namespace matchday::server
