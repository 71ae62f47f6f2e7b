// See store.hpp: matches. Their people are in store_people.cpp, settings in store_settings.cpp.
#include "features/match_voice/store.hpp"

#include <fmt/format.h>

namespace matchday::match_voice {
namespace {

using store::Transaction;

constexpr std::string_view phase_names[] = {"open", "closing", "closed"};
constexpr std::string_view progress_names[] = {"created", "configuring", "ready", "live"};

template <class Enum, std::size_t n>
Enum parse(const std::string_view (&names)[n], std::string_view text, Enum otherwise) {
  const auto found = std::ranges::find(names, text);
  return found == std::end(names) ? otherwise : static_cast<Enum>(found - std::begin(names));
}

MatchRecord to_match(const store::Row& row) {
  return {.match_id = row.get<std::string>("match_id"),
          .phase = parse(phase_names, row.get<std::string>("phase"), Phase::closed),
          .episode = row.get<int>("episode"),
          .reached = parse(progress_names, row.get<std::string>("reached"), Progress::created),
          .last_event = row.get<std::string>("last_event"),
          .last_event_at = row.get<Time>("last_event_at_ms"),
          .payload_version = row.get<std::int64_t>("payload_version"),
          .roster_known = row.get<bool>("roster_known"),
          .scheduled_at = row.get<std::optional<Time>>("scheduled_at_ms"),
          .organizer_id = row.get<std::string>("organizer_id"),
          .competition_id = row.get<std::string>("competition_id"),
          .competition = row.get<std::optional<std::string>>("competition").value_or(""),
          .game = row.get<std::string>("game"),
          .confirmed_at = row.get<std::optional<Time>>("confirmed_at_ms"),
          .opened_at = row.get<Time>("opened_at_ms"),
          .closing_at = row.get<std::optional<Time>>("closing_at_ms"),
          .closed_at = row.get<std::optional<Time>>("closed_at_ms"),
          .end_reason = row.get<std::string>("end_reason"),
          .closed_by_human = row.get<bool>("closed_by_human"),
          .facts = parse_facts(row.get<std::optional<json::value>>("facts").value_or(nullptr))};
}

std::vector<std::string> match_ids(const store::Rows& rows) {
  std::vector<std::string> out;
  for (const auto& row : rows) out.push_back(row.get<std::string>("match_id"));
  return out;
}

}  // namespace

std::string_view name(Phase phase) {
  return phase_names[static_cast<std::size_t>(phase)];
}

std::optional<MatchRecord> find_match(Transaction& tx, OrganizationId organization,
                                      std::string_view match_id) {
  const auto rows =
      tx.run("select * from match_state where organization_id = :organization and match_id = :match",
             {{"organization", organization}, {"match", match_id}});
  return rows.empty() ? std::nullopt : std::optional(to_match(rows.front()));
}

void put_match(Transaction& tx, OrganizationId organization, const MatchRecord& match, Time now) {
  const auto closed_at = match.phase == Phase::closed ? match.closed_at.value_or(now) : std::optional<Time>();
  tx.run(
      "insert into match_state (organization_id, match_id, phase, episode, reached, last_event, "
      "  last_event_at_ms, payload_version, roster_known, scheduled_at_ms, organizer_id, competition_id, "
      "  competition, game, confirmed_at_ms, opened_at_ms, closing_at_ms, closed_at_ms, "
      "  end_reason, closed_by_human, facts)"
      " values (:organization, :match, :phase, :episode, :reached, :event, :event_at, :version, "
      "  :roster_known, :scheduled, :organizer, :competition_id, :competition, :game, :confirmed, "
      "  :opened, :closing, :closed, :reason, :by_human, :facts)"
      " on conflict (organization_id, match_id) do update set phase = excluded.phase,"
      "  episode = excluded.episode, reached = excluded.reached, last_event = excluded.last_event,"
      "  last_event_at_ms = excluded.last_event_at_ms, payload_version = excluded.payload_version,"
      "  roster_known = excluded.roster_known, scheduled_at_ms = excluded.scheduled_at_ms,"
      "  organizer_id = excluded.organizer_id, competition_id = excluded.competition_id,"
      "  competition = excluded.competition, game = excluded.game,"
      "  confirmed_at_ms = excluded.confirmed_at_ms,"
      "  opened_at_ms = excluded.opened_at_ms, closing_at_ms = excluded.closing_at_ms,"
      "  closed_at_ms = excluded.closed_at_ms, end_reason = excluded.end_reason,"
      "  closed_by_human = excluded.closed_by_human, facts = excluded.facts",
      {{"organization", organization},
       {"match", match.match_id},
       {"phase", name(match.phase)},
       {"episode", match.episode},
       {"reached", progress_names[static_cast<int>(match.reached)]},
       {"event", match.last_event},
       {"event_at", match.last_event_at},
       {"version", match.payload_version},
       {"roster_known", match.roster_known},
       {"scheduled", match.scheduled_at},
       {"organizer", match.organizer_id},
       {"competition_id", match.competition_id},
       {"competition", match.competition},
       {"game", match.game},
       {"confirmed", match.confirmed_at},
       {"opened", match.opened_at},
       {"closing", match.closing_at},
       {"closed", closed_at},
       {"reason", match.end_reason},
       {"by_human", match.closed_by_human},
       {"facts", json::value(to_json(match.facts))}});
}

std::vector<MatchRecord> list_matches(Transaction& tx, OrganizationId organization, bool all,
                                      std::string_view prefix, int limit) {
  std::vector<MatchRecord> out;
  for (const auto& row :
       tx.run("select * from match_state where organization_id = :organization and (:all = 1 or phase <> "
              "'closed')"
              " and substr(match_id, 1, cast(:length as integer)) = :prefix order by opened_at_ms desc, "
              "match_id limit :limit",
              {{"organization", organization},
               {"all", all},
               {"length", prefix.size()},
               {"prefix", prefix},
               {"limit", limit}})) {
    out.push_back(to_match(row));
  }
  return out;
}

std::vector<MatchRecord> open_matches(Transaction& tx, OrganizationId organization, int limit) {
  std::vector<MatchRecord> out;
  for (const auto& row : tx.run("select * from match_state where organization_id = :organization and phase = "
                                "'open' order by coalesce(confirmed_at_ms, 0), match_id limit :limit",
                                {{"organization", organization}, {"limit", limit}})) {
    out.push_back(to_match(row));
  }
  return out;
}

std::vector<std::string> live_matches(Transaction& tx, OrganizationId organization) {
  return match_ids(
      tx.run("select match_id from match_state where organization_id = :organization and phase <> 'closed'",
             {{"organization", organization}}));
}

std::vector<std::string> live_matches_of(Transaction& tx, OrganizationId organization,
                                         std::string_view faceit_id) {
  return match_ids(
      tx.run("select distinct match_players.match_id as match_id from match_players join match_state"
             "  on match_state.organization_id = match_players.organization_id"
             "  and match_state.match_id = match_players.match_id"
             " where match_players.organization_id = :organization and faceit_id = :faceit_id"
             "  and phase <> 'closed'",
             {{"organization", organization}, {"faceit_id", faceit_id}}));
}

std::vector<std::pair<OrganizationId, std::string>> unfinished_matches(Transaction& tx) {
  std::vector<std::pair<OrganizationId, std::string>> out;
  for (const auto& row :
       tx.run("select organization_id, match_id from match_state where phase <> 'closed'")) {
    out.emplace_back(row.get<OrganizationId>("organization_id"), row.get<std::string>("match_id"));
  }
  return out;
}

bool put_active(Transaction& tx, OrganizationId organization, std::string_view match_id,
                std::string_view faction, ChannelId channel, Time now) {
  return tx.run(
               "insert into active_matches (organization_id, match_id, faction, voice_channel_id, "
               "created_at_ms)"
               " values (:organization, :match, :faction, :channel, :now)"
               " on conflict (organization_id, match_id, faction) do update"
               "   set voice_channel_id = excluded.voice_channel_id"
               "   where active_matches.voice_channel_id <> excluded.voice_channel_id",
               {{"organization", organization},
                {"match", match_id},
                {"faction", faction},
                {"channel", channel},
                {"now", now}})
             .affected == 1;
}

void drop_active(Transaction& tx, OrganizationId organization, std::string_view match_id,
                 std::string_view faction) {
  tx.run(
      "delete from active_matches where organization_id = :organization and match_id = :match and faction = "
      ":faction",
      {{"organization", organization}, {"match", match_id}, {"faction", faction}});
}

std::map<std::string, ChannelId> active_rooms(Transaction& tx, OrganizationId organization,
                                              std::string_view match_id) {
  std::map<std::string, ChannelId> out;
  for (const auto& row : tx.run("select faction, voice_channel_id from active_matches"
                                " where organization_id = :organization and match_id = :match",
                                {{"organization", organization}, {"match", match_id}})) {
    out.emplace(row.get<std::string>("faction"), row.get<ChannelId>("voice_channel_id"));
  }
  return out;
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

std::vector<ChannelId> match_rooms(Transaction& tx, OrganizationId organization) {
  std::vector<ChannelId> out;
  for (const auto& row :
       tx.run("select voice_channel_id from active_matches where organization_id = :organization",
              {{"organization", organization}})) {
    out.push_back(row.get<ChannelId>("voice_channel_id"));
  }
  return out;
}

}  // namespace matchday::match_voice
