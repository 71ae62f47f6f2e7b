// The data directory: whoever works in it says so by a lock that the system drops when they die.
#pragma once
#include <filesystem>

#include "base/error.hpp"

namespace matchday::store {

enum class Hold {
  alone,   // the database is in it
  shared,  // only the key is: several processes may use it
};

class DataDirectory {
 public:
  // Creates the directory if needed (for its owner only) and takes the lock. Errors: `conflict` when another
  // process holds it, `unavailable` when it cannot be created or written.
  static Result<DataDirectory> open(std::filesystem::path path, Hold hold = Hold::alone);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&&) = delete;
  ~DataDirectory();

  const std::filesystem::path& path() const { return path_; }
  std::string file(std::string_view name) const { return (path_ / name).string(); }

 private:
  DataDirectory(std::filesystem::path path, int lock) : path_(std::move(path)), lock_(lock) {}
  std::filesystem::path path_;
  int lock_;
};

}  // namespace matchday::store
