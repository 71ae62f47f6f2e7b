// See polite_sender.hpp.
#include "platforms/osu/polite_sender.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "platforms/osu/answer.hpp"

namespace matchday::osu {
namespace {

constexpr Duration try_limit = 15s;                        // reference/osu.md §3.7 point 8
constexpr double hold_jitter = 0.1;                        // of the pause that osu! asks for, added
constexpr std::size_t answer_bytes_max = 8 * 1024 * 1024;  // extended users are large

std::unexpected<Error> down(Duration wait) {
  auto error = fail(ErrorKind::unavailable, "osu! does not answer at present. It is asked again later.");
  error.error().retry_after = wait;
  return error;
}

// osu!'s maintenance page: nothing works, for everybody.
bool is_maintenance(const net::HttpResponse& response) {
  return response.status == 503 && !parse_json(response.body);
}

}  // namespace

PoliteSender::PoliteSender(net::HttpClient& http, Limiter& limiter, Clock& clock, BreakerOptions breaker,
                           Random random)
    : http_(http),
      limiter_(limiter),
      clock_(clock),
      random_(random.fork()),
      breaker_(breaker, random.fork()) {}

Task<Result<json::value>> PoliteSender::send(net::HttpRequest request, int units, Steady deadline,
                                             Reader read) {
  if (const auto wait = breaker_.refuses(clock_.steady())) co_return down(*wait);
  const auto leave = co_await limiter_.acquire(units, deadline - clock_.steady());
  if (!leave) co_return std::unexpected(leave.error());
  // While we waited, somebody may have found that osu! is down.
  if (const auto wait = breaker_.refuses(clock_.steady())) co_return down(*wait);
  request.deadline = std::clamp(Duration(deadline - clock_.steady()), Duration(1), try_limit);
  request.response_bytes_max = answer_bytes_max;
  co_return co_await send_through(breaker_.enter(clock_.steady()), std::move(request), read);
}

Task<Result<json::value>> PoliteSender::send_through(Breaker::Pass pass, net::HttpRequest request,
                                                     Reader read) {
  const auto response = co_await http_.send(std::move(request));
  if (!response) {
    auto error = response.error();
    // What we send reads, or asks for one more token: what may have happened, did not.
    if (error.kind == ErrorKind::ambiguous) error.kind = ErrorKind::unavailable;
    gave_up(std::move(pass), error, false);
    co_return std::unexpected(error);
  }
  auto answer = read(*response);
  if (!answer && is_outage(answer.error())) {
    gave_up(std::move(pass), answer.error(), is_maintenance(*response));
    co_return answer;
  }
  if (pass.succeeded()) log::info("osu! answers again");  // a refusal is an answer, too
  if (!answer && answer.error().kind == ErrorKind::limited) slow_down(answer.error());
  co_return answer;
}

void PoliteSender::slow_down(Error& error) {
  const auto asked = error.retry_after.value_or(limit_window);
  const auto extra = hold_jitter * random_.unit() * static_cast<double>(asked.count());
  error.retry_after = asked + Duration(static_cast<std::int64_t>(extra));
  limiter_.hold_until(clock_.steady() + *error.retry_after);
  log::warning("osu! asks us to slow down", {{"wait_ms", error.retry_after->count()}});
}

void PoliteSender::gave_up(Breaker::Pass pass, Error& error, bool outright) {
  const bool was_open = breaker_.is_open();
  pass.failed(clock_.steady(), outright);
  const auto wait = breaker_.refuses(clock_.steady());
  if (!wait) return;
  error.retry_after = std::max(error.retry_after.value_or(Duration(0)), *wait);
  if (!was_open)
    log::warning("osu! does not answer", {{"wait_ms", wait->count()}, {"status", error.http_status}});
}

}  // namespace matchday::osu
