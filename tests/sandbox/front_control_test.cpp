// The control API: what tests and the console ask of the sandbox, and the sentences with which it refuses.
#include "tests/sandbox/front_fixture.hpp"

namespace matchday::sandbox {
namespace {

constexpr auto register_command =
    R"([{"name":"register","description":"Register your Faceit nickname with the bot","type":1,
         "options":[{"type":3,"name":"faceit_nickname","description":"Your Faceit nickname","required":true}]}])";

class FrontControl : public FrontTest {
 protected:
  Task<void> register_commands() {
    const auto path = "/discord/api/v10/applications/" + server->demo().application.text() + "/guilds/" +
                      server->demo().guild.text() + "/commands";
    EXPECT_EQ((co_await as_bot("PUT", path, parse_json(register_command).value())).status, 200);
  }
  std::string user(std::size_t number) const { return server->demo().players.at(number).user.text(); }
};

TEST_F(FrontControl, shows_ten_players_in_the_lobby_of_a_server_that_has_the_bot) {
  run([this]() -> Task<void> {
    const auto state = (co_await control("GET", "/state")).json;
    const auto& guild = state.at("discord").at("guilds").at(0);
    EXPECT_EQ(guild.at("name"), "Nordlys Community");
    std::map<std::string, std::size_t> sitting;
    for (const auto& channel : guild.at("channels").as_array()) {
      sitting[text(channel.at("name"))] = channel.at("sitting").as_array().size();
    }
    EXPECT_THAT(sitting,
                testing::UnorderedElementsAre(testing::Pair("general", 0u), testing::Pair("match-cards", 0u),
                                              testing::Pair("match-alerts", 0u), testing::Pair("Matches", 0u),
                                              testing::Pair("Lobby", 10u)));
    EXPECT_EQ(state.at("bot_connected"), false);
    for (const auto* part : {"now", "faceit", "faults", "holds", "webhooks", "timeline"}) {
      EXPECT_TRUE(state.as_object().contains(part)) << part;
    }
    const auto whole = to_text(state);
    EXPECT_EQ(whole.find(server->demo().bot_token), std::string::npos);
    EXPECT_EQ(whole.find(server->demo().webhook_secret), std::string::npos);
    const auto demo = (co_await control("GET", "/demo")).json;
    EXPECT_EQ(text(demo.at("bot_token")), server->demo().bot_token);
    for (const auto& player : demo.at("players").as_array())
      EXPECT_GE(player.at("skill_level").as_int64(), 1);
    EXPECT_THAT(text(demo.at("players").at(0).at("user_id")).size(),
                testing::AllOf(testing::Ge(17u), testing::Le(19u)));
  });
}

TEST_F(FrontControl, lets_the_bot_have_exactly_what_match_voice_needs) {
  const auto* guild = server->worlds().discord.find_guild(server->demo().guild);
  const auto has = discord::guild_permissions(*guild, server->worlds().discord.bot(), clock.now());
  EXPECT_EQ(has & needed_bot_permissions(), needed_bot_permissions());
  EXPECT_EQ(has & discord::permission::administrator, 0u);
}

TEST_F(FrontControl, moves_people_between_voice_channels_as_they_please) {
  run([this]() -> Task<void> {
    const auto& worlds = server->worlds();
    const auto seats = [&] { return worlds.discord.find_guild(server->demo().guild)->voice.size(); };
    EXPECT_EQ((co_await post("/discord/voice", {{"user_id", user(0)}, {"channel_id", nullptr}})).status, 200);
    EXPECT_EQ(seats(), 9u);
    EXPECT_EQ(
        (co_await post("/discord/voice", {{"user_id", user(0)}, {"channel_id", server->demo().lobby.text()}}))
            .status,
        200);
    EXPECT_EQ(seats(), 10u);
    EXPECT_EQ((co_await post("/discord/voice", {{"user_id", user(0)}, {"channel_id", "12"}})).status, 404);
    const auto wrong = co_await post("/discord/voice", {{"user_id", "astrid"}});
    EXPECT_EQ(wrong.status, 400);
    EXPECT_THAT(text(wrong.json.at("error")), testing::HasSubstr("user_id"));
  });
}

