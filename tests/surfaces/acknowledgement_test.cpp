// What the command router sends, and at which millisecond: the form of each first answer and the deadlines
// behind it, over a scripted HttpClient on virtual time. What a user then sees is in commands_test.cpp.
#include "surfaces/commands.hpp"

#include "base/log.hpp"
#include "sim/clock/virtual_clock.hpp"

namespace matchday::surfaces {
namespace {

constexpr GuildId our_guild{100};
constexpr OrganizationId our_organization{7};
constexpr std::int64_t discord_epoch_ms = 1'420'070'400'000;  // 2015-01-01

// Discord's side of the wire.
class ScriptedDiscord final : public net::HttpClient {
 public:
  struct Sent {
    Duration at;
    std::string what;  // "POST /interactions/…/callback", without ids
    json::value body;
    int type() const { return static_cast<int>(Fields(body).integer("type").value_or(0)); }
    std::string content() const {
      const Fields fields(body);
      return fields.object("data").string_or("content", fields.string_or("content", "(none)"));
    }
    std::int64_t flags() const { return Fields(body).object("data").integer("flags").value_or(0); }
  };
  using Answer = Result<net::HttpResponse>;

  explicit ScriptedDiscord(Clock& clock) : clock_(clock), start_(clock.now()) {}

  Task<Answer> send(net::HttpRequest request) override {
    sent.push_back({std::chrono::floor<Duration>(clock_.now() - start_),
                    request.method + ' ' + shape(request.url),
                    parse_json(request.body).value_or(json::value())});
    co_await clock_.sleep(20ms);
    if (answers.empty()) co_return net::HttpResponse{.status = 204};
    auto answer = std::move(answers.front());
    answers.pop_front();
    co_return answer;
  }

  std::vector<Sent> sent;
  std::deque<Answer> answers;  // 204 when there is none

 private:
  static std::string shape(const std::string& url) {
    if (url.ends_with("/callback")) return "callback";
    if (url.ends_with("/messages/@original")) return "@original";
    return url.contains("/webhooks/") ? "follow-up" : url;
  }
  Clock& clock_;
  Time start_;
};

struct OneGuild final : GuildDirectory {
  Task<Result<std::optional<OrganizationId>>> organization_of(GuildId guild) override {
    if (guild != our_guild) co_return std::nullopt;
    co_return our_organization;
  }
  // Here who manages the server is an admin, and nobody else has a role.
  Task<Result<PermissionSet>> permissions_of(OrganizationId, discord::Interaction interaction) override {
    const bool manages = has(interaction.member_permissions, discord::Permission::administrator) ||
                         has(interaction.member_permissions, discord::Permission::manage_guild);
    co_return manages ? PermissionSet::all() : PermissionSet{};
  }
  Task<Result<std::set<std::string>>> modules_off(OrganizationId) override { co_return off; }
  std::set<std::string> off;
};

struct AcknowledgementTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  ScriptedDiscord discord{clock};
  discord::RateLimiter limiter{context.get_executor(), clock};
  discord::RestClient rest{
      discord, limiter, clock, Random(1), {.api_url = "http://sim", .token = Secret<std::string>("tok")}};
  OneGuild guilds;
  Metrics metrics;
  CommandRouter router{context.get_executor(), clock, rest, guilds, metrics};
  std::vector<std::string> lines;
  CommandContext last;

  AcknowledgementTest() {
    log::set_level(log::Level::error);
    log::set_tap([this](log::Level, std::string_view line) { lines.emplace_back(line); });
  }
  ~AcknowledgementTest() override {
    sim::run(context, clock, router.drain(0ms));
    log::set_tap({});
    for (const auto& line : lines) EXPECT_FALSE(line.contains("itoken")) << line;
  }

  // A handler that gives `reply` after a while.
  CommandHandler replying(Result<Reply> reply, Duration after = 0ms) {
    return [this, reply = std::move(reply), after](CommandContext asked) {
      last = std::move(asked);
      return later(&clock, after, reply);
    };
  }
  static Task<Result<Reply>> later(Clock* clock, Duration after, Result<Reply> reply) {
    if (after > 0ms) co_await clock->sleep(after);
    co_return reply;
  }
  void command(CommandHandler run) {
    router.add(Command{{.name = "standings", .description = "Who leads"}, std::move(run)});
  }
  void button(CommandHandler run) { router.add(Component{"standings.page", std::move(run)}); }

