// The dashboard as it was built into this binary; a page that says so, if it was not.
#pragma once
#include <span>

#include "base/embedded.hpp"

namespace matchday::server {

std::span<const EmbeddedFile> dashboard_files();
// api/openapi.yaml.
const EmbeddedFile& api_document();

}  // namespace matchday::server
