// What a human may do to a match by command, button or page. Each is one change in the caller's transaction,
// with the job that acts on it; the rest follows from the plan.
#pragma once
#include <string>

#include "features/match_voice/store.hpp"
#include "features/notifications/notifications.hpp"
#include "jobs/queue.hpp"

namespace matchday::match_voice {

// Closes the match for good: no later event opens it again, only recreate_match does. `by`: for the record,
// such as "<@123>". Errors: not_found, conflict (it is closed already).
Result<> close_match(store::Transaction& tx, jobs::Queue& queue, notifications::Webhooks& webhooks,
                     OrganizationId organization, std::string_view match_id, std::string_view by, Time now);

// Makes all rooms of the match anew, also those that a human deleted; people in old rooms are moved over. A
// closed match is opened again, and closed again if FACEIT says that it is over. Errors: not_found, conflict
// (that has just begun).
Result<> recreate_match(store::Transaction& tx, jobs::Queue& queue, notifications::Webhooks& webhooks,
                        OrganizationId organization, std::string_view match_id, Time now);

// Moves this person to their team's room as soon as they are in voice, also if they left it before. Errors:
// not_found, conflict (the match is not open), invalid (they do not play in it, or are not linked), each in
// words for them.
Result<> bring_in(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                  std::string_view match_id, UserId user, Time now);

// The same for everybody who plays in it and is linked. Gives how many.
Result<int> bring_all_in(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                         std::string_view match_id, Time now);

// Stores the settings; every match that is not over is looked at again.
void change_settings(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization,
                     const Settings& settings, Time now);

// From now on what the organization follows is listed, and what is open looked after. Harmless to repeat.
void look_every_minute(store::Transaction& tx, OrganizationId organization, Time now);

// Whether this person is ever moved by us; the button still moves them.
void set_moves(store::Transaction& tx, jobs::Queue& queue, OrganizationId organization, UserId user,
               bool moves, Time now);
bool moves_of(store::Transaction& tx, OrganizationId organization, UserId user);

}  // namespace matchday::match_voice
