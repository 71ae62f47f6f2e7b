// See card.hpp.
#include "features/match_voice/card.hpp"

#include <fmt/format.h>

#include "features/accounts/accounts.hpp"
#include "features/match_voice/shown_names.hpp"
#include "platforms/discord/text.hpp"
#include "surfaces/components.hpp"

namespace matchday::match_voice {
namespace {

using surfaces::button;
using surfaces::ButtonStyle;
using surfaces::link_button;
using surfaces::row;

using effects::State;

// Discord's limits (reference/discord.md §1.6), and shares of the 6000 that one message may hold in all.
constexpr std::size_t title_max = 256;
constexpr std::size_t description_max = 1000;
constexpr std::size_t field_max = 1024;
constexpr std::size_t status_max = 500;  // of a voice channel
constexpr std::size_t nickname_max = 32;
constexpr std::size_t place_max = 60;            // a map, a server's place
constexpr std::size_t demos_max = 5;             // buttons in a row
constexpr std::size_t button_argument_max = 64;  // a custom_id has 100; FACEIT's ids have 38

constexpr std::int64_t grey = 0x80848E;
constexpr std::int64_t blue = 0x3B82F6;
constexpr std::int64_t green = 0x2E9E5B;
constexpr std::int64_t amber = 0xD9822B;
constexpr std::int64_t gold = 0xE3B341;

std::string score_text(const faceit::Score& score) {
  return fmt::format("{} : {}", score.faction1, score.faction2);
}

const Team* winner_of(const MatchView& match) {
  const auto found = std::ranges::find(match.teams, match.facts.winner, &Team::faction);
  return match.facts.winner.empty() || found == match.teams.end() ? nullptr : &*found;
}

bool is_live(const MatchView& match) {
  return match.facts.status == faceit::MatchStatus::ongoing || match.reached == Progress::live;
}

std::vector<std::string> unlinked(const Team& team) {
  std::vector<std::string> out;
  for (const auto& player : team.roster) {
    if (!player.user) out.push_back(fmt::format("**{}**", shown_name(player.nickname, nickname_max, "?")));
  }
  return out;
}

// Who would be let in, if only we knew who they are on Discord.
std::vector<std::string> missing_people(const MatchView& match) {
  std::vector<std::string> out;
  if (match.phase != Phase::open) return out;
  for (const auto& team : match.teams) {
    if (has_room(match.settings, team)) std::ranges::move(unlinked(team), std::back_inserter(out));
  }
  return out;
}

// ---- What people read first: one line for each stage.

std::string waiting_line(const MatchView& match) {
  if (match.teams.empty()) return "⏳ Waiting for FACEIT to say who plays";
  const auto due = due_at(match);
  if (due && *due > match.now) return fmt::format("⏳ Rooms open {}", relative(*due));
  if (!due) return "⏳ Rooms open when FACEIT says that the match is on";
  return "⏳ Waiting for a player who has linked their FACEIT account";
}

std::string open_line(const MatchView& match) {
  if (!is_live(match)) return "🟢 Rooms are open";
  if (match.facts.score) return fmt::format("🔴 Live: **{}**", score_text(*match.facts.score));
  return "🔴 Live";
}

std::string maps_text(const MatchView& match) {
  if (match.facts.maps.size() < 2) return "";
  std::vector<std::string> maps;
  maps.reserve(match.facts.maps.size());
  for (const auto& map : match.facts.maps) maps.push_back(fmt::format("{}:{}", map.faction1, map.faction2));
  return fmt::format(" ({})", join_within(maps, ", ", 100));
}

// Of a single map its rounds, which is what people watched; of a series its maps.
std::optional<faceit::Score> final_score(const Facts& facts) {
  return facts.maps.size() == 1 ? std::optional(facts.maps.front()) : facts.score;
}

std::string over_line(const MatchView& match) {
  const auto& facts = match.facts;
  if (match.end_reason == "cancelled" || facts.status == faceit::MatchStatus::cancelled)
    return "⚪ Cancelled";
  if (match.end_reason == "aborted" || facts.status == faceit::MatchStatus::aborted) return "⚪ Aborted";
  const auto score = final_score(facts);
  if (const auto* winner = winner_of(match)) {
    const auto text = score ? fmt::format(" {}{}", score_text(*score), maps_text(match)) : "";
    return fmt::format("🏆 **{}** won{}", shown_team(*winner), text);
  }
  if (score) return fmt::format("🏁 Finished {}{}", score_text(*score), maps_text(match));
  if (match.end_reason == "expired") return "⚪ Closed: FACEIT did not say any more that it goes on";
  if (match.end_reason.empty() || match.end_reason == "finished") return "🏁 Finished";
  return "⚪ " + discord::cut_utf16(match.end_reason, 100);  // our own words, such as "closed by <@1>"
}

struct Look {
  std::int64_t color;
  std::string line;
};

Look look_of(const MatchView& match, Stage stage) {
  switch (stage) {
    case Stage::waiting:
      return {grey, waiting_line(match)};
    case Stage::opening:
      return {blue, "🔵 Rooms are being made"};
    case Stage::open:
      return {green, open_line(match)};
    case Stage::degraded:
      return {amber, "🟠 Something is wrong with a room" + (is_live(match) ? "\n" + open_line(match) : "")};
    case Stage::closing:
      return {grey, over_line(match) + "\nRooms are closing"};
    case Stage::closed:
      return {winner_of(match) ? gold : grey, over_line(match)};
  }
  return {grey, ""};
}

std::string description(const MatchView& match, const Look& look) {
  const auto& facts = match.facts;
  std::vector<std::string> place;
  if (!facts.map.empty()) place.push_back("🗺️ " + shown_name(facts.map, place_max, "?"));
  if (!facts.location.empty()) place.push_back("📍 " + shown_name(facts.location, place_max, "?"));
  place.push_back(fmt::format("Best of {}", facts.best_of));
  std::vector<std::string> lines{look.line, fmt::format("{}", fmt::join(place, " · "))};
  if (!match.competition.empty()) lines.push_back(shown_name(match.competition, place_max, "?"));
  if (facts.finished_at) {
    lines.push_back("Finished " + relative(*facts.finished_at));
  } else if (facts.started_at) {
    lines.push_back("Started " + relative(*facts.started_at));
  } else if (match.scheduled_at && match.phase == Phase::open) {
    lines.push_back("Starts " + relative(*match.scheduled_at));
  }
  return discord::cut_utf16(fmt::format("{}", fmt::join(lines, "\n")), description_max);
}

// ---- Fields.

json::object field(std::string_view name, std::string_view value, bool beside = false) {
  return {{"name", discord::cut_utf16(name, title_max)}, {"value", value}, {"inline", beside}};
}

std::string player_line(const Player& player) {
  auto line =
      fmt::format("{}{}", player.captain ? "👑 " : "", shown_name(player.nickname, nickname_max, "?"));
  if (player.level) line += fmt::format(" · level {}", *player.level);
  return line + (player.user ? fmt::format(" · <@{}>", player.user->text()) : " · not linked");
}

json::object team_field(const MatchView& match, const Team& team) {
  auto title = shown_team(team);
  if (team.average_level) title += fmt::format(" · average level {}", *team.average_level);
  std::vector<std::string> lines;
  const bool room = team.channel && team.channel->channel && team.channel->state == State::confirmed;
  if (room && match.phase != Phase::closed)
    lines.push_back(fmt::format("🔊 <#{}>", team.channel->channel->text()));
  for (const auto& player : team.roster) lines.push_back(player_line(player));
  if (lines.empty()) lines.emplace_back("Nobody named yet");
  return field(title, join_within(lines, "\n", field_max), true);
}

std::string trouble(const MatchView& match) {
  std::vector<std::string> lines;
  for (const auto& team : match.teams) {
    if (!team.channel) continue;
    const auto& room = *team.channel;
    if (!room.refusal.empty()) {
      lines.push_back(fmt::format("{}: {}", shown_team(team), discord::cut_utf16(room.refusal, 400)));
    } else if (room.state == State::gone && match.phase == Phase::open) {
      lines.push_back(fmt::format("{}: somebody deleted the room.", shown_team(team)));
    }
  }
  return lines.empty() ? "" : join_within(lines, "\n", field_max);
}

// ---- Buttons.

json::array with_rows(std::initializer_list<json::array> rows) {
  json::array out;
  for (const auto& buttons : rows) {
    if (!buttons.empty()) out.push_back(row(buttons));
  }
  return out;
}

json::array card_buttons(const MatchView& match, Stage stage, bool anybody_missing) {
  json::array actions;
  const bool named = match.match_id.size() <= button_argument_max;
  if (named && (stage == Stage::open || stage == Stage::degraded))
    actions.push_back(button(ButtonStyle::primary, "Bring me in", bring_me_action, match.match_id));
  if (anybody_missing) actions.push_back(accounts::register_button());
  if (named && stage == Stage::degraded)
    actions.push_back(button(ButtonStyle::secondary, "Recreate rooms", recreate_action, match.match_id));
  if (const auto url = button_url(match.facts.url); !url.empty())
    actions.push_back(link_button("FACEIT", url));
  json::array demos;
  for (const auto& demo : match.facts.demo_urls) {
    const auto url = button_url(demo);
    if (url.empty() || demos.size() == demos_max) continue;
    const auto label = match.facts.demo_urls.size() == 1 ? "Demo" : fmt::format("Demo {}", demos.size() + 1);
    demos.push_back(link_button(label, url));
  }
  return with_rows({actions, demos});
}

json::object message(json::object embed, json::array components) {
  return {{"embeds", json::array{std::move(embed)}},
          {"components", std::move(components)},
          {"allowed_mentions", {{"parse", json::array()}}}};
}

}  // namespace

json::object card_document(const MatchView& match) {
  const auto stage = stage_of(match);
  const auto look = look_of(match, stage);
  json::array fields;
  for (const auto& team : match.teams) fields.push_back(team_field(match, team));
  if (const auto wrong = trouble(match); !wrong.empty()) fields.push_back(field("What is wrong", wrong));
  const auto missing = missing_people(match);
  if (!missing.empty()) fields.push_back(field("Not linked yet", join_within(missing, ", ", field_max)));
  json::object embed{{"title", discord::cut_utf16(shown_teams(match.teams), title_max)},
                     {"description", description(match, look)},
                     {"color", look.color},
                     {"fields", std::move(fields)},
                     {"footer", {{"text", "Match " + discord::cut_utf16(match.match_id, 128)}}}};
  return message(std::move(embed), card_buttons(match, stage, !missing.empty()));
}

json::object notice_document(const MatchView&, const Team& team) {
  const auto missing = unlinked(team);
  if (missing.empty()) {
    return message(
        {{"description", fmt::format("Everybody of {} is linked.", shown_team(team))}, {"color", green}}, {});
  }
  const auto names = join_within(missing, ", ", field_max);
  return message(
      {{"title", "Not linked yet"},
       {"description", fmt::format("{}\nLink your FACEIT account once, and this room opens for you by "
                                   "itself, today and in every match to come.",
                                   names)},
       {"color", amber}},
      with_rows({json::array{accounts::register_button()}}));
}

std::string status_text(const MatchView& match) {
  const auto& facts = match.facts;
  std::vector<std::string> parts;
  if (!facts.map.empty()) parts.push_back(plain_name(facts.map, place_max, "?"));
  if (facts.score) parts.push_back(score_text(*facts.score));
  if (match.phase != Phase::open) {
    const auto* winner = winner_of(match);
    if (!winner) return "";
    parts.push_back(plain_team(*winner) + " won");
  } else if (is_live(match)) {
    parts.emplace_back("live");
  } else if (match.reached == Progress::ready) {
    parts.emplace_back("warm-up");
  } else if (parts.empty()) {
    return "";
  }
  return discord::cut_utf16(fmt::format("{}", fmt::join(parts, " · ")), status_max);
}

}  // namespace matchday::match_voice
