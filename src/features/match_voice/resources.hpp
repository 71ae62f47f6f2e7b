// The names under which match voice keeps its remote things and its jobs: purposes, owners, job kinds.
#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "effects/ledger.hpp"
#include "features/match_voice/store.hpp"
#include "jobs/queue.hpp"

namespace matchday::match_voice {

inline constexpr std::string_view converge_match_job = "match_voice.converge";
inline constexpr std::string_view refresh_match_job = "match_voice.refresh";
inline constexpr std::string_view poll_job = "match_voice.poll";
// A Discord server was connected; the subject is its id.
inline constexpr std::string_view set_up_job = "match_voice.set_up";

// Of FACEIT's webhook: as a source of the inbox, and what its secret is for.
inline constexpr std::string_view webhook_source = "faceit.webhook";
inline constexpr std::string_view secret_purpose = "faceit";
inline constexpr std::string_view link_changed_job = "match_voice.link_changed";

inline constexpr std::string_view channel_purpose = "match_voice.channel";
inline constexpr std::string_view move_purpose = "match_voice.move";
inline constexpr std::string_view card_purpose = "match_voice.card";
inline constexpr std::string_view notice_purpose = "match_voice.notice";
inline constexpr std::string_view status_purpose = "match_voice.status";
inline constexpr std::string_view category_purpose = "match_voice.category";
inline constexpr std::string_view overflow_subject = "overflow";  // of all categories that we made

// Which way somebody is moved.
inline constexpr std::string_view way_in = "in";
inline constexpr std::string_view way_out = "out";

std::string channel_owner(std::string_view match_id, std::string_view faction);
std::string card_owner(std::string_view match_id);
std::string category_owner(int number);
// "match/1-abc/0/in/123": one person's way into, or out of, one episode of a match.
std::string move_owner(const MatchRecord& match, std::string_view way, UserId user);
// "match/1-abc/0/status/faction1": something shown in the room of one episode.
std::string shown_owner(const MatchRecord& match, std::string_view what, std::string_view faction);

// The newest generation of each person's move on that way.
std::map<UserId, MoveView> moves_of(const std::vector<effects::Resource>& moves, const MatchRecord& match,
                                    std::string_view way);

// The match is planned again; FACEIT is asked about it.
void look_at(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
             std::string_view match_id, Time at);
void ask_about(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
               std::string_view match_id, Time at);

}  // namespace matchday::match_voice
