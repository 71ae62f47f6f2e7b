// LiveServer: the application on real ground: the system's clock and network, SQLite in a locked directory,
// an HTTP port.
#pragma once
#include <memory>
#include <string>

#include "server/application.hpp"
#include "store/data_directory.hpp"
#include "store/sqlite_engine.hpp"

namespace matchday::server {

class LiveServer {
 public:
  // Opens the data directory, the key and the database, and brings the schema up to date. Errors in words
  // that an operator can use. Lifetime: `clock` outlives the server.
  static Result<std::unique_ptr<LiveServer>> open(Executor executor, Clock& clock, Config config);
  ~LiveServer();

  // Listens and starts to work.
  Task<Result<>> start();

  // Requests that run get `patience` to end.
  Task<void> drain(Duration patience);

  std::string address() const;  // "http://127.0.0.1:8000", once started
  Application& application() { return *application_; }
  net::HttpClient& http() { return *http_; }

 private:
  LiveServer(Executor executor, Clock& clock, Config config, store::DataDirectory directory);

  Config config_;
  store::DataDirectory directory_;
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<net::WebSocketConnector> websockets_;
  std::unique_ptr<store::SqliteEngine> engine_;
  std::unique_ptr<Application> application_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace matchday::server
