// Jobs, dead letters and timers over the API, server-sent events, and what operators see of the server.
#include "browser.hpp"

namespace matchday::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

struct Work : testing::Test {
  Community community{{}};
  Browser owner{community};
  const std::string base = "/api/organizations/" + community.organization.text();
  int runs = 0;
  bool works = false;

  Work() {
    community.runner.handle("test.work", [this](const jobs::Job&) { return run_job(this); });
    owner.sign_in(community.demo.organizer);
  }
  static Task<jobs::Outcome> run_job(Work* self) {
    ++self->runs;
    if (self->works) co_return jobs::Done{};
    co_return jobs::Failed{Error{.kind = ErrorKind::internal, .message = "It does not work."}};
  }
  void enqueue(const std::string& subject) {
    community.transact([this, subject](store::Transaction& tx) {
      community.queue.enqueue(tx, {.organization = community.organization,
                                   .kind = "test.work",
                                   .subject = subject,
                                   .run_at = community.world.clock.now()});
    });
  }
  // After an hour and a half of trying.
  std::string dead_job() {
    enqueue("broken");
    for (int i = 0; i < 100 && listed("dead").empty(); ++i) community.pass(1min);
    const auto dead = listed("dead");
    return dead.empty() ? "" : std::string(dead.at(0).at("id").as_string());
  }
  json::array listed(const std::string& state) {
    return owner.get(base + "/jobs?state=" + state).json().at("items").as_array();
  }
};

TEST_F(Work, a_dead_job_is_shown_with_its_error_and_runs_again_when_somebody_says_so) {
  const auto id = dead_job();
  ASSERT_NE(id, "");
  EXPECT_THAT(to_text(listed("dead")), HasSubstr("It does not work."));
  works = true;
  runs = 0;
  const auto asked = owner.api("POST", base + "/jobs/" + id + "/run");
  EXPECT_EQ(asked.status, 202) << asked.body;
  community.pass(5s);
  EXPECT_EQ(runs, 1);
  EXPECT_THAT(listed("dead"), SizeIs(0));
  EXPECT_EQ(owner.api("POST", base + "/jobs/" + id + "/run").status, 404);
  EXPECT_EQ(owner.get(base + "/audit?limit=1").json().at("items").at(0).at("action"), "job.run");
}

TEST_F(Work, a_dead_job_can_be_forgotten_and_one_that_waits_cannot) {
  const auto id = dead_job();
  enqueue("waits");
  community.pass(10s);
  const auto waiting = listed("waiting");
  std::string other;
  for (const auto& job : waiting) {
    if (job.at("kind") == "test.work") other = std::string(job.at("id").as_string());
  }
  EXPECT_EQ(owner.api("DELETE", base + "/jobs/" + other).status, 409);
  EXPECT_EQ(owner.api("DELETE", base + "/jobs/" + id).status, 204);
  EXPECT_EQ(owner.api("DELETE", base + "/jobs/" + id).status, 404);
}

TEST_F(Work, wrong_questions_are_told) {
  EXPECT_EQ(owner.get(base + "/jobs?state=sleeping").text("field"), "state");
  EXPECT_EQ(owner.get(base + "/jobs?cursor=x").text("field"), "cursor");
  EXPECT_EQ(owner.api("POST", base + "/jobs/1/run").status, 404);
  EXPECT_EQ(owner.api("POST", base + "/timers/nonsense/run").status, 404);
  EXPECT_EQ(owner.api("PATCH", base + "/timers/a~b", {{"active", true}}).status, 404);
}

TEST_F(Work, a_timer_is_shown_run_now_paused_and_let_go_on) {
  const auto timers = owner.get(base + "/timers").json().at("items").as_array();
  ASSERT_THAT(timers, SizeIs(1));
  EXPECT_EQ(timers.at(0).at("kind"), "match_voice.poll");
  EXPECT_EQ(timers.at(0).at("interval_seconds"), 60);
  const auto path = base + "/timers/" + std::string(timers.at(0).at("id").as_string());
  EXPECT_EQ(owner.api("POST", path + "/run").status, 202);
  EXPECT_EQ(owner.api("PATCH", path, {{"active", false}}).json().at("next_run_at"), nullptr);
  community.pass(5s);
  const auto ran = community.count("jobs where kind = 'match_voice.poll'");
  community.pass(3min);
  EXPECT_EQ(community.count("jobs where kind = 'match_voice.poll'"), ran) << "it is paused";
  EXPECT_EQ(owner.api("PATCH", path, {{"active", true}}).json().at("active"), true);
  EXPECT_EQ(owner.api("PATCH", path, {{"active", "yes"}}).text("field"), "active");
}

// ---- Events.

