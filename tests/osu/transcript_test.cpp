// Every request that the two clients make of osu!, as it goes over the wire: a list to hold against
// reference/osu.md §3.1 and §3.3. Secrets are shown by their kind.
#include <gmock/gmock.h>

#include "platforms/osu/oauth.hpp"
#include "tests/osu/simulated_osu.hpp"

namespace matchday::osu {
namespace {

struct OsuTranscript : test::SimulatedOsu {
  static void hide(std::string& text, std::string_view secret, std::string_view name) {
    if (const auto at = text.find(secret); at != std::string::npos) text.replace(at, secret.size(), name);
  }

  // "GET https://…", its headers in order, its body.
  static std::string line(const net::HttpRequest& request) {
    auto out = request.method + " " + request.url;
    for (const auto& [name, value] : request.headers.all())
      out += " | " + name + ": " +
             (name == "Authorization" ? value.substr(0, value.find(' ')) + " <token>" : value);
    if (!request.body.empty()) out += " | " + request.body;
    hide(out, test::OsuHttp::base, "BASE");
    hide(out, "sandbox-osu-client-secret-7b2f", "<secret>");
    if (const auto at = out.find("&code="); at != std::string::npos)
      out.replace(at + 6, out.find('&', at + 6) - at - 6, "<code>");
    return out;
  }
};

TEST_F(OsuTranscript, of_every_call_is_what_the_reference_says) {
  OAuthClient oauth(http, limiter, clock,
                    {.url = std::string(test::OsuHttp::base),
                     .client_id = "31415",
                     .client_secret = Secret<std::string>("sandbox-osu-client-secret-7b2f"),
                     .redirect_uri = "https://cup.example/osu/callback"});
  const auto address = oauth.authorize_url("s");
  const auto sent_back = world.handle(
      {.method = "GET", .path = "/oauth/authorize", .query = address.substr(address.find('?') + 1) + "&as=2"},
      clock.now());
  const std::string location(sent_back.headers.get("Location").value());
  const auto code = net::parse_query(location.substr(location.find('?') + 1)).at(0).second;

  ASSERT_TRUE(run(client.users({PlayerId{3}, PlayerId{1}})));
  ASSERT_TRUE(run(client.user(PlayerId{4}, Ruleset::osu)));
  ASSERT_TRUE(run(client.user(PlayerId{4}, Ruleset::fruits)));
  ASSERT_TRUE(run(client.user_by_name("[player] 1-_", Ruleset::osu)));
  ASSERT_TRUE(run(client.best_scores(PlayerId{4}, Ruleset::osu, 5)));
  ASSERT_TRUE(run(oauth.identify(Secret<std::string>(code))));

  const std::string json = " | Accept: application/json";
  const std::string api = " | Authorization: Bearer <token>" + json + " | x-api-version: 20240529";
  const std::string form = " | Content-Type: application/x-www-form-urlencoded" + json;
  std::vector<std::string> lines;
  std::ranges::transform(http.sent, std::back_inserter(lines), line);
  EXPECT_THAT(lines,
              testing::ElementsAre(
                  "POST BASE/oauth/token" + form +
                      " | client_id=31415&client_secret=<secret>&grant_type=client_credentials&scope=public",
                  "GET BASE/api/v2/users?ids%5B%5D=3&ids%5B%5D=1" + api,  //
                  "GET BASE/api/v2/users/4/osu" + api,                    //
                  "GET BASE/api/v2/users/4/fruits" + api,                 //
                  "GET BASE/api/v2/users/@%5Bplayer%5D%201-_/osu" + api,  //
                  "GET BASE/api/v2/users/4/scores/best?mode=osu&limit=5" + api,
                  "POST BASE/oauth/token" + form +
                      " | grant_type=authorization_code&code=<code>"
                      "&redirect_uri=https%3A%2F%2Fcup.example%2Fosu%2Fcallback&client_id=31415&client_"
                      "secret=<secret>",
                  "GET BASE/api/v2/me/osu | Authorization: Bearer <token>" + json,
                  "DELETE BASE/api/v2/oauth/tokens/current | Authorization: Bearer <token>" + json));
}

}  // namespace
}  // namespace matchday::osu
