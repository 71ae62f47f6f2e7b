// See faceit_commands.hpp.
#include "features/match_voice/faceit_commands.hpp"

#include <fmt/format.h>

#include "features/match_voice/operations.hpp"
#include "features/match_voice/plan.hpp"
#include "features/match_voice/resources.hpp"
#include "features/match_voice/settings_change.hpp"
#include "features/match_voice/shown_names.hpp"
#include "features/match_voice/store.hpp"
#include "features/organizations/organizations.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::match_voice {
namespace {

using discord::CommandOption;
using discord::OptionType;
using store::Transaction;
using surfaces::Reply;

constexpr std::size_t choices_max = 25;        // reference/discord.md §1.3
constexpr std::size_t description_max = 4096;  // of an embed, §1.6
constexpr std::int64_t blue = 0x3B82F6;
constexpr std::int64_t green = 0x2E9E5B;
constexpr std::int64_t amber = 0xD9822B;

CommandOption kind_option() {
  CommandOption out{
      .type = OptionType::string, .name = "kind", .description = "What it is", .required = true};
  for (const auto kind : followed_kinds) out.choices.push_back({std::string(kind), json::value(kind)});
  return out;
}

CommandOption id_option(bool known) {
  return {.type = OptionType::string,
          .name = "id",
          .description = "Its id, or the address of its page",
          .required = true,
          .min_length = 1,
          .max_length = 200,
          .autocomplete = known};
}

CommandOption part(OptionType type, std::string name, std::string description,
                   std::vector<CommandOption> options) {
  return {.type = type,
          .name = std::move(name),
          .description = std::move(description),
          .options = std::move(options)};
}

discord::CommandDefinition definition() {
  return {
      .name = "faceit",
      .description = "Set up match voice for FACEIT",
      .options = {part(OptionType::subcommand, "config", "See or change the settings", settings_options()),
                  part(OptionType::subcommand, "doctor", "Check everything that match day needs", {}),
                  part(OptionType::subcommand_group, "follow", "Which matches concern this server",
                       {part(OptionType::subcommand, "add", "Follow a competition, an organizer or a game",
                             {kind_option(), id_option(false)}),
                        part(OptionType::subcommand, "remove", "Follow it no longer",
                             {kind_option(), id_option(true)})})},
      .default_member_permissions = bits(discord::Permission::manage_guild)};
}

json::object embed(std::string_view title, const std::vector<std::string>& lines, std::int64_t color) {
  return {{"title", title}, {"description", join_within(lines, "\n", description_max)}, {"color", color}};
}

std::string preview(const Settings& settings) {
  constexpr std::string_view example = "1-7f3c9e22";
  return fmt::format("A room will be called “{}”.",
                     discord::escape_markdown(channel_name(settings, example, "Kestrel")));
}

std::string_view sign_of(Verdict verdict) {
  switch (verdict) {
    case Verdict::fine:
      return "✅";
    case Verdict::advice:
      return "⚠️";
    case Verdict::wrong:
      return "❌";
  }
  return "";
}

// What is wrong comes first: nobody reads that far down.
Reply report_of(const std::vector<Finding>& findings) {
  std::vector<std::string> lines;
  std::size_t wrong = 0;
  for (const auto verdict : {Verdict::wrong, Verdict::advice, Verdict::fine}) {
    for (const auto& finding : findings) {
      if (finding.verdict != verdict) continue;
      wrong += verdict == Verdict::wrong ? 1 : 0;
      lines.push_back(fmt::format("{} {}", sign_of(verdict), discord::escape_markdown(finding.what)));
      if (!finding.fix.empty()) lines.back() += fmt::format("\n→ {}", discord::escape_markdown(finding.fix));
    }
  }
  const auto title = wrong == 0 ? std::string("Everything is in place") : fmt::format("{} to repair", wrong);
  return {.embeds = {embed(title, lines, wrong == 0 ? green : amber)}};
}

}  // namespace

std::vector<surfaces::Command> FaceitCommands::commands() {
  return {{.definition = definition(),
           .run = [this](Context context) { return faceit(std::move(context)); },
           .autocomplete = [this](Context context) { return suggest(std::move(context)); },
           .needs = surfaces::Permission::match_voice_manage}};
}

Task<Result<Reply>> FaceitCommands::faceit(Context context) {
  const auto& subcommands = context.interaction.subcommands;
  const std::string what = subcommands.empty() ? "" : subcommands.back();
  if (what == "config") co_return co_await config(std::move(context));
  if (what == "doctor") co_return co_await doctor(std::move(context));
  if (what == "add") co_return co_await follow(std::move(context));
  if (what == "remove") co_return co_await unfollow(std::move(context));
  co_return fail(ErrorKind::not_found, "Matchday does not know this command any more.");
}

