// `matchday backup`, `restore` and `adopt-identity`. A backup is taken while the server runs; restoring and
// adopting are for a server that stands still. With PostgreSQL its own tools copy the data, and `restore`
// without a file marks it.
#include <fmt/format.h>

#include <cstdio>
#include <filesystem>
#include <fstream>

#include "server/installation.hpp"
#include "server/program/commands.hpp"
#include "store/data_directory.hpp"
#include "store/postgres_connection.hpp"
#include "store/sqlite_backup.hpp"
#include "store/sqlite_connection.hpp"

namespace matchday::server {
namespace {

namespace fs = std::filesystem;

int refuse(const std::string& sentence) {
  fmt::print(stderr, "{}\n", sentence);
  return 1;
}

std::string database_of(const Config& config) {
  return (fs::path(config.data_dir) / "matchday.db").string();
}

std::string key_words(const Config& config) {
  if (!config.key_file.empty()) return config.key_file;
  if (!config.sec_key.empty()) return "the text in SEC_KEY";
  return (fs::path(config.data_dir) / "matchday.key").string();
}

constexpr std::string_view after_restore =
    "Until you say `matchday adopt-identity`, the server looks for everything before it makes it, adopts "
    "what is "
    "there, and removes nothing that it does not know. Start it, see that all is well, stop it, and say so.";

// The database of a server that stands still, and the lock that keeps it so.
struct Still {
  std::optional<store::DataDirectory> directory;
  std::unique_ptr<store::Session> session;
  std::optional<std::string> identity;
};

// Throws SqlError.
Result<Still> open_still(const Config& config, const Clock& clock) {
  Still out;
  if (!config.database_url.empty()) {
    out.session = std::make_unique<store::PostgresConnection>(
        clock, store::PostgresOptions{.url = config.database_url});
    return out;
  }
  auto directory = store::DataDirectory::open(config.data_dir);
  if (!directory) return std::unexpected(directory.error());
  out.directory.emplace(std::move(*directory));
  const auto path = database_of(config);
  if (!fs::exists(path)) return fail(ErrorKind::not_found, fmt::format("There is no database at {}.", path));
  out.session = std::make_unique<store::SqliteConnection>(path, store::SqliteMode::write);
  out.identity = identity_of(path);
  return out;
}

// Puts the backup where the database was, which is kept under another name.
Result<> put_in_place(const Config& config, const std::string& backup, Time now) {
  if (auto checked = store::check_backup(backup); !checked) return checked;
  const auto directory = store::DataDirectory::open(config.data_dir);
  if (!directory) return std::unexpected(directory.error());
  const auto path = database_of(config);
  const auto kept = fmt::format("{}.before-restore-{}", path, to_ms(now));
  // Before the file itself: a restored database is never taken for the one that was there.
  const auto mark = [&config]() -> Result<> {
    const auto mark_file = restored_mark(config.data_dir);
    std::ofstream file(mark_file);
    file.close();
    if (file && store::sync_file(mark_file)) return {};
    return fail(ErrorKind::unavailable, fmt::format("{} cannot be written", mark_file));
  };
  if (auto placed = store::put_in_place(backup, path, kept, mark); !placed) return placed;
  if (fs::exists(kept)) fmt::print("The database that was there is kept as {}.\n", kept);
  return {};
}

}  // namespace

int back_up(const Config& config, const std::string& file) {
  if (!config.database_url.empty()) {
    return refuse(
        "The data is in PostgreSQL: back it up with its own tools, such as `pg_dump --format=custom`, and "
        "keep the key "
        "beside it: " +
        key_words(config) + ".");
  }
  if (auto done = store::back_up(database_of(config), file); !done) return refuse(done.error().message);
  fmt::print(
      "{} holds everything up to now ({} KB).\nKeep beside it: {}. Without that key a restored server does "
      "not recognise "
      "its own channels, and sealed secrets do not open.\n",
      file, fs::file_size(file) / 1024, key_words(config));
  return 0;
}

int restore(const Config& config, const std::string& file) {
  const SystemClock clock;
  const bool shared = !config.database_url.empty();
  if (shared != file.empty()) {
    return refuse(
        shared ? "The data is in PostgreSQL: restore it with pg_restore, and then say `matchday restore` "
                 "without a file."
               : "Which backup? Say `matchday restore FILE`.");
  }
  if (!shared) {
    if (auto placed = put_in_place(config, file, clock.now()); !placed) return refuse(placed.error().message);
  } else {
    try {
      auto still = open_still(config, clock);
      if (!still) return refuse(still.error().message);
      mark_restored(*still->session, std::nullopt, clock.now());
    } catch (const store::SqlError& fault) {
      return refuse(fmt::format("The database cannot be marked as restored: {}", fault.what()));
    }
  }
  fmt::print("Restored. {}\n", after_restore);
  return 0;
}

int adopt_identity(const Config& config) {
  const SystemClock clock;
  try {
    auto still = open_still(config, clock);
    if (!still) return refuse(still.error().message);
    adopt_identity(*still->session, still->identity);
  } catch (const store::SqlError& fault) {
    return refuse(fmt::format("The database cannot be used: {}", fault.what()));
  }
  fmt::print(
      "This installation is the one. The next sweep removes what nothing wants, a little at a time.\n");
  return 0;
}

}  // namespace matchday::server
