// Match voice as a community lives it: webhooks come in, and what counts is what stands in simulated Discord:
// which rooms there are, who may enter them, who sits where, and what organizers are told.
#include <gmock/gmock.h>

#include "match_voice_fixture.hpp"

namespace matchday::test {
namespace {

using sandbox::discord::permission::manage_channels;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(MatchVoice, a_match_gets_its_room_and_its_players_and_everything_is_undone_at_the_end) {
  begin();
  community.pass(10s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.rooms()[0]->name, "Match 1-7f3c9e");
  EXPECT_EQ(community.rooms()[0]->parent, community.demo.matches);
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(5, 5));
  EXPECT_EQ(community.count("active_matches where match_id = '" + match_id + "' and faction = 'faction1'"),
            1);
  finish();
  community.pass(10s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(0, 10));
  EXPECT_EQ(community.count("active_matches"), 0);
  EXPECT_EQ(phase(), "closed");
}

TEST_F(MatchVoice, finished_before_created_makes_no_room) {
  finish();
  begin();
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty());
}

TEST_F(MatchVoice, many_events_of_one_match_make_one_room) {
  event("match_object_created", 0s);
  event("match_status_configuring", 1s);
  event("match_status_ready", 2s);
  event("match_status_ready", 3s);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

TEST_F(MatchVoice, a_player_who_links_during_the_match_gets_in_and_one_who_unlinks_loses_access) {
  community.world.engine.session().run("delete from player_links where discord_id = :user",
                                       {{"user", community.demo.players[4].user}});
  const auto late = community.demo.players[4].user;
  begin();
  community.pass(10s);
  EXPECT_FALSE(may_enter(late));
  const auto link_changed = [&](bool linked) {
    if (linked)
      community.link(4, 1);
    else
      community.world.engine.session().run("delete from player_links where discord_id = :user",
                                           {{"user", late}});
    ASSERT_TRUE(community.transact([&](store::Transaction& tx) {
      community.queue.publish(tx, community.organization, accounts::faceit_link_changed_topic,
                              community.demo.players[4].player_id, community.world.clock.now());
    }));
    community.pass(10s);
  };
  link_changed(true);
  EXPECT_TRUE(may_enter(late));
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
  link_changed(false);
  EXPECT_FALSE(may_enter(late)) << "the room is for those who are linked";
  EXPECT_TRUE(may_enter(community.demo.players[0].user));
}

TEST_F(MatchVoice, nobody_is_dragged_back_who_leaves_on_purpose) {
  begin();
  community.pass(10s);
  const auto user = community.demo.players[0].user;
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, user, community.demo.lobby));
  event("match_status_ready", 20s);
  community.pass(30s);
  EXPECT_THAT(community.sitting_in(community.demo.lobby), testing::Contains(user));
}

TEST_F(MatchVoice, a_room_that_an_organizer_deleted_is_left_so_until_the_match_is_over) {
  begin();
  community.pass(10s);
  ASSERT_TRUE(community.discord.world.human_delete_channel(room(), community.demo.organizer));
  community.pass(5s);
  event("match_status_ready", 20s);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(community.count("active_matches"), 0);
  finish();
  community.pass(10s);
  EXPECT_EQ(phase(), "closed");
}

TEST_F(MatchVoice, a_new_name_that_an_organizer_gave_the_room_survives_the_next_event) {
  begin();
  community.pass(10s);
  ASSERT_TRUE(community.discord.world.human_rename_channel(room(), community.demo.organizer, "Grand final"));
  event("match_status_ready", 20s);
  community.world.engine.session().run("delete from player_links where discord_id = :user",
                                       {{"user", community.demo.players[4].user}});
  event("match_status_configuring", 21s);
  community.pass(10s);
  EXPECT_EQ(community.rooms().at(0)->name, "Grand final");
  EXPECT_FALSE(may_enter(community.demo.players[4].user)) << "other changes arrive all the same";
}

TEST_F(MatchVoice, a_restarted_match_gets_its_room_anew_and_takes_everybody_along) {
  event("match_status_ready", 0s);
  community.pass(10s);
  const auto first = room();
  event("match_status_aborted", 20s);
  event("match_status_configuring", 30s);
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_NE(room(), first);
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5))
      << "nobody was thrown out of voice on the way";
  event("match_status_finished", 3600s);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(0, 10));
}

