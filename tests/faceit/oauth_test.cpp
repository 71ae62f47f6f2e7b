// FACEIT Connect's client: what it sends over a scripted HTTP client, and a whole login against the simulated
// FACEIT, which checks PKCE, Basic and the redirect address as the real one does.
#include "platforms/faceit/oauth.hpp"

#include <gmock/gmock.h>

#include "base/log.hpp"
#include "sandbox/faceit/oauth.hpp"
#include "sim/clock/virtual_clock.hpp"
#include "tests/discord/support/scripted_http.hpp"

namespace matchday::faceit {
namespace {

using test::json_response;
using testing::HasSubstr;
using testing::Not;

Secret<std::string> secret(std::string text) {
  return Secret<std::string>(std::move(text));
}

struct FaceitOAuth : testing::Test {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  test::ScriptedHttp http{clock, [](const net::HttpRequest&) { return json_response(200, "{}"); }};
  OAuthClient client{http,
                     clock,
                     {.application = {.platform = "FACEIT",
                                      .client_id = "client-1",
                                      .client_secret = secret("canary-secret"),
                                      .redirect_uri = "https://cup.example/faceit/callback",
                                      .token_url = "http://sim/oauth/token"},
                      .authorize_url = "http://sim/accounts",
                      .userinfo_url = "http://sim/resources/userinfo"}};