struct Listening {
  explicit Listening(Community& community, Browser& who, const std::string& path) : community_(community) {
    net::RequestHead head{.method = "GET", .path = path, .client_address = who.address};
    std::string jar;
    for (const auto& [name, value] : who.cookies) jar += (jar.empty() ? "" : "; ") + name + "=" + value;
    head.headers.set("Cookie", jar);
    response = community.run(Community::serve(community.router, std::move(head), ""));
  }
  // What comes within that time, at once or in pieces.
  std::string hear(Duration duration) {
    std::string out;
    const auto until = community_.world.clock.steady() + duration;
    while (!over && community_.world.clock.steady() < until) {
      auto next = community_.run(
          with_timeout(community_.world.clock, until - community_.world.clock.steady(), response.more()));
      if (!next) break;
      if (*next) out += **next;
      over = !*next;
    }
    return out;
  }
  net::ServerResponse response;
  bool over = false;

 private:
  Community& community_;
};

TEST_F(Work, a_page_hears_of_changes_in_its_organization_and_of_no_other) {
  Listening listening(community, owner, base + "/events");
  ASSERT_EQ(listening.response.status, 200);
  EXPECT_EQ(listening.response.headers.get("Content-Type"), "text/event-stream");
  (void)listening.hear(2s);
  enqueue("something");
  EXPECT_THAT(listening.hear(2s), HasSubstr(R"(data: {"topics":["test"]})"));
  owner.api("POST", base + "/invites", {{"role", "member"}});
  EXPECT_THAT(listening.hear(2s), HasSubstr("\"api\""));
  ASSERT_TRUE(community.run(community.organizations.note_bot(community.demo.guild, false)));
  EXPECT_THAT(listening.hear(2s), HasSubstr("\"organizations\""));
  works = true;
  community.world.engine.session().run("update timetable set active = 0", {});  // what the minute brings
  community.pass(2min);
  Listening quiet(community, owner, base + "/events");
  (void)quiet.hear(2s);
  community.live.changed(OrganizationId{4711}, "test");
  EXPECT_THAT(quiet.hear(400ms), Not(HasSubstr("changed")));
  community.live.changed_somewhere();
  EXPECT_THAT(quiet.hear(2s), HasSubstr(R"(["*"])"));
}

TEST_F(Work, a_stream_beats_ends_and_does_not_grow_with_what_happens) {
  Listening listening(community, owner, base + "/events");
  (void)listening.hear(1s);
  for (int i = 0; i < 1000; ++i) community.live.changed(community.organization, "test");
  const auto heard = listening.hear(1s);
  EXPECT_LE(std::ranges::count(heard, '\n'), 9) << heard;
  const auto rest = listening.hear(3min);
  EXPECT_THAT(rest, HasSubstr(": still here"));
  EXPECT_TRUE(listening.over) << "so that who lost their rights is asked again";
}

TEST_F(Work, nobody_holds_more_streams_than_a_person_needs) {
  std::vector<std::unique_ptr<Listening>> open;
  for (int i = 0; i < 8; ++i) {
    open.push_back(std::make_unique<Listening>(community, owner, base + "/events"));
    ASSERT_EQ(open.back()->response.status, 200);
  }
  EXPECT_EQ(Listening(community, owner, base + "/events").response.status, 429);
  open.pop_back();
  EXPECT_EQ(Listening(community, owner, base + "/events").response.status, 200);
}

// ---- For operators.

TEST_F(Work, an_operator_sees_the_server_its_log_and_everybodys_jobs) {
  const auto id = dead_job();
  EXPECT_EQ(owner.get("/api/admin/status").json().at("jobs").at("dead"), 1);
  EXPECT_EQ(owner.get("/api/admin/jobs?state=dead").json().at("items").at(0).at("id").as_string(), id);
  const auto log = owner.get("/api/admin/log?lines=10");
  EXPECT_EQ(log.status, 200);
  EXPECT_LE(log.json().at("lines").as_array().size(), 10U);
  EXPECT_EQ(owner.get("/api/admin/log?lines=0").text("field"), "lines");
  const auto bundle = owner.get("/api/admin/support-bundle");
  EXPECT_THAT(bundle.header("Content-Disposition"), HasSubstr("attachment"));
  EXPECT_THAT(to_text(bundle.json().at("migrations")), HasSubstr("organizations/"));
  for (const auto& secret : {community.demo.webhook_secret, community.demo.bot_token, owner.session()})
    EXPECT_THAT(bundle.body, Not(HasSubstr(secret)));
  Browser player(community);
  player.sign_in(community.demo.players[0].user);
  for (const auto* path : {"status", "log", "support-bundle", "jobs", "timers", "organizations"})
    EXPECT_EQ(player.get(std::string("/api/admin/") + path).status, 403) << path;
}

}  // namespace
}  // namespace matchday::test
