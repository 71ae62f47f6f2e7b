// The dashboard's files (web/) as routes: one page for every address of the dashboard, and what it loads. The
// server embeds them gzipped; a browser that takes no gzip gets them unpacked. Not here: what the pages show,
// which is the API's.
#pragma once
#include <span>
#include <vector>

#include "base/embedded.hpp"
#include "surfaces/router.hpp"

namespace matchday::surfaces {

// `files`: as web/compress.mjs wrote them, "index.html.gz" among them; or web/not_built.html alone. Lifetime:
// they outlive the routes.
std::vector<Route> dashboard_routes(std::span<const EmbeddedFile> files);

}  // namespace matchday::surfaces
