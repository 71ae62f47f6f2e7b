// A community that plays: its players are linked and sit in the lobby, webhooks are sent by hand, and what
// counts is what stands in simulated Discord.
#pragma once
#include <gmock/gmock.h>

#include "community.hpp"

namespace matchday::test {

inline const std::string match_id = "1-7f3c9e22-4d5e-4f60-8a7b-9c0d1e2f3a4b";

struct MatchVoice : testing::Test {
  explicit MatchVoice(CommunityOptions options = {.faceit_key = false}) : community(std::move(options)) {
    community.link(0, 10);
  }
  Community community;

  void begin() {
    ASSERT_EQ(community.webhook(community.seed_payload("match_object_created", match_id)).status, 200);
  }
  void finish() {
    ASSERT_EQ(community.webhook(community.seed_payload("match_status_finished", match_id)).status, 200);
  }
  void event(std::string_view name, Duration at, std::string_view match = match_id) {
    ASSERT_EQ(community.webhook(community.real_payload(name, match, at)).status, 200);
  }
  ChannelId room() {
    CHECK(community.rooms().size() == 1);
    return community.rooms().front()->id;
  }
  bool may_enter(UserId user) {
    const auto& overwrites = community.rooms().at(0)->overwrites;
    return std::ranges::any_of(overwrites,
                               [&](const auto& o) { return o.id.value == user.value && o.allow != 0; });
  }
  std::string phase(std::string_view match = match_id) {
    return community.world.engine.session()
        .run("select phase from match_state where match_id = :match", {{"match", match}})
        .front()
        .get<std::string>("phase");
  }
  std::vector<std::string> alerts() {
    std::vector<std::string> out;
    for (const auto* message : community.alerts_shown()) {
      const Fields embed(message->embeds.at(0));
      out.push_back(embed.string_or("title", "") + ": " + embed.string_or("description", ""));
    }
    return out;
  }
  RoleId bot_role() {
    for (const auto& [id, role] : community.discord.world.find_guild(community.demo.guild)->roles) {
      if (role.bot) return id;
    }
    return {};
  }
  void allow_bot(sandbox::discord::Permissions permissions) {
    ASSERT_TRUE(community.discord.world.set_role_permissions(community.demo.guild, bot_role(), permissions));
    community.discord.pump();
  }
};

struct MatchVoiceWithFaceit : MatchVoice {
  explicit MatchVoiceWithFaceit(CommunityOptions options = {}) : MatchVoice(std::move(options)) {}

  std::string create_match(bool without_teams = false) {
    sandbox::faceit::NewMatch match{.organizer_id = community.demo.organizer_id,
                                    .without_teams = without_teams};
    match.competition = {.id = community.demo.hub_id, .name = community.demo.hub_name};
    for (std::size_t i = 0; i < 10; ++i) {
      (i < 5 ? match.faction1 : match.faction2).push_back(community.demo.players[i].player_id);
    }
    return *community.faceit.create_match(match, community.world.clock.now());
  }
  // Five against five, by their numbers among the demo's players.
  std::string create_match_of(std::size_t first, std::size_t second, std::optional<Time> scheduled_at = {}) {
    sandbox::faceit::NewMatch match{.organizer_id = community.demo.organizer_id,
                                    .scheduled_at = scheduled_at};
    match.competition = {.id = community.demo.hub_id, .name = community.demo.hub_name};
    for (std::size_t i = 0; i < 5; ++i) {
      match.faction1.push_back(community.demo.players[first + i].player_id);
      match.faction2.push_back(community.demo.players[second + i].player_id);
    }
    return *community.faceit.create_match(match, community.world.clock.now());
  }
  void step(const std::string& match, sandbox::faceit::Step step) {
    ASSERT_TRUE(community.faceit.step(match, step, community.world.clock.now()));
  }
  json::value bare(std::string_view event, const std::string& match) {
    return {{"event", event}, {"payload", {{"id", match}}}};
  }
};

struct MatchVoiceBoth : MatchVoice {
  MatchVoiceBoth() : MatchVoice({.teams = match_voice::Teams::both, .faceit_key = false}) {}
};

}  // namespace matchday::test
