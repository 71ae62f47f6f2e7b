// See sqlite_backup.hpp.
#include "store/sqlite_backup.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>

#include "store/sqlite_connection.hpp"

namespace matchday::store {
namespace {

// The file and its name survive a power cut from here on.
bool sync(const std::string& path) {
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

}  // namespace

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
  if (sync(draft)) std::filesystem::rename(draft, target, error);
  if (error || !sync(target)) {
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
    connection.run("select count(*) as n from schema_migrations", {});
    const auto checked =
        connection.run("pragma integrity_check(1)", {}).front().get<std::string>("integrity_check");
    if (checked != "ok") return fail(ErrorKind::invalid, fmt::format("{} is damaged: {}", path, checked));
  } catch (const SqlError& fault) {
    return fail(ErrorKind::invalid, fmt::format("{} is no backup of Matchday's: {}", path, fault.what()));
  }
  return {};
}

}  // namespace matchday::store
