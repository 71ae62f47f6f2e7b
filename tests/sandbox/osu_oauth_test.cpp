// Simulated osu!'s OAuth against the reference (reference/osu.md §3.1): the page, the three grants, scopes,
// lives, revocation and errors.
#include <gmock/gmock.h>

#include "tests/sandbox/osu_fixture.hpp"

namespace matchday::sandbox::osu {
namespace {

constexpr auto callback = "https://cup.example/osu/callback";

class OsuAuthorization : public OsuWorld {
 protected:
  ApiResponse page(const net::FormFields& more, std::string_view client_id = "31415",
                   std::string_view redirect_uri = callback) {
    net::FormFields fields{{"client_id", client_id}, {"redirect_uri", redirect_uri}, {"state", "s"}};
    std::ranges::copy(more, std::back_inserter(fields));
    return ask("GET", "/oauth/authorize", net::encode_form(fields));
  }
  static std::string sent_back_with(const ApiResponse& response, std::string_view name) {
    const std::string location(response.headers.get("Location").value_or(""));
    EXPECT_TRUE(location.starts_with(callback)) << response.body;
    for (auto& [key, value] : net::parse_query(location.substr(location.find('?') + 1))) {
      if (key == name) return value;
    }
    return "";
  }
  std::string code(std::string_view scope = "identify", std::string_view as = "2") {
    return sent_back_with(page({{"response_type", "code"}, {"scope", scope}, {"as", as}}), "code");
  }
  ApiResponse exchange(std::string_view a_code, std::string_view redirect_uri = callback) {
    return post_token_with_credentials(
        {{"grant_type", "authorization_code"}, {"code", a_code}, {"redirect_uri", redirect_uri}});
  }
};

TEST_F(OsuAuthorization, asks_who_somebody_is_and_offers_to_cancel) {
  const auto asked = page({{"response_type", "code"}, {"scope", "identify"}});
  EXPECT_EQ(asked.status, 200);
  EXPECT_THAT(asked.body, testing::HasSubstr("Authorize as oak fist"));
  EXPECT_THAT(asked.body, testing::HasSubstr("as=2"));
  EXPECT_THAT(asked.body, testing::HasSubstr("deny=1"));
  const auto cancelled = page({{"response_type", "code"}, {"scope", "identify"}, {"deny", "1"}});
  EXPECT_EQ(sent_back_with(cancelled, "error"), "access_denied");
  EXPECT_EQ(sent_back_with(cancelled, "state"), "s");
  EXPECT_EQ(sent_back_with(cancelled, "code"), "");
}

TEST_F(OsuAuthorization, shows_what_could_lead_somewhere_else_and_sends_the_rest_back) {
  world->oauth().application().redirect_uris = {callback};
  EXPECT_EQ(page({{"response_type", "code"}}, "27182").status, 400);
  EXPECT_EQ(page({{"response_type", "code"}}, "31415", "https://evil.example").status, 400);
  EXPECT_EQ(sent_back_with(page({{"response_type", "token"}}), "error"), "unsupported_response_type");
  EXPECT_EQ(sent_back_with(page({{"response_type", "code"}, {"scope", "everything"}}), "error"),
            "invalid_scope");
}

TEST_F(OsuAuthorization, a_code_becomes_a_token_that_opens_me_and_nothing_public) {
  const auto given = exchange(code());
  EXPECT_EQ(given.status, 200);
  const auto answer = body_of(given);
  EXPECT_EQ(answer.at("token_type"), "Bearer");
  EXPECT_EQ(answer.at("expires_in"), 86'400);
  EXPECT_GT(field(given, "access_token").size(), 300U);
  token = field(given, "access_token");
  const auto me = body_of(get("/me/osu"));
  EXPECT_EQ(me.at("id"), 2);
  EXPECT_EQ(me.at("is_restricted"), false);
  EXPECT_TRUE(me.at("statistics_rulesets").as_object().contains("osu"));
  EXPECT_EQ(get("/me/chess").status, 404);
  EXPECT_EQ(field(get("/users/1/osu"), "error"), "A required scope is missing.");
  token = field(exchange(code("public")), "access_token");
  EXPECT_EQ(get("/me/osu").status, 200);  // identify comes by itself
  EXPECT_EQ(get("/users/1/osu").status, 200);
}

TEST_F(OsuAuthorization, a_code_is_good_once_for_ten_minutes_and_for_its_address) {
  const auto once = code();
  EXPECT_EQ(exchange(once).status, 200);
  const auto again = exchange(once);
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(field(again, "error"), "invalid_grant");
  EXPECT_EQ(field(exchange(code(), "https://cup.example/other"), "error"), "invalid_grant");
  const auto late = code();
  now += 10min;
  EXPECT_EQ(field(exchange(late), "error"), "invalid_grant");
}

TEST_F(OsuAuthorization, refreshes_rotate_and_can_only_lose_scopes) {
  const auto first = exchange(code("public identify"));
  const auto refresh = [&](std::string_view refresh_token, std::string_view scope) {
    return post_token_with_credentials(
        {{"grant_type", "refresh_token"}, {"refresh_token", refresh_token}, {"scope", scope}});
  };
  const auto fewer = refresh(field(first, "refresh_token"), "identify");
  EXPECT_EQ(fewer.status, 200);
  EXPECT_EQ(refresh(field(first, "refresh_token"), "").status, 401);
  EXPECT_EQ(field(refresh(field(fewer, "refresh_token"), "public"), "error"), "invalid_scope");
  token = field(fewer, "access_token");
  EXPECT_EQ(get("/users/1/osu").status, 403);
}

TEST_F(OsuAuthorization, giving_a_token_back_ends_its_refresh_token_too) {
  const auto given = exchange(code());
  token = field(given, "access_token");
  const auto ended = ask("DELETE", "/api/v2/oauth/tokens/current");
  EXPECT_EQ(ended.status, 204);
  EXPECT_EQ(ended.body, "");
  EXPECT_EQ(get("/me/osu").status, 401);
  EXPECT_EQ(post_token_with_credentials(
                {{"grant_type", "refresh_token"}, {"refresh_token", field(given, "refresh_token")}})
                .status,
            401);
}

TEST_F(OsuAuthorization, client_credentials_need_the_scope_public_and_get_no_refresh_token) {
  const auto given = post_token_with_credentials({{"grant_type", "client_credentials"}, {"scope", "public"}});
  EXPECT_FALSE(body_of(given).as_object().contains("refresh_token"));
  for (const auto* scope : {"", "*", "identify", "public identify"}) {
    const auto refused =
        post_token_with_credentials({{"grant_type", "client_credentials"}, {"scope", scope}});
    EXPECT_EQ(refused.status, 400) << scope;
    EXPECT_EQ(field(refused, "error"), "invalid_scope") << scope;
  }
}

TEST_F(OsuAuthorization, a_client_is_known_by_its_secret_in_the_body_or_in_the_header) {
  const net::FormFields grant{{"grant_type", "client_credentials"}, {"scope", "public"}};
  const auto& application = world->oauth().application();
  EXPECT_EQ(
      post_token(grant, {{"Authorization", login::basic(application.client_id, application.client_secret)}})
          .status,
      200);
  auto wrong = grant;
  wrong.emplace_back("client_id", application.client_id);
  wrong.emplace_back("client_secret", "guessed");
  const auto refused = post_token(wrong);
  EXPECT_EQ(refused.status, 401);
  EXPECT_EQ(field(refused, "error"), "invalid_client");
  EXPECT_EQ(post_token(grant).status, 401);
  EXPECT_EQ(field(post_token_with_credentials({{"grant_type", "password"}}), "error"),
            "unsupported_grant_type");
}

TEST_F(OsuAuthorization, the_token_endpoint_counts_requests_of_an_address) {
  now += 1min;
  for (int i = 0; i < 60; ++i) client_token();
  EXPECT_EQ(post_token_with_credentials({{"grant_type", "client_credentials"}, {"scope", "public"}}).status,
            429);
  now += 1min;
  EXPECT_FALSE(client_token().empty());
}

}  // namespace
}  // namespace matchday::sandbox::osu
