// What goes beyond a command and its text: choices while typing, forms that open over the chat, embeds,
// nested subcommands, and buttons that not everybody may press.
#include "commands_fixture.hpp"

namespace matchday::surfaces {
namespace {

using Choices = std::vector<discord::CommandChoice>;

json::object text_input(std::string_view id) {
  return {{"type", 4}, {"custom_id", id}, {"style", 1}};
}
json::object label(std::string_view text, json::object component) {
  return {{"type", 18}, {"label", text}, {"component", std::move(component)}};
}

struct FormsTest : CommandsTest {
  Result<Choices> offers = Choices{{"Wolves", "1"}};
  Duration offers_after = 0ms;
  bool choosing_throws = false;

  FormsTest() {
    using discord::OptionType;
    router.add(
        Command{.definition = {.name = "league",
                               .description = "Leagues",
                               .options = {{.type = OptionType::subcommand_group,
                                            .name = "team",
                                            .description = "Teams",
                                            .options = {{.type = OptionType::subcommand,
                                                         .name = "add",
                                                         .description = "Adds one",
                                                         .options = {{.name = "name",
                                                                      .description = "Which",
                                                                      .autocomplete = true},
                                                                     {.type = OptionType::integer,
                                                                      .name = "seed",
                                                                      .description = "Place",
                                                                      .autocomplete = true},
                                                                     {.type = OptionType::boolean,
                                                                      .name = "late",
                                                                      .description = "Late"}}}}}}},
                .run = [this](CommandContext called) { return handle(this, std::move(called)); },
                .autocomplete = [this](CommandContext called) { return offer(this, std::move(called)); }});
    router.add(Component{.action = "test.form",
                         .run = [this](CommandContext called) { return handle(this, std::move(called)); }});
    router.add(Component{.action = "test.guarded",
                         .run = [this](CommandContext called) { return handle(this, std::move(called)); },
                         .needs = Permission::members_manage});
    const auto synced = sim::run(context, clock,
                                 discord::sync_commands(discord.rest, discord.world.application_id(),
                                                        std::nullopt, router.definitions()));
    EXPECT_TRUE(synced);
    http.take_sent();
  }

  static Task<Result<Choices>> offer(FormsTest* self, CommandContext called) {
    ++self->calls;
    self->seen = called;
    if (self->offers_after > 0ms) co_await self->clock.sleep(self->offers_after);
    if (self->choosing_throws) throw std::runtime_error("a bug with details");
    co_return self->offers;
  }

  InteractionId type_name(std::string_view so_far, std::string_view option = "name") {
    const auto fired = discord.world.fire_autocomplete(
        {.channel = general, .user = ana, .name = "league team add", .options = {{option, so_far}}}, option);
    CHECK(fired);
    discord.pump();
    return *fired;
  }

