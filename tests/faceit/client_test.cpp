// The Data API client over a scripted HTTP client on virtual time.
#include "platforms/faceit/client.hpp"

#include "sim/clock/virtual_clock.hpp"
#include "tests/discord/support/scripted_http.hpp"

namespace matchday::faceit {
namespace {

using test::json_response;

struct FaceitClientTest : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  test::ScriptedHttp http{clock, [](const net::HttpRequest&) { return json_response(200, "{}"); }};
  net::RateGate gate{context.get_executor(), clock, {}};
  Client client{http, gate, clock, {.api_url = "http://sim/data/v4", .key = Secret<std::string>("key")}};

  template <class T>
  T run(Task<T> task) {
    return sim::run(context, clock, std::move(task));
  }
  void answer(int status, std::string body, net::Headers headers = {}) {
    http.answer_with([=](const net::HttpRequest&) { return json_response(status, body, headers); });
  }
};

TEST_F(FaceitClientTest, looks_a_player_up_by_nickname) {
  answer(200, R"({"player_id":"a1b2","nickname":"Kestrel","country":"no","avatar":"",
    "games":{"cs2":{"skill_level":10,"faceit_elo":2214}}})");
  const auto player = run(client.player_by_nickname("Kes trel&x=1"));
  ASSERT_TRUE(player && *player);
  EXPECT_EQ((*player)->id, "a1b2");
  EXPECT_EQ((*player)->skill_level, 10);
  EXPECT_EQ((*player)->elo, 2214);
  EXPECT_EQ(http.sent.at(0).url, "http://sim/data/v4/players?nickname=Kes%20trel%26x%3D1");
  EXPECT_EQ(http.sent.at(0).headers.get("Authorization"), "Bearer key");
}

TEST_F(FaceitClientTest, nobody_with_that_nickname_is_no_error) {
  answer(404,
         R"({"errors":[{"message":"The resource was not found.","code":"err_nf0","http_status":404,
        "parameters":[]}]})");
  const auto player = run(client.player_by_nickname("nobody"));
  ASSERT_TRUE(player);
  EXPECT_FALSE(*player);
}

TEST_F(FaceitClientTest, searches_and_skips_hits_without_an_id) {
  answer(200, R"({"items":[{"player_id":"p1","nickname":"Kestrel","country":"no","verified":false,
    "games":[{"name":"cs2","skill_level":"10"}]},{"nickname":"ghost"}],"start":0,"end":2})");
  const auto hits = run(client.search_players("kestrel", 500));
  ASSERT_TRUE(hits);
  ASSERT_EQ(hits->size(), 1U);
  EXPECT_EQ(hits->at(0).nickname, "Kestrel");
  EXPECT_EQ(http.sent.at(0).url, "http://sim/data/v4/search/players?nickname=kestrel&limit=100");
}

TEST_F(FaceitClientTest, reads_a_match_with_teams_and_times) {
  answer(
      200,
      R"({"match_id":"1-7f3c","version":7,"game":"cs2","region":"EU","organizer_id":"o","competition_id":"c",
    "competition_type":"hub","competition_name":"Nordlys","teams":{"faction2":{"faction_id":"b",
      "leader":"p6","name":"Brisa",
    "roster":[]},"faction1":{"faction_id":"a","leader":"p1","name":"Kestrel","roster":[{"player_id":"p1",
      "nickname":"K"}]}},
    "configured_at":1773512694,"started_at":0,"status":"Ready",
      "faceit_url":"https://www.faceit.com/{lang}/cs2/room/1-7f3c"})");
  const auto match = run(client.match("1-7f3c"));
  ASSERT_TRUE(match && *match);
  const auto& m = **match;
  EXPECT_EQ(m.status, MatchStatus::ready);
  EXPECT_EQ(m.status_text, "Ready");
  ASSERT_EQ(m.teams.size(), 2U);
  EXPECT_EQ(m.teams[0].key, "faction1");
  EXPECT_EQ(m.teams[0].captain, "p1");
  EXPECT_TRUE(m.roster_known);
  EXPECT_EQ(to_ms(*m.configured_at), 1'773'512'694'000);
  EXPECT_FALSE(m.started_at);
  EXPECT_EQ(m.url, "https://www.faceit.com/en/cs2/room/1-7f3c");
}

TEST_F(FaceitClientTest, an_id_that_could_change_the_url_is_never_sent) {
  for (const auto& id : {std::string(), std::string("../players"), std::string("a/b"), std::string(129, 'a'),
                         std::string("..")}) {
    const auto match = run(client.match(id));
    ASSERT_FALSE(match);
    EXPECT_EQ(match.error().kind, ErrorKind::invalid);
  }
  EXPECT_TRUE(http.sent.empty());
}

TEST_F(FaceitClientTest, refusals_are_told_apart_in_every_error_shape) {
  struct Case {
    int status;
    std::string body;
    ErrorKind kind;
    std::string message;
    std::size_t tries;
  };
  for (const auto& c :
       {Case{401, R"({"errors":[{"message":"Bad key","code":"err_a"}]})", ErrorKind::unauthorized,
             "FACEIT answered 401: Bad key", 1},
        Case{403, R"({"message":"Forbidden"})", ErrorKind::unauthorized, "FACEIT answered 403: Forbidden", 1},
        Case{400, "", ErrorKind::refused, "FACEIT answered 400 Bad Request.", 1},
        Case{503, "<html>", ErrorKind::unavailable, "FACEIT answered 503 Service Unavailable.", 3},
        Case{200, "<html>", ErrorKind::unavailable, "FACEIT's answer is not readable JSON.", 3}}) {
    http.sent.clear();
    answer(c.status, c.body);
    const auto match = run(client.match("1-a"));
    ASSERT_FALSE(match) << c.status;
    EXPECT_EQ(match.error().kind, c.kind) << c.status;
    EXPECT_EQ(match.error().message, c.message);
    EXPECT_EQ(http.sent.size(), c.tries) << c.status;
  }
}

