// See match_commands.hpp.
#include "features/match_voice/match_commands.hpp"

#include <fmt/format.h>

#include "features/match_voice/card.hpp"
#include "features/match_voice/match_list.hpp"
#include "features/match_voice/operations.hpp"
#include "features/match_voice/shown_names.hpp"
#include "features/match_voice/why_panel.hpp"
#include "surfaces/components.hpp"

namespace matchday::match_voice {
namespace {

using surfaces::button;
using surfaces::ButtonStyle;
using surfaces::row;

using discord::CommandOption;
using discord::OptionType;
using discord::Permission;
using store::Transaction;
using surfaces::CommandContext;
using surfaces::Reply;

constexpr std::string_view page_action = "match_voice.page";
constexpr std::string_view ask_close_action = "match_voice.ask_close";
constexpr std::string_view close_action = "match_voice.close";
constexpr std::string_view bring_all_action = "match_voice.bring_all";
constexpr std::int64_t color = 0x3B82F6;

// A custom_id has 100 characters; FACEIT's ids have 38 (reference/discord.md §1.5).
bool fits_button(std::string_view match_id) {
  return match_id.size() <= 64;
}

CommandOption match_option() {
  return {.type = OptionType::string,
          .name = "match",
          .description = "Which match: type a team, a player, or the match's id",
          .required = true,
          .autocomplete = true};
}

CommandOption subcommand(std::string name, std::string description, std::vector<CommandOption> options) {
  return {.type = OptionType::subcommand,
          .name = std::move(name),
          .description = std::move(description),
          .options = std::move(options)};
}

discord::CommandDefinition match_definition() {
  return {.name = "match",
          .description = "Look after FACEIT matches and their rooms",
          .options =
              {subcommand(
                   "list", "Matches that are going on",
                   {{.type = OptionType::boolean, .name = "all", .description = "Those that are over, too"}}),
               subcommand("show", "Why a match's rooms and players are where they are", {match_option()}),
               subcommand("close", "Close a match for good", {match_option()}),
               subcommand("recreate", "Make a match's rooms anew", {match_option()}),
               subcommand("move", "Move players into their rooms",
                          {match_option(),
                           {.type = OptionType::user,
                            .name = "player",
                            .description = "Only this one; otherwise all"}})},
          .default_member_permissions = bits(Permission::manage_channels)};
}

discord::CommandDefinition automove_definition() {
  return {.name = "automove",
          .description = "Whether you are moved into the rooms of your matches",
          .options = {{.type = OptionType::string,
                       .name = "choice",
                       .description = "on: move me when my match starts",
                       .required = true,
                       .choices = {{"on", json::value("on")}, {"off", json::value("off")}}}}};
}

Reply page_of(const ListPage& page, bool all, int offset) {
  if (page.lines.empty())
    return {.content = all ? "No match has been heard of yet."
                           : "No match is going on. `/match list all:True` "
                             "shows those that are over."};
  json::array buttons;
  const auto turn = [&](std::string_view label, int to) {
    buttons.push_back(
        button(ButtonStyle::secondary, label, page_action, fmt::format("{}/{}", all ? 1 : 0, to)));
  };
  if (offset > 0) turn("Newer", std::max(0, offset - list_page_size));
  if (page.more && offset + list_page_size <= list_offset_max) turn("Older", offset + list_page_size);
  Reply reply{.embeds = {json::object{{"title", all ? "All matches" : "Matches that are going on"},
                                      {"description", fmt::format("{}", fmt::join(page.lines, "\n"))},
                                      {"color", color}}}};
  if (!buttons.empty()) reply.components = {row(std::move(buttons))};
  return reply;
}

}  // namespace

std::vector<surfaces::Command> MatchCommands::commands() {
  return {{.definition = match_definition(),
           .run = [this](Context context) { return match(std::move(context)); },
           .autocomplete = [this](Context context) { return suggest(std::move(context)); },
           .needs = surfaces::Permission::matches_operate},
          {.definition = automove_definition(),
           .run = [this](Context context) { return automove(std::move(context)); }}};
}

std::vector<surfaces::Component> MatchCommands::components() {
  constexpr auto steering = surfaces::Permission::matches_operate;
  return {
      {.action = std::string(bring_me_action),
       .run =
           [this](Context context) {
             const auto user = context.interaction.user;
             auto id = context.argument();
             return bring_one(std::move(context), std::move(id), user);
           }},
      {.action = std::string(recreate_action),
       .run =
           [this](Context context) {
             auto id = context.argument();
             return recreate(std::move(context), std::move(id));
           },
       .needs = steering},
      {.action = std::string(page_action),
       .run = [this](Context context) { return turn_page(std::move(context)); },
       .needs = steering},
      {.action = std::string(ask_close_action),
       .run =
           [this](const Context& context) { return ask_to_close(context.organization, context.argument()); },
       .needs = steering},
      {.action = std::string(close_action),
       .run = [this](Context context) { return close(std::move(context)); },
       .needs = steering},
      {.action = std::string(bring_all_action),
       .run =
           [this](Context context) {
             auto id = context.argument();
             return bring_all(std::move(context), std::move(id));
           },
       .needs = steering}};
}

Task<Result<Reply>> MatchCommands::match(Context context) {
  const auto& subcommands = context.interaction.subcommands;
  const std::string what = subcommands.empty() ? "" : subcommands.back();
  if (what == "list")
    co_return co_await list(context.organization, context.boolean("all").value_or(false), 0);
  if (what == "show") co_return co_await show(std::move(context));
  if (what == "move") co_return co_await move(std::move(context));
  auto typed = context.option("match");
  if (what == "close") co_return co_await ask_to_close(context.organization, std::move(typed));
  if (what == "recreate") co_return co_await recreate(std::move(context), std::move(typed));
  co_return fail(ErrorKind::not_found, "Matchday does not know this command any more.");
}

Task<Result<MatchCommands::Choices>> MatchCommands::suggest(Context context) {
  co_return co_await desk_.database.read(
      [organization = context.organization, typed = context.typed()](Transaction& tx) {
        return match_choices(tx, organization, typed);
      });
}

Task<Result<Reply>> MatchCommands::list(OrganizationId organization, bool all, int offset) {
  auto page =
      co_await desk_.database.read([=](Transaction& tx) { return list_page(tx, organization, all, offset); });
  if (!page) co_return std::unexpected(page.error());
  co_return page_of(*page, all, offset);
}

Task<Result<Reply>> MatchCommands::turn_page(Context context) {
  const auto argument = context.argument();
  const auto slash = argument.find('/');
  int offset = 0;
  if (slash != std::string::npos)
    std::from_chars(argument.data() + slash + 1, argument.data() + argument.size(), offset);
  auto reply =
      co_await list(context.organization, argument.starts_with('1'), std::clamp(offset, 0, list_offset_max));
  if (reply) reply->replaces_message = true;
  co_return reply;
}

Task<Result<Reply>> MatchCommands::show(Context context) {
  const auto organization = context.organization;
  auto picked =
      co_await desk_.database.read([organization, typed = context.option("match")](Transaction& tx) {
        return pick_match(tx, organization, typed);
      });
  if (!picked) co_return std::unexpected(picked.error());
  const auto id = picked->match_id;
  auto seen = co_await desk_.look(organization, id);
  if (!seen) co_return std::unexpected(seen.error());
  if (!*seen)
    co_return fail(ErrorKind::not_found, "Match voice is not set up here yet: use `/faceit config`.");
  auto why = co_await desk_.database.read(
      [organization, match = **seen](Transaction& tx) { return read_why(tx, organization, match); });
  if (!why) co_return std::unexpected(why.error());
  Reply reply{.embeds = {why_panel(*why)}};
  if (!fits_button(id)) co_return reply;
  json::array buttons;
  if (why->match.phase == Phase::open)
    buttons.push_back(button(ButtonStyle::primary, "Bring all in", bring_all_action, id));
  buttons.push_back(button(ButtonStyle::secondary, "Recreate rooms", recreate_action, id));
  if (why->match.phase == Phase::open)
    buttons.push_back(button(ButtonStyle::danger, "Close", ask_close_action, id));
  reply.components = {row(std::move(buttons))};
  co_return reply;
}

// Closing is for good: asked back, with what it means.
Task<Result<Reply>> MatchCommands::ask_to_close(OrganizationId organization, std::string match) {
  co_return co_await desk_.database.read([organization, match](Transaction& tx) -> Result<Reply> {
    const auto picked = pick_match(tx, organization, match);
    if (!picked) return std::unexpected(picked.error());
    if (picked->phase != Phase::open) return fail(ErrorKind::conflict, "This match is closed already.");
    if (!fits_button(picked->match_id))
      return fail(ErrorKind::invalid, "The id of this match is too long for a button.");
    return Reply{
        .content = fmt::format("Close **{}** for good? Everybody goes back, its rooms vanish, and "
                               "nothing that FACEIT says opens it again; `/match recreate` does.",
                               title_of(tx, organization, *picked)),
        .components = {row({button(ButtonStyle::danger, "Close it", close_action, picked->match_id)})}};
  });
}

Task<Result<Reply>> MatchCommands::close(Context context) {
  co_return co_await desk_.database.transact([this, organization = context.organization,
                                              id = context.argument(), actor = context.actor(),
                                              now = desk_.clock.now()](Transaction& tx) -> Result<Reply> {
    const auto done = close_match(tx, desk_.queue, desk_.webhooks, organization, id,
                                  fmt::format("<@{}>", actor.user.text()), now);
    if (!done) return std::unexpected(done.error());
    record(tx, desk_.ids, organization, actor, {.action = "match.closed", .subject = id}, now);
    return Reply{.content = "Closed. Everybody is sent back, then the rooms vanish.",
                 .replaces_message = true};
  });
}

Task<Result<Reply>> MatchCommands::recreate(Context context, std::string match) {
  co_return co_await desk_.database.transact([this, organization = context.organization, match,
                                              actor = context.actor(),
                                              now = desk_.clock.now()](Transaction& tx) -> Result<Reply> {
    const auto picked = pick_match(tx, organization, match);
    if (!picked) return std::unexpected(picked.error());
    const auto done = recreate_match(tx, desk_.queue, desk_.webhooks, organization, picked->match_id, now);
    if (!done) return std::unexpected(done.error());
    record(tx, desk_.ids, organization, actor, {.action = "match.recreated", .subject = picked->match_id},
           now);
    return Reply{
        .content = fmt::format("The rooms of **{}** are made anew; whoever sits in an old one is moved over. "
                               "If FACEIT says that the match is over, it closes again.",
                               title_of(tx, organization, *picked))};
  });
}

Task<Result<Reply>> MatchCommands::move(Context context) {
  const auto player = UserId::parse(context.option("player"));
  auto picked =
      co_await desk_.database.read([organization = context.organization, typed = context.option("match")](
                                       Transaction& tx) { return pick_match(tx, organization, typed); });
  if (!picked) co_return std::unexpected(picked.error());
  if (!player) co_return co_await bring_all(std::move(context), picked->match_id);
  co_return co_await bring_one(std::move(context), picked->match_id, *player);
}

Task<Result<Reply>> MatchCommands::bring_all(Context context, std::string match) {
  co_return co_await desk_.database.transact([this, organization = context.organization, match,
                                              actor = context.actor(),
                                              now = desk_.clock.now()](Transaction& tx) -> Result<Reply> {
    const auto asked = bring_all_in(tx, desk_.queue, organization, match, now);
    if (!asked) return std::unexpected(asked.error());
    record(tx, desk_.ids, organization, actor,
           {.action = "match.moved", .subject = match, .after = {{"asked", *asked}}}, now);
    if (*asked == 0)
      return Reply{.content = "Nobody who plays in this match has linked their account yet: `/register`."};
    return Reply{.content =
                     fmt::format("{} linked {} moved as soon as they are in voice. `/match show` tells "
                                 "who is still missing.",
                                 *asked, *asked == 1 ? "player is" : "players are")};
  });
}

Task<Result<Reply>> MatchCommands::bring_one(Context context, std::string match, UserId user) {
  const bool oneself = user == context.interaction.user;
  auto done = co_await desk_.database.transact([this, organization = context.organization, match, user,
                                                oneself, actor = context.actor(),
                                                now = desk_.clock.now()](Transaction& tx) -> Result<> {
    auto asked = bring_in(tx, desk_.queue, organization, match, user, now);
    if (asked && !oneself)
      record(tx, desk_.ids, organization, actor,
             {.action = "match.moved", .subject = match, .after = {{"discord_id", user.text()}}}, now);
    return asked;
  });
  if (!done && done.error().kind == ErrorKind::invalid && !oneself) {
    co_return fail(
        ErrorKind::invalid,
        fmt::format("<@{}> does not play in this match, or has not linked their account.", user.text()));
  }
  if (!done) co_return std::unexpected(done.error());
  const auto guild = context.interaction.guild;
  const bool in_voice = guild && desk_.guilds.voice_state(*guild, user);
  const auto who = oneself ? std::string("You are") : fmt::format("<@{}> is", user.text());
  co_return Reply{.content = in_voice ? fmt::format("{} moved in a moment.", who)
                                      : fmt::format("{} moved as soon as {} in a voice channel.", who,
                                                    oneself ? "you are" : "they are")};
}

Task<Result<Reply>> MatchCommands::automove(Context context) {
  const bool moves = context.option("choice") != "off";
  co_return co_await desk_.database.transact([this, organization = context.organization,
                                              user = context.interaction.user, moves,
                                              now = desk_.clock.now()](Transaction& tx) -> Result<Reply> {
    set_moves(tx, desk_.queue, organization, user, moves, now);
    return Reply{.content = moves
                                ? "You are moved into your room when your match starts."
                                : "You are not moved any more. Your rooms still open for you, and the button "
                                  "\"Bring me in\" still works."};
  });
}

}  // namespace matchday::match_voice
