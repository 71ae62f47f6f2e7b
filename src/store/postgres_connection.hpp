// One PostgreSQL connection. Nothing of it outlives a transaction (no prepared statements, no session
// settings), so that it works behind a pooler that shares connections between transactions. Every wait has a
// deadline of ours, because a network that was cut says nothing. Not thread-safe. Not here: who runs what
// when (postgres_engine.hpp).
#pragma once
#include <memory>
#include <string>

#include "base/secret.hpp"
#include "store/sql.hpp"

struct pg_conn;
struct pg_result;

namespace matchday::store {

struct PostgresOptions {
  Secret<std::string> url;  // "postgresql://user:password@host/database?sslmode=require"
  Duration connect_time_max = 5s;
  Duration statement_time_max = 5s;  // the server's own limit; then the transaction fails with `unavailable`
  Duration answer_time_max = 8s;     // after that the connection is given up: longer than statement_time_max
  Duration exclusive_time_max = 10min;  // the same for schema changes, which may rewrite large tables
};

class PostgresConnection final : public Session {
 public:
  // Connects. Throws SqlError `unavailable`, without the password in its words. Lifetime: `clock` outlives it
  // and may be read by this thread.
  PostgresConnection(const Clock& clock, PostgresOptions options);
  ~PostgresConnection() override;
  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;

  Rows run(std::string_view sql, Params params) override;
  void script(std::string_view sql) override;
  void begin(Access access) override;
  std::string_view pick() const override { return " for update skip locked"; }
  void announce() override;

  // After an answer that did not come, a connection is of no use any more.
  bool usable() const;

  // Waits for an announcement of another process, at most `duration`. `wake_descriptor` ends the wait when it
  // becomes readable. True: there was one. Throws SqlError when the connection broke.
  bool wait_for_announcement(Duration duration, int wake_descriptor);
  void listen();

 private:
  struct Close {
    void operator()(pg_conn* connection) const;
  };
  struct Clear {
    void operator()(pg_result* result) const;
  };
  using ResultHandle = std::unique_ptr<pg_result, Clear>;

  void connect();
  void wait_for_socket(short events, Steady deadline);
  void sent(bool accepted);
  ResultHandle answer();
  [[noreturn]] void fail_now(const pg_result* result) const;
  [[noreturn]] void lost();  // in libpq's words
  [[noreturn]] void give_up(SqlFault fault, const std::string& why);

  const Clock& clock_;
  PostgresOptions options_;
  std::unique_ptr<pg_conn, Close> connection_;
  Duration patience_;  // for the next answer
  bool broken_ = false;
  bool announced_ = false;
};

}  // namespace matchday::store
