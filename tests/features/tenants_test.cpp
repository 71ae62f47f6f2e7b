// Two communities with one bot: whatever is typed, pressed or done as a job in one leaves every row of the
// other as it was, also when it names the other's matches. (The API is held to the same in
// api_document_test.cpp.)
#include "community.hpp"

namespace matchday::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct Tenants : testing::Test {
  Community community{{.faceit_key = false}};
  sandbox::discord::World& discord = community.discord.world;
  const UserId rival = discord.add_user("rival");
  const GuildId their_guild = discord.add_guild("Rivals", rival, sandbox::needed_bot_permissions());
  const ChannelId their_channel = discord.add_channel(their_guild, {.name = "general"});
  const std::string match = "1-ours-0000";
  OrganizationId theirs;

  Tenants() {
    community.link(0, 10);
    community.discord.pump();
    theirs = *community.run(
        community.organizations.ensure({.slug = "rivals", .name = "Rivals", .guild = their_guild}));
    community.transact([this](store::Transaction& tx) {
      community.queue.publish(tx, theirs, organizations::server_linked_topic, their_guild.text(),
                              community.world.clock.now());
    });
    EXPECT_EQ(community.webhook(community.seed_payload("match_object_created", match)).status, 200);
    community.pass(20s);
    EXPECT_THAT(community.rooms(), SizeIs(1));
    CHECK(community.run(sync(this)));
  }
  static Task<Result<discord::SyncReport>> sync(Tenants* self) {
    return discord::sync_commands(self->community.discord.rest, self->community.demo.application,
                                  self->their_guild, self->community.commands.definitions());
  }

  // Every row of ours, but for what time alone changes.
  std::string rows_of_ours() {
    std::string out;
    auto& session = community.world.engine.session();
    for (const auto& [table, columns] : community.columns()) {
      // Jobs and timers of ours go on meanwhile.
      if (std::ranges::find(columns, "organization_id") == columns.end() || table == "jobs" ||
          table == "timetable" || table == "inbox")
        continue;
      const auto text = fmt::format("coalesce(cast({} as text), '')",
                                    fmt::join(columns, " as text), '') || '|' || coalesce(cast("));
      const auto sql =
          fmt::format("select {} as row_text from {} where organization_id = :ours order by 1", text, table);
      for (const auto& row : session.run(sql, {{"ours", community.organization}}))
        out += table + ": " + row.get<std::string>("row_text") + "\n";
    }
    return out;
  }
  std::string say(std::string name, json::object options = {}) {
    const auto fired = discord.fire_command(
        {.channel = their_channel, .user = rival, .name = std::move(name), .options = std::move(options)});
    CHECK(fired);
    return community.read_answer(*fired).text;
  }
};

TEST_F(Tenants, commands_of_one_do_not_see_or_change_the_other) {
  const auto before = rows_of_ours();
  ASSERT_THAT(before, HasSubstr("match_state: "));
  for (const auto* command : {"match show", "match close", "match recreate", "match move"})
    EXPECT_THAT(say(command, {{"match", match}}), HasSubstr("no match")) << command;
  EXPECT_THAT(say("match list", {{"all", true}}), testing::Not(HasSubstr("1-ours")));
  (void)say("faceit config", {{"name_template", "Theirs {team}"}});
  (void)say("faceit follow add", {{"kind", "game"}, {"id", "cs2"}});
  (void)say("automove", {{"choice", "off"}});
  (void)say("setup");
  community.pass(90s);
  EXPECT_EQ(rows_of_ours(), before);
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

TEST_F(Tenants, buttons_that_name_the_others_match_do_nothing) {
  const auto before = rows_of_ours();
  (void)say("setup");
  const auto message = discord.messages_in(their_channel);
  const auto anything = discord.send_message(their_channel, rival, "hello");
  ASSERT_TRUE(anything);
  for (const auto* action : {"match_voice.close", "match_voice.recreate", "match_voice.bring_all",
                             "match_voice.bring_me", "match_voice.ask_close"}) {
    const auto pressed = discord.fire_component(*anything, rival, surfaces::custom_id(action, match));
    if (pressed) (void)community.read_answer(*pressed);
  }
  community.pass(60s);
  EXPECT_EQ(rows_of_ours(), before);
}

TEST_F(Tenants, a_job_of_one_about_the_others_match_does_nothing) {
  const auto before = rows_of_ours();
  community.transact([this](store::Transaction& tx) {
    for (const auto& feature : community.features) {
      for (const auto& [kind, handler] : feature.jobs)
        community.queue.enqueue(
            tx,
            {.organization = theirs, .kind = kind, .subject = match, .run_at = community.world.clock.now()});
    }
  });
  community.pass(90s);
  EXPECT_EQ(rows_of_ours(), before);
  EXPECT_EQ(community.count("match_state where organization_id = " + theirs.text()), 0);
}

}  // namespace
}  // namespace matchday::test
