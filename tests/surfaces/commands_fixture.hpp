// The command router against simulated Discord, on virtual time: people type and press, the fixture's handler
// takes as long and gives what the test says, and the tests look at what stands on the screen.
#pragma once
#include <gmock/gmock.h>

#include "../support/simulated_platforms.hpp"
#include "base/log.hpp"
#include "platforms/discord/command_sync.hpp"
#include "surfaces/commands.hpp"

namespace matchday::surfaces {

using sandbox::discord::InteractionState;
using sandbox::discord::InteractionView;
using test::Fault;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr OrganizationId org{7};

struct OneGuild final : GuildDirectory {
  GuildId known;
  bool fails = false;
  Task<Result<std::optional<OrganizationId>>> organization_of(GuildId guild) override {
    if (fails) co_return fail(ErrorKind::unavailable, "The database is not available: disk I/O error");
    co_return guild == known ? std::optional(org) : std::nullopt;
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

// Our clock, wrong by a fixed time.
class SkewedClock final : public Clock {
 public:
  SkewedClock(Clock& inner, Duration skew) : inner_(inner), skew_(skew) {}
  Time now() const override { return inner_.now() + skew_; }
  Steady steady() const override { return inner_.steady(); }
  Task<void> wait_until(Steady when) override { return inner_.wait_until(when); }

 private:
  Clock& inner_;
  Duration skew_;
};

struct CommandsTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  test::SimulatedHttp http{clock};
  test::SimulatedDiscord discord{clock, context.get_executor(), http};
  OneGuild directory;
  Metrics metrics;
  CommandRouter router{context.get_executor(), clock, discord.rest, directory, metrics};
  std::vector<std::string> lines;
  std::vector<json::value> delivered;

  // What the handler of /work does.
  Duration takes = 0ms;
  Result<Reply> gives = Reply{.content = "done"};
  bool throws = false;
  int calls = 0;
  std::optional<CommandContext> seen;

  UserId olga, ana;
  GuildId guild;
  ChannelId general;

  CommandsTest() {
    log::set_level(log::Level::error);
    log::set_tap([this](log::Level, std::string_view line) { lines.emplace_back(line); });
    auto& world = discord.world;
    olga = world.add_user("olga");
    ana = world.add_user("ana");
    directory.known = guild = world.add_guild("Cup", olga, sandbox::discord::permission::all);
    world.add_member(guild, ana);
    general = world.add_channel(guild, {.name = "general"});
    router.add(
        Command{.definition = {.name = "work",
                               .description = "Works",
                               .options = {{.name = "what", .description = "What"}},
                               .contexts = {discord::CommandContext::guild, discord::CommandContext::bot_dm}},
                .run = [this](CommandContext called) { return handle(this, std::move(called)); }});
    router.add(Component{.action = "test.press",
                         .run = [this](CommandContext called) { return handle(this, std::move(called)); }});
    discord.on_event = [this](const discord::GatewayEvent& event) {
      if (event.type != "INTERACTION_CREATE") return;
      delivered.push_back(event.data);
      router.on_interaction(event.data);
    };
    discord.connect();
    const auto synced = sim::run(
        context, clock,
        discord::sync_commands(discord.rest, world.application_id(), std::nullopt, router.definitions()));
    EXPECT_TRUE(synced);
    http.take_sent();
  }

  ~CommandsTest() override {
    sim::run(context, clock, router.drain(0ms));
    log::set_tap({});
    for (const auto& event : delivered) {
      const auto token = Fields(event).string_or("token", "?");
      for (const auto& line : lines)
        EXPECT_FALSE(line.contains(token)) << "an interaction's token is a secret: " << line;
    }
  }

  static Task<Result<Reply>> handle(CommandsTest* self, CommandContext called) {
    ++self->calls;
    self->seen = called;
    co_await self->clock.sleep(self->takes);
    if (self->throws) throw std::runtime_error("a bug with details");
    co_return self->gives;
  }

  void pass(Duration duration) {
    sim::run(context, clock, clock.sleep(duration), duration + 1h);
    discord.pump();
  }
  InteractionId type(std::string what = "x") {
    const auto fired = discord.world.fire_command(
        {.channel = general, .user = ana, .name = "work", .options = {{"what", what}}});
    CHECK(fired);
    discord.pump();
    return *fired;
  }
  InteractionView view(InteractionId id) {
    discord.pump();
    return *discord.world.what_user_sees(id);
  }
  std::string text(InteractionId id) {
    auto out = view(id).text;
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }
  // Posts a message with one button, as an answer to everybody's eyes, and presses it.
  InteractionId press(std::string custom_id) {
    const json::object button{{"type", 2}, {"style", 1}, {"label", "Press"}, {"custom_id", custom_id}};
    const json::object row{{"type", 1}, {"components", json::array{button}}};
    const auto body =
        sim::run(context, clock,
                 discord.rest.send(
                     {.method = "POST",
                      .route = "/channels/{channel_id}/messages",
                      .path = "/channels/" + general.text() + "/messages",
                      .major = "channel:" + general.text(),
                      .body = json::object{{"content", "with a button"}, {"components", json::array{row}}}},
                     *sim::run(context, clock,
                               discord.rest.admit({.method = "POST",
                                                   .route = "/channels/{channel_id}/messages",
                                                   .major = "channel:" + general.text()},
                                                  10s))));
    CHECK(body);
    http.take_sent();
    const auto fired = discord.world.fire_component(*Fields(*body).id<MessageId>("id"), ana, custom_id);
    CHECK(fired);
    discord.pump();
    return *fired;
  }
  std::string button_message() { return discord.world.messages_in(general).at(0)->content; }
};

}  // namespace matchday::surfaces
