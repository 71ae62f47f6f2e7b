// A copy of a SQLite database while it is in use: one moment of it, whole, in one file.
#pragma once
#include <string>

#include "base/error.hpp"

namespace matchday::store {

// Writes to `target`, which must not exist, and syncs it. Nobody who works on `source` waits. Errors: invalid
// (target exists), not_found (no database at source), unavailable (cannot be read or written; no target is
// left behind).
Result<> back_up(const std::string& source, const std::string& target);

// Checks that the file is a whole database of Matchday's. Errors: not_found, invalid.
Result<> check_backup(const std::string& path);

}  // namespace matchday::store
