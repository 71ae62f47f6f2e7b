// Schema changes: numbered SQL files of each module, applied once, in order, each in a transaction of its own
// and remembered with a checksum. What was applied may never change; what a newer version applied stops an
// older one.
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/embedded.hpp"
#include "base/time.hpp"
#include "store/sql.hpp"

namespace matchday::store {

struct Migration {
  std::string module;  // "jobs", "match_voice"
  int number = 0;      // from the file's name, counting from 1 without gaps within its module
  std::string name;    // "001_jobs.sql"
  std::string sql;
};

// The module's migrations out of its embedded schema folder. CHECKs that the numbers run 1, 2, 3, ...
std::vector<Migration> migrations_of(std::string_view module, std::span<const EmbeddedFile> files);

// Brings the database to the given migrations. Errors (nothing was changed by the failing step): `conflict`
// when an applied migration is unknown here (the database is newer) or has another checksum; `internal` when
// its SQL fails.
Result<> migrate(Session& session, const std::vector<Migration>& migrations, Time now);

}  // namespace matchday::store
