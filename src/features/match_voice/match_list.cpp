// See match_list.hpp.
#include "features/match_voice/match_list.hpp"

#include <fmt/format.h>

#include "effects/ledger.hpp"
#include "features/match_voice/resources.hpp"
#include "features/match_voice/shown_names.hpp"
#include "platforms/discord/text.hpp"

namespace matchday::match_voice {
namespace {

using effects::State;
using store::Transaction;

// Discord's limits (reference/discord.md §1.3): choices in one answer, characters of a name and of a value.
constexpr std::size_t choices_max = 25;
constexpr std::size_t choice_max = 100;
constexpr int searched_max = 200;  // matches that one keystroke looks through

std::string short_id(const MatchRecord& match) {
  return match.match_id.substr(0, 8);
}

// ASCII is enough: FACEIT's nicknames are [A-Za-z0-9_-].
std::string lower(std::string_view text) {
  std::string out(text);
  for (auto& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

bool fits(const MatchRecord& match, const std::vector<Team>& teams, const std::string& typed) {
  if (lower(match.match_id).contains(typed)) return true;
  for (const auto& team : teams) {
    if (lower(team.name).contains(typed)) return true;
    for (const auto& player : team.roster) {
      if (lower(player.nickname).contains(typed)) return true;
    }
  }
  return false;
}

}  // namespace

std::string state_words(Transaction& tx, OrganizationId organization, const MatchRecord& match) {
  if (match.phase == Phase::closing) return "closing";
  if (match.phase == Phase::closed) return match.end_reason.empty() ? "closed" : match.end_reason;
  bool any = false;
  bool all_there = true;
  for (const auto& room : effects::Ledger::of_subject(tx, organization, channel_purpose, match.match_id)) {
    if (room.generation != match.episode) continue;
    if (room.state == State::refused || room.state == State::gone) return "degraded";
    any = true;
    all_there = all_there && room.state == State::confirmed;
  }
  if (!any) return "waiting";
  return all_there ? "open" : "opening";
}

std::string title_of(Transaction& tx, OrganizationId organization, const MatchRecord& match) {
  return shown_teams(roster_of(tx, organization, match.match_id));
}

ListPage list_page(Transaction& tx, OrganizationId organization, bool all, int offset) {
  const auto matches = list_matches(tx, organization, all, "", offset + list_page_size + 1);
  ListPage out{.more = matches.size() > static_cast<std::size_t>(offset + list_page_size)};
  for (std::size_t i = static_cast<std::size_t>(offset);
       i < matches.size() && out.lines.size() < list_page_size; ++i) {
    const auto& match = matches[i];
    auto line = fmt::format("`{}` **{}** · {} · {}", short_id(match), title_of(tx, organization, match),
                            state_words(tx, organization, match), relative(match.opened_at));
    if (const auto room = find_active(tx, organization, match.match_id))
      line += fmt::format(" · <#{}>", room->text());
    out.lines.push_back(std::move(line));
  }
  return out;
}

std::vector<discord::CommandChoice> match_choices(Transaction& tx, OrganizationId organization,
                                                  std::string_view typed) {
  const auto wanted = lower(typed);
  std::vector<discord::CommandChoice> out;
  for (const auto& match : list_matches(tx, organization, true, "", searched_max)) {
    const auto teams = roster_of(tx, organization, match.match_id);
    if (match.match_id.size() > choice_max || !fits(match, teams, wanted)) continue;
    out.push_back({discord::cut_utf16(fmt::format("Match {} · {} · {}", short_id(match), plain_teams(teams),
                                                  state_words(tx, organization, match)),
                                      choice_max),
                   json::value(match.match_id)});
    if (out.size() == choices_max) break;
  }
  return out;
}

Result<MatchRecord> pick_match(Transaction& tx, OrganizationId organization, std::string_view typed) {
  if (auto exact = find_match(tx, organization, typed)) return std::move(*exact);
  if (typed.empty()) return fail(ErrorKind::not_found, "Say which match you mean.");
  auto begins = list_matches(tx, organization, true, typed, 2);
  if (begins.size() == 1) return std::move(begins.front());
  if (begins.empty())
    return fail(ErrorKind::not_found,
                "There is no match with that id. Pick one from the list while you type.");
  return fail(ErrorKind::conflict, "Several matches begin like that. Type more of the id, or pick one.");
}

}  // namespace matchday::match_voice
