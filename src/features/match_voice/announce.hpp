// What webhooks tell of a match. Called in the transaction of a match's change, once its row and roster are
// stored: then each change is told once, however often planners run. Private to match_voice.
#pragma once
#include <optional>

#include "features/match_voice/store.hpp"
#include "features/notifications/notifications.hpp"

namespace matchday::match_voice {

// Nothing for a match never heard of.
std::optional<Phase> phase_of(const std::optional<MatchRecord>& match);

// Tells that the match has come from one phase to another; nothing, if it has not. One that was over when we
// first heard of it is not told of.
void announce_phase(store::Transaction& tx, notifications::Webhooks& webhooks, OrganizationId organization,
                    std::optional<Phase> before, const MatchRecord& match, Time now);

// Tells that all its rooms are there.
void announce_rooms(store::Transaction& tx, notifications::Webhooks& webhooks, OrganizationId organization,
                    const MatchRecord& match, Time now);

}  // namespace matchday::match_voice
