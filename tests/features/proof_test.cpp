// What a proof does to claims and to other features, and the Register button that leads to either. Logging in
// itself is in verify_test.cpp.
#include "login_visitor.hpp"
#include "platforms/discord/messages.hpp"

namespace matchday::test {
namespace {

using sandbox::discord::InteractionState;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using testing::UnorderedElementsAre;

struct Proof : Visitor {
  using Visitor::Visitor;

  // A claim in an organization that has no Discord of its own here.
  void claim_in(OrganizationId organization, UserId user, const sandbox::DemoPlayer& player) {
    community.world.engine.session().run(
        "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method,"
        " linked_at_ms) values (:organization, :user, :faceit, :nickname, 'nickname', 0)",
        {{"organization", organization},
         {"user", user},
         {"faceit", player.player_id},
         {"nickname", player.nickname}});
  }
  // Whose links changed since the last call, as other features hear it.
  std::vector<std::string> changes() {
    community.pass(2s);
    return std::exchange(community.heard_faceit, {});
  }
  std::string in(OrganizationId organization, const sandbox::DemoPlayer& player) const {
    return organization.text() + " " + player.player_id;
  }
  std::map<std::string, accounts::LinkedUser> linked_in(OrganizationId organization) {
    return *community.transact([&](store::Transaction& tx) {
      return accounts::Accounts::linked_users_of(tx, organization, {astrid.player_id, jonas.player_id, "x"});
    });
  }
};

TEST_F(Proof, counts_in_every_organization_and_every_organization_hears_of_it) {
  const auto other = another_organization();
  EXPECT_EQ(prove(astrid).status, 200);
  EXPECT_THAT(changes(), UnorderedElementsAre(in(community.organization, astrid), in(other, astrid)));
  EXPECT_THAT(community.heard, Not(IsEmpty())) << "the Discord user's topic as well";
  for (const auto organization : {community.organization, other}) {
    const auto linked = linked_in(organization);
    ASSERT_EQ(linked.size(), 1U);
    EXPECT_EQ(linked.at(astrid.player_id).user, astrid.user);
    EXPECT_TRUE(linked.at(astrid.player_id).proved);
  }
  EXPECT_THAT(say(astrid.user, "whoami").text,
              HasSubstr("Verified by logging in to FACEIT: it counts in every community."));
}

TEST_F(Proof, supersedes_claims_of_others_in_every_organization_and_they_are_told) {
  const auto other = another_organization();
  const auto& mika = community.demo.players[2];
  say_register(jonas.user, "Kestrel");
  claim_in(other, mika.user, astrid);
  changes();

  EXPECT_EQ(prove(astrid).status, 200);
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
  EXPECT_THAT(changes(), UnorderedElementsAre(in(community.organization, astrid), in(other, astrid)));
  EXPECT_EQ(linked_in(other).at(astrid.player_id).user, astrid.user);
  EXPECT_EQ(std::ranges::count_if(community.lines,
                                  [](const auto& line) {
                                    return line.starts_with("A claim gave way to a login organization=");
                                  }),
            2);

  const auto told = say(jonas.user, "whoami").text;
  EXPECT_THAT(told, StartsWith("You are not registered."));
  EXPECT_THAT(told, HasSubstr("You were registered as **Kestrel** until <t:"));
  EXPECT_THAT(say(jonas.user, "whoami").text, HasSubstr("until <t:")) << "not only once";
  EXPECT_THAT(say(mika.user, "whoami").text, Not(HasSubstr("until"))) << "lost elsewhere";
  say_register(jonas.user, "oakfist");
  EXPECT_THAT(say(jonas.user, "whoami").text, Not(HasSubstr("until"))) << "linked again";
}

TEST_F(Proof, supersedes_the_same_users_claims_whatever_they_were) {
  const auto other = another_organization();
  say_register(astrid.user, "oakfist");
  claim_in(other, astrid.user, astrid);
  changes();
  EXPECT_EQ(prove(astrid).status, 200);
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
  EXPECT_THAT(changes(), UnorderedElementsAre(in(community.organization, jonas),
                                              in(community.organization, astrid), in(other, astrid)))
      << "oakfist is nobody's now";
  EXPECT_THAT(say(astrid.user, "whoami").text, Not(HasSubstr("until"))) << "nobody took anything from her";
}

TEST_F(Proof, cannot_be_claimed_by_somebody_else) {
  prove(astrid);
  const auto view = say_register(jonas.user, "Kestrel");
  EXPECT_EQ(view.text, "**Kestrel** is already linked to <@" + astrid.user.text() +
                           ">, who proved it by logging in to FACEIT.");
  EXPECT_TRUE(view.message.at("mentions").as_array().empty());
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
}

TEST_F(Proof, of_the_same_account_by_another_Discord_user_is_a_conflict) {
  prove(astrid);
  const auto page = come_back(verify(jonas.user), "Kestrel");
  EXPECT_EQ(page.status, 409);
  EXPECT_THAT(page.body, HasSubstr("<h1>Already Linked</h1>"));
  EXPECT_THAT(page.body, Not(HasSubstr(astrid.user.text()))) << "whose it is stays theirs to tell";
  EXPECT_EQ(token_in(page), "");
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
}

TEST_F(Proof, of_two_who_race_for_one_account_the_first_press_wins) {
  const auto astrids = come_back(verify(astrid.user), "Kestrel");
  const auto jonases = come_back(verify(jonas.user), "Kestrel");
  ASSERT_EQ(jonases.status, 200) << "both were asked";
  EXPECT_EQ(press(jonases).status, 200);
  const auto late = press(astrids);
  EXPECT_EQ(late.status, 409);
  EXPECT_THAT(press(astrids).body, HasSubstr("Invalid or Expired Link")) << "its token is used up";
  EXPECT_THAT(links(), ElementsAre(proof_of(jonas, "Kestrel")));
}

TEST_F(Proof, of_a_second_account_is_refused_before_and_behind_the_button) {
  const auto page = come_back(verify(astrid.user), "Kestrel");
  const auto address = verify(astrid.user);
  press(page);
  EXPECT_EQ(
      say(astrid.user, "verify").text,
      "You are already verified as: **Kestrel**\nIf you want to link a different account, please contact "
      "an administrator.\nOr use `/unregister` first.");
  const auto second = come_back(address, "oakfist");
  EXPECT_EQ(second.status, 409);
  EXPECT_THAT(second.body, HasSubstr("already verified as <strong><bdi>Kestrel</bdi></strong>"));
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
  EXPECT_THAT(say_register(astrid.user, "oakfist").text,
              StartsWith("You are already registered as: **Kestrel**"));
}

TEST_F(Proof, of_the_same_account_once_more_takes_the_new_nickname) {
  const auto address = verify(astrid.user);
  community.world.engine.session().run(
      "insert into player_links (organization_id, discord_id, faceit_id, faceit_nickname, verified_method,"
      " linked_at_ms) values (0, :user, :faceit, 'OldName', 'oauth', 0)",
      {{"user", astrid.user}, {"faceit", astrid.player_id}});
  EXPECT_EQ(press(come_back(address, "Kestrel")).status, 200);
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
}

TEST_F(Proof, a_claim_is_only_its_organizations_own_and_no_proof) {
  const auto other = another_organization();
  say_register(astrid.user, "Kestrel");
  EXPECT_THAT(changes(), ElementsAre(in(community.organization, astrid)));
  EXPECT_FALSE(linked_in(community.organization).at(astrid.player_id).proved);
  EXPECT_THAT(linked_in(other), IsEmpty());
  EXPECT_THAT(say(astrid.user, "whoami").text,
              HasSubstr("By nickname, in this server only. `/verify` proves that it is yours."));
  EXPECT_THAT(say_register(jonas.user, "Kestrel").text, HasSubstr("prove that it is yours with `/verify`"));
}

TEST_F(Proof, outranks_a_claim_in_every_look_up) {
  const auto& mika = community.demo.players[2];
  prove(astrid);
  claim_in(community.organization, mika.user, astrid);  // as an old version could have left it
  claim_in(community.organization, astrid.user, jonas);
  EXPECT_EQ(linked_in(community.organization).at(astrid.player_id).user, astrid.user);
  EXPECT_THAT(say(astrid.user, "whoami").text, HasSubstr("**Kestrel**"));
}

TEST_F(Proof, unregister_removes_it_everywhere_and_a_claim_here_only) {
  const auto other = another_organization();
  prove(astrid);
  claim_in(other, jonas.user, jonas);
  say_register(jonas.user, "oakfist");
  changes();
  EXPECT_EQ(say(astrid.user, "unregister").text,
            "You are no longer registered as **Kestrel**, in any community.");
  EXPECT_THAT(changes(), UnorderedElementsAre(in(community.organization, astrid), in(other, astrid)));
  EXPECT_EQ(say(jonas.user, "unregister").text, "You are no longer registered as **oakfist**.");
  EXPECT_THAT(changes(), ElementsAre(in(community.organization, jonas)));
  EXPECT_EQ(links().size(), 1U);
  EXPECT_EQ(prove(jonas).status, 200) << "and everything is free again";
}

// ---- The Register button.

struct RegisterButton : Proof {
  using Proof::Proof;