TEST_F(FrontControl, shows_what_the_user_of_a_command_sees_while_it_thinks_and_when_it_is_answered) {
  run([this]() -> Task<void> {
    co_await register_commands();
    const auto bot = co_await connect_bot();
    co_await next_event(*bot, "GUILD_CREATE");
    const auto fired =
        co_await post("/discord/command", {{"user_id", user(1)},
                                           {"command", "register"},
                                           {"options", json::object{{"faceit_nickname", "oakfist"}}}});
    EXPECT_EQ(fired.status, 200);
    const auto view = "/discord/interactions/" + text(fired.json.at("interaction_id"));
    EXPECT_EQ((co_await control("GET", view)).json.at("state"), "thinking");

    const auto interaction = co_await next_event(*bot, "INTERACTION_CREATE");
    const auto callback = "/discord/api/v10/interactions/" + text(interaction.at("id")) + "/" +
                          text(interaction.at("token")) + "/callback";
    const json::object answer{{"type", 4}, {"data", json::object{{"content", "Registered."}, {"flags", 64}}}};
    EXPECT_LT((co_await as_bot("POST", callback, answer)).status, 300);
    const auto seen = (co_await control("GET", view)).json;
    EXPECT_EQ(seen.at("state"), "answered");
    EXPECT_EQ(seen.at("content"), "Registered.");
    EXPECT_EQ(seen.at("ephemeral"), true);
  });
}

TEST_F(FrontControl, refuses_commands_that_nobody_registered) {
  run([this]() -> Task<void> {
    const auto refused = co_await post("/demo/register-all");
    EXPECT_GE(refused.status, 400);
    EXPECT_LT(refused.status, 500);
    EXPECT_FALSE(text(refused.json.at("error")).empty());
    co_await register_commands();
    const auto fired = co_await post("/demo/register-all");
    EXPECT_EQ(fired.status, 200);
    EXPECT_EQ(fired.json.at("interaction_ids").as_array().size(), 10u);
    EXPECT_EQ((co_await control("GET", "/state")).json.at("registered_all"), true);
  });
}

TEST_F(FrontControl, lets_an_organizer_rename_and_delete_a_channel_by_hand) {
  run([this]() -> Task<void> {
    const auto made = co_await create_channel("Match 1-abc");
    const auto id = text(made.json.at("id"));
    EXPECT_EQ((co_await post("/discord/channels/" + id + "/rename", {{"name", "Finals"}})).status, 200);
    EXPECT_EQ(channels_named("Finals"), 1u);
    EXPECT_EQ((co_await post("/discord/channels/" + id + "/delete")).status, 200);
    EXPECT_EQ(channels_named("Finals"), 0u);
    EXPECT_EQ((co_await post("/discord/channels/" + id + "/delete")).status, 404);
  });
}

TEST_F(FrontControl, takes_a_permission_from_the_bots_role_and_kicks_the_bot) {
  run([this]() -> Task<void> {
    std::string role;
    const auto state = co_await control("GET", "/state");
    for (const auto& one : state.json.at("discord").at("guilds").at(0).at("roles").as_array()) {
      if (one.at("managed") == true) role = text(one.at("id"));
    }
    EXPECT_EQ((co_await post("/discord/roles/" + role, {{"permissions", "0"}})).status, 200);
    EXPECT_EQ((co_await post("/discord/roles/" + role, {{"permissions", "all"}})).status, 400);
    EXPECT_EQ((co_await create_channel("x")).status, 403);
    EXPECT_EQ((co_await post("/discord/bot", {{"action", "kick"}})).status, 200);
    EXPECT_FALSE(server->worlds().discord.find_guild(server->demo().guild)->has_bot);
    EXPECT_EQ((co_await post("/discord/bot", {{"action", "invite"}})).status, 200);
    EXPECT_EQ((co_await create_channel("y")).status, 201);
  });
}

