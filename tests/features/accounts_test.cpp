// /register, /unregister and /whoami as people see them: typed into simulated Discord, answered through the
// real routes, looked up in simulated FACEIT. The seed's sentences are word for word.
#include <gmock/gmock.h>

#include "community.hpp"

namespace matchday::test {
namespace {

using sandbox::discord::InteractionState;
using sandbox::discord::InteractionView;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

const json::object& menu_of(const InteractionView& view) {
  return view.message.at("components").at(0).at("components").at(0).as_object();
}

std::vector<std::string> labels_of(const InteractionView& view) {
  std::vector<std::string> out;
  for (const auto& option : menu_of(view).at("options").as_array())
    out.emplace_back(option.at("label").as_string());
  return out;
}

struct Accounts : testing::Test {
  Community community;
  const sandbox::DemoPlayer& astrid = community.demo.players[0];  // Kestrel
  const sandbox::DemoPlayer& jonas = community.demo.players[1];   // oakfist

  InteractionView say_register(UserId user, std::string nickname) {
    return community.ask(user, "register", {{"faceit_nickname", std::move(nickname)}});
  }
  InteractionView pick(const InteractionView& shown, UserId user, std::string value) {
    const auto message = *Fields(shown.message).id<MessageId>("id");
    const auto custom_id = std::string(menu_of(shown).at("custom_id").as_string());
    const auto fired = community.discord.world.fire_component(message, user, custom_id, {std::move(value)});
    CHECK(fired);
    return community.read_answer(*fired);
  }
  std::vector<std::string> links() {
    std::vector<std::string> out;
    for (const auto& row : community.world.engine.session().run(
             "select discord_id, faceit_nickname from player_links order by faceit_nickname", {})) {
      out.push_back(row.get<std::string>("discord_id") + " " + row.get<std::string>("faceit_nickname"));
    }
    return out;
  }
};

TEST_F(Accounts, the_commands_are_declared_as_the_seed_says) {
  const auto definitions = community.commands.definitions();
  const auto found = std::ranges::find(definitions, "register", &discord::CommandDefinition::name);
  ASSERT_NE(found, definitions.end());
  EXPECT_EQ(found->description, "Register your Faceit nickname with the bot");
  ASSERT_EQ(found->options.size(), 1U);
  EXPECT_EQ(found->options[0].name, "faceit_nickname");
  EXPECT_EQ(found->options[0].description, "Your Faceit nickname");
  EXPECT_TRUE(found->options[0].required);
  EXPECT_EQ(found->options[0].type, discord::OptionType::string);
}

TEST_F(Accounts, registering_links_and_says_so_in_the_seeds_words_to_that_user_only) {
  const auto view = say_register(astrid.user, "Kestrel");
  EXPECT_EQ(view.text, "✅ Successfully registered as: **Kestrel** (ID: " + astrid.player_id + ")");
  EXPECT_TRUE(view.ephemeral);
  EXPECT_THAT(links(), ElementsAre(astrid.user.text() + " Kestrel"));
}

TEST_F(Accounts, registering_again_changes_nothing) {
  say_register(astrid.user, "Kestrel");
  const auto view = say_register(astrid.user, "oakfist");
  EXPECT_THAT(view.text, StartsWith("You are already registered as: **Kestrel**"));
  EXPECT_THAT(view.text, HasSubstr("/unregister"));
  EXPECT_THAT(links(), ElementsAre(astrid.user.text() + " Kestrel"));
}

TEST_F(Accounts, a_nickname_is_found_in_any_case_and_never_by_its_beginning_alone) {
  EXPECT_THAT(say_register(astrid.user, "kESTREL").text,
              StartsWith("✅ Successfully registered as: **Kestrel**"))
      << "not Kestrel_77, which the search lists first";
  EXPECT_THAT(say_register(jonas.user, "OAKFIST").text,
              StartsWith("✅ Successfully registered as: **oakfist**"));
}

TEST_F(Accounts, who_is_not_at_FACEIT_reads_the_seeds_sentence) {
  EXPECT_EQ(say_register(astrid.user, "nobody-at-all").text,
            "Could not find Faceit player: **nobody-at-all**");
  EXPECT_TRUE(links().empty());
}

TEST_F(Accounts, what_somebody_typed_cannot_format_or_ping) {
  const auto view = say_register(astrid.user, "@everyone **x** <@1>");
  EXPECT_THAT(view.text, StartsWith("Could not find Faceit player: **"));
  EXPECT_FALSE(view.text.contains("@everyone")) << "a zero-width space keeps them apart";
  EXPECT_FALSE(view.text.contains("<@1>"));
  EXPECT_TRUE(view.message.at("mentions").as_array().empty());
}

TEST_F(Accounts, a_FACEIT_account_belongs_to_one_user_and_the_conflict_names_them_without_a_ping) {
  say_register(astrid.user, "Kestrel");
  const auto view = say_register(jonas.user, "Kestrel");
  EXPECT_THAT(view.text, HasSubstr("already linked to <@" + astrid.user.text() + ">"));
  EXPECT_TRUE(view.message.at("mentions").as_array().empty());
  EXPECT_THAT(links(), ElementsAre(astrid.user.text() + " Kestrel"));
}

TEST_F(Accounts, of_two_who_claim_the_same_account_at_once_one_gets_it) {
  std::vector<InteractionId> asked;
  for (const auto user : {astrid.user, jonas.user}) {
    asked.push_back(*community.discord.world.fire_command({.channel = community.demo.general,
                                                           .user = user,
                                                           .name = "register",
                                                           .options = {{"faceit_nickname", "Kestrel"}}}));
  }
  int registered = 0;
  int refused = 0;
  for (const auto id : asked) {
    const auto text = community.read_answer(id).text;
    if (text.contains("Successfully registered")) ++registered;
    if (text.contains("already linked to <@")) ++refused;
  }
  EXPECT_EQ(registered, 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(links().size(), 1U);
}

TEST_F(Accounts, of_two_commands_of_one_user_at_once_one_counts) {
  std::vector<InteractionId> asked;
  for (const auto* nickname : {"Kestrel", "oakfist"}) {
    asked.push_back(*community.discord.world.fire_command({.channel = community.demo.general,
                                                           .user = astrid.user,
                                                           .name = "register",
                                                           .options = {{"faceit_nickname", nickname}}}));
  }
  int registered = 0;
  for (const auto id : asked) registered += community.read_answer(id).text.contains("Successfully") ? 1 : 0;
  EXPECT_EQ(registered, 1);
  EXPECT_EQ(links().size(), 1U);
}

// ---- The menu of candidates.

TEST_F(Accounts, without_an_exact_match_up_to_five_candidates_are_offered) {
  const auto view = say_register(astrid.user, "e");
  EXPECT_THAT(view.text, HasSubstr("Could not find Faceit player: **e**. Did you mean one of these?"));
  EXPECT_TRUE(view.ephemeral);
  EXPECT_EQ(labels_of(view).size(), 5U);
  EXPECT_TRUE(links().empty());
}

TEST_F(Accounts, a_candidate_that_is_picked_is_linked_and_the_menu_goes) {
  const auto shown = say_register(astrid.user, "estre");
  ASSERT_THAT(labels_of(shown), testing::UnorderedElementsAre("Kestrel_77", "Kestrel"));
  const auto picked = pick(shown, astrid.user, astrid.player_id + "|Kestrel");
  EXPECT_EQ(picked.state, InteractionState::updated) << "the same message changes; no second one appears";
  EXPECT_THAT(picked.text, StartsWith("✅ Successfully registered as: **Kestrel**"));
  EXPECT_TRUE(picked.message.at("components").as_array().empty());
  EXPECT_THAT(links(), ElementsAre(astrid.user.text() + " Kestrel"));
}

TEST_F(Accounts, a_pick_is_checked_again_against_links_and_FACEIT) {
  const auto shown = say_register(astrid.user, "estre");
  say_register(jonas.user, "Kestrel");
  EXPECT_THAT(pick(shown, astrid.user, astrid.player_id + "|Kestrel").text,
              HasSubstr("already linked to <@"));

  const auto again = say_register(astrid.user, "estre");
  community.http.faults.push_back({"GET", "/players?", Fault::What::status, 404});
  EXPECT_EQ(pick(again, astrid.user, "a1b2c3d4-0077-4aaa-8bbb-000000000077|Kestrel_77").text,
            "Could not find Faceit player: **Kestrel\\_77**")
      << "renamed since";
  EXPECT_EQ(links().size(), 1U);
}

TEST_F(Accounts, a_candidate_that_does_not_fit_into_a_menu_does_not_spoil_the_others) {
  community.faceit.add_player({.player_id = "long-1", .nickname = "estre" + std::string(95, 'x')});
  const auto view = say_register(astrid.user, "estre");
  EXPECT_THAT(view.text, HasSubstr("Did you mean one of these?"));
  EXPECT_THAT(labels_of(view), testing::UnorderedElementsAre("Kestrel_77", "Kestrel"));
}

// ---- When something fails, each in its own words.

TEST_F(Accounts, each_way_in_which_FACEIT_fails_has_its_own_text) {
  struct Case {
    const char* what;
    Fault fault;
    std::string text;
  };
  const std::vector<Case> cases{
      {"too many requests",
       {"GET", "/players?", Fault::What::status, 429},
       "FACEIT is asked too much right now."},
      {"wrong key",
       {"GET", "/players?", Fault::What::status, 401},
       "FACEIT does not accept this server's API key."},
      {"key without rights",
       {"GET", "/players?", Fault::What::status, 403},
       "FACEIT does not accept this server's API key."},
      {"broken", {"GET", "/players?", Fault::What::status, 503}, "FACEIT does not answer right now."},
      {"unreachable", {"GET", "/players?", Fault::What::never_sent}, "FACEIT does not answer right now."},
      {"answer lost", {"GET", "/players?", Fault::What::answer_lost}, "FACEIT does not answer right now."},
      {"nonsense", {"GET", "/players?", Fault::What::status, 200}, "FACEIT does not answer right now."},
      {"search broken", {"GET", "/search", Fault::What::status, 500}, "FACEIT does not answer right now."},
  };
  for (const auto& c : cases) {
    community.http.faults.assign(5, c.fault);
    EXPECT_THAT(say_register(astrid.user, "Kestre").text, StartsWith(c.text)) << c.what;
    community.http.faults.clear();
  }
  EXPECT_TRUE(links().empty());
}

TEST_F(Accounts, one_hiccup_of_FACEIT_is_not_even_noticed) {
  community.http.faults.push_back({"GET", "/players?", Fault::What::status, 502});
  EXPECT_THAT(say_register(astrid.user, "Kestrel").text, StartsWith("✅ Successfully registered"));
}

TEST_F(Accounts, our_own_failure_gives_a_reference_that_finds_the_log_line) {
  community.engine.writes_fail = true;
  const auto text = say_register(astrid.user, "Kestrel").text;
  community.engine.writes_fail = false;
  EXPECT_THAT(text,
              StartsWith("Something went wrong on our side. Please try again in a moment. (reference "));
  EXPECT_FALSE(text.contains("disk"));
  const auto reference = text.substr(text.size() - 7, 6);
  EXPECT_TRUE(std::ranges::any_of(community.lines,
                                  [&](const auto& line) { return line.contains("ref=" + reference); }));
}

TEST(AccountsWithoutFaceit, none_of_its_commands_is_offered) {
  Community community({.faceit_key = false});
  for (const auto& definition : community.commands.definitions()) {
    EXPECT_THAT(definition.name, testing::Not(testing::AnyOf("register", "unregister", "whoami", "verify")));
  }
}

// ---- The others.

TEST_F(Accounts, unregister_removes_the_link_and_whoami_shows_it) {
  constexpr auto none = "You are not registered. Use `/register` to link your FACEIT account.";
  EXPECT_EQ(community.ask(astrid.user, "whoami").text, none);
  EXPECT_EQ(community.ask(astrid.user, "unregister").text, none);
  say_register(astrid.user, "Kestrel");
  EXPECT_THAT(
      community.ask(astrid.user, "whoami").text,
      StartsWith("You are registered as: **Kestrel** (ID: " + astrid.player_id + "), since <t:18000000"));
  EXPECT_EQ(community.ask(astrid.user, "unregister").text, "You are no longer registered as **Kestrel**.");
  EXPECT_EQ(community.ask(astrid.user, "whoami").text, none);
  EXPECT_THAT(say_register(jonas.user, "Kestrel").text, StartsWith("✅ Successfully registered"))
      << "free again";
}

TEST_F(Accounts, every_change_of_a_link_is_told_to_the_other_features_and_nothing_else_is) {
  say_register(astrid.user, "Kestrel");
  say_register(astrid.user, "Kestrel");
  say_register(jonas.user, "Kestrel");
  community.ask(astrid.user, "whoami");
  community.pass(2s);
  EXPECT_THAT(community.heard, ElementsAre(astrid.user.text()));
  community.ask(astrid.user, "unregister");
  community.ask(astrid.user, "unregister");
  community.pass(2s);
  EXPECT_THAT(community.heard, ElementsAre(astrid.user.text(), astrid.user.text()));
}

TEST_F(Accounts, a_link_is_one_organizations_own) {
  say_register(astrid.user, "Kestrel");
  const auto other = *community.run(
      community.organizations.ensure({.slug = "other", .name = "Other", .guild = GuildId{77}}));
  const auto seen = community.transact([&](store::Transaction& tx) {
    return std::pair(accounts::Accounts::link_of(tx, other, astrid.user).has_value(),
                     accounts::Accounts::users_of(tx, other, {astrid.player_id}).size());
  });
  EXPECT_EQ(*seen, (std::pair<bool, std::size_t>{false, 0}));
}

}  // namespace
}  // namespace matchday::test
