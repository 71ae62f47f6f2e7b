// What organizations keep of one person: given to them, and removed when they delete their account. Every
// function runs in its caller's transaction. Private to organizations.
#pragma once
#include "base/id.hpp"
#include "base/json.hpp"
#include "store/database.hpp"

namespace matchday::organizations {

json::object export_person(store::Transaction& tx, UserId user);

// Their memberships and requests go; what they made for others (invitations, connected Discord servers) stays
// without their id. Error `conflict`: an organization would be left without an owner.
Result<> erase_person(store::Transaction& tx, IdSource& ids, UserId user, Time now);

}  // namespace matchday::organizations
