// Slash commands out, interactions in.
#include "platforms/discord/command_sync.hpp"
#include "platforms/discord/interaction.hpp"
#include "sim/clock/virtual_clock.hpp"
#include "tests/discord/support/scripted_http.hpp"

namespace matchday::discord {
namespace {

CommandDefinition show_command() {
  return {
      .name = "show",
      .description = "Show a table",
      .options =
          {{.type = OptionType::subcommand,
            .name = "league",
            .description = "The league's table",
            .options =
                {{.name = "name", .description = "Which", .required = true, .choices = {{"Gold", "gold"}}},
                 {.type = OptionType::integer, .name = "page", .description = "Page", .min_value = 1}}}},
      .default_member_permissions = Permissions{0}};
}

// What GET gives back: ids, versions, defaults and translations added, keys in another order.
constexpr std::string_view as_discord_tells_it =
    R"([{"id":"900","application_id":"5","version":"901","type":1,"name":"show",
  "name_localizations":null,"description":"Show a table","description_localizations":null,
    "dm_permission":false,
  "default_permission":true,"nsfw":false,"integration_types":[0],"contexts":[0],
    "default_member_permissions":"0",
  "options":[{"type":1,"name":"league","description":"The league's table","options":[
    {"description":"Which","name":"name","type":3,"required":true,"choices":[{"name":"Gold",
      "value":"gold","name_localizations":null}]},
    {"description":"Page","name":"page","type":4,"required":false,"min_value":1.0,"autocomplete":false}]}]
      }])";

TEST(Commands, equal_what_discord_tells_about_them) {
  const json::array wanted{to_json(show_command())};
  EXPECT_FALSE(commands_differ(wanted, parse_json(as_discord_tells_it)->as_array()));
}

TEST(Commands, differ_when_somebody_could_notice) {
  const auto present = parse_json(as_discord_tells_it)->as_array();
  const auto differs = [&](auto change) {
    auto command = show_command();
    change(command);
    return commands_differ({to_json(command)}, present);
  };
  EXPECT_TRUE(differs([](auto& c) { c.description = "Show"; }));
  EXPECT_TRUE(differs([](auto& c) { c.name = "shows"; }));
  EXPECT_TRUE(differs([](auto& c) { c.default_member_permissions.reset(); }));
  EXPECT_TRUE(differs([](auto& c) { c.contexts.push_back(CommandContext::bot_dm); }));
  EXPECT_TRUE(differs([](auto& c) { c.options[0].options[0].required = false; }));
  EXPECT_TRUE(differs([](auto& c) { c.options[0].options[0].choices.clear(); }));
  EXPECT_TRUE(differs([](auto& c) { c.options[0].options[1].min_value = 2; }));
  EXPECT_TRUE(differs([](auto& c) { std::swap(c.options[0].options[0], c.options[0].options[1]); }))
      << "order is shown";
  EXPECT_TRUE(commands_differ({}, present));
  EXPECT_TRUE(commands_differ({to_json(show_command()), to_json(show_command())}, present));
}

TEST(Commands, are_written_only_on_a_difference) {
  boost::asio::io_context context;
  sim::VirtualClock clock;
  std::string present(as_discord_tells_it);
  test::ScriptedHttp http(clock, [&](const net::HttpRequest&) { return test::json_response(200, present); });
  RateLimiter limiter(context.get_executor(), clock);
  RestClient client(http, limiter, clock, Random(1),
                    {.api_url = "http://sim", .token = Secret<std::string>("tok")});
  const auto sync = [&] {
    return sim::run(context, clock, sync_commands(client, ApplicationId{5}, GuildId{9}, {show_command()}));
  };
  auto report = sync();
  ASSERT_TRUE(report);
  EXPECT_FALSE(report->changed);
  EXPECT_EQ(http.sent.size(), 1U);
  present = "[]";
  report = sync();
  EXPECT_TRUE(report->changed);
  ASSERT_EQ(http.sent.size(), 3U);
  EXPECT_EQ(http.sent[2].method, "PUT");
  EXPECT_EQ(http.sent[2].url, "http://sim/applications/5/guilds/9/commands");
}

TEST(Interactions, of_a_slash_command_are_flat_and_typed) {
  const auto data =
      parse_json(R"({"id":"1099511627776000000","application_id":"5","type":2,"token":"secret","version":1,
    "guild_id":"10","channel_id":"20","locale":"de","app_permissions":"16","member":{"permissions":"32",
      "nick":"Kes",
    "user":{"id":"7","username":"kestrel","global_name":"Kestrel"},"roles":[]},"data":{"id":"900",
      "name":"show","type":1,
    "options":[{"type":2,"name":"league","options":[{"type":1,"name":"table","options":[
      {"type":3,"name":"name","value":"gold"},{"type":4,"name":"page","value":2}]}]}]}})");
  const auto got = parse_interaction(*data);
  ASSERT_TRUE(got);
  EXPECT_EQ(got->type, interaction_type::command);
  EXPECT_EQ(got->command, "show");
  EXPECT_EQ(got->subcommands, (std::vector<std::string>{"league", "table"}));
  EXPECT_EQ(got->options.at("name").as_string(), "gold");
  EXPECT_EQ(got->options.at("page").as_int64(), 2);
  EXPECT_EQ(got->user, UserId{7});
  EXPECT_EQ(got->user_name, "Kes");
  EXPECT_EQ(got->guild, GuildId{10});
  EXPECT_EQ(got->member_permissions, bits(Permission::manage_guild));
  EXPECT_EQ(got->app_permissions, bits(Permission::manage_channels));
  EXPECT_EQ(got->token.reveal(), "secret");
  EXPECT_EQ(to_rfc3339(got->created), to_rfc3339(from_ms((1099511627776000000 >> 22) + 1420070400000)));
}

TEST(Interactions, of_a_component_a_modal_and_a_keystroke) {
  const auto parse = [](std::string_view rest) {
    return *parse_interaction(
        *parse_json(R"({"id":"1","token":"t","user":{"id":"7","username":"k"},)" + std::string(rest) + "}"));
  };
  const auto button = parse(
      R"("type":3,"message":{"id":"55"},"data":{"custom_id":"v1:close:9","component_type":3,
        "values":["a","b"]})");
  EXPECT_EQ(button.custom_id, "v1:close:9");
  EXPECT_EQ(button.values, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(button.message, MessageId{55});
  EXPECT_FALSE(button.guild);
  EXPECT_EQ(button.user_name, "k");
  const auto modal = parse(R"("type":5,"data":{"custom_id":"m","components":[
    {"type":1,"components":[{"type":4,"custom_id":"old","value":"x"}]},
    {"type":18,"component":{"type":3,"custom_id":"new","values":["y"]}}]})");
  EXPECT_EQ(modal.options.at("old").as_string(), "x");
  EXPECT_EQ(modal.options.at("new").as_array().size(), 1U);
  const auto typing = parse(
      R"("type":4,"data":{"name":"register","options":[{"type":3,"name":"nickname","value":"ke",
        "focused":true}]})");
  EXPECT_EQ(typing.focused, "nickname");
}

TEST(Interactions, without_id_token_or_user_are_invalid) {
  for (const auto* text : {"null", "{}", R"({"id":"1","token":"t"})", R"({"id":"1","user":{"id":"7"}})",
                           R"({"token":"t","user":{"id":"7"}})"}) {
    EXPECT_FALSE(parse_interaction(*parse_json(text))) << text;
  }
}

}  // namespace
}  // namespace matchday::discord
