// Simulated osu! at the sandbox's port: what clients, the control API and the fault plan make of it.
#include "net/oauth2.hpp"
#include "platforms/osu/client.hpp"
#include "platforms/osu/oauth.hpp"
#include "tests/sandbox/front_fixture.hpp"

namespace matchday::sandbox {
namespace {

class FrontOsu : public FrontTest {
 protected:
  Task<std::string> application_token() {
    const auto& demo = server->demo();
    const auto response =
        co_await client->send({.method = "POST",
                               .url = url("/osu/oauth/token"),
                               .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                               .body = net::encode_form({{"client_id", demo.osu_client_id},
                                                         {"client_secret", demo.osu_client_secret},
                                                         {"grant_type", "client_credentials"},
                                                         {"scope", "public"}})});
    const auto body = parse_json(response->body);
    co_return Fields(*body).string_or("access_token", "");
  }
  Task<Answer> as_application(std::string path) {
    const auto token = co_await application_token();
    co_return co_await send("GET", "/osu/api/v2" + path, "", {{"Authorization", "Bearer " + token}});
  }
  std::string id(std::size_t player) const {
    return std::to_string(server->demo().players.at(player).osu_id);
  }
};

TEST_F(FrontOsu, knows_every_player_of_the_demo_and_spreads_them_over_the_ladder) {
  run([this]() -> Task<void> {
    // The ladder of reference/osu.md §1.3, [S1]: Master to Bronze.
    constexpr std::array<std::int64_t, 8> below{1'000,  5'000,   10'000,  20'000,
                                                50'000, 100'000, 250'000, 1'000'000};
    std::map<std::size_t, int> in_league;
    const auto state = (co_await control("GET", "/state")).json;
    for (const auto& player : state.at("osu").at("players").as_array()) {
      if (player.at("global_rank").is_null()) continue;
      const auto rank = player.at("global_rank").as_int64();
      ++in_league[static_cast<std::size_t>(std::ranges::upper_bound(below, rank) - below.begin())];
    }
    EXPECT_EQ(in_league,
              (std::map<std::size_t, int>{{0, 1}, {1, 1}, {2, 1}, {3, 1}, {4, 2}, {5, 2}, {6, 2}, {7, 1}}));
    EXPECT_EQ(state.at("osu").at("players").as_array().size(), 12U);
    EXPECT_EQ(to_text(state).find(server->demo().osu_client_secret), std::string::npos);
    const auto demo = (co_await control("GET", "/demo")).json;
    EXPECT_EQ(text(demo.at("osu_url")), url("/osu"));
    const auto player = co_await as_application("/users/" + id(0) + "/osu");
    EXPECT_EQ(player.status, 200);
    EXPECT_EQ(text(player.json.at("username")), server->demo().players[0].osu_username);
    EXPECT_EQ((co_await send("GET", "/osu/api/v2/users/" + id(0))).status, 401);
  });
}

TEST_F(FrontOsu, the_products_own_clients_work_over_a_real_connection) {
  run([this]() -> Task<void> {
    namespace client_of = matchday::osu;
    const auto& demo = server->demo();
    client_of::Limiter limiter(context.get_executor(), clock, {});
    client_of::Client osu(context.get_executor(), *client, limiter, clock,
                          {.url = url("/osu"),
                           .client_id = demo.osu_client_id,
                           .client_secret = Secret<std::string>(demo.osu_client_secret)});
    std::vector<client_of::PlayerId> ids;
    std::ranges::transform(demo.players, std::back_inserter(ids),
                           [](const DemoPlayer& player) { return client_of::PlayerId{player.osu_id}; });
    const auto users = co_await osu.users(ids);
    EXPECT_TRUE(users) << users.error().message;
    EXPECT_EQ(users->found.size(), 10U);
    const auto named = co_await osu.user_by_name("[northpaw]", client_of::Ruleset::osu);
    EXPECT_TRUE(named && *named);
    const auto scores = co_await osu.best_scores(ids[0], client_of::Ruleset::osu, 3);
    EXPECT_TRUE(scores && scores->size() == 3);

    client_of::OAuthClient login(*client, limiter, clock,
                                 {.url = url("/osu"),
                                  .client_id = demo.osu_client_id,
                                  .client_secret = Secret<std::string>(demo.osu_client_secret),
                                  .redirect_uri = "http://localhost/back"});
    const auto address = login.authorize_url("s") + "&as=" + id(3);
    const auto back = co_await send("GET", address.substr(url("").size()));
    const std::string location(back.headers.get("Location").value_or(""));
    std::string code;
    for (const auto& [name, value] : net::parse_query(location.substr(location.find('?') + 1))) {
      if (name == "code") code = value;
    }
    const auto who = co_await login.identify(Secret<std::string>(code));
    EXPECT_TRUE(who && who->id == ids[3]);
  });
}

TEST_F(FrontOsu, shows_a_page_on_which_somebody_chooses_who_they_are) {
  run([this]() -> Task<void> {
    const auto query =
        "/osu/oauth/authorize?client_id=" + server->demo().osu_client_id +
        "&redirect_uri=http%3A%2F%2Flocalhost%2Fback&response_type=code&scope=identify&state=s";
    const auto page = co_await send("GET", query);
    EXPECT_EQ(page.status, 200);
    EXPECT_THAT(page.body, testing::HasSubstr("astrielle"));
    const auto back = co_await send("GET", query + "&as=" + id(0));
    EXPECT_EQ(back.status, 302);
    EXPECT_THAT(std::string(back.headers.get("Location").value_or("")),
                testing::StartsWith("http://localhost/back?code="));
  });
}

TEST_F(FrontOsu, lets_players_gain_lose_rename_vanish_and_come_back) {
  run([this]() -> Task<void> {
    const auto path = "/osu/players/" + id(4);
    const auto gained = co_await post(path + "/gain", {{"pp", 100}});
    EXPECT_EQ(gained.status, 200);
    EXPECT_GT(gained.json.at("pp").to_number<double>(), 6'200);
    EXPECT_EQ((co_await post(path + "/lose", {{"pp", 50}})).status, 200);
    EXPECT_EQ((co_await post(path + "/rename", {{"username", "mossy"}})).json.at("username"), "mossy");
    EXPECT_EQ((co_await post("/osu/players/mossy/restrict")).status, 200);
    EXPECT_EQ((co_await as_application("/users/" + id(4) + "/osu")).status, 404);
    EXPECT_EQ((co_await post(path + "/restrict", {{"on", false}})).status, 200);
    EXPECT_TRUE((co_await post(path + "/inactive")).json.at("global_rank").is_null());
    EXPECT_FALSE((co_await post(path + "/inactive", {{"on", false}})).json.at("global_rank").is_null());
    EXPECT_EQ((co_await post(path + "/delete")).status, 200);
    EXPECT_EQ((co_await as_application("/users/" + id(4) + "/osu")).status, 404);
  });
}

TEST_F(FrontOsu, says_what_cannot_be) {
  run([this]() -> Task<void> {
    EXPECT_EQ((co_await post("/osu/players/nobody/gain", {{"pp", 5}})).status, 404);
    EXPECT_EQ((co_await post("/osu/players/" + id(0) + "/gain")).status, 400);
    EXPECT_EQ((co_await post("/osu/players/" + id(0) + "/gain", {{"pp", "many"}})).status, 400);
    EXPECT_EQ((co_await post("/osu/players/" + id(0) + "/lose", {{"pp", 99'999}})).status, 400);
    EXPECT_EQ((co_await post("/osu/players/" + id(0) + "/rename", {{"username", "Vireo"}})).status, 409);
    EXPECT_EQ((co_await post("/osu/players/" + id(0) + "/rename")).status, 400);
    EXPECT_EQ((co_await post("/osu/rework", {{"factor", 9}})).status, 400);
    EXPECT_EQ((co_await post("/osu/others", {{"pp", 0}})).status, 400);
    EXPECT_EQ((co_await post("/osu/life", {{"every_s", -1}})).status, 400);
  });
}

TEST_F(FrontOsu, reworks_pp_overtakes_everybody_and_lets_them_play_by_themselves) {
  run([this]() -> Task<void> {
    auto& osu = server->worlds().osu;
    const auto standing = [&] { return osu.standing(server->demo().players[9].osu_id, clock.now()); };
    const auto before = standing();
    EXPECT_EQ((co_await post("/osu/others", {{"pp", 100}})).status, 200);
    EXPECT_GT(*standing().global_rank, *before.global_rank);
    EXPECT_EQ((co_await post("/osu/rework", {{"factor", 1.1}})).status, 200);
    EXPECT_NE(standing().pp, before.pp);
    EXPECT_EQ((co_await post("/osu/life", {{"every_s", 1}})).status, 200);
    const auto plays = [&] {
      std::int64_t sum = 0;
      for (const auto& player : osu.players()) sum += player.play_count;
      return sum;
    };
    const auto played = plays();
    EXPECT_TRUE(co_await becomes_true([&] { return plays() > played; }));
    EXPECT_EQ((co_await post("/osu/life")).json.at("every_s"), 0);
  });
}

TEST_F(FrontOsu, is_down_for_maintenance_until_told_otherwise) {
  run([this]() -> Task<void> {
    EXPECT_EQ((co_await post("/osu/maintenance")).json.at("maintenance"), true);
    const auto page = co_await send("GET", "/osu/api/v2/users/1");
    EXPECT_EQ(page.status, 503);
    EXPECT_TRUE(page.json.is_null());
    EXPECT_EQ((co_await post("/osu/maintenance", {{"on", false}})).status, 200);
    EXPECT_EQ((co_await as_application("/users/" + id(0))).status, 200);
  });
}

TEST_F(FrontOsu, faults_on_the_way_look_as_osus_own_and_leave_other_platforms_alone) {
  run([this]() -> Task<void> {
    const auto plan = [this](int status) {
      return post("/faults", {{"kind", "status"}, {"platform", "osu"}, {"status", status}, {"count", 1}});
    };
    co_await plan(429);
    const auto limited = co_await send("GET", "/osu/api/v2/users/1");
    EXPECT_EQ(limited.status, 429);
    EXPECT_EQ(limited.body, R"({"error":"Too Many Attempts."})");
    EXPECT_FALSE(limited.headers.get("Retry-After"));
    co_await plan(500);
    EXPECT_EQ((co_await send("GET", "/osu/api/v2/users/1")).body, R"({"error":null})");
    co_await plan(502);
    EXPECT_THAT((co_await send("GET", "/osu/api/v2/users/1")).body, testing::StartsWith("<!DOCTYPE html>"));
    co_await plan(503);
    EXPECT_EQ((co_await as_bot("GET", "/faceit/data/v4/players?nickname=Kestrel")).status, 200);
    EXPECT_EQ((co_await send("GET", "/osu/api/v2/users/1")).status, 503);
    co_await post("/faults", {{"kind", "connection_cut"}, {"platform", "osu"}, {"path", "/api/v2/users"}});
    EXPECT_EQ((co_await send("GET", "/osu/api/v2/users/1")).status, 0);
    EXPECT_EQ((co_await control("GET", "/state")).json.at("timeline").as_array().back().at("platform"),
              "osu");
  });
}

}  // namespace
}  // namespace matchday::sandbox
