// What match voice keeps of one person: given to them, and removed when they delete their account. Every
// function runs in its caller's transaction. Private to match voice.
#pragma once
#include <string_view>

#include "base/id.hpp"
#include "base/json.hpp"
#include "store/database.hpp"

namespace matchday::match_voice {

// Matches in which their linked accounts play, rooms into which they were moved, where they asked not to be.
json::object export_person(store::Transaction& tx, UserId user);

// Nothing of them stays but where they came from into matches that are not over: they are still brought back
// there. forget_people() removes that with the match's end.
void erase_person(store::Transaction& tx, UserId user);

// The match is over: whoever deleted their account during it goes from its members.
void forget_people(store::Transaction& tx, OrganizationId organization, std::string_view match_id);

}  // namespace matchday::match_voice
