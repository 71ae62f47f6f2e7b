// SimDisk: files in memory below SQLite (a VFS of its own), with the difference between written and durable.
// One process at a time works on it, on one thread; names of files are durable at once, as on a journaling
// file system.
#pragma once
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.hpp"

struct sqlite3_vfs;

namespace matchday::sim {

class SimDisk {
 public:
  SimDisk();
  ~SimDisk();
  SimDisk(const SimDisk&) = delete;
  SimDisk& operator=(const SimDisk&) = delete;

  // For SqliteConnection.
  const char* vfs() const { return name_.c_str(); }

  // The process dies: what it has open can do nothing any more. Its writes stay.
  void process_dies();

  // The machine loses power: also, of what was written but not synced, each file keeps what chance keeps.
  void power_fails(Random& random);

  // Asked at every sync; true: the process dies in it, before anything is durable.
  std::function<bool()> dies_at_sync = [] { return false; };

  // What is on it now, and the way back to that: a backup and its restore. The process must be dead for the
  // way back.
  using Backup = std::map<std::string, std::string>;
  Backup back_up() const;
  void restore(const Backup& backup);

  // A disk that says "synced" and is not. For showing that the oracles notice.
  bool lies = false;

  std::uint64_t syncs() const { return syncs_; }

 private:
  struct Write {
    std::size_t offset = 0;
    std::string bytes;
    bool truncates = false;  // to `offset`
  };
  struct File {
    std::string durable;
    std::string current;
    std::vector<Write> unsynced;
    std::vector<std::unique_ptr<std::string>> shared_memory;  // SQLite's index of the write-ahead log
  };
  struct Handle;
  struct Methods;

  static void apply(std::string& contents, const Write& write);
  File& file(std::string_view name);

  std::string name_;
  std::unique_ptr<sqlite3_vfs> vfs_;
  std::map<std::string, std::shared_ptr<File>, std::less<>> files_;
  std::vector<std::unique_ptr<std::string>> buried_;
  std::uint64_t process_ = 1;
  std::uint64_t syncs_ = 0;
};

}  // namespace matchday::sim
