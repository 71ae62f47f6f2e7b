// A copy of a SQLite database while it is in use: one moment of it, whole, in one file.
#pragma once
#include <functional>
#include <string>

#include "base/error.hpp"

namespace matchday::store {

// Writes to `target`, which must not exist, and syncs it. Nobody who works on `source` waits. Errors: invalid
// (target exists), not_found (no database at source), unavailable (cannot be read or written; no target is
// left behind).
Result<> back_up(const std::string& source, const std::string& target);

// Puts a copy of the database `source` in the place of `target`. The one that was there is kept as `kept`.
// Either all of it happens or nothing, also when the power fails: `before` is called when the copy is whole
// and everything but one rename is done; its error stops it. Nobody else may have `target` open. Errors:
// unavailable.
Result<> put_in_place(const std::string& source, const std::string& target, const std::string& kept,
                      const std::function<Result<>()>& before);

// Writes what the system still holds of a file, and of its name.
bool sync_file(const std::string& path);

// Checks that the file is a whole database of Matchday's. Errors: not_found, invalid.
Result<> check_backup(const std::string& path);

}  // namespace matchday::store
