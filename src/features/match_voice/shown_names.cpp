// See shown_names.hpp.
#include "features/match_voice/shown_names.hpp"

#include <fmt/format.h>

#include "platforms/discord/text.hpp"

namespace matchday::match_voice {
namespace {

constexpr std::string_view captains_team = "team_";  // FACEIT names a team so, after its captain
constexpr std::size_t team_max = 40;
constexpr std::size_t url_max = 512;

// Letters that are read from right to left would drag the score beside them along. Hebrew and Arabic with
// their neighbours are U+0590 to U+08FF: two bytes from 0xD6 to 0xDF, three bytes that begin with 0xE0
// 0xA0-A3; presentation forms begin with 0xEF 0xAC-0xBB.
bool turns_around(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
    if (byte >= 0xD6 && byte <= 0xDF) return true;
    if (byte == 0xE0 && next >= 0xA0 && next <= 0xA3) return true;
    if (byte == 0xEF && next >= 0xAC && next <= 0xBB) return true;
  }
  return false;
}

std::string isolated(std::string name) {
  constexpr std::string_view first_strong_isolate = "\u2068";
  constexpr std::string_view pop_isolate = "\u2069";
  if (!turns_around(name)) return name;
  return fmt::format("{}{}{}", first_strong_isolate, name, pop_isolate);
}

std::string one_line(std::string_view text, std::size_t max, std::string_view fallback) {
  return discord::cut_utf16(discord::sanitize_channel_name(text, fallback), max);
}

std::string fallback_of(const Team& team) {
  constexpr std::string_view prefix = "faction";
  return team.faction.starts_with(prefix) ? "Team " + team.faction.substr(prefix.size()) : "Team";
}

std::string_view without_prefix(const Team& team) {
  std::string_view text = team.name;
  if (text.starts_with(captains_team)) text.remove_prefix(captains_team.size());
  return text;
}

template <class Show>
std::string versus(const std::vector<Team>& teams, Show show) {
  if (teams.empty()) return "teams not known yet";
  std::string out;
  for (const auto& team : teams) out += (out.empty() ? "" : " vs ") + show(team);
  return out;
}

}  // namespace

std::string plain_name(std::string_view text, std::size_t max, std::string_view fallback) {
  return isolated(one_line(text, max, fallback));
}

// Cut first: half an escape would show.
std::string shown_name(std::string_view text, std::size_t max, std::string_view fallback) {
  return isolated(discord::escape_markdown(one_line(text, max, fallback)));
}

std::string plain_team(const Team& team) {
  return plain_name(without_prefix(team), team_max, fallback_of(team));
}

std::string shown_team(const Team& team) {
  return shown_name(without_prefix(team), team_max, fallback_of(team));
}

std::string plain_teams(const std::vector<Team>& teams) {
  return versus(teams, plain_team);
}

std::string shown_teams(const std::vector<Team>& teams) {
  return versus(teams, shown_team);
}

std::string join_within(const std::vector<std::string>& parts, std::string_view separator, std::size_t max) {
  const auto rest = [&](std::size_t from) {
    return fmt::format("{}and {} more", separator, parts.size() - from);
  };
  std::string out;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    auto longer = i == 0 ? parts[i] : fmt::format("{}{}{}", out, separator, parts[i]);
    const bool last = i + 1 == parts.size();
    const auto length = discord::utf16_length(longer) + (last ? 0 : discord::utf16_length(rest(i + 1)));
    if (length > max) return i == 0 ? discord::cut_utf16(parts[0], max) : out + rest(i);
    out = std::move(longer);
  }
  return out;
}

std::string button_url(std::string_view url) {
  const bool web = url.starts_with("https://") || url.starts_with("http://");
  const bool printable = std::ranges::all_of(url, [](char c) { return c > 0x20 && c < 0x7F; });
  return web && printable && url.size() <= url_max ? std::string(url) : "";
}

std::string relative(Time time) {
  return fmt::format("<t:{}:R>", to_ms(time) / 1000);
}

}  // namespace matchday::match_voice