  static Reply opens_a_form(json::array components) {
    return Reply{.modal = Modal{.action = "test.form",
                                .argument = "42",
                                .title = "Register a team",
                                .components = std::move(components)}};
  }
  static json::array usual_form() {
    return {label("Name", text_input("name")),
            label("Game", {{"type", 3},
                           {"custom_id", "game"},
                           {"max_values", 2},
                           {"options",
                            {{{"label", "CS"}, {"value", "cs"}}, {{"label", "Dota"}, {"value", "dota"}}}}})};
  }
  // Types into the form that answered `shown` and sends it off.
  InteractionId submit(InteractionId shown, const json::object& values) {
    gives = Reply{.content = "registered"};
    const auto submitted = discord.world.submit_modal(shown, values);
    CHECK(submitted);
    discord.pump();
    return *submitted;
  }
};

// ---- Choices.

TEST_F(FormsTest, choices_appear_while_somebody_types) {
  offers = Choices{{"Wolves", "wolves"}, {"Wombats", "wombats"}};
  const auto id = type_name("Wo");
  pass(100ms);
  EXPECT_EQ(view(id).state, InteractionState::choices);
  EXPECT_EQ(to_text(view(id).choices),
            R"([{"name":"Wolves","value":"wolves"},{"name":"Wombats","value":"wombats"}])");
  EXPECT_EQ(seen->organization, org);
  EXPECT_EQ(seen->interaction.focused, "name");
  EXPECT_EQ(seen->typed(), "Wo");
  EXPECT_THAT(seen->interaction.subcommands, ElementsAre("team", "add"));
}

TEST_F(FormsTest, a_number_that_is_being_typed_is_read_in_either_form) {
  for (const json::value& so_far : {json::value("12"), json::value(12)}) {
    const auto fired = discord.world.fire_autocomplete(
        {.channel = general, .user = ana, .name = "league team add", .options = {{"seed", so_far}}}, "seed");
    ASSERT_TRUE(fired);
    discord.pump();
    pass(100ms);
    EXPECT_EQ(seen->typed(), "12");
    EXPECT_EQ(seen->integer("seed"), 12);
  }
}

TEST_F(FormsTest, what_Discord_would_refuse_is_cut_or_left_out) {
  offers = Choices{{"", "nameless"}, {std::string(200, 'n'), json::string(200, 'v')}};
  for (int i = 0; i < 40; ++i) offers->push_back({std::to_string(i), i});
  const auto id = type_name("x");
  pass(100ms);
  const auto shown = view(id).choices;
  ASSERT_THAT(shown, SizeIs(25));
  const auto& longest = shown.front();
  EXPECT_EQ(longest.at("name").as_string(), std::string(99, 'n') + "…");
  EXPECT_EQ(longest.at("value").as_string(), std::string(99, 'v') + "…");
  EXPECT_EQ(shown.at(1).at("value"), json::value(0));
}

TEST_F(FormsTest, errors_and_bugs_show_as_no_choices) {
  for (const bool thrown : {false, true}) {
    choosing_throws = thrown;
    offers = fail(ErrorKind::unavailable, "Table secrets is locked.");
    const auto id = type_name("W");
    pass(100ms);
    EXPECT_EQ(view(id).state, InteractionState::choices);
    EXPECT_THAT(view(id).choices, IsEmpty());
  }
  EXPECT_EQ(metrics.value("matchday_autocompletions_total", {{"outcome", "unavailable"}}), 1U);
  EXPECT_EQ(metrics.value("matchday_autocompletions_total", {{"outcome", "internal"}}), 1U);
}

TEST_F(FormsTest, slow_choices_are_given_up_in_time_and_never_deferred) {
  offers_after = 10s;
  const auto id = type_name("W");
  pass(1900ms);
  EXPECT_EQ(view(id).state, InteractionState::waiting);
  pass(200ms);
  EXPECT_EQ(view(id).state, InteractionState::choices);
  EXPECT_THAT(view(id).choices, IsEmpty());
  pass(20s);
  EXPECT_THAT(http.take_sent(), SizeIs(1));
  EXPECT_EQ(discord.world.counters().interactions_failed, 0U);
}

TEST_F(FormsTest, a_command_without_choices_and_a_foreign_server_offer_none) {
  directory.known = GuildId{1};
  const auto id = type_name("W");
  pass(100ms);
  EXPECT_THAT(view(id).choices, IsEmpty());
  EXPECT_EQ(calls, 0);
}

// ---- Options.

TEST_F(FormsTest, options_of_a_nested_subcommand_are_read_by_name_and_type) {
  const auto fired =
      discord.world.fire_command({.channel = general,
                                  .user = ana,
                                  .name = "league team add",
                                  .options = {{"name", "Wolves"}, {"seed", 3}, {"late", true}}});
  ASSERT_TRUE(fired);
  discord.pump();
  pass(1s);
  EXPECT_THAT(seen->interaction.subcommands, ElementsAre("team", "add"));
  EXPECT_EQ(seen->option("name"), "Wolves");
  EXPECT_EQ(seen->integer("seed"), 3);
  EXPECT_EQ(seen->boolean("late"), true);
  EXPECT_EQ(seen->integer("name"), std::nullopt) << "not a number";
  EXPECT_EQ(seen->boolean("seed"), std::nullopt);
  EXPECT_EQ(seen->integer("absent"), std::nullopt);
}

// ---- Forms.

TEST_F(FormsTest, a_command_opens_a_form_and_what_was_typed_comes_back) {
  gives = opens_a_form(usual_form());
  const auto id = type();
  pass(1s);
  EXPECT_EQ(view(id).modal.at("title"), "Register a team");
  const auto sent = submit(id, {{"name", "Wolves"}, {"game", {"cs", "dota"}}});
  pass(1s);
  EXPECT_EQ(text(sent), "registered");
  EXPECT_TRUE(view(sent).ephemeral);
  EXPECT_EQ(seen->argument(), "42");
  EXPECT_EQ(seen->option("name"), "Wolves");
  EXPECT_EQ(seen->option("game"), "cs");
  EXPECT_THAT(seen->picked("game"), ElementsAre("cs", "dota"));
  EXPECT_THAT(seen->picked("name"), IsEmpty());
}

TEST_F(FormsTest, a_form_of_the_older_kind_is_read_as_well) {
  const json::object row{
      {"type", 1},
      {"components", {{{"type", 4}, {"custom_id", "count"}, {"style", 1}, {"label", "How many"}}}}};
  gives = opens_a_form({row});
  const auto id = type();
  pass(1s);
  submit(id, {{"count", "12"}});
  pass(1s);
  EXPECT_EQ(seen->option("count"), "12");
  EXPECT_EQ(seen->integer("count"), 12) << "a form's inputs are text";
}

TEST_F(FormsTest, a_form_that_a_button_opened_can_replace_the_message_under_the_button) {
  for (const auto how_long : {0s, 10s}) {
    gives = opens_a_form(usual_form());
    takes = 0s;
    const auto id = press(custom_id("test.press", ""));
    pass(1s);
    takes = how_long;
    const auto sent = submit(id, {{"name", "Wolves"}});
    gives = Reply{.content = "changed", .replaces_message = true};
    pass(15s);
    EXPECT_EQ(discord.world.messages_in(general).back()->content, "changed");
    EXPECT_EQ(view(sent).state, InteractionState::updated) << how_long.count();
  }
}

TEST_F(FormsTest, a_slow_form_leaves_the_message_under_the_button_alone_unless_it_replaces_it) {
  gives = opens_a_form(usual_form());
  const auto id = press(custom_id("test.press", ""));
  pass(1s);
  takes = 10s;
  const auto sent = submit(id, {{"name", "Wolves"}});
  pass(15s);
  EXPECT_EQ(button_message(), "with a button");
  ASSERT_THAT(view(sent).follow_ups, SizeIs(1));
}

TEST_F(FormsTest, a_form_of_a_command_has_no_message_to_replace_and_gets_one_of_its_own) {
  for (const auto how_long : {0s, 10s}) {
    gives = opens_a_form(usual_form());
    takes = 0s;
    const auto id = type();
    pass(1s);
    takes = how_long;
    const auto sent = submit(id, {{"name", "Wolves"}});
    gives = Reply{.content = "changed", .replaces_message = true};
    pass(15s);
    EXPECT_EQ(text(sent), "changed");
    EXPECT_TRUE(view(sent).ephemeral);
  }
}

TEST_F(FormsTest, a_form_that_comes_too_late_asks_to_try_again) {
  gives = opens_a_form(usual_form());
  takes = 5s;
  const auto id = type();
  pass(10s);
  EXPECT_EQ(text(id), "The form took too long to open. Please try again.");
}

TEST_F(FormsTest, a_form_in_answer_to_a_form_is_our_bug_and_is_told_in_words) {
  gives = opens_a_form(usual_form());
  const auto id = type();
  pass(1s);
  const auto sent = submit(id, {{"name", "Wolves"}});
  gives = opens_a_form(usual_form());
  pass(1s);
  EXPECT_THAT(text(sent), HasSubstr("Something went wrong on our side."));
}

TEST_F(FormsTest, a_title_that_is_too_long_is_cut) {
  auto reply = opens_a_form(usual_form());
  reply.modal->title = std::string(60, 't');
  gives = reply;
  const auto id = type();
  pass(1s);
  EXPECT_EQ(view(id).modal.at("title").as_string(), std::string(44, 't') + "…");
}

// ---- Embeds.

TEST_F(FormsTest, embeds_are_shown_at_once_and_after_a_deferral) {
  for (const auto how_long : {0s, 10s}) {
    takes = how_long;
    gives = Reply{.embeds = {json::object{{"title", "Standings"}, {"description", "1. Wolves"}}}};
    const auto id = type();
    pass(15s);
    EXPECT_EQ(view(id).message.at("embeds").at(0).at("title"), "Standings");
  }
}

// ---- Who may press.

TEST_F(FormsTest, a_button_that_needs_a_permission_names_it_to_those_who_lack_it) {
  const auto id = press(custom_id("test.guarded", ""));
  pass(1s);
  EXPECT_THAT(text(id), HasSubstr("it needs the permission members.manage"));
  EXPECT_TRUE(view(id).ephemeral);
  EXPECT_EQ(calls, 0);
  const auto message = discord.world.messages_in(general).front()->id;
  const auto by_owner = discord.world.fire_component(message, olga, custom_id("test.guarded", ""));
  ASSERT_TRUE(by_owner);
  discord.pump();
  pass(1s);
  EXPECT_EQ(text(*by_owner), "done");
}

}  // namespace
}  // namespace matchday::surfaces
