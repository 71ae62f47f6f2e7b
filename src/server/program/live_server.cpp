// See live_server.hpp.
#include "server/program/live_server.hpp"

#include <fmt/format.h>

#include "server/keys.hpp"

namespace matchday::server {

LiveServer::LiveServer(Executor executor, Clock& clock, Config config, store::DataDirectory directory)
    : config_(std::move(config)),
      directory_(std::move(directory)),
      http_(net::make_http_client(executor, {})),
      websockets_(net::make_websocket_connector(executor, clock)) {}

LiveServer::~LiveServer() = default;

Result<std::unique_ptr<LiveServer>> LiveServer::open(Executor executor, Clock& clock, Config config) {
  auto directory = store::DataDirectory::open(config.data_dir);
  if (!directory) return std::unexpected(directory.error());
  auto key = load_master_key(config.key_file, directory->file("matchday.key"), config.sec_key);
  if (!key) return std::unexpected(key.error());
  const auto path = directory->file("matchday.db");
  std::unique_ptr<LiveServer> live(new LiveServer(executor, clock, std::move(config), std::move(*directory)));
  try {
    store::SqliteConnection connection(path, store::SqliteMode::write);
    live->engine_ = std::make_unique<store::SqliteEngine>(clock, store::SqliteEngineOptions{.path = path});
    live->application_ = std::make_unique<Application>(Ground{.executor = executor,
                                                              .clock = clock,
                                                              .random = Random::from_system(),
                                                              .http = *live->http_,
                                                              .websockets = *live->websockets_,
                                                              .engine = *live->engine_,
                                                              .master_key = std::move(*key)},
                                                       live->config_);
    auto migrated = store::migrate(connection, live->application_->migrations(), clock.now());
    if (!migrated) return std::unexpected(migrated.error());
  } catch (const store::SqlError& fault) {
    return fail(ErrorKind::unavailable,
                fmt::format("The database {} cannot be used: {}", path, fault.what()));
  }
  live->server_ = net::make_http_server(executor, clock, live->application_->handler(),
                                        {.address = live->config_.listen_address,
                                         .port = live->config_.listen_port,
                                         .trusted_proxies = live->config_.trusted_proxies});
  return live;
}

Task<Result<>> LiveServer::start() {
  if (auto listening = server_->start(); !listening) co_return listening;
  co_return co_await application_->start();
}

Task<void> LiveServer::drain(Duration patience) {
  co_await server_->drain(patience);
  co_await application_->drain(patience);
}

std::string LiveServer::address() const {
  const auto& host = config_.listen_address == "0.0.0.0" ? std::string("127.0.0.1") : config_.listen_address;
  return fmt::format("http://{}:{}", host, server_->port());
}

}  // namespace matchday::server