  template <class T>
  T run(Task<T> task) {
    return sim::run(context, clock, std::move(task));
  }
  void answer(int status, std::string body) {
    http.answer_with([=](const net::HttpRequest&) { return json_response(status, body); });
  }
  Result<Secret<std::string>> exchange() {
    return run(client.exchange(secret("canary-code"), secret("canary-verifier")));
  }
};

TEST_F(FaceitOAuth, the_challenge_is_that_of_RFC_7636) {
  EXPECT_EQ(pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

TEST_F(FaceitOAuth, the_authorize_address_names_everything_and_encodes_it) {
  EXPECT_EQ(
      client.authorize_url("s&t", "ch"),
      "http://sim/accounts?client_id=client-1&redirect_uri=https%3A%2F%2Fcup.example%2Ffaceit%2Fcallback"
      "&response_type=code&scope=openid%20profile&state=s%26t&code_challenge=ch"
      "&code_challenge_method=S256&redirect_popup=true");
  const OAuthClient with_query(http, clock, {.authorize_url = "http://sim/accounts?lang=en"});
  EXPECT_THAT(with_query.authorize_url("s", "c"), HasSubstr("accounts?lang=en&client_id="));
}

TEST_F(FaceitOAuth, half_a_configuration_is_none) {
  const auto configured = [&](OAuthOptions options) {
    return OAuthClient(http, clock, std::move(options)).configured();
  };
  EXPECT_TRUE(client.configured());
  EXPECT_FALSE(configured({}));
  EXPECT_FALSE(configured({.application = {.client_id = "a", .client_secret = secret("b")}}));
  EXPECT_FALSE(configured({.application = {.client_id = "a", .redirect_uri = "c"}}));
  EXPECT_FALSE(configured({.application = {.client_secret = secret("b"), .redirect_uri = "c"}}));
}

TEST_F(FaceitOAuth, a_code_is_exchanged_with_basic_and_verifier) {
  answer(200, R"({"access_token":"t","token_type":"Bearer"})");
  const auto token = exchange();
  ASSERT_TRUE(token);
  EXPECT_EQ(token->reveal(), "t");
  const auto& request = http.sent.at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.url, "http://sim/oauth/token");
  EXPECT_EQ(request.headers.get("Authorization"), "Basic Y2xpZW50LTE6Y2FuYXJ5LXNlY3JldA==");
  EXPECT_EQ(request.headers.get("Content-Type"), "application/x-www-form-urlencoded");
  EXPECT_EQ(request.body,
            "grant_type=authorization_code&code=canary-code"
            "&redirect_uri=https%3A%2F%2Fcup.example%2Ffaceit%2Fcallback&code_verifier=canary-verifier");
}

TEST_F(FaceitOAuth, a_code_is_sent_once_whatever_comes_back_and_errors_tell_no_secret) {
  struct Case {
    int status;
    std::string body;
    ErrorKind kind;
  };
  const std::vector<Case> cases{
      {400, R"({"error":"invalid_grant","error_description":"canary-code was used"})", ErrorKind::invalid},
      {401, R"({"error":"invalid_client"})", ErrorKind::unauthorized},
      {400, R"({"error":"unauthorized_client"})", ErrorKind::unauthorized},
      {403, R"({"error":"insufficient_scope","scope":"openid"})", ErrorKind::unauthorized},
      {400, R"({"error":"invalid_request"})", ErrorKind::refused},
      {400, R"({"error":"canary-code Not A Code"})", ErrorKind::refused},
      {429, "slow down", ErrorKind::limited},
      {500, "canary-code", ErrorKind::unavailable},
      {200, "{}", ErrorKind::unavailable},
      {200, "<html>canary-code", ErrorKind::unavailable},
      {302, "", ErrorKind::refused},
  };
  for (const auto& c : cases) {
    answer(c.status, c.body);
    http.sent.clear();
    const auto token = exchange();
    ASSERT_FALSE(token) << c.body;
    EXPECT_EQ(token.error().kind, c.kind) << c.body;
    EXPECT_THAT(token.error().describe(), Not(HasSubstr("canary"))) << c.body;
    EXPECT_EQ(http.sent.size(), 1U) << c.body;
  }
  http.answer_with([](const net::HttpRequest&) { return fail(ErrorKind::ambiguous, "Reset."); });
  http.sent.clear();
  EXPECT_EQ(exchange().error().kind, ErrorKind::ambiguous);
  EXPECT_EQ(http.sent.size(), 1U);
}

TEST_F(FaceitOAuth, whose_token_it_is_is_asked_again_when_that_may_help) {
  int asked = 0;
  http.answer_with([&](const net::HttpRequest& request) -> Result<net::HttpResponse> {
    EXPECT_EQ(request.headers.get("Authorization"), "Bearer canary-token");
    if (++asked == 1) return json_response(503, "{}");
    if (asked == 2) return fail(ErrorKind::ambiguous, "Reset.");
    return json_response(200, R"({"guid":"g-1","nickname":"Kestrel","email":"a@example.org"})");
  });
  const auto identity = run(client.userinfo(secret("canary-token")));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->guid, "g-1");
  EXPECT_EQ(identity->nickname, "Kestrel");
  EXPECT_EQ(asked, 3);
}

TEST_F(FaceitOAuth, whose_token_it_is_is_not_asked_for_ever) {
  answer(500, "{}");
  EXPECT_EQ(run(client.userinfo(secret("t"))).error().kind, ErrorKind::unavailable);
  EXPECT_EQ(http.sent.size(), 3U);
  answer(401, R"({"error":"invalid_token"})");
  http.sent.clear();
  EXPECT_EQ(run(client.userinfo(secret("t"))).error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(http.sent.size(), 1U);
}

TEST_F(FaceitOAuth, id_and_nickname_are_the_first_claims_that_are_there) {
  const auto read = [&](std::string body) {
    answer(200, std::move(body));
    return run(client.userinfo(secret("t")));
  };
  EXPECT_EQ(read(R"({"guid":"g","id":"i","sub":"s","nickname":"n","name":"m"})")->guid, "g");
  EXPECT_EQ(read(R"({"guid":null,"id":"i","sub":"s","name":"m"})")->guid, "i");
  EXPECT_EQ(read(R"({"sub":"s","name":"m"})")->nickname, "m");
  EXPECT_EQ(read(R"({"sub":"s","nickname":""})")->nickname, "Unknown");
  EXPECT_EQ(read(R"({"nickname":"n"})").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(read(R"({"guid":"../x","nickname":"n"})").error().kind, ErrorKind::unavailable);
  EXPECT_EQ(read(R"([])").error().kind, ErrorKind::unavailable);
}

// ---- Against the simulated FACEIT.

struct SimulatedLogin : FaceitOAuth {
  sandbox::faceit::OAuth faceit{"seed"};
  std::vector<sandbox::faceit::Player> players{{.player_id = "p-1", .nickname = "Kestrel"},
                                               {.player_id = "p-2", .nickname = "<b>&\"x"}};
  const std::string verifier = std::string(43, 'v');

  SimulatedLogin() {
    faceit.application().client_id = "client-1";
    faceit.application().client_secret = "canary-secret";
    faceit.application().redirect_uri = "https://saved.example/cb";
    http.answer_with([this](const net::HttpRequest& request) -> Result<net::HttpResponse> {
      auto answer = ask(request.method, request.url.substr(std::string("http://sim").size()), request.headers,
                        request.body);
      return net::HttpResponse{answer.status, std::move(answer.headers), std::move(answer.body)};
    });
  }
  sandbox::faceit::OAuthResponse ask(std::string method, std::string target, net::Headers headers = {},
                                     std::string body = {}) {
    const auto mark = std::min(target.find('?'), target.size());
    return faceit.handle({.method = std::move(method),
                          .path = target.substr(0, mark),
                          .query = target.substr(std::min(mark + 1, target.size())),
                          .headers = std::move(headers),
                          .body = std::move(body)},
                         players, clock.now());
  }
  // Opens our authorize address in a browser that adds `more` to it.
  sandbox::faceit::OAuthResponse browse(std::string more) {
    const auto url = client.authorize_url("the-state", pkce_challenge(verifier)) + more;
    return ask("GET", url.substr(std::string("http://sim").size()));
  }
  static std::string query_of(const sandbox::faceit::OAuthResponse& answer, std::string_view name) {
    const auto location = std::string(answer.headers.get("Location").value_or(""));
    for (const auto& [key, value] : net::parse_query(location.substr(location.find('?') + 1))) {
      if (key == name) return value;
    }
    return "";
  }
  std::string code() { return query_of(browse("&auto=Kestrel"), "code"); }
};

TEST_F(SimulatedLogin, a_login_gives_the_players_id_and_nickname) {
  const auto token = run(client.exchange(secret(code()), secret(verifier)));
  ASSERT_TRUE(token) << token.error().message;
  const auto identity = run(client.userinfo(*token));
  ASSERT_TRUE(identity);
  EXPECT_EQ(identity->guid, "p-1");
  EXPECT_EQ(identity->nickname, "Kestrel");
}

TEST_F(SimulatedLogin, the_browser_goes_to_the_saved_address_even_when_the_request_names_another) {
  const auto answer = browse("&auto=Kestrel");
  EXPECT_EQ(answer.status, 302);
  EXPECT_THAT(std::string(*answer.headers.get("Location")), testing::StartsWith("https://saved.example/cb?"));
  EXPECT_EQ(query_of(answer, "state"), "the-state");
}

TEST_F(SimulatedLogin, the_page_lists_the_players_and_escapes_them) {
  const auto page = browse("");
  EXPECT_EQ(page.status, 200);
  EXPECT_THAT(page.body, HasSubstr("Log in as Kestrel"));
  EXPECT_THAT(page.body, HasSubstr("Log in as &lt;b&gt;&amp;&quot;x"));
}

TEST_F(SimulatedLogin, who_cancels_is_sent_back_with_the_reason) {
  const auto answer = browse("&deny=1");
  EXPECT_EQ(query_of(answer, "error"), "access_denied");
  EXPECT_EQ(query_of(answer, "state"), "the-state");
}

TEST_F(SimulatedLogin, a_code_works_once_for_a_minute_and_with_its_verifier_only) {
  const auto kind = [&](const std::string& one, const std::string& with) {
    const auto token = run(client.exchange(secret(one), secret(with)));
    return token ? "" : std::string(name(token.error().kind));
  };
  const auto first = code();
  EXPECT_EQ(kind(first, verifier), "");
  EXPECT_EQ(kind(first, verifier), "invalid") << "used";
  EXPECT_EQ(kind(code(), std::string(43, 'w')), "invalid") << "another verifier";
  const auto late = code();
  run([](sim::VirtualClock& time) -> Task<int> {
    co_await time.sleep(60s);
    co_return 0;
  }(clock));
  EXPECT_EQ(kind(late, verifier), "invalid") << "expired";
  faceit.application().client_secret = "another";
  EXPECT_EQ(kind(code(), verifier), "unauthorized") << "Basic does not fit";
}

TEST_F(SimulatedLogin, a_login_without_PKCE_or_of_another_client_is_refused) {
  EXPECT_EQ(ask("GET", "/accounts?client_id=other").status, 400);
  const auto back = ask("GET", "/accounts?client_id=client-1&response_type=code&state=s&auto=Kestrel");
  EXPECT_EQ(query_of(back, "error"), "invalid_request");
  EXPECT_EQ(ask("GET", "/resources/userinfo", {{"Authorization", "Bearer nonsense"}}).status, 401);
}

}  // namespace
}  // namespace matchday::faceit
