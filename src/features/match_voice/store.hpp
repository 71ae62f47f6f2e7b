// The tables of match voice: its SQL, and nobody else's.
#pragma once
#include <optional>
#include <string>
#include <vector>

#include "features/match_voice/plan.hpp"
#include "platforms/faceit/match.hpp"
#include "store/database.hpp"

namespace matchday::match_voice {

struct MatchRecord {
  std::string match_id;
  Phase phase = Phase::open;
  int episode = 0;  // counts how often it was opened again
  std::string last_event;
  Time last_event_at;  // by the sender's clock where it told
  std::int64_t payload_version = 0;
  bool roster_known = false;
  std::optional<Time> checked_event_at;  // the event after which FACEIT was asked last
  Time opened_at;
  std::optional<Time> closing_at;
};

std::optional<MatchRecord> find_match(store::Transaction& tx, OrganizationId organization,
                                      std::string_view match_id);

// Adds the match or replaces what is stored of it.
void put_match(store::Transaction& tx, OrganizationId organization, const MatchRecord& match, Time now);

// Replaces the roster by FACEIT's. Teams without a key are taken in their order as faction1, faction2.
void put_roster(store::Transaction& tx, OrganizationId organization, std::string_view match_id,
                const std::vector<faceit::Team>& teams);
std::vector<Team> roster_of(store::Transaction& tx, OrganizationId organization, std::string_view match_id);

// Open matches, and those of them in which this FACEIT account plays.
std::vector<std::string> open_matches(store::Transaction& tx, OrganizationId organization);
std::vector<std::string> open_matches_of(store::Transaction& tx, OrganizationId organization,
                                         std::string_view faceit_id);
std::vector<std::pair<OrganizationId, std::string>> unfinished_matches(store::Transaction& tx);

void put_origin(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                const Plan::Move& move, Time now);
std::map<UserId, ChannelId> origins_of(store::Transaction& tx, OrganizationId organization,
                                       const MatchRecord& match);

void put_active(store::Transaction& tx, OrganizationId organization, std::string_view match_id,
                std::string_view faction, ChannelId channel, Time now);
void drop_active(store::Transaction& tx, OrganizationId organization, std::string_view match_id,
                 std::string_view faction);
// The voice channel of the match's first team that has one.
std::optional<ChannelId> find_active(store::Transaction& tx, OrganizationId organization,
                                     std::string_view match_id);

std::optional<Settings> find_settings(store::Transaction& tx, OrganizationId organization);
void put_settings(store::Transaction& tx, OrganizationId organization, const Settings& settings);

}  // namespace matchday::match_voice
