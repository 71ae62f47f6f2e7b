// See store.hpp.
#include "features/match_voice/store.hpp"

#include <fmt/format.h>

#include "features/organizations/organizations.hpp"

namespace matchday::match_voice {
namespace {

using store::Transaction;

constexpr std::string_view phase_names[] = {"open", "closing", "closed"};

std::string_view name(Phase phase) {
  return phase_names[static_cast<int>(phase)];
}

Phase parse_phase(std::string_view text) {
  for (int i = 0; i < 3; ++i) {
    if (phase_names[i] == text) return static_cast<Phase>(i);
  }
  return Phase::closed;
}

}  // namespace

std::optional<MatchRecord> find_match(Transaction& tx, OrganizationId organization,
                                      std::string_view match_id) {
  const auto rows =
      tx.run("select * from match_state where organization_id = :organization and match_id = :match",
             {{"organization", organization}, {"match", match_id}});
  if (rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return MatchRecord{.match_id = row.get<std::string>("match_id"),
                     .phase = parse_phase(row.get<std::string>("phase")),
                     .episode = row.get<int>("episode"),
                     .last_event = row.get<std::string>("last_event"),
                     .last_event_at = row.get<Time>("last_event_at_ms"),
                     .payload_version = row.get<std::int64_t>("payload_version"),
                     .roster_known = row.get<bool>("roster_known"),
                     .checked_event_at = row.get<std::optional<Time>>("checked_event_at_ms"),
                     .opened_at = row.get<Time>("opened_at_ms"),
                     .closing_at = row.get<std::optional<Time>>("closing_at_ms")};
}

void put_match(Transaction& tx, OrganizationId organization, const MatchRecord& match, Time now) {
  tx.run(
      "insert into match_state (organization_id, match_id, phase, episode, last_event, last_event_at_ms,"
      "  payload_version, roster_known, checked_event_at_ms, opened_at_ms, closing_at_ms, closed_at_ms)"
      " values (:organization, :match, :phase, :episode, :event, :event_at, :version, :roster_known, "
      ":checked, :opened,"
      "  :closing, :closed)"
      " on conflict (organization_id, match_id) do update set phase = excluded.phase, episode = "
      "excluded.episode,"
      "  last_event = excluded.last_event, last_event_at_ms = excluded.last_event_at_ms,"
      "  payload_version = excluded.payload_version, roster_known = excluded.roster_known,"
      "  checked_event_at_ms = excluded.checked_event_at_ms, opened_at_ms = excluded.opened_at_ms,"
      "  closing_at_ms = excluded.closing_at_ms, closed_at_ms = excluded.closed_at_ms",
      {{"organization", organization},
       {"match", match.match_id},
       {"phase", name(match.phase)},
       {"episode", match.episode},
       {"event", match.last_event},
       {"event_at", match.last_event_at},
       {"version", match.payload_version},
       {"roster_known", match.roster_known},
       {"checked", match.checked_event_at},
       {"opened", match.opened_at},
       {"closing", match.closing_at},
       {"closed", match.phase == Phase::closed ? std::optional(now) : std::nullopt}});
}

void put_roster(Transaction& tx, OrganizationId organization, std::string_view match_id,
                const std::vector<faceit::Team>& teams) {
  tx.run("delete from match_players where organization_id = :organization and match_id = :match",
         {{"organization", organization}, {"match", match_id}});
  constexpr std::size_t teams_max = 2;  // a FACEIT match has two; whoever sends more gets no room for them
  for (std::size_t i = 0; i < std::min(teams.size(), teams_max); ++i) {
    const auto& team = teams[i];
    // Keys become part of a resource's owner, so nothing but the two known ones is taken over.
    const bool known = team.key == "faction1" || team.key == "faction2";
    const auto faction = known ? team.key : fmt::format("faction{}", i + 1);
    for (std::size_t position = 0; position < team.roster.size(); ++position) {
      tx.run(
          "insert into match_players (organization_id, match_id, faction, team_name, position, faceit_id, "
          "nickname)"
          " values (:organization, :match, :faction, :team, :position, :faceit_id, :nickname)"
          " on conflict (organization_id, match_id, faction, faceit_id) do nothing",
          {{"organization", organization},
           {"match", match_id},
           {"faction", faction},
           {"team", team.name.empty() ? faction : team.name},
           {"position", position},
           {"faceit_id", team.roster[position].id},
           {"nickname", team.roster[position].nickname}});
    }
  }
}

std::vector<Team> roster_of(Transaction& tx, OrganizationId organization, std::string_view match_id) {
  std::vector<Team> teams;
  for (const auto& row :
       tx.run("select faction, team_name, faceit_id, nickname from match_players"
              " where organization_id = :organization and match_id = :match order by faction, position",
              {{"organization", organization}, {"match", match_id}})) {
    const auto faction = row.get<std::string>("faction");
    if (teams.empty() || teams.back().faction != faction) {
      teams.push_back({.faction = faction, .name = row.get<std::string>("team_name")});
    }
    teams.back().roster.push_back(
        {.faceit_id = row.get<std::string>("faceit_id"), .nickname = row.get<std::string>("nickname")});
  }
  return teams;
}

std::vector<std::string> open_matches(Transaction& tx, OrganizationId organization) {
  std::vector<std::string> out;
  for (const auto& row :
       tx.run("select match_id from match_state where organization_id = :organization and phase = 'open'",
              {{"organization", organization}})) {
    out.push_back(row.get<std::string>("match_id"));
  }
  return out;
}

std::vector<std::string> open_matches_of(Transaction& tx, OrganizationId organization,
                                         std::string_view faceit_id) {
  std::vector<std::string> out;
  for (const auto& row :
       tx.run("select match_players.match_id as match_id from match_players join match_state"
              "  on match_state.organization_id = match_players.organization_id"
              "  and match_state.match_id = match_players.match_id"
              " where match_players.organization_id = :organization and faceit_id = :faceit_id and phase = "
              "'open'",
              {{"organization", organization}, {"faceit_id", faceit_id}})) {
    out.push_back(row.get<std::string>("match_id"));
  }
  return out;
}

std::vector<std::pair<OrganizationId, std::string>> unfinished_matches(Transaction& tx) {
  std::vector<std::pair<OrganizationId, std::string>> out;
  for (const auto& row :
       tx.run("select organization_id, match_id from match_state where phase <> 'closed'")) {
    out.emplace_back(row.get<OrganizationId>("organization_id"), row.get<std::string>("match_id"));
  }
  return out;
}

void put_origin(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                const Plan::Move& move, Time now) {
  tx.run(
      "insert into match_members (organization_id, match_id, episode, discord_id, faction, "
      "origin_channel_id, moved_at_ms)"
      " values (:organization, :match, :episode, :user, :faction, :origin, :now)"
      " on conflict (organization_id, match_id, episode, discord_id) do update set"
      "   origin_channel_id = excluded.origin_channel_id, moved_at_ms = excluded.moved_at_ms",
      {{"organization", organization},
       {"match", match.match_id},
       {"episode", match.episode},
       {"user", move.user},
       {"faction", move.faction},
       {"origin", move.from.channel},
       {"now", now}});
}

std::map<UserId, ChannelId> origins_of(Transaction& tx, OrganizationId organization,
                                       const MatchRecord& match) {
  std::map<UserId, ChannelId> out;
  for (const auto& row :
       tx.run("select discord_id, origin_channel_id from match_members where organization_id = :organization"
              " and match_id = :match and episode = :episode and origin_channel_id is not null",
              {{"organization", organization}, {"match", match.match_id}, {"episode", match.episode}})) {
    out.emplace(row.get<UserId>("discord_id"), row.get<ChannelId>("origin_channel_id"));
  }
  return out;
}

void put_active(Transaction& tx, OrganizationId organization, std::string_view match_id,
                std::string_view faction, ChannelId channel, Time now) {
  tx.run(
      "insert into active_matches (organization_id, match_id, faction, voice_channel_id, created_at_ms)"
      " values (:organization, :match, :faction, :channel, :now)"
      " on conflict (organization_id, match_id, faction) do update set voice_channel_id = "
      "excluded.voice_channel_id",
      {{"organization", organization},
       {"match", match_id},
       {"faction", faction},
       {"channel", channel},
       {"now", now}});
}

void drop_active(Transaction& tx, OrganizationId organization, std::string_view match_id,
                 std::string_view faction) {
  tx.run(
      "delete from active_matches where organization_id = :organization and match_id = :match and faction = "
      ":faction",
      {{"organization", organization}, {"match", match_id}, {"faction", faction}});
}

std::optional<ChannelId> find_active(Transaction& tx, OrganizationId organization,
                                     std::string_view match_id) {
  const auto rows = tx.run(
      "select voice_channel_id from active_matches where organization_id = :organization and match_id = "
      ":match"
      " order by faction limit 1",
      {{"organization", organization}, {"match", match_id}});
  return rows.empty() ? std::nullopt : std::optional(rows.front().get<ChannelId>("voice_channel_id"));
}

std::optional<Settings> find_settings(Transaction& tx, OrganizationId organization) {
  const auto guild = organizations::Organizations::guild_of(tx, organization);
  const auto rows = tx.run("select * from match_voice_settings where organization_id = :organization",
                           {{"organization", organization}});
  if (!guild || rows.empty()) return std::nullopt;
  const auto& row = rows.front();
  return Settings{.guild = *guild,
                  .teams = row.get<std::string>("teams") == "both" ? Teams::both : Teams::faction1,
                  .move_from = row.get<std::string>("move_from") == "lobby" ? MoveFrom::lobby : MoveFrom::any,
                  .category = row.get<std::optional<ChannelId>>("category_id"),
                  .lobby = row.get<std::optional<ChannelId>>("lobby_id"),
                  .name_template = row.get<std::string>("name_template")};
}

void put_settings(Transaction& tx, OrganizationId organization, const Settings& settings) {
  tx.run(
      "insert into match_voice_settings (organization_id, teams, move_from, category_id, lobby_id, "
      "name_template)"
      " values (:organization, :teams, :move_from, :category, :lobby, :template)"
      " on conflict (organization_id) do update set teams = excluded.teams, move_from = excluded.move_from,"
      "   category_id = excluded.category_id, lobby_id = excluded.lobby_id, name_template = "
      "excluded.name_template",
      {{"organization", organization},
       {"teams", settings.teams == Teams::both ? "both" : "faction1"},
       {"move_from", settings.move_from == MoveFrom::lobby ? "lobby" : "any"},
       {"category", settings.category},
       {"lobby", settings.lobby},
       {"template", settings.name_template}});
}

}  // namespace matchday::match_voice