TEST_F(MatchVoice, what_a_finished_match_leaves_behind_may_all_be_forgotten) {
  begin();
  community.pass(10s);
  finish();
  community.pass(30s);
  EXPECT_EQ(community.count("resources where state not in ('gone', 'expired')"), 0)
      << "only what is gone or expired is ever deleted by age";
  EXPECT_EQ(community.count("jobs where kind like 'match_voice%'"), 0);
}

// ---- The cache of the seed.

TEST_F(MatchVoice, a_look_up_asks_the_cache_then_the_database_and_remembers) {
  const auto look_up = [&] {
    return community.run(community.match_voice.voice_channel_of(community.organization, match_id));
  };
  EXPECT_EQ(*look_up(), std::nullopt);
  begin();
  community.pass(10s);
  EXPECT_EQ(community.match_voice.cache().find(community.organization, match_id), room())
      << "filled when the room was made";
  community.engine.reads_fail = true;
  EXPECT_EQ(*look_up(), room()) << "from the cache";
  community.engine.reads_fail = false;
  finish();
  community.pass(10s);
  EXPECT_EQ(community.match_voice.cache().size(), 0U) << "dropped when the match was over";
  EXPECT_EQ(*look_up(), std::nullopt);
}

TEST_F(MatchVoice, what_only_the_database_knows_is_found_and_remembered) {
  community.world.engine.session().run(
      "insert into active_matches values (:organization, '1-old', 'faction1', '4711', 0)",
      {{"organization", community.organization}});
  const auto look_up = [&] {
    return community.run(community.match_voice.voice_channel_of(community.organization, "1-old"));
  };
  EXPECT_EQ(*look_up(), ChannelId{4711});
  community.engine.reads_fail = true;
  EXPECT_EQ(*look_up(), ChannelId{4711});
  EXPECT_FALSE(community.run(community.match_voice.voice_channel_of(community.organization, "1-unknown")));
}

TEST(ActiveMatchCache, is_bounded_and_keeps_organizations_apart) {
  match_voice::ActiveMatchCache cache;
  cache.put(OrganizationId{1}, "m", ChannelId{10});
  cache.put(OrganizationId{2}, "m", ChannelId{20});
  EXPECT_EQ(cache.find(OrganizationId{1}, "m"), ChannelId{10});
  cache.put(OrganizationId{1}, "m", ChannelId{11});
  EXPECT_EQ(cache.find(OrganizationId{1}, "m"), ChannelId{11});
  cache.drop(OrganizationId{1}, "m");
  EXPECT_EQ(cache.find(OrganizationId{1}, "m"), std::nullopt);
  EXPECT_EQ(cache.find(OrganizationId{2}, "m"), ChannelId{20});
  for (std::size_t i = 0; i < match_voice::ActiveMatchCache::entries_max + 10; ++i) {
    cache.put(OrganizationId{3}, std::to_string(i), ChannelId{1});
  }
  EXPECT_LE(cache.size(), match_voice::ActiveMatchCache::entries_max);
  cache.put(OrganizationId{2}, "m", ChannelId{21});
  EXPECT_NE(cache.find(OrganizationId{2}, "m"), ChannelId{20})
      << "full or not, it never tells what is no longer true";
}

// ---- When Discord says no.

TEST_F(MatchVoice, a_missing_permission_is_said_once_by_name_and_repaired_without_another_word) {
  const auto all = sandbox::needed_bot_permissions();
  allow_bot(all & ~manage_channels);
  begin();
  community.pass(2min);
  EXPECT_THAT(community.rooms(), IsEmpty());
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Matchday needs you: ") && alerts()[0].contains("MANAGE_CHANNELS"))
      << alerts()[0];
  EXPECT_EQ(community.discord.world.counters().invalid_requests, 0U) << "known before asking";
  community.pass(20min);
  EXPECT_THAT(alerts(), SizeIs(1)) << "said once";
  allow_bot(all);
  community.pass(6min);
  EXPECT_THAT(community.rooms(), SizeIs(1));
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Resolved: ")) << alerts()[0];
}

