// Who is which tenant: the configured organization is made once, a guild belongs to one organization, and a
// webhook's secret leads to exactly one.
#include <gmock/gmock.h>

#include "community.hpp"

namespace matchday::test {
namespace {

using organizations::Configured;

struct Organizations : testing::Test {
  Community community{{.connected = false}};
  Result<OrganizationId> ensure(Configured configured) {
    return community.run(community.organizations.ensure(std::move(configured)));
  }
  std::optional<OrganizationId> of_secret(std::string secret) {
    return *community.run(
        community.organizations.organization_by_webhook_secret(std::move(secret), "faceit"));
  }
  std::optional<OrganizationId> of_guild(GuildId guild) {
    return *community.run(community.organizations.organization_of(guild));
  }
};

TEST_F(Organizations, starting_again_changes_nothing) {
  const auto first = community.organization;
  EXPECT_EQ(community.ensure_main(), first);
  EXPECT_EQ(community.ensure_main(), first);
  EXPECT_EQ(community.count("organizations"), 1);
  EXPECT_EQ(community.count("guilds"), 1);
  EXPECT_EQ(community.count("webhook_secrets"), 1);
}

TEST_F(Organizations, a_changed_configuration_is_taken_over) {
  const Configured changed{
      .name = "Nordlys", .guild = GuildId{12}, .webhook_secret = Secret<std::string>("another-secret-8c")};
  community.secrets.emplace_back("another-secret-8c");
  EXPECT_EQ(of_guild(community.demo.guild), community.organization);
  EXPECT_EQ(of_secret(community.demo.webhook_secret), community.organization);
  ASSERT_EQ(*ensure(changed), community.organization);
  EXPECT_EQ(of_guild(GuildId{12}), community.organization);
  EXPECT_EQ(of_guild(community.demo.guild), std::nullopt) << "nothing remembers the old guild";
  EXPECT_EQ(of_secret("another-secret-8c"), community.organization);
  EXPECT_EQ(of_secret(community.demo.webhook_secret), std::nullopt) << "nor the old secret";
  const auto stored = community.transact([id = community.organization](store::Transaction& tx) {
    return organizations::Organizations::find(tx, id);
  });
  EXPECT_EQ((*stored)->name, "Nordlys");
  EXPECT_FALSE((*stored)->alert_channel) << "it is not set any more";
  ASSERT_TRUE(ensure({.name = "Nordlys"}));
  EXPECT_EQ(of_secret("another-secret-8c"), std::nullopt) << "no secret configured: none is valid";
}

TEST_F(Organizations, a_guild_of_another_organization_is_refused_and_stays_where_it_is) {
  const auto taken = ensure({.slug = "rivals", .name = "Rivals", .guild = community.demo.guild});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
  EXPECT_EQ(of_guild(community.demo.guild), community.organization);
  EXPECT_EQ(community.count("organizations"), 1) << "nothing of the refused one is stored";
}

TEST_F(Organizations, a_secret_of_another_organization_is_refused_with_a_sentence) {
  const auto taken = ensure({.slug = "rivals",
                             .name = "Rivals",
                             .guild = GuildId{12},
                             .webhook_secret = Secret<std::string>(community.demo.webhook_secret)});
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, ErrorKind::conflict);
  EXPECT_TRUE(taken.error().message.contains("webhook secret")) << taken.error().message;
  EXPECT_FALSE(taken.error().message.contains("constraint"))
      << "no SQL for people: " << taken.error().message;
  EXPECT_EQ(of_secret(community.demo.webhook_secret), community.organization);
}

TEST_F(Organizations, a_secret_is_looked_up_exactly_and_only_its_digest_is_stored) {
  for (const auto* wrong :
       {"", " ", "sandbox-webhook-secret", "SANDBOX-WEBHOOK-SECRET-2F7C", "' or 1=1 --"}) {
    EXPECT_EQ(of_secret(wrong), std::nullopt) << wrong;
  }
  EXPECT_EQ(of_secret(community.demo.webhook_secret), community.organization);
  EXPECT_EQ(*community.run(community.organizations.organization_by_webhook_secret(
                community.demo.webhook_secret, "other")),
            std::nullopt)
      << "a secret for one purpose opens no other";
  EXPECT_EQ(community.count("webhook_secrets where digest like '%" + community.demo.webhook_secret + "%'"),
            0);
}

TEST_F(Organizations, guilds_are_remembered_and_unknown_ones_asked_again) {
  EXPECT_EQ(of_guild(GuildId{12}), std::nullopt);
  ASSERT_TRUE(ensure({.slug = "rivals", .name = "Rivals", .guild = GuildId{12}}));
  EXPECT_TRUE(of_guild(GuildId{12})) << "a guild that was unknown a moment ago may be linked now";
  EXPECT_NE(of_guild(GuildId{12}), community.organization);
  community.engine.reads_fail = true;
  EXPECT_TRUE(of_guild(GuildId{12})) << "from memory";
  EXPECT_FALSE(community.run(community.organizations.organization_of(GuildId{13})))
      << "an error is not 'nobody'";
  community.engine.reads_fail = false;
  EXPECT_THAT(*community.run(community.organizations.guilds()),
              testing::UnorderedElementsAre(community.demo.guild, GuildId{12}));
}

}  // namespace
}  // namespace matchday::test
