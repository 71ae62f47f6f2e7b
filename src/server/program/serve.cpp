// `matchday serve`: the server, live, until it is asked to end or a human is needed.
#include <fmt/format.h>

#include <cstdio>

#include "base/log.hpp"
#include "base/timeout.hpp"
#include "server/program/commands.hpp"
#include "server/program/live_server.hpp"
#include "server/program/run_until_signal.hpp"

namespace matchday::server {
namespace {

constexpr Duration drain_patience = 10s;

// Waits for whichever comes first: a signal, or the application's own end.
Task<std::optional<End>> until_end(Loop loop, LiveServer* live) {
  std::optional<End> end;
  Signal ended(loop.executor);
  TaskGroup group(loop.executor, [](const std::string&, const std::exception_ptr&) {});
  bool over = false;
  group.spawn("signal", [](Loop l, Signal& done, bool* flag) -> Task<void> {
    co_await l.until_asked_to_end();
    *flag = true;
    done.notify_all();
  }(loop, ended, &over));
  group.spawn("end", [](LiveServer* server, Signal& done, bool* flag, std::optional<End>* out) -> Task<void> {
    *out = co_await server->application().end();
    *flag = true;
    done.notify_all();
  }(live, ended, &over, &end));
  while (!over) co_await ended.wait();
  group.cancel_all();
  co_await group.join();
  co_return end;
}

// One life of the server. Nothing: another process took over, and this one begins anew, waiting for its turn.
// `anew`: it has lived before, and a database that is away is waited for.
Task<std::optional<int>> serve_once(Loop loop, Config config, bool anew) {
  constexpr Duration again_after = 1s;
  auto live = LiveServer::open(loop.executor, loop.clock, std::move(config));
  if (!live && anew && live.error().kind == ErrorKind::unavailable) {
    co_await loop.clock.sleep(again_after);
    co_return std::nullopt;
  }
  if (!live) {
    fmt::print(stderr, "Matchday cannot start. {}\n", live.error().message);
    co_return 1;
  }
  auto started = co_await (*live)->start();
  if (!started && anew && started.error().kind == ErrorKind::unavailable) {
    co_await (*live)->drain(0ms);
    co_await loop.clock.sleep(again_after);
    co_return std::nullopt;
  }
  if (!started) {
    fmt::print(stderr, "Matchday cannot start. {}\n", started.error().message);
    co_await (*live)->drain(0ms);
    co_return 1;
  }
  fmt::print("listening {}\n", (*live)->address());
  std::fflush(stdout);
  const auto end = co_await until_end(loop, live->get());
  if (end && end->begin_anew) {
    log::warning("Beginning anew, to wait for this process's turn", {{"reason", end->why.message}});
    co_await (*live)->drain(0ms);
    co_return std::nullopt;
  }
  log::info("Ending: running work gets a moment to finish");
  co_await (*live)->drain(drain_patience);
  if (end) {
    fmt::print(stderr, "Matchday had to stop. {}\n", end->why.message);
    co_return 1;
  }
  log::info("Ended");
  co_return 0;
}

Task<int> serve_until_end(Loop loop, Config config) {
  for (const auto& remark : config.remarks) log::warning(remark);
  for (bool anew = false;; anew = true) {
    if (const auto code = co_await serve_once(loop, config, anew)) co_return *code;
  }
}

}  // namespace

int serve(Config config) {
  return run_program([config](Loop loop) { return serve_until_end(std::move(loop), config); });
}

}  // namespace matchday::server
