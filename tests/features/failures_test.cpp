// Everything that goes wrong around a match (one test for each way that is not another file's), judged by
// what stands in simulated Discord at the end. docs/MATCH_VOICE.md lists all of them with their tests.
#include "features/match_voice/operations.hpp"
#include "match_voice_fixture.hpp"

namespace matchday::test {
namespace {

using namespace sandbox::discord;
using sandbox::faceit::Step;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct Failures : MatchVoice {
  using MatchVoice::MatchVoice;
  const Guild& guild() { return *community.discord.world.find_guild(community.demo.guild); }
  std::vector<UserId> in_lobby() { return community.sitting_in(community.demo.lobby); }
};
struct FailuresBoth : Failures {
  FailuresBoth() : Failures({.teams = match_voice::Teams::both, .faceit_key = false}) {}
};
struct FailuresAtFaceit : MatchVoiceWithFaceit {
  using MatchVoiceWithFaceit::MatchVoiceWithFaceit;
};

// ---- What FACEIT sends.

TEST_F(Failures, vector_10_one_match_through_two_subscriptions_and_a_retry_makes_one_room) {
  auto first = community.real_payload("match_object_created", match_id, 0s);
  auto second = first;
  second["event_id"] = "of-the-other-subscription";
  auto retried = first;
  retried["retry_count"] = 1;
  for (const auto& body : {first, second, retried}) ASSERT_EQ(community.webhook(body).status, 200);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

TEST_F(Failures, vector_11_a_creation_that_is_older_than_the_end_makes_no_room) {
  event("match_status_finished", 60s);
  event("match_object_created", 0s);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
}

TEST_F(Failures, vector_12_a_forfeited_match_that_is_configured_again_is_open_again) {
  event("match_status_ready", 0s);
  community.pass(10s);
  auto forfeit = community.real_payload("match_status_finished", match_id, 60s);
  forfeit["payload"].as_object()["started_at"] = "1970-01-01T00:00:00Z";
  ASSERT_EQ(community.webhook(forfeit).status, 200);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  event("match_status_configuring", 120s);
  community.pass(20s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
}

TEST_F(FailuresBoth, vector_13_ready_twice_at_once_makes_one_pair_of_rooms) {
  auto body = community.real_payload("match_status_ready", match_id, 0s);
  auto twin = body;
  twin["event_id"] = "another";
  ASSERT_EQ(community.webhook(body).status, 200);
  ASSERT_EQ(community.webhook(twin).status, 200);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(2));
}

TEST_F(Failures, a_finish_while_the_room_is_being_made_leaves_no_room) {
  begin();
  ASSERT_TRUE(community.until([&] { return community.count("resources where state = 'sending'") > 0; }));
  finish();
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(phase(), "closed");
}

TEST_F(FailuresAtFaceit, P1_without_a_single_webhook_a_followed_hub_gets_its_rooms_and_loses_them) {
  match_voice::Settings settings = community.settings();
  settings.following.hubs = {community.demo.hub_id};
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  const auto match = create_match();
  community.pass(80s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
  step(match, Step::finish);
  community.pass(80s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(community.sitting_in(community.demo.lobby), community.users(0, 10));
}

TEST_F(FailuresAtFaceit, a_lost_finish_is_noticed_within_a_minute_or_so) {
  const auto match = create_match();
  ASSERT_EQ(community.webhook(bare("match_object_created", match)).status, 200);
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  step(match, Step::cancel);
  community.pass(90s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(phase(match), "closed");
}

TEST_F(FailuresAtFaceit, a_match_that_faceit_does_not_show_yet_is_asked_for_again) {
  community.faceit.options().match_visible_after = 40s;
  const auto match = create_match();
  ASSERT_EQ(community.webhook(bare("match_object_created", match)).status, 200);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty()) << "nobody knows who plays";
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

TEST_F(FailuresAtFaceit, a_refused_key_is_said_once_and_the_webhooks_word_is_enough) {
  community.http.faults.assign(100, {"GET", "/matches/", Fault::What::status, 401});
  begin();
  community.pass(4min);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Matchday needs you: ") && alerts()[0].contains("FACEIT_API_KEY"))
      << alerts()[0];
  community.http.faults.clear();
  community.pass(10min);
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Resolved: ")) << alerts()[0];
}

TEST_F(FailuresAtFaceit, a_refused_key_that_an_earlier_run_told_of_is_resolved_by_the_next_answer) {
  ASSERT_TRUE(community.transact([&](store::Transaction& tx) -> Result<> {
    community.alerts.raise(tx, community.organization, "match_voice.faceit", "The key is refused.",
                           community.world.clock.now());
    return {};
  }));
  ASSERT_EQ(community.webhook(bare("match_object_created", create_match())).status, 200);
  community.pass(30s);
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Resolved: ")) << alerts()[0];
}

TEST_F(FailuresAtFaceit, vector_23_a_match_far_ahead_opens_fifteen_minutes_before) {
  const auto match = create_match_of(0, 5, community.world.clock.now() + std::chrono::minutes(45));
  ASSERT_EQ(community.webhook(bare("match_object_created", match)).status, 200);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  community.pass(std::chrono::minutes(28));
  EXPECT_THAT(community.rooms(), IsEmpty()) << "sixteen minutes before";
  community.pass(2min);
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

TEST_F(FailuresAtFaceit, a_match_of_somebody_elses_hub_is_ignored_and_one_that_turns_out_so_is_closed) {
  match_voice::Settings settings = community.settings();
  settings.following.hubs = {"another-hub"};
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  auto body = community.real_payload("match_status_ready", "1-of-others", 0s);
  body["payload"].as_object()["entity"] = {{"id", "hub-of-others"}, {"type", "hub"}};
  const auto answer = community.webhook(body);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(Fields(answer.body).string_or("reason", ""), "not_followed");
  EXPECT_EQ(community.count("match_state"), 0);
  const auto match = create_match();  // the webhook does not say of which hub it is; FACEIT does
  ASSERT_EQ(community.webhook(bare("match_object_created", match)).status, 200);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(phase(match), "closed");
}

TEST_F(Failures, a_match_that_never_ends_is_closed_after_its_time) {
  match_voice::Settings settings = community.settings();
  settings.max_age = std::chrono::minutes(30);
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  begin();
  community.pass(std::chrono::minutes(29));
  EXPECT_THAT(community.rooms(), SizeIs(1));
  community.pass(5min);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(in_lobby(), community.users(0, 10));
}

TEST_F(FailuresAtFaceit, a_long_series_that_faceit_confirms_is_not_closed) {
  match_voice::Settings settings = community.settings();
  settings.max_age = std::chrono::minutes(30);
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  const auto match = create_match();
  ASSERT_EQ(community.webhook(bare("match_status_ready", match)).status, 200);
  community.pass(std::chrono::minutes(50));
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

// ---- Who plays.

TEST_F(FailuresAtFaceit, a_substitution_lets_the_newcomer_in_and_the_leaver_out) {
  const auto match = create_match_of(0, 5);
  ASSERT_EQ(community.webhook(bare("match_object_created", match)).status, 200);
  community.pass(30s);
  ASSERT_EQ(community.sitting_in(room()), community.users(0, 5));
  const auto& newcomer = community.demo.substitute;
  community.world.engine.session().run(
      "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method,"
      " linked_at_ms) values (:organization, :user, :faceit, 'sub', 'nickname', 0)",
      {{"organization", community.organization}, {"user", newcomer.user}, {"faceit", newcomer.player_id}});
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, newcomer.user, community.demo.lobby));
  ASSERT_TRUE(community.faceit.substitute(match, community.demo.players[4].player_id, newcomer.player_id,
                                          community.world.clock.now()));
  community.pass(90s);
  EXPECT_THAT(community.sitting_in(room()), Contains(newcomer.user));
  EXPECT_THAT(community.sitting_in(room()), Not(Contains(community.demo.players[4].user)));
  EXPECT_THAT(community.sitting_in(community.demo.lobby), Contains(community.demo.players[4].user));
  EXPECT_FALSE(may_enter(community.demo.players[4].user));
}

TEST_F(FailuresBoth, a_webhook_that_knows_one_team_leaves_the_other_as_it_is) {
  event("match_status_ready", 0s);
  community.pass(20s);
  ASSERT_THAT(community.rooms(), SizeIs(2));
  community.http.take_sent();
  ASSERT_EQ(community.webhook(community.seed_payload("match_status_ready", match_id)).status, 200);
  community.pass(20s);
  for (const auto& request : community.http.take_sent()) {
    EXPECT_FALSE(request.contains("/permissions/")) << request << ": nobody's access changed";
  }
}

TEST_F(FailuresBoth, a_team_that_nobody_linked_gets_no_room_until_somebody_links) {
  community.world.engine.session().run(
      "delete from player_links where faceit_id in (select faceit_id from "
      "player_links order by linked_at_ms desc, discord_id desc limit 5)",
      {});
  event("match_status_ready", 0s);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(1));
}

TEST_F(Failures, vector_17_four_of_five_are_linked_and_the_fifth_is_told_of_in_the_room) {
  community.world.engine.session().run("delete from player_links where discord_id = :user",
                                       {{"user", community.demo.players[4].user}});
  begin();
  community.pass(20s);
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 4));
  const auto notices = community.discord.world.messages_in(room());
  ASSERT_THAT(notices, SizeIs(1));
  EXPECT_TRUE(to_text(notices[0]->embeds).contains(community.demo.players[4].nickname));
  event("match_status_ready", 30s);
  community.pass(30s);
  EXPECT_THAT(community.discord.world.messages_in(room()), SizeIs(1)) << "told once";
}

TEST_F(Failures, vector_18_one_who_leaves_as_they_are_moved_does_not_hinder_the_others_and_comes_later) {
  const auto shy = community.demo.players[2].user;
  begin();
  ASSERT_TRUE(community.until([&] { return !community.rooms().empty(); }));
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, shy, std::nullopt));
  community.pass(20s);
  EXPECT_THAT(community.sitting_in(room()), SizeIs(4));
  EXPECT_THAT(alerts(), IsEmpty()) << "not being in voice is no failure";
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, shy, community.demo.lobby));
  community.pass(5s);
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5)) << "late, and brought in at once";
}

