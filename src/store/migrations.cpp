// See migrations.hpp.
#include "store/migrations.hpp"

#include <fmt/format.h>

#include <charconv>
#include <map>

#include "base/crypto.hpp"
#include "base/log.hpp"
#include "store/database.hpp"

namespace matchday::store {
namespace {

constexpr std::string_view ledger_table =
    "create table if not exists schema_migrations ("
    "  module text not null, number integer not null, name text not null, checksum text not null,"
    "  applied_at_ms bigint not null, primary key (module, number))";

using Checksums = std::map<std::pair<std::string, int>, std::string>;

Checksums applied_ones(Session& session) {
  Checksums out;
  for (const auto& row : session.run("select module, number, checksum from schema_migrations", {}))
    out[{row.get<std::string>("module"), row.get<int>("number")}] = row.get<std::string>("checksum");
  return out;
}

// What was applied before. Makes the ledger in an empty database.
Checksums prepare(Session& session) {
  Checksums applied;
  in_transaction(session, Access::exclusive, [&] {
    session.script(ledger_table);
    applied = applied_ones(session);
    return true;
  });
  return applied;
}

// Applies one migration and remembers it, both or neither. Another process that starts at the same time may
// have been faster.
Result<> apply(Session& session, const Migration& migration, const std::string& checksum, Time now) {
  bool applied = false;
  try {
    in_transaction(
        session, Access::exclusive,
        [&] {
          if (applied_ones(session).contains({migration.module, migration.number})) return false;
          session.script(migration.sql);
          session.run(
              "insert into schema_migrations (module, number, name, checksum, applied_at_ms)"
              " values (:module, :number, :name, :checksum, :now)",
              {{"module", migration.module},
               {"number", migration.number},
               {"name", migration.name},
               {"checksum", checksum},
               {"now", now}});
          return true;
        },
        &applied);
  } catch (const SqlError& fault) {
    return fail(ErrorKind::internal, fmt::format("Migration {}/{} failed and was undone: {}",
                                                 migration.module, migration.name, fault.what()));
  }
  if (applied)
    log::info("Applied a migration", {{"module", migration.module}, {"migration", migration.name}});
  return {};
}

}  // namespace

std::vector<Migration> migrations_of(std::string_view module, std::span<const EmbeddedFile> files) {
  std::map<int, Migration> ordered;
  for (const auto& file : files) {
    int number = 0;
    std::from_chars(file.name.data(), file.name.data() + file.name.size(), number);
    ordered[number] =
        Migration{std::string(module), number, std::string(file.name), std::string(file.contents)};
  }
  std::vector<Migration> out;
  for (auto& [number, migration] : ordered) {
    CHECK(number == static_cast<int>(out.size()) + 1);
    out.push_back(std::move(migration));
  }
  return out;
}

Result<> migrate(Session& session, const std::vector<Migration>& migrations, Time now) {
  Checksums applied;
  try {
    applied = prepare(session);
  } catch (const SqlError& fault) {
    return std::unexpected(
        Error{.kind = ErrorKind::unavailable,
              .message = fmt::format("The database cannot be prepared: {}", fault.what())});
  }
  std::vector<std::pair<const Migration*, std::string>> missing;
  for (const auto& migration : migrations) {
    auto checksum = crypto::to_hex(crypto::sha256(migration.sql));
    const auto found = applied.find({migration.module, migration.number});
    if (found == applied.end()) {
      missing.emplace_back(&migration, std::move(checksum));
    } else if (found->second != checksum) {
      return fail(ErrorKind::conflict,
                  fmt::format("Migration {}/{} was changed after it had been applied to this database. "
                              "Start the version that applied it, or restore a backup.",
                              migration.module, migration.name));
    } else {
      applied.erase(found);
    }
  }
  if (!applied.empty()) {
    const auto& [module, number] = applied.begin()->first;
    return fail(
        ErrorKind::conflict,
        fmt::format("This database was made by a newer version of Matchday (it has {} {}, unknown here). "
                    "Start that version, or restore a backup from before the upgrade.",
                    module, number));
  }
  for (const auto& [migration, checksum] : missing) {
    if (auto done = apply(session, *migration, checksum, now); !done) return done;
  }
  return {};
}

}  // namespace matchday::store
