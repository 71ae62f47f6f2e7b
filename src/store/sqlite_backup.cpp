// See sqlite_backup.hpp.
#include "store/sqlite_backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "store/sqlite_connection.hpp"

namespace matchday::store {
namespace {

// What was committed lately stands beside a database, in its log: after this it is in the file itself. A file
// that is no database keeps what it has.
void fold_log(const std::string& path) {
  try {
    SqliteConnection connection(path, SqliteMode::write);
    connection.run("pragma wal_checkpoint(truncate)", {});
  } catch (const SqlError&) {  // NOLINT: it is being replaced, and is kept as it is
  }
}

}  // namespace

// The file and its name survive a power cut from here on.
bool sync_file(const std::string& path) {
  const auto sync_one = [](const std::string& name) {
    const int opened = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
    if (opened < 0) return false;
    const bool synced = ::fsync(opened) == 0;
    ::close(opened);
    return synced;
  };
  const auto folder = std::filesystem::absolute(path).parent_path().string();
  return sync_one(path) && sync_one(folder);
}

Result<> put_in_place(const std::string& source, const std::string& target, const std::string& kept,
                      const std::function<Result<>()>& before) {
  namespace fs = std::filesystem;
  const auto draft = target + ".restored";
  std::error_code error;
  fs::remove(draft, error);
  if (auto copied = back_up(source, draft); !copied) return copied;
  const auto undo = [&](std::string_view why) -> Result<> {
    std::error_code ignored;
    fs::remove(draft, ignored);
    if (fs::exists(target)) fs::remove(kept, ignored);
    return fail(ErrorKind::unavailable, fmt::format("{} cannot be put in place: {}", source, why));
  };
  if (fs::exists(target)) {
    fold_log(target);
    fs::create_hard_link(target, kept, error);
    if (error) fs::copy_file(target, kept, error);  // a file system without links
    if (error || !sync_file(kept)) return undo("the database that is there cannot be kept");
  }
  if (auto ready = before(); !ready) return undo(ready.error().message);
  // Of a file that is no database; a whole one has none any more.
  for (const auto* suffix : {"-wal", "-shm"}) {
    if (fs::exists(target + suffix)) fs::rename(target + suffix, kept + suffix, error);
  }
  fs::rename(draft, target, error);
  if (error || !sync_file(target)) return undo(error ? error.message() : "it cannot be written");
  return {};
}

Result<> back_up(const std::string& source, const std::string& target) {
  if (!std::filesystem::exists(source))
    return fail(ErrorKind::not_found, fmt::format("There is no database at {}.", source));
  if (std::filesystem::exists(target))
    return fail(ErrorKind::invalid, fmt::format("{} exists already. Choose another name.", target));
  // Under another name until it is whole.
  const auto draft = target + ".partial";
  std::error_code ignored;
  std::filesystem::remove(draft, ignored);
  try {
    SqliteConnection connection(source, SqliteMode::read_only);
    connection.run("vacuum into :target", {{"target", draft}});
  } catch (const SqlError& fault) {
    std::filesystem::remove(draft, ignored);
    return fail(ErrorKind::unavailable,
                fmt::format("The backup {} cannot be written: {}", target, fault.what()));
  }
  std::error_code error;
  if (sync_file(draft)) std::filesystem::rename(draft, target, error);
  if (error || !sync_file(target)) {
    std::filesystem::remove(draft, ignored);
    return fail(ErrorKind::unavailable, fmt::format("The backup {} cannot be written.", target));
  }
  return {};
}

Result<> check_backup(const std::string& path) {
  if (!std::filesystem::is_regular_file(path))
    return fail(ErrorKind::not_found, fmt::format("There is no file {}.", path));
  try {
    SqliteConnection connection(path, SqliteMode::read_only);
    connection.run("select count(module) as n from schema_migrations", {});
    const auto checked =
        connection.run("pragma integrity_check(1)", {}).front().get<std::string>("integrity_check");
    if (checked != "ok") return fail(ErrorKind::invalid, fmt::format("{} is damaged: {}", path, checked));
  } catch (const SqlError& fault) {
    return fail(ErrorKind::invalid, fmt::format("{} is no backup of Matchday's: {}", path, fault.what()));
  }
  return {};
}

}  // namespace matchday::store
