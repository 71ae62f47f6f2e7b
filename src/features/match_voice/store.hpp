// The tables of match voice: its SQL, and nobody else's.
#pragma once
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "features/match_voice/plan.hpp"
#include "platforms/faceit/match.hpp"
#include "store/database.hpp"

namespace matchday::match_voice {

// "open", "closing", "closed": stored, and told by webhooks.
std::string_view name(Phase phase);

struct MatchRecord {
  std::string match_id;
  Phase phase = Phase::open;
  int episode = 0;  // counts how often it was opened again
  Progress reached = Progress::created;
  std::string last_event;
  Time last_event_at;  // by the sender's clock where it told
  std::int64_t payload_version = 0;
  bool roster_known = false;
  std::optional<Time> scheduled_at;
  std::string organizer_id;
  std::string competition_id;
  std::string competition;
  std::string game;
  std::optional<Time> confirmed_at;  // when FACEIT last said that it is going on
  Time opened_at;
  std::optional<Time> closing_at;
  std::optional<Time> closed_at;
  std::string end_reason;        // why it is closing or closed: "finished", "expired", "closed by <@1>"
  bool closed_by_human = false;  // then no event opens it again
  Facts facts;
};

std::optional<MatchRecord> find_match(store::Transaction& tx, OrganizationId organization,
                                      std::string_view match_id);

// Adds the match or replaces what is stored of it.
void put_match(store::Transaction& tx, OrganizationId organization, const MatchRecord& match, Time now);

// Replaces the rosters of the teams that are named: the seed's webhooks know faction1 alone. Teams without a
// key are taken in their order as faction1, faction2.
void put_roster(store::Transaction& tx, OrganizationId organization, std::string_view match_id,
                const std::vector<faceit::Team>& teams);
std::vector<Team> roster_of(store::Transaction& tx, OrganizationId organization, std::string_view match_id);
std::vector<std::string> faceit_ids(const std::vector<Team>& teams);

// Newest first, at most `limit`; with `all` the closed ones too. `prefix`: of the match id, may be empty.
std::vector<MatchRecord> list_matches(store::Transaction& tx, OrganizationId organization, bool all,
                                      std::string_view prefix, int limit);

// Those whose last answer from FACEIT is oldest come first.
std::vector<MatchRecord> open_matches(store::Transaction& tx, OrganizationId organization, int limit);

// Matches that are not closed; those of them in which this FACEIT account plays.
std::vector<std::string> live_matches(store::Transaction& tx, OrganizationId organization);
std::vector<std::string> live_matches_of(store::Transaction& tx, OrganizationId organization,
                                         std::string_view faceit_id);
std::vector<std::pair<OrganizationId, std::string>> unfinished_matches(store::Transaction& tx);

// Those of the match's players (FACEIT ids) who play in another open match as well that opened later.
std::set<std::string> players_elsewhere(store::Transaction& tx, OrganizationId organization,
                                        const MatchRecord& match, Time now);
// The rooms of all matches.
std::vector<ChannelId> match_rooms(store::Transaction& tx, OrganizationId organization);

void put_origin(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                const Plan::Move& move, std::optional<ChannelId> origin, Time now);
// Where this person was moved from into a room of that match, in its newest episode that knows.
std::optional<ChannelId> last_origin(store::Transaction& tx, OrganizationId organization,
                                     std::string_view match_id, UserId user);
void put_arrival(store::Transaction& tx, OrganizationId organization, const MatchRecord& match,
                 const Plan::Arrival& arrival, Time now);
void put_asked(store::Transaction& tx, OrganizationId organization, const MatchRecord& match, UserId user,
               std::string_view faction, int generation, Time now);
std::map<UserId, Member> members_of(store::Transaction& tx, OrganizationId organization,
                                    const MatchRecord& match);

// People who asked not to be moved.
std::set<UserId> unmoved_people(store::Transaction& tx, OrganizationId organization);
void put_moves(store::Transaction& tx, OrganizationId organization, UserId user, bool moves, Time now);

// True: it was not there, or is another one.
bool put_active(store::Transaction& tx, OrganizationId organization, std::string_view match_id,
                std::string_view faction, ChannelId channel, Time now);
void drop_active(store::Transaction& tx, OrganizationId organization, std::string_view match_id,
                 std::string_view faction);
// The voice channels that are there, by faction.
std::map<std::string, ChannelId> active_rooms(store::Transaction& tx, OrganizationId organization,
                                              std::string_view match_id);
// The voice channel of the match's first team that has one.
std::optional<ChannelId> find_active(store::Transaction& tx, OrganizationId organization,
                                     std::string_view match_id);

std::optional<Settings> find_settings(store::Transaction& tx, OrganizationId organization);
void put_settings(store::Transaction& tx, OrganizationId organization, const Settings& settings);

// What the configuration said at the last start, as to_json(Settings); empty if it never said anything.
json::object find_configured(store::Transaction& tx, OrganizationId organization);
void put_configured(store::Transaction& tx, OrganizationId organization, const json::object& configured);

}  // namespace matchday::match_voice
