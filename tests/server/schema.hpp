// The server's own tables.
#pragma once
#include "../support/source_schema.hpp"

namespace matchday::server {

inline std::vector<store::Migration> server_schema() {
  return test::schema_of("server", "src/server/schema");
}

}  // namespace matchday::server
