// Seams: where something can be put between the server and its world without a word of it in the server's own
// code. Sabotage works here (sim/campaign/sabotage.cpp): what the server says or hears is changed on the way,
// and the oracles must notice.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "net/http_client.hpp"
#include "store/sql.hpp"

namespace matchday::sim {

struct Seams {
  // The statement that is run instead; its parameters may be changed too.
  std::function<std::string(std::string sql, std::vector<store::Param>& params)> sql;
  // Changes a request before it leaves.
  std::function<void(net::HttpRequest&)> request;
  // Changes an answer before the server reads it.
  std::function<void(const net::HttpRequest&, net::HttpResponse&)> response;
  // True: the request is sent once more, as by a library that means well.
  std::function<bool(const net::HttpRequest&, const Result<net::HttpResponse>&)> sends_again;
  // Webhooks are answered before they are handled.
  bool answers_webhooks_early = false;
  // The disk says "synced" and is not.
  bool disk_lies = false;
};

}  // namespace matchday::sim
