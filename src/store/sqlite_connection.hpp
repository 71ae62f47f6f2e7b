// One SQLite connection with its prepared statements. Not thread-safe: one thread at a time uses it.
// Not here: who runs what when (sqlite_engine.hpp).
#pragma once
#include <memory>
#include <string>
#include <unordered_map>

#include "store/sql.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace matchday::store {

enum class SqliteMode { write, read_only };

class SqliteConnection final : public Session {
 public:
  // Opens (and in write mode creates) the file; WAL and synchronous=FULL. Throws SqlError. `vfs` names
  // another file layer than the system's: the simulator's, which can lose power.
  SqliteConnection(const std::string& path, SqliteMode mode, const char* vfs = nullptr);
  ~SqliteConnection() override;
  SqliteConnection(const SqliteConnection&) = delete;
  SqliteConnection& operator=(const SqliteConnection&) = delete;

  Rows run(std::string_view sql, Params params) override;
  void script(std::string_view sql) override;
  void begin(Access access) override;

  // While `stop` says true, a running statement ends with `unavailable`. Called every few thousand
  // virtual-machine steps.
  void set_interrupt(std::function<bool()> stop);

 private:
  struct CloseDatabase {
    void operator()(sqlite3* database) const;
  };
  struct FinalizeStatement {
    void operator()(sqlite3_stmt* statement) const;
  };
  sqlite3_stmt* prepared(std::string_view sql);
  [[noreturn]] void fail_now() const;

  std::unique_ptr<sqlite3, CloseDatabase> database_;
  std::unordered_map<std::string, std::unique_ptr<sqlite3_stmt, FinalizeStatement>> statements_;
  std::function<bool()> interrupt_;
};

}  // namespace matchday::store
