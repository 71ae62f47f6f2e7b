// SQL in and out as values: named parameters, rows read by column name. One text serves both engines, so
// there is nothing here that only one of them knows. Storage conventions: times are integer milliseconds UTC,
// Discord's ids are text, our ids are integers, JSON is text.
#pragma once
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/id.hpp"
#include "base/json.hpp"
#include "base/time.hpp"

namespace matchday::store {

using Value = std::variant<std::nullptr_t, std::int64_t, double, std::string>;

enum class SqlFault {
  unique,  // a unique key or primary key exists already
  foreign_key,
  constraint,   // a CHECK or NOT NULL
  retry,        // serialization failure or lock: run it again
  unavailable,  // disk full, connection lost, shutting down, too slow
  other,        // a bug in our SQL, or a broken file
};

// Thrown inside a transaction function; Database turns it into an Error. Features may catch `unique` to say
// something better, but must then return an error: the transaction is over.
struct SqlError : std::runtime_error {
  SqlError(SqlFault f, const std::string& message) : std::runtime_error(message), fault(f) {}
  SqlFault fault;
};

template <class T>
Value to_value(const T& v) {
  if constexpr (std::is_same_v<T, Value>)
    return v;
  else if constexpr (std::is_same_v<T, std::nullopt_t> || std::is_same_v<T, std::nullptr_t>)
    return nullptr;
  else if constexpr (std::is_same_v<T, Time>)
    return to_ms(v);
  else if constexpr (std::is_same_v<T, Duration>)
    return static_cast<std::int64_t>(v.count());
  else if constexpr (std::is_floating_point_v<T>)
    return static_cast<double>(v);
  else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>)
    return static_cast<std::int64_t>(v);
  else if constexpr (std::is_same_v<T, json::value>)
    return to_text(v);
  else if constexpr (requires {
                       v.has_value();
                       *v;
                     })
    return v ? to_value(*v) : Value(nullptr);
  else if constexpr (requires {
                       v.value;
                       v.text();
                     }) {
    if constexpr (std::is_unsigned_v<decltype(v.value)>)
      return v.text();  // a Discord id
    else
      return v.value;  // one of ours
  } else
    return std::string(std::string_view(v));
}

struct Param {
  template <class T>
  Param(std::string_view param_name, const T& v) : name(param_name), value(to_value(v)) {}
  std::string_view name;  // without the colon that marks it in the SQL text
  Value value;
};

// A view of parameters, for the length of a call: written in braces where they are few and known, from a
// vector where their number is not.
class Params {
 public:
  Params() = default;
  Params(std::initializer_list<Param> list) : params_(list.begin(), list.size()) {}
  Params(const std::vector<Param>& list) : params_(list) {}  // NOLINT: a vector is a list of parameters
  auto begin() const { return params_.begin(); }
  auto end() const { return params_.end(); }

 private:
  std::span<const Param> params_;
};

// One row of a result. get<T>() of a column that is absent, null without std::optional, or of another type is
// a bug of ours and throws SqlError.
class Row {
 public:
  using Columns = std::shared_ptr<const std::vector<std::string>>;
  Row(Columns columns, std::vector<Value> values)
      : columns_(std::move(columns)), values_(std::move(values)) {}

  template <class T>
  T get(std::string_view column) const {
    return convert<T>(at(column), column);
  }

 private:
  const Value& at(std::string_view column) const;
  [[noreturn]] static void mismatch(std::string_view column, std::string_view wanted);
  static std::int64_t integer(const Value& value, std::string_view column);
  static const std::string& text(const Value& value, std::string_view column);

  template <class T>
  static T convert(const Value& value, std::string_view column) {
    if constexpr (requires(T t) {
                    t.has_value();
                    typename T::value_type;
                  }) {
      if (std::holds_alternative<std::nullptr_t>(value)) return std::nullopt;
      return convert<typename T::value_type>(value, column);
    } else if constexpr (std::is_same_v<T, std::string>) {
      return text(value, column);
    } else if constexpr (std::is_same_v<T, bool>) {
      return integer(value, column) != 0;
    } else if constexpr (std::is_same_v<T, double>) {
      const auto* number = std::get_if<double>(&value);
      return number ? *number : static_cast<double>(integer(value, column));
    } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
      return static_cast<T>(integer(value, column));
    } else if constexpr (std::is_same_v<T, Time>) {
      return from_ms(integer(value, column));
    } else if constexpr (std::is_same_v<T, Duration>) {
      return Duration(integer(value, column));
    } else if constexpr (std::is_same_v<T, json::value>) {
      auto parsed = parse_json(text(value, column));
      if (!parsed) mismatch(column, "JSON");
      return std::move(*parsed);
    } else if constexpr (std::is_unsigned_v<decltype(T::value)>) {
      const auto id = T::parse(text(value, column));
      if (!id) mismatch(column, "a Discord id");
      return *id;
    } else {
      return T{integer(value, column)};
    }
  }

  Columns columns_;
  std::vector<Value> values_;
};

struct Rows {
  std::vector<Row> rows;
  std::int64_t affected = 0;  // by INSERT, UPDATE or DELETE

  bool empty() const { return rows.empty(); }
  std::size_t size() const { return rows.size(); }
  const Row& front() const { return rows.front(); }
  auto begin() const { return rows.begin(); }
  auto end() const { return rows.end(); }
};

// How a transaction is begun.
enum class Access {
  write,      // serializable
  read,       // a snapshot; writing fails
  exclusive,  // no other such transaction runs meanwhile, in any process: schema changes
};

// One connection to an engine. Only engines, migrations and Transaction use it.
class Session {
 public:
  virtual ~Session() = default;
  virtual Rows run(std::string_view sql, Params params) = 0;
  virtual void script(std::string_view sql) = 0;  // several statements, no parameters: schema changes

  virtual void begin(Access access) = 0;
  void commit() { script("commit"); }
  void rollback() { script("rollback"); }

  // What a SELECT ends with that picks rows to update, so that several processes pick different ones.
  virtual std::string_view pick() const { return ""; }

  // Tells other processes, once this transaction is durable, that there is something new. A hint: it may get
  // lost.
  virtual void announce() {}
};

}  // namespace matchday::store
