// See live_server.hpp.
#include "server/program/live_server.hpp"

#include <fmt/format.h>

#include <filesystem>

#include "server/installation.hpp"
#include "server/keys.hpp"
#include "store/postgres_engine.hpp"
#include "store/sqlite_engine.hpp"

namespace matchday::server {

namespace {

// To one host of users' receivers. Many organizations may use the same service, and a place in its line
// counts as waiting for the answer.
constexpr std::size_t user_connections_max = 64;

// Where the schema is brought up to date, and then the engine that works on it.
struct Opened {
  std::unique_ptr<store::Session> session;
  std::unique_ptr<store::Engine> engine;
};

// Throws SqlError.
Opened open_sqlite(const Clock& clock, const std::string& path) {
  auto session = std::make_unique<store::SqliteConnection>(path, store::SqliteMode::write);
  return {std::move(session),
          std::make_unique<store::SqliteEngine>(clock, store::SqliteEngineOptions{.path = path})};
}

Opened open_postgres(const Clock& clock, const Secret<std::string>& url) {
  const store::PostgresOptions options{.url = url};
  auto session = std::make_unique<store::PostgresConnection>(clock, options);
  return {std::move(session), std::make_unique<store::PostgresEngine>(
                                  clock, store::PostgresEngineOptions{.connection = options})};
}

}  // namespace

LiveServer::LiveServer(Executor executor, Clock& clock, Config config)
    : config_(std::move(config)),
      http_(net::make_http_client(executor, {})),
      user_http_(
          net::make_http_client(executor, {.connections_per_host_max = user_connections_max,
                                           .refuse_private_addresses = !config_.webhooks_allow_private})),
      websockets_(net::make_websocket_connector(executor, clock)) {}

LiveServer::~LiveServer() = default;

Result<std::unique_ptr<LiveServer>> LiveServer::open(Executor executor, Clock& clock, Config config) {
  const bool shared = !config.database_url.empty();
  auto directory =
      store::DataDirectory::open(config.data_dir, shared ? store::Hold::shared : store::Hold::alone);
  if (!directory) return std::unexpected(directory.error());
  const auto path = directory->file("matchday.db");
  const auto key_file = config.key_file.empty() ? directory->file("matchday.key") : config.key_file;
  const bool stretched = config.key_file.empty() && !config.sec_key.empty();
  // A new key would be of no use to it, and be taken for the right one later.
  if (!shared && !stretched && std::filesystem::exists(path) && !std::filesystem::exists(key_file)) {
    return fail(
        ErrorKind::invalid,
        fmt::format("The key {} is missing, and the database {} was made with one. Put back the key that "
                    "was kept beside its backup.",
                    key_file, path));
  }
  auto key = load_master_key(config.key_file, directory->file("matchday.key"), config.sec_key);
  if (!key) return std::unexpected(key.error());
  std::unique_ptr<LiveServer> live(new LiveServer(executor, clock, std::move(config)));
  live->directory_.emplace(std::move(*directory));
  try {
    auto opened = shared ? open_postgres(clock, live->config_.database_url) : open_sqlite(clock, path);
    live->engine_ = std::move(opened.engine);
    live->application_ = std::make_unique<Application>(Ground{.executor = executor,
                                                              .clock = clock,
                                                              .random = Random::from_system(),
                                                              .http = *live->http_,
                                                              .user_http = *live->user_http_,
                                                              .websockets = *live->websockets_,
                                                              .engine = *live->engine_,
                                                              .master_key = *key},
                                                       live->config_);
    auto migrated = store::migrate(*opened.session, live->application_->migrations(), clock.now());
    if (!migrated) return std::unexpected(migrated.error());
    const auto identity = shared ? std::nullopt : identity_of(path);
    const auto mark = restored_mark(live->config_.data_dir);
    if (!shared && std::filesystem::exists(mark)) {
      mark_restored(*opened.session, identity, clock.now());
      std::filesystem::remove(mark);
    }
    auto ours = check_installation(*opened.session, *key, identity, clock.now());
    if (!ours) return std::unexpected(ours.error());
  } catch (const store::SqlError& fault) {
    return fail(ErrorKind::unavailable,
                fmt::format("The database {} cannot be used: {}", shared ? "at MATCHDAY_DATABASE_URL" : path,
                            fault.what()));
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
