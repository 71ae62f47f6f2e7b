// The client and the webhook reader against simulated FACEIT: what the one writes, the other must understand.
// The details of either side are tested on their own (match_test.cpp, tests/sandbox/).
#include <set>

#include "platforms/faceit/client.hpp"
#include "platforms/faceit/webhook.hpp"
#include "sandbox/faceit/world.hpp"
#include "sim/clock/virtual_clock.hpp"
#include "tests/discord/support/scripted_http.hpp"

namespace matchday::faceit {
namespace {

using sandbox::faceit::Step;
namespace simulated = sandbox::faceit;

constexpr std::string_view base = "http://sim/data/v4";

struct FaceitInSandbox : testing::Test {
  FaceitInSandbox() {
    world.add_player({.player_id = "p1", .nickname = "Kestrel", .skill_level = 10});
    world.add_player({.player_id = "p2", .nickname = "Brisa", .skill_level = 7});
    world.add_hub({.hub_id = "hub", .name = "Nordlys Hub"});
    world.add_championship({.championship_id = "cup", .name = "Nordlys Cup"});
    world.webhooks().set_target({.url = "http://matchday/faceit-webhook"});
    http.answer_with([this](const net::HttpRequest& request) -> Result<net::HttpResponse> {
      const auto target = request.url.substr(base.size());
      const auto query = std::min(target.find('?'), target.size());
      const auto answer = world.handle({.method = "GET",
                                        .path = target.substr(0, query),
                                        .query = target.substr(std::min(query + 1, target.size())),
                                        .headers = request.headers},
                                       clock.now());
      return net::HttpResponse{.status = answer.status, .headers = answer.headers, .body = answer.body};
    });
  }

  std::string create(simulated::NewMatch match = {}) {
    match.faction1 = {"p1"};
    match.faction2 = {"p2"};
    match.competition = {.id = "cup", .name = "Nordlys Cup", .type = "championship"};
    return world.create_match(std::move(match), clock.now()).value();
  }
  void step(const std::string& id, Step step) { ASSERT_TRUE(world.step(id, step, clock.now())); }
  Match read(const std::string& id) { return run(client.match(id)).value().value(); }

  template <class T>
  T run(Task<T> task) {
    return sim::run(context, clock, std::move(task));
  }

  boost::asio::io_context context;
  sim::VirtualClock clock;
  simulated::World world{{.api_key = "key"}, Random(3)};
  test::ScriptedHttp http{clock, [](const net::HttpRequest&) { return test::json_response(200, "{}"); }};
  net::RateGate gate{context.get_executor(), clock, {}};
  Client client{http, gate, clock, {.api_url = std::string(base), .key = Secret<std::string>("key")}};
};

TEST_F(FaceitInSandbox, a_series_is_understood_from_its_schedule_to_its_demos) {
  const auto id = create({.scheduled_at = clock.now() + 24h, .best_of = 3});
  EXPECT_EQ(read(id).status, MatchStatus::scheduled);
  EXPECT_TRUE(read(id).scheduled_at);
  step(id, Step::ready);
  EXPECT_EQ(read(id).map, "Mirage, Nuke, Inferno");
  EXPECT_EQ(read(id).location, "Sweden");
  EXPECT_EQ(read(id).best_of, 3);
  EXPECT_FALSE(read(id).score);
  EXPECT_EQ(read(id).teams.at(0).average_level, 10);
  EXPECT_EQ(read(id).teams.at(1).roster.at(0).level, 7);
  step(id, Step::ongoing);
  ASSERT_TRUE(world.score(id, {.faction1 = 5, .faction2 = 13}, std::nullopt, clock.now()));
  EXPECT_EQ(read(id).score, (Score{5, 13}));
  ASSERT_TRUE(world.score(id, {.faction1 = 9, .faction2 = 13}, 2, clock.now()));
  step(id, Step::finish);
  step(id, Step::demo_ready);
  const auto over = read(id);
  EXPECT_EQ(over.winner, "faction2");
  EXPECT_EQ(over.score, (Score{0, 2}));
  EXPECT_EQ(over.maps, (std::vector<Score>{{5, 13}, {9, 13}}));
  EXPECT_EQ(over.demo_urls.size(), 2U);
  EXPECT_EQ(over.url, "https://www.faceit.com/en/cs2/room/" + id);
}

TEST_F(FaceitInSandbox, listings_find_what_no_webhook_told_of) {
  const auto id = create();
  const auto listed = [&](CompetitionKind kind, std::string competition, MatchFilter filter) {
    return run(client.competition_matches(kind, std::move(competition), filter, 50));
  };
  EXPECT_EQ(listed(CompetitionKind::championship, "cup", MatchFilter::upcoming).value().at(0).id, id);
  step(id, Step::ongoing);
  EXPECT_EQ(listed(CompetitionKind::championship, "cup", MatchFilter::ongoing).value().at(0).id, id);
  EXPECT_TRUE(listed(CompetitionKind::hub, "hub", MatchFilter::ongoing).value().empty());
  EXPECT_EQ(listed(CompetitionKind::hub, "cup", MatchFilter::ongoing).error().kind, ErrorKind::not_found);
}

TEST_F(FaceitInSandbox, every_webhook_of_either_shape_is_understood) {
  for (const auto shape : {simulated::WebhookShape::real, simulated::WebhookShape::seed}) {
    const auto id = create({.shape = shape});
    for (const auto one : {Step::configuring, Step::ready, Step::ongoing, Step::finish, Step::demo_ready}) {
      step(id, one);
    }
    std::set<NotificationKind> kinds;
    for (const auto& webhook : world.take_webhooks(clock.now() + 1s)) {
      const auto event = parse_webhook(webhook.body);
      ASSERT_TRUE(event && !event->ignored());
      EXPECT_EQ(event->match_id, id);
      EXPECT_EQ(event->delivery_key.empty(), shape == simulated::WebhookShape::seed);
      const bool demo = event->kind == NotificationKind::match_demo_ready;
      EXPECT_EQ(event->demo_url.empty(), !demo || shape == simulated::WebhookShape::seed);
      kinds.insert(event->kind);
    }
    EXPECT_EQ(kinds.size(), 5U);
  }
}

}  // namespace
}  // namespace matchday::faceit
