// See time.hpp. The one place in src/ that reads a clock.
#include "base/time.hpp"

#include <fmt/format.h>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "base/number.hpp"

namespace matchday {
namespace {

// Reads exactly `width` digits at `at` and moves past them.
std::optional<int> digits(std::string_view text, std::size_t& at, std::size_t width) {
  if (at + width > text.size()) return std::nullopt;
  const auto value = parse_number<unsigned>(text.substr(at, width));
  if (!value) return std::nullopt;
  at += width;
  return static_cast<int>(*value);
}

bool literal(std::string_view text, std::size_t& at, std::string_view any_of) {
  if (at >= text.size() || !any_of.contains(text[at])) return false;
  ++at;
  return true;
}

}  // namespace

std::string to_rfc3339(Time time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Duration> clock(time - day);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     clock.hours().count(), clock.minutes().count(), clock.seconds().count(),
                     clock.subseconds().count());
}

Result<Time> parse_rfc3339(std::string_view text) {
  const auto wrong = [&] {
    return fail(ErrorKind::invalid,
                fmt::format("\"{}\" is not a time like 2026-03-14T18:20:41Z", text.substr(0, 40)));
  };
  std::size_t at = 0;
  const auto year = digits(text, at, 4);
  if (!year || !literal(text, at, "-")) return wrong();
  const auto month = digits(text, at, 2);
  if (!month || !literal(text, at, "-")) return wrong();
  const auto day = digits(text, at, 2);
  if (!day || !literal(text, at, "Tt ")) return wrong();
  const auto hour = digits(text, at, 2);
  if (!hour || !literal(text, at, ":")) return wrong();
  const auto minute = digits(text, at, 2);
  if (!minute || !literal(text, at, ":")) return wrong();
  const auto second = digits(text, at, 2);
  if (!second) return wrong();
  int millis = 0;
  if (literal(text, at, ".")) {
    int scale = 100;
    while (at < text.size() && text[at] >= '0' && text[at] <= '9') {
      millis += (text[at++] - '0') * scale;
      scale /= 10;
    }
  }
  std::chrono::minutes offset{0};
  if (!literal(text, at, "Zz")) {
    const bool west = at < text.size() && text[at] == '-';
    if (!literal(text, at, "+-")) return wrong();
    const auto offset_hours = digits(text, at, 2);
    if (!offset_hours || !literal(text, at, ":")) return wrong();
    const auto offset_minutes = digits(text, at, 2);
    if (!offset_minutes || *offset_hours > 23 || *offset_minutes > 59) return wrong();
    offset = std::chrono::hours(*offset_hours) + std::chrono::minutes(*offset_minutes);
    if (west) offset = -offset;
  }
  const std::chrono::year_month_day date(std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day)));
  if (at != text.size() || !date.ok() || *hour > 23 || *minute > 59 || *second > 59) return wrong();
  return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
         std::chrono::seconds(*second) + Duration(millis) - offset;
}

Time SystemClock::now() const {
  return std::chrono::floor<Duration>(std::chrono::system_clock::now());
}

Steady SystemClock::steady() const {
  return std::chrono::floor<Duration>(std::chrono::steady_clock::now());
}

Task<void> SystemClock::wait_until(Steady when) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, when);
  co_await timer.async_wait(boost::asio::use_awaitable);
}

}  // namespace matchday