TEST_F(Failures, who_comes_late_is_moved_once_and_not_dragged_back) {
  const auto late = community.demo.players[1].user;
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, late, std::nullopt));
  begin();
  community.pass(60s);
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, late, community.demo.lobby));
  community.pass(5s);
  EXPECT_THAT(community.sitting_in(room()), Contains(late));
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, late, community.demo.lobby));
  community.pass(2min);
  EXPECT_THAT(in_lobby(), Contains(late)) << "left on purpose";
}

TEST_F(Failures, who_comes_into_voice_while_the_gateway_is_away_is_brought_in_when_it_is_back) {
  const auto late = community.demo.players[1].user;
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, late, std::nullopt));
  begin();
  community.pass(20s);
  community.discord.disconnect();
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, late, community.demo.lobby));
  community.pass(5s);
  community.discord.connect();
  community.pass(5s);
  EXPECT_THAT(community.sitting_in(room()), Contains(late));
}

TEST_F(Failures, who_unlinks_leaves_the_room_and_is_brought_back_when_they_link_again) {
  begin();
  community.pass(10s);
  const auto user = community.demo.players[4].user;
  const auto changed = [&] {
    ASSERT_TRUE(community.transact([&](store::Transaction& tx) {
      community.queue.publish(tx, community.organization, accounts::faceit_link_changed_topic,
                              community.demo.players[4].player_id, community.world.clock.now());
    }));
    community.pass(10s);
  };
  community.world.engine.session().run("delete from player_links where discord_id = :user", {{"user", user}});
  changed();
  EXPECT_THAT(in_lobby(), Contains(user));
  EXPECT_FALSE(may_enter(user));
  community.link(4, 1);
  changed();
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
}