  // An interaction that Discord made `age` ago.
  json::value interaction(int type, json::object data, Duration age = 0ms, std::uint64_t number = 1) const {
    const auto made = static_cast<std::uint64_t>(to_ms(clock.now() - age) - discord_epoch_ms);
    return json::object{{"id", std::to_string(made << 22U | number)},
                        {"application_id", "88"},
                        {"type", type},
                        {"token", "itoken"},
                        {"guild_id", our_guild.text()},
                        {"member", {{"user", {{"id", "5"}, {"username", "ann"}}}}},
                        {"data", std::move(data)}};
  }
  json::value slash(Duration age = 0ms) const { return interaction(2, {{"name", "standings"}}, age); }
  json::value press(std::string_view id = "v1:standings.page:2") const {
    return interaction(3, {{"custom_id", id}, {"component_type", 2}});
  }
  void happens(const json::value& event, Duration and_then = 1min) {
    router.on_interaction(event);
    sim::run(context, clock, clock.sleep(and_then));
  }
  std::vector<std::string> calls() const {
    std::vector<std::string> out;
    for (const auto& sent : discord.sent) {
      auto call = fmt::format("{} {}", sent.at.count(), sent.what);
      if (sent.type() != 0) call += fmt::format(" type {}", sent.type());
      out.push_back(std::move(call));
    }
    return out;
  }
  bool logged(std::string_view text) const {
    return std::ranges::any_of(lines, [&](const std::string& line) { return line.contains(text); });
  }
};

using testing::ElementsAre;

// ---- In time.

TEST_F(AcknowledgementTest, a_handler_that_ends_at_once_is_answered_at_once_for_the_asker_alone) {
  command(replying(Reply{.content = "Wolves lead"}));
  happens(slash());
  EXPECT_THAT(calls(), ElementsAre("0 POST callback type 4"));
  const auto& sent = discord.sent.at(0);
  EXPECT_EQ(sent.content(), "Wolves lead");
  EXPECT_EQ(sent.flags(), 64) << "ephemeral";
  EXPECT_EQ(sent.body.at("data").at("allowed_mentions"), json::value({{"parse", json::array()}}));
  EXPECT_EQ(last.organization, our_organization);
  EXPECT_EQ(metrics.value("matchday_interactions_total", {{"outcome", "ok"}}), 1U);
}

TEST_F(AcknowledgementTest, a_handler_that_ends_within_1500_ms_is_answered_when_it_ends) {
  command(replying(Reply{.content = "Wolves lead"}, 1400ms));
  happens(slash());
  EXPECT_THAT(calls(), ElementsAre("1400 POST callback type 4"));
}

TEST_F(AcknowledgementTest, a_slow_handler_is_acknowledged_after_1500_ms_and_its_reply_is_edited_in) {
  command(replying(Reply{.content = "Wolves lead"}, 10s));
  happens(slash());
  EXPECT_THAT(calls(), ElementsAre("1500 POST callback type 5", "10000 PATCH @original"));
  EXPECT_EQ(discord.sent.at(0).flags(), 64);
  EXPECT_EQ(discord.sent.at(1).content(), "Wolves lead");
}

TEST_F(AcknowledgementTest, a_handler_that_ends_while_it_is_acknowledged_is_still_heard) {
  command(replying(Reply{.content = "Wolves lead"}, 1510ms));
  happens(slash());
  EXPECT_THAT(calls(), ElementsAre("1500 POST callback type 5", "1520 PATCH @original"));
}

TEST_F(AcknowledgementTest, the_time_that_delivery_took_counts) {
  command(replying(Reply{.content = "Wolves lead"}, 1s));
  happens(slash(1s));
  EXPECT_THAT(calls(), ElementsAre("500 POST callback type 5", "1000 PATCH @original"));
}

TEST_F(AcknowledgementTest, an_interaction_that_comes_late_is_acknowledged_at_once) {
  command(replying(Reply{.content = "Wolves lead"}, 100ms));
  happens(slash(2s));
  EXPECT_THAT(calls(), ElementsAre("0 POST callback type 5", "100 PATCH @original"));
}

TEST_F(AcknowledgementTest, after_14_minutes_the_asker_is_told_to_try_again) {
  command(replying(Reply{.content = "Wolves lead"}, 1h));
  happens(slash(), 20min);
  EXPECT_EQ(discord.sent.size(), 2U);
  EXPECT_EQ(discord.sent.back().content(), "This took too long. Please try again.");
  EXPECT_LT(discord.sent.back().at, 15min) << "then the token is void";
}

// ---- Exactly once.

TEST_F(AcknowledgementTest, two_interactions_do_not_wait_for_each_other) {
  command(replying(Reply{.content = "Wolves lead"}, 1s));
  router.on_interaction(interaction(2, {{"name", "standings"}}, 0ms, 1));
  happens(interaction(2, {{"name", "standings"}}, 0ms, 2));
  EXPECT_THAT(calls(), ElementsAre("1000 POST callback type 4", "1000 POST callback type 4"));
}

TEST_F(AcknowledgementTest, a_lost_answer_is_repeated_and_already_acknowledged_then_means_success) {
  command(replying(Reply{.content = "Wolves lead"}));
  discord.answers = {
      fail(ErrorKind::ambiguous, "The connection broke."),
      net::HttpResponse{.status = 400, .body = R"({"code":40060,"message":"Already acknowledged"})"}};
  happens(slash());
  EXPECT_THAT(calls(), ElementsAre("0 POST callback type 4", "20 POST callback type 4"));
  EXPECT_FALSE(logged("could not be answered"));
}

TEST_F(AcknowledgementTest, already_acknowledged_at_the_first_try_was_somebody_else_and_is_logged) {
  command(replying(Reply{.content = "Wolves lead"}));
  discord.answers = {
      net::HttpResponse{.status = 400, .body = R"({"code":40060,"message":"Already acknowledged"})"}};
  happens(slash());
  EXPECT_EQ(discord.sent.size(), 1U);
  EXPECT_TRUE(logged("could not be answered"));
}

TEST_F(AcknowledgementTest, a_refused_answer_is_not_repeated) {
  command(replying(Reply{.content = "Wolves lead"}));
  discord.answers = {
      net::HttpResponse{.status = 404, .body = R"({"code":10062,"message":"Unknown interaction"})"}};
  happens(slash());
  EXPECT_EQ(discord.sent.size(), 1U);
  EXPECT_TRUE(logged("could not be answered"));
}

// Discord counts UTF-16 units: 2000 of them in a message's content.
TEST_F(AcknowledgementTest, a_long_reply_is_cut_to_what_discord_takes) {
  command(replying(Reply{.content = std::string(3000, 'x')}));
  happens(slash());
  EXPECT_EQ(discord.sent.at(0).content(), std::string(1999, 'x') + "…");
}

// ---- Buttons and menus.

TEST_F(AcknowledgementTest, a_button_can_replace_the_message_that_it_sits_on) {
  button(replying(Reply{.content = "Page 2", .replaces_message = true}));
  happens(press());
  EXPECT_THAT(calls(), ElementsAre("0 POST callback type 7"));
  EXPECT_EQ(discord.sent.at(0).content(), "Page 2");
  EXPECT_EQ(discord.sent.at(0).body.at("data").at("components"), json::value(json::array()))
      << "the buttons of before are gone";
  EXPECT_EQ(last.argument(), "2");
}

TEST_F(AcknowledgementTest, a_slow_button_replaces_it_later) {
  button(replying(Reply{.content = "Page 2", .replaces_message = true}, 4s));
  happens(press());
  EXPECT_THAT(calls(), ElementsAre("1500 POST callback type 6", "4000 PATCH @original"));
}

TEST_F(AcknowledgementTest, a_button_that_replaces_nothing_answers_in_a_message_of_its_own) {
  button(replying(Reply{.content = "Noted"}));
  happens(press());
  EXPECT_THAT(calls(), ElementsAre("0 POST callback type 4"));
  EXPECT_EQ(discord.sent.at(0).flags(), 64);
}

// After type 6, "@original" is the message with the button: an edit would destroy it.
TEST_F(AcknowledgementTest, a_slow_button_that_replaces_nothing_leaves_its_message_alone) {
  button(replying(fail(ErrorKind::conflict, "The poll is closed."), 4s));
  happens(press());
  EXPECT_THAT(calls(), ElementsAre("1500 POST callback type 6", "4000 POST follow-up"));
  EXPECT_EQ(discord.sent.at(1).content(), "The poll is closed.");
  EXPECT_EQ(discord.sent.at(1).body.at("flags"), 64);
}

// ---- What is not ours to answer.

TEST_F(AcknowledgementTest, options_are_read_by_name_and_absent_or_other_types_are_empty) {
  command(replying(Reply{.content = "ok"}));
  happens(interaction(2, {{"name", "standings"},
                          {"options", json::array{{{"name", "team"}, {"type", 3}, {"value", "Wolves"}},
                                                  {{"name", "count"}, {"type", 4}, {"value", 3}}}}}));
  EXPECT_EQ(last.option("team"), "Wolves");
  EXPECT_EQ(last.option("count"), "");
  EXPECT_EQ(last.option("none"), "");
}

TEST_F(AcknowledgementTest, pings_and_what_Discord_may_invent_are_left_alone) {
  command(replying(Reply{.content = "Wolves lead"}));
  for (const int type : {0, 1, 6, 99}) happens(interaction(type, {{"name", "standings"}}));
  EXPECT_TRUE(discord.sent.empty());
}

TEST_F(AcknowledgementTest, definitions_are_those_that_were_declared) {
  command(replying(Reply{}));
  const auto definitions = router.definitions();
  ASSERT_EQ(definitions.size(), 1U);
  EXPECT_EQ(definitions[0].name, "standings");
}

TEST_F(AcknowledgementTest, a_stopping_server_waits_for_nobody_longer_than_it_may) {
  command(replying(Reply{.content = "Wolves lead"}, 1h));
  router.on_interaction(slash());
  const auto before = clock.now();
  sim::run(context, clock, router.drain(5s));
  EXPECT_EQ(clock.now() - before, 5s);
}

}  // namespace
}  // namespace matchday::surfaces