TEST_F(MatchVoice, a_match_that_is_well_does_not_call_another_matchs_trouble_resolved) {
  const auto all = sandbox::needed_bot_permissions();
  begin();
  community.pass(10s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  allow_bot(all & ~manage_channels);
  const std::string other = "1-00000000-aaaa-4f60-8a7b-9c0d1e2f3a4b";
  ASSERT_EQ(community.webhook(community.seed_payload("match_object_created", other)).status, 200);
  community.pass(10s);
  for (int i = 0; i < 5; ++i) {
    event("match_status_ready", Duration(i * 1000 + 20'000));  // news of the match that is well
    community.pass(20s);
  }
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Matchday needs you: ")) << alerts()[0];
  ASSERT_EQ(community.webhook(community.seed_payload("match_status_cancelled", other)).status, 200);
  community.pass(10s);
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Resolved: ")) << "nothing is refused any more: " << alerts()[0];
}

TEST_F(MatchVoice, teams_under_odd_names_make_no_room_that_nobody_closes) {
  const auto player = community.demo.players[0].player_id;
  json::object teams;
  for (const auto* key : {"factionx/faction1", "faction/a/b", "faction99", "faction1/../.."}) {
    teams[key] = {{"roster", json::array{{{"player_id", player}, {"nickname", "x"}}}}};
  }
  const json::value body{
      {"event", "match_object_created"}, {"match_id", match_id}, {"entity", {{"teams", teams}}}};
  ASSERT_EQ(community.webhook(body).status, 200);
  community.pass(20s);
  EXPECT_LE(community.rooms().size(), 2U);
  ASSERT_EQ(community.webhook(community.seed_payload("match_status_cancelled", match_id)).status, 200);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
}

TEST_F(MatchVoice, a_time_in_the_future_does_not_pin_a_match) {
  begin();
  event("match_status_ready", std::chrono::hours(24 * 365));
  community.pass(20s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  community.pass(10min);
  finish();
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
}

TEST_F(MatchVoice, one_player_who_cannot_be_moved_is_one_alert_and_does_not_hinder_the_others) {
  using namespace sandbox::discord;
  const auto vip = community.discord.world.add_channel(
      community.demo.guild, {.name = "VIP",
                             .kind = ChannelKind::voice,
                             .overwrites = {{.id = OverwriteId{community.discord.world.bot().value},
                                             .kind = OverwriteKind::member,
                                             .deny = permission::move_members}}});
  const auto user = community.demo.players[0].user;
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, user, vip));
  begin();
  community.pass(20s);
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Matchday needs you: ") && alerts()[0].contains("VIP")) << alerts()[0];
  EXPECT_EQ(community.sitting_in(vip), std::vector{user});
  const auto others = std::ranges::count_if(
      community.discord.world.find_guild(community.demo.guild)->voice, [&](const auto& one) {
        return one.second.channel != vip && one.second.channel != community.demo.lobby;
      });
  EXPECT_EQ(others, 4);
}

// ---- FACEIT's own word.

TEST_F(MatchVoiceWithFaceit, a_webhook_without_teams_is_completed_by_FACEIT) {
  const auto match = create_match();
  ASSERT_EQ(community.webhook(bare("match_object_created", match)).status, 200);
  community.pass(20s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
}

TEST_F(MatchVoiceWithFaceit, an_unknown_event_makes_us_look_and_FACEITs_answer_counts) {
  const auto match = create_match();
  ASSERT_EQ(community.webhook(bare("match_status_ongoing", match)).status, 200);
  community.pass(20s);
  EXPECT_THAT(community.rooms(), SizeIs(1));
  ASSERT_TRUE(community.faceit.step(match, sandbox::faceit::Step::finish, community.world.clock.now()));
  ASSERT_EQ(community.webhook(bare("match_status_halftime", match)).status, 200);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty()) << "FACEIT says that it is over, whatever the event was called";
}

TEST_F(MatchVoiceWithFaceit, rosters_that_are_not_known_yet_are_waited_for) {
  const auto match = create_match(true);
  ASSERT_EQ(community.webhook(bare("match_object_created", match)).status, 200);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  ASSERT_TRUE(community.faceit.step(match, sandbox::faceit::Step::vote, community.world.clock.now()));
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(1)) << "no webhook said that the captains have picked";
}

TEST_F(MatchVoiceWithFaceit, while_FACEIT_is_down_the_webhooks_roster_is_enough_and_nobody_waits) {
  community.http.faults.assign(200, {"GET", "/matches/", Fault::What::status, 503});
  ASSERT_EQ(community.webhook(community.seed_payload("match_object_created", match_id)).status, 200);
  community.pass(10s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
}

TEST_F(MatchVoiceWithFaceit, a_finish_while_FACEIT_is_down_closes_all_the_same) {
  community.http.faults.assign(500, {"GET", "/matches/", Fault::What::status, 503});
  begin();
  community.pass(20s);
  finish();
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(0, 10));
}

TEST_F(MatchVoice, while_the_gateway_is_away_the_match_waits_and_then_goes_on) {
  community.discord.disconnect();
  begin();
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty()) << "permissions are not known: nothing is tried blindly";
  community.discord.connect();
  community.pass(20s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
  community.discord.disconnect();
  finish();
  community.pass(50s);
  EXPECT_THAT(community.rooms(), SizeIs(1)) << "who sits in it is not known";
  community.pass(20s);
  EXPECT_THAT(community.rooms(), IsEmpty()) << "but not for ever";
}

// ---- Both teams.

TEST_F(MatchVoiceBoth, each_team_sits_in_its_own_room) {
  event("match_status_ready", 0s);
  community.pass(10s);
  ASSERT_THAT(community.rooms(), SizeIs(2));
  const auto* wolves = community.discord.channel_named(community.demo.guild, "Match 1-7f3c9e · Wolves");
  const auto* ravens = community.discord.channel_named(community.demo.guild, "Match 1-7f3c9e · Ravens");
  ASSERT_TRUE(wolves && ravens);
  EXPECT_EQ(community.sitting_in(wolves->id), community.users(0, 5));
  EXPECT_EQ(community.sitting_in(ravens->id), community.users(5, 5));
  event("match_status_finished", 60s);
  community.pass(10s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(0, 10));
}

// ---- Two communities.

TEST_F(MatchVoice, two_organizations_with_the_same_match_and_the_same_players_do_not_see_each_other) {
  const GuildId other_guild = community.discord.world.add_guild("Sorlys", community.demo.organizer,
                                                                sandbox::needed_bot_permissions());
  const auto other_lobby = community.discord.world.add_channel(
      other_guild, {.name = "Lobby", .kind = sandbox::discord::ChannelKind::voice});
  const auto other_user = community.discord.world.add_user("other");
  community.discord.world.add_member(other_guild, other_user);
  ASSERT_TRUE(community.discord.world.join_voice(other_guild, other_user, other_lobby));
  community.discord.pump();
  community.secrets.emplace_back("the-other-secret-55aa");
  const auto other = *community.run(
      community.organizations.ensure({.slug = "other",
                                      .name = "Other",
                                      .guild = other_guild,
                                      .webhook_secret = Secret<std::string>("the-other-secret-55aa")}));
  ASSERT_TRUE(
      community.run(community.match_voice.configure(other, {.guild = other_guild, .lobby = other_lobby})));
  // The same FACEIT account, claimed by another Discord user over there.
  community.world.engine.session().run(
      "insert into player_links values (:organization, :user, :faceit, 'Kestrel', 'nickname', 0)",
      {{"organization", other}, {"user", other_user}, {"faceit", community.demo.players[0].player_id}});

  begin();
  community.pass(10s);
  EXPECT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.discord.channel_named(other_guild, "Match 1-7f3c9e"), nullptr);

  const auto payload = to_text(community.seed_payload("match_object_created", match_id));
  EXPECT_EQ(
      community.request("POST", "/faceit-webhook", {{"X-Faceit-Signature", "the-other-secret-55aa"}}, payload)
          .status,
      200)
      << "the same delivery, for another tenant, is another one";
  community.pass(10s);
  const auto* other_room = community.discord.channel_named(other_guild, "Match 1-7f3c9e");
  ASSERT_TRUE(other_room);
  EXPECT_EQ(community.discord.sitting_in(other_guild, other_room->id), std::vector{other_user});
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));

  finish();
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_TRUE(community.discord.channel_named(other_guild, "Match 1-7f3c9e")) << "their match goes on";
}

}  // namespace
}  // namespace matchday::test
