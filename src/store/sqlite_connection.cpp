// See sqlite_connection.hpp.
#include "store/sqlite_connection.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

namespace matchday::store {
namespace {

SqlFault classify(int extended) {
  switch (extended) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
      return SqlFault::unique;
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return SqlFault::foreign_key;
    default:
      break;
  }
  switch (extended & 0xff) {
    case SQLITE_CONSTRAINT:
      return SqlFault::constraint;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return SqlFault::retry;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
    case SQLITE_INTERRUPT:
    case SQLITE_NOMEM:
      return SqlFault::unavailable;
    default:
      return SqlFault::other;
  }
}

void bind(sqlite3_stmt* statement, int index, const Value& value) {
  struct Binder {
    sqlite3_stmt* statement;
    int index;
    void operator()(std::nullptr_t) const { sqlite3_bind_null(statement, index); }
    void operator()(std::int64_t number) const { sqlite3_bind_int64(statement, index, number); }
    void operator()(double number) const { sqlite3_bind_double(statement, index, number); }
    void operator()(const std::string& text) const {
      // The parameters outlive the statement's run, so SQLite need not copy them.
      sqlite3_bind_text64(statement, index, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
    }
  };
  std::visit(Binder{statement, index}, value);
}

Value column_value(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return static_cast<std::int64_t>(sqlite3_column_int64(statement, column));
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
      return nullptr;
    default:
      break;
  }
  const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
  return bytes ? std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)))
               : std::string();
}

int order_of_bytes(void*, int left_size, const void* left, int right_size, const void* right) {
  const std::string_view a(static_cast<const char*>(left), static_cast<std::size_t>(left_size));
  const std::string_view b(static_cast<const char*>(right), static_cast<std::size_t>(right_size));
  return a.compare(b);
}

// An open SELECT would pin its snapshot: every statement is reset, however its run ends.
struct ResetAtEnd {
  sqlite3_stmt* statement;
  ~ResetAtEnd() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

}  // namespace

void SqliteConnection::CloseDatabase::operator()(sqlite3* database) const {
  sqlite3_close_v2(database);
}
void SqliteConnection::FinalizeStatement::operator()(sqlite3_stmt* statement) const {
  sqlite3_finalize(statement);
}

SqliteConnection::SqliteConnection(const std::string& path, SqliteMode mode, const char* vfs) {
  const int flags =
      mode == SqliteMode::write ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY;
  sqlite3* opened = nullptr;
  const int code =
      sqlite3_open_v2(path.c_str(), &opened, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs);
  database_.reset(opened);
  if (code != SQLITE_OK) {
    throw SqlError(SqlFault::unavailable, fmt::format("{} cannot be opened: {}", path, sqlite3_errstr(code)));
  }
  sqlite3_busy_timeout(opened, 5000);
  // PostgreSQL's name for the order of bytes, so that one text of SQL orders alike on both.
  sqlite3_create_collation(opened, "C", SQLITE_UTF8, nullptr, order_of_bytes);
  if (mode == SqliteMode::write)
    script("pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on;");
}

SqliteConnection::~SqliteConnection() {
  statements_.clear();
}

void SqliteConnection::fail_now() const {
  throw SqlError(classify(sqlite3_extended_errcode(database_.get())), sqlite3_errmsg(database_.get()));
}

sqlite3_stmt* SqliteConnection::prepared(std::string_view sql) {
  std::string key(sql);
  if (const auto found = statements_.find(key); found != statements_.end()) return found->second.get();
  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(database_.get(), key.data(), static_cast<int>(key.size()) + 1,
                                      SQLITE_PREPARE_PERSISTENT, &statement, &rest);
  if (code != SQLITE_OK) fail_now();
  return statements_.emplace(std::move(key), statement).first->second.get();
}

Rows SqliteConnection::run(std::string_view sql, Params params) {
  auto* statement = prepared(sql);
  const ResetAtEnd reset{statement};
  int bound = 0;
  for (const auto& param : params) {
    const int index = sqlite3_bind_parameter_index(statement, fmt::format(":{}", param.name).c_str());
    if (index == 0) {
      throw SqlError(SqlFault::other, fmt::format("The statement has no parameter :{}: {}", param.name, sql));
    }
    bind(statement, index, param.value);
    ++bound;
  }
  if (bound != sqlite3_bind_parameter_count(statement)) {
    throw SqlError(SqlFault::other, fmt::format("The statement has parameters without a value: {}", sql));
  }
  auto columns = std::make_shared<std::vector<std::string>>();
  for (int i = 0; i < sqlite3_column_count(statement); ++i)
    columns->emplace_back(sqlite3_column_name(statement, i));
  Rows result;
  int code = SQLITE_OK;
  while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
    std::vector<Value> values;
    values.reserve(columns->size());
    for (int i = 0; i < static_cast<int>(columns->size()); ++i) values.push_back(column_value(statement, i));
    result.rows.emplace_back(columns, std::move(values));
  }
  if (code != SQLITE_DONE) fail_now();
  result.affected = sqlite3_changes64(database_.get());
  return result;
}

void SqliteConnection::script(std::string_view sql) {
  if (sqlite3_exec(database_.get(), std::string(sql).c_str(), nullptr, nullptr, nullptr) != SQLITE_OK)
    fail_now();
}

void SqliteConnection::begin(Access access) {
  run(access == Access::read ? "begin" : "begin immediate", {});
}

void SqliteConnection::set_interrupt(std::function<bool()> stop) {
  interrupt_ = std::move(stop);
  const auto ask = [](void* self) { return static_cast<SqliteConnection*>(self)->interrupt_() ? 1 : 0; };
  sqlite3_progress_handler(database_.get(), interrupt_ ? 4000 : 0, interrupt_ ? +ask : nullptr, this);
}

}  // namespace matchday::store