TEST_F(FrontControl, moves_matches_on_and_says_why_it_will_not) {
  run([this]() -> Task<void> {
    const auto made = co_await post("/faceit/matches", {{"shape", "real"}, {"scheduled_in_s", 7200}});
    const auto path = "/faceit/matches/" + text(made.json.at("match_id"));
    EXPECT_EQ((co_await post(path + "/configuring")).json.at("status"), "CONFIGURING");
    EXPECT_EQ((co_await post(path + "/substitute")).json.at("status"), "CONFIGURING");
    EXPECT_EQ((co_await post(path + "/abort")).json.at("status"), "ABORTED");
    const auto refused = co_await post(path + "/ready");
    EXPECT_EQ(refused.status, 409);
    EXPECT_THAT(text(refused.json.at("error")), testing::HasSubstr("ABORTED"));
    EXPECT_EQ((co_await post(path + "/restart")).json.at("status"), "CONFIGURING");
    EXPECT_EQ((co_await post(path + "/explode")).status, 404);
    EXPECT_EQ((co_await post("/faceit/matches", {{"shape", "round"}})).status, 400);
    EXPECT_EQ((co_await post("/faceit/webhook-target", {{"url", "nowhere"}})).status, 400);
    EXPECT_EQ((co_await post("/faceit/webhook-faults", {{"loss", 2}})).status, 400);
    EXPECT_EQ((co_await post("/faceit/webhook-faults", {{"loss", 1}})).json.at("loss"), 1.0);
  });
}

TEST_F(FrontControl, lets_matches_of_chosen_players_overlap_in_hub_and_championship) {
  run([this]() -> Task<void> {
    const auto make = [this](std::string first, std::string second, bool championship) {
      return post("/faceit/matches", {{"players", json::array{json::array{first}, json::array{second}}},
                                      {"championship", championship},
                                      {"best_of", 3}});
    };
    const auto hub = co_await make("Kestrel", "Brisa", false);
    const auto cup = co_await make("Northpaw", "Brisa", true);
    EXPECT_EQ(hub.status, 200);
    EXPECT_EQ(cup.status, 200);
    const auto listing = [this](std::string folder, std::string id) {
      return as_bot("GET", "/faceit/data/v4/" + folder + "/" + id + "/matches?type=all");
    };
    const auto in_cup = co_await listing("championships", server->demo().championship_id);
    const auto& match = in_cup.json.at("items").at(0);
    EXPECT_EQ(match.at("match_id"), cup.json.at("match_id"));
    EXPECT_EQ(match.at("teams").at("faction1").at("roster").at(0).at("nickname"), "Northpaw");
    EXPECT_EQ(match.at("competition_name"), "Nordlys Cup");
    const auto in_hub = co_await listing("hubs", server->demo().hub_id);
    EXPECT_EQ(in_hub.json.at("items").at(0).at("match_id"), hub.json.at("match_id"));
  });
}

TEST_F(FrontControl, says_which_players_cannot_play) {
  run([this]() -> Task<void> {
    for (const auto* players :
         {R"(["Kestrel","Brisa"])", R"([["Kestrel"]])", R"([["Kestrel"],[]])", R"([["kestrel"],["Brisa"]])",
          R"([["Kestrel"],["Kestrel"]])", R"([[7],["Brisa"]])", R"("Kestrel")",
          R"([["Kestrel","oakfist","lumen_","Vireo","mosskin","Halvard"],["Brisa"]])"}) {
      const auto refused = co_await post("/faceit/matches", {{"players", parse_json(players).value()}});
      EXPECT_EQ(refused.status, 400) << players;
    }
    const auto unknown =
        co_await post("/faceit/matches", {{"players", parse_json(R"([["Kestrel"],["nobody"]])").value()}});
    EXPECT_THAT(text(unknown.json.at("error")), testing::HasSubstr("nobody"));
    EXPECT_EQ((co_await post("/faceit/matches", {{"best_of", 2}})).status, 400);
    EXPECT_EQ((co_await post("/faceit/matches", {{"scheduled_in_s", -5}})).status, 400);
  });
}

