// Commands and interactions: registration, what people can start, the three-second rule, one acknowledgement,
// follow-ups for fifteen minutes, and what the person sees of it.
#include "tests/sandbox/discord_fixture.hpp"

namespace matchday::sandbox::discord {
namespace {

struct InteractionsTest : DiscordTest {
  InteractionsTest() {
    const json::array commands{
        json::object{{"name", "challenge"},
                     {"description", "Challenge a player"},
                     {"options",
                      {{{"type", 6}, {"name", "player"}, {"description", "Who"}, {"required", true}},
                       {{"type", 4}, {"name", "pp"}, {"description", "How much"}, {"autocomplete", true}}}}},
        json::object{{"name", "league"},
                     {"description", "Leagues"},
                     {"default_member_permissions", std::to_string(permission::manage_guild)},
                     {"options",
                      {{{"type", 1},
                        {"name", "show"},
                        {"description", "Table"},
                        {"options",
                         {{{"type", 3},
                           {"name", "name"},
                           {"description", "Which"},
                           {"choices", {{{"name", "Gold"}, {"value", "gold"}}}}}}}}}}}};
    const auto put = ask("PUT", commands_path(), commands);
    EXPECT_EQ(put.status, 200) << to_text(put.body);
    client = &log_in();
  }

  InteractionId challenge() {
    const auto fired = world.fire_command(
        {.channel = text, .user = ana, .name = "challenge", .options = {{"player", ben.text()}}});
    EXPECT_TRUE(fired) << (fired ? "" : fired.error().message);
    return fired.value_or(InteractionId{});
  }
  const json::value& delivered() {
    pump();
    return *client->last("INTERACTION_CREATE");
  }
  std::string callback_path() {
    const auto& one = delivered();
    return "/interactions/" + std::string(one.at("id").as_string()) + "/" +
           std::string(one.at("token").as_string()) + "/callback";
  }
  std::string webhook_path(std::string_view rest) {
    return "/webhooks/" + world.application_id().text() + "/" +
           std::string(delivered().at("token").as_string()) + std::string(rest);
  }
  // Without Authorization: the token in the path is the credential.
  Reply call(std::string method, const std::string& path, const json::value& body = nullptr) {
    return ask(std::move(method), path, body, {{"Authorization", ""}});
  }
  Reply answer(const json::value& body) { return call("POST", callback_path(), body); }
  InteractionView view(InteractionId id) const { return *world.what_user_sees(id); }

