// See faceit_commands.hpp.
#include "features/match_voice/faceit_commands.hpp"

#include <fmt/format.h>

#include "base/timeout.hpp"
#include "features/accounts/accounts.hpp"
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

constexpr std::string_view webhook_source = "faceit.webhook";  // of the inbox
constexpr std::string_view secret_purpose = "faceit";
constexpr Duration faceit_patience = 10s;         // for each question of the doctor
constexpr std::size_t followed_checked_max = 10;  // by one call of the doctor
constexpr int matches_counted_max = 20;
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

// What was never set up starts with the defaults, and with both teams.
Settings fresh(GuildId guild) {
  return {.guild = guild, .teams = Teams::both};
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

void count_players(Transaction& tx, OrganizationId organization, DoctorView& view) {
  std::set<std::string> ids;
  for (const auto& match : list_matches(tx, organization, true, "", matches_counted_max)) {
    for (const auto& team : roster_of(tx, organization, match.match_id)) {
      for (const auto& player : team.roster) ids.insert(player.faceit_id);
    }
  }
  view.players = static_cast<int>(ids.size());
  view.linked_players =
      static_cast<int>(accounts::Accounts::users_of(tx, organization, {ids.begin(), ids.end()}).size());
}

std::optional<faceit::CompetitionKind> competition_kind(std::string_view kind) {
  if (kind == "hub") return faceit::CompetitionKind::hub;
  if (kind == "championship") return faceit::CompetitionKind::championship;
  return std::nullopt;
}

}  // namespace

std::vector<surfaces::Command> FaceitCommands::commands() {
  return {{.definition = definition(),
           .run = [this](Context context) { return faceit(std::move(context)); },
           .autocomplete = [this](Context context) { return suggest(std::move(context)); }}};
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
  const auto shown = settings->value_or(fresh(*context.interaction.guild));
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
                                              guild = *context.interaction.guild, change = std::move(change),
                                              remark = std::move(remark),
                                              now = desk_.clock.now()](Transaction& tx) -> Result<Reply> {
    const auto before = find_settings(tx, organization).value_or(fresh(guild));
    const auto after = change(before);
    if (!after) return std::unexpected(after.error());
    auto lines = differences(before, *after);
    if (lines.empty()) return Reply{.content = "It is set like that already."};
    change_settings(tx, desk_.queue, organization, *after, now);
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
  if (!id.empty() && co_await exists(kind, id) == false)
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

// Nothing when it cannot be told: FACEIT is not configured or does not answer, or there is nothing to ask.
Task<std::optional<bool>> FaceitCommands::exists(std::string kind, std::string id) {
  const auto competition = competition_kind(kind);
  if (!desk_.faceit || !competition) co_return std::nullopt;
  const auto listed = co_await with_timeout(
      desk_.clock, faceit_patience,
      desk_.faceit->competition_matches(*competition, id, faceit::MatchFilter::ongoing, 1));
  if (!listed) co_return std::nullopt;
  if (*listed) co_return true;
  co_return listed->error().kind == ErrorKind::not_found ? std::optional(false) : std::nullopt;
}

// The cheapest question that needs the key.
Task<void> FaceitCommands::ask_faceit(DoctorView* view) {
  if (!desk_.faceit) co_return;
  const auto answer =
      co_await with_timeout(desk_.clock, faceit_patience, desk_.faceit->search_players("a", 1));
  if (!answer) {
    view->faceit = Answered::no;
    view->faceit_words = "no answer within ten seconds.";
  } else if (!*answer) {
    const auto& error = answer->error();
    view->faceit = error.kind == ErrorKind::unauthorized ? Answered::rejected : Answered::no;
    view->faceit_words = error.message;
  } else {
    view->faceit = Answered::yes;
  }
  if (view->faceit != Answered::yes || !view->settings) co_return;
  for (const auto kind : {"hub", "championship"}) {
    for (const auto& id : *followed(view->settings->following, kind)) {
      if (view->followed.size() == followed_checked_max) co_return;
      view->followed.push_back({kind, id, co_await exists(kind, id)});
    }
  }
}

Task<Result<Reply>> FaceitCommands::doctor(Context context) {
  const Time now = desk_.clock.now();
  auto stored = co_await desk_.database.read([organization = context.organization, now](Transaction& tx) {
    DoctorView view{
        .now = now,
        .settings = find_settings(tx, organization),
        .webhook_secret = organizations::Organizations::has_webhook_secret(tx, organization, secret_purpose),
        .last_webhook = jobs::last_delivery(tx, organization, webhook_source)};
    if (const auto owner = organizations::Organizations::find(tx, organization))
      view.alert_channel = owner->alert_channel;
    count_players(tx, organization, view);
    return view;
  });
  if (!stored) co_return std::unexpected(stored.error());
  auto& view = *stored;
  // The interaction's id carries Discord's clock; on its way here it took a moment.
  view.clock_ahead = std::chrono::floor<Duration>(now - context.interaction.created);
  view.unsigned_webhooks = desk_.unsigned_webhooks;
  co_await ask_faceit(&view);
  view.connected = desk_.connected();
  view.self = desk_.self().value_or(UserId{});
  if (const auto* guild = desk_.guilds.find(*context.interaction.guild)) view.guild = *guild;
  co_return report_of(examine(view));
}

}  // namespace matchday::match_voice