// What is followed, of the kind that was chosen already, if any.
Task<Result<FaceitCommands::Choices>> FaceitCommands::suggest(Context context) {
  auto settings = co_await desk_.database.read(
      [organization = context.organization](Transaction& tx) { return find_settings(tx, organization); });
  if (!settings) co_return std::unexpected(settings.error());
  const auto kind = context.option("kind");
  const auto typed = context.typed();
  Choices out;
  for (const auto one : followed_kinds) {
    if (!*settings || (!kind.empty() && kind != one)) continue;
    for (const auto& id : *followed((*settings)->following, one)) {
      if (id.size() > 100 || !id.contains(typed) || out.size() == choices_max) continue;
      out.push_back({discord::cut_utf16(fmt::format("{} {}", one, id), 100), json::value(id)});
    }
  }
  co_return out;
}

Task<Result<Reply>> FaceitCommands::show(Context context) {
  auto settings = co_await desk_.database.read(
      [organization = context.organization](Transaction& tx) { return find_settings(tx, organization); });
  if (!settings) co_return std::unexpected(settings.error());
  const auto shown = settings->value_or(fresh_settings(*context.interaction.guild));
  auto lines = settings_lines(shown);
  lines.push_back(preview(shown));
  if (!*settings) lines.emplace_back("Match voice was never set up here: these are the defaults.");
  co_return Reply{.embeds = {embed("Match voice", lines, blue)}};
}

Task<Result<Reply>> FaceitCommands::config(Context context) {
  const auto wish = read_wish(context);
  if (wish.empty()) co_return co_await show(std::move(context));
  const bool places = wish.category || wish.lobby || wish.card_channel || wish.spectator_role;
  const auto* guild = desk_.guilds.find(*context.interaction.guild);
  if (places && !guild)
    co_return fail(ErrorKind::invalid,
                   "Discord has not told us of this server's channels yet. Try again in a minute.");
  if (places) {
    if (const auto ok = check_places(wish, *guild); !ok) co_return std::unexpected(ok.error());
  }
  co_return co_await change(
      std::move(context), [wish](Settings current) { return with_wish(std::move(current), wish); }, "");
}

// Reads, changes and stores in one transaction; every match that is not over is then looked at with the new
// settings.
Task<Result<Reply>> FaceitCommands::change(Context context, Change change, std::string remark) {
  co_return co_await desk_.database.transact([this, organization = context.organization,
                                              guild = *context.interaction.guild, actor = context.actor(),
                                              change = std::move(change), remark = std::move(remark),
                                              now = desk_.clock.now()](Transaction& tx) -> Result<Reply> {
    const auto before = find_settings(tx, organization).value_or(fresh_settings(guild));
    const auto after = change(before);
    if (!after) return std::unexpected(after.error());
    auto lines = differences(before, *after);
    if (lines.empty()) return Reply{.content = "It is set like that already."};
    change_settings(tx, desk_.queue, organization, *after, now);
    record(tx, desk_.ids, organization, actor,
           {.action = "match_voice.settings_changed",
            .subject = organization.text(),
            .after = {{"changes", json::array(lines.begin(), lines.end())}}},
           now);
    if (before.name_template != after->name_template || before.teams != after->teams)
      lines.push_back(preview(*after));
    if (!remark.empty()) lines.push_back(remark);
    return Reply{.embeds = {embed("Changed", lines, green)}};
  });
}

Task<Result<Reply>> FaceitCommands::follow(Context context) {
  const auto kind = context.option("kind");
  const auto typed = context.option("id");
  const auto id = followed_id(kind, typed);
  if (!id.empty() && co_await examiner_.exists(kind, id) == false)
    co_return fail(ErrorKind::invalid, fmt::format("FACEIT knows no {} with the id `{}`.", kind, id));
  co_return co_await change(
      std::move(context),
      [kind, typed](Settings current) { return with_followed(std::move(current), kind, typed); },
      kind == "game"
          ? "Matches of games that are not followed are ignored from now on."
          : "Matches of organizers, hubs and championships that are not followed are ignored from now on.");
}

Task<Result<Reply>> FaceitCommands::unfollow(Context context) {
  const auto kind = context.option("kind");
  const auto typed = context.option("id");
  co_return co_await change(
      std::move(context),
      [kind, typed](Settings current) { return without_followed(std::move(current), kind, typed); }, "");
}

Task<Result<Reply>> FaceitCommands::doctor(Context context) {
  // The interaction's id carries Discord's clock; on its way here it took a moment.
  const auto clock_ahead = std::chrono::floor<Duration>(desk_.clock.now() - context.interaction.created);
  const auto found = co_await examiner_.examine(context.organization, context.interaction.guild, clock_ahead);
  if (!found) co_return std::unexpected(found.error());
  co_return report_of(*found);
}

}  // namespace matchday::match_voice
