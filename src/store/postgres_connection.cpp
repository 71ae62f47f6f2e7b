// See postgres_connection.hpp.
#include "store/postgres_connection.hpp"

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>

#include <charconv>

#include "store/named_parameters.hpp"

namespace matchday::store {
namespace {

constexpr std::string_view channel = "matchday";

// Type numbers of PostgreSQL's catalogue (pg_type.dat), which never change.
enum TypeId : Oid { type_bool = 16, type_int8 = 20, type_int2 = 21, type_int4 = 23, type_text = 25 };
enum FloatTypeId : Oid { type_float4 = 700, type_float8 = 701, type_numeric = 1700 };
constexpr Oid type_unknown = 0;

// PostgreSQL's error codes, appendix A of its manual.
SqlFault classify(std::string_view state) {
  if (state == "23505") return SqlFault::unique;
  if (state == "23503") return SqlFault::foreign_key;
  if (state.starts_with("23")) return SqlFault::constraint;
  if (state == "40001" || state == "40P01") return SqlFault::retry;
  if (state == "55P03") return SqlFault::retry;        // lock_timeout
  if (state == "25P03") return SqlFault::unavailable;  // idle in a transaction for too long
  // No connection, out of resources, stopped by an operator or a limit, broken disk.
  for (const auto* family : {"08", "53", "57", "58"}) {
    if (state.starts_with(family)) return SqlFault::unavailable;
  }
  if (state == "22021") return SqlFault::constraint;  // text that is not UTF-8
  return state.empty() ? SqlFault::unavailable : SqlFault::other;
}

std::string words(const char* message) {
  std::string out(message ? message : "");
  while (!out.empty() && out.back() == '\n') out.pop_back();
  return out;
}

// One parameter as libpq wants it: a type, and text that lives as long as the call.
struct Bound {
  Oid type = type_unknown;
  std::optional<std::string> text;
};

Bound bound(const Value& value) {
  struct Binder {
    Bound operator()(std::nullptr_t) const { return {}; }
    Bound operator()(std::int64_t number) const { return {type_int8, std::to_string(number)}; }
    Bound operator()(double number) const { return {type_float8, fmt::format("{}", number)}; }
    Bound operator()(const std::string& text) const {
      // The one text that SQLite stores and PostgreSQL does not.
      if (text.find('\0') != std::string::npos)
        throw SqlError(SqlFault::constraint, "a text holds a zero byte, which PostgreSQL does not store");
      return {type_text, text};
    }
  };
  return std::visit(Binder{}, value);
}

Value column_value(const PGresult* result, int row, int column) {
  if (PQgetisnull(result, row, column)) return nullptr;
  const std::string_view text(PQgetvalue(result, row, column),
                              static_cast<std::size_t>(PQgetlength(result, row, column)));
  const auto parsed = [text](auto number) {
    std::from_chars(text.data(), text.data() + text.size(), number);
    return number;
  };
  switch (PQftype(result, column)) {
    case type_bool:
      return std::int64_t{text == "t"};
    case type_int2:
    case type_int4:
    case type_int8:
      return parsed(std::int64_t{});
    case type_float4:
    case type_float8:
      return parsed(double{});
    case type_numeric:  // what sum() makes of integers
      return text.find('.') == std::string_view::npos ? Value(parsed(std::int64_t{}))
                                                      : Value(parsed(double{}));
    default:
      return std::string(text);
  }
}

}  // namespace

void PostgresConnection::Close::operator()(pg_conn* connection) const {
  PQfinish(connection);
}
void PostgresConnection::Clear::operator()(pg_result* result) const {
  PQclear(result);
}

PostgresConnection::PostgresConnection(const Clock& clock, PostgresOptions options)
    : clock_(clock), options_(std::move(options)), patience_(options_.answer_time_max) {
  connect();
}

PostgresConnection::~PostgresConnection() = default;

bool PostgresConnection::usable() const {
  return !broken_ && PQstatus(connection_.get()) == CONNECTION_OK;
}

void PostgresConnection::connect() {
  const Steady deadline = clock_.steady() + options_.connect_time_max;
  // What libpq says about an address that it cannot read repeats the address, and the password in it.
  auto* parsed = PQconninfoParse(options_.url.reveal().c_str(), nullptr);
  if (!parsed) {
    give_up(SqlFault::other,
            "its address cannot be read: it must look like postgresql://user:password@host/database, with "
            "characters such as @ and / in a password written as %40 and %2F");
  }
  PQconninfoFree(parsed);
  // Later words win: what stands in the URL stands above these.
  const char* const names[] = {"application_name", "client_encoding", "tcp_user_timeout", "dbname", nullptr};
  const char* const values[] = {"matchday", "UTF8", "10000", options_.url.reveal().c_str(), nullptr};
  connection_.reset(PQconnectStartParams(names, values, 1));
  if (!connection_ || PQstatus(connection_.get()) == CONNECTION_BAD) lost();
  PQsetNoticeProcessor(connection_.get(), [](void*, const char*) {}, nullptr);
  for (auto state = PGRES_POLLING_WRITING; state != PGRES_POLLING_OK;
       state = PQconnectPoll(connection_.get())) {
    if (state == PGRES_POLLING_FAILED) lost();
    wait_for_socket(state == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline);
  }
  // Told with the connection; a pooler may keep it to itself.
  const char* encoding = PQparameterStatus(connection_.get(), "server_encoding");
  if (encoding && std::string_view(encoding) != "UTF8")
    give_up(SqlFault::other, fmt::format("its encoding is {}; Matchday needs UTF8", encoding));
  PQsetnonblocking(connection_.get(), 1);
}

void PostgresConnection::wait_for_socket(short events, Steady deadline) {
  const auto left = std::max(deadline - clock_.steady(), Duration(0));
  pollfd socket{.fd = PQsocket(connection_.get()), .events = events, .revents = 0};
  if (poll(&socket, 1, static_cast<int>(left.count())) == 0)
    give_up(SqlFault::unavailable, "the database did not answer in time");
}

void PostgresConnection::lost() {
  give_up(SqlFault::unavailable, words(PQerrorMessage(connection_.get())));
}

void PostgresConnection::give_up(SqlFault fault, const std::string& why) {
  broken_ = true;
  throw SqlError(fault, why);
}

void PostgresConnection::fail_now(const pg_result* result) const {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const char* primary = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
  throw SqlError(classify(state ? state : ""), words(primary ? primary : PQresultErrorMessage(result)));
}

// Called after every PQsend…: what libpq could not take, and what it has not sent yet.
void PostgresConnection::sent(bool accepted) {
  if (!accepted) lost();
  const Steady deadline = clock_.steady() + patience_;
  for (int left = 1; left != 0;) {
    left = PQflush(connection_.get());
    if (left < 0) lost();
    if (left == 0) break;
    wait_for_socket(POLLIN | POLLOUT, deadline);
    if (PQconsumeInput(connection_.get()) == 0) lost();
  }
}

// The last result of what was sent; the first that failed, if one did.
PostgresConnection::ResultHandle PostgresConnection::answer() {
  const Steady deadline = clock_.steady() + patience_;
  ResultHandle last;
  for (;;) {
    while (PQisBusy(connection_.get()) != 0) {
      wait_for_socket(POLLIN, deadline);
      if (PQconsumeInput(connection_.get()) == 0) lost();
    }
    ResultHandle next(PQgetResult(connection_.get()));
    if (!next) break;
    const auto status = PQresultStatus(last.get());
    if (!last || status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) last = std::move(next);
  }
  const auto status = PQresultStatus(last.get());
  if (PQstatus(connection_.get()) != CONNECTION_OK) broken_ = true;
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK && status != PGRES_EMPTY_QUERY)
    fail_now(last.get());
  return last;
}