TEST_F(Failures, somebody_who_is_linked_but_not_on_the_server_hinders_nobody) {
  ASSERT_TRUE(community.discord.world.leave_guild(community.demo.guild, community.demo.players[3].user));
  begin();
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_THAT(community.sitting_in(room()), SizeIs(4));
  EXPECT_THAT(alerts(), IsEmpty());
}

TEST_F(FailuresAtFaceit, who_plays_in_a_newer_match_belongs_there) {
  match_voice::Settings settings = community.settings();
  settings.teams = match_voice::Teams::both;
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  const auto older = create_match_of(0, 5);
  ASSERT_EQ(community.webhook(bare("match_status_ready", older)).status, 200);
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(2));
  const auto older_room = community.discord.world.find_guild(community.demo.guild)
                              ->voice.at(community.demo.players[0].user)
                              .channel;
  const auto newer = create_match_of(5, 0);
  ASSERT_EQ(community.webhook(bare("match_status_ready", newer)).status, 200);
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(4));
  EXPECT_THAT(community.sitting_in(older_room), IsEmpty());
  ASSERT_EQ(community.webhook(bare("match_object_created", older)).status, 200);
  community.pass(30s);
  EXPECT_THAT(community.sitting_in(older_room), IsEmpty()) << "news of the older one pulls nobody back";
}