TEST_F(FaceitClientTest, a_failure_that_passes_is_not_noticed) {
  int calls = 0;
  http.answer_with([&](const net::HttpRequest&) -> Result<net::HttpResponse> {
    if (++calls == 1) return fail(ErrorKind::ambiguous, "cut");
    return json_response(200, R"({"match_id":"1-a"})");
  });
  EXPECT_TRUE(run(client.match("1-a")));
  EXPECT_EQ(calls, 2);
}

TEST_F(FaceitClientTest, too_many_requests_hold_everybody_for_as_long_as_faceit_asks) {
  int calls = 0;
  http.answer_with([&](const net::HttpRequest&) {
    return ++calls == 1 ? json_response(429, "", {{"Retry-After", "7"}})
                        : json_response(200, R"({"match_id":"1-a"})");
  });
  const auto start = clock.now();
  EXPECT_TRUE(run(client.match("1-a")));
  EXPECT_GE(clock.now() - start, 7s);
  EXPECT_LT(clock.now() - start, 8s);
}

TEST_F(FaceitClientTest, a_hold_longer_than_the_deadline_is_reported_with_its_end) {
  answer(429, "", {{"Retry-After", "600"}});
  const auto start = clock.now();
  const auto match = run(client.match("1-a"));
  ASSERT_FALSE(match);
  EXPECT_EQ(match.error().kind, ErrorKind::limited);
  EXPECT_EQ(match.error().retry_after, 600s);
  EXPECT_LT(clock.now() - start, 1s);
}

TEST_F(FaceitClientTest, lists_the_matches_of_a_hub_and_of_a_championship) {
  answer(200, R"({"items":[{"match_id":"1-b","status":"ONGOING"},{"status":"READY"},null,
    {"match_id":"1-a","status":"VOTING"}],"start":0,"end":4})");
  const auto matches =
      run(client.competition_matches(CompetitionKind::hub, "hub-1", MatchFilter::ongoing, 20));
  ASSERT_TRUE(matches);
  ASSERT_EQ(matches->size(), 2U);
  EXPECT_EQ(matches->at(0).id, "1-b");
  EXPECT_EQ(matches->at(1).status, MatchStatus::voting);
  run(client.competition_matches(CompetitionKind::championship, "c.1", MatchFilter::upcoming, 500));
  run(client.competition_matches(CompetitionKind::championship, "c.1", MatchFilter::past, 0));
  EXPECT_EQ(http.sent.at(0).url, "http://sim/data/v4/hubs/hub-1/matches?type=ongoing&limit=20");
  EXPECT_EQ(http.sent.at(1).url, "http://sim/data/v4/championships/c.1/matches?type=upcoming&limit=100");
  EXPECT_EQ(http.sent.at(2).url, "http://sim/data/v4/championships/c.1/matches?type=past&limit=1");
}

TEST_F(FaceitClientTest, a_list_that_is_none_does_not_pass_for_an_empty_one) {
  struct Case {
    std::string body;
    bool readable;
  };
  for (const auto& c : {Case{R"({"items":[],"start":0,"end":0})", true}, Case{R"({"items":null})", true},
                        Case{R"({"items":{}})", false}, Case{"{}", false}}) {
    answer(200, c.body);
    const auto matches = run(client.competition_matches(CompetitionKind::hub, "h", MatchFilter::past, 5));
    ASSERT_EQ(matches.has_value(), c.readable) << c.body;
    if (matches)
      EXPECT_TRUE(matches->empty());
    else
      EXPECT_EQ(matches.error().kind, ErrorKind::unavailable);
  }
}

TEST_F(FaceitClientTest, an_unknown_competition_and_an_impossible_id_are_told_apart) {
  answer(404, "");
  const auto unknown = run(client.competition_matches(CompetitionKind::hub, "h", MatchFilter::ongoing, 5));
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::not_found);
  EXPECT_EQ(unknown.error().message, "FACEIT does not know this hub.");
  http.sent.clear();
  const auto wrong = run(client.competition_matches(CompetitionKind::hub, "a/b", MatchFilter::ongoing, 5));
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::invalid);
  EXPECT_TRUE(http.sent.empty());
}

TEST_F(FaceitClientTest, listings_are_repeated_like_every_other_call) {
  answer(503, "");
  const auto matches = run(client.competition_matches(CompetitionKind::hub, "h", MatchFilter::ongoing, 5));
  ASSERT_FALSE(matches);
  EXPECT_EQ(matches.error().kind, ErrorKind::unavailable);
  EXPECT_EQ(http.sent.size(), 3U);
}

TEST(FaceitStatus, is_read_in_any_case_and_unknown_names_are_kept_apart) {
  EXPECT_EQ(match_status("ONGOING"), MatchStatus::ongoing);
  EXPECT_EQ(match_status("finished"), MatchStatus::finished);
  EXPECT_EQ(match_status("Captain_Pick"), MatchStatus::voting);
  EXPECT_EQ(match_status("NEW_STATE"), MatchStatus::unknown);
  EXPECT_EQ(match_status(""), MatchStatus::unknown);
  EXPECT_TRUE(is_over(MatchStatus::aborted));
  EXPECT_FALSE(is_over(MatchStatus::unknown));
}

}  // namespace
}  // namespace matchday::faceit