  GatewayClient* client = nullptr;
};

TEST_F(InteractionsTest, a_command_arrives_with_everything_that_a_bot_needs) {
  challenge();
  const auto& one = delivered();
  EXPECT_EQ(one.at("type"), 2);
  EXPECT_EQ(one.at("guild_id"), as_json(guild.text()));
  EXPECT_EQ(one.at("member").at("user").at("id"), as_json(ana.text()));
  EXPECT_TRUE(one.at("member").at("permissions").is_string());
  EXPECT_EQ(one.at("data").at("options").at(0).at("value"), as_json(ben.text()));
  EXPECT_TRUE(one.at("data").at("resolved").at("users").as_object().contains(ben.text()));
  EXPECT_GT(one.at("token").as_string().size(), 128U);
}

TEST_F(InteractionsTest, a_message_answer_is_what_the_person_sees) {
  const auto id = challenge();
  EXPECT_EQ(answer({{"type", 4}, {"data", {{"content", "Sent!"}}}}).status, 204);
  EXPECT_EQ(view(id).state, InteractionState::answered);
  EXPECT_EQ(view(id).text, "Sent!\n");
  EXPECT_EQ(world.messages_in(text).size(), 1U);
}

TEST_F(InteractionsTest, a_second_answer_is_40060) {
  challenge();
  answer({{"type", 4}, {"data", {{"content", "one"}}}});
  const auto again = answer({{"type", 4}, {"data", {{"content", "two"}}}});
  EXPECT_EQ(again.status, 400);
  EXPECT_EQ(again.code(), 40060);
}

TEST_F(InteractionsTest, after_three_seconds_the_interaction_is_unknown_and_the_person_reads_a_failure) {
  const auto id = challenge();
  pass(3s);
  EXPECT_EQ(view(id).state, InteractionState::waiting);
  ASSERT_EQ(world.next_tick(), now + 1ms);
  pass(1ms);
  EXPECT_EQ(view(id).state, InteractionState::failed);
  const auto late = answer({{"type", 4}, {"data", {{"content", "sorry"}}}});
  EXPECT_EQ(late.status, 404);
  EXPECT_EQ(late.code(), 10062);
  EXPECT_EQ(world.counters().interactions_failed, 1U);
}

TEST_F(InteractionsTest, a_refused_answer_leaves_the_interaction_open) {
  const auto id = challenge();
  EXPECT_EQ(answer({{"type", 4}, {"data", {{"content", std::string(2001, 'x')}}}}).fault("data.content"),
            "BASE_TYPE_MAX_LENGTH");
  EXPECT_EQ(view(id).state, InteractionState::waiting);
  EXPECT_EQ(answer({{"type", 4}, {"data", {{"content", "short"}}}}).status, 204);
}

TEST_F(InteractionsTest, a_deferred_answer_thinks_until_the_original_is_edited) {
  const auto id = challenge();
  EXPECT_EQ(answer({{"type", 5}, {"data", {{"flags", 64}}}}).status, 204);
  EXPECT_EQ(view(id).state, InteractionState::thinking);
  EXPECT_TRUE(view(id).ephemeral);
  EXPECT_EQ(call("PATCH", webhook_path("/messages/@original"), {{"content", "Done"}}).text("content"),
            "Done");
  EXPECT_EQ(view(id).state, InteractionState::answered);
  EXPECT_TRUE(view(id).ephemeral) << "fixed when it was deferred";
}

TEST_F(InteractionsTest, the_first_follow_up_after_a_deferral_edits_the_original) {
  const auto id = challenge();
  answer({{"type", 5}});
  EXPECT_EQ(call("POST", webhook_path(""), {{"content", "Result"}}).status, 200);
  EXPECT_EQ(view(id).text, "Result\n");
  EXPECT_TRUE(view(id).follow_ups.empty());
  EXPECT_EQ(call("POST", webhook_path(""), {{"content", "More"}}).status, 200);
  EXPECT_EQ(view(id).follow_ups.size(), 1U);
}

TEST_F(InteractionsTest, the_original_does_not_exist_before_the_answer) {
  challenge();
  EXPECT_EQ(call("PATCH", webhook_path("/messages/@original"), {{"content", "x"}}).code(), 10015);
  EXPECT_EQ(call("POST", webhook_path(""), {{"content", "x"}}).code(), 10015);
}

TEST_F(InteractionsTest, after_fifteen_minutes_the_token_is_50027_with_status_401) {
  challenge();
  answer({{"type", 5}});
  pass(15min);
  EXPECT_EQ(call("PATCH", webhook_path("/messages/@original"), {{"content", "just in time"}}).status, 200);
  pass(1ms);
  const auto late = call("PATCH", webhook_path("/messages/@original"), {{"content", "late"}});
  EXPECT_EQ(late.status, 401);
  EXPECT_EQ(late.code(), 50027);
}

TEST_F(InteractionsTest, a_token_of_another_application_is_an_unknown_webhook) {
  challenge();
  answer({{"type", 5}});
  const auto token = std::string(delivered().at("token").as_string());
  EXPECT_EQ(call("PATCH", "/webhooks/123456789012345678/" + token + "/messages/@original", {{"content", "x"}})
                .code(),
            10015);
}

TEST_F(InteractionsTest, an_ephemeral_answer_is_in_nobody_elses_history) {
  const auto id = challenge();
  answer({{"type", 4}, {"data", {{"content", "secret"}, {"flags", 64}}}});
  EXPECT_TRUE(view(id).ephemeral);
  EXPECT_TRUE(ask("GET", channel_path(text, "/messages")).body.as_array().empty());
  const auto message = std::string(view(id).message.at("id").as_string());
  EXPECT_EQ(ask("GET", channel_path(text, "/messages/") + message).code(), 10008);
  EXPECT_FALSE(updated(*client).last("MESSAGE_CREATE")->as_object().contains("guild_id"));
  EXPECT_EQ(call("DELETE", webhook_path("/messages/@original")).status, 204);
}

TEST_F(InteractionsTest, with_response_returns_the_message) {
  challenge();
  const auto reply =
      call("POST", callback_path() + "?with_response=true", {{"type", 4}, {"data", {{"content", "hi"}}}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body.at("resource").at("message").at("content"), "hi");
  EXPECT_EQ(reply.body.at("interaction").at("response_message_loading"), false);
}

TEST_F(InteractionsTest, a_button_updates_the_message_that_it_sits_on) {
  const auto posted =
      ask("POST", channel_path(text, "/messages"),
          {{"content", "Accept?"},
           {"components",
            {{{"type", 1},
              {"components",
               {{{"type", 2}, {"style", 3}, {"label", "Yes"}, {"custom_id", "yes"}},
                {{"type", 2}, {"style", 4}, {"label", "No"}, {"custom_id", "no"}, {"disabled", true}}}}}}}});
  const auto message = *Fields(posted.body).id<MessageId>("id");
  EXPECT_EQ(world.fire_component(message, ben, "no").error().kind, ErrorKind::refused);
  EXPECT_EQ(world.fire_component(message, ben, "maybe").error().kind, ErrorKind::not_found);
  const auto id = world.fire_component(message, ben, "yes");
  ASSERT_TRUE(id);
  EXPECT_EQ(delivered().at("data").at("custom_id"), "yes");
  EXPECT_EQ(delivered().at("message").at("id"), as_json(message.text()));
  EXPECT_EQ(answer({{"type", 7}, {"data", {{"content", "Accepted"}, {"components", json::array()}}}}).status,
            204);
  EXPECT_EQ(view(*id).state, InteractionState::updated);
  EXPECT_EQ(world.find_message(message)->content, "Accepted");
  EXPECT_EQ(world.fire_component(message, ben, "yes").error().kind, ErrorKind::not_found);
}

TEST_F(InteractionsTest, after_type_6_the_original_is_the_message_under_the_component) {
  const auto posted = ask(
      "POST", channel_path(text, "/messages"),
      {{"components",
        {{{"type", 1}, {"components", {{{"type", 2}, {"style", 1}, {"label", "R"}, {"custom_id", "r"}}}}}}}});
  const auto message = *Fields(posted.body).id<MessageId>("id");
  const auto id = *world.fire_component(message, ana, "r");
  EXPECT_EQ(answer({{"type", 6}}).status, 204);
  EXPECT_EQ(view(id).state, InteractionState::deferred);
  EXPECT_EQ(call("PATCH", webhook_path("/messages/@original"), {{"content", "fresh"}}).text("id"),
            message.text());
}

TEST_F(InteractionsTest, update_answers_do_not_fit_a_command_and_choices_fit_only_autocomplete) {
  challenge();
  for (const int type : {6, 7, 8}) {
    EXPECT_EQ(
        answer({{"type", type}, {"data", {{"content", "x"}, {"choices", json::array()}}}}).fault("type"),
        "INTERACTION_RESPONSE_TYPE_INVALID");
  }
}

TEST_F(InteractionsTest, autocomplete_is_answered_with_at_most_25_choices) {
  const auto id = world.fire_autocomplete(
      {.channel = text, .user = ana, .name = "challenge", .options = {{"pp", "25"}}}, "pp");
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_EQ(delivered().at("type"), 4);
  EXPECT_EQ(delivered().at("data").at("options").at(0).at("focused"), true);
  json::array many;
  for (int i = 0; i < 26; ++i) many.push_back({{"name", std::to_string(i)}, {"value", i}});
  EXPECT_EQ(answer({{"type", 8}, {"data", {{"choices", many}}}}).fault("data.choices"),
            "BASE_TYPE_BAD_LENGTH");
  many.pop_back();
  EXPECT_EQ(answer({{"type", 8}, {"data", {{"choices", many}}}}).status, 204);
  EXPECT_EQ(view(*id).choices.size(), 25U);
}

TEST_F(InteractionsTest, a_modal_is_shown_filled_in_and_submitted) {
  const auto id = challenge();
  const json::object input{{"type", 4}, {"custom_id", "why"}, {"style", 1}};
  EXPECT_EQ(answer({{"type", 9},
                    {"data",
                     {{"custom_id", "form"},
                      {"title", "Why?"},
                      {"components", {{{"type", 18}, {"label", "Reason"}, {"component", input}}}}}}})
                .status,
            204);
  EXPECT_EQ(view(id).modal.at("title"), "Why?");
  EXPECT_FALSE(world.submit_modal(id, {{"nothing", "x"}}));
  const auto submitted = world.submit_modal(id, {{"why", "for glory"}});
  ASSERT_TRUE(submitted);
  EXPECT_EQ(delivered().at("type"), 5);
  EXPECT_EQ(delivered().at("data").at("components").at(0).at("component").at("value"), "for glory");
  EXPECT_EQ(answer({{"type", 9}, {"data", json::object()}}).fault("type"),
            "INTERACTION_RESPONSE_TYPE_INVALID");
}

TEST_F(InteractionsTest, people_cannot_start_what_their_client_would_not_offer) {
  const auto kind = [&](World::CommandCall call) { return world.fire_command(call).error().kind; };
  EXPECT_EQ(kind({.channel = text, .user = ana, .name = "unknown"}), ErrorKind::not_found);
  EXPECT_EQ(kind({.channel = text, .user = ana, .name = "challenge"}), ErrorKind::invalid);
  EXPECT_EQ(kind({.channel = text, .user = ana, .name = "challenge", .options = {{"player", 5}}}),
            ErrorKind::invalid);
  EXPECT_EQ(
      kind(
          {.channel = text, .user = ana, .name = "challenge", .options = {{"player", ben.text()}, {"x", 1}}}),
      ErrorKind::invalid);
  EXPECT_EQ(kind({.channel = text, .user = ana, .name = "league show"}), ErrorKind::forbidden);
  EXPECT_EQ(kind({.channel = text, .user = owner, .name = "league show", .options = {{"name", "iron"}}}),
            ErrorKind::invalid);
  EXPECT_TRUE(world.fire_command(
      {.channel = text, .user = owner, .name = "league show", .options = {{"name", "gold"}}}));
}

TEST_F(InteractionsTest, bulk_registration_keeps_ids_drops_what_is_missing_and_counts_creates) {
  const auto before = ask("GET", commands_path()).body.as_array();
  const json::object kept{{"name", "challenge"}, {"description", "Challenge somebody"}};
  const auto after = ask("PUT", commands_path(), json::array{kept}).body.as_array();
  ASSERT_EQ(after.size(), 1U);
  EXPECT_EQ(after.at(0).at("id"), before.at(0).at("id"));
  EXPECT_NE(after.at(0).at("version"), before.at(0).at("version"));
  world.rules().commands_created_per_day_max = 2;
  EXPECT_EQ(ask("POST", commands_path(), {{"name", "new"}, {"description", "x"}}).code(), 30034);
}

TEST_F(InteractionsTest, a_single_command_is_created_overwritten_edited_and_deleted) {
  const json::value ping{{"name", "ping"}, {"description", "Pong"}};
  const auto made = ask("POST", commands_path(), ping);
  EXPECT_EQ(made.status, 201);
  EXPECT_EQ(ask("POST", commands_path(), ping).status, 200);
  const auto path = commands_path() + "/" + made.text("id");
  EXPECT_EQ(ask("PATCH", path, {{"description", "Ping"}}).text("description"), "Ping");
  EXPECT_EQ(ask("PATCH", path, {{"description", std::string(101, 'x')}}).code(), 50035);
  EXPECT_EQ(ask("DELETE", path).status, 204);
  EXPECT_EQ(ask("GET", path).code(), 10063);
}

TEST_F(InteractionsTest, command_definitions_are_checked_field_by_field) {
  struct Case {
    json::object command;
    std::string path;
    std::string code;
  };
  const json::object plain{{"name", "x"}, {"description", "x"}};
  const auto with_options = [&](json::array options) {
    auto command = plain;
    command["options"] = std::move(options);
    return command;
  };
  const json::object option{{"type", 3}, {"name", "o"}, {"description", "d"}};
  auto required = option;
  required["name"] = "r";
  required["required"] = true;
  auto both = option;
  both["autocomplete"] = true;
  both["choices"] = {{{"name", "a"}, {"value", "a"}}};
  const Case cases[] = {
      {{{"name", "Upper"}, {"description", "x"}}, "0.name", "APPLICATION_COMMAND_INVALID_NAME"},
      {{{"name", "x"}}, "0.description", "BASE_TYPE_REQUIRED"},
      {{{"name", "x"}, {"description", std::string(101, 'x')}}, "0.description", "BASE_TYPE_BAD_LENGTH"},
      {{{"name", "x"}, {"description", "x"}, {"name_localizations", {{"xx", "y"}}}},
       "0.name_localizations.xx",
       "LOCALE_INVALID"},
      {with_options({option, required}), "0.options.1", "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"},
      {with_options({option, option}), "0.options.1.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"},
      {with_options({both}), "0.options.0.choices", "APPLICATION_COMMAND_AUTOCOMPLETE_CHOICES"},
      {with_options({option, {{"type", 1}, {"name", "s"}, {"description", "d"}}}), "0.options",
       "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"},
  };
  for (const auto& one : cases) {
    EXPECT_EQ(ask("PUT", commands_path(), json::array{one.command}).fault(one.path), one.code)
        << to_text(one.command);
  }
  EXPECT_EQ(ask("PUT", commands_path(), json::array{plain, plain}).code(), 40041);
}

TEST_F(InteractionsTest, localisations_are_listed_only_on_request) {
  ask("PUT", commands_path(),
      json::array{json::object{{"name", "x"}, {"description", "x"}, {"name_localizations", {{"de", "y"}}}}});
  EXPECT_FALSE(ask("GET", commands_path()).body.at(0).as_object().contains("name_localizations"));
  EXPECT_EQ(
      ask("GET", commands_path() + "?with_localizations=true").body.at(0).at("name_localizations").at("de"),
      "y");
}

TEST_F(InteractionsTest, guild_commands_win_over_global_ones_and_need_the_bot_in_the_guild) {
  const auto path =
      "/applications/" + world.application_id().text() + "/guilds/" + guild.text() + "/commands";
  EXPECT_EQ(
      ask("PUT", path, json::array{json::object{{"name", "challenge"}, {"description", "Here"}}}).status,
      200);
  ASSERT_TRUE(world.fire_command({.channel = text, .user = ana, .name = "challenge"}));
  EXPECT_EQ(delivered().at("data").at("guild_id"), as_json(guild.text()));
  ASSERT_TRUE(world.kick_bot(guild));
  EXPECT_EQ(ask("GET", path).code(), 50001);
}

}  // namespace
}  // namespace matchday::sandbox::discord