// ---- What Discord says.

TEST_F(Failures, vector_19_a_full_category_overflows_into_a_second_one_which_goes_when_it_is_empty) {
  for (int i = 0; i < 50; ++i) {
    community.discord.world.add_channel(
        community.demo.guild,
        {.name = fmt::format("old-{}", i), .kind = ChannelKind::text, .parent = community.demo.matches});
  }
  community.discord.pump();
  begin();
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  const auto* overflow = community.discord.channel_named(community.demo.guild, "Matches 2");
  ASSERT_TRUE(overflow);
  EXPECT_EQ(community.rooms()[0]->parent, overflow->id);
  finish();
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_FALSE(community.discord.channel_named(community.demo.guild, "Matches 2"));
}

TEST_F(Failures, a_full_guild_is_said_and_the_room_comes_when_there_is_a_place) {
  std::vector<ChannelId> fill;
  while (guild().channels.size() < 500) {
    fill.push_back(community.discord.world.add_channel(
        community.demo.guild, {.name = fmt::format("fill-{}", fill.size()), .kind = ChannelKind::text}));
  }
  community.discord.pump();
  begin();
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].contains("500")) << alerts()[0];
  ASSERT_TRUE(community.discord.world.human_delete_channel(fill.back(), community.demo.organizer));
  community.pass(6min);
  EXPECT_THAT(community.rooms(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].starts_with("Resolved: ")) << alerts()[0];
}

TEST_F(Failures, a_deleted_category_and_lobby_are_said_once_and_leave_no_match_without_its_room) {
  ASSERT_TRUE(community.discord.world.human_delete_channel(community.demo.matches, community.demo.organizer));
  community.discord.pump();
  begin();
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_FALSE(community.rooms()[0]->parent);
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].contains("category")) << alerts()[0];
  ASSERT_TRUE(community.discord.world.human_delete_channel(community.demo.lobby, community.demo.organizer));
  finish();
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty()) << "with nowhere to return to, the room's end takes people out";
}

TEST_F(Failures, a_spectators_role_that_does_not_exist_is_said_and_leaves_no_match_without_its_room) {
  match_voice::Settings settings = community.settings();
  settings.spectator_role = RoleId{4711};
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  begin();
  community.pass(30s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.rooms()[0]->parent, community.demo.matches);
  ASSERT_THAT(alerts(), SizeIs(1));
  EXPECT_TRUE(alerts()[0].contains("spectators")) << alerts()[0];
}

TEST_F(Failures, people_who_end_two_matches_at_once_go_back_to_where_they_came_from) {
  event("match_status_ready", 0s);
  community.pass(10s);
  const std::string second = "1-00000000-aaaa-4f60-8a7b-9c0d1e2f3a4b";
  event("match_status_ready", 11s, second);
  community.pass(10s);
  event("match_status_finished", 20s);
  event("match_status_finished", 20s, second);
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(in_lobby(), community.users(0, 10));
}

TEST_F(Failures, a_room_that_an_organizer_deleted_comes_back_by_their_word_only) {
  begin();
  community.pass(10s);
  ASSERT_TRUE(community.discord.world.human_delete_channel(room(), community.demo.organizer));
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, community.demo.players[i].user,
                                                   community.demo.lobby));
  }
  ASSERT_TRUE(community.transact([&](store::Transaction& tx) -> Result<> {
    return match_voice::recreate_match(tx, community.queue, community.webhooks, community.organization,
                                       match_id, community.world.clock.now());
  }));
  community.pass(20s);
  ASSERT_THAT(community.rooms(), SizeIs(1));
  EXPECT_EQ(community.sitting_in(room()), community.users(0, 5));
}

