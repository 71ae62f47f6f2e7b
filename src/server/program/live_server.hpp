// LiveServer: the application on real ground: the system's clock and network, an HTTP port, and SQLite in a
// locked directory or a PostgreSQL database that several processes share.
#pragma once
#include <memory>
#include <string>

#include "server/application.hpp"
#include "store/data_directory.hpp"

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
  LiveServer(Executor executor, Clock& clock, Config config);

  Config config_;
  std::optional<store::DataDirectory> directory_;  // locked, if the database is in it
  std::unique_ptr<net::HttpClient> http_;
  std::unique_ptr<net::HttpClient> user_http_;  // for addresses that users typed
  std::unique_ptr<net::WebSocketConnector> websockets_;
  std::unique_ptr<store::Engine> engine_;
  std::unique_ptr<Application> application_;
  std::unique_ptr<net::HttpServer> server_;
};

}  // namespace matchday::server
