// See sim_disk.hpp. The functions that SQLite calls are documented in its "OS Interface" pages
// (sqlite.org/c3ref/vfs.html, io_methods.html).
#include "sim/disk/sim_disk.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cstring>

namespace matchday::sim {
namespace {

constexpr std::size_t sector = 512;  // what a disk writes whole or not at all
constexpr int paths_max = 512;

}  // namespace

// What SQLite holds for an open file. `base` comes first: SQLite knows the address as that.
struct SimDisk::Handle {
  sqlite3_file base;
  SimDisk* disk;
  std::shared_ptr<File>* file;
  std::uint64_t process;  // that opened it

  bool dead() const { return process != disk->process_; }
};

struct SimDisk::Methods {
  static Handle& handle(sqlite3_file* opened) { return *reinterpret_cast<Handle*>(opened); }

  static int close(sqlite3_file* opened) {
    delete handle(opened).file;
    return SQLITE_OK;
  }
  static int read(sqlite3_file* opened, void* to, int amount, sqlite3_int64 offset) {
    auto& from = handle(opened);
    if (from.dead()) return SQLITE_IOERR_READ;
    const auto& contents = (*from.file)->current;
    const auto begin = std::min(static_cast<std::size_t>(offset), contents.size());
    const auto there = std::min(static_cast<std::size_t>(amount), contents.size() - begin);
    std::memcpy(to, contents.data() + begin, there);
    std::memset(static_cast<char*>(to) + there, 0, static_cast<std::size_t>(amount) - there);
    return there == static_cast<std::size_t>(amount) ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
  }
  static int change(Handle& opened, Write write) {
    if (opened.dead()) return SQLITE_IOERR_WRITE;
    apply((*opened.file)->current, write);
    (*opened.file)->unsynced.push_back(std::move(write));
    return SQLITE_OK;
  }
  static int write(sqlite3_file* opened, const void* from, int amount, sqlite3_int64 offset) {
    return change(handle(opened),
                  {.offset = static_cast<std::size_t>(offset),
                   .bytes = std::string(static_cast<const char*>(from), static_cast<std::size_t>(amount))});
  }
  static int truncate(sqlite3_file* opened, sqlite3_int64 size) {
    return change(handle(opened), {.offset = static_cast<std::size_t>(size), .truncates = true});
  }
  static int sync(sqlite3_file* opened, int) {
    auto& synced = handle(opened);
    if (synced.dead()) return SQLITE_IOERR_FSYNC;
    ++synced.disk->syncs_;
    if (synced.disk->dies_at_sync()) {
      synced.disk->process_dies();
      return SQLITE_IOERR_FSYNC;
    }
    if (synced.disk->lies) return SQLITE_OK;
    auto& file = **synced.file;
    for (const auto& write : file.unsynced) apply(file.durable, write);
    file.unsynced.clear();
    return SQLITE_OK;
  }
  static int size(sqlite3_file* opened, sqlite3_int64* out) {
    *out = static_cast<sqlite3_int64>((*handle(opened).file)->current.size());
    return SQLITE_OK;
  }
  // One connection of one process: nobody to keep out.
  static int lock(sqlite3_file*, int) { return SQLITE_OK; }
  static int is_locked(sqlite3_file*, int* out) {
    *out = 0;
    return SQLITE_OK;
  }
  static int control(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
  static int sector_size(sqlite3_file*) { return static_cast<int>(sector); }
  static int characteristics(sqlite3_file*) { return 0; }

  static int map_shared(sqlite3_file* opened, int region, int bytes, int extend, void volatile** out) {
    auto& regions = (*handle(opened).file)->shared_memory;
    while (extend != 0 && regions.size() <= static_cast<std::size_t>(region))
      regions.push_back(std::make_unique<std::string>(static_cast<std::size_t>(bytes), '\0'));
    *out = static_cast<std::size_t>(region) < regions.size()
               ? regions[static_cast<std::size_t>(region)]->data()
               : nullptr;
    return SQLITE_OK;
  }
  static int lock_shared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
  static void barrier(sqlite3_file*) {}
  static int unmap_shared(sqlite3_file* opened, int) {
    if (!handle(opened).dead()) (*handle(opened).file)->shared_memory.clear();
    return SQLITE_OK;
  }

  static const sqlite3_io_methods* table() {
    static const sqlite3_io_methods methods{.iVersion = 2,
                                            .xClose = close,
                                            .xRead = read,
                                            .xWrite = write,
                                            .xTruncate = truncate,
                                            .xSync = sync,
                                            .xFileSize = size,
                                            .xLock = lock,
                                            .xUnlock = lock,
                                            .xCheckReservedLock = is_locked,
                                            .xFileControl = control,
                                            .xSectorSize = sector_size,
                                            .xDeviceCharacteristics = characteristics,
                                            .xShmMap = map_shared,
                                            .xShmLock = lock_shared,
                                            .xShmBarrier = barrier,
                                            .xShmUnmap = unmap_shared,
                                            .xFetch = nullptr,
                                            .xUnfetch = nullptr};
    return &methods;
  }

  static SimDisk& disk(sqlite3_vfs* vfs) { return *static_cast<SimDisk*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* opened, int flags, int* flags_out) {
    auto& owner = disk(vfs);
    opened->pMethods = nullptr;
    const std::string name = path ? path : fmt::format("temporary-{}", owner.files_.size());
    if ((flags & SQLITE_OPEN_CREATE) == 0 && !owner.files_.contains(name)) return SQLITE_CANTOPEN;
    auto& file = owner.files_[name];
    if (!file) file = std::make_shared<File>();
    auto& out = handle(opened);
    out.disk = &owner;
    out.file = new std::shared_ptr<File>(file);
    out.process = owner.process_;
    opened->pMethods = table();
    if (flags_out) *flags_out = flags;
    return SQLITE_OK;
  }
  static int remove(sqlite3_vfs* vfs, const char* path, int) {
    return disk(vfs).files_.erase(path) > 0 ? SQLITE_OK : SQLITE_IOERR_DELETE_NOENT;
  }
  static int access(sqlite3_vfs* vfs, const char* path, int, int* out) {
    *out = disk(vfs).files_.contains(path) ? 1 : 0;
    return SQLITE_OK;
  }
  static int full_path(sqlite3_vfs*, const char* path, int space, char* out) {
    sqlite3_snprintf(space, out, "%s", path);
    return SQLITE_OK;
  }
  // SQLite seeds its own generator with it, which names nothing that we keep.
  static int randomness(sqlite3_vfs*, int bytes, char* out) {
    std::memset(out, 7, static_cast<std::size_t>(bytes));
    return bytes;
  }
  static int sleep(sqlite3_vfs*, int microseconds) { return microseconds; }
  static int time(sqlite3_vfs*, double* out) {
    *out = 2460000.5;  // our SQL never asks
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }
};

SimDisk::SimDisk() {
  static std::uint64_t number = 0;
  name_ = fmt::format("sim-disk-{}", ++number);
  vfs_ = std::make_unique<sqlite3_vfs>(sqlite3_vfs{.iVersion = 1,
                                                   .szOsFile = sizeof(Handle),
                                                   .mxPathname = paths_max,
                                                   .zName = name_.c_str(),
                                                   .pAppData = this,
                                                   .xOpen = Methods::open,
                                                   .xDelete = Methods::remove,
                                                   .xAccess = Methods::access,
                                                   .xFullPathname = Methods::full_path,
                                                   .xRandomness = Methods::randomness,
                                                   .xSleep = Methods::sleep,
                                                   .xCurrentTime = Methods::time,
                                                   .xGetLastError = Methods::last_error});
  CHECK(sqlite3_vfs_register(vfs_.get(), 0) == SQLITE_OK);
}

SimDisk::~SimDisk() {
  sqlite3_vfs_unregister(vfs_.get());
}

void SimDisk::apply(std::string& contents, const Write& write) {
  if (write.truncates) return contents.resize(write.offset);
  if (contents.size() < write.offset + write.bytes.size()) contents.resize(write.offset + write.bytes.size());
  contents.replace(write.offset, write.bytes.size(), write.bytes);
}

void SimDisk::process_dies() {
  ++process_;
  // The dead process's connection may still look at its memory while it is buried.
  buried_.clear();
  for (auto& [name, file] : files_)
    std::ranges::move(std::exchange(file->shared_memory, {}), std::back_inserter(buried_));
}

SimDisk::Backup SimDisk::back_up() const {
  Backup out;
  for (const auto& [name, file] : files_) out[name] = file->current;
  return out;
}

void SimDisk::restore(const Backup& backup) {
  files_.clear();
  for (const auto& [name, contents] : backup)
    files_[name] = std::make_shared<File>(File{.durable = contents, .current = contents});
}

void SimDisk::power_fails(Random& random) {
  process_dies();
  const double kept = std::array{0.0, 1.0, 0.5}[static_cast<std::size_t>(random.between(0, 2))];
  for (auto& [name, file] : files_) {
    for (const auto& write : std::exchange(file->unsynced, {})) {
      if (write.truncates) {
        if (random.chance(kept)) apply(file->durable, write);
        continue;
      }
      for (std::size_t at = 0; at < write.bytes.size(); at += sector) {
        if (random.chance(kept))
          apply(file->durable, {.offset = write.offset + at, .bytes = write.bytes.substr(at, sector)});
      }
    }
    file->current = file->durable;
  }
}

}  // namespace matchday::sim
