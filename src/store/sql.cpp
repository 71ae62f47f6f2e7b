// See sql.hpp.
#include "store/sql.hpp"

#include <fmt/format.h>

namespace matchday::store {

const Value& Row::at(std::string_view column) const {
  for (std::size_t i = 0; i < columns_->size(); ++i) {
    if ((*columns_)[i] == column) return values_[i];
  }
  throw SqlError(SqlFault::other, fmt::format("The result has no column \"{}\"", column));
}

void Row::mismatch(std::string_view column, std::string_view wanted) {
  throw SqlError(SqlFault::other, fmt::format("Column \"{}\" does not hold {}", column, wanted));
}

std::int64_t Row::integer(const Value& value, std::string_view column) {
  const auto* number = std::get_if<std::int64_t>(&value);
  if (!number) mismatch(column, "an integer");
  return *number;
}

const std::string& Row::text(const Value& value, std::string_view column) {
  const auto* held = std::get_if<std::string>(&value);
  if (!held) mismatch(column, "text");
  return *held;
}

}  // namespace matchday::store
