// The server's own tables, read from the source tree: the embedded copy is the library's private matter.
#pragma once
#include <fstream>
#include <iterator>
#include <vector>

#include "store/migrations.hpp"

namespace matchday::server {

inline std::vector<store::Migration> server_schema() {
  std::vector<store::Migration> all;
  for (const auto* name :
       {"001_server.sql", "002_gateway_sessions.sql", "003_discord_routes.sql", "004_installation.sql"}) {
    std::ifstream file(std::string(MATCHDAY_SOURCE_DIR "/src/server/schema/") + name);
    CHECK(file.is_open());
    all.push_back({"server", static_cast<int>(all.size()) + 1, name,
                   std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())});
  }
  return all;
}

}  // namespace matchday::server