Rows PostgresConnection::run(std::string_view sql, Params params) {
  const auto numbered = number_parameters(sql);
  std::vector<Bound> values(numbered.names.size());
  std::size_t given = 0;
  for (const auto& param : params) {
    const auto found = std::ranges::find(numbered.names, param.name);
    if (found == numbered.names.end()) {
      throw SqlError(SqlFault::other, fmt::format("The statement has no parameter :{}: {}", param.name, sql));
    }
    values[static_cast<std::size_t>(found - numbered.names.begin())] = bound(param.value);
    ++given;
  }
  if (given != values.size())
    throw SqlError(SqlFault::other, fmt::format("The statement has parameters without a value: {}", sql));
  std::vector<Oid> types;
  std::vector<const char*> texts;
  for (const auto& value : values) {
    types.push_back(value.type);
    texts.push_back(value.text ? value.text->c_str() : nullptr);
  }
  sent(PQsendQueryParams(connection_.get(), numbered.text.c_str(), static_cast<int>(values.size()),
                         types.data(), texts.data(), nullptr, nullptr, 0) == 1);
  const auto result = answer();
  auto columns = std::make_shared<std::vector<std::string>>();
  const int width = PQnfields(result.get());
  for (int i = 0; i < width; ++i) columns->emplace_back(PQfname(result.get(), i));
  Rows rows;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    std::vector<Value> cells;
    cells.reserve(columns->size());
    for (int i = 0; i < width; ++i) cells.push_back(column_value(result.get(), row, i));
    rows.rows.emplace_back(columns, std::move(cells));
  }
  const std::string_view affected = PQcmdTuples(result.get());
  std::from_chars(affected.data(), affected.data() + affected.size(), rows.affected);
  return rows;
}

void PostgresConnection::script(std::string_view sql) {
  sent(PQsendQuery(connection_.get(), std::string(sql).c_str()) == 1);
  (void)answer();
}

// One exchange for all of it. The limits also bind a process that stops in the middle and holds locks.
void PostgresConnection::begin(Access access) {
  announced_ = false;
  patience_ = access == Access::exclusive ? options_.exclusive_time_max : options_.answer_time_max;
  const auto limit = options_.statement_time_max.count();
  const auto* const isolation = access == Access::write  ? "serializable"
                                : access == Access::read ? "repeatable read, read only"
                                                         : "read committed";
  auto text = fmt::format(
      "begin isolation level {}; set local statement_timeout = {};"
      " set local idle_in_transaction_session_timeout = {}",
      isolation, access == Access::exclusive ? 0 : limit, limit);
  // Released with the transaction; the number is the letters "matchday".
  if (access == Access::exclusive) text += "; select pg_advisory_xact_lock(7881708793177071993)";
  script(text);
}

void PostgresConnection::announce() {
  if (!std::exchange(announced_, true)) script(fmt::format("notify {}", channel));
}

void PostgresConnection::listen() {
  script(fmt::format("listen {}", channel));
}

bool PostgresConnection::wait_for_announcement(Duration duration, int wake_descriptor) {
  pollfd ends[] = {{.fd = PQsocket(connection_.get()), .events = POLLIN, .revents = 0},
                   {.fd = wake_descriptor, .events = POLLIN, .revents = 0}};
  if (poll(ends, 2, static_cast<int>(duration.count())) <= 0) return false;
  if (PQconsumeInput(connection_.get()) == 0) lost();
  bool heard = false;
  while (auto* note = PQnotifies(connection_.get())) {
    PQfreemem(note);
    heard = true;
  }
  return heard;
}

}  // namespace matchday::store
