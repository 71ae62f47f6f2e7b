// Matches over the API: what an organizer reads and does there is what happens on Discord.
#include "browser.hpp"

namespace matchday::test {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

struct MatchesApi : testing::Test {
  Community community{{.teams = match_voice::Teams::both}};
  Browser organizer{community};
  const std::string base = "/api/organizations/" + community.organization.text() + "/matches";
  const std::string match = "1-5f3c9e22";

  MatchesApi() {
    community.link(0, community.demo.players.size());
    organizer.sign_in(community.demo.organizer);
    community.webhook(community.real_payload("match_status_ready", match, 1s));
    community.pass(20s);
  }
  json::value show() { return organizer.get(base + "/" + match).json(); }
};

TEST_F(MatchesApi, tells_why_everything_is_as_it_is) {
  const auto list = organizer.get(base).json();
  ASSERT_THAT(list.at("items").as_array(), SizeIs(1));
  EXPECT_EQ(Fields(list.at("items").at(0)).string("state"), "open");
  const auto seen = show();
  EXPECT_EQ(Fields(seen).string("stage"), "open");
  for (const auto& check : seen.at("checks").as_array())
    EXPECT_EQ(Fields(check).string("state"), "met") << to_text(check);
  ASSERT_THAT(seen.at("teams").as_array(), SizeIs(2));
  const auto& team = seen.at("teams").at(0);
  EXPECT_EQ(Fields(team.at("room").at("check")).string("state"), "met");
  EXPECT_THAT(team.at("players").as_array(), SizeIs(5));
  EXPECT_EQ(Fields(team.at("players").at(0).at("place")).string("text"), "in the room");
  EXPECT_GE(seen.at("timeline").as_array().size(), 4U);
  EXPECT_EQ(organizer.get(base + "/1-nothing").status, 404);
}

TEST_F(MatchesApi, closing_moves_everybody_back_and_is_in_the_audit_log) {
  ASSERT_THAT(community.rooms(), SizeIs(2));
  EXPECT_EQ(organizer.api("POST", base + "/" + match + "/close").status, 202);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(0));
  EXPECT_THAT(community.sitting_in(community.demo.lobby), SizeIs(10));
  EXPECT_EQ(organizer.api("POST", base + "/" + match + "/close").status, 409);
  const auto audit = organizer.get("/api/organizations/" + community.organization.text() + "/audit").json();
  EXPECT_EQ(Fields(audit.at("items").at(0)).string("action"), "match.closed");
  EXPECT_THAT(organizer.get(base).json().at("items").as_array(), SizeIs(0));
  EXPECT_THAT(organizer.get(base + "?all=true").json().at("items").as_array(), SizeIs(1));
}

TEST_F(MatchesApi, a_room_that_somebody_deleted_is_made_anew) {
  const auto room = community.rooms().front()->id;
  ASSERT_TRUE(community.discord.world.human_delete_channel(room, community.demo.organizer));
  community.pass(10s);
  EXPECT_EQ(Fields(show()).string("stage"), "degraded");
  EXPECT_EQ(organizer.api("POST", base + "/" + match + "/recreate").status, 202);
  community.pass(30s);
  EXPECT_THAT(community.rooms(), SizeIs(2));
  EXPECT_EQ(Fields(show()).string("stage"), "open");
}

TEST_F(MatchesApi, who_left_is_brought_back_when_an_organizer_says_so) {
  const auto astrid = community.demo.players[0].user;
  ASSERT_TRUE(community.discord.world.join_voice(community.demo.guild, astrid, community.demo.lobby));
  community.pass(10s);
  const auto answer = organizer.api("POST", base + "/" + match + "/move", {{"discord_id", astrid.text()}});
  EXPECT_EQ(answer.status, 202) << answer.body;
  community.pass(10s);
  EXPECT_THAT(community.sitting_in(community.demo.lobby), SizeIs(0));
  EXPECT_EQ(organizer.api("POST", base + "/" + match + "/move", {{"discord_id", "x"}}).status, 400);
  EXPECT_EQ(organizer.api("POST", base + "/" + match + "/move").json().at("asked").as_int64(), 10);
}

// ---- Settings.

struct SettingsApi : MatchesApi {
  const std::string settings =
      "/api/organizations/" + community.organization.text() + "/match-voice/settings";
  Visit change(json::object wish) {
    return organizer.api("PATCH", settings, wish, {{"If-Match", organizer.get(settings).header("ETag")}});
  }
};

TEST_F(SettingsApi, are_changed_as_a_whole_by_the_rules_of_the_command) {
  EXPECT_EQ(organizer.get(settings).text("teams"), "both");
  const auto changed = change({{"grace_seconds", 30}, {"return_to", "nowhere"}, {"lobby", nullptr}});
  EXPECT_EQ(changed.status, 200) << changed.body;
  EXPECT_EQ(changed.json().at("grace_seconds").as_int64(), 30);
  EXPECT_TRUE(organizer.get(settings).json().at("lobby").is_null());
  const struct {
    json::object wish;
    const char* says;
  } wrong[] = {{{{"lobby", community.demo.general.text()}}, "must be a voice channel"},
               {{{"category", community.demo.lobby.text()}}, "must be a category"},
               {{{"grace_seconds", 601}}, "from 0 to 600"},
               {{{"name_template", "Match {match}"}}, "needs {team}"},
               {{{"teams", "three"}}, "must be one of faction1, both"},
               {{{"spectator_role", community.demo.guild.text()}}, "cannot be @everyone"}};
  const auto before = organizer.get(settings).body;
  for (const auto& c : wrong) {
    const auto answer = change(c.wish);
    EXPECT_EQ(answer.status, 400) << answer.body;
    EXPECT_THAT(answer.text("detail"), HasSubstr(c.says));
  }
  EXPECT_EQ(organizer.get(settings).body, before);
}

TEST_F(SettingsApi, what_a_command_changed_meanwhile_is_not_overwritten) {
  const auto etag = organizer.get(settings).header("ETag");
  EXPECT_EQ(change({{"live_status", false}}).status, 200);
  EXPECT_EQ(organizer.api("PATCH", settings, {{"grace_seconds", 1}}, {{"If-Match", etag}}).status, 412);
}

TEST_F(SettingsApi, offer_the_places_of_the_discord_server) {
  const auto places =
      organizer.get("/api/organizations/" + community.organization.text() + "/match-voice/places").json();
  EXPECT_EQ(Fields(places.at("categories").at(0)).string("id"), community.demo.matches.text());
  EXPECT_EQ(places.at("text_channels").as_array().size(), 3U);
  EXPECT_THAT(to_text(places.at("voice_channels")), HasSubstr(community.demo.lobby.text()));
}

}  // namespace
}  // namespace matchday::test
