// See response_text.hpp.
#include "net/response_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.hpp"
#include "base/log.hpp"

namespace matchday::net {
namespace {

bool is_ours(std::string_view name) {
  static constexpr auto ours =
      std::to_array<std::string_view>({"Content-Length", "Transfer-Encoding", "Connection", "Date"});
  return std::ranges::any_of(ours, [&](std::string_view our) { return equal_ignoring_case(name, our); });
}

// A line break in a value would end the header and let input write the rest of the answer.
bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

}  // namespace

bool may_have_body(int status) {
  return status >= 200 && status != 204 && status != 304;
}

std::string response_head(const ServerResponse& response, const ResponseFraming& framing) {
  auto head = fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  for (const auto& [name, value] : response.headers.all()) {
    if (is_ours(name)) continue;
    if (!is_one_line(name) || !is_one_line(value)) {
      log::error("a response header was left out, because it had a line break",
                 {{"status", response.status}});
      continue;
    }
    head += fmt::format("{}: {}\r\n", name, value);
  }
  head += fmt::format("Date: {}\r\n", to_http_date(framing.now));
  if (may_have_body(response.status) && !response.more)
    head += fmt::format("Content-Length: {}\r\n", response.body.size());
  head += framing.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
  return head;
}

ServerResponse problem(int status, std::string_view detail, std::string_view reference) {
  json::object document{{"type", "about:blank"},
                        {"title", std::string(reason_phrase(status))},
                        {"status", status},
                        {"detail", std::string(detail)}};
  if (!reference.empty()) document["ref"] = std::string(reference);
  return ServerResponse{
      .status = status, .headers = {{"Content-Type", "application/problem+json"}}, .body = to_text(document)};
}

std::string to_http_date(Time time) {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss<Duration> clock(time - day);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", days[std::chrono::weekday(day).c_encoding()],
                     static_cast<unsigned>(date.day()), months[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), clock.hours().count(), clock.minutes().count(),
                     clock.seconds().count());
}

}  // namespace matchday::net
