// The life of a match as we know it: what an event of FACEIT's, or FACEIT's own answer, makes of what is
// stored. Pure and table-tested. Events are ordered by their own time, then by the match's version; never by
// arrival.
#pragma once
#include <optional>

#include "features/match_voice/store.hpp"
#include "platforms/faceit/webhook.hpp"

namespace matchday::match_voice {

// What one event makes of what is known of its match. `known` is nothing for a match never heard of. Gives
// the match as it should be stored, or nothing when the event changes nothing (late, or about a closed
// match).
std::optional<MatchRecord> apply_event(std::optional<MatchRecord> known, const faceit::Notification& event,
                                       Time received);

// What FACEIT's own answer makes of a match; `known` is nothing when a listing named one never heard of. It
// closes what is over, opens again what was restarted, and keeps what people read. Gives nothing for an
// unknown match that is over.
std::optional<MatchRecord> apply_truth(std::optional<MatchRecord> known, const faceit::Match& truth,
                                       Time now);

// The match has ended for us. Harmless for one that is not open.
void close(MatchRecord& match, std::string_view reason, Time now);

// The match goes on after it was closed: its rooms are made anew.
void reopen(MatchRecord& match, Time now);

// Is this match the community's business? What is not told yet (empty) does not speak against it.
bool concerns(const Following& following, const MatchRecord& match);

}  // namespace matchday::match_voice
