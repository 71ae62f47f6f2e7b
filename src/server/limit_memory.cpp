// See limit_memory.hpp.
#include "server/limit_memory.hpp"

#include "base/log.hpp"

namespace matchday::server {

using store::Transaction;

LimitMemory::LimitMemory(Executor executor, Clock& clock, store::Database& database,
                         discord::RateLimiter& limiter)
    : clock_(clock), database_(database), limiter_(limiter), news_(std::move(executor)) {
  limiter_.on_window([this](const std::string& route, Duration window) { learned(route, window); });
}

void LimitMemory::learned(const std::string& route, Duration window) {
  unsaved_[route] = window;
  news_.notify_all();
}

Task<Result<>> LimitMemory::load() {
  struct Known {
    std::string route;
    Duration window;
    std::optional<Time> free_at;
  };
  auto known = co_await database_.transact([](Transaction& tx) {
    std::vector<Known> out;
    for (const auto& row : tx.run("select route, window_ms, free_at_ms from discord_routes")) {
      out.push_back({.route = row.get<std::string>("route"),
                     .window = row.get<Duration>("window_ms"),
                     .free_at = row.get<std::optional<Time>>("free_at_ms")});
    }
    // The stop was clean for us, and not for whoever follows us.
    tx.run("update discord_routes set free_at_ms = null where free_at_ms is not null");
    return out;
  });
  if (!known) co_return std::unexpected(known.error());
  for (const auto& [route, window, free_at] : *known) {
    // Whoever died may have sent until a moment ago.
    const auto left = free_at ? std::clamp(*free_at - clock_.now(), Duration(0), window) : window;
    limiter_.hold_route(route, clock_.steady() + left);
  }
  co_return Result<>{};
}

Task<void> LimitMemory::run() {
  constexpr Duration again_after = 1s;
  for (;;) {
    while (unsaved_.empty()) co_await news_.wait();
    auto windows = std::exchange(unsaved_, {});
    if (auto saved = co_await save(windows); saved) continue;
    unsaved_.merge(windows);
    co_await clock_.sleep(again_after);
  }
}

Task<Result<>> LimitMemory::save(std::map<std::string, Duration> windows) {
  co_return co_await database_.transact([windows](Transaction& tx) -> Result<> {
    for (const auto& [route, window] : windows) {
      tx.run(
          "insert into discord_routes (route, window_ms) values (:route, :window)"
          " on conflict (route) do update set window_ms = excluded.window_ms",
          {{"route", route}, {"window", window}});
    }
    return {};
  });
}

Task<void> LimitMemory::save_at_end() {
  auto saved = co_await save(std::exchange(unsaved_, {}));
  if (saved) {
    saved = co_await database_.transact([now = clock_.now()](Transaction& tx) -> Result<> {
      tx.run("update discord_routes set free_at_ms = :now + window_ms", {{"now", now}});
      return {};
    });
  }
  if (!saved)
    log::info("What is known of Discord's limits could not be stored", {{"error", saved.error().describe()}});
}

}  // namespace matchday::server
