// A guild in simulated Discord with a connected bot, and short ways to drive one kind as the reconciler does:
// admit, prepare, create. What counts is what stands in the guild afterwards, and which requests it took.
#pragma once
#include <gmock/gmock.h>

#include "../support/simulated_platforms.hpp"
#include "remote/discord_channel.hpp"
#include "remote/discord_member_move.hpp"
#include "remote/discord_message.hpp"

namespace matchday::remote::test {

using effects::Resource;
using matchday::test::Fault;
using sandbox::discord::ChannelKind;
using sandbox::discord::OverwriteId;
using sandbox::discord::OverwriteKind;
using sandbox::discord::Permissions;
namespace permission = sandbox::discord::permission;

inline constexpr Permissions bot_rights =
    permission::view_channel | permission::manage_channels | permission::manage_roles |
    permission::view_audit_log | permission::connect | permission::speak | permission::move_members |
    permission::send_messages | permission::embed_links | permission::read_message_history;

struct RemoteTest : testing::Test {
  RemoteTest() {
    olga = world().add_user("olga");
    ana = world().add_user("ana");
    ben = world().add_user("ben");
    guild = world().add_guild("Cup", olga, bot_rights);
    world().add_member(guild, ana);
    world().add_member(guild, ben);
    general = world().add_channel(guild, {.name = "general"});
    lobby = world().add_channel(guild, {.name = "Lobby", .kind = ChannelKind::voice});
    category = world().add_channel(guild, {.name = "Matches", .kind = ChannelKind::category});
    discord.connect();
  }

  // ---- Driving a kind.

  template <class T>
  T run(Task<T> task) {
    return sim::run(context, clock, std::move(task));
  }
  void pass(Duration duration) {
    clock.set(clock.now() + duration);
    discord.pump();
  }

  Resource resource(std::string_view kind, json::value document, std::string owner = "match/1-abc/faction1") {
    Resource out{.id = ResourceId{1},
                 .organization = OrganizationId{7},
                 .kind = std::string(kind),
                 .purpose = "match_voice.channel",
                 .subject = "1-abc",
                 .owner = owner,
                 .container = guild.text(),
                 .wanted = std::move(document),
                 .wanted_version = 1,
                 .sent_at = clock.now()};
    out.marker = effects::marker_for("key", out.organization, kind, owner, 0);
    return out;
  }

  // One whole create. On success the resource knows its remote id and what was applied.
  Result<effects::Made> make(effects::Kind& kind, Resource& wanted) {
    auto permit = run(kind.admit(wanted));
    if (!permit) return std::unexpected(permit.error());
    auto prepared = kind.prepare(wanted);
    if (!prepared) return std::unexpected(prepared.error());
    const auto* send = std::get_if<effects::Send>(&*prepared);
    if (!send) return fail(ErrorKind::internal, "there was nothing to send");
    wanted.sent_at = clock.now();
    wanted.request = send->body;
    auto made = run(kind.create(wanted, send->body, std::move(*permit)));
    if (made) {
      wanted.remote_id = made->remote_id;
      wanted.applied = wanted.wanted;
    }
    return made;
  }

  Result<json::value> change(effects::Kind& kind, Resource& known, json::value document) {
    known.wanted = std::move(document);
    auto applied = run(kind.change(known));
    if (applied) known.applied = *applied;
    return applied;
  }

  effects::Observation observe(effects::Kind& kind, const Resource& wanted) {
    auto seen = run(kind.observe(wanted));
    CHECK(seen);
    return std::move(*seen);
  }
  static effects::Found found(const effects::Observation& seen) {
    const auto* one = std::get_if<effects::Found>(&seen);
    EXPECT_TRUE(one) << "it was not found";
    return one ? *one : effects::Found{};
  }
  static bool absent(const effects::Observation& seen) {
    return std::holds_alternative<effects::Absent>(seen);
  }

  // ---- The guild.

  sandbox::discord::World& world() { return discord.world; }
  RoleId bot_role() {
    for (const auto& [id, role] : world().find_guild(guild)->roles) {
      if (role.bot) return id;
    }
    return {};
  }
  void allow_bot(Permissions permissions) {
    CHECK(world().set_role_permissions(guild, bot_role(), permissions));
    discord.pump();
  }
  void sit(UserId user, std::optional<ChannelId> channel) {
    CHECK(world().join_voice(guild, user, channel));
    discord.pump();
  }
  std::vector<std::string> requests() { return http.take_sent(); }
  std::string last_body() const { return http.sent.empty() ? "" : http.sent.back().body; }

  boost::asio::io_context context;
  sim::VirtualClock clock;
  matchday::test::SimulatedHttp http{clock};
  matchday::test::SimulatedDiscord discord{clock, context.get_executor(), http};
  DiscordAccess access{.rest = discord.rest,
                       .guilds = discord.guilds,
                       .clock = clock,
                       .connected = [this] { return discord.connected; },
                       .self = [this] { return discord.self(); }};
  UserId olga, ana, ben;
  GuildId guild;
  ChannelId general, lobby, category;
};

}  // namespace matchday::remote::test
