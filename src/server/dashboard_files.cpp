// See dashboard_files.hpp. Alone in its file, because what it includes is large.
#include "server/dashboard_files.hpp"

#include "embedded/matchday_server_api_document.hpp"
#include "embedded/matchday_server_dashboard.hpp"

namespace matchday::server {

std::span<const EmbeddedFile> dashboard_files() {
  return embedded::matchday_server_dashboard;
}

const EmbeddedFile& api_document() {
  return embedded::matchday_server_api_document[0];
}

}  // namespace matchday::server
