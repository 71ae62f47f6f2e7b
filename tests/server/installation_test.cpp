// Whose database it is, on both engines: the key that belongs to it, a copy of its file, a restore, and the
// operator's last word.
#include "server/installation.hpp"

#include "../support/fresh_database.hpp"
#include "effects/adoption.hpp"
#include "effects/ledger.hpp"
#include "jobs/queue.hpp"
#include "schema.hpp"

namespace matchday::server {
namespace {

struct InstallationTest : testing::TestWithParam<test::EngineKind> {
  void SetUp() override {
    SKIP_WITHOUT_ENGINE(GetParam());
    session = fresh.session();
    auto all = jobs::migrations();
    std::ranges::move(effects::migrations(), std::back_inserter(all));
    std::ranges::move(server_schema(), std::back_inserter(all));
    ASSERT_TRUE(store::migrate(*session, all, from_ms(1)));
    ASSERT_TRUE(check(key, "1:100"));
  }

  Result<> check(const Secret<std::string>& with, std::optional<std::string> identity) {
    return check_installation(*session, with, identity, from_ms(2));
  }
  std::string adopting() {
    store::Transaction tx(*session);
    const auto found = effects::find_adoption(tx);
    return found ? found->reason : "";
  }

  test::FreshDatabase fresh{GetParam()};
  std::unique_ptr<store::Session> session;
  const Secret<std::string> key{std::string(32, 'k')};
};

TEST_P(InstallationTest, the_same_key_in_the_same_place_is_nothing_to_speak_of) {
  EXPECT_TRUE(check(key, "1:100"));
  EXPECT_EQ(adopting(), "");
}

TEST_P(InstallationTest, another_key_is_refused_and_changes_nothing) {
  const auto refused = check(Secret<std::string>(std::string(32, 'x')), "1:200");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(refused.error().message.contains("belongs to another key")) << refused.error().message;
  EXPECT_EQ(adopting(), "");
}

TEST_P(InstallationTest, a_copy_is_careful_until_the_operator_says_that_it_is_the_one) {
  EXPECT_TRUE(check(key, "1:200"));
  EXPECT_TRUE(adopting().contains("copy"));
  adopt_identity(*session, "1:200");
  EXPECT_EQ(adopting(), "");
  EXPECT_TRUE(check(key, "1:200"));
  EXPECT_EQ(adopting(), "") << "known from now on";
}

TEST_P(InstallationTest, a_restore_is_careful_and_forgets_the_session_that_is_not_its_own) {
  session->run(
      "insert into gateway_sessions (shard, credentials, session_id, resume_url, sequence, self_id, "
      "application_id,"
      " guilds, guilds_bytes, tries, saved_at_ms) values (0, 'c', 's', 'u', 7, '1', '2', '', 0, 0, 0)",
      {});
  mark_restored(*session, "1:300", from_ms(3));
  mark_restored(*session, "1:300", from_ms(4));
  EXPECT_TRUE(adopting().contains("backup"));
  EXPECT_TRUE(session->run("select 1 as x from gateway_sessions", {}).empty());
  EXPECT_TRUE(check(key, "1:300")) << "its place is known";
}

INSTANTIATE_TEST_SUITE_P(Engines, InstallationTest,
                         testing::Values(test::EngineKind::sqlite, test::EngineKind::postgres),
                         test::name_of);

}  // namespace
}  // namespace matchday::server
