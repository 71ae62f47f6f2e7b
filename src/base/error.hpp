// Expected failures are values: Result<T> carries either a T or an Error, never an exception.
// An Error has a kind that code decides by, and a sentence that people read.
// Not here: how a remote answer becomes an Error (each platform client classifies its own).
#pragma once
#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

namespace matchday {

enum class ErrorKind : std::uint8_t {
  invalid,       // the input is wrong; the sentence says what to change
  not_found,     // the thing that was named does not exist
  conflict,      // it contradicts what is stored (a unique key, a state)
  outdated,      // it was meant for a version that is not the current one
  forbidden,     // known, but not allowed
  unauthorized,  // not known: a credential is missing or wrong
  refused,       // a platform said no, and will say no again
  limited,       // a platform said "later"; `retry_after` says when
  unavailable,   // it did not happen: no connection, breaker open, shutting down
  ambiguous,     // it may have happened: reset, timeout or 5xx after sending
  timeout,       // our own deadline passed before anything was sent
  internal,      // a bug of ours, or a broken disk
};

std::string_view name(ErrorKind kind);

struct Error {
  ErrorKind kind = ErrorKind::internal;
  std::string message;    // one sentence for people, without secrets
  int http_status = 0;    // remote answers: the status, 0 if there was none
  int platform_code = 0;  // remote answers: the platform's own code (Discord's JSON `code`)
  std::optional<std::chrono::milliseconds> retry_after =
      {};  // with `limited` and `unavailable`: earliest useful retry
  std::source_location where = std::source_location::current();
  std::string field = {};  // of input: the name of the field that is wrong

  // "kind: message (file:line)" for logs.
  std::string describe() const;
};

template <class T = void>
using Result = std::expected<T, Error>;

inline std::unexpected<Error> fail(ErrorKind kind, std::string message,
                                   std::source_location where = std::source_location::current()) {
  return std::unexpected(Error{.kind = kind, .message = std::move(message), .where = where});
}

// Kind `invalid`: `sentence` goes on after the field's name, "must be …".
inline std::unexpected<Error> fail_field(std::string field, std::string_view sentence,
                                         std::source_location where = std::source_location::current()) {
  auto message = field + " " + std::string(sentence);
  return std::unexpected(Error{
      .kind = ErrorKind::invalid, .message = std::move(message), .where = where, .field = std::move(field)});
}

// Ends the process when one of our own invariants is broken, in release builds too: recovery is the tested
// path. Never for input.
[[noreturn]] void check_failed(const char* condition, std::source_location where);

}  // namespace matchday

#define CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::matchday::check_failed(#condition, std::source_location::current()))
