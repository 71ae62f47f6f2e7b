// What Discord's rights and roles give somebody here, and that it ends with them.
#include "browser.hpp"
#include "features/organizations/roles.hpp"

namespace matchday::test {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Rights : testing::Test {
  Community community{{}};
  sandbox::discord::World& discord = community.discord.world;
  Browser owner{community};
  Browser player{community};
  const GuildId guild = community.demo.guild;
  const UserId astrid = community.demo.players[0].user;
  const std::string base = "/api/organizations/" + community.organization.text();
  const RoleId casters = discord.add_role(guild, {.name = "Casters"});

  Rights() {
    owner.sign_in(community.demo.organizer);
    community.discord.pump();
  }
  Visit map(RoleId role, std::string_view to) {
    return owner.api("PUT", base + "/role-mappings",
                     {{"server", guild.text()}, {"discord_role", role.text()}, {"role", to}});
  }
  void has_roles(std::vector<RoleId> roles) {
    ASSERT_TRUE(discord.set_member_roles(guild, astrid, std::move(roles)));
  }
  // What the organization's list of members says of her.
  std::string role_of_astrid() {
    const auto page = owner.get(base + "/members").json();
    for (const auto& member : page.at("items").as_array()) {
      if (Fields(member).string("id") == astrid.text()) return std::string(member.at("role").as_string());
    }
    return "";
  }
  void an_hour_later() {
    community.transact([this](store::Transaction& tx) {
      community.queue.enqueue(tx, {.organization = OrganizationId{0},
                                   .kind = std::string(organizations::refresh_everybody_job),
                                   .subject = "all",
                                   .run_at = community.world.clock.now()});
    });
    community.pass(5s);
  }
};

TEST_F(Rights, a_mapped_discord_role_gives_its_role_for_as_long_as_somebody_has_it) {
  ASSERT_EQ(map(casters, "moderator").status, 200);
  has_roles({casters});
  player.sign_in(astrid);
  community.pass(5s);
  EXPECT_EQ(role_of_astrid(), "moderator");
  EXPECT_EQ(player.get(base + "/matches").status, 200);
  has_roles({});
  an_hour_later();
  EXPECT_EQ(role_of_astrid(), "");
  EXPECT_EQ(player.get(base + "/matches").status, 404);
}

TEST_F(Rights, a_changed_mapping_holds_for_who_is_in_already) {
  ASSERT_EQ(map(casters, "moderator").status, 200);
  has_roles({casters});
  player.sign_in(astrid);
  community.pass(5s);
  ASSERT_EQ(map(casters, "tournament_manager").status, 200);
  community.pass(5s);
  EXPECT_EQ(role_of_astrid(), "tournament_manager");
  EXPECT_EQ(owner.api("DELETE", base + "/role-mappings/" + casters.text()).status, 204);
  community.pass(5s);
  EXPECT_EQ(role_of_astrid(), "");
}

TEST_F(Rights, who_manages_the_server_no_more_is_no_admin_within_the_hour) {
  const auto staff =
      discord.add_role(guild, {.name = "Staff", .permissions = sandbox::discord::permission::manage_guild});
  has_roles({staff});
  community.discord.pump();
  player.sign_in(astrid);
  EXPECT_EQ(role_of_astrid(), "admin");
  has_roles({});
  EXPECT_EQ(role_of_astrid(), "admin") << "Discord tells nobody";
  an_hour_later();
  EXPECT_EQ(role_of_astrid(), "");
}

TEST_F(Rights, who_left_the_server_has_no_rights_from_it) {
  ASSERT_EQ(map(casters, "admin").status, 200);
  has_roles({casters});
  player.sign_in(astrid);
  community.pass(5s);
  ASSERT_EQ(role_of_astrid(), "admin");
  ASSERT_TRUE(discord.leave_guild(guild, astrid));
  an_hour_later();
  EXPECT_EQ(role_of_astrid(), "");
}

TEST_F(Rights, a_role_given_by_hand_stands_whatever_discord_says) {
  ASSERT_EQ(map(casters, "moderator").status, 200);
  has_roles({casters});
  player.sign_in(astrid);
  community.pass(5s);
  ASSERT_EQ(owner.api("PATCH", base + "/members/" + astrid.text(), {{"role", "admin"}}).status, 200);
  has_roles({});
  an_hour_later();
  EXPECT_EQ(role_of_astrid(), "admin");
}

TEST_F(Rights, an_outage_at_discord_takes_nothing_away) {
  ASSERT_EQ(map(casters, "moderator").status, 200);
  has_roles({casters});
  player.sign_in(astrid);
  community.pass(5s);
  ASSERT_TRUE(discord.set_unavailable(guild, true));
  community.discord.pump();
  an_hour_later();
  EXPECT_EQ(role_of_astrid(), "moderator");
}

TEST_F(Rights, commands_ask_the_same_permissions) {
  // Discord lets a server's administrators offer the command to anybody.
  ASSERT_TRUE(discord.set_role_permissions(guild, casters, sandbox::discord::permission::manage_guild));
  has_roles({casters});
  EXPECT_THAT(community.ask(astrid, "setup").text, HasSubstr("This server belongs to"))
      << "who manages the server manages the organization";
  ASSERT_TRUE(discord.set_role_permissions(guild, casters, sandbox::discord::permission::manage_channels));
  community.discord.pump();
  EXPECT_THAT(community.ask(astrid, "match list").text, Not(HasSubstr("permission")));
}

TEST_F(Rights, a_mapping_gives_no_more_than_its_maker_may_and_everybody_is_at_most_a_member) {
  EXPECT_EQ(map(casters, "owner").status, 400);
  EXPECT_EQ(map(RoleId{guild.value}, "moderator").status, 400);
  EXPECT_EQ(map(RoleId{guild.value}, "member").status, 200);
  const auto elsewhere = owner.api("PUT", base + "/role-mappings",
                                   {{"server", "77"}, {"discord_role", casters.text()}, {"role", "admin"}});
  EXPECT_EQ(elsewhere.status, 400);
  EXPECT_EQ(elsewhere.text("field"), "server");
  player.sign_in(astrid);
  community.pass(5s);
  EXPECT_EQ(role_of_astrid(), "member") << "everybody of the server";
}

}  // namespace
}  // namespace matchday::test