TEST_F(FrontControl, moves_the_score_of_a_match_that_is_played) {
  run([this]() -> Task<void> {
    const auto made = co_await post("/faceit/matches");
    const auto id = text(made.json.at("match_id"));
    const auto path = "/faceit/matches/" + id;
    const json::object score{{"faction1", 7}, {"faction2", 5}};
    EXPECT_EQ((co_await post(path + "/score", score)).status, 409);
    EXPECT_EQ((co_await post(path + "/ongoing")).status, 200);
    EXPECT_EQ((co_await post(path + "/score", score)).json.at("faction1"), 7);
    EXPECT_EQ((co_await post(path + "/score", {{"faction1", 7}})).status, 400);
    EXPECT_EQ((co_await post(path + "/score", {{"faction1", 7}, {"faction2", 500}})).status, 400);
    EXPECT_EQ((co_await post(path + "/score", {{"faction1", 7}, {"faction2", 5}, {"map", 2}})).status, 400);
    EXPECT_EQ((co_await post("/faceit/matches/1-none/score", score)).status, 404);
    const auto match = (co_await as_bot("GET", "/faceit/data/v4/matches/" + id)).json;
    EXPECT_EQ(match.at("results").at("score"), score);
    EXPECT_EQ((co_await post(path + "/finish")).status, 200);
    EXPECT_EQ((co_await post(path + "/demo_ready")).json.at("status"), "FINISHED");
    EXPECT_EQ((co_await post(path + "/demo_ready")).status, 409);
  });
}

TEST_F(FrontControl, sends_each_event_through_one_subscription_or_two) {
  run([this]() -> Task<void> {
    EXPECT_EQ((co_await post("/faceit/webhook-target", {{"subscriptions", 2}})).json.at("subscriptions"), 2);
    EXPECT_EQ((co_await post("/faceit/webhook-target", {{"subscriptions", 3}})).status, 400);
    EXPECT_EQ((co_await post("/faceit/webhook-target", {{"subscriptions", 0}})).status, 400);
    co_await post("/faceit/matches");
    EXPECT_EQ((co_await control("GET", "/state")).json.at("webhooks").as_array().size(), 2u);
  });
}

TEST_F(FrontControl, answers_a_waiting_page_as_soon_as_something_changes) {
  run([this]() -> Task<void> {
    const auto revision = (co_await control("GET", "/state")).json.at("revision").to_number<std::int64_t>();
    Answer later{.status = -1};
    TaskGroup page(context.get_executor(),
                   [](const std::string&, const std::exception_ptr&) { ADD_FAILURE(); });
    page.spawn("page", [](Task<Answer> request, Answer* into) -> Task<void> {
      *into = co_await std::move(request);
    }(control("GET", "/state?timeout_ms=20000&after=" + std::to_string(revision)), &later));
    const auto begun = clock.steady();
    co_await post("/faults", {{"kind", "latency"}});
    co_await page.join();
    EXPECT_LT(clock.steady() - begun, 5s);
    EXPECT_GT(later.json.at("revision").to_number<std::int64_t>(), revision);
  });
}

TEST_F(FrontControl, explains_requests_that_lead_nowhere) {
  run([this]() -> Task<void> {
    EXPECT_EQ((co_await control("GET", "/nothing")).status, 404);
    EXPECT_EQ((co_await control("GET", "/faults")).status, 405);
    EXPECT_EQ((co_await send("POST", "/control/faults", "[1]")).status, 400);
    EXPECT_EQ((co_await send("POST", "/control/faults", "{")).status, 400);
    EXPECT_EQ((co_await post("/faults", {{"kind", "gremlins"}})).status, 400);
    EXPECT_EQ((co_await control("DELETE", "/faults/7")).status, 404);
    const auto foreign =
        co_await send("POST", "/control/holds/release", "{}", {{"Origin", "https://evil.example"}});
    EXPECT_EQ(foreign.status, 403);
    const auto own = co_await send("POST", "/control/holds/release", "{}", {{"Origin", url("")}});
    EXPECT_EQ(own.status, 200);
  });
}

}  // namespace
}  // namespace matchday::sandbox
