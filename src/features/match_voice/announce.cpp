// See announce.hpp.
#include "features/match_voice/announce.hpp"

namespace matchday::match_voice {
namespace {

using store::Transaction;
using surfaces::null_if_empty;
using surfaces::or_null;

std::string_view event_of(Phase phase) {
  switch (phase) {
    case Phase::open:
      return notifications::event::match_opened;
    case Phase::closing:
      return notifications::event::match_closing;
    case Phase::closed:
      return notifications::event::match_closed;
  }
  return notifications::event::match_closed;
}

json::object to_json(const Team& team, const std::map<std::string, ChannelId>& rooms) {
  json::array players;
  for (const auto& player : team.roster)
    players.push_back({{"faceit_id", player.faceit_id}, {"nickname", player.nickname}});
  const auto room = rooms.find(team.faction);
  return {{"faction", team.faction},
          {"name", team.name},
          {"channel_id", room == rooms.end() ? json::value(nullptr) : json::value(room->second.text())},
          {"players", std::move(players)}};
}

json::object describe(Transaction& tx, OrganizationId organization, const MatchRecord& match, Time now) {
  const auto rooms = active_rooms(tx, organization, match.match_id);
  json::array teams;
  for (const auto& team : roster_of(tx, organization, match.match_id)) teams.push_back(to_json(team, rooms));
  const bool closed = match.phase == Phase::closed;
  return {
      {"id", match.match_id},
      {"state", name(match.phase)},
      {"end_reason", null_if_empty(match.end_reason)},
      {"competition", null_if_empty(match.competition)},
      {"game", null_if_empty(match.game)},
      {"url", null_if_empty(match.facts.url)},
      {"scheduled_at", or_null(match.scheduled_at)},
      {"opened_at", to_rfc3339(match.opened_at)},
      {"closed_at", closed ? json::value(to_rfc3339(match.closed_at.value_or(now))) : json::value(nullptr)},
      {"teams", std::move(teams)}};
}

void announce(Transaction& tx, notifications::Webhooks& webhooks, OrganizationId organization,
              std::string_view event, const MatchRecord& match, Time now) {
  webhooks.announce(
      tx, organization, event, match.match_id, [&] { return describe(tx, organization, match, now); }, now);
}

}  // namespace

std::optional<Phase> phase_of(const std::optional<MatchRecord>& match) {
  return match ? std::optional(match->phase) : std::nullopt;
}

void announce_phase(Transaction& tx, notifications::Webhooks& webhooks, OrganizationId organization,
                    std::optional<Phase> before, const MatchRecord& match, Time now) {
  if (before == match.phase || (!before && match.phase != Phase::open)) return;
  announce(tx, webhooks, organization, event_of(match.phase), match, now);
}

void announce_rooms(Transaction& tx, notifications::Webhooks& webhooks, OrganizationId organization,
                    const MatchRecord& match, Time now) {
  announce(tx, webhooks, organization, notifications::event::match_rooms_ready, match, now);
}

}  // namespace matchday::match_voice