  // A message of another feature, with the button.
  MessageId post() {
    json::array row{accounts::register_button()};
    auto request = discord::create_message(
        community.demo.general,
        {{"content", "Who are you?"}, {"components", json::array{{{"type", 1}, {"components", row}}}}});
    auto sent = community.run(community.discord.rest.call(std::move(request), 5s));
    CHECK(sent);
    return *Fields(*sent).id<MessageId>("id");
  }
  InteractionView press_register(UserId user) {
    const auto fired = community.discord.world.fire_component(
        post(), user, std::string(accounts::register_button().at("custom_id").as_string()), {});
    CHECK(fired);
    pressed_ = *fired;
    return community.read_answer(*fired);
  }
  InteractionView fill_in(std::string nickname) {
    const auto sent = community.discord.world.submit_modal(pressed_, {{"faceit_nickname", nickname}});
    CHECK(sent);
    return community.read_answer(*sent);
  }
  InteractionView press_in(const InteractionView& view, std::size_t button, UserId user) {
    const auto message = *Fields(view.message).id<MessageId>("id");
    const auto& one = view.message.at("components").at(0).at("components").at(button);
    const auto fired = community.discord.world.fire_component(
        message, user, std::string(one.at("custom_id").as_string()), {});
    CHECK(fired);
    pressed_ = *fired;
    return community.read_answer(*fired);
  }
  InteractionId pressed_;
};

TEST_F(RegisterButton, offers_a_login_and_a_nickname) {
  const auto view = press_register(astrid.user);
  EXPECT_TRUE(view.ephemeral);
  const auto& buttons = view.message.at("components").at(0).at("components").as_array();
  ASSERT_EQ(buttons.size(), 2U);
  EXPECT_EQ(buttons[0].at("label"), "Verify with FACEIT");
  EXPECT_EQ(buttons[1].at("label"), "Enter nickname");
  EXPECT_EQ(press(come_back(address_in(view), "Kestrel")).status, 200);
  EXPECT_THAT(links(), ElementsAre(proof_of(astrid, "Kestrel")));
}

TEST_F(RegisterButton, a_nickname_in_the_form_does_what_register_does) {
  const auto form = press_in(press_register(astrid.user), 1, astrid.user);
  ASSERT_EQ(form.state, InteractionState::modal);
  EXPECT_EQ(form.modal.at("components").at(0).at("label"), "Your FACEIT nickname");
  const auto view = fill_in("Kestrel");
  EXPECT_EQ(view.text, "✅ Successfully registered as: **Kestrel** (ID: " + astrid.player_id + ")");
  EXPECT_TRUE(view.ephemeral);
  EXPECT_THAT(links(), ElementsAre(claim_of(astrid, "Kestrel")));
}

TEST_F(RegisterButton, a_claim_can_still_be_proved_but_not_made_twice) {
  say_register(astrid.user, "Kestrel");
  const auto view = press_register(astrid.user);
  EXPECT_EQ(view.message.at("components").at(0).at("components").as_array().size(), 1U);
  EXPECT_EQ(press(come_back(address_in(view), "Kestrel")).status, 200);
  EXPECT_THAT(press_register(astrid.user).text, StartsWith("You are already registered as: **Kestrel**"));
}

struct RegisterButtonAlone : RegisterButton {
  RegisterButtonAlone() : RegisterButton(CommunityOptions{}) {}
};

TEST_F(RegisterButtonAlone, without_a_login_the_form_opens_at_once) {
  const auto form = press_register(astrid.user);
  ASSERT_EQ(form.state, InteractionState::modal);
  EXPECT_EQ(form.modal.at("title"), "Register");
  EXPECT_THAT(fill_in("nobody-at-all").text, HasSubstr("Could not find Faceit player: **nobody-at-all**"));
  press_register(astrid.user);
  EXPECT_THAT(fill_in("Kestrel").text, StartsWith("✅ Successfully registered as: **Kestrel**"));
  EXPECT_THAT(press_register(astrid.user).text, StartsWith("You are already registered as: **Kestrel**"));
}

}  // namespace
}  // namespace matchday::test