TEST_F(Failures, recreated_rooms_take_everybody_along_guests_too_and_nobody_forgets_where_they_came_from) {
  match_voice::Settings settings = community.settings();
  settings.move_from = match_voice::MoveFrom::lobby;
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  begin();
  community.pass(10s);
  const auto first = room();
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, community.demo.organizer, first));
  community.http.faults.push_back({"POST", "/guilds/", Fault::What::status, 502});
  ASSERT_TRUE(community.transact([&](store::Transaction& tx) -> Result<> {
    return match_voice::recreate_match(tx, community.queue, community.webhooks, community.organization,
                                       match_id, community.world.clock.now());
  }));
  community.pass(60s);
  ASSERT_THAT(community.rooms(), SizeIs(1)) << "the old one goes when it is empty";
  EXPECT_NE(room(), first);
  EXPECT_THAT(community.sitting_in(room()), SizeIs(6));
  finish();
  community.pass(60s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_THAT(in_lobby(), SizeIs(11)) << "back to where they were before the first room";
}

TEST_F(Failures, what_an_organizer_closes_stays_closed_until_they_say_otherwise) {
  event("match_status_configuring", 0s);
  community.pass(10s);
  ASSERT_TRUE(community.transact([&](store::Transaction& tx) -> Result<> {
    return match_voice::close_match(tx, community.queue, community.webhooks, community.organization, match_id,
                                    "<@1>", community.world.clock.now());
  }));
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  event("match_status_ready", 120s);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), IsEmpty());
}

TEST_F(Failures, the_button_brings_back_who_left) {
  begin();
  community.pass(10s);
  const auto user = community.demo.players[0].user;
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, user, community.demo.lobby));
  community.pass(10s);
  const auto ask = [&](UserId who) {
    return community.transact([&, who](store::Transaction& tx) -> Result<> {
      return match_voice::bring_in(tx, community.queue, community.organization, match_id, who,
                                   community.world.clock.now());
    });
  };
  ASSERT_TRUE(ask(user));
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(room()), Contains(user));
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, user, std::nullopt));
  community.pass(10s);
  ASSERT_TRUE(ask(user)) << "not in voice: it counts for when they come";
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, user, community.demo.lobby));
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(room()), Contains(user));
  EXPECT_FALSE(ask(community.demo.organizer)) << "does not play";
}

TEST_F(Failures, a_deletion_that_discord_fails_is_tried_until_the_room_is_gone) {
  begin();
  community.pass(10s);
  community.http.faults.assign(6, {"DELETE", "/channels/", Fault::What::status, 502});
  finish();
  community.pass(2min);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(phase(), "closed");
}

TEST_F(Failures, nobody_is_moved_who_does_not_want_it) {
  const auto user = community.demo.players[0].user;
  ASSERT_TRUE(community.transact([&](store::Transaction& tx) -> Result<> {
    match_voice::set_moves(tx, community.queue, community.organization, user, false,
                           community.world.clock.now());
    return {};
  }));
  begin();
  community.pass(20s);
  EXPECT_THAT(in_lobby(), Contains(user));
  EXPECT_TRUE(may_enter(user)) << "they may still walk in";
}

TEST_F(FailuresBoth, after_the_end_people_may_say_goodbye) {
  match_voice::Settings settings = community.settings();
  settings.grace = std::chrono::seconds(60);
  ASSERT_TRUE(community.run(community.match_voice.configure(community.organization, settings)));
  event("match_status_ready", 0s);
  community.pass(10s);
  event("match_status_finished", 60s);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(2));
  for (int i = 0; i < 5; ++i) {
    ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, community.demo.players[i].user,
                                                   community.demo.lobby));
  }
  community.pass(10s);
  EXPECT_THAT(community.rooms(), SizeIs(1)) << "the empty one goes early";
  community.pass(40s);
  EXPECT_THAT(community.rooms(), IsEmpty());
  EXPECT_EQ(in_lobby(), community.users(0, 10));
}

}  // namespace
}  // namespace matchday::test
