// Sessions over days and weeks, and API tokens, on virtual time.
#include "features/accounts/sessions.hpp"

#include <gmock/gmock.h>

#include "../support/source_schema.hpp"
#include "../support/virtual_database.hpp"

namespace matchday::accounts {
namespace {

using surfaces::Permission;
using surfaces::Principal;
using Transaction = store::Transaction;

constexpr UserId astrid{17};

struct SessionsTest : testing::Test {
  test::VirtualDatabase world{test::schema_of("accounts", "src/features/accounts/schema")};
  Sessions sessions{
      world.clock, world.database, Secret<std::string>(std::string(32, 'k')), {.operators = {UserId{99}}}};

  // Gives the value of the cookie.
  std::string begin(UserId user) {
    auto cookie = world.run(world.database.transact([&, now = world.clock.now()](Transaction& tx) {
      return sessions.begin(tx, {.user = user, .name = "Astrid"}, now);
    }));
    return value_of(*cookie);
  }
  static std::string value_of(const std::string& cookie) {
    const auto from = cookie.find('=') + 1;
    return cookie.substr(from, cookie.find(';') - from);
  }
  static net::RequestHead with_cookie(const std::string& id) {
    net::RequestHead head;
    head.headers.set("Cookie", "other=1; matchday-session=" + id);
    return head;
  }
  Result<Principal> ask(net::RequestHead head) { return world.run(sessions.authenticate(std::move(head))); }
  UserId who(const std::string& id) { return ask(with_cookie(id))->user; }

  std::string add_token(Sessions::NewToken token) {
    return *world.run(world.database.transact([token, now = world.clock.now()](Transaction& tx) {
      return Sessions::add_token(tx, TokenId{5}, astrid, token, now);
    }));
  }
  Result<Principal> by_token(const std::string& token) {
    net::RequestHead head;
    head.headers.set("Authorization", "Bearer " + token);
    return ask(std::move(head));
  }
};

TEST_F(SessionsTest, a_session_ends_a_week_after_the_last_visit) {
  const auto id = begin(astrid);
  world.pass(std::chrono::days(6));
  EXPECT_EQ(who(id), astrid);
  world.pass(std::chrono::days(6));
  EXPECT_EQ(who(id), astrid) << "the visit in between counts";
  world.pass(std::chrono::days(7));
  EXPECT_EQ(who(id), UserId{});
}

TEST_F(SessionsTest, a_session_ends_a_month_after_it_began_whatever_happens) {
  const auto id = begin(astrid);
  for (int day = 0; day < 30; ++day) {
    EXPECT_EQ(who(id), astrid) << day;
    world.pass(std::chrono::days(1));
  }
  EXPECT_EQ(who(id), UserId{});
}

TEST_F(SessionsTest, its_id_changes_once_a_day_and_the_one_before_is_good_for_a_moment) {
  const auto first = begin(astrid);
  EXPECT_EQ(*world.run(sessions.rotate(with_cookie(first))), std::nullopt) << "it is new";
  world.pass(std::chrono::days(1));
  const auto csrf = ask(with_cookie(first))->csrf_token;
  const auto cookie = *world.run(sessions.rotate(with_cookie(first)));
  ASSERT_TRUE(cookie);
  const auto second = value_of(*cookie);
  EXPECT_NE(second, first);
  EXPECT_EQ(who(first), astrid) << "a request that was under way";
  EXPECT_EQ(ask(with_cookie(second))->csrf_token, csrf) << "open pages go on working";
  world.pass(1min);
  EXPECT_EQ(who(first), UserId{});
  EXPECT_EQ(who(second), astrid);
}

TEST_F(SessionsTest, an_operator_is_one_by_configuration) {
  EXPECT_FALSE(ask(with_cookie(begin(astrid)))->is_operator);
  EXPECT_TRUE(ask(with_cookie(begin(UserId{99})))->is_operator);
}

TEST_F(SessionsTest, nobody_is_signed_in_by_a_cookie_that_is_none) {
  begin(astrid);
  for (const auto* id : {"", "x", "' or 1=1 --"}) EXPECT_EQ(who(id), UserId{}) << id;
}

TEST_F(SessionsTest, a_token_acts_for_its_person_within_its_scopes) {
  begin(astrid);
  const auto token = add_token({.name = "script", .scopes = {"organization.read", "matches.operate"}});
  EXPECT_TRUE(token.starts_with("md_"));
  const auto caller = by_token(token);
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->user, astrid);
  EXPECT_EQ(caller->via, Principal::Via::token);
  EXPECT_EQ(caller->scopes,
            (surfaces::PermissionSet{Permission::organization_read, Permission::matches_operate}));
  EXPECT_EQ(by_token("md_guessed").error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(by_token(token + "x").error().kind, ErrorKind::unauthorized);
  EXPECT_EQ(world.count("select count(*) as n from api_tokens where token_hash = '" + token + "'"), 0);
}

TEST_F(SessionsTest, a_token_says_when_it_was_used_and_ends_when_it_should) {
  begin(astrid);
  const auto token = add_token({.scopes = {"organization.read"}, .expires_at = world.clock.now() + 1h});
  const auto info = [&] {
    return (*world.run(world.database.read([](Transaction& tx) { return Sessions::tokens(tx, astrid); })))
        .at(0);
  };
  EXPECT_EQ(info().used_at, std::nullopt);
  EXPECT_TRUE(by_token(token));
  EXPECT_TRUE(info().used_at);
  world.pass(1h);
  EXPECT_EQ(by_token(token).error().kind, ErrorKind::unauthorized);
}

}  // namespace
}  // namespace matchday::accounts
