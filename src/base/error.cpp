// See error.hpp.
#include "base/error.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace matchday {

std::string_view name(ErrorKind kind) {
  switch (kind) {
    case ErrorKind::invalid:
      return "invalid";
    case ErrorKind::not_found:
      return "not_found";
    case ErrorKind::conflict:
      return "conflict";
    case ErrorKind::outdated:
      return "outdated";
    case ErrorKind::forbidden:
      return "forbidden";
    case ErrorKind::unauthorized:
      return "unauthorized";
    case ErrorKind::refused:
      return "refused";
    case ErrorKind::limited:
      return "limited";
    case ErrorKind::unavailable:
      return "unavailable";
    case ErrorKind::ambiguous:
      return "ambiguous";
    case ErrorKind::timeout:
      return "timeout";
    case ErrorKind::internal:
      return "internal";
  }
  return "internal";
}

namespace {
// The path below src/, as a reader of the repository would name the file.
std::string_view short_file(std::string_view path) {
  const auto at = path.rfind("/src/");
  return at == std::string_view::npos ? path : path.substr(at + 5);
}
}  // namespace

std::string Error::describe() const {
  return fmt::format("{}: {} ({}:{})", name(kind), message, short_file(where.file_name()), where.line());
}

void check_failed(const char* condition, std::source_location where) {
  fmt::print(stderr, "CHECK failed: {} at {}:{} in {}\n", condition, where.file_name(), where.line(),
             where.function_name());
  std::fflush(stderr);
  std::abort();
}

}  // namespace matchday
