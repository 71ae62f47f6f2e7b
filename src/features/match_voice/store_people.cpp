// See store.hpp: who plays in a match, and what is stored of each person.
#include <fmt/format.h>

#include "features/match_voice/store.hpp"

namespace matchday::match_voice {

using store::Transaction;

void put_roster(Transaction& tx, OrganizationId organization, std::string_view match_id,
                const std::vector<faceit::Team>& teams) {
  constexpr std::size_t teams_max = 2;    // a FACEIT match has two; whoever sends more gets no room for them
  constexpr std::size_t roster_max = 40;  // far more than any game has; each is an overwrite of the room
  for (std::size_t i = 0; i < std::min(teams.size(), teams_max); ++i) {
    const auto& team = teams[i];
    // Keys become part of a resource's owner, so nothing but the two known ones is taken over.
    const bool known = team.key == "faction1" || team.key == "faction2";
    const auto faction = known ? team.key : fmt::format("faction{}", i + 1);
    tx.run(
        "delete from match_players where organization_id = :organization and match_id = :match"
        " and faction = :faction",
        {{"organization", organization}, {"match", match_id}, {"faction", faction}});
    for (std::size_t position = 0; position < std::min(team.roster.size(), roster_max); ++position) {
      const auto& player = team.roster[position];
      tx.run(
          "insert into match_players (organization_id, match_id, faction, team_name, team_level, position,"
          "  faceit_id, nickname, level, captain)"
          " values (:organization, :match, :faction, :team, :team_level, :position, :faceit_id, :nickname,"
          "  :level, :captain)"
          " on conflict (organization_id, match_id, faction, faceit_id) do nothing",
          {{"organization", organization},
           {"match", match_id},
           {"faction", faction},
           {"team", team.name.empty() ? faction : team.name},
           {"team_level", team.average_level},
           {"position", position},
           {"faceit_id", player.id},
           {"nickname", player.nickname},
           {"level", player.level},
           {"captain", !team.captain.empty() && team.captain == player.id}});
    }
  }
}

std::vector<Team> roster_of(Transaction& tx, OrganizationId organization, std::string_view match_id) {
  std::vector<Team> teams;
  for (const auto& row :
       tx.run("select faction, team_name, team_level, faceit_id, nickname, level, captain from match_players"
              " where organization_id = :organization and match_id = :match order by faction, position",
              {{"organization", organization}, {"match", match_id}})) {
    const auto faction = row.get<std::string>("faction");
    if (teams.empty() || teams.back().faction != faction) {
      teams.push_back({.faction = faction,
                       .name = row.get<std::string>("team_name"),
                       .average_level = row.get<std::optional<int>>("team_level")});
    }
    teams.back().roster.push_back({.faceit_id = row.get<std::string>("faceit_id"),
                                   .nickname = row.get<std::string>("nickname"),
                                   .level = row.get<std::optional<int>>("level"),
                                   .captain = row.get<bool>("captain")});
  }
  return teams;
}

std::vector<std::string> faceit_ids(const std::vector<Team>& teams) {
  std::vector<std::string> out;
  for (const auto& team : teams) {
    for (const auto& player : team.roster) out.push_back(player.faceit_id);
  }
  return out;
}

std::set<std::string> players_elsewhere(Transaction& tx, OrganizationId organization,
                                        const MatchRecord& match, Time now) {
  // A match counts from its opening, a scheduled one from when its rooms open. Of two that opened in the same
  // millisecond the greater id counts as the newer one, for both of them.
  constexpr std::string_view since =
      "case when coalesce(scheduled_at_ms, 0) - :lead > opened_at_ms then scheduled_at_ms - :lead"
      " else opened_at_ms end";
  const Time opened = std::max(match.opened_at, match.scheduled_at.value_or(Time{}) - opens_before);
  std::set<std::string> out;
  for (const auto& row :
       tx.run(fmt::format("select distinct mine.faceit_id as faceit_id from match_players mine"
                          " join match_players other on other.organization_id = mine.organization_id"
                          "   and other.faceit_id = mine.faceit_id and other.match_id <> mine.match_id"
                          " join match_state on match_state.organization_id = other.organization_id"
                          "   and match_state.match_id = other.match_id"
                          " where mine.organization_id = :organization and mine.match_id = :match"
                          "   and phase = 'open' and ({0} <= :now or reached <> 'created')"
                          "   and ({0} > :opened or ({0} = :opened and other.match_id > :match))",
                          since),
              {{"organization", organization},
               {"match", match.match_id},
               {"opened", opened},
               {"lead", opens_before},
               {"now", now}})) {
    out.insert(row.get<std::string>("faceit_id"));
  }
  return out;
}

void put_origin(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                const Plan::Move& move, std::optional<ChannelId> origin, Time now) {
  tx.run(
      "insert into match_members (organization_id, match_id, episode, discord_id, faction,"
      "  origin_channel_id, moved_at_ms)"
      " values (:organization, :match, :episode, :user, :faction, :origin, :now)"
      " on conflict (organization_id, match_id, episode, discord_id) do update set"
      "   origin_channel_id = excluded.origin_channel_id,"
      "   arrived = case when match_members.faction = excluded.faction then match_members.arrived else 0 end,"
      "   faction = excluded.faction,"
      "   moved_at_ms = excluded.moved_at_ms",
      {{"organization", organization},
       {"match", match.match_id},
       {"episode", match.episode},
       {"user", move.user},
       {"faction", move.faction},
       {"origin", origin},
       {"now", now}});
}

std::optional<ChannelId> last_origin(Transaction& tx, OrganizationId organization, std::string_view match_id,
                                     UserId user) {
  const auto rows = tx.run(
      "select origin_channel_id from match_members where organization_id = :organization"
      " and match_id = :match and discord_id = :user and origin_channel_id is not null"
      " order by episode desc limit 1",
      {{"organization", organization}, {"match", match_id}, {"user", user}});
  return rows.empty() ? std::nullopt : std::optional(rows.front().get<ChannelId>("origin_channel_id"));
}

void put_arrival(Transaction& tx, OrganizationId organization, const MatchRecord& match,
                 const Plan::Arrival& arrival, Time now) {
  tx.run(
      "insert into match_members (organization_id, match_id, episode, discord_id, faction, arrived,"
      "  moved_at_ms)"
      " values (:organization, :match, :episode, :user, :faction, 1, :now)"
      " on conflict (organization_id, match_id, episode, discord_id) do update set"
      "   arrived = 1, asked = 0, faction = excluded.faction",
      {{"organization", organization},
       {"match", match.match_id},
       {"episode", match.episode},
       {"user", arrival.user},
       {"faction", arrival.faction},
       {"now", now}});
}

void put_asked(Transaction& tx, OrganizationId organization, const MatchRecord& match, UserId user,
               std::string_view faction, int generation, Time now) {
  tx.run(
      "insert into match_members (organization_id, match_id, episode, discord_id, faction, asked,"
      "  moved_at_ms)"
      " values (:organization, :match, :episode, :user, :faction, :asked, :now)"
      " on conflict (organization_id, match_id, episode, discord_id) do update set asked = excluded.asked",
      {{"organization", organization},
       {"match", match.match_id},
       {"episode", match.episode},
       {"user", user},
       {"faction", faction},
       {"asked", generation},
       {"now", now}});
}

std::map<UserId, Member> members_of(Transaction& tx, OrganizationId organization, const MatchRecord& match) {
  std::map<UserId, Member> out;
  for (const auto& row :
       tx.run("select discord_id, faction, origin_channel_id, arrived, asked from match_members"
              " where organization_id = :organization and match_id = :match and episode = :episode",
              {{"organization", organization}, {"match", match.match_id}, {"episode", match.episode}})) {
    out.emplace(row.get<UserId>("discord_id"),
                Member{.faction = row.get<std::string>("faction"),
                       .origin = row.get<std::optional<ChannelId>>("origin_channel_id"),
                       .arrived = row.get<bool>("arrived"),
                       .asked = row.get<int>("asked")});
  }
  return out;
}

std::set<UserId> unmoved_people(Transaction& tx, OrganizationId organization) {
  std::set<UserId> out;
  for (const auto& row :
       tx.run("select discord_id from match_voice_unmoved where organization_id = :organization",
              {{"organization", organization}})) {
    out.insert(row.get<UserId>("discord_id"));
  }
  return out;
}

void put_moves(Transaction& tx, OrganizationId organization, UserId user, bool moves, Time now) {
  if (moves) {
    tx.run("delete from match_voice_unmoved where organization_id = :organization and discord_id = :user",
           {{"organization", organization}, {"user", user}});
    return;
  }
  tx.run(
      "insert into match_voice_unmoved (organization_id, discord_id, since_ms)"
      " values (:organization, :user, :now) on conflict (organization_id, discord_id) do nothing",
      {{"organization", organization}, {"user", user}, {"now", now}});
}

}  // namespace matchday::match_voice
