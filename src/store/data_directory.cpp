// See data_directory.hpp.
#include "store/data_directory.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

namespace matchday::store {

Result<DataDirectory> DataDirectory::open(std::filesystem::path path, Hold hold) {
  std::error_code error;
  const bool made = std::filesystem::create_directories(path, error);
  if (made && !error) std::filesystem::permissions(path, std::filesystem::perms::owner_all, error);
  if (error) {
    return fail(ErrorKind::unavailable,
                fmt::format("The data directory {} cannot be created: {}", path.string(), error.message()));
  }
  const auto lock_file = (path / "matchday.lock").string();
  const int lock = ::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (lock < 0) {
    return fail(ErrorKind::unavailable, fmt::format("The data directory {} is not writable: {}",
                                                    path.string(), std::strerror(errno)));
  }
  if (::flock(lock, (hold == Hold::alone ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0) {
    ::close(lock);
    return fail(
        ErrorKind::conflict,
        fmt::format(
            "Another Matchday process works in {}. Stop it first, or set MATCHDAY_DATA_DIR to another "
            "directory.",
            path.string()));
  }
  return DataDirectory(std::move(path), lock);
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_(std::exchange(other.lock_, -1)) {}

DataDirectory::~DataDirectory() {
  if (lock_ >= 0) ::close(lock_);
}

}  // namespace matchday::store
