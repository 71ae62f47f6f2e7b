// The installation: a database, the key that belongs to it, and the place where it lives. A wrong key is
// refused: its markers would recognise nothing, and its secrets would not open. A database file that was
// copied or moved goes on, carefully (effects/adoption.hpp), until the operator says `matchday
// adopt-identity`.
#pragma once
#include <optional>
#include <string>

#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/time.hpp"
#include "store/sql.hpp"

namespace matchday::server {

// Device and inode of a file; nothing if there is no such file.
std::optional<std::string> identity_of(const std::string& path);

// The file that says, to the next start, that the database in this data directory was restored. Not in the
// database: a backup may be of an older version, which has no place for it.
std::string restored_mark(const std::string& data_directory);

// After the migrations, before any work: writes down the key and the place of a new database, and compares
// those of an old one. `file_identity`: nothing for PostgreSQL. Error: conflict, for a key that is not this
// database's.
Result<> check_installation(store::Session& session, const Secret<std::string>& master_key,
                            const std::optional<std::string>& file_identity, Time now);

// The database was restored from a backup: what it knows is old. What only the process of back then could
// know goes.
void mark_restored(store::Session& session, const std::optional<std::string>& file_identity, Time now);

// The operator says that this one is the one: what it does not know of, nothing else knows of either.
void adopt_identity(store::Session& session, const std::optional<std::string>& file_identity);

}  // namespace matchday::server
