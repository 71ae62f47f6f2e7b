// See settings_change.hpp.
#include "features/match_voice/settings_change.hpp"

#include <fmt/format.h>

#include <array>

#include "features/match_voice/settings_names.hpp"
#include "features/match_voice/shown_names.hpp"
#include "platforms/discord/text.hpp"
#include "platforms/faceit/match.hpp"

namespace matchday::match_voice {
namespace {

using discord::CommandOption;
using discord::OptionType;

constexpr std::array<std::string_view, 4> clearable{"category", "lobby", "card_channel", "spectator_role"};

constexpr int text_channel = 0;
constexpr int voice_channel = 2;
constexpr int category_channel = 4;
constexpr int announcement_channel = 5;
constexpr int stage_channel = 13;

template <std::size_t n>
CommandOption choice(std::string name, std::string description,
                     const std::array<std::string_view, n>& names) {
  CommandOption out{
      .type = OptionType::string, .name = std::move(name), .description = std::move(description)};
  for (const auto& one : names) out.choices.push_back({std::string(one), json::value(one)});
  return out;
}

CommandOption number(std::string name, std::string description, std::int64_t least, std::int64_t most) {
  return {.type = OptionType::integer,
          .name = std::move(name),
          .description = std::move(description),
          .min_value = least,
          .max_value = most};
}

// ---- Checks.

template <class... Types>
Result<> check_channel(const discord::Guild& guild, std::optional<ChannelId> id, std::string_view option,
                       std::string_view what, Types... types) {
  if (!id) return {};
  const auto* channel = guild.channel(*id);
  const bool right = channel && ((channel->type == types) || ...);
  if (right) return {};
  return fail(ErrorKind::invalid, fmt::format("`{}` must be {} of this server.", option, what));
}

Result<> check_range(std::optional<std::int64_t> value, std::string_view option, std::int64_t least,
                     std::int64_t most) {
  if (!value || (*value >= least && *value <= most)) return {};
  return fail(ErrorKind::invalid, fmt::format("`{}` goes from {} to {}.", option, least, most));
}

Result<> check_template(std::string_view text) {
  if (discord::utf16_length(text) > name_template_max)
    return fail(ErrorKind::invalid,
                fmt::format("`name_template` has at most {} characters.", name_template_max));
  if (discord::sanitize_channel_name(text, "").empty())
    return fail(ErrorKind::invalid, "`name_template` must have something that people can see.");
  return {};
}

// What no single option can break, but two together.
Result<> check_together(const Settings& settings) {
  if (settings.teams == Teams::both && !settings.name_template.contains("{team}")) {
    return fail(ErrorKind::invalid,
                "With `teams: both` the `name_template` needs {team}: otherwise both rooms have one name.");
  }
  if (settings.move_from == MoveFrom::lobby && !settings.lobby)
    return fail(ErrorKind::invalid, "`move_from: lobby` needs a lobby: set `lobby` with it.");
  if (settings.return_to == ReturnTo::lobby && !settings.lobby)
    return fail(ErrorKind::invalid, "`return_to: lobby` needs a lobby: set `lobby` with it.");
  return {};
}

Result<> check_wish(const SettingsWish& wish) {
  if (auto ok = check_range(wish.grace_seconds, "grace_seconds", 0, grace_seconds_max); !ok) return ok;
  if (auto ok =
          check_range(wish.max_age_minutes, "max_age_minutes", max_age_minutes_min, max_age_minutes_max);
      !ok)
    return ok;
  if (wish.name_template) {
    if (auto ok = check_template(*wish.name_template); !ok) return ok;
  }
  const bool both = (wish.clear == "category" && wish.category) || (wish.clear == "lobby" && wish.lobby) ||
                    (wish.clear == "card_channel" && wish.card_channel) ||
                    (wish.clear == "spectator_role" && wish.spectator_role);
  if (both)
    return fail(ErrorKind::invalid, fmt::format("`{}` cannot be set and cleared at once.", wish.clear));
  return {};
}

void apply_clear(Settings& settings, std::string_view what) {
  if (what == "category") settings.category.reset();
  if (what == "lobby") settings.lobby.reset();
  if (what == "card_channel") settings.card_channel.reset();
  if (what == "spectator_role") settings.spectator_role.reset();
}

// ---- What is told.

std::string shown(std::optional<ChannelId> channel) {
  return channel ? fmt::format("<#{}>", channel->text()) : "–";
}
std::string shown(bool value) {
  return value ? "yes" : "no";
}
template <class Enum, std::size_t n>
std::string shown(const std::array<std::string_view, n>& names, Enum value) {
  return std::string(name_choice(names, value));
}
std::string shown(const std::vector<std::string>& ids) {
  if (ids.empty()) return "all";
  std::vector<std::string> out;
  for (const auto& id : ids) out.push_back(fmt::format("`{}`", id));
  return join_within(out, ", ", 200);
}

struct Line {
  std::string_view label;
  std::string (*value)(const Settings&);
};
constexpr Line lines[] = {
    {"teams", [](const Settings& s) { return shown(teams_names, s.teams); }},
    {"open_on", [](const Settings& s) { return shown(open_names, s.open_on); }},
    {"move_from", [](const Settings& s) { return shown(from_names, s.move_from); }},
    {"return_to", [](const Settings& s) { return shown(return_names, s.return_to); }},
    {"category", [](const Settings& s) { return shown(s.category); }},
    {"lobby", [](const Settings& s) { return shown(s.lobby); }},
    {"card_channel", [](const Settings& s) { return shown(s.card_channel); }},
    {"spectator_role",
     [](const Settings& s) {
       return s.spectator_role ? fmt::format("<@&{}>", s.spectator_role->text()) : std::string("–");
     }},
    {"name_template",
     [](const Settings& s) { return "“" + discord::escape_markdown(s.name_template) + "”"; }},
    {"grace_seconds", [](const Settings& s) { return std::to_string(s.grace.count()); }},
    {"max_age_minutes", [](const Settings& s) { return std::to_string(s.max_age.count()); }},
    {"live_status", [](const Settings& s) { return shown(s.live_status); }},
    {"moves_need_proof", [](const Settings& s) { return shown(s.moves_need_proof); }},
    {"organizers", [](const Settings& s) { return shown(s.following.organizers); }},
    {"hubs", [](const Settings& s) { return shown(s.following.hubs); }},
    {"championships", [](const Settings& s) { return shown(s.following.championships); }},
    {"games", [](const Settings& s) { return shown(s.following.games); }},
};

// The list of that kind, as constant as what it is in; null for another kind.
template <class TheFollowing>
auto followed_list(TheFollowing& following, std::string_view kind) -> decltype(&following.hubs) {
  if (kind == "organizer") return &following.organizers;
  if (kind == "hub") return &following.hubs;
  if (kind == "championship") return &following.championships;
  return kind == "game" ? &following.games : nullptr;
}

}  // namespace

std::vector<CommandOption> settings_options() {
  const auto channel = [](std::string name, std::string description, std::vector<int> types) {
    return CommandOption{.type = OptionType::channel,
                         .name = std::move(name),
                         .description = std::move(description),
                         .channel_types = std::move(types)};
  };
  return {
      choice("teams", "Which teams get a room", teams_names),
      choice("open_on", "When rooms open", open_names),
      choice("move_from", "Whom to move: people in any voice channel, or in the lobby only", from_names),
      choice("return_to", "Where people go when their room closes", return_names),
      channel("category", "Where rooms are made", {category_channel}),
      channel("lobby", "The voice channel where people wait", {voice_channel, stage_channel}),
      channel("card_channel", "Where each match has its card", {text_channel, announcement_channel}),
      {.type = OptionType::role, .name = "spectator_role", .description = "Sees and hears every room"},
      {.type = OptionType::string,
       .name = "name_template",
       .description = "A room's name with both teams: {match}, {team}",
       .min_length = 1,
       .max_length = name_template_max},
      number("grace_seconds", "How long people may stay after the end", 0, grace_seconds_max),
      number("max_age_minutes", "After how long without a word from FACEIT a match is closed",
             max_age_minutes_min, max_age_minutes_max),
      {.type = OptionType::boolean, .name = "live_status", .description = "The score under the room's name"},
      {.type = OptionType::boolean,
       .name = "moves_need_proof",
       .description = "Move only players who proved their account by a login"},
      choice("clear", "Set one of these no longer", clearable)};
}

SettingsWish read_wish(const surfaces::CommandContext& context) {
  const auto text = [&](std::string_view name) -> std::optional<std::string> {
    auto given = context.option(name);
    return given.empty() ? std::nullopt : std::optional(std::move(given));
  };
  return {.teams = parse_choice<Teams>(teams_names, context.option("teams")),
          .open_on = parse_choice<OpenOn>(open_names, context.option("open_on")),
          .move_from = parse_choice<MoveFrom>(from_names, context.option("move_from")),
          .return_to = parse_choice<ReturnTo>(return_names, context.option("return_to")),
          .category = ChannelId::parse(context.option("category")),
          .lobby = ChannelId::parse(context.option("lobby")),
          .card_channel = ChannelId::parse(context.option("card_channel")),
          .spectator_role = RoleId::parse(context.option("spectator_role")),
          .name_template = text("name_template"),
          .grace_seconds = context.integer("grace_seconds"),
          .max_age_minutes = context.integer("max_age_minutes"),
          .live_status = context.boolean("live_status"),
          .moves_need_proof = context.boolean("moves_need_proof"),
          .clear = context.option("clear")};
}

Result<> check_places(const SettingsWish& wish, const discord::Guild& guild) {
  using enum discord::ChannelType;
  if (auto ok = check_channel(guild, wish.category, "category", "a category", category); !ok) return ok;
  if (auto ok = check_channel(guild, wish.lobby, "lobby", "a voice channel", voice, stage); !ok) return ok;
  if (auto ok = check_channel(guild, wish.card_channel, "card_channel", "a text channel",
                              discord::ChannelType::text, announcement);
      !ok)
    return ok;
  if (wish.spectator_role && wish.spectator_role->value == guild.id.value) {
    return fail(ErrorKind::invalid,
                "`spectator_role` cannot be @everyone: every room would be open to everybody.");
  }
  if (wish.spectator_role && !guild.role(*wish.spectator_role))
    return fail(ErrorKind::invalid, "`spectator_role` must be a role of this server.");
  return {};
}

Result<Settings> with_wish(Settings current, const SettingsWish& wish) {
  if (auto ok = check_wish(wish); !ok) return std::unexpected(ok.error());
  apply_clear(current, wish.clear);
  current.teams = wish.teams.value_or(current.teams);
  current.open_on = wish.open_on.value_or(current.open_on);
  current.move_from = wish.move_from.value_or(current.move_from);
  current.return_to = wish.return_to.value_or(current.return_to);
  if (wish.category) current.category = wish.category;
  if (wish.lobby) current.lobby = wish.lobby;
  if (wish.card_channel) current.card_channel = wish.card_channel;
  if (wish.spectator_role) current.spectator_role = wish.spectator_role;
  current.name_template = wish.name_template.value_or(current.name_template);
  if (wish.grace_seconds) current.grace = std::chrono::seconds(*wish.grace_seconds);
  if (wish.max_age_minutes) current.max_age = std::chrono::minutes(*wish.max_age_minutes);
  current.live_status = wish.live_status.value_or(current.live_status);
  current.moves_need_proof = wish.moves_need_proof.value_or(current.moves_need_proof);
  if (auto ok = check_together(current); !ok) return std::unexpected(ok.error());
  return current;
}

std::vector<std::string> settings_lines(const Settings& settings) {
  std::vector<std::string> out;
  for (const auto& line : lines) out.push_back(fmt::format("**{}**: {}", line.label, line.value(settings)));
  return out;
}

std::vector<std::string> differences(const Settings& before, const Settings& after) {
  std::vector<std::string> out;
  for (const auto& line : lines) {
    const auto was = line.value(before);
    const auto is = line.value(after);
    if (was != is) out.push_back(fmt::format("**{}**: {} → {}", line.label, was, is));
  }
  return out;
}

const std::vector<std::string>* followed(const Following& following, std::string_view kind) {
  return followed_list(following, kind);
}

std::string followed_id(std::string_view kind, std::string_view typed) {
  const auto folder = fmt::format("/{}{}/", kind, kind == "organizer" ? "s" : "");
  if (const auto at = typed.find(folder); at != std::string_view::npos) {
    typed.remove_prefix(at + folder.size());
    typed = typed.substr(0, typed.find_first_of("/?#"));
  }
  return faceit::is_valid_id(typed) ? std::string(typed) : "";
}

Result<Settings> with_followed(Settings current, std::string_view kind, std::string_view typed) {
  auto* list = followed_list(current.following, kind);
  auto id = followed_id(kind, typed);
  if (!list || id.empty()) {
    return fail(ErrorKind::invalid,
                fmt::format("That is no id of a FACEIT {}. Copy it from the address of its page.", kind));
  }
  if (std::ranges::find(*list, id) != list->end())
    return fail(ErrorKind::conflict, fmt::format("The {} `{}` is followed already.", kind, id));
  if (list->size() >= followed_max) {
    return fail(ErrorKind::invalid,
                fmt::format("At most {} of one kind can be followed. Remove one first.", followed_max));
  }
  list->push_back(std::move(id));
  std::ranges::sort(*list);
  return current;
}

Result<Settings> without_followed(Settings current, std::string_view kind, std::string_view typed) {
  auto* list = followed_list(current.following, kind);
  const auto id = followed_id(kind, typed);
  if (!list || id.empty() || std::erase(*list, id) == 0)
    return fail(ErrorKind::not_found, fmt::format("This {} is not followed.", kind));
  return current;
}

}  // namespace matchday::match_voice
